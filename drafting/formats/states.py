"""States and observers by day, from the project's own table: for what works without a database."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from drafting.rules import sponsors
from drafting.text.sponsor_line import Sponsor

_DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class State:
    """A State or observer as it is called on one day; a Member State's key is its ISO 3166 code.

    Who may sponsor, who may vote and who is a Party are three different facts.
    """

    key: str
    kind: str
    regional_group: str
    short: str
    long: str

    @property
    def may_sponsor(self) -> bool:
        """Tells whether it may sponsor: Member States and the State of Palestine may."""
        return sponsors.may_sponsor(self.kind, self.key)

    @property
    def may_vote(self) -> bool:
        """Tells whether it votes in the General Assembly: Member States do."""
        return sponsors.may_vote(self.kind)

    @property
    def sponsor(self) -> Sponsor:
        """The State as a line of sponsors names it."""
        return Sponsor(self.key, self.short, self.long)


def states(day: date) -> dict[str, State]:
    """Gives all that have a name on a day, by key."""
    return {row.state.key: row.state for row in _rows() if row.first <= day <= row.last}


@cache
def names() -> tuple[Sponsor, ...]:
    """Gives those who may sponsor under all their names, old and new: for reading lists of any year."""
    return tuple(row.state.sponsor for row in _rows() if row.state.may_sponsor)


@cache
def voters() -> tuple[Sponsor, ...]:
    """Gives those who may vote under all their names, old and new: for reading votes of any year."""
    return tuple(row.state.sponsor for row in _rows() if row.state.may_vote)


@cache
def known() -> frozenset[str]:
    """Gives every key there is, of any day."""
    return frozenset(row.state.key for row in _rows())


@dataclass(frozen=True, slots=True)
class Tabled:
    """Who sponsored a draft on the Convention, as it was tabled: keys in the order of print."""

    resolution: str
    symbol: str
    day: date
    sponsors: tuple[str, ...]


@cache
def sponsored() -> tuple[Tabled, ...]:
    """Gives the drafts on the Convention whose sponsors are on record, the earliest first."""
    found: dict[tuple[str, str, date], list[str]] = {}
    for row in _table("ccm_sponsors.csv"):
        key = (row["resolution"], row["symbol_l"], date.fromisoformat(row["tabled"]))
        found.setdefault(key, []).append(row["iso3"])
    return tuple(
        Tabled(resolution, symbol, day, tuple(there))
        for (resolution, symbol, day), there in sorted(found.items(), key=lambda one: one[0][2])
    )


@dataclass(frozen=True, slots=True)
class _Row:
    state: State
    first: date
    last: date


def joined(treaty: str, day: date) -> tuple[int, int]:
    """Gives how many are Parties to a treaty on a day, and how many its signatories.

    Parties that take no part in the Assembly (Cook Islands, Niue) are counted too.
    """
    found = [
        row["status"]
        for row in _table(f"{treaty}_parties.csv")
        if _day(row["since"], date.min) <= day <= _day(row["until"], date.max)
    ]
    return found.count("state_party"), found.count("signatory")


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(
            State(row["key"], row["kind"], row["regional_group"], row["short"], row["long"]),
            _day(row["valid_from"], date.min),
            _day(row["valid_to"], date.max),
        )
        for row in _table("delegations.csv")
    )


def _table(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _day(words: str, otherwise: date) -> date:
    return date.fromisoformat(words) if words else otherwise
