"""How it grows: `python -m tests.bench.growth [--rows 1x600 2x1200 4x2400] [--evenness] [--opening]`.

Each row is a number of server processes and of clients, on PostgreSQL, spread over drafts of `--table`
clients each; one draft's 20 editors send `--rate` edits a second in all. The generator is one more process on the same
cores: past what it can read, latencies are its own. `--constants` solves two loads for what one
stored edit and one delivered message cost; `--evenness` counts how connections fall on processes;
`--opening` times the opening of a draft beside others and after many edits.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from drafting.rules.roles import Role
from drafting.services import drafts, editing, people, sessions
from drafting.services.editing import Edit, Stored
from drafting.store import people as kept_people
from drafting.store import schema
from drafting.store.work import Store
from drafting.text.changes import from_json
from drafting.text.resolution import Kind, Paragraph, Resolution
from tests.bench.live_load import Receiver, measured, quantiles
from tests.live.client import TEXT, Client, masked
from tests.make import CONFIG, SMALL, opening, table
from tests.servers import Postgres

WORDS = "The General Assembly, recalling its resolution 75/62 of 7 December 2020, decides"[:80]
EDITORS = 20
PATIENT = replace(CONFIG, ticket_max_s=600)
"""Seating thousands takes a while on a busy machine; their tickets wait for them."""
LONG = Resolution(
    SMALL.masthead,
    tuple(
        Paragraph(Kind.PREAMBULAR, opening("Recalling", f" its resolution 74/{number},"))
        for number in range(20)
    ),
)


@dataclass
class Draft:
    """A draft, its paragraphs, and a ticket and a cookie for each of its people."""

    id: str
    texts: list[str]
    tickets: list[str]
    tokens: list[str]
    versions: dict[str, int] = field(default_factory=dict)


def peopled(store: Store, name: str, count: int) -> Draft:
    """Makes a draft with so many people at it."""
    with store.work() as w:
        draft = drafts.open_draft(w, LONG)
        mexico = kept_people.delegation_by_key(w, "MEX")
        assert mexico is not None
        tokens, tickets = [], []
        for number in range(count):
            edits = number < EDITORS
            person = people.new_person(
                w,
                name=f"Person {name} {number}",
                email=f"p{name}x{number}@example.org",
                password_hash=None,
                opens_drafts=edits,
            )
            people.give_place(
                w,
                draft_id=draft.id,
                person_id=person.id,
                role=Role.PRESIDENCY if edits else Role.DELEGATE,
                delegation_id=None if edits else mexico.id,
            )
            tokens.append(sessions.begin(w, CONFIG, person.id, "bench"))
            w.session.flush()
            mine = sessions.signed_in(w, CONFIG, tokens[-1]).session_id
            tickets.append(sessions.issue_ticket(w, PATIENT, mine))
        actor = people.actor(w, mine, draft.id)
        state = drafts.state(w, actor)
    texts = [p["id"] for p in state["paragraphs"]]
    return Draft(str(draft.id), texts, tickets, tokens, dict.fromkeys(texts, 0))


class Servers:
    """`drafting serve --workers N`."""

    def __init__(self, database_url: str, workers: int) -> None:
        command = [Path(sys.executable).parent / "drafting", "serve", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--workers", str(workers), "--database", database_url],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        while not (found := re.search("http://[^ ]*:([0-9]+)", self.process.stdout.readline())):
            assert self.process.poll() is None
        self.port = int(found[1])
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        self.pids = [int(one) for one in children.split()] if workers > 1 else [self.process.pid]

    def measured(self) -> tuple[float, float]:
        """Gives memory in MB and seconds of computing, of all of them."""
        each = [measured(pid) for pid in self.pids]
        return sum(mb for mb, _ in each), sum(s for _, s in each)

    def stop(self) -> None:
        """Ends them."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def postgres_seconds() -> float:
    """Gives what the processes of PostgreSQL on this machine have computed, in seconds."""
    total = 0.0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            if (place / "comm").read_text().startswith("postgres"):
                total += measured(int(place.name))[1]
    return total


