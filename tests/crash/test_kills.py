"""Nothing acknowledged is lost, whatever moment the server is killed at."""

from pathlib import Path

import pytest

from tests.crash.harness import Trial, run
from tests.crash.planted import DEFECTS

SEEN_BY_A_KILL = sorted(DEFECTS.keys() - {"synchronous-normal"})


def test_nothing_is_lost_doubled_or_made_up_in_fifty_kills(tmp_path):
    failures, counts, _ = run(tmp_path, 50, seed=1)
    assert failures == []
    assert {"edit", "deed", "comment", "thread"} <= counts.keys(), "nothing was tested"
    assert counts["edit"] > 200


def test_nothing_is_lost_on_postgresql_either(tmp_path):
    failures, counts, _ = run(tmp_path, 6, seed=2, database="postgresql")
    assert failures == []
    assert counts["edit"] > 20


@pytest.mark.parametrize("defect", SEEN_BY_A_KILL)
def test_the_harness_sees_a_planted_defect_within_ten_kills(tmp_path, defect):
    faults = ["term"] if defect.endswith("on-term") else ["kill"]
    trial = None
    found = []
    kills = 0
    try:
        trial = Trial(tmp_path, seed=3, planted=defect)
        while not found and kills < 10:
            found = trial.round(faults[0])
            kills += 1
    finally:
        if trial is not None:
            trial.end()
    assert any(words.startswith(("K1", "K2", "K7")) for words in found), (kills, found)


def test_killed_five_times_in_a_row_while_it_recovers_it_serves_everything_at_the_sixth_start(
    tmp_path,
):
    failures, counts, _ = run(tmp_path, 3, seed=4, faults=["recovery"])
    assert failures == []
    assert counts["edit"]


def test_killed_while_it_makes_its_first_database_it_serves_a_whole_one_later(tmp_path):
    failures, counts, _ = run(tmp_path, 1, seed=5, kills_at_birth=5)
    assert failures == []
    assert counts["edit"]


def test_the_checker_says_the_same_of_an_old_journal(tmp_path: Path):
    from tests.crash.checker import Checker, Kept, read

    trial = Trial(tmp_path, seed=6)
    try:
        assert trial.round("kill") == []
    finally:
        trial.end()
    entries = read(tmp_path / "journal.jsonl")
    assert list(Checker(entries, Kept(trial.server.database_url)).failures()) == []
    forgotten = next(e for e in entries if e["kind"] == "ack" and "parts" in e["answer"])
    without = [e for e in entries if e.get("op") != forgotten["op"]]
    failures = list(Checker(without, Kept(trial.server.database_url)).failures())
    assert any(words.startswith("K3") for words in failures)
