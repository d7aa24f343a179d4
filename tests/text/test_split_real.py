"""Every paragraph of the longest real text, split and merged in turn: how many are told as such."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from drafting.formats import read_file
from drafting.text.changes import joined, part, plain, text_length, text_of
from drafting.text.numbering import labels_of
from drafting.text.offsets import length_utf16
from drafting.text.resolution import Kind, Paragraph
from drafting.text.splitting import redline, sides
from drafting.text.tracked import State

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions" / "A_RES_77_335.xml"
pytestmark = pytest.mark.skipif(not REAL.is_file(), reason=f"the real resolution is not at {REAL}")

LEAST_WORDS = 8
"""Least words on either side of a cut."""


@pytest.fixture(scope="module")
def real():
    found = read_file(REAL.name, REAL.read_bytes()).paragraphs
    return [Paragraph(p.kind, p.text, p.level) for p in found]


def states(old, new):
    made = redline(old, new, old_labels=labels_of(old), new_labels=labels_of(new))
    then, now = sides(made)
    assert [p.text for p in then] == [p.text for p in old]
    assert [p.text for p in now] == [p.text for p in new]
    return [row.state for row in made.paragraphs if row.state is not State.SAME]


def halves(paragraph):
    """Cuts a paragraph at the comma that is nearest to its middle, as a drafter would."""
    words = plain(paragraph.text)
    commas = list(re.finditer(r",\s(?:and\s)?(?=\w)", words))
    fit = [
        m
        for m in commas
        if min(len(words[: m.start()].split()), len(words[m.end() :].split())) >= LEAST_WORDS
    ]
    if not fit or paragraph.kind in {Kind.HEADING, Kind.ANNEX, Kind.FORMULA}:
        return None
    at = min(fit, key=lambda m: abs(m.start() - len(words) / 2))
    start, end = length_utf16(words[: at.start()]), length_utf16(words[: at.end()])
    first = joined(part(paragraph.text, 0, start), text_of(";"))
    rest = joined(text_of(words[at.end()].upper()), part(paragraph.text, end + 1))
    return [Paragraph(paragraph.kind, text, paragraph.level) for text in (first, rest)]


def test_a_paragraph_that_was_split_is_told_as_split(real):
    told = []
    for at, paragraph in enumerate(real):
        if found := halves(paragraph):
            changed = states(real, [*real[:at], *found, *real[at + 1 :]])
            told.append(changed == [State.CHANGED, State.SPLIT])
    assert len(told) > 90
    print(f"{sum(told)} of {len(told)} splits told")
    assert sum(told) >= 0.98 * len(told)


def test_two_paragraphs_that_were_merged_are_told_as_merged(real):
    told = []
    for at, (one, two) in enumerate(pairwise(real)):
        if (one.kind, one.level) != (two.kind, two.level) or one.kind in {Kind.HEADING, Kind.ANNEX}:
            continue
        if min(len(plain(p.text).split()) for p in (one, two)) < LEAST_WORDS:
            continue
        text = joined(part(one.text, 0, text_length(one.text) - 1), text_of(", and "), two.text)
        whole = Paragraph(one.kind, text, one.level)
        changed = states(real, [*real[:at], whole, *real[at + 2 :]])
        told.append(changed in ([State.CHANGED, State.MERGED], [State.MERGED]))
    assert len(told) > 80
    print(f"{sum(told)} of {len(told)} merges told")
    assert sum(told) >= 0.98 * len(told)


@pytest.mark.parametrize(
    ("old", "new"), [("74_62", "75_62"), ("75_62", "76_47"), ("74_62", "76_47")]
)
def test_from_year_to_year_nothing_was_split_that_was_not(old, new):
    old, new = (
        read_file("x.xml", (REAL.parent / f"A_RES_{name}.xml").read_bytes()).paragraphs
        for name in (old, new)
    )
    assert not {State.SPLIT, State.MERGED} & {*states(old, new)}
