"""Who is Party to the Convention, as the database is filled with it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from drafting.formats import states
from drafting.store import people as kept_people
from drafting.store import record as kept
from drafting.store.work import Store

REAL = Path(__file__).parents[3] / "shared" / "data"
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real record is not at {REAL}")


@pytest.fixture(scope="module")
def on(migrated: Path) -> Iterator[Callable[[str], dict[str, str]]]:
    """Gives where each stands on a day, by key."""
    store = Store(f"sqlite:///{migrated}")

    def read(day: str) -> dict[str, str]:
        with store.reading() as w:
            keys = {d.id: d.key for d in kept_people.delegations(w)}
            found = kept.parties(w, "ccm", date.fromisoformat(day))
            return {keys[one]: status for one, status in found.items()}

    yield read
    store.close()


TOTALS = [
    ("2021-09-01", 110, 13),
    ("2021-09-28", 110, 13),
    ("2023-02-28", 111, 12),
    ("2023-08-03", 112, 12),
    ("2025-03-05", 112, 12),
    ("2025-03-06", 111, 12),
    ("2025-09-05", 112, 12),
    ("2025-12-01", 112, 12),
]


@pytest.mark.parametrize(("day", "parties", "signatories"), TOTALS)
def test_parties_and_signatories_are_as_many_as_the_resolutions_say(
    on: Callable[[str], dict[str, str]], day: str, parties: int, signatories: int
) -> None:
    counts = Counter(on(day).values())
    # The Cook Islands and Niue are Parties too, and have no seat in the Assembly.
    assert (counts["state_party"] + 2, counts["signatory"]) == (parties, signatories)


STATUSES = [
    ("LTU", "2021-09-28", "state_party"),
    ("LTU", "2025-03-05", "state_party"),
    ("LTU", "2025-03-06", "not_party"),
    ("NGA", "2021-09-28", "signatory"),
    ("NGA", "2024-01-01", "state_party"),
    ("SSD", "2021-09-28", "not_party"),
    ("SSD", "2024-01-01", "state_party"),
    ("VUT", "2025-09-04", "not_party"),
    ("VUT", "2025-09-05", "state_party"),
    ("HOLYSEE", "2021-09-28", "state_party"),
    ("PSE", "2021-09-28", "state_party"),
    ("UGA", "2025-12-01", "signatory"),
    ("RUS", "2025-12-01", "not_party"),
]


@pytest.mark.parametrize(("key", "day", "status"), STATUSES)
def test_where_a_state_stands_holds_for_its_days(
    on: Callable[[str], dict[str, str]], key: str, day: str, status: str
) -> None:
    assert on(day)[key] == status


@pytest.mark.parametrize(
    "day", ["2015-01-01", "2021-09-28", "2025-03-05", "2026-11-26", "2040-01-01"]
)
def test_every_member_state_stands_somewhere_on_every_day(
    on: Callable[[str], dict[str, str]], day: str
) -> None:
    members = {k for k, s in states.states(date.fromisoformat(day)).items() if s.may_vote}
    assert on(day).keys() - members == {"HOLYSEE", "PSE"}
    assert members <= on(day).keys()


@real
def test_the_parties_are_those_of_the_record(on: Callable[[str], dict[str, str]]) -> None:
    found = on("2025-12-31")
    with (REAL / "member_states.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            status = row["ccm_status"].replace("withdrawn", "not_party")
            assert found[row["iso3"]] == status, row["name"]
