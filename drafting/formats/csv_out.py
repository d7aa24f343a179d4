"""Tables written as CSV for spreadsheets, in which a person's text stays text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final

BOM: Final = b"\xef\xbb\xbf"
"""By it spreadsheets know the file for UTF-8."""

_ACTIVE = frozenset("=+-@\t\r\n")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Cell = str | int | float | date | datetime | None


def write(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Writes a table, its titles first; lines end as in RFC 4180, a moment is written in UTC.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(title) for title in titles])
    writer.writerows([_written(value) for value in row] for row in rows)
    return BOM + out.getvalue().encode()


def safe(words: str) -> str:
    """Gives a text that no spreadsheet takes for a formula, without control characters."""
    clean = _UNFIT.sub("", words)
    active = clean[:1] in _ACTIVE or clean.lstrip()[:1] in _ACTIVE
    return f"'{clean}" if clean and active else clean


def _written(value: Cell) -> str | int | float:
    match value:
        case None:
            return ""
        case str():
            return safe(value)
        case datetime():
            moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            return moment.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case _:
            return value
