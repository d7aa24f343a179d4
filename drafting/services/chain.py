"""The record of a draft as one person may see it: taken out, checked, and what was circulated when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from drafting import apart
from drafting.errors import Malformed, NotFound
from drafting.formats import record_lines
from drafting.rules import chains
from drafting.rules.chains import EVERYONE, Ring
from drafting.rules.proposals import Standing
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services.writing import standing_of
from drafting.store import chain as kept
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import proposals as kept_proposals
from drafting.store import record as kept_record
from drafting.store import recorded
from drafting.store import versions as kept_versions
from drafting.store.tables import Base, Version
from drafting.store.work import Work
from drafting.text.chain import SHORT_CHARS, LiveText, Record, Row, Verdict

_SEALED = ("kind", "level", "label", "previous_label", "text_version", "content")


def taken(w: Work, draft_id: UUID, actor: Actor | None) -> Record:
    """Gives the record of a draft as a person may see it; with None as its operator does: all of it.

    Refuses: NotFound.
    """
    draft = kept_drafts.draft(w, draft_id)
    if draft is None:
        raise NotFound(detail="There is no such draft.")
    sees = _sees(w, draft_id, actor)
    every = kept.heads(w, draft_id)
    heads = {name: head for name, head in every.items() if sees(name)}
    record = Record(
        str(draft_id),
        draft.title,
        record_lines.EVERYTHING if actor is None else actor.printed,
        recorded.plain(w.now),
        heads,
        kept.entries(w, draft_id, list(heads)),
    )
    _texts(w, draft_id, record, sees)
    _rows(w, draft_id, record, sees, whole=actor is None)
    if actor is None:
        record.people = _people(w, record)
    return record


def _sees(w: Work, draft_id: UUID, actor: Actor | None) -> Callable[[str], bool]:
    if actor is None:
        return lambda _chain: True
    owners = kept_proposals.owners(w, draft_id)
    standings: dict[UUID, Standing] = {
        p.id: standing_of(p, owners.get(p.id, [])) for p in kept_proposals.of_draft(w, draft_id)
    }
    return lambda chain: chains.may_read(actor, chain, standings.get)


def _texts(w: Work, draft_id: UUID, record: Record, sees: Callable[[str], bool]) -> None:
    ids = []
    for row in kept.texts(w, draft_id):
        chain = chains.name(Ring.OWNERS, row.id) if row.proposal else EVERYONE
        if sees(chain):
            ids.append(row.id)
            record.texts[str(row.id)] = LiveText(
                str(row.id), chain, row.first, row.content, row.version, row.link or ""
            )
    for change in w.session.execute(kept.changes_of(ids)):
        shown = kept.shown_change(change)
        record.texts[shown["text"]].changes.append(shown)


def _rows(
    w: Work, draft_id: UUID, record: Record, sees: Callable[[str], bool], *, whole: bool
) -> None:
    mentioned = {
        (name, key)
        for entries in record.entries.values()
        for entry in entries
        for name, key, _ in entry["rows"]
    }
    sealed = kept.sealed(w, draft_id)
    first: set[Base] = set()
    for kind, key, chain, row in kept.rows(w, draft_id):
        if not sees(chain):
            continue
        shared = kind.shared and getattr(row, "draft_id", None) is None
        elsewhere = kept.is_earlier(w, row) and (kind.name, key) not in mentioned
        beside = {}
        if kind.name == "version":
            beside = {"paragraphs": [_sealed(p) for p in sealed.get(row.id, [])]}  # type: ignore[attr-defined]  # a Version
        rest = {}
        if whole and row not in first:
            first.add(row)
            rest = kind.rest(row)
        record.rows.append(
            Row(
                kind.name,
                key,
                None if shared or elsewhere else chain,
                kind.value(w, row),
                beside,
                rest,
            )
        )


def _sealed(paragraph: Any) -> dict[str, Any]:  # noqa: ANN401 - a VersionParagraph
    return {"id": str(paragraph.paragraph_id)} | {
        name: getattr(paragraph, name) for name in _SEALED
    }


def _people(w: Work, record: Record) -> dict[str, str]:
    """Gives the names of all whom a record names by id."""
    known = {str(person_id): name for person_id, name in kept.people(w)}
    named = {
        value
        for row in record.rows
        for held in (row.value, row.rest)
        for value in held.values()
        if isinstance(value, str)
    }
    named |= {str(c["person"]) for text in record.texts.values() for c in text.changes}
    return {person: name for person, name in known.items() if person in named}


def file_of(w: Work, draft_id: UUID, actor: Actor | None) -> bytes:
    """Gives the record of a draft as a file."""
    if actor is not None:
        require(actor, Right.EXPORT)
    return record_lines.write(taken(w, draft_id, actor))


def verified(w: Work, draft_id: UUID, actor: Actor | None, head: str = "") -> Verdict:
    """Checks the record of a draft as far as a person may see it."""
    if actor is not None:
        require(actor, Right.SEE)
    return checked(record_lines.write(taken(w, draft_id, actor)), head)


def checked(data: bytes, head: str = "") -> Verdict:
    """Checks a record's file; in a process set apart. Refuses: Unreadable."""
    return apart.call(record_lines.check, data, head)


