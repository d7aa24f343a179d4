"""Edits of the working text: put in order, stored, and only then told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from drafting.errors import Conflict, Malformed, NotFound, NotStored, Refusal, Stale
from drafting.events import WordsStored
from drafting.rules.proposals import Standing
from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import Actor, Role
from drafting.services import anchoring, people, sessions, writing
from drafting.services.batch import Batch
from drafting.store import drafts as kept_drafts
from drafting.store import texts as kept
from drafting.store.tables import Fork
from drafting.store.work import Store, Work, would_refuse_less
from drafting.text.changes import (
    EMPTY,
    MAX_INSERT_UTF16,
    Change,
    Delete,
    Insert,
    apply,
    base_length,
    compose,
    from_json,
    shifted,
    split,
    text_length,
    to_json,
    transform,
)
from drafting.text.changes import length as op_length

CATCH_UP_MAX = 2_000
"""Most changes sent to a client that returns; past it the client fetches the whole state."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change asked for, by a session, on a version of a text."""

    session: UUID
    draft: UUID
    text: UUID
    id: UUID
    base: int
    change: Change


@dataclass(frozen=True, slots=True)
class Part:
    """What was stored in one text."""

    text: UUID
    version: int
    change: Change


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored of an edit; `repeated` when it had been stored before."""

    draft: UUID
    id: UUID
    parts: tuple[Part, ...]
    at: datetime
    by_name: str
    by_delegation: str
    repeated: bool
    proposal: Standing | None = None
    """Whose the words are, when they are a proposal's: nobody else is told."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A change that a client missed; `move` when its text was split or merged by it."""

    text: UUID
    version: int
    change: Change
    id: UUID
    at: datetime
    by_delegation: str
    move: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What a client missed, or that it had better fetch the state."""

    reload: bool
    changes: tuple[Missed, ...] = ()


@dataclass(frozen=True, slots=True)
class Admitted:
    """A person as they join a draft's table."""

    person: UUID
    name: str
    delegation: str
    role: Role
    side: str | None
    may_edit: bool
    seq: int


def apply_all(store: Store, edits: Sequence[Edit]) -> list[Stored | Refusal]:
    """Stores edits in one transaction; gives for each what was stored, or why it was not.

    Edits are put in order as they stand. When the database does not keep the transaction, every
    answer is NotStored and nothing was changed; when the fault may be one edit's, the others are
    stored without it.
    """
    try:
        with store.work() as w:
            batch = Batch(w, edits)
            answers = [_answer(batch, edit) for edit in edits]
            batch.keep()
            if w.spreads:
                _spread(w, answers)
            return answers
    except NotStored as refusal:
        if len(edits) == 1 or would_refuse_less(refusal):
            return [refusal] * len(edits)
        return [answer for edit in edits for answer in apply_all(store, [edit])]


def _spread(w: Work, answers: Sequence[Stored | Refusal]) -> None:
    """Lets the other server processes know which words were stored."""
    words: dict[UUID, list[tuple[UUID, int]]] = {}
    for one in answers:
        if isinstance(one, Stored) and not one.repeated:
            words.setdefault(one.draft, []).extend((part.text, part.version) for part in one.parts)
    for draft, versions in words.items():
        w.tell(WordsStored(draft, tuple(versions)))


def _answer(batch: Batch, edit: Edit) -> Stored | Refusal:
    try:
        return _store(batch, edit)
    except NotStored:
        raise
    except Refusal as refusal:
        return refusal


