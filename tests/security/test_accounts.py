"""Accounts and sessions: passwords, limits, links, cookies, invitations, tickets (A01 to A17)."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drafting.config import Config
from drafting.errors import (
    Malformed,
    NotSignedIn,
    Refusal,
    TooMany,
)
from drafting.live.transport import refusal
from drafting.rules.roles import Role
from drafting.services import invitations, links, passwords, people, sessions, tries
from drafting.services.passwords import Passwords
from drafting.store import people as kept
from drafting.store import sessions as kept_sessions
from drafting.store.work import Store
from tests.make import CONFIG, table
from tests.security.asking import OUR_OWN
from tests.security.world import PASSWORD, Beginning, World


def sign_in(world: World, email: str, password: str, address: str = "10.0.0.1", **more: Any) -> Any:
    return world.client().post(
        "/sign-in",
        data={"email": email, "password": password, "next": "/drafts"},
        headers=OUR_OWN,
        environ_overrides={"REMOTE_ADDR": address},
        **more,
    )


def seen(answer: Any) -> tuple[Any, ...]:
    return answer.status, list(answer.headers), answer.data


# Passwords -----------------------------------------------------------------------------------------


def test_passwords_are_kept_as_argon2id_of_64_mebibytes_in_3_passes() -> None:
    kept_as = Passwords(Config(database_url="")).hash(PASSWORD)
    assert kept_as.startswith("$argon2id$v=19$m=65536,t=3,")
    assert PASSWORD not in kept_as


@pytest.mark.parametrize(
    "password",
    [
        "",
        "x" * 14,
        "é" * 14,
        "x" * 129,
        "a" * 15,
        "passwordpassword",
        "Password Password",
        "abcabcabcabcabc",
        "qwertyuiopasdfghjkl",
        "123456789012345678",
        "United Nations 2026",
        "Bosnia and Herzegovina",
        "Switzerland!!!!!!",
        "Sao Tomé and Príncipe 1",
        "mexicoSwitzerland1",
        "general.assembly.81",
        "Coordination Committee",
        "password1password1",
        "ana soto ana soto",
        "Ana.Soto@example.org",
    ],
)
def test_a_password_that_is_short_endless_or_common_is_refused(password: str) -> None:
    with pytest.raises(Malformed, match="Nothing was changed"):
        Passwords(CONFIG).hash(password, about=("Ana Soto", "ana.soto@example.org"))


@pytest.mark.parametrize(
    ("password", "right"),
    [("ninelamp", True), ("seven l", False), ("sunshine", False), ("iloveyou", False), ("mexico12", False), ("1qaz2wsx", False)],
)  # fmt: skip
def test_beside_a_second_factor_eight_characters_are_enough_if_nobody_guesses_them(
    password: str, right: bool
) -> None:
    if right:
        assert Passwords(CONFIG).hash(password, beside=True)
        return
    with pytest.raises(Malformed):
        Passwords(CONFIG).hash(password, beside=True)


def test_a_password_is_hashed_anew_at_the_sign_in_after_the_cost_rose(world: World) -> None:
    held = world.app.extensions["drafting"]
    before = held.passwords
    held.passwords = Passwords(replace(CONFIG, argon2_passes=2))
    assert sign_in(world, "mexico@example.org", PASSWORD).status_code == 303
    with world.store.reading() as w:
        kept_as = passwords.own(w, world.begun.persons["mexico"])
    assert kept_as is not None
    assert ",t=2," in kept_as
    assert held.passwords.fits(kept_as, PASSWORD)
    assert before.fits(kept_as, PASSWORD)


@pytest.mark.parametrize(
    "password",
    [
        "four words and so",
        "x1y2" * 4,
        "пароль с буквами",
        "lamp " * 25,
        "🙂🙃😀😁" * 4,
        "with\ttab and space ",
    ],
)
def test_every_other_password_is_taken_whole(password: str) -> None:
    passwords = Passwords(CONFIG)
    kept_as = passwords.hash(password)
    assert passwords.fits(kept_as, password)
    assert not passwords.fits(kept_as, password[:-1])
    assert not passwords.fits(kept_as, password + "x")
    assert not passwords.fits(kept_as, " " + password)


def test_a_password_is_the_same_however_its_accents_are_typed() -> None:
    passwords = Passwords(CONFIG)
    assert passwords.fits(
        passwords.hash("caf\u00e9 au lait le matin"), "cafe\u0301 au lait le matin"
    )


def test_no_password_fits_an_account_that_has_none() -> None:
    assert not Passwords(CONFIG).fits(None, "nobody has this password")
    assert not Passwords(CONFIG).fits("not a hash", "nobody has this password")


# Enumeration and limits ----------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = world.app.extensions["drafting"].passwords
    asked: list[str] = []
    hasher = passwords._hasher

    class Counting:
        def verify(self, kept_as: str, password: str) -> bool:
            asked.append(kept_as)
            return hasher.verify(kept_as, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    wrong = seen(sign_in(world, "mexico@example.org", "wrong"))
    assert wrong[0].startswith("401")
    for email in ("nobody@example.org", "", "x" * 5000, "MEXICO@example.org ", "\x00", "a@b@c"):
        assert seen(sign_in(world, email, "wrong")) == wrong
    # As much work is done for an address that nobody has.
    assert len(asked) == 7
    assert asked[0] != asked[1]


def test_after_ten_failures_in_a_minute_an_account_waits_at_that_address_alone(
    world: World,
) -> None:
    for email in ("mexico@example.org", "nobody@example.org"):
        for _ in range(10):
            assert sign_in(world, email, "wrong").status_code == 401
        assert sign_in(world, email, "wrong").status_code == 429
    assert seen(sign_in(world, "mexico@example.org", PASSWORD)) == seen(
        sign_in(world, "nobody@example.org", PASSWORD)
    )
    # Forging where one comes from does not help, being somewhere else does, and so does waiting.
    forged = world.client().post(
        "/sign-in",
        data={"email": "mexico@example.org", "password": PASSWORD},
        headers=OUR_OWN | {"X-Forwarded-For": "1.2.3.4", "Forwarded": "for=1.2.3.4"},
        environ_overrides={"REMOTE_ADDR": "10.0.0.1"},
    )
    assert forged.status_code == 429
    assert sign_in(world, "chile@example.org", PASSWORD).status_code == 303
    assert sign_in(world, "mexico@example.org", PASSWORD, "10.0.0.2").status_code == 303


def test_the_limit_holds_through_a_restart_and_passes_after_a_minute(
    beginning: Beginning, world: World
) -> None:
    for _ in range(10):
        sign_in(world, "mexico@example.org", "wrong")
    again = Store(f"sqlite:///{world.file}")
    try:
        with again.reading() as w, pytest.raises(TooMany):
            tries.check(w, "Mexico@example.org ", "10.0.0.1")
    finally:
        again.close()
    world.step(61)
    assert sign_in(world, "mexico@example.org", PASSWORD).status_code == 303


def test_an_account_fails_a_hundred_times_a_day_at_most_from_anywhere(world: World) -> None:
    with world.store.work() as w:
        for n in range(100):
            tries.note(w, "mexico@example.org", f"10.1.0.{n}")
    assert sign_in(world, "mexico@example.org", PASSWORD, "10.2.0.1").status_code == 429
    world.step(24 * 3600 + 1)
    assert sign_in(world, "mexico@example.org", PASSWORD, "10.2.0.1").status_code == 303


# Sessions ------------------------------------------------------------------------------------------


def token_of(answer: Any) -> str:
    cookies = dict(
        cookie.partition(";")[0].split("=", 1) for cookie in answer.headers.getlist("Set-Cookie")
    )
    return cookies["drafting"]


def test_each_sign_in_makes_a_session_of_its_own_and_takes_none_from_the_client(
    world: World,
) -> None:
    client = world.client()
    client.set_cookie("drafting", "ab" * 24)
    tokens = set()
    for _ in range(2):
        answer = client.post(
            "/sign-in",
            data={"email": "mexico@example.org", "password": PASSWORD},
            headers=OUR_OWN,
        )
        tokens.add(token_of(answer))
    assert len(tokens | {"ab" * 24, world.begun.tokens["mexico"]}) == 4
    assert all(len(token) == 48 for token in tokens)


@pytest.mark.parametrize("https", [False, True])
def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(
    beginning: Beginning, tmp_path: Path, https: bool
) -> None:
    with World(beginning, tmp_path, https=https) as world:
        cookies = sign_in(world, "mexico@example.org", PASSWORD).headers.getlist("Set-Cookie")
        own = "__Host-drafting" if https else "drafting"
        assert [one.partition("=")[0] for one in cookies] == [own, f"{own}-device"]
        for cookie in cookies:
            name, _, rest = cookie.partition("=")
            flags = {part.strip().partition("=")[0] for part in rest.split(";")[1:]}
            assert {"HttpOnly", "SameSite", "Path", "Max-Age", "Expires"} <= flags
            assert "SameSite=Lax" in cookie
            assert "Path=/" in cookie
            assert "Domain" not in flags
            assert ("Secure" in flags) is https
            # A random token, and nothing else.
            assert len(rest.partition(";")[0]) == 48
        name = own
        out = world.call("chile", "POST", "/sign-out").headers.getlist("Set-Cookie")
        assert out[0].startswith(f"{name}=;")
        assert ("Secure" in out[0]) is https


def test_the_token_of_a_session_is_kept_nowhere(world: World) -> None:
    token = token_of(sign_in(world, "mexico@example.org", PASSWORD))
    world.store.forget_deleted()
    for file in world.folder.iterdir():
        assert token.encode() not in file.read_bytes()


def test_a_session_that_was_signed_out_is_dead_at_once_for_pages_calls_and_connections(
    world: World,
) -> None:
    ticket = world.call("chile", "POST", "/api/live/tickets").json["ticket"]
    session = world.begun.sessions["chile"]
    assert world.call("chile", "POST", "/sign-out").status_code == 303
    world.clients["chile"].set_cookie("drafting", world.begun.tokens["chile"])
    assert world.call("chile", "GET", "/api/drafts").status_code == 401
    assert world.call("chile", "GET", "/drafts").status_code == 303
    with pytest.raises(NotSignedIn), world.store.work() as w:
        sessions.redeem_ticket(w, ticket)
    with pytest.raises(NotSignedIn), world.store.reading() as w:
        people.actor(w, session, world.begun.draft_id)


def test_one_ends_another_session_of_ones_own_from_the_list(world: World) -> None:
    token = token_of(sign_in(world, "chile@example.org", PASSWORD))
    other = world.client()
    other.set_cookie("drafting", token)
    shown = world.call("chile", "GET", "/api/sessions").json["sessions"]
    assert sorted(s["here"] for s in shown) == [False, True]
    away = next(s["id"] for s in shown if not s["here"])
    assert other.get("/api/drafts").status_code == 200
    assert world.call("mexico", "DELETE", f"/api/sessions/{away}").status_code == 404
    assert world.call("chile", "DELETE", f"/api/sessions/{away}").status_code == 200
    assert other.get("/api/drafts").status_code == 401
    assert world.call("chile", "DELETE", f"/api/sessions/{away}").status_code == 200
    assert [s["here"] for s in world.call("chile", "GET", "/api/sessions").json["sessions"]] == [
        True
    ]


def test_a_new_password_ends_all_other_sessions_and_needs_the_old_one(world: World) -> None:
    other = world.client()
    other.set_cookie("drafting", token_of(sign_in(world, "chile@example.org", PASSWORD)))
    fresh = "another lamp that turns"

    def change(current: str, new: str) -> int:
        data = {"current": current, "new": new}
        return world.call("chile", "POST", "/account/password", data=data).status_code

    assert change("wrong", fresh) == 400
    assert change(PASSWORD, "short") == 400
    assert other.get("/api/drafts").status_code == 200
    assert change(PASSWORD, fresh) == 200
    assert other.get("/api/drafts").status_code == 401
    assert world.call("chile", "GET", "/api/drafts").status_code == 200
    assert sign_in(world, "chile@example.org", PASSWORD).status_code == 401
    assert sign_in(world, "chile@example.org", fresh).status_code == 303


def test_ones_own_password_is_not_guessed_from_a_stolen_session(world: World) -> None:
    def change(current: str) -> int:
        data = {"current": current, "new": "another lamp that turns"}
        return world.call("chile", "POST", "/account/password", data=data).status_code

    assert [change("wrong") for _ in range(10)] == [400] * 10
    assert change(PASSWORD) == 429
    world.step(61)
    assert change(PASSWORD) == 200


def test_a_session_ends_two_hours_after_its_last_use(world: World) -> None:
    for _ in range(3):
        world.step(2 * 3600 - 1)
        assert world.call("chile", "GET", "/api/drafts").status_code == 200
    world.step(2 * 3600 + 1)
    assert world.call("chile", "GET", "/api/drafts").status_code == 401


def test_a_session_ends_twelve_hours_after_its_beginning_however_much_it_is_used(
    world: World,
) -> None:
    for _ in range(11):
        world.step(3600)
        assert world.call("chile", "GET", "/api/drafts").status_code == 200
    world.step(3599)
    assert world.call("chile", "GET", "/api/drafts").status_code == 200
    world.step(1)
    assert world.call("chile", "GET", "/api/drafts").status_code == 401
    with pytest.raises(NotSignedIn), world.store.reading() as w:
        people.actor(w, world.begun.sessions["chile"], world.begun.draft_id)


@pytest.mark.parametrize(
    "cookie", ["", "x", "ab" * 24, "ab" * 4000, "é", "\x01", "a b", "drafting=1"]
)
def test_a_cookie_that_is_none_of_ours_is_no_session(world: World, cookie: str) -> None:
    answer = world.client().get(
        "/api/drafts", headers={"Cookie": f"drafting={cookie}".encode().decode("latin-1")}
    )
    assert answer.status_code == 401


# Links ---------------------------------------------------------------------------------------------


def link(world: World, **more: Any) -> str:
    with world.store.work() as w:
        return links.sign_in_link(w, world.begun.persons["icrc"], **({"valid_s": 3600} | more))


def enter(world: World, token: str) -> Any:
    return world.client().post("/enter", data={"token": token}, headers=OUR_OWN)


def test_a_sign_in_link_is_used_by_its_button_once(world: World) -> None:
    token = link(world)
    for _ in range(3):
        assert world.client().get(f"/enter/{token}").status_code == 200
    assert enter(world, token).status_code == 303
    spent = enter(world, token)
    assert spent.status_code == 410
    assert world.client().get(f"/enter/{token}").status_code == 410
    assert seen(spent) == seen(enter(world, "00" * 24))


def test_a_sign_in_link_expires(world: World) -> None:
    token = link(world)
    world.step(3600)
    assert enter(world, token).status_code == 410


def test_a_link_for_the_demonstration_may_be_used_again_until_it_expires(world: World) -> None:
    token = link(world, reusable=True)
    assert [enter(world, token).status_code for _ in range(2)] == [303, 303]
    world.step(3601)
    assert enter(world, token).status_code == 410


def test_a_ticket_is_good_once_for_a_minute_and_for_its_own_session(world: World) -> None:
    def ticket() -> str:
        token: str = world.call("chile", "POST", "/api/live/tickets").json["ticket"]
        return token

    def redeem(token: str) -> uuid.UUID:
        with world.store.work() as w:
            return sessions.redeem_ticket(w, token)

    first = ticket()
    assert redeem(first) == world.begun.sessions["chile"]
    with pytest.raises(NotSignedIn):
        redeem(first)
    late = ticket()
    world.step(60)
    with pytest.raises(NotSignedIn):
        redeem(late)
    for odd in ("", "x", world.begun.tokens["chile"], str(world.begun.sessions["chile"])):
        with pytest.raises(NotSignedIn):
            redeem(odd)


# Invitations ---------------------------------------------------------------------------------------


def invited(
    world: World, by: str = "secretariat", role: str = "delegate", key: str | None = "CHL"
) -> tuple[str, str]:
    body = {
        "id": str(world.next_id()),
        "role": role,
        "delegation": None if key is None else str(world.begun.delegations[key]),
        "name": "Ms. Soto",
    }
    answer = world.call(by, "POST", f"/api/drafts/{world.begun.draft_id}/invitations", json=body)
    assert answer.status_code == 200, answer.json
    again = world.call(by, "POST", f"/api/drafts/{world.begun.draft_id}/invitations", json=body)
    assert "link" not in again.json
    return answer.json["invitation"]["id"], answer.json["link"].rpartition("/")[2]


def accept(world: World, token: str, email: str = "soto@example.org", **more: Any) -> Any:
    data = {"token": token, "name": "Ana Soto", "email": email, "password": PASSWORD} | more
    return world.client().post("/invitations/accept", data=data, headers=OUR_OWN)


def test_an_invitation_is_used_once_and_gives_just_its_place(world: World) -> None:
    _, token = invited(world)
    assert len(token) == 48
    taken = accept(world, token)
    assert taken.status_code == 303
    assert taken.location == f"/drafts/{world.begun.draft_id}"
    client = world.client()
    client.set_cookie("drafting", token_of(taken))
    me = client.get(f"/api/drafts/{world.begun.draft_id}").json["me"]
    assert (me["role"], me["delegation"]["name"]) == ("delegate", "Chile")
    spent = accept(world, token, "other@example.org")
    assert spent.status_code == 410
    assert seen(spent) == seen(accept(world, "00" * 24, "other@example.org"))


@pytest.mark.parametrize("how", ["expired", "withdrawn", "never made"])
def test_an_invitation_that_is_over_says_no_more_than_one_that_never_was(
    world: World, how: str
) -> None:
    number, token = invited(world)
    if how == "expired":
        world.step(72 * 3600)
    elif how == "withdrawn":
        assert world.call("penholder", "DELETE", f"/api/invitations/{number}").status_code == 200
    else:
        token = token[::-1]
    assert seen(accept(world, token)) == seen(accept(world, "00" * 24))
    shown, absent = (
        world.client().get(f"/invitations/{t}", headers=OUR_OWN) for t in (token, "00" * 24)
    )
    assert seen(shown) == seen(absent)
    assert shown.status_code == 410


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "x"), ("email", ""), ("email", "mexico@example.org"), ("email", " MEXICO@Example.org"), ("email", "a\x00b@example.org"), ("password", "short"), ("name", ""), ("name", "x" * 200), ("name", "\u202e")],
)  # fmt: skip
def test_an_account_that_cannot_be_made_leaves_the_invitation_as_it_was(
    world: World, field: str, value: str
) -> None:
    _, token = invited(world)
    assert accept(world, token, **{field: value}).status_code == 400
    assert accept(world, token).status_code == 303


def test_somebody_signed_in_takes_a_place_and_who_has_one_keeps_the_link(world: World) -> None:
    _, token = invited(world)
    path, data = "/invitations/accept", {"token": token}
    assert world.call("mexico", "POST", path, data=data).status_code == 403
    assert world.call("guest", "POST", path, data=data).status_code == 303
    assert world.state("guest")["me"]["role"] == "delegate"


@pytest.mark.parametrize(
    ("by", "role", "key", "status"),
    [
        ("mexico_head", "delegate", "CHL", 403),
        ("mexico_head", "head", "MEX", 403),
        ("mexico_head", "presidency", "MEX", 403),
        ("mexico_head", "capital", None, 403),
        ("secretariat", "presidency", "GBR", 403),
        ("secretariat", "capital", "MEX", 403),
        ("secretariat", "secretariat", "GBR", 400),
        ("penholder", "delegate", "ICRC", 400),
        ("penholder", "observer", None, 400),
        ("mexico", "delegate", "MEX", 403),
        ("chile", "capital", "CHL", 403),
        ("icrc", "observer", "ICRC", 403),
        ("penholder", "presidency", None, 200),
        ("secretariat", "observer", "ICRC", 200),
    ],
)  # fmt: skip
def test_everybody_invites_only_whom_their_role_may(
    world: World, by: str, role: str, key: str | None, status: int
) -> None:
    body = {
        "id": str(world.next_id()),
        "role": role,
        "delegation": None if key is None else str(world.begun.delegations[key]),
    }
    answer = world.call(by, "POST", f"/api/drafts/{world.begun.draft_id}/invitations", json=body)
    assert answer.status_code == status


def at_once(*deeds: Any) -> list[Any]:
    """Does things in threads that begin together; gives what each gave or refused."""
    gate = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def do(number: int) -> None:
        gate.wait()
        try:
            results[number] = deeds[number]()
        except Refusal as refused:
            results[number] = refused

    threads = [threading.Thread(target=do, args=(n,)) for n in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_of_two_who_use_an_invitation_at_once_one_has_the_place(store: Store) -> None:
    at = table(store)
    with store.work() as w:
        actor = people.actor(w, at.sessions["penholder"], at.draft_id)
        chile = kept.delegation_by_key(w, "CHL")
        _, token = invitations.invite(
            w, CONFIG, actor, role=Role.DELEGATE, delegation_id=chile.id, name=""
        )
        strangers = [
            people.new_person(w, name=f"No {n}", email=None, password_hash=None).id
            for n in range(4)
        ]

    def taking(person: uuid.UUID) -> Any:
        def take() -> uuid.UUID:
            with store.work() as w:
                return invitations.accept(w, CONFIG, token, person)

        return take

    results = at_once(*(taking(person) for person in strangers))
    assert sorted(type(r).__name__ for r in results) == ["LinkSpent"] * 3 + ["UUID"]


def test_of_several_who_use_a_sign_in_link_or_ticket_at_once_one_gets_in(store: Store) -> None:
    at = table(store)
    with store.work() as w:
        person = kept_sessions.session(w, at.sessions["chile"]).person_id
        token = links.sign_in_link(w, person, valid_s=60)
        ticket = sessions.issue_ticket(w, CONFIG, at.sessions["chile"])

    def enter_once() -> tuple[uuid.UUID, str]:
        with store.work() as w:
            return links.spend(w, token)

    def redeem_once() -> uuid.UUID:
        with store.work() as w:
            return sessions.redeem_ticket(w, ticket)

    entered = at_once(*[enter_once] * 4)
    assert sorted(type(r).__name__ for r in entered) == ["LinkSpent"] * 3 + ["tuple"]
    redeemed = at_once(*[redeem_once] * 4)
    assert sorted(type(r).__name__ for r in redeemed) == ["NotSignedIn"] * 3 + ["UUID"]


# The door of the live floor ------------------------------------------------------------------------


def environ(**more: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": "EIO=4&transport=websocket",
        "HTTP_CONNECTION": "keep-alive, Upgrade",
        "HTTP_UPGRADE": "websocket",
        "HTTP_SEC_WEBSOCKET_VERSION": "13",
        "HTTP_SEC_WEBSOCKET_KEY": "AAAAAAAAAAAAAAAAAAAAAA==",
        "HTTP_HOST": "table.example",
        "HTTP_ORIGIN": "https://table.example",
    } | more


def test_a_connection_from_our_own_page_is_let_in() -> None:
    assert refusal(environ()) is None


@pytest.mark.parametrize(
    "origin",
    ["null", "", "https://elsewhere.example", "https://table.example.evil.example", "https://sub.table.example", "https://table.example:444", "file://table.example", "https://evil@table.example", "table.example"],
)  # fmt: skip
def test_a_connection_from_another_page_is_refused(origin: str) -> None:
    assert refusal(environ(HTTP_ORIGIN=origin, HTTP_X_FORWARDED_HOST="elsewhere.example"))


@pytest.mark.parametrize(
    "more",
    [
        {"QUERY_STRING": "EIO=4&transport=polling"},
        {"QUERY_STRING": "EIO=4&transport=polling&sid=x"},
        {"QUERY_STRING": "transport=websocket&EIO=3"},
        {"QUERY_STRING": "EIO=4"},
        {"QUERY_STRING": "EIO=4&transport=websocket&sid=abc"},
        {"QUERY_STRING": "EIO=4&transport=websocket&transport=polling"},
        {"QUERY_STRING": "EIO=4&transport=websocket&j=1"},
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"HTTP_UPGRADE": ""},
        {"HTTP_SEC_WEBSOCKET_VERSION": "8"},
        {"HTTP_SEC_WEBSOCKET_KEY": "x"},
    ],
)
def test_polling_and_anything_else_than_a_websocket_is_refused(more: dict[str, str]) -> None:
    assert refusal(environ(**more))


def test_only_those_whose_place_it_is_to_end_end_it(world: World) -> None:
    path = f"/api/drafts/{world.begun.draft_id}/people"
    persons = world.begun.persons
    for by, whom, status in (
        ("chile_head", "mexico", 404),
        ("chile_head", "chile_head", 403),
        ("mexico_head", "mexico_head", 403),
        ("secretariat", "mexico_capital", 404),
        ("penholder", "mexico_capital", 404),
        ("secretariat", "penholder", 403),
        ("mexico", "mexico", 403),
        ("mexico_head", "mexico_capital", 200),
        ("penholder", "adviser", 200),
        ("penholder", "penholder", 403),
    ):
        answer = world.call(by, "DELETE", f"{path}/{persons[whom]}")
        assert answer.status_code == status, (by, whom, answer.json)
    assert world.call("mexico_capital", "GET", path).status_code == 404


def test_a_delegation_of_which_only_the_capital_is_there_is_not_offered_to_the_presidency(
    world: World,
) -> None:
    mexico = str(world.begun.delegations["MEX"])

    def offered() -> bool:
        return any(a["delegation"] == mexico for a in world.state("penholder")["me"]["audiences"])

    assert offered()
    path = f"/api/drafts/{world.begun.draft_id}/people"
    for name in ("mexico", "mexico_head"):
        answer = world.call("penholder", "DELETE", f"{path}/{world.begun.persons[name]}")
        assert answer.status_code == 200
    assert (
        world.call("mexico_capital", "GET", f"/api/drafts/{world.begun.draft_id}").status_code
        == 200
    )
    assert not offered()
