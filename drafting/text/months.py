"""Days and months as English texts write them; not as `calendar` does, which speaks the server's language."""

from __future__ import annotations

from datetime import date

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
MONTH = f"(?:{'|'.join(MONTHS)})"
"""A pattern of any of them."""


def written(day: date) -> str:
    """Gives a day as resolutions write it: "7 December 2020"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def day_of(day: str, month: str, year: str) -> date | None:
    """Gives the day that is written so, or None where the calendar has none such."""
    try:
        return date(int(year), MONTHS.index(month) + 1, int(day))
    except ValueError:
        return None
