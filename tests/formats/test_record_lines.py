"""The record as a file: read back as it was written, refused when damaged, checked by somebody else's program."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys

import jsonschema_rs
import pytest

from drafting.errors import Unreadable
from drafting.formats import record_lines
from drafting.store.work import Store
from drafting.text.chain import canonical
from tests import record_checker
from tests.make import PEOPLE
from tests.recording import busy, file_of, record_of
from tests.tools import ROOT


@pytest.fixture(scope="module")
def files(migrated, tmp_path_factory):
    """The record of a busy table as everybody sees it, and the operator's ("")."""
    file = tmp_path_factory.mktemp("lines") / "busy.sqlite3"
    shutil.copy(migrated, file)
    store = Store(f"sqlite:///{file}")
    made = busy(store)
    found = {who or "": file_of(made, who) for who in (None, *PEOPLE)}
    record = record_of(made)
    store.close()
    return found | {"record": record}


def test_what_is_written_is_read_back(files):
    read = record_lines.read(files[""])
    again = files["record"]
    again.taken_at = read.taken_at
    assert read == again
    assert record_lines.write(read) == files[""]


@pytest.mark.parametrize("who", ["", *PEOPLE])
def test_somebody_elses_program_comes_to_the_same(files, who):
    assert record_checker.check(files[who]) == []
    assert record_lines.check(files[who]).faults == ()


def test_somebody_elses_program_runs_by_itself(files, tmp_path):
    file = tmp_path / "record.jsonl"
    file.write_bytes(files["mexico"])
    command = [sys.executable, "-I", str(ROOT / "tests" / "record_checker.py"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "whole\n")
    assert subprocess.run([*command, "0" * 16], capture_output=True, check=False).returncode == 1


def test_both_find_what_was_altered_by_somebody_who_made_the_last_line_anew(files):
    lines = files[""].splitlines()
    dice = random.Random(6)
    kinds = {"row", "change", "entry", "text"}
    for number in dice.sample(range(1, len(lines) - 1), 60):
        line = json.loads(lines[number])
        if line["kind"] not in kinds or line.get("chain", "") is None:
            continue
        altered = _altered(dice, line)
        body = b"".join(
            (canonical(altered) if at == number else one) + b"\n"
            for at, one in enumerate(lines[:-1])
        )
        end = {"kind": "end", "lines": len(lines) - 1, "hash": hashlib.sha256(body).hexdigest()}
        data = body + canonical(end) + b"\n"
        assert record_lines.check(data).faults, line
        if line["kind"] != "text":
            assert record_checker.check(data), line


def _altered(dice, line):
    """Gives a line with something of what is hashed another."""
    if line["kind"] == "row":
        name = dice.choice(sorted(line["value"]))
        return line | {"value": line["value"] | {name: "another"}}
    name = {"change": "author", "entry": "what", "text": "link"}[line["kind"]]
    return line | {name: "another"}


def test_every_line_is_as_the_schema_says(files):
    schema = json.loads((ROOT / "docs" / "record.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.Draft202012Validator(schema)
    for who in ("", "mexico"):
        for line in files[who].splitlines():
            validator.validate(json.loads(line))


CUT = {
    "cut in a line": (lambda d: d[: len(d) // 2], "is cut off"),
    "cut behind a line": (
        lambda d: b"".join(d.splitlines(keepends=True)[:-1]),
        "the last line is missing",
    ),
    "a line taken out": (
        lambda d: b"".join(x for n, x in enumerate(d.splitlines(keepends=True)) if n != 7),
        "lines were written before",
    ),
    "a letter changed": (
        lambda d: d.replace(b"Mexico", b"Mexica", 1),
        "not those that were written",
    ),
    "not JSON": (lambda d: d.replace(b'{"', b"{", 3), "Line 1 of this record .* not JSON"),
    "another file": (lambda _d: b"1. Decides.\n", "Line 1 of this record"),
    "another kind of line": (lambda d: d.replace(b'"kind":"text"', b'"kind":"verse"', 1), "Line "),
    "nothing": (lambda _d: b"", "Line 1"),
}


@pytest.mark.parametrize("what", CUT)
def test_a_damaged_file_is_refused_by_its_line(files, what):
    damage, words = CUT[what]
    with pytest.raises(Unreadable, match=words) as refused:
        record_lines.check(damage(files[""]))
    assert "Nothing was stored" in refused.value.detail
