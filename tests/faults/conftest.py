"""A server, people at its table, and faults to set upon them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash.client import Browser, Live
from tests.crash.harness import Server

PENHOLDER = "Presidency (penholder)"
ADVISER = "Presidency (adviser)"
MEXICO = "Delegate, Mexico"
OBSERVER = "Observer, ICRC"


class Seat:
    """Somebody at the sample's table."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.browser = browser
        self.draft = browser.first_draft()
        self.live: Live = browser.live(**options)
        self.live.ask("join", {"draft": self.draft})
        self.load()

    def load(self) -> None:
        """Reads the state."""
        self.state = self.browser.state(self.draft)
        self.texts = [p["id"] for p in self.state["paragraphs"] if p["kind"] != "formula"]
        self.versions = {p["id"]: p["version"] for p in self.state["paragraphs"]}

    def change(self, words: str, text: str | None = None) -> dict[str, Any]:
        """Makes an edit that inserts words at the beginning of a text."""
        text = text or self.texts[0]
        return {
            "draft": self.draft,
            "text": text,
            "id": str(uuid.uuid4()),
            "base": self.versions[text],
            "ops": [{"insert": words}],
        }

    def thread(self, body: str) -> dict[str, Any]:
        """Makes a comment."""
        return {
            "id": str(uuid.uuid4()),
            "paragraph": self.texts[1],
            "anchor": None,
            "audience": {"kind": "everyone", "delegation": None},
            "body": body,
        }

    def comment(self, body: str) -> dict[str, Any]:
        """Begins a thread."""
        return self.browser.call("POST", f"/drafts/{self.draft}/threads", self.thread(body))

    def deed(self, **fields: Any) -> dict[str, Any]:
        """Does a deed."""
        body = {"id": str(uuid.uuid4()), **fields}
        return self.browser.call("POST", f"/drafts/{self.draft}/deeds", body)

    def accept(self, **fields: Any) -> dict[str, Any]:
        """Accepts proposals."""
        body = {"id": str(uuid.uuid4()), **fields}
        return self.browser.call("POST", f"/drafts/{self.draft}/acceptances", body)

    def words(self) -> str:
        """Gives all the words of the working text."""
        state = self.browser.state(self.draft)
        return "\n".join(
            op["insert"]
            for p in state["paragraphs"]
            for op in p["ops"]
            if op["insert"] != {}
            if isinstance(op["insert"], str)
        )


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    """A server with the sample negotiation."""
    server = Server(tmp_path).start(demo=True)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the sample negotiation, for all tests of a module."""
    server = Server(tmp_path_factory.mktemp("house")).start(demo=True)
    yield server
    server.kill()


def seat(server: Server, link: str = PENHOLDER, **options: Any) -> Seat:
    """Seats somebody, in a session of their own."""
    return Seat(server.browser(link), **options)