class Load:
    """The generator."""

    def __init__(self, servers: Servers, tables: list[Draft]) -> None:
        self.servers = servers
        self.selector = selectors.EpollSelector()
        self.senders: list[tuple[Draft, Receiver]] = []
        self.sent: dict[bytes, float] = {}
        self.due: dict[bytes, int] = {}
        self.heard: dict[bytes, int] = {}
        self.asked: dict[tuple[int, bytes], float] = {}
        self.latencies: list[float] = []
        self.acks: list[float] = []
        self.refused = 0
        self.messages = 0
        self.number = 0
        before, _ = servers.measured()
        begun = time.monotonic()
        self.count = 0
        for draft in tables:
            for at, ticket in enumerate(draft.tickets):
                client = Client(servers.port)
                assert client.connect(ticket) is not None
                assert client.ask("join", {"draft": draft.id})["ok"]
                receiver = Receiver(client, self.count)
                self.selector.register(receiver.socket, selectors.EVENT_READ, receiver)
                self.count += 1
                if self.count % 20 == 0:
                    # Whoever sits already is asked whether it is still there, and has to answer.
                    self.read(time.perf_counter())
                if at < EDITORS:
                    self.senders.append((draft, receiver))
        self.seated_s = time.monotonic() - begun
        self.kb_a_client = (servers.measured()[0] - before) * 1024 / self.count

    def edit(self) -> None:
        """Sends one edit of 80 bytes; each sender has a paragraph of its own."""
        draft, sender = self.senders[self.number % len(self.senders)]
        self.number += 1
        text = draft.texts[sender.index % len(draft.texts)]
        version = draft.versions[text]
        draft.versions[text] = version + 1
        name = str(uuid.uuid4())
        data = {"draft": draft.id, "text": text, "id": name, "base": version}
        number = str(self.number).encode()
        self.sent[name.encode()] = self.asked[sender.index, number] = time.perf_counter()
        self.due[name.encode()] = len(draft.tickets) - 1
        body = json.dumps(["change", {**data, "ops": [{"insert": WORDS}]}], separators=(",", ":"))
        sender.socket.setblocking(True)
        sender.socket.sendall(masked(TEXT, b"42" + number + body.encode()))
        sender.socket.setblocking(False)

    def read(self, until: float) -> None:
        """Reads whatever comes until a moment."""
        while True:
            left = until - time.perf_counter()
            for key, _ in self.selector.select(max(0.0, left)):
                for payload in key.data.frames():
                    self.take(key.data, payload)
            if time.perf_counter() >= until:
                return

    def take(self, receiver: Receiver, payload: bytes) -> None:
        """Counts one message; one `change` may hold several edits."""
        now = time.perf_counter()
        if payload.startswith(b'42["change"'):
            self.messages += 1
            at = payload.find(b'"ids":[')
            if at >= 0:
                names = payload[at + 7 : payload.index(b"]", at)].replace(b'"', b"").split(b",")
            else:
                at = payload.rindex(b'"id":"') + 6
                names = [payload[at : at + 36]]
            for name in names:
                begun = self.sent.get(name)
                if begun is not None:
                    self.latencies.append(now - begun)
                    self.heard[name] = self.heard.get(name, 0) + 1
        elif payload.startswith(b"43"):
            begun = self.asked.pop((receiver.index, payload[2 : payload.index(b"[")]), None)
            if begun is not None:
                self.acks.append(now - begun)
                self.refused += b'"ok":true' not in payload
        elif payload == b"2":
            receiver.socket.send(masked(TEXT, b"3"))

    def run(self, rate: float, seconds: float) -> dict[str, float]:
        """Sends at a rate; gives what was measured, and prints it."""
        self.read(time.perf_counter() + 2.0)
        for kept in (self.sent, self.due, self.heard, self.asked, self.latencies, self.acks):
            kept.clear()
        self.refused = self.messages = 0
        _, before = self.servers.measured()
        database_before, own = postgres_seconds(), time.process_time()
        begun = time.perf_counter()
        edits = 0
        while (now := time.perf_counter() - begun) < seconds:
            while edits < now * rate:
                self.edit()
                edits += 1
            self.read(max(begun + edits / rate, time.perf_counter()))
        late = time.perf_counter() + 10.0
        wanted = sum(self.due.values())
        while (len(self.latencies) < wanted or self.asked) and time.perf_counter() < late:
            self.read(time.perf_counter() + 0.05)
        took = time.perf_counter() - begun
        mb, after = self.servers.measured()
        lost = sum(max(0, self.due[name] - self.heard.get(name, 0)) for name in self.sent)
        doubled = sum(max(0, self.heard.get(name, 0) - self.due[name]) for name in self.sent)
        database_s = postgres_seconds() - database_before
        print(
            f"  {rate:g} edits/s: send to receive p50/p95/p99 {quantiles(self.latencies)} ms; "
            f"acknowledged {quantiles(self.acks)} ms; lost {lost}, doubled {doubled}, refused "
            f"{self.refused}, unanswered {len(self.asked)}; servers {100 * (after - before) / took:.0f} % of a "
            f"core, {mb:.0f} MB; PostgreSQL {100 * database_s / took:.0f} %; generator "
            f"{100 * (time.process_time() - own) / took:.0f} %",
            flush=True,
        )
        return {
            "edits": edits,
            "messages": self.messages,
            "server_s": after - before,
            "database_s": database_s,
            "took": took,
        }


