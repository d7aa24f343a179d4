"""Serving: what a client may send, how slowly, and what a stop leaves behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from drafting import clock, serving
from tests.live.conftest import Running, until


def said(server: Running, *pieces: bytes, within_s: float = 10.0) -> bytes:
    """Sends bytes and gives all that comes back until the end."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=within_s) as stream:
        for piece in pieces:
            try:
                stream.sendall(piece)
            except OSError:
                break
        answer = b""
        try:
            while data := stream.recv(65_536):
                answer += data
        except ConnectionError:
            pass
        return answer


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


GET = b"GET /outside/process HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


def test_a_page_is_served(server: Running) -> None:
    assert status_of(said(server, GET + b"\r\n")) == 200


def test_no_answer_waits_for_the_readers_word_on_its_head(server: Running) -> None:
    answer = said(server, GET + b"\r\n")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["waits_for_acknowledgements"] == 0


def test_what_is_not_there_is_answered_at_set_moments(server: Running) -> None:
    begun = time.monotonic()
    assert (
        status_of(said(server, b"GET /absent HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        == 404
    )
    # At least: how much longer is the machine's affair.
    assert time.monotonic() - begun >= clock.ABSENT_S


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
        b"Content-Length: +1\r\n",
        b"Content-Length: 1_0\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: \xb2\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: identity\r\n",
        b"Host: y\r\n",
        b"X-Folded: a\r\n b\r\n",
        b"X-Long: " + b"x" * serving.MAX_HEADERS_BYTES + b"\r\n",
        b"X-Many: x\r\n" * 4000,
    ],
    ids=lambda lines: lines[:40].decode("latin-1"),
)
def test_requests_that_can_be_read_two_ways_or_are_too_long_are_refused(
    server: Running, lines: bytes
) -> None:
    assert status_of(said(server, GET + lines + b"\r\n")) == 400


def test_an_address_that_is_too_long_is_refused(server: Running) -> None:
    assert status_of(said(server, b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\n\r\n")) == 414


@pytest.mark.parametrize(
    "line", [b"GET /\r\n\r\n", b"GET / HTTP/2.0\r\n\r\n", b"\x16\x03\x01\x02\r\n\r\n"]
)
def test_what_is_no_request_is_refused(server: Running, line: bytes) -> None:
    answer = said(server, line)
    assert answer == b"" or status_of(answer) == 400


def post(length: int, *, chunked: bool = False) -> bytes:
    head = b"POST /outside/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    if chunked:
        return head + b"Transfer-Encoding: chunked\r\n\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % length


def test_a_body_as_long_as_may_be_is_read(server: Running) -> None:
    size = serving.MAX_BODY_BYTES
    answer = said(server, post(size), b"x" * size)
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {"bytes": size}


def test_a_body_that_comes_in_chunks_is_read(server: Running) -> None:
    answer = said(server, post(0, chunked=True), b"5\r\nHello\r\n3\r\nyou\r\n0\r\n\r\n")
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {"bytes": 8}


def test_a_longer_body_is_refused_by_its_announcement(own_server: Callable[..., Running]) -> None:
    server = own_server()
    before = server.get("process")["peak_kb"]
    begun = time.monotonic()
    assert status_of(said(server, post(500 * 1024 * 1024), b"x" * 1_000_000)) == 413
    assert time.monotonic() - begun < serving.DROP_S + 1
    assert server.get("process")["peak_kb"] - before < 20 * 1024


def test_a_longer_body_in_chunks_is_refused_as_it_comes(own_server: Callable[..., Running]) -> None:
    server = own_server()
    before = server.get("process")["peak_kb"]
    chunk = b"%x\r\n" % 1_000_000 + b"x" * 1_000_000 + b"\r\n"
    answer = said(server, post(0, chunked=True), *[chunk] * 30)
    assert answer == b"" or status_of(answer) == 413
    assert server.get("process")["peak_kb"] - before < 60 * 1024


def test_slow_senders_and_slow_readers_hold_no_worker(server: Running) -> None:
    streams = []
    for _ in range(5 * serving.WORKERS):
        stream = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        stream.sendall(post(1000) + b"x")
        streams.append(stream)
    for _ in range(5 * serving.WORKERS):
        stream = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        stream.sendall(GET)
        streams.append(stream)
    begun = time.monotonic()
    assert status_of(said(server, GET + b"\r\n")) == 200
    assert time.monotonic() - begun < 1
    for stream in streams:
        stream.close()


def test_headers_that_come_drop_by_drop_are_cut_off(server: Running) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.2) as stream:
        while time.monotonic() < begun + serving.HEADERS_S + 3:
            try:
                stream.sendall(b"G")
                if stream.recv(100) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    assert serving.HEADERS_S - 2 < time.monotonic() - begun < serving.HEADERS_S + 2


def test_pages_that_compute_do_not_hold_up_edits(server: Running) -> None:
    draft, (text,) = server.draft()
    seat = server.seated(draft)
    pages = [
        threading.Thread(target=server.post, args=("work",), kwargs={"seconds": 1.5})
        for _ in range(3)
    ]
    for page in pages:
        page.start()
    took = []
    for number in range(20):
        begun = time.monotonic()
        edit = {
            "draft": draft,
            "text": text,
            "id": str(uuid.uuid4()),
            "base": number,
            "ops": [{"insert": "a"}],
        }
        assert seat.client.ask("change", edit)["ok"]
        took.append(time.monotonic() - begun)
    for page in pages:
        page.join()
    assert sorted(took)[10] < 0.1


# The end ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_loses_nothing_that_was_taken_and_tells_everyone(
    own_server: Callable[..., Running], number: int
) -> None:
    server = own_server()
    draft, texts = server.draft(30)
    writer, reader = server.seated(draft), server.seated(draft)
    server.post("delays", seconds=0.5)
    asked: list[dict[str, Any]] = [
        {"draft": draft, "text": text, "id": str(uuid.uuid4()), "base": 0, "ops": [{"insert": "a"}]}
        for text in texts
    ]
    numbers = [writer.client.emit("change", one) for one in asked]
    slow_page: list[int] = []

    def read_page() -> None:
        with urllib.request.urlopen(
            urllib.request.Request(
                f"http://127.0.0.1:{server.port}/outside/work",
                b'{"seconds": 1}',
                {"Content-Type": "application/json"},
            ),
            timeout=10,
        ) as answer:
            slow_page.append(answer.status)

    page = threading.Thread(target=read_page)
    page.start()
    until(lambda: server.get("process")["cpu_s"] > 0 and len(server.get("process")["batches"]) >= 0)
    writer.client.ack(numbers[0])
    os.kill(server.process.pid, number)
    for one in numbers[1:]:
        assert writer.client.ack(one)["ok"]
    heard = [reader.client.event("change")["text"] for _ in texts]
    assert sorted(heard) == sorted(texts)
    for seat in (writer, reader):
        assert seat.client.wait_closed(5) == 1001
        assert "bye" in dict(seat.client.events)
    page.join()
    assert slow_page == [200]
    _out, errors = server.process.communicate(timeout=10)
    assert (server.process.returncode, errors) == (0, "")


def test_a_stop_does_not_wait_for_those_who_only_idle(own_server: Callable[..., Running]) -> None:
    server = own_server()
    idle = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    idle.sendall(b"GET /outside/process HTTP/1.1\r\nHost: x\r\n\r\n")
    assert idle.recv(1000)
    unaccepted = server.client()
    begun = time.monotonic()
    code, errors = server.stop()
    assert (code, errors) == (0, "")
    assert time.monotonic() - begun < 2
    assert unaccepted.wait_closed() == 1001
    idle.close()
