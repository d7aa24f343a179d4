r"""The compilation text: the working text with every live proposal in its place, in brackets.

    OP4   Urges all States parties [Norway: and signatories] to act [without delay] [Chile: promptly]
          [Mexico, Peru: delete] in good faith;
          [Togo: move after OP2] [Mexico, Chile: retain (preliminary)] [Peru: for deletion]
    OP4 alt       [Kenya, supported by Chile and Togo: Invites States parties to act;]
    OP4 alt 2     [Chile (2): amend to read: Urges the parties to act;]
    OP4 bis       [Norway (2): Thanks the keepers;]

Bold is all that stands in brackets before the colon. What changes words stands among them: words
that would go or be replaced are in brackets of their own, directly before who says so. What is said
of the whole paragraph has a line of its own beneath it; other paragraphs in its place, and those
that would follow it, come next. Two amendments whose words cross cannot be told apart in one
paragraph: the later one is given whole ("OP4 alt 2 [Chile: amend to read: …]"). Words that might be
taken for an instruction are introduced: `[Norway: insert: retain]`.

These are the values. A writer takes what is `printed` (`compilation_printing`), and marks which
characters are the form's own; a reader gives the same blocks to `gathered` (`compilation_reading`).
All formats share the rest, so that for each of them

    read(write(compilation)) == settled(compilation)       without keys
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from drafting.text.changes import EMPTY, Builder, Change, Insert, Note
from drafting.text.proposal import WORDED, ProposalKind, Stance
from drafting.text.resolution import MAX_LEVEL, Kind

_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A live proposal on a paragraph, told among its words or beside them.

    `text` is the full wording it would give (amend, alternative, insert), `at` where it would split
    the paragraph, in UTF-16 units of its words, `after` the label behind which it would move it, ""
    the beginning. `new_kind`, `level` and `label` are what an inserted paragraph is and is called.
    A sub-paragraph without a level has that of the paragraph it would follow. Without a
    label it is named after its place among those given ("PP10 bis"): who leaves paragraphs or
    proposals out gives the label (`named`), or one proposal is called differently in each selection.
    `apart`: an amendment that is given whole. One that was made on other words must be: among
    these it would seem to speak of some that its owners never saw.
    """

    key: str
    kind: ProposalKind
    owners: tuple[str, ...]
    text: Change = EMPTY
    at: int = 0
    after: str = ""
    new_kind: Kind = Kind.OPERATIVE
    supporters: tuple[str, ...] = ()
    label: str = ""
    level: int = 0
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """Where delegations stand on a paragraph, without words of their own.

    `essential` is True for essential, False for desirable, None where it was not said.
    """

    owners: tuple[str, ...]
    stance: Stance
    essential: bool | None = None
    preliminary: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph of the working text, and what is proposed and said about it.

    Insertions stand with the paragraph that they would follow. `state` is the agreement in words
    ("agreed ad ref").
    """

    key: str
    label: str
    kind: Kind
    level: int
    text: Change
    deleted: bool = False
    alternatives: tuple[Alternative, ...] = ()
    voices: tuple[Voice, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Compilation:
    """A compilation text.

    `lines` stand above the title (symbol, version, date); `made` says what was chosen ("All
    proposals"). `before` are insertions before the first paragraph.
    """

    title: str
    entries: tuple[Entry, ...]
    made: str = ""
    lines: tuple[str, ...] = ()
    language: str = "en"
    before: tuple[Alternative, ...] = ()


def tidy(line: str) -> str:
    """Gives a line with single blanks, and without what a text cannot hold."""
    return " ".join(_UNFIT.sub(" ", line).split())


def tidy_entry(entry: Entry) -> Entry:
    """Gives an entry as it is printed, its proposals in the order given."""
    sub = entry.kind is Kind.SUB
    return replace(
        entry,
        label=tidy(entry.label),
        level=min(max(entry.level, 1), MAX_LEVEL) if sub else 0,
        text=_normal(entry.text),
        state=tidy(entry.state),
        voices=tuple(replace(voice, owners=_names(voice.owners)) for voice in entry.voices),
        alternatives=tuple(map(tidy_alternative, entry.alternatives)),
    )


def tidy_alternative(one: Alternative) -> Alternative:
    """Gives a proposal without what its kind has no use for."""
    return Alternative(
        key=one.key,
        kind=one.kind,
        owners=_names(one.owners),
        text=_normal(one.text) if one.kind in WORDED else EMPTY,
        at=one.at if one.kind is ProposalKind.SPLIT else 0,
        after=tidy(one.after) if one.kind is ProposalKind.MOVE else "",
        new_kind=one.new_kind if one.kind is ProposalKind.INSERT else Kind.OPERATIVE,
        supporters=_names(one.supporters),
        label=tidy(one.label) if one.kind is ProposalKind.INSERT else "",
        level=min(max(one.level, 0), MAX_LEVEL) if _is_sub(one) else 0,
        apart=one.apart and one.kind is ProposalKind.AMEND,
    )


def _is_sub(one: Alternative) -> bool:
    return one.kind is ProposalKind.INSERT and one.new_kind is Kind.SUB


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in map(tidy, names) if name)


def _normal(text: Change) -> Change:
    builder = Builder()
    for op in text.ops:
        if isinstance(op, Insert) and isinstance(op.content, Note):
            builder.insert(Note(_normal(op.content.content)), italic=op.italic or None)
        elif isinstance(op, Insert):
            builder.insert(op.content, italic=op.italic or None)
    return builder.change()
