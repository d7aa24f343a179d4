"""Edits of the working text: put in order, stored, and only then told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from drafting.errors import Conflict, Malformed, NotFound, NotStored, Refusal, Stale
from drafting.events import WordsStored
from drafting.rules.proposals import Standing
from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import Actor, Role
from drafting.services import anchoring, people, sessions, writing
from drafting.store import drafts as kept_drafts
from drafting.store import texts as kept
from drafting.store.tables import Fork
from drafting.store.work import Store, Work, would_refuse_less
from drafting.text.changes import (
    EMPTY,
    MAX_INSERT_UTF16,
    Change,
    apply,
    base_length,
    compose,
    from_json,
    shifted,
    split,
    text_from_json,
    text_length,
    to_json,
    transform,
)

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


@dataclass(slots=True)
class _Batch:
    """What one transaction has looked up already."""

    actors: dict[tuple[UUID, UUID], Actor | Refusal] = field(default_factory=dict)


def apply_all(store: Store, edits: Sequence[Edit]) -> list[Stored | Refusal]:
    """Stores edits in one transaction; gives for each what was stored, or why it was not.

    Edits are put in order as they stand. When the database does not keep the transaction, every
    answer is NotStored and nothing was changed; when the fault may be one edit's, the others are
    stored without it.
    """
    try:
        with store.work() as w:
            batch = _Batch()
            answers = [_answer(w, batch, edit) for edit in edits]
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


def _answer(w: Work, batch: _Batch, edit: Edit) -> Stored | Refusal:
    try:
        return _store(w, batch, edit)
    except NotStored:
        raise
    except Refusal as refusal:
        return refusal


def _store(w: Work, batch: _Batch, edit: Edit) -> Stored:
    actor = _actor(w, batch, edit)
    target = kept.now(w, edit.text)
    proposal = None
    if target is not None and target.proposal and target.draft_id == edit.draft:
        proposal = writing.writable(w, actor, target.id)
    if proposal is None:
        require(actor, Right.EDIT_TEXT)
    fingerprint = fingerprint_of(edit.text, edit.base, to_json(edit.change))
    before = kept.stored_as(w, edit.id)
    if before:
        return _repeated(before, edit, actor, fingerprint)
    if target is None or target.draft_id != edit.draft or (target.proposal and proposal is None):
        raise NotFound
    placed = _together(_placed(w, target, edit.base, edit.change))
    after = []
    for text, change in placed:
        if text.closed:
            raise Stale(detail=_CLOSED_PROPOSAL if text.proposal else _CLOSED_PARAGRAPH)
        content = apply(text_from_json(text.content), change)
        if text_length(content) > MAX_INSERT_UTF16:
            raise Malformed(detail="A paragraph holds at most 100,000 characters.")
        after.append((text, change, content))
    parts = tuple(
        append(
            w,
            text,
            change,
            content,
            actor=actor,
            edit_id=edit.id,
            fingerprint=fingerprint,
            deed=False,
        )
        for text, change, content in after
    )
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


def _actor(w: Work, batch: _Batch, edit: Edit) -> Actor:
    key = (edit.session, edit.draft)
    if key not in batch.actors:
        try:
            batch.actors[key] = people.actor(w, edit.session, edit.draft)
            # Whoever types is not idle, though they ask for no page.
            sessions.touch_if_stale(w, edit.session)
        except NotStored:
            raise
        except Refusal as refusal:
            batch.actors[key] = refusal
    found = batch.actors[key]
    if isinstance(found, Refusal):
        raise found
    return found


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
    w: Work, text: kept.TextNow, base: int, change: Change
) -> list[tuple[kept.TextNow, Change]]:
    """Gives a change as it is to be made now: in this text, or where its words have gone since."""
    if base > text.version:
        raise Malformed(detail="The change was made on a version that does not exist.")
    since = kept.since(w, text.id, base)
    forks = kept.forks(w, text.id, base) if any(entry.deed for entry in since) else {}
    if base_length(change) > _length_at(text, since):
        raise Malformed(detail="A position lies outside the text.")
    placed: list[tuple[kept.TextNow, Change]] = []
    for entry in since:
        stored = from_json(entry.ops)
        fork = forks.get(entry.version)
        if fork is None:
            change = transform(stored, change, first=True)
            continue
        other = kept.now(w, fork.other_id)
        if other is None:
            raise AssertionError(fork.other_id)
        if fork.kind == "merge":
            return placed + _placed(w, other, fork.other_version, shifted(change, fork.at))
        change, tail = split(change, fork.at)
        if tail:
            placed += _placed(w, other, fork.other_version, tail)
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


def _length_at(text: kept.TextNow, since: list[kept.Entry]) -> int:
    """Gives the length of a text before the changes since, in UTF-16 units."""
    length = text_length(text_from_json(text.content))
    for entry in since:
        for op in entry.ops:
            if "insert" in op:
                length -= text_length(from_json([op]))
            length += op.get("delete", 0)
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
