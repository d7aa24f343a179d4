"""Sessions of the General Assembly in words and figures: "seventy-sixth" is 76, and begins in 2021.

The regular sessions are counted from 1946. An ordinal beyond the hundredth is written as the United
Nations writes it, "one hundred and first"; the shorter "hundred-and-first" is read as well.
"""

from __future__ import annotations

import re
from itertools import product

LAST = 120
"""The last session that is known in words; it begins in 2065."""

FIRST_YEAR = 1945
"""The year before the first regular session: session 76 begins in 1945 + 76."""

_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth"),
    *("fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _below_hundred() -> list[str]:
    words = [*_UNITS, *_TEENS]
    for ten, unit in product(_TENS, ["", *_UNITS]):
        words.append(f"{ten}-{unit}" if unit else f"{ten[:-1]}ieth")
    return words


_ORDINALS = [
    *_below_hundred(),
    "one hundredth",
    *(f"one hundred and {words}" for words in _below_hundred()[: LAST - 100]),
]
_NUMBERS = {words: number for number, words in enumerate(_ORDINALS, 1)}

ORDINAL = (
    r"(?:(?:(?:one[ -])?hundred[ -]and[ -]|one hundred )?(?:"
    rf"(?:{'|'.join(_TENS)})-(?:{'|'.join(_UNITS)})"
    rf"|{'|'.join(sorted([*_UNITS, *_TEENS, *(f'{ten[:-1]}ieth' for ten in _TENS)], key=len, reverse=True))})"
    r"|(?:one )?hundredth)"
)
"""A pattern that finds an ordinal in words, small letters, up to a hundred and ninety-ninth."""

_ADOPTED = re.compile(r"\s*(?:A/RES/)?(\d{1,3})/\d{1,4}(?: ?[A-Z])?\s*")


def ordinal(number: int) -> str:
    """Gives a session's number in words: "seventy-sixth". ValueError beyond LAST, and below 1."""
    if not 1 <= number <= LAST:
        raise ValueError(number)
    return _ORDINALS[number - 1]


def number(words: str) -> int | None:
    """Reads an ordinal in words, whatever its capitals and hyphens; None for what is none."""
    plain = " ".join(words.lower().replace("\u2011", "-").split())
    if found := re.fullmatch(r"(?:one[ -])?hundred[ -]and[ -](.+)", plain):
        plain = f"one hundred and {found.group(1)}"
    elif plain == "hundredth":
        plain = "one hundredth"
    return _NUMBERS.get(plain)


def session_of(words: str) -> int | None:
    """Reads the session of a masthead: "Seventy-fifth session", "75th session", "75"."""
    found = re.fullmatch(
        rf"\s*(?:({ORDINAL})|(\d{{1,3}})(?:st|nd|rd|th)?)(?:\s+session)?\s*", words, re.IGNORECASE
    )
    if found is None:
        return None
    if found.group(1):
        return number(found.group(1))
    value = int(found.group(2))
    return value if 1 <= value <= LAST else None


def session_words(session: int) -> str:
    """Gives a session as a masthead prints it: "Seventy-sixth session"."""
    return f"{ordinal(session).capitalize()} session"


def session_of_number(resolution: str) -> int | None:
    """Reads the session of a resolution's number or symbol: "75/62", "A/RES/75/62"."""
    found = _ADOPTED.fullmatch(resolution)
    return int(found.group(1)) if found else None


def year_of(session: int) -> int:
    """Gives the year in which a session begins, in September."""
    return FIRST_YEAR + session
