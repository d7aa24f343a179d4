"""`drafting verify`, `record`, `circulated` and `import` of a record, as whole processes."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import text as sql

from drafting.services import versions
from drafting.store.work import Store
from tests.cli.test_sponsors import drafting
from tests.make import Table, table
from tests.recording import act, begin_thread


def url(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def made_at(store: Store) -> Table:
    made = table(store)
    act(made, "penholder", versions.seal, "draft 1", "")
    begin_thread(made, "mexico", "delegation")
    return made


def test_a_record_is_taken_out_verified_without_a_database_and_brought_in_elsewhere(
    sqlite_store: Store, tmp_path: Path
) -> None:
    made, file = made_at(sqlite_store), tmp_path / "record.jsonl"
    draft = str(made.draft_id)
    out = drafting("record", draft, "-o", str(file), "--database", url(sqlite_store))
    head = out.stdout.split()[-1].rstrip(".")
    here = drafting("verify", draft, "--head", head[:16], "--database", url(sqlite_store))
    there = drafting("verify", str(file), "--head", head)
    assert (here.returncode, there.returncode) == (0, 0), (here.stderr, there.stderr)
    assert here.stdout == there.stdout
    assert f"Its head is {head}." in there.stdout
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    assert drafting("import", str(file), "--database", other).stdout == f"{draft}\n"
    assert drafting("verify", draft, "--head", head, "--database", other).returncode == 0
    again = drafting("import", str(file), "--database", other)
    assert (again.returncode, again.stderr) == (
        1,
        "drafting: This draft is here already; nothing was stored.\n",
    )


def test_what_was_altered_or_cut_off_is_said_and_the_exit_code_is_1(
    sqlite_store: Store, tmp_path: Path
) -> None:
    made, file = made_at(sqlite_store), tmp_path / "record.jsonl"
    draft = str(made.draft_id)
    drafting("record", draft, "-o", str(file), "--as", "Mexico", "--database", url(sqlite_store))
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    done = drafting("verify", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Line {len(lines) - 1} of this record cannot be read" in done.stderr
    done = drafting("verify", draft, "--head", "0" * 16, "--database", url(sqlite_store))
    assert (done.returncode, "cut off or set back" in done.stderr) == (1, True)
    with sqlite_store.work() as w:
        w.session.execute(sql("UPDATE versions SET name = 'other' WHERE number = 1"))
    done = drafting("verify", draft, "--json", "--database", url(sqlite_store))
    (fault,) = json.loads(done.stdout)["faults"]
    assert (done.returncode, fault["chain"], fault["entry"]) == (1, "everyone", 2)
    assert drafting("verify", draft, "--head", "abc").returncode == 2


def test_the_text_of_a_day_is_said_with_its_proof(sqlite_store: Store) -> None:
    made = made_at(sqlite_store)
    with sqlite_store.reading() as w:
        day = w.now.date().isoformat()
    command = ("circulated", str(made.draft_id), "--database", url(sqlite_store), "--on")
    found = json.loads(drafting(*command, day, "--json").stdout)
    assert (found["version"]["name"], found["entry"]["chain"]) == ("draft 1", "everyone")
    said = drafting(*command, day).stdout
    assert "“draft 1”, was in force" in said
    assert found["entry"]["hash"] in said
    done = drafting(*command, "2001-01-01")
    assert (done.returncode, "no text of this draft yet" in done.stderr) == (1, True)
    assert drafting(*command, day, "--zone", "Nowhere").returncode == 2
