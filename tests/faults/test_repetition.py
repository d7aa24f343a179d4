"""D16: whatever is sent twice with one id is answered as the first time and has no second effect.

The table of cases is held against the application's own routes and events: a new one fails here
until it is covered.
"""

from __future__ import annotations

import base64
import email
import io
import json
import re
import urllib.parse
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.policy import default
from typing import Any

import pyotp
import pytest

from drafting.app import create_app
from drafting.config import Config
from drafting.live.shapes import READERS
from drafting.services import links, people
from drafting.store.work import Store
from tests.crash.checker import Kept
from tests.crash.client import Browser, Refused
from tests.crash.harness import Server
from tests.faults.conftest import ADVISER, MEXICO, PENHOLDER, Seat, seat
from tests.returning import WordFile, end, line, put_in
from tests.security.software_key import SoftwareKey

SAFE = {"GET", "HEAD", "OPTIONS"}
SEEN = {"sessions": {"seen_at"}}
"""Columns that only say when somebody was last there."""


@dataclass
class House:
    """A server, and those whom the cases need."""

    server: Server
    seats: dict[str, Seat] = field(default_factory=dict)

    def at(self, link: str) -> Seat:
        if link not in self.seats:
            self.seats[link] = seat(self.server, link)
        return self.seats[link]

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Gives all that is kept, besides when somebody was last seen."""
        kept = Kept(self.server.database_url)
        held = {}
        for (table,) in kept.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
            columns = [row[1] for row in kept.rows(f"PRAGMA table_info({table})")]
            wanted = ", ".join(f'"{c}"' for c in columns if c not in SEEN.get(table, ()))
            held[table] = sorted(kept.rows(f"SELECT {wanted} FROM {table}"), key=repr)
        return held


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    server = Server(tmp_path_factory.mktemp("house")).start(demo=True)
    held = House(server)
    yield held
    for one in held.seats.values():
        one.live.close()
        one.live.wait_closed()
    server.kill()


Call = tuple[Browser, str, str, dict[str, Any], dict[str, Any]]
"""Who calls, method, path, body, and another body for the same id."""


def thread(house: House, link: str = MEXICO) -> tuple[Seat, str, str]:
    one = house.at(link)
    made = one.comment(f"⟦{uuid.uuid4()}⟧")["thread"]
    return one, made["id"], made["comments"][0]["id"]


def deed(house: House) -> Call:
    one = house.at(PENHOLDER)
    one.load()
    body = {"kind": "insert", "after": one.texts[0], "level": 0, "ops": [{"insert": "New,"}]}
    body |= {"paragraph_kind": "preambular"}
    path = f"/api/drafts/{one.draft}/deeds"
    return one.browser, "POST", path, body, body | {"ops": [{"insert": "Other,"}]}


def begin(house: House) -> Call:
    one = house.at(MEXICO)
    body = {k: v for k, v in one.thread("⟦a⟧").items() if k != "id"}
    return one.browser, "POST", f"/api/drafts/{one.draft}/threads", body, body | {"body": "⟦b⟧"}


def reply(house: House) -> Call:
    one, at, _ = thread(house)
    return one.browser, "POST", f"/api/threads/{at}/comments", {"body": "a"}, {"body": "b"}


def comment_edit(house: House) -> Call:
    one, _, comment = thread(house)
    return one.browser, "PUT", f"/api/comments/{comment}", {"body": "a"}, {"body": "b"}


def resolution(house: House) -> Call:
    one, at, _ = thread(house)
    path = f"/api/threads/{at}/resolution"
    return one.browser, "POST", path, {"resolved": True}, {"resolved": False}


def audience(house: House) -> Call:
    one = house.at(MEXICO)
    own = next(a for a in one.state["me"]["audiences"] if a["kind"] == "delegation")
    wider = [a for a in one.state["me"]["audiences"] if a["kind"] in {"presidency", "everyone"}]
    wide = [{"kind": a["kind"], "delegation": a["delegation"]} for a in wider]
    body = one.thread("⟦own⟧") | {
        "audience": {"kind": "delegation", "delegation": own["delegation"]}
    }
    made = one.browser.call("POST", f"/drafts/{one.draft}/threads", body)["thread"]
    path = f"/api/threads/{made['id']}/audience"
    return one.browser, "POST", path, {"audience": wide[0]}, {"audience": wide[1]}


def seal(house: House) -> Call:
    one = house.at(PENHOLDER)
    path = f"/api/drafts/{one.draft}/versions"
    name = f"Rev.{uuid.uuid4().hex[:6]}"
    return one.browser, "POST", path, {"name": name, "note": ""}, {"name": "Another", "note": ""}


def restoration(house: House) -> Call:
    one = house.at(PENHOLDER)
    one.load()
    one.live.ask("change", one.change("⟦to be restored⟧"))
    path = f"/api/drafts/{one.draft}/versions/0/restoration"
    return one.browser, "POST", path, {}, {"no": "such field"}


def purge(house: House) -> Call:
    one = house.at(PENHOLDER)
    one.load()
    text = one.texts[4]
    stored = one.live.ask("change", one.change("⟦secret⟧", text))["parts"][0]["version"]
    one.load()
    gone = one.change("", text) | {"ops": [{"delete": 8}]}
    last = one.live.ask("change", gone)["parts"][0]["version"]
    path = f"/api/drafts/{one.draft}/paragraphs/{text}/purge"
    return one.browser, "POST", path, {"from": stored, "to": last}, {"from": stored, "to": stored}


def invite(house: House) -> Call:
    one = house.at(PENHOLDER)
    path = f"/api/drafts/{one.draft}/invitations"
    body = {"role": "secretariat", "delegation": None, "name": "A"}
    return one.browser, "POST", path, body, body | {"name": "B"}


def fresh(house: House) -> str:
    """Inserts a paragraph that no other case touches; gives its id."""
    one = house.at(PENHOLDER)
    one.load()
    made = one.deed(
        kind="insert",
        # At the end, where it moves nothing that another case counts on.
        after=one.texts[-1],
        paragraph_kind="preambular",
        level=0,
        ops=[{"insert": "Noting the lamps,"}],
    )
    return next(iter(made["texts"]))


def proposal(house: House, audience: str | None = "everyone") -> tuple[Seat, str, str]:
    """Makes a proposal of Mexico's; gives its seat, the paragraph and the proposal."""
    one, paragraph = house.at(MEXICO), fresh(house)
    body = {"kind": "amend", "paragraph": paragraph, "ops": [{"insert": "Noting the beacons,"}]}
    made = at(one, f"/drafts/{one.draft}/proposals", **body)["proposal"]["id"]
    if audience is not None:
        at(one, f"/proposals/{made}/circulation", audience=audience)
    return one, paragraph, made