def _store(batch: Batch, edit: Edit) -> Stored:
    w = batch.w
    actor = batch.actor(edit)
    target = batch.text(edit.text)
    proposal = None
    if target is not None and target.proposal and target.draft_id == edit.draft:
        proposal = writing.writable(w, actor, target.id)
    if proposal is None:
        require(actor, Right.EDIT_TEXT)
    fingerprint = fingerprint_of(edit.text, edit.base, to_json(edit.change))
    before = batch.stored_as(edit.id)
    if before:
        return _repeated(before, edit, actor, fingerprint)
    if target is None or target.draft_id != edit.draft or (target.proposal and proposal is None):
        raise NotFound
    placed = _together(_placed(batch, target, edit.base, edit.change))
    after = []
    for text, change in placed:
        if text.closed:
            raise Stale(detail=_CLOSED_PROPOSAL if text.proposal else _CLOSED_PARAGRAPH)
        content = apply(batch.words(text), change)
        if text_length(content) > MAX_INSERT_UTF16:
            raise Malformed(detail="A paragraph holds at most 100,000 characters.")
        after.append((text, change, content))
    for text, change, content in after:
        entry = kept.Entry(
            text.version + 1,
            edit.id,
            fingerprint,
            deed=False,
            person_id=actor.person_id,
            author=actor.printed,
            at=w.now,
            ops=to_json(change),
        )
        batch.append(text, entry, change, content)
    parts = tuple(Part(text.id, text.version + 1, change) for text, change, _ in after)
    return Stored(
        edit.draft,
        edit.id,
        parts,
        w.now,
        actor.name,
        actor.printed,
        repeated=False,
        proposal=proposal,
    )


_CLOSED_PARAGRAPH = (
    "This paragraph was deleted meanwhile. Restore it to go on; your words are kept here."
)
_CLOSED_PROPOSAL = (
    "This proposal is no draft any more. Revise it to change its words; yours are kept here."
)


