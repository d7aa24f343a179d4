"""Drafts, their paragraphs and deeds."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from drafting.store.tables import Deed, Draft, Paragraph, Place
from drafting.store.work import Work


def draft(w: Work, draft_id: UUID) -> Draft | None:
    """Gives a draft."""
    return w.session.get(Draft, draft_id)


def locked(w: Work, draft_id: UUID) -> Draft:
    """Gives a draft and holds it: whoever does a deed to it waits for its turn."""
    w.draft_id = draft_id
    return w.session.scalars(select(Draft).where(Draft.id == draft_id).with_for_update()).one()


def of_person(w: Work, person_id: UUID) -> Sequence[tuple[Draft, Place]]:
    """Gives the drafts a person has a place on, newest first."""
    rows = w.session.execute(
        select(Draft, Place)
        .join(Place, Place.draft_id == Draft.id)
        .where(Place.person_id == person_id, Place.ended_at.is_(None))
        .order_by(Draft.created_at.desc(), Draft.id)
    )
    return [(row[0], row[1]) for row in rows]


def by_title(w: Work, title: str) -> Draft | None:
    """Gives a draft with this title."""
    return w.session.scalar(select(Draft).where(Draft.title == title))


def paragraphs(w: Work, draft_id: UUID) -> list[Paragraph]:
    """Gives the paragraphs in the working text in order, those deleted since the last version too."""
    return list(
        w.session.scalars(
            select(Paragraph)
            .where(Paragraph.draft_id == draft_id, Paragraph.retired.is_(None))
            .order_by(Paragraph.rank, Paragraph.id)
        )
    )


def every_paragraph(w: Work, draft_id: UUID) -> list[Paragraph]:
    """Gives all paragraphs a draft has had, those that have left it too."""
    return list(w.session.scalars(select(Paragraph).where(Paragraph.draft_id == draft_id)))


def paragraph(w: Work, draft_id: UUID, paragraph_id: UUID) -> Paragraph | None:
    """Gives a paragraph of a draft, wherever it is now."""
    found = w.session.get(Paragraph, paragraph_id)
    return found if found is not None and found.draft_id == draft_id else None


def deed(w: Work, draft_id: UUID, deed_id: UUID) -> Deed | None:
    """Gives a deed done to a draft."""
    found = w.session.get(Deed, deed_id)
    return found if found is not None and found.draft_id == draft_id else None


def is_deed(w: Work, deed_id: UUID) -> bool:
    """Tells whether an id is that of a deed, on whatever draft."""
    return w.session.get(Deed, deed_id) is not None


def deeds(w: Work, draft_id: UUID, limit: int) -> Sequence[Deed]:
    """Gives the deeds done to a draft, newest first."""
    return w.session.scalars(
        select(Deed).where(Deed.draft_id == draft_id).order_by(Deed.seq.desc()).limit(limit)
    ).all()


def deeds_of_kind(w: Work, draft_id: UUID, kind: str) -> Sequence[Deed]:
    """Gives the deeds of a kind that stand: those undone are left out."""
    return w.session.scalars(
        select(Deed).where(Deed.draft_id == draft_id, Deed.kind == kind, Deed.undone_by.is_(None))
    ).all()


def deeds_between(w: Work, draft_id: UUID, after: int, until: int) -> Sequence[Deed]:
    """Gives the deeds done after one count of deeds until another, in order."""
    return w.session.scalars(
        select(Deed)
        .where(Deed.draft_id == draft_id, Deed.seq > after, Deed.seq <= until)
        .order_by(Deed.seq)
    ).all()
