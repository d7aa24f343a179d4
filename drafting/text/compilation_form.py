"""What a compilation text is printed as: brackets, who speaks in them, and the words of the form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from drafting.errors import Unreadable
from drafting.text.changes import EMPTY, Change, joined, plain, text_of
from drafting.text.compilation import Entry, tidy
from drafting.text.proposal import STANCE_WORDS, Stance
from drafting.text.resolution import Kind

MAX_BRACKETS_READ = 20
"""Deeper brackets are refused in what is read."""


class Role(StrEnum):
    """What a segment of a printed paragraph is."""

    WORDS = "words"
    """Words of the text, or of a proposal."""
    OPEN = "open"
    CLOSE = "close"
    GAP = "gap"
    """A blank before a bracket, which is no part of the text."""
    OWNERS = "owners"
    """Who speaks; follows an opening bracket. Printed in bold, with a colon and a blank."""
    SAID = "said"
    """Words of the form ("delete")."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a printed paragraph: `words` where it is of the text, else `said`."""

    role: Role
    words: Change = EMPTY
    said: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A printed paragraph: what is called and remarked ("deleted; agreed ad ref"), and what it says.

    `deleted` is for the look of it alone; readers need not give it.
    """

    label: str
    kind: Kind
    level: int
    segments: tuple[Segment, ...]
    remarks: str = ""
    key: str = ""
    deleted: bool = False

    @property
    def beneath(self) -> bool:
        """Tells whether this is the line beneath a paragraph, which says something of all of it."""
        if self.label or not self.segments or self.segments[0].role is not Role.OPEN:
            return False
        brackets = _understood_brackets(self.segments)
        return brackets is not None and all(of_the_whole(b.plain) for b in brackets)


OPEN, CLOSE, GAP = Segment(Role.OPEN), Segment(Role.CLOSE), Segment(Role.GAP)
DELETE = "delete"
DELETE_BARE = "delete but not the blank before"
SPLIT = "split here"
"""What is said where a paragraph would be split."""

MERGE = "merge with the paragraph before"
MOVE = "move after "
MOVE_FIRST = "move to the beginning"
INSERT, REPLACE, AMEND = "insert:", "replace by:", "amend to read:"

_STANCES = {**STANCE_WORDS, Stance.DELETE: "for deletion"}
"""A wish to delete is told apart from a proposal to."""

_WEIGHTS = {True: "essential", False: "desirable", None: ""}
VOICES = {
    _STANCES[stance]
    + (f" ({', '.join(more)})" if (more := [one for one in (weight, early) if one]) else ""): (
        stance,
        essential,
        bool(early),
    )
    for stance in Stance
    for essential, weight in _WEIGHTS.items()
    for early in ("", "preliminary")
}
"""What is said of a position, and what it means: stance, essential, preliminary."""

INSTRUCTION = re.compile(
    r"(?:insert|replace by|amend|delete|split|merge|move"
    rf"|{'|'.join(re.escape(words) for words in _STANCES.values())})\b"
)
"""Words that begin so might be taken for an instruction."""


def of_the_whole(words: str) -> bool:
    """Tells whether words say something of a whole paragraph."""
    return words in VOICES or words in {DELETE, MERGE, MOVE_FIRST} or words.startswith(MOVE)


_SPECIAL = re.compile(r"[\\,:*\[\]]|\((?=[0-9]+\)$)|^(?=supported by )")
_ITEM = re.compile(r"(?:\\.|[^\\,])+")
_NUMBER = re.compile(r" \((?P<number>[0-9]{1,6})\)$")
_SUPPORTED = "supported by "

_HELD = " and\u00a0"
"""In a supporter's name the blank behind "and" is a no-break one: "Chile and Antigua and Barbuda"."""


def attribution(owners: Sequence[str], number: int = 1, supporters: Sequence[str] = ()) -> str:
    """Gives who speaks: "Norway (2), supported by Chile and Peru"; the first has no number.

    A backslash stands before what would be taken for a mark of the form in a name.
    """
    words = ", ".join(_SPECIAL.sub(r"\\\g<0>", name) for name in owners)
    if number > 1:
        words += f" ({number})"
    if supporters:
        held = [_SPECIAL.sub(r"\\\g<0>", name).replace(" and ", _HELD) for name in supporters]
        last = " and ".join(held[-2:])
        words += f", {_SUPPORTED}{', '.join([*held[:-2], last])}"
    return words


