"""Who sees a proposal and what may be done with it, written out once more."""

from __future__ import annotations

import itertools
import uuid

import pytest

from drafting.rules.proposals import (
    Act,
    Circle,
    Stage,
    Standing,
    acts,
    circles,
    in_words,
    may_enter_for_others,
    may_see,
    reads,
    reason_seen,
)
from drafting.rules.roles import PRESIDENCY_SIDE, Actor, Role

MEXICO, CHILE = uuid.UUID(int=1), uuid.UUID(int=2)
ALONE, JOINT, TEAM = (str(MEXICO),), (str(MEXICO), str(CHILE)), (PRESIDENCY_SIDE,)


def person(role: Role, delegation: uuid.UUID | None = MEXICO) -> Actor:
    number = uuid.UUID(int=9)
    return Actor(number, number, "A Person", number, role, delegation, "Mexico")


PEOPLE = {
    "head": person(Role.HEAD),
    "delegate": person(Role.DELEGATE),
    "capital": person(Role.CAPITAL),
    "chile": person(Role.DELEGATE, CHILE),
    "chile's capital": person(Role.CAPITAL, CHILE),
    "penholder": person(Role.PRESIDENCY),
    "secretariat": person(Role.SECRETARIAT, None),
    "observer": person(Role.OBSERVER),
}
ALL = set(PEOPLE)
OURS = {"head", "delegate", "capital"}

SEEN = [
    (ALONE, Circle.OWNERS, OURS),
    (ALONE, Circle.PRESIDENCY, OURS | {"penholder"}),
    (ALONE, Circle.EVERYONE, ALL),
    (JOINT, Circle.OWNERS, {"head", "delegate", "chile"}),
    (JOINT, Circle.PRESIDENCY, OURS | {"chile", "chile's capital", "penholder"}),
    (TEAM, Circle.OWNERS, {"penholder"}),
    (TEAM, Circle.PRESIDENCY, {"penholder"}),
    (TEAM, Circle.EVERYONE, ALL),
]


@pytest.mark.parametrize(("owners", "circle", "seen"), SEEN)
def test_who_sees_it(owners, circle, seen):
    standing = Standing(Stage.PUT_FORWARD, circle, owners)
    assert {name for name, actor in PEOPLE.items() if may_see(actor, standing)} == seen


@pytest.mark.parametrize(
    ("owners", "hear"),
    [(ALONE, OURS), (JOINT, {"head", "delegate", "chile"}), (TEAM, {"penholder"})],
)
def test_who_hears_it_typed(owners, hear):
    standing = Standing(Stage.DRAFT, Circle.OWNERS, owners)
    heard = {name for name, actor in PEOPLE.items() if reads(actor.role, actor.side, standing)}
    assert heard == hear


WHOLE_DRAFT = "write sentence confirm share put_forward withdraw"
OWN = "sentence confirm withdraw revise"
ACTS = [
    ("delegate", Stage.DRAFT, ALONE, Circle.OWNERS, WHOLE_DRAFT),
    ("capital", Stage.DRAFT, ALONE, Circle.OWNERS, "write sentence confirm"),
    ("capital", Stage.DRAFT, JOINT, Circle.OWNERS, ""),
    ("chile", Stage.DRAFT, JOINT, Circle.OWNERS, WHOLE_DRAFT),
    ("observer", Stage.DRAFT, ALONE, Circle.OWNERS, ""),
    ("delegate", Stage.PUT_FORWARD, ALONE, Circle.PRESIDENCY, f"{OWN} widen"),
    ("delegate", Stage.PUT_FORWARD, ALONE, Circle.EVERYONE, OWN),
    ("capital", Stage.PUT_FORWARD, ALONE, Circle.EVERYONE, ""),
    ("penholder", Stage.PUT_FORWARD, ALONE, Circle.PRESIDENCY, "respond accept"),
    ("penholder", Stage.PUT_FORWARD, TEAM, Circle.EVERYONE, f"{OWN} respond accept"),
    ("chile", Stage.PUT_FORWARD, ALONE, Circle.EVERYONE, "take_position"),
    ("chile's capital", Stage.PUT_FORWARD, ALONE, Circle.EVERYONE, ""),
    ("observer", Stage.PUT_FORWARD, JOINT, Circle.EVERYONE, ""),
    ("secretariat", Stage.PUT_FORWARD, ALONE, Circle.EVERYONE, ""),
]


@pytest.mark.parametrize(("who", "stage", "owners", "circle", "wanted"), ACTS)
def test_what_may_be_done_with_it(who, stage, owners, circle, wanted):
    found = acts(PEOPLE[who], Standing(stage, circle, owners))
    assert [act.value for act in found] == wanted.split()


@pytest.mark.parametrize(
    ("who", "stage"),
    list(itertools.product(PEOPLE, sorted(set(Stage) - {Stage.DRAFT, Stage.PUT_FORWARD}))),
)
def test_nothing_is_done_with_what_is_over(who, stage):
    assert acts(PEOPLE[who], Standing(stage, Circle.EVERYONE, JOINT)) == []


def test_every_act_is_somebodys():
    done = {act for *_, words in ACTS for act in words.split()}
    assert done == {act.value for act in Act}


@pytest.mark.parametrize(
    ("circle", "wider"),
    [
        (Circle.OWNERS, [Circle.PRESIDENCY, Circle.EVERYONE]),
        (Circle.PRESIDENCY, [Circle.EVERYONE]),
        (Circle.EVERYONE, []),
    ],
)
def test_it_only_goes_further(circle, wider):
    assert circles(circle) == wider


@pytest.mark.parametrize(
    ("circle", "owners", "words"),
    [
        (Circle.OWNERS, ["Mexico"], "Mexico only"),
        (Circle.OWNERS, ["Mexico", "Chile", "Peru"], "Mexico, Chile and Peru only"),
        (Circle.PRESIDENCY, ["Mexico"], "Mexico and the presidency"),
        (Circle.PRESIDENCY, ["Mexico", "Chile"], "Mexico and Chile and the presidency"),
        (Circle.OWNERS, ["The presidency"], "The presidency’s team only"),
        (Circle.OWNERS, ["The presidency", "Mexico"], "Mexico and the presidency"),
        (Circle.EVERYONE, ["Mexico"], "Everyone on this draft"),
    ],
)
def test_an_audience_is_said_in_words(circle, owners, words):
    assert in_words(circle, owners) == words


@pytest.mark.parametrize(
    ("who", "circle", "told"),
    [
        ("delegate", Circle.PRESIDENCY, True),
        ("capital", Circle.PRESIDENCY, True),
        ("penholder", Circle.PRESIDENCY, True),
        ("chile", Circle.PRESIDENCY, False),
        ("secretariat", Circle.PRESIDENCY, False),
        ("chile", Circle.EVERYONE, True),
    ],
)
def test_a_reason_is_for_those_it_was_meant_for(who, circle, told):
    assert reason_seen(PEOPLE[who], circle, ALONE) is told


def test_only_the_presidency_enters_what_a_delegation_sent_on_its_word():
    assert {name for name, one in PEOPLE.items() if may_enter_for_others(one)} == {"penholder"}
