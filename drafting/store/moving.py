"""All rows of one database into another, of either kind, held against each other row by row."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from drafting.errors import NotAllowed, NotFound, NotStored
from drafting.store import migrating, revisions, rows
from drafting.store.rows import Row, Table
from drafting.store.work import Store

_NOTHING: Final = "Nothing was moved."
_ROOM: Final = 1 << 256


@dataclass(frozen=True, slots=True)
class Moved:
    """A table that was moved: how many rows, and one digest over a hash of each of them."""

    table: str
    rows: int
    digest: str


class _Sum:
    """How many rows, and the sum of their SHA-256: the same in whatever order they are read.

    Two databases put letters in different orders, so the order of the rows says nothing.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, row: Row) -> None:
        words = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(words).digest())) % _ROOM

    @property
    def digest(self) -> str:
        return f"{self._sum:064x}"


def move(source: Store, target: Store) -> list[Moved]:
    """Copies everything into an empty database; the source stays as it is. Gives what was moved.

    Each table is read back from the target and held against the source before anything is kept
    there: how many rows, and a hash of each.

    Refuses: NotFound for a source that holds no database of this tool; NotAllowed for a schema that
    is not this program's newest, a source that others have open, and a target that is not empty;
    NotStored when either cannot be read or written, or what was read back differs.
    """
    try:
        with _Alone(source) as seen:
            _check_source(seen)
            try:
                with (
                    target.engine.connect().execution_options(writes=True) as made,
                    made.begin(),
                ):
                    return _moved(seen, made)
            except DBAPIError as error:
                raise NotStored(
                    detail=f"The database to move into did not keep the rows "
                    f"({type(error.orig).__name__}). {_NOTHING}"
                ) from error
    except DBAPIError as error:
        raise NotStored(
            detail=f"The database to move from cannot be read ({type(error.orig).__name__}). {_NOTHING}"
        ) from error


class _Alone:
    """A view of a database that nobody else has open."""

    def __init__(self, source: Store) -> None:
        self._source = source
        file = source.engine.url.database
        if source.is_sqlite and (not file or not Path(file).is_file()):
            raise NotFound(detail=f"There is no database at {file}. {_NOTHING}")
        self._connection: Connection | None = None

    def __enter__(self) -> Connection:
        connection = self._connection = self._source.engine.connect()
        try:
            if self._source.is_sqlite:
                self._take_file(connection)
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
                self._check_nobody(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _take_file(self, connection: Connection) -> None:
        # In WAL mode whoever has the file open holds it shared: taking it whole tells.
        connection.exec_driver_sql("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.exec_driver_sql("PRAGMA busy_timeout = 500")
            connection.exec_driver_sql("PRAGMA user_version").all()
            connection.exec_driver_sql("DELETE FROM alembic_version WHERE version_num = ''")
        except DBAPIError as error:
            if "no such table" in str(error.orig):
                raise NotFound(detail=f"This is no database of this tool. {_NOTHING}") from error
            raise NotAllowed(detail=_IN_USE) from error

    @staticmethod
    def _check_nobody(connection: Connection) -> None:
        others = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).scalar()
        if others:
            raise NotAllowed(detail=_IN_USE)

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.rollback()
            if self._source.is_sqlite:
                self._connection.exec_driver_sql("PRAGMA locking_mode = NORMAL")
            self._connection.close()


_IN_USE = (
    "The database to move from is in use: stop the server first (people are told to come again, and"
    f" what they have not sent stays in their browsers), then move. {_NOTHING}"
)


def _check_source(seen: Connection) -> None:
    found = revisions.of(seen)
    if found is None:
        raise NotFound(detail=f"This is no database of this tool. {_NOTHING}")
    newest = revisions.newest()
    if found != newest:
        raise NotAllowed(
            detail=f"The database to move from has schema {found} and this program {newest}: "
            f"run `drafting db upgrade` with the newer of the two programs first. {_NOTHING}"
        )


def _moved(seen: Connection, made: Connection) -> list[Moved]:
    there = sa.inspect(made).get_table_names()
    if there:
        raise NotAllowed(
            detail=f"The database to move into is not empty: it has {len(there)} tables. "
            f"Name an empty one. {_NOTHING}"
        )
    migrating.build(made, revisions.newest())
    sums: dict[str, _Sum] = {}
    tables = rows.tables(seen)
    with rows.unordered(made):
        for table in tables:
            # What the migrations themselves put there stands in the source too.
            made.execute(sa.delete(sa.table(table.name)))
        for table in tables:
            sums[table.name] = _copied(seen, made, table)
    rows.count_on(made)
    for table in rows.tables(made):
        found = _Sum()
        for row in rows.read(made, table):
            found.add(row)
        wanted = sums.get(table.name, _Sum())
        if (found.rows, found.digest) != (wanted.rows, wanted.digest):
            raise NotStored(
                detail=f"The table {table.name} came out otherwise than it went in ({wanted.rows:,} "
                f"rows, {found.rows:,} read back), so the target was left empty. {_NOTHING}"
            )
    return [Moved(name, one.rows, one.digest) for name, one in sums.items()]


def _copied(seen: Connection, made: Connection, table: Table) -> _Sum:
    went = _Sum()
    batch: list[Row] = []
    for row in rows.read(seen, table):
        went.add(row)
        batch.append(row)
        if len(batch) == rows.BATCH_ROWS:
            rows.write(made, table, batch)
            batch = []
    rows.write(made, table, batch)
    return went
