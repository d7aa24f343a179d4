"""Kills the server at random moments and looks for anything lost.

    python -m tests.crash.harness --kills 500 [--seed S] [--database postgresql] [--planted DEFECT]

Writers edit shared paragraphs with unique tokens, comment, and do deeds of structure; a watcher only
listens. After each kill the server starts again on its data, what was unknown is asked again with
its id, and the checker compares the journal, the database and what is served. A fresh database
begins every 25 kills. The seed gives the plan (who does what, which fault when), not the exact
interleaving of the processes.
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
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from tests.crash import lines
from tests.crash.checker import TOKEN, Checker, Kept, digest, read
from tests.crash.client import Browser, Copy, Live, Refused, Unknown
from tests.servers import Postgres, free_port, wait_for
from tests.tools import ROOT

KILLS_PER_DATABASE = 25
READY_S = 2.0
"""How soon a server is to answer after its start; slower starts are counted, not failed."""

LINKS = ("Presidency (penholder)", "Presidency (adviser)")
SCRIPTS = ("", "é", "\U0001f54a", "سلام", "हिन्दी", "和平")


class Server:
    """A server process with its database, to be killed and started again on one port."""

    def __init__(
        self,
        folder: Path,
        database_url: str | None = None,
        planted: str | None = None,
        under: tuple[str, ...] = (),
    ) -> None:
        self.folder = folder
        self.database_url = database_url or f"sqlite:///{folder / 'drafting.sqlite3'}"
        self.port = free_port()
        self.links: dict[str, str] = {}
        self.ready_s: list[float] = []
        self._planted = planted
        self._under = under
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self, *, demo: bool = False, under: tuple[str, ...] | None = None) -> None:
        """Starts the process and does not wait for it."""
        program = (
            [Path(sys.executable).parent / "drafting"]
            if self._planted is None
            else [sys.executable, "-m", "tests.crash.planted"]
        )
        command = [
            *(self._under if under is None else under),
            *program,
            *("serve", "--port", str(self.port), "--database", self.database_url),
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
                env=os.environ | ({"PLANTED": self._planted} if self._planted else {}),
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


class Journal:
    """What the clients did and saw: JSON lines, on the disk before anything goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a")
        self._lock = threading.Lock()
        self._seen: set[tuple[Any, ...]] = set()

    def note(self, kind: str, *, sync: bool = True, **fields: Any) -> None:
        """Writes an entry."""
        with self._lock:
            entry = {"t": time.monotonic(), "kind": kind, **fields}
            self._file.write(json.dumps(entry) + "\n")
            if sync:
                self._file.flush()
                os.fsync(self._file.fileno())

    def seen(self, name: str, data: dict[str, Any]) -> None:
        """Notes an event that somebody saw, the first time."""
        if name == "change":
            fields = {k: data[k] for k in ("text", "version", "id", "ops")}
        elif name == "deed":
            fields = {"id": data["deed"]["id"], "seq": data["seq"]}
        elif name == "version":
            fields = {k: data["version"][k] for k in ("number", "hash")}
        elif name == "thread":
            fields = {"comments": [c["id"] for c in data["thread"]["comments"]]}
        else:
            return
        key = (name, json.dumps(fields))
        if key not in self._seen:
            self._seen.add(key)
            self.note("seen", sync=False, event=name, **fields)

    def close(self) -> None:
        """Ends the journal."""
        self._file.close()


class Client:
    """Somebody at the table: a browser, a live connection, a copy of the draft."""

    def __init__(self, name: str, browser: Browser, draft: str, journal: Journal) -> None:
        self.name = name
        self.browser = browser
        self.draft = draft
        self.journal = journal
        self.copy = Copy()
        self.live: Live | None = None
        self._was: Live | None = None

    def connect(self) -> None:
        """Sits down at the table."""
        self.live = self.browser.live(on_event=self._heard)
        self.live.ask("join", {"draft": self.draft})

    def _heard(self, name: str, data: dict[str, Any]) -> None:
        self.journal.seen(name, data)
        try:
            self.copy.heard(name, data)
        except ValueError as error:
            self.journal.note("wrong", words=f"K6: {self.name} could not apply an event: {error}")

    def leave(self) -> None:
        """Waits until all that came before the end is read, and notes what one had."""
        assert self.live is not None
        self.live.close()
        self.live.wait_closed(10)
        texts = {t: [v, digest(words)] for t, (v, words) in self.copy.texts.items()}
        self.journal.note("copy", who=self.name, texts=texts)


