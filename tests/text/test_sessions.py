"""Sessions of the General Assembly in words and figures."""

from __future__ import annotations

import re

import pytest

from drafting.text.sessions import (
    LAST,
    ORDINAL,
    number,
    ordinal,
    session_of,
    session_of_number,
    session_words,
    year_of,
)

IN_WORDS = [
    (1, "first"),
    (12, "twelfth"),
    (20, "twentieth"),
    (21, "twenty-first"),
    (40, "fortieth"),
    (74, "seventy-fourth"),
    (76, "seventy-sixth"),
    (80, "eightieth"),
    (99, "ninety-ninth"),
    (100, "one hundredth"),
    (101, "one hundred and first"),
    (112, "one hundred and twelfth"),
    (120, "one hundred and twentieth"),
]


@pytest.mark.parametrize(("session", "words"), IN_WORDS)
def test_a_session_is_written_in_words(session: int, words: str) -> None:
    assert ordinal(session) == words


def test_every_session_is_read_as_it_is_written() -> None:
    for session in range(1, LAST + 1):
        words = ordinal(session)
        assert number(words) == number(words.upper()) == session
        assert number(words.replace("-", "\u2011")) == session
        assert session_of(session_words(session)) == session
        assert re.fullmatch(ORDINAL, words), words


READ = [
    ("Seventy-fifth session", 75),
    ("seventy-fifth", 75),
    ("75th session", 75),
    ("81st session", 81),
    ("75", 75),
    ("hundred-and-twentieth session", 120),
    ("hundredth session", 100),
    ("121st session", None),
    ("0", None),
    ("", None),
    ("Seventy-fifth year", None),
    ("seventyfifth session", None),
]


@pytest.mark.parametrize(("words", "session"), READ)
def test_a_mastheads_session_is_read(words: str, session: int | None) -> None:
    assert session_of(words) == session


@pytest.mark.parametrize("session", [0, -1, LAST + 1])
def test_there_are_no_words_for_other_sessions(session: int) -> None:
    with pytest.raises(ValueError, match=str(session)):
        ordinal(session)


NUMBERS = [
    ("75/62", 75),
    ("A/RES/77/335", 77),
    ("66/240 A", 66),
    ("A/C.1/76/L.41", None),
    ("", None),
]


@pytest.mark.parametrize(("words", "session"), NUMBERS)
def test_a_resolutions_number_names_its_session(words: str, session: int | None) -> None:
    assert session_of_number(words) == session


def test_a_session_begins_in_its_year() -> None:
    assert [year_of(session) for session in (1, 75, 80)] == [1946, 2020, 2025]