def fingerprint_of(*parts: object) -> str:
    """Gives a hash of what was asked for, to tell a repetition from another use of an id."""
    canonical = json.dumps(parts, default=str, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _repeated(
    before: list[tuple[UUID, kept.Entry]], edit: Edit, actor: Actor, fingerprint: str
) -> Stored:
    first = before[0][1]
    if first.person_id != actor.person_id or first.fingerprint != fingerprint:
        raise Conflict
    parts = tuple(Part(text_id, entry.version, from_json(entry.ops)) for text_id, entry in before)
    return Stored(edit.draft, edit.id, parts, first.at, actor.name, first.author, repeated=True)


def _placed(
    batch: Batch, text: kept.TextNow, base: int, change: Change
) -> list[tuple[kept.TextNow, Change]]:
    """Gives a change as it is to be made now: in this text, or where its words have gone since."""
    if base > text.version:
        raise Malformed(detail="The change was made on a version that does not exist.")
    since = batch.since(text, base)
    deeds = any(entry.deed for entry, _ in since)
    forks = kept.forks(batch.w, text.id, base) if deeds else {}
    if base_length(change) > _length_at(batch.words(text), since):
        raise Malformed(detail="A position lies outside the text.")
    placed: list[tuple[kept.TextNow, Change]] = []
    for entry, stored in since:
        fork = forks.get(entry.version)
        if fork is None:
            change = transform(stored, change, first=True)
            continue
        other = batch.text(fork.other_id)
        if other is None:
            raise AssertionError(fork.other_id)
        if fork.kind == "merge":
            return placed + _placed(batch, other, fork.other_version, shifted(change, fork.at))
        change, tail = split(change, fork.at)
        if tail:
            placed += _placed(batch, other, fork.other_version, tail)
        change = transform(stored, change, first=True)
    if change or not placed:
        placed.append((text, change))
    return placed


def _together(placed: list[tuple[kept.TextNow, Change]]) -> list[tuple[kept.TextNow, Change]]:
    """Makes one change of those that have come together in one text: a split may be merged back."""
    found: dict[UUID, tuple[kept.TextNow, Change]] = {}
    for text, change in placed:
        one = change
        if text.id in found:
            _, before = found[text.id]
            one = compose(before, transform(before, change, first=True))
        found[text.id] = (text, one)
    return list(found.values())


def _length_at(words: Change, since: list[tuple[kept.Entry, Change]]) -> int:
    """Gives the length of a text before the changes since, in UTF-16 units."""
    length = text_length(words)
    for _, change in since:
        for op in change.ops:
            if isinstance(op, Insert):
                length -= op_length(op)
            elif isinstance(op, Delete):
                length += op.length
    return length


def append(  # noqa: PLR0913 - a change, and all that is kept of it
    w: Work,
    text: kept.TextNow,
    change: Change,
    content: Change,
    *,
    actor: Actor,
    edit_id: UUID,
    fingerprint: str,
    deed: bool,
    author: str | None = None,
) -> Part:
    """Stores a change as the text's next version and moves the anchors of comments with it.

    `author` is whose the words are where they are not the actor's own: an accepted proposal's.
    """
    version = text.version + 1
    kept.append(
        w,
        text.id,
        kept.Entry(
            version,
            edit_id,
            fingerprint,
            deed,
            actor.person_id,
            author or actor.printed,
            w.now,
            to_json(change),
        ),
        to_json(content),
    )
    if change is not EMPTY and not text.proposal:
        anchoring.move(w, text.id, change)
    return Part(text.id, version, change)


def catch_up(
    store: Store, session: UUID, draft: UUID, seq: int, texts: Mapping[UUID, int]
) -> CatchUp:
    """Gives what a client missed since the versions it has.

    Refuses: NotFound and NotSignedIn as `people.actor` does.
    """
    with store.reading() as w:
        actor = people.actor(w, session, draft)
        row = kept_drafts.draft(w, draft)
        if row is None or row.seq != seq:
            return CatchUp(reload=True)
        missed: list[Missed] = []
        for text_id in writing.readable(w, actor, texts):
            missed += [_missed(text_id, e) for e in kept.since(w, text_id, texts[text_id])]
        for text_id, (now, closed) in kept.versions(w, draft).items():
            version = texts.get(text_id)
            if version is None or version > now:
                if not closed:
                    return CatchUp(reload=True)
                continue
            if version == now:
                continue
            if now - version + len(missed) > CATCH_UP_MAX:
                return CatchUp(reload=True)
            forks = kept.forks(w, text_id, version)
            missed += [
                _missed(text_id, e, forks.get(e.version)) for e in kept.since(w, text_id, version)
            ]
        return CatchUp(reload=False, changes=tuple(missed))


def _missed(text_id: UUID, entry: kept.Entry, fork: Fork | None = None) -> Missed:
    return Missed(
        text_id,
        entry.version,
        from_json(entry.ops),
        entry.edit_id,
        entry.at,
        entry.author,
        None if fork is None else move_of(fork),
    )


def move_of(fork: Fork) -> dict[str, Any]:
    """Gives a split or merge as `moves` tells it: docs/live.md."""
    if fork.kind == "split":
        return {
            "kind": "split",
            "text": str(fork.text_id),
            "at": fork.at,
            "to": str(fork.other_id),
            "version": fork.version,
            "to_version": fork.other_version,
        }
    return {
        "kind": "merge",
        "text": str(fork.text_id),
        "into": str(fork.other_id),
        "at": fork.at,
        "version": fork.other_version,
    }


def admit(store: Store, session: UUID, draft: UUID) -> Admitted:
    """Gives a person as they join a draft's table. Refuses: NotFound, NotSignedIn."""
    with store.reading() as w:
        actor = people.actor(w, session, draft)
        row = kept_drafts.draft(w, draft)
        if row is None:
            raise NotFound
        return admitted_of(actor, row.seq)


def admitted_of(actor: Actor, seq: int) -> Admitted:
    """Gives a person at a draft's table, as others see them."""
    return Admitted(
        person=actor.person_id,
        name=actor.name,
        delegation=actor.printed,
        role=actor.role,
        side=actor.side,
        may_edit=Right.EDIT_TEXT in rights_of(actor),
        seq=seq,
    )


def working_texts(store: Store, draft: UUID, texts: Collection[UUID]) -> set[UUID]:
    """Gives those of these texts that are paragraphs of the draft."""
    with store.reading() as w:
        return kept.versions(w, draft).keys() & set(texts)


def redeem_ticket(store: Store, ticket: str) -> UUID:
    """Spends a ticket for a live connection and gives its session. Refuses: NotSignedIn."""
    with store.reading() as w:
        # Whoever makes tickets up must not take the writers' turn.
        sessions.check_ticket(w, ticket)
    with store.work() as w:
        return sessions.redeem_ticket(w, ticket)