def at(one: Seat, path: str, **body: Any) -> dict[str, Any]:
    return one.browser.call("POST", path, {"id": str(uuid.uuid4()), **body})


def on_proposal(house: House, call: str, *bodies: dict[str, Any], draft: bool = False) -> Call:
    one, _, made = proposal(house, None if draft else "everyone")
    first, other = bodies
    return one.browser, "POST", f"/api/proposals/{made}/{call}", first, other


def proposal_begin(house: House) -> Call:
    one, paragraph = house.at(MEXICO), fresh(house)
    body = {"kind": "amend", "paragraph": paragraph, "ops": [{"insert": "One,"}]}
    path = f"/api/drafts/{one.draft}/proposals"
    return one.browser, "POST", path, body, body | {"ops": [{"insert": "Two,"}]}


def proposal_share(house: House) -> Call:
    named = {d["name"]: d["id"] for d in house.at(MEXICO).state["delegations"]}
    with_ = ({"delegation": named[name]} for name in ("Chile", "Switzerland"))
    return on_proposal(house, "owners", *with_, draft=True)


def proposal_circulate(house: House) -> Call:
    audiences = ({"audience": one} for one in ("presidency", "everyone"))
    return on_proposal(house, "circulation", *audiences, draft=True)


def proposal_sentence(house: House) -> Call:
    return on_proposal(house, "sentence", {"sentence": "a"}, {"sentence": "b"})


def proposal_withdraw(house: House) -> Call:
    return on_proposal(house, "withdrawal", {"reason": "a"}, {"reason": "b"})


def proposal_revise(house: House) -> Call:
    return on_proposal(house, "revision", {}, {"no": "such field"})


def proposal_confirm(house: House) -> Call:
    one, paragraph, made = proposal(house)
    body = {"paragraph": paragraph, "version": 0, "ops": [{"insert": "One,"}]}
    path = f"/api/proposals/{made}/confirmation"
    return one.browser, "POST", path, body, body | {"ops": [{"insert": "Two,"}]}


def proposal_respond(house: House) -> Call:
    _, _, made = proposal(house)
    body = {"outcome": "will_consider", "reason": "a", "audience": "presidency"}
    path = f"/api/proposals/{made}/response"
    return house.at(PENHOLDER).browser, "POST", path, body, body | {"reason": "b"}


def acceptance(house: House) -> Call:
    _, paragraph, made = proposal(house)
    one = house.at(PENHOLDER)
    body = {"paragraph": paragraph, "version": 0, "proposals": [made], "reason": "a"}
    path = f"/api/drafts/{one.draft}/acceptances"
    return one.browser, "POST", path, body, body | {"reason": "b"}


def reconcile(house: House) -> Call:
    _, _, made = proposal(house)
    one = house.at(PENHOLDER)
    first, other = ({"moot": [{"proposal": made, "reason": why}]} for why in "ab")
    return one.browser, "POST", f"/api/drafts/{one.draft}/reconciliations", first, other


def position(house: House) -> Call:
    one = house.at(MEXICO)
    body = {"paragraph": fresh(house), "stance": "retain", "audience": "everyone"}
    path = f"/api/drafts/{one.draft}/positions"
    return one.browser, "POST", path, body, body | {"stance": "delete"}


def taken(house: House) -> str:
    browser, method, path, body, _ = position(house)
    made = send(browser, method, path, {"id": str(uuid.uuid4())} | body)[1]["position"]["id"]
    return str(made)


