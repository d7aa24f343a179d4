"""Faults that take longer than a test may: `python -m tests.faults.run NAME… [--seconds S]`, `make faults`.

Each prints what it found, a line beginning with its name and `held` or `BROKEN`; what they came to is in
docs/durability.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from tests.bench.reconnect import memory_mb
from tests.crash.checker import Kept
from tests.crash.harness import Server
from tests.faults import release, tracing
from tests.faults.crowd import Guest, Place, prepare
from tests.tools import ROOT

DRAFTING = Path(sys.executable).parent / "drafting"


def said(name: str, words: str, *, held: bool) -> bool:
    """Prints what a fault came to."""
    print(f"{name}: {'held' if held else 'BROKEN'}: {words}", flush=True)
    return held


class Table:
    """A server with people at its table, some of whom type."""

    def __init__(self, folder: Path, people: int, editors: int) -> None:
        self.place: Place = prepare(folder, people, editors)
        self.server = Server(folder, self.place.url).start()
        self.editors = editors

    def guest(self, number: int) -> Guest:
        return Guest(self.server.port, self.place.draft, self.place.tokens[number])

    def memory_mb(self) -> float:
        assert self.server.process is not None
        return memory_mb(self.server.process.pid)[0]


async def type_for(
    guest: Guest, place: Place, text: str, seconds: float, a_second: float
) -> list[float]:
    """Types into a text for a while; gives how long each edit took to be acknowledged, in seconds."""
    took: list[float] = []
    base, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.monotonic()
        change = {"draft": place.draft, "text": text, "id": str(uuid.uuid4()), "base": base}
        # Each takes the place of the last, so that the text does not grow past its limit.
        ops = [{"insert": "word " * 20}] + ([{"delete": 100}] if base else [])
        answer = await guest.ask("change", change | {"ops": ops})
        assert answer["ok"], answer
        base = answer["parts"][-1]["version"]
        took.append(time.monotonic() - begun)
        await asyncio.sleep(max(0.0, 1 / a_second - took[-1]))
    return took


def p95_ms(took: list[float]) -> float:
    """Gives the 95th percentile in milliseconds."""
    return statistics.quantiles(took, n=20)[-1] * 1000


async def _typing(table: Table, typists: list[Guest], seconds: float) -> list[float]:
    each = [
        type_for(one, table.place, table.place.texts[n], seconds, 10)
        for n, one in enumerate(typists)
    ]
    return [took for run in await asyncio.gather(*each) for took in run]


def slow(folder: Path, seconds: float) -> bool:
    """R02, R03: twenty who stop reading, and never answer, while five type fifty edits a second."""
    table = Table(folder, 40, 5)

    async def play() -> bool:
        typists = [table.guest(n) for n in range(5)]
        idle = [table.guest(n) for n in range(5, 25)]
        readers = [table.guest(n) for n in range(25, 40)]
        for one in (*typists, *idle, *readers):
            await one.sit_down()
        before = await _typing(table, typists, seconds / 4)
        at_first = table.memory_mb()
        for one in idle:
            assert one.reading is not None
            one.reading.cancel()
            # Nothing is taken from the socket any more: the system's own buffers fill, then ours.
            one.writer.transport.pause_reading()  # type: ignore[attr-defined]
        during: list[float] = []
        most, gone_after = at_first, None
        begun = time.monotonic()
        # Long enough for a heartbeat to be missed.
        while time.monotonic() - begun < max(seconds, 75):
            # Large edits, so that what nobody takes grows quickly.
            during += await _typing(table, typists, 5)
            most = max(most, table.memory_mb())
            there = connections(table.server)
            if there <= 20 and gone_after is None:
                gone_after = time.monotonic() - begun
        held = gone_after is not None and most - at_first < 20 * 2.5 + 20
        heard = min(one.events for one in readers)
        return said(
            "slow readers and zombies",
            f"20 of 40 stopped reading; gone after {gone_after and round(gone_after)} s; memory grew by "
            f"{most - at_first:.0f} MB at most; edits of others p95 {p95_ms(before):.1f} ms before, "
            f"{p95_ms(during):.1f} ms meanwhile; each reader heard {heard} events or more",
            held=held,
        )

    try:
        return asyncio.run(play())
    finally:
        table.server.kill()


def connections(server: Server) -> int:
    """Counts the established connections to a server, as its side of them sees it."""
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    port = f":{server.port:04X}"
    return sum(row.split()[1].endswith(port) and row.split()[3] == "01" for row in rows)


def flood(folder: Path, seconds: float) -> bool:
    """R04: one client sends as much as it can, again and again; the others are not to feel it."""
    table = Table(folder, 20, 5)

    async def play() -> bool:
        typists = [table.guest(n) for n in range(5)]
        for one in typists:
            await one.sit_down()
        before = await _typing(table, typists, seconds / 2)
        until = time.monotonic() + seconds
        ended: list[float] = []

        async def pour() -> None:
            caret = {"draft": table.place.draft, "text": None, "version": None}
            event = "42" + json.dumps(["caret", caret | {"start": None, "end": None}])
            while time.monotonic() < until:
                one = table.guest(19)
                try:
                    await one.sit_down()
                    begun = time.monotonic()
                    assert one.reading is not None
                    while not one.reading.done():
                        for _ in range(100):
                            one.send(event)
                        await one.writer.drain()
                        await asyncio.sleep(0.05)
                    ended.append(time.monotonic() - begun)
                except (OSError, EOFError, ValueError, asyncio.IncompleteReadError):
                    await asyncio.sleep(0.2)
                finally:
                    one.leave()

        during, _ = await asyncio.gather(_typing(table, typists, seconds), pour())
        worst = max(ended, default=seconds)
        held = bool(ended) and worst < 2 and p95_ms(during) < 2 * p95_ms(before) + 20
        return said(
            "flood",
            f"2,000 events a second from one client, cut off {len(ended)} times, within {worst:.2f} s at "
            f"most; edits of others p95 {p95_ms(before):.1f} ms before, {p95_ms(during):.1f} ms meanwhile",
            held=held,
        )

    try:
        return asyncio.run(play())
    finally:
        table.server.kill()


def migration(folder: Path, seconds: float) -> bool:
    """D19: killed at every sync and every few writes while the previous release's data are brought forward."""
    del seconds
    reason = release.why_not() or tracing.why_not()
    if reason:
        return said("migration", f"not tried: {reason}", held=True)
    old = release.unpack(folder / "old")
    server = Server(folder, environment={"PYTHONPATH": str(old), "PYTHONSAFEPATH": "1"})
    server.program = [sys.executable, "-c", "from drafting.cli import main; main()"]
    server.start(demo=True)
    server.stop()
    first = folder / "drafting.sqlite3"
    points, wrong, revisions = 0, [], set()
    for call, step in (("fsync", 1), ("fdatasync", 1), ("pwrite64", 7)):
        for point in range(1, 4_000, step):
            file = folder / f"{call}{point}.sqlite3"
            shutil.copy(first, file)
            done = subprocess.run(
                [
                    *("strace", "-f", "-o", "/dev/null", "-e", f"trace={call}"),
                    *("-e", f"inject={call}:signal=SIGKILL:when={point}"),
                    *(DRAFTING, "db", "upgrade", "--database", f"sqlite:///{file}"),
                ],
                capture_output=True,
                check=False,
            )
            points += 1
            kept = Kept(f"sqlite:///{file}")
            (revision,) = kept.rows("SELECT version_num FROM alembic_version")[0]
            revisions.add(revision)
            again = subprocess.run(
                [DRAFTING, "db", "upgrade", "--database", f"sqlite:///{file}"],
                capture_output=True,
                check=False,
            )
            if kept.integrity() != "ok" or again.returncode:
                wrong.append(f"{call} {point}")
            for left in folder.glob(f"{call}{point}.sqlite3*"):
                left.unlink()
            if done.returncode == 0:
                break
    return said(
        "migration killed",
        f"{points} points; found afterwards at schema {', '.join(sorted(revisions))}; wrong: {wrong or 'none'}",
        held=not wrong,
    )


def points(folder: Path, seconds: float) -> bool:
    """D05: every operation killed at every sync and every write."""
    del folder, seconds
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/faults/test_crash_points.py"],
        cwd=ROOT,
        env=os.environ | {"POINTS": "all"},
        capture_output=True,
        text=True,
        check=False,
    )
    return said("every point", done.stdout.strip().splitlines()[-1], held=done.returncode == 0)


FAULTS: dict[str, Callable[[Path, float], bool]] = {
    "slow": slow,
    "flood": flood,
    "migration": migration,
    "points": points,
}


def main() -> None:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FAULTS))
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    held = []
    for name in asked.names or FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            held.append(FAULTS[name](Path(folder), asked.seconds))
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
