"""The servers under the load: ours as it is served, and Hocuspocus with its SQLite extension."""

from __future__ import annotations

import base64
import json
import os
import socket
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from tests.bench.live_load import Tool
from tests.bench.peers.generator import MARK, Link, words
from tests.live.client import TEXT, Client, masked

HERE = Path(__file__).resolve().parent
BINARY = 2
PARAGRAPHS = 150


def pinned(pid: int, core: int | None) -> None:
    """Keeps a process on a core, as far as there is one."""
    if core is not None:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {core})


class Ours:
    """`drafting serve` on SQLite, synchronous=FULL; everybody may edit, rights and presence included."""

    def __init__(self, clients: int, core: int | None) -> None:
        """Starts the server."""
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name)
        self._tool = Tool(self._path, clients, clients, paragraphs=PARAGRAPHS)
        self.name = "this tool"
        self.pid = self._tool.process.pid
        pinned(self.pid, core)
        self.page = f"http://127.0.0.1:{self._tool.port}/drafts/{self._tool.draft}"
        self.cookie = f"drafting={self._tool.tokens[0]}"
        self._versions: dict[str, int] = dict.fromkeys(self._tool.texts, 0)
        self._packet = 0

    def seat(self, count: int) -> list[Link]:
        """Seats clients."""
        links = []
        for index, ticket in enumerate(self._tool.tickets()[:count]):
            client = Client(self._tool.port)
            assert client.connect(ticket) is not None
            assert client.ask("join", {"draft": self._tool.draft})["ok"]
            links.append(Link(client.socket, index, client._buffer))
        return links

    def edit(self, link: Link, number: int) -> bytes:
        """Gives an edit as a page sends it: on the newest version that was acknowledged to anyone."""
        text = self._tool.texts[link.index % PARAGRAPHS]
        self._packet += 1
        data = {
            "draft": self._tool.draft,
            "text": text,
            "id": f"00000000-0000-4000-8000-{number:012x}",
            "base": self._versions[text],
            "ops": [{"insert": words(number)}],
        }
        payload = f"42{self._packet}" + json.dumps(["change", data], separators=(",", ":"))
        return masked(TEXT, payload.encode())

    def answered(self, link: Link, payload: bytes) -> bool:
        """Takes an acknowledgement."""
        if payload.startswith(b"43"):
            parts = json.loads(payload[payload.index(b"[") :])[0]
            assert parts["ok"], parts
            for part in parts["parts"]:
                text = part["text"]
                self._versions[text] = max(self._versions[text], part["version"])
            return True
        if payload == b"2":
            self.alive(link)
        return False

    def alive(self, link: Link) -> None:
        """Answers a ping."""
        link.socket.send(masked(TEXT, b"3"))

    def stored(self) -> set[bytes]:
        """Reads the log of changes."""
        with sqlite3.connect(f"file:{self._path / 'bench.sqlite3'}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT ops FROM changes").fetchall()
        return {mark for (ops,) in rows for mark in MARK.findall(ops.encode())}

    def close(self) -> None:
        """Ends the server."""
        self._tool.process.kill()
        self._tool.process.communicate()
        self._folder.cleanup()


class Hocuspocus:
    """Hocuspocus, one document with a text for each paragraph. It acknowledges, and stores two seconds later."""

    def __init__(self, core: int | None) -> None:
        """Starts the server."""
        self._folder = tempfile.TemporaryDirectory()
        self._database = Path(self._folder.name) / "peer.sqlite3"
        self._process = subprocess.Popen(
            ["node", "hocuspocus.mjs", str(self._database)], cwd=HERE, stdout=subprocess.PIPE
        )
        self.pid = self._process.pid
        pinned(self.pid, core)
        out: IO[bytes] | None = self._process.stdout
        assert out is not None
        port, _, self.name = out.readline().decode().strip().partition(" ")
        self._port = int(port)
        self.page, self.cookie = f"http://127.0.0.1:{port}/", ""
        self._clocks: dict[int, int] = {}

    def seat(self, count: int) -> list[Link]:
        """Seats clients: says a token, and asks for what is there."""
        links = []
        for index in range(count):
            made = socket.create_connection(("127.0.0.1", self._port))
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            key = base64.b64encode(os.urandom(16)).decode()
            made.sendall(
                f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
            )
            head = b""
            while b"\r\n\r\n" not in head:
                head += made.recv(4096)
            made.sendall(
                masked(BINARY, _name() + b"\x02\x00" + _string("token") + _string("4.7.0"))
            )
            made.sendall(masked(BINARY, _name() + b"\x00\x00" + _bytes(b"\x00")))
            rest = head.partition(b"\r\n\r\n")[2]
            while _name() + b"\x00\x01" not in rest and _name() + b"\x04\x01" not in rest:
                more = made.recv(65_536)
                assert more, "Hocuspocus refused a client"
                rest += more
            # What came while it sat down is read to its end: the next frame begins anew.
            links.append(Link(made, index, _unfinished(rest)))
        return links

    def edit(self, link: Link, number: int) -> bytes:
        """Gives an edit as Yjs sends it: 80 characters behind the last this client typed."""
        client, said = 1_000 + link.index, words(number)
        clock = self._clocks.get(client, 0)
        self._clocks[client] = clock + len(said)
        if clock:
            place = b"\x84" + _number(client) + _number(clock - 1)
        else:
            place = b"\x04\x01" + _string(f"p{link.index % PARAGRAPHS}")
        update = b"\x01\x01" + _number(client) + _number(clock) + place + _string(said) + b"\x00"
        return masked(BINARY, _name() + b"\x00\x02" + _bytes(update))

    def answered(self, link: Link, payload: bytes) -> bool:
        """Takes a message about how far one is in step."""
        del link
        return payload == _name() + b"\x08\x01"

    def alive(self, link: Link) -> None:
        """Asks who is there."""
        link.socket.send(masked(BINARY, _name() + b"\x03"))

    def stored(self) -> set[bytes]:
        """Reads the document's row."""
        with sqlite3.connect(f"file:{self._database}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT data FROM documents").fetchall()
        return {mark for (data,) in rows for mark in MARK.findall(data)}

    def close(self) -> None:
        """Ends the server."""
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


def _unfinished(data: bytes) -> bytes:
    """Gives the bytes of a frame that has not come whole."""
    at = 0
    while len(data) - at >= 2:
        size, head = data[at + 1], 2
        if size == 126:
            size, head = int.from_bytes(data[at + 2 : at + 4]), 4
        elif size == 127:
            size, head = int.from_bytes(data[at + 2 : at + 10]), 10
        if len(data) - at < head + size:
            break
        at += head + size
    return data[at:]


def _number(value: int) -> bytes:
    """Gives a number as lib0 writes it: seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _bytes(value: bytes) -> bytes:
    return _number(len(value)) + value


def _string(value: str) -> bytes:
    return _bytes(value.encode())


def _name() -> bytes:
    return b"\x05draft"
