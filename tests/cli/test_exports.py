"""`drafting export`: a draft to a file, as somebody on it sees it, with what is asked for."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drafting.cli import group
from drafting.errors import Malformed
from tests.make import table
from tests.negotiating import Negotiation


@pytest.fixture
def room(sqlite_store) -> Negotiation:
    made = Negotiation(table(sqlite_store))
    made.amend("chile", "OP1", "all", "some")
    made.amend("mexico", "OP2", "keepers", "zanzibari", "presidency")
    return made


def run(room: Negotiation, out: Path, *options: str) -> Result:
    url = str(room.table.store.engine.url)
    arguments = ["export", str(room.table.draft_id), "-o", str(out), "--database", url, *options]
    return CliRunner().invoke(group, arguments)


def body(out: Path) -> str:
    return zipfile.ZipFile(io.BytesIO(out.read_bytes())).read("word/document.xml").decode()


def test_proposals_and_comments_go_into_a_word_file(room: Negotiation, tmp_path: Path) -> None:
    out = tmp_path / "out.docx"
    done = run(room, out, "--proposals", "all", "--comments", "--line-numbers")
    assert (done.exit_code, done.output) == (0, "")
    assert 'w:author="Chile"' in body(out)
    assert "zanzibari" not in body(out)
    assert "lnNumType" in body(out)


def test_as_somebody_is_what_they_see(room: Negotiation, tmp_path: Path) -> None:
    out = tmp_path / "out.docx"
    for name, scope, sees in (
        ("Penholder", "all", True),
        ("Penholder", "everyone", False),
        ("Mexico", "mine", True),
        ("Chile", "all", False),
    ):
        assert run(room, out, "--proposals", scope, "--as", name).exit_code == 0
        assert ("zanzibari" in body(out)) is sees


def test_what_does_not_go_together_is_said(room: Negotiation, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    done = run(room, out, "--comments")
    assert isinstance(done.exception, Malformed)
    assert "Word files" in str(done.exception.detail)
    assert not out.exists()
