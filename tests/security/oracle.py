"""The oracle: two runs that differ in what some keep to themselves are one and the same to others.

Both runs have the same public history. Between its steps somebody does things that are their own
affair, other things in each run. After every step each observer looks at all there is to look at:
pages, calls, files, and what was written to their socket. The two records are equal byte for byte.
Nothing is masked.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import event
from werkzeug.routing import Rule

from drafting.live import shapes
from tests.returning import Comment, WordFile, end, line, on, put_in
from tests.security.asking import EARLIER_VOTES, METHODS, Ask, asks, rules
from tests.security.world import ABSENT, PASSWORD, SECRET_CALLS, Beginning, World, link_in

CANARY = "Zanzibar-4711"
"""Stands in whatever is kept secret, and in nothing else."""


# What happens in public ----------------------------------------------------------------------------


def _comment(world: World, who: str, body: str, audience: Mapping[str, Any], index: int = 1) -> Any:
    return world.call(
        who,
        "POST",
        f"/api/drafts/{world.begun.draft_id}/threads",
        json={
            "id": str(world.next_id()),
            "paragraph": str(world.begun.paragraphs[index]),
            "anchor": {"start": 0, "end": 4, "version": 0},
            "audience": audience,
            "body": body,
        },
    )


def _deed(world: World, **fields: Any) -> None:
    path = f"/api/drafts/{world.begun.draft_id}/deeds"
    answer = world.call("penholder", "POST", path, json={"id": str(world.next_id()), **fields})
    assert answer.status_code == 200, answer.json


def _chile_comments(world: World) -> None:
    assert _comment(world, "chile", "Chile speaks.", {"kind": "everyone"}).status_code == 200


def _mexico_comments(world: World) -> None:
    assert _comment(world, "mexico", "Mexico speaks.", {"kind": "everyone"}, 2).status_code == 200


def _penholder_types(world: World) -> None:
    world.typed("Now ", 1)


def _penholder_seals(world: World) -> None:
    path = f"/api/drafts/{world.begun.draft_id}/versions"
    name = f"Draft {len(world.state('penholder')['versions'])}"
    body = {"id": str(world.next_id()), "name": name}
    assert world.call("penholder", "POST", path, json=body).status_code == 200


def _penholder_splits(world: World) -> None:
    paragraph = world.state("penholder")["paragraphs"][1]
    _deed(world, kind="split", paragraph=paragraph["id"], at=5, version=paragraph["version"])


def _penholder_deletes(world: World) -> None:
    paragraph = next(p for p in world.state("penholder")["paragraphs"][2:] if not p["deleted"])
    _deed(world, kind="delete", paragraph=paragraph["id"])


def _penholder_resolves(world: World) -> None:
    thread = world.begun.threads["open"]
    body = {"id": str(world.next_id()), "resolved": True}
    world.call("penholder", "POST", f"/api/threads/{thread}/resolution", json=body)


def _secretariat_invites(world: World) -> None:
    path = f"/api/drafts/{world.begun.draft_id}/invitations"
    chile = str(world.begun.delegations["CHL"])
    body = {"id": str(world.next_id()), "role": "delegate", "delegation": chile, "name": "Ms. Soto"}
    assert world.call("secretariat", "POST", path, json=body).status_code == 200


def _icrc_comments(world: World) -> None:
    icrc = str(world.begun.delegations["ICRC"])
    audience = {"kind": "presidency", "delegation": icrc}
    assert _comment(world, "icrc", "From Geneva.", audience).status_code == 200


def _chile_puts_forward(world: World) -> None:
    proposal = _propose(world, "chile", "Chile would have other words;", 6)
    _on_proposal(world, "chile", proposal, "circulation", audience="everyone")


def _mexico_supports(world: World) -> None:
    answer = world.call(
        "mexico",
        "POST",
        f"/api/drafts/{world.begun.draft_id}/positions",
        json={
            "id": str(world.next_id()),
            "proposal": str(world.begun.proposals["open"]),
            "stance": "support",
            "audience": "everyone",
        },
    )
    assert answer.status_code in (200, 409), answer.json


def _penholder_accepts(world: World) -> None:
    proposal = next(
        p
        for p in world.state("penholder")["proposals"]
        if p["id"] == str(world.begun.proposals["open"])
    )
    if proposal["stage"] != "put_forward" or proposal["standing"] != "current":
        return
    shown = next(
        p for p in world.state("penholder")["paragraphs"] if p["id"] == proposal["paragraph"]
    )
    answer = world.call(
        "penholder",
        "POST",
        f"/api/drafts/{world.begun.draft_id}/acceptances",
        json={
            "id": str(world.next_id()),
            "paragraph": shown["id"],
            "version": shown["version"],
            "proposals": [proposal["id"]],
        },
    )
    assert answer.status_code == 200, answer.json


def _penholder_agrees(world: World) -> None:
    paragraph = next(p for p in world.state("penholder")["paragraphs"][1:] if not p["deleted"])
    body = {"id": str(world.next_id()), "paragraph": paragraph["id"], "state": "agreed"}
    path = f"/api/drafts/{world.begun.draft_id}/agreement"
    assert world.call("penholder", "POST", path, json=body).status_code == 200


def _post(world: World, by: str, path: str, /, **fields: Any) -> Any:
    """Calls something on the draft, that succeeds."""
    body = {"id": str(world.next_id()), **fields}
    answer = world.call(by, "POST", f"/api/drafts/{world.begun.draft_id}/{path}", json=body)
    assert answer.status_code == 200, (path, answer.json)
    return answer.json


def _own_state(world: World, who: str) -> dict[str, Any]:
    path = f"/api/drafts/{world.begun.draft_id}/sponsors"
    own: dict[str, Any] = world.call(who, "GET", path).json["own"]
    return own


def _penholder_lists(world: World) -> None:
    deadline = {"local": "2026-11-20T18:00", "zone": "America/New_York"}
    _post(world, "penholder", "call", mode="open", listed=True, deadline=deadline)


def _chile_sponsors(world: World) -> None:
    confirmed = _own_state(world, "chile")["state"] == "confirmed"
    _post(world, "chile", "sponsorship", step="withdrawn" if confirmed else "confirmed")


def _penholder_tables(world: World) -> None:
    _post(world, "penholder", "tabling", symbol="A/C.1/76/L.41", on="2026-11-02", version=0)


PUBLIC: dict[str, Callable[[World], None]] = {
    "penholder lists": _penholder_lists,
    "chile sponsors": _chile_sponsors,
    "penholder tables": _penholder_tables,
    "chile puts forward": _chile_puts_forward,
    "mexico supports": _mexico_supports,
    "penholder accepts": _penholder_accepts,
    "penholder agrees": _penholder_agrees,
    "chile comments": _chile_comments,
    "mexico comments": _mexico_comments,
    "penholder types": _penholder_types,
    "penholder seals": _penholder_seals,
    "penholder splits": _penholder_splits,
    "penholder deletes": _penholder_deletes,
    "penholder resolves": _penholder_resolves,
    "secretariat invites": _secretariat_invites,
    "icrc comments": _icrc_comments,
    "nothing": lambda _world: None,
}
"""What everybody at the table may know of (a comment that some see is the same in both runs)."""


# What is kept to oneself ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Secret:
    """Something somebody does that is their own affair; `words` differ between runs."""

    act: str
    words: str = CANARY

    def do(self, world: World) -> None:
        # Their calls' ids come from a row of their own, so that they take none from the public's.
        kept, world.drawn = world.drawn, world.secret_drawn
        try:
            SECRETS[self.act](world, self.words)
        finally:
            world.secret_drawn, world.drawn = world.drawn, kept


def _own(world: World, key: str = "MEX") -> dict[str, str]:
    return {"kind": "delegation", "delegation": str(world.begun.delegations[key])}


def _remember(world: World, answer: Any, whose: str = "") -> None:
    assert answer.status_code == 200, answer.json
    thread = answer.json["thread"]
    world.things[f"{whose}thread_id"] = uuid.UUID(thread["id"])
    world.things[f"{whose}comment_id"] = uuid.UUID(thread["comments"][-1]["id"])


def _note(world: World, words: str) -> None:
    _remember(world, _comment(world, "mexico", words, _own(world)))


def _capital_notes(world: World, words: str) -> None:
    if world.capital_is_there():
        _remember(world, _comment(world, "mexico_capital", words, _own(world), 3))


def _reply(world: World, words: str) -> None:
    body = {"id": str(world.next_id()), "body": words}
    path = f"/api/threads/{world.begun.threads['of mexico']}/comments"
    _remember(world, world.call("mexico_head", "POST", path, json=body))


def _edit(world: World, words: str) -> None:
    body = {"id": str(world.next_id()), "body": words}
    path = f"/api/comments/{world.begun.comments['of mexico']}"
    assert world.call("mexico", "PUT", path, json=body).status_code == 200


def _resolve(world: World, _words: str) -> None:
    thread = world.begun.threads["of mexico"]
    shown = next(t for t in world.state("mexico")["threads"] if t["id"] == str(thread))
    body = {"id": str(world.next_id()), "resolved": shown["resolved"] is None}
    path = f"/api/threads/{thread}/resolution"
    assert world.call("mexico", "POST", path, json=body).status_code == 200


def _invite_capital(world: World, words: str) -> None:
    path = f"/api/drafts/{world.begun.draft_id}/invitations"
    body = {
        "id": str(world.next_id()),
        "role": "capital",
        "delegation": _own(world)["delegation"],
        "name": words[:100],
    }
    answer = world.call("mexico_head", "POST", path, json=body)
    assert answer.status_code == 200, answer.json
    world.things["invitation_id"] = uuid.UUID(answer.json["invitation"]["id"])
    world.link = answer.json["link"].rpartition("/")[2]


def _capital_comes(world: World, words: str) -> None:
    _invite_capital(world, words)
    answer = world.client().post(
        "/invitations/accept",
        data={
            "token": world.link,
            "name": words[:100],
            "email": f"{uuid.uuid5(uuid.NAMESPACE_URL, words)}@example.org",
            "password": PASSWORD,
        },
        headers={"Sec-Fetch-Site": "same-origin"},
        buffered=True,
    )
    assert answer.status_code == 303, answer.text
    shown = world.call("mexico_head", "GET", f"/api/drafts/{world.begun.draft_id}/people").json
    world.things["person_id"] = uuid.UUID(
        next(p["id"] for p in shown["people"] if p["name"] == words[:100])
    )


def _withdraw(world: World, words: str) -> None:
    _invite_capital(world, words)
    path = f"/api/invitations/{world.things['invitation_id']}"
    assert world.call("mexico_head", "DELETE", path).status_code == 200


def _capital_goes(world: World, _words: str) -> None:
    path = f"/api/drafts/{world.begun.draft_id}/people/{world.begun.persons['mexico_capital']}"
    assert world.call("mexico_head", "DELETE", path).status_code in (200, 404)


def _capital_looks_on(world: World, _words: str) -> None:
    if world.live and world.capital_is_there():
        world.sit("mexico_capital")


def _failed_sign_in(world: World, words: str) -> None:
    for _ in range(3):
        data = {"email": "mexico@example.org", "password": words, "next": "/drafts"}
        world.client().post(
            "/sign-in", data=data, headers={"Sec-Fetch-Site": "same-origin"}, buffered=True
        )


def _sign_in(world: World, words: str) -> None:
    data = {"email": "mexico@example.org", "password": PASSWORD, "next": "/drafts"}
    headers = {"Sec-Fetch-Site": "same-origin", "User-Agent": words[:50]}
    answer = world.client().post("/sign-in", data=data, headers=headers, buffered=True)
    assert answer.status_code in (303, 429)


def _other_sessions_end(world: World, words: str) -> None:
    _sign_in(world, words)
    for session in world.call("mexico", "GET", "/api/sessions").json["sessions"]:
        if not session["here"]:
            world.things["session_id"] = uuid.UUID(session["id"])
            assert (
                world.call("mexico", "DELETE", f"/api/sessions/{session['id']}").status_code == 200
            )


def _look_around(world: World, _words: str) -> None:
    draft = world.begun.draft_id
    for path in (f"/api/drafts/{draft}", "/drafts", f"/drafts/{draft}/export.txt", "/account"):
        assert world.call("mexico", "GET", path).status_code == 200
    world.call("mexico", "POST", "/api/live/tickets")


def _be_refused(world: World, words: str) -> None:
    for audience in ({"kind": "team"}, _own(world, "CHL")):
        assert _comment(world, "mexico", words, audience).status_code == 403
    assert _comment(world, "mexico", "", _own(world)).status_code == 400


def _note_elsewhere(world: World, words: str) -> None:
    answer = world.call(
        "mexico",
        "POST",
        f"/api/drafts/{world.begun.other_id}/threads",
        json={
            "id": str(world.next_id()),
            "paragraph": str(world.begun.other_paragraph),
            "audience": _own(world),
            "body": words,
        },
    )
    _remember(world, answer)


def _tell_the_presidency(world: World, words: str) -> None:
    audience = {"kind": "presidency", "delegation": _own(world)["delegation"]}
    _remember(world, _comment(world, "mexico", words, audience, 4))


def _presidency_answers(world: World, words: str) -> None:
    body = {"id": str(world.next_id()), "body": words}
    thread = world.begun.threads["mexico's with the presidency"]
    _remember(world, world.call("penholder", "POST", f"/api/threads/{thread}/comments", json=body))


def _presidency_writes(world: World, words: str) -> None:
    audience = {"kind": "presidency", "delegation": _own(world)["delegation"]}
    _remember(world, _comment(world, "adviser", words, audience, 2))


def _open_to_the_presidency(world: World, words: str) -> None:
    _note(world, words)
    audience = {"kind": "presidency", "delegation": _own(world)["delegation"]}
    body = {"id": str(world.next_id()), "audience": audience}
    path = f"/api/threads/{world.things['thread_id']}/audience"
    assert world.call("mexico", "POST", path, json=body).status_code == 200


def _team_notes(world: World, words: str) -> None:
    _remember(world, _comment(world, "penholder", words, {"kind": "team"}))


def _team_replies(world: World, words: str) -> None:
    body = {"id": str(world.next_id()), "body": words}
    path = f"/api/threads/{world.begun.threads['of the team']}/comments"
    _remember(world, world.call("adviser", "POST", path, json=body))


def _refuse_updates(world: World, _words: str) -> None:
    """Refuses the technical updates that are due, or brings back those refused."""
    path = f"/api/drafts/{world.begun.draft_id}/updates"
    due = world.call("penholder", "GET", path).json["updates"]
    said: dict[str, list[str]] = {"refuse": [], "restore": []}
    for one in due:
        said["refuse" if one["refused"] is None else "restore"].append(one["key"])
    body = {"id": str(world.next_id()), **said}
    assert world.call("penholder", "POST", path, json=body).status_code == 200


def _chile_notes(world: World, words: str) -> None:
    _remember(world, _comment(world, "chile", words, _own(world, "CHL")), "chile ")


def _propose(world: World, who: str, words: str, index: int = 4) -> uuid.UUID:
    answer = world.call(
        who,
        "POST",
        f"/api/drafts/{world.begun.draft_id}/proposals",
        json={
            "id": str(world.next_id()),
            "kind": "amend",
            "paragraph": str(world.begun.paragraphs[index]),
            "ops": [{"insert": words[:5_000]}],
        },
    )
    if answer.status_code == 409:
        # The paragraph has been deleted in public: a new one, then.
        answer = world.call(
            who,
            "POST",
            f"/api/drafts/{world.begun.draft_id}/proposals",
            json={
                "id": str(world.next_id()),
                "kind": "insert",
                "paragraph": str(world.begun.paragraphs[index]),
                "paragraph_kind": "operative",
                "ops": [{"insert": words[:5_000]}],
            },
        )
    assert answer.status_code == 200, answer.json
    return uuid.UUID(answer.json["proposal"]["id"])


def _propose_in_secret(world: World, who: str, words: str, index: int = 4) -> uuid.UUID:
    found = world.things["proposal_id"] = _propose(world, who, words, index)
    return found


def _on_proposal(world: World, who: str, proposal: Any, call: str, **fields: Any) -> None:
    body = {"id": str(world.next_id()), **fields}
    answer = world.call(who, "POST", f"/api/proposals/{proposal}/{call}", json=body)
    assert answer.status_code == 200, answer.json


def _bring_file(world: World, words: str) -> None:
    """Brings a file back: a paragraph of its own as a draft, a comment into its own ring."""
    said = f"Decides to look again{'' if words == CANARY else ' and again'}."
    key = world.begun.paragraphs[1]
    data = WordFile(
        [
            line("The General Assembly,"),
            line(on(0, "Recalling what was said,"), key=str(key)),
            line(put_in("Ana", said), mark=end("ins", "Ana")),
        ],
        comments=[Comment("Ana", words[:2_000])],
    ).bytes()
    path = f"/api/drafts/{world.begun.draft_id}/returned"
    form: dict[str, Any] = {"file": (io.BytesIO(data), "file.docx"), "version": "0"}
    found = world.call("mexico", "POST", f"{path}/look", data=form).json
    asked = {
        "id": str(world.next_id()),
        "version": "0",
        "sha256": found["sha256"],
        "mark": found["mark"],
        "items": [i["key"] for i in found["items"] if i["author"] == "Ana"],
        "comments": [c["key"] for c in found["comments"]],
        "authors": [{"name": "Ana"}],
        "audience": _own(world),
    }
    form = {"file": (io.BytesIO(data), "file.docx"), "asked": json.dumps(asked)}
    answer = world.call("mexico", "POST", path, data=form)
    assert answer.status_code == 200, answer.json
    world.things["proposal_id"] = uuid.UUID(answer.json["proposals"][0])
    world.things["thread_id"] = uuid.UUID(answer.json["threads"][0])


def _draft_proposal(world: World, words: str) -> None:
    _propose_in_secret(world, "mexico", words)


def _capital_drafts(world: World, words: str) -> None:
    if world.capital_is_there():
        _propose_in_secret(world, "mexico_capital", words, 5)


def _type_in_draft(world: World, words: str) -> None:
    world.typed_in(world.begun.proposals["draft of mexico"], words[:2_000], by="mexico")


def _say_for_the_floor(world: World, words: str) -> None:
    _on_proposal(
        world, "mexico", world.begun.proposals["draft of mexico"], "sentence", sentence=words
    )


def _withdraw_draft(world: World, words: str) -> None:
    _on_proposal(
        world,
        "mexico",
        _propose_in_secret(world, "mexico", words),
        "withdrawal",
        reason=words[:900],
    )


def _take_position(world: World, words: str) -> None:
    _remember_position(world, "mexico", words, "delegation")


def _remember_position(world: World, who: str, words: str, kind: str) -> None:
    answer = world.call(
        who,
        "POST",
        f"/api/drafts/{world.begun.draft_id}/positions",
        json={
            "id": str(world.next_id()),
            "paragraph": str(world.begun.paragraphs[1]),
            "stance": "reserve",
            "remark": words[:4_000],
            "audience": kind,
        },
    )
    assert answer.status_code == 200, answer.json
    world.things["position_id"] = uuid.UUID(answer.json["position"]["id"])


def _take_position_on_proposal(world: World, words: str) -> None:
    answer = world.call(
        "mexico",
        "POST",
        f"/api/drafts/{world.begun.draft_id}/positions",
        json={
            "id": str(world.next_id()),
            "proposal": str(world.begun.proposals["open"]),
            "stance": "object",
            "remark": words[:4_000],
            "audience": "delegation",
        },
    )
    assert answer.status_code == 200, answer.json


def _propose_to_the_presidency(world: World, words: str) -> None:
    _on_proposal(
        world,
        "mexico",
        _propose_in_secret(world, "mexico", words),
        "circulation",
        audience="presidency",
    )


def _presidency_considers(world: World, words: str) -> None:
    proposal = world.begun.proposals["mexico's with the presidency"]
    _on_proposal(
        world,
        "penholder",
        proposal,
        "response",
        outcome="will_consider",
        reason=words[:900],
        audience="presidency",
    )


def _tell_position(world: World, words: str) -> None:
    _remember_position(world, "mexico", words, "presidency")


def _presidency_answers_position(world: World, words: str) -> None:
    body = {
        "id": str(world.next_id()),
        "outcome": "will_consider",
        "reason": words[:900],
        "audience": "presidency",
    }
    position = world.begun.positions["mexico's with the presidency"]
    answer = world.call("penholder", "POST", f"/api/positions/{position}/response", json=body)
    assert answer.status_code == 200, answer.json


def _team_drafts(world: World, words: str) -> None:
    _propose_in_secret(world, "penholder", words)


def _draft_jointly(world: World, words: str) -> None:
    proposal = _propose_in_secret(world, "mexico", words)
    chile = str(world.begun.delegations["CHL"])
    _on_proposal(world, "mexico", proposal, "owners", delegation=chile)
    world.typed_in(proposal, words[:100], by="chile")


def _type_jointly(world: World, words: str) -> None:
    world.typed_in(world.begun.proposals["joint draft"], words[:2_000], by="chile_head")


# Of sponsors, capitals and the board: each act does several things that are kept alike.


def _take_steps(world: World, words: str, reach: str) -> None:
    """Takes a step of Mexico's, and another that puts it right."""
    step = "positive" if _own_state(world, "mexico")["state"] == "awaiting" else "awaiting"
    fields = {"step": step, "audience": reach, "note": words[:2_000], "who": words[:200]}
    made = _post(world, "mexico", "sponsorship", **fields)["sponsorships"][0]
    other = "positive" if step == "awaiting" else "awaiting"
    corrects = made["steps"][0]["id"]
    _post(world, "mexico_head", "sponsorship", **fields | {"step": other}, corrects=corrects)


