"""The unit of work: one session, one transaction, and what is told after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, CursorResult, Engine, Executable, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from drafting import clock, logs, metrics
from drafting.errors import NotStored
from drafting.events import Event
from drafting.store import chain
from drafting.store.tables.base import Base

SQLITE_MIN = (3, 51, 3)
"""Older SQLite can corrupt a WAL database that two connections write (the WAL-reset bug)."""

BUSY_TIMEOUT_MS = 4_000
"""How long a write waits for its turn, and again for another process, before it is refused as
NotStored. Without the first, those behind a busy database would wait one after the other."""

_WORTH_ANOTHER_TRY = frozenset({"40001", "40P01"})
"""PostgreSQL's word for a transaction that only met another: serialization failure, deadlock."""


@dataclass(slots=True)
class Chained:
    """Where a text's chain stands in a transaction: text/chain."""

    draft_id: UUID
    proposal: bool
    link: str | None
    typed: bool = False
    """Whether the transaction has added to it."""


class Work:
    """One transaction: its session, its moment, and what it will tell."""

    def __init__(self, session: Session, now: datetime, *, spreads: bool = False) -> None:
        self.session = session
        self.now = now
        """The one moment of all that is done here."""
        self.told: list[Event] = []
        self.noted: list[tuple[str, UUID | None, bool]] = []
        self.spreads = spreads
        """Whether other server processes are told as well."""
        self.chained: dict[UUID, Chained] = {}
        """The texts that were looked at, for the record's chain."""
        self.draft_id: UUID | None = None
        """The draft that is held, if one is: what several drafts share is recorded in it."""
        self.person_id: UUID | None = None
        """Who asked for it, where the rows written do not say."""
        self._connection: Connection | None = None

    def rows(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    ) -> CursorResult[*tuple[Any, ...]]:
        """Carries out a statement that was made once, past what the session does besides.

        For what is asked with every keystroke: making such a statement anew, and the session's own
        work around it, take longer than the database does.
        """
        self.session.flush()
        if self._connection is None:
            self._connection = self.session.connection()
        return self._connection.execute(statement, values)

    @property
    def is_sqlite(self) -> bool:
        """Tells which of the two kinds of database it is."""
        return self.session.get_bind().dialect.name == "sqlite"

    def adding(self, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
        """Gives an insertion that can say what becomes of a row that is there already."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def note(self, event: str, person_id: UUID | None, *, failed: bool = False) -> None:
        """Keeps what happened at the door or to an account to be logged once the transaction has committed."""
        self.noted.append((event, person_id, failed))

    def tell(self, happened: Event) -> None:
        """Keeps an event to be told once the transaction has committed."""
        self.told.append(happened)


class _Recording(Session):
    """A session that keeps in mind what of the record it writes."""


event.listen(_Recording, "after_flush", chain.note)


class Spread(Protocol):
    """How what happened reaches all of several server processes."""

    def __call__(self, w: Work) -> Callable[[], None]:
        """Keeps what a transaction tells, as its last act before the commit.

        Gives what tells it after the commit, here and to the others, never waiting.
        """


class Store:
    """A database, and the one way to it."""

    def __init__(self, database_url: str) -> None:
        """Opens a database: SQLite (`sqlite:///path`) or PostgreSQL (`postgresql://…`)."""
        self.engine = _engine(database_url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.listen: Callable[[Event], None] = lambda _event: None
        self.spread: Spread | None = None
        """Set where several processes serve: what is told goes by it, and not to `listen`."""
        self._noted_at: dict[UUID, datetime] = {}
        # SQLite has one writer: within the process writers queue here instead of polling the
        # file's lock, and events are told in the order of the commits.
        self._turn: Any = threading.Lock() if self.is_sqlite else _NoLock()

    @contextmanager
    def work(self, *, patience_ms: int = BUSY_TIMEOUT_MS) -> Iterator[Work]:
        """Opens a transaction that writes, commits it at the end, and then tells what happened.

        Refuses: NotStored when the database does not keep it, or others write for longer than
        `patience_ms`; nothing was changed then.
        """
        if not self._turn.acquire(timeout=patience_ms / 1000):
            raise NotStored
        try:
            try:
                with (
                    self.engine.connect().execution_options(
                        writes=True, patience_ms=patience_ms
                    ) as connection,
                    _Recording(connection, expire_on_commit=False) as session,
                    session.begin(),
                ):
                    w = Work(session, clock.now(), spreads=self.spread is not None)
                    yield w
                    chain.close(w, self._noted_at)
                    tell = self._kept(w)
            except DBAPIError as error:
                metrics.DATABASE_ERRORS.add(type(error).__name__)
                raise NotStored from error
            tell()
            for happened, person_id, failed in w.noted:
                logs.account(happened, person_id, failed=failed)
        finally:
            self._turn.release()

    def _kept(self, w: Work) -> Callable[[], None]:
        if self.spread is not None and w.told:
            return self.spread(w)

        def tell() -> None:
            for happened in w.told:
                self.listen(happened)

        return tell

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """Opens a transaction that only reads: one consistent view, never waiting for writers."""
        try:
            with (
                self.engine.connect() as connection,
                Session(connection, expire_on_commit=False, autoflush=False) as session,
            ):
                yield Work(session, clock.now())
        except DBAPIError as error:
            metrics.DATABASE_ERRORS.add(type(error).__name__)
            raise NotStored(
                detail="The database cannot be read just now. Please try again."
            ) from error

    def forget_deleted(self) -> None:
        """Makes words that were overwritten vanish from the files, not only from the tables."""
        if not self.is_sqlite:
            return
        with self._turn, self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Closes the database."""
        self.engine.dispose()


class _NoLock:
    """PostgreSQL brings its own locks."""

    def acquire(self, timeout: float) -> bool:  # noqa: ARG002 - as a lock has it
        return True

    def release(self) -> None:
        pass


def would_refuse_less(refusal: NotStored) -> bool:
    """Tells whether the database itself was busy, full or gone: it would not keep a part either."""
    cause = refusal.__cause__
    if cause is None:
        return True
    if not isinstance(cause, OperationalError):
        return False
    return getattr(cause.orig, "sqlstate", None) not in _WORTH_ANOTHER_TRY


def _engine(database_url: str) -> Engine:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, hide_parameters=True)
    import pysqlite3  # noqa: PLC0415 - only SQLite needs it

    if pysqlite3.sqlite_version_info < SQLITE_MIN:
        raise NotStored(
            detail=f"SQLite {pysqlite3.sqlite_version} is too old: 3.51.3 or newer is needed."
        )
    if url.database:
        _make_folder(Path(url.database).parent)
    engine = create_engine(
        url, module=pysqlite3, pool_size=12, max_overflow=20, hide_parameters=True
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotStored(
            detail=f"The database's folder {folder} cannot be made ({error.strerror}): make it, or "
            "name another in DRAFTING_DATABASE. Nothing was stored."
        ) from error


def _set_up_sqlite(dbapi: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a DBAPI connection has no type
    dbapi.isolation_level = None
    cursor = dbapi.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        # FULL: a commit is on the disk before it returns, also through a loss of power.
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    # Set each time, for readers too: a pooled connection keeps the patience of whoever had it last, and
    # asking only where it differs would make what one is asked depend on what another did.
    patience_ms = options.get("patience_ms", BUSY_TIMEOUT_MS)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience_ms:d}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
