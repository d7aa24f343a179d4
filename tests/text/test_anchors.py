"""Where a comment sits, and where it goes when the words move."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.text.anchors import Anchor, find, is_gone, moved, split_at
from drafting.text.changes import (
    EMPTY,
    Change,
    apply,
    compose,
    from_json,
    invert,
    note,
    part,
    plain,
    shifted,
    text_length,
    text_of,
)
from tests.text.random_changes import random_change, random_position, random_text

TEXT = text_of("the deep sea is calm")
DEEP = Anchor(4, 8)


def keep(units: int) -> dict[str, object]:
    return {"retain": units}


MOVES = [
    ([{"insert": "See "}], (8, 12)),
    ([keep(4), {"insert": "very "}], (9, 13)),
    ([keep(8), {"insert": "er"}], (4, 8)),
    ([keep(6), {"insert": "EE"}], (4, 10)),
    ([keep(12), {"insert": "!"}], (4, 8)),
    ([{"delete": 4}], (0, 4)),
    ([{"delete": 6}], (0, 2)),
    ([keep(6), {"delete": 4}], (4, 6)),
    ([keep(4), {"delete": 4}], (4, 4)),
    ([keep(2), {"delete": 8}], (2, 2)),
    ([keep(4), {"insert": "blue"}, {"delete": 4}], (8, 8)),
    ([{"insert": "x"}, {"delete": 20}], (1, 1)),
]


@pytest.mark.parametrize(("change", "place"), MOVES)
def test_an_anchor_moves_with_its_words(change: object, place: tuple[int, int]) -> None:
    assert moved(DEEP, from_json(change)) == Anchor(*place)


RETURNS = [
    [[keep(4), {"delete": 4}]],
    [[keep(4), {"delete": 5}]],
    [[keep(3), {"delete": 6}]],
    [[{"delete": 20}]],
    [[keep(4), {"insert": "blue"}, {"delete": 4}]],
    [[keep(4), {"insert": "b"}, {"delete": 4}], [keep(5), {"insert": "lue"}]],
    [[keep(4), {"delete": 2}], [keep(4), {"delete": 2}]],
]


@pytest.mark.parametrize("changes", RETURNS)
def test_an_anchor_comes_back_when_its_deletion_is_undone(changes: list[object]) -> None:
    quote = part(TEXT, DEEP.start, DEEP.end)
    anchor, whole = DEEP, EMPTY
    for change in map(from_json, changes):
        anchor = moved(anchor, change, quote=quote)
        whole = compose(whole, change)
    assert is_gone(anchor)
    assert moved(anchor, invert(whole, TEXT), quote=quote) == DEEP


STRAYS = [
    [{"insert": "deep"}],
    [keep(12), {"insert": "deep"}],
    [keep(4), {"insert": "dee"}],
    [{"insert": "deep"}, {"delete": 2}],
    [keep(3), {"insert": "deep"}],
]


@pytest.mark.parametrize("change", STRAYS)
def test_the_same_words_elsewhere_do_not_bring_an_anchor_back(change: object) -> None:
    gone = moved(DEEP, from_json([keep(4), {"delete": 4}]))
    assert is_gone(moved(gone, from_json(change), quote=text_of("deep")))


def test_without_a_quote_an_anchor_stays_gone() -> None:
    assert is_gone(moved(Anchor(4, 4), from_json([keep(4), {"insert": "deep"}])))


HALVES = [
    ((4, 8), 4, True, (0, 4)),
    ((4, 8), 8, False, (4, 8)),
    ((4, 8), 2, True, (2, 6)),
    ((4, 8), 5, True, (0, 3)),
    ((4, 8), 6, False, (4, 6)),
    ((4, 8), 7, False, (4, 7)),
    ((4, 4), 4, False, (4, 4)),
    ((4, 4), 3, True, (1, 1)),
    ((4, 8), 0, True, (4, 8)),
]


@pytest.mark.parametrize(("anchor", "at", "second", "place"), HALVES)
def test_an_anchor_goes_with_the_half_that_holds_more(
    anchor: tuple[int, int], at: int, *, second: bool, place: tuple[int, int]
) -> None:
    assert split_at(Anchor(*anchor), at) == (second, Anchor(*place))


FOUND = [
    ("deep", text_of("the deep sea"), Anchor(4, 8)),
    ("deep", text_of("the \U0001f54a deep"), Anchor(7, 11)),
    ("\U0001f54a", text_of("a \U0001f54a"), Anchor(2, 4)),
    ("deep", text_of("deep, deep"), None),
    ("aa", text_of("aaa"), None),
    ("deep", text_of("the sea"), None),
    ("", text_of("the sea"), None),
    ("sea", text_of("the", note("sea"), " sea"), Anchor(5, 8)),
]


@pytest.mark.parametrize(("quote", "text", "anchor"), FOUND)
def test_words_are_found_where_they_stand_once(
    quote: str, text: Change, anchor: Anchor | None
) -> None:
    assert find(quote, text) == anchor


RANDOM = st.integers(0, 2**32).map(Random)


def anchored(random: Random) -> tuple[Change, Anchor]:
    text = random_text(random)
    start, end = sorted(random_position(random, text) for _ in range(2))
    return text, Anchor(start, end)


@given(RANDOM)
def test_an_anchor_never_leaves_its_text_or_turns_round(random: Random) -> None:
    text, anchor = anchored(random)
    change = random_change(random, text)
    quote = part(text, anchor.start, anchor.end)
    after = moved(anchor, change, quote=quote)
    assert 0 <= after.start <= after.end <= text_length(apply(text, change))


@given(RANDOM)
def test_an_anchor_survives_every_edit_outside_it(random: Random) -> None:
    text, anchor = anchored(random)
    quote = part(text, anchor.start, anchor.end)
    before, behind = part(text, 0, anchor.start), part(text, anchor.end)
    change = Change()
    for words, place in ((behind, anchor.end), (before, 0)):
        edit = random_change(random, words)
        change = compose(change, shifted(edit, place))
    after = moved(anchor, change)
    if not is_gone(anchor):
        assert part(apply(text, change), after.start, after.end) == quote


@given(RANDOM)
def test_an_anchor_whose_words_are_deleted_and_restored_holds_them_again(random: Random) -> None:
    text, anchor = anchored(random)
    if is_gone(anchor):
        return
    quote = part(text, anchor.start, anchor.end)
    deletion = from_json(
        ([keep(anchor.start)] if anchor.start else []) + [{"delete": anchor.end - anchor.start}]
    )
    gone = moved(anchor, deletion, quote=quote)
    assert is_gone(gone)
    assert moved(gone, invert(deletion, text), quote=quote) == anchor


@given(RANDOM)
def test_the_words_of_a_split_anchor_are_words_of_its_half(random: Random) -> None:
    text, anchor = anchored(random)
    at = random_position(random, text)
    second, placed = split_at(anchor, at)
    half = part(text, at) if second else part(text, 0, at)
    words = plain(part(half, placed.start, placed.end))
    assert words in plain(part(text, anchor.start, anchor.end))
    assert is_gone(anchor) or words