def attributed(words: str) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """Reads who speaks: owners, number, supporters."""
    items = [item.removeprefix(" ") for item in _ITEM.findall(words)]
    place = next((i for i, item in enumerate(items) if item.startswith(_SUPPORTED)), len(items))
    owners, supporters = items[:place], items[place:]
    number = 1
    if owners and (found := _NUMBER.search(owners[-1])):
        number = int(found["number"])
        owners[-1] = owners[-1][: found.start()]
    if supporters:
        supporters[0] = supporters[0].removeprefix(_SUPPORTED)
        supporters[-1:] = supporters[-1].split(" and ")
    return (
        tuple(filter(None, map(_name, owners))),
        number,
        tuple(name for item in supporters if (name := _name(item.replace(_HELD, " and ")))),
    )


def _name(item: str) -> str:
    return tidy(re.sub(r"\\(.)", r"\1", item))


_DELETED = "deleted"


def remarks_of(entry: Entry) -> str:
    """Gives what is remarked of a paragraph: that it is deleted, and how far it is agreed."""
    state = re.sub(r"[\\;]", r"\\\g<0>", entry.state)
    if state == _DELETED:
        state = f"\\{state}"
    return "; ".join(filter(None, (_DELETED if entry.deleted else "", state)))


def remarked(remarks: str) -> tuple[bool, str]:
    """Reads what is remarked: whether the paragraph is deleted, and how far it is agreed."""
    first, mark, rest = remarks.partition("; ")
    deleted = first == _DELETED
    state = rest if deleted else first + mark + rest
    return deleted, tidy(re.sub(r"\\(.)", r"\1", state))


def shown_label(block: Block) -> str:
    """Gives what is printed for a label: a dash where there is none and one is needed.

    Only opening words, and lines beneath a paragraph, go without.
    """
    label = block.label
    if not label:
        bare = block.kind is Kind.FORMULA and not block.remarks and block.segments
        return "" if bare or block.beneath else "\N{EN DASH}"
    return f"\\{label}" if label == "\N{EN DASH}" or label.startswith("\\") else label


def label_shown(printed: str) -> str:
    """Gives the label that is so printed."""
    printed = tidy(printed)
    return "" if printed == "\N{EN DASH}" else printed.removeprefix("\\")


def is_alternative(label: str, of: str) -> bool:
    """Tells whether a label is that of another paragraph in this one's place ("OP4 alt 2")."""
    return re.fullmatch(rf"{re.escape(of)} ?alt(?: [0-9]+)?", label) is not None


def spoken(segments: Iterable[Segment]) -> Iterator[tuple[Segment, bool]]:
    """Gives segments, and whether each is of what somebody says, not of the text itself."""
    speaking = False
    for segment in segments:
        speaking = segment.role is Role.OWNERS or (speaking and segment.role is not Role.CLOSE)
        yield segment, speaking


@dataclass(slots=True)
class Bracket:
    """What stands in brackets, and who says it; None: words of the text itself."""

    owners: str | None = None
    content: list[Node] = field(default_factory=list)

    @property
    def words(self) -> Change:
        """Gives the words of who speaks."""
        return joined(*(node for node in self.content if isinstance(node, Change)))

    @property
    def plain(self) -> str:
        """Gives them without their slope."""
        return plain(self.words)


class Gap:
    """A blank before a bracket."""


Node = Change | Bracket | Gap


def tree(segments: Iterable[Segment]) -> list[Node]:
    """Gives what a printed paragraph holds, brackets in brackets.

    Refuses: Unreadable where they do not match, or are nested deeper than any that is written.
    """
    stack = [Bracket()]
    for segment in segments:
        top = stack[-1]
        match segment.role:
            case Role.WORDS:
                top.content.append(segment.words)
            case Role.SAID:
                top.content.append(text_of(segment.said))
            case Role.GAP:
                top.content.append(Gap())
            case Role.OWNERS:
                top.owners = segment.said
            case Role.OPEN:
                _refuse(top.owners is not None, "somebody's words hold brackets of others")
                _refuse(len(stack) > MAX_BRACKETS_READ, "its brackets are nested too deep")
                inner = Bracket()
                top.content.append(inner)
                stack.append(inner)
            case Role.CLOSE:
                _refuse(len(stack) == 1, "a bracket closes that never opened")
                stack.pop()
    _refuse(len(stack) > 1, "a bracket does not close")
    return stack[0].content


def _refuse(fact: bool, why: str) -> None:  # noqa: FBT001 - a fact, not a switch
    if fact:
        raise Unreadable(detail=f"This compilation text cannot be read: {why}. Nothing was stored.")


def _understood_brackets(segments: Sequence[Segment]) -> list[Bracket] | None:
    """Gives the brackets of a line that holds nothing else, each of somebody; else None."""
    try:
        nodes = tree(segments)
    except Unreadable:
        return None
    brackets = [node for node in nodes if isinstance(node, Bracket)]
    if any(isinstance(node, Change) and plain(node).strip() for node in nodes):
        return None
    return brackets if all(bracket.owners is not None for bracket in brackets) else None
