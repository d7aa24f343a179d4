"""States and observers by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.formats import states, votes
from drafting.rules.outlook import Vote
from drafting.text.sponsor_line import line

REAL = Path(__file__).parents[3] / "shared" / "data"
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real record is not at {REAL}")


def test_there_are_193_member_states_on_any_day_of_these_years() -> None:
    for day in (date(2012, 1, 1), date(2021, 9, 28), date(2026, 11, 26)):
        assert sum(state.may_vote for state in states.states(day).values()) == 193
        assert sum(state.may_sponsor for state in states.states(day).values()) == 194


@pytest.mark.parametrize(("day", "joined"), [("2021-09-28", (110, 13)), ("2025-10-15", (112, 12))])
def test_as_many_have_joined_as_the_resolutions_of_those_years_say(
    day: str, joined: tuple[int, int]
) -> None:
    assert states.joined("ccm", date.fromisoformat(day)) == joined


NAMES = [
    ("TUR", "2022-05-31", "Turkey", "Turkey"),
    ("TUR", "2022-06-01", "Türkiye", "Türkiye"),
    ("NLD", "2022-12-31", "Netherlands", "Netherlands"),
    ("NLD", "2023-01-01", "Netherlands (Kingdom of the)", "Netherlands (Kingdom of the)"),
    ("GBR", "2021-10-13", "United Kingdom", "United Kingdom of Great Britain and Northern Ireland"),
    ("PSE", "2021-10-13", "State of Palestine", "State of Palestine"),
]


@pytest.mark.parametrize(("key", "day", "short", "long"), NAMES)
def test_names_hold_for_their_days(key: str, day: str, short: str, long: str) -> None:
    state = states.states(date.fromisoformat(day))[key]
    assert (state.short, state.long) == (short, long)


FACTS = [
    ("FRA", True, True),
    ("PSE", True, False),
    ("HOLYSEE", False, False),
    ("EU", False, False),
    ("ICRC", False, False),
]


@pytest.mark.parametrize(("key", "sponsors", "votes"), FACTS)
def test_sponsoring_and_voting_are_two_facts(key: str, sponsors: bool, votes: bool) -> None:
    state = states.states(date(2021, 10, 13))[key]
    assert (state.may_sponsor, state.may_vote) == (sponsors, votes)


@given(st.dates(date(2013, 1, 1), date(2030, 1, 1)))
def test_nobody_is_without_a_name_from_one_day_to_the_next(day: date) -> None:
    assert states.states(day).keys() == states.states(day + timedelta(days=1)).keys()


def test_a_state_is_not_there_before_it_has_a_name() -> None:
    assert "CPV" not in states.states(date(1974, 1, 1))
    assert "CPV" in states.known()


def test_the_drafts_on_the_convention_have_their_sponsors() -> None:
    told = [(one.resolution, one.symbol, len(one.sponsors)) for one in states.sponsored()]
    assert told == [
        ("A/RES/74/62", "A/C.1/74/L.46", 17),
        ("A/RES/75/62", "A/C.1/75/L.43", 16),
        ("A/RES/76/47", "A/C.1/76/L.41", 16),
    ]


@real
def test_the_sponsors_are_those_the_documents_print() -> None:
    for tabled in states.sponsored():
        known = states.states(tabled.day)
        printed = line(known[key].sponsor for key in tabled.sponsors)
        name = tabled.resolution.replace("/", "_")
        text = (REAL / "resolutions" / f"{name}.xml").read_text(encoding="utf-8")
        step = f'<step date="{tabled.day}" outcome="draftResolution" as="{tabled.symbol}" by="{printed}"'
        assert step in text


def test_the_roll_calls_on_the_convention_are_carried() -> None:
    counts = [Counter(one.votes.values()) for one in votes.ccm()]
    assert len(counts) == 11
    assert [counts[-1][vote] for vote in Vote] == [138, 2, 35, 18]


@real
def test_the_roll_calls_are_those_of_the_record() -> None:
    record = votes.read_csv((REAL / "ccm_votes.csv").read_bytes())
    assert record.roll_calls == votes.ccm()
