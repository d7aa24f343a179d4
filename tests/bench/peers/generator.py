"""One load for all servers: raw websockets by epoll, edits of about 100 bytes, what comes back counted.

What differs between servers (how one sits down, what an edit looks like) is a `Table`'s. Each edit
carries a mark of its own in its words, so that a message may hold one edit or many. Every socket is
read to the end of what has come, but only every tenth has its messages looked through, lest the
generator be what is measured; those tell latency, and what was lost or doubled.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

MARK = re.compile(rb"~([0-9]{8})~")
LOOKED_AT = 10
"""One in so many sockets has its messages looked through."""

WORDS = "~{:08d}~ Recalling its resolution of 7 December, and noting its progress report"[:80]
READ_BYTES = 1 << 18


def words(number: int) -> str:
    """Gives what an edit inserts: 80 characters with the edit's mark."""
    return WORDS.format(number)


class Link:
    """A client's socket and its unread bytes."""

    def __init__(self, sock: socket.socket, index: int, rest: bytes = b"") -> None:
        """Takes a socket that has sat down."""
        self.socket = sock
        self.index = index
        self.buffer = rest
        self.asked: deque[float] = deque()
        """When edits were sent that are not acknowledged yet."""
        self.socket.setblocking(False)

    def frames(self) -> Iterator[bytes]:
        """Gives the payloads that have come."""
        while True:
            try:
                data = self.socket.recv(READ_BYTES)
            except BlockingIOError:
                return
            if not data:
                message = f"The server closed connection {self.index}."
                raise ConnectionError(message)
            buffer = self.buffer + data if self.buffer else data
            at, have = 0, len(buffer)
            while have - at >= 2:
                size, head = buffer[at + 1], 2
                if size == 126:
                    size, head = int.from_bytes(buffer[at + 2 : at + 4]), 4
                elif size == 127:
                    size, head = int.from_bytes(buffer[at + 2 : at + 10]), 10
                if have - at < head + size:
                    break
                yield buffer[at + head : at + head + size]
                at += head + size
            self.buffer = buffer[at:]
            if len(data) < READ_BYTES:
                return


class Table(Protocol):
    """A server with a draft, and how one edits there."""

    name: str
    pid: int
    page: str
    """The address of an ordinary page, and the cookie it is asked for with."""
    cookie: str

    def seat(self, count: int) -> list[Link]:
        """Seats so many clients."""

    def edit(self, link: Link, number: int) -> bytes:
        """Gives the bytes of one edit by a client."""

    def answered(self, link: Link, payload: bytes) -> bool:
        """Takes a message that holds no edit; tells whether it acknowledges one."""

    def alive(self, link: Link) -> None:
        """Says something, so that the server does not take the client for gone."""

    def stored(self) -> set[bytes]:
        """Gives the marks of edits that are on the disk at this moment."""

    def close(self) -> None:
        """Ends the server."""


@dataclass
class Figures:
    """What one run gave; seconds."""

    rate: float
    edits: int
    took: float
    latencies: list[float] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    unanswered: int = 0
    cpu: float = 0.0
    """Seconds of the server's processor."""
    own: float = 0.0
    """The generator's."""
    bytes_in: int = 0
    deliveries: int = 0
    pages: list[float] = field(default_factory=list)
    unstored: int = 0
    """Edits delivered that were not on the disk when the last had come."""


def quantile(values: Sequence[float], part: float) -> float:
    """Gives a quantile in milliseconds; NaN of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def processor_s(pid: int) -> float:
    """Gives the seconds a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def memory_kb(pid: int) -> int:
    """Gives a process's resident memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (found,) = re.findall(r"VmRSS:\s+([0-9]+)", status)
    return int(found)


class Load:
    """Clients at a server, and what is sent and heard."""

    def __init__(self, table: Table, clients: int) -> None:
        """Seats the clients."""
        self.table = table
        before = memory_kb(table.pid)
        self.links = table.seat(clients)
        self.kb_a_client = (memory_kb(table.pid) - before) / clients
        self.selector = selectors.EpollSelector()
        for link in self.links:
            self.selector.register(link.socket, selectors.EVENT_READ, link)
        self._number = 0
        self._sent: dict[bytes, float] = {}
        self._heard: dict[bytes, int] = {}
        self._own: dict[int, set[bytes]] = {}
        self._figures = Figures(0, 0, 0)

    def run(self, rate: float, seconds: float, senders: int) -> Figures:
        """Sends at a rate for some seconds, the senders in turn; waits until all has come, or ten more."""
        for link in self.links:
            self.table.alive(link)
        self._read(time.perf_counter() + 0.5)
        self._sent.clear()
        self._heard.clear()
        for link in self.links:
            link.asked.clear()
        figures = self._figures = Figures(rate, 0, 0)
        cpu, own = processor_s(self.table.pid), time.process_time()
        begun = time.perf_counter()
        # Those who are listened to are spread among those who type.
        step = max(1, len(self.links) // senders)
        typing = self.links[::step][:senders]
        while (now := time.perf_counter() - begun) < seconds:
            while figures.edits < now * rate:
                self._edit(typing[figures.edits % len(typing)])
                figures.edits += 1
            self._read(begun + figures.edits / rate)
        due = self._due(typing, figures.edits)
        late = time.perf_counter() + 10.0
        while time.perf_counter() < late and (
            sum(self._heard.values()) < due or any(link.asked for link in typing)
        ):
            self._read(time.perf_counter() + 0.02)
        figures.took = time.perf_counter() - begun
        figures.unstored = len(self._sent.keys() - self.table.stored())
        figures.cpu = processor_s(self.table.pid) - cpu
        figures.own = time.process_time() - own
        heard = sum(self._heard.values())
        figures.lost, figures.doubled = max(0, due - heard), max(0, heard - due)
        figures.unanswered = sum(len(link.asked) for link in typing)
        figures.deliveries = figures.edits * (len(self.links) - 1)
        return figures

    def _due(self, typing: Sequence[Link], edits: int) -> int:
        looked_at = {link.index for link in self.links if link.index % LOOKED_AT == 0}
        due = 0
        for at, link in enumerate(typing):
            mine = edits // len(typing) + (at < edits % len(typing))
            due += mine * (len(looked_at) - (link.index in looked_at))
        return due

    def _edit(self, link: Link) -> None:
        self._number += 1
        data = self.table.edit(link, self._number)
        now = time.perf_counter()
        mark = b"%08d" % self._number
        self._sent[mark] = now
        link.asked.append(now)
        self._own.setdefault(link.index, set()).add(mark)
        sent = link.socket.send(data)
        assert sent == len(data), "the server does not read what is sent"

    def _read(self, until: float) -> None:
        while True:
            left = until - time.perf_counter()
            for key, _ in self.selector.select(max(0.0, left)):
                self._take(key.data)
            if time.perf_counter() >= until:
                return

    def _take(self, link: Link) -> None:
        figures = self._figures
        looked_at = link.index % LOOKED_AT == 0
        for payload in link.frames():
            figures.bytes_in += len(payload)
            if link.asked and self.table.answered(link, payload):
                figures.acks.append(time.perf_counter() - link.asked.popleft())
            elif looked_at:
                now = time.perf_counter()
                for mark in MARK.findall(payload):
                    begun = self._sent.get(mark)
                    # Some servers send a client its own edit back; that is nobody's hearing of it.
                    if begun is not None and mark not in self._own.get(link.index, ()):
                        figures.latencies.append(now - begun)
                        self._heard[mark] = self._heard.get(mark, 0) + 1
