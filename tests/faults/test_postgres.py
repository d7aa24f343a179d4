"""D13: PostgreSQL stopped at once, begun again, or frozen: nothing acknowledged is lost, and work goes on."""

from __future__ import annotations

import contextlib
import socket
import threading

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


class Line:
    """The line between our server and its database; told to, it cuts itself when a commit is confirmed."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.armed = threading.Event()
        self.cut = threading.Event()
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self._to)) as far:
            ways = [
                threading.Thread(target=self._carry, args=(one, other, far), daemon=True)
                for one, other in ((near, far), (far, near))
            ]
            for way in ways:
                way.start()
            for way in ways:
                way.join()

    def _carry(self, one: socket.socket, other: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                # What the server says of a transaction that is kept; one that only read says it too.
                if one is far and self.armed.is_set() and b"COMMIT\0" in data:
                    self.armed.clear()
                    self.cut.set()
                    break
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.close()


def test_a_commit_whose_confirmation_was_lost_is_recognised_and_told_to_the_others(
    postgres, tmp_path
):
    """D14: the server itself does not know whether it was kept; asked again with the same id, it finds out."""
    url = postgres.database()
    line = Line(postgres.port)
    through = url.replace(f":{postgres.port}/", f":{line.port}/")
    server = Server(tmp_path, through).start(demo=True)
    try:
        one, reader = seat(server), seat(server, OBSERVER)
        change = one.change("⟦kept, unknown⟧")
        line.armed.set()
        first = answer_to(one, change)
        assert line.cut.is_set()
        assert first == "NotStored"
        assert answer_to(one, change) == "stored"
        assert reader.words().count("⟦kept, unknown⟧") == 1
        kept = Kept(url).rows(f"SELECT version FROM changes WHERE edit_id = '{change['id']}'")
        assert len(kept) == 1
        assert reader.live.wait(
            lambda: (
                [d["id"] for n, d in list(reader.live.events) if n == "change"] == [change["id"]]
            )
        )
    finally:
        server.kill()
        line.close()
