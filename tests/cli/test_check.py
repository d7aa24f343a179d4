"""`drafting check` and `drafting citations`, as whole processes."""

from __future__ import annotations

import json
import uuid
from datetime import date
from pathlib import Path

import pytest

from drafting.store import record as kept_record
from drafting.store.work import Store
from tests.capitals import Capitals
from tests.cli.test_sponsors import drafting
from tests.make import table

WRONG = """# On fish

_The General Assembly_,

[PP1] _Recalling_ its resolution 74/62 of 19 December 2019,

1. _Requests_ a report on this resolution and its program.
"""
RIGHT = """# On fish

_The General Assembly_,

[PP1] _Recalling_ its resolution 74/62 of 12 December 2019,

_Requests_ a report on the present resolution and its programme.
"""
ADOPTED = """A/RES/81/7
General Assembly
Seventy-sixth session
Resolution adopted by the General Assembly on 7 December 2026

# 81/7. On fish

_The General Assembly_,

[PP1] _Recalling_ its resolution 80/9 of 1 December 2025,

_Requests_ a report.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "text.txt"
    made.write_text(WRONG, encoding="utf-8")
    return made


def test_each_finding_is_a_line_and_errors_are_exit_code_1(file: Path) -> None:
    done = drafting("check", str(file))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("PP1  error  rule 13  “74/62 of 19 December 2019”  Resolution 74/62")
    assert [line.split("  ")[2] for line in lines] == ["rule 13", "rule 5", "rule 24", "rule 21"]


def test_machines_get_an_array(file: Path) -> None:
    done = drafting("check", str(file), "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert [set(one) for one in found] == [
        {
            "rule",
            "name",
            "level",
            "paragraph",
            "words",
            "start",
            "end",
            "sentence",
            "source",
            "repair",
        }
    ] * len(found)
    program = next(one for one in found if one["words"] == "program")
    assert (program["rule"], program["level"], program["paragraph"]) == (21, "error", "OP")
    assert program["repair"] == [{"retain": program["end"]}, {"insert": "me"}]


def test_what_is_right_is_exit_code_0_and_says_nothing(file: Path) -> None:
    file.write_text(RIGHT, encoding="utf-8")
    done = drafting("check", str(file))
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(drafting("check", str(file), "--json").stdout) == []


def test_the_session_may_be_said(file: Path) -> None:
    file.write_text(RIGHT.replace("a report", "all States parties to give a report"))
    assert drafting("check", str(file), "--session", "79").returncode == 0
    done = drafting("check", str(file), "--session", "80")
    assert done.returncode == 1
    assert "rule 29" in done.stdout


@pytest.mark.parametrize("what", ["nowhere.txt", "--session=0"])
def test_bad_usage_is_exit_code_2(file: Path, what: str) -> None:
    assert drafting("check", what, *([str(file)] if what.startswith("-") else [])).returncode == 2


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7")
    done = drafting("check", str(bad))
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing was stored" in done.stderr


def test_a_draft_is_checked_and_learns_from_what_was_adopted(file: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    file.write_text(WRONG.replace("74/62 of 19 December 2019", "81/7 of 6 December 2026"))
    draft = drafting("import", str(file), "--database", database).stdout.strip()
    assert "rule 13" not in drafting("check", draft, "--database", database).stdout
    adopted = tmp_path / "adopted.txt"
    adopted.write_text(ADOPTED)
    done = drafting("citations", "learn", str(adopted), str(file), "--database", database)
    assert done.stdout == "2 new.\n"
    assert "does not say that it was adopted" in done.stderr
    listed = drafting("citations", "list", "--database", database).stdout.splitlines()
    assert "81/7\t2026-12-07\t81/7" in listed
    assert "80/9\t2025-12-01\t81/7" in listed
    done = drafting("check", draft, "--database", database)
    assert done.returncode == 1
    assert "rule 13  “81/7 of 6 December 2026”" in done.stdout
    done = drafting("check", str(uuid.uuid4()), "--database", database)
    assert (done.returncode, done.stderr) == (1, "drafting: There is no such draft.\n")


def test_an_altered_tabling_is_found_by_verify(sqlite_store: Store) -> None:
    capitals = Capitals(table(sqlite_store))
    capitals.record("table", symbol="A/C.1/76/L.41", on=date(2021, 10, 13), version=0)
    command = (
        "verify",
        str(capitals.table.draft_id),
        "--database",
        sqlite_store.engine.url.render_as_string(hide_password=False),
    )
    assert drafting(*command).returncode == 0
    with sqlite_store.work() as w:
        kept_record.tablings_of(w, capitals.table.draft_id)[0].line = "Somebody else"
    done = drafting(*command)
    assert done.returncode == 1
    assert "The tabling as A/C.1/76/L.41 is not what was recorded" in done.stderr
