"""Kills the server at random moments and looks for anything lost.

    python -m tests.crash.harness --kills 500 [--seed S] [--database postgresql] [--planted DEFECT]

Writers edit shared paragraphs with unique tokens, comment, and do deeds of structure; delegations make
notes of their own, proposals, steps of sponsorship; somebody comes by invitations and leaves; a watcher
only listens. After each kill the server starts again on its data, what was unknown is asked again with
its id, and the checker compares the journal, the database and what is served. A fresh database begins
every 25 kills. The seed gives the plan (who does what, which fault when), not the exact interleaving of
the processes. All that is done to the server goes through its public HTTP and websocket interface.

A run is added up in var/kills.jsonl, a line for each database: a run that was broken off goes on where
it stood when it is started again (on the same commit).
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crash.checker import Checker, Kept, canonical, read
from tests.crash.client import Browser, Unknown
from tests.crash.writers import Client, Comer, Journal, Writer
from tests.servers import Postgres, free_port, several, wait_for
from tests.tools import ROOT

KILLS_PER_DATABASE = 25
READY_S = 2.0
"""How soon a server is to answer after its start; slower starts are counted, not failed."""

LINKS = ("Presidency (penholder)", "Presidency (adviser)")
FAULTS = ("kill", "term", "again", "recovery", "sealing", "importing", "exporting")
"""What is done to the server: killed; stopped in good order; killed, and again in the first half second
of one to three starts, or of five; killed while a version is sealed, a file read in, a file made."""

RESULTS = ROOT / "var" / "kills.jsonl"
"""Where runs of the command line are added up."""


class Server:
    """A server process with its database, to be killed and started again on one port."""

    def __init__(
        self,
        folder: Path,
        database_url: str | None = None,
        planted: str | None = None,
        under: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.database_url = database_url or f"sqlite:///{folder / 'drafting.sqlite3'}"
        self.port = free_port()
        self.links: dict[str, str] = {}
        self.ready_s: list[float] = []
        self._planted = planted
        self._under = under
        self.environment = environment or {}
        """Settings of the process beside those of this one."""
        self.program: list[str] | None = None
        """The command that serves, where it is not this release's own."""
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self, *, demo: bool = False, under: tuple[str, ...] | None = None) -> None:
        """Starts the process and does not wait for it."""
        program = self.program or (
            [Path(sys.executable).parent / "drafting"]
            if self._planted is None
            else [sys.executable, "-m", "tests.crash.planted"]
        )
        command = [
            *(self._under if under is None else under),
            *program,
            *("serve", "--port", str(self.port), "--database", self.database_url),
            *several(),
            *(["--demo"] if demo else []),
        ]
        with (
            (self.folder / "server.out").open("wb") as out,
            (self.folder / "server.log").open("ab") as log,
        ):
            self.process = subprocess.Popen(
                command,
                stdout=out,
                stderr=log,
                cwd=ROOT,
                env=os.environ
                | ({"PLANTED": self._planted} if self._planted else {})
                | self.environment,
                start_new_session=True,
            )
        atexit.register(self._kill_if_running)

    def _kill_if_running(self) -> None:
        if not self.ended():
            self.kill()

    def start(self, *, demo: bool = False, under: tuple[str, ...] | None = None) -> Server:
        """Starts and waits until it answers."""
        begun = time.monotonic()
        self.begin(demo=demo, under=under)
        wait_for(lambda: self.ended() or self.healthy(), "the server answers", 60)
        if self.ended():
            raise AssertionError(self.log())
        self.ready_s.append(time.monotonic() - begun)
        if demo:
            out = self.folder / "server.out"
            wait_for(lambda: out.read_bytes().endswith(b"\n\n"), "the links are printed")
            for row in out.read_text().splitlines():
                found = re.match(r"  (.+?)\s+(http://\S+)  \((.+)\)$", row)
                if found:
                    self.links[found[1]] = found[2]
        return self

    def healthy(self) -> bool:
        """Tells whether it answers."""
        try:
            return Browser(self.port).request("GET", "/healthz", within_s=5)[0] == 200
        except Unknown:
            return False

    def ended(self) -> bool:
        """Tells whether the process has ended."""
        return self.process is not None and self.process.poll() is not None

    def kill(self) -> None:
        """Kills the whole process group at once."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        """Ends it in good order."""
        if self.process is None or self.ended():
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the server did not stop on SIGTERM within 30 s") from None

    def browser(self, link: str) -> Browser:
        """Gives a new session of the person a link signs in."""
        return Browser(self.port).enter(self.links[link])

    def log(self) -> str:
        """What it has logged."""
        return (self.folder / "server.log").read_text()


class Trial:
    """A database, the people at its table, and what happens to the server."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int,
        database_url: str | None = None,
        planted: str | None = None,
        writers: int = 6,
        kills_at_birth: int = 0,
        program: list[str] | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.random = random.Random(seed)
        self.server = Server(folder, database_url, planted, environment=environment)
        self.server.program = program
        for _ in range(kills_at_birth):
            self.server.begin(demo=True)
            threading.Event().wait(self.random.uniform(0.3, 1.5))
            self.server.kill()
        self.server.start(demo=True)
        self.journal = Journal(folder / "journal.jsonl")
        self.kept = Kept(self.server.database_url)
        penholder = self.server.browser(LINKS[0])
        draft = penholder.first_draft()
        self.versions: dict[int, bytes] = {}
        self.exports: dict[int, bytes] = {}
        self._log: dict[tuple[str, int], tuple[str, str]] = {}
        self._known: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self._upgrades = False
        self.gone = threading.Event()
        """Set while there is no server."""
        self.writers = []
        for number in range(writers):
            editor = number < writers - 2
            link = (
                LINKS[number % 2] if editor else ("Delegate, Mexico", "Delegate, Chile")[number % 2]
            )
            # The first two sit in one session, as two tabs do.
            browser = penholder if link == LINKS[0] and number < 4 else self.server.browser(link)
            self.writers.append(
                Writer(
                    f"w{number}",
                    browser,
                    draft,
                    self.journal,
                    seed=self.random.randrange(1 << 30),
                    editor=editor,
                )
            )
        for writer in self.writers[-2:]:
            own = writer.browser.state(draft)["me"]["audiences"]
            writer.delegation = next(a["delegation"] for a in own if a["kind"] == "delegation")
        self.comer = Comer(self.writers[0], lambda: self.server.browser("Observer, ICRC"))
        self.watcher = Client("watcher", self.server.browser("Observer, ICRC"), draft, self.journal)
        self.draft = draft
        self._seat()

    def _seat(self) -> None:
        for client in (*self.writers, self.watcher):
            client.connect()

    def upgrade_at_next_start(self) -> None:
        """Has this release serve from the next start on, where an earlier one began."""
        self._upgrades = True

    def round(self, fault: str | None = None) -> list[str]:
        """Lets traffic go, brings the server down, starts it again, and gives what does not fit."""
        fault = fault or self.random.choices(FAULTS, [12, 2, 2, 1, 1, 1, 1])[0]
        self.faults[fault] += 1
        delay = self.random.uniform(0.1, 0.8)
        self._load()
        self.gone.clear()
        threads = [threading.Thread(target=_safely, args=(w,)) for w in self.writers]
        threads.append(threading.Thread(target=self.comer.work))
        for thread in threads:
            thread.start()
        down = threading.Event()
        down.wait(delay)
        during = _DURING.get(fault)
        if during is not None:
            threads.append(threading.Thread(target=_while, args=(during, self)))
            threads[-1].start()
            # From the first moments of it to long after: each power of two as often.
            down.wait(0.002 * 2 ** self.random.uniform(0, 8))
        if fault == "term":
            self.server.stop()
        else:
            self.server.kill()
        self.gone.set()
        self.journal.note("killed", fault=fault)
        for thread in threads:
            thread.join(60)
        for client in (*self.writers, self.watcher):
            client.leave()
        for _ in range({"again": self.random.randint(1, 3), "recovery": 5}.get(fault, 0)):
            self.server.begin()
            down.wait(self.random.uniform(0.0, 0.5))
            self.server.kill()
        if self._upgrades:
            self.server.program, self.server.environment = None, {}
        self.server.start()
        # Looked at before anything is asked again: that would put right what was told too early.
        found = self._new(Checker(read(self.journal.path), self.kept, (), self._log).failures())
        self._seat()
        for writer in self.writers:
            writer.resolve()
        return found + self.check()

    def _load(self) -> None:
        state = self.writers[0].browser.state(self.draft)
        for client in (*self.writers, self.watcher):
            client.copy.load(state)

    def check(self) -> list[str]:
        """Gives what does not fit and was not known yet."""
        self.journal.note("check")
        seen = (self.writers[0], *self.writers[-2:], self.watcher)
        states = {one.name: one.browser.state(self.draft) for one in seen}
        checker = Checker(read(self.journal.path), self.kept, states, self._log)
        found = [*checker.failures(), *self._old_versions(), *self.comer.failures()]
        found += [*self._served_history(checker.log), *self._pledged(), *self._left_over()]
        found += self._verified()
        for writer in self.writers:
            found += [f"K2: {op['id']} is still unknown" for op in writer.pending]
            writer.pending.clear()
        self._log = checker.log
        self.counts = checker.counts()
        return self._new(found)

    def _new(self, found: Iterable[str]) -> list[str]:
        new = [words for words in dict.fromkeys(found) if words not in self._known]
        self._known.update(new)
        return new

    def _served_history(self, log: dict[tuple[str, int], tuple[str, str]]) -> list[str]:
        """Gives where the history that a client is handed is not the one that is kept."""
        one = self.writers[0]
        assert one.live is not None
        state = one.browser.state(self.draft)
        texts = {p["id"]: max(p["version"] - 40, 0) for p in state["paragraphs"]}
        missed = one.live.ask(
            "catch_up", {"draft": self.draft, "seq": state["seq"], "texts": texts}
        )
        return [
            f"K6: version {c['version']} of {text} is served as {c['id']}"
            for text, changes in missed["changes"].items()
            for c in changes
            if log.get((text, c["version"])) != (c["id"], canonical(c["ops"]))
        ]

    def _pledged(self) -> list[str]:
        """Gives where a delegation's sponsorship is not what its steps come to."""
        found = []
        for writer in self.writers[-2:]:
            rows = self.kept.rows(
                "SELECT step FROM sponsor_steps WHERE delegation_id = "
                f"'{self.kept.as_id(writer.delegation)}' ORDER BY number DESC LIMIT 1"
            )
            last = rows[0][0] if rows else "not_approached"
            own = writer.browser.call("GET", f"/drafts/{self.draft}/sponsors")["own"]
            if own["state"] != last:
                found.append(f"K8: {writer.name} is shown as {own['state']}; its last step: {last}")
        return found

    def _verified(self) -> list[str]:
        """Gives where the record's chain is not whole, for the presidency and for a delegation."""
        return [
            f"K8: {one.name}: {fault['sentence']}"
            for one in (self.writers[0], self.writers[-1])
            for fault in one.browser.call("GET", f"/drafts/{self.draft}/verification")["faults"]
        ]

    def _left_over(self) -> list[str]:
        """Gives files beside the database that a server left behind."""
        path = Path(self.server.database_url.removeprefix("sqlite:///"))
        if not path.is_absolute() or not self.server.database_url.startswith("sqlite"):
            return []
        known = {path.name + end for end in ("", "-wal", "-shm", ".key")}
        known |= {"server.out", "server.log", "journal.jsonl"}
        return [f"K10: {p.name} was left" for p in path.parent.iterdir() if p.name not in known]

    def seal(self) -> None:
        """Seals a version, as the presidency."""
        one = self.writers[0]
        name = {"name": f"Sealed {self.random.randrange(1 << 30)}", "note": ""}
        one.do([one._call("seal", "POST", f"/drafts/{self.draft}/versions", name)])

    def bring_in(self) -> None:
        """Has a file read in, as the presidency."""
        self.writers[0].browser.request("POST", "/import", *_file())

    def take_out(self) -> None:
        """Has files made, as an observer."""
        for ending in ("docx", "xml", "pdf"):
            self.watcher.browser.request("GET", f"/drafts/{self.draft}/export.{ending}")

    def _old_versions(self) -> list[str]:
        found = []
        browser = self.writers[0].browser
        for version in browser.state(self.draft)["versions"][-3:]:
            number = version["number"]
            for held, path in (
                (self.versions, f"/api/drafts/{self.draft}/versions/{number}"),
                (self.exports, f"/drafts/{self.draft}/export.txt?version={number}"),
            ):
                status, _, body = browser.request("GET", path)
                if status != 200 or held.setdefault(number, body) != body:
                    found.append(f"K10: {path} is not what it was ({status})")
        return found

    def end(self) -> None:
        """Stops everything."""
        for client in (*self.writers, self.watcher):
            if client.live is not None:
                client.live.close()
        self.server.kill()
        self.journal.close()


