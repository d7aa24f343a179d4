"""What stands around a text, as it is printed."""

from __future__ import annotations

import pytest

from drafting.text.resolution import Masthead, closing_lines, language_is_printed


@pytest.mark.parametrize(
    ("closing", "lines"),
    [
        ("37th plenary meeting 7 December 2020", ["37th plenary meeting", "7 December 2020"]),
        ("37e séance plénière 1er décembre 2020", ["37e séance plénière", "1er décembre 2020"]),
        ("6 December 2021", ["6 December 2021"]),
        ("37th plenary meeting", ["37th plenary meeting"]),
        ("37th plenary meeting  7 December 2020", ["37th plenary meeting  7 December 2020"]),
        ("", []),
    ],
)
def test_the_day_stands_under_the_meeting(closing: str, lines: list[str]) -> None:
    assert closing_lines(closing) == lines
    assert " ".join(lines) == closing


@pytest.mark.parametrize(
    ("masthead", "printed"),
    [
        (Masthead(symbol="A/C.1/81/L.9", distribution="Distr.: Limited"), True),
        (Masthead(distribution="Distr.: General"), True),
        (Masthead(symbol="A/RES/81/9", distribution="Distr.: General"), False),
        (Masthead(session="Eighty-first session"), False),
    ],
)
def test_the_original_language_is_told_of_what_was_issued_before_adoption(
    masthead: Masthead, *, printed: bool
) -> None:
    assert language_is_printed(masthead) is printed