class Writer(Client):
    """Somebody who does things until the server is gone."""

    def __init__(self, *args: Any, seed: int, editor: bool) -> None:
        super().__init__(*args)
        self.random = random.Random(seed)
        self.editor = editor
        self.count = 0
        self.pending: list[dict[str, Any]] = []
        self.last: tuple[dict[str, Any], Any] | None = None
        self.mine: list[str] = []
        self.deeds: list[str] = []
        self.threads: list[str] = []
        self.comments: list[str] = []
        self.pause = threading.Event()

    def work(self) -> None:
        """Does one thing after another until no answer comes."""
        while not self.pending:
            op = self._next()
            if op is None:
                continue
            if op["what"] == "edit" and self.random.random() < 0.15:
                other = self._edit()
                if other is not None and other["text"] != op["text"]:
                    self.do([op, other])
                    continue
            self.do([op])
            self.pause.wait(0.004 if self.editor else 0.02)

    def do(self, ops: list[dict[str, Any]], *, again: bool = False) -> None:
        """Does operations, all in flight at once when they are edits; what is unknown stays pending."""
        if not again:
            for op in ops:
                self.journal.note("intend", op=op["id"], **{k: op[k] for k in op if k != "id"})
        sent: list[tuple[dict[str, Any], Callable[[], Any]]] = []
        for op in ops:
            try:
                sent.append((op, self._send(op)))
                if op["what"] == "edit" and self.random.random() < 0.05:
                    sent.append((op, self._send(op)))
            except Unknown:
                self._unknown(op)
        for op, answer in sent:
            try:
                self._done(op, answer())
            except Refused as refused:
                if op in self.pending:
                    self.pending.remove(op)
                self.journal.note("nack", op=op["id"], name=refused.name)
            except Unknown:
                self._unknown(op)

    def _unknown(self, op: dict[str, Any]) -> None:
        self.journal.note("unknown", op=op["id"])
        if op not in self.pending:
            self.pending.append(op)

    def _send(self, op: dict[str, Any]) -> Callable[[], Any]:
        if op["what"] == "edit":
            live = self.live
            assert live is not None
            names = ("text", "id", "base", "ops")
            number = live.send("change", {"draft": self.draft, **{k: op[k] for k in names}})
            return lambda: live.answer(number)
        return lambda: self.browser.call(op["method"], op["path"], {"id": op["id"], **op["sent"]})

    def _done(self, op: dict[str, Any], answer: dict[str, Any]) -> None:
        told = _told(op, answer)
        self.journal.note("ack", op=op["id"], answer=told)
        if op in self.pending:
            self.pending.remove(op)
        if self.last is not None and self.last[0] is op and self.last[1] != told:
            words = f"K2: {op['id']} was answered {self.last[1]}, and again {told}"
            self.journal.note("wrong", words=words)
        self.last = (op, told)
        if op["what"] == "edit":
            for part in answer["parts"]:
                self.copy.change(part["text"], part["version"], part["ops"])
            if op["token"]:
                self.mine.append(op["token"])
        elif op["what"] == "deed":
            if "paragraphs" in answer:
                self.copy.deed(answer)
            self.deeds.append(op["id"])
        elif "thread" in answer:
            self.threads.append(answer["thread"]["id"])
            self.comments += [c["id"] for c in answer["thread"]["comments"] if c["mine"]][-1:]

    def resolve(self) -> None:
        """Asks again, with the same ids, for what is unknown, and for the last thing answered."""
        for op in list(self.pending):
            self.do([op], again=True)
        if self.last is not None and not self.pending:
            self.do([self.last[0]], again=True)

    # What to do -----------------------------------------------------------------------------------

    def _next(self) -> dict[str, Any] | None:
        dice = self.random.random()
        if self.editor and dice < 0.80:
            return self._edit()
        if self.editor and dice < 0.92:
            return self._deed()
        if self.editor and dice < 0.925:
            return self._call(
                "seal",
                "POST",
                f"/drafts/{self.draft}/versions",
                {"name": self._token(), "note": ""},
            )
        return self._comment()

    def _token(self) -> str:
        self.count += 1
        return f"⟦{self.name}.{self.count}{self.random.choice(SCRIPTS)}⟧"

    def _edit(self) -> dict[str, Any] | None:
        with self.copy.lock:
            open_ = [
                p["id"] for p in self.copy.order if not p["deleted"] and p["kind"] != "formula"
            ]
            # A few paragraphs are everybody's favourites.
            text = self.random.choice(open_[:4] if self.random.random() < 0.5 else open_)
            version, content = self.copy.texts[text]
        words = lines.words(content)
        at = self._boundary(words)
        full = len(words) > 2_500
        token = None if full else self._token()
        cuts, removes = [], []
        if full or self.random.random() < 0.25:
            own = {lines.units(one): one for one in self.mine}
            found = [m for m in TOKEN.finditer(words) if m[0] in own]
            for m in found if full else self.random.sample(found, min(1, len(found))):
                cuts.append(m.span())
                removes.append(own[m[0]])
                self.mine.remove(own[m[0]])
        ops: list[dict[str, Any]] = []
        done = 0
        inserts = [] if token is None else [(at, at, token)]
        for start, end, insert in sorted([*inserts, *((s, e, None) for s, e in cuts)], key=_place):
            if start > done:
                ops.append({"retain": start - done})
            ops.append({"insert": insert} if insert else {"delete": end - start})
            done = end
        if not ops:
            return None
        edit = {"text": text, "base": version, "ops": ops, "token": token, "removes": removes}
        return {"id": str(uuid.uuid4()), "what": "edit", **edit}

    def _boundary(self, words: str) -> int:
        """Gives a place that does not cut a token, a character, or a letter from its marks."""
        inside = [m.span() for m in TOKEN.finditer(words)]
        at = self.random.choice([0, len(words), self.random.randint(0, len(words))])
        for start, end in inside:
            if start < at < end:
                at = end
        return at

    def _call(
        self, what: str, method: str, path: str, sent: dict[str, Any], **more: Any
    ) -> dict[str, Any]:
        call = {"method": method, "path": path, "sent": sent, "token": None}
        return {"id": str(uuid.uuid4()), "what": what, **call, **more}

    def _deed(self) -> dict[str, Any]:
        with self.copy.lock:
            order = [p for p in self.copy.order if p["kind"] != "formula"]
            texts = dict(self.copy.texts)
        there = [p for p in order if not p["deleted"]]
        gone = [p for p in order if p["deleted"]]
        few, many = len(there) < 12, len(there) > 45
        kinds = ["move", "split", "insert", "restore", "undo", "delete", "merge", "merge"]
        kind = self.random.choice(
            ["insert", "split", "restore"] if few else ["merge", "delete"] if many else kinds
        )
        one = self.random.choice(gone if kind == "restore" and gone else there)
        token = None
        sent: dict[str, Any] = {"kind": kind, "paragraph": one["id"]}
        if kind == "insert":
            token = self._token()
            level = 1 if one["kind"] == "sub" else 0
            sent = {
                "kind": kind,
                "after": one["id"],
                "paragraph_kind": one["kind"],
                "level": level,
                "ops": [{"insert": token}],
            }
        elif kind == "move":
            sent["after"] = self.random.choice(there)["id"]
        elif kind == "split":
            version, content = texts[one["id"]]
            sent |= {"at": self._boundary(lines.words(content)), "version": version}
        elif kind == "undo" and self.deeds:
            sent = {"kind": kind, "deed": self.random.choice(self.deeds[-5:])}
        elif kind == "undo":
            sent["kind"] = "merge"
        deed = self._call("deed", "POST", f"/drafts/{self.draft}/deeds", sent)
        return deed | {"token": token}

    def _comment(self) -> dict[str, Any]:
        body = f"As instructed: {self._token()}"
        dice = self.random.random()
        if self.comments and dice < 0.3:
            path = f"/comments/{self.random.choice(self.comments)}"
            return self._call("comment", "PUT", path, {"body": body}, body=body)
        if self.threads and dice < 0.7:
            thread = self.random.choice(self.threads)
            if dice > 0.6:
                sent = {"resolved": self.random.random() < 0.5}
                path = f"/threads/{thread}/resolution"
                return self._call("resolution", "POST", path, sent, thread=thread)
            path = f"/threads/{thread}/comments"
            return self._call("comment", "POST", path, {"body": body}, body=body)
        with self.copy.lock:
            paragraph = self.random.choice(self.copy.order)["id"]
            version, content = self.copy.texts[paragraph]
        size = len(lines.words(content))
        start = self.random.randint(0, size)
        end = self.random.randint(start, size)
        anchor = {"start": start, "end": end, "version": version}
        sent = {
            "paragraph": paragraph,
            "anchor": anchor if self.random.random() < 0.7 else None,
            "audience": {"kind": "everyone", "delegation": None},
            "body": body,
        }
        return self._call("thread", "POST", f"/drafts/{self.draft}/threads", sent, body=body)


