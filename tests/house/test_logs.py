"""Logs: one record a line, and nothing that anybody wrote."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting import logs

CANARY = "Sierra-Quebec-4711"
EVIL = [
    "two\nlines",
    "carriage\rreturn",
    "\x1b[31mred\x1b[0m",
    "\u202eturned\u202c",
    "\u2028line\u2029paragraph",
    "nul\x00byte",
    '","level":"error","message":"forged',
    "2026-01-01T00:00:00 error drafting forged",
    "x" * 10_000,
    "\ud800",
]


@pytest.fixture(params=["plain", "json"])
def logged(request: pytest.FixtureRequest) -> Iterator[tuple[str, io.StringIO]]:
    root, own = logging.getLogger(), logging.getLogger("drafting")
    kept = (root.handlers[:], root.level, own.level, logging.raiseExceptions)
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    stream = io.StringIO()
    logs.set_up(form=request.param, level="debug", stream=stream)
    yield request.param, stream
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level, own.level, logging.raiseExceptions = kept
    root.setLevel(kept[1])
    own.setLevel(kept[2])
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def lines(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_whatever_stands_in_a_record_it_is_one_line_of_plain_letters(logged, evil: str) -> None:
    form, stream = logged
    logging.getLogger("drafting.web").error("A %s happened.", evil, extra={"endpoint": evil})
    (line,) = lines(stream)
    assert line.isascii()
    assert line.isprintable()
    if form == "json":
        found = json.loads(line)
        assert found["level"] == "error"
        assert found["message"].isprintable()
        assert len(found["message"]) < 6_000


@given(words=st.text(max_size=600))
def test_an_escaped_word_is_plain(words: str) -> None:
    found = logs.escaped(words)
    assert found.isascii()
    assert found.isprintable() or not found


def test_what_is_not_on_the_list_is_dropped(logged) -> None:
    form, stream = logged
    logging.getLogger("drafting.web").info(
        "Something.", extra={"person": CANARY, "token": CANARY, "path": CANARY, "status": 500}
    )
    (line,) = lines(stream)
    assert CANARY not in line
    if form == "json":
        assert set(json.loads(line)) == {"time", "level", "pid", "logger", "message", "status"}


def test_an_error_is_told_by_its_type_and_place(logged) -> None:
    _form, stream = logged

    def fails(words: str) -> None:
        try:
            {}[words]
        except KeyError as error:
            raise ValueError(words) from error

    try:
        fails(CANARY)
    except ValueError:
        logging.getLogger("drafting.web").exception("A request failed.")
    (line,) = lines(stream)
    assert CANARY not in line
    assert "ValueError < KeyError" in line
    assert "test_logs.py:" in line


def test_a_librarys_words_are_not_kept(logged) -> None:
    _form, stream = logged
    logging.getLogger("sqlalchemy.pool").error("Lost %s", CANARY)
    logging.getLogger("urllib3").debug(CANARY)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, UserWarning, stacklevel=1)
    assert CANARY not in stream.getvalue()
    assert len(lines(stream)) == 2


def test_what_nobody_caught_is_logged_without_its_words(logged) -> None:
    _form, stream = logged

    def fails() -> None:
        raise ValueError(CANARY)

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    try:
        {}[CANARY]
    except KeyError as error:
        sys.excepthook(KeyError, error, error.__traceback__)
        logs.met_by_hub(CANARY, KeyError, error, error.__traceback__)
    found = lines(stream)
    assert len(found) == 3
    assert CANARY not in stream.getvalue()
    assert all("An error was met by nobody." in line for line in found)


def test_a_record_that_cannot_be_written_prints_nothing(logged, capsys) -> None:
    logging.getLogger("drafting").error("%d", CANARY)
    assert CANARY not in capsys.readouterr().err


def test_records_of_one_request_bear_its_reference(logged) -> None:
    _form, stream = logged
    logger = logging.getLogger("drafting.web")
    with logs.referring("abc123"):
        logger.info("One.")
        assert logs.failed(logger, "Two.", ValueError(CANARY)) == "abc123"
    logger.info("Three.")
    first, second, third = lines(stream)
    assert "abc123" in first
    assert "abc123" in second
    assert "abc123" not in third


def test_what_ends_a_greenlet_is_logged_without_its_words() -> None:
    program = (
        "import gevent\nfrom drafting import logs, serving\nlogs.set_up()\nserving.tune()\n"
        f"def fails(words):\n    raise ValueError(words)\n"
        f"gevent.spawn(fails, {CANARY!r})\ngevent.sleep(0.01)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=60,
    )
    assert CANARY not in found.stderr + found.stdout
    (line,) = found.stderr.splitlines()
    assert "An error was met by nobody." in line
    assert "error=ValueError" in line
