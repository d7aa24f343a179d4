"""`drafting outlook`, as a whole process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_sponsors import drafting

TABLE = """date,iso3,vote
2019-12-12,FRA,Y
2019-12-12,CHL,A
2019-12-12,NRU,absent
2020-12-07,FRA,Y
2020-12-07,CHL,Y
2020-12-07,NRU,absent
2021-12-06,FRA,N
2021-12-06,CHL,Y
2021-12-06,NRU,Y
"""
CARRIED = Path(__file__).parents[2] / "drafting" / "data" / "ccm_votes.csv"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "votes.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def test_machines_get_states_and_totals(table: Path) -> None:
    done = drafting("outlook", str(table), "--as-of", "2021-12-06", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert {key: one["vote"] for key, one in found["states"].items()} == {
        "CHL": "Y",
        "FRA": "Y",
        "NRU": "absent",
    }
    for one in found["states"].values():
        assert 0 < one["confidence"] < 1
        assert 0 < one["absence"] < 1
    assert set(found["totals"]) == {"Y", "N", "A", "absent"}
    assert all(0 <= low <= high <= 3 for low, high in found["totals"].values())


def test_only_roll_calls_before_the_day_count(table: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.csv"
    before.write_text("".join(TABLE.splitlines(keepends=True)[:7]), encoding="utf-8")
    asked = drafting("outlook", str(table), "--as-of", "2021-12-06", "--json").stdout
    assert asked == drafting("outlook", str(before), "--json").stdout
    assert asked != drafting("outlook", str(table), "--as-of", "2021-12-07", "--json").stdout


def test_people_get_totals_then_whom_to_look_at_then_the_list() -> None:
    done = drafting("outlook", str(CARRIED), "--as-of", "2021-09-28")
    lines = done.stdout.splitlines()
    assert lines[0] == "Outlook from 6 roll calls before 2021-09-28; 193 States."
    at = [
        lines.index("Totals, each in its range in 80% of votes"),
        lines.index("Changed between their last two votes: 7"),
        lines.index("  Russian Federation: against 2019, then abstaining 2020"),
        lines.index("  Nepal: 2 changes, last abstaining 2020"),
        lines.index("  Somalia: last in favour 2017; absent 5 of 6 times"),
        lines.index("  Nauru: absent 6 of 6 times"),
        lines.index("Likely to be absent though they have voted: 5"),
        next(n for n, line in enumerate(lines) if line.startswith("State by State")),
    ]
    assert at == sorted(at)
    assert len(lines) == at[-1] + 1 + 193


REFUSED = [
    ("", "Line 1: there is no column"),
    ("date,iso3,vote\n2021-12-06,XYZ,Y\n2021-12-06,FRA,Y\n", "Line 2: “2021-12-06, XYZ, Y” has the code “XYZ”, which is no Member State’s."),
    ("date,iso3,vote\n2021-12-06,HOLYSEE,Y\n2021-12-06,FRA,Y\n", "Line 2: “2021-12-06, HOLYSEE, Y” has the code “HOLYSEE”"),
    ("date,iso3,vote\n2021-12-06,FRA,Y\n2021-12-06,FRA,N\n", "Line 3: France stands twice in the vote of 2021-12-06."),
    ("date,iso3,vote\n2030-12-06,FRA,Y\n", "There is no roll call before 2025-01-01 in bad.csv."),
]  # fmt: skip


@pytest.mark.parametrize(("table", "sentence"), REFUSED)
def test_what_is_no_record_is_refused_in_a_sentence(
    tmp_path: Path, table: str, sentence: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(table, encoding="utf-8")
    done = drafting("outlook", str(file), "--as-of", "2025-01-01")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"drafting: {sentence}")
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = drafting("outlook", str(tmp_path / "none.csv"))
    assert done.returncode == 1
    assert "No such file" in done.stderr