def _bind_conditions(world: World, words: str, reach: str) -> None:
    """Makes two conditions of Mexico's, and lifts one."""
    on = str(world.begun.paragraphs[2])
    fields = {"audience": reach, "note": words[:2_000]}
    _post(world, "mexico", "conditions", kind="unchanged", paragraph=on, **fields)
    made = _post(world, "mexico", "conditions", kind="as_circulated", **fields)["sponsorship"]
    held = [c for c in made["conditions"] if c["lifted"] is None and c["kind"] == "as_circulated"]
    world.things["condition_id"] = uuid.UUID(held[-1]["id"])
    path = f"/api/conditions/{held[-1]['id']}/lifting"
    answer = world.call("mexico_head", "POST", path, json={"id": str(world.next_id())})
    assert answer.status_code == 200, answer.json


def _go_on(world: World, instruction: str, step: str, **fields: Any) -> None:
    path = f"/api/instructions/{instruction}/steps"
    body = {"id": str(world.next_id()), "step": step, **fields}
    answer = world.call("mexico", "POST", path, json=body)
    assert answer.status_code == 200, answer.json


def _step_in_private(world: World, words: str) -> None:
    _take_steps(world, words, "delegation")


def _bind_in_private(world: World, words: str) -> None:
    _bind_conditions(world, words, "delegation")


