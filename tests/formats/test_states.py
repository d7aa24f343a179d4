"""States and observers by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.formats import states


def test_there_are_193_member_states_on_any_day_of_these_years() -> None:
    for day in (date(2012, 1, 1), date(2021, 9, 28), date(2026, 11, 26)):
        assert sum(state.may_vote for state in states.states(day).values()) == 193
        assert sum(state.may_sponsor for state in states.states(day).values()) == 194


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
