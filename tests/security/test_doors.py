"""Every way into the house stands in the table of doors, and the table holds no other (Z01, Z02)."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from drafting import app, errors
from drafting.app import create_app
from drafting.live import broadcast, hub, relay, shapes
from drafting.rules.doors import EVENTS, PAGES, TOLD, Who
from drafting.web.errors import STATUS, TITLES
from tests.security.asking import own_methods, rules
from tests.security.world import World

ROOT = Path(__file__).parents[2]


def test_the_pages_served_are_the_pages_in_the_table(world: World) -> None:
    assert {rule.endpoint for rule in rules(world.app)} == set(PAGES)
    assert set(world.app.view_functions) == set(PAGES)


def test_every_page_has_one_rule_and_one_method_of_its_own(world: World) -> None:
    # A second method under the same name would be let in by a door that was not made for it.
    for rule in rules(world.app):
        assert len(own_methods(rule)) == 1, rule
    assert len(rules(world.app)) == len(PAGES)


def test_every_page_on_a_draft_names_it_in_its_address_and_no_other_does(world: World) -> None:
    for rule in rules(world.app):
        door = PAGES[rule.endpoint]
        assert ("draft_id" in rule.arguments) is (door.who is Who.ON_THE_DRAFT), rule
        assert (door.right is not None) is (door.who in {Who.ON_THE_DRAFT, Who.ON_ITS_DRAFT})


def test_a_page_on_a_thing_names_just_that_thing(world: World) -> None:
    for rule in rules(world.app):
        if PAGES[rule.endpoint].who is Who.ON_ITS_DRAFT:
            assert len(rule.arguments) == 1, rule


def test_the_events_taken_are_the_events_in_the_table() -> None:
    assert set(shapes.READERS) | {"connect", "disconnect"} == set(EVENTS)


def test_no_other_handler_listens_on_the_live_floor(live_world: World) -> None:
    server = live_world.hub._server
    assert {name: set(found) for name, found in server.handlers.items()} == {
        "/": {"connect", "disconnect"}
    }
    assert server.namespace_handlers == {}
    assert set(server.eio.handlers) == {"connect", "message", "disconnect"}
    assert server.eio.handlers["message"] == live_world.hub._receive


def test_the_events_told_are_declared_alike_in_both_tables() -> None:
    assert set(broadcast.EVENTS) == set(TOLD)
    words = {
        broadcast.Audience.DRAFT: "everyone on the draft",
        broadcast.Audience.TEXT: "those who may read the text",
        broadcast.Audience.SOME: "those on the draft who may see it",
        broadcast.Audience.ONE: "the connection itself",
    }
    assert {name: words[audience] for name, audience in broadcast.EVENTS.items()} == TOLD


def test_everything_that_happens_is_listened_to() -> None:
    from drafting.events import Event

    source = "".join(
        inspect.getsource(one)
        # What other processes have to hear besides is the relay's.
        for one in (hub.Hub.listen, hub._told_whole, hub._told_of, relay.Relay)
    )
    for kind in Event.__args__:
        assert f"case {kind.__name__}(" in source, kind


def test_every_event_that_is_told_is_declared_and_what_is_read_again_can_be_read() -> None:
    told = set(re.findall(r'(?:return|told =) "(\w+)",', inspect.getsource(hub)))
    assert told <= set(broadcast.EVENTS), told
    again = {"deed", "version", "change", "agreement"}
    assert told - again == set(app._SEEN_BY)


def test_a_page_without_a_door_answers_as_an_absent_one(world: World) -> None:
    made = create_app(world.app.extensions["drafting"].config, world.store)
    made.add_url_rule("/forgotten", "forgotten", lambda: "here")
    made.add_url_rule("/api/forgotten", "api.forgotten", lambda: "here")
    client = made.test_client()
    client.set_cookie(world.cookie, world.begun.tokens["penholder"])
    for path, other in (("/forgotten", "/nowhere"), ("/api/forgotten", "/api/nowhere")):
        found, absent = client.get(path), client.get(other)
        assert found.status_code == 404
        assert (found.status, list(found.headers), found.data) == (
            absent.status,
            list(absent.headers),
            absent.data,
        )


def _refusals() -> list[type[errors.Refusal]]:
    found = [errors.Refusal]
    for one in found:
        found += one.__subclasses__()
    return [one for one in found if one.__module__.startswith("drafting.")]


@pytest.mark.parametrize("refusal", _refusals())
def test_every_refusal_has_a_status_and_a_title(refusal: type[errors.Refusal]) -> None:
    assert STATUS[refusal] in TITLES


def test_every_refusal_stands_in_the_tree_at_the_head_of_its_file() -> None:
    for refusal in _refusals():
        assert refusal.__name__ in (errors.__doc__ or "")


def test_nothing_outside_the_broadcast_says_anything_and_a_test_watches_that() -> None:
    # Z09 stands with the live floor's own tests; here only that it does.
    source = (ROOT / "tests" / "live" / "test_broadcast.py").read_text(encoding="utf-8")
    for name in (
        "test_no_other_module_says_anything",
        "test_a_recipient_that_may_be_a_mistake_is_refused",
        "test_an_event_that_is_not_declared_is_refused",
    ):
        assert f"def {name}(" in source