def position_mark(house: House) -> Call:
    made, pen = taken(house), house.at(PENHOLDER)
    at(pen, f"/drafts/{pen.draft}/versions", name=f"Rev.{uuid.uuid4().hex[:6]}", note="")
    path = f"/api/positions/{made}/mark"
    return house.at(MEXICO).browser, "POST", path, {"mark": "met"}, {"mark": "partly"}


def position_respond(house: House) -> Call:
    body = {"outcome": "accepted", "reason": "a", "audience": "presidency"}
    path = f"/api/positions/{taken(house)}/response"
    return house.at(PENHOLDER).browser, "POST", path, body, body | {"reason": "b"}


def agreement(house: House) -> Call:
    one = house.at(PENHOLDER)
    body = {"paragraph": fresh(house), "state": "open"}
    path = f"/api/drafts/{one.draft}/agreement"
    return one.browser, "POST", path, body, body | {"state": "agreed"}


def package(house: House) -> Call:
    one = house.at(PENHOLDER)
    body = {"name": "a", "paragraphs": [fresh(house), fresh(house)]}
    path = f"/api/drafts/{one.draft}/packages"
    return one.browser, "POST", path, body, body | {"name": "b"}


def package_untie(house: House) -> Call:
    browser, method, path, body, _ = package(house)
    made = send(browser, method, path, {"id": str(uuid.uuid4())} | body)[1]["package"]["id"]
    return browser, "POST", f"/api/packages/{made}/dissolution", {"reason": "a"}, {"reason": "b"}


def verdict(house: House) -> Call:
    one = house.at(PENHOLDER)
    body = {"from": 0, "to": 0, "paragraph": fresh(house), "verdict": "technical"}
    path = f"/api/drafts/{one.draft}/verdicts"
    return one.browser, "POST", path, body, body | {"verdict": "substantive"}


def state_of(house: House, key: str) -> str:
    """Gives a State's id by its code."""
    one = house.at(PENHOLDER)
    rows = one.browser.call("GET", f"/drafts/{one.draft}/board")["rows"]
    return str(next(row["delegation"] for row in rows if row["key"] == key))


def on_draft(house: House, who: str, path: str, *bodies: dict[str, Any], draft: str = "") -> Call:
    one = house.at(who)
    first, other = bodies
    return one.browser, "POST", f"/api/drafts/{draft or one.draft}/{path}", first, first | other


def sponsor_step(house: House) -> Call:
    body = {"step": "approached", "delegations": [state_of(house, "IRQ")], "note": "a"}
    return on_draft(house, PENHOLDER, "sponsorship", body, {"note": "b"})


def condition_bind(house: House) -> Call:
    body = {"kind": "as_circulated", "note": "a", "audience": "delegation"}
    return on_draft(house, MEXICO, "conditions", body, {"note": "b"})


def condition_lift(house: House) -> Call:
    browser, method, path, body, _ = condition_bind(house)
    made = send(browser, method, path, {"id": str(uuid.uuid4())} | body)[1]["sponsorship"]
    live = next(c["id"] for c in made["conditions"] if c["lifted"] is None)
    return browser, "POST", f"/api/conditions/{live}/lifting", {}, {"no": "such field"}


def reading(house: House) -> Call:
    return on_draft(house, MEXICO, "readings", {"version": 0}, {"version": 1})


def instruction_ask(house: House) -> Call:
    body = {"subject": "vote", "words": "a", "shown": "pending"}
    return on_draft(house, MEXICO, "instructions", body, {"words": "b"})


def instruction_step(house: House) -> Call:
    browser, method, path, body, _ = instruction_ask(house)
    made = send(browser, method, path, {"id": str(uuid.uuid4())} | body)[1]["instruction"]["id"]
    body = {"step": "received", "words": "a"}
    return browser, "POST", f"/api/instructions/{made}/steps", body, body | {"words": "b"}


def contact(house: House) -> Call:
    body = {"delegation": state_of(house, "IRQ"), "said": "a"}
    return on_draft(house, PENHOLDER, "contacts", body, {"said": "b"})


def action(house: House) -> Call:
    body = {"delegation": state_of(house, "IRQ"), "what": "a"}
    return on_draft(house, PENHOLDER, "actions", body, {"what": "b"})


def targets(house: House) -> Call:
    body = {"delegations": [state_of(house, "ISL")], "target": True}
    return on_draft(house, PENHOLDER, "targets", body, {"target": False})


def seeking(house: House) -> Call:
    body = {"mode": "closed", "group": "a"}
    return on_draft(house, PENHOLDER, "call", body, {"group": "b"})


def override(house: House) -> Call:
    body = {"delegation": state_of(house, "IRQ"), "vote": "A", "reason": "a", "source": "a"}
    return on_draft(house, PENHOLDER, "overrides", body, {"reason": "b"})


def letters(house: House, key: str = "IRQ") -> Call:
    asked = {"delegations": [state_of(house, key)], "question": "sponsor"}
    body = asked | {"subject": "a", "body": "Dear {State}, {link} ."}
    return on_draft(house, PENHOLDER, "letters", body, {"subject": "b"})


def next_draft(house: House) -> Call:
    house.at(ADVISER)  # who has a place on the next one too, and sits at this one's table
    return on_draft(house, PENHOLDER, "next", {"title": "a"}, {"title": "b"})