def _ask_the_capital(world: World, words: str) -> None:
    """Asks on a paragraph and lets the answer confirm what was said of it; asks on the vote and drops it."""
    _remember_position(world, "mexico", words, "delegation")
    on = str(world.begun.paragraphs[1])
    fields = {"words": words, "asked_by": words[:200], "due": "2026-11-12"}
    asked = _post(world, "mexico", "instructions", subject="paragraph", paragraph=on, **fields)
    world.things["instruction_id"] = uuid.UUID(asked["instruction"]["id"])
    _go_on(world, asked["instruction"]["id"], "received", words=words, confirm=True)
    dropped = _post(world, "mexico", "instructions", subject="vote", **fields)["instruction"]["id"]
    _go_on(world, dropped, "superseded", words=words)


def _change_unshown_date(world: World, words: str) -> None:
    """Changes when an instruction is due of which the presidency is shown that it waits, not until when."""
    day = f"2026-12-{len(words) % 28 + 1:02}"
    pending = str(world.begun.instructions["mexico's, pending"])
    _go_on(world, pending, "shown", shown="pending", due=day)


def _read_a_version(world: World, words: str) -> None:
    _post(world, "mexico", "readings", version=0)
    data = {"zone": "America/New_York" if len(words) % 2 else "Europe/Zurich"}
    assert world.call("mexico", "POST", "/account/zone", data=data).status_code == 303


