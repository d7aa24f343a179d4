"""Sponsorship and instructions, case by case: a line a case; and the law that hidden steps count for nothing."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.rules.instructions import InstructionState, Shown, is_shown
from drafting.rules.roles import OF_A_DELEGATION, Actor, Role
from drafting.rules.sponsors import (
    NOTHING,
    STATE_WORDS,
    STEP_WORDS,
    Capacity,
    Condition,
    Reach,
    Recorded,
    Standing,
    State,
    Step,
    Taken,
    condition_words,
    fold,
    is_of,
    may_act_for,
    may_correct,
    may_follow,
    may_lift,
    may_see,
    may_sponsor,
    may_take,
    may_vote,
    reach_words,
    reaches,
    recorded_by,
)

MEXICO, CHILE, BRITAIN = (uuid.uuid5(uuid.NAMESPACE_URL, name) for name in ("MEX", "CHL", "GBR"))
DAY = date(2026, 9, 28)
MOMENT = datetime(2026, 9, 28, 9, tzinfo=UTC)

WHOSE = {
    Role.PRESIDENCY: BRITAIN,
    Role.SECRETARIAT: None,
    Role.HEAD: MEXICO,
    Role.DELEGATE: MEXICO,
    Role.CAPITAL: MEXICO,
    Role.OBSERVER: None,
}


def actor(role: Role, delegation: uuid.UUID | None = None) -> Actor:
    whose = WHOSE[role] if delegation is None else delegation
    return Actor(uuid.UUID(int=1), uuid.UUID(int=2), "A", uuid.UUID(int=3), role, whose, "")


def steps(words: str) -> list[Taken]:
    """Reads steps written as "1 said v1; 3 kept v2; 4 withdrawn x2": day, step, version, what it puts right.

    A step may say in what capacity: "1 said v1 main".
    """
    out: list[Taken] = []
    for number, one in enumerate(words.split(";") if words else []):
        day, step, *more = one.split()
        version, corrects, capacity = None, None, Capacity.CO
        for word in more:
            match word[0], word[1:]:
                case "v", number_of:
                    version = int(number_of)
                case "x", which:
                    corrects = out[int(which) - 1].id
                case _:
                    capacity = Capacity(word)
        on, at = DAY + timedelta(days=int(day)), MOMENT + timedelta(hours=number)
        out.append(
            Taken(uuid.UUID(int=100 + number), Step(step), capacity, version, on, at, corrects)
        )
    return out


def told(standing: Standing) -> str:
    """Writes what steps come to: "said co since 1 v1; not yet about v2"."""
    words = f"{standing.state.value} {standing.capacity.value}"
    if standing.since is not None:
        words += f" since {(standing.since - DAY).days}"
    if standing.version is not None:
        words += f" v{standing.version}"
    return words + ("" if standing.answer is None else f"; {standing.answer.value} about v{standing.answered}")  # fmt: skip


FOLDS = [
    ("", "not_approached co"),
    ("1 approached", "approached co since 1"),
    ("1 approached; 2 approached", "approached co since 1"),
    ("1 positive v1", "positive co since 1"),
    ("1 approached; 2 positive; 3 awaiting", "awaiting co since 3"),
    ("1 said v1", "said co since 1 v1"),
    ("1 said v1 main", "said main since 1 v1"),
    ("1 said v1; 2 confirmed v1", "confirmed co since 2 v1"),
    ("1 confirmed v1; 4 confirmed v2", "confirmed co since 1 v2"),
    ("1 said v1; 4 kept v2", "said co since 1 v2"),
    ("1 confirmed v1 main; 4 kept v2", "confirmed main since 1 v2"),
    ("1 confirmed v1; 4 not_yet v2", "confirmed co since 1 v1; not_yet about v2"),
    ("1 confirmed v1; 4 not_yet v2; 5 kept v2", "confirmed co since 1 v2"),
    ("1 confirmed v1; 4 not_yet v2; 5 confirmed v2", "confirmed co since 1 v2"),
    ("1 confirmed v1; 2 not_yet v2; 3 not_yet v3", "confirmed co since 1 v1; not_yet about v3"),
    ("1 said v1; 2 withdrawn v1", "withdrawn co since 2"),
    ("1 said v1; 2 withdrawn; 3 said v2", "said co since 3 v2"),
    ("1 approached; 2 declined", "declined co since 2"),
    ("1 declined; 2 positive", "positive co since 2"),
    ("1 said v1; 2 awaiting", "awaiting co since 2"),
    ("1 positive; 2 kept v2", "positive co since 1"),
    ("1 positive; 2 positive", "positive co since 1"),
    ("1 confirmed v1 additional", "confirmed additional since 1 v1"),
    # What another puts right does not count, wherever it stands.
    ("1 said v1; 2 positive x1", "positive co since 2"),
    ("1 positive; 2 said v1; 3 awaiting x2", "awaiting co since 3"),
    ("1 said v1; 2 confirmed v1; 3 said v1 x2", "said co since 1 v1"),
    ("1 said v1; 2 positive x1; 3 said v1 x2", "said co since 3 v1"),
]


@pytest.mark.parametrize(("taken", "standing"), FOLDS)
def test_what_steps_come_to(taken: str, standing: str) -> None:
    assert told(fold(steps(taken))) == standing


def test_the_last_step_that_counts_is_named_and_one_that_was_put_right_is_not() -> None:
    every = steps("1 said v1; 2 confirmed v1; 3 said v1 x2")
    assert fold(every).last == every[2].id
    assert fold(every[:2]).last == every[1].id
    assert fold([]) == NOTHING


FIRST = "approached positive awaiting said confirmed declined"
AGAIN = "approached positive awaiting said confirmed"
FOLLOWS = [
    (State.NOT_APPROACHED, False, FIRST),
    (State.APPROACHED, False, FIRST),
    (State.POSITIVE, False, "positive awaiting said confirmed declined"),
    (State.AWAITING, False, "positive awaiting said confirmed declined"),
    (State.SAID, False, "awaiting said confirmed kept not_yet withdrawn"),
    (State.SAID, True, "awaiting said confirmed withdrawn"),
    (State.CONFIRMED, False, "confirmed kept not_yet withdrawn"),
    (State.CONFIRMED, True, "confirmed withdrawn"),
    (State.DECLINED, False, AGAIN),
    (State.WITHDRAWN, False, FIRST),
]


@pytest.mark.parametrize(("state", "settled", "following"), FOLLOWS)
def test_what_may_follow_what(state: State, settled: bool, following: str) -> None:
    assert [step.value for step in may_follow(state, settled=settled)] == following.split()


def test_every_state_may_be_left_and_every_step_be_taken() -> None:
    assert {state for state, *_ in FOLLOWS} == set(State)
    assert {step for state in State for step in may_follow(state, settled=False)} == set(Step)


QUIET = "presidency board"
REACHES = [
    *((Role.SECRETARIAT, step, "board") for step in Step),
    (Role.PRESIDENCY, Step.APPROACHED, QUIET),
    (Role.PRESIDENCY, Step.POSITIVE, QUIET),
    (Role.PRESIDENCY, Step.AWAITING, QUIET),
    (Role.PRESIDENCY, Step.SAID, "board"),
    (Role.PRESIDENCY, Step.CONFIRMED, "board"),
    (Role.PRESIDENCY, Step.WITHDRAWN, "board"),
    (Role.HEAD, Step.POSITIVE, "delegation presidency board"),
    (Role.DELEGATE, Step.AWAITING, "delegation presidency board"),
    (Role.HEAD, Step.SAID, "board"),
    (Role.DELEGATE, Step.CONFIRMED, "board"),
    (Role.DELEGATE, Step.KEPT, "board"),
    (Role.HEAD, Step.NOT_YET, "board"),
    (Role.DELEGATE, Step.DECLINED, "board"),
    (Role.DELEGATE, Step.WITHDRAWN, "board"),
]


@pytest.mark.parametrize(("role", "step", "far"), REACHES)
def test_how_far_one_may_let_a_step_go(role: Role, step: Step, far: str) -> None:
    assert [reach.value for reach in reaches(actor(role), step)] == far.split()


SEEN = [
    # Whose it is: Mexico's. Who looks, and which of its steps they see.
    (actor(Role.HEAD), "delegation presidency board"),
    (actor(Role.DELEGATE), "delegation presidency board"),
    (actor(Role.CAPITAL), "delegation presidency board"),
    (actor(Role.PRESIDENCY), "presidency board"),
    (actor(Role.PRESIDENCY, MEXICO), "presidency board"),
    (actor(Role.SECRETARIAT), "board"),
    (actor(Role.HEAD, CHILE), ""),
    (actor(Role.DELEGATE, CHILE), ""),
    (actor(Role.CAPITAL, CHILE), ""),
    (actor(Role.OBSERVER), ""),
    (actor(Role.OBSERVER, MEXICO), ""),
]


@pytest.mark.parametrize(("who", "seen"), SEEN, ids=lambda one: str(getattr(one, "role", one)))
def test_who_sees_a_step_of_mexico(who: Actor, seen: str) -> None:
    assert [reach.value for reach in Reach if may_see(who, reach, MEXICO)] == seen.split()


def test_whoever_comes_from_a_state_for_the_presidency_is_not_of_its_delegation() -> None:
    assert not is_of(actor(Role.PRESIDENCY, MEXICO), MEXICO)
    assert all(is_of(actor(role), MEXICO) for role in OF_A_DELEGATION)
    assert not is_of(actor(Role.DELEGATE, CHILE), MEXICO)


TAKES = [
    (Role.PRESIDENCY, Step.APPROACHED, True),
    (Role.SECRETARIAT, Step.APPROACHED, True),
    (Role.HEAD, Step.APPROACHED, False),
    (Role.DELEGATE, Step.APPROACHED, False),
    (Role.HEAD, Step.CONFIRMED, True),
    (Role.DELEGATE, Step.SAID, True),
    (Role.PRESIDENCY, Step.CONFIRMED, True),
    (Role.CAPITAL, Step.SAID, False),
    (Role.CAPITAL, Step.POSITIVE, False),
    (Role.OBSERVER, Step.SAID, False),
]


@pytest.mark.parametrize(("role", "step", "may"), TAKES)
def test_who_may_take_which_step(role: Role, step: Step, may: bool) -> None:
    assert may_take(actor(role), step) is may


ACTS = [
    # For Mexico; who corrects and lifts what the delegation, the presidency, the secretariat, a link recorded.
    (actor(Role.PRESIDENCY), True, "presidency", "presidency"),
    (actor(Role.SECRETARIAT), True, "secretariat", "secretariat"),
    (actor(Role.HEAD), True, *["delegation presidency secretariat link"] * 2),
    (actor(Role.DELEGATE), True, *["delegation presidency secretariat link"] * 2),
    (actor(Role.CAPITAL), False, "", ""),
    (actor(Role.OBSERVER), False, "", ""),
    (actor(Role.HEAD, CHILE), False, "", ""),
    (actor(Role.DELEGATE, CHILE), False, "", ""),
]


@pytest.mark.parametrize(
    ("who", "acts", "corrects", "lifts"), ACTS, ids=lambda one: str(getattr(one, "role", one))
)
def test_who_acts_for_mexico_and_puts_right_what(
    who: Actor, acts: bool, corrects: str, lifts: str
) -> None:
    assert may_act_for(who, MEXICO) is acts
    assert [r.value for r in Recorded if may_correct(who, r, MEXICO)] == corrects.split()
    assert [r.value for r in Recorded if may_lift(who, r, MEXICO)] == lifts.split()


def test_a_step_stands_as_recorded_by_the_side_its_author_acts_for() -> None:
    assert recorded_by(actor(Role.PRESIDENCY)) is Recorded.PRESIDENCY
    assert recorded_by(actor(Role.SECRETARIAT)) is Recorded.SECRETARIAT
    assert recorded_by(actor(Role.HEAD)) is recorded_by(actor(Role.DELEGATE)) is Recorded.DELEGATION


FACTS = [
    ("member_state", "MEX", True, True),
    ("observer_state", "PSE", True, False),
    ("observer_state", "VAT", False, False),
    ("observer", "ICRC", False, False),
    ("observer", "PSE", True, False),
]


@pytest.mark.parametrize(("kind", "key", "sponsors", "votes"), FACTS)
def test_who_may_sponsor_and_who_votes(kind: str, key: str, sponsors: bool, votes: bool) -> None:
    assert (may_sponsor(kind, key), may_vote(kind)) == (sponsors, votes)


WORDS = [
    (Condition.STAYS, "if PP10 stays"),
    (Condition.GOES, "if PP10 goes"),
    (Condition.UNCHANGED, "if PP10 stays as in draft 1"),
    (Condition.AS_CIRCULATED, "as circulated (draft 1)"),
]


@pytest.mark.parametrize(("kind", "words"), WORDS)
def test_a_condition_in_words(kind: Condition, words: str) -> None:
    assert condition_words(kind, "PP10", "draft 1") == words


def test_everything_has_its_words() -> None:
    assert set(STATE_WORDS) == set(State)
    assert set(STEP_WORDS) == set(Step)
    assert [reach_words(reach, "Mexico") for reach in Reach] == [
        "Mexico only",
        "Mexico and the presidency",
        "Mexico, the presidency and the secretariat",
    ]


# The law -------------------------------------------------------------------------------------------

taken = st.tuples(
    st.sampled_from(Step), st.sampled_from(Capacity), st.integers(0, 3), st.sampled_from(Reach)
)
WITHIN = {
    Reach.BOARD: {Reach.BOARD},
    Reach.PRESIDENCY: {Reach.BOARD, Reach.PRESIDENCY},
    Reach.DELEGATION: set(Reach),
}
"""Which steps a circle sees: the secretariat, the presidency, the delegation."""


@given(drawn=st.lists(taken, max_size=12), data=st.data())
def test_what_a_circle_reads_never_depends_on_steps_it_does_not_see(
    drawn: list[tuple[Step, Capacity, int, Reach]], data: st.DataObject
) -> None:
    """Whatever hidden steps there are, and whatever they put right: the fold is of the seen ones alone."""
    every: list[tuple[Taken, Reach]] = []
    for number, (step, capacity, version, reach) in enumerate(drawn):
        known = [one.id for one, _ in every]
        corrects = data.draw(st.sampled_from([None, *known]))
        one = Taken(uuid.UUID(int=number + 1), step, capacity, version, DAY, MOMENT, corrects)
        every.append((one, reach))
    readers = {
        Reach.BOARD: actor(Role.SECRETARIAT),
        Reach.PRESIDENCY: actor(Role.PRESIDENCY),
        Reach.DELEGATION: actor(Role.DELEGATE),
    }
    for circle, reader in readers.items():
        seen = [one for one, reach in every if may_see(reader, reach, MEXICO)]
        assert seen == [one for one, reach in every if reach in WITHIN[circle]]
        ids = {one.id for one in seen}
        # A correction of what one does not see is, to whoever does not see it, none.
        blind = [one if one.corrects in ids else _uncorrecting(one) for one in seen]
        assert fold(seen) == fold(blind)


def _uncorrecting(one: Taken) -> Taken:
    return Taken(one.id, one.step, one.capacity, one.version, one.on, one.at)


@given(drawn=st.lists(taken, max_size=12))
def test_consent_is_given_for_a_version_only_where_one_is_committed(
    drawn: list[tuple[Step, Capacity, int, Reach]],
) -> None:
    every = [
        Taken(uuid.UUID(int=n + 1), step, capacity, version, DAY, MOMENT)
        for n, (step, capacity, version, _) in enumerate(drawn)
    ]
    standing = fold(every)
    if standing.version is not None:
        assert standing.state in (State.SAID, State.CONFIRMED)
    if standing.state in (State.SAID, State.CONFIRMED):
        given_for = [
            one.version for one in every if one.step in (Step.SAID, Step.CONFIRMED, Step.KEPT)
        ]
        assert standing.version == given_for[-1]


# Instructions --------------------------------------------------------------------------------------

TODAY = date(2026, 10, 5)
SHOWN = [
    (Shown.NOTHING, None, "asked", False),
    (Shown.NOTHING, TODAY, "asked", False),
    (Shown.PENDING, None, "asked", True),
    (Shown.DUE, None, "asked", True),
    (Shown.PENDING, TODAY + timedelta(days=1), "asked", True),
    (Shown.PENDING, TODAY, "asked", True),
    (Shown.PENDING, TODAY - timedelta(days=1), "asked", False),
    (Shown.DUE, TODAY - timedelta(days=1), "asked", False),
    (Shown.PENDING, None, "received", False),
    (Shown.DUE, TODAY + timedelta(days=1), "received", False),
    (Shown.DUE, None, "superseded", False),
]


@pytest.mark.parametrize(("shown", "until", "state", "expected"), SHOWN)
def test_whether_the_presidency_is_shown_that_an_instruction_waits(
    shown: Shown, until: date | None, state: str, expected: bool
) -> None:
    assert is_shown(shown, until, InstructionState(state), TODAY) is expected
