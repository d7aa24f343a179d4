"""The table of the ASVS: every number once, every test that is named, and every answer with its reason."""

from __future__ import annotations

import re

import pytest

from tests.tools import ROOT

LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223", "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22", "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
"""The levels of version 5.0.0: for each section a figure for each requirement, in their order."""

BESIDES = [
    "3.3.5",
    "3.4.7",
    "3.4.8",
    "3.5.6",
    "3.5.7",
    "6.3.7",
    "6.3.8",
    "6.5.6",
    "7.5.3",
    "8.3.2",
    "11.2.4",
    "13.4.6",
    "14.2.6",
    "14.2.7",
    "14.2.8",
    "15.4.1",
    "15.4.2",
    "15.4.3",
    "15.4.4",
    "16.5.4",
]
"""Of level 3 those that are answered too."""

ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([123]) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = ROW.findall(TEXT)


def every():
    for section, levels in LEVELS.items():
        for number, level in enumerate(levels, 1):
            yield f"{section}.{number}", level


def test_the_levels_are_those_of_the_standard():
    count = [sum(level == one for _, level in every()) for one in "123"]
    assert count == [70, 183, 92]


def test_every_number_stands_once_with_its_level():
    wanted = [(name, level) for name, level in every() if level in "12" or name in BESIDES]
    assert [(name, level) for name, level, *_ in ROWS] == wanted


def test_every_answer_is_one_of_four_and_has_its_reason():
    answers = {"met", "**not met**", "not applicable", "operator"}
    for name, _, _, answer, shown in ROWS:
        assert answer in answers, name
        assert len(shown) >= 8, name
        if answer == "met":
            assert re.search(r"`|\]\(|[A-Z]", shown), name


def test_the_counts_at_the_head_are_right():
    for label, levels in (("level 1", "1"), ("level 2", "2"), ("of level 3", "3")):
        counted = [
            sum(a == answer and level == levels for _, level, _, a, _ in ROWS)
            for answer in ("met", "operator", "not applicable", "**not met**")
        ]
        assert f"| {label} | {' | '.join(map(str, counted))} |" in TEXT, counted


NAMED = sorted(set(re.findall(r"([\w/]+)::(test_\w+)", TEXT)))


def test_many_tests_are_named():
    assert len(NAMED) > 100


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_every_test_that_is_named_exists(file):
    source = (ROOT / "tests" / f"{file}.py").read_text(encoding="utf-8")
    for name in (name for where, name in NAMED if where == file):
        assert re.search(rf"^def {name}\(", source, re.MULTILINE), name
