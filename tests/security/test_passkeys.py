"""Passkeys: what is taken, and all that is refused (A06)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from drafting.store.tables import Passkey
from tests.security.software_key import SoftwareKey
from tests.security.test_factors import Door, code, recovery_codes, set_up
from tests.security.world import World


def make(world: World, key: SoftwareKey, who: str = "chile") -> Any:
    options = world.call(who, "POST", "/account/passkeys/challenge").json
    data = {"answer": key.make(options), "name": "My key"}
    return world.call(who, "POST", "/account/passkeys", data=data)


def registered(world: World, who: str = "chile", **more: Any) -> SoftwareKey:
    key = SoftwareKey(**more)
    assert make(world, key, who).location == "/account?done=passkey"
    return key


def sign_in(door: Door, key: SoftwareKey, **instead: Any) -> Any:
    options = door.post("/sign-in/challenge").json
    return door.post("/sign-in/passkey", answer=key.sign(options, **instead), next="/account")


def test_a_passkey_is_a_second_factor_and_a_way_in_of_its_own(world: World) -> None:
    key = registered(world)
    door = Door(world)
    assert door.password().location == "/sign-in/second"
    options = door.post("/sign-in/second/challenge").json
    assert [one["id"] for one in options["allowCredentials"]]
    assert door.post("/sign-in/second/passkey", answer=key.sign(options)).location == "/drafts"
    assert door.is_in
    alone = Door(world)
    assert sign_in(alone, key).location == "/account"
    assert alone.is_in
    assert "by a passkey and second factor" in alone.client.get("/account").text


def test_the_ways_options_hold_nothing_of_anybody(world: World) -> None:
    registered(world)
    one, other = (Door(world).post("/sign-in/challenge").json for _ in range(2))
    assert one["challenge"] != other["challenge"]
    assert {**one, "challenge": 0} == {**other, "challenge": 0}
    assert one["allowCredentials"] == []
    assert one["userVerification"] == "required"


WRONG: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://evil.example"},
    "our name with another port": {"origin": "http://localhost:81"},
    "another domain": {"domain": "evil.example"},
    "nobody showed themselves": {"verifies": False},
    "another key": {"private": SoftwareKey().private},
    "a credential nobody has": {"credential_id": b"\1" * 32},
    "another account's number": {"handle": b"\2" * 16},
}


@pytest.mark.parametrize("how", WRONG)
def test_a_way_in_that_does_not_hold_is_refused(world: World, how: str) -> None:
    key = registered(world)
    for name, value in WRONG[how].items():
        setattr(key, name, value)
    door = Door(world)
    answer = sign_in(door, key)
    assert answer.status_code == 401
    assert "This passkey was not accepted" in answer.text
    assert not door.is_in


def test_a_challenge_is_answered_once_and_within_five_minutes(world: World) -> None:
    key = registered(world)
    door = Door(world)
    options = door.post("/sign-in/challenge").json
    answer = key.sign(options)
    assert door.post("/sign-in/passkey", answer=answer).status_code == 303
    assert Door(world).post("/sign-in/passkey", answer=answer).status_code == 401
    again = key.sign(options)
    assert Door(world).post("/sign-in/passkey", answer=again).status_code == 401
    late = door.post("/sign-in/challenge").json
    world.step(301)
    assert Door(world).post("/sign-in/passkey", answer=key.sign(late)).status_code == 401


def test_a_challenge_is_good_for_what_it_was_made_for(world: World) -> None:
    key = registered(world)
    mexican = registered(world, "mexico")
    door, other = Door(world), Door(world)
    door.password()
    other.password("mexico@example.org")
    second = door.post("/sign-in/second/challenge").json
    assert Door(world).post("/sign-in/passkey", answer=key.sign(second)).status_code == 401
    theirs = other.post("/sign-in/second/challenge").json
    assert door.post("/sign-in/second/passkey", answer=key.sign(theirs)).status_code == 401
    # Somebody else's passkey is nobody's second factor here.
    mine = door.post("/sign-in/second/challenge").json
    assert door.post("/sign-in/second/passkey", answer=mexican.sign(mine)).status_code == 401
    assert not door.is_in


def test_a_counter_that_goes_back_is_a_copied_key(world: World) -> None:
    key = registered(world)
    for _ in range(2):
        assert sign_in(Door(world), key).status_code == 303
    key.count -= 2
    assert sign_in(Door(world), key).status_code == 401
    key.count += 5
    assert sign_in(Door(world), key).status_code == 303


def test_a_passkey_that_does_not_count_is_taken(world: World) -> None:
    key = registered(world, counts=False)
    for _ in range(2):
        assert sign_in(Door(world), key).status_code == 303


def test_a_key_without_a_pin_is_a_second_factor_and_no_way_in(world: World) -> None:
    key = registered(world, verifies=False)
    assert sign_in(Door(world), key).status_code == 401
    door = Door(world)
    door.password()
    options = door.post("/sign-in/second/challenge").json
    assert door.post("/sign-in/second/passkey", answer=key.sign(options)).status_code == 303


@pytest.mark.parametrize(
    "answer", ["", "x", "[]", "{}", '{"response": {}}', '{"response": 1}', '{"rawId": 1, "response": {"clientDataJSON": "e30"}}', "[" * 5000, json.dumps({"rawId": "é", "response": {"clientDataJSON": "é"}})]
)  # fmt: skip
def test_what_is_no_passkeys_answer_is_refused_everywhere(world: World, answer: str) -> None:
    registered(world)
    door = Door(world)
    assert door.post("/sign-in/passkey", answer=answer).status_code == 401
    door.password()
    assert door.post("/sign-in/second/passkey", answer=answer).status_code == 401
    for path in ("/account/passkeys", "/account/again/passkey"):
        answered = world.call("chile", "POST", path, data={"answer": answer})
        assert answered.status_code in (400, 401)
    assert not door.is_in


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"domain": "evil.example"}])
def test_a_passkey_made_for_another_site_is_not_kept(world: World, wrong: dict[str, str]) -> None:
    assert make(world, SoftwareKey(**wrong)).status_code == 400
    with world.store.reading() as w:
        assert w.session.query(Passkey).count() == 0


def test_a_passkey_is_one_accounts_for_good(world: World) -> None:
    key = registered(world)
    assert make(world, key, "mexico").status_code == 400
    with world.store.reading() as w:
        passkey = str(w.session.query(Passkey).one().id)
    assert (
        world.call("mexico", "POST", "/account/passkeys/end", data={"passkey": passkey}).status_code
        == 404
    )
    assert (
        world.call("chile", "POST", "/account/passkeys/end", data={"passkey": passkey}).status_code
        == 303
    )
    assert sign_in(Door(world), key).status_code == 401
    assert Door(world).password().location == "/drafts"
    assert make(world, key, "mexico").status_code == 400


def test_a_passkey_shows_once_more_who_one_is_and_codes_stand_in_for_it(world: World) -> None:
    key = registered(world)
    codes = recovery_codes(world)
    world.step(301)
    assert world.call("chile", "POST", "/account/codes").location.startswith("/account/again")
    options = world.call("chile", "POST", "/account/again/challenge").json
    data = {"answer": key.sign(options), "at": "factor"}
    shown = world.call("chile", "POST", "/account/again/passkey", data=data)
    assert shown.location == "/account?done=again#factor-head"
    door = Door(world)
    door.password()
    assert "Recovery code" in door.client.get("/sign-in/second").text
    assert door.post("/sign-in/second", code=codes[0]).status_code == 303


def test_an_app_and_a_passkey_stand_beside_each_other(world: World) -> None:
    secret = set_up(world)
    key = registered(world)
    assert world.call("chile", "POST", "/account/app/end").status_code == 303
    door = Door(world)
    assert door.password().location == "/sign-in/second"
    assert door.post("/sign-in/second", code=code(world, secret)).status_code == 401
    assert sign_in(door, key).status_code == 303
