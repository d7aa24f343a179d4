"""Editorial rules of drafting, and where a text departs from them.

`check` looks for the 46 rules of `findings.RULES` that are reported. It never changes a text: a finding
carries the change that mends it where that is safe. Most rules are of English; in texts of other languages
those alone are looked for that are of none (numbers, brackets, doubled punctuation).

What a paragraph's own words say is kept in mind, so that a text of which one paragraph has changed is
looked at again in a few milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from drafting.text import sessions
from drafting.text.changes import Change
from drafting.text.editorial import citations, gate, structure, typography, wording
from drafting.text.editorial.findings import GATE, RULES, Finding, Level, Rule, described
from drafting.text.editorial.line import Line, at_place, notes_of
from drafting.text.editorial.structure import Place
from drafting.text.numbering import labels_of
from drafting.text.resolution import (
    NOTES_OUT_OF_ORDER,
    ORGANIZATION,
    Kind,
    Masthead,
    Paragraph,
    Resolution,
)

_NONE: Mapping[str, date] = {}
_DRAFT_OF = re.compile(r"A/(?:C\.\d/)?(\d{1,3})/L\.\d+")


def check(
    paragraphs: Sequence[Paragraph],
    *,
    session: int | None = None,
    known: Mapping[str, date] = _NONE,
    language: str = "en",
) -> tuple[Finding, ...]:
    """Gives where a text departs from the rules, in its order.

    `session` is that in which the text is adopted; without it the rules that hang on it are left out.
    `known` gives resolutions of the General Assembly, by number, with the day of their adoption.
    """
    places = _places(paragraphs)
    english = language == "en" and not _is_other(places)
    found: list[Finding] = []
    for place in places:
        row = _own(place.paragraph.text, place.annex, english, session)
        found += (at_place(one, place.index) for one in row)
    found += structure.numbers(places)
    if english:
        found += structure.structure(places, paragraphs)
        found += structure.agenda(places, session)
        found += structure.parties(places, session)
        found += citations.citations(places, known)
        found += citations.footnotes(places)
    return tuple(sorted(found, key=_order))


def check_read(
    resolution: Resolution, *, session: int | None = None, known: Mapping[str, date] = _NONE
) -> tuple[Finding, ...]:
    """Gives where a text departs that was read from a file, with what its reader saw of note marks."""
    rows = resolution.paragraphs
    found = check(
        rows,
        session=session or session_of(resolution.masthead),
        known=known,
        language=resolution.masthead.language,
    )
    labels = labels_of(rows)
    out = [
        at_place(_line(rows[index].text).find(32, 0, 0, one.what), index)
        for one in resolution.findings
        if one.what == NOTES_OUT_OF_ORDER
        for index in [labels.index(one.where) if one.where in labels else 0]
    ]
    return tuple(sorted([*found, *out], key=_order))


def _order(one: Finding) -> tuple[int, int, int, int]:
    return one.index, one.start, one.end, one.rule.number


def cited_numbers(paragraphs: Sequence[Paragraph]) -> frozenset[str]:
    """Gives the numbers of the resolutions a text cites, whose dates `check` asks for."""
    return frozenset(one.number for p in paragraphs for one in citations.cited(_line(p.text)))


def left_open(paragraphs: Sequence[Paragraph], *, language: str = "en") -> tuple[Finding, ...]:
    """Gives what keeps a text from being tabled (rule 40), in its order."""
    found: list[Finding] = []
    for place in _places(paragraphs):
        row = _own(place.paragraph.text, place.annex, language == "en", None)
        found += (at_place(one, place.index) for one in row if one.rule.number == GATE)
    return tuple(found)


def _places(paragraphs: Sequence[Paragraph]) -> list[Place]:
    out: list[Place] = []
    annex = False
    for index, paragraph in enumerate(paragraphs):
        annex = annex or paragraph.kind is Kind.ANNEX
        inside = annex or paragraph.kind in {Kind.ANNEX_ITEM, Kind.ANNEX_TEXT}
        out.append(Place(index, paragraph, _line(paragraph.text), inside))
    return out


def _is_other(places: Sequence[Place]) -> bool:
    """Tells whether the formula is of another language, whatever the masthead says."""
    formula = next((p.line.text.casefold() for p in places if p.kind is Kind.FORMULA), "")
    return any(
        organ.casefold() in formula for key, (_, organ) in ORGANIZATION.items() if key != "en"
    )


@lru_cache(maxsize=4096)
def _line(text: Change) -> Line:
    return Line(text)


@lru_cache(maxsize=4096)
def _own(
    text: Change,
    annex: bool,  # noqa: FBT001 - what is kept in mind hangs on all of it
    english: bool,  # noqa: FBT001
    session: int | None,
) -> tuple[Finding, ...]:
    """Gives what a paragraph's own words say, without its place."""
    line = _line(text)
    found: list[Finding] = list(gate.left_open(line, annex=annex))
    if not english:
        return (*found, *typography.punctuation(line))
    found += typography.signs(line)
    found += wording.words(line, session, starts=True)
    for note in notes_of(line):
        found += typography.signs(note)
        found += wording.words(note, session, starts=True)
        found += gate.left_open(note, annex=annex)
    return tuple(found)


def session_of(masthead: Masthead, *, working: bool = False) -> int | None:
    """Gives the session in which a text is adopted; None where its masthead does not say.

    A `working` text that was begun from an adopted one is of the session after it, until it has the
    symbol of a draft of its own.
    """
    drafted = _DRAFT_OF.search(masthead.symbol)
    if drafted:
        return int(drafted[1])
    said = sessions.session_of(masthead.session)
    adopted = sessions.session_of_number(masthead.number)
    if adopted is None:
        adopted = sessions.session_of_number(masthead.symbol)
    if adopted is None:
        return said
    if not working:
        return adopted
    return said if said is not None and said > adopted else adopted + 1


__all__ = [
    "GATE",
    "RULES",
    "Finding",
    "Level",
    "Rule",
    "check",
    "check_read",
    "cited_numbers",
    "described",
    "left_open",
    "session_of",
]
