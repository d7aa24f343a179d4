"""The rows of a whole database, of either kind and of any revision, as plain values: for backups and moves.

Nothing here knows a table by name: the columns are what the database itself says they are, so that a
database older than this program can be read whole.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from drafting.errors import NotStored
from drafting.store import revisions
from drafting.store.tables import Moment
from drafting.store.work import Store

BATCH_ROWS: Final = 500
"""How many rows are read or written at a time."""

Value = str | int | float | bool | None
Row = list[Value]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns in order, each with its kind, and the key its rows are ordered by."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]


@contextmanager
def seen_at_once(store: Store) -> Iterator[Connection]:
    """Opens a connection that sees the database as it is at one moment, whoever writes meanwhile."""
    with store.engine.connect() as opened:
        connection = opened
        if not store.is_sqlite:
            connection = opened.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            # The view is taken at the first reading: this is it.
            connection.execute(sa.text("SELECT 1")).all()
            if not store.is_sqlite:
                connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            yield connection


def tables(connection: Connection) -> list[Table]:
    """Gives the tables of a database by name, without that of its revision."""
    inspector = sa.inspect(connection)
    found = []
    for name in sorted(inspector.get_table_names()):
        if name == revisions.TABLE:
            continue
        columns = inspector.get_columns(name)
        key = inspector.get_pk_constraint(name)["constrained_columns"]
        described = tuple((c["name"], _kind(name, c["name"], c["type"])) for c in columns)
        found.append(Table(name, described, tuple(key)))
    return found


def count(connection: Connection, table: Table) -> int:
    """Gives how many rows a table has."""
    asked = sa.select(sa.func.count()).select_from(sa.table(table.name))
    return int(connection.execute(asked).scalar_one())


def read(connection: Connection, table: Table) -> Iterator[Row]:
    """Gives the rows of a table in the order of its key, a few at a time."""
    columns = [_column(name, kind) for name, kind in table.columns]
    asked = (
        sa.select(*columns)
        .select_from(sa.table(table.name))
        .order_by(*(sa.column(name) for name in table.key))
        .execution_options(yield_per=BATCH_ROWS)
    )
    plain = [_PLAIN[kind] for _, kind in table.columns]
    for row in connection.execute(asked):
        yield [
            None if value is None else make(value) for make, value in zip(plain, row, strict=True)
        ]


def write(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Adds rows to a table."""
    if not rows:
        return
    made = sa.table(table.name, *(sa.column(name) for name, _ in table.columns))
    kept = [_KEPT[kind] for _, kind in table.columns]
    # SQLite keeps JSON as letters; asked to cast, it would make a number of them.
    strict = connection.dialect.name != "sqlite"
    statement = sa.insert(made).values(
        {
            name: _bind(kind, f"v{number}", strict=strict)
            for number, (name, kind) in enumerate(table.columns)
        }
    )
    connection.execute(
        statement,
        [
            {
                f"v{number}": None if value is None else make(value)
                for number, (make, value) in enumerate(zip(kept, row, strict=True))
            }
            for row in rows
        ],
    )


@contextmanager
def unordered(connection: Connection) -> Iterator[None]:
    """Lets rows come before those they refer to; at the end every reference has to hold.

    Refuses: NotStored for a row that refers to one that is not there.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        yield
        broken = connection.execute(sa.text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise NotStored(
                detail=f"A row of {broken[0]} refers to one of {broken[2]} that is not there. "
                "Nothing was stored."
            )
        return
    bonds = connection.execute(
        sa.text(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
            " ORDER BY conrelid::regclass::text, conname"
        )
    ).all()
    for table, name, _ in bonds:
        connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
    for table, name, words in bonds:
        try:
            connection.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {words}')
        except sa.exc.IntegrityError as error:
            raise NotStored(
                detail=f"A row of {table} refers to one that is not there ({name}). "
                "Nothing was stored."
            ) from error


def count_on(connection: Connection) -> None:
    """Lets numbers that the database draws itself go on after the highest there is."""
    if connection.dialect.name == "sqlite":
        # SQLite takes the next after the highest by itself.
        return
    drawn = connection.execute(
        sa.text(
            "SELECT table_name, column_name, pg_get_serial_sequence(table_name, column_name)"
            " FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND pg_get_serial_sequence(table_name, column_name) IS NOT NULL"
        )
    ).all()
    for table, column, sequence in drawn:
        highest = sa.func.max(sa.column(column, sa.BigInteger()))
        top = connection.execute(sa.select(highest).select_from(sa.table(table))).scalar()
        if top is not None:
            connection.execute(sa.select(sa.func.setval(sequence, top)))


def _kind(table: str, column: str, declared: TypeEngine[Any]) -> str:
    if isinstance(declared, sa.CHAR) and declared.length == _ID_DIGITS:
        # SQLite has no type for ids: they are kept as digits.
        return "uuid"
    for kind, of_kind in _DECLARED:
        if isinstance(declared, of_kind):
            return kind
    message = f"{table}.{column} is of a kind that is not known: {declared!r}"
    raise TypeError(message)


_ID_DIGITS: Final = 32
_DECLARED: Final[tuple[tuple[str, type[TypeEngine[Any]]], ...]] = (
    ("uuid", sa.Uuid),
    ("moment", sa.DateTime),
    ("date", sa.Date),
    ("json", sa.JSON),
    ("bool", sa.Boolean),
    ("int", sa.Integer),
    ("float", sa.Float),
    ("bytes", sa.LargeBinary),
    ("text", sa.String),
)
MOMENT: Final = Moment()

_TYPES: Final[dict[str, TypeEngine[Any]]] = {
    "uuid": sa.Uuid(),
    "moment": MOMENT,
    "date": sa.Date(),
    "json": sa.Text(),
    "bool": sa.Boolean(),
    "int": sa.BigInteger(),
    "float": sa.Float(),
    "bytes": sa.LargeBinary(),
    "text": sa.Text(),
}


def _column(name: str, kind: str) -> sa.ColumnElement[Any]:
    column: sa.ColumnElement[Any] = sa.column(name, _TYPES[kind])
    # JSON goes as the letters it is kept in: nothing is read and written anew on the way.
    return sa.cast(column, sa.Text()) if kind == "json" else column


def _bind(kind: str, place: str, *, strict: bool) -> sa.ColumnElement[Any]:
    bind: sa.ColumnElement[Any] = sa.bindparam(place, type_=_TYPES[kind])
    return sa.cast(bind, sa.JSON()) if kind == "json" and strict else bind


_PLAIN: Final[dict[str, Callable[[Any], Value]]] = {
    "uuid": str,
    "moment": lambda value: value.astimezone(UTC).isoformat(),
    "date": date.isoformat,
    "json": str,
    "bool": bool,
    "int": int,
    "float": float,
    "bytes": lambda value: base64.b64encode(value).decode("ascii"),
    "text": str,
}
_KEPT: Final[dict[str, Callable[[Any], Any]]] = {
    "uuid": UUID,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "json": str,
    "bool": bool,
    "int": int,
    "float": float,
    "bytes": base64.b64decode,
    "text": str,
}
