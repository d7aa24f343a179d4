"""Brings a database to the newest schema, and fills in the delegations there are."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from drafting.errors import NotStored
from drafting.store import chain, revisions
from drafting.store.tables import Delegation, DelegationName, PartyStatus
from drafting.store.work import Store

_HERE = Path(__file__).resolve().parent
_DATA = _HERE.parent / "data"
_EVER = date(1945, 10, 24)
"""What "since" is where the data do not say: the day the Charter came into force."""
TREATIES = ("ccm",)
"""The treaties whose Parties come with the tool."""
_SPACE = UUID("6f8a2c52-9d1e-5c8a-b6a0-3d6f2f1f7a10")


def upgrade(store: Store) -> None:
    """Brings a database to the newest schema, keeping what is in it.

    Refuses: NotStored where there is no database, or it is a newer release's.
    """
    try:
        with store.engine.connect() as connection:
            there = revisions.of(connection)
        if there != revisions.newest():
            from drafting.store import migrating  # noqa: PLC0415 - twenty megabytes, seldom needed

            migrating.up(store, "head")
    except DBAPIError as error:
        raise NotStored(
            detail=f"The database cannot be opened ({type(error).__name__}): is it there, is it one of "
            "this tool, and is DRAFTING_DATABASE right? `drafting doctor` says more. "
            "Nothing was changed."
        ) from error
    _fill_delegations(store)
    _fill_parties(store)
    with store.work() as w:
        chain.begin_all(w)


def _fill_delegations(store: Store) -> None:
    """Adds delegations and names that the data file has and the database lacks."""
    rows = _rows(_DATA / "delegations.csv")
    with store.work() as w:
        known = set(w.session.scalars(select(Delegation.key)))
        named = {(n.delegation_id, n.valid_from) for n in w.session.scalars(select(DelegationName))}
        for row in rows:
            delegation_id = delegation_id_of(row["key"])
            if row["key"] not in known:
                known.add(row["key"])
                w.session.add(
                    Delegation(
                        id=delegation_id,
                        key=row["key"],
                        kind=row["kind"],
                        regional_group=row["regional_group"],
                    )
                )
                w.session.flush()
            valid_from = date.fromisoformat(row["valid_from"])
            if (delegation_id, valid_from) not in named:
                w.session.add(
                    DelegationName(
                        delegation_id=delegation_id,
                        valid_from=valid_from,
                        valid_to=_day(row["valid_to"]),
                        short=row["short"],
                        long=row["long"],
                    )
                )


def _fill_parties(store: Store) -> None:
    """Brings who is Party to a treaty to what the data files say."""
    with store.work() as w:
        there = {
            (s.treaty, s.delegation_id, s.since): s for s in w.session.scalars(select(PartyStatus))
        }
        # Parties that take no part in the Assembly (Cook Islands, Niue) have no row on a board.
        known = set(w.session.scalars(select(Delegation.id)))
        for treaty in TREATIES:
            for line in _rows(_DATA / f"{treaty}_parties.csv"):
                since = _day(line["since"]) or _EVER
                key = (treaty, delegation_id_of(line["iso3"]), since)
                if key[1] not in known:
                    continue
                row = there.get(key)
                if row is None:
                    row = PartyStatus(treaty=treaty, delegation_id=key[1], since=since)
                    w.session.add(row)
                row.until, row.status = _day(line["until"]), line["status"]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _day(words: str) -> date | None:
    return date.fromisoformat(words) if words else None


def delegation_id_of(key: str) -> UUID:
    """Gives a delegation's id: the same in every database."""
    return uuid5(_SPACE, key)
