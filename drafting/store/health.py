"""What a database says of itself: whether it answers, at which revision it stands, how large it is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from drafting.errors import NotStored
from drafting.store import revisions
from drafting.store.tables import Deed, Draft, Session, TextChange
from drafting.store.work import Store, Work


def revision(w: Work) -> str | None:
    """Gives the revision at which the database stands, or None where there is none yet."""
    return revisions.of(w.session.connection())


def file_of(database_url: str | URL) -> Path | None:
    """Gives the file of an SQLite database; None for PostgreSQL."""
    url = make_url(database_url)
    is_file = url.get_backend_name() == "sqlite" and bool(url.database)
    return Path(str(url.database)).absolute() if is_file else None


def free_bytes(store: Store) -> int | None:
    """Gives the room left on the disk of an SQLite file; None for PostgreSQL, whose disk is elsewhere."""
    file = file_of(store.engine.url)
    return None if file is None else shutil.disk_usage(file.parent).free


def size_bytes(store: Store, w: Work) -> int:
    """Gives how large the database is, with what waits in its write-ahead log."""
    file = file_of(store.engine.url)
    if file is None:
        return int(w.session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    parts = (file, file.with_name(f"{file.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def damage(w: Work) -> str | None:
    """Gives what SQLite's own quick check finds wrong with the file, or None when it is whole."""
    found = w.session.scalar(text("PRAGMA quick_check(1)"))
    return None if found == "ok" else str(found)


def refuse_damaged(store: Store) -> None:
    """Reads an SQLite file through, as is done before it is served: 0.6 s for 240 MB.

    Refuses: NotStored when the file is damaged; nothing was changed.
    """
    if not store.is_sqlite:
        return
    file = file_of(store.engine.url)
    try:
        with store.engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    except DBAPIError as error:
        found = str(error.orig)
    if found != "ok":
        raise NotStored(
            detail=f"The database file {file} is damaged ({_one_line(str(found))}), so nothing is served "
            "from it and nothing was changed. Keep it as it is, and restore the last backup into a new "
            "file: drafting restore FILE --database sqlite:///…"
        )


def _one_line(words: str) -> str:
    return " ".join(words.split())


def version(w: Work) -> str:
    """Gives the version of the database software."""
    asked = "SELECT sqlite_version()" if w.is_sqlite else "SHOW server_version"
    return str(w.session.scalar(text(asked)))


def newest(w: Work) -> datetime | None:
    """Gives the moment of the newest thing that is stored: a draft, a change, a deed, a visit."""
    columns = (Draft.created_at, TextChange.at, Deed.at, Session.seen_at)
    found = [w.session.scalar(select(func.max(one))) for one in columns]
    return max((one for one in found if one is not None), default=None)


@dataclass(frozen=True, slots=True)
class Settings:
    """PostgreSQL's settings that decide whether what is acknowledged is stored."""

    fsync: bool
    full_page_writes: bool
    synchronous_commit: str
    max_connections: int
    encoding: str


def settings(w: Work) -> Settings:
    """Gives PostgreSQL's settings as they hold for this connection."""

    def show(name: str) -> str:
        return str(w.session.scalar(text(f"SHOW {name}")))

    return Settings(
        fsync=show("fsync") == "on",
        full_page_writes=show("full_page_writes") == "on",
        synchronous_commit=show("synchronous_commit"),
        max_connections=int(show("max_connections")),
        encoding=show("server_encoding"),
    )


def most_connections(store: Store) -> int:
    """Gives how many connections one process may hold at once."""
    pool = store.engine.pool
    size, overflow = getattr(pool, "size", None), getattr(pool, "_max_overflow", 0)
    return (size() if size is not None else 0) + max(overflow, 0)
