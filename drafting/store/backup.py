"""A backup: all rows of a database as they were at one moment, in one file, and back again.

The file is text, a line for the head, for each row, and for the end. Each line begins with 16
hexadecimal digits: the first half of SHA-256 over the digest of the line before and this line's JSON.
So a line that was altered, left out, doubled or moved is known by its table and row, and a file that was
cut off by its missing end. The head says what the file holds (docs/durability.md). Either kind of
database can be restored from a backup of the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from drafting import clock
from drafting.errors import NotAllowed, NotStored, Unreadable
from drafting.store import migrating, revisions, rows, schema
from drafting.store.rows import Row, Table
from drafting.store.work import Store

FORM: Final = 1
"""The form of the file; a newer one is refused."""

_DIGITS: Final = 16
_NOTHING: Final = "Nothing was restored."
_NONE: Final = b""

ENDED_BY_RESTORE: Final[dict[str, tuple[str, ...]]] = {
    "sessions": ("UPDATE sessions SET ended_at = :now WHERE ended_at IS NULL",),
    "tickets": ("DELETE FROM tickets",),
    "sign_in_links": (
        "UPDATE sign_in_links SET expires_at = :now WHERE used_at IS NULL AND expires_at > :now",
    ),
    "arrivals": ("DELETE FROM arrivals",),
    "challenges": ("DELETE FROM challenges",),
    "errands": ("DELETE FROM errands",),
    "known_devices": ("DELETE FROM known_devices",),
    "invitations": (
        "UPDATE invitations SET withdrawn_at = :now WHERE used_at IS NULL AND withdrawn_at IS NULL",
    ),
    "answer_links": (
        "UPDATE answer_links SET voided_at = :now WHERE used_at IS NULL AND voided_at IS NULL",
    ),
}
"""What opens a door, by table, and how it is closed: a link used, a session ended or a person sent away
after the backup would otherwise be good again."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says of itself in its first line."""

    schema: str
    made_at: str
    source: str
    program: str
    tables: tuple[tuple[Table, int], ...]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(count for _, count in self.tables)


def lines(store: Store) -> Iterator[bytes]:
    """Gives the lines of a backup while others go on writing; each ends with its line feed.

    Refuses: NotStored when the database cannot be read or holds no schema.
    """
    try:
        with rows.seen_at_once(store) as connection:
            yield from _lines(connection, "sqlite" if store.is_sqlite else "postgresql")
    except DBAPIError as error:
        raise NotStored(
            detail="The database cannot be read whole just now, so there is no backup."
        ) from error


def _lines(connection: Connection, source: str) -> Iterator[bytes]:
    found = revisions.of(connection)
    if found is None:
        raise NotStored(detail="There is no database of this tool here, so there is no backup.")
    held = [(table, rows.count(connection, table)) for table in rows.tables(connection)]
    seal = _Seal()
    yield seal.line(
        {
            "drafting": "backup",
            "form": FORM,
            "schema": found,
            "made_at": clock.now().isoformat(),
            "from": source,
            "program": version("drafting"),
            "tables": [
                {"name": t.name, "rows": count, "columns": [list(c) for c in t.columns]}
                for t, count in held
            ],
        }
    )
    total = 0
    for table, _ in held:
        for row in rows.read(connection, table):
            total += 1
            yield seal.line(row)
    yield seal.line({"end": total})


def check(backup: Iterable[bytes]) -> tuple[Head, str]:
    """Reads a backup to its end; gives its head and the digest of all of it. Refuses: Unreadable."""
    reader = _Reader(backup)
    for _ in reader.batches():
        pass
    return reader.head, reader.digest


