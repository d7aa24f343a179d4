"""Loads a live draft: `python -m tests.bench.live_load [--rates 20 50] [--carets 600] [--busy] [--files]`.

One process holds 600 raw websockets by epoll and reads each frame's bytes as they are. The server is
another process: `drafting serve` on SQLite, which commits with synchronous=FULL, asks for rights and
tells presence; with `--outside` the live floor alone, on the desk of `tests/live/outside.py`.
Latency is from before the sender's `send` to when the receiver's bytes are read, on one clock.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import selectors
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from drafting.rules.roles import Role
from drafting.services import drafts, people, sessions
from drafting.store import people as kept_people
from drafting.store import schema
from drafting.store.work import Store
from drafting.text.resolution import Kind, Paragraph, Resolution
from tests.live.client import TEXT, Client, masked
from tests.live.conftest import Running
from tests.make import CONFIG, SMALL, opening

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


class Tool:
    """`drafting serve` on a database of its own, with a draft and people at it."""

    def __init__(
        self, folder: Path, people_count: int, editors: int, *, paragraphs: int = 20
    ) -> None:
        self.store = Store(f"sqlite:///{folder / 'bench.sqlite3'}")
        schema.upgrade(self.store)
        long = tuple(
            Paragraph(Kind.PREAMBULAR, opening("Recalling", f" its resolution 74/{number},"))
            for number in range(paragraphs)
        )
        draft_id = self._people(Resolution(SMALL.masthead, long), people_count, editors)
        with self.store.reading() as w:
            actor = people.actor(w, self.sessions[0], draft_id)
            state = drafts.state(w, actor)
        self.draft = str(draft_id)
        self.texts = [p["id"] for p in state["paragraphs"] if p["kind"] == "preambular"]
        command = [Path(sys.executable).parent / "drafting", "serve", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--database", self.store.engine.url.render_as_string()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        while not (found := re.search("http://[^ ]*:([0-9]+)", self.process.stdout.readline())):
            assert self.process.poll() is None, self.process.stderr
        self.port = int(found[1])

    def _people(self, resolution: Resolution, count: int, editors: int) -> uuid.UUID:
        self.sessions = []
        self.tokens = []
        with self.store.work() as w:
            draft = drafts.open_draft(w, resolution)
            mexico = kept_people.delegation_by_key(w, "MEX")
            for number in range(count):
                person = people.new_person(
                    w,
                    name=f"Person {number}",
                    email=f"p{number}@example.org",
                    password_hash=None,
                    opens_drafts=number < editors,
                )
                people.give_place(
                    w,
                    draft_id=draft.id,
                    person_id=person.id,
                    role=Role.PRESIDENCY if number < editors else Role.DELEGATE,
                    delegation_id=None if number < editors or mexico is None else mexico.id,
                )
                token = sessions.begin(w, CONFIG, person.id, "bench")
                self.tokens.append(token)
                w.session.flush()
                self.sessions.append(sessions.signed_in(w, CONFIG, token).session_id)
            return draft.id

    def tickets(self) -> list[str]:
        """Gives a ticket for each person."""
        with self.store.work() as w:
            return [sessions.issue_ticket(w, CONFIG, session) for session in self.sessions]

    def compute(self) -> subprocess.Popen[bytes]:
        """Asks for pages one after the other."""
        code = (
            f"import urllib.request as u\nURL = 'http://127.0.0.1:{self.port}/sign-in'\n"
            "while True:\n"
            "  try: u.urlopen(URL).read()\n"
            "  except OSError: pass\n"
        )
        return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)

    def compare(self) -> subprocess.Popen[bytes]:
        """Has two files compared over and over, each time some two seconds of computing."""
        parts = "".join(
            f'--x\r\nContent-Disposition: form-data; name="{side}"; filename="{side}.txt"\r\n\r\n'
            f"{_shuffled(side)}\r\n"
            for side in ("old", "new")
        )
        code = (
            "import sys, urllib.request as u\nBODY = sys.stdin.buffer.read()\n"
            "HEADERS = {'Sec-Fetch-Site': 'same-origin',"
            " 'Content-Type': 'multipart/form-data; boundary=x'}\n"
            f"URL = 'http://127.0.0.1:{self.port}/api/compare'\n"
            "while True: u.urlopen(u.Request(URL, BODY, HEADERS)).read()\n"
        )
        made = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert made.stdin is not None
        made.stdin.write(f"{parts}--x--\r\n".encode())
        made.stdin.close()
        return made


def _shuffled(seed: str) -> str:
    """Gives a hundred paragraphs of the same words in an order of their own."""
    rows = []
    for number in range(100):
        words = [f"word{n}" for n in random.Random(number).sample(range(3_000), 400)]
        random.Random(f"{seed}{number}").shuffle(words)
        rows.append(f"{number + 1}. {' '.join(words)};")
    return "The General Assembly,\n\n" + "\n\n".join(rows)


class Outside(Running):
    """The live floor alone."""

    def __init__(self, folder: Path, people_count: int, editors: int) -> None:
        super().__init__(str(folder / "bench.sqlite3"))
        self.draft, self.texts = self.draft_with(20)
        self._people = [(n, n < editors) for n in range(people_count)]

    def draft_with(self, texts: int) -> tuple[str, list[str]]:
        """Opens a draft."""
        opened = self.post("drafts", texts=texts)
        return opened["draft"], opened["texts"]

    def tickets(self) -> list[str]:
        """Gives a ticket for each person."""
        return [
            self.session(self.draft, f"Person {n}", may_edit=edits)[1] for n, edits in self._people
        ]

    def compute(self) -> subprocess.Popen[bytes]:
        """Asks for a page that computes all the while."""
        code = (
            "import urllib.request as u\n"
            f"u.urlopen(u.Request('http://127.0.0.1:{self.port}/outside/work',"
            "b'{\"seconds\": 300}',{'Content-Type':'application/json'}))"
        )
        return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)


def measured(pid: int) -> tuple[float, float]:
    """Gives a process's memory in MB and its seconds of computing."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (rss_kb,) = re.findall(r"VmRSS:\s+([0-9]+)", status)
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(rss_kb) / 1024, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Load:
    """The generator."""

    def __init__(self, server: Tool | Outside, senders: int) -> None:
        self.server = server
        self.draft, self.texts = server.draft, server.texts
        tickets = server.tickets()
        before, _ = measured(server.process.pid)
        begun = time.monotonic()
        seated = []
        for ticket in tickets:
            client = Client(server.port)
            assert client.connect(ticket) is not None
            assert client.ask("join", {"draft": self.draft})["ok"]
            seated.append(client)
        now, _ = measured(server.process.pid)
        print(
            f"{len(seated)} clients seated in {time.monotonic() - begun:.1f} s; server {now:.0f} MB, "
            f"{(now - before) * 1024 / len(seated):.0f} KB a client"
        )
        self.versions: dict[str, int] = dict.fromkeys(self.texts, 0)
        texts = dict(self.versions)
        missed = seated[0].ask("catch_up", {"draft": self.draft, "seq": 0, "texts": texts})
        for text, changes in missed.get("changes", {}).items():
            self.versions[text] = max(change["version"] for change in changes)
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
        # Each sender owns a text and knows its version.
        text = self.texts[sender.index % len(self.texts)]
        version = self.versions[text]
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
        _, before_s = measured(self.server.process.pid)
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
        late = time.perf_counter() + 10.0
        while len(self.latencies) < edits * (len(self.receivers) - 1) or self.asked:
            self.read(time.perf_counter() + 0.05)
            if time.perf_counter() > late:
                break
        took = time.perf_counter() - begun
        rss_mb, after_s = measured(self.server.process.pid)
        others = len(self.receivers) - 1
        counts = [self.received.get(name, 0) for name in self.sent]
        lost = sum(max(0, others - count) for count in counts)
        doubled = sum(max(0, count - others) for count in counts)
        print(
            f"{rate:.0f} edits/s, {carets_a_second:.0f} carets/s, {seconds:.0f} s: "
            f"{len(self.latencies)} received"
        )
        print(f"  send to receive  p50 / p95 / p99  {quantiles(self.latencies)} ms")
        print(f"  acknowledgement  p50 / p95 / p99  {quantiles(self.acks)} ms")
        print(
            f"  lost {lost}, doubled {doubled}, refused {self.refused}, unanswered {len(self.asked)}; "
            f"server {100 * (after_s - before_s) / took:.0f} % of a core, "
            f"{rss_mb:.0f} MB; "
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
    parser.add_argument("--editors", type=int, help="who may edit; as a rule the senders")
    parser.add_argument("--rates", type=float, nargs="*", default=[20, 50])
    parser.add_argument("--carets", type=float, nargs="*", default=[])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--busy", action="store_true", help="a page computes all the while")
    parser.add_argument("--files", action="store_true", help="files are compared all the while")
    parser.add_argument("--outside", action="store_true", help="the live floor alone")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make = Outside if asked.outside else Tool
        server = make(Path(folder), asked.clients, asked.editors or asked.senders)
        busy = None
        try:
            load = Load(server, asked.senders)
            if asked.busy:
                busy = server.compute()
            if asked.files and isinstance(server, Tool):
                busy = server.compare()
            for rate in asked.rates:
                load.run(rate, asked.seconds)
            for carets in asked.carets:
                load.run(20, asked.seconds, carets)
        finally:
            if busy is not None:
                busy.kill()
            server.process.kill()
            _out, errors = server.process.communicate()
            if errors:
                print(errors[-2000:])


if __name__ == "__main__":
    main()