def drafted(house: House) -> str:
    """Begins a draft that no other case touches; gives its id."""
    browser, method, path, body, _ = next_draft(house)
    return str(send(browser, method, path, {"id": str(uuid.uuid4())} | body)[1]["draft"])


def record_add(house: House) -> Call:
    table = "iso3,vote,date,resolution\nMEX,{},1990-12-07,A/RES/45/62\n"
    bodies = ({"votes": table.format(vote)} for vote in "YN")
    return on_draft(house, PENHOLDER, "record", *bodies, draft=drafted(house))


def tabling(house: House) -> Call:
    body = {"symbol": "A/C.1/76/L.41", "on": "2026-10-12", "version": 0}
    other = {"symbol": "A/C.1/76/L.42"}
    return on_draft(house, PENHOLDER, "tabling", body, other, draft=drafted(house))


def roll_call(house: House) -> Call:
    body = {"votes": {"MEX": "Y"}, "body": "committee", "on": "2026-10-30"}
    other = {"votes": {"MEX": "N"}}
    return on_draft(house, PENHOLDER, "roll-calls", body, other, draft=drafted(house))


def adoption(house: House) -> Call:
    body = {"symbol": f"A/RES/44/{1 + uuid.uuid4().int % 9_000}", "on": "2026-12-07"}
    other = {"symbol": "A/RES/43/1"}
    return on_draft(house, PENHOLDER, "adoption", body, other, draft=drafted(house))


def updates(house: House) -> Call:
    return on_draft(house, PENHOLDER, "updates", {"all": True}, {"all": False})


def masthead(house: House) -> Call:
    first, other = ({"agenda_item": f"Agenda item {uuid.uuid4()}"} for _ in range(2))
    return on_draft(house, PENHOLDER, "masthead", first, other)


WITH_ID: dict[str, Callable[[House], Call]] = {
    "api.deed": deed,
    "api.thread_begin": begin,
    "api.thread_reply": reply,
    "api.comment_edit": comment_edit,
    "api.thread_resolution": resolution,
    "api.thread_audience": audience,
    "api.version_seal": seal,
    "api.version_restore": restoration,
    "api.purge": purge,
    "api.invite": invite,
    "api.proposal_begin": proposal_begin,
    "api.proposal_share": proposal_share,
    "api.proposal_circulate": proposal_circulate,
    "api.proposal_sentence": proposal_sentence,
    "api.proposal_withdraw": proposal_withdraw,
    "api.proposal_revise": proposal_revise,
    "api.proposal_confirm": proposal_confirm,
    "api.proposal_respond": proposal_respond,
    "api.accept": acceptance,
    "api.reconcile": reconcile,
    "api.position_take": position,
    "api.position_mark": position_mark,
    "api.position_respond": position_respond,
    "api.agreement_say": agreement,
    "api.package_tie": package,
    "api.package_untie": package_untie,
    "api.verdict": verdict,
    "api.sponsor_step": sponsor_step,
    "api.condition_bind": condition_bind,
    "api.condition_lift": condition_lift,
    "api.reading": reading,
    "api.instruction_ask": instruction_ask,
    "api.instruction_step": instruction_step,
    "api.contact": contact,
    "api.action": action,
    "api.targets": targets,
    "api.call": seeking,
    "api.override": override,
    "api.letters_send": letters,
    "api.record_add": record_add,
    "api.table": tabling,
    "api.roll_call": roll_call,
    "api.adopt": adoption,
    "api.next_draft": next_draft,
    "api.updates_answer": updates,
    "api.masthead": masthead,
}
"""Calls that carry an id."""

NOTHING_BESIDE = {"api.version_restore", "api.proposal_revise", "api.condition_lift"}
"""Calls that carry an id alone: there is no other body to send with it."""

SHOWN_ONCE = {
    "api.deed": {"paragraphs", "texts", "moves", "repeated"},
    "api.invite": {"link"},
    "api.accept": {"paragraphs", "texts", "moves", "reconciliation", "repeated"},
    "api.letters_send": {"zip", "letters"},
    "api.updates_answer": {"paragraphs", "texts", "moves", "repeated"},
    "api.masthead": {"paragraphs", "texts", "moves", "repeated"},
}
"""What the first answer alone holds: words (they may be purged), a secret, how letters fared."""


@pytest.mark.parametrize("endpoint", WITH_ID)
def test_a_call_sent_twice_is_done_once_and_its_id_serves_nothing_else(house, endpoint):
    browser, method, path, body, other = WITH_ID[endpoint](house)
    name = str(uuid.uuid4())
    first = send(browser, method, path, {"id": name} | body)
    assert first[0] == 200, first
    held = house.rows()
    second = send(browser, method, path, {"id": name} | body)
    assert second[0] == 200
    left_out = SHOWN_ONCE.get(endpoint, set())
    assert without(second[1], left_out) == without(first[1], left_out)
    assert house.rows() == held
    third = send(browser, method, path, {"id": name} | other)
    if endpoint in NOTHING_BESIDE:
        assert third[0] == 400
    else:
        assert (third[0], third[1]["title"]) == (409, "Conflict")
    assert house.rows() == held


