"""A technical update as a value: the words it is about, what would stand there, and why; and how it is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from drafting.text.changes import (
    EMPTY,
    Builder,
    Change,
    Delete,
    Insert,
    Retain,
    Revise,
    apply,
    compose,
    part,
    transform,
)
from drafting.text.diff import difference
from drafting.text.resolution import Paragraph


class What(StrEnum):
    """What an update brings up to date."""

    RECALLED = "recalled"
    """Last year's resolution joins the list of those recalled, or takes the place of the one before."""
    SESSION = "session"
    AGENDA = "agenda"
    TENSE = "tense"
    STYLE = "style"
    NUMBER = "number"
    """How many States have joined."""
    MEETING = "meeting"
    """A meeting that was to come."""


class Certainty(StrEnum):
    """How sure the tool is."""

    SURE = "sure"
    LIKELY = "likely"
    NOTE = "note"
    """A person must say what is to stand."""


@dataclass(frozen=True, slots=True)
class Last:
    """The adopted text a draft descends from: "75/62", "7 December 2020" ("" where unknown), 75."""

    number: str
    day: str
    session: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Words to stand between two positions, in units."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Update:
    """One update of one paragraph; `paragraph` is its place in the text.

    `found` are the words it is about, from `start` up to `end` in units, `wanted` what would stand
    there ("" for a note). The edits lie within.
    """

    paragraph: int
    what: What
    found: str
    wanted: str
    start: int
    end: int
    edits: tuple[Edit, ...]
    why: str
    certainty: Certainty
    before: int = 0
    """How often last year's paragraph has the same words before these."""

    @property
    def words_hash(self) -> str:
        """Gives what tells its words from others of the paragraph, as long as they stand."""
        return sha256(f"{self.before} {self.found}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known this year; every part may be absent."""

    parties: int | None = None
    signatories: int | None = None
    source: str = ""
    """Where the numbers are from, in words."""


NOTHING_KNOWN = Facts()


def change_of(update: Update, text: Change, words: str | None = None) -> Change:
    """Gives the change an update makes to its paragraph; `words` answer a note.

    A note that is not answered changes nothing.
    """
    edits = update.edits if words is None else (Edit(update.start, update.end, words),)
    builder, at = Builder(), 0
    for edit in sorted(edits, key=lambda e: e.start):
        stood = part(text, edit.start, edit.end)
        beside = stood or part(text, max(edit.start - 1, 0), edit.start)
        first = beside.ops[0] if beside.ops else None
        italic = isinstance(first, Insert) and isinstance(first.content, str) and first.italic
        new = Change((Insert(edit.words, italic=italic or None),)) if edit.words else EMPTY
        builder.retain(edit.start - at).extend(difference(stood, new).ops)
        # What `difference` leaves unsaid at the end is kept.
        at = edit.end
        covered = sum(_base_length(op) for op in difference(stood, new).ops)
        builder.retain(edit.end - edit.start - covered)
    return builder.change()


def together(of: Iterable[Change]) -> Change:
    """Gives the one change of several that were made on the same text; the first comes first."""
    total = EMPTY
    for change in of:
        total = compose(total, transform(total, change, first=True))
    return total


def forwarded(paragraphs: Sequence[Paragraph], of: Iterable[Update]) -> tuple[Paragraph, ...]:
    """Gives the text with all these updates made."""
    rows = list(of)
    out = []
    for index, paragraph in enumerate(paragraphs):
        changes = [change_of(u, paragraph.text) for u in rows if u.paragraph == index and u.edits]
        text = apply(paragraph.text, together(changes)) if changes else paragraph.text
        out.append(replace(paragraph, text=text))
    return tuple(out)


def _base_length(op: object) -> int:
    match op:
        case Retain(length=units) | Delete(length=units):
            return units
        case Revise():
            return 1
        case _:
            return 0
