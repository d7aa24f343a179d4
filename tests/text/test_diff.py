"""What differs between two texts: readable pieces, one line a case; and laws on random texts."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.text.changes import (
    Change,
    Insert,
    Note,
    Retain,
    Revise,
    apply,
    from_json,
    joined,
    note,
    plain,
    text_of,
)
from drafting.text.diff import difference, normalized, pieces, tokens, words
from drafting.text.tracked import Mark, Piece
from tests.text.random_changes import characters, random_change, random_text

BRACKETS = {Mark.KEEP: "{}", Mark.INSERT: "{{{}}}", Mark.DELETE: "[{}]"}


def shown(found: tuple[Piece, ...]) -> str:
    """Deleted words in [], inserted ones in {}, footnotes in <>."""
    return "".join(
        BRACKETS[piece.mark].format(
            piece.text if piece.note is None else f"<{shown_note(piece)}>",
        )
        for piece in found
    )


def shown_note(piece: Piece) -> str:
    inner = piece.note or ()
    return shown(inner) if piece.mark is Mark.KEEP else "".join(one.text for one in inner)


READABLE = [
    ("a deep sea", "a sea", "a[ deep] sea"),
    ("a sea", "a deep sea", "a{ deep} sea"),
    ("sea", "deep sea", "{deep }sea"),
    ("the sea", "the sea is deep", "the sea{ is deep}"),
    ("A, B and C", "A, X, B and C", "A{, X}, B and C"),
    ("the whole of it stays.", "the whole of it stays;", "the whole of it stays[.]{;}"),
    ("at its eighty-second session", "at its eighty-third session", "at its [eighty-second]{eighty-third} session"),
    ("adopted on 7 December 2020 by all", "adopted on 8 December 2021 by all", "adopted on [7 December 2020]{8 December 2021} by all"),
    ("a total of 45 per cent of all", "a total of 46 per cent of all", "a total of [45 per cent]{46 per cent} of all"),
    ("see document A/C.1/76/L.41, page 2", "see document A/C.1/76/L.42, page 2", "see document [A/C.1/76/L.41]{A/C.1/76/L.42}, page 2"),
    ("its resolution 75/62 on mines", "its resolution 76/47 on mines", "its resolution [75/62]{76/47} on mines"),
    ("its resolution 2832 (XXVI) on peace", "its resolution 2833 (XXVI) on peace", "its resolution [2832 (XXVI)]{2833 (XXVI)} on peace"),
    ("the red house of the old man stays", "the green barn of the new king stays", "the [red house of the old man]{green barn of the new king} stays"),
    ("cats sleep", "dogs bark", "[cats sleep]{dogs bark}"),
    ("many cats sleep all day in warm rooms", "loud dogs bark at night near cold houses", "[many cats sleep all day in warm rooms]{loud dogs bark at night near cold houses}"),
    ("7\u00a0December\u00a02020 was", "7 December 2020 was", "7 December 2020 was"),
    ("a no\u2011break and an \u200emark", "a no-break and an mark", "a no-break and an mark"),
    ("a no-break hyphen", "a no\u2011break hyphen", "a no\u2011break hyphen"),
    ("резолюция 75/62 от 7 декабря 2020 года", "резолюция 75/62 от 8 декабря 2021 года", "резолюция 75/62 от [7 декабря 2020]{8 декабря 2021} года"),
    ("le 7 décembre 2020 à Genève", "le 8 décembre 2020 à Genève", "le [7 décembre 2020]{8 décembre 2020} à Genève"),
    ("大会回顾其第七十五届会议", "大会回顾其第七十六届会议", "大会回顾其第七十[五]{六}届会议"),
    ("2020年12月7日第62号决议", "2020年12月8日第62号决议", "[2020年12月7日]{2020年12月8日}第62号决议"),
    ("وإذ تشير إلى قرارها الأول", "وإذ تشير إلى قرارها الثاني", "وإذ تشير إلى قرارها [الأول]{الثاني}"),
    ("", "new", "{new}"),
    ("old", "", "[old]"),
    ("", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "redline"), READABLE)
def test_a_redline_reads_well(old: str, new: str, redline: str) -> None:
    assert shown(pieces(text_of(old), text_of(new))) == redline


def test_words_set_in_italics_are_replaced() -> None:
    old = from_json([{"insert": "It recalls the whole text"}])
    new = from_json(
        [
            {"insert": "It "},
            {"insert": "recalls", "attributes": {"italic": True}},
            {"insert": " the whole text"},
        ]
    )
    assert [(p.mark, p.text, p.italic) for p in pieces(old, new)] == [
        (Mark.KEEP, "It ", False),
        (Mark.DELETE, "recalls", False),
        (Mark.INSERT, "recalls", True),
        (Mark.KEEP, " the whole text", False),
    ]


NOTES = [
    ("See resolution 1.", "See resolution 1.", "The words<See resolution 1.> go on"),
    ("See resolution 1.", "See resolution 2.", "The words<See resolution [1]{2}.> go on"),
]


@pytest.mark.parametrize(("old", "new", "redline"), NOTES)
def test_a_changed_footnote_stands_with_pieces_of_its_own(old: str, new: str, redline: str) -> None:
    texts = (text_of("The words", note(one), " go on") for one in (old, new))
    assert shown(pieces(*texts)) == redline


def test_a_new_footnote_is_inserted_whole() -> None:
    old, new = text_of("The words go on"), text_of("The words", note("See below."), " go on")
    assert shown(pieces(old, new)) == "The words{<See below.>} go on"


def test_a_footnote_set_before_another_leaves_it_as_it_is() -> None:
    old = text_of("One and two", note("Second."), " go on")
    new = text_of("One", note("First."), " and two", note("Second."), " go on")
    assert shown(pieces(old, new)) == "One{<First.>} and two<Second.> go on"


def test_the_exact_difference_keeps_a_footnote_whose_words_change() -> None:
    old, new = text_of("a", note("x y"), "b"), text_of("a", note("x z"), "b")
    change = difference(old, new)
    assert isinstance(change.ops[1], Revise)
    assert apply(old, change) == new


def test_the_exact_difference_keeps_words_that_change_their_slope() -> None:
    old = text_of("a b c")
    new = from_json(
        [{"insert": "a "}, {"insert": "b", "attributes": {"italic": True}}, {"insert": " c"}]
    )
    assert difference(old, new).ops == (Retain(2), Retain(1, italic=True))


TOKENS = [
    "A/C.1/76/L.41",
    "A/70/623-S/2015/988",
    "CCM/CONF/2015/7/Corr.1",
    "75/62",
    "ES-11/1",
    "66/240 A",
    "2832 (XXVI)",
    "2200 A (XXI)",
    "7 December 2020",
    "7 de diciembre de 2020",
    "1er décembre 2020",
    "45 per cent",
    "1,000",
    "1 000 000",
    "3.5 million",
    "eighty-second",
    "Secretary-General’s",
    "e\u0301tat",
]


@pytest.mark.parametrize("one", TOKENS)
def test_a_token_is_never_cut(one: str) -> None:
    found = [token.words for token in tokens(text_of(f"of {one}, and"))]
    assert found == ["of", " ", one, ",", " ", "and"]


def test_a_document_symbol_leaves_the_full_stop() -> None:
    assert [token.words for token in tokens(text_of("A/79/302."))] == ["A/79/302", "."]


def test_tokens_know_where_they_stand() -> None:
    text = text_of("\u200ea \U0001f54a", note("x"), "b\u200e c")
    found = tokens(text)
    assert [(token.words, token.start, token.end) for token in found] == [
        ("a", 0, 2), (" ", 2, 3), ("\U0001f54a", 3, 5), ("\ufffc", 5, 6), ("b", 6, 8), (" ", 8, 9), ("c", 9, 10)
    ]  # fmt: skip


def test_words_are_counted_without_blanks_and_notes() -> None:
    assert words(text_of("The 7 May", note("no"), " end.")) == ["the", "7 may", "end"]


def test_texts_of_great_length_with_nothing_in_common_are_replaced_whole() -> None:
    old = text_of(" ".join(f"a{i}" for i in range(5_000)))
    new = text_of(" ".join(f"b{i}" for i in range(5_000)))
    assert [piece.mark for piece in pieces(old, new)] == [Mark.DELETE, Mark.INSERT]
    assert apply(old, difference(old, new)) == new


RANDOM = st.integers(0, 2**32).map(Random)
SENTENCE = st.lists(
    st.sampled_from(
        [
            "the",
            "of",
            "and",
            "a",
            "sea",
            "deep",
            "Recalling",
            "also",
            "75/62",
            "A/C.1/76/L.41",
            "7~December~2020",
            "45~per~cent",
            "eighty-second",
            ",",
            ";",
            ".",
            "état",
            "резолюция",
            "大会",
            "وإذ",
            "🕊",
            "x",
            "y",
            "no‑break",
            "\u200e",
        ]
    ),
    max_size=14,
).map(lambda row: " ".join(row).replace("~", " "))


def pair(random: Random) -> tuple[Change, Change]:
    old = random_text(random)
    return old, random_text(random) if random.random() < 0.3 else apply(
        old, random_change(random, old)
    )


def side(found: tuple[Piece, ...], mark: Mark) -> list[tuple[str, bool, object]]:
    """The characters of one side of a redline, as they are compared."""
    out: list[tuple[str, bool, object]] = []
    for piece in found:
        if piece.mark in {Mark.KEEP, mark}:
            if piece.note is not None:
                out.append(("note", False, side(piece.note, mark)))
            out.extend((one, piece.italic, None) for one in normalized(piece.text))
    return out


def seen(text: Change) -> list[tuple[str, bool, object]]:
    out: list[tuple[str, bool, object]] = []
    for one in characters(text):
        if isinstance(one.content, Note):
            out.append(("note", False, seen(one.content.content)))
        else:
            out.extend((plain_one, bool(one.italic), None) for plain_one in normalized(one.content))
    return out


@given(RANDOM)
def test_a_redline_holds_both_texts(random: Random) -> None:
    old, new = pair(random)
    found = pieces(old, new)
    assert side(found, Mark.DELETE) == seen(old)
    assert side(found, Mark.INSERT) == seen(new)


@given(SENTENCE, SENTENCE)
def test_a_redline_of_sentences_holds_both_texts(old: str, new: str) -> None:
    found = pieces(text_of(old), text_of(new))
    assert side(found, Mark.DELETE) == seen(text_of(old))
    assert "".join(p.text for p in found if p.mark is not Mark.DELETE) == new


WHOLE = re.compile(
    r"[A-Z]+(?:/[A-Z0-9.]*[A-Z0-9])+|\d+/\d+|\d+ (?:December \d+|per cent)|\w+(?:-\w+)*"
)


@given(SENTENCE, SENTENCE)
def test_nothing_is_cut_inside_a_word_number_date_or_symbol(old: str, new: str) -> None:
    found = pieces(text_of(old), text_of(new))
    for mark, text in ((Mark.DELETE, old), (Mark.INSERT, new)):
        cuts, at = set(), 0
        for piece in found:
            if piece.mark in {Mark.KEEP, mark}:
                at += len(normalized(piece.text))
                cuts.add(at)
        for whole in WHOLE.finditer(normalized(text)):
            if not re.search("[\u4e00-\u9fff]", whole.group()):
                assert not cuts & set(range(whole.start() + 1, whole.end()))


@given(SENTENCE, SENTENCE)
def test_deletions_stand_before_insertions_and_neighbours_are_joined(old: str, new: str) -> None:
    marks = [piece.mark for piece in pieces(text_of(old), text_of(new))]
    for one, two in pairwise(marks):
        assert one != two
        assert (one, two) != (Mark.INSERT, Mark.DELETE)


@given(RANDOM)
def test_the_exact_difference_makes_the_new_text(random: Random) -> None:
    old, new = pair(random)
    assert apply(old, difference(old, new)) == new


@given(SENTENCE, SENTENCE)
def test_the_exact_difference_keeps_every_no_break_space(old: str, new: str) -> None:
    assert plain(apply(text_of(old), difference(text_of(old), text_of(new)))) == new


@given(RANDOM)
def test_tokens_join_to_the_text(random: Random) -> None:
    text = random_text(random)
    out = [
        Change((Insert(Note(token.note), token.runs[0][1] or None),))
        if token.note is not None
        else joined(*(Change((Insert(run, italic or None),)) for run, italic in token.runs))
        for token in tokens(text)
    ]
    assert joined(*out) == text


@given(RANDOM)
def test_a_text_against_itself_has_no_differences(random: Random) -> None:
    text = random_text(random)
    assert all(piece.mark is Mark.KEEP for piece in pieces(text, text))
    assert not difference(text, text)
