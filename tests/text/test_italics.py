"""A text that has no italics is lent those of the other, and keeps its own words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.text.changes import Builder, Note, plain
from drafting.text.italics import lent
from drafting.text.resolution import Kind, Paragraph


def words(line):
    """Words in _italics_, a footnote in <>, whose italics are in **."""
    builder = Builder()
    for number, run in enumerate(line.split("_")):
        for place, piece in enumerate(run.replace(">", "<").split("<")):
            if place % 2:
                note = Builder()
                for step, part in enumerate(piece.split("*")):
                    note.insert(part, italic=True if step % 2 else None)
                builder.insert(Note(note.change()))
            else:
                builder.insert(piece, italic=True if number % 2 else None)
    return builder.change()


def text(*lines):
    return [Paragraph(Kind.PREAMBULAR, words(line)) for line in lines]


NOTED = "_Recalling_ the lamps,<See *The Lamps*, p. 2.>"
CASES = {
    "a pasted text": (["_Recalling_ the old lamps,"], ["Recalling the new lamps,"], ["_Recalling_ the new lamps,"]),
    "the notes of plain text": ([NOTED], ["_Recalling also_ the lamps,<See The Lamps, p. 3.>"], ["_Recalling also_ the lamps,<See *The Lamps*, p. 3.>"]),
    "both": ([NOTED], ["Recalling the lamps,<See The Lamps, p. 2.>"], [NOTED]),
    "an inserted paragraph": (["_Recalling_ the lamps,"], ["Recalling the lamps,", "Noting another thing altogether,"], ["_Recalling_ the lamps,", "Noting another thing altogether,"]),
    "a text with some italics says where": (["_Recalling_ the lamps,", "_Noting_ the horns,"], ["Recalling the lamps,", "_Noting_ the horns,"], ["Recalling the lamps,", "_Noting_ the horns,"]),
    "italics in neither": (["Recalling the lamps,"], ["Recalling all lamps,"], ["Recalling all lamps,"]),
    "a text without notes says nothing of theirs": ([NOTED], ["_Recalling_ the lamps,"], ["_Recalling_ the lamps,"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("turned", [False, True])
def test_the_one_without_is_lent_the_others(case, turned):
    rich, poor, lent_to = (text(*lines) for lines in CASES[case])
    found = lent(poor, rich) if turned else lent(rich, poor)
    rich_after, poor_after = reversed(found) if turned else found
    assert list(rich_after) == rich
    assert list(poor_after) == lent_to


LINES = st.lists(
    st.lists(st.sampled_from(["lamp", "horn", "_bell_", "sea,", "<note *x* y>"]), min_size=1).map(
        " ".join
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None)
@given(LINES, LINES)
def test_no_word_is_changed(old, new):
    one, two = text(*old), text(*(line.replace("_", "") for line in new))
    found = lent(one, two)
    assert [plain(p.text) for p in found[0]] == [plain(p.text) for p in one]
    assert [plain(p.text) for p in found[1]] == [plain(p.text) for p in two]
