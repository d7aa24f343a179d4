"""A crowd: hundreds of clients of docs/live.md in one process, and a database in which they have places."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drafting.rules.roles import Role
from drafting.services import drafts, people, sessions
from drafting.store import people as kept_people
from drafting.store import schema
from drafting.store.work import Store
from drafting.text.resolution import Kind, Paragraph, Resolution
from tests.make import CONFIG, SMALL, opening

PAUSE_S = 0.4
"""How long a client waits before it tries again, at first: as static/js/live.js does."""


@dataclass
class Place:
    """Who may sit down where: session tokens, the editors' first; a draft and its paragraphs."""

    url: str
    draft: str
    texts: list[str]
    tokens: list[str]


def prepare(folder: Path, count: int, editors: int) -> Place:
    """Makes a database with a draft of twenty paragraphs, and people signed in."""
    url = f"sqlite:///{folder / 'drafting.sqlite3'}"
    store = Store(url)
    schema.upgrade(store)
    long = tuple(
        Paragraph(Kind.PREAMBULAR, opening("Recalling", f" its resolution 74/{number},"))
        for number in range(20)
    )
    tokens = []
    with store.work() as w:
        draft = drafts.open_draft(w, Resolution(SMALL.masthead, long))
        mexico = kept_people.delegation_by_key(w, "MEX")
        assert mexico is not None
        for number in range(count):
            edits = number < editors
            person = people.new_person(
                w, name=f"P{number}", email=None, password_hash=None, opens_drafts=False
            )
            people.give_place(
                w,
                draft_id=draft.id,
                person_id=person.id,
                role=Role.PRESIDENCY if edits else Role.DELEGATE,
                delegation_id=None if edits else mexico.id,
            )
            tokens.append(sessions.begin(w, CONFIG, person.id, "a browser"))
        w.session.flush()
        first = sessions.signed_in(w, CONFIG, tokens[0]).session_id
        state = drafts.state(w, people.actor(w, first, draft.id))
    store.close()
    texts = [p["id"] for p in state["paragraphs"] if p["kind"] == "preambular"]
    return Place(url, str(draft.id), texts, tokens)


@dataclass
class Guest:
    """One client."""

    port: int
    draft: str
    token: str
    answers: dict[int, asyncio.Future[Any]] = field(default_factory=dict)
    events: int = 0
    number: int = 0
    reading: asyncio.Task[None] | None = None

    async def sit_down(self) -> None:
        """Signs in to the live floor and joins. Raises OSError, EOFError where that fails."""
        answer = await self.call("POST", "/api/live/tickets")
        await self._open(answer["ticket"])
        self.reading = asyncio.create_task(self._read())
        await self.ask("join", {"draft": self.draft})
        await self.ask("catch_up", {"draft": self.draft, "seq": 0, "texts": {}})

    async def come_back(self) -> None:
        """Sits down again, trying as often as it takes, with the page's own pauses."""
        pause = PAUSE_S
        while True:
            try:
                await self.sit_down()
            except (OSError, EOFError, ValueError, asyncio.IncompleteReadError):
                self.leave()
                await asyncio.sleep(pause * random.uniform(0.75, 1.25))
                pause = min(pause * 2, 10.0)
            else:
                return

    async def call(self, method: str, path: str) -> Any:
        """Makes a call of the API."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            head = (
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                f"Cookie: drafting={self.token}\r\nSec-Fetch-Site: same-origin\r\n"
                "Connection: close\r\nContent-Length: 0\r\n\r\n"
            )
            writer.write(head.encode())
            answer = await reader.read()
        finally:
            writer.close()
        status, _, body = answer.partition(b"\r\n\r\n")
        if b" 200 " not in status.split(b"\r\n")[0]:
            raise ValueError(status.split(b"\r\n")[0])
        return json.loads(body)

    async def _open(self, ticket: str) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(
            (
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        head = await self.reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ValueError(head.split(b"\r\n")[0])
        await self._frame()
        self.send("40" + json.dumps({"ticket": ticket}))
        while not (await self._frame()).startswith(b"40"):
            pass

    async def _frame(self) -> bytes:
        head = await self.reader.readexactly(2)
        size = head[1]
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2))
        elif size == 127:
            size = int.from_bytes(await self.reader.readexactly(8))
        body = await self.reader.readexactly(size)
        if head[0] & 0x0F == 8:
            raise EOFError
        return body

    def send(self, said: str) -> None:
        """Sends a text frame."""
        body = said.encode()
        size = len(body)
        long = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
        # A mask of zeros is a mask.
        self.writer.write(b"\x81" + long + b"\0\0\0\0" + body)

    async def ask(self, event: str, data: dict[str, Any]) -> Any:
        """Sends an event and gives its answer."""
        self.number += 1
        waiting = self.answers[self.number] = asyncio.get_running_loop().create_future()
        self.send(f"42{self.number}{json.dumps([event, data])}")
        return await asyncio.wait_for(waiting, 60)

    async def _read(self) -> None:
        try:
            while True:
                body = await self._frame()
                if body == b"2":
                    self.send("3")
                elif body.startswith(b"43"):
                    at = body.index(b"[")
                    self.answers.pop(int(body[2:at])).set_result(json.loads(body[at:])[0])
                elif body.startswith(b"42"):
                    self.events += 1
        except (OSError, EOFError, asyncio.IncompleteReadError):
            for waiting in self.answers.values():
                if not waiting.done():
                    waiting.set_exception(EOFError())
            self.answers.clear()

    async def ended(self) -> None:
        """Waits until the connection is gone."""
        if self.reading is not None:
            await self.reading

    def leave(self) -> None:
        """Closes, if there is something to close."""
        if self.reading is not None:
            self.reading.cancel()
            self.reading = None
        if getattr(self, "writer", None) is not None:
            self.writer.close()