@contextlib.contextmanager
def served(postgres: Postgres, workers: int, clients: int, per_table: int) -> Iterator[Load]:
    """Serves drafts with people at them, all seated."""
    url = postgres.migrated()
    store = Store(url)
    tables = [
        peopled(store, str(first), min(per_table, clients - first))
        for first in range(0, clients, per_table)
    ]
    store.close()
    servers = Servers(url, workers)
    try:
        load = Load(servers, tables)
        print(
            f"{workers} processes, {clients} clients at {len(tables)} drafts: seated in "
            f"{load.seated_s:.1f} s, {load.kb_a_client:.0f} kB a client",
            flush=True,
        )
        yield load
    finally:
        servers.stop()


def constants(postgres: Postgres, seconds: float) -> None:
    """Prints what one stored edit and one delivered message cost, from a small and a large table."""
    found = []
    for clients in (EDITORS, 600):
        with served(postgres, 1, clients, clients) as load:
            found.append(load.run(50, seconds))
    few, many = found
    # Two equations: seconds = stored * edits + delivered * messages.
    determinant = few["edits"] * many["messages"] - many["edits"] * few["messages"]
    stored = (few["server_s"] * many["messages"] - many["server_s"] * few["messages"]) / determinant
    delivered = (few["edits"] * many["server_s"] - many["edits"] * few["server_s"]) / determinant
    print(
        f"a stored edit: {stored * 1e6:.0f} µs of the server and "
        f"{few['database_s'] / few['edits'] * 1e6:.0f} µs of PostgreSQL; "
        f"a delivered message: {delivered * 1e6:.1f} µs"
    )


def evenness() -> None:
    """Prints how 600 connections fall on 2 and 4 processes, listening each by itself or together."""
    for workers in (2, 4):
        for _ in range(3):
            print(f"{workers} listeners of one port each:", sorted(_fallen(workers, shared=False)))
            print(f"{workers} processes, one listener:   ", sorted(_fallen(workers, shared=True)))


def _fallen(workers: int, *, shared: bool) -> list[int]:
    code = (
        "import sys, gevent, socket, os\nfrom gevent.server import StreamServer\n"
        "from gevent.socket import socket as S\n"
        "n = 0\n"
        "def take(s, a):\n    global n\n    n += 1\n    s.sendall(b'x'); gevent.sleep(60)\n"
        "mode, value = sys.argv[1:]\n"
        "if mode == 'fd': l = S(fileno=int(value))\n"
        "else:\n"
        "    l = S(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)\n"
        "    l.bind(('127.0.0.1', int(value))); l.listen(1024)\n"
        "StreamServer(l, take).start(); print('ready', flush=True)\n"
        "gevent.get_hub().threadpool.apply(sys.stdin.readline)\n"
        "print(n, flush=True); os._exit(0)\n"
    )
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", 0))
    if shared:
        held.listen(1024)
        held.setblocking(False)
    what = ("fd", str(held.fileno())) if shared else ("port", str(held.getsockname()[1]))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, *what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=(held.fileno(),),
        )
        for _ in range(workers)
    ]
    for one in processes:
        assert one.stdout is not None
        one.stdout.readline()
    clients = [socket.create_connection(held.getsockname()) for _ in range(600)]
    for client in clients:
        client.recv(1)
    counts = [int(one.communicate("\n")[0]) for one in processes]
    for client in clients:
        client.close()
    held.close()
    return counts


