"""Engine.IO's pings come from the loop: when they are due, once, and not to who is gone."""

from __future__ import annotations

import gevent
import pytest
from engineio import Server  # type: ignore[import-untyped]  # it has no types
from engineio.packet import PING  # type: ignore[import-untyped]  # it has no types
from engineio.socket import Socket  # type: ignore[import-untyped]  # it has no types

from drafting.live.pings import Pings


@pytest.fixture
def client():
    server = Server(async_mode="gevent", ping_interval=0.02, monitor_clients=False)
    pings = Pings(0.02)
    server.start_background_task = pings.begin
    made = Socket(server, "sid")
    made.last_ping = 1.0
    yield made
    pings.stop()


def _wait_for_another(client: Socket) -> None:
    """Waits until somebody is asked who was to be asked later."""
    other = Socket(client.server, "other")
    other.last_ping = 1.0
    other.schedule_ping()
    with gevent.Timeout(5):
        other.queue.get()


def test_a_client_is_asked_again_after_a_while_and_waited_for(client: Socket) -> None:
    client.schedule_ping()
    assert client.last_ping is None
    client.schedule_ping()  # Until it is asked, another answer changes nothing.
    with gevent.Timeout(5):
        packet = client.queue.get()
    assert packet.packet_type == PING
    assert client.last_ping > 1.0
    _wait_for_another(client)
    assert client.queue.empty()


def test_who_is_gone_is_not_asked(client: Socket) -> None:
    client.schedule_ping()
    client.closed = True
    _wait_for_another(client)
    assert client.queue.empty()


def test_what_else_engineio_begins_runs_as_it_did(client: Socket) -> None:
    done = []
    client.server.start_background_task(done.append, 1).join(5)
    assert done == [1]


class Going(Socket):
    """A client that goes as soon as it has been found to be there."""

    found = False

    @property
    def closed(self) -> bool:
        was, self.found = self.found, True
        return was

    @closed.setter
    def closed(self, _closed: bool) -> None:
        pass


def test_who_goes_just_before_being_asked_is_no_error(client: Socket, monkeypatch) -> None:
    met: list[object] = []
    monkeypatch.setattr(gevent.get_hub(), "handle_error", lambda *error: met.append(error[1:3]))
    going = Going(client.server, "going")
    going.last_ping = 1.0
    going.schedule_ping()
    _wait_for_another(client)
    assert going.found
    assert met == []
