"""How long an answer takes: "not yours" against "not there".

    python -m tests.security.timing [--rounds 200] [--seed S]

Chile asks for things that Mexico keeps to itself and for things that never were, in turns that chance
sets, over one connection to a real server. For each address: the medians, their difference, and
the probability by the Mann-Whitney test that two rows of one kind would lie as far apart. An address
fails when the probability is below 1 % in each of three repeats and the medians differ by more than 2 %.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import itertools
import json
import math
import random
import socket
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode

from drafting import serving
from drafting.app import create_hub
from tests.security import oracle
from tests.security.asking import Ask, asks, rules
from tests.security.oracle import WHOSE
from tests.security.world import ABSENT, World, begin

REPEATS = 3
NOBODYS = uuid.UUID("3c1d9a52-0d3c-4e0e-8f2c-0a6f2b6c7d10")
"""An id of a call that was never made."""

LEVEL = 0.01
DIFFERENCE = 0.02
NAMES = (
    "thread_id",
    "comment_id",
    "session_id",
    "person_id",
    "proposal_id",
    "position_id",
    "condition_id",
    "instruction_id",
)


def probability(one: Sequence[float], other: Sequence[float]) -> float:
    """Gives the two-sided probability of the Mann-Whitney test (normal form, ties shared)."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    sums = [0.0, 0.0]
    at = 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        for _, which in ranked[at:end]:
            sums[which] += (at + end + 1) / 2
        at = end
    n, m = len(one), len(other)
    u = sums[0] - n * (n + 1) / 2
    spread = math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(u - n * m / 2) / spread / math.sqrt(2))


def pairs(world: World) -> list[tuple[str, Ask, Ask]]:
    """Gives for each page and call with a thing in its address: theirs, and one that never was."""
    known = oracle.pools(world, "chile", "mexico")["known"]
    begun, held = world.begun, WHOSE["mexico"]
    theirs = known | {
        "thread_id": [begun.threads[held.thread]],
        "comment_id": [begun.comments[held.thread]],
        "session_id": [begun.sessions[held.session]],
        "person_id": [begun.persons[held.person]],
        "proposal_id": [begun.proposals[held.proposal]],
        "position_id": [begun.positions[held.position]],
        "condition_id": [begun.conditions[held.condition]],
        "instruction_id": [begun.instructions[held.instruction]],
    }
    absent = known | {name: [ABSENT[name]] for name in NAMES}
    found = []
    for rule in rules(world.app):
        if not rule.arguments & set(NAMES):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            ours, none = (
                next(asks(world.app, rule, pool, itertools.repeat(NOBODYS).__next__, [method]))
                for pool in (theirs, absent)
            )
            found.append((f"{method} {rule.rule}", ours, none))
    return found


class Asker:
    """Somebody with a browser, over one connection to a real server."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._cookie = cookie

    def ask(self, one: Ask) -> float:
        """Asks, and gives how long the answer took, in seconds."""
        headers = {"Cookie": self._cookie, "Sec-Fetch-Site": "same-origin"}
        body = None
        if one.json is not None:
            body, headers["Content-Type"] = json.dumps(one.json), "application/json"
        query = f"?{urlencode(one.query)}" if one.query else ""
        begun = time.perf_counter()
        self._connection.request(one.method, one.path + query, body, headers)
        answer = self._connection.getresponse()
        answer.read()
        taken = time.perf_counter() - begun
        # Who lacks a right to the whole page is told so, whatever is there.
        assert answer.status in (403, 404), (str(one), answer.status)
        return taken


def times(
    asker: Asker, one: Ask, other: Ask, rounds: int, chance: random.Random
) -> tuple[list[float], list[float]]:
    """Asks both in turns that chance sets and gives how long each answer took."""
    taken: tuple[list[float], list[float]] = [], []
    for _ in range(rounds):
        for which in chance.sample((0, 1), 2):
            taken[which].append(asker.ask((one, other)[which]))
    return taken


def serve(told: Connection) -> None:
    """Serves a world with what each keeps to itself, and tells where, as whom, and what to ask."""
    with (
        tempfile.TemporaryDirectory() as folder,
        World(begin(Path(folder) / "b"), Path(folder) / "w") as world,
    ):
        cookie = f"{world.cookie}={world.begun.tokens['chile']}"
        asked = pairs(world)
        serving.serve(
            world.app,
            create_hub(world.app),
            "127.0.0.1",
            0,
            lambda port: told.send((port, cookie, asked)),
        )


def main() -> int:
    """Measures every pair and prints a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    args = asked.parse_args()
    chance = random.Random(args.seed)
    ours, theirs = Pipe()
    server = get_context("spawn").Process(target=serve, args=(theirs,))
    server.start()
    told = []
    try:
        port, cookie, every = ours.recv()
        asker = Asker(port, cookie)
        for name, one, other in every:
            times(asker, one, other, 3, chance)
            found = []
            for _ in range(REPEATS):
                gc.collect()
                mine, none = times(asker, one, other, args.rounds, chance)
                medians = statistics.median(mine), statistics.median(none)
                found.append((probability(mine, none), medians[0] / medians[1] - 1))
            bad = all(p < LEVEL and abs(apart) > DIFFERENCE for p, apart in found)
            told.append(bad)
            row = "  ".join(f"p {p:.3f} {apart:+.2%}" for p, apart in found)
            print(
                f"{'DIFFERS ' if bad else ''}{name}: {medians[0] * 1000:.2f} ms; {row}", flush=True
            )
    finally:
        server.terminate()
        server.join()
    print(f"{len(told)} addresses, {sum(told)} tell what is not yours from what is not there")
    return 1 if any(told) else 0


if __name__ == "__main__":
    sys.exit(main())
