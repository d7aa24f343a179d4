"""Words as they are searched: each character standing where it stood, no-break characters made plain."""

from __future__ import annotations

import re
from functools import cached_property

from drafting.text.changes import (
    Builder,
    Change,
    Delete,
    Insert,
    Retain,
    Revise,
    apply,
    part,
    plain,
)
from drafting.text.diff import difference
from drafting.text.months import MONTH
from drafting.text.offsets import length_utf16, utf16_at

DAY = rf"\d{{1,2}} {MONTH} \d{{4}}"
"""A date as resolutions write it: "7 December 2020"."""
PARTIES = re.compile(r"\bStates? part(?:y|ies)\b")
"""The Parties as they were written up to the seventy-ninth session."""


def plainer(words: str) -> str:
    """Gives words with no-break characters made plain, each standing where it stood."""
    return words.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2011", "-")


class Words:
    """The words of a text, as they stand and as they are searched."""

    def __init__(self, text: Change) -> None:
        self.text = text
        self.as_they_stand = plain(text)
        self.plain = plainer(self.as_they_stand)

    def units(self, place: int) -> int:
        """Gives a place among the characters in units."""
        return utf16_at(self.as_they_stand, place)

    def span(self, found: re.Match[str], group: str | int = 0) -> tuple[int, int]:
        """Gives what was found, in units."""
        return self.units(found.start(group)), self.units(found.end(group))

    def dated(self, day: str) -> str:
        """Gives a date as this text writes dates: with a no-break space before the month, or a plain one."""
        unbroken = re.search(rf"\d[\u00a0\u202f]{MONTH}", self.as_they_stand)
        return re.sub(r"(\d) (?=[A-Z])", "\\1\u00a0", day) if unbroken else day


class Kept:
    """Where words of an earlier text stand now, as long as nobody has touched them.

    The texts are compared when it is first asked. The house style changes letters where they stand:
    that is not counted as touching them.
    """

    def __init__(self, before: Words, now: Words) -> None:
        self.before = before
        self.now = now

    def place(self, span: tuple[int, int]) -> tuple[int, int] | None:
        """Gives where words stand now; None when they were changed."""
        for start, end, by in self._stretches:
            if start <= span[0] and span[1] <= end:
                return span[0] + by, span[1] + by
        return None

    @cached_property
    def _stretches(self) -> list[tuple[int, int, int]]:
        """Gives what stands still: from where up to where, in units, and how far it has moved."""
        before, now = _capital(self.before), _capital(self.now)
        kept: list[tuple[int, int, int]] = []
        old = new = 0
        for op in difference(before, now).ops if before != now else ():
            match op:
                case Insert(content=str() as words):
                    new += length_utf16(words)
                case Insert():
                    new += 1
                case Delete(length=units):
                    old += units
                case Retain(length=units):
                    _join(kept, old, old + units, new - old)
                    old, new = old + units, new + units
                case Revise():
                    old, new = old + 1, new + 1
        _join(kept, old, 1 << 60, new - old)
        return kept


def _join(kept: list[tuple[int, int, int]], start: int, end: int, by: int) -> None:
    if kept and kept[-1][1:] == (start, by):
        kept[-1] = (kept[-1][0], end, by)
    else:
        kept.append((start, end, by))


def _capital(words: Words) -> Change:
    """Gives a text with "States Parties" so written everywhere; nothing moves."""
    places = [found.start() + found.group().index("p") for found in PARTIES.finditer(words.plain)]
    builder, at = Builder(), 0
    for place in map(words.units, places):
        stood = part(words.text, place, place + 1).ops[0]
        italic = stood.italic if isinstance(stood, Insert) else None
        builder.retain(place - at).insert("P", italic=bool(italic)).delete(1)
        at = place + 1
    return apply(words.text, builder.change()) if places else words.text
