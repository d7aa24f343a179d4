"""Lineage and redlines of real resolutions of neighbouring years."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from drafting.formats import akn
from drafting.text.changes import Change, Insert, Note, apply
from drafting.text.diff import difference, normalized
from drafting.text.lineage import match
from drafting.text.numbering import labels_of
from drafting.text.redline import redline
from drafting.text.resolution import Paragraph
from drafting.text.tracked import Mark, Piece, Redline, State

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}")

PAIRS = [("74_62", "75_62"), ("75_62", "76_47"), ("74_62", "76_47"), ("75_62", "77_335")]


def paragraphs(name: str) -> tuple[Paragraph, ...]:
    return akn.read((REAL / f"A_RES_{name}.xml").read_bytes()).paragraphs


def made(old: str, new: str) -> Redline:
    olds, news = paragraphs(old), paragraphs(new)
    return redline(olds, news, old_labels=labels_of(olds), new_labels=labels_of(news))


KINSHIP = [
    ("74_62", "75_62", "PP10", "PP10"),
    ("74_62", "75_62", "OP8", "OP9"),
    ("74_62", "75_62", "OP10", "OP11"),
    ("74_62", "75_62", "", "OP8"),
    ("75_62", "76_47", "PP13", "PP13"),
    ("75_62", "76_47", "PP19", "PP15"),
    ("75_62", "76_47", "PP14", ""),
    ("75_62", "76_47", "PP17", ""),
    ("75_62", "76_47", "", "PP14"),
    ("75_62", "76_47", "OP8", "OP8"),
]


@pytest.mark.parametrize(("old", "new", "was", "label"), KINSHIP)
def test_paragraphs_find_their_ancestors_of_the_year_before(
    old: str, new: str, was: str, label: str
) -> None:
    found = {(row.old_label, row.label) for row in made(old, new).paragraphs}
    assert (was, label) in found


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_paragraph_stands_once_and_in_order(old: str, new: str) -> None:
    olds, news = paragraphs(old), paragraphs(new)
    pairs = match(olds, news)
    assert sorted(was for was, _ in pairs if was is not None) == list(range(len(olds)))
    assert [place for _, place in pairs if place is not None] == list(range(len(news)))


def test_a_text_against_itself_is_the_same() -> None:
    rows = made("77_335", "77_335").paragraphs
    assert {row.state for row in rows} == {State.SAME}


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_accepting_gives_the_new_text_and_rejecting_the_old(old: str, new: str) -> None:
    for row in made(old, new).paragraphs:
        if row.new is not None:
            assert side(row.pieces, Mark.INSERT) == seen(row.new.text)
        if row.old is not None:
            assert side(row.pieces, Mark.DELETE) == seen(row.old.text)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_the_exact_difference_of_real_paragraphs_is_exact(old: str, new: str) -> None:
    for row in made(old, new).paragraphs:
        if row.old is not None and row.new is not None:
            change = difference(row.old.text, row.new.text)
            assert apply(row.old.text, change) == row.new.text


CUT = re.compile(r"\w\w|\d/\d|[A-Z]/\w|\w-\w")


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_no_word_or_number_is_cut(old: str, new: str) -> None:
    for row in made(old, new).paragraphs:
        for mark in (Mark.INSERT, Mark.DELETE):
            mine = [piece for piece in row.pieces if piece.mark in {Mark.KEEP, mark}]
            for one, two in pairwise(mine):
                if one.mark != two.mark and one.text and two.text:
                    assert not CUT.fullmatch(one.text[-1] + two.text[0])


@pytest.mark.parametrize(("old", "new"), PAIRS[:3])
def test_a_redline_is_not_crumbled(old: str, new: str) -> None:
    rows = [row for row in made(old, new).paragraphs if row.state is State.CHANGED]
    islands = [
        piece.text
        for row in rows
        for before, piece, after in zip(row.pieces, row.pieces[1:], row.pieces[2:], strict=False)
        if piece.mark is Mark.KEEP and Mark.KEEP not in {before.mark, after.mark}
    ]
    assert all(island.strip() for island in islands)
    assert sum(len(row.pieces) for row in rows) <= 13 * len(rows)


def side(pieces: tuple[Piece, ...], mark: Mark) -> list[object]:
    out: list[object] = []
    for piece in pieces:
        if piece.mark in {Mark.KEEP, mark}:
            if piece.note is not None:
                out.append(side(piece.note, mark))
            out.extend((one, piece.italic) for one in normalized(piece.text))
    return out


def seen(text: Change) -> list[object]:
    out: list[object] = []
    for op in text.ops:
        match op:
            case Insert(content=str() as words):
                out.extend((one, bool(op.italic)) for one in normalized(words))
            case Insert(content=Note(content=words)):
                out.append(seen(words))
            case _:
                raise AssertionError(op)
    return out