_DURING: dict[str, Callable[[Trial], None]] = {
    "sealing": Trial.seal,
    "importing": Trial.bring_in,
    "exporting": Trial.take_out,
}


def _while(during: Callable[[Trial], None], trial: Trial) -> None:
    with suppress(Unknown):
        while not trial.gone.is_set():
            during(trial)


def _file() -> tuple[bytes, str]:
    """Gives a form with a resolution to read in, and its type."""
    words = "[PP1] _Recalling_ its resolution 74/1,\n\n" + "\n\n".join(
        f"{n}. _Decides_ to keep light number {n} burning;" for n in range(1, 60)
    )
    edge = "a-line-that-stands-nowhere-else"
    parts = [("title", None, "Brought in"), ("file", "lights.txt", words)]
    body = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"'
        + (f'; filename="{file}"' if file else "")
        + f"\r\n\r\n{value}\r\n"
        for name, file, value in parts
    )
    return f"{body}--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def _safely(writer: Writer) -> None:
    try:
        writer.work()
    except Exception as error:  # noqa: BLE001 - a writer that breaks is a failure, not silence
        writer.journal.note("wrong", words=f"harness: {writer.name} broke: {error!r}")


@dataclass
class Lot:
    """What the kills of one database came to."""

    seed: int
    kills: int
    failed: int
    failures: list[str]
    acknowledged: Counter[str]
    faults: Counter[str]
    ready_s: list[float]


