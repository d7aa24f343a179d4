"""The websocket against readers that are slow and senders that are hostile."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
import time
import urllib.request
import uuid
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from drafting.live import transport
from tests.live.client import CLOSE, TEXT, Client, Closed, masked
from tests.live.conftest import ROOT, Running, until

FRAMES = 60
WORDS = "x" * 100_000


def read_deeds(client: Client, count: int) -> int:
    """Reads deeds with increasing numbers; gives how many came whole before the end."""
    for number in range(count):
        try:
            data = client.event("deed")
        except Closed:
            return number
        assert data["seq"] == number
        assert data["words"] == WORDS
    return count


def test_a_reader_who_pauses_gets_every_frame_whole(server: Running) -> None:
    draft, _ = server.draft()
    slow = server.seated(draft, receive_buffer=4096).client
    server.post("deeds", draft=draft, times=20, size=len(WORDS))
    backlog = server.seated(draft)  # the hub has gone on: someone else is served meanwhile
    assert backlog.answer["ok"]
    assert read_deeds(slow, 20) == 20


def test_a_reader_who_pauses_for_too_long_is_cut_off_and_never_misled(server: Running) -> None:
    draft, _ = server.draft()
    slow = server.seated(draft, receive_buffer=4096).client
    others = server.seated(draft)
    for _ in range(5):
        server.post("deeds", draft=draft, times=FRAMES, size=len(WORDS))
        assert read_deeds(others.client, FRAMES) == FRAMES
    until(lambda: server.get("process")["connections"] == 1)
    # What had been written before is whole and in order; then comes the end.
    count = 0
    with contextlib.suppress(Closed):
        while slow.event("deed")["words"] == WORDS:
            count += 1
    assert 0 < count < 5 * FRAMES


def test_the_stock_websocket_corrupts_the_stream_of_a_slow_reader() -> None:
    # Why there is a transport of ours. Should this fail, Engine.IO's own has been mended.
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.live.stock"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    client = Client(port, receive_buffer=4096, headers={"Sec-WebSocket-Extensions": ""})
    try:
        client.text("40")
        client.connected()
        client.emit("go", {}, acknowledge=False)

        def said() -> int:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sent", timeout=10) as answer:
                count: int = json.load(answer)["sent"]
                return count

        counts: list[int] = []

        def stands_still() -> bool:
            counts.append(said())
            return counts[-1] > 1 and counts[-20:] == counts[-1:] * 20

        until(stands_still)
        with pytest.raises((AssertionError, ValueError, Closed, TimeoutError, KeyError)):
            assert read_deeds(client, FRAMES) == FRAMES
    finally:
        client.close()
        process.kill()
        process.communicate()


# What is refused at the door -----------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT"])
@pytest.mark.parametrize(
    "query",
    [
        "EIO=4&transport=polling",
        "EIO=4",
        "",
        "EIO=3&transport=websocket",
        "EIO=4&transport=websocket",
        "EIO=4&transport=websocket&sid=abc",
        "EIO=4&transport=polling&j=1",
        "EIO=4&transport=websocket&transport=polling",
    ],
)
def test_polling_is_refused_in_every_form(server: Running, method: str, query: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, f"/socket.io/?{query}", headers={"Connection": "close"})
        with connection.getresponse() as answer:
            assert answer.status == 400
    finally:
        connection.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-WebSocket-Version": "8"},
        {"Sec-WebSocket-Key": "short"},
        {"Connection": "keep-alive"},
        {"Upgrade": "h2c"},
    ],
)
def test_a_wrong_greeting_is_refused(server: Running, headers: dict[str, str]) -> None:
    assert server.client(headers=headers).status == 400


@pytest.mark.parametrize(
    "query",
    ["EIO=4&transport=websocket&sid=x", "EIO=4&transport=polling", "EIO=4&transport=websocket&j=0"],
)
def test_a_websocket_that_asks_for_polling_is_refused(server: Running, query: str) -> None:
    assert server.client(query=query).status == 400


def test_our_own_origin_and_none_are_accepted(server: Running) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    assert server.client(headers={"Origin": origin}).status == 101
    assert server.client().status == 101


def test_compression_is_never_agreed_to(server: Running) -> None:
    assert b"xtension" not in server.client().greeting


def test_who_is_not_accepted_in_time_is_closed(server: Running) -> None:
    begun = time.monotonic()
    client = server.client()
    assert client.wait_closed(transport.ACCEPT_S + 3) == 1008
    assert time.monotonic() - begun >= transport.ACCEPT_S - 1


# Big frames (R05) ---------------------------------------------------------------------------------

COMPRESSED = zlib.compress(b"x" * 200_000_000)[2:-4]

HOSTILE: dict[str, Callable[[], bytes]] = {
    "1 MB": lambda: masked(TEXT, b"42" + b"x" * 1_000_000),
    "100 MB declared": lambda: masked(TEXT, b"42", size=100_000_000) + b"x" * 300_000,
    "compressed": lambda: masked(TEXT, COMPRESSED, first=0xC0),
    "endless fragments": lambda: (
        masked(TEXT, b"42", first=0) + masked(0, b"x" * 1000, first=0) * 5000
    ),
    "endless empty fragments": lambda: (
        masked(TEXT, b"", first=0) + masked(0, b"", first=0) * 100_000
    ),
    "binary": lambda: masked(2, b"x" * 100_000),
    "unmasked": lambda: b"\x81\x7e\xff\xff" + b"x" * 65_535,
    "not UTF-8": lambda: masked(TEXT, b"42\xff\xfe"),
    "half a character": lambda: masked(TEXT, b"42\xed\xa0\x80"),
}


@pytest.mark.parametrize("connected", [False, True])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_frames_end_the_connection_and_cost_no_memory(
    server: Running, name: str, connected: bool
) -> None:
    draft, _ = server.draft()
    before = server.get("process")["peak_kb"]
    data = HOSTILE[name]()
    for _ in range(5):
        client = server.seated(draft).client if connected else server.client()
        try:
            client.raw(data)
        except ConnectionError:
            continue
        client.wait_closed(3)
    assert server.get("process")["peak_kb"] - before <= 20 * 1024


def test_a_message_of_64_kb_is_read_once_connected_and_refused_before(server: Running) -> None:
    draft, texts = server.draft()
    words = "x" * 64_000
    edit = {
        "draft": draft,
        "text": texts[0],
        "id": str(uuid.uuid4()),
        "base": 0,
        "ops": [{"insert": words}],
    }
    assert server.seated(draft).client.ask("change", edit)["ok"]
    stranger = server.client()
    stranger.text("40" + json.dumps({"ticket": words}))
    assert stranger.wait_closed(3) == 1009


# Engine.IO and Socket.IO packets that nobody sends (F01) --------------------------------------------

ODD = [
    "",
    "0",
    "2",
    "2probe",
    "5",
    "6",
    "7",
    "9",
    "x",
    "bAAAA",
    "4",
    "43[]",
    "44",
    "45",
    "451-[]",
    "46",
    "4x",
    '4{"a":1}',
    "4" + "[" * 3000,
    "40/admin,",
    "41/admin",
    "42/admin,[]",
    "42",
    "42[",
    "42x",
    '42"a"',
    "42[]x",
    "4299999999999999999999[]",
    "\u0664",
    "3 ",
    "33",
    "1x",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_packets_end_the_connection(server: Running, text: str) -> None:
    draft, _ = server.draft()
    client = server.seated(draft).client
    client.text(text)
    assert client.wait_closed(3) in {1002, 1008}


@pytest.mark.parametrize("text", [one for one in ODD if one not in {"", "40"}])
def test_odd_packets_end_a_connection_that_is_not_accepted(server: Running, text: str) -> None:
    client = server.client()
    client.text(text)
    assert client.wait_closed(3) in {1002, 1008}


def test_a_second_connect_ends_the_connection(server: Running) -> None:
    draft, _ = server.draft()
    seated = server.seated(draft)
    ticket = server.post("tickets", session=seated.session)["ticket"]
    seated.client.text("40" + json.dumps({"ticket": ticket}))
    assert seated.client.wait_closed(3) == 1002


def test_events_before_the_connect_end_the_connection(server: Running) -> None:
    draft, _ = server.draft()
    client = server.client()
    client.emit("join", {"draft": draft})
    assert client.wait_closed(3) == 1002


@pytest.mark.parametrize("order", ["1", "41", "close"])
def test_a_client_that_leaves_is_gone_at_once(server: Running, order: str) -> None:
    draft, _ = server.draft()
    stays = server.seated(draft)
    leaves = server.seated(draft)
    # Whoever goes before their coming was told is never told of.
    while leaves.key not in {one["key"] for one in stays.client.event("people")["joined"]}:
        pass
    if order == "close":
        leaves.client.raw(masked(CLOSE, (1000).to_bytes(2)))
    else:
        leaves.client.text(order)
    assert leaves.client.wait_closed(3) == 1000
    while leaves.key not in stays.client.event("people")["left"]:
        pass


def test_a_ping_is_answered(server: Running) -> None:
    client = server.client()
    client.frame()
    client.raw(masked(9, b"are you there"))
    assert client.frame() == (10, b"are you there")


# Floods (R04) ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["caret", "join", "ping", "malformed", "unread answers"])
def test_a_flood_is_cut_off_and_the_others_go_on(server: Running, kind: str) -> None:
    draft, texts = server.draft()
    other = server.seated(draft)
    flooder = server.seated(draft)
    caret = {"draft": draft, "text": texts[0], "version": 0, "start": 0, "end": 0}
    one: dict[str, Any] = {
        "caret": masked(TEXT, b"42" + json.dumps(["caret", caret]).encode()),
        "join": masked(TEXT, b"420" + json.dumps(["join", {"draft": draft}]).encode()),
        "ping": masked(9, b""),
        "malformed": masked(TEXT, b'42["caret",{}]'),
        "unread answers": masked(TEXT, b'421["change",{}]'),
    }
    begun = time.monotonic()
    try:
        for _ in range(40):
            flooder.client.raw(one[kind] * 100)
    except OSError:
        pass
    edit = {
        "draft": draft,
        "text": texts[0],
        "id": str(uuid.uuid4()),
        "base": 0,
        "ops": [{"insert": "Hi"}],
    }
    assert other.client.ask("change", edit)["ok"]
    flooder.client.wait_closed(4)
    assert time.monotonic() - begun < 4
    until(lambda: server.get("process")["connections"] == 1)


def test_a_flooder_is_told_why(server: Running) -> None:
    draft, _ = server.draft()
    flooder = server.seated(draft).client
    flooder.raw(masked(9, b"") * 410)
    assert flooder.wait_closed(3) == 1008
    assert "Too much" in dict(flooder.events)["bye"]["reason"]


def test_nothing_is_left_behind_of_connections_that_end(server: Running) -> None:
    draft, _ = server.draft()
    for _ in range(30):
        server.seated(draft).client.close()
    until(lambda: server.get("process")["sockets"] == 0)
    assert server.get("process")["connections"] == 0
