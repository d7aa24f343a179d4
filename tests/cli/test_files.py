"""The commands from file to file, as whole processes."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from drafting.formats import docx_read, docx_write, plain
from drafting.text.resolution import Resolution
from tests.checks import check_docx, check_pdf
from tests.formats.word_texts import LIGHTHOUSES

OLD = """# 75/998. Lamps

_The General Assembly_,

[PP1] _Recalling_ its resolution 74/998,

[PP2] _Noting_ the oil,

1. _Urges_ all to wake;

2. _Decides_ to return.
"""
NEW = (
    OLD.replace("74/998", "75/998").replace("75/998. L", "76/998. L").replace("the oil", "the wax")
)


def drafting(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("drafting")), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "old.txt"
    file.write_text(OLD, encoding="utf-8")
    return file


@pytest.fixture
def new(tmp_path: Path) -> Path:
    file = tmp_path / "new.txt"
    file.write_text(NEW, encoding="utf-8")
    return file


def read(file: Path) -> Resolution:
    return plain.read(file.read_text(encoding="utf-8"))


def test_a_text_becomes_a_word_file_and_a_text_again(old: Path, tmp_path: Path) -> None:
    there, back = tmp_path / "a.docx", tmp_path / "b.txt"
    assert drafting("convert", old, there).returncode == 0
    assert drafting("convert", there, back).returncode == 0
    assert read(back) == read(old)


@pytest.mark.parametrize("ending", ["html", "json"])
def test_a_text_becomes_other_forms(old: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"a.{ending}"
    assert drafting("convert", old, out).returncode == 0
    written = out.read_text(encoding="utf-8")
    assert "Recalling" in (json.dumps(json.loads(written)) if ending == "json" else written)


def test_a_text_becomes_xml_json_and_plain_text_again(old: Path, tmp_path: Path) -> None:
    way = [old, *(tmp_path / f"a.{ending}" for ending in ("xml", "json", "txt"))]
    for there, back in itertools.pairwise(way):
        assert drafting("convert", there, back).returncode == 0
    assert way[-1].read_text(encoding="utf-8") == plain.write(read(old))


@pytest.mark.parametrize("command", ["convert", "redline"])
def test_a_pdf_is_made(command: str, old: Path, new: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    arguments = [old, out] if command == "convert" else [old, new, "-o", out]
    assert drafting(command, *arguments).returncode == 0
    assert check_pdf(out.read_bytes(), tmp_path)["fails"] == []


def test_a_redline_leads_from_one_text_to_the_other(old: Path, new: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.docx"
    done = drafting("redline", old, new, "-o", out, "--author", "Kenya", "--at", "2021-09-28")
    assert (done.returncode, done.stderr) == (0, "")
    data = out.read_bytes()
    report = check_docx(
        data,
        tmp_path,
        old=read(old).paragraphs,
        new=read(new).paragraphs,
        options=["--authors", "Kenya"],
    )
    assert report["fails"] == []
    assert report["warns"] == []
    assert report["dates"] == ["2021-09-28T00:00:00Z"]
    assert docx_read.read(data).masthead.number == "76/998"


def test_a_redline_of_adopted_resolutions_is_what_the_documentation_says(
    resolutions: Path, tmp_path: Path
) -> None:
    was, now = resolutions / "A_RES_75_62.xml", resolutions / "A_RES_76_47.xml"
    out = tmp_path / "r.docx"
    assert drafting("redline", was, now, "-o", out).returncode == 0
    report = check_docx(
        out.read_bytes(),
        tmp_path,
        old=read(was.with_suffix(".txt")).paragraphs,
        new=read(now.with_suffix(".txt")).paragraphs,
        options=["--authors", "Comparison"],
    )
    assert report["fails"] == []


def test_a_redline_as_a_page_marks_both_sides(old: Path, new: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    assert drafting("redline", old, new, "-o", out).returncode == 0
    written = out.read_text(encoding="utf-8")
    assert "<ins" in written
    assert "<del" in written


def test_a_redline_of_equal_texts_has_no_marks(old: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.docx"
    assert drafting("redline", old, old, "-o", out).returncode == 0
    assert check_docx(out.read_bytes(), tmp_path)["revisions"] == {}


def test_the_same_files_and_time_give_the_same_bytes(old: Path, new: Path, tmp_path: Path) -> None:
    made = []
    for name in ("a.docx", "b.docx"):
        drafting("redline", old, new, "-o", tmp_path / name, "--at", "2021-09-28T12:00:00")
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_what_could_not_be_taken_as_it_stood_is_told(tmp_path: Path) -> None:
    source = tmp_path / "in.txt"
    source.write_text(OLD.replace("[PP2] ", ""), encoding="utf-8")
    done = drafting("convert", source, tmp_path / "out.docx")
    assert done.returncode == 0
    assert "in.txt: PP2: " in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.docx", b"no zip", "not"),
        ("a.docx", b"PK\x03\x04 cut off", "damaged"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"\xff\xfe\xff", "UTF-8"),
    ],
)
def test_an_unreadable_file_is_one_sentence_and_code_1(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    done = drafting("convert", source, tmp_path / "out.txt")
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out.txt").exists()


def test_another_ending_is_refused(old: Path, tmp_path: Path) -> None:
    done = drafting("convert", old, tmp_path / "out.odt")
    assert done.returncode == 1
    assert ".docx" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert"],
        ["convert", "nowhere.txt", "out.docx"],
        ["redline", "OLD", "OLD"],
        ["redline", "OLD", "nowhere.txt", "-o", "out.docx"],
        ["redline", "OLD", "OLD", "-o", "out.rtf"],
        ["redline", "OLD", "OLD", "-o", "out.docx", "--at", "yesterday"],
    ],
)
def test_wrong_usage_is_code_2(arguments: list[str], old: Path, tmp_path: Path) -> None:
    known = {"OLD": old, "out.docx": tmp_path / "out.docx", "out.rtf": tmp_path / "out.rtf"}
    done = drafting(*(known.get(one, one) for one in arguments))
    assert done.returncode == 2
    assert "Usage" in done.stderr


def test_a_folder_that_is_not_there_is_one_sentence(old: Path, tmp_path: Path) -> None:
    done = drafting("convert", old, tmp_path / "nowhere" / "out.docx")
    assert done.returncode == 1
    assert "No such file" in done.stderr


def test_files_are_converted_without_web_store_or_gevent(old: Path, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from drafting.cli.files import convert, redline\n"
        f"redline.main([{str(old)!r}, {str(old)!r}, '-o', {str(tmp_path / 'r.docx')!r}],"
        " standalone_mode=False)\n"
        "heavy = {'flask', 'gevent', 'sqlalchemy', 'socketio', 'docx', 'pydantic', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_our_word_file_comes_back_as_the_text_it_was(tmp_path: Path) -> None:
    source, out = tmp_path / "a.docx", tmp_path / "b.docx"
    source.write_bytes(docx_write.clean(LIGHTHOUSES))
    assert drafting("convert", source, out).returncode == 0
    assert out.read_bytes() == source.read_bytes()
