"""Deadlines over both changes of the clocks: one line a case, and laws over any moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import Malformed
from drafting.rules import deadlines
from drafting.rules.deadlines import GENEVA, NEW_YORK, PLACES, Which


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MEXICO, WELLINGTON, SANTIAGO = "America/Mexico_City", "Pacific/Auckland", "America/Santiago"

TOLD = [
    ("2021-10-15T22:00", GENEVA, "Saturday, 16 October 2021, 00:00 in Geneva", "Friday, 15 October 2021, 18:00 in New York (16 October, 00:00 in Geneva)"),
    ("2021-10-15T16:00", GENEVA, "Friday, 15 October 2021, 18:00 in Geneva", "Friday, 15 October 2021, 12:00 in New York (18:00 in Geneva)"),
    ("2021-10-30T16:00", GENEVA, "Saturday, 30 October 2021, 18:00 in Geneva", "Saturday, 30 October 2021, 12:00 in New York (18:00 in Geneva)"),
    ("2021-11-01T17:00", GENEVA, "Monday, 1 November 2021, 18:00 in Geneva", "Monday, 1 November 2021, 13:00 in New York (18:00 in Geneva)"),
    ("2021-11-08T17:00", GENEVA, "Monday, 8 November 2021, 18:00 in Geneva", "Monday, 8 November 2021, 12:00 in New York (18:00 in Geneva)"),
    ("2021-10-15T22:00", NEW_YORK, "Friday, 15 October 2021, 18:00 in New York", "Friday, 15 October 2021, 18:00 in New York"),
    ("2021-10-15T22:00", WELLINGTON, "Saturday, 16 October 2021, 11:00 in Wellington", "Friday, 15 October 2021, 18:00 in New York (16 October, 11:00 in Wellington)"),
    ("2021-10-15T22:00", MEXICO, "Friday, 15 October 2021, 17:00 in Mexico City", "Friday, 15 October 2021, 18:00 in New York (17:00 in Mexico City)"),
    ("2021-10-15T22:00", SANTIAGO, "Friday, 15 October 2021, 19:00 in Santiago", "Friday, 15 October 2021, 18:00 in New York (19:00 in Santiago)"),
    ("2021-11-07T05:30", NEW_YORK, "Sunday, 7 November 2021, 01:30 in New York, before the clocks go back", "Sunday, 7 November 2021, 01:30 in New York, before the clocks go back"),
    ("2021-11-07T06:30", NEW_YORK, "Sunday, 7 November 2021, 01:30 in New York, after the clocks go back", "Sunday, 7 November 2021, 01:30 in New York, after the clocks go back"),
    ("2026-12-31T23:30", GENEVA, "Friday, 1 January 2027, 00:30 in Geneva", "Thursday, 31 December 2026, 18:30 in New York (1 January, 00:30 in Geneva)"),
]  # fmt: skip


@pytest.mark.parametrize(("moment", "zone", "here", "both"), TOLD)
def test_a_moment_is_told(moment: str, zone: str, here: str, both: str) -> None:
    found = deadlines.told(at(moment), zone)
    assert (found.here, found.both) == (here, both)
    assert found.new_york == deadlines.in_words(at(moment), NEW_YORK)
    assert deadlines.in_words(at(moment), zone) == here


PARSED = [
    ("2021-10-15T18:00", NEW_YORK, None, "2021-10-15T22:00"),
    ("2021-10-15 18:00", GENEVA, None, "2021-10-15T16:00"),
    ("2021-10-15T18:00:00", GENEVA, None, "2021-10-15T16:00"),
    ("2021-10-31T01:59", GENEVA, None, "2021-10-30T23:59"),
    ("2021-10-31T02:30", GENEVA, Which.FIRST, "2021-10-31T00:30"),
    ("2021-10-31T02:30", GENEVA, Which.SECOND, "2021-10-31T01:30"),
    ("2021-10-31T03:00", GENEVA, None, "2021-10-31T02:00"),
    ("2021-10-31T02:30", NEW_YORK, None, "2021-10-31T06:30"),
    ("2021-11-07T01:30", NEW_YORK, Which.FIRST, "2021-11-07T05:30"),
    ("2021-11-07T01:30", NEW_YORK, Which.SECOND, "2021-11-07T06:30"),
    ("2021-11-07T01:30", GENEVA, Which.SECOND, "2021-11-07T00:30"),
    ("2021-03-14T03:00", NEW_YORK, None, "2021-03-14T07:00"),
    ("2021-03-28T03:00", GENEVA, None, "2021-03-28T01:00"),
    ("2026-10-25T02:30", GENEVA, Which.FIRST, "2026-10-25T00:30"),
    ("2026-10-25T02:30", GENEVA, Which.SECOND, "2026-10-25T01:30"),
    ("2026-10-25T12:00", GENEVA, None, "2026-10-25T11:00"),
    ("2026-11-01T01:30", NEW_YORK, Which.FIRST, "2026-11-01T05:30"),
    ("2026-11-01T01:30", NEW_YORK, Which.SECOND, "2026-11-01T06:30"),
    ("2026-11-01T12:00", NEW_YORK, None, "2026-11-01T17:00"),
    ("2026-10-25T12:00", MEXICO, None, "2026-10-25T18:00"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "zone", "which", "moment"), PARSED)
def test_a_local_time_is_a_moment(text: str, zone: str, which: Which | None, moment: str) -> None:
    assert deadlines.parse(text, zone, which=which) == at(moment)


LEAPT_OVER = [
    ("2021-03-28T02:30", GENEVA, "02:30 on 28 March 2021 in Geneva"),
    ("2021-03-14T02:30", NEW_YORK, "02:30 on 14 March 2021 in New York"),
    ("2026-03-29T02:00", GENEVA, "02:00 on 29 March 2026 in Geneva"),
    ("2026-03-08T02:59", NEW_YORK, "02:59 on 8 March 2026 in New York"),
    ("2021-09-05T00:30", SANTIAGO, "00:30 on 5 September 2021 in Santiago"),
]


@pytest.mark.parametrize(("text", "zone", "shown"), LEAPT_OVER)
def test_a_time_that_the_clocks_leap_over_is_refused(text: str, zone: str, shown: str) -> None:
    with pytest.raises(Malformed, match=f"There is no {shown}"):
        deadlines.parse(text, zone, which=Which.FIRST)


TWICE = [
    ("2021-10-31T02:30", GENEVA, "00:30 UTC or 01:30 UTC"),
    ("2021-11-07T01:00", NEW_YORK, "05:00 UTC or 06:00 UTC"),
    ("2026-10-25T02:00", GENEVA, "00:00 UTC or 01:00 UTC"),
    ("2026-11-01T01:59", NEW_YORK, "05:59 UTC or 06:59 UTC"),
]


@pytest.mark.parametrize(("text", "zone", "asked"), TWICE)
def test_a_time_that_occurs_twice_is_asked_about(text: str, zone: str, asked: str) -> None:
    with pytest.raises(Malformed, match=f"occurs twice.*{asked}"):
        deadlines.parse(text, zone)


NO_TIMES = ["", "tomorrow", "2021-10-15", "2021-02-30T10:00", "2021-10-15T25:00", "2021-10-15T18:00Z", "15/10/2021 18:00"]  # fmt: skip


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_date_and_time_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="Write the date"):
        deadlines.parse(text, GENEVA)


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_the_ends_of_the_calendar_break_nothing(text: str) -> None:
    for place in PLACES:
        deadlines.readings(datetime.fromisoformat(text), place.key)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "UTC"])
def test_an_unknown_place_is_refused(zone: str) -> None:
    assert not deadlines.known(zone)
    for ask in (
        lambda: deadlines.parse("2021-10-15T18:00", zone),
        lambda: deadlines.told(at("2021-10-15T18:00"), zone),
        lambda: deadlines.name(zone),
    ):
        with pytest.raises(Malformed, match="Choose a place"):
            ask()


LEFT = [
    ("2021-10-15T08:00", "2021-10-15T22:00", NEW_YORK, 0, "today"),
    ("2021-10-15T08:00", "2021-10-15T22:00", GENEVA, 1, "tomorrow"),
    ("2021-10-12T21:00", "2021-10-15T22:00", NEW_YORK, 3, "in 3 days"),
    ("2021-10-15T22:00", "2021-10-15T22:00", NEW_YORK, 0, "passed today"),
    ("2021-10-15T21:59", "2021-10-15T22:00", GENEVA, 1, "tomorrow"),
    ("2021-10-15T22:30", "2021-10-15T22:00", GENEVA, 0, "passed today"),
    ("2021-10-16T22:30", "2021-10-15T22:00", NEW_YORK, -1, "passed yesterday"),
    ("2021-10-20T12:00", "2021-10-15T22:00", NEW_YORK, -5, "passed 5 days ago"),
    # A day of 25 hours is one day.
    ("2021-10-30T22:30", "2021-10-31T22:30", GENEVA, 0, "today"),
    ("2021-10-30T21:30", "2021-10-31T22:30", GENEVA, 1, "tomorrow"),
]  # fmt: skip


@pytest.mark.parametrize(("now", "moment", "zone", "days", "words"), LEFT)
def test_days_are_counted_as_people_count_them(
    now: str, moment: str, zone: str, days: int, words: str
) -> None:
    assert deadlines.days_left(at(now), at(moment), zone) == days
    assert deadlines.left(at(now), at(moment), zone) == words


MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.sampled_from(PLACES))
def test_a_moment_shown_and_read_is_the_same_moment(moment: datetime, place: object) -> None:
    moment = moment.replace(second=0, microsecond=0)
    seen = deadlines.local(moment, place.key)
    text = f"{seen:%Y-%m-%dT%H:%M}"
    assert deadlines.parse(text, place.key, which=Which(seen.fold)) == moment
    assert moment in deadlines.readings(seen.replace(tzinfo=None, fold=0), place.key)


@given(MOMENTS)
def test_geneva_is_five_or_six_hours_ahead(moment: datetime) -> None:
    here, there = deadlines.local(moment, GENEVA), deadlines.local(moment, NEW_YORK)
    assert here.replace(tzinfo=None) - there.replace(tzinfo=None) in {
        timedelta(hours=5),
        timedelta(hours=6),
    }
    assert abs(deadlines.days_left(moment, moment + timedelta(days=10), GENEVA) - 10) <= 1
