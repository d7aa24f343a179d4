"""The server of the live tests, and people at it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.client import DEADLINE_S, Client

ROOT = Path(__file__).parents[2]


class Running:
    """A server process and the pages that steer it."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.server", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            assert self.process.stderr is not None
            raise AssertionError(self.process.stderr.read())
        self.port = int(line)
        self.clients: list[Client] = []

    def post(self, path: str, **body: Any) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/outside/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def get(self, path: str) -> Any:
        url = f"http://127.0.0.1:{self.port}/outside/{path}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)

    def draft(self, texts: int = 1) -> tuple[str, list[str]]:
        opened = self.post("drafts", texts=texts)
        return opened["draft"], opened["texts"]

    def session(
        self, draft: str, name: str = "Ana Ruiz", *, may_edit: bool = True
    ) -> tuple[str, str]:
        made = self.post("sessions", draft=draft, name=name, may_edit=may_edit)
        return made["session"], made["ticket"]

    def client(self, **options: Any) -> Client:
        client = Client(self.port, **options)
        self.clients.append(client)
        return client

    def seated(
        self, draft: str, name: str = "Ana Ruiz", *, may_edit: bool = True, **options: Any
    ) -> Seated:
        session, ticket = self.session(draft, name, may_edit=may_edit)
        client = self.client(**options)
        assert client.connect(ticket) is not None
        answer = client.ask("join", {"draft": draft})
        assert answer["ok"], answer
        return Seated(client, session, answer["key"], answer)

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGTERM)
        _out, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors


class Seated:
    """A client at a draft's table."""

    def __init__(self, client: Client, session: str, key: str, answer: dict[str, Any]) -> None:
        self.client = client
        self.session = session
        self.key = key
        self.answer = answer


def until(condition: Callable[[], bool], within_s: float = DEADLINE_S) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    server = Running()
    yield server
    code, errors = server.stop()
    assert (code, errors) == (0, "")


@pytest.fixture
def server(running: Running) -> Iterator[Running]:
    yield running
    for client in running.clients:
        client.close()
    running.clients.clear()


@pytest.fixture
def own_server() -> Iterator[Callable[..., Running]]:
    """Makes servers that only one test uses."""
    made: list[Running] = []

    def make(*arguments: str) -> Running:
        made.append(Running(*arguments))
        return made[-1]

    yield make
    for one in made:
        for client in one.clients:
            client.close()
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()
