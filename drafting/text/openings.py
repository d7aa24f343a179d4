"""How paragraphs open beside their neighbours: "Recalling", "Recalling also", "Recalling further".

Consecutive paragraphs with one opening take the adverbs in turn: none, "also", "further", and none
again (research/un-practice.md 2.3, measured: 98.8 % of 7,387 pairs). In the preamble the adverb
stands behind the opening, in the operative part before it, and an "also" whose neighbour opens
otherwise is an orphan. What is right where usage leaves a choice is left alone:

- A heading begins a new section: behind it the bare opening and the next adverb are both right.
- Sub-paragraphs belong to their paragraph, and a paragraph without words is as good as deleted:
  both are passed over. Annexes are not looked at.
- Two openings of one verb that are not the same ("Noting", "Noting with concern"; "Encourages",
  "Strongly encourages") may stand side by side bare, or take turns.
- Verbs with an addressee take turns where the addressee is the same, and do not where it is
  another. Where two addressees share a word ("Member States", "States parties"), or one is not to
  be read ("Requests that ..."), both are right.
- A paragraph without an italic English opening says nothing; what follows it is not judged by it.

The adverb of the preamble is set behind the whole italic opening ("Taking note also", "Bearing in
mind also", "Noting with satisfaction also"), and is read anywhere within it ("Noting also with
satisfaction").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.text.changes import (
    NOTE_PLACEHOLDER,
    Change,
    Insert,
    part,
    plain,
    shifted,
)
from drafting.text.diff import difference, normalized
from drafting.text.offsets import length_utf16
from drafting.text.resolution import Kind, Paragraph

ADVERBS = ("", "also", "further")
"""The turn that consecutive paragraphs with one opening take."""

_SPEAKS = re.compile(
    r"\b(?:advises|appeals|asks|authorizes|calls|commends|congratulates|directs|encourages|entrusts"
    r"|exhorts|implores|instructs|invites|mandates|recommends|reminds|requests|thanks|urges"
    r"|appeal|call|encouragement|invitation|recommendation|request)\b"
)
"""Verbs that speak to somebody, also as nouns ("Reiterates its request"); all others assert."""

_ADJECTIVE = re.compile(
    "anxious|aware|certain|cognizant|confident|conscious|desirous|eager|grateful|hopeful|mindful"
    "|proud"
)
_INTRODUCTION = re.compile(r"[\s\[\]“‘«(]*")
_ADVERB = re.compile(r"[Aa]lso|[Ff]urther(?:more)?")
_ROMAN_ALSO = re.compile(r"[ \u00a0\u202f]?also\b")
_ADDRESSEE_END = re.compile(
    r"[,;:.]| (?:to|that|who|which|when|where|at|in|on|for|with|within|by|from|as|through|under)\b"
)
_BARE_WORDS = frozenset(["the", "all", "and", "of", "a", "an", "its", "other", "relevant"])


@dataclass(frozen=True, slots=True)
class Opening:
    """How a paragraph opens.

    `verb` is the whole opening without its adverb, in lower case ("taking note"). `addressee` is
    read for operative verbs that have one, as it stands without its article; "" where there is
    none. From `start_utf16` up to `end_utf16` stand opening and adverb.
    """

    verb: str
    adverb: str
    addressee: str
    start_utf16: int
    end_utf16: int
    well_placed: bool = True
    """Whether the adverb stands on the side where it belongs, in small letters or capital."""
    words: str = ""
    """As it stands, no-break characters made plain."""


@dataclass(frozen=True, slots=True)
class OpeningFinding:
    """A paragraph that opens wrongly beside its neighbour, and the change that mends it."""

    index: int
    rule: str
    """"cycle", "orphan", "addressee" or "place"."""
    found: str
    wanted: str
    repair: Change
    """A change to the paragraph's text that touches the opening alone."""
    why: str


