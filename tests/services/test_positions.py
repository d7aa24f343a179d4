"""Positions: for whom, how firm, aligned with whom, and what became of them."""

from __future__ import annotations

import uuid

import pytest

from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.services import positions
from tests.make import PEOPLE, table
from tests.negotiating import Negotiation

MEXICO = {"mexico", "mexico_head", "mexico_capital"}
PRESIDENCY = {"penholder", "adviser"}


@pytest.fixture
def room(store) -> Negotiation:
    return Negotiation(table(store))


def seers(room, position) -> set[str]:
    return {
        who
        for who in PEOPLE
        if position["id"] in [p["id"] for p in room.table.state(who)["positions"]]
    }


def key(position) -> uuid.UUID:
    return uuid.UUID(position["id"])


@pytest.mark.parametrize(
    ("audience", "sees"),
    [("delegation", MEXICO), ("presidency", MEXICO | PRESIDENCY), ("everyone", set(PEOPLE))],
)
def test_a_position_is_seen_by_those_it_is_for(room, audience, sees):
    taken = room.take("mexico", "PP1", audience=audience, remark="As it stands.")
    assert seers(room, taken) == sees


@pytest.mark.parametrize("who", ["penholder", "secretariat", "icrc"])
def test_only_delegations_take_positions(room, who):
    with pytest.raises(NotAllowed):
        room.take(who, "PP1")


def test_a_capital_takes_them_in_its_own_ring(room):
    assert seers(room, room.take("mexico_capital", "PP1", audience="delegation")) == MEXICO
    for audience in ("presidency", "everyone"):
        with pytest.raises(NotAllowed):
            room.take("mexico_capital", "PP1", audience=audience)


def test_the_last_one_counts_and_the_earlier_stay_on_record(room):
    room.take("mexico", "PP1", "reserve")
    now = room.take("mexico_head", "PP1", "retain", certainty="confirmed", weight="essential")
    assert room.stances("chile") == [("Mexico", "PP1", "retain")]
    assert [(e["stance"], e["certainty"]) for e in now["earlier"]] == [("reserve", "preliminary")]
    room.take("mexico", "PP1", "none")
    assert room.stances("chile") == []


def test_a_newer_one_for_fewer_leaves_the_others_what_they_saw(room):
    room.take("mexico", "PP1", "retain")
    room.take("mexico", "PP1", "delete", audience="delegation")
    assert room.stances("chile") == [("Mexico", "PP1", "retain")]
    assert room.stances("mexico_capital") == [("Mexico", "PP1", "delete")]


@pytest.mark.parametrize("stance", ["", "like", "RETAIN"])
def test_there_are_no_other_stances(room, stance):
    with pytest.raises(Malformed):
        room.take("mexico", "PP1", stance)


# On proposals ------------------------------------------------------------------------------------


