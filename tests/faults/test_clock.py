"""R11, R12: a clock that is set back or forward, while the server runs and across a restart."""

from __future__ import annotations

import sys
import uuid
from datetime import datetime
from pathlib import Path

import pytest

from tests.crash.checker import Checker, Kept
from tests.crash.client import Browser, Refused, Unknown
from tests.crash.harness import Server
from tests.faults.conftest import MEXICO, PENHOLDER, Seat, seat

HOUR_S = 3600


class Clock:
    """The clock of a server, in seconds off the true one."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set(0)

    def set(self, off_s: float) -> None:
        """Sets it: whole at once, for the server may be looking."""
        new = self.file.with_suffix(".new")
        new.write_text(str(off_s))
        new.replace(self.file)


@pytest.fixture
def clocked(tmp_path):
    """A server, and its clock."""
    clock = Clock(tmp_path / "clock")
    server = Server(tmp_path, environment={"CLOCK": str(clock.file)})
    server.program = [sys.executable, "-m", "tests.faults.clocked"]
    server.start(demo=True)
    yield server, clock
    server.kill()


def seal(at: Seat, name: str) -> dict:
    body = {"id": str(uuid.uuid4()), "name": name, "note": ""}
    return at.browser.call("POST", f"/drafts/{at.draft}/versions", body)["version"]


def typed(at: Seat, words: str) -> int:
    change = at.change(words)
    version = at.live.ask("change", change)["parts"][0]["version"]
    at.versions[change["text"]] = version
    return version


def test_a_clock_set_back_two_hours_changes_no_order_and_revives_nothing(clocked):
    server, clock = clocked
    one, delegate = seat(server), seat(server, MEXICO)
    versions = [typed(one, "⟦before⟧ ")]
    first = seal(one, "Before")
    gone = server.browser(PENHOLDER)
    assert gone.request("POST", "/sign-out", b"")[0] == 303
    ticket = one.browser.call("POST", "/live/tickets")["ticket"]
    clock.set(2 * HOUR_S)
    with pytest.raises((Refused, Unknown)):
        live_with(one.browser, ticket)
    later = seat(server)
    clock.set(0)
    # While it runs.
    versions.append(typed(one, "⟦back⟧ "))
    delegate.comment("⟦said after⟧")
    second = seal(one, "Back")
    assert gone.request("GET", "/api/drafts")[0] == 401
    assert later.browser.request("GET", "/api/drafts")[0] == 200
    # And across a restart.
    server.stop()
    clock.set(-2 * HOUR_S)
    server.start()
    assert gone.request("GET", "/api/drafts")[0] == 401
    again = seat(server)
    versions.append(typed(again, "⟦long ago⟧ "))
    third = seal(again, "Long ago")
    assert versions == [versions[0], versions[0] + 1, versions[0] + 2]
    assert [v["number"] for v in (first, second, third)] == [1, 2, 3]
    shown = again.browser.state(again.draft)["versions"]
    assert [v["name"] for v in sorted(shown, key=lambda v: v["number"])][1:] == [
        "Before",
        "Back",
        "Long ago",
    ]
    assert again.words().count("⟦long ago⟧ ⟦back⟧ ⟦before⟧ ") == 1
    kept = Kept(server.database_url)
    for table, key in (("changes", "text_id, version"), ("deeds", "id"), ("comments", "id")):
        rows = kept.rows(f"SELECT {key} FROM {table}")
        assert len(rows) == len(set(rows))
    moments = [
        datetime.fromisoformat(str(row[0]))
        for row in kept.rows("SELECT sealed_at FROM versions WHERE number > 0 ORDER BY number")
    ]
    # What the clock said is what is on record; the order is the numbers', not the clock's.
    assert moments[2] < moments[0] < moments[1]
    assert list(texts_that_do_not_fit(kept)) == []


def live_with(browser: Browser, ticket: str):
    from tests.crash.client import Live

    return Live(browser.port, ticket)


def texts_that_do_not_fit(kept: Kept):
    checker = Checker([], kept)
    checker._read_journal()
    checker._read_log()
    return checker._texts()


def test_whoever_is_at_the_table_stays_when_the_clock_jumps_and_is_told_when_a_day_is_over(clocked):
    server, clock = clocked
    one = seat(server)
    for number, jump_s in enumerate((-24 * HOUR_S, -HOUR_S, HOUR_S)):
        clock.set(jump_s)
        typed(one, f"⟦{number}⟧ ")
    # A session ends twelve hours after it began.
    clock.set(24 * HOUR_S)
    with pytest.raises((Refused, Unknown)):
        typed(one, "⟦too late⟧ ")
    clock.set(0)
    again = seat(server)
    typed(again, "⟦again⟧ ")
    assert "⟦again⟧ ⟦2⟧ ⟦1⟧ ⟦0⟧ " in again.words()
    assert "⟦too late⟧" not in again.words()
