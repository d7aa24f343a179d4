"""The JSON API as a whole: described, documented, repeatable, and in one form of answer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drafting.api import spec
from drafting.rules.doors import PAGES
from tests.security.asking import asks, own_methods, rules
from tests.security.test_matrix import base_pool
from tests.security.world import Beginning, World, begin

ROOT = Path(__file__).parents[2]
SHORT = {"D": "draft_id", "T": "thread_id", "C": "comment_id", "N": "number", "P": "paragraph_id", "I": "invitation_id", "S": "session_id"}  # fmt: skip


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    return begin(tmp_path_factory.mktemp("beginning"))


@pytest.fixture
def world(beginning: Beginning, tmp_path: Path) -> Iterator[World]:
    with World(beginning, tmp_path) as made:
        yield made


def called(world: World) -> set[tuple[str, str]]:
    return {
        (method, re.sub(r"<(?:\w+:)?\w+>", "*", rule.rule))
        for rule in rules(world.app)
        if rule.endpoint.startswith("api.")
        for method in own_methods(rule)
    }


def test_every_call_is_in_the_documentation_and_nothing_else_is(world: World) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    documented = {
        (method, re.sub(r"/[A-Z](?=/|$)", "/*", path.partition("?")[0]))
        for method, path in re.findall(
            r"^\| `(GET|POST|PUT|DELETE) (/api/[^` ]*)`", text, re.MULTILINE
        )
    }
    assert documented | {("GET", "/api/openapi.json")} == called(world)


def test_every_call_is_described_for_machines(world: World) -> None:
    described = world.call("stranger", "GET", "/api/openapi.json").json
    assert {
        (method.upper(), re.sub(r"{\w+}", "*", path))
        for path, methods in described["paths"].items()
        for method in methods
    } == called(world)
    text = str(described)
    for name in re.findall(r"#/components/schemas/(\w+)", text):
        assert name in described["components"]["schemas"], name
    for methods in described["paths"].values():
        for one in methods.values():
            assert one["summary"].endswith(".")
    assert set(spec.BODIES) <= set(PAGES)


def test_a_table_whose_keys_have_a_form_has_no_other_keys(world: World) -> None:
    def tables(part: object) -> Iterator[dict[str, Any]]:
        if isinstance(part, dict):
            if "patternProperties" in part:
                yield part
            part = list(part.values())
        if isinstance(part, list):
            for one in part:
                yield from tables(one)

    found = list(tables(world.call("stranger", "GET", "/api/openapi.json").json))
    assert found
    assert [one for one in found if one.get("additionalProperties") is not False] == []


ANSWERED_IN_FULL_ONCE = {"api.deed", "api.invite", "api.letters_send", "api.masthead"}
"""What is kept of their answers holds neither words nor secrets."""


def test_a_call_that_is_repeated_is_answered_alike_and_has_no_second_effect(world: World) -> None:
    counted = 0
    for rule in rules(world.app):
        # A preview changes nothing: it may be asked for as often as one likes.
        if rule.endpoint not in spec.BODIES or rule.endpoint == "api.letters_preview":
            continue
        pool = base_pool(world, "chile", world.begun.draft_id)
        for who in ("penholder", "chile"):
            ask = next(asks(world.app, rule, pool, world.next_id, own_methods(rule)))
            with world.as_it_was():
                first = ask.send(world.clients[who])
                if first.status_code != 200:
                    continue
                before = world.state("penholder")
                again = ask.send(world.clients[who])
                assert again.status_code == 200, (ask, again.text)
                if rule.endpoint not in ANSWERED_IN_FULL_ONCE:
                    assert again.data == first.data
                assert world.state("penholder") == before
                counted += 1
                other = {**ask.json, **_changed(ask.json)}
                conflict = world.call(who, ask.method, ask.path, json=other)
                if other != ask.json:
                    assert (conflict.status_code, conflict.json["title"]) == (409, "Conflict"), ask
                    assert world.state("penholder") == before
    assert counted >= 6


def _changed(body: dict[str, Any]) -> dict[str, Any]:
    if "votes" in body:
        return {"on": "2026-11-01"}
    for name, value in (("body", "Other."), ("resolved", False), ("name", "Other")):
        if name in body:
            return {name: value}
    return {}


def test_the_same_id_is_anothers_to_use_as_well(world: World) -> None:
    number = str(uuid.uuid4())
    path = f"/api/threads/{world.begun.threads['open']}/comments"
    for who in ("chile", "mexico", "icrc"):
        answer = world.call(who, "POST", path, json={"id": number, "body": f"I am {who}."})
        assert answer.status_code == 200
        assert answer.json["thread"]["comments"][-1]["body"] == f"I am {who}."


def test_a_refusal_has_one_form_and_a_sentence_for_the_person(world: World) -> None:
    draft = f"/api/drafts/{world.begun.draft_id}"
    for who, method, path, status, title in (
        ("stranger", "GET", draft, 401, "NotSignedIn"),
        ("guest", "GET", draft, 404, "NotFound"),
        ("chile", "GET", "/api/nowhere", 404, "NotFound"),
        ("chile", "PATCH", draft, 404, "NotFound"),
        ("chile", "POST", f"{draft}/versions", 403, "NotAllowed"),
        ("penholder", "POST", f"{draft}/versions", 400, "Malformed"),
    ):
        answer = world.call(who, method, path)
        assert (answer.status_code, answer.json["title"]) == (status, title)
        assert answer.content_type == "application/problem+json"
        assert answer.json["detail"].endswith(".")


def test_the_link_of_an_invitation_is_shown_once(world: World) -> None:
    body = {
        "id": str(uuid.uuid4()),
        "role": "observer",
        "delegation": str(world.begun.delegations["ICRC"]),
    }
    path = f"/api/drafts/{world.begun.draft_id}/invitations"
    first = world.call("secretariat", "POST", path, json=body).json
    again = world.call("secretariat", "POST", path, json=body).json
    assert first.pop("link").startswith("http://localhost/invitations/")
    assert again == first
