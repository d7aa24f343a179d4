"""The one place that says anything: whom it refuses to tell, and that nothing goes past it (Z09)."""

from __future__ import annotations

import ast
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import gevent
import pytest

from drafting.live.bridge import Bridge
from drafting.live.broadcast import EVENTS, Audience, Broadcast, Ready, event_frame
from drafting.live.rooms import Connection, Room
from drafting.live.wire import Frame
from tests.live.conftest import ROOT

HOUSE = ROOT / "drafting"
DRAFT = UUID(int=1)


class Paper:
    """Stands for a socket: keeps what is written on it."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def write(self, ready: Frame) -> None:
        self.frames.append(ready.data)


def connection() -> Connection:
    paper: Any = Paper()
    return Connection("sid", UUID(int=2), paper)


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


@pytest.fixture
def voice(bridge: Bridge) -> Broadcast:
    return Broadcast(bridge)


@pytest.mark.parametrize(
    "recipients",
    [
        None,
        "",
        "room",
        b"",
        0,
        1,
        [],
        (),
        {},
        set(),
        [None],
        ["sid"],
        [connection(), None],
        {"a": 1},
    ],
)
def test_a_recipient_that_may_be_a_mistake_is_refused(voice: Broadcast, recipients: Any) -> None:
    with pytest.raises(ValueError, match="needs a room"):
        voice.tell(recipients, "deed", {})


def test_an_event_that_is_not_declared_is_refused(voice: Broadcast) -> None:
    with pytest.raises(ValueError, match="not declared"):
        voice.tell([connection()], "gossip", {})


@pytest.mark.parametrize(
    "event",
    [name for name, who in EVENTS.items() if who not in (Audience.DRAFT, Audience.TEXT)],
)
def test_an_event_for_some_is_never_told_to_a_whole_room(voice: Broadcast, event: str) -> None:
    with pytest.raises(ValueError, match="is for"):
        voice.tell(Room(DRAFT), event, {})


def test_an_empty_room_hears_nothing_and_nobody_else_does(voice: Broadcast) -> None:
    voice.tell(Room(DRAFT), "deed", {})


def test_only_those_named_hear_it(voice: Broadcast) -> None:
    one, other = connection(), connection()
    voice.tell([one], "thread", {"x": Ready("[1]")})
    assert one.transport.frames == [event_frame("thread", {"x": [1]}).data]
    assert other.transport.frames == []


def test_numbers_that_are_none_in_json_are_not_sent(voice: Broadcast) -> None:
    with pytest.raises(ValueError, match="JSON"):
        voice.tell([connection()], "deed", {"seq": float("nan")})


def test_what_threads_tell_goes_out_in_order_and_on_the_hub(
    bridge: Bridge, voice: Broadcast
) -> None:
    one = connection()
    threads: list[int] = []

    def tell() -> None:
        for number in range(500):
            voice.tell([one], "deed", {"seq": number})
            bridge.post(lambda: threads.append(threading.get_ident()))

    thread = threading.Thread(target=tell)
    thread.start()
    with gevent.Timeout(5):
        while thread.is_alive() or len(threads) < 500:
            gevent.sleep(0.001)
    assert one.transport.frames == [
        event_frame("deed", {"seq": number}).data for number in range(500)
    ]
    assert set(threads) == {threading.get_ident()}


def test_what_the_hub_tells_comes_after_what_was_handed_in_before(bridge: Bridge) -> None:
    order: list[int] = []
    thread = threading.Thread(target=lambda: bridge.post(lambda: order.append(1)))
    thread.start()
    thread.join()
    bridge.run(lambda: order.append(2))
    assert order == [1, 2]


def test_a_deed_that_fails_does_not_take_the_next_with_it(
    bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    order: list[int] = []
    bridge.post(lambda: order.append(1 // 0))
    bridge.post(lambda: order.append(2))
    bridge.deliver()
    assert order == [2]
    assert "failed" in caplog.text


# Nothing goes past it ------------------------------------------------------------------------------

SAYING = {
    "emit",
    "send",
    "send_packet",
    "send_bytes",
    "call",
    "enter_room",
    "join_room",
    "leave_room",
}
MAY = {
    # Its own `send` is what Engine.IO calls for its opening and pings; the other is the system's.
    "live/transport.py": {"send"},
    "live/pings.py": {"send"},
    "live/sockets.py": {"send"},
    # A libev watcher that wakes the hub is not a message to anybody.
    "live/bridge.py": {"send"},
    # Notices from process to process, without words: no client hears them.
    "live/exchange.py": {"send"},
    "live/relay.py": {"send"},
    "workers.py": {"send"},
    # Letters, by mail.
    "services/letters.py": {"send"},
    "api/board.py": {"send"},
    "services/notices.py": {"send"},
    # A browser to a ministry's identity provider.
    "web/account.py": {"send"},
    "web/signing_in.py": {"send"},
}
FRAMES = {"text_frame", "event_frame"}
MAY_FRAME = {"live/broadcast.py", "live/transport.py", "live/wire.py"}


APART = {"apart", "_pool"}
"""Whose `call` hands work to another process, and tells nobody anything."""


def used(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                if not (isinstance(function.value, ast.Name) and function.value.id in APART):
                    names.add(function.attr)
            elif isinstance(function, ast.Name):
                names.add(function.id)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("flask_socketio", "socketio", "engineio")
        ):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize(
    "path", sorted(HOUSE.rglob("*.py")), ids=lambda path: str(path.relative_to(HOUSE))
)
def test_no_other_module_says_anything(path: Path) -> None:
    name = str(path.relative_to(HOUSE))
    names = used(path)
    assert names & SAYING <= MAY.get(name, set())
    if name not in MAY_FRAME:
        assert not names & FRAMES
    if not name.startswith("live/"):
        assert not names & {"SocketIO", "Broadcast"}


def test_every_event_told_is_declared_and_documented() -> None:
    live = (ROOT / "docs" / "live.md").read_text(encoding="utf-8")
    table = live.partition("## What the server sends")[2]
    documented = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert documented == set(EVENTS)
