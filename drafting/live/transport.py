"""The websocket under Engine.IO: ours, in place of the one it comes with.

Engine.IO's own driver (simple-websocket under gevent) ignores how much of a frame the system took,
which corrupts the stream of a reader who is slow; it accepts compressed frames and has no bound on
them. Ours writes straight to the socket, keeps what the system does not take in a bounded backlog,
and ends a connection whose backlog grows too long or does not move: the client comes back and
catches up.

Engine.IO calls it with the request, hands it to its own handler, and then calls `wait`, `send` and
`close`; everything runs on the hub's thread. Broadcasts go past Engine.IO's queues, by `write`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import socket as native
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from gevent import get_hub
from gevent.event import Event

from drafting import metrics
from drafting.live import sockets
from drafting.live.wire import (
    BrokenFrame,
    Frame,
    Opcode,
    Reader,
    Status,
    close_frame,
    frame,
    text_frame,
)

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    from gevent.hub import Watcher

SOCKET = "drafting.socket"
"""Where the server puts a request's socket into its environment (`drafting/serving.py`)."""

TRANSPORT = "drafting.transport"
"""Where a websocket's request finds its transport."""

MAX_MESSAGE_BYTES = 256 * 1024
"""Most bytes a message may have once the connection is accepted."""

MAX_FIRST_BYTES = 4096
"""Most bytes a message may have before: only the ticket is sent then."""

MAX_FIRST_MESSAGES = 8
"""Most frames a client may send before it is accepted."""

MAX_BACKLOG_BYTES = 2 * 1024 * 1024
"""Most bytes kept for a client that does not take them; beyond it the connection is ended."""

ACCEPT_S = 10.0
"""How long a client may take to be accepted."""

STALL_S = 20.0
"""How long a backlog may stand still."""

CLOSE_S = 0.8
"""How long a closing connection may take for its last words."""

FRAMES_A_SECOND = 200
FRAMES_AT_ONCE = 400
"""How fast a client may send, and how much at once. A frame counts one, and one for each 4 kB."""

_BYTES_A_TOKEN = 4096
_MAX_WAITING = 64
_READ, _WRITE = 1, 2
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_VERSION = "13"
_KEY_BYTES = 16