def _step_with_the_presidency(world: World, words: str) -> None:
    _take_steps(world, words, "presidency")
    fields = {"audience": "presidency", "note": words[:2_000]}
    _post(world, "penholder", "conditions", kind="as_circulated", **fields, **_of(world, "MEX"))


def _of(world: World, key: str) -> dict[str, str]:
    return {"delegation": str(world.begun.delegations[key])}


def _bind_with_the_presidency(world: World, words: str) -> None:
    _bind_conditions(world, words, "presidency")


def _show_what_is_asked(world: World, words: str) -> None:
    """Shows the presidency that an instruction waits, then until when, and receives it; another waits still."""
    fields = {"subject": "vote", "words": words, "shown": "pending", "due": "2026-11-12"}
    asked = _post(world, "mexico", "instructions", **fields)["instruction"]["id"]
    world.things["instruction_id"] = uuid.UUID(asked)
    _go_on(world, asked, "shown", shown="due", due="2026-11-13")
    _go_on(world, asked, "received", words=words)
    _post(world, "mexico", "instructions", **fields)


def _write(world: World, words: str, key: str) -> str:
    """Writes a letter that asks whether a State will sponsor; gives the link's token."""
    sent = _post(
        world,
        "penholder",
        "letters",
        delegations=[str(world.begun.delegations[key])],
        question="sponsor",
        subject=words[:200],
        body=f"{words[:5_000]} {{facts}} {{link}} .",
    )
    return link_in(sent)


