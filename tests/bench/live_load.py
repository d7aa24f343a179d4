"""Loads a live draft: `python -m tests.bench.live_load [--rates 20 50] [--carets] [--real URL]`.

One process holds 600 raw websockets by epoll and reads each frame's bytes as they are; the server is
another process, with rights asked for, presence told, and SQLite committing with synchronous=FULL.
Latency is from the sender's `send` to the moment the receiver's bytes are read, on one clock.
"""

from __future__ import annotations

import argparse
import json
import selectors
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from tests.live.client import TEXT, Client, masked
from tests.live.conftest import Running

WORDS = "The General Assembly, recalling its resolution 75/62 of 7 December 2020, decides"[:80]


class Receiver:
    """A socket and its unread bytes."""

    def __init__(self, client: Client, index: int) -> None:
        self.socket = client.socket
        self.socket.setblocking(False)
        self.buffer = client._buffer
        self.index = index

    def frames(self) -> Iterator[bytes]:
        """Gives the payloads that have come in."""
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        if not data:
            raise ConnectionError
        buffer = self.buffer + data
        at = 0
        while len(buffer) - at >= 2:
            size, head = buffer[at + 1], 2
            if size == 126:
                if len(buffer) - at < 4:
                    break
                size, head = int.from_bytes(buffer[at + 2 : at + 4]), 4
            elif size == 127:
                if len(buffer) - at < 10:
                    break
                size, head = int.from_bytes(buffer[at + 2 : at + 10]), 10
            if len(buffer) - at < head + size:
                break
            yield buffer[at + head : at + head + size]
            at += head + size
        self.buffer = buffer[at:]


def quantiles(values: list[float]) -> str:
    """Gives p50, p95 and p99 in milliseconds."""
    if not values:
        return "none"
    values = sorted(values)
    return " / ".join(
        f"{values[min(len(values) - 1, int(len(values) * part))] * 1000:.1f}"
        for part in (0.5, 0.95, 0.99)
    )


