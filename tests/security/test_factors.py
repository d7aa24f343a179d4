"""The second factor: apps, recovery codes, the way in with and without them, proofs (A05, A07, A09, A12)."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any

import pyotp
import pytest

from drafting import keys
from drafting.rules.factors import Demand
from drafting.services import factors, links, notices, sessions, tries
from drafting.store import factors as kept_factors
from drafting.store import people as kept_people
from drafting.store.tables import AccountNotice, Authenticator
from tests.make import CONFIG
from tests.security.asking import OUR_OWN
from tests.security.world import PASSWORD, World
from tests.smtp_sink import Sink, running

KEYS = keys.Keys((bytes(range(32)),))


def fields(answer: Any) -> dict[str, str]:
    """Gives the cookies an answer sets."""
    return dict(c.partition(";")[0].split("=", 1) for c in answer.headers.getlist("Set-Cookie"))


def secret_in(page: str) -> str:
    found = re.search(r"<code>((?:[A-Z2-7]{4} ?){8})</code>", page)
    assert found, page
    return found[1].replace(" ", "")


def code(world: World, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(world.now, counter_offset=steps)


def set_up(world: World, who: str = "chile") -> str:
    """Sets up an app by the pages; gives its secret."""
    page = world.call(who, "POST", "/account/app")
    assert page.status_code == 200
    secret = secret_in(page.text)
    done = world.call(who, "POST", "/account/app/confirm", data={"code": code(world, secret)})
    assert done.location == "/account?done=app#factor-head"
    world.step(60)
    return secret


def recovery_codes(world: World, who: str = "chile") -> list[str]:
    page = world.call(who, "POST", "/account/codes")
    assert page.status_code == 200
    codes: list[str] = re.findall(r"<code>((?:[A-Z2-7]{4}-?){7})</code>", page.text)
    return codes


class Door:
    """A browser before the door."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = world.client()

    def post(self, path: str, **data: str) -> Any:
        return self.client.post(path, data=data, headers=OUR_OWN)

    def password(self, email: str = "chile@example.org") -> Any:
        return self.post("/sign-in", email=email, password=PASSWORD, next="/drafts")

    @property
    def is_in(self) -> bool:
        status: int = self.client.get("/api/drafts").status_code
        return status == 200


# In the core ---------------------------------------------------------------------------------------


def test_a_secret_is_sealed_for_its_row_and_opens_with_older_keys() -> None:
    older, newer = bytes(range(32)), bytes(range(1, 33))
    sealed = keys.Keys((older,)).seal(b"a secret", "this")
    assert b"a secret" not in sealed
    assert keys.Keys((older,)).seal(b"a secret", "this") != sealed
    both = keys.Keys((newer, older))
    assert both.open(sealed, "this") == b"a secret"
    assert both.open(sealed, "that") is None
    assert keys.Keys((newer,)).open(sealed, "this") is None
    assert both.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "this") is None
    assert both.open(b"", "this") is None
    assert keys.Keys((older,)).open(both.seal(b"x", "y"), "y") is None