def test_a_proposal_is_supported_and_objected_to(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    room.take("chile", p, "support", certainty="confirmed")
    assert room.stances("icrc") == [("Chile", "OP1", "support")]
    room.take("chile_head", p, "object")
    assert room.stances("icrc") == [("Chile", "OP1", "object")]


@pytest.mark.parametrize("stance", ["retain", "delete", "amend"])
def test_on_a_proposal_only_what_makes_sense_there(room, stance):
    p = room.amend("mexico", "OP1", "burning", "lit")
    with pytest.raises(Malformed):
        room.take("chile", p, stance)


def test_one_does_not_support_ones_own_nor_what_is_over(room):
    p = room.amend("mexico", "OP1", "burning", "lit")
    with pytest.raises(Stale):
        room.take("mexico", p, "support")
    room.accept("OP1", p)
    with pytest.raises(Stale):
        room.take("chile", p, "support")


def test_on_what_one_does_not_see_there_is_nothing_to_say(room):
    p = room.amend("mexico", "OP1", "burning", "lit", "presidency")
    for one in (p, uuid.uuid4()):
        with pytest.raises(NotFound):
            room.take("chile", one, "support")


# Aligned with another ----------------------------------------------------------------------------


def test_one_that_follows_comes_to_what_the_other_says(room):
    first = room.take("mexico", "PP1", "retain")
    room.take("chile", "PP1", "reserve", aligns_with=key(first), follows=True)
    assert ("Chile", "PP1", "retain") in room.stances("icrc")
    room.take("mexico", "PP1", "delete")
    assert ("Chile", "PP1", "delete") in room.stances("icrc")


def test_one_that_does_not_follow_is_asked(room):
    first = room.take("mexico", "PP1", "retain")
    room.take("chile", "PP1", "retain", aligns_with=key(first))
    room.take("mexico", "PP1", "delete")
    mine = next(p for p in room.table.state("chile")["positions"] if p["mine"])
    assert mine["effective"] == "retain"
    assert mine["aligns_with"]["changed"]
    assert mine["aligns_with"]["stance"] == "delete"


def test_following_tells_nobody_what_was_said_to_fewer(room):
    first = room.take("mexico", "PP1", "retain")
    room.take("chile", "PP1", "retain", aligns_with=key(first), follows=True)
    before = [room.table.state(who)["positions"] for who in ("chile", "icrc")]
    room.take("mexico", "PP1", "delete", audience="presidency")
    assert [room.table.state(who)["positions"] for who in ("chile", "icrc")] == before
    # Even to the presidency, which sees both: what Chile says everybody sees, so it says no more.
    assert ("Chile", "PP1", "retain") in room.stances("penholder")


def test_two_that_follow_each_other_come_to_what_they_said(room):
    first = room.take("mexico", "PP1", "retain")
    second = room.take("chile", "PP1", "reserve", aligns_with=key(first), follows=True)
    room.take("mexico", "PP1", "delete", aligns_with=key(second), follows=True)
    assert {stance for _, _, stance in room.stances("icrc")} <= {"retain", "reserve", "delete"}


@pytest.mark.parametrize(("who", "on"), [("mexico", "PP1"), ("chile", "PP2")])
def test_one_aligns_with_anothers_on_the_same_thing(room, who, on):
    first = room.take("mexico", "PP1", "retain")
    with pytest.raises(Malformed):
        room.take(who, on, aligns_with=key(first))


def test_one_does_not_align_with_what_one_does_not_see(room):
    first = room.take("mexico", "PP1", "retain", audience="presidency")
    for one in (key(first), uuid.uuid4()):
        with pytest.raises(NotFound):
            room.take("chile", "PP1", aligns_with=one)


# After a version ---------------------------------------------------------------------------------


def review(room, who):
    found = room.run(who, positions.review)
    return found["version"], [
        (p["position"]["stance"], p["position"]["label"], p["became"]) for p in found["positions"]
    ]


def test_after_a_version_each_delegation_is_shown_what_became_of_its_positions(room):
    room.take("mexico", "PP1", "retain")
    room.take("mexico", "PP3", "retain")
    room.take("mexico", "OP1", "amend")
    room.take("chile", "PP1", "retain")
    room.table.do("delete", paragraph=room.table.id("PP3"))
    room.table.typed("OP1", "kindly ", 6)
    assert review(room, "mexico") == ("A/RES/75/900", [])
    room.seal("Draft 1")
    assert review(room, "mexico") == (
        "Draft 1",
        [("retain", "PP1", "kept"), ("retain", "PP3", "deleted"), ("amend", "OP1", "changed")],
    )
    assert review(room, "chile") == ("Draft 1", [("retain", "PP1", "kept")])


def test_it_says_itself_whether_it_was_met_and_nothing_is_carried_over(room):
    taken = room.take("mexico", "PP1", "retain")
    with pytest.raises(Stale):
        room.mark("mexico", key(taken), "met")
    room.seal("Draft 1")
    assert next(p for p in room.table.state("mexico")["positions"])["due"]
    assert room.mark("mexico", key(taken), "partly")["mark"]["mark"] == "partly"
    shown = next(p for p in room.table.state("chile")["positions"])
    assert (shown["mark"]["mark"], shown["made_on"], shown["due"]) == (
        "partly",
        "A/RES/75/900",
        False,
    )
    room.seal("Draft 2")
    assert next(p for p in room.table.state("mexico")["positions"])["due"]


@pytest.mark.parametrize("who", ["chile", "penholder", "mexico_capital", "icrc"])
def test_nobody_else_says_what_became_of_it(room, who):
    taken = room.take("mexico", "PP1", "retain")
    room.seal("Draft 1")
    with pytest.raises(NotAllowed):
        room.mark(who, key(taken), "met")


# Answers -----------------------------------------------------------------------------------------


def test_a_reason_is_for_those_it_was_meant_for(room):
    taken = room.take("mexico", "PP1", "retain")
    room.answer(key(taken), "will_consider", "Between us.")
    said = {
        who: next(p for p in room.table.state(who)["positions"])["response"]["reason"]
        for who in ("mexico", "penholder", "chile", "secretariat")
    }
    assert said == {
        "mexico": "Between us.",
        "penholder": "Between us.",
        "chile": None,
        "secretariat": None,
    }


def test_a_reason_goes_no_further_than_the_position(room):
    taken = room.take("mexico", "PP1", "retain", audience="presidency")
    with pytest.raises(Malformed):
        room.answer(key(taken), "accepted", "For all.", "everyone")


def test_what_one_does_not_see_is_not_answered(room):
    taken = room.take("mexico", "PP1", "retain", audience="delegation")
    with pytest.raises(NotFound):
        room.answer(key(taken), "accepted")
