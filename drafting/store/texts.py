"""Live texts and the append-only log of their changes. Statements, not objects: this is the hot path."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from drafting import ids
from drafting.store.tables import (
    Fork,
    Paragraph,
    Proposal,
    Purge,
    Text,
    TextChange,
    TextSnapshot,
)
from drafting.store.work import Chained, Work
from drafting.text.chain import BEGINNING, first_link, next_link, words_digest

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


ENTRY = (
    TextChange.version,
    TextChange.edit_id,
    TextChange.fingerprint,
    TextChange.deed,
    TextChange.person_id,
    TextChange.author,
    TextChange.at,
    TextChange.ops,
)
"""The columns of an entry, in its order."""


def now(w: Work, text_id: UUID) -> TextNow | None:
    """Gives a text as it stands, and holds it until the transaction ends."""
    return held(w, [text_id]).get(text_id)


def held(w: Work, text_ids: Collection[UUID]) -> dict[UUID, TextNow]:
    """Gives texts as they stand, and holds them until the transaction ends."""
    found = {}
    for row in w.rows(_HELD, {"texts": list(text_ids)}):
        closed = bool(row.deleted) if row.stage is None else row.stage != "draft"
        if row.id not in w.chained:
            w.chained[row.id] = Chained(row.draft_id, row.stage is not None, row.link)
        found[row.id] = TextNow(
            row.id, row.draft_id, row.version, row.content, closed, row.stage is not None
        )
    return found


_HELD = (
    select(
        Text.id,
        Text.draft_id,
        Text.version,
        Text.content,
        Paragraph.deleted,
        Proposal.stage,
        Text.link,
    )
    .outerjoin(Paragraph, Paragraph.id == Text.id)
    .outerjoin(Proposal, Proposal.id == Text.id)
    .where(Text.id.in_(bindparam("texts", expanding=True)))
    # In one order for everybody, or two transactions could each wait for the other's text.
    .order_by(Text.id)
    .with_for_update(of=Text)
)


def moved_on(text: TextNow, version: int) -> TextNow:
    """Gives a text at a later version of the same transaction; its words are not kept up."""
    return replace(text, version=version)


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
            {
                "id": text_id,
                "draft_id": draft_id,
                "version": 0,
                "content": content,
                "link": first_link(str(text_id), content),
            }
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
    changes = [
        _linked(text_id, entry, first_link(str(text_id), before))
        for text_id, before, entry, _ in begun
    ]
    w.session.execute(
        insert(Text),
        [
            {
                "id": text_id,
                "draft_id": draft_id,
                "version": entry.version,
                "content": content,
                "link": change["link"],
            }
            for (text_id, _, entry, content), change in zip(begun, changes, strict=True)
        ],
    )
    w.session.execute(
        insert(TextSnapshot),
        [{"text_id": text_id, "version": 0, "content": before} for text_id, before, _, _ in begun],
    )
    w.session.execute(insert(TextChange), changes)


def _linked(text_id: UUID, entry: Entry, previous: str | None) -> dict[str, Any]:
    """Gives a change as it is kept: with its link to the one before, and the salt of its words."""
    salt = ids.new_salt(f"salt:{text_id}")
    change = {
        "text": str(text_id),
        "version": entry.version,
        "edit": str(entry.edit_id),
        "deed": entry.deed,
        "person": None if entry.person_id is None else str(entry.person_id),
        "author": entry.author,
        "at": entry.at.isoformat(),
    }
    return {
        "text_id": text_id,
        "version": entry.version,
        "edit_id": entry.edit_id,
        "fingerprint": entry.fingerprint,
        "deed": entry.deed,
        "person_id": entry.person_id,
        "author": entry.author,
        "at": entry.at,
        "ops": entry.ops,
        "salt": salt,
        "words": None,
        "link": next_link(previous or BEGINNING, change, words_digest(salt, entry.ops)),
    }


def _chained(w: Work, text_id: UUID) -> Chained:
    """Gives where a text's chain stands, as far as this transaction has brought it."""
    found = w.chained.get(text_id)
    if found is None:
        row = w.session.execute(
            select(Text.draft_id, Proposal.id, Text.link)
            .outerjoin(Proposal, Proposal.id == Text.id)
            .where(Text.id == text_id)
        ).one()
        found = w.chained[text_id] = Chained(row[0], row[1] is not None, row[2])
    return found