def opening_times(postgres: Postgres) -> None:
    """Prints how long the state of a draft takes over HTTP: after edits, and beside other drafts."""
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/o.sqlite3" if kind == "sqlite" else postgres.migrated()
            store = Store(url)
            schema.upgrade(store)
            made = peopled(store, "a", 1)
            servers = Servers(url, 1)
            ask = f"http://127.0.0.1:{servers.port}/api/drafts/{made.id}"
            try:
                done = 0
                for edits in (1, 100, 10_000):
                    _type(store, made, done, edits)
                    done = edits
                    print(f"{kind}, {edits:,} versions of a text: {_opened(ask, made.tokens[0])}")
            finally:
                servers.stop()
                store.close()


def beside(postgres: Postgres, others: int = 1_000) -> None:
    """Prints how long a draft's state takes alone and beside others, in turn: noise falls on both."""
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as closing:
            tables = []
            for name in ("alone", "beside"):
                url = f"sqlite:///{folder}/{name}.sqlite3"
                store = Store(url if kind == "sqlite" else postgres.migrated())
                closing.callback(store.close)
                schema.upgrade(store)
                tables.append(table(store))
            for _ in range(others):
                with tables[1].store.work() as w:
                    drafts.open_draft(w, SMALL)
            took: list[list[float]] = [[], []]
            for _ in range(100):
                for one, times in zip(tables, took, strict=True):
                    begun = time.perf_counter()
                    one.state()
                    times.append((time.perf_counter() - begun) * 1000)
            alone, together = (statistics.median(times) for times in took)
            print(f"{kind}: state alone {alone:.1f} ms, beside {others:,} drafts {together:.1f} ms")


def _type(store: Store, made: Draft, done: int, edits: int) -> None:
    with store.work() as w:
        session = sessions.signed_in(w, CONFIG, made.tokens[0]).session_id
    draft, text = uuid.UUID(made.id), uuid.UUID(made.texts[3])
    for begin in range(done, edits, 100):
        some = [
            Edit(
                session,
                draft,
                text,
                uuid.uuid4(),
                number,
                from_json([{"insert": "ab "}] if number % 2 == 0 else [{"delete": 3}]),
            )
            for number in range(begin, min(edits, begin + 100))
        ]
        assert all(isinstance(one, Stored) for one in editing.apply_all(store, some))


def _opened(url: str, token: str) -> str:
    took = []
    for _ in range(40):
        asked = urllib.request.Request(url, headers={"Cookie": f"drafting={token}"})
        begun = time.perf_counter()
        with urllib.request.urlopen(asked, timeout=60) as answer:
            size = len(answer.read())
        took.append((time.perf_counter() - begun) * 1000)
    return f"median {statistics.median(took):.1f} ms, most {sorted(took)[-2]:.1f} ms, {size / 1000:.0f} kB"


def main() -> None:
    """Prints how it grows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", nargs="*", default=["1x600", "2x1200", "4x2400"])
    parser.add_argument("--table", type=int, default=600, help="clients at one draft")
    parser.add_argument("--rate", type=float, default=20, help="edits a second in all")
    parser.add_argument("--seconds", type=float, default=8)
    for name in ("evenness", "constants", "opening"):
        parser.add_argument(f"--{name}", action="store_true")
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    postgres = Postgres()
    try:
        if asked.evenness:
            evenness()
        if asked.constants:
            constants(postgres, asked.seconds)
        if asked.opening:
            opening_times(postgres)
            beside(postgres)
        if not (asked.evenness or asked.constants or asked.opening):
            for row in asked.rows:
                workers, clients = row.split("x")
                with served(postgres, int(workers), int(clients), asked.table) as load:
                    load.run(asked.rate, asked.seconds)
    finally:
        postgres.stop()


if __name__ == "__main__":
    main()