def test_the_key_beside_a_database_is_made_once_and_is_the_servers_own(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    first = keys.held(url, "")
    file = tmp_path / "d.sqlite3.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    sealed = first.seal(b"a secret", "this")
    assert keys.held(url, "").open(sealed, "this") == b"a secret"
    assert keys.held(url, keys.new()).open(sealed, "this") is None
    assert not keys.held("postgresql://host/name", "").there
    file.write_text("x")
    with pytest.raises(keys.Malformed, match="key file"):
        keys.held(url, "")


# Apps ----------------------------------------------------------------------------------------------


def test_an_app_is_set_up_with_its_first_code_and_then_asked_for(world: World) -> None:
    door = Door(world)
    assert door.password().location == "/drafts"
    secret = set_up(world)
    door = Door(world)
    first = door.password()
    assert first.location == "/sign-in/second"
    assert "drafting" not in fields(first)
    assert not door.is_in
    assert "Six figures" in door.client.get("/sign-in/second").text
    second = door.post("/sign-in/second", code=code(world, secret))
    assert second.location == "/drafts"
    assert door.is_in
    assert fields(second)["drafting"] not in (
        world.begun.tokens["chile"],
        fields(first)["drafting-arrival"],
    )


def test_a_code_is_used_once_and_only_within_a_step(world: World) -> None:
    secret = set_up(world)
    used = code(world, secret)
    tries = [
        (used, True),
        (used, False),
        (code(world, secret, -1), False),
        (code(world, secret, 2), False),
    ]
    tries += [(code(world, secret, -2), False), (code(world, secret, 1), True)]
    for given, right in tries:
        door = Door(world)
        door.password()
        assert door.post("/sign-in/second", code=given).status_code == (303 if right else 401)
        assert door.is_in is right


@pytest.mark.parametrize(
    "given", ["", "0", "12345", "1234567", "abcdef", "１２３４５６", "x" * 5000]
)
def test_what_is_no_code_is_refused(world: World, given: str) -> None:
    set_up(world)
    door = Door(world)
    door.password()
    assert door.post("/sign-in/second", code=given).status_code == 401
    assert not door.is_in


def test_five_wrong_codes_a_minute_are_heard_wherever_they_come_from(world: World) -> None:
    secret = set_up(world)
    for n in range(5):
        door = Door(world)
        door.client.environ_base["REMOTE_ADDR"] = f"10.9.0.{n}"
        door.password()
        assert door.post("/sign-in/second", code="000000").status_code == 401
    door = Door(world)
    door.password()
    answer = door.post("/sign-in/second", code=code(world, secret))
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    world.step(61)
    assert door.post("/sign-in/second", code=code(world, secret)).status_code == 303


def test_the_owner_comes_in_on_a_known_device_while_others_fail_elsewhere(world: World) -> None:
    secret = set_up(world)
    owner = Door(world)
    owner.password()
    owner.post("/sign-in/second", code=code(world, secret))
    owner.client.delete_cookie("drafting")
    world.step(60)
    for _ in range(6):
        thief = Door(world)
        thief.password()
        thief.post("/sign-in/second", code="000000")
    owner.password()
    assert owner.post("/sign-in/second", code=code(world, secret)).status_code == 303


def test_a_hundred_failures_elsewhere_do_not_keep_the_owner_from_a_known_device(
    world: World,
) -> None:
    owner = Door(world)
    assert owner.password().status_code == 303
    owner.client.delete_cookie("drafting")
    with world.store.work() as w:
        for n in range(120):
            tries.note(w, "chile@example.org", f"10.1.0.{n % 250}")
    assert Door(world).password().status_code == 429
    assert owner.password().status_code == 303
    # The device is no password, and no key to anybody else's account.
    owner.client.delete_cookie("drafting")
    wrong = owner.post("/sign-in", email="chile@example.org", password="wrong")
    assert wrong.status_code == 401
    for _ in range(10):
        owner.post("/sign-in", email="chile@example.org", password="wrong")
    assert owner.password().status_code == 429


def test_a_secret_is_shown_once_and_is_in_no_file_of_the_database(world: World) -> None:
    secret = set_up(world)
    assert secret not in world.call("chile", "GET", "/account").text.replace(" ", "")
    world.store.forget_deleted()
    for file in world.folder.iterdir():
        assert secret.encode() not in file.read_bytes()
    with world.store.reading() as w:
        app = kept_factors.authenticator(w, world.begun.persons["chile"])
        assert app is not None
        assert KEYS.open(app.sealed, "anything") is None


def test_after_a_wrong_first_code_the_same_app_may_be_tried_again_by_whoever_was_shown_it(
    world: World,
) -> None:
    secret = secret_in(world.call("chile", "POST", "/account/app").text)
    wrong = {"code": "000000", "secret": secret}
    again = world.call("chile", "POST", "/account/app/confirm", data=wrong)
    assert (again.status_code, secret_in(again.text)) == (400, secret)
    for other in ("", "A" * 32, "é" * 32):
        hidden = world.call("chile", "POST", "/account/app/confirm", data=wrong | {"secret": other})
        assert hidden.status_code == 400
        assert secret not in hidden.text.replace(" ", "")
    given = {"code": code(world, secret), "secret": secret}
    done = world.call("chile", "POST", "/account/app/confirm", data=given)
    assert done.location == "/account?done=app#factor-head"


def test_an_app_that_was_begun_and_not_confirmed_counts_for_nothing(world: World) -> None:
    page = world.call("chile", "POST", "/account/app")
    wrong = world.call("chile", "POST", "/account/app/confirm", data={"code": "000000"})
    assert wrong.status_code == 400
    assert Door(world).password().location == "/drafts"
    again = world.call("chile", "POST", "/account/app")
    assert secret_in(again.text) != secret_in(page.text)
    old = {"code": code(world, secret_in(page.text))}
    assert world.call("chile", "POST", "/account/app/confirm", data=old).status_code == 400


def test_another_app_takes_the_place_of_the_first(world: World) -> None:
    first = set_up(world)
    second = set_up(world)
    door = Door(world)
    door.password()
    assert door.post("/sign-in/second", code=code(world, first)).status_code == 401
    assert door.post("/sign-in/second", code=code(world, second)).status_code == 303
    with world.store.reading() as w:
        rows = w.session.query(Authenticator).all()
    assert sorted(row.sealed == b"" for row in rows) == [False, True]


def test_a_removed_app_is_asked_for_no_more_and_its_secret_is_overwritten(world: World) -> None:
    set_up(world)
    assert world.call("chile", "POST", "/account/app/end").location == "/account?done=app-ended"
    assert Door(world).password().location == "/drafts"
    with world.store.reading() as w:
        assert [row.sealed for row in w.session.query(Authenticator)] == [b""]


# Recovery codes ------------------------------------------------------------------------------------


def test_a_recovery_code_is_good_once_and_kept_as_a_hash(world: World) -> None:
    set_up(world)
    codes = recovery_codes(world)
    assert len(set(codes)) == 10
    for given, right in (
        (codes[0], True),
        (codes[0], False),
        (codes[1].lower().replace("-", " "), True),
    ):
        door = Door(world)
        door.password()
        assert (door.post("/sign-in/second", code=given).status_code == 303) is right
    world.store.forget_deleted()
    for file in world.folder.iterdir():
        assert codes[2].encode() not in file.read_bytes()
    fresh = recovery_codes(world)
    door = Door(world)
    door.password()
    assert door.post("/sign-in/second", code=codes[3]).status_code == 401
    assert door.post("/sign-in/second", code=fresh[3]).status_code == 303


def test_recovery_codes_are_for_their_own_account(world: World) -> None:
    set_up(world)
    set_up(world, "mexico")
    codes = recovery_codes(world)
    door = Door(world)
    door.password("mexico@example.org")
    assert door.post("/sign-in/second", code=codes[0]).status_code == 401


def test_a_sign_in_link_does_not_skip_the_second_factor(world: World) -> None:
    secret = set_up(world)
    with world.store.work() as w:
        token = links.sign_in_link(w, world.begun.persons["chile"], valid_s=600)
    door = Door(world)
    assert door.post("/enter", token=token).location == "/sign-in/second"
    assert not door.is_in
    assert door.post("/sign-in/second", code=code(world, secret)).status_code == 303


def test_a_sign_in_that_waits_ends_after_ten_minutes_and_is_nobody_elses(world: World) -> None:
    secret = set_up(world)
    door = Door(world)
    waiting = fields(door.password())["drafting-arrival"]
    other = world.client()
    other.set_cookie("drafting", waiting)
    assert other.get("/api/drafts").status_code == 401
    assert Door(world).post("/sign-in/second", code=code(world, secret)).location == "/sign-in"
    world.step(601)
    assert door.post("/sign-in/second", code=code(world, secret)).location == "/sign-in"
    assert door.client.get("/sign-in/second").location == "/sign-in"


# Required ------------------------------------------------------------------------------------------


def require(world: World, demand: Demand = Demand.REQUIRED) -> None:
    held = world.app.extensions["drafting"]
    held.config = replace(held.config, second_factor=demand.value)


@pytest.mark.parametrize(
    ("who", "asked"),
    [("penholder", True), ("secretariat", True), ("chile_head", True), ("chile", False), ("icrc", False), ("mexico_capital", False)],
)  # fmt: skip
def test_where_it_is_required_those_it_concerns_set_one_up_before_they_come_in(
    world: World, who: str, asked: bool
) -> None:
    require(world)
    door = Door(world)
    came = door.password(f"{who}@example.org")
    assert (came.location == "/sign-in/second") is asked
    assert door.is_in is not asked
    if asked:
        secret = secret_in(door.post("/sign-in/second/app").text)
        assert door.post("/sign-in/second", code="000000").status_code == 401
        again = door.post("/sign-in/second", code="000000", secret=secret)
        assert (again.status_code, secret_in(again.text)) == (401, secret)
        assert door.post("/sign-in/second", code=code(world, secret)).status_code == 303
        assert door.is_in
        ended = door.post("/account/app/end")
        assert ended.status_code == 403
        assert "Your role needs a second factor" in ended.text


def test_the_samples_links_come_in_without_one_wherever_it_is_required(world: World) -> None:
    require(world)
    with world.store.work() as w:
        sample = links.sign_in_link(w, world.begun.persons["penholder"], valid_s=600, reusable=True)
        own = links.sign_in_link(w, world.begun.persons["penholder"], valid_s=600)
    door = Door(world)
    assert door.post("/enter", token=sample).location.startswith("/drafts")
    assert door.is_in
    assert Door(world).post("/enter", token=own).location == "/sign-in/second"


def test_a_place_that_needs_a_second_factor_is_taken_by_whoever_has_one(world: World) -> None:
    require(world)
    head = {
        "id": str(world.next_id()),
        "role": "head",
        "delegation": str(world.begun.delegations["CHL"]),
    }
    made = world.call(
        "secretariat", "POST", f"/api/drafts/{world.begun.draft_id}/invitations", json=head
    )
    token = made.json["link"].rpartition("/")[2]
    refused = world.call("guest", "POST", "/invitations/accept", data={"token": token})
    assert refused.status_code == 403
    assert "second factor" in refused.text
    set_up(world, "guest")
    assert (
        world.call("guest", "POST", "/invitations/accept", data={"token": token}).status_code == 303
    )


# To show once more who one is ----------------------------------------------------------------------

GUARDED: dict[str, dict[str, str]] = {
    "/account/app": {},
    "/account/app/end": {},
    "/account/codes": {},
    "/account/email": {"email": "new@example.org"},
    "/account/passkeys": {"answer": "{}"},
    "/account/passkeys/end": {"passkey": str(uuid.UUID(int=1))},
    "/account/identities/end": {"identity": str(uuid.UUID(int=1))},
    "/account/sessions/end": {},
}


def test_after_five_minutes_one_shows_once_more_who_one_is(world: World) -> None:
    world.step(301)
    for path, data in GUARDED.items():
        assert world.call("chile", "POST", path, data=data).location.startswith("/account/again")
    assert world.call("chile", "POST", "/account/passkeys/challenge").status_code == 403
    away = fields(Door(world).password())["drafting"]
    with world.store.reading() as w:
        other = sessions.signed_in(w, CONFIG, away).session_id
    ending = world.call("chile", "DELETE", f"/api/sessions/{other}")
    assert (ending.status_code, ending.json["title"]) == (403, "ProofNeeded")
    wrong = world.call("chile", "POST", "/account/again", data={"password": "wrong"})
    assert wrong.status_code == 401
    before = world.begun.tokens["chile"]
    right = world.call(
        "chile", "POST", "/account/again", data={"password": PASSWORD, "at": "email"}
    )
    assert right.location == "/account?done=again#email-head"
    # The same session, under another token: the old one is worth nothing.
    assert fields(right)["drafting"] != before
    stale = world.client()
    stale.set_cookie("drafting", before)
    assert stale.get("/api/drafts").status_code == 401
    assert world.call("chile", "DELETE", f"/api/sessions/{other}").status_code == 200


def test_where_there_is_a_second_factor_it_is_what_is_asked_for(world: World) -> None:
    secret = set_up(world)
    world.step(301)
    assert (
        world.call("chile", "POST", "/account/again", data={"password": PASSWORD}).status_code
        == 401
    )
    given = {"code": code(world, secret)}
    assert world.call("chile", "POST", "/account/again", data=given).status_code == 303
    assert world.call("chile", "POST", "/account/again", data=given).status_code == 401


def test_whoever_has_only_links_has_nothing_to_show_and_is_not_asked(world: World) -> None:
    with world.store.work() as w:
        kept_people.person(w, world.begun.persons["chile"]).password_hash = None
    world.step(301)
    fresh = {"new": "another lamp that turns"}
    assert world.call("chile", "POST", "/account/password", data=fresh).status_code == 200
    assert world.call("chile", "POST", "/account/app").location.startswith("/account/again")


def test_a_short_password_is_enough_beside_a_second_factor(world: World) -> None:
    change = {"current": PASSWORD, "new": "ninelamp s"}
    assert world.call("chile", "POST", "/account/password", data=change).status_code == 400
    set_up(world)
    assert world.call("chile", "POST", "/account/password", data=change).status_code == 200
    short = {"current": "ninelamp s", "new": "7 lamps"}
    assert world.call("chile", "POST", "/account/password", data=short).status_code == 400


# What one is told ----------------------------------------------------------------------------------


def told(world: World, who: str = "chile") -> list[tuple[str, str | None]]:
    with world.store.reading() as w:
        rows = w.session.query(AccountNotice).filter_by(person_id=world.begun.persons[who])
        return [(row.kind, row.email) for row in rows.order_by(AccountNotice.at, AccountNotice.id)]


def test_one_is_told_of_new_devices_and_of_every_change(world: World) -> None:
    own = "chile@example.org"
    Door(world).password()
    assert told(world) == []
    world.step()
    other = Door(world)
    other.client.environ_base |= {
        "HTTP_USER_AGENT": "Mozilla Firefox/140 Windows",
        "REMOTE_ADDR": "10.9.8.7",
    }
    other.password()
    page = world.call("chile", "GET", "/account").text
    assert "a device that had not been used before: Firefox on Windows, from 10.9.8.0." in page
    world.step()
    other.client.delete_cookie("drafting")
    other.password()
    assert told(world) == [("device", own)]
    world.step()
    world.call("chile", "POST", "/account/email", data={"email": "Soto@example.org"})
    assert sorted(told(world)[1:]) == [("email", own), ("email", "soto@example.org")]
    world.step()
    change = {"current": PASSWORD, "new": "another lamp that turns"}
    world.call("chile", "POST", "/account/password", data=change)
    assert told(world)[3:] == [("password", "soto@example.org")]
    assert told(world, "mexico") == []


@pytest.mark.parametrize("email", ["mexico@example.org", "x", "", "a@b\nc", "a b@c"])
def test_an_address_that_cannot_be_ones_own_is_refused(world: World, email: str) -> None:
    assert world.call("chile", "POST", "/account/email", data={"email": email}).status_code == 400
    assert told(world) == []


def test_notices_are_mailed_once_in_their_order(world: World) -> None:
    with running(Sink()) as sink:
        config = replace(
            CONFIG, smtp_url=f"smtp://127.0.0.1:{sink.port}", mail_from="Drafting <d@example.org>"
        )
        with world.store.work() as w:
            for n in range(2):
                notices.tell(w, world.begun.persons["chile"], "password", f"The {n}th thing.")
        assert notices.mail_waiting(world.store, config) == 2
        assert notices.mail_waiting(world.store, config) == 0
        letters = sink.mails()
    assert [one["To"] for one in letters] == ["chile@example.org"] * 2
    assert ["0th" in letters[0].get_content(), "1th" in letters[1].get_content()] == [True, True]


# An operator ---------------------------------------------------------------------------------------


def test_a_reset_takes_every_second_factor_and_every_session(world: World) -> None:
    set_up(world)
    recovery_codes(world)
    world.step()
    with world.store.work() as w:
        factors.reset(w, world.begun.persons["chile"])
    assert world.call("chile", "GET", "/api/drafts").status_code == 401
    assert Door(world).password().location == "/drafts"
    assert told(world)[-1][0] == "reset"


# One's own data ------------------------------------------------------------------------------------


def test_own_data_holds_what_is_ones_own_and_nothing_else(world: World) -> None:
    set_up(world)
    answer = world.call("chile", "GET", "/account/data")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="own-data.json"'
    data = answer.json
    assert data["account"]["email"] == "chile@example.org"
    assert [d["delegation"] for d in data["drafts"]] == ["Chile"]
    assert {c["body"] for d in data["drafts"] for c in d["comments"]} == {
        "What is open.",
        "What is of chile.",
    }
    words = answer.text
    for others in (
        "What is of mexico.",
        "What is of the team.",
        "mexico@example.org",
        "Mexico",
        "argon2",
        "sealed",
    ):
        assert others not in words
    assert world.call("guest", "GET", "/account/data").json["drafts"] == []
