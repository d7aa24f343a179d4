"""What is well and what is wrong with this machine and these settings, in sentences."""

from __future__ import annotations

import os
import resource
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from drafting import clock, keys
from drafting.config import FROM_FILE, SETTINGS, Config
from drafting.errors import Malformed, NotStored
from drafting.formats import pdf
from drafting.services import mailing
from drafting.services.health import MIN_FREE_BYTES
from drafting.store import health as kept
from drafting.store import revisions
from drafting.store.work import Store, Work

PYTHON: Final = (3, 11)
POSTGRESQL: Final = 14
"""The oldest PostgreSQL that is looked after by its makers."""

BACKUP_AGE: Final = timedelta(hours=26)
"""A backup every night, and two hours' grace."""

OWN_CONNECTIONS: Final = 3
"""What PostgreSQL keeps for its administrators."""

CLOCK_GRACE: Final = timedelta(seconds=5)
SMALL_FREE_BYTES: Final = 1024**3
SPARE_FILES: Final = 256
"""Files and sockets that are none of people's connections: the database, workers, the log."""

EARLIEST: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""This release is from later: a clock that says earlier is wrong."""

_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "sshfs", "fuse.sshfs", "glusterfs"})


class Level(StrEnum):
    """How much it matters."""

    FINE = "fine"
    ADVICE = "advice"
    WRONG = "wrong"
    """To be mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `says` is a sentence, with what to do where something is to be done."""

    about: str
    level: Level
    says: str


Findings = Iterator[Finding]


def examine(
    environ: Mapping[str, str], *, connections: int, mail: bool, **given: str | None
) -> Findings:
    """Looks at everything, one thing after the other; changes nothing and makes no database.

    `connections` is how many people's connections a process takes; with `mail` the mail server is
    asked whether it would take letters; `given` are settings as for `Config.from_environment`.
    """
    yield from _python()
    yield from _open_files(connections)
    yield from _clock()
    yield from _fonts()
    try:
        config = Config.from_environment(environ, **given)
    except Malformed as refused:
        yield Finding("settings", Level.WRONG, refused.detail)
        return
    yield _fine("settings", "Every setting can be read, and they go together.")
    yield from _secret_files(environ)
    yield from _key(config)
    yield from _https(config)
    yield from _database(config)
    yield from _backups(config)
    yield from _mail(config, asked=mail)
    yield from _redis(config)


def _fine(about: str, says: str) -> Finding:
    return Finding(about, Level.FINE, says)


def _advice(about: str, says: str) -> Finding:
    return Finding(about, Level.ADVICE, says)


def _wrong(about: str, says: str) -> Finding:
    return Finding(about, Level.WRONG, says)


# The machine -------------------------------------------------------------------------------------


def _python() -> Findings:
    said = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        yield _wrong("Python", f"Python {said} is too old: install 3.11 or newer.")
    else:
        yield _fine("Python", f"Python {said}.")


def _open_files(connections: int) -> Findings:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_FILES
    if hard != resource.RLIM_INFINITY and hard < wanted:
        yield _wrong(
            "open files",
            f"A process may open {hard} files here, and {connections:,} connections need {wanted:,}: "
            f"set LimitNOFILE={4 * connections} in the systemd unit, or `ulimit -n`.",
        )
    else:
        yield _fine("open files", f"Enough for {connections:,} connections.")


def _clock() -> Findings:
    now = clock.now()
    if now < EARLIEST:
        yield _wrong(
            "clock",
            f"The clock says {now:%d %B %Y}, which is past: set it, and let the machine keep it by NTP.",
        )
    else:
        yield _fine("clock", f"{now:%d %B %Y, %H:%M:%S} UTC.")


def _fonts() -> Findings:
    missing = pdf.missing_fonts()
    for script, package in missing:
        yield _advice(
            "PDF",
            f"There is no font for {script} script, so texts in it leave in every form but PDF: "
            f"install the package {package}.",
        )
    if not missing:
        yield _fine("PDF", "There are fonts for every script of the six languages.")


# The settings ------------------------------------------------------------------------------------


def _secret_files(environ: Mapping[str, str]) -> Findings:
    for setting in SETTINGS.values():
        file = environ.get(setting.name + FROM_FILE, "").strip()
        if file and setting.secret and _others_may_read(Path(file)):
            yield _wrong(
                "secrets",
                f"Other accounts of this machine can read the file of {setting.name}{FROM_FILE}: "
                f"chmod 600 {file}",
            )


def _others_may_read(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _key(config: Config) -> Findings:
    file, database = keys.file_of(config.database_url), kept.file_of(config.database_url)
    if config.key:
        yield _fine("key", "DRAFTING_KEY is set: authenticator apps' secrets are sealed with it.")
    elif file is None or database is None:
        yield _advice(
            "key",
            "DRAFTING_KEY is not set, so nobody can set up an authenticator app (passkeys can be): "
            "set it to what `openssl rand -base64 32` prints, and keep a copy apart from the backups.",
        )
    elif file.exists():
        yield from _key_file(file)
    elif database.exists():
        yield _advice(
            "key",
            f"The key file {file} is not there: the next start makes one. If people had set up "
            "authenticator apps before, put it back from a copy first.",
        )


def _key_file(file: Path) -> Findings:
    if _others_may_read(file):
        yield _wrong("key", f"Other accounts of this machine can read {file}: chmod 600 {file}")
    try:
        keys.read(file.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        yield _wrong("key", f"The key file {file} holds no key: put it back from a copy.")
    else:
        yield _fine("key", f"{file} holds a key; keep a copy of it apart from the backups.")


def _https(config: Config) -> Findings:
    if config.https:
        yield _fine("https", "People come by TLS: cookies are Secure and HSTS is sent.")
    else:
        yield _advice(
            "https",
            "DRAFTING_HTTPS is not set: right for a trial on this machine alone. Where people come "
            "through a proxy that speaks TLS, set DRAFTING_HTTPS=yes.",
        )


def _mail(config: Config, *, asked: bool) -> Findings:
    if not config.smtp_url:
        yield _advice(
            "mail",
            "DRAFTING_SMTP is not set: letters are handed out as files, and nobody is told by mail.",
        )
        return
    if not asked:
        yield _fine("mail", "A mail server is set; --mail asks it whether it would take letters.")
        return
    trouble = mailing.trouble(mailing.settings(config.smtp_url))
    if trouble is None:
        yield _fine("mail", "The mail server would take letters.")
    else:
        yield _wrong("mail", f"{trouble} Look at DRAFTING_SMTP.")


def _redis(config: Config) -> Findings:
    url: str = getattr(config, "redis_url", "")
    if not url:
        return
    import redis  # noqa: PLC0415 - only where it is used

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        yield _wrong(
            "Redis",
            f"Redis does not answer ({type(error).__name__}): people at different processes see each "
            "other's words late. Start it, or look at its address.",
        )
    else:
        yield _fine("Redis", "Redis answers.")


def _backups(config: Config) -> Findings:
    if not config.backups:
        yield _advice(
            "backups",
            "DRAFTING_BACKUPS is not set, so it is not known whether there are any: lay them down "
            "every night with `drafting backup`, and name the folder there.",
        )
        return
    place = Path(config.backups)
    try:
        files = [one for one in place.iterdir() if one.is_file()]
    except OSError as error:
        yield _wrong("backups", f"{place} cannot be read ({error.strerror}).")
        return
    if not files:
        yield _wrong("backups", f"There is no backup in {place}: `drafting backup` makes one.")
        return
    newest = max(files, key=lambda one: one.stat().st_mtime)
    age = clock.now() - datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    hours = int(age.total_seconds() // 3600)
    if age > BACKUP_AGE:
        yield _wrong(
            "backups",
            f"The newest backup is {hours} hours old: see why last night's was not made.",
        )
    else:
        yield _fine("backups", f"The newest backup is {hours} hours old.")
    if any(_others_may_read(one) for one in files):
        yield _wrong(
            "backups",
            f"Other accounts of this machine can read backups: chmod 600 {place}/*",
        )


# The database ------------------------------------------------------------------------------------


def _database(config: Config) -> Findings:
    file = kept.file_of(config.database_url)
    if file is not None:
        yield from _place(file)
        if not file.exists():
            yield _advice("database", f"{file} is not there: the first start makes it.")
            return
    try:
        store = Store(config.database_url)
    except NotStored as refused:
        # SQLite itself is too old.
        yield _wrong("database", refused.detail)
        return
    try:
        yield from _asked("database", store, _revision)
        if store.is_sqlite:
            yield from _asked("database", store, lambda w: _sqlite(w, store))
        else:
            yield from _asked("database", store, lambda w: _postgresql(w, store, config.workers))
        yield from _asked("database", store, _newest)
    finally:
        store.close()


def _asked(about: str, store: Store, question: Callable[[Work], Findings]) -> Findings:
    """Asks a database; what it does not answer is a finding."""
    try:
        with store.reading() as w:
            found = list(question(w))
    except NotStored as refused:
        cause = refused.__cause__
        why = type(cause).__name__ if cause is not None else "no answer"
        place = "Is it running, and is DRAFTING_DATABASE right?"
        if store.is_sqlite:
            place = "Is it a database of this tool, and may this account read it?"
        yield _wrong(about, f"The database does not answer ({why}). {place}")
        return
    yield from found


def _revision(w: Work) -> Findings:
    there, needed = kept.revision(w), revisions.newest()
    if there is None:
        yield _advice("schema", "The database is empty: the first start fills it.")
    elif there == needed:
        yield _fine("schema", f"The database stands at revision {there}, as this release needs it.")
    elif there in revisions.known():
        yield _wrong(
            "schema",
            f"The database stands at revision {there}, and this release needs {needed}: make a "
            "backup, then `drafting db upgrade`.",
        )
    else:
        yield _wrong(
            "schema",
            f"The database was made by a newer release (revision {there}): install that one.",
        )


def _place(file: Path) -> Findings:
    folder = file.parent
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        yield _wrong("folder", f"This account may not write in {folder}: give it to the account.")
    elif folder == file.parent and stat.S_IMODE(folder.stat().st_mode) & 0o022:
        yield _wrong(
            "folder", f"Other accounts of this machine can write in {folder}: chmod go-w {folder}"
        )
    else:
        yield _fine("folder", f"{folder} can be written, and by nobody else.")
    for part in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        if part.exists() and _others_may_read(part):
            yield _wrong(
                "folder", f"Other accounts of this machine can read {part}: chmod 600 {part}"
            )
    kind = _file_system(folder)
    if kind in _NETWORK:
        yield _wrong(
            "folder",
            f"{folder} lies on a file system of the network ({kind}), where SQLite can lose what it "
            "has stored: use a disk of this machine, or PostgreSQL.",
        )
    yield from _disk(folder, file.stat().st_size if file.exists() else 0)


def _file_system(folder: Path) -> str:
    """Gives the kind of file system a folder lies on; an empty word where it cannot be told."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in mounts:
        point, name = line.split(" ")[1:3]
        point = point.encode("ascii", "replace").decode("unicode_escape")
        if len(point) >= len(best) and folder.resolve().is_relative_to(point):
            best, kind = point, name
    return kind


