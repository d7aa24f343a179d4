"""The record's hash chains: how entries, rows and texts are hashed, and how a record is checked.

A draft has one chain for each audience, so that nobody's chain tells of another's entries. An entry
says who did what, when, on which version; it holds the hash of the entry before, the digest of every
row that the deed wrote, and the links of texts that had been typed in. Every text has a chain of its
own: each change is linked to the one before. docs/record.md describes all of it for other programs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from drafting.errors import Refusal
from drafting.text.changes import apply, from_json, text_from_json, to_json

EVERYONE: Final = "everyone"
"""The chain of what everyone on the draft sees."""

BEGINNING: Final = ""
"""What the first entry of a chain holds for the hash of the entry before."""

SHORT_CHARS: Final = 16
"""How much of a hash receipts show: 64 bits."""

HEAD_MIN_CHARS: Final = 12
"""Fewest digits of a head that a check can be asked for."""

_SEALED: Final = ("id", "kind", "level", "label", "previous_label", "content")


def canonical(value: object) -> bytes:
    """Gives a value as JSON that is the same everywhere: keys in order, no blanks, in UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(value: object) -> str:
    """Gives SHA-256 over a value's canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def row_digest(name: str, key: str, value: Mapping[str, Any]) -> str:
    """Gives the digest by which an entry holds a row."""
    return digest([name, key, value])


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Gives the hash of an entry: over everything in it but the hash itself."""
    return digest({name: value for name, value in entry.items() if name != "hash"})


def words_digest(salt: str, ops: Sequence[Any]) -> str:
    """Gives what a text's chain holds of the words of a change.

    The salt is kept with the words and goes with them when they are purged: what is left cannot be
    guessed at.
    """
    return digest([salt, ops])


def first_link(text_id: str, content: Sequence[Any]) -> str:
    """Gives the link a text begins with, over the words it begins with."""
    return digest(["text", text_id, content])


def next_link(previous: str, change: Mapping[str, Any], words: str) -> str:
    """Gives the link of a change: over the link before, who, when, on which version, and `words`."""
    return digest([previous, *(change[name] for name in _LINKED), words])


_LINKED: Final = ("text", "version", "edit", "deed", "person", "author", "at")
"""What of a change its link is made over, in this order; the digest of its words comes last."""


def version_hash(version: Mapping[str, Any], previous: str) -> str:
    """Gives the hash of a sealed version: over the hash before, its fields and its paragraphs."""
    record = {
        "previous": previous,
        **{
            name: version[name]
            for name in ("number", "name", "note", "masthead", "sealed_at", "author")
        },
        "paragraphs": [[p[name] for name in _SEALED] for p in version["paragraphs"]],
    }
    return digest(record)


# A record -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class LiveText:
    """A text of a record: the words it began with, every change, the words now."""

    id: str
    chain: str
    first: list[Any]
    content: list[Any]
    version: int
    link: str
    changes: list[Mapping[str, Any]] = field(default_factory=list)
    """In order; of each: text, version, edit, deed, person, author, at, ops, link, and `salt`, or,
    once its words are purged, `words`: the digest that its link was made over."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a record: its name and key, the chain it stands in, and what its digest is over."""

    name: str
    key: str
    chain: str | None
    """None for a row that several drafts share: it is checked against no entry."""
    value: Mapping[str, Any]
    beside: Mapping[str, Any] = field(default_factory=dict)
    """What is held by another hash than the row's: the paragraphs of a version."""
    rest: Mapping[str, Any] = field(default_factory=dict)
    """Columns that no hash holds, for a record that is to be imported elsewhere."""


@dataclass(slots=True)
class Record:
    """What is on record of a draft, as far as one reader may see it."""

    draft: str
    title: str = ""
    view: str = ""
    """Whose view it is, in words; "everything" for the operator's."""
    taken_at: str = ""
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Of each chain: the number and hash of its last entry, as kept apart from the entries."""
    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    texts: dict[str, LiveText] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    """Names by id, in a record that is to be imported elsewhere."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a record that is not as it was when it was recorded."""

    chain: str
    number: int | None
    """The first entry that does not fit; None where no entry tells of what is there."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a record found."""

    faults: tuple[Fault, ...]
    """The first of each chain, that of everyone first."""
    heads: Mapping[str, tuple[int, str]]
    rows: int
    changes: int