def append(w: Work, text_id: UUID, entry: Entry, content: list[Any]) -> None:
    """Appends a change and keeps the words after it."""
    chained = _chained(w, text_id)
    change = _linked(text_id, entry, chained.link)
    chained.link, chained.typed = change["link"], True
    w.session.execute(insert(TextChange).values(**change))
    w.session.execute(
        update(Text)
        .where(Text.id == text_id)
        .values(version=entry.version, content=content, link=chained.link)
    )
    if entry.version % SNAPSHOT_EVERY == 0:
        w.session.execute(
            insert(TextSnapshot).values(text_id=text_id, version=entry.version, content=content)
        )


def append_all(
    w: Work, appended: Sequence[tuple[UUID, Entry]], after: Mapping[UUID, Mapping[int, list[Any]]]
) -> None:
    """Appends changes to texts, those of a text in the order of its versions, in three statements.

    `after` holds the words after the last change to each text, by its version, and after each
    change whose version is kept as a snapshot.
    """
    changes = []
    for text_id, entry in appended:
        chained = _chained(w, text_id)
        change = _linked(text_id, entry, chained.link)
        chained.link, chained.typed = change["link"], True
        changes.append(change)
    w.rows(_APPEND, changes)
    w.rows(
        _MOVE_ON,
        [
            {
                "text": text_id,
                "to_version": max(words),
                "words": words[max(words)],
                "to_link": w.chained[text_id].link,
            }
            for text_id, words in after.items()
        ],
    )
    snapshots = [
        {"text_id": text_id, "version": version, "content": content}
        for text_id, words in after.items()
        for version, content in words.items()
        if version % SNAPSHOT_EVERY == 0
    ]
    if snapshots:
        w.session.execute(insert(TextSnapshot), snapshots)


_APPEND = insert(TextChange)
_MOVE_ON = (
    update(Text)
    .where(Text.id == bindparam("text"))
    .values(version=bindparam("to_version"), content=bindparam("words"), link=bindparam("to_link"))
)


def since(w: Work, text_id: UUID, version: int, limit: int | None = None) -> list[Entry]:
    """Gives the changes of a text after a version, in order."""
    statement = _SINCE if limit is None else _SINCE.limit(limit)
    rows = w.rows(statement, {"text": text_id, "base": version})
    return [_entry(row) for row in rows]


def _entry(columns: Any) -> Entry:  # noqa: ANN401 - a row of ENTRY has no type of its own
    return Entry(*columns)


_SINCE = (
    select(*ENTRY)
    .where(TextChange.text_id == bindparam("text"), TextChange.version > bindparam("base"))
    .order_by(TextChange.version)
)


def stored_as(w: Work, edit_id: UUID) -> list[tuple[UUID, Entry]]:
    """Gives what was stored of an edit, by its client's id."""
    return all_stored_as(w, [edit_id]).get(edit_id, [])


def all_stored_as(w: Work, edit_ids: Collection[UUID]) -> dict[UUID, list[tuple[UUID, Entry]]]:
    """Gives what was stored of edits, by their clients' ids; nothing of those not stored."""
    found: dict[UUID, list[tuple[UUID, Entry]]] = {}
    for row in w.rows(_STORED_AS, {"edits": list(edit_ids)}):
        text_id, entry = row[0], _entry(row[1:])
        found.setdefault(entry.edit_id, []).append((text_id, entry))
    return found


_STORED_AS = (
    select(TextChange.text_id, *ENTRY)
    .where(TextChange.edit_id.in_(bindparam("edits", expanding=True)))
    .order_by(TextChange.text_id)
)


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
    """Replaces what changes inserted: for purging alone.

    The salt goes with the words; what their link was made over stays.
    """
    for version, value in ops:
        which = (TextChange.text_id == text_id, TextChange.version == version)
        row = w.session.execute(
            select(TextChange.salt, TextChange.words, TextChange.ops).where(*which)
        ).one()
        words = row.words if row.salt is None else words_digest(row.salt, row.ops)
        w.session.execute(
            update(TextChange).where(*which).values(ops=value, salt=None, words=words)
        )


def purges(w: Work, text_id: UUID) -> Sequence[Purge]:
    """Gives the traces of purges of a text."""
    return w.session.scalars(
        select(Purge).where(Purge.text_id == text_id).order_by(Purge.at, Purge.id)
    ).all()


def count(w: Work, text_id: UUID) -> int:
    """Counts the changes of a text."""
    return w.session.scalar(select(func.count()).where(TextChange.text_id == text_id)) or 0
