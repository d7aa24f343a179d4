"""A client of the documented contract alone (docs/api.md, docs/live.md); it knows nothing of the house.

Whatever it asks ends in one of three ways: an answer, `Refused`, or `Unknown` (the connection was
lost before the answer came). What is unknown is asked again later with the same id.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import urllib.parse
from collections.abc import Callable
from typing import Any

import websocket

from tests.crash import lines

ANSWER_S = 30.0
"""How long an answer may take before it counts as lost."""


class Refused(Exception):
    """The server answered that it did not do it."""

    def __init__(self, name: str, detail: str, status: int | None = None) -> None:
        super().__init__(name, detail)
        self.name = name
        self.detail = detail
        self.status = status


class Unknown(Exception):
    """No answer came: it was done, or it was not."""


class Browser:
    """A person's signed-in browser: one cookie, calls of the JSON API."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    def enter(self, link: str) -> Browser:
        """Signs in by a link."""
        token = link.rsplit("/", 1)[1]
        status, headers, body = self.request(
            "POST",
            "/enter",
            urllib.parse.urlencode({"token": token}).encode(),
            "application/x-www-form-urlencoded",
        )
        if status != 303:
            raise Refused("enter", body.decode(errors="replace"), status)
        self.cookie = "; ".join(one.partition(";")[0] for one in headers["set-cookie"].splitlines())
        return self

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        content_type: str = "application/json",
        *,
        within_s: float = ANSWER_S,
    ) -> tuple[int, dict[str, str], bytes]:
        """Sends one request on a connection of its own. Raises Unknown when no answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=within_s)
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = content_type
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unknown(repr(error)) from error
        finally:
            connection.close()
        given: dict[str, str] = {}
        for name, value in answer.getheaders():
            # A header that comes more than once (a cookie each) stands on a line each.
            given[name.lower()] = "\n".join([*given.get(name.lower(), "").splitlines(), value])
        return answer.status, given, content

    def call(
        self, method: str, path: str, body: Any = None, *, within_s: float = ANSWER_S
    ) -> dict[str, Any]:
        """Makes a call of the API and gives its answer. Raises Refused, Unknown."""
        data = None if body is None else json.dumps(body).encode()
        status, _, content = self.request(method, f"/api{path}", data, within_s=within_s)
        try:
            value: dict[str, Any] = json.loads(content)
        except ValueError:
            raise Refused(
                f"status {status}", content[:200].decode(errors="replace"), status
            ) from None
        if status != 200:
            raise Refused(value.get("title", ""), value.get("detail", ""), status)
        return value

    def state(self, draft: str) -> dict[str, Any]:
        """Gives the state of a draft."""
        return self.call("GET", f"/drafts/{draft}")

    def first_draft(self) -> str:
        """Gives the first draft one has a place on."""
        found: str = self.call("GET", "/drafts")["drafts"][0]["id"]
        return found

    def live(self, **options: Any) -> Live:
        """Opens a live connection."""
        return Live(self.port, self.call("POST", "/live/tickets")["ticket"], **options)


class Live:
    """A live connection; a thread of its own reads."""

    def __init__(
        self,
        port: int,
        ticket: str,
        on_event: Callable[[str, dict[str, Any]], None] | None = None,
    ) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.on_event = on_event or (lambda name, data: self.events.append((name, data)))
        self._answers: dict[int, Any] = {}
        self._number = 0
        self._changed = threading.Condition()
        self.closed = False
        self._socket = websocket.WebSocket()
        try:
            self._socket.settimeout(ANSWER_S)
            self._socket.connect(
                f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket",
                suppress_origin=True,
            )
            self._socket.recv()
            self._socket.send("40" + json.dumps({"ticket": ticket}))
            answer = self._socket.recv()
            while answer == "2":
                self._socket.send("3")
                answer = self._socket.recv()
        except (OSError, websocket.WebSocketException) as error:
            self._socket.shutdown()
            raise Unknown(repr(error)) from error
        if not answer.startswith("40"):
            self._socket.shutdown()
            raise Refused("connect_error", str(answer))
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while message := self._socket.recv():
                if message == "2":
                    self._socket.send("3")
                elif message.startswith("42"):
                    self.on_event(*json.loads(message[2:]))
                    with self._changed:
                        self._changed.notify_all()
                elif message.startswith("43"):
                    at = message.index("[")
                    with self._changed:
                        self._answers[int(message[2:at])] = json.loads(message[at:])[0]
                        self._changed.notify_all()
        except (OSError, websocket.WebSocketException, ValueError):
            pass
        finally:
            self._socket.shutdown()
            with self._changed:
                self.closed = True
                self._changed.notify_all()

    def send(self, event: str, data: dict[str, Any]) -> int:
        """Sends an event; gives the number of its answer. Raises Unknown when it cannot be sent."""
        with self._changed:
            self._number += 1
            number = self._number
        try:
            self._socket.send(f"42{number}{json.dumps([event, data])}")
        except (OSError, websocket.WebSocketException) as error:
            raise Unknown(repr(error)) from error
        return number

    def answer(self, number: int, within_s: float = ANSWER_S) -> dict[str, Any]:
        """Waits for an answer. Raises Refused, and Unknown when none comes."""
        with self._changed:
            self._changed.wait_for(lambda: number in self._answers or self.closed, within_s)
            value: dict[str, Any] | None = self._answers.pop(number, None)
        if value is None:
            raise Unknown("no answer came")
        if not value["ok"]:
            raise Refused(value["refusal"], value["detail"])
        return value

    def ask(self, event: str, data: dict[str, Any], within_s: float = ANSWER_S) -> dict[str, Any]:
        """Sends an event and gives its answer."""
        return self.answer(self.send(event, data), within_s)

    def tell(self, event: str, data: dict[str, Any]) -> None:
        """Sends an event that asks for no answer."""
        self._socket.send(f"42{json.dumps([event, data])}")

    def wait(self, condition: Callable[[], bool], within_s: float = ANSWER_S) -> bool:
        """Waits until something holds, looking again at each event; tells whether it does."""
        with self._changed:
            return self._changed.wait_for(condition, within_s)

    def wait_closed(self, within_s: float = ANSWER_S) -> bool:
        """Waits until the server has closed; tells whether it has."""
        return self.wait(lambda: self.closed, within_s)

    def close(self) -> None:
        """Closes."""
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self._socket.close(timeout=1)


class Copy:
    """A draft as one client knows it: kept by its events, in the order of the versions."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.seq = 0
        self.order: list[dict[str, Any]] = []
        self.texts: dict[str, tuple[int, lines.Line]] = {}
        self._early: dict[str, dict[int, tuple[int, list[dict[str, Any]]]]] = {}
        """By text and the version it was made on: the version it leads to, and the change."""

    def load(self, state: dict[str, Any]) -> None:
        """Begins again with a state."""
        with self.lock:
            self.seq = state["seq"]
            self.order = state["paragraphs"]
            self._early.clear()
            self.texts = {
                p["id"]: (p["version"], lines.line(p["ops"])) for p in state["paragraphs"]
            }

    def change(
        self, text: str, version: int, ops: list[dict[str, Any]], base: int | None = None
    ) -> None:
        """Takes a change as stored: one's own from its answer, another's, or several in one, from its event."""
        with self.lock:
            base = version - 1 if base is None else base
            if text in self.texts and base < self.texts[text][0] < version:
                raise ValueError(f"a change of {text} from {base} to {version} comes too late")
            self._early.setdefault(text, {})[base] = (version, ops)
            self._catch(text)

    def deed(self, event: dict[str, Any]) -> None:
        """Takes a deed: the order, and the whole words of the texts it touched."""
        with self.lock:
            if event["seq"] > self.seq:
                self.seq, self.order = event["seq"], event["paragraphs"]
            for text, now in event.get("texts", {}).items():
                if text not in self.texts or now["version"] > self.texts[text][0]:
                    self.texts[text] = (now["version"], lines.line(now["ops"]))
                self._catch(text)

    def _catch(self, text: str) -> None:
        early = self._early.get(text, {})
        if text not in self.texts:
            return
        version, content = self.texts[text]
        while version in early:
            version, ops = early.pop(version)
            content = lines.after(content, ops)
        self.texts[text] = (version, content)

    def heard(self, name: str, data: dict[str, Any]) -> None:
        """Takes an event."""
        if name == "change":
            self.change(data["text"], data["version"], data["ops"], data.get("base"))
        elif name == "deed":
            self.deed(data)
        elif name == "version":
            with self.lock:
                if data["seq"] > self.seq:
                    self.seq, self.order = data["seq"], data["paragraphs"]
