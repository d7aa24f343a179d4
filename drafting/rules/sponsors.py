"""Sponsorship: dated steps, never a flag; what follows what, who sees a step, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from drafting.rules.roles import OF_A_DELEGATION, Actor, Role

PALESTINE = "PSE"
"""It sponsors (General Assembly resolution ES-10/23) and does not vote."""


class Step(StrEnum):
    """Something said or done about sponsoring, on a day."""

    APPROACHED = "approached"
    POSITIVE = "positive"
    AWAITING = "awaiting"
    """Awaiting its capital."""
    SAID = "said"
    """Said it will, orally or in writing."""
    CONFIRMED = "confirmed"
    """Confirmed in the portal: the only step that prints."""
    KEPT = "kept"
    """Its sponsorship holds for a later version."""
    NOT_YET = "not_yet"
    """Asked about a later version, it has not decided."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    """What a delegation's steps come to."""

    NOT_APPROACHED = "not_approached"
    APPROACHED = "approached"
    POSITIVE = "positive"
    AWAITING = "awaiting"
    SAID = "said"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


STATE_WORDS = {
    State.NOT_APPROACHED: "not approached",
    State.APPROACHED: "approached",
    State.POSITIVE: "positive",
    State.AWAITING: "awaiting its capital",
    State.SAID: "said it will",
    State.CONFIRMED: "confirmed in the portal",
    State.DECLINED: "declined",
    State.WITHDRAWN: "withdrawn",
}

STEP_WORDS = {
    **{
        Step(state.value): words
        for state, words in STATE_WORDS.items()
        if state is not State.NOT_APPROACHED
    },
    Step.KEPT: "keeps its sponsorship",
    Step.NOT_YET: "not yet",
}

COMMITTED = frozenset({State.SAID, State.CONFIRMED})
"""The states in which a change of words asks a delegation again."""


class Capacity(StrEnum):
    """In what quality a delegation sponsors."""

    MAIN = "main"
    CO = "co"
    ADDITIONAL = "additional"
    """Joined after the text was tabled."""


class Reach(StrEnum):
    """How far a step or a condition goes; a delegation always sees its own."""

    DELEGATION = "delegation"
    PRESIDENCY = "presidency"
    """The delegation and the presidency."""
    BOARD = "board"
    """The delegation, the presidency and the secretariat."""


_PRIVATE = frozenset({Step.POSITIVE, Step.AWAITING})
"""Steps that a delegation may keep to itself, or tell the presidency alone."""


class Recorded(StrEnum):
    """By whom a step was recorded."""

    DELEGATION = "delegation"
    PRESIDENCY = "presidency"
    SECRETARIAT = "secretariat"
    LINK = "link"
    """By the delegation, through an answer link."""


class Condition(StrEnum):
    """What a sponsorship may hang on."""

    STAYS = "stays"
    GOES = "goes"
    UNCHANGED = "unchanged"
    AS_CIRCULATED = "as_circulated"


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as the fold needs it."""

    id: UUID
    step: Step
    capacity: Capacity
    version: int | None
    on: date
    at: datetime
    corrects: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the steps come to."""

    state: State
    capacity: Capacity
    since: date | None
    """The day it came to this state."""
    version: int | None
    """The last version its consent was given for."""
    answer: Step | None
    """NOT_YET when that is its last word about a later version, and which one is `answered`."""
    answered: int | None
    last: UUID | None
    """The last step that counts."""


NOTHING = Standing(State.NOT_APPROACHED, Capacity.CO, None, None, None, None, None)


def fold(steps: Iterable[Taken]) -> Standing:
    """Gives what steps come to, in their order; one that another puts right does not count."""
    every = list(steps)
    void = {one.corrects for one in every}
    standing = NOTHING
    for one in every:
        if one.id not in void:
            standing = _after(standing, one)
    return standing


def _after(before: Standing, one: Taken) -> Standing:
    match one.step:
        case Step.KEPT:
            if before.state not in COMMITTED:
                return before
            return Standing(
                before.state, before.capacity, before.since, one.version, None, None, one.id
            )
        case Step.NOT_YET:
            return Standing(
                before.state,
                before.capacity,
                before.since,
                before.version,
                Step.NOT_YET,
                one.version,
                one.id,
            )
        case _:
            state = State(one.step.value)
            version = one.version if state in COMMITTED else None
            same = state is before.state
            since = before.since if same and before.since is not None else one.on
            return Standing(state, one.capacity, since, version, None, None, one.id)


