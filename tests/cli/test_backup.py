"""`drafting backup` and `drafting restore`: files of one's own, whole or not at all."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from drafting.store.work import Store
from tests.make import table

DRAFTING = Path(sys.executable).parent / "drafting"


def drafting(*arguments, given=None):
    return subprocess.run([DRAFTING, *arguments], input=given, capture_output=True, check=False)


@pytest.fixture(scope="module")
def filled(migrated, tmp_path_factory):
    """The URL of a database with a small table in it."""
    file = tmp_path_factory.mktemp("filled") / "drafting.sqlite3"
    shutil.copy(migrated, file)
    store = Store(f"sqlite:///{file}")
    table(store)
    store.close()
    return f"sqlite:///{file}"


def test_a_backup_goes_out_and_comes_back_by_two_commands(filled, tmp_path):
    file, target = tmp_path / "evening.backup", tmp_path / "new" / "drafting.sqlite3"
    done = drafting("backup", file, "--database", filled)
    assert done.returncode == 0, done.stderr
    assert b"rows of" in done.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["evening.backup"]
    checked = drafting("restore", file, "--check")
    assert checked.returncode == 0
    digest = done.stdout.split(b"SHA-256 ")[1]
    assert checked.stdout.endswith(digest)
    restored = drafting("restore", file, "--database", f"sqlite:///{target}")
    assert restored.returncode == 0, restored.stderr
    assert digest.strip() in restored.stdout
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    again = drafting("restore", file, "--database", f"sqlite:///{target}")
    assert again.returncode == 1
    assert b"not empty" in again.stderr


def test_a_backup_goes_through_a_pipe(filled, tmp_path):
    out = drafting("backup", "-", "--database", filled)
    assert out.returncode == 0
    target = f"sqlite:///{tmp_path / 'drafting.sqlite3'}"
    done = drafting("restore", "-", "--database", target, given=out.stdout)
    assert done.returncode == 0, done.stderr


def test_a_backup_writes_over_nothing_and_makes_no_database(filled, tmp_path):
    file = tmp_path / "there"
    file.write_text("mine")
    done = drafting("backup", file, "--database", filled)
    assert (done.returncode, file.read_text()) == (1, "mine")
    assert b"was left as it is" in done.stderr
    nowhere = tmp_path / "none.sqlite3"
    done = drafting("backup", tmp_path / "b", "--database", f"sqlite:///{nowhere}")
    assert done.returncode == 1
    assert b"There is no database" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["there"]


def test_a_backup_that_cannot_be_written_leaves_no_piece_behind(filled, tmp_path):
    done = drafting("backup", tmp_path / "no" / "such", "--database", filled)
    assert done.returncode == 1
    assert b"There is no backup." in done.stderr
    assert list(tmp_path.iterdir()) == []
