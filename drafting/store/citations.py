"""Resolutions known with the day of their adoption."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from drafting.store.tables import KnownResolution
from drafting.store.work import Work

_AT_ONCE = 500
"""How many numbers one statement asks for."""


def known(w: Work) -> list[KnownResolution]:
    """Gives what was learned, by number."""
    return list(w.session.scalars(select(KnownResolution).order_by(KnownResolution.number)))


def dates(w: Work, numbers: Collection[str]) -> dict[str, date]:
    """Gives what was learned of some resolutions, by number."""
    found: dict[str, date] = {}
    row = sorted(numbers)
    for start in range(0, len(row), _AT_ONCE):
        some = row[start : start + _AT_ONCE]
        for one in w.session.execute(
            select(KnownResolution.number, KnownResolution.adopted_on).where(
                KnownResolution.number.in_(some)
            )
        ):
            found[one.number] = one.adopted_on
    return found


def learn(w: Work, number: str, adopted_on: date, source: str, *, own: bool) -> bool:
    """Keeps a date, and tells whether it is new. What a text says of itself is not given up for another's word."""
    row = w.session.get(KnownResolution, number)
    if row is None:
        w.session.add(KnownResolution(number=number, adopted_on=adopted_on, source=source, own=own))
        w.session.flush()
        return True
    if row.own or not own:
        return False
    changed = row.adopted_on != adopted_on
    row.adopted_on, row.source, row.own = adopted_on, source, True
    w.session.flush()
    return changed