class Load:
    """The generator."""

    def __init__(self, server: Running, clients: int, senders: int, texts: int) -> None:
        self.server = server
        self.draft, self.texts = server.draft(texts)
        begun = time.monotonic()
        before_kb = server.get("process")["rss_kb"]
        seated = [server.seated(self.draft, f"Person {n}").client for n in range(clients)]
        process = server.get("process")
        print(
            f"{clients} clients seated in {time.monotonic() - begun:.1f} s; "
            f"server {process['rss_kb'] / 1024:.0f} MB, "
            f"{(process['rss_kb'] - before_kb) / clients:.0f} KB a client"
        )
        self.receivers = [Receiver(client, index) for index, client in enumerate(seated)]
        self.senders = self.receivers[:senders]
        self.selector = selectors.EpollSelector()
        for receiver in self.receivers:
            self.selector.register(receiver.socket, selectors.EVENT_READ, receiver)
        self.sent: dict[bytes, float] = {}
        self.asked: dict[tuple[int, bytes], float] = {}
        self.received: dict[bytes, int] = {}
        self.latencies: list[float] = []
        self.acks: list[float] = []
        self.refused = 0
        self.people = 0
        self.people_bytes = 0
        self._number = 0

    def edit(self) -> None:
        """Sends one edit of 80 bytes, from the senders in turn, to the texts in turn."""
        self._number += 1
        sender = self.senders[self._number % len(self.senders)]
        name = str(uuid.uuid4())
        # The base is far behind on purpose never: each sender owns a text and knows its version.
        text = self.texts[sender.index % len(self.texts)]
        version = self.versions.setdefault(text, 0)
        self.versions[text] = version + 1
        data = {
            "draft": self.draft,
            "text": text,
            "id": name,
            "base": version,
            "ops": [{"insert": WORDS}],
        }
        number = str(self._number).encode()
        self.sent[name.encode()] = self.asked[sender.index, number] = time.perf_counter()
        payload = b"42" + number + json.dumps(["change", data], separators=(",", ":")).encode()
        sender.socket.send(masked(TEXT, payload))

    versions: dict[str, int] = {}  # noqa: RUF012 - one load a process

    def caret(self, receiver: Receiver, number: int) -> None:
        """Moves one caret."""
        data = {
            "draft": self.draft,
            "text": self.texts[receiver.index % len(self.texts)],
            "version": 0,
            "start": number,
            "end": number,
        }
        payload = b"42" + json.dumps(["caret", data], separators=(",", ":")).encode()
        receiver.socket.send(masked(TEXT, payload))

    def read(self, until: float) -> None:
        """Reads whatever comes until a moment."""
        while True:
            left = until - time.perf_counter()
            for key, _ in self.selector.select(max(0.0, left)):
                receiver: Receiver = key.data
                for payload in receiver.frames():
                    self.take(receiver, payload)
            if time.perf_counter() >= until:
                return

    def take(self, receiver: Receiver, payload: bytes) -> None:
        """Counts one message."""
        now = time.perf_counter()
        if payload.startswith(b'42["change"'):
            at = payload.rindex(b'"id":"') + 6
            name = payload[at : at + 36]
            begun = self.sent.get(name)
            if begun is not None:
                self.latencies.append(now - begun)
                self.received[name] = self.received.get(name, 0) + 1
        elif payload.startswith(b"43"):
            begun = self.asked.pop((receiver.index, payload[2 : payload.index(b"[")]), None)
            if begun is not None:
                self.acks.append(now - begun)
                if b'"ok":true' not in payload:
                    self.refused += 1
        elif payload.startswith(b'42["people"'):
            self.people += 1
            self.people_bytes += len(payload)
        elif payload == b"2":
            receiver.socket.send(masked(TEXT, b"3"))
        elif payload.startswith(b'42["bye"'):
            raise ConnectionError(payload)

    def forget(self) -> None:
        """Begins a new count."""
        for kept in (self.sent, self.asked, self.received, self.latencies, self.acks):
            kept.clear()
        self.refused = self.people = self.people_bytes = 0

    def run(self, rate: float, seconds: float, carets_a_second: float = 0.0) -> None:
        """Sends at a rate and prints what was measured."""
        self.read(time.perf_counter() + 1.5)
        self.forget()
        before = self.server.get("process")
        own = time.process_time()
        begun = time.perf_counter()
        edits = carets = 0
        while (now := time.perf_counter() - begun) < seconds:
            while rate and edits < now * rate:
                self.edit()
                edits += 1
            while carets_a_second and carets < now * carets_a_second:
                self.caret(self.receivers[carets % len(self.receivers)], carets)
                carets += 1
            due = begun + min(
                (edits / rate) if rate else seconds,
                (carets / carets_a_second) if carets_a_second else seconds,
            )
            self.read(max(due, time.perf_counter()))
        self.read(time.perf_counter() + 1.0)
        after = self.server.get("process")
        others = len(self.receivers) - 1
        counts = [self.received.get(name, 0) for name in self.sent]
        lost = sum(max(0, others - count) for count in counts)
        doubled = sum(max(0, count - others) for count in counts)
        took = seconds + 1.0
        print(
            f"{rate:.0f} edits/s, {carets_a_second:.0f} carets/s, {seconds:.0f} s: "
            f"{len(self.latencies)} received"
        )
        print(f"  send to receive  p50 / p95 / p99  {quantiles(self.latencies)} ms")
        print(f"  acknowledgement  p50 / p95 / p99  {quantiles(self.acks)} ms")
        print(
            f"  lost {lost}, doubled {doubled}, refused {self.refused}, unanswered {len(self.asked)}; "
            f"server {100 * (after['cpu_s'] - before['cpu_s']) / took:.0f} % of a core, "
            f"{after['rss_kb'] / 1024:.0f} MB; "
            f"generator {100 * (time.process_time() - own) / took:.0f} %"
        )
        print(
            f"  people messages a receiver and second {self.people / len(self.receivers) / took:.2f}"
            f", mean {self.people_bytes / max(1, self.people) / 1024:.1f} KB"
        )


def main() -> None:
    """Runs the loads."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=600)
    parser.add_argument("--senders", type=int, default=20)
    parser.add_argument("--rates", type=float, nargs="*", default=[20, 50])
    parser.add_argument("--carets", type=float, nargs="*", default=[600])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--busy", action="store_true", help="a page computes all the while")
    parser.add_argument("--profile", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Running(str(Path(folder) / "bench.sqlite3"))
        try:
            load = Load(server, asked.clients, asked.senders, 20)
            if asked.busy:
                code = (
                    "import urllib.request as u,sys;"
                    f"u.urlopen(u.Request('http://127.0.0.1:{server.port}/outside/work',"
                    "b'{\"seconds\": 120}',{'Content-Type':'application/json'}))"
                )
                busy = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
            for rate in asked.rates:
                load.run(rate, asked.seconds)
            for carets in asked.carets:
                load.run(20, asked.seconds, carets)
            if asked.busy:
                busy.kill()
        finally:
            server.process.kill()
            _out, errors = server.process.communicate()
            if errors:
                print(errors[-2000:])


if __name__ == "__main__":
    main()