def _answer(world: World, token: str, choice: str, words: str) -> None:
    fields = {"token": token, "choice": choice, "note": words[:2_000], "name": words[:200]}
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert world.client().get(f"/answers/{token}").status_code == 200
    answer = world.client().post("/answers", data=fields, headers=headers, buffered=True)
    assert answer.status_code == 200, answer.text


def _answer_that_one_awaits(world: World, words: str) -> None:
    row = f"/api/drafts/{world.begun.draft_id}/board/{world.begun.delegations['MEX']}"
    state = world.call("penholder", "GET", row).json["sponsorship"]["state"]
    if state == "awaiting":
        _post(world, "mexico", "sponsorship", step="positive", audience="presidency")
    _answer(world, _write(world, words, "MEX"), "awaiting", words)


def _keep_notes_of_states(world: World, words: str) -> None:
    """Notes what was said, what is to be done and what is expected: of Mexico, and of Chile."""
    for key in ("MEX", "CHL"):
        said = {"said": words, "who": words[:200], "channel": words[:200]}
        _post(world, "penholder", "contacts", **said, **_of(world, key))
        _post(world, "adviser", "actions", what=words[:200], due="2026-11-03", **_of(world, key))
        because = {"reason": words[:2_000], "source": words[:200]}
        _post(world, "penholder", "overrides", vote="A", **because, **_of(world, key))


def _write_letters(world: World, words: str) -> None:
    """Writes letters with and without a link, and looks at one before."""
    _write(world, words, "MEX")
    mexico = str(world.begun.delegations["MEX"])
    about = {"subject": words[:200], "body": words[:9_000]}
    for path in ("letters/preview", "letters"):
        _post(world, "adviser", path, delegations=[mexico], **about)


def _keep_a_step_of_anothers(world: World, words: str) -> None:
    """Records for the presidency alone where a State stands that nobody is here for."""
    australia = str(world.begun.delegations["AUS"])
    fields = {"audience": "presidency", "note": words[:2_000]}
    _post(world, "penholder", "sponsorship", step="awaiting", delegations=[australia], **fields)
    _post(world, "adviser", "sponsorship", step="positive", delegations=[australia], **fields)
    _post(world, "penholder", "conditions", kind="as_circulated", delegation=australia, **fields)


def _record_votes(world: World, words: str) -> None:
    on = str(world.begun.paragraphs[1])
    for paragraph in (None, on):
        cast = {"MEX": "YNA"[len(words) % 3], "CHL": "N"}
        fields = {"votes": cast, "body": "committee", "on": "2026-11-01", "paragraph": paragraph}
        _post(world, "secretariat", "roll-calls", **fields)
    _post(world, "secretariat", "record", votes=EARLIER_VOTES)


def _aim_at_states(world: World, _words: str) -> None:
    for target in (True, False):
        some = [str(world.begun.delegations[key]) for key in ("MEX", "CHL", "AUS")]
        _post(world, "penholder", "targets", delegations=some, target=target)
    _post(world, "penholder", "targets", delegations=some[:1], target=True)


def _record_a_step_of_anothers(world: World, words: str) -> None:
    australia = str(world.begun.delegations["AUS"])
    fields = {"delegations": [australia], "note": words[:2_000]}
    for step in ("withdrawn", "said"):
        _post(world, "secretariat", "sponsorship", step=step, **fields)
    fields = {"delegation": australia, "note": words[:2_000]}
    _post(world, "secretariat", "conditions", kind="as_circulated", **fields)


def _say_to_the_board(world: World, words: str) -> None:
    said = _own_state(world, "mexico")["state"] == "said"
    fields = {"step": "withdrawn" if said else "said", "note": words[:2_000]}
    _post(world, "mexico", "sponsorship", **fields)
    _bind_conditions(world, words, "board")


def _decline_by_link(world: World, words: str) -> None:
    if _own_state(world, "mexico")["state"] == "said":
        _post(world, "mexico", "sponsorship", step="withdrawn")
    if _own_state(world, "mexico")["state"] in ("declined", "withdrawn"):
        _post(world, "mexico", "sponsorship", step="positive", audience="board")
    _answer(world, _write(world, words, "MEX"), "no", words)


