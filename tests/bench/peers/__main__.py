"""Ours beside Hocuspocus under one load: `python -m tests.bench.peers [--seconds 8] [--rounds 2]`.

The servers run one after the other on the first core, the generator on the second; of several
rounds the middle is told. Needs node and npm; brings Hocuspocus by its lock on the first run.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.bench.peers.generator import Figures, Load, Table, quantile
from tests.bench.peers.tables import HERE, Hocuspocus, Ours

ROOT = HERE.parents[2]
RATES = (20, 50)
TYPING_AT_ONCE = 600
RAMP = (100, 150, 200, 250, 300, 400, 500, 600, 700, 800, 1000, 1250, 1500)
BEHIND_S = 1.0
"""Slower than this in p99, or with anything missing, a rate counts as not sustained."""


@dataclass
class Outcome:
    """What one server gave, by the row of the table."""

    name: str = ""
    rows: dict[str, list[float]] = field(default_factory=dict)

    def add(self, row: str, value: float) -> None:
        """Keeps a figure of one round."""
        self.rows.setdefault(row, []).append(value)


def bring_peers() -> None:
    """Installs Hocuspocus by its lock, when it is not there."""
    lock, mark = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if not mark.exists() or mark.stat().st_mtime < lock.stat().st_mtime:
        print("Installing Hocuspocus …", flush=True)
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=HERE, check=True)
        mark.touch()


def measure(table: Table, asked: argparse.Namespace, outcome: Outcome) -> None:
    """Runs every load on a server."""
    outcome.name = table.name
    load = Load(table, asked.clients)
    outcome.add("memory per client, kB", load.kb_a_client)
    for rate in RATES:
        run = load.run(rate, asked.seconds, 20)
        _told(table.name, run)
        outcome.add(f"{rate}/s p50, ms", quantile(run.latencies, 0.5))
        outcome.add(f"{rate}/s p99, ms", quantile(run.latencies, 0.99))
        outcome.add(f"{rate}/s acknowledged p99, ms", quantile(run.acks, 0.99))
        outcome.add(f"{rate}/s delivered but not stored, edits", run.unstored)
        if rate == RATES[-1]:
            outcome.add("processor per edit, µs", 1e6 * run.cpu / run.edits)
            outcome.add("processor per delivered edit, µs", 1e6 * run.cpu / run.deliveries)
    run = _with_pages(table, lambda: load.run(TYPING_AT_ONCE, asked.seconds, asked.clients))
    _told(table.name, run)
    outcome.add("all typing p50, ms", quantile(run.latencies, 0.5))
    outcome.add("all typing p99, ms", quantile(run.latencies, 0.99))
    outcome.add("all typing lost", run.lost)
    outcome.add("page under that load p95, ms", quantile(run.pages, 0.95))
    outcome.add("all typing, processor per edit, µs", 1e6 * run.cpu / run.edits)
    most = 0
    for rate in RAMP:
        run = load.run(rate, asked.seconds / 2, asked.clients)
        _told(table.name, run)
        if run.lost or run.unanswered or quantile(run.latencies, 0.99) > 1000 * BEHIND_S:
            break
        most = rate
    outcome.add("most sustained edits/s", most)


def _with_pages(table: Table, load: Callable[[], Figures]) -> Figures:
    command = [sys.executable, "-m", "tests.bench.peers.pages", table.page, table.cookie]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as asking:
        run = load()
        asking.kill()
        out, _ = asking.communicate()
    run.pages = [float(line) for line in out.splitlines() if line]
    return run


def _told(name: str, run: Figures) -> None:
    print(
        f"  {name}: {run.rate:.0f}/s: {quantile(run.latencies, 0.5):.1f} / "
        f"{quantile(run.latencies, 0.95):.1f} / {quantile(run.latencies, 0.99):.1f} ms, "
        f"acknowledged p99 {quantile(run.acks, 0.99):.1f} ms; lost {run.lost}, doubled {run.doubled}, "
        f"unanswered {run.unanswered}, not on the disk {run.unstored}; server "
        f"{100 * run.cpu / run.took:.0f} %, generator {100 * run.own / run.took:.0f} %, "
        f"{run.bytes_in / run.took / 1e6:.1f} MB/s",
        flush=True,
    )


def _printed(ours: Outcome, theirs: Outcome) -> None:
    print(f"\n| | {ours.name} | {theirs.name} | ratio |\n| --- | --- | --- | --- |")
    for row in ours.rows:
        mine = statistics.median(ours.rows[row])
        other = statistics.median(theirs.rows[row]) if row in theirs.rows else float("nan")
        ratio = f"{mine / other:.2f}" if other and other == other else "–"
        print(f"| {row} | {mine:,.1f} | {other:,.1f} | {ratio} |")


def main() -> None:
    """Runs both and prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--unpinned", action="store_true")
    parser.add_argument("--only", choices=["ours", "theirs"])
    asked = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    core = None if asked.unpinned or len(cores) < 2 else cores[0]
    if core is not None:
        os.sched_setaffinity(0, {cores[1]})
    bring_peers()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(
        f"{datetime.now(UTC):%d %B %Y}, commit {commit.stdout.strip()}, {platform.python_version()}, "
        f"{len(cores)} cores, load {os.getloadavg()[0]:.1f}; {asked.clients} clients, "
        f"{asked.rounds} rounds of {asked.seconds:.0f} s"
    )
    ours, theirs = Outcome(), Outcome()
    for _ in range(asked.rounds):
        made: list[tuple[Callable[[], Table], Outcome]] = [
            (lambda: Ours(asked.clients, core), ours),
            (lambda: Hocuspocus(core), theirs),
        ]
        if asked.only:
            made = [made[asked.only == "theirs"]]
        for make, outcome in made:
            table = make()
            try:
                measure(table, asked, outcome)
            finally:
                table.close()
    _printed(ours if ours.rows else theirs, theirs)


if __name__ == "__main__":
    main()
