"""Deadlines: one moment, told and asked for in the time of a place, and in New York's beside it.

The presidency sits in Geneva, the vote is in New York, the instructions come from capitals. Between the
last Sunday of October (Europe) and the first of November (New York) Geneva is five hours ahead, not six.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from drafting.errors import Malformed

NEW_YORK: Final = "America/New_York"
GENEVA: Final = "Europe/Zurich"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of missions or a capital: the key of its zone, and what people call it."""

    key: str
    name: str


PLACES: Final = (
    Place(NEW_YORK, "New York"),
    Place(GENEVA, "Geneva"),
    Place("Asia/Baghdad", "Baghdad"),
    Place("Australia/Sydney", "Canberra"),
    Place("America/Guyana", "Georgetown"),
    Place("Europe/London", "London"),
    Place("Asia/Manila", "Manila"),
    Place("America/Mexico_City", "Mexico City"),
    Place("Africa/Nairobi", "Nairobi"),
    Place("America/Santiago", "Santiago"),
    Place("Europe/Sofia", "Sofia"),
    Place("Asia/Tokyo", "Tokyo"),
    Place("Africa/Johannesburg", "Pretoria"),
    Place("Africa/Windhoek", "Windhoek"),
    Place("Pacific/Auckland", "Wellington"),
)
"""The places one may choose: New York and Geneva, then by name. Paris, Madrid, Berlin and Vienna keep Geneva's time."""

_NAMES = {place.key: place.name for place in PLACES}


class Which(IntEnum):
    """Which of the two, when a time occurs twice as the clocks go back."""

    FIRST = 0
    SECOND = 1


@dataclass(frozen=True, slots=True)
class Told:
    """A moment in words: in the place's time, in New York's, and both in one line."""

    here: str
    new_york: str
    both: str


def known(zone: str) -> bool:
    """Tells whether a zone is one of those one may choose."""
    return zone in _NAMES


def name(zone: str) -> str:
    """Gives what people call a zone's place.

    Refuses: Malformed for a zone that is not among the places.
    """
    _zone(zone)
    return _NAMES[zone]


def local(moment: datetime, zone: str) -> datetime:
    """Gives a moment as the clock of a place shows it.

    Refuses: Malformed for a zone that is not among the places.
    """
    return _aware(moment).astimezone(_zone(zone))


def told(moment: datetime, zone: str) -> Told:
    """Gives a moment in words, in a place's time and in New York's.

    Refuses: Malformed for a zone that is not among the places.
    """
    here, there = _one(moment, zone), _one(moment, NEW_YORK)
    if zone == NEW_YORK:
        return Told(here, there, there)
    mine, theirs = local(moment, zone), local(moment, NEW_YORK)
    same_day = mine.date() == theirs.date()
    beside = _clock(mine) if same_day else f"{_day(mine)}, {_clock(mine)}"
    return Told(here, there, f"{there} ({beside} in {_NAMES[zone]})")


def in_words(moment: datetime, zone: str) -> str:
    """Gives a moment in a place's time: “Friday, 15 October 2021, 18:00 in New York”."""
    return _one(moment, zone)


def _one(moment: datetime, zone: str) -> str:
    seen = local(moment, zone)
    words = f"{seen:%A}, {_day(seen)} {seen.year}, {_clock(seen)} in {_NAMES[zone]}"
    if len(readings(seen.replace(tzinfo=None), zone)) > 1:
        words += f", {_TURNS[Which(seen.fold)]} the clocks go back"
    return words


_TURNS = {Which.FIRST: "before", Which.SECOND: "after"}


def readings(when: datetime, zone: str) -> tuple[datetime, ...]:
    """Gives the moments, in UTC, at which a place's clock shows a date and time: none, one or two.

    None as the clocks go forward over it, two as they go back.
    """
    kept = _zone(zone)
    try:
        moments = [
            when.replace(tzinfo=kept, fold=fold).astimezone(UTC)
            for fold in (Which.FIRST, Which.SECOND)
        ]
        return tuple(
            dict.fromkeys(
                one for one in moments if one.astimezone(kept).replace(tzinfo=None, fold=0) == when
            )
        )
    except OverflowError:
        return ()


def parse(text: str, zone: str, *, which: Which | None = None) -> datetime:
    """Gives the moment, in UTC, of a local date and time such as 2021-10-15T18:00.

    Refuses: Malformed for what is no date and time, for a time that the clocks leap over there, and
    for one that occurs twice unless `which` is said.
    """
    match = _LOCAL.fullmatch(text.strip())
    try:
        when = datetime.fromisoformat(f"{match[1]}T{match[2]}") if match else None
    except ValueError:
        when = None
    if when is None:
        raise Malformed(detail="Write the date and the time as in 2021-10-15T18:00.")
    found = readings(when, zone)
    shown = f"{_clock(when)} on {_day(when)} {when.year} in {_NAMES[zone]}"
    if not found:
        raise Malformed(detail=f"There is no {shown}: the clocks go forward over it.")
    if len(found) == 1:
        return found[0]
    if which is None:
        there = " or ".join(f"{one:%H:%M} UTC" for one in found)
        raise Malformed(
            detail=f"{shown} occurs twice, as the clocks go back; say whether the first or the second is meant ({there})."
        )
    return found[which]


def days_left(now: datetime, moment: datetime, zone: str) -> int:
    """Gives how many days off a moment is, as people count them in a place: by midnights between."""
    return (local(moment, zone).date() - local(now, zone).date()).days


def left(now: datetime, moment: datetime, zone: str) -> str:
    """Gives how far off a moment is, in words: “tomorrow”, “in 3 days”, “passed 2 days ago”."""
    days = days_left(now, moment, zone)
    if _aware(moment) <= _aware(now):
        match days:
            case 0:
                return "passed today"
            case -1:
                return "passed yesterday"
            case _:
                return f"passed {-days} days ago"
    match days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case _:
            return f"in {days} days"


_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?", re.ASCII)


@cache
def _zone(zone: str) -> ZoneInfo:
    if zone not in _NAMES:
        raise Malformed(detail="Choose a place whose time is meant from the list.")
    return ZoneInfo(zone)


def _aware(moment: datetime) -> datetime:
    assert moment.tzinfo is not None, "a moment is aware"  # noqa: S101 - a bug, not a case
    return moment.astimezone(UTC)


def _day(when: datetime) -> str:
    return f"{when.day} {when:%B}"


def _clock(when: datetime) -> str:
    return f"{when:%H:%M}"
