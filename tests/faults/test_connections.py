"""D14, R01, R09: connections that break, all at once or just after the commit, or are signed out."""

from __future__ import annotations

import selectors
import socket
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.crash.checker import Kept
from tests.crash.client import Live, Refused, Unknown
from tests.crash.harness import Server
from tests.faults.conftest import ADVISER, MEXICO, OBSERVER, PENHOLDER, Seat, seat

SOCKETS = 100


class Proxy:
    """Stands between client and server; told to, it swallows the next answer and hangs up."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.swallow = threading.Event()
        self.swallowed = threading.Event()
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._carry, args=(client, server), daemon=True).start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in ready.select():
                    try:
                        data = key.fileobj.recv(1 << 16)
                        if not data:
                            return
                        if key.fileobj is server and self.swallow.is_set() and _answers(data):
                            self.swallowed.set()
                            return
                        key.data.sendall(data)
                    except OSError:
                        return

    def close(self) -> None:
        self._listening.close()


def _answers(data: bytes) -> bool:
    return b'"ok":' in data or data.startswith(b"HTTP/1.1 ")


@pytest.fixture
def proxy(served: Server) -> Iterator[Proxy]:
    """A proxy before the server."""
    made = Proxy(served.port)
    yield made
    made.close()


def test_an_edit_whose_answer_was_lost_is_recognised_when_it_is_sent_again(served, proxy):
    watcher = seat(served, OBSERVER)
    writer = seat(served)
    writer.browser.port = proxy.port
    cut = writer.browser.live()
    cut.ask("join", {"draft": writer.draft})
    change = writer.change("⟦once⟧")
    proxy.swallow.set()
    with pytest.raises(Unknown):
        cut.ask("change", change)
    assert proxy.swallowed.is_set()
    proxy.swallow.clear()
    again = writer.browser.live()
    again.ask("join", {"draft": writer.draft})
    answer = again.ask("change", change)
    assert answer["parts"][0]["version"] == change["base"] + 1
    assert writer.words().count("⟦once⟧") == 1
    told = [d for n, d in watcher.live.events if n == "change" and d["id"] == change["id"]]
    assert len(told) == 1
    missed = again.ask("catch_up", {"draft": writer.draft, "seq": 0, "texts": writer.versions})
    assert [c["id"] for c in missed["changes"][change["text"]]] == [change["id"]]


def test_a_comment_and_a_deed_whose_answers_were_lost_are_recognised_too(served, proxy):
    delegate, penholder = seat(served, MEXICO), seat(served)
    thread = delegate.thread("⟦once⟧")
    deed = {"id": str(uuid.uuid4()), "kind": "delete", "paragraph": penholder.texts[3]}
    for one, path, body in (
        (delegate, f"/drafts/{delegate.draft}/threads", thread),
        (penholder, f"/drafts/{penholder.draft}/deeds", deed),
    ):
        direct, one.browser.port = one.browser.port, proxy.port
        proxy.swallow.set()
        with pytest.raises(Unknown):
            one.browser.call("POST", path, body)
        proxy.swallow.clear()
        one.browser.port = direct
        assert one.browser.call("POST", path, body)
    kept = Kept(served.database_url)
    assert len(kept.rows("SELECT * FROM comment_bodies WHERE body = '⟦once⟧'")) == 1
    assert kept.rows("SELECT seq FROM drafts") == [(1,)]
    assert len(kept.rows("SELECT * FROM deeds")) == 1


def test_a_hundred_sockets_come_back_after_a_kill(served):
    links = [*served.links]
    browsers = [served.browser(links[n % len(links)]) for n in range(SOCKETS // 10)]
    draft = browsers[0].first_draft()

    def sit(number: int) -> Live:
        live = browsers[number % len(browsers)].live()
        live.ask("join", {"draft": draft})
        return live

    with ThreadPoolExecutor(16) as pool:
        before = list(pool.map(sit, range(SOCKETS)))
        served.kill()
        assert all(one.wait_closed() for one in before)
        served.start()
        after = list(pool.map(sit, range(SOCKETS)))
    writer = seat(served)
    change = writer.change("⟦after⟧")
    writer.live.ask("change", change)
    for one in after:
        assert one.wait(lambda one=one: any(n == "change" for n, _ in list(one.events)))


def test_who_signs_out_in_one_tab_is_out_in_both_and_others_stay(served):
    one, other = seat(served, PENHOLDER), seat(served, ADVISER)
    tab = Seat(one.browser)
    one.live.ask("change", one.change("⟦one⟧"))
    tab.live.ask("change", tab.change("⟦two⟧"))
    assert one.browser.request("POST", "/sign-out", b"")[0] == 303
    for live in (one.live, tab.live):
        assert live.wait_closed()
        assert [d for n, d in live.events if n == "bye"]
    with pytest.raises((Refused, Unknown)):
        tab.live.ask("change", tab.change("⟦three⟧"))
    with pytest.raises(Refused) as info:
        one.browser.state(one.draft)
    assert info.value.name == "NotSignedIn"
    other.load()
    assert other.live.ask("change", other.change("⟦four⟧"))["parts"]
    assert not other.live.closed
    words = other.words()
    assert [words.count(t) for t in ("⟦one⟧", "⟦two⟧", "⟦three⟧", "⟦four⟧")] == [1, 1, 0, 1]
