"""Workbooks written from plain rows.

A person's text is always text: no formula, link or number is made of it. The file's properties hold a
fixed title and a fixed date, and nothing of who wrote it, where or when.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from drafting.errors import Malformed

if TYPE_CHECKING:
    import xlsxwriter

CELL_CHARS: Final = 32_767
"""The most that a cell holds, in UTF-16 units (Excel's own limit)."""
MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384

_CUT = " […cut here: a cell holds 32,767 characters]"
_NAME_CHARS = 31
_TITLE = "Drafting table"
_WRITTEN = datetime(2000, 1, 1)  # noqa: DTZ001 - the fixed date that every file carries
_EARLIEST = date(1900, 3, 1)
_EXACT = 999_999_999_999_999
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and its width in characters."""

    title: str
    width: float = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its columns, its rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def write(sheets: Iterable[Sheet], *, title: str = _TITLE) -> bytes:
    """Writes a workbook: each sheet with its titles kept in sight and a filter on every column.

    A moment is written in UTC. Control characters are left out; a text too long for a cell is cut, and
    says so; a day before March 1900 and a number of more than 15 digits are written as text.

    Refuses: Malformed for more rows or columns than a sheet holds, and for a row longer than its titles.
    """
    import xlsxwriter  # noqa: PLC0415 - large, and seldom needed

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": title, "created": _WRITTEN})
    formats = _Formats(book)
    names: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_name(sheet.name, names))
        _fill(page, sheet, formats)
    book.close()
    return out.getvalue()


def fit(words: str) -> str:
    """Gives a text as a cell may hold it: without control characters, and no longer than a cell holds."""
    clean = _UNFIT.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    if len(clean) * 2 <= CELL_CHARS:
        return clean
    units = clean.encode("utf-16-le")
    if len(units) // 2 <= CELL_CHARS:
        return clean
    kept = units[: (CELL_CHARS - len(_CUT)) * 2]
    return kept.decode("utf-16-le", errors="ignore") + _CUT


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        top = {"valign": "top"}
        self.title = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, **top})
        self.text = book.add_format({"text_wrap": True, **top})
        self.number = book.add_format(top)
        self.day = book.add_format({"num_format": "yyyy-mm-dd", **top})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", **top})


def _fill(page: xlsxwriter.Worksheet, sheet: Sheet, formats: _Formats) -> None:
    if len(sheet.columns) > MAX_COLUMNS:
        raise Malformed(detail="This table has more columns than a sheet holds.")
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, fit(column.title), formats.title)
    last = 0
    for last, row in enumerate(sheet.rows, 1):
        if last >= MAX_ROWS:
            raise Malformed(detail="This table has more rows than a sheet holds.")
        if len(row) > len(sheet.columns):
            raise Malformed(detail=f"Row {last} of this table is longer than its titles.")
        for place, value in enumerate(row):
            _write(page, (last, place), value, formats)
    if sheet.columns:
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, last, len(sheet.columns) - 1)
        page.repeat_rows(0)
        page.set_landscape()
        page.fit_to_pages(1, 0)


def _write(page: xlsxwriter.Worksheet, at: tuple[int, int], value: Cell, formats: _Formats) -> None:
    match value:
        case None:
            return
        case str():
            page.write_string(*at, fit(value), formats.text)
        case date() if _day(value) < _EARLIEST:
            page.write_string(*at, value.isoformat(), formats.text)
        case datetime():
            moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            page.write_datetime(*at, moment, formats.moment)
        case date():
            page.write_datetime(*at, value, formats.day)
        case _ if not math.isfinite(value) or abs(value) > _EXACT:
            page.write_string(*at, str(value), formats.text)
        case _:
            page.write_number(*at, value, formats.number)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _name(name: str, taken: set[str]) -> str:
    """Gives a sheet's name in the characters and the length that are allowed, unlike the others'."""
    plain = _UNFIT.sub("", re.sub(r"[\[\]:*?/\\\s]+", " ", name)).strip(" '") or "Sheet"
    plain = plain[:_NAME_CHARS].strip(" '")
    if plain.casefold() == "history":
        plain = "History_"
    found, number = plain, 1
    while found.casefold() in taken:
        number += 1
        mark = f" {number}"
        found = plain[: _NAME_CHARS - len(mark)] + mark
    taken.add(found.casefold())
    return found