def _disk(folder: Path, size_bytes: int) -> Findings:
    free = shutil.disk_usage(folder).free
    said = f"{_size(free)} are free on its disk, and the database has {_size(size_bytes)}"
    if free < MIN_FREE_BYTES:
        yield _wrong("disk", f"{said}: soon nothing will be stored. Make room.")
    elif free < max(SMALL_FREE_BYTES, size_bytes):
        yield _advice("disk", f"{said}: make room before it is needed.")
    else:
        yield _fine("disk", f"{said}.")


def _sqlite(w: Work, store: Store) -> Findings:
    found = kept.damage(w)
    version = kept.version(w)
    if found is not None:
        yield _wrong(
            "database",
            "SQLite finds the file damaged: stop the server, keep a copy of the file, and restore "
            "the newest backup into a new one (docs/operating.md, When something is red).",
        )
    else:
        size = _size(kept.size_bytes(store, w))
        yield _fine("database", f"SQLite {version}, {size}, and its quick check finds it whole.")


def _postgresql(w: Work, store: Store, processes: int) -> Findings:
    found, version = kept.settings(w), kept.version(w)
    yield _fine("database", f"PostgreSQL {version}, {_size(kept.size_bytes(store, w))}.")
    if int(version.split(".")[0]) < POSTGRESQL:
        yield _advice("database", f"PostgreSQL {version} gets no mending any more: upgrade it.")
    off = [
        name
        for name, on in (("fsync", found.fsync), ("full_page_writes", found.full_page_writes))
        if not on
    ]
    for name in off:
        yield _wrong(
            "database",
            f"PostgreSQL runs with {name} = off: a loss of power loses what was acknowledged. Set it on.",
        )
    if found.synchronous_commit == "off":
        yield _wrong(
            "database",
            "PostgreSQL runs with synchronous_commit = off: what is acknowledged may not be stored "
            "yet. Set it on for this database.",
        )
    if found.encoding != "UTF8":
        yield _wrong(
            "database",
            f"The database's encoding is {found.encoding}, which cannot hold every text: make it "
            "anew with ENCODING 'UTF8', and restore a backup.",
        )
    most = processes * kept.most_connections(store)
    if most > found.max_connections - OWN_CONNECTIONS:
        yield _wrong(
            "database",
            f"The server processes of this machine hold up to {most} connections, and PostgreSQL "
            f"takes {found.max_connections} in all: raise max_connections.",
        )


def _newest(w: Work) -> Findings:
    if kept.revision(w) is None:
        return
    newest = kept.newest(w)
    if newest is not None and newest > clock.now() + CLOCK_GRACE:
        yield _wrong(
            "clock",
            f"The newest thing was stored at {newest:%d %B %Y, %H:%M:%S} UTC, which is still to come "
            "by this machine's clock: set it, and let the machine keep it by NTP.",
        )


def _size(count: int) -> str:
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 1024:  # noqa: PLR2004 - bytes to a kilobyte
            return f"{value:.0f} {unit}"
        value /= 1024
    return f"{value:.1f} GB"