def heads(house: House) -> dict[tuple[Any, str], int]:
    """Gives how many entries each chain of the record has."""
    found = Kept(house.server.database_url).rows("SELECT draft_id, chain, number FROM chain_heads")
    return {(draft, chain): number for draft, chain, number in found}


@pytest.mark.parametrize("endpoint", sorted(WITH_ID))
def test_a_call_adds_one_entry_to_each_chain_it_concerns_and_none_when_repeated(house, endpoint):
    """L03: every acknowledged call that changes a draft is on record, once."""
    browser, method, path, body, _ = WITH_ID[endpoint](house)
    sent = {"id": str(uuid.uuid4())} | body
    before, held = heads(house), house.rows()
    assert send(browser, method, path, sent)[0] == 200
    after = heads(house)
    added = {one: n - before.get(one, 0) for one, n in after.items() if n != before.get(one, 0)}
    # A call that finds everything as it asks for changes nothing, and adds nothing.
    changed = {table for table, rows in house.rows().items() if rows != held[table]}
    assert added or changed <= {"operations"}, (endpoint, changed)
    assert set(added.values()) <= {1}, added
    assert send(browser, method, path, sent)[0] == 200
    assert heads(house) == after


def test_letters_sent_twice_go_once_and_the_second_answer_holds_no_link(house):
    browser, method, path, body, _ = letters(house)
    name = str(uuid.uuid4())
    first, second = (send(browser, method, path, {"id": name} | body)[1] for _ in range(2))
    named = [(one["delegation"], one["to"]) for one in first["letters"]]
    assert named == [(one["delegation"], one["to"]) for one in second["letters"]]
    assert (bool(first["zip"]), second["zip"]) == (True, "")
    assert "/answers/" not in json.dumps(second)


def send(browser: Browser, method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    status, _, content = browser.request(method, path, json.dumps(body).encode())
    return status, json.loads(content)


def without(answer: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {k: v for k, v in answer.items() if k not in names}


# Calls and forms without an id -------------------------------------------------------------------


def form(browser: Browser, path: str, **fields: str) -> tuple[int, dict[str, str]]:
    kind = "application/x-www-form-urlencoded"
    body = urllib.parse.urlencode(fields).encode()
    status, headers, _ = browser.request("POST", path, body, kind)
    return status, headers


def tickets(house: House) -> None:
    one = house.at(MEXICO).browser
    assert one.call("POST", "/live/tickets") != one.call("POST", "/live/tickets")


def session_end(house: House) -> None:
    one = house.server.browser(MEXICO)
    other = house.server.browser(MEXICO)
    sessions = one.call("GET", "/sessions")["sessions"]
    here = {s["id"] for s in other.call("GET", "/sessions")["sessions"] if s["here"]}
    (ended,) = [s["id"] for s in sessions if s["id"] in here]
    twice(house, one, "DELETE", f"/api/sessions/{ended}", again=(200,))


def place_end(house: House) -> None:
    one = house.at(PENHOLDER)
    people = one.browser.call("GET", f"/drafts/{one.draft}/people")["people"]
    person = next(p for p in people if p["name"] == "Jonas Weber")
    place = person.get("id") or person["key"]
    twice(house, one.browser, "DELETE", f"/api/drafts/{one.draft}/people/{place}", again=(404,))


def invitation_withdraw(house: House) -> None:
    browser, method, path, body, _ = invite(house)
    made = send(browser, method, path, {"id": str(uuid.uuid4())} | body)[1]["invitation"]["id"]
    twice(house, browser, "DELETE", f"/api/invitations/{made}", again=(200, 404))


def twice(house: House, browser: Browser, method: str, path: str, again: tuple[int, ...]) -> None:
    assert browser.request(method, path)[0] == 200
    held = house.rows()
    assert browser.request(method, path)[0] in again
    assert house.rows() == held


def enter(house: House) -> None:
    one, other = house.server.browser(MEXICO), house.server.browser(MEXICO)
    assert one.cookie != other.cookie
    assert one.first_draft() == other.first_draft()


def sign_in(house: House) -> None:
    browser = Browser(house.server.port)
    for _ in range(2):
        assert form(browser, "/sign-in", email="nobody@example.org", password="wrong")[0] == 401


def sign_out(house: House) -> None:
    one = house.server.browser(MEXICO)
    assert form(one, "/sign-out")[0] == 303
    held = house.rows()
    assert form(one, "/sign-out")[0] in {303, 401}
    assert house.rows() == held


def accept(house: House) -> None:
    browser, method, path, body, _ = invite(house)
    link = send(browser, method, path, {"id": str(uuid.uuid4())} | body)[1]["link"]
    fields = {"token": link.rsplit("/", 1)[1], "name": "Ida", "password": "correct horse battery"}
    fields["email"] = f"{uuid.uuid4().hex}@example.org"
    assert form(Browser(house.server.port), "/invitations/accept", **fields)[0] == 303
    held = house.rows()
    assert form(Browser(house.server.port), "/invitations/accept", **fields)[0] == 410
    assert house.rows() == held


def password(house: House) -> None:
    one = house.server.browser("Secretariat")
    fields = {"current": "", "new": "correct horse battery"}
    assert form(one, "/account/password", **fields)[0] == 200
    assert form(one, "/account/password", **fields)[0] == 400


def import_file(house: House) -> None:
    """A form sent twice begins two drafts: the browser asks before it sends a form again."""
    one = house.server.browser(PENHOLDER)
    text = (
        "The General Assembly,\n\nRecalling its resolution 75/1,\n\n1. Decides to return to this.\n"
    )
    body = (
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\n{text}\r\n--x--\r\n"
    ).encode()
    for _ in range(2):
        assert one.request("POST", "/import", body, "multipart/form-data; boundary=x")[0] in {
            200,
            303,
        }


def letters_preview(house: House) -> None:
    """It carries an id, and does nothing to remember it by."""
    browser, method, path, body, other = letters(house)
    held = house.rows()
    name = str(uuid.uuid4())
    sent = {"id": name} | body
    first = send(browser, method, f"{path}/preview", sent)
    assert first[0] == 200
    assert send(browser, method, f"{path}/preview", sent) == first
    assert send(browser, method, f"{path}/preview", {"id": name} | other)[0] == 200
    assert house.rows() == held


def answer(house: House) -> None:
    browser, method, path, body, _ = letters(house, "ISL")
    made = send(browser, method, path, {"id": str(uuid.uuid4())} | body)[1]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(made["zip"]))) as parts:
        mail = email.message_from_bytes(parts.read(parts.namelist()[0]), policy=default)
    found = re.search(r"/answers/(\w+)", mail.get_content())
    assert found
    fields = {"token": found[1], "choice": "awaiting", "name": "An envoy"}
    anybody = Browser(house.server.port)
    assert form(anybody, "/answers", **fields)[0] == 200
    held = house.rows()
    assert form(anybody, "/answers", **fields)[0] == 410
    assert form(anybody, "/answers", **fields | {"choice": "no"})[0] == 410
    assert house.rows() == held


