"""People: who acts, who is seen by whom, who is invited and whose place is ended."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drafting import clock, ids
from drafting.errors import LinkSpent, Malformed, NotAllowed, NotFound, NotSignedIn
from drafting.events import PlaceEnded, SessionEnded
from drafting.rules.roles import Role
from drafting.services import invitations, passwords, people, sessions
from drafting.store import invitations as kept_invitations
from drafting.store import people as kept
from drafting.store import sessions as kept_sessions
from tests.make import CONFIG, PEOPLE, Table


def person_of(at_table: Table, name: str) -> uuid.UUID:
    with at_table.store.reading() as w:
        return kept_sessions.session(w, at_table.sessions[name]).person_id


def act(at_table: Table, by: str, deed: Any, *args: Any, **more: Any) -> Any:
    with at_table.store.work() as w:
        return deed(w, people.actor(w, at_table.sessions[by], at_table.draft_id), *args, **more)


def invite(
    at_table: Table, by: str, role: Role, key: str | None, name: str = ""
) -> tuple[Any, str]:
    with at_table.store.work() as w:
        delegation = None if key is None else kept.delegation_by_key(w, key).id
        actor = people.actor(w, at_table.sessions[by], at_table.draft_id)
        made, token = invitations.invite(
            w, CONFIG, actor, role=role, delegation_id=delegation, name=name
        )
        return made.id, token


def newcomer(at_table: Table, name: str = "Ana Soto") -> uuid.UUID:
    with at_table.store.work() as w:
        return people.new_person(w, name=name, email=None, password_hash=None).id


def seen_by(at_table: Table, name: str) -> set[str]:
    shown = act(at_table, name, people.shown_people)["people"]
    return {p["name"].lower().replace(" ", "_") for p in shown}


# Who acts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_acts_in_the_role_and_for_the_delegation_of_their_place(
    at_table: Table, name: str
) -> None:
    actor = at_table.actor(name)
    assert actor.role is PEOPLE[name][0]
    assert (actor.delegation_id is None) is (PEOPLE[name][1] is None)


def test_nobody_acts_without_a_place_or_with_a_session_that_is_over(at_table: Table) -> None:
    with at_table.store.reading() as w, pytest.raises(NotFound):
        people.actor(w, at_table.sessions["chile"], uuid.uuid4())
    with at_table.store.reading() as w, pytest.raises(NotSignedIn):
        people.actor(w, uuid.uuid4(), at_table.draft_id)
    with at_table.store.work() as w:
        sessions.end(w, person_of_in(w, at_table, "chile"), at_table.sessions["chile"])
    with pytest.raises(NotSignedIn):
        at_table.actor("chile")


def person_of_in(w: Any, at_table: Table, name: str) -> uuid.UUID:
    return kept_sessions.session(w, at_table.sessions[name]).person_id


def test_nobody_acts_once_their_account_has_ended(at_table: Table) -> None:
    with at_table.store.work() as w:
        kept.person(w, person_of_in(w, at_table, "chile")).ended_at = w.now
    with at_table.store.reading() as w, pytest.raises((NotFound, NotSignedIn)):
        people.actor(w, at_table.sessions["chile"], at_table.draft_id)
    with at_table.store.reading() as w, pytest.raises(NotSignedIn):
        sessions.signed_in(w, CONFIG, at_table.tokens["chile"])


# Who sees whom -----------------------------------------------------------------------------------


def test_the_team_sees_everybody_but_what_a_delegation_asks_at_home(at_table: Table) -> None:
    everybody = set(PEOPLE) - {"mexico_capital"}
    for name in ("penholder", "adviser", "secretariat"):
        assert seen_by(at_table, name) == everybody


def test_a_head_of_delegation_sees_their_own_delegation_with_its_capital(at_table: Table) -> None:
    assert seen_by(at_table, "mexico_head") == {"mexico_head", "mexico", "mexico_capital"}
    assert seen_by(at_table, "chile_head") == {"chile", "chile_head"}


@pytest.mark.parametrize("name", ["mexico", "mexico_capital", "icrc"])
def test_others_see_no_list_of_people(at_table: Table, name: str) -> None:
    with pytest.raises(NotAllowed):
        seen_by(at_table, name)


def test_a_penholder_does_not_see_the_capital_of_the_state_they_come_from(at_table: Table) -> None:
    with at_table.store.work() as w:
        at_home = people.new_person(w, name="At Home", email=None, password_hash=None)
        people.give_place(
            w,
            draft_id=at_table.draft_id,
            person_id=at_home.id,
            role=Role.CAPITAL,
            delegation_id=kept.delegation_by_key(w, "GBR").id,
        )
    assert "at_home" not in seen_by(at_table, "penholder")


def test_invitations_are_seen_by_those_who_could_have_made_them(at_table: Table) -> None:
    invite(at_table, "mexico_head", Role.CAPITAL, "MEX", "Home")
    invite(at_table, "mexico_head", Role.DELEGATE, "MEX", "Second")
    invite(at_table, "secretariat", Role.HEAD, "MEX", "New head")
    seen = {
        name: {i["name"] for i in act(at_table, name, people.shown_people)["invitations"]}
        for name in ("penholder", "secretariat", "mexico_head", "chile_head")
    }
    assert seen == {
        "penholder": {"Second", "New head"},
        "secretariat": {"Second", "New head"},
        "mexico_head": {"Home", "Second"},
        "chile_head": set(),
    }


# Invitations -------------------------------------------------------------------------------------


def test_an_invitation_that_was_used_withdrawn_or_is_too_old_is_spent(at_table: Table) -> None:
    number, token = invite(at_table, "secretariat", Role.DELEGATE, "CHL")
    act(at_table, "secretariat", invitations.withdraw, number)
    _, used = invite(at_table, "secretariat", Role.DELEGATE, "CHL")
    with at_table.store.work() as w:
        assert invitations.accept(w, CONFIG, used, newcomer_in(w)) == at_table.draft_id
    _, old = invite(at_table, "secretariat", Role.DELEGATE, "CHL")
    clock.use(lambda: datetime.now(UTC) + timedelta(hours=72))
    for spent in (token, used, old, "", "x" * 48):
        with at_table.store.reading() as w, pytest.raises(LinkSpent):
            invitations.read(w, spent)


def newcomer_in(w: Any) -> uuid.UUID:
    return people.new_person(w, name="Ana Soto", email=None, password_hash=None).id


def test_only_its_hash_is_kept_of_a_link(at_table: Table) -> None:
    _, token = invite(at_table, "secretariat", Role.DELEGATE, "CHL")
    with at_table.store.reading() as w:
        kept_as = kept_invitations.invitation_by_token(w, ids.hashed(token))
        assert kept_as is not None
        assert token not in {str(v) for v in vars(kept_as).values()}


@pytest.mark.parametrize("by", ["chile_head", "mexico", "icrc", "chile"])
def test_an_invitation_of_others_cannot_be_withdrawn_and_is_not_there(
    at_table: Table, by: str
) -> None:
    number, token = invite(at_table, "mexico_head", Role.DELEGATE, "MEX")
    with pytest.raises(NotFound):
        act(at_table, by, invitations.withdraw, number)
    with pytest.raises(NotFound):
        act(at_table, by, invitations.withdraw, uuid.uuid4())
    with at_table.store.reading() as w:
        invitations.read(w, token)


@pytest.mark.parametrize(
    ("role", "key"),
    [(Role.DELEGATE, "ICRC"), (Role.HEAD, "ICRC"), (Role.DELEGATE, None), (Role.OBSERVER, None), (Role.SECRETARIAT, "MEX")],
)  # fmt: skip
def test_a_role_that_does_not_fit_a_delegation_is_refused(
    at_table: Table, role: Role, key: str | None
) -> None:
    with pytest.raises(Malformed):
        invite(at_table, "penholder", role, key)


@pytest.mark.parametrize("name", ["", " ", "\u202e", "\x00", "x" * 121, "\u200b"])
def test_a_name_that_says_nothing_or_too_much_is_refused(at_table: Table, name: str) -> None:
    with pytest.raises(Malformed):
        newcomer(at_table, name)


def test_a_name_is_kept_without_what_cannot_be_seen(at_table: Table) -> None:
    person = newcomer(at_table, "  José\x00 \u202eÁlvarez\n de  la Peña ")
    with at_table.store.reading() as w:
        assert kept.person(w, person).name == "José Álvarez de la Peña"


# Ending a place ----------------------------------------------------------------------------------


def test_who_loses_their_place_is_out_at_once_and_their_pages_are_told_to_close(
    at_table: Table,
) -> None:
    told: list[Any] = []
    at_table.store.listen = told.append
    person = person_of(at_table, "mexico")
    act(at_table, "mexico_head", people.end_place, person)
    assert told == [PlaceEnded(at_table.draft_id, person)]
    with pytest.raises(NotFound):
        at_table.actor("mexico")
    with pytest.raises(NotFound):
        act(at_table, "mexico_head", people.end_place, person)


def test_somebody_who_lost_their_place_may_be_given_another(at_table: Table) -> None:
    person = person_of(at_table, "mexico")
    act(at_table, "mexico_head", people.end_place, person)
    _, token = invite(at_table, "secretariat", Role.HEAD, "CHL")
    with at_table.store.work() as w:
        invitations.accept(w, CONFIG, token, person)
    assert at_table.actor("mexico").delegation == "Chile"


@pytest.mark.parametrize(
    ("by", "whom", "refusal"),
    [
        ("chile_head", "mexico", NotFound),
        ("secretariat", "mexico_capital", NotFound),
        ("penholder", "mexico_capital", NotFound),
        ("secretariat", "adviser", NotAllowed),
        ("mexico_head", "mexico_head", NotAllowed),
        ("mexico", "mexico_capital", NotAllowed),
        ("icrc", "icrc", NotAllowed),
    ],
)
def test_a_place_is_ended_by_those_who_could_have_given_it(
    at_table: Table, by: str, whom: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        act(at_table, by, people.end_place, person_of(at_table, whom))


def test_the_last_of_the_presidency_stays(at_table: Table) -> None:
    act(at_table, "penholder", people.end_place, person_of(at_table, "adviser"))
    with pytest.raises(NotAllowed, match="last"):
        act(at_table, "penholder", people.end_place, person_of(at_table, "penholder"))


# Sessions ----------------------------------------------------------------------------------------


def test_a_new_password_ends_all_sessions_but_the_one_at_hand(at_table: Table) -> None:
    told: list[Any] = []
    at_table.store.listen = told.append
    with at_table.store.work() as w:
        person = person_of_in(w, at_table, "chile")
        for _ in range(3):
            sessions.begin(w, CONFIG, person, "x")
    with at_table.store.work() as w:
        passwords.change(w, person, "hash", session_id=at_table.sessions["chile"])
    assert len(told) == 3
    assert all(isinstance(one, SessionEnded) for one in told)
    with at_table.store.reading() as w:
        assert [s.id for s in sessions.of(w, person)] == [at_table.sessions["chile"]]


def test_a_session_of_others_cannot_be_ended_and_is_not_there(at_table: Table) -> None:
    with at_table.store.work() as w:
        person = person_of_in(w, at_table, "chile")
        for session in (at_table.sessions["mexico"], uuid.uuid4()):
            with pytest.raises(NotFound):
                sessions.end(w, person, session)
    assert at_table.actor("mexico")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("<script>", "a browser"),
        ("", "a browser"),
    ],
)  # fmt: skip
def test_a_device_is_named_in_words_of_our_own(agent: str, words: str) -> None:
    assert sessions.device_words(agent) == words


def test_names_are_sorted_without_their_accents() -> None:
    names = ["Zambia", "Türkiye", "Côte d'Ivoire", "Costa Rica", "Tuvalu"]
    assert sorted(names, key=people.sort_key) == ["Costa Rica", "Côte d'Ivoire", "Türkiye", "Tuvalu", "Zambia"]  # fmt: skip
