"""`drafting import`: one file, many, folders; what cannot be read is told and the rest is kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from drafting.formats import akn_write, plain
from drafting.store.tables import Draft
from drafting.store.work import Store
from tests.cli.test_files import OLD, drafting

RESOLUTION = plain.read(OLD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight resolutions in a folder and one beneath it, each with its own number."""
    place = tmp_path / "in"
    (place / "more").mkdir(parents=True)
    for index in range(9):
        masthead = replace(RESOLUTION.masthead, number=f"75/{900 + index}", title=f"Lamps {index}")
        file = place / ("more" if index == 8 else "") / f"{index}.xml"
        file.write_bytes(akn_write.write(replace(RESOLUTION, masthead=masthead)))
    (place / "notes.pdf").write_bytes(b"%PDF-1.7")
    return place


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> str:
    file = tmp_path / "d.sqlite3"
    file.write_bytes(migrated.read_bytes())
    return f"sqlite:///{file}"


def import_(database: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return drafting("import", *arguments, "--database", database)


def titles(database: str) -> list[str]:
    store = Store(database)
    try:
        with store.reading() as w:
            return sorted(w.session.scalars(select(Draft.title)))
    finally:
        store.close()


def test_one_file_prints_the_id_alone(database: str, folder: Path) -> None:
    done = import_(database, folder / "0.xml", "--title", "Another name")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(UUID(done.stdout.strip())) == done.stdout.strip()
    assert titles(database) == ["Another name"]


def test_a_folder_stands_for_the_files_in_it(database: str, folder: Path) -> None:
    done = import_(database, folder)
    assert done.returncode == 0
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        *(str(folder / f"{index}.xml") for index in range(8)),
        str(folder / "more" / "8.xml"),
    ]
    assert done.stderr.splitlines() == [
        "Reading 9 files",
        "Read 9 of 9 files; 0 failed; 0 findings in 0 files.",
    ]
    assert titles(database) == [f"Lamps {index}" for index in range(9)]


def test_what_cannot_be_read_is_told_and_the_others_are_kept(
    database: str, folder: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text("<akomaNtoso", encoding="utf-8")
    worse = tmp_path / "worse.txt"
    worse.write_bytes(b"\xff\xfe")
    marked = tmp_path / "marked.xml"
    whole = (folder / "2.xml").read_text(encoding="utf-8")
    marked.write_text(whole.replace("the oil,", "the <b>oil</b>,"), encoding="utf-8")
    done = import_(database, folder / "1.xml", bad, worse, marked)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    told = done.stderr.splitlines()
    assert told[0] == "Reading 4 files"
    assert told[1].startswith(f"{bad}: This file is not well-formed XML; nothing was stored.")
    assert told[2].startswith(f"{worse}: This text is not in UTF-8")
    assert told[3] == "Read 2 of 4 files; 2 failed; 1 finding in 1 file."
    assert titles(database) == ["Lamps 1", "Lamps 2"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--owner", "nobody@example.org"], "no account under this address"),
        (["--title", "One"], "--title is for one file"),
    ],
)
def test_what_holds_for_no_file_is_refused_before_the_first(
    database: str, folder: Path, arguments: list[str], word: str
) -> None:
    done = import_(database, folder, *arguments)
    assert done.returncode != 0
    assert word in done.stderr
    assert titles(database) == []


def test_a_folder_without_such_files_is_refused(database: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = import_(database, tmp_path / "empty")
    assert done.returncode != 0
    assert "no file to read" in done.stderr


def test_who_watches_sees_a_bar(database: str, folder: Path) -> None:
    if shutil.which("script") is None:
        pytest.skip("script(1), which gives a terminal, is not installed")
    # A terminal of its own: where there is none, the bar is not drawn.
    command = f"{Path(sys.executable).with_name('drafting')} import {folder} --database {database}"
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"], capture_output=True, text=True, check=True
    )
    assert "9/9" in done.stdout
    assert "####" in done.stdout