def _capital_lets_sponsor(world: World, words: str) -> None:
    if _own_state(world, "mexico")["state"] == "said":
        _post(world, "mexico", "sponsorship", step="withdrawn")
    asked = _post(world, "mexico", "instructions", subject="sponsorship", words=words)
    _go_on(world, asked["instruction"]["id"], "received", words=words, sponsorship="said")


OF_MEXICO: dict[str, Callable[[World, str], None]] = {
    "step in private": _step_in_private,
    "bind in private": _bind_in_private,
    "ask the capital": _ask_the_capital,
    "change a date that is not shown": _change_unshown_date,
    "read a version": _read_a_version,
    "bring a file": _bring_file,
    "draft a proposal": _draft_proposal,
    "capital drafts": _capital_drafts,
    "type in a draft": _type_in_draft,
    "say for the floor": _say_for_the_floor,
    "withdraw a draft": _withdraw_draft,
    "take a position": _take_position,
    "take a position on a proposal": _take_position_on_proposal,
    "note": _note,
    "capital notes": _capital_notes,
    "reply": _reply,
    "edit": _edit,
    "resolve": _resolve,
    "invite capital": _invite_capital,
    "withdraw": _withdraw,
    "capital comes": _capital_comes,
    "capital goes": _capital_goes,
    "capital looks on": _capital_looks_on,
    "failed sign-in": _failed_sign_in,
    "sign in": _sign_in,
    "other sessions end": _other_sessions_end,
    "look around": _look_around,
    "be refused": _be_refused,
    "note elsewhere": _note_elsewhere,
}
WITH_THE_PRESIDENCY: dict[str, Callable[[World, str], None]] = {
    "step with the presidency": _step_with_the_presidency,
    "bind with the presidency": _bind_with_the_presidency,
    "show what is asked": _show_what_is_asked,
    "answer that one awaits": _answer_that_one_awaits,
    "propose to the presidency": _propose_to_the_presidency,
    "presidency considers": _presidency_considers,
    "tell a position": _tell_position,
    "presidency answers a position": _presidency_answers_position,
    "tell the presidency": _tell_the_presidency,
    "presidency answers": _presidency_answers,
    "presidency writes": _presidency_writes,
    "open to the presidency": _open_to_the_presidency,
}
OF_THE_TEAM: dict[str, Callable[[World, str], None]] = {
    "team notes": _team_notes,
    "team replies": _team_replies,
    "team drafts": _team_drafts,
    "refuse updates": _refuse_updates,
    "keep notes of States": _keep_notes_of_states,
    "write letters": _write_letters,
    "keep a step of another's": _keep_a_step_of_anothers,
}
OF_THE_BOARD: dict[str, Callable[[World, str], None]] = {
    "record votes": _record_votes,
    "aim at States": _aim_at_states,
    "record a step of another's": _record_a_step_of_anothers,
}
"""What the presidency and the secretariat know, and delegations and observers do not."""
WITH_THE_BOARD: dict[str, Callable[[World, str], None]] = {
    "say to the board": _say_to_the_board,
    "decline by a link": _decline_by_link,
    "capital lets sponsor": _capital_lets_sponsor,
}
"""What Mexico tells the presidency and the secretariat, and nobody else."""
OF_BOTH: dict[str, Callable[[World, str], None]] = {
    "draft jointly": _draft_jointly,
    "type jointly": _type_jointly,
}
"""What Mexico and Chile keep between themselves: their capitals do not read it either."""
OF_CHILE: dict[str, Callable[[World, str], None]] = {"chile notes": _chile_notes}
SECRETS = (
    OF_MEXICO
    | WITH_THE_PRESIDENCY
    | OF_THE_TEAM
    | OF_BOTH
    | OF_CHILE
    | OF_THE_BOARD
    | WITH_THE_BOARD
)

NOT_MEXICO = ("chile", "penholder", "secretariat", "chile_head", "icrc", "stranger", "guest")
NOT_THEM = ("chile", "secretariat", "icrc", "chile_head", "stranger", "guest")
NOT_THE_TEAM = ("mexico", "secretariat", "chile_head", "icrc", "mexico_capital", "stranger")
NOT_BOTH = ("penholder", "secretariat", "icrc", "mexico_capital", "adviser", "stranger", "guest")
NOT_CHILE = ("mexico", "penholder", "secretariat", "icrc", "mexico_head")
NOT_THE_BOARD = ("mexico", "chile_head", "icrc", "mexico_capital", "chile", "stranger")
NOT_WITH_THE_BOARD = ("chile", "icrc", "chile_head", "stranger", "guest")


def observers_of(act: str) -> Sequence[str]:
    """Gives whom an act of somebody's own is none of the business of."""
    if act in OF_MEXICO:
        return NOT_MEXICO
    if act in WITH_THE_PRESIDENCY:
        return NOT_THEM
    if act in OF_BOTH:
        return NOT_BOTH
    if act in OF_THE_BOARD:
        return NOT_THE_BOARD
    if act in WITH_THE_BOARD:
        return NOT_WITH_THE_BOARD
    return NOT_THE_TEAM if act in OF_THE_TEAM else NOT_CHILE


# What is seen --------------------------------------------------------------------------------------

Record = list[tuple[str, bytes]]
"""What an observer saw, in order: under which name, and the bytes."""


@dataclass(frozen=True)
class Owners:
    """What those who keep something to themselves have had from the beginning."""

    thread: str
    session: str
    person: str
    delegation: str
    proposal: str = ""
    position: str = ""
    condition: str = ""
    instruction: str = ""


_MEXICO = Owners(
    "of mexico",
    "mexico",
    "mexico_capital",
    "MEX",
    "draft of mexico",
    "of mexico",
    "of mexico",
    "of mexico",
)
_TOGETHER = "mexico's with the presidency"
WHOSE = {
    "mexico": _MEXICO,
    "mexico and the presidency": replace(
        _MEXICO,
        thread=_TOGETHER,
        proposal=_TOGETHER,
        position=_TOGETHER,
        condition=_TOGETHER,
        instruction="mexico's, due",
    ),
    "mexico and chile": replace(_MEXICO, proposal="joint draft"),
    "mexico and the board": _MEXICO,
    "team": Owners(
        "of the team",
        "penholder",
        "adviser",
        "GBR",
        "draft of the team",
        condition="of the team",
    ),
    "board": Owners("of the team", "penholder", "adviser", "AUS", condition="of the board"),
    "chile": Owners(
        "of chile", "chile", "guest", "CHL", condition="of chile", instruction="of chile"
    ),
}