def check(record: Record, head: str = "") -> Verdict:
    """Checks a record against its chains, and that it still holds the entry of a head, if one is given.

    `head` is a hash or its first digits, at least HEAD_MIN_CHARS, as a receipt shows it.
    """
    faults = [
        *_chain_faults(record),
        *_row_faults(record),
        *_text_faults(record),
    ]
    # Of rows that are not what was recorded it cannot be said what they hold.
    faults = faults or [*_version_faults(record)]
    if head and holding(record, head) is None:
        faults.append(
            Fault(
                EVERYONE,
                None,
                f"No entry has the head {head}: the record was cut off or set back to before it, "
                "or the head is another record’s.",
            )
        )
    first: dict[str, Fault] = {}
    for one in sorted(faults, key=_order):
        first.setdefault(one.chain, one)
    return Verdict(
        tuple(sorted(first.values(), key=lambda f: (f.chain != EVERYONE, f.chain))),
        {
            chain: (len(entries), str(entries[-1]["hash"]))
            for chain, entries in sorted(record.entries.items())
            if entries
        },
        len(record.rows),
        sum(len(text.changes) for text in record.texts.values()),
    )


def _order(fault: Fault) -> tuple[str, bool, int]:
    return fault.chain, fault.number is None, fault.number or 0


def holding(record: Record, head: str) -> tuple[str, int] | None:
    """Gives the chain and number of the entry with this head; None when no entry has it."""
    head = head.strip().lower()
    if len(head) < HEAD_MIN_CHARS:
        return None
    for chain, entries in record.entries.items():
        for entry in entries:
            if str(entry["hash"]).startswith(head):
                return chain, int(entry["number"])
    return None


def _chain_faults(record: Record) -> Iterable[Fault]:
    for chain in sorted(record.heads.keys() | record.entries.keys()):
        entries = record.entries.get(chain, [])
        previous = BEGINNING
        for number, entry in enumerate(entries, 1):
            wrong = ""
            if entry.get("number") != number:
                wrong = "is missing, or another stands in its place"
            elif (entry.get("chain"), entry.get("draft")) != (chain, record.draft):
                wrong = "belongs to another chain"
            elif entry.get("previous") != previous:
                wrong = "does not follow from the one before it"
            elif entry_hash(entry) != entry.get("hash"):
                wrong = "was altered"
            if wrong:
                yield Fault(chain, number, f"Entry {number} {wrong}.")
                break
            previous = str(entry["hash"])
        else:
            kept = record.heads.get(chain, (0, BEGINNING))
            if kept != (len(entries), previous):
                yield Fault(
                    chain,
                    len(entries) + 1,
                    f"The chain ends at entry {len(entries)}, and {kept[0]} were recorded: "
                    "it was cut off, or its head was altered.",
                )


def _row_faults(record: Record) -> Iterable[Fault]:
    last: dict[tuple[str, str, str], tuple[int, str]] = {}
    for chain, number, entry in _every(record):
        for name, key, held in entry.get("rows", ()):
            last[chain, name, key] = (number, held)
    for row in record.rows:
        if row.chain is not None:
            yield from _row_fault(row, row.chain, last.get((row.chain, row.name, row.key)))
    there = {(row.name, row.key) for row in record.rows}
    for (chain, name, key), (number, _) in last.items():
        if (name, key) not in there:
            yield Fault(chain, number, f"What entry {number} recorded is gone: {name} {key}.")


def _every(record: Record) -> Iterable[tuple[str, int, Mapping[str, Any]]]:
    for chain, entries in record.entries.items():
        for number, entry in enumerate(entries, 1):
            yield chain, number, entry


def _row_fault(row: Row, chain: str, held: tuple[int, str] | None) -> Iterable[Fault]:
    if held is None:
        yield Fault(chain, None, f"No entry tells of {row.name} {row.key}.")
    elif row_digest(row.name, row.key, row.value) != held[1]:
        yield Fault(chain, held[0], f"{_named(row)} is not what entry {held[0]} recorded.")


