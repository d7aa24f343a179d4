"""The outlook on a vote: what each State is expected to do, from the roll calls there were.

A State is expected to vote as it last voted; the rest is how sure that is. Confidence and absence are a
State's own record, its recent part counting more, shrunk towards what all States did. The totals' ranges
are computed, not drawn: sums of independent States under a common effect of the day on attendance,
whose spread is learned from the days there were. docs/outlook.md holds them against the real record.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

COVERAGE: Final = 0.8
"""The share of votes whose totals are to lie within the ranges, unless another is asked for."""

CHANGE_RATE: Final = 0.03
"""How often a vote differs from the same State's last, before any record says so."""
CHANGE_RATE_WEIGHT: Final = 200
"""How many pairs of votes the record needs to count as much as CHANGE_RATE."""
CHANGE_SHRINKING: Final = 2.5
"""How many recent pairs of a State's own votes count as much as what all States did."""
CHANGE_MEMORY: Final = 0.6
"""By what a pair of votes counts less than the pair after it."""
ABSENCE_RATE: Final = 0.06
"""How often a State is absent where there is no record at all."""
ABSENCE_SHRINKING: Final = 2.0
ABSENCE_MEMORY: Final = 0.8
"""Likewise for absences."""
DAY_SPREAD: Final = 0.4
"""The spread of a day's effect on attendance, in log-odds, before any record says so."""
DAY_SPREAD_WEIGHT: Final = 3
"""How many days' effects the record needs to count as much as DAY_SPREAD."""
SAME_ON_A_PART: Final = 0.85
"""How often a State votes on a part as on the whole, before any record says so."""
SAME_ON_A_PART_WEIGHT: Final = 20

_NODES = 25
_REACH = 5.0
_LEAST = 1e-4
_OFTEN = 2


class Vote(StrEnum):
    """What a State did in a roll call."""

    YES = "Y"
    NO = "N"
    ABSTAIN = "A"
    ABSENT = "absent"


VOTE_WORDS = {
    Vote.YES: "in favour",
    Vote.NO: "against",
    Vote.ABSTAIN: "abstaining",
    Vote.ABSENT: "absent",
}
CAST: Final = (Vote.YES, Vote.NO, Vote.ABSTAIN)

_TURNS: Mapping[Vote, Mapping[Vote, float]] = {
    Vote.YES: {Vote.ABSTAIN: 0.95, Vote.NO: 0.05},
    Vote.NO: {Vote.ABSTAIN: 0.9, Vote.YES: 0.1},
    Vote.ABSTAIN: {Vote.YES: 0.9, Vote.NO: 0.1},
}
"""What a vote becomes when it changes, before any record says so; it counts as two changes."""


class Level(StrEnum):
    """How sure a person is of an override."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


LEVELS = {Level.LOW: 0.6, Level.MEDIUM: 0.8, Level.HIGH: 0.95}
"""The probability that each level stands for."""


class Source(StrEnum):
    """Where an expected vote comes from."""

    LAST_VOTE = "last_vote"
    WHOLE_TEXT = "whole_text"
    """The last vote on the whole text, for a part on which the State has not voted by itself."""
    OVERRIDE = "override"
    NO_RECORD = "no_record"
    """The State has never voted; it is expected to be absent."""


@dataclass(frozen=True, slots=True)
class RollCall:
    """One recorded vote: on a part of a text, or on the whole when `part` is empty."""

    date: date
    votes: Mapping[str, Vote]
    part: str = ""
    name: str = ""
    """What was voted on: a resolution's symbol."""


@dataclass(frozen=True, slots=True)
class Override:
    """What a person expects of a State instead, and how surely."""

    vote: Vote
    level: Level = Level.MEDIUM


@dataclass(frozen=True, slots=True)
class Expected:
    """What a State is expected to do.

    `confidence` is the probability that it votes so if it votes at all, or, where it is expected to
    be absent, that it is; `absence` is the probability that it does not vote.
    """

    key: str
    vote: Vote
    confidence: float
    absence: float
    source: Source
    last_voted: date | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """A total's range, both ends included, and its middle."""

    low: int
    middle: int
    high: int

    def __contains__(self, count: int) -> bool:
        return self.low <= count <= self.high


class MovementKind(StrEnum):
    """Why a State stands on the short list."""

    CHANGED = "changed"
    """Its last two votes differ."""
    UNSETTLED = "unsettled"
    """It has changed twice or more, though not with its last vote."""
    ABSENT = "absent"
    """It was absent the last time."""
    NEVER_VOTED = "never_voted"


