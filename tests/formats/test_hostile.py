"""Hostile files by every way in: a sentence, bounded time and memory, nothing stored, nothing fetched."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from drafting import apart
from drafting.cli import group
from drafting.errors import Unreadable
from drafting.formats import docx_marks, read_file
from drafting.store.tables import Base
from tests.formats import hostile
from tests.security.world import Beginning, World, begin

NAMES = [
    "a bomb", "many bombs", "a billion laughs", "an entity elsewhere", "macros", "encrypted",
    "a PDF called .docx", "RTF called .docx", "a picture called .docx", "a hundred megabytes",
    "content controls 10,000 deep",
]  # fmt: skip
"""As `hostile.refused` has them; a test sees to it."""


@pytest.fixture(scope="module")
def files() -> dict[str, tuple[bytes, str]]:
    return hostile.refused()


def test_every_kind_is_tried(files: dict[str, Any]) -> None:
    assert list(files) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_marks_and_import_refuse_in_a_sentence(files: dict[str, Any], name: str) -> None:
    data, words = files[name]
    with pytest.raises(Unreadable, match=words) as told:
        docx_marks.read(data)
    assert "nothing was stored" in told.value.detail
    with pytest.raises(Unreadable, match=r"[Nn]othing was stored"):
        read_file("file.docx", data)


@pytest.mark.parametrize("name", ["a bomb", "encrypted", "content controls 10,000 deep"])
@pytest.mark.parametrize("command", [["marks"], ["convert"]])
def test_the_commands_say_it_and_leave_no_file(
    files: dict[str, Any], name: str, command: list[str], tmp_path: Path
) -> None:
    file, out = tmp_path / "file.docx", tmp_path / "out.txt"
    file.write_bytes(files[name][0])
    more = [str(out)] if command == ["convert"] else ["--json"]
    answer = CliRunner().invoke(group, [*command, str(file), *more])
    assert isinstance(answer.exception, Unreadable)
    assert answer.output == ""
    assert not out.exists()


@pytest.mark.parametrize("name", hostile.read())
def test_what_goes_round_or_points_elsewhere_is_read_and_nothing_is_fetched(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise AssertionError("something was asked of another host")

    for way in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, way, refuse)
    data = hostile.read()[name]
    assert docx_marks.read(data).accepted_lines
    assert read_file("file.docx", data).paragraphs


def test_a_file_cut_off_anywhere_is_refused() -> None:
    for data in hostile.torn():
        with pytest.raises(Unreadable):
            docx_marks.read(data)


# Through the house, in a process apart ----------------------------------------------------------


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beginning]:
    apart.start()
    yield begin(tmp_path_factory.mktemp("hostile"))
    apart.stop()


@pytest.fixture
def world(beginning: Beginning, tmp_path: Path) -> Iterator[World]:
    with World(beginning, tmp_path) as made:
        yield made


def send(world: World, data: bytes) -> Any:
    path = f"/api/drafts/{world.begun.draft_id}/returned/look"
    head = 'Content-Disposition: form-data; name="file"; filename="file.docx"'
    body = b"--x\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n--x--\r\n"
    return world.call("mexico", "POST", path, data=body, content_type=FORM)


FORM = "multipart/form-data; boundary=x"


def kept(world: World) -> int:
    with world.store.reading() as w:
        return sum(
            len(w.session.execute(table.select()).all()) for table in Base.metadata.sorted_tables
        )


@pytest.mark.parametrize("name", NAMES)
def test_the_house_says_it_and_keeps_nothing(
    files: dict[str, Any], world: World, name: str
) -> None:
    data, words = files[name]
    before = kept(world)
    answer = send(world, data)
    if name == "a hundred megabytes":
        assert (answer.status_code, words) == (413, "large")
    else:
        assert answer.status_code == 422
    assert words in answer.json["detail"]
    assert "nothing was stored" in answer.json["detail"]
    assert kept(world) == before


def test_fifty_thousand_revisions_are_a_sentence(world: World) -> None:
    answer = send(world, hostile.many_revisions(50_000))
    assert answer.status_code == 422
    assert "more than 20,000 tracked changes" in answer.json["detail"]


def test_what_takes_too_long_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drafting.api.returned.SECONDS", 0.3)
    answer = send(world, hostile.many_revisions(19_000))
    assert answer.status_code == 422
    assert "longer than 0.3 seconds" in answer.json["detail"]
    # The next file is read by another worker.
    monkeypatch.undo()
    assert send(world, hostile.GOOD).status_code == 200