@dataclass(frozen=True, slots=True)
class _Before:
    """What stands before a paragraph, as it will open once it is mended."""

    paragraph: Paragraph
    opening: Opening | None
    turn: int
    heading_since: bool = False


def opening_of(paragraph: Paragraph) -> Opening | None:
    """Gives how a preambular or operative paragraph opens; None without an italic English opening."""
    if paragraph.kind not in {Kind.PREAMBULAR, Kind.OPERATIVE}:
        return None
    operative = paragraph.kind is Kind.OPERATIVE
    found = _italic_start(paragraph.text)
    if found is None:
        return None
    before, words, rest = found
    if not operative and (stray := _ROMAN_ALSO.match(rest)):
        words, rest = words + stray.group(), rest[stray.end() :]
    row = words.split()
    bare = [word for word in row if not _ADVERB.fullmatch(word)]
    if not bare or not _is_english(bare, operative=operative):
        return None
    places = [place for place, word in enumerate(row) if _ADVERB.fullmatch(word)]
    adverb = row[places[0]].lower().removesuffix("more") if places else ""
    verb = " ".join(bare).lower()
    start = length_utf16(before)
    return Opening(
        verb,
        adverb,
        _addressee(verb, rest) if operative else "",
        start,
        start + length_utf16(words),
        well_placed=_well_placed(row, places, operative=operative),
        words=normalized(words),
    )


def openings(paragraphs: Sequence[Paragraph]) -> list[OpeningFinding]:
    """Gives what is wrong with the openings of a text, in its order.

    Each finding takes the ones before it as mended: with all repairs made there are none left.
    """
    out: list[OpeningFinding] = []
    before: _Before | None = None
    for index, paragraph in enumerate(paragraphs):
        match paragraph.kind:
            case Kind.ANNEX:
                break
            case Kind.HEADING if before is not None:
                before = _Before(before.paragraph, before.opening, before.turn, heading_since=True)
            case Kind.PREAMBULAR | Kind.OPERATIVE if plain(paragraph.text).strip():
                opening = opening_of(paragraph)
                turn = 0
                if opening is not None:
                    turn, finding = _judged(index, paragraph, opening, before)
                    out += [finding] if finding is not None else []
                before = _Before(paragraph, opening, turn)
    return out


def _italic_start(text: Change) -> tuple[str, str, str] | None:
    """Gives what stands before the italic opening (brackets at most), it, and what follows."""
    before = ""
    for number, op in enumerate(text.ops):
        if not isinstance(op, Insert) or not isinstance(op.content, str):
            return None
        if op.italic:
            stripped = op.content.lstrip()
            before += op.content[: len(op.content) - len(stripped)]
            words = stripped.rstrip(" \u00a0\u202f,;:.")
            rest = stripped[len(words) :] + plain(Change(text.ops[number + 1 :]))
            return before, words, rest
        if number or not _INTRODUCTION.fullmatch(op.content):
            return None
        before = op.content
    return None


def _is_english(bare: Sequence[str], *, operative: bool) -> bool:
    first = bare[1] if bare[0].lower().endswith("ly") and len(bare) > 1 else bare[0]
    first = first.lower()
    if operative:
        return first.endswith("s")
    return first.endswith(("ing", "ed")) or bool(_ADJECTIVE.fullmatch(first))


def _well_placed(row: Sequence[str], places: Sequence[int], *, operative: bool) -> bool:
    if not places:
        return True
    if len(places) > 1 or row[places[0]].lower() == "furthermore":
        return False
    return places[0] == 0 if operative else places[0] > 0


def _addressee(verb: str, rest: str) -> str:
    if not _SPEAKS.search(verb):
        return ""
    named = normalized(rest).strip().removeprefix("to ")
    if named.startswith("that "):
        return ""
    end = _ADDRESSEE_END.search(named)
    named = (named[: end.start()] if end else named).replace(NOTE_PLACEHOLDER, "")
    return named.removeprefix("the ").strip()