def short(value: str) -> str:
    """Gives as much of a hash as a receipt shows."""
    return value[:SHORT_CHARS]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a chain that a person may read."""

    chain: str
    words: str
    number: int
    hash: str


def heads(w: Work, actor: Actor) -> Sequence[Head]:
    """Gives the heads of the chains a person may read, that of everyone first."""
    require(actor, Right.SEE)
    sees = _sees(w, actor.draft_id, actor)
    names = kept_people.short_names(w)
    found = [
        Head(chain, chains.in_words(chain, lambda d: names.get(d, "")), number, value)
        for chain, (number, value) in kept.heads(w, actor.draft_id).items()
        if sees(chain)
    ]
    return sorted(found, key=lambda h: (h.chain != EVERYONE, h.words, h.chain))


def public_head(w: Work, draft_id: UUID) -> tuple[int, str]:
    """Gives the head of everyone's chain, as receipts show it."""
    return kept.heads(w, draft_id).get(EVERYONE, (0, ""))


RECEIPTS_MAX = 60
"""Most receipts shown at once, the newest."""


def receipts(w: Work, actor: Actor) -> list[dict[str, Any]]:
    """Gives what a draft's receipts showed: each sealing and tabling, with its entry and head."""
    require(actor, Right.SEE)
    names = {v.number: v.name for v in kept_versions.versions(w, actor.draft_id)}
    return [
        {
            "what": entry["what"],
            "version": entry["version"],
            "name": names.get(entry["version"], ""),
            "at": entry["at"],
            "number": entry["number"],
            "head": short(entry["hash"]),
        }
        for entry in kept.receipts(w, actor.draft_id, RECEIPTS_MAX)
    ]


def receipt_of(w: Work, draft_id: UUID, number: int) -> dict[str, Any] | None:
    """Gives the entry and head that the receipt of a sealed version shows."""
    entry = kept.sealing(w, draft_id, number)
    return None if entry is None else {"number": entry["number"], "head": short(entry["hash"])}


# What was circulated ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Circulated:
    """The version that was in force on a day, and the entry that proves it."""

    on: date
    version: Version
    symbol: str
    """Under which it had been tabled by then; empty before."""
    entry: dict[str, Any]
    """Of everyone's chain, by which it was sealed."""
    next_name: str
    """Of the version that took its place later; empty while it is the last."""


def circulated(w: Work, draft_id: UUID, on: date, zone: tzinfo = UTC) -> Circulated:
    """Gives the text that was in force at the end of a day in a time zone.

    Refuses: NotFound for a day before the first version; Malformed for one that has not come.
    """
    if on > w.now.astimezone(zone).date():
        raise Malformed(detail="That day has not come yet.")
    until = datetime.combine(on + timedelta(days=1), time(), zone)
    versions = kept_versions.versions(w, draft_id)
    before = [v for v in versions if v.sealed_at < until]
    if not before:
        raise NotFound(
            detail="There was no text of this draft yet on that day."
            if not versions
            else f"There was no text of this draft yet on that day: its first is of {versions[0].sealed_at.astimezone(zone).date()}."
        )
    version = before[-1]
    entry = kept.sealing(w, draft_id, version.number)
    if entry is None:
        raise AssertionError(version.id)
    tabled = [
        t.symbol
        for t in kept_record.tablings_of(w, draft_id)
        if t.version_number == version.number and t.on is not None and t.on <= on
    ]
    later = versions[len(before)].name if len(versions) > len(before) else ""
    return Circulated(on, version, tabled[-1] if tabled else "", entry, later)


def shown_circulated(found: Circulated) -> dict[str, Any]:
    """Gives what was circulated on a day as calls and pages show it, with its proof."""
    version = found.version
    return {
        "on": found.on.isoformat(),
        "version": {
            "number": version.number,
            "name": version.name,
            "sealed_at": recorded.plain(version.sealed_at),
            "hash": version.hash,
        },
        "symbol": found.symbol,
        "next": found.next_name,
        "entry": {
            "chain": found.entry["chain"],
            "number": found.entry["number"],
            "at": found.entry["at"],
            "hash": found.entry["hash"],
        },
    }


def shown_verdict(found: Verdict) -> dict[str, Any]:
    """Gives what a check found as calls, pages and commands show it."""
    return {
        "whole": not found.faults,
        "faults": [
            {"chain": f.chain, "entry": f.number, "sentence": f.sentence} for f in found.faults
        ],
        "heads": {name: {"entries": n, "hash": h} for name, (n, h) in found.heads.items()},
        "rows": found.rows,
        "changes": found.changes,
    }