def whose(act: str) -> str:
    """Gives whose affair an act is."""
    if act in OF_MEXICO:
        return "mexico"
    if act in WITH_THE_PRESIDENCY:
        return "mexico and the presidency"
    if act in OF_BOTH:
        return "mexico and chile"
    if act in OF_THE_BOARD:
        return "board"
    if act in WITH_THE_BOARD:
        return "mexico and the board"
    return "team" if act in OF_THE_TEAM else "chile"


def pools(world: World, who: str, owners: str) -> dict[str, dict[str, list[Any]]]:
    """Gives what addresses and bodies are made of: what one knows, what is theirs, what never was."""
    begun, things = world.begun, world.things
    if owners == "chile":
        things = {name.removeprefix("chile "): value for name, value in things.items()}
    theirs_are = WHOSE[owners]
    delegation = begun.delegations[theirs_are.delegation]
    known = {
        "draft_id": [begun.other_id if who == "elsewhere" else begun.draft_id],
        "paragraph_id": [begun.paragraphs[1]],
        "thread_id": [begun.threads["open"]],
        "comment_id": [begun.comments["open"]],
        "session_id": [begun.sessions.get(who, ABSENT["session_id"])],
        "person_id": [begun.persons["icrc"]],
        "invitation_id": [ABSENT["invitation_id"]],
        "proposal_id": [begun.proposals["open"]],
        "position_id": [begun.positions["open"]],
        "package_id": [begun.packages["open"]],
        "number": [0, 1],
        "ending": ["docx", "html", "json", "txt", "pdf", "xml"],
        "provider": ["ministry"],
        "token": ["00" * 24],
        "filename": ["icon.svg", "../house.py"],
        "condition_id": [begun.conditions["of chile"]],
        "instruction_id": [begun.instructions["of chile"]],
        "delegation_id": [begun.delegations["CHL"]],
        "sheet": ["csv", "xlsx"],
        "answer": [begun.answer],
        "delegation": [begun.delegations["CHL"]],
        "query": ["0", "1"],
        "?on": ["2026-11-01"],
        "?part": [begun.paragraphs[1]],
        "?like": ["PP1"],
        "?proposals": ["everyone", "mine", "all"],
        "?comments": ["everyone", "mine", "all"],
    }
    theirs = known | {
        "paragraph_id": [begun.other_paragraph],
        **{
            name: [
                held.get(key, ABSENT[name]),
                things.get(name, ABSENT[name]),
            ]
            for name, held, key in (
                ("thread_id", begun.threads, theirs_are.thread),
                ("comment_id", begun.comments, theirs_are.thread),
                ("session_id", begun.sessions, theirs_are.session),
                ("person_id", begun.persons, theirs_are.person),
                ("proposal_id", begun.proposals, theirs_are.proposal),
                ("position_id", begun.positions, theirs_are.position),
                ("condition_id", begun.conditions, theirs_are.condition),
                ("instruction_id", begun.instructions, theirs_are.instruction),
            )
        },
        "package_id": [begun.packages["elsewhere"]],
        "invitation_id": [things.get("invitation_id", ABSENT["invitation_id"])],
        "number": [1],
        "ending": ["txt"],
        "sheet": ["csv"],
        "delegation_id": [delegation],
        "delegation": [delegation],
        "query": ["1"],
    }
    absent = (
        known
        | {name: [value] for name, value in ABSENT.items()}
        | {
            "number": [999],
            "ending": ["exe"],
            "sheet": ["exe"],
            "token": ["ff" * 24],
            "answer": ["ff" * 24],
            "filename": ["absent"],
            "query": ["999"],
        }
    )
    return {"known": known, "theirs": theirs, "absent": absent}


LAST = ("web.account_password", "api.session_end", "web.sign_out")
THINGS = (
    "thread_id",
    "comment_id",
    "session_id",
    "person_id",
    "invitation_id",
    "proposal_id",
    "position_id",
    "condition_id",
    "instruction_id",
    "delegation_id",
)


def _asked(world: World, rule: Rule, pools: Any, *, fully: bool) -> Iterator[tuple[str, Ask]]:
    """Gives what is asked of one page: after each step what only looks, at the end everything."""
    # A row of ids of its own, so that both runs ask with the same.
    number = [0]

    def next_id() -> uuid.UUID:
        number[0] += 1
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{world.looked} {rule.endpoint} {number[0]}")

    def taken() -> uuid.UUID:
        # An id that they may have used for a call of their own.
        return uuid.uuid5(uuid.NAMESPACE_URL, f"call {SECRET_CALLS + 1}")

    own = [m for m in METHODS if m in (rule.methods or set()) and m not in ("HEAD", "OPTIONS")]
    for name, pool in pools.items():
        if fully:
            name_of = taken if name == "theirs" else next_id
            for ask in asks(world.app, rule, pool, name_of, own):
                yield name, ask
                if name == "absent":
                    break  # one of the bodies tells as much as all
            once = asks(world.app, rule, pool, next_id, [m for m in METHODS if m not in own])
            for method in METHODS:
                if method not in own:
                    yield name, replace(next(once), method=method)
            continue
        theirs = name == "theirs" and rule.arguments & set(THINGS)
        if theirs or (name == "known" and own == ["GET"] and rule.endpoint != "static"):
            fewer = pool | {"query": ["0"], "ending": ["json", "txt"], "number": [0]}
            fewer["sheet"] = ["csv"]
            name_of = taken if theirs else next_id
            asked = _one_body_each(asks(world.app, rule, fewer, name_of, own))
            for ask in itertools.islice(asked, FEW):
                yield name, ask


FEW = 3
"""How many addresses of one page are asked after each step, each with one body."""


def _one_body_each(every: Iterator[Ask]) -> Iterator[Ask]:
    first = None
    for ask in every:
        first = ask.kind if first is None else first
        if ask.kind == first:
            yield ask