def _named(row: Row) -> str:
    return f"{row.name.replace('_', ' ').capitalize()} {row.key}"


def _text_faults(record: Record) -> Iterable[Fault]:
    purged = _purged(record)
    links: dict[tuple[str, int], str] = {}
    broken: dict[str, tuple[int, str]] = {}
    for text in record.texts.values():
        wrong = _linked(text, purged, links)
        if wrong is not None:
            broken[text.id] = wrong
    noted: set[str] = set()
    for chain, number, entry in _every(record):
        for text_id, version, link in entry.get("texts", ()):
            noted.add(text_id)
            if text_id not in record.texts:
                yield Fault(chain, number, f"The text {text_id} is gone.")
            elif links.get((text_id, version)) != link:
                at, why = broken.get(text_id, (version, "is another than was recorded"))
                yield Fault(chain, number, f"In the text {text_id}, change {at} {why}.")
    for text_id, (at, why) in broken.items():
        chain = record.texts[text_id].chain
        yield Fault(chain, None, f"In the text {text_id}, change {at} {why}.")
    for text_id in record.texts.keys() - noted:
        yield Fault(record.texts[text_id].chain, None, f"No entry tells of the text {text_id}.")


def _linked(
    text: LiveText, purged: Mapping[tuple[str, int], str], links: dict[tuple[str, int], str]
) -> tuple[int, str] | None:
    """Gives the first change of a text that does not fit and why; puts down the links that do."""
    previous = links[text.id, 0] = first_link(text.id, text.first)
    for number, change in enumerate(text.changes, 1):
        wrong = _change_fault(change, number, previous, purged)
        if wrong:
            return number, wrong
        previous = links[text.id, number] = str(change["link"])
    if (len(text.changes), previous) != (text.version, text.link):
        return len(text.changes) + 1, "is missing: the text was cut off"
    if not _says(text):
        return len(text.changes), "does not lead to the words the text has now"
    return None


def _purged(record: Record) -> dict[tuple[str, int], str]:
    """Gives, by text and version, what the last purge put in place of the words, hashed."""
    found: dict[tuple[str, int], str] = {}
    rows = [row for row in record.rows if row.name == "purge"]
    for row in sorted(rows, key=lambda r: (str(r.value["at"]), r.key)):
        for version, held in (row.value.get("replaced") or {}).items():
            found[str(row.value["text_id"]), int(version)] = held
    return found


def _change_fault(
    change: Mapping[str, Any], number: int, previous: str, purged: Mapping[tuple[str, int], str]
) -> str:
    if change["version"] != number:
        return "is missing, or another stands in its place"
    if change.get("salt"):
        words = words_digest(str(change["salt"]), change["ops"])
    else:
        words = str(change.get("words") or "")
        if purged.get((str(change["text"]), number)) != digest(change["ops"]):
            return "holds words that no purge put there"
    if next_link(previous, change, words) != change["link"]:
        return "is not what was stored"
    return ""


def _says(text: LiveText) -> bool:
    try:
        words = text_from_json(text.first)
        for change in text.changes:
            words = apply(words, from_json(change["ops"]))
    except (Refusal, ValueError, KeyError, TypeError):
        return False
    return to_json(words) == to_json(text_from_json(text.content))


def _version_faults(record: Record) -> Iterable[Fault]:
    previous = BEGINNING
    versions = [row for row in record.rows if row.name == "version"]
    for row in sorted(versions, key=lambda r: int(r.value["number"])):
        whole = {**row.value, "paragraphs": row.beside["paragraphs"]}
        if version_hash(whole, previous) != row.value["hash"]:
            number = next(
                (
                    int(entry["number"])
                    for entry in record.entries.get(EVERYONE, [])
                    for name, key, _ in entry.get("rows", ())
                    if (name, key) == (row.name, row.key)
                ),
                None,
            )
            yield Fault(
                EVERYONE,
                number,
                f"Version {row.value['number']} is not what was sealed, "
                "or the ones before it are not.",
            )
            return
        previous = str(row.value["hash"])
