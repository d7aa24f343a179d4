"""Paragraphs split and merged are told as such, and both texts are still there."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.text.changes import plain, text_of
from drafting.text.numbering import labels_of
from drafting.text.resolution import Kind, Paragraph
from drafting.text.splitting import redline, sides
from drafting.text.tracked import Mark

BRACKETS = {Mark.KEEP: "{}", Mark.INSERT: "{{{}}}", Mark.DELETE: "[{}]"}
KINDS = {"#": Kind.OPERATIVE, "*": Kind.SUB, "=": Kind.HEADING}

REPORT = "Requests the keeper to report on the lamps at its next session"
CHARTS = "Invites all ports to share their charts with sailors at no cost"
CLEAN = "Calls upon all keepers to clean their lamps each week"
HORNS = "Also calls upon them to train young keepers in the use of horns"
SEIZED = "Decides to remain seized of the matter of lamps and horns"


def paragraphs(lines, keys=False):
    """# an operative paragraph, * a sub-paragraph, = a heading, else a preambular one."""
    return [
        Paragraph(
            KINDS.get(line[0], Kind.PREAMBULAR),
            text_of(line.lstrip("#*=")),
            level=1 if line[0] == "*" else 0,
            key=f"{at}-{line}" if keys else None,
        )
        for at, line in enumerate(lines)
    ]


def made(old, new):
    return redline(old, new, old_labels=labels_of(old), new_labels=labels_of(new))


def told(found):
    return [
        f"{row.state.value} {row.old_label or '-'} {row.label or '-'}: "
        + "".join(BRACKETS[piece.mark].format(piece.text) for piece in row.pieces)
        for row in found.paragraphs
    ]


CASES = {
    "split in two": (
        [f"#{REPORT}, and invites all ports to share their charts with sailors at no cost;", f"#{SEIZED}."],
        [f"#{REPORT};", f"#{CHARTS};", f"#{SEIZED}."],
        [f"changed OP1 OP1: {REPORT}[, and ]{{;}}", "split OP1 OP2: [invites]{Invites} all ports to share their charts with sailors at no cost;", f"same OP2 OP3: {SEIZED}."],
    ),
    "merged": (
        [f"#{REPORT};", f"#{CHARTS};", f"#{SEIZED}."],
        [f"#{REPORT}, and invites all ports to share their charts with sailors at no cost;", f"#{SEIZED}."],
        [f"changed OP1 OP1: {REPORT}[;]{{, and }}", "merged OP2 OP1: [Invites]{invites} all ports to share their charts with sailors at no cost;", f"same OP3 OP2: {SEIZED}."],
    ),
    "split into a list": (
        ["#Calls upon all keepers to clean their lamps each week, to report each broken lamp without delay, and to train young keepers in the use of horns;", f"#{SEIZED}."],
        ["#Calls upon all keepers:", "*To clean their lamps each week;", "*To report each broken lamp without delay;", "*To train young keepers in the use of horns;", f"#{SEIZED}."],
        ["changed OP1 OP1: Calls upon all keepers[ ]{:}", "split OP1 OP1 (a): [to]{To} clean their lamps each week[, ]{;}", "split OP1 OP1 (b): [to]{To} report each broken lamp without delay[, and ]{;}", "split OP1 OP1 (c): [to]{To} train young keepers in the use of horns;", f"same OP2 OP2: {SEIZED}."],
    ),
    "the second half kept the place": (
        [f"Noting the lamps on the northern coast, and {'recalling in this regard the many old charts of the sea that were drawn by hand'},"],
        ["Noting the lamps on the northern coast,", "Recalling in this regard the many old charts of the sea that were drawn by hand,"],
        ["changed PP1 PP1: Noting the lamps on the northern coast,[ and ]", "split PP1 PP2: [recalling]{Recalling} in this regard the many old charts of the sea that were drawn by hand,"],
    ),
    "a new paragraph that shares words is no split": (
        [f"#{REPORT};", f"#{SEIZED}."],
        [f"#{REPORT};", "#Requests the keeper to report on the horns at its last session;", f"#{SEIZED}."],
        [f"same OP1 OP1: {REPORT};", "inserted - OP2: {Requests the keeper to report on the horns at its last session;}", f"same OP2 OP3: {SEIZED}."],
    ),
    "two words are too few to be sure of a split": (
        [f"#{REPORT}, on horns;", f"#{SEIZED}."],
        [f"#{REPORT};", "#On horns;", f"#{SEIZED}."],
        [f"changed OP1 OP1: {REPORT}[, on horns];", "inserted - OP2: {On horns;}", f"same OP2 OP3: {SEIZED}."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_was_split_or_merged_is_told(case):
    old, new, rows = CASES[case]
    found = made(paragraphs(old), paragraphs(new))
    assert told(found) == rows
    assert both(found) == (words_of(old), words_of(new))


def words_of(lines):
    return [line.lstrip("#*=") for line in lines]


def both(found):
    return tuple([plain(one.text) for one in side] for side in sides(found))


def test_paragraphs_with_an_identity_are_never_joined():
    old, new, _ = CASES["split in two"]
    found = made(paragraphs(old, keys=True), paragraphs(new, keys=True))
    assert {row.state.value for row in found.paragraphs} <= {"inserted", "deleted"}


WORDS = st.lists(
    st.sampled_from(
        [
            "lamp",
            "horn",
            "bell",
            "rope",
            "coast",
            "keeper",
            "sailor",
            "chart",
            "port",
            "sea",
            "north",
            "light",
        ]
    ),
    min_size=1,
    max_size=14,
)
TEXTS = st.lists(
    st.tuples(st.sampled_from(["#", "*", "=", ""]), WORDS).map(
        lambda one: f"{one[0]}{' '.join(one[1])};"
    ),
    min_size=1,
    max_size=7,
)


@st.composite
def edited(draw):
    """A text, and the same with some paragraphs cut, joined, dropped and changed places."""
    old = draw(TEXTS)
    new = []
    for line in old:
        match draw(st.sampled_from(["keep", "keep", "cut", "cut", "join", "drop", "swap"])):
            case "cut":
                words = line.split(" ")
                at = draw(st.integers(0, len(words) - 1))
                new += [" ".join(part) for part in (words[:at], words[at:]) if part]
            case "join" if new:
                new[-1] += " " + line.lstrip("#*=")
            case "drop":
                pass
            case "swap":
                new.insert(0, line)
            case _:
                new.append(line)
    return old, new or old


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(edited())
def test_both_texts_are_always_there(pair):
    old, new = pair
    found = made(paragraphs(old), paragraphs(new))
    assert both(found) == (words_of(old), words_of(new))
    for row in found.paragraphs:
        for paragraph, other in ((row.old, Mark.INSERT), (row.new, Mark.DELETE)):
            if paragraph is not None:
                kept = "".join(piece.text for piece in row.pieces if piece.mark is not other)
                assert kept == plain(paragraph.text)
