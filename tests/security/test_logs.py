"""N10, N11: whatever is asked and wherever it breaks, neither log nor answer holds a word of it."""

from __future__ import annotations

import io
import itertools
import json
import logging
import re
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from drafting import logs
from tests.crash.client import Browser, Refused
from tests.crash.harness import Server
from tests.faults.conftest import MEXICO, PENHOLDER, seat
from tests.faults.test_busy import held
from tests.security.asking import Ask, asks, own_methods, rules
from tests.security.test_matrix import base_pool
from tests.security.world import PASSWORD, World

SENTENCE = re.compile(
    r"Something went wrong on our side \(reference ([0-9a-f]{12})\)\. Nothing was changed\."
)
FEW = 3
"""How many requests to each address, and how far into each it breaks."""


class Broken(Exception):
    """An error whose words hold all that was being asked."""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, as much as can be."""
    root, own = logging.getLogger(), logging.getLogger("drafting")
    kept = (root.handlers[:], root.level, own.level, logging.raiseExceptions)
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    stream = io.StringIO()
    logs.set_up(form="json", level="debug", stream=stream)
    root.setLevel(logging.DEBUG)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:] = kept[0]
    root.setLevel(kept[1])
    own.setLevel(kept[2])
    logging.raiseExceptions = kept[3]
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def leaves(value: object) -> Iterator[str]:
    """Gives every word of a body."""
    if isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(leaves, value.values()))
    elif isinstance(value, list | tuple):
        yield from itertools.chain.from_iterable(map(leaves, value))
    elif isinstance(value, str | uuid.UUID):
        yield str(value)


def words_of(ask: Ask) -> set[str]:
    """Gives what a request says that no log may hold; short words may stand anywhere by chance."""
    said = leaves([ask.json, ask.form, dict(ask.query), dict(ask.args)])
    return {word for word in said if len(word) >= 12 and not word.isalpha()}


def test_wherever_a_request_breaks_neither_log_nor_answer_holds_what_it_said(
    world: World, log: io.StringIO
) -> None:
    counted = broken = left = 0
    at_hand: list[str] = []

    def breaks(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Broken(*at_hand, statement, parameters)

    event.listen(world.store.engine, "before_cursor_execute", breaks)
    said: set[str] = set()
    pool = base_pool(world, "penholder", world.begun.draft_id)
    client = world.clients["penholder"]
    cookie = client.get_cookie(world.cookie)
    assert cookie is not None
    said.add(cookie.value)
    for rule in rules(world.app):
        some = itertools.islice(asks(world.app, rule, pool, world.next_id, own_methods(rule)), FEW)
        for depth, ask in enumerate(some, start=1):
            # Past the look at who is signed in, then further in.
            left = 4 * depth
            at_hand[:] = [*words_of(ask), cookie.value]
            answer = ask.send(client)
            counted += 1
            said |= words_of(ask)
            if answer.status_code != 500:
                continue
            broken += 1
            found = SENTENCE.search(answer.text)
            assert found, answer.text
            assert answer.headers["X-Request-Id"] == found[1]
            assert found[1] in log.getvalue()
            for word in words_of(ask):
                assert word not in answer.text
    event.remove(world.store.engine, "before_cursor_execute", breaks)
    assert counted > 100
    assert broken > 50
    text = log.getvalue()
    assert text.count("\n") >= broken
    assert [word for word in said if word in text] == []
    for line in text.splitlines():
        assert set(json.loads(line)) <= {"time", "level", "pid", "logger", "message", *logs.FIELDS}


def kept(log: io.StringIO) -> list[dict[str, Any]]:
    """Takes the records of the door and of accounts."""
    rows = [json.loads(line) for line in log.getvalue().splitlines()]
    log.seek(0)
    log.truncate()
    return [row for row in rows if row["logger"] == "drafting.security"]


def test_what_happens_at_the_door_is_logged_with_whose_account_it_was_and_no_name(
    world: World, log: io.StringIO
) -> None:
    form = {"Sec-Fetch-Site": "same-origin"}
    mexico = str(world.begun.persons["mexico"])
    client, email = world.client(), "mexico@example.org"
    for given in ({"password": "Wrong guess 1"}, {"email": "nobody@example.org"}, {}):
        data = {"email": email, "password": PASSWORD} | given
        client.post("/sign-in", data=data, headers=form, buffered=True)
    failed, unknown, came, *_ = kept(log)
    assert (failed["level"], failed["event"], failed["person"]) == (
        "warning",
        "a try at the door",
        mexico,
    )
    assert (unknown["level"], "person" in unknown) == ("warning", False)
    assert (came["level"], came["event"], came["person"]) == ("info", "sign-in by password", mexico)
    for session in world.call("mexico", "GET", "/api/sessions").json["sessions"]:
        if not session["here"]:
            world.call("mexico", "DELETE", f"/api/sessions/{session['id']}")
    world.call("mexico", "POST", "/account/app")
    world.call("mexico", "POST", "/account/app/confirm", data={"code": "000000"})
    events = [(row["event"], row["person"]) for row in kept(log) if "event" in row]
    assert ("session ended", mexico) in events
    assert ("a try at the door", mexico) in events


def test_what_is_refused_is_logged_with_the_way_the_reason_and_the_person(
    world: World, log: io.StringIO
) -> None:
    draft, observer = world.begun.draft_id, str(world.begun.persons["icrc"])
    seal = f"/api/drafts/{draft}/versions"
    world.call("icrc", "POST", seal, json={"id": str(world.next_id()), "name": "Mine"})
    reply = {"id": str(world.next_id()), "body": "Mine."}
    world.call(
        "icrc", "POST", f"/api/threads/{world.begun.threads['of mexico']}/comments", json=reply
    )
    world.call("icrc", "GET", f"/api/drafts/{world.begun.other_id}")
    world.call("icrc", "POST", seal, data=b"{", content_type="application/json")
    world.call("stranger", "POST", "/api/live/tickets")
    rows = kept(log)
    assert {row["message"] for row in rows} == {"A request was refused."}
    assert [(row["status"], row["error"], row.get("person")) for row in rows] == [
        (403, "NotAllowed", observer),
        (404, "NotFound", observer),
        (404, "NotFound", observer),
        (403, "NotAllowed", observer),
        (401, "NotSignedIn", None),
    ]
    assert rows[0]["endpoint"] == "api.version_seal"


CANARY = "Sierra-Quebec"


def test_a_server_that_is_asked_all_sorts_of_things_logs_no_word_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAFTING_LOG", "json")
    monkeypatch.setenv("DRAFTING_LOG_LEVEL", "debug")
    monkeypatch.setenv("DRAFTING_LOG_REQUESTS", "yes")
    server = Server(tmp_path).start(demo=True)
    try:
        secret = _talked(server)
    finally:
        server.stop()
    log = server.log()
    assert log.count("A request was answered.") > 10
    assert "A request was refused for want of something here." in log
    for line in log.splitlines():
        assert line.isascii()
        json.loads(line)
    assert [word for word in (CANARY, *secret) if word in log] == []


def _talked(server: Server) -> list[str]:
    """Says the canary in every way there is; gives the secrets that went over the line besides."""
    writer, delegate = seat(server, PENHOLDER), seat(server, MEXICO)
    count = itertools.count()

    def canary() -> str:
        return f"{CANARY}-{next(count)}"

    writer.live.ask("change", writer.change(canary()))
    delegate.comment(canary())
    for event_ in ("change", canary()):
        delegate.live.tell(event_, {"draft": canary(), "ops": [{"insert": canary()}]})
    stranger = Browser(server.port)
    ticket = writer.browser.call("POST", "/live/tickets")["ticket"]
    for path in (
        f"/enter/{canary()}", f"/invitations/{canary()}", f"/sign-in?next=/{canary()}",
        f"/drafts/{writer.draft}?q={canary()}", f"/{canary()}", f"/api/{canary()}",
        f"/socket.io/?EIO=4&transport=polling&sid={canary()}", f"/static/{canary()}.js",
        f"/readyz?{canary()}", f"/healthz?{canary()}",
    ):  # fmt: skip
        for one in (stranger, writer.browser):
            one.request("GET", path)
    form = f"email={canary()}%40example.org&password={canary()}".encode()
    stranger.request("POST", "/sign-in", form, "application/x-www-form-urlencoded")
    stranger.request("POST", f"/api/{canary()}", json.dumps({"x": canary()}).encode())
    writer.browser.request("POST", "/api/compare", canary().encode(), f"text/{canary()}")
    # While the database can keep nothing, errors are met with all of it in hand.
    with held(server):
        number = writer.live.send("change", writer.change(canary()))
        with pytest.raises(Refused):
            delegate.comment(canary())
        with pytest.raises(Refused):
            writer.live.answer(number)
    return [
        ticket,
        writer.browser.cookie.partition("=")[2],
        delegate.browser.cookie.partition("=")[2],
        *(link.rsplit("/", 1)[1] for link in server.links.values()),
        writer.draft,
    ]
