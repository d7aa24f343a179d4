"""Nothing acknowledged is lost, whatever moment the server is killed at."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.crash.harness import Trial, run
from tests.crash.planted import DEFECTS
from tests.tools import ROOT

SEEN_BY_A_KILL = sorted(DEFECTS.keys() - {"synchronous-normal"})
"""All but the one that only a loss of power shows: tests/faults/test_syncs.py."""


def all_of(*arguments, **more):
    failures, acknowledged = [], Counter()
    for lot in run(*arguments, **more):
        failures += lot.failures
        acknowledged += lot.acknowledged
    return failures, acknowledged


def test_nothing_is_lost_doubled_or_made_up_in_eight_kills(tmp_path):
    wanted = {"edit", "deed", "comment", "thread", "pledge", "proposal", "note"}
    counts: Counter = Counter()
    # On a busy machine little is done before a kill: then eight more, until every act has been met.
    for seed in (1, 2, 3):
        (tmp_path / str(seed)).mkdir()
        failures, met = all_of(tmp_path / str(seed), 8, seed=seed)
        assert failures == []
        counts += met
        if wanted <= counts.keys():
            break
    assert wanted <= counts.keys()


def test_nothing_is_lost_whatever_was_being_done(tmp_path):
    moments = ["sealing", "importing", "exporting", "recovery"]
    failures, counts = all_of(tmp_path, 4, seed=4, faults=moments)
    assert failures == []
    assert counts["edit"]


def test_nothing_is_lost_on_postgresql_either(tmp_path):
    failures, counts = all_of(tmp_path, 2, seed=2, database="postgresql")
    assert failures == []
    assert counts["edit"]


@pytest.mark.parametrize("defect", SEEN_BY_A_KILL)
def test_the_harness_sees_a_planted_defect_within_twenty_kills(tmp_path, defect):
    fault = "term" if defect.endswith("on-term") else "kill"
    trial = None
    found = []
    kills = 0
    try:
        trial = Trial(tmp_path, seed=3, planted=defect)
        while not found and kills < 20:
            found = trial.round(fault)
            kills += 1
    finally:
        if trial is not None:
            trial.end()
    assert any(re.match("K[12457-9]", words) for words in found), (kills, found)


def test_killed_while_it_makes_its_first_database_it_serves_a_whole_one_later(tmp_path):
    failures, counts = all_of(tmp_path, 1, seed=5, kills_at_birth=3)
    assert failures == []
    assert counts["edit"]


def test_the_harness_knows_nothing_of_the_product():
    said = "import sys, tests.crash.harness; print([m for m in sys.modules if m.startswith('drafting')])"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"[]\n"


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
