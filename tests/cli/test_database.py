"""`drafting db move`."""

from __future__ import annotations

import re
import shutil

from click.testing import CliRunner

from drafting.cli import group
from drafting.errors import NotAllowed
from drafting.store.work import Store
from tests.make import table


def test_a_database_is_moved_and_says_what_went_over(migrated, tmp_path, postgres):
    shutil.copy(migrated, tmp_path / "from.sqlite3")
    source = f"sqlite:///{tmp_path / 'from.sqlite3'}"
    store = Store(source)
    made = table(store)
    seen = made.state()
    store.close()
    target = postgres.database()
    answer = CliRunner().invoke(group, ["db", "move", target, "--database", source])
    assert answer.exit_code == 0, answer.output
    assert re.search(r"^  drafts +1  [0-9a-f]{16}$", answer.output, re.MULTILINE)
    assert "each as it was" in answer.output
    made.store = Store(target)
    assert made.state() == seen
    made.store.close()


def test_the_same_database_twice_is_refused(tmp_path):
    url = f"sqlite:///{tmp_path / 'one.sqlite3'}"
    answer = CliRunner().invoke(group, ["db", "move", url, "--database", url])
    assert isinstance(answer.exception, NotAllowed)
    assert "same database twice" in answer.exception.detail