def run(
    folder: Path,
    kills: int,
    *,
    seed: int,
    database: str = "sqlite",
    planted: str | None = None,
    faults: Sequence[str] | None = None,
    kills_at_birth: int = 0,
    say: Callable[[str], None] = print,
) -> Iterator[Lot]:
    """Runs a number of kills; gives what each database's came to, at most 25 on one."""
    with ExitStack() as stack:
        postgres = None
        if database == "postgresql":
            postgres = Postgres()
            stack.callback(postgres.stop)
        for begun in range(0, kills, KILLS_PER_DATABASE):
            place = folder / f"seed{seed + begun}"
            place.mkdir(parents=True)
            trial = Trial(
                place,
                seed=seed + begun,
                database_url=None if postgres is None else postgres.database(),
                planted=planted,
                kills_at_birth=kills_at_birth,
            )
            lot = Lot(seed + begun, 0, 0, [], Counter(), Counter(), [])
            try:
                for kill in range(min(KILLS_PER_DATABASE, kills - begun)):
                    new = trial.round(faults[kill % len(faults)] if faults else None)
                    lot.kills += 1
                    lot.failures += new
                    lot.failed += bool(new)
                    for words in new[:5]:
                        say(f"seed {lot.seed}, kill {lot.kills}: {words[:300]}")
            finally:
                trial.end()
            lot.acknowledged, lot.faults = trial.counts, trial.faults
            lot.ready_s = trial.server.ready_s[1:]
            if not lot.failed:
                shutil.rmtree(place)
            yield lot


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[what]} {what}" for what in sorted(counts)) or "nothing"


