"""Live texts and the append-only log of their changes. Statements, not objects: this is the hot path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from drafting.store.tables import Fork, Paragraph, Proposal, Purge, Text, TextChange, TextSnapshot
from drafting.store.work import Work

SNAPSHOT_EVERY = 256
"""A text's words are kept at each so manyth version."""


@dataclass(frozen=True, slots=True)
class TextNow:
    """A text as it stands.

    `closed` when its paragraph is deleted or has left the draft, or its proposal is no draft any
    more. `proposal` says that it is a proposal's.
    """

    id: UUID
    draft_id: UUID
    version: int
    content: list[Any]
    closed: bool
    proposal: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored change."""

    version: int
    edit_id: UUID
    fingerprint: str
    deed: bool
    person_id: UUID | None
    author: str
    at: datetime
    ops: list[Any]


_ENTRY = (
    TextChange.version,
    TextChange.edit_id,
    TextChange.fingerprint,
    TextChange.deed,
    TextChange.person_id,
    TextChange.author,
    TextChange.at,
    TextChange.ops,
)


def now(w: Work, text_id: UUID) -> TextNow | None:
    """Gives a text as it stands, and holds it until the transaction ends."""
    row = w.session.execute(
        select(
            Text.id, Text.draft_id, Text.version, Text.content, Paragraph.deleted, Proposal.stage
        )
        .outerjoin(Paragraph, Paragraph.id == Text.id)
        .outerjoin(Proposal, Proposal.id == Text.id)
        .where(Text.id == text_id)
        .with_for_update(of=Text)
    ).first()
    if row is None:
        return None
    closed = bool(row.deleted) if row.stage is None else row.stage != "draft"
    return TextNow(row.id, row.draft_id, row.version, row.content, closed, row.stage is not None)


def all_now(w: Work, draft_id: UUID) -> dict[UUID, TextNow]:
    """Gives all working texts of a draft as they stand."""
    rows = w.session.execute(
        select(Text.id, Text.draft_id, Text.version, Text.content, Paragraph.deleted)
        .join(Paragraph, Paragraph.id == Text.id)
        .where(Text.draft_id == draft_id)
    )
    return {row[0]: TextNow(*row) for row in rows}


def versions(w: Work, draft_id: UUID) -> dict[UUID, tuple[int, bool]]:
    """Gives each working text's version and whether it is closed, without its words."""
    rows = w.session.execute(
        select(Text.id, Text.version, Paragraph.deleted)
        .join(Paragraph, Paragraph.id == Text.id)
        .where(Text.draft_id == draft_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def begin(w: Work, text_id: UUID, draft_id: UUID, content: list[Any]) -> None:
    """Begins a text at version 0."""
    begin_all(w, draft_id, [(text_id, content)])


def begin_all(w: Work, draft_id: UUID, contents: Sequence[tuple[UUID, list[Any]]]) -> None:
    """Begins texts at version 0, all in two statements."""
    w.session.execute(
        insert(Text),
        [
            {"id": text_id, "draft_id": draft_id, "version": 0, "content": content}
            for text_id, content in contents
        ],
    )
    w.session.execute(
        insert(TextSnapshot),
        [{"text_id": text_id, "version": 0, "content": content} for text_id, content in contents],
    )


def begin_changed_all(
    w: Work, draft_id: UUID, begun: Sequence[tuple[UUID, list[Any], Entry, list[Any]]]
) -> None:
    """Begins texts that have been changed once: words before, the change, words after; in three statements."""
    w.session.execute(
        insert(Text),
        [
            {"id": text_id, "draft_id": draft_id, "version": entry.version, "content": content}
            for text_id, _, entry, content in begun
        ],
    )
    w.session.execute(
        insert(TextSnapshot),
        [{"text_id": text_id, "version": 0, "content": before} for text_id, before, _, _ in begun],
    )
    w.session.execute(
        insert(TextChange),
        [
            {
                "text_id": text_id,
                "version": entry.version,
                "edit_id": entry.edit_id,
                "fingerprint": entry.fingerprint,
                "deed": entry.deed,
                "person_id": entry.person_id,
                "author": entry.author,
                "at": entry.at,
                "ops": entry.ops,
            }
            for text_id, _, entry, _ in begun
        ],
    )


def append(w: Work, text_id: UUID, entry: Entry, content: list[Any]) -> None:
    """Appends a change and keeps the words after it."""
    w.session.execute(
        insert(TextChange).values(
            text_id=text_id,
            version=entry.version,
            edit_id=entry.edit_id,
            fingerprint=entry.fingerprint,
            deed=entry.deed,
            person_id=entry.person_id,
            author=entry.author,
            at=entry.at,
            ops=entry.ops,
        )
    )
    w.session.execute(
        update(Text).where(Text.id == text_id).values(version=entry.version, content=content)
    )
    if entry.version % SNAPSHOT_EVERY == 0:
        w.session.execute(
            insert(TextSnapshot).values(text_id=text_id, version=entry.version, content=content)
        )


def since(w: Work, text_id: UUID, version: int, limit: int | None = None) -> list[Entry]:
    """Gives the changes of a text after a version, in order."""
    query = (
        select(*_ENTRY)
        .where(TextChange.text_id == text_id, TextChange.version > version)
        .order_by(TextChange.version)
    )
    return [Entry(*row) for row in w.session.execute(query.limit(limit))]


def entry(w: Work, text_id: UUID, version: int) -> Entry | None:
    """Gives the change that made a version of a text."""
    row = w.session.execute(
        select(*_ENTRY).where(TextChange.text_id == text_id, TextChange.version == version)
    ).first()
    return None if row is None else Entry(*row)


def stored_as(w: Work, edit_id: UUID) -> list[tuple[UUID, Entry]]:
    """Gives what was stored of an edit, by its client's id."""
    rows = w.session.execute(
        select(TextChange.text_id, *_ENTRY)
        .where(TextChange.edit_id == edit_id)
        .order_by(TextChange.text_id)
    )
    return [(row[0], Entry(*row[1:])) for row in rows]


def forks(w: Work, text_id: UUID, version: int) -> dict[int, Fork]:
    """Gives the splits and merges of a text after a version."""
    rows = w.session.scalars(select(Fork).where(Fork.text_id == text_id, Fork.version > version))
    return {fork.version: fork for fork in rows}


def forks_of_draft(w: Work, draft_id: UUID) -> Sequence[Fork]:
    """Gives all splits and merges of a draft's paragraphs, the latest of each text last."""
    return w.session.scalars(
        select(Fork)
        .join(Text, Text.id == Fork.text_id)
        .where(Text.draft_id == draft_id)
        .order_by(Fork.text_id, Fork.version)
    ).all()


def snapshot_before(w: Work, text_id: UUID, version: int) -> TextSnapshot:
    """Gives the newest kept words of a text at or before a version."""
    return w.session.scalars(
        select(TextSnapshot)
        .where(TextSnapshot.text_id == text_id, TextSnapshot.version <= version)
        .order_by(TextSnapshot.version.desc())
        .limit(1)
    ).one()


def snapshots(w: Work, text_id: UUID) -> Sequence[TextSnapshot]:
    """Gives all kept words of a text."""
    return w.session.scalars(
        select(TextSnapshot).where(TextSnapshot.text_id == text_id).order_by(TextSnapshot.version)
    ).all()


def rewrite(w: Work, text_id: UUID, ops: Iterable[tuple[int, list[Any]]]) -> None:
    """Replaces what changes inserted: for purging alone."""
    for version, value in ops:
        w.session.execute(
            update(TextChange)
            .where(TextChange.text_id == text_id, TextChange.version == version)
            .values(ops=value)
        )


def purges(w: Work, text_id: UUID) -> Sequence[Purge]:
    """Gives the traces of purges of a text."""
    return w.session.scalars(
        select(Purge).where(Purge.text_id == text_id).order_by(Purge.at, Purge.id)
    ).all()


def count(w: Work, text_id: UUID) -> int:
    """Counts the changes of a text."""
    return w.session.scalar(select(func.count()).where(TextChange.text_id == text_id)) or 0
