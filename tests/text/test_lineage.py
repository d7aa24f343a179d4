"""Which paragraph descends from which, and the redline of whole texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.text.changes import EMPTY, plain, text_of
from drafting.text.diff import difference, normalized
from drafting.text.lineage import in_place, match
from drafting.text.redline import Attribution, redline
from drafting.text.resolution import Kind, Paragraph
from drafting.text.tracked import Credit, Mark, Redline, RedlineParagraph, State

TEXTS = {
    "a": "Recalling its earlier decisions on the matter of boats and ships",
    "A": "Recalling its earlier decisions on the matter of boats and trains",
    "b": "Noting with concern that the rivers are rising every single year",
    "B": "Noting with concern that the rivers are rising every other year",
    "c": "Welcoming the report of the panel of experts about lighthouse keepers",
    "d": "Stressing how important bread butter cheese apples pears may become",
    "s": "Short one",
    "t": "Other thing",
}


def paragraphs(row: str, kind: Kind = Kind.PREAMBULAR) -> list[Paragraph]:
    """A letter a paragraph; "1a" is text a with the key 1."""
    out: list[Paragraph] = []
    key: str | None = None
    for letter in row:
        if letter.isdigit():
            key = letter
        else:
            out.append(Paragraph(kind, text_of(TEXTS[letter]), key=key))
            key = None
    return out


MATCHES = [
    ("abc", "abc", [(0, 0), (1, 1), (2, 2)]),
    ("abc", "ac", [(0, 0), (1, None), (2, 1)]),
    ("ac", "abc", [(0, 0), (None, 1), (1, 2)]),
    ("abc", "ABc", [(0, 0), (1, 1), (2, 2)]),
    ("abc", "aBdc", [(0, 0), (1, 1), (None, 2), (2, 3)]),
    ("abc", "bca", [(1, 0), (2, 1), (0, 2)]),
    ("abc", "bcA", [(1, 0), (2, 1), (0, 2)]),
    ("abs", "sab", [(None, 0), (0, 1), (1, 2), (2, None)]),
    ("as", "at", [(0, 0), (1, None), (None, 1)]),
    ("ab", "d", [(0, None), (1, None), (None, 0)]),
    ("", "a", [(None, 0)]),
    ("a", "", [(0, None)]),
    ("1a2b", "2b1a", [(1, 0), (0, 1)]),
    ("1a2b", "1d2b", [(0, 0), (1, 1)]),
    ("1a", "2a", [(0, None), (None, 0)]),
    ("1a", "a", [(0, 0)]),
    ("aa", "aa", [(0, 0), (1, 1)]),
    ("aA", "Aa", [(1, 0), (0, 1)]),
]


@pytest.mark.parametrize(("old", "new", "pairs"), MATCHES)
def test_paragraphs_find_their_ancestors(
    old: str, new: str, pairs: list[tuple[int | None, int | None]]
) -> None:
    assert match(paragraphs(old), paragraphs(new)) == pairs


def test_an_operative_paragraph_does_not_descend_from_a_preambular_one() -> None:
    found = match(paragraphs("a"), paragraphs("a", Kind.OPERATIVE))
    assert found == [(0, None), (None, 0)]


def compared(old: str, new: str, attribution: Attribution | None = None) -> Redline:
    return redline(
        paragraphs(old),
        paragraphs(new),
        old_labels=[f"PP{n + 1}" for n in range(9)],
        new_labels=[f"PP{n + 1}" for n in range(9)],
        attribution=attribution or Attribution(),
    )


STATES = [
    ("abc", "abc", "PP1 same PP1, PP2 same PP2, PP3 same PP3"),
    ("abc", "aBc", "PP1 same PP1, PP2 changed PP2, PP3 same PP3"),
    ("abc", "ac", "PP1 same PP1, PP2 deleted , PP3 same PP2"),
    ("ac", "abc", "PP1 same PP1,  inserted PP2, PP2 same PP3"),
    ("abcd", "bcda", "PP2 same PP1, PP3 same PP2, PP4 same PP3, PP1 moved PP4 -1"),
    ("abcd", "abdc", "PP1 same PP1, PP2 same PP2, PP4 moved PP3 3, PP3 same PP4"),
]


@pytest.mark.parametrize(("old", "new", "told"), STATES)
def test_a_redline_tells_what_became_of_each(old: str, new: str, told: str) -> None:
    rows = [
        f"{row.old_label} {row.state} {row.label}"
        + (f" {row.old_after}" if row.old_after is not None else "")
        for row in compared(old, new).paragraphs
    ]
    assert ", ".join(rows) == told


def test_the_author_of_each_change_is_told_where_the_changes_are_known() -> None:
    austria, chair = Credit("Austria"), Credit("Presidency")
    old, new = paragraphs("1a")[0], paragraphs("1A")[0]
    told = Attribution(chair, {}, {"1": [(difference(old.text, new.text), austria)]})
    (row,) = compared("1a", "1A", told).paragraphs
    assert {p.credit for p in row.pieces if p.mark is not Mark.KEEP} == {austria}


def test_changes_that_lead_elsewhere_are_not_believed() -> None:
    chair = Credit("Presidency")
    told = Attribution(chair, {}, {"1": [(text_of("x"), Credit("Austria"))]})
    (row,) = compared("1a", "1A", told).paragraphs
    assert {p.credit for p in row.pieces if p.mark is not Mark.KEEP} == {chair}


def test_whole_paragraphs_have_authors() -> None:
    austria = Credit("Austria")
    told = Attribution(None, {"1": austria, "2": austria}, {})
    rows = compared("1a3c", "3c2b", told).paragraphs
    assert [(row.state, row.credit) for row in rows] == [
        (State.DELETED, austria),
        (State.SAME, None),
        (State.INSERTED, austria),
    ]
    assert all(p.credit == austria for p in (*rows[0].pieces, *rows[2].pieces))


def test_of_two_that_changed_places_the_one_that_was_moved_has_moved() -> None:
    austria = Credit("Austria")
    for moved in ("1", "2"):
        told = Attribution(None, {moved: austria}, moved=frozenset({moved}))
        rows = compared("1a2b", "2b1a", told).paragraphs
        assert [(r.new.key, r.credit) for r in rows if r.new and r.state is State.MOVED] == [
            (moved, austria)
        ]


def test_an_inserted_paragraph_has_the_authors_of_its_words() -> None:
    austria, brazil = Credit("Austria"), Credit("Brazil")
    first = text_of("Recalling its earlier decisions")
    made = [(first, austria), (difference(first, text_of(TEXTS["a"])), brazil)]
    (row,) = compared("", "1a", Attribution(None, {}, {"1": made})).paragraphs
    assert [(p.text, p.credit) for p in row.pieces] == [
        ("Recalling its earlier decisions", austria),
        (" on the matter of boats and ships", brazil),
    ]
    assert difference(EMPTY, first) == first


ROWS = st.text(alphabet="aAbBcdst", max_size=9)


@given(ROWS, ROWS)
def test_a_redline_holds_both_texts_in_their_order(old: str, new: str) -> None:
    rows = compared(old, new).paragraphs
    assert [row.new for row in rows if row.new is not None] == paragraphs(new)
    assert rejected(rows) == paragraphs(old)
    for row in rows:
        kept = "".join(p.text for p in row.pieces if p.mark is not Mark.INSERT)
        assert kept == (normalized(plain(row.old.text)) if row.old else "")


def rejected(rows: tuple[RedlineParagraph, ...]) -> list[Paragraph]:
    """The old text, as an exporter puts it together: moved paragraphs back where they stood."""
    moved = [row for row in rows if row.state is State.MOVED]
    out: list[Paragraph | None] = []
    for at, row in [(-1, None), *enumerate(rows)]:
        if row is not None and row.state is not State.MOVED:
            out.append(row.old)
        behind = [one for one in moved if one.old_after == at]
        out += [one.old for one in sorted(behind, key=lambda one: one.old_place or 0)]
    return [paragraph for paragraph in out if paragraph is not None]


@given(st.permutations(range(8)), st.integers(0, 8))
def test_as_many_paragraphs_as_can_be_keep_their_place(order: list[int], cut: int) -> None:
    pairs = dict(enumerate(order[:cut]))
    steady = [pairs[place] for place in sorted(in_place(pairs))]
    assert steady == sorted(steady)
    longest = 0
    for mask in range(1 << cut):
        row = [pairs[place] for place in range(cut) if mask >> place & 1]
        if row == sorted(row):
            longest = max(longest, len(row))
    assert len(steady) == longest


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_what_nobody_has_moved_keeps_its_order_first(order: list[int], moved: set[int]) -> None:
    pairs = dict(enumerate(order))
    steady = sorted(in_place(pairs, moved))
    assert [pairs[place] for place in steady] == sorted(pairs[place] for place in steady)
    others = {place: was for place, was in pairs.items() if place not in moved}
    assert in_place(others) <= set(steady)
    for place in moved - set(steady):
        row = [pairs[one] for one in sorted([*steady, place])]
        assert row != sorted(row)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=4))
def test_only_what_was_moved_is_told_as_moved(steps: list[tuple[int, int]]) -> None:
    order, named = list(range(8)), set()
    for one, to in steps:
        order.remove(one)
        order.insert(to, one)
        named.add(one)
    pairs = dict(enumerate(order))
    moved = {place for place, one in pairs.items() if one in named}
    assert set(pairs) - in_place(pairs, moved) <= moved
