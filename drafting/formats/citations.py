"""Resolutions known with the day of their adoption: the table that comes with the tool, and what texts say."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from drafting.text.editorial import citations
from drafting.text.editorial.line import Line
from drafting.text.months import MONTH, day_of
from drafting.text.resolution import Masthead, Resolution

_TABLE = Path(__file__).resolve().parent.parent / "data" / "resolution_dates.csv"
_NUMBER = re.compile(r"(?:A/RES/)?((?:E?S-\d+|\d{1,3})/\d{1,4}(?: ?[A-Z])?)")
_DAY = re.compile(rf"(\d{{1,2}})[ \u00a0\u202f]({MONTH})[ \u00a0\u202f](\d{{4}})")


@dataclass(frozen=True, slots=True)
class Known:
    """A resolution, the day of its adoption, and who says so."""

    number: str
    adopted_on: date
    source: str


@cache
def known() -> Mapping[str, Known]:
    """Gives the resolutions that come with the tool, by number."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["resolution"]: Known(
                row["resolution"], date.fromisoformat(row["adopted"]), row["source"]
            )
            for row in csv.DictReader(file)
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """What an adopted text says: its own number and day, and those of what it cites."""

    number: str
    adopted_on: date
    cited: Mapping[str, date]


def facts(resolution: Resolution) -> Facts | None:
    """Gives what an adopted text says; None for a text that does not say that it was adopted.

    Its masthead must name the resolution's number, and its notices or closing line the day.
    """
    masthead = resolution.masthead
    number = _NUMBER.fullmatch(masthead.number or masthead.symbol)
    day = _adopted_on(masthead)
    if number is None or day is None:
        return None
    lines = [Line(one.text) for one in resolution.paragraphs]
    return Facts(number[1], day, citations.facts(lines))


def _adopted_on(masthead: Masthead) -> date | None:
    lines = [one for one in masthead.notices if "dopted" in one]
    for line in [*lines, masthead.closing]:
        if found := _DAY.search(line):
            return day_of(*found.groups())
    return None