def restore(
    store: Store, backup: Iterable[bytes], *, doors_closed: bool = True
) -> tuple[Head, str]:
    """Fills an empty database from a backup and brings it to the newest schema; gives head and digest.

    With `doors_closed`, sessions, tickets, sign-in links, pending invitations and answer links are good
    no more. All or nothing: what is refused leaves the database empty.

    Refuses: NotAllowed for a database that is not empty or a schema newer than this program's;
    Unreadable for a damaged file, naming the table and row; NotStored when the database does not keep it.
    """
    reader = _Reader(backup)
    head = reader.head
    if head.schema not in revisions.known():
        raise NotAllowed(
            detail=f"This backup has schema {head.schema}, and this program knows schemas up to "
            f"{revisions.newest()}: restore it with the newer program. {_NOTHING}"
        )
    try:
        with (
            store.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            _fill(connection, reader)
            if doors_closed:
                _close_doors(connection)
        schema.upgrade(store)
    except DBAPIError as error:
        raise NotStored(
            detail=f"The database did not keep the rows ({type(error.orig).__name__}). {_NOTHING}"
        ) from error
    return head, reader.digest


def _fill(connection: Connection, reader: _Reader) -> None:
    there = sa.inspect(connection).get_table_names()
    if there:
        raise NotAllowed(
            detail=f"The database to restore into is not empty: it has {len(there)} tables. "
            f"Name an empty one. {_NOTHING}"
        )
    migrating.build(connection, reader.head.schema)
    known = {t.name: t for t in rows.tables(connection)}
    for table, _ in reader.head.tables:
        if table.name not in known or set(known[table.name].columns) != set(table.columns):
            raise Unreadable(
                detail=f"The backup's table {table.name} is not that of schema "
                f"{reader.head.schema}. {_NOTHING}"
            )
    # Rows that the migrations themselves put there are in the backup too.
    with rows.unordered(connection):
        for name in known:
            connection.execute(sa.delete(sa.table(name)))
        for table, batch in reader.batches():
            rows.write(connection, table, batch)
    rows.count_on(connection)


def _close_doors(connection: Connection) -> None:
    there = set(sa.inspect(connection).get_table_names())
    now = sa.bindparam("now", clock.now(), type_=rows.MOMENT)
    for table, statements in ENDED_BY_RESTORE.items():
        for statement in statements if table in there else ():
            words = sa.text(statement)
            connection.execute(words.bindparams(now) if ":now" in statement else words)


class _Seal:
    """The digests that chain the lines together."""

    def __init__(self) -> None:
        self.digest = _NONE

    def line(self, value: dict[str, Any] | Row) -> bytes:
        """Gives the line of a value."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return self.of(body)[:_DIGITS] + b" " + body + b"\n"

    def of(self, body: bytes) -> bytes:
        """Takes the next line's JSON; gives the digest up to here in hexadecimal."""
        made = hashlib.sha256(self.digest + body)
        self.digest = made.digest()
        return made.hexdigest().encode()


class _Reader:
    """A backup, read line by line, each held against its digest."""

    def __init__(self, backup: Iterable[bytes]) -> None:
        self._lines = iter(backup)
        self._seal = _Seal()
        value = self._next()
        if not isinstance(value, dict) or value.get("drafting") != "backup":
            raise Unreadable(
                detail=f"This is not a backup of this tool, or its first line is damaged. {_NOTHING}"
            )
        if value["form"] != FORM:
            raise Unreadable(
                detail=f"This backup has form {value['form']}, and this program reads form {FORM}. "
                f"{_NOTHING}"
            )
        self.head = Head(
            value["schema"],
            value["made_at"],
            value["from"],
            value["program"],
            tuple(
                (Table(t["name"], tuple((n, k) for n, k in t["columns"]), ()), t["rows"])
                for t in value["tables"]
            ),
        )

    @property
    def digest(self) -> str:
        """The digest of all that was read."""
        return self._seal.digest.hex()

    def batches(self) -> Iterator[tuple[Table, list[Row]]]:
        """Gives the rows of each table, some at a time, up to the end of the file."""
        for table, count in self.head.tables:
            batch: list[Row] = []
            for number in range(1, count + 1):
                value = self._next()
                if not isinstance(value, list) or len(value) != len(table.columns):
                    raise Unreadable(
                        detail=f"The backup is damaged: table {table.name}, row {number:,} of "
                        f"{count:,} is not what was written. {_NOTHING}"
                    )
                batch.append(value)
                if len(batch) == rows.BATCH_ROWS:
                    yield table, batch
                    batch = []
            if batch:
                yield table, batch
        if self._next() != {"end": self.head.rows}:
            raise Unreadable(
                detail=f"The backup is damaged: its last line is not what was written. {_NOTHING}"
            )
        if next(self._lines, None) is not None:
            raise Unreadable(detail=f"Something stands behind the backup's end. {_NOTHING}")

    def _next(self) -> Any:  # noqa: ANN401 - any JSON; None for what is no line of ours
        line = next(self._lines, b"")
        told, _, body = line.removesuffix(b"\n").partition(b" ")
        if not line.endswith(b"\n") or self._seal.of(body)[:_DIGITS] != told:
            return None
        return json.loads(body)
