"""The checker: reads a journal, the database and what is served, and says what does not fit.

`python -m tests.crash.checker JOURNAL DATABASE_URL` looks at an old journal again. It shares no code
with the product: texts are folded by `lines.py` from the log's own operations.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pysqlite3

from tests.crash import lines

TOKEN = re.compile("⟦[^⟦⟧]*⟧")


class Kept:
    """What the database holds, read without writing."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Gives the rows of a query; JSON and ids in one form for both databases."""
        if self._url.startswith("sqlite"):
            path = self._url.removeprefix("sqlite:///")
            connection = pysqlite3.connect(f"file:{path}?mode=ro", uri=True)
        else:
            connection = psycopg.connect(self._url)
        try:
            return [tuple(map(_plain, row)) for row in connection.execute(query).fetchall()]
        finally:
            connection.close()

    def as_id(self, value: str) -> str:
        """Gives an id as this database writes it."""
        return value.replace("-", "") if self._url.startswith("sqlite") else value

    def integrity(self) -> str:
        """Gives the database's own word on its file."""
        if not self._url.startswith("sqlite"):
            return "ok"
        broken = self.rows("PRAGMA foreign_key_check")
        return str(broken) if broken else str(self.rows("PRAGMA integrity_check")[0][0])


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, str) and len(value) == 32 and re.fullmatch("[0-9a-f]{32}", value):
        return str(uuid.UUID(value))
    return value


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def read(journal: Path) -> list[dict[str, Any]]:
    """Reads a journal; a line cut off by a loss of power at its end is left out."""
    entries = []
    for raw in journal.read_text().splitlines():
        try:
            entries.append(json.loads(raw))
        except ValueError:
            break
    return entries


def digest(text: lines.Line) -> str:
    """Gives a short hash of a text's words and their attributes."""
    return hashlib.sha256(json.dumps(text).encode()).hexdigest()[:16]


def canonical(ops: Any) -> str:
    """Gives operations in one spelling."""
    return json.dumps(ops, sort_keys=True)