_NEXT: dict[State, tuple[Step, ...]] = {
    State.NOT_APPROACHED: (
        Step.APPROACHED,
        Step.POSITIVE,
        Step.AWAITING,
        Step.SAID,
        Step.CONFIRMED,
        Step.DECLINED,
    ),
    State.APPROACHED: (
        Step.APPROACHED,
        Step.POSITIVE,
        Step.AWAITING,
        Step.SAID,
        Step.CONFIRMED,
        Step.DECLINED,
    ),
    State.POSITIVE: (Step.POSITIVE, Step.AWAITING, Step.SAID, Step.CONFIRMED, Step.DECLINED),
    State.AWAITING: (Step.POSITIVE, Step.AWAITING, Step.SAID, Step.CONFIRMED, Step.DECLINED),
    State.SAID: (
        Step.AWAITING,
        Step.SAID,
        Step.CONFIRMED,
        Step.KEPT,
        Step.NOT_YET,
        Step.WITHDRAWN,
    ),
    State.CONFIRMED: (Step.CONFIRMED, Step.KEPT, Step.NOT_YET, Step.WITHDRAWN),
    State.DECLINED: (
        Step.APPROACHED,
        Step.POSITIVE,
        Step.AWAITING,
        Step.SAID,
        Step.CONFIRMED,
    ),
    State.WITHDRAWN: (
        Step.APPROACHED,
        Step.POSITIVE,
        Step.AWAITING,
        Step.SAID,
        Step.CONFIRMED,
        Step.DECLINED,
    ),
}


def may_follow(state: State, *, settled: bool) -> list[Step]:
    """Gives the steps that may be taken from a state; nobody is asked again about settled words."""
    return [one for one in _NEXT[state] if not (settled and one in (Step.KEPT, Step.NOT_YET))]


def may_take(actor: Actor, step: Step) -> bool:
    """Tells whether a person may record such a step, for whomever it is theirs to act."""
    if actor.role in (Role.PRESIDENCY, Role.SECRETARIAT):
        return True
    return actor.role in (Role.HEAD, Role.DELEGATE) and step is not Step.APPROACHED


def recorded_by(actor: Actor) -> Recorded:
    """Gives as whose record a person's step stands."""
    match actor.role:
        case Role.PRESIDENCY:
            return Recorded.PRESIDENCY
        case Role.SECRETARIAT:
            return Recorded.SECRETARIAT
        case _:
            return Recorded.DELEGATION


def may_act_for(actor: Actor, delegation_id: UUID) -> bool:
    """Tells whether a person may record what a delegation said: its own, or any as the team."""
    if actor.role in (Role.PRESIDENCY, Role.SECRETARIAT):
        return True
    return is_of(actor, delegation_id) and actor.role is not Role.CAPITAL


def may_correct(actor: Actor, recorded: Recorded, delegation_id: UUID) -> bool:
    """Tells whether a person may put a step right: its delegation any, the team what it recorded."""
    if actor.role in (Role.HEAD, Role.DELEGATE):
        return is_of(actor, delegation_id)
    return recorded is recorded_by(actor) and actor.role in (Role.PRESIDENCY, Role.SECRETARIAT)


def may_lift(actor: Actor, recorded: Recorded, delegation_id: UUID) -> bool:
    """Tells whether a person may lift a condition: its delegation any, the team what it recorded."""
    return may_act_for(actor, delegation_id) and may_correct(actor, recorded, delegation_id)


def is_of(actor: Actor, delegation_id: UUID) -> bool:
    """Tells whether a person is here for this delegation."""
    return actor.delegation_id == delegation_id and actor.role in OF_A_DELEGATION


def reaches(actor: Actor, step: Step) -> list[Reach]:
    """Gives how far a person may let such a step go, narrowest first."""
    if actor.role is Role.SECRETARIAT:
        return [Reach.BOARD]
    if actor.role is Role.PRESIDENCY:
        return [Reach.PRESIDENCY, Reach.BOARD] if is_quiet(step) else [Reach.BOARD]
    return list(Reach) if step in _PRIVATE else [Reach.BOARD]


def is_quiet(step: Step) -> bool:
    """Tells whether a step makes and unmakes no sponsor, and so may be kept from the board."""
    return step in _PRIVATE or step is Step.APPROACHED


def may_see(actor: Actor, reach: Reach, delegation_id: UUID) -> bool:
    """Tells whether a person sees a step or condition of a delegation."""
    if is_of(actor, delegation_id):
        return True
    if actor.role is Role.PRESIDENCY:
        return reach is not Reach.DELEGATION
    return actor.role is Role.SECRETARIAT and reach is Reach.BOARD


def reach_words(reach: Reach, delegation: str) -> str:
    """Gives a reach as the page says it; `delegation` is its short printed name."""
    match reach:
        case Reach.DELEGATION:
            return f"{delegation} only"
        case Reach.PRESIDENCY:
            return f"{delegation} and the presidency"
        case Reach.BOARD:
            return f"{delegation}, the presidency and the secretariat"


def may_sponsor(kind: str, key: str) -> bool:
    """Tells whether a delegation may sponsor: Member States and the State of Palestine."""
    return kind == "member_state" or key == PALESTINE


def may_vote(kind: str) -> bool:
    """Tells whether a delegation votes: Member States."""
    return kind == "member_state"


def condition_words(kind: Condition, label: str, version: str) -> str:
    """Gives a condition in words."""
    match kind:
        case Condition.STAYS:
            return f"if {label} stays"
        case Condition.GOES:
            return f"if {label} goes"
        case Condition.UNCHANGED:
            return f"if {label} stays as in {version}"
        case Condition.AS_CIRCULATED:
            return f"as circulated ({version})"