def _place(cut: tuple[int, int, Any]) -> tuple[int, int]:
    return (cut[0], cut[1])


def _told(op: dict[str, Any], answer: dict[str, Any]) -> Any:
    """Gives of an answer what has to be the same when it is asked again."""
    match op["what"]:
        case "edit":
            return {"parts": answer["parts"], "at": answer["at"]}
        case "deed":
            return {"seq": answer["seq"], "deed": answer["deed"]["id"], "at": answer["deed"]["at"]}
        case "seal":
            return {"version": answer["version"]}
        case _:
            thread = answer["thread"]
            return {"thread": thread["id"], "comments": [c["id"] for c in thread["comments"]]}


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
    ) -> None:
        self.random = random.Random(seed)
        self.server = Server(folder, database_url, planted)
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
        self.watcher = Client("watcher", self.server.browser("Observer, ICRC"), draft, self.journal)
        self.draft = draft
        self._seat()

    def _seat(self) -> None:
        for client in (*self.writers, self.watcher):
            client.connect()

    def round(self, fault: str | None = None) -> list[str]:
        """Lets traffic go, brings the server down, starts it again, and gives what does not fit."""
        fault = fault or self.random.choices(["kill", "term", "again"], [8, 1, 1])[0]
        delay = self.random.uniform(0.1, 0.8)
        self._load()
        threads = [threading.Thread(target=_safely, args=(w,)) for w in self.writers]
        for thread in threads:
            thread.start()
        down = threading.Event()
        down.wait(delay)
        if fault == "term":
            self.server.stop()
        else:
            self.server.kill()
        self.journal.note("killed", fault=fault)
        for thread in threads:
            thread.join(60)
        for client in (*self.writers, self.watcher):
            client.leave()
        for _ in range({"again": self.random.randint(1, 3), "recovery": 5}.get(fault, 0)):
            self.server.begin()
            down.wait(self.random.uniform(0.0, 0.5))
            self.server.kill()
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
        states = [self.writers[i].browser.state(self.draft) for i in (0, -1)]
        checker = Checker(read(self.journal.path), self.kept, states, self._log)
        found = [*checker.failures(), *self._old_versions()]
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


