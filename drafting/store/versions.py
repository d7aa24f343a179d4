"""Sealed versions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select

from drafting.store.tables import Version, VersionParagraph
from drafting.store.work import Work


def versions(w: Work, draft_id: UUID) -> Sequence[Version]:
    """Gives a draft's versions in order."""
    return w.session.scalars(
        select(Version).where(Version.draft_id == draft_id).order_by(Version.number)
    ).all()


def version(w: Work, draft_id: UUID, number: int) -> Version | None:
    """Gives a version by its number."""
    return w.session.scalar(
        select(Version).where(Version.draft_id == draft_id, Version.number == number)
    )


def last(w: Work, draft_id: UUID) -> Version | None:
    """Gives the newest version."""
    return w.session.scalar(
        select(Version).where(Version.draft_id == draft_id).order_by(Version.number.desc()).limit(1)
    )


def paragraphs(w: Work, version_id: UUID) -> Sequence[VersionParagraph]:
    """Gives a version's paragraphs in order."""
    return w.session.scalars(
        select(VersionParagraph)
        .where(VersionParagraph.version_id == version_id)
        .order_by(VersionParagraph.position)
    ).all()


def add_paragraphs(w: Work, rows: Sequence[VersionParagraph]) -> None:
    """Keeps a version's paragraphs, all in one statement."""
    if rows:
        names = VersionParagraph.__table__.columns.keys()
        w.session.execute(
            insert(VersionParagraph),
            [{name: getattr(row, name) for name in names} for row in rows],
        )


def labels(w: Work, version_id: UUID) -> dict[UUID, str]:
    """Gives what each paragraph of a version is called, without its words."""
    rows = w.session.execute(
        select(VersionParagraph.paragraph_id, VersionParagraph.label).where(
            VersionParagraph.version_id == version_id
        )
    )
    return {row[0]: row[1] for row in rows}


def sealed_text_versions(w: Work, paragraph_id: UUID) -> Sequence[int]:
    """Gives at which versions of its text a paragraph was sealed."""
    return w.session.scalars(
        select(VersionParagraph.text_version).where(VersionParagraph.paragraph_id == paragraph_id)
    ).all()