def zone(house: House) -> None:
    browser = house.at(MEXICO).browser
    assert form(browser, "/account/zone", zone="America/New_York")[0] == 303
    held = house.rows()
    assert form(browser, "/account/zone", zone="America/New_York")[0] == 303
    assert form(browser, "/account/zone", zone="Nowhere")[0] == 400
    assert house.rows() == held


def compare(house: House) -> None:
    browser = house.at(MEXICO).browser
    held = house.rows()
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{side}"; filename="{side}.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\n1. {words}.\r\n"
        for side, words in (("old", "Decides"), ("new", "Invites"))
    )
    first, second = (
        browser.request(
            "POST", "/api/compare", f"{body}--x--\r\n".encode(), "multipart/form-data; boundary=x"
        )
        for _ in range(2)
    )
    assert first[0] == second[0] == 200
    assert first[2] == second[2]
    assert house.rows() == held


def returned_file(house: House) -> None:
    """Looked at, nothing is kept; brought in twice under one id, in a form beside the file, once."""
    one = house.at(MEXICO)
    key = one.state["paragraphs"][1]["id"]
    rows = [
        line("Recalling all of it,", key=key),
        line(put_in("Ana", "And more,"), mark=end("ins", "Ana")),
    ]
    data = WordFile([line("The General Assembly,"), *rows]).bytes()
    path = f"/api/drafts/{one.draft}/returned"

    def sent(where: str, **fields: str) -> tuple[int, Any]:
        parts = b"".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        )
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n'
        body = parts + head + data + b"\r\n--x--\r\n"
        answer = one.browser.request("POST", where, body, "multipart/form-data; boundary=x")
        return answer[0], json.loads(answer[2])

    held = house.rows()
    status, found = sent(f"{path}/look", version="0")
    assert (status, house.rows()) == (200, held)
    asked = {
        "id": str(uuid.uuid4()),
        "version": "0",
        "sha256": found["sha256"],
        "mark": found["mark"],
        "items": [item["key"] for item in found["items"] if item["author"] == "Ana"],
        "authors": [{"name": "Ana"}],
        "audience": {"kind": "everyone"},
    }
    first = sent(path, asked=json.dumps(asked))
    assert (first[0], len(first[1]["proposals"])) == (200, 1)
    held = house.rows()
    assert sent(path, asked=json.dumps(asked)) == first
    assert house.rows() == held
    other = sent(path, asked=json.dumps(asked | {"circle": "everyone"}))
    assert (other[0], other[1]["title"]) == (409, "Conflict")
    assert house.rows() == held


def guest(house: House) -> tuple[Browser, str]:
    """Signs somebody new in; gives their browser and another link of theirs."""
    store = Store(house.server.database_url)
    with store.work() as w:
        person = people.new_person(w, name="Ida", email=None, password_hash=None)
        first, other = (links.sign_in_link(w, person.id, valid_s=600) for _ in range(2))
    store.close()
    return Browser(house.server.port).enter(f"/enter/{first}"), other


def posted(browser: Browser, path: str, **fields: str) -> tuple[int, str]:
    """Sends a form and keeps the cookies of the answer; gives its status and page."""
    kind = "application/x-www-form-urlencoded"
    status, headers, page = browser.request(
        "POST", path, urllib.parse.urlencode(fields).encode(), kind
    )
    fresh = dict(pair.split("=", 1) for pair in browser.cookie.split("; ") if pair)
    for cookie in headers.get("set-cookie", "").splitlines():
        name, _, value = cookie.partition(";")[0].partition("=")
        fresh[name] = value
    browser.cookie = "; ".join(f"{name}={value}" for name, value in fresh.items() if value)
    return status, page.decode()


