"""Last year's text forward, as a whole process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drafting.formats import docx_read, plain
from drafting.text.changes import plain as words
from tests.checks import check_docx
from tests.cli.test_files import drafting, read

ADOPTED = """United Nations
A/RES/75/901
General Assembly
Distr.: General
15 December 2020
Seventy-fifth session
Agenda item 103 (ll)
Oceans: safety of lighthouses
Resolution adopted by the General Assembly on 7 December 2020
[on the report of the First Committee (A/75/399, para. 96)]

# 75/901. Safety of lighthouses

_The General Assembly_,

[PP1] _Recalling_ its resolutions 73/900 of 5 December 2018 and 74/900 of 12 December 2019,

1. _Invites_ all to the third Conference on Lamps, to be held in Oslo from 3 to 7 May 2021;

2. _Requests_ the keepers to report at its seventy-sixth session;

3. _Decides_ to include in the provisional agenda of its seventy-sixth session the item entitled “Oceans”.
"""


@pytest.fixture
def adopted(tmp_path: Path) -> Path:
    file = tmp_path / "75-901.txt"
    file.write_text(ADOPTED, encoding="utf-8")
    return file


def test_the_updates_are_listed_and_made(adopted: Path, tmp_path: Path) -> None:
    out = tmp_path / "draft.txt"
    done = drafting("forward", adopted, "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "75/901 forward to session 76: 4 updates" in done.stdout
    assert "! OP1, meeting: third Conference on Lamps" in done.stdout
    made = read(out)
    assert [words(p.text) for p in made.paragraphs][1:] == [
        "Recalling its resolutions 73/900 of 5 December 2018, 74/900 of 12 December 2019 and 75/901 of 7 December 2020,",
        "Invites all to the third Conference on Lamps, to be held in Oslo from 3 to 7 May 2021;",
        "Requests the keepers to report at its seventy-seventh session;",
        "Decides to include in the provisional agenda of its seventy-seventh session the item entitled “Oceans”.",
    ]
    assert (made.masthead.number, made.masthead.session) == ("", "Seventy-sixth session")
    assert "103" not in out.read_text(encoding="utf-8")


def test_tracked_they_lead_from_the_adopted_text(adopted: Path, tmp_path: Path) -> None:
    clean, out = tmp_path / "clean.txt", tmp_path / "tracked.docx"
    assert drafting("forward", adopted, "-o", clean, "--sure").returncode == 0
    done = drafting("forward", adopted, "-o", out, "--tracked", "--sure", "--author", "Presidency")
    assert (done.returncode, done.stderr) == (0, "")
    report = check_docx(
        out.read_bytes(),
        tmp_path,
        old=plain.read(ADOPTED).paragraphs,
        new=read(clean).paragraphs,
        options=["--authors", "Presidency"],
    )
    assert report["fails"] == []
    assert "seventy-seventh" in str(docx_read.read(out.read_bytes()).paragraphs[-1])


def test_another_session_is_named_and_the_list_is_for_machines(adopted: Path) -> None:
    done = drafting("forward", adopted, "--session", "80", "--json")
    found = json.loads(done.stdout)
    assert (found["last"], found["session"]) == ("75/901", 80)
    assert [(u["label"], u["wanted"], u["made"]) for u in found["updates"]][-1] == (
        "OP3",
        "eighty-first session",
        False,
    )


@pytest.mark.parametrize(
    ("change", "options", "sentence"),
    [
        (("75/901", "Lamps"), [], "not a resolution as it was adopted"),
        (("", ""), ["--session", "75"], "a later one"),
        (("", ""), ["--session", "121"], "at most 120"),
        (("", ""), ["--tracked"], "Say where"),
    ],
)
def test_what_cannot_be_brought_forward_is_said(
    adopted: Path, change: tuple[str, str], options: list[str], sentence: str
) -> None:
    adopted.write_text(ADOPTED.replace(*change) if change[0] else ADOPTED, encoding="utf-8")
    done = drafting("forward", adopted, *options)
    assert done.returncode != 0
    assert sentence in done.stderr
