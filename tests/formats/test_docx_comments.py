"""Comments in Word files: on their words, in threads, resolved; and that nothing breaks for them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from drafting.errors import Malformed
from drafting.formats import docx_write
from drafting.formats.docx_template import W
from drafting.text.changes import part, plain, text_length, text_of
from drafting.text.remarks import Extras, Remark, Remarks
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution
from drafting.text.tracked import Credit, Mark, Piece, Redline, RedlineParagraph, State
from tests.checks import check_docx, check_many
from tests.formats.test_docx_write import compared
from tests.formats.word_texts import edits, resolutions

AT = datetime(2021, 9, 28, 15, 30, tzinfo=UTC)
NO_NOTE = "\ufffc"


def thread(
    paragraph: str, *said: str, start: int | None = None, end: int | None = None, **more: Any
) -> Remarks:
    """A thread whose remarks are by Mexico, Chile, Mexico …"""
    authors = ("Mexico", "Chile")
    remarks = [Remark(authors[n % 2], AT + timedelta(minutes=n), one) for n, one in enumerate(said)]
    return Remarks(paragraph, tuple(remarks), start, end, **more)


def clean(*threads: Remarks, text: str = "Urges all coastal States;") -> bytes:
    paragraphs = (
        Paragraph(Kind.FORMULA, text_of("The Assembly,"), key="f"),
        Paragraph(Kind.OPERATIVE, text_of(text), key="p"),
        Paragraph(Kind.OPERATIVE, text_of("Decides."), key="q"),
    )
    return docx_write.clean(Resolution(Masthead(), paragraphs), extras=Extras(threads=threads))


def comments(data: bytes, tmp_path: Path) -> list[dict[str, Any]]:
    report = check_docx(data, tmp_path)
    assert report["fails"] == []
    assert report["warns"] == []
    return list(report["comments"])


def test_a_thread_stands_on_its_words_with_its_replies(tmp_path: Path) -> None:
    made = clean(thread("p", "Which?", "All.", "Good.", start=10, end=24, resolved=True))
    found = comments(made, tmp_path)
    assert [(c["author"], c["anchor"], c["text"], c["reply_to"], c["resolved"]) for c in found] == [
        ("Mexico", "coastal States", "Which?", None, True),
        ("Chile", "coastal States", "All.", "0", True),
        ("Mexico", "coastal States", "Good.", "0", True),
    ]
    assert [c["date"] for c in found] == [f"2021-09-28T15:{m}:00Z" for m in (30, 31, 32)]


def test_one_on_no_words_stands_on_the_whole_paragraph(tmp_path: Path) -> None:
    places = ((None, None), (3, 3), (5, 99), (-1, 4))
    for start, end in places:
        (found,) = comments(clean(thread("p", "Why?", start=start, end=end)), tmp_path)
        assert found["anchor"] == "Urges all coastal States;"


def test_threads_may_overlap(tmp_path: Path) -> None:
    made = clean(
        thread("p", "one", start=0, end=9),
        thread("p", "two", start=6, end=17),
        thread("p", "three", start=6, end=9),
        thread("p", "four"),
    )
    found = {c["text"]: c["anchor"] for c in comments(made, tmp_path)}
    assert found == {
        "one": "Urges all",
        "two": "all coastal",
        "three": "all",
        "four": "Urges all coastal States;",
    }


def test_characters_beyond_sixteen_bits_are_counted_as_the_page_counts_them(tmp_path: Path) -> None:
    (found,) = comments(clean(thread("p", "x", start=3, end=8), text="🕊 doves fly;"), tmp_path)
    assert found["anchor"] == "doves"


def test_several_lines_and_any_words_are_kept(tmp_path: Path) -> None:
    said = 'First <one> & "two"\n\nلأن الموج عالٍ'
    (found,) = comments(clean(thread("p", said)), tmp_path)
    assert found["text"] == 'First <one> & "two" لأن الموج عالٍ'


def test_times_of_other_zones_are_stored_in_utc(tmp_path: Path) -> None:
    at = datetime(2021, 9, 28, 11, 30, tzinfo=timezone(timedelta(hours=-4)))
    (found,) = comments(clean(Remarks("p", (Remark("Chile", at, "x"),))), tmp_path)
    assert found["date"] == "2021-09-28T15:30:00Z"


def test_no_thread_makes_no_part() -> None:
    for made in (clean(), clean(thread("of another paragraph", "Psst."))):
        names = " ".join(zipfile.ZipFile(io.BytesIO(made)).namelist())
        assert not re.search("comment|people", names)
        assert b"Psst" not in b"".join(
            zipfile.ZipFile(io.BytesIO(made)).read(name) for name in names.split()
        )


def test_the_words_of_a_redline_are_found_on_the_side_they_are_of(tmp_path: Path) -> None:
    mexico = Credit("Mexico", AT)
    pieces = (
        Piece(Mark.KEEP, "Urges "),
        Piece(Mark.DELETE, "some old ", credit=mexico),
        Piece(Mark.INSERT, "all new ", credit=mexico),
        Piece(Mark.KEEP, "States;"),
    )
    row = RedlineParagraph(
        State.CHANGED,
        Paragraph(Kind.OPERATIVE, text_of("Urges some old States;"), key="p"),
        Paragraph(Kind.OPERATIVE, text_of("Urges all new States;"), key="p"),
        pieces,
    )
    opening = Paragraph(Kind.FORMULA, text_of("The Assembly,"), key="f")
    first = RedlineParagraph(State.SAME, opening, opening, (Piece(Mark.KEEP, "The Assembly,"),))
    made = docx_write.tracked(
        Redline((first, row)),
        Masthead(),
        default_author="Presidency",
        default_at=AT,
        extras=Extras(
            threads=(
                thread("p", "of the new", start=10, end=13),
                thread("p", "of the old", start=11, end=14, of_old=True),
            )
        ),
    )
    found = {c["text"]: c["anchor"] for c in comments(made, tmp_path)}
    assert found == {"of the new": "new", "of the old": "old"}


def redlined(data: st.DataObject) -> tuple[bytes, list[Paragraph], list[Paragraph], list[str]]:
    """Draws a redline with comments on words of its new text: the file, both texts, the anchors."""
    old = data.draw(resolutions())
    new = data.draw(edits(old.paragraphs))
    threads, anchors = [], []
    for key in dict.fromkeys(p.key for p in new if p.key):
        paragraph = next(p for p in new if p.key == key)
        units = text_length(paragraph.text)
        start = data.draw(st.integers(0, units - 1))
        end = data.draw(st.integers(start + 1, units))
        try:
            said = part(paragraph.text, start, end)
        except Malformed:  # inside a character: such an anchor there is none of
            continue
        threads.append(thread(key, key, "And?", start=start, end=end))
        anchors.append(plain(said).replace(NO_NOTE, ""))
    redline = compared(old.paragraphs, new)
    made = docx_write.tracked(
        redline,
        old.masthead,
        default_author="Presidency",
        default_at=AT,
        extras=Extras(threads=tuple(threads)),
    )
    return made, list(old.paragraphs), list(new), anchors


def inserted(data: bytes, number: str) -> str:
    """Gives the words that a comment stands on, those taken away left out."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
    on, out = False, []
    for element in root.iter():
        if element.tag == f"{{{W}}}commentRangeStart" and element.get(f"{{{W}}}id") == number:
            on = True
        elif element.tag == f"{{{W}}}commentRangeEnd" and element.get(f"{{{W}}}id") == number:
            break
        elif on and element.tag == f"{{{W}}}t":
            out.append(element.text or "")
    return "".join(out)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_any_redline_keeps_its_laws_with_comments(tmp_path: Path, data: st.DataObject) -> None:
    made, old, new, anchors = redlined(data)
    report = check_docx(made, tmp_path, old=old, new=new)
    assert report["fails"] == []
    assert report["warns"] == []
    begun = [c for c in report["comments"] if c["reply_to"] is None]
    assert len(begun) == len(anchors)
    assert sorted(inserted(made, c["id"]) for c in begun) == sorted(anchors)


def test_libreoffice_accepts_and_rejects_redlines_with_comments(tmp_path: Path) -> None:
    drawn = []

    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        drawn.append(redlined(data)[:3])

    draw()
    for report in check_many(drawn, tmp_path):
        assert report["fails"] == []
        assert not [one for one in report["warns"] if "LibreOffice sees" in one]