def _judged(
    index: int, paragraph: Paragraph, opening: Opening, before: _Before | None
) -> tuple[int, OpeningFinding | None]:
    """Gives the turn that the paragraph takes in the end, and what is wrong with it now."""
    turn = ADVERBS.index(opening.adverb)
    same_part = before if before is not None and before.paragraph.kind is paragraph.kind else None
    allowed, rule, why = _allowed(opening, same_part)
    if turn in allowed:
        if opening.well_placed:
            return turn, None
        rule, why = "place", _misplaced(paragraph.kind)
    else:
        turn = allowed[-1] if turn else allowed[0]
    wanted = _worded(opening, turn, paragraph.kind)
    repair = _repair(paragraph.text, opening, wanted)
    why = why.format(found=opening.words, wanted=wanted)
    return turn, OpeningFinding(index, rule, opening.words, wanted, repair, why)


def _allowed(opening: Opening, before: _Before | None) -> tuple[tuple[int, ...], str, str]:
    """Gives the turns that are right; and for all others the rule they break, and why."""
    if before is None:
        return (0,), "orphan", "Nothing before it in this part opens so: it opens with “{wanted}”."
    if before.opening is None:
        return (0, 1, 2), "", ""
    turn = (before.turn + 1) % len(ADVERBS)
    same = _alike(opening, before.opening, before.paragraph.kind)
    stands = _worded(before.opening, before.turn, before.paragraph.kind)
    if same is False:
        if opening.verb == before.opening.verb:
            why = "The paragraph before speaks to somebody else: this one opens with “{wanted}”."
            return (0,), "addressee", why
        why = f"The paragraph before opens with “{stands}”: this one opens with “{{wanted}}”."
        return (0,), "orphan", why
    why = f"The paragraph before opens with “{stands}”: this one opens with “{{wanted}}”."
    if same and not before.heading_since:
        return (turn,), "cycle", why
    return (0, turn) if turn else (0,), "cycle", why


def _alike(one: Opening, two: Opening, kind: Kind) -> bool | None:
    """Tells whether two openings take turns; None where they may."""
    if one.verb != two.verb:
        return None if _stem(one.verb) == _stem(two.verb) else False
    if kind is Kind.PREAMBULAR or not _SPEAKS.search(one.verb):
        return True
    if not one.addressee or not two.addressee:
        return None
    if one.addressee == two.addressee:
        return True
    shared = _content(one.addressee) & _content(two.addressee)
    return None if shared else False


def _stem(verb: str) -> str:
    row = verb.split()
    return row[1] if row[0].endswith("ly") and len(row) > 1 else row[0]


def _content(addressee: str) -> set[str]:
    return set(addressee.lower().split()) - _BARE_WORDS


def _misplaced(kind: Kind) -> str:
    where = "before" if kind is Kind.OPERATIVE else "behind"
    part_of = "the operative part" if kind is Kind.OPERATIVE else "the preamble"
    return f"In {part_of} the adverb stands {where} the opening: “{{wanted}}”."


def _worded(opening: Opening, turn: int, kind: Kind) -> str:
    adverb = ADVERBS[turn]
    row = opening.words.split()
    places = [place for place, word in enumerate(row) if _ADVERB.fullmatch(word)]
    if adverb and kind is Kind.PREAMBULAR and opening.well_placed and places:
        row[places[0]] = adverb
        return " ".join(row)
    bare = [word for word in row if not _ADVERB.fullmatch(word)]
    if not adverb:
        bare[0] = _capital(bare[0])
    elif kind is Kind.PREAMBULAR:
        bare = [_capital(bare[0]), *bare[1:], adverb]
    else:
        bare = [_capital(adverb), bare[0][0].lower() + bare[0][1:], *bare[1:]]
    return " ".join(bare)


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]


def _repair(text: Change, opening: Opening, wanted: str) -> Change:
    stands = part(text, opening.start_utf16, opening.end_utf16)
    mended = Change((Insert(wanted, italic=True),))
    return shifted(difference(stands, mended), opening.start_utf16)
