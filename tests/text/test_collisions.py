"""Where changes meet, how one is carried over, and several laid in side by side."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.text.changes import (
    EMPTY,
    Builder,
    Change,
    apply,
    compose,
    from_json,
    joined,
    note,
    plain,
    text_of,
    transform,
)
from drafting.text.collisions import (
    Meeting,
    carried,
    footprint,
    laid,
    meetings,
    rebase,
    words_at,
)
from drafting.text.diff import difference
from drafting.text.tracked import Mark

BASE = "all coastal States shall keep their lights burning by night"


def to(new: str, base: str = BASE) -> Change:
    return difference(text_of(base), text_of(new))


FOOTPRINTS = [
    ([], []),
    ([{"insert": "x"}], [(0, 0)]),
    ([{"retain": 4}, {"delete": 7}], [(4, 11)]),
    ([{"retain": 4}, {"insert": "x"}, {"delete": 7}], [(4, 11)]),
    ([{"retain": 4, "attributes": {"italic": True}}], [(0, 4)]),
    ([{"delete": 1}, {"retain": 2}, {"insert": "x"}], [(0, 1), (3, 3)]),
]


@pytest.mark.parametrize(("ops", "wanted"), FOOTPRINTS)
def test_what_a_change_touches(ops, wanted):
    assert footprint(from_json(ops)) == wanted


def changed(old: str, new: str) -> Change:
    return to(BASE.replace(old, new, 1))


MEETINGS = [
    ("coastal", "island", "burning", "lit", []),
    ("burning", "lit", "burning", "aflame", ["burning"]),
    ("lights burning", "lamps aflame", "burning", "lit", ["burning"]),
    ("coastal", "island", "coastal States", "nations", ["coastal"]),
    (" by night", "", " by night", " by day", ["night"]),
    ("keep", "always keep", "keep", "still keep", [""]),
    ("keep", "always keep", "shall keep their", "tend", [""]),
    ("all ", "", "coastal", "island", []),
]


@pytest.mark.parametrize(("old", "new", "other_old", "other_new", "words"), MEETINGS)
def test_where_two_changes_meet(old, new, other_old, other_new, words):
    one, two = changed(old, new), changed(other_old, other_new)
    for a, b in ((one, two), (two, one)):
        found = [words_at(text_of(BASE), m).strip() for m in meetings(a, b)]
        assert found == words


CARRIED = [
    # what the proposal would have, what the paragraph says now, what it would say, where they meet
    (
        "burning",
        "lit",
        "coastal",
        "island",
        BASE.replace("burning", "lit").replace("coastal", "island"),
        0,
    ),
    ("burning", "lit", "", "", BASE.replace("burning", "lit"), 0),
    ("burning", "lit", "burning", "aflame", None, 1),
]


@pytest.mark.parametrize(("old", "new", "now_old", "now_new", "says", "met"), CARRIED)
def test_a_change_is_carried_over_and_never_guessed(old, new, now_old, now_new, says, met):
    now = BASE.replace(now_old, now_new, 1)
    found = rebase(text_of(BASE), text_of(BASE.replace(old, new, 1)), text_of(now))
    assert len(found.meetings) == met
    assert found.moved is (now != BASE)
    if says is not None:
        assert plain(found.text) == says


DONE = [
    ("burning", "lit", "burning", "lit", True),
    ("burning", "lit", "lights burning", "lamps lit", True),
    ("burning", "lit", "burning", "lit and warm", True),
    (" by night", "", " by night", "", True),
    (" by night", "", " burning by night", " burning", True),
    ("keep", "always keep", "keep", "always keep", True),
    ("burning", "lit", "coastal", "island", False),
    ("burning", "lit", "burning", "aflame", False),
]


@pytest.mark.parametrize(("old", "new", "now_old", "now_new", "done"), DONE)
def test_what_the_text_says_already_is_done(old, new, now_old, now_new, done):
    found = rebase(
        text_of(BASE),
        text_of(BASE.replace(old, new, 1)),
        text_of(BASE.replace(now_old, now_new, 1)),
    )
    assert found.done is done


def test_a_notes_words_are_done_when_they_are_the_same():
    def noted(words, tail=" by night"):
        return Builder().insert("Keep").insert(note(words)).insert(tail).change()

    base, wanted = noted("Resolution 70/900."), noted("Resolution 71/900.")
    assert rebase(base, wanted, noted("Resolution 72/900.")).done is False
    assert rebase(base, wanted, noted("Resolution 70/900.", " by day")).done is False
    assert rebase(base, wanted, noted("Resolution 71/900.", " by day")).done is True
    gone = text_of("Keep by night")
    two, three = noted("Resolution 71/900."), noted("Resolution 72/900.")
    assert rebase(gone, two, noted("Resolution 72/900.", " by day")).done is False
    assert rebase(gone, two, three).done is False


def test_italics_are_done_when_they_stand_so():
    def keep(tail, *, italic):
        return Builder().insert("Keep", italic=italic).insert(tail).change()

    base, wanted = keep(" by night", italic=False), keep(" by night", italic=True)
    assert rebase(base, wanted, keep(" by day", italic=False)).done is False


PLACES = [
    ("", 0, 3, (0, 3)),
    ("Now ", 0, 3, (4, 7)),
    ("Now ", 4, 11, (8, 15)),
]


@pytest.mark.parametrize(("before", "start", "end", "wanted"), PLACES)
def test_where_words_stand_now(before, start, end, wanted):
    assert carried(text_of(BASE), text_of(before + BASE), start, end) == wanted


def test_words_that_are_gone_stand_nowhere():
    assert carried(text_of(BASE), text_of(BASE.replace("coastal ", "")), 4, 11) is None


# Laws --------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["all", "coastal", "States", "البحر", "海", "ships", "shall", "é", "𝄞", "75/62"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(lambda words: text_of(" ".join(words)))


@given(TEXTS, TEXTS, TEXTS)
def test_what_is_kept_and_deleted_is_the_base_and_each_alone_gives_its_own_text(base, one, two):
    changes = [difference(base, one), difference(base, two)]
    found = laid(base, changes)
    stood = joined(*(s.text for s in found if s.mark is not Mark.INSERT))
    assert stood == base
    for who, wanted in enumerate((one, two)):
        alone = laid(base, [changes[who]])
        assert joined(*(s.text for s in alone if s.mark is not Mark.DELETE)) == wanted
        assert {w for s in alone for w in s.by} <= {0}
    met = bool(meetings(*changes))
    if not met:
        # Side by side they say what one after the other makes of the text.
        made = compose(changes[0], transform(changes[0], changes[1], first=True))
        assert joined(*(s.text for s in found if s.mark is not Mark.DELETE)) == apply(base, made)


@given(TEXTS, TEXTS, TEXTS)
def test_meeting_is_mutual(base, one, two):
    a, b = difference(base, one), difference(base, two)
    assert meetings(a, b) == meetings(b, a)
    assert meetings(a, EMPTY) == ()
    if footprint(a):
        assert meetings(a, a)


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_what_does_not_meet_is_carried_over_whichever_came_first(base, one, two):
    a, b = difference(base, one), difference(base, two)
    if meetings(a, b):
        return
    mine, theirs = rebase(base, one, two), rebase(base, two, one)
    assert plain(mine.text) == plain(theirs.text) or _side_by_side(a, b)


def _side_by_side(one: Change, two: Change) -> bool:
    """Two that stand directly side by side keep their order of coming."""
    ends = {edge for start, end in footprint(one) for edge in (start, end)}
    return any(edge in ends for start, end in footprint(two) for edge in (start, end))


def test_a_meeting_is_a_place_in_the_base():
    assert words_at(text_of(BASE), Meeting(4, 11)) == "coastal"
