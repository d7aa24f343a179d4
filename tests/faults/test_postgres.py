"""D13: PostgreSQL stopped at once, begun again, or frozen: nothing acknowledged is lost, and work goes on."""

from __future__ import annotations

import pytest

from tests.crash.checker import Kept
from tests.crash.client import Refused, Unknown
from tests.crash.harness import Server
from tests.faults.conftest import MEXICO, OBSERVER, seat
from tests.servers import Postgres, wait_for


@pytest.fixture
def both(tmp_path):
    """A PostgreSQL of one's own, and our server on it."""
    database = Postgres()
    server = Server(tmp_path, database.database()).start(demo=True)
    yield database, server
    database.freeze(frozen=False)
    server.kill()
    database.stop()


def answer_to(one, change) -> str:
    """Sends a change, and gives what it was answered."""
    try:
        return "stored" if one.live.ask("change", change)["parts"] else "nothing"
    except Refused as refused:
        return refused.name


def test_a_database_that_is_stopped_at_once_and_comes_back_loses_nothing(both):
    database, server = both
    one, delegate, reader = seat(server), seat(server, MEXICO), seat(server, OBSERVER)
    before = one.change("⟦before⟧")
    assert answer_to(one, before) == "stored"
    database.stop_at_once()
    change, thread = one.change("⟦while it is away⟧", one.texts[4]), delegate.thread("⟦away⟧")
    path = f"/drafts/{delegate.draft}/threads"
    assert answer_to(one, change) == "NotStored"
    with pytest.raises(Refused) as info:
        delegate.browser.call("POST", path, thread)
    assert info.value.status == 503
    assert not one.live.closed
    database.begin()
    # The same change, with the same id, and without a restart of ours.
    wait_for(lambda: answer_to(one, change) == "stored", "the change is taken")
    assert answer_to(one, change) == "stored"
    assert delegate.browser.call("POST", path, thread)["thread"]
    words = reader.words()
    assert [words.count(t) for t in ("⟦before⟧", "⟦while it is away⟧")] == [1, 1]
    held = Kept(server.database_url)
    assert len(held.rows("SELECT 1 FROM comment_bodies WHERE body = '⟦away⟧'")) == 1
    told = [d["id"] for n, d in reader.live.events if n == "change"]
    assert told == [before["id"], change["id"]]


def test_a_database_that_freezes_keeps_those_waiting_who_write_and_loses_nothing(both):
    database, server = both
    one = seat(server)
    database.freeze(frozen=True)
    change = one.change("⟦frozen⟧")
    number = one.live.send("change", change)
    # The table's sockets are served on: this one is asked and answered while nothing can be stored.
    with pytest.raises(Unknown):
        one.live.answer(number, 1.0)
    assert not one.live.closed
    database.freeze(frozen=False)
    assert one.live.answer(number)["parts"]
    assert one.words().count("⟦frozen⟧") == 1