def observe(
    world: World,
    who: str,
    owners: str,
    *,
    fully: bool = False,
    looks: Callable[[], bool] = lambda: True,
) -> Record:
    """Gives all that somebody can see now, or of the pages and calls those that `looks` tells to ask for."""
    record: Record = []
    if world.live and who in world.papers:
        record += [("heard", frame) for frame in world.heard(who)]
        if fully:
            record += _events(world, who, pools(world, who, owners))
    world.looked += 1
    asked = pools(world, who, owners)
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    engine = world.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        every = rules(world.app)
        ordered = [r for r in every if r.endpoint not in LAST]
        ordered += sorted(
            (r for r in every if r.endpoint in LAST), key=lambda r: LAST.index(r.endpoint)
        )
        for rule in ordered:
            for number, (pool, ask) in enumerate(_asked(world, rule, asked, fully=fully)):
                if not looks():
                    continue
                statements.clear()
                answer = ask.send(world.clients[who])
                name = f"{ask.method} {rule.rule} [{pool} {number}] {ask.kind}"
                assert answer.status_code < 500, (name, answer.text)
                head = f"{answer.status}\n{answer.headers}"
                record.append((name, head.encode() + answer.data))
                record += [(f"{name}: {part}", data) for part, data in _parts(answer.data)]
                if pool == "known":
                    # How much is asked of the database shows in how long an answer takes.
                    record.append((f"{name}: statements", "\n".join(statements).encode()))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    if world.live and who in world.papers:
        record += [("heard of one's own", frame) for frame in world.heard(who)]
    return record


def _parts(data: bytes) -> list[tuple[str, bytes]]:
    if not data.startswith(b"PK\x03\x04"):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return [
            (f"{i.filename} {i.date_time} {i.extra!r} {i.comment!r}", parts.read(i))
            for i in parts.infolist()
        ]


def _events(world: World, who: str, pools: Any) -> Record:
    record: Record = []
    seat = world.sit(who, f"{who} again")
    for event_name in sorted(shapes.READERS):
        for name, pool in pools.items():
            for draft in pool["draft_id"]:
                for text in (*pool["paragraph_id"], *pool["proposal_id"]):
                    fields = {
                        "draft": str(draft),
                        "text": str(text),
                        "texts": {str(text): 0},
                        "seq": 0,
                        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{event_name} {name}")),
                        "base": 0,
                        "version": 0,
                        "start": 0,
                        "end": 1,
                        "ops": [{"insert": "x"}],
                    }
                    wanted = EVENT_FIELDS.get(event_name)
                    assert wanted is not None, f"no way to build the event {event_name}"
                    world.say(seat, event_name, {k: fields[k] for k in wanted})
                    heard = [*world.heard(f"{who} again"), *world.heard(who)]
                    record += [(f"{event_name} [{name}]", frame) for frame in heard]
    return record


EVENT_FIELDS = {
    "join": ("draft",),
    "catch_up": ("draft", "seq", "texts"),
    "change": ("draft", "text", "id", "base", "ops"),
    "caret": ("draft", "text", "version", "start", "end"),
}


# Runs ----------------------------------------------------------------------------------------------

History = tuple[str, ...]
Secrets = Mapping[int, Sequence[Secret]]
"""What is done in secret before each public step."""


class Unplayable(AssertionError):
    """A drawn history asks for what cannot be done any more after what went before."""


def _done(act: Callable[[World], None], world: World) -> None:
    try:
        act(world)
    except AssertionError as error:
        raise Unplayable(str(error)) from error


def run(
    begun: Beginning,
    folder: Path,
    history: History,
    secrets: Secrets,
    observers: Sequence[str],
    owners: str,
    *,
    fully: bool = True,
    looks: Callable[[], bool] = lambda: True,
) -> dict[str, list[Record]]:
    """Plays a history and gives what each observer saw, after each step and at the end.

    `looks` thins out what is looked at after the steps; it says the same in both runs.
    """
    with World(begun, folder, live=True) as world:
        for who in (
            "penholder",
            "mexico",
            "mexico_head",
            "chile",
            "chile_head",
            "icrc",
            "secretariat",
        ):
            world.sit(who)
        if "mexico_capital" in observers:
            world.sit("mexico_capital")
        world.settle()
        seen: dict[str, list[Record]] = {who: [] for who in observers}
        for number, step in enumerate((*history, "nothing")):
            for secret in secrets.get(number, ()):
                _done(secret.do, world)
                # What is told of it is told by itself, and not together with what is public.
                world.settle()
            _done(PUBLIC[step], world)
            for who in observers:
                seen[who].append(observe(world, who, owners, looks=looks))
            world.step()
        if fully:
            # One after the other, each in a world as it was: what one does is no other's affair here.
            for who in observers:
                with world.as_it_was():
                    seen[who].append(observe(world, who, owners, fully=True))
        return seen


def first_difference(one: Sequence[Record], other: Sequence[Record]) -> str | None:
    """Says where two records part, with forty bytes to either side; None when they do not."""
    for step, (left, right) in enumerate(zip(one, other, strict=True)):
        for (name, a), (other_name, b) in zip(left, right, strict=False):
            if name != other_name:
                return f"step {step}: {name!r} against {other_name!r}"
            if a != b:
                at = next(
                    (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y),
                    min(len(a), len(b)),
                )
                return f"step {step}: {name} at {at}: {a[max(0, at - 40) : at + 40]!r} against {b[max(0, at - 40) : at + 40]!r}"
        if len(left) != len(right):
            longer = max(left, right, key=len)
            return f"step {step}: only one has {longer[min(len(left), len(right))]!r}"
    return None


def canary_in(records: Sequence[Record]) -> str | None:
    """Says where the canary stands, in plain or in disguise."""
    word = CANARY.encode()
    disguises = {
        "plain": word,
        "UTF-16": CANARY.encode("utf-16-le"),
        "base64": base64.b64encode(word)[:-4],
        "hex": word.hex().encode(),
        "JSON": json.dumps(CANARY).encode(),
    }
    for record in records:
        for name, data in record:
            for how, found in disguises.items():
                if found in data:
                    return f"{name}: the canary, {how}"
    return None
