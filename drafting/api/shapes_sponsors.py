"""What goes in: the bodies of the calls on sponsors, capitals, the board and the record."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from drafting.api.shapes import Asked, Body, Id, Line
from drafting.rules.instructions import Shown, Subject
from drafting.rules.outlook import Level, Vote
from drafting.rules.sponsors import Capacity, Condition, Reach, Step

Number = Annotated[int, Field(ge=0, lt=1_000_000)]


def _written_day(value: object) -> object:
    """Refuses a day that is written in any other way than described: a number, or with a time."""
    if not isinstance(value, str) or not re.fullmatch(_DAY, value):
        raise ValueError("a day from 1945 to 2199 is written as in 2026-10-15")
    return value


_DAY = r"^(19(4[5-9]|[5-9][0-9])|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$"

Day = Annotated[
    date,
    Field(strict=False, json_schema_extra={"pattern": _DAY}),
    BeforeValidator(_written_day),
]
Words = Annotated[str, StringConstraints(max_length=4_000)]
Long = Annotated[str, StringConstraints(max_length=20_000)]
Table = Annotated[str, StringConstraints(max_length=900_000)]
Delegations = Annotated[list[Id], Field(min_length=1, max_length=250)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Wall(Body):
    """A date and time as a wall shows it in a zone; `second` for one that comes twice."""

    local: Annotated[str, StringConstraints(max_length=40)]
    zone: Annotated[str, StringConstraints(max_length=60)]
    second: bool | None = None


class SponsorStep(Asked):
    """A step towards sponsoring, or away from it."""

    delegations: Delegations | None = None
    step: Annotated[Step, Field(strict=False)]
    capacity: Annotated[Capacity, Field(strict=False)] | None = None
    version: Number | None = None
    manner: Literal["", "oral", "written"] = ""
    who: Line = ""
    where: Line = ""
    on: Day | None = None
    note: Words = ""
    audience: Annotated[Reach, Field(strict=False)] | None = None
    corrects: Id | None = None
    after: Id | None = None


class ConditionMade(Asked):
    """A condition that a sponsorship hangs on."""

    delegation: Id | None = None
    kind: Annotated[Condition, Field(strict=False)]
    paragraph: Id | None = None
    version: Number | None = None
    note: Words = ""
    audience: Annotated[Reach, Field(strict=False)] | None = None


class InstructionAsked(Asked):
    """What a delegation has asked its capital."""

    subject: Annotated[Subject, Field(strict=False)]
    paragraph: Id | None = None
    version: Number | None = None
    on: Day | None = None
    due: Day | None = None
    asked_by: Line = ""
    words: Long = ""
    shown: Annotated[Shown, Field(strict=False)] = Shown.NOTHING
    shown_until: Day | None = None


class InstructionNext(Asked):
    """What became of an instruction."""

    step: Literal["received", "superseded", "shown"]
    on: Day | None = None
    words: Long = ""
    due: Day | None = None
    shown: Annotated[Shown, Field(strict=False)] | None = None
    shown_until: Day | None = None
    confirm: bool = False
    sponsorship: Annotated[Step, Field(strict=False)] | None = None


class VersionRead(Asked):
    """A version that a person has read."""

    version: Number


class ContactHad(Asked):
    """Who spoke to whom."""

    delegation: Id
    on: Day | None = None
    who: Line = ""
    channel: Line = ""
    said: Long = ""


class ActionSet(Asked):
    """What is to be done next about a State."""

    delegation: Id
    what: Line
    owner: Id | None = None
    due: Day | None = None
    done: bool = False


class Targeting(Asked):
    """States the presidency means to win, or no longer."""

    delegations: Delegations
    target: bool


class CallMade(Asked):
    """How sponsors are sought."""

    mode: Literal["closed", "open"]
    group: Line = ""
    listed: bool = False
    deadline: Wall | None = None
    closes: Wall | None = None


class Expectation(Asked):
    """What is expected of a State against its record; null goes back to it."""

    delegation: Id
    paragraph: Id | None = None
    vote: Annotated[Vote, Field(strict=False)] | None
    reason: Words = ""
    source: Line = ""
    confidence: Annotated[Level, Field(strict=False)] = Level.MEDIUM


class LettersAsked(Asked):
    """Letters to a list of States."""

    delegations: Delegations
    question: Literal["keep", "sponsor"] | None = None
    version: Number | None = None
    days: Annotated[int, Field(ge=1, le=60)] = 7
    subject: Line
    body: Long


class EarlierYears(Asked):
    """What is known of earlier years."""

    votes: Table = ""
    sponsors: Long = ""
    symbol: Line = ""
    tabled_as: Line = ""
    on: Day | None = None
    ready: Annotated[str, StringConstraints(max_length=20)] = ""
    parties: Annotated[str, StringConstraints(max_length=20)] = ""


class TablingMade(Asked):
    """An L-document."""

    symbol: Line
    on: Day
    version: Number
    reason: Words = ""
    """Why it is tabled although something is left open."""


class VoteTaken(Asked):
    """A vote on the whole or on a paragraph."""

    text: Table | None = None
    votes: dict[Key, Annotated[Vote, Field(strict=False)]] | None = None
    body: Literal["plenary", "committee"]
    on: Day
    paragraph: Id | None = None


class AdoptionMade(Asked):
    """An adoption."""

    symbol: Line
    on: Day


class NextDraft(Asked):
    """Next year's draft."""

    title: Line = ""