def app(house: House) -> None:
    """A code is good once, whatever it was given for; an app that is removed is gone."""
    one, link = guest(house)
    for _ in range(2):
        page = posted(one, "/account/app")[1]
    found = re.search(r"<code>((?:[A-Z2-7]{4} ?){8})</code>", page)
    assert found
    totp = pyotp.TOTP(found[1].replace(" ", ""))
    now = datetime.now(UTC)
    codes = [totp.at(now, counter_offset=n) for n in (-1, 0, 1)]
    assert posted(one, "/account/app/confirm", code=codes[0])[0] == 303
    held = house.rows()["authenticators"]
    assert posted(one, "/account/app/confirm", code=codes[0])[0] == 400
    assert house.rows()["authenticators"] == held
    for _ in range(2):
        assert posted(one, "/account/codes")[0] == 200
    assert posted(one, "/account/again", code=codes[1])[0] == 303
    assert posted(one, "/account/again", code=codes[1])[0] == 401
    two = Browser(house.server.port)
    assert posted(two, "/enter", token=link)[0] == 303
    assert posted(two, "/sign-in/second/app")[0] == 404
    arrived = two.cookie
    assert posted(two, "/sign-in/second", code=codes[2])[0] == 303
    two.cookie = arrived
    held = house.rows()
    assert form(two, "/sign-in/second", code=codes[2])[1]["location"] == "/sign-in"
    assert house.rows() == held
    assert posted(one, "/account/app/end")[0] == 303
    held = house.rows()
    assert posted(one, "/account/app/end")[0] == 404
    assert house.rows() == held


def passkey(house: House) -> None:
    """A passkey's answer is good once, whatever it was given for."""
    one, link = guest(house)
    key = SoftwareKey(f"http://127.0.0.1:{house.server.port}", "127.0.0.1")

    def asked(browser: Browser, path: str) -> dict[str, Any]:
        status, options = posted(browser, path)
        assert status == 200
        read: dict[str, Any] = json.loads(options)
        return read

    made = key.make(asked(one, "/account/passkeys/challenge"))
    assert posted(one, "/account/passkeys", answer=made)[0] == 303
    held = house.rows()
    assert posted(one, "/account/passkeys", answer=made)[0] == 400
    assert house.rows() == held
    again = key.sign(asked(one, "/account/again/challenge"))
    assert posted(one, "/account/again/passkey", answer=again)[0] == 303
    held = house.rows()
    assert posted(one, "/account/again/passkey", answer=again)[0] == 401
    assert house.rows() == held
    alone = Browser(house.server.port)
    in_ = key.sign(asked(alone, "/sign-in/challenge"))
    assert posted(alone, "/sign-in/passkey", answer=in_)[0] == 303
    held = house.rows()
    assert posted(alone, "/sign-in/passkey", answer=in_)[0] == 401
    assert house.rows() == held
    two = Browser(house.server.port)
    assert posted(two, "/enter", token=link)[0] == 303
    arrived = two.cookie
    second = key.sign(asked(two, "/sign-in/second/challenge"))
    assert posted(two, "/sign-in/second/passkey", answer=second)[0] == 303
    two.cookie = arrived
    held = house.rows()
    assert form(two, "/sign-in/second/passkey", answer=second)[1]["location"] == "/sign-in"
    assert house.rows() == held
    found = re.search('name="passkey" value="([^"]+)"', one.request("GET", "/account")[2].decode())
    assert found
    assert posted(one, "/account/passkeys/end", passkey=found[1])[0] == 303
    held = house.rows()
    assert posted(one, "/account/passkeys/end", passkey=found[1])[0] == 404
    assert house.rows() == held


def own_account(house: House) -> None:
    one, link = guest(house)
    posted(Browser(house.server.port), "/enter", token=link)
    address = f"{uuid.uuid4().hex}@example.org"
    absent = str(uuid.uuid4())
    for path, status, fields in (
        ("/account/email", 303, {"email": address}),
        ("/account/sessions/end", 303, {}),
        ("/account/identities/end", 404, {"identity": absent}),
    ):
        assert posted(one, path, **fields)[0] == status
        held = house.rows()
        assert posted(one, path, **fields)[0] == status
        assert house.rows() == held