def _commit() -> str:
    """Gives the commit that runs, marked when it has been changed; empty where there is no history."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def _earlier(file: Path, **key: str) -> list[dict[str, Any]]:
    """Gives the lots that an earlier run of the same things has noted."""
    if not file.exists():
        return []
    held = [json.loads(row) for row in file.read_text().splitlines()]
    return [lot for lot in held if all(lot[name] == value for name, value in key.items())]


def summary(lots: Sequence[dict[str, Any]]) -> str:
    """Gives what all lots together came to."""
    acknowledged: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for lot in lots:
        acknowledged.update(lot["acknowledged"])
        faults.update(lot["faults"])
    kills = sum(lot["kills"] for lot in lots)
    failed = sum(lot["failed"] for lot in lots)
    ready = sorted(s for lot in lots for s in lot["ready_s"])
    seeds = ", ".join(str(lot["seed"]) for lot in lots if lot["failed"]) or "none"
    return (
        f"{sum(acknowledged.values()):,} operations acknowledged: {_words(acknowledged)}\n"
        f"moments: {_words(faults)}\n"
        f"ready after a kill: median {statistics.median(ready):.2f} s, slowest {ready[-1]:.2f} s, "
        f"{sum(s > READY_S for s in ready)} of {len(ready)} past {READY_S:g} s\n"
        f"{kills - failed} passed, {failed} failed (seeds of failures: {seeds}; "
        f"first seed {min(lot['seed'] for lot in lots)})"
    )


def main() -> None:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.harness")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--planted", default="")
    parser.add_argument("--faults", nargs="*", choices=FAULTS)
    asked = parser.parse_args()
    key = {"database": asked.database, "planted": asked.planted, "commit": _commit()}
    lots = _earlier(RESULTS, **key)
    done = sum(lot["kills"] for lot in lots)
    folder = Path(tempfile.mkdtemp(prefix="drafting-kills-"))
    seed = asked.seed
    if seed is None:
        last = max((lot["seed"] + lot["kills"] for lot in lots), default=0)
        seed = last or random.randrange(1 << 20)
    print(f"{asked.database}, commit {key['commit']}: {done} kills noted already, seed {seed}")
    print(f"journals and databases of failures in {folder}", flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    for lot in run(
        folder,
        max(asked.kills - done, 0),
        seed=seed,
        database=asked.database,
        planted=asked.planted or None,
        faults=asked.faults,
    ):
        lots.append(key | {"at": time.strftime("%Y-%m-%dT%H:%M:%S")} | vars(lot))
        with RESULTS.open("a") as out:
            out.write(json.dumps(lots[-1]) + "\n")
        kills = sum(one["kills"] for one in lots)
        print(f"{kills} kills, {sum(one['failed'] for one in lots)} failed", flush=True)
    print(summary(lots))
    sys.exit(any(lot["failed"] for lot in lots) or not lots)


if __name__ == "__main__":
    main()
