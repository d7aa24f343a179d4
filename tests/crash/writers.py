"""Those at the table while the server is killed: what they do, and the journal of it.

They speak the documented contract alone (docs/api.md, docs/live.md).
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.crash import lines
from tests.crash.checker import TOKEN, digest
from tests.crash.client import Browser, Copy, Live, Refused, Unknown

SCRIPTS = ("", "é", "\U0001f54a", "سلام", "हिन्दी", "和平")
PLEDGES = ("positive", "awaiting", "said", "declined", "withdrawn")


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
            if "base" in data:
                fields |= {"base": data["base"], "ids": data["ids"]}
        elif name == "deed":
            fields = {"id": data["deed"]["id"], "seq": data["seq"]}
        elif name == "version":
            fields = {k: data["version"][k] for k in ("number", "hash")}
        elif name == "thread":
            fields = {"comments": [c["id"] for c in data["thread"]["comments"]]}
        elif name == "proposal":
            fields = {"proposal": data["proposal"]["id"], "stage": data["proposal"]["stage"]}
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
        self.drafted: dict[str, int] = {}
        """One's own proposals that are still drafts, each with the version of its words."""
        self.proposed: list[str] = []
        self.pause = threading.Event()
        self.delegation = ""
        """The id of the delegation one speaks for; empty for the presidency."""

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
                if part["text"] in self.drafted:
                    self.drafted[part["text"]] = part["version"]
                else:
                    self.copy.change(part["text"], part["version"], part["ops"])
            if op["token"] and op["text"] not in self.drafted:
                self.mine.append(op["token"])
        elif op["what"] == "deed":
            if "paragraphs" in answer:
                self.copy.deed(answer)
            self.deeds.append(op["id"])
        elif op["what"] == "proposal":
            proposal = answer["proposal"]
            if "kind" in op["sent"] and proposal["id"] not in self.proposed:
                self.drafted.setdefault(proposal["id"], 0)
        elif "thread" in answer and not op.get("private"):
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
        if not self.editor and dice < 0.55:
            return self._negotiated()
        return self._comment()

    def _negotiated(self) -> dict[str, Any] | None:
        """What delegations do besides commenting: notes to themselves, proposals, sponsorship."""
        act = self.random.choice(("note", "begin", "type", "type", "put", "pledge", "pledge"))
        if act == "note":
            return self._note()
        if act == "pledge":
            sent = {
                "delegations": None,
                "step": self.random.choice(PLEDGES),
                "note": self._token(),
            }
            path = f"/drafts/{self.draft}/sponsorship"
            return self._call("pledge", "POST", path, sent, note=sent["note"])
        if act == "begin" or not self.drafted:
            return self._proposal()
        proposal = self.random.choice([*self.drafted])
        if act == "type":
            token = self._token()
            edit = {"text": proposal, "base": self.drafted[proposal], "ops": [{"insert": token}]}
            return {
                "id": str(uuid.uuid4()),
                "what": "edit",
                **edit,
                "token": token,
                "removes": [],
            }
        del self.drafted[proposal]
        self.proposed.append(proposal)
        ending = ("circulation", {"audience": self.random.choice(("presidency", "everyone"))})
        path, sent = self.random.choice((ending, ending, ("withdrawal", {"reason": "As asked."})))
        return self._call("proposal", "POST", f"/proposals/{proposal}/{path}", sent, about=proposal)

    def _note(self) -> dict[str, Any]:
        body = f"For our capital alone: {self._token()}"
        with self.copy.lock:
            paragraph = self.random.choice(self.copy.order)["id"]
        own = {"kind": "delegation", "delegation": self.delegation}
        sent = {"paragraph": paragraph, "anchor": None, "audience": own, "body": body}
        path = f"/drafts/{self.draft}/threads"
        return self._call("note", "POST", path, sent, body=body, private=self.name)

    def _proposal(self) -> dict[str, Any]:
        token = self._token()
        with self.copy.lock:
            there = [p for p in self.copy.order if not p["deleted"] and p["kind"] != "formula"]
        one = self.random.choice(there)
        sent = {"kind": "insert", "paragraph": one["id"], "ops": [{"insert": token}]}
        sent |= {"paragraph_kind": one["kind"], "level": 1 if one["kind"] == "sub" else 0}
        proposal = self._call("proposal", "POST", f"/drafts/{self.draft}/proposals", sent)
        return proposal | {"token": token}

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
        case "proposal":
            return {"proposal": answer["proposal"]["id"]}
        case "pledge":
            return {"state": answer["sponsorships"][0]["state"]}
        case "invitation":
            return {"invitation": answer["invitation"]["id"]}
        case _:
            thread = answer["thread"]
            return {"thread": thread["id"], "comments": [c["id"] for c in thread["comments"]]}


class Comer:
    """Somebody who comes by links, and goes: what is spent stays spent, who has left is out."""

    def __init__(self, inviter: Writer, enter: Callable[[], Browser]) -> None:
        self._inviter = inviter
        self._enter = enter
        self.left: list[str] = []
        """Cookies of those whose signing out was answered."""
        self.spent: list[str] = []
        """Tokens of invitations whose acceptance was answered."""

    def work(self) -> None:
        """Comes and goes until no answer comes."""
        try:
            self._leave()
            self._come_by_invitation()
            while True:
                self._leave()
                self._inviter.pause.wait(0.05)
        except Unknown:
            pass

    def _leave(self) -> None:
        browser = self._enter()
        if browser.request("POST", "/sign-out", b"")[0] == 303:
            self.left.append(browser.cookie)

    def _come_by_invitation(self) -> None:
        one = self._inviter
        sent = {"role": "secretariat", "delegation": None, "name": ""}
        op = one._call("invitation", "POST", f"/drafts/{one.draft}/invitations", sent)
        one.journal.note("intend", op=op["id"], **{k: op[k] for k in op if k != "id"})
        try:
            answer = one.browser.call("POST", op["path"], {"id": op["id"], **sent})
        except Unknown:
            one.journal.note("unknown", op=op["id"])
            raise
        one.journal.note("ack", op=op["id"], answer=_told(op, answer))
        token = answer["link"].rsplit("/", 1)[1]
        if self._accepted(token) == 303:
            self.spent.append(token)

    def _accepted(self, token: str) -> int:
        fields = {"token": token, "name": "Ida", "password": "correct horse battery"}
        fields["email"] = f"{uuid.uuid4().hex}@example.org"
        return Browser(self._inviter.browser.port).request(
            "POST",
            "/invitations/accept",
            urllib.parse.urlencode(fields).encode(),
            "application/x-www-form-urlencoded",
        )[0]

    def failures(self) -> list[str]:
        """Gives who has come back to life. Only the latest are asked: each costs a request."""
        found = []
        for cookie in self.left[-3:]:
            gone = Browser(self._inviter.browser.port)
            gone.cookie = cookie
            if gone.request("GET", "/api/drafts")[0] != 401:
                found.append("K9: a session that was ended is alive again")
        found += [
            "K9: an invitation that was spent is good again"
            for token in self.spent[-1:]
            if self._accepted(token) != 410
        ]
        return found