WITHOUT_ID: dict[str, Callable[[House], None]] = {
    "api.tickets": tickets,
    "api.session_end": session_end,
    "api.place_end": place_end,
    "api.invitation_withdraw": invitation_withdraw,
    "web.enter": enter,
    "web.sign_in": sign_in,
    "web.sign_out": sign_out,
    "web.invitation_accept": accept,
    "web.account_password": password,
    "web.import_file": import_file,
    "api.letters_preview": letters_preview,
    "web.answer": answer,
    "web.account_zone": zone,
    "web.account_app": app,
    "web.account_app_confirm": app,
    "web.account_app_end": app,
    "web.account_codes": app,
    "web.account_again": app,
    "web.second": app,
    "web.second_app": app,
    "web.account_passkey_challenge": passkey,
    "web.account_passkey": passkey,
    "web.account_passkey_end": passkey,
    "web.account_again_challenge": passkey,
    "web.account_again_passkey": passkey,
    "web.sign_in_challenge": passkey,
    "web.sign_in_passkey": passkey,
    "web.second_challenge": passkey,
    "web.second_passkey": passkey,
    "web.account_email": own_account,
    "web.account_sessions_end": own_account,
    "web.account_identity_end": own_account,
    "api.compare": compare,
    "api.returned_look": returned_file,
    "api.returned_bring": returned_file,
}
"""Calls and forms that carry none, or carry it beside a file, and what becomes of the second."""


@pytest.mark.parametrize("case", {one.__name__: one for one in WITHOUT_ID.values()})
def test_what_carries_no_id_is_harmless_when_it_is_sent_twice(house, case):
    {one.__name__: one for one in WITHOUT_ID.values()}[case](house)


def test_every_route_that_changes_something_stands_in_one_of_the_tables(sqlite_store):
    app = create_app(Config(database_url=""), sqlite_store)
    changing = {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods - SAFE}
    assert changing == WITH_ID.keys() | WITHOUT_ID.keys()


# Events ------------------------------------------------------------------------------------------


def change(house: House) -> None:
    one = house.at(PENHOLDER)
    one.load()
    asked = one.change("⟦change⟧")
    another = house.at(ADVISER)
    first = one.live.ask("change", asked)
    held = house.rows()
    assert one.live.ask("change", asked) == first
    for other in ({"ops": [{"insert": "other"}]}, {"text": one.texts[1]}, {"base": 0}):
        if asked | other == asked:
            continue
        with pytest.raises(Refused) as info:
            one.live.ask("change", asked | other)
        assert info.value.name == "Conflict"
    with pytest.raises(Refused) as info:
        another.live.ask("change", asked)
    assert info.value.name == "Conflict"
    assert house.rows() == held


def join(house: House) -> None:
    one = house.at(PENHOLDER)
    held = house.rows()
    first = one.live.ask("join", {"draft": one.draft})
    again = one.live.ask("join", {"draft": one.draft})
    assert (again["key"], again["seq"]) == (first["key"], first["seq"])
    assert house.rows() == held


def catch_up(house: House) -> None:
    one = house.at(PENHOLDER)
    one.load()
    asked = {"draft": one.draft, "seq": one.state["seq"], "texts": one.versions}
    assert one.live.ask("catch_up", asked) == one.live.ask("catch_up", asked)


def caret(house: House) -> None:
    one = house.at(PENHOLDER)
    held = house.rows()
    text = one.texts[0]
    for _ in range(2):
        asked = {"draft": one.draft, "text": text, "version": 0, "start": 0, "end": 0}
        one.live.tell("caret", asked)
    assert one.live.ask("join", {"draft": one.draft})["seq"] == one.browser.state(one.draft)["seq"]
    assert house.rows() == held


EVENTS: dict[str, Callable[[House], None]] = {
    "change": change,
    "join": join,
    "catch_up": catch_up,
    "caret": caret,
}


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_sent_twice_has_no_second_effect(house, event):
    EVENTS[event](house)


def test_every_event_a_client_may_send_stands_in_the_table():
    assert set(READERS) == EVENTS.keys()


# One id for two kinds of things ------------------------------------------------------------------


def test_the_id_of_an_edit_serves_no_deed(house):
    one, paragraph = house.at(PENHOLDER), fresh(house)
    one.load()
    asked = one.change("⟦mine⟧")
    one.live.ask("change", asked)
    body = {"id": asked["id"], "kind": "delete", "paragraph": paragraph}
    status, answer = send(one.browser, "POST", f"/api/drafts/{one.draft}/deeds", body)
    assert (status, answer.get("title")) == (409, "Conflict")


def test_the_id_of_a_deed_serves_no_edit(house):
    one, paragraph = house.at(PENHOLDER), fresh(house)
    one.load()
    body = {"id": str(uuid.uuid4()), "kind": "split", "paragraph": paragraph, "at": 9}
    body["version"] = one.versions[paragraph]
    assert send(one.browser, "POST", f"/api/drafts/{one.draft}/deeds", body)[0] == 200
    with pytest.raises(Refused) as info:
        one.live.ask("change", one.change("⟦yours⟧") | {"id": body["id"]})
    assert info.value.name == "Conflict"


def test_the_id_of_anothers_deed_is_refused_as_used_and_not_as_to_be_sent_again(house):
    one, other = house.at(PENHOLDER), house.at(ADVISER)
    paragraph, another = fresh(house), fresh(house)
    body = {"id": str(uuid.uuid4()), "kind": "delete", "paragraph": paragraph}
    assert send(one.browser, "POST", f"/api/drafts/{one.draft}/deeds", body)[0] == 200
    status, answer = send(
        other.browser,
        "POST",
        f"/api/drafts/{one.draft}/deeds",
        body | {"paragraph": another},
    )
    assert (status, answer.get("title")) == (409, "Conflict")
