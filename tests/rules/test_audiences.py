"""Who may see a thing, who may choose whom it is for, and what is wider than what: as tables."""

from __future__ import annotations

import itertools
import uuid

import pytest

from drafting.rules.audiences import (
    EVERYONE,
    TEAM,
    Audience,
    AudienceKind,
    choices,
    in_words,
    is_one,
    is_wider,
    may_choose,
    may_see,
)
from drafting.rules.roles import Actor, Role

MEX, CHL, ICRC, GBR = (uuid.UUID(int=n) for n in range(1, 5))
NAMES = {MEX: "Mexico", CHL: "Chile", ICRC: "ICRC", GBR: "United Kingdom"}


def person(role: Role, delegation: uuid.UUID | None) -> Actor:
    return Actor(
        person_id=uuid.UUID(int=10),
        session_id=uuid.UUID(int=11),
        name="A Person",
        draft_id=uuid.UUID(int=12),
        role=role,
        delegation_id=delegation,
        delegation=NAMES.get(delegation, "") if delegation else "",
    )


PEOPLE = {
    "penholder": person(Role.PRESIDENCY, GBR),
    "penholder of no State": person(Role.PRESIDENCY, None),
    "secretariat": person(Role.SECRETARIAT, None),
    "head": person(Role.HEAD, MEX),
    "delegate": person(Role.DELEGATE, MEX),
    "capital": person(Role.CAPITAL, MEX),
    "chile": person(Role.DELEGATE, CHL),
    "observer": person(Role.OBSERVER, ICRC),
    "delegate of the presidency's State": person(Role.DELEGATE, GBR),
}


def of(kind: str, delegation: uuid.UUID | None = None) -> Audience:
    return Audience(AudienceKind(kind), delegation)


BOTH = {"penholder", "penholder of no State"}
MEXICO = {"head", "delegate", "capital"}
SEEN = {
    of("delegation", MEX): MEXICO,
    of("delegation", CHL): {"chile"},
    of("delegation", ICRC): {"observer"},
    # A penholder acts for the presidency, never for the State they come from.
    of("delegation", GBR): {"delegate of the presidency's State"},
    of("presidency", MEX): MEXICO | BOTH,
    of("presidency", ICRC): {"observer"} | BOTH,
    of("presidency", GBR): {"delegate of the presidency's State"} | BOTH,
    TEAM: BOTH,
    EVERYONE: set(PEOPLE),
}
CHOSEN = {
    of("delegation", MEX): MEXICO,
    of("delegation", CHL): {"chile"},
    of("delegation", ICRC): {"observer"},
    of("delegation", GBR): {"delegate of the presidency's State"},
    of("presidency", MEX): {"head", "delegate"} | BOTH,
    of("presidency", ICRC): {"observer"} | BOTH,
    of("presidency", GBR): {"delegate of the presidency's State"},
    TEAM: BOTH,
    EVERYONE: set(PEOPLE) - {"capital"},
}
ON_THE_DRAFT = frozenset({MEX, CHL, ICRC})


@pytest.mark.parametrize("audience", SEEN, ids=str)
def test_an_audience_sees_and_nobody_else(audience: Audience) -> None:
    assert {name for name, one in PEOPLE.items() if may_see(one, audience)} == SEEN[audience]


@pytest.mark.parametrize("audience", CHOSEN, ids=str)
def test_an_audience_is_chosen_by_those_whose_it_is(audience: Audience) -> None:
    assert {
        name for name, one in PEOPLE.items() if may_choose(one, audience, addressable=ON_THE_DRAFT)
    } == CHOSEN[audience]


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_offered_may_be_chosen_and_what_may_be_chosen_is_offered(name: str) -> None:
    one = PEOPLE[name]
    offered = choices(one, addressable=sorted(ON_THE_DRAFT))
    assert len(set(offered)) == len(offered)
    assert set(offered) == {
        audience for audience in CHOSEN if may_choose(one, audience, addressable=ON_THE_DRAFT)
    } | ({of("presidency", CHL)} if one.role is Role.PRESIDENCY else set()) | (
        {of("presidency", CHL)} if name == "chile" else set()
    )


@pytest.mark.parametrize(
    "audience",
    [of("everyone", MEX), of("team", MEX), of("delegation"), of("presidency")],
    ids=str,
)
def test_an_audience_with_a_delegation_too_many_or_too_few_is_nobodys_to_choose(
    audience: Audience,
) -> None:
    assert not is_one(audience)
    for one in PEOPLE.values():
        assert not may_choose(one, audience, addressable=ON_THE_DRAFT)


WIDER = {
    (of("delegation", MEX), of("presidency", MEX)),
    (of("delegation", MEX), EVERYONE),
    (of("presidency", MEX), EVERYONE),
    (TEAM, of("presidency", MEX)),
    (TEAM, of("presidency", CHL)),
    (TEAM, EVERYONE),
    (of("delegation", CHL), of("presidency", CHL)),
    (of("delegation", CHL), EVERYONE),
    (of("presidency", CHL), EVERYONE),
}
ALL = [of("delegation", MEX), of("presidency", MEX), of("delegation", CHL), of("presidency", CHL), TEAM, EVERYONE]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), list(itertools.product(ALL, ALL)), ids=str)
def test_wider_holds_all_of_the_old_and_more(old: Audience, new: Audience) -> None:
    assert is_wider(new, old) is ((old, new) in WIDER)
    if is_wider(new, old):
        for one in PEOPLE.values():
            assert may_see(one, new) or not may_see(one, old)
        assert not is_wider(old, new)


def test_an_audience_is_said_in_words() -> None:
    assert [in_words(a, "Mexico") for a in (ALL[0], ALL[1], TEAM, EVERYONE)] == [
        "Mexico only",
        "Mexico and the presidency",
        "The presidency's team only",
        "Everyone on this draft",
    ]
