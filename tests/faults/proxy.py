"""A proxy on loopback with weather in it: messages lost, repeated, late, out of order; connections cut.

It knows just enough of HTTP and websockets to treat whole messages: what goes wrong is what a network
and its boxes do to them, never a frame torn into another. The seed gives the weather.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import random
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

CALM_FRAMES = (b"0", b"1", b"2", b"3", b"40", b"41", b"44")
"""Engine.IO's and Socket.IO's own packets: the weather spares them, or nobody would ever be connected."""


@dataclass(frozen=True)
class Weather:
    """How likely each fault is, for one message; and how late a late one is, in seconds at most."""

    lost: float = 0.0
    repeated: float = 0.0
    late: float = 0.0
    late_s: float = 0.0
    cut: float = 0.0


CALM = Weather()


@dataclass
class Proxy:
    """Stands between clients and a server."""

    to: int
    weather: Weather = CALM
    seed: int = 0
    happened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._open: set[socket.socket] = set()
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        self.cut_all()

    def cut_all(self) -> None:
        """Cuts every connection there is."""
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def fate(self) -> str:
        """Draws what happens to a message."""
        weather = self.weather
        with self._lock:
            dice = self._dice.random()
            for name in ("lost", "repeated", "late", "cut"):
                dice -= getattr(weather, name)
                if dice < 0:
                    self.happened[name] += 1
                    return name
        return "well"

    def lateness_s(self) -> float:
        """Draws how late a late message is."""
        with self._lock:
            return self._dice.uniform(0, self.weather.late_s)

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError), near:
            near.settimeout(120)
            request = _Stream(near).head()
            if request.upgrade:
                self._carry_frames(near, request)
            else:
                self._carry_call(near, request)

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.to), timeout=120) as far:
            far.sendall(request)
            answer = b""
            while part := far.recv(1 << 16):
                answer += part
            return answer

    def _carry_call(self, near: socket.socket, request: _Head) -> None:
        # One request a connection, so that the answer's end is the connection's.
        whole = request.with_header(b"Connection: close") + request.body()
        fate = self.fate()
        if fate == "lost":
            return
        if fate == "late":
            time.sleep(self.lateness_s())
        answer = self._ask(whole)
        if fate == "repeated":
            self._ask(whole)
        if fate != "cut":
            near.sendall(answer)

    def _carry_frames(self, near: socket.socket, request: _Head) -> None:
        with socket.create_connection(("127.0.0.1", self.to), timeout=120) as far:
            far.sendall(request.raw)
            answer = _Stream(far).head()
            near.sendall(answer.raw)
            ways = [_Way(self, request.rest, far, near), _Way(self, answer.rest, near, far)]
            self._open |= {near, far}
            try:
                threads = [threading.Thread(target=way.run, daemon=True) for way in ways]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            finally:
                self._open -= {near, far}


class _Stream:
    """Bytes of a socket, read as they are asked for."""

    def __init__(self, source: socket.socket, rest: bytes = b"") -> None:
        self._source = source
        self._held = rest

    def take(self, count: int) -> bytes:
        while len(self._held) < count:
            part = self._source.recv(1 << 16)
            if not part:
                raise EOFError
            self._held += part
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def head(self) -> _Head:
        while b"\r\n\r\n" not in self._held:
            part = self._source.recv(1 << 16)
            if not part:
                raise EOFError
            self._held += part
        raw, _, rest = self._held.partition(b"\r\n\r\n")
        return _Head(raw + b"\r\n\r\n", _Stream(self._source, rest))

    def frame(self) -> tuple[bytes, bytes]:
        """Gives a websocket frame as it is, and what it says."""
        head = self.take(2)
        size = head[1] & 0x7F
        if size == 126:
            head += self.take(2)
            size = int.from_bytes(head[2:])
        elif size == 127:
            head += self.take(8)
            size = int.from_bytes(head[2:])
        mask = self.take(4) if head[1] & 0x80 else b""
        body = self.take(size)
        said = (
            bytes(b ^ m for b, m in zip(body, itertools.cycle(mask), strict=False))
            if mask
            else body
        )
        return head + mask + body, said


class _Head:
    """The head of a request or an answer."""

    def __init__(self, raw: bytes, rest: _Stream) -> None:
        self.raw = raw
        self.rest = rest
        self._lines = raw.lower().split(b"\r\n")
        self.upgrade = b"upgrade: websocket" in self._lines

    def with_header(self, line: bytes) -> bytes:
        kept = [
            row
            for row in self.raw[:-4].split(b"\r\n")
            if not row.lower().startswith(b"connection:")
        ]
        return b"\r\n".join([*kept, line]) + b"\r\n\r\n"

    def body(self) -> bytes:
        for row in self._lines:
            if row.startswith(b"content-length:"):
                return self.rest.take(int(row.partition(b":")[2]))
        return b""


class _Way:
    """One direction of a websocket connection: frames come in, and go on when they are due."""

    def __init__(
        self, proxy: Proxy, source: _Stream, to: socket.socket, other: socket.socket
    ) -> None:
        self._proxy = proxy
        self._source = source
        self._to = to
        self._other = other
        self._due: list[tuple[float, int, bytes]] = []
        self._changed = threading.Condition()
        self._ended = False
        self._count = 0

    def run(self) -> None:
        sender = threading.Thread(target=self._send, daemon=True)
        sender.start()
        try:
            while True:
                raw, said = self._source.frame()
                # Pings, pongs and closing frames are the connection's own.
                spared = raw[0] & 0x0F != 1 or said.startswith(CALM_FRAMES)
                if not self._meet(raw, "well" if spared else self._proxy.fate()):
                    break
        except (OSError, EOFError):
            pass
        with self._changed:
            self._ended = True
            self._changed.notify()
        sender.join()
        for end in (self._to, self._other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _meet(self, raw: bytes, fate: str) -> bool:
        now = time.monotonic()
        dues = {"lost": [], "repeated": [now, now + self._proxy.lateness_s()]}.get(fate, [now])
        if fate == "late":
            dues = [now + self._proxy.lateness_s()]
        with self._changed:
            for due in dues:
                self._count += 1
                heapq.heappush(self._due, (due, self._count, raw))
            self._changed.notify()
        return fate != "cut"

    def _send(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                with self._changed:
                    while not self._due or self._due[0][0] > time.monotonic():
                        if self._ended and not self._due:
                            return
                        wait = self._due[0][0] - time.monotonic() if self._due else None
                        self._changed.wait(None if wait is None else max(wait, 0.0))
                    raw = heapq.heappop(self._due)[2]
                self._to.sendall(raw)