def refusal(environ: dict[str, Any]) -> str | None:
    """Says in words why a request is no websocket of ours, or None when it is one.

    This leaves Engine.IO's polling, its upgrade from polling, and JSONP no way in.
    """
    query = environ.get("QUERY_STRING", "").split("&")
    asked = {name: value for name, _, value in (item.partition("=") for item in query)}
    if environ.get("REQUEST_METHOD") != "GET" or asked.get("transport") != "websocket":
        return "Only the websocket transport is served here."
    if asked.get("EIO") != "4" or not asked.keys() <= {"EIO", "transport", "t", "b64"}:
        return "Only Engine.IO protocol 4 is served here, and no session is resumed."
    connection = environ.get("HTTP_CONNECTION", "").lower().split(",")
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or not any(
        word.strip() == "upgrade" for word in connection
    ):
        return "This is not a websocket request."
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != _VERSION:
        return "Only websocket version 13 is served here."
    if not _is_our_own(environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST", "")):
        return "This page is not one of ours."
    try:
        key = base64.b64decode(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    return None if len(key) == _KEY_BYTES else "The websocket key has a wrong form."


def _is_our_own(origin: str | None, host: str) -> bool:
    """Tells whether a request comes from a page of ours, or from no page at all.

    The scheme may differ: a proxy in front may speak TLS.
    """
    if origin is None:
        return True
    scheme, _, rest = origin.partition("://")
    return scheme in {"http", "https"} and rest.lower() == host.lower()


def _greeting(environ: dict[str, Any]) -> bytes:
    key = environ["HTTP_SEC_WEBSOCKET_KEY"].encode("latin-1")
    digest = hashlib.sha1(key + _MAGIC, usedforsecurity=False).digest()
    # No extension is ever agreed to: permessage-deflate lets 200 kB become 200 MB.
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )


def _may_be_said(message: str) -> bool:
    """Tells whether an Engine.IO client says such things: close, pong, or a Socket.IO packet.

    Engine.IO itself breaks off with a traceback at what it does not know, so it never sees it.
    """
    return message in {"1", "3"} or message[:2] in {"40", "41", "42"}


class Bucket:
    """Counts how fast a client sends."""

    __slots__ = ("_at", "_left")

    def __init__(self, at: float) -> None:
        self._left = float(FRAMES_AT_ONCE)
        self._at = at

    def take(self, size_bytes: int, now: float) -> bool:
        """Tells whether a frame of this size is still within the allowance."""
        self._left = min(FRAMES_AT_ONCE, self._left + (now - self._at) * FRAMES_A_SECOND)
        self._at = now
        self._left -= 1 + size_bytes // _BYTES_A_TOKEN
        return self._left >= 0


class Transport:
    """One websocket."""

    def __init__(self, handler: Callable[[Transport], Iterable[bytes]], _server: object) -> None:
        """Takes Engine.IO's handler, which reads until the end."""
        self.accepted = False
        self.on_flood: Callable[[], None] | None = None
        """What is done when the client sends too fast; without it the connection is just closed."""
        self._handler = handler
        self._loop: Final = get_hub().loop
        self._reader = Reader(MAX_FIRST_BYTES)
        self._inbox: deque[str] = deque()
        self._news = Event()
        self._ended = Event()
        self._closing = False
        self._backlog: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._moved_bytes = 0
        self._fileno = -1
        self._bucket = Bucket(self._loop.now())
        self._first = 0
        self._readable: Watcher | None = None
        self._writable: Watcher | None = None
        self._deadline: Watcher | None = None
        self._stall: Watcher | None = None
        self._stream: native.socket | None = None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serves one websocket request to its end, as a WSGI application."""
        problem = refusal(environ)
        if problem is not None:
            start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [problem.encode()]
        stream: native.socket = environ[SOCKET]
        stream.setsockopt(native.IPPROTO_TCP, native.TCP_NODELAY, 1)
        environ[TRANSPORT] = self
        self._stream = stream
        self._fileno = stream.fileno()
        self._deadline = self._after(ACCEPT_S, self._too_late)
        self._write(_greeting(environ))
        self._readable = self._loop.io(self._fileno, _READ)
        self._readable.start(self._read)
        try:
            self._handler(self)
            self.finish(Status.NORMAL)
            # The handler ends as soon as nothing more is read; the last words may take a moment.
            self._ended.wait(2 * CLOSE_S)
        finally:
            self._end()
        return []

    # What Engine.IO calls -------------------------------------------------------------------------

    def wait(self) -> str | None:
        """Gives the next message, waiting for it, or None at the end."""
        while not self._inbox:
            if self._closing:
                return None
            if self._readable is not None and not self._readable.active:
                self._readable.start(self._read)
            self._news.clear()
            self._news.wait()
        return self._inbox.popleft() if not self._closing else None

    def send(self, message: str) -> None:
        """Sends what Engine.IO itself has to say: its opening, pings, and answers to connect."""
        self.write(text_frame(message))

    def close(self) -> None:
        """Closes the connection after what has been written."""
        self.finish(Status.NORMAL)

    # What the live floor calls --------------------------------------------------------------------

    @property
    def open(self) -> bool:
        """Tells whether anything may still be said."""
        return not self._closing

    def accept(self) -> None:
        """Lifts the limits and the deadline that hold before a connection is accepted."""
        self.accepted = True
        self._reader.limit_bytes = MAX_MESSAGE_BYTES
        self._clear("_deadline")

    def refuse(self) -> None:
        """Leaves a client that is not accepted a moment to read why."""
        self._clear("_deadline")
        self._deadline = self._after(CLOSE_S, self.finish, Status.POLICY)

    def write(self, ready: Frame) -> None:
        """Writes a frame, or keeps what the system does not take of it. Never waits."""
        if self._closing:
            return
        data = ready.data
        if self._backlog:
            self._write(data)
            return
        # As `_write` does; written out, for this is done six hundred times for one edit.
        try:
            sent = sockets.send(self._fileno, data)
        except OSError:
            self._end()
            return
        if sent != len(data):
            self._keep(data[sent:])

    def finish(self, status: Status) -> None:
        """Says that the connection is closed, and closes it within a second. Reads no more."""
        if self._closing:
            return
        self._write(close_frame(status).data)
        self._closing = True
        self._inbox.clear()
        self._news.set()
        self._clear("_deadline")
        if self._ended.is_set():
            return
        self._deadline = self._after(CLOSE_S, self._end)
        if self._readable is not None and not self._readable.active:
            self._readable.start(self._read)
        if not self._backlog:
            self._say_no_more()

    # Reading --------------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            data = sockets.receive(self._fileno)
        except OSError:
            self._end()
            return
        if data is None:
            return
        if not data:
            self._end()
            return
        if self._closing:
            # Read and dropped, so that unread bytes do not make the system reset the connection
            # before the client has read why it was closed.
            return
        try:
            for opcode, payload in self._reader.feed(data):
                self._take(opcode, payload)
                if self._closing:
                    return
        except BrokenFrame as broken:
            self.finish(broken.status)
        except UnicodeDecodeError:
            self.finish(Status.NOT_UTF8)

    def _take(self, opcode: Opcode, payload: bytes) -> None:
        if not self._bucket.take(len(payload), self._loop.now()):
            if self.on_flood is not None:
                self.on_flood()
            self.finish(Status.POLICY)
            return
        if not self.accepted:
            self._first += 1
            if self._first > MAX_FIRST_MESSAGES:
                self.finish(Status.POLICY)
                return
        if opcode is Opcode.TEXT:
            message = payload.decode()
            if not _may_be_said(message):
                self.finish(Status.PROTOCOL_ERROR)
                return
            self._inbox.append(message)
            self._news.set()
            if len(self._inbox) >= _MAX_WAITING and self._readable is not None:
                # The handler is busy: what comes now waits with the system, and then the sender.
                self._readable.stop()
        elif opcode is Opcode.PING:
            self._write(frame(Opcode.PONG, payload).data)
        elif opcode is Opcode.CLOSE:
            self.finish(Status.NORMAL)

    # Writing --------------------------------------------------------------------------------------

    def _write(self, data: bytes) -> None:
        if self._ended.is_set():
            return
        if not self._backlog:
            try:
                sent = sockets.send(self._fileno, data)
            except OSError:
                self._end()
                return
            if sent == len(data):
                return
            data = data[sent:]
        self._keep(data)

    def _keep(self, data: bytes) -> None:
        if not self._backlog:
            self._await_room()
        self._backlog.append(data)
        self._backlog_bytes += len(data)
        if self._backlog_bytes > MAX_BACKLOG_BYTES:
            metrics.BACKLOGS.add()
            self._end()

    def _await_room(self) -> None:
        if self._writable is None:
            self._writable = self._loop.io(self._fileno, _WRITE)
        self._writable.start(self._write_on)
        self._moved_bytes = 0
        self._clear("_stall")
        self._stall = self._after(STALL_S, self._check_stall)

    def _write_on(self) -> None:
        backlog = self._backlog
        while backlog:
            head = backlog[0]
            try:
                sent = sockets.send(self._fileno, head)
            except OSError:
                self._end()
                return
            self._backlog_bytes -= sent
            self._moved_bytes += sent
            if sent < len(head):
                backlog[0] = head[sent:]
                if sent == 0:
                    return
                continue
            backlog.popleft()
        if self._writable is not None:
            self._writable.stop()
        self._clear("_stall")
        if self._closing:
            self._say_no_more()

    def _check_stall(self) -> None:
        if self._moved_bytes == 0:
            metrics.BACKLOGS.add()
            self._end()
            return
        self._moved_bytes = 0
        self._clear("_stall")
        self._stall = self._after(STALL_S, self._check_stall)

    # The end --------------------------------------------------------------------------------------

    def _say_no_more(self) -> None:
        if self._stream is not None:
            try:
                self._stream.shutdown(native.SHUT_WR)
            except OSError:
                self._end()

    def _too_late(self) -> None:
        self.finish(Status.POLICY)

    def _end(self) -> None:
        self._closing = True
        self._inbox.clear()
        self._backlog.clear()
        self._backlog_bytes = 0
        for name in ("_readable", "_writable", "_deadline", "_stall"):
            self._clear(name)
        self._news.set()
        self._ended.set()

    def _after(self, seconds: float, deed: Callable[..., None], *args: object) -> Watcher:
        timer = self._loop.timer(seconds)
        timer.start(deed, *args)
        return timer

    def _clear(self, name: str) -> None:
        watcher: Watcher | None = getattr(self, name)
        if watcher is not None:
            watcher.stop()
            watcher.close()
            setattr(self, name, None)
