"""Brings a database to the newest schema, and fills in the delegations there are."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from drafting.errors import NotStored
from drafting.store import chain
from drafting.store.tables import Delegation, DelegationName, PartyStatus
from drafting.store.work import Store

_HERE = Path(__file__).resolve().parent
_DATA = _HERE.parent / "data"
_EVER = date(1945, 10, 24)
"""What "since" is where the data do not say: the day the Charter came into force."""
TREATIES = ("ccm",)
"""The treaties whose Parties come with the tool."""
_SPACE = UUID("6f8a2c52-9d1e-5c8a-b6a0-3d6f2f1f7a10")


def upgrade(store: Store, revision: str = "head") -> None:
    """Migrates a database up to a revision, keeping what is in it.

    Refuses: NotStored where there is no database, or it is a newer release's.
    """
    try:
        _alembic(store, lambda config: command.upgrade(config, revision))
    except DBAPIError as error:
        raise NotStored(
            detail=f"The database cannot be opened ({type(error).__name__}): is it there, is it one of "
            "this tool, and is DRAFTING_DATABASE right? `drafting doctor` says more. "
            "Nothing was changed."
        ) from error
    except CommandError as error:
        raise NotStored(
            detail="The database was made by a newer release of the tool: install that one. "
            "Nothing was changed."
        ) from error
    if revision == "head":
        _fill_delegations(store)
        _fill_parties(store)
        with store.work() as w:
            chain.begin_all(w)


def downgrade(store: Store, revision: str) -> None:
    """Migrates a database down to a revision."""
    _alembic(store, lambda config: command.downgrade(config, revision))


def build(connection: Connection, revision: str) -> None:
    """Makes the schema of a revision in an empty database, within the caller's transaction."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions() -> list[str]:
    """Gives the revisions this program knows, the oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [one.revision for one in reversed(list(script.walk_revisions()))]


def _config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    return config


def _alembic(store: Store, run: object) -> None:
    config = _config()
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        run(config)  # type: ignore[operator]  # one of the two functions above


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
