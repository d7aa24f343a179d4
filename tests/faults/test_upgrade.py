"""D22: the previous release is stopped with people at its table, this one starts on its data, and they go on."""

from __future__ import annotations

import sys

import pytest

from tests.crash.harness import Trial
from tests.faults import release

OLD = "import sys; from drafting.cli import main; main()"


@pytest.fixture(params=["sqlite", "postgresql"])
def trial(request, tmp_path):
    """People at the previous release's table."""
    reason = release.why_not()
    if reason:
        pytest.skip(reason)
    old = release.unpack(tmp_path / "old")
    folder = tmp_path / "kept"
    folder.mkdir()
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").database()
    made = Trial(
        folder,
        seed=21,
        database_url=url,
        program=[sys.executable, "-c", OLD],
        # Not the folder it is started in, which is this release's.
        environment={"PYTHONPATH": str(old), "PYTHONSAFEPATH": "1"},
    )
    yield made
    made.end()


def test_people_go_on_with_the_new_release_and_nothing_is_lost(trial):
    """Their sessions hold, what was unknown is asked again, and the checker finds nothing wrong."""
    (before,) = trial.kept.rows("SELECT version_num FROM alembic_version")
    assert before == ("0005",), "this is not the previous release"
    trial.upgrade_at_next_start()
    assert trial.round("term") == []
    assert trial.kept.rows("SELECT version_num FROM alembic_version") != [before]
    # And once more, on the new release alone: killed this time.
    assert trial.round("kill") == []
    assert trial.counts["edit"]
