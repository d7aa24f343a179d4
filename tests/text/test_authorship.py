"""Whose the words are, and words taken out of the record."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import Malformed
from drafting.text.authorship import BLOCK, credited_pieces, result_of, scrub
from drafting.text.changes import (
    EMPTY,
    Change,
    Insert,
    Note,
    Revise,
    apply,
    from_json,
    invert,
    note,
    text_length,
    text_of,
)
from drafting.text.diff import difference, pieces
from drafting.text.tracked import Credit, Mark, Piece
from tests.text.random_changes import random_change, random_text

A, B, C = (Credit(name) for name in ("Austria", "Brazil", "Chad"))
SIGNS = {Mark.KEEP: "{}", Mark.INSERT: "{{{}}}", Mark.DELETE: "[{}]"}


def shown(found: tuple[Piece, ...]) -> str:
    """Each difference with the first letter of its author."""
    return "".join(
        SIGNS[p.mark].format(
            (f"{p.credit.author[0]}:" if p.credit else "") + (p.text or shown(p.note or ()))
        )
        for p in found
    )


def steps(*texts: str) -> list[Change]:
    return [difference(text_of(a), text_of(b)) for a, b in pairwise(texts)]


CASES = [
    (["the sea is deep", "the sea is very deep"], "A", "the sea is{A: very} deep"),
    (["the sea is deep", "the deep sea is deep", "the deep sea is very deep"], "AB", "the{A: deep} sea is{B: very} deep"),
    (["the sea is deep", "the wide sea is deep", "the wide blue sea is deep"], "AB", "the{A: wide }{B:blue} sea is deep"),
    (["the sea is deep", "the sea is wide", "the sea is calm"], "AB", "the sea is [A:deep]{B:calm}"),
    (["the red sea is deep", "the sea is deep", "the sea is"], "AB", "the[A: red] sea is[B: deep]"),
    (["all cats sleep here", "all dogs sleep here", "all dogs bark here"], "AB", "all [A:cats ][B:sleep]{A:dogs }{B:bark} here"),
    (["the sea is deep", "the sea is a deep", "the sea is deep"], "AB", "the sea is deep"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "by", "redline"), CASES)
def test_each_phrase_is_its_authors(texts: list[str], by: str, redline: str) -> None:
    made = list(zip(steps(*texts), [{"A": A, "B": B}[one] for one in by], strict=True))
    assert shown(credited_pieces(text_of(texts[0]), made)) == redline


def test_a_word_of_two_authors_is_that_of_who_wrote_more() -> None:
    made = [
        (from_json([{"retain": 4}, {"insert": "ab "}]), A),
        (from_json([{"retain": 6}, {"insert": "cdef"}]), B),
    ]
    assert shown(credited_pieces(text_of("the sea"), made)).count("B:") == 1


def test_an_author_is_credited_at_the_time_of_the_last_hand() -> None:
    times = [datetime(2026, 9, day, tzinfo=UTC) for day in (1, 2)]
    made = [
        (from_json([{"retain": 3}, {"insert": " d"}]), Credit("Austria", times[0])),
        (from_json([{"retain": 5}, {"insert": "eep"}]), Credit("Austria", times[1])),
    ]
    found = credited_pieces(text_of("the sea"), made)
    assert [(p.text, p.credit) for p in found if p.mark is Mark.INSERT] == [
        (" deep", Credit("Austria", times[1]))
    ]


def test_words_set_in_italics_are_credited() -> None:
    made = [(from_json([{"retain": 4}, {"retain": 3, "attributes": {"italic": True}}]), A)]
    found = credited_pieces(text_of("the sea is deep"), made)
    assert shown(found) == "the [A:sea]{A:sea} is deep"


def test_footnotes_have_authors_too() -> None:
    base = text_of("the sea", note("See page 1."))
    made = [
        (Change((*from_json([{"retain": 7}, {"retain": 1}]).ops,)), A),
        (
            from_json(
                [
                    {"retain": 7},
                    {"retain": {"note": [{"retain": 9}, {"insert": "2"}, {"delete": 1}]}},
                ]
            ),
            A,
        ),
        (
            from_json(
                [{"retain": 8}, {"insert": " and"}, {"insert": {"note": [{"insert": "Ibid."}]}}]
            ),
            B,
        ),
    ]
    found = credited_pieces(base, made)
    assert shown(found) == "the seaSee page [A:1]{A:2}.{B: and}{B:{B:Ibid.}}"


def test_changes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(Malformed):
        credited_pieces(EMPTY, [(from_json([{"delete": 1}]), A)])


SCRUBBED = [
    ("the sea", ["the secret sea", "the sea"], {0}, ["█" * 7]),
    ("the sea", ["the secret sea", "the sea"], {1}, ["secret "]),
    ("the sea", ["the secret sea", "the se sea"], {0}, ["█" * 6 + " "]),
]


@pytest.mark.parametrize(("base", "texts", "which", "inserted"), SCRUBBED)
def test_words_taken_back_are_taken_out_of_the_record(
    base: str, texts: list[str], which: set[int], inserted: list[str]
) -> None:
    changes = scrub(steps(base, *texts), which, text_of(base))
    found = [op.content for op in changes[0].ops if isinstance(op, Insert)]
    assert found == inserted


def test_words_that_still_stand_stay_in_the_record() -> None:
    changes = [text_of("a secret b"), from_json([{"retain": 1}, {"delete": 7}])]
    assert scrub(changes, {0}, EMPTY)[0] == text_of("a" + BLOCK * 7 + " b")


def test_astral_characters_are_blotted_by_units() -> None:
    changes = [text_of("x\U0001f54ay"), from_json([{"retain": 1}, {"delete": 2}])]
    assert scrub(changes, {0}, EMPTY)[0] == text_of("x" + BLOCK * 2 + "y")


def test_a_footnote_taken_back_is_blotted() -> None:
    changes = [text_of("a", note("secret")), from_json([{"retain": 1}, {"delete": 1}])]
    assert scrub(changes, {0}, EMPTY)[0] == text_of("a", note(BLOCK * 6))


def test_words_taken_back_inside_a_footnote_are_blotted() -> None:
    base = text_of("a", note("bc"))
    inside = from_json([{"retain": 1}, {"retain": {"note": [{"retain": 1}, {"insert": "no"}]}}])
    changes = [inside, invert(inside, base)]
    revised = scrub(changes, {0}, base)[0].ops[1]
    assert isinstance(revised, Revise)
    assert revised.content == from_json([{"retain": 1}, {"insert": BLOCK * 2}])


RANDOM = st.integers(0, 2**32).map(Random)


def history(random: Random) -> tuple[Change, list[Change], Change]:
    base = text = random_text(random)
    changes = []
    for _ in range(random.randint(0, 5)):
        change = random_change(random, text)
        text = apply(text, change)
        changes.append(change)
    return base, changes, text


@given(RANDOM)
def test_blotting_leaves_the_last_text_and_every_length(random: Random) -> None:
    base, changes, text = history(random)
    which = {index for index in range(len(changes)) if random.random() < 0.5}
    now, was = base, base
    for index, (old, new) in enumerate(zip(changes, scrub(changes, which, base), strict=True)):
        assert index in which or new == old
        now, was = apply(now, new), apply(was, old)
        assert text_length(now) == text_length(was)
    assert now == text


@given(RANDOM)
def test_blotted_changes_hold_none_of_the_words_taken_back(random: Random) -> None:
    base, changes, text = history(random)
    kept = {c for op in (*text.ops, *base.ops) if isinstance(op, Insert) for c in letters(op)}
    for change in scrub(changes, set(range(len(changes))), base):
        for op in change.ops:
            if isinstance(op, Insert):
                assert set(letters(op)) <= kept | {BLOCK}


def letters(op: Insert) -> str:
    if isinstance(op.content, Note):
        inner = (one for one in op.content.content.ops if isinstance(one, Insert))
        return "".join(letters(one) for one in inner)
    return op.content


@given(RANDOM)
def test_credited_pieces_say_what_pieces_say_and_whose_each_is(random: Random) -> None:
    base, changes, text = history(random)
    made = [(change, random.choice((A, B, C))) for change in changes]
    assert result_of(base, made) == text
    found = credited_pieces(base, made)
    assert flat(found) == flat(pieces(base, text))
    assert all((p.credit is None) == (p.mark is Mark.KEEP) for p in found)


def flat(found: tuple[Piece, ...]) -> list[object]:
    out: list[object] = []
    for p in found:
        if p.note is not None:
            out.append((p.mark, "note", flat(p.note) if p.mark is Mark.KEEP else None))
        out.extend((p.mark, one, p.italic) for one in p.text)
    return out
