"""`drafting export` of a board: as the operator sees it, and as somebody on the draft does."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from drafting import cli
from drafting.errors import NotFound
from drafting.services import board
from drafting.store.work import Store
from tests.capitals import Capitals
from tests.make import table


def exported(store: Store, tmp_path: Path, *more: str, ending: str = "csv") -> bytes:
    made = Capitals(table(store))
    with store.work() as w:
        actor, chile = made.table.actor("penholder"), made.key("CHL")
        board.note_contact(w, actor, chile, on=None, who="Us", channel="", said="Likes it.")
    out = tmp_path / f"board.{ending}"
    url = store.engine.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(
        cli.group,
        ["export", str(made.table.draft_id), "-o", str(out), "--database", url, *more],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    return out.read_bytes()


@pytest.mark.parametrize(
    ("more", "said"),
    [([], ""), (["--as", "penholder@example.org"], "Likes it."), (["--as", "Secretariat"], "")],
)
def test_a_board_is_handed_out_as_its_reader_sees_it(sqlite_store, tmp_path, more, said):
    text = exported(sqlite_store, tmp_path, *more).decode("utf-8-sig")
    chile = next(row for row in csv.DictReader(io.StringIO(text)) if row["Code"] == "CHL")
    assert chile["What was said"] == said


def test_a_workbook(sqlite_store, tmp_path):
    assert exported(sqlite_store, tmp_path, ending="xlsx").startswith(b"PK")


def test_nobody_of_that_name_is_a_sentence(sqlite_store, tmp_path):
    with pytest.raises(NotFound, match="0 people on this draft called “Nobody”"):
        exported(sqlite_store, tmp_path, "--as", "Nobody")