def _safely(writer: Writer) -> None:
    try:
        writer.work()
    except Exception as error:  # noqa: BLE001 - a writer that breaks is a failure, not silence
        writer.journal.note("wrong", words=f"harness: {writer.name} broke: {error!r}")


def run(
    folder: Path,
    kills: int,
    *,
    seed: int,
    database: str = "sqlite",
    planted: str | None = None,
    faults: list[str] | None = None,
    kills_at_birth: int = 0,
    say: Callable[[str], None] = print,
) -> tuple[list[str], Counter[str], int]:
    """Runs a number of kills; gives what does not fit, the operations acknowledged, kills failed."""
    failures: list[str] = []
    total: Counter[str] = Counter()
    ready: list[float] = []
    failed = 0
    with ExitStack() as stack:
        postgres = None
        if database == "postgresql":
            postgres = Postgres()
            stack.callback(postgres.stop)
        trial: Trial | None = None
        for kill in range(kills):
            if trial is None:
                place = folder / f"from{kill}"
                place.mkdir(parents=True)
                url = None if postgres is None else postgres.database()
                trial = Trial(
                    place,
                    seed=seed + kill,
                    database_url=url,
                    planted=planted,
                    kills_at_birth=kills_at_birth,
                )
            new = trial.round(faults[kill % len(faults)] if faults else None)
            failures += new
            failed += bool(new)
            for words in new[:5]:
                say(f"kill {kill + 1}: {words[:300]}")
            last = (kill + 1) % KILLS_PER_DATABASE == 0 or kill + 1 == kills
            if (kill + 1) % 10 == 0 or last:
                now = total + trial.counts
                say(f"{kill + 1} kills, {failed} failed, acknowledged: {_words(now)}")
            if last:
                total += trial.counts
                ready += trial.server.ready_s[1:]
                trial.end()
                if not failed:
                    shutil.rmtree(trial.server.folder)
                trial = None
        if trial is not None:
            trial.end()
    slow = sum(one > READY_S for one in ready)
    say(
        f"ready after a kill: median {statistics.median(ready):.2f} s, slowest {max(ready):.2f} s, "
        f"{slow} of {len(ready)} past {READY_S:g} s"
    )
    return failures, total, failed


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[what]} {what}s" for what in sorted(counts)) or "nothing"


def main() -> None:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.harness")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--planted", default=None)
    parser.add_argument("--faults", nargs="*", choices=["kill", "term", "again", "recovery"])
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.randrange(1 << 20)
    folder = Path(tempfile.mkdtemp(prefix="drafting-kills-"))
    print(f"seed {seed}, {asked.database}, journals and databases of failures in {folder}")
    failures, counts, failed = run(
        folder,
        asked.kills,
        seed=seed,
        database=asked.database,
        planted=asked.planted,
        faults=asked.faults,
    )
    print(f"{sum(counts.values())} operations acknowledged: {_words(counts)}")
    print(f"{asked.kills - failed} passed, {failed} failed")
    sys.exit(bool(failures) or not counts)


if __name__ == "__main__":
    main()
