"""The outlook: one line a case, laws over any record, exactness of the sums, and the real record."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.rules import outlook as subject
from drafting.rules.outlook import (
    CAST,
    Level,
    MovementKind,
    Override,
    Range,
    RollCall,
    Source,
    Vote,
    compare,
    level,
    outlook,
)

REAL = Path(__file__).parents[3] / "shared" / "data" / "ccm_votes.csv"
LETTERS = {"Y": Vote.YES, "N": Vote.NO, "A": Vote.ABSTAIN, "-": Vote.ABSENT}


def calls(part: str = "", **records: str) -> list[RollCall]:
    """Records in letters, one a year from 2011; a blank for no row at all."""
    years = max(map(len, records.values()), default=0)
    return [
        RollCall(
            date(2011 + n, 12, 1),
            {key: LETTERS[row[n]] for key, row in records.items() if row[n : n + 1].strip()},
            part,
        )
        for n in range(years)
    ]


EXPECTED = [
    ("YYY", "Y"),
    ("YYA", "A"),
    ("NAA", "A"),
    ("YY-", "Y"),
    ("A---", "A"),
    ("---N", "N"),
    ("---", "absent"),
    (" Y", "Y"),
]


@pytest.mark.parametrize(("record", "vote"), EXPECTED)
def test_a_state_is_expected_to_vote_as_it_last_did(record: str, vote: str) -> None:
    found = outlook(calls(AAA=record, BBB="YYYY")).of("AAA")
    assert found
    assert found.vote == vote
    assert found.source is (Source.NO_RECORD if vote == "absent" else Source.LAST_VOTE)


SURER = [
    ("YYYYYY", "YYYYAY"),
    ("YYYYYY", "YYY"),
    ("YYAYYYY", "YYYYYAY"),
    ("AYYYYY", "YYYYYA"),
    ("YAAAAA", "YAYAYA"),
    ("YYYY", "Y"),
]


@pytest.mark.parametrize(("steady", "wavering"), SURER)
def test_steadiness_and_time_give_confidence(steady: str, wavering: str) -> None:
    found = outlook(calls(AAA=steady, BBB=wavering))
    assert found.of("AAA").confidence > found.of("BBB").confidence


MORE_ABSENT = [
    ("YYYYY-", "YYYYYY"),
    ("YYYYY-", "-YYYYY"),
    ("Y---", "YY--"),
    ("------", "YYY---"),
]


@pytest.mark.parametrize(("often", "seldom"), MORE_ABSENT)
def test_absence_follows_the_record_and_its_recent_part_most(often: str, seldom: str) -> None:
    found = outlook(calls(AAA=often, BBB=seldom))
    assert found.of("AAA").absence > found.of("BBB").absence


def test_a_state_missing_from_a_later_roll_call_was_absent() -> None:
    assert outlook(calls(AAA="YY ", BBB="YYY")) == outlook(calls(AAA="YY-", BBB="YYY"))


def test_a_state_missing_from_the_first_roll_calls_had_not_joined() -> None:
    found = outlook(calls(AAA="  Y", BBB="YYY", CCC="--Y"))
    assert found.of("AAA").absence < found.of("CCC").absence


def test_only_roll_calls_before_the_day_count() -> None:
    record = calls(AAA="YYA", BBB="YYY")
    assert outlook(record, as_of=date(2013, 12, 1)) == outlook(record[:2])
    assert outlook(record, as_of=date(2013, 12, 2)) == outlook(record)
    assert outlook(record, as_of=date(2011, 12, 1)) == outlook([])


def test_without_roll_calls_nothing_is_expected() -> None:
    found = outlook([])
    assert (found.states, found.movements, found.roll_calls) == ((), (), 0)
    assert set(found.totals.values()) == {Range(0, 0, 0)}


OVERRIDES = [
    (Override(Vote.YES, Level.HIGH), "Y", 0.95),
    (Override(Vote.ABSTAIN, Level.MEDIUM), "A", 0.8),
    (Override(Vote.NO, Level.LOW), "N", 0.6),
    (Override(Vote.ABSENT, Level.HIGH), "absent", 0.95),
]


@pytest.mark.parametrize(("override", "vote", "confidence"), OVERRIDES)
def test_an_override_replaces_what_is_expected(
    override: Override, vote: str, confidence: float
) -> None:
    record = calls(AAA="NNN", BBB="YYY")
    found = outlook(record, overrides={"AAA": override, "CCC": override})
    for key in ("AAA", "CCC"):
        one = found.of(key)
        assert (one.vote, one.confidence, one.source) == (vote, confidence, Source.OVERRIDE)
    assert found.of("BBB") == outlook(record).of("BBB")
    assert found.of("AAA").last_voted == date(2013, 12, 1)
    assert (found.of("AAA").absence > 0.9) is (vote == "absent")


def test_an_override_moves_the_totals() -> None:
    record = calls(**{f"S{n:02}": "AAAA" for n in range(40)})
    won = {f"S{n:02}": Override(Vote.YES, Level.HIGH) for n in range(20)}
    before, after = outlook(record).totals, outlook(record, overrides=won).totals
    assert after[Vote.YES].low > before[Vote.YES].high
    assert after[Vote.ABSTAIN].high < before[Vote.ABSTAIN].low


MOVED = [
    ("YYYY", None),
    ("YYYA", MovementKind.CHANGED),
    ("YY-A", MovementKind.CHANGED),
    ("YYA-", MovementKind.CHANGED),
    ("YYY-", MovementKind.ABSENT),
    ("YAYY", MovementKind.UNSETTLED),
    ("YAAA", None),
    ("----", MovementKind.NEVER_VOTED),
    ("Y---", MovementKind.ABSENT),
]


@pytest.mark.parametrize(("record", "kind"), MOVED)
def test_the_short_list_says_whom_to_look_at(record: str, kind: MovementKind | None) -> None:
    found = {one.key: one for one in outlook(calls(AAA=record, BBB="YYYY")).movements}
    assert (found["AAA"].kind if "AAA" in found else None) == kind
    if kind:
        moved = found["AAA"]
        assert (moved.absences, moved.roll_calls) == (record.count("-"), len(record))
        cast = record.replace("-", "")
        assert moved.changes == sum(a != b for a, b in pairwise(cast))
        assert [LETTERS[one] for one in record if one != "-"][-2:] == [v for _, v in moved.votes]


def test_a_part_goes_by_its_own_votes_first() -> None:
    whole = calls(AAA="AAAA", BBB="YYYY", CCC="----")
    own = calls("PP14", AAA="YY", BBB="Y-", CCC="--")
    other = calls("PP3", AAA="NNNN", BBB="NNNN")
    found = outlook([*whole, *own, *other], part="PP14")
    assert [(one.key, one.vote.value, one.source.value) for one in found.states] == [
        ("AAA", "Y", "last_vote"),
        ("BBB", "Y", "last_vote"),
        ("CCC", "absent", "no_record"),
    ]
    assert outlook([*whole, *own, *other]) == outlook(whole)


def test_a_part_without_votes_of_its_own_goes_by_the_whole_text_with_less_confidence() -> None:
    whole = calls(AAA="AAAA", BBB="YYYY")
    found, usual = outlook(whole, part="PP14"), outlook(whole)
    for one in found.states:
        assert one.source is Source.WHOLE_TEXT
        assert one.vote is usual.of(one.key).vote
        assert one.confidence < usual.of(one.key).confidence


def test_the_more_part_and_whole_have_differed_the_less_the_whole_says() -> None:
    whole = calls(**{f"S{n}": "YY" for n in range(9)})
    same = calls("PP14", **{f"S{n}": "YY" for n in range(8)})
    other = calls("PP14", **{f"S{n}": "AA" for n in range(8)})
    one, two = (outlook([*whole, *own], part="PP14").of("S8") for own in (same, other))
    assert one.source is two.source is Source.WHOLE_TEXT
    assert one.confidence > two.confidence


def test_an_outlook_is_held_against_the_vote() -> None:
    expected = outlook(calls(AAA="YYY", BBB="AAA", CCC="YYY", DDD="---", EEE="YYY"))
    actual = dict(zip(["AAA", "BBB", "CCC", "DDD", "FFF"], map(LETTERS.get, "YY-AN"), strict=True))
    found = compare(expected, actual)
    assert (found.hits, found.cast) == (1, 4)
    assert [(one.key, one.expected.value, one.actual.value) for one in found.misses] == [
        ("BBB", "A", "Y"),
        ("DDD", "absent", "A"),
    ]
    assert (found.absent, found.unforeseen) == (("CCC",), ("FFF",))
    assert {one.vote: one.actual for one in found.totals} == Counter(actual.values())
    assert all(one.inside is (one.actual in one.expected) for one in found.totals)


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.99, "high"), (0.9, "high"), (0.85, "medium"), (0.75, "medium"), (0.6, "low"), (0.1, "low")],
)
def test_a_probability_is_said_in_a_word(chance: float, words: str) -> None:
    assert level(chance) == words


RECORDS = st.dictionaries(
    st.sampled_from([f"S{n}" for n in range(12)]),
    st.text(st.sampled_from("YNA- "), max_size=8),
    max_size=12,
)
OVERRIDDEN = st.dictionaries(
    st.sampled_from([f"S{n}" for n in range(15)]),
    st.builds(Override, st.sampled_from(Vote), st.sampled_from(Level)),
    max_size=4,
)
UNHURRIED = settings(deadline=None, max_examples=60)


@UNHURRIED
@given(RECORDS, RECORDS, OVERRIDDEN, st.sampled_from(["", "PP1"]))
def test_probabilities_are_probabilities_and_ranges_hold_their_middle(
    whole: dict[str, str], own: dict[str, str], overrides: dict[str, Override], part: str
) -> None:
    record = [*calls(**whole), *calls("PP1", **own)]
    found = outlook(record, part=part, overrides=overrides)
    assert [one.key for one in found.states] == sorted({one.key for one in found.states})
    for one in found.states:
        assert 0 < one.confidence < 1
        assert 0 < one.absence < 1
    for span in found.totals.values():
        assert 0 <= span.low <= span.middle <= span.high <= len(found.states)
    wide = outlook(record, part=part, overrides=overrides, coverage=0.95)
    for vote, span in found.totals.items():
        assert wide.totals[vote].low <= span.low <= span.high <= wide.totals[vote].high


@UNHURRIED
@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_roll_calls_and_of_states_in_them_says_nothing(
    records: dict[str, str], random: object
) -> None:
    record = calls(**records)
    other = [
        RollCall(one.date, dict(random.sample(list(one.votes.items()), len(one.votes))))
        for one in record
    ]
    random.shuffle(other)
    one, two = outlook(record), outlook(other)
    assert one.states == two.states
    assert one.movements == two.movements
    assert one.totals == two.totals


@given(st.lists(st.floats(0, 1), max_size=7))
def test_the_sum_of_states_is_exact(chances: list[float]) -> None:
    expected = [0.0] * (len(chances) + 1)
    for there in product([0, 1], repeat=len(chances)):
        chance = 1.0
        for one, is_there in zip(chances, there, strict=True):
            chance *= one if is_there else 1 - one
        expected[sum(there)] += chance
    found = subject._convolved(chances)
    found += [0.0] * (len(expected) - len(found))
    assert found == pytest.approx(expected, abs=1e-12)


def test_the_effects_of_a_day_weigh_one_in_all() -> None:
    record = calls(AAA="YY-Y", BBB="Y--Y")
    effects = list(subject._Days(record, subject._votes(record)).effects())
    assert sum(weight for _, weight in effects) == pytest.approx(1)
    assert sum(weight * effect for effect, weight in effects) == pytest.approx(0)


real = pytest.mark.skipif(not REAL.is_file(), reason=f"the real roll calls are not at {REAL}")


def real_calls() -> list[RollCall]:
    votes: dict[tuple[str, str], dict[str, Vote]] = {}
    with REAL.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["date"], row["resolution"])
            votes.setdefault(key, {})[row["iso3"]] = Vote(row["vote"])
    return [RollCall(date.fromisoformat(day), v, name=name) for (day, name), v in votes.items()]


@real
def test_the_ranges_held_in_the_years_of_the_record() -> None:
    record = real_calls()
    inside: Counter[Vote] = Counter()
    hits = cast = 0
    sure = 0.0
    for call in record[1:]:
        expected = outlook(record, as_of=call.date)
        found = compare(expected, call.votes)
        inside.update(one.vote for one in found.totals if one.inside)
        for one in expected.states:
            if one.vote in CAST and call.votes[one.key] in CAST:
                cast += 1
                hits += one.vote is call.votes[one.key]
                sure += one.confidence
    assert len(record) == 11
    assert all(8 <= inside[vote] <= 10 for vote in Vote)
    assert hits / cast > 0.975
    assert abs(hits - sure) / cast < 0.01


@real
def test_before_the_vote_of_2021_the_movements_are_those_of_the_record() -> None:
    found = outlook(real_calls(), as_of=date(2021, 9, 28))
    changed = {one.key for one in found.movements if one.kind is MovementKind.CHANGED}
    assert changed == {"ARM", "KWT", "MDG", "QAT", "RUS", "SSD", "UGA"}
    assert {one.key for one in found.movements if one.kind is MovementKind.NEVER_VOTED} == {
        "KHM",
        "NRU",
        "PRK",
        "TKM",
    }
    assert found.of("RUS").vote is Vote.ABSTAIN
    assert found.of("ZWE").vote is Vote.ABSTAIN
    assert found.of("RUS").confidence < found.of("ZWE").confidence < found.of("CHE").confidence
