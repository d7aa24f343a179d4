"""Workbooks and CSV: what is in the file, opened and looked at; a person's text is always text."""

from __future__ import annotations

import csv
import io
import socket
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from drafting.errors import Malformed
from drafting.formats import csv_out, xlsx
from drafting.formats.xlsx import CELL_CHARS, Cell, Column, Sheet

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = (Column("State", 30), Column("Note"))

DANGEROUS = [
    "=1+1", '=HYPERLINK("http://example.org","x")', "+41 22 917", "-1", "@SUM(A1)", "{=1+1}",
    "http://example.org", "https://example.org/?a=b", "mailto:a@example.org", "internal:Sheet1!A1",
    "external:c:\\x.xlsx", "\\\\host\\share", "123", "1e5", "0001", "TRUE", "#REF!", "",
    "_x000D_", "_x0041_", "a\x00b\x07c", "a\r\nb", "<f>1</f>", "]]>", "&amp;", "Côte d’Ivoire", "العربية", "🏳️",
    "\tx", "\ud800",
]  # fmt: skip


def opened(data: bytes) -> dict[str, etree._Element]:
    """Every part of the file as XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: etree.fromstring(file.read(name)) for name in file.namelist()}


def cells(data: bytes, sheet: int = 1) -> list[list[str | float | None]]:
    """The cells of a sheet as a reader of the file sees them."""
    parts = opened(data)
    strings = [
        "".join(one.itertext(f"{MAIN}t"))
        for one in parts.get("xl/sharedStrings.xml", etree.Element("none"))
    ]
    rows = []
    for row in parts[f"xl/worksheets/sheet{sheet}.xml"].iter(f"{MAIN}row"):
        found = []
        for cell in row:
            value = cell.findtext(f"{MAIN}v")
            kind = cell.get("t")
            assert kind in {"s", None}
            found.append(strings[int(value)] if kind == "s" else value and float(value))
        rows.append(found)
    return rows


def unescaped(words: str) -> str:
    """What Excel shows: it reads _x005F_ as an underline."""
    return words.replace("_x005F_", "_")


def test_a_persons_text_is_never_a_formula_a_link_or_a_number() -> None:
    data = xlsx.write([Sheet("Board", COLUMNS, [(one, one) for one in DANGEROUS])])
    for name, part in opened(data).items():
        tags = {etree.QName(one).localname for one in part.iter() if isinstance(one.tag, str)}
        assert not tags & {"f", "hyperlink", "hyperlinks", "externalReference"}, name
        targets = [one.get("Target", "") for one in part.iter() if one.get("Target")]
        assert not any("example.org" in one or "host" in one for one in targets), name
    shown = [[unescaped(one) if one else "" for one in row] for row in cells(data)[1:]]
    assert shown == [[xlsx.fit(one)] * 2 for one in DANGEROUS]


FITTED = [
    ("a\x00b\x07c", "abc"),
    ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
    ("x\ud800y\ufffe", "xy"),
    ("a" * CELL_CHARS, "a" * CELL_CHARS),
    ("é🏳", "é🏳"),
]


@pytest.mark.parametrize(("words", "fitted"), FITTED)
def test_a_text_is_made_to_fit_a_cell(words: str, fitted: str) -> None:
    assert xlsx.fit(words) == fitted


@pytest.mark.parametrize("letter", ["a", "🏳"])
def test_a_text_too_long_for_a_cell_says_that_it_is_cut(letter: str) -> None:
    long = letter * (CELL_CHARS + 1)
    fitted = xlsx.fit(long)
    assert fitted.endswith("[…cut here: a cell holds 32,767 characters]")
    assert CELL_CHARS - 1 <= len(fitted.encode("utf-16-le")) // 2 <= CELL_CHARS
    assert cells(xlsx.write([Sheet("x", COLUMNS, [(long,)])]))[1][0] == fitted


def test_numbers_days_and_moments_are_what_they_are() -> None:
    rows: list[list[Cell]] = [
        [3, 2.5, date(2021, 12, 6), datetime(2021, 12, 6, 12, tzinfo=UTC)],
        [None, -1, date(1899, 1, 1), datetime(2021, 12, 6, 13, tzinfo=timezone(timedelta(hours=1)))],
        [10**18, float("nan"), None, datetime(2021, 12, 6, 12)],  # noqa: DTZ001
    ]  # fmt: skip
    columns = [Column(name) for name in "abcd"]
    found = cells(xlsx.write([Sheet("x", columns, rows)]))
    day = (date(2021, 12, 6) - date(1899, 12, 30)).days
    assert found[1] == [3, 2.5, day, day + 0.5]
    assert found[2] == [-1, "1899-01-01", day + 0.5]
    assert found[3] == [str(10**18), "nan", day + 0.5]


def test_the_titles_stay_in_sight_and_every_column_has_a_filter() -> None:
    data = xlsx.write(
        [Sheet("Board", COLUMNS, [("a", "b"), ("c", "d")]), Sheet("Empty", COLUMNS, [])]
    )
    parts = opened(data)
    for sheet, span in ((1, "A1:B3"), (2, "A1:B1")):
        page = parts[f"xl/worksheets/sheet{sheet}.xml"]
        pane = page.find(f".//{MAIN}pane")
        assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
        assert page.find(f"{MAIN}autoFilter").get("ref") == span
        assert [float(one.get("width")) for one in page.iter(f"{MAIN}col")] == pytest.approx(
            [30.7, 16.7], abs=0.1
        )
    assert cells(data)[0] == ["State", "Note"]


def test_the_file_tells_nothing_of_who_wrote_it_where_or_when() -> None:
    data = xlsx.write([Sheet("Board", COLUMNS, [("a", "b")])])
    assert data == xlsx.write([Sheet("Board", COLUMNS, [("a", "b")])])
    parts = opened(data)
    core = {etree.QName(one).localname: one.text for one in parts["docProps/core.xml"]}
    assert core == {
        "title": "Drafting table",
        "creator": None,
        "lastModifiedBy": None,
        "created": "2000-01-01T00:00:00Z",
        "modified": "2000-01-01T00:00:00Z",
    }
    app = {etree.QName(one).localname: one.text for one in parts["docProps/app.xml"]}
    assert not app.get("Company")
    assert "Manager" not in app
    assert "docProps/custom.xml" not in parts
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {one.date_time[:3] for one in file.infolist()} == {(1980, 1, 1)}
        assert not any(socket.gethostname().encode() in file.read(one) for one in file.namelist())


NAMES = [
    (["Board"], ["Board"]),
    (["Board", "board", "BOARD"], ["Board", "board 2", "BOARD 3"]),
    (["A/C.1/76/L.41"], ["A C.1 76 L.41"]),
    (["'x'", "", "[]:*?/\\"], ["x", "Sheet", "Sheet 2"]),
    (["History"], ["History_"]),
    (["x" * 40, "x" * 41], ["x" * 31, "x" * 29 + " 2"]),
]


@pytest.mark.parametrize(("asked", "given_names"), NAMES)
def test_sheets_have_names_that_are_allowed(asked: list[str], given_names: list[str]) -> None:
    data = xlsx.write([Sheet(name, COLUMNS, []) for name in asked])
    book = opened(data)["xl/workbook.xml"]
    assert [one.get("name") for one in book.iter(f"{MAIN}sheet")] == given_names


def test_a_row_longer_than_its_titles_is_refused() -> None:
    with pytest.raises(Malformed, match="Row 2 of this table is longer"):
        xlsx.write([Sheet("x", COLUMNS, [("a", "b"), ("a", "b", "c")])])


TEXTS = st.text(st.sampled_from("=+-@ \t\r\n'\",;_x0123456789ABCDEFab\x00<>&") | st.characters())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_any_text_stands_in_its_cell(rows: list[tuple[str, str]]) -> None:
    found = cells(xlsx.write([Sheet("x", COLUMNS, rows)]))[1:]
    shown = [[unescaped(one) for one in row if one] for row in found]
    expected = [[fitted for one in row if (fitted := xlsx.fit(one))] for row in rows]
    assert [row for row in shown if row] == [row for row in expected if row]


ACTIVE = [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"),
    (" =1", "' =1"), ("\x00=1", "'=1"), ("'=1", "'=1"), ("a=1", "a=1"), ("", ""), ("Chile", "Chile"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "written"), ACTIVE)
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(words: str, written: str) -> None:
    assert csv_out.safe(words) == written


def test_a_table_is_written_for_spreadsheets() -> None:
    rows: list[list[Cell]] = [
        ["Côte d’Ivoire", -3, 2.5],
        ['a "b", c\nd', date(2021, 12, 6), datetime(2021, 12, 6, 13, tzinfo=timezone(timedelta(hours=1)))],
        [None, 0, "=1"],
    ]  # fmt: skip
    data = csv_out.write(["State", "=n", "x"], rows)
    assert data.startswith(b"\xef\xbb\xbfState,'=n,x\r\n")
    assert data.decode("utf-8-sig").split("\r\n")[1:] == [
        "Côte d’Ivoire,-3,2.5",
        '"a ""b"", c\nd",2021-12-06,2021-12-06 12:00',
        ",0,'=1",
        "",
    ]


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_no_cell_of_a_table_begins_a_formula(rows: list[tuple[str, str]]) -> None:
    data = csv_out.write(["a", "b"], rows).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(data, newline=""), strict=True))[1:]
    assert found == [[csv_out.safe(one) for one in row] for row in rows]
    assert not any(cell[:1] in set("=+-@\t\r") for row in found for cell in row if cell)
