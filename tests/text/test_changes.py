"""The change algebra: tables of one-line cases, and its laws on random texts and changes."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import Malformed
from drafting.text.changes import (
    EMPTY,
    Change,
    Insert,
    Note,
    apply,
    base_length,
    compose,
    from_json,
    invert,
    is_text,
    joined,
    note,
    notes,
    part,
    plain,
    shifted,
    split,
    text_from_json,
    text_length,
    text_of,
    to_json,
    transform,
    transform_position,
)
from tests.text.random_changes import characters, random_change, random_position, random_text

I: dict[str, bool | None] = {"italic": True}  # noqa: E741 - short, for tables
R: dict[str, bool | None] = {"italic": None}
RANDOM = st.integers(0, 2**32).map(Random)


def keep(units: int, attributes: dict[str, bool | None] | None = None) -> dict[str, object]:
    return {"retain": units} | ({"attributes": attributes} if attributes else {})


def put(content: object, attributes: dict[str, bool | None] | None = None) -> dict[str, object]:
    return {"insert": content} | ({"attributes": attributes} if attributes else {})


def cut(units: int) -> dict[str, object]:
    return {"delete": units}


APPLIED = [
    ([put("ab")], [], [put("ab")]),
    ([put("ab")], [keep(1), put("x")], [put("axb")]),
    ([put("ab")], [cut(2)], []),
    ([put("ab")], [keep(1, I)], [put("a", I), put("b")]),
    ([put("ab", I)], [keep(2, R)], [put("ab")]),
    ([put("ab", I)], [keep(1), put("x", I)], [put("axb", I)]),
    ([put("\U0001f54a!")], [keep(2), cut(1)], [put("\U0001f54a")]),
    ([put({"note": [put("ab")]})], [{"retain": {"note": [cut(1)]}}], [put({"note": [put("b")]})]),
    ([put("a"), put({"note": []})], [keep(1), cut(1)], [put("a")]),
]


@pytest.mark.parametrize(("text", "change", "after"), APPLIED)
def test_a_change_is_applied(text: object, change: object, after: object) -> None:
    assert to_json(apply(text_from_json(text), from_json(change))) == after


MISFITS = [
    ([put("ab")], [keep(3), put("x")]),
    ([put("ab")], [cut(3)]),
    ([put("ab")], [keep(3, I)]),
    ([], [cut(1)]),
    ([put("\U0001f54a")], [keep(1), put("x")]),
    ([put("\U0001f54a")], [cut(1)]),
    ([put("a\U0001f54a")], [keep(2), cut(1)]),
    ([put("ab")], [{"retain": {"note": [put("x")]}}]),
    ([put({"note": [put("a")]})], [{"retain": {"note": [cut(2)]}}]),
    ([put({"note": [put("a")]})], [{"retain": {"note": [keep(2, I)]}}]),
]


@pytest.mark.parametrize(("text", "change"), MISFITS)
def test_a_change_that_does_not_fit_is_refused(text: object, change: object) -> None:
    with pytest.raises(Malformed):
        apply(text_from_json(text), from_json(change))


MALFORMED: list[object] = [
    None,
    "words",
    {},
    {"ops": []},
    [None],
    ["words"],
    [{}],
    [{"insert": ""}],
    [{"insert": None}],
    [{"insert": 1}],
    [{"insert": ["a"]}],
    [{"insert": "a\n"}],
    [{"insert": "a\x00"}],
    [{"insert": "a\t"}],
    [{"insert": "\u2028"}],
    [{"insert": "\ufffc"}],
    [{"insert": "\ufffe"}],
    [{"insert": "\ud83d"}],
    [{"insert": "\udd4a"}],
    [{"insert": "\x85"}],
    [{"insert": "a", "delete": 1}],
    [{"insert": "a", "bold": True}],
    [{"insert": "a", "attributes": {}}],
    [{"insert": "a", "attributes": None}],
    [{"insert": "a", "attributes": {"italic": False}}],
    [{"insert": "a", "attributes": {"italic": 1}}],
    [{"insert": "a", "attributes": {"italic": None}}],
    [{"insert": "a", "attributes": {"bold": True}}],
    [{"insert": "a", "attributes": {"italic": True, "bold": True}}],
    [{"insert": {"note": "words"}}],
    [{"insert": {"note": [{"delete": 1}]}}],
    [{"insert": {"note": [{"insert": {"note": []}}]}}],
    [{"insert": {"note": [], "image": []}}],
    [{"insert": {"image": []}}],
    [{"insert": {"note": []}, "attributes": R}],
    [{"retain": {"note": [{"retain": {"note": []}}]}}],
    [{"retain": 0}],
    [{"retain": -1}],
    [{"retain": 1.0}],
    [{"retain": True}],
    [{"retain": "1"}],
    [{"retain": 1 << 60}],
    [{"retain": 10**40}],
    [{"delete": 0}],
    [{"delete": -1}],
    [{"delete": 1.5}],
    [{"delete": True}],
    [{"delete": {"note": []}}],
    [{"delete": 1, "attributes": I}],
    [{"attributes": I}],
    [{"delete": 1}] * 5_001,
    [{"insert": "a" * 100_001}],
    [{"insert": {"note": [{"insert": "a" * 60_000}]}}] * 2,
]


@pytest.mark.parametrize("value", MALFORMED, ids=lambda value: repr(value)[:60])
def test_what_has_not_the_form_is_refused(value: object) -> None:
    with pytest.raises(Malformed):
        from_json(value)


@pytest.mark.parametrize("value", [[keep(1, I)], [put("a"), cut(1)], [{"retain": {"note": []}}]])
def test_a_text_only_inserts(value: object) -> None:
    with pytest.raises(Malformed):
        text_from_json(value)


NORMALIZED = [
    ([put("a"), put("b")], [put("ab")]),
    ([put("a"), put("b", I)], [put("a"), put("b", I)]),
    ([keep(1), keep(2), cut(1)], [keep(3), cut(1)]),
    ([cut(1), put("a")], [put("a"), cut(1)]),
    ([cut(1), put("a"), cut(2)], [put("a"), cut(3)]),
    ([put("a"), keep(5)], [put("a")]),
    ([keep(5, I)], [keep(5, I)]),
    ([{"retain": {"note": []}}], [{"retain": {"note": []}}]),
]


@pytest.mark.parametrize(("given_ops", "ops"), NORMALIZED)
def test_a_change_is_normalized_when_read(given_ops: object, ops: object) -> None:
    assert to_json(from_json(given_ops)) == ops


POSITIONS = [
    ([put("ab")], 0, False, 2),
    ([put("ab")], 0, True, 0),
    ([keep(1), put("ab")], 0, False, 0),
    ([keep(1), put("ab")], 1, False, 3),
    ([keep(1), put("ab")], 1, True, 1),
    ([keep(1), put("ab")], 2, True, 4),
    ([cut(2)], 1, False, 0),
    ([cut(2)], 2, False, 0),
    ([cut(2)], 5, False, 3),
    ([keep(1), cut(2)], 1, False, 1),
]


@pytest.mark.parametrize(("change", "position", "stays", "after"), POSITIONS)
def test_a_position_moves_with_the_words(
    change: object, position: int, *, stays: bool, after: int
) -> None:
    assert transform_position(from_json(change), position, stays=stays) == after


SPLITS = [
    ([keep(2), put("x")], 2, [keep(2), put("x")], []),
    ([keep(3), put("x")], 2, [], [keep(1), put("x")]),
    ([keep(1), cut(3)], 2, [keep(1), cut(1)], [cut(2)]),
    ([put("x")], 0, [put("x")], []),
    ([keep(4, I)], 1, [keep(1, I)], [keep(3, I)]),
]


@pytest.mark.parametrize(("change", "at", "left", "right"), SPLITS)
def test_a_change_is_split_where_its_text_is(
    change: object, at: int, left: object, right: object
) -> None:
    assert [to_json(side) for side in split(from_json(change), at)] == [left, right]


def test_words_inserted_at_one_place_stand_in_the_order_of_their_arrival() -> None:
    first, second = text_of("a"), text_of("b")
    assert plain(compose(first, transform(first, second, first=True))) == "ab"
    assert plain(compose(second, transform(second, first, first=False))) == "ab"


def test_plain_words_and_notes_of_a_text() -> None:
    text = text_of("a", note("first"), "b", note("second"))
    assert plain(text) == "a\ufffcb\ufffc"
    assert [plain(words) for words in notes(text)] == ["first", "second"]


def test_a_footnote_is_changed_only_where_one_stands() -> None:
    with pytest.raises(Malformed):
        invert(from_json([{"retain": {"note": []}}]), text_of("a"))


@given(RANDOM)
def test_composing_is_applying_twice(random: Random) -> None:
    text = random_text(random)
    a = random_change(random, text)
    after = apply(text, a)
    b = random_change(random, after)
    # quill-delta forgets italics taken from a footnote's mark where its words change as well, and
    # we answer as it does; whether the mark is italic is of no account.
    assert blind(apply(text, compose(a, b))) == blind(apply(after, b))


@given(RANDOM)
def test_composing_is_associative(random: Random) -> None:
    text = random_text(random)
    a = random_change(random, text)
    b = random_change(random, apply(text, a))
    c = random_change(random, apply(apply(text, a), b))
    one, two = compose(compose(a, b), c), compose(a, compose(b, c))
    assert blind(apply(text, one)) == blind(apply(text, two))


@given(RANDOM)
def test_two_changes_meet_in_one_text_whichever_is_made_first(random: Random) -> None:
    text = random_text(random)
    a, b = random_change(random, text), random_change(random, text)
    one = apply(apply(text, a), transform(a, b, first=True))
    assert one == apply(apply(text, b), transform(b, a, first=False))


@given(RANDOM)
def test_an_inverted_change_takes_it_back(random: Random) -> None:
    text = random_text(random)
    change = random_change(random, text)
    assert apply(apply(text, change), invert(change, text)) == text


@given(RANDOM)
def test_a_change_survives_its_json_form(random: Random) -> None:
    text = random_text(random)
    change = random_change(random, text)
    assert from_json(json.loads(json.dumps(to_json(change)))) == change
    assert text_from_json(to_json(text)) == text


@given(RANDOM)
def test_a_text_split_in_two_takes_both_halves_of_a_change(random: Random) -> None:
    text = random_text(random)
    change = random_change(random, text)
    at = random_position(random, text)
    left, right = split(change, at)
    halves = apply(part(text, 0, at), left), apply(part(text, at), right)
    assert joined(*halves) == apply(text, change)


@given(RANDOM)
def test_a_shifted_change_leaves_what_stands_before(random: Random) -> None:
    text, before = random_text(random), random_text(random)
    change = random_change(random, text)
    moved = shifted(change, text_length(before))
    assert apply(joined(before, text), moved) == joined(before, apply(text, change))


@given(RANDOM)
def test_the_parts_of_a_text_join_to_the_text(random: Random) -> None:
    text = random_text(random)
    at = random_position(random, text)
    assert joined(part(text, 0, at), part(text, at)) == text
    assert text_length(part(text, 0, at)) == at


@given(RANDOM)
def test_a_position_keeps_the_words_before_and_behind_it(random: Random) -> None:
    text = random_text(random)
    change = random_change(random, text)
    at = random_position(random, text)
    stays, goes = (transform_position(change, at, stays=stays) for stays in (True, False))
    after = apply(text, change)
    assert 0 <= stays <= goes <= text_length(after)
    assert base_length(change) <= text_length(text)


@given(RANDOM)
def test_nothing_is_done_by_the_empty_change(random: Random) -> None:
    text = random_text(random)
    change = random_change(random, text)
    assert compose(EMPTY, change) == compose(change, EMPTY) == change
    assert transform(EMPTY, change, first=True) == change
    assert transform(change, EMPTY, first=True) == EMPTY
    assert is_text(text)


def blind(text: Change) -> list[Insert]:
    """The characters of a text, its footnote marks all in roman."""
    return [
        Insert(one.content) if isinstance(one.content, Note) else one for one in characters(text)
    ]
