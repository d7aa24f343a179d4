"""Who may no longer be there is gone from the live table at once (Z10), on the real server."""

from __future__ import annotations

import contextlib
import http.client
import json
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from drafting.rules.roles import Role
from drafting.services import people, sessions
from drafting.services.passwords import Passwords
from drafting.store import people as kept
from drafting.store import schema
from drafting.store import sessions as kept_sessions
from drafting.store.work import Store
from tests.live.client import Client, Closed
from tests.make import CONFIG, Table, table
from tests.security.world import PASSWORD
from tests.servers import Serving

WITHIN_S = 1.0
"""How long a connection may stay after its right has ended."""


@dataclass
class Floor:
    """The server, and everybody's sessions."""

    serving: Serving
    at: Table
    paragraph: uuid.UUID
    persons: dict[str, uuid.UUID]

    def call(
        self, who: str | None, method: str, path: str, body: Any = None, **headers: str
    ) -> Any:
        """Asks as somebody; gives the status and the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.serving.port, timeout=20)
        sent = {"Sec-Fetch-Site": "same-origin"} | headers
        if who is not None:
            sent["Cookie"] = f"drafting={self.at.tokens[who]}"
        data = None
        if isinstance(body, dict):
            form = path.startswith(("/account", "/sign"))
            data = urllib.parse.urlencode(body) if form else json.dumps(body)
            kind = "application/x-www-form-urlencoded" if form else "application/json"
            sent["Content-Type"] = kind
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
            is_json = "json" in (answer.getheader("Content-Type") or "")
            return answer.status, json.loads(text) if is_json else text
        finally:
            connection.close()

    def ticket(self, who: str) -> str:
        status, answer = self.call(who, "POST", "/api/live/tickets")
        assert status == 200
        ticket: str = answer["ticket"]
        return ticket

    def sit(self, who: str) -> Client:
        """Seats somebody at the table."""
        client = Client(self.serving.port)
        assert client.connect(self.ticket(who)) is not None
        assert client.ask("join", {"draft": str(self.at.draft_id)})["ok"]
        return client

    def news(self) -> None:
        """Lets something happen that everybody on the draft is told."""
        body = {"id": str(uuid.uuid4()), "kind": "insert", "after": None, "paragraph_kind": "preambular", "level": 0, "ops": []}  # fmt: skip
        status, answer = self.call(
            "penholder", "POST", f"/api/drafts/{self.at.draft_id}/deeds", body
        )
        assert status == 200, answer

    def news_of_the_board(self) -> None:
        """Lets something happen that the presidency alone is told."""
        status, board = self.call("penholder", "GET", f"/api/drafts/{self.at.draft_id}/board")
        assert status == 200
        france = next(row["delegation"] for row in board["rows"] if row["key"] == "FRA")
        body = {"id": str(uuid.uuid4()), "delegation": france, "said": "A word."}
        status, answer = self.call(
            "penholder", "POST", f"/api/drafts/{self.at.draft_id}/contacts", body
        )
        assert status == 200, answer


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    folder = tmp_path_factory.mktemp("revocation")
    url = f"sqlite:///{folder / 'drafting.sqlite3'}"
    store = Store(url)
    schema.upgrade(store)
    at = table(store)
    persons = {}
    with store.work() as w:
        for name, session in list(at.sessions.items()):
            persons[name] = kept_sessions.session(w, session).person_id
            kept.person(w, persons[name]).password_hash = Passwords(CONFIG).hash(PASSWORD)
            at.tokens[f"{name} again"] = sessions.begin(w, CONFIG, persons[name], "x")
            w.session.flush()
            again = sessions.signed_in(w, CONFIG, at.tokens[f"{name} again"])
            at.sessions[f"{name} again"] = again.session_id
    with store.work() as w:
        writer = people.new_person(w, name="Third Writer", email=None, password_hash=None)
        people.give_place(
            w, draft_id=at.draft_id, person_id=writer.id, role=Role.PRESIDENCY, delegation_id=None
        )
        at.tokens["writer"] = sessions.begin(w, CONFIG, writer.id, "x")
        persons["writer"] = writer.id
    paragraph = at.id("PP1")
    store.close()
    serving = Serving(folder, url, demo=False)
    yield Floor(serving.start(), at, paragraph, persons)
    serving.stop()


def end_place(by: str, whom: str) -> Callable[[Floor], Any]:
    return lambda f: f.call(by, "DELETE", f"/api/drafts/{f.at.draft_id}/people/{f.persons[whom]}")


def end_session(by: str, which: str) -> Callable[[Floor], Any]:
    return lambda f: f.call(by, "DELETE", f"/api/sessions/{f.at.sessions[which]}")


def change_password(by: str) -> Callable[[Floor], Any]:
    body = {"current": PASSWORD, "new": "another lamp that turns"}
    return lambda f: f.call(by, "POST", "/account/password", body)


def sign_out(by: str) -> Callable[[Floor], Any]:
    return lambda f: f.call(by, "POST", "/sign-out", {})


WAYS: dict[str, tuple[str, Callable[[Floor], Any]]] = {
    "the head ends the capital's place": (
        "mexico_capital",
        end_place("mexico_head", "mexico_capital"),
    ),
    "the secretariat ends an observer's place": ("icrc", end_place("secretariat", "icrc")),
    "signed out from another device": ("chile", end_session("chile again", "chile")),
    "a new password set elsewhere": ("chile_head", change_password("chile_head again")),
    "signed out at this device": ("mexico", sign_out("mexico")),
    "the penholder ends the adviser's place": ("adviser", end_place("penholder", "adviser")),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_connection_whose_right_has_ended_is_closed_at_once_and_hears_no_more(
    floor: Floor, way: str
) -> None:
    who, end = WAYS[way]
    client, other = floor.sit(who), floor.sit("penholder again")
    floor.news()
    client.event("deed")
    other.event("deed")
    unused = floor.ticket(who)
    status, answer = end(floor)
    assert status in (200, 303), answer
    # What happens from now on reaches the others and not this one.
    floor.news()
    other.event("deed")
    client.events.clear()
    assert client.wait_closed(WITHIN_S) is not None
    assert [name for name, _ in client.events if name != "people"] == ["bye"]
    assert client.events[-1][0] == "bye"
    late = Client(floor.serving.port)
    connected = late.connect(unused)
    if connected is not None:  # the session lives on, the place does not
        assert "place" in way
        assert late.ask("join", {"draft": str(floor.at.draft_id)})["refusal"] == "NotFound"
    for one in (client, late, other):
        one.close()


def test_all_other_sessions_ended_from_the_account_page_close_at_once(floor: Floor) -> None:
    store = Store(floor.serving.database_url)
    with store.work() as w:
        person = people.new_person(w, name="Traveller", email=None, password_hash=None)
        people.give_place(
            w,
            draft_id=floor.at.draft_id,
            person_id=person.id,
            role=Role.PRESIDENCY,
            delegation_id=None,
        )
        for name in ("traveller", "thief"):
            floor.at.tokens[name] = sessions.begin(w, CONFIG, person.id, "x")
    store.close()
    thief, traveller = floor.sit("thief"), floor.sit("traveller")
    assert floor.call("traveller", "POST", "/account/sessions/end", {})[0] == 303
    assert thief.wait_closed(WITHIN_S) is not None
    assert floor.call("thief", "GET", "/api/drafts")[0] == 401
    floor.news()
    traveller.event("deed")
    for one in (thief, traveller):
        one.close()


def test_whoever_leaves_the_presidency_hears_no_more_of_the_board(floor: Floor) -> None:
    with Store(floor.serving.database_url).work() as w:
        leaver = people.new_person(w, name="Leaver", email=None, password_hash=None)
        people.give_place(
            w,
            draft_id=floor.at.draft_id,
            person_id=leaver.id,
            role=Role.PRESIDENCY,
            delegation_id=None,
        )
        floor.at.tokens["leaver"] = sessions.begin(w, CONFIG, leaver.id, "x")
        floor.persons["leaver"] = leaver.id
    client, other, mexico = (floor.sit(who) for who in ("leaver", "penholder again", "mexico_head"))
    floor.news_of_the_board()
    for one in (client, other):
        assert one.event("board")["board"]["key"] == "FRA"
    assert end_place("penholder", "leaver")(floor)[0] == 200
    floor.news_of_the_board()
    other.event("board")
    client.events.clear()
    assert client.wait_closed(WITHIN_S) is not None
    assert [name for name, _ in client.events if name != "people"] == ["bye"]
    assert floor.call("leaver", "GET", f"/api/drafts/{floor.at.draft_id}/board")[0] == 404
    floor.news()
    mexico.event("deed")
    assert not [name for name, _ in mexico.events if name == "board"]
    for one in (client, other, mexico):
        one.close()


def test_a_change_on_its_way_when_a_place_ends_is_refused_and_not_told(floor: Floor) -> None:
    writer, reader = floor.sit("writer"), floor.sit("penholder again")
    assert end_place("penholder", "writer")(floor)[0] == 200
    change = {
        "draft": str(floor.at.draft_id),
        "text": str(floor.paragraph),
        "id": str(uuid.uuid4()),
        "base": 0,
        "ops": [{"insert": "Late "}],
    }
    with contextlib.suppress(Closed, OSError):
        assert writer.ask("change", change)["ok"] is False
    floor.news()
    reader.event("deed")
    assert not [name for name, _ in reader.events if name == "change"]
    for one in (writer, reader):
        one.close()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_connection_from_another_page_is_not_even_greeted(floor: Floor, origin: str) -> None:
    client = Client(floor.serving.port, headers={"Origin": origin})
    assert client.status == 400
    client.close()


def test_a_cookie_alone_and_a_ticket_used_before_open_no_connection(floor: Floor) -> None:
    cookie = {"Cookie": f"drafting={floor.at.tokens['penholder']}"}
    client = Client(floor.serving.port, headers=cookie)
    client.text("40")
    assert client.connected() is None
    ticket = floor.ticket("penholder")
    first, second = Client(floor.serving.port), Client(floor.serving.port)
    assert first.connect(ticket) is not None
    assert second.connect(ticket) is None
    for one in (client, first, second):
        one.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/socket.io/?EIO=4&transport=polling"),
        ("POST", "/socket.io/?EIO=4&transport=polling&sid=x"),
        ("GET", "/socket.io/?EIO=4&transport=websocket"),
        ("GET", "/socket.io/"),
        ("OPTIONS", "/socket.io/?EIO=4&transport=polling"),
    ],
)
def test_polling_is_refused_by_the_server_that_runs(floor: Floor, method: str, path: str) -> None:
    assert floor.call("penholder", method, path)[0] == 400


def test_nobodys_words_tickets_or_sessions_are_in_the_servers_log(floor: Floor) -> None:
    canary = "Zanzibar-4711"
    audience = {"kind": "team"}
    body = {
        "id": str(uuid.uuid4()),
        "paragraph": str(floor.paragraph),
        "audience": audience,
        "body": canary,
    }
    assert (
        floor.call("penholder", "POST", f"/api/drafts/{floor.at.draft_id}/threads", body)[0] == 200
    )
    floor.call(None, "POST", "/sign-in", {"email": canary, "password": canary})
    floor.call(None, "GET", f"/enter/{canary}?{canary}")
    client = floor.sit("penholder")
    client.ask("change", {"draft": canary})
    client.text("42" + canary)
    client.wait_closed()
    client.close()
    log = floor.serving.log()
    assert canary not in log
    for token in floor.at.tokens.values():
        assert token not in log