class Checker:
    """One journal against one database."""

    def __init__(
        self,
        entries: list[dict[str, Any]],
        kept: Kept,
        states: Mapping[str, dict[str, Any]] | None = None,
        before: dict[tuple[str, int], tuple[str, str]] | None = None,
    ) -> None:
        self._entries = entries
        self._kept = kept
        self._states = dict(states or {})
        self._before = before or {}
        self._ops: dict[str, dict[str, Any]] = {}
        self._acks: dict[str, dict[str, Any]] = {}
        self._outcome: dict[str, str] = {}
        self.log: dict[tuple[str, int], tuple[str, str]] = {}
        self._folds: dict[str, list[lines.Line]] = {}

    def failures(self) -> Iterator[str]:
        """Gives all that does not fit, each as a sentence that begins with its invariant."""
        found = self._kept.integrity()
        if found != "ok":
            yield f"integrity: {found}"
        self._read_journal()
        yield from (e["words"] for e in self._entries if e["kind"] == "wrong")
        self._read_log()
        yield from self._edits()
        yield from self._texts()
        yield from self._calls()
        yield from self._comments()
        yield from self._pledges()
        yield from self._deeds()
        yield from self._order()
        yield from self._seen()
        yield from self._tokens()

    def counts(self) -> Counter[str]:
        """Counts the acknowledged operations by what they were."""
        return Counter(self._ops[op]["what"] for op in self._acks)

    def _read_journal(self) -> None:
        for entry in self._entries:
            kind = entry["kind"]
            if kind == "intend":
                self._ops[entry["op"]] = entry
            if kind in {"intend", "unknown", "nack", "ack"}:
                self._outcome[entry["op"]] = "unknown" if kind == "intend" else kind
            if kind == "ack":
                self._acks.setdefault(entry["op"], entry)
                self._outcome[entry["op"]] = "ack"

    def _read_log(self) -> None:
        self._rows = self._kept.rows(
            "SELECT text_id, version, edit_id, deed, ops FROM changes ORDER BY text_id, version"
        )
        for text, version, edit, _deed, ops in self._rows:
            self.log[text, version] = (edit, canonical(_json(ops)))
        self._by_edit: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for place, (edit, _) in self.log.items():
            self._by_edit[edit].append(place)

    # Edits ----------------------------------------------------------------------------------------

    def _edits(self) -> Iterator[str]:
        for place, held in self._before.items():
            if self.log.get(place) != held:
                yield f"K5: version {place} was {held}, is {self.log.get(place)}"
        deeds = {row[0] for row in self._kept.rows("SELECT id FROM deeds")}
        # The sample begins with proposals that somebody has written already.
        proposals = {row[0] for row in self._kept.rows("SELECT id FROM proposals")}
        for text, version, edit, deed, _ops in self._rows:
            if text in proposals:
                continue
            known = self._ops.get(edit)
            if known is None or known["what"] != ("deed" if deed else "edit"):
                yield f"K3: version {version} is of {edit}, which nobody intended"
            if deed and edit not in deeds:
                yield f"K2: half a deed: a change of {edit} without the deed"
        for op, entry in self._ops.items():
            if entry["what"] != "edit":
                continue
            places = self._by_edit.get(op, [])
            if op in self._acks:
                parts = {
                    (p["text"], p["version"]): canonical(p["ops"])
                    for p in self._acks[op]["answer"]["parts"]
                }
                if set(parts) != set(places):
                    yield f"K1: edit {op} was acknowledged as {sorted(parts)}, the log has {places}"
                for place, ops in parts.items():
                    if place in self.log and self.log[place][1] != ops:
                        yield f"K1: edit {op} was acknowledged with other operations at {place}"
            elif self._outcome[op] == "nack" and places:
                yield f"K2: edit {op} was refused, the log has {places}"
            elif len(places) > len({text for text, _ in places}):
                yield f"K2: edit {op} is there twice: {places}"

    def _texts(self) -> Iterator[str]:
        now = {
            text: (version, lines.line(_json(content)))
            for text, version, content in self._kept.rows("SELECT id, version, content FROM texts")
        }
        for text, content in self._kept.rows(
            "SELECT text_id, content FROM snapshots WHERE version = 0"
        ):
            self._folds[text] = [lines.line(_json(content))]
        for text, version, _edit, _deed, ops in self._rows:
            fold = self._folds[text]
            if version != len(fold):
                yield f"K4: {text} has version {version} where {len(fold)} is due"
                return
            try:
                fold.append(lines.after(fold[-1], _json(ops)))
            except ValueError as error:
                yield f"K6: {text} version {version}: {error}"
                return
        for text, (version, content) in now.items():
            fold = self._folds.get(text, [])
            if len(fold) != version + 1 or fold[-1] != content:
                yield f"K6: {text} at {version} is not what its log of {len(fold) - 1} gives"
        for state in self._states.values():
            for p in state["paragraphs"]:
                if (p["version"], lines.line(p["ops"])) != now.get(p["id"]):
                    yield f"K6: {p['label']} is served otherwise than it is kept"
        for text, version, content in self._kept.rows(
            "SELECT paragraph_id, text_version, content FROM version_paragraphs"
        ):
            fold = self._folds.get(text, [])
            if version >= len(fold) or fold[version] != lines.line(_json(content)):
                yield f"K6: a sealed version has other words for {text} at {version}"
        self._now = now

    # Calls ----------------------------------------------------------------------------------------

    def _calls(self) -> Iterator[str]:
        self._done = {row[0] for row in self._kept.rows("SELECT id FROM operations")}
        for op in self._done - self._ops.keys():
            yield f"K3: call {op} was done, and nobody intended it"
        for op, entry in self._ops.items():
            if entry["what"] == "edit":
                continue
            if op in self._acks and op not in self._done:
                yield f"K1: {entry['what']} {op} was acknowledged and is not there"
            if self._outcome[op] == "nack" and op in self._done:
                yield f"K2: {entry['what']} {op} was refused and is there"

    def _stored(self, op: str) -> bool:
        return bool(self._by_edit.get(op)) if self._ops[op]["what"] == "edit" else op in self._done

    def _comments(self) -> Iterator[str]:
        bodies = Counter(
            row[0] for row in self._kept.rows("SELECT body FROM comment_bodies") if "⟦" in row[0]
        )
        steps = Counter(
            row[0]
            for row in self._kept.rows("SELECT thread_id FROM thread_steps WHERE step <> 'widened'")
        )
        wanted: Counter[str] = Counter()
        intended = set()
        served = {who: _bodies(state) for who, state in self._states.items()}
        whole = {who: json.dumps(state, ensure_ascii=False) for who, state in self._states.items()}
        for op, entry in self._ops.items():
            if entry["what"] == "resolution":
                wanted[entry["thread"]] += self._stored(op)
            body = entry.get("body")
            if body is None:
                continue
            intended.add(body)
            if bodies[body] != self._stored(op):
                yield f"K1: comment {body} is there {bodies[body]} times, done: {self._stored(op)}"
            private = entry.get("private")
            for who, found in served.items():
                if private not in {None, who}:
                    if body in whole[who]:
                        yield f"K9: {who} is shown {body}, which {private} keeps to itself"
                elif found[body] != bodies[body]:
                    yield f"K6: comment {body} is served {found[body]} times, kept {bodies[body]}"
        for body in bodies.keys() - intended:
            yield f"K3: comment {body} is there, and nobody intended it"
        for thread, count in (steps - wanted).items():
            yield f"K3: thread {thread} was resolved {count} times too often"
        for thread, count in (wanted - steps).items():
            yield f"K1: thread {thread} was resolved {count} times too seldom"

    def _pledges(self) -> Iterator[str]:
        """Steps of sponsorship and of proposals: each acknowledged one is there once, and no other."""
        notes = Counter(
            row[0] for row in self._kept.rows("SELECT note FROM sponsor_steps") if "⟦" in row[0]
        )
        for delegation, count, highest in self._kept.rows(
            "SELECT delegation_id, count(*), max(number) FROM sponsor_steps"
            " GROUP BY draft_id, delegation_id"
        ):
            if count != highest:
                yield f"K8: {delegation} has {count} steps, the last is number {highest}"
        steps = Counter(
            row[0]
            for row in self._kept.rows(
                "SELECT proposal_id FROM proposal_steps WHERE step IN ('put_forward', 'withdrawn')"
            )
        )
        wanted: Counter[str] = Counter()
        intended = set()
        for op, entry in self._ops.items():
            if entry["what"] == "pledge":
                intended.add(entry["note"])
                if notes[entry["note"]] != self._stored(op):
                    yield f"K8: step {op} is there {notes[entry['note']]} times, done: {self._stored(op)}"
            if entry.get("about"):
                wanted[entry["about"]] += self._stored(op)
        for note in notes.keys() - intended:
            yield f"K8: a step is there, {note}, and nobody intended it"
        for proposal, count in wanted.items():
            if steps[proposal] != count:
                yield f"K1: proposal {proposal} was put forward or withdrawn {steps[proposal]} times, due {count}"

    def _deeds(self) -> Iterator[str]:
        deeds = dict(self._kept.rows("SELECT id, seq FROM deeds"))
        seals = [row[0] for row in self._kept.rows("SELECT seq FROM versions WHERE number > 0")]
        # Drafts that were brought in meanwhile are younger.
        (seq,) = self._kept.rows("SELECT seq FROM drafts ORDER BY created_at LIMIT 1")[0]
        if sorted([*deeds.values(), *seals]) != list(range(1, seq + 1)):
            yield f"K4: deeds and seals have not the numbers 1 to {seq}"
        for op in deeds.keys() - self._ops.keys():
            yield f"K3: deed {op} was done, and nobody intended it"
        for op, entry in self._ops.items():
            if entry["what"] != "deed":
                continue
            if (op in deeds) != (op in self._done):
                yield f"K2: half a deed: {op}"
            if op in self._acks and deeds.get(op) != self._acks[op]["answer"]["seq"]:
                yield f"K1: deed {op} was acknowledged as {self._acks[op]['answer']['seq']}, is {deeds.get(op)}"
        for state in self._states.values():
            if state["seq"] != seq:
                yield f"K6: seq {seq} is served as {state['seq']}"
        self._deed_seqs = deeds

    # Order, what was seen, tokens -----------------------------------------------------------------

    def _order(self) -> Iterator[str]:
        sent = {op: entry["t"] for op, entry in self._ops.items()}
        acked = {op: entry["t"] for op, entry in self._acks.items()}
        for run in (
            *([edit for t, _, edit, _, _ in self._rows if t == text] for text in self._now),
            sorted(self._deed_seqs, key=lambda op: self._deed_seqs[op]),
        ):
            latest, who = 0.0, ""
            for op in run:
                if op in acked and acked[op] < latest:
                    yield f"K4: {op} was acknowledged before {who} was sent, and stands after it"
                if sent.get(op, 0.0) > latest:
                    latest, who = sent[op], op

    def _seen(self) -> Iterator[str]:
        comments = {row[0] for row in self._kept.rows("SELECT id FROM comments")}
        stages = dict(self._kept.rows("SELECT id, stage FROM proposals"))
        hashes = dict(self._kept.rows("SELECT number, hash FROM versions"))
        for entry in self._entries:
            if entry["kind"] == "copy":
                for text, (version, told) in entry["texts"].items():
                    fold = self._folds.get(text, [])
                    if version >= len(fold):
                        yield f"K7: {entry['who']} had version {version} of {text}; {len(fold) - 1} is kept"
                    elif digest(fold[version]) != told:
                        yield f"K7: {entry['who']} had other words for {text} at {version}"
            if entry["kind"] != "seen":
                continue
            match entry["event"]:
                case "change":
                    place = (entry["text"], entry["version"])
                    if "base" in entry:
                        yield from self._composed(entry)
                    elif self.log.get(place) != (entry["id"], canonical(entry["ops"])):
                        yield f"K7: {entry['id']} was seen as {place}; kept is {self.log.get(place)}"
                case "deed":
                    if self._deed_seqs.get(entry["id"]) != entry["seq"]:
                        yield f"K7: deed {entry['id']} was seen as {entry['seq']} and is not there"
                case "version":
                    if hashes.get(entry["number"]) != entry["hash"]:
                        yield f"K7: version {entry['number']} was seen and is not there"
                case "proposal":
                    now = stages.get(entry["proposal"])
                    if now is None or (now == "draft" and entry["stage"] != "draft"):
                        yield f"K7: proposal {entry['proposal']} was seen {entry['stage']}, is {now}"
                case "thread":
                    for comment in entry["comments"]:
                        if comment not in comments:
                            yield f"K7: comment {comment} was seen and is not there"

    def _composed(self, entry: dict[str, Any]) -> Iterator[str]:
        """An event that is several changes in one says what they say one after the other."""
        text, base, version = entry["text"], entry["base"], entry["version"]
        kept = [self.log.get((text, v), ("",))[0] for v in range(base + 1, version + 1)]
        if kept != entry["ids"]:
            yield f"K7: {entry['ids']} were seen as {text} {base} to {version}; kept are {kept}"
            return
        fold = self._folds[text]
        if lines.after(fold[base], entry["ops"]) != fold[version]:
            yield f"K7: {text} was told otherwise from {base} to {version} than it is kept"

    def _tokens(self) -> Iterator[str]:
        there = Counter(
            token for _, text in self._now.values() for token in TOKEN.findall(lines.words(text))
        )
        removed = {
            lines.units(token)
            for op, entry in self._ops.items()
            for token in entry.get("removes", ())
            if self._stored(op)
        }
        intended = set()
        for op, entry in self._ops.items():
            if entry.get("token") is None:
                continue
            token = lines.units(entry["token"])
            intended.add(token)
            due = int(self._stored(op) and token not in removed)
            if there[token] != due:
                yield f"K1: {entry['token']} of {op} is there {there[token]} times, due {due}"
        for token in there.keys() - intended:
            yield f"K3: {token} is there, and nobody intended it"


def _bodies(state: dict[str, Any]) -> Counter[str]:
    return Counter(
        body["body"]
        for thread in state["threads"]
        for comment in thread["comments"]
        for body in [comment, *comment["edits"]]
    )


def main() -> None:
    """Looks at a journal again."""
    journal, database_url = sys.argv[1:]
    checker = Checker(read(Path(journal)), Kept(database_url))
    found = list(checker.failures())
    print("\n".join(found))
    print(dict(checker.counts()))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