@dataclass(frozen=True, slots=True)
class Movement:
    """A State to look at: its last two votes where it has them, with their dates, and how often it was absent."""

    key: str
    kind: MovementKind
    votes: tuple[tuple[date, Vote], ...]
    absences: int
    roll_calls: int
    changes: int = 0
    """How often a vote of its differed from the one before."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of a vote. States in the order of their keys."""

    states: tuple[Expected, ...] = ()
    totals: Mapping[Vote, Range] = field(default_factory=dict)
    movements: tuple[Movement, ...] = ()
    coverage: float = COVERAGE
    roll_calls: int = 0
    """From how many roll calls."""

    def of(self, key: str) -> Expected | None:
        """Gives what is expected of a State, if anything is."""
        return next((one for one in self.states if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Miss:
    """A State that did other than was expected."""

    key: str
    expected: Vote
    actual: Vote


@dataclass(frozen=True, slots=True)
class Total:
    """A total as it was expected and as it was."""

    vote: Vote
    expected: Range
    actual: int

    @property
    def inside(self) -> bool:
        """Tells whether it lay in its range."""
        return self.actual in self.expected


@dataclass(frozen=True, slots=True)
class Comparison:
    """An outlook held against the vote: of the votes cast, how many were as expected, and which not.

    `absent` are those who were expected to vote and did not; `unforeseen` those of whom nothing was expected.
    """

    hits: int
    cast: int
    misses: tuple[Miss, ...]
    absent: tuple[str, ...]
    unforeseen: tuple[str, ...]
    totals: tuple[Total, ...]


def outlook(
    roll_calls: Iterable[RollCall],
    *,
    as_of: date | None = None,
    part: str = "",
    overrides: Mapping[str, Override] | None = None,
    coverage: float = COVERAGE,
) -> Outlook:
    """Gives the outlook from the roll calls strictly before a day, on the whole text or on a part of it.

    On a part, a State's own votes on that part come first; where it has none, its last vote on the
    whole text stands in, with as much less confidence as the two have differed. Separate votes on
    other parts are left aside. A State that stood in one roll call and not in a later one was absent
    from that. Without roll calls nothing is expected but what the overrides say.
    """
    calls = sorted(
        (one for one in roll_calls if as_of is None or one.date < as_of), key=lambda one: one.date
    )
    return _Book(calls, part).outlook(overrides or {}, coverage)


def compare(expected: Outlook, actual: Mapping[str, Vote]) -> Comparison:
    """Holds an outlook against the votes that were cast."""
    known = {one.key: one for one in expected.states}
    cast = {key: vote for key, vote in actual.items() if vote is not Vote.ABSENT}
    counts = Counter(actual.values())
    foreseen = {key: vote for key, vote in cast.items() if key in known}
    return Comparison(
        hits=sum(known[key].vote is vote for key, vote in foreseen.items()),
        cast=len(cast),
        misses=tuple(
            Miss(key, known[key].vote, vote)
            for key, vote in sorted(foreseen.items())
            if known[key].vote is not vote
        ),
        absent=tuple(
            one.key
            for one in expected.states
            if one.vote is not Vote.ABSENT and actual.get(one.key) is Vote.ABSENT
        ),
        unforeseen=tuple(sorted(cast.keys() - known.keys())),
        totals=tuple(Total(vote, span, counts[vote]) for vote, span in expected.totals.items()),
    )


def level(confidence: float) -> Level:
    """Gives a probability as a person would say it."""
    if confidence >= (LEVELS[Level.MEDIUM] + LEVELS[Level.HIGH]) / 2:
        return Level.HIGH
    return (
        Level.MEDIUM if confidence >= (LEVELS[Level.LOW] + LEVELS[Level.MEDIUM]) / 2 else Level.LOW
    )


_Cast = list[tuple[date, Vote]]
"""A State's votes in order, absences left out."""


class _Book:
    """The record that an outlook is made from, State by State."""

    def __init__(self, calls: Sequence[RollCall], part: str) -> None:
        self.part = part
        self.calls = [one for one in calls if one.part in {"", part}]
        self.whole = _votes(one for one in self.calls if not one.part)
        self.own = _votes(one for one in self.calls if one.part) if part else {}
        self.all = _votes(self.calls)
        self.keys = sorted(self.all)
        pairs = [pair for book in (self.whole, self.own) for pair in _pairs(book.values())]
        changes = [(one, two) for one, two in pairs if one is not two]
        self.change_rate = (len(changes) + CHANGE_RATE * CHANGE_RATE_WEIGHT) / (
            len(pairs) + CHANGE_RATE_WEIGHT
        )
        self.turns = _turns(changes)
        self.days = _Days(self.calls, self.all)
        self.shares = _shares(self.whole or self.own)

    def outlook(self, overrides: Mapping[str, Override], coverage: float) -> Outlook:
        keys = sorted({*self.keys, *overrides})
        rows = [self._row(key, overrides.get(key)) for key in keys]
        return Outlook(
            states=tuple(row.expected for row in rows),
            totals=_totals(rows, self.days, coverage),
            movements=tuple(one for key in self.keys if (one := self._movement(key))),
            coverage=coverage,
            roll_calls=len(self.calls),
        )

    def _row(self, key: str, override: Override | None) -> _Row:
        cast = _cast(self.own.get(key, ())) or _cast(self.whole.get(key, ()))
        last = cast[-1][0] if cast else None
        absence = self.days.absence(self.all.get(key, ()))
        if override is not None:
            return self._overridden(key, override, absence, last)
        if not cast:
            expected = Expected(key, Vote.ABSENT, absence, absence, Source.NO_RECORD)
            return _Row(expected, self.shares)
        source, confidence = Source.LAST_VOTE, self._confidence(cast)
        if self.part and not _cast(self.own.get(key, ())):
            source, confidence = Source.WHOLE_TEXT, confidence * self._same_on_the_part()
        vote = cast[-1][1]
        expected = Expected(key, vote, confidence, absence, source, last)
        return _Row(expected, self._chances(vote, confidence))

    def _overridden(self, key: str, override: Override, absence: float, last: date | None) -> _Row:
        sure = LEVELS[override.level]
        if override.vote is Vote.ABSENT:
            expected = Expected(key, Vote.ABSENT, sure, sure, Source.OVERRIDE, last)
            cast = _cast(self.own.get(key, ())) or _cast(self.whole.get(key, ()))
            chances = self._chances(cast[-1][1], self._confidence(cast)) if cast else self.shares
            return _Row(expected, chances, told=True)
        expected = Expected(key, override.vote, sure, absence, Source.OVERRIDE, last)
        return _Row(expected, self._chances(override.vote, sure))

    def _confidence(self, cast: _Cast) -> float:
        """Gives how likely it is that a State votes as it last did."""
        changed, weights = self.change_rate * CHANGE_SHRINKING, CHANGE_SHRINKING
        weight = 1.0
        for (_, one), (_, two) in reversed(list(pairwise(cast))):
            changed += weight * (one is not two)
            weights += weight
            weight *= CHANGE_MEMORY
        return 1 - changed / weights

    def _chances(self, vote: Vote, confidence: float) -> Mapping[Vote, float]:
        turns = self.turns[vote]
        return {vote: confidence} | {to: (1 - confidence) * share for to, share in turns.items()}

    def _same_on_the_part(self) -> float:
        """Gives how often a State's last vote on the part was its last on the whole."""
        both = [
            one[-1][1] is two[-1][1]
            for key in self.own
            if (one := _cast(self.own[key])) and (two := _cast(self.whole.get(key, ())))
        ]
        return (sum(both) + SAME_ON_A_PART * SAME_ON_A_PART_WEIGHT) / (
            len(both) + SAME_ON_A_PART_WEIGHT
        )

    def _movement(self, key: str) -> Movement | None:
        record = self.all[key]
        cast = _cast(self.own.get(key, ())) or _cast(self.whole.get(key, ()))
        changes = sum(one is not two for (_, one), (_, two) in pairwise(cast))
        if not cast:
            kind = MovementKind.NEVER_VOTED
        elif len(cast) > 1 and cast[-1][1] is not cast[-2][1]:
            kind = MovementKind.CHANGED
        elif record[-1][1] is Vote.ABSENT:
            kind = MovementKind.ABSENT
        elif changes >= _OFTEN:
            kind = MovementKind.UNSETTLED
        else:
            return None
        absences = sum(vote is Vote.ABSENT for _, vote in record)
        return Movement(key, kind, tuple(cast[-2:]), absences, len(record), changes)


@dataclass(frozen=True, slots=True)
class _Row:
    """What is expected of a State, and with what chances it votes how, if it votes."""

    expected: Expected
    chances: Mapping[Vote, float]
    told: bool = False
    """Whether its absence was foretold by a person: then the day has no effect on it."""


class _Days:
    """Attendance: what all States did from day to day, and how much the days differ."""

    def __init__(self, calls: Sequence[RollCall], record: Mapping[str, _Cast]) -> None:
        counts = Counter(one[0] for row in record.values() for one in row)
        absent = Counter(day for row in record.values() for day, vote in row if vote is Vote.ABSENT)
        days = sorted({one.date for one in calls})
        rates = [(absent[day] + 0.5) / (counts[day] + 1) for day in days]
        self.rate = sum(rates) / len(rates) if rates else ABSENCE_RATE
        middle = sum(map(_logit, rates)) / len(rates) if rates else 0.0
        # What the days differ beyond what counting so many States would make them differ.
        spread = sum(
            max(0.0, (_logit(rate) - middle) ** 2 - 1 / ((counts[day] + 1) * rate * (1 - rate)))
            for day, rate in zip(days, rates, strict=True)
        )
        self.freedom = DAY_SPREAD_WEIGHT + max(0, len(days) - 1)
        variance = (DAY_SPREAD_WEIGHT * DAY_SPREAD**2 + spread) / self.freedom
        self.spread = math.sqrt(variance * (1 + 1 / max(1, len(days))))

    def absence(self, row: Iterable[tuple[date, Vote]]) -> float:
        """Gives how likely a State is to be absent."""
        absent, weights = self.rate * ABSENCE_SHRINKING, ABSENCE_SHRINKING
        weight = 1.0
        for _, vote in reversed(list(row)):
            absent += weight * (vote is Vote.ABSENT)
            weights += weight
            weight *= ABSENCE_MEMORY
        return absent / weights

    def effects(self) -> Iterator[tuple[float, float]]:
        """Gives what a day may do to attendance, in log-odds, each with its probability (Student’s t)."""
        steps = [_REACH * (2 * n / (_NODES - 1) - 1) for n in range(_NODES)]
        weights = [(1 + z * z / self.freedom) ** (-(self.freedom + 1) / 2) for z in steps]
        whole = sum(weights)
        for z, weight in zip(steps, weights, strict=True):
            yield z * self.spread, weight / whole


def _totals(rows: Sequence[_Row], days: _Days, coverage: float) -> dict[Vote, Range]:
    """Gives the totals' ranges: the sums of the States for each effect of the day, weighed together."""
    sums = {vote: [0.0] * (len(rows) + 1) for vote in Vote}
    for effect, weight in days.effects():
        absences = [
            row.expected.absence if row.told else _shifted(row.expected.absence, effect)
            for row in rows
        ]
        for vote, total in sums.items():
            chances = (
                absences
                if vote is Vote.ABSENT
                else [
                    (1 - absence) * row.chances.get(vote, 0.0)
                    for absence, row in zip(absences, rows, strict=True)
                ]
            )
            for count, chance in enumerate(_convolved(chances)):
                total[count] += weight * chance
    return {vote: _range(total, coverage) for vote, total in sums.items()}


def _convolved(chances: Sequence[float]) -> list[float]:
    """Gives how likely each number of States is, each with its own chance."""
    counts = [1.0]
    for chance in chances:
        if chance:
            counts = [
                less * chance + same * (1 - chance)
                for less, same in zip([0.0, *counts], [*counts, 0.0], strict=True)
            ]
    return counts


def _range(total: Sequence[float], coverage: float) -> Range:
    ends = ((1 - coverage) / 2, 0.5, 1 - (1 - coverage) / 2)
    found = []
    for end in ends:
        heaped = 0.0
        for count, chance in enumerate(total):
            heaped += chance
            if heaped >= end - 1e-9:
                found.append(count)
                break
    low, middle, high = found
    return Range(low, middle, high)


def _votes(calls: Iterable[RollCall]) -> dict[str, _Cast]:
    """Gives each State's row; who stood in one roll call and not in a later one was absent from it."""
    rows: dict[str, _Cast] = {}
    for call in calls:
        for key in call.votes:
            rows.setdefault(key, [])
        for key, row in rows.items():
            row.append((call.date, call.votes.get(key, Vote.ABSENT)))
    return rows


def _cast(row: Iterable[tuple[date, Vote]]) -> _Cast:
    return [(day, vote) for day, vote in row if vote is not Vote.ABSENT]


def _pairs(rows: Iterable[_Cast]) -> Iterator[tuple[Vote, Vote]]:
    for row in rows:
        for (_, one), (_, two) in pairwise(_cast(row)):
            yield one, two


def _turns(changes: Sequence[tuple[Vote, Vote]]) -> dict[Vote, dict[Vote, float]]:
    """Gives what each vote becomes when it changes."""
    seen = Counter(changes)
    found = {}
    for vote, before in _TURNS.items():
        counts = {to: 2 * share + seen[vote, to] for to, share in before.items()}
        whole = sum(counts.values())
        found[vote] = {to: count / whole for to, count in counts.items()}
    return found


def _shares(book: Mapping[str, _Cast]) -> dict[Vote, float]:
    """Gives how all last votes are shared out, for States of which nothing is known."""
    last = Counter(cast[-1][1] for row in book.values() if (cast := _cast(row)))
    whole = last.total() + len(CAST)
    return {vote: (last[vote] + 1) / whole for vote in CAST}


def _logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _shifted(chance: float, effect: float) -> float:
    held = min(max(chance, _LEAST), 1 - _LEAST)
    return 1 / (1 + math.exp(-_logit(held) - effect))
