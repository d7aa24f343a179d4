"""What is logged: one line a record, and nothing that anybody wrote.

A record is a fixed sentence of ours with numbers and names of our own in it, and fields from one
list; a field that is not on the list is dropped. Of an error its type and its place are kept, never
its words: they may hold a text, a name, a token or an address. Libraries' records keep their level
and place, and lose their words for the same reason. Every control character, line end and sign that
turns the direction of writing is written as an escape, so that a record stays one line.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO
from uuid import UUID

FIELDS = (
    "reference",
    "endpoint",
    "method",
    "status",
    "ms",
    "bytes",
    "error",
    "place",
    "event",
    "count",
    "person",
)
"""What may stand in a record beside its time, level, place and sentence."""

MAX_CHARS = 500
"""Most of one value; what is longer is cut."""

MAX_FRAMES = 8
"""How many places of an error are kept, the innermost last."""

OUR_OWN = "drafting"
_HERE = Path(__file__).resolve().parent
_REFERENCE_BYTES = 6
_log = logging.getLogger(f"{OUR_OWN}.logs")
_security = logging.getLogger(f"{OUR_OWN}.security")

_reference: ContextVar[str | None] = ContextVar("reference", default=None)


def new_reference() -> str:
    """Gives a fresh name for one request or event: random, so that it tells nothing."""
    return secrets.token_hex(_REFERENCE_BYTES)


def reference() -> str | None:
    """Gives the name of the request this code works for, or None outside of one."""
    return _reference.get()


@contextmanager
def referring(to: str) -> Iterator[None]:
    """Puts a request's name into every record that is logged meanwhile."""
    token = _reference.set(to)
    try:
        yield
    finally:
        _reference.reset(token)


def failed(logger: logging.Logger, sentence: str, error: BaseException, **fields: object) -> str:
    """Logs an error by its type and place; gives the reference to tell whoever asked."""
    name = reference() or new_reference()
    logger.error(
        sentence, extra={"reference": name, "error": kind(error), "place": place(error), **fields}
    )
    return name


def account(event: str, person: UUID | None, *, failed: bool = False) -> None:
    """Logs what happened at the door or to an account: of whom the id, where one is known."""
    extra = {"event": event, "person": person}
    if failed:
        _security.warning("A proof of who somebody is failed.", extra=extra)
    else:
        _security.info("An account was used or changed.", extra=extra)


def refused(endpoint: str | None, status: int, error: str, person: UUID | None) -> None:
    """Logs that something was asked for and not given: by which way, why, to whom (the id)."""
    extra = {"endpoint": endpoint, "status": status, "error": error, "person": person}
    _security.info("A request was refused.", extra=extra)


def declined(error: str, person: UUID | None) -> None:
    """Logs that an event of the live floor was refused: why, to whom (the id)."""
    _security.info("An event was refused.", extra={"error": error, "person": person})


def kind(error: BaseException) -> str:
    """Gives an error's type, and those of the errors it came from."""
    return " < ".join(type(one).__name__ for one in _chain(error))


def place(error: BaseException) -> str:
    """Gives where an error happened: files, lines and functions, the innermost last."""
    places: list[str] = []
    for one in reversed(_chain(error)):
        # Only names and numbers of the frames: the lines themselves may hold words.
        walked = traceback.walk_tb(one.__traceback__)
        places += [
            f"{_file(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
            for frame, line in walked
        ]
    return " > ".join(places[-MAX_FRAMES:])


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found:
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found


def _file(name: str) -> str:
    path = Path(name)
    if path.is_relative_to(_HERE):
        return str(path.relative_to(_HERE.parent))
    # Of a library the package and the file; where it lies says only how this machine is set up.
    return "/".join(path.parts[-2:])


def escaped(words: str) -> str:
    """Gives words as one line of plain letters: all else as an escape, and no more than fits."""
    cut = words if len(words) <= MAX_CHARS else f"{words[:MAX_CHARS]}..."
    return "".join(
        one if one.isascii() and one.isprintable() and one != "\\" else _escape(one) for one in cut
    )


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


class _Record(logging.Formatter):
    """One record as the values that may be written."""

    def values(self, record: logging.LogRecord) -> dict[str, Any]:
        found: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "pid": record.process,
            "logger": record.name,
            "message": self._sentence(record),
        }
        name = reference()
        if name is not None:
            found["reference"] = name
        if record.exc_info and record.exc_info[1] is not None:
            found["error"] = kind(record.exc_info[1])
            found["place"] = place(record.exc_info[1])
        for field in FIELDS:
            value = record.__dict__.get(field)
            # A person is an id of ours, never a name.
            if value is not None and (field != "person" or isinstance(value, UUID)):
                found[field] = value
        return {name: _plain(value) for name, value in found.items()}

    @staticmethod
    def _sentence(record: logging.LogRecord) -> str:
        if record.name.split(".", 1)[0] == OUR_OWN:
            return record.getMessage()
        return f"(a record of a library, {Path(record.pathname).name}:{record.lineno})"


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return escaped(str(value))


class AsJson(_Record):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Gives one line."""
        return json.dumps(self.values(record), separators=(",", ":"))


class AsLine(_Record):
    """A record as one line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Gives one line."""
        found = self.values(record)
        head = " ".join(str(found.pop(name)) for name in ("time", "level", "logger", "message"))
        return " ".join([head, *(f"{name}={value}" for name, value in found.items())])


def set_up(*, form: str = "plain", level: str = "info", stream: TextIO | None = None) -> None:
    """Sends every record of this process to one stream (standard error), and nothing around it.

    What Python would print of an error that nobody caught is logged too, without its words.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(AsJson() if form == "json" else AsLine())
    # A record that cannot be written must not print what it holds.
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OUR_OWN).setLevel(level.upper())
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _uncaught(
    kind_: type[BaseException], error: BaseException | None, _tb: TracebackType | None
) -> None:
    if error is None:
        _log.error("An error was met by nobody.", extra={"error": kind_.__name__})
    elif not isinstance(error, KeyboardInterrupt | SystemExit):
        failed(_log, "An error was met by nobody.", error)


def met_by_hub(
    _context: object,
    kind_: type[BaseException] | None,
    error: BaseException | None,
    traceback_: TracebackType | None,
) -> None:
    """Takes an error that a greenlet ended with, as gevent would print it with its words."""
    if kind_ is not None:
        _uncaught(kind_, error, traceback_)
