"""Open proposals laid into the text: what accepting and rejecting gives, whose it is, what is kept apart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.text.changes import Change, plain, text_of
from drafting.text.laying import Laid, Wish, lay
from drafting.text.proposal import ProposalKind
from drafting.text.resolution import Kind, Paragraph
from drafting.text.tracked import Credit, Mark, State

AT = datetime(2021, 9, 28, tzinfo=UTC)
MEXICO, CHILE, SPAIN = (Credit(name, AT) for name in ("Mexico", "Chile", "Spain"))
P = ProposalKind
WORDS = (
    "The Assembly,",
    "Recalls the old lamps;",
    "Urges all keepers to watch;",
    "Decides to end.",
)


def text(*words: str) -> list[Paragraph]:
    return [
        Paragraph(Kind.OPERATIVE if n else Kind.FORMULA, text_of(said), key=f"p{n}")
        for n, said in enumerate(words)
    ]


def laid(*wishes: Wish, words: tuple[str, ...] = WORDS) -> Laid:
    return lay(text(*words), [f"OP{n}" for n in range(len(words))], wishes)


def accepted(made: Laid) -> list[str]:
    return [plain(row.new.text) for row in made.redline.paragraphs if row.new]


def rejected(made: Laid) -> list[str]:
    rows = [row for row in made.redline.paragraphs if row.old]
    return [
        plain(row.old.text) for row in sorted(rows, key=lambda row: row.old_place or 0) if row.old
    ]


def amend(n: int, words: str, credit: Credit = MEXICO) -> Wish:
    return Wish(P.AMEND, f"p{n}", credit, text_of(words))


def insert(n: int | None, words: str, credit: Credit = MEXICO) -> Wish:
    return Wish(P.INSERT, None if n is None else f"p{n}", credit, text_of(words))


def delete(n: int, credit: Credit = MEXICO) -> Wish:
    return Wish(P.DELETE, f"p{n}", credit)


def move(n: int, after: int | None, credit: Credit = MEXICO) -> Wish:
    return Wish(P.MOVE, f"p{n}", credit, after=None if after is None else f"p{after}")


CASES = {
    "other words": ([amend(1, "Recalls the new lamps;")], (0, "Recalls the new lamps;", 2, 3)),
    "two side by side": (
        [
            amend(2, "Urges some keepers to watch;"),
            amend(2, "Urges all keepers to sleep;", CHILE),
        ],
        (0, 1, "Urges some keepers to sleep;", 3),
    ),
    "a new paragraph": ([insert(1, "Thanks;")], (0, 1, "Thanks;", 2, 3)),
    "new ones at one place": (
        [insert(1, "One;"), insert(1, "Two;", CHILE)],
        (0, 1, "One;", "Two;", 2, 3),
    ),
    "at the beginning": ([insert(None, "First;")], ("First;", 0, 1, 2, 3)),
    "deleted": ([delete(2)], (0, 1, 3)),
    "new behind one that goes": ([delete(2), insert(2, "In its place;", CHILE)], (0, 1, "In its place;", 3)),
    "moved up": ([move(3, 0)], (0, 3, 1, 2)),
    "moved to the beginning": ([move(2, None)], (2, 0, 1, 3)),
    "moved by one, changed by another": (
        [move(1, 2), amend(1, "Recalls the new lamps;", CHILE)],
        (0, 2, "Recalls the new lamps;", 3),
    ),
    "moved behind one that goes": ([delete(3), move(1, 3, CHILE)], (0, 2, 1)),
    "split": (
        [Wish(P.SPLIT, "p2", MEXICO, at=len("Urges all keepers"))],
        (0, 1, "Urges all keepers", "to watch;", 3),
    ),
    "merged": ([Wish(P.MERGE, "p2", MEXICO)], (0, "Recalls the old lamps; Urges all keepers to watch;", 3)),
    "replaced as a whole": (
        [Wish(P.ALTERNATIVE, "p1", MEXICO, text_of("Forgets."))],
        (0, "Forgets.", 2, 3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_accepting_all_gives_the_text_with_the_proposals(name: str) -> None:
    wishes, expected = CASES[name]
    made = laid(*wishes)
    assert made.apart == ()
    assert accepted(made) == [WORDS[one] if isinstance(one, int) else one for one in expected]
    assert rejected(made) == list(WORDS)


APART = {
    "the same words": (
        [amend(1, "Recalls the new lamps;"), amend(1, "Recalls the bright lamps;", CHILE)],
        "It touches the same words as the proposal of Mexico.",
    ),
    "two at one place": (
        [amend(3, "Decides firmly to end."), amend(3, "Decides at last to end.", CHILE)],
        "It touches the same words as the proposal of Mexico.",
    ),
    "changed, then deleted": (
        [amend(1, "Recalls the new lamps;"), delete(1, CHILE)],
        "The proposal of Mexico would change words of it.",
    ),
    "deleted, then changed": (
        [delete(1), amend(1, "Recalls the new lamps;", CHILE)],
        "The proposal of Mexico would take its paragraph as a whole.",
    ),
    "deleted twice": ([delete(1), delete(1, CHILE)], "The proposal of Mexico would take its paragraph as a whole."),
    "moved twice": ([move(1, 3), move(1, 2, CHILE)], "The proposal of Mexico would move its paragraph."),
    "gone": ([amend(1, "Recalls the new lamps;"), Wish(P.DELETE, "p9", CHILE)], "Its paragraph is no longer in the text."),
    "said beforehand": (
        [delete(1), Wish(P.AMEND, "p2", CHILE, text_of("x"), apart="Its words have changed.")],
        "Its words have changed.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", APART)
def test_what_meets_another_is_kept_apart_with_the_reason(name: str) -> None:
    wishes, why = APART[name]
    made = laid(*wishes)
    assert [(one.index, one.why) for one in made.apart] == [(1, why)]
    assert made.redline == laid(*wishes[:1]).redline


SUBS = [
    Paragraph(Kind.OPERATIVE, text_of("Requests:"), key="a"),
    Paragraph(Kind.SUB, text_of("One;"), 1, key="a1"),
    Paragraph(Kind.SUB, text_of("Deeper;"), 2, key="a2"),
    Paragraph(Kind.OPERATIVE, text_of("Urges:"), key="b"),
    Paragraph(Kind.SUB, text_of("Two;"), 1, key="b1"),
    Paragraph(Kind.OPERATIVE, text_of("Decides."), key="c"),
]
GROUPS = {
    "deleted with what is beneath": (Wish(P.DELETE, "a", MEXICO), ["b", "b1", "c"]),
    "a sub-paragraph alone": (Wish(P.DELETE, "a2", MEXICO), ["a", "a1", "b", "b1", "c"]),
    "moved with what is beneath": (
        Wish(P.MOVE, "a", MEXICO, after="b"),
        ["b", "b1", "a", "a1", "a2", "c"],
    ),
    "a sub-paragraph moved": (
        Wish(P.MOVE, "b1", MEXICO, after="a"),
        ["a", "b1", "a1", "a2", "b", "c"],
    ),
    "new behind what is beneath": (
        Wish(P.INSERT, "a", MEXICO, text_of("New;")),
        ["a", "a1", "a2", None, "b", "b1", "c"],
    ),
    "a new sub-paragraph": (
        Wish(P.INSERT, "a", MEXICO, text_of("New;"), new_kind=Kind.SUB, level=1),
        ["a", None, "a1", "a2", "b", "b1", "c"],
    ),
}


@pytest.mark.parametrize("name", GROUPS)
def test_sub_paragraphs_go_with_the_paragraph_above_them(name: str) -> None:
    """As they do when the presidency accepts the proposal."""
    wish, expected = GROUPS[name]
    made = lay(SUBS, [p.key or "" for p in SUBS], [wish])
    assert made.apart == ()
    assert [row.new.key for row in made.redline.paragraphs if row.new] == expected
    whole = {row.credit for row in made.redline.paragraphs if row.state not in (State.SAME, State.CHANGED)}  # fmt: skip
    assert whole == {MEXICO}


def test_every_difference_is_its_proposers() -> None:
    made = laid(
        amend(1, "Recalls the new lamps;"),
        amend(2, "Urges all keepers to sleep;", CHILE),
        insert(2, "Thanks;", SPAIN),
        move(3, 0, CHILE),
    )
    found = {
        (row.state, piece.credit.author if piece.credit else row.credit.author)
        for row in made.redline.paragraphs
        for piece in row.pieces
        if (piece.credit or row.credit) and (piece.mark is not Mark.KEEP or row.state is State.MOVED)
    }  # fmt: skip
    assert found == {
        (State.CHANGED, "Mexico"),
        (State.CHANGED, "Chile"),
        (State.INSERTED, "Spain"),
        (State.MOVED, "Chile"),
    }


def test_who_is_moved_is_whom_the_proposal_names() -> None:
    """Of two neighbours that change places either could be called moved."""
    for n, after in ((1, 2), (2, 0)):
        made = laid(move(n, after))
        assert [row.old_place for row in made.redline.paragraphs if row.state is State.MOVED] == [n]


def test_what_is_only_proposed_has_no_identity() -> None:
    made = laid(insert(1, "Thanks;"), amend(2, "Urges;"))
    assert [row.new.key for row in made.redline.paragraphs if row.new] == ["p0", "p1", None, "p2", "p3"]  # fmt: skip


_said = st.lists(
    st.sampled_from(["old", "new", "bright", "lamps", "keepers", "watch", "sleep", "all"]),
    min_size=1,
)


@st.composite
def _wishes(draw: st.DrawFn) -> Wish:
    where = draw(st.integers(0, len(WORDS) - 1))
    kind = draw(st.sampled_from(list(P)))
    words = text_of(" ".join(draw(_said)))
    after = draw(st.sampled_from([None, *(f"p{n}" for n in range(len(WORDS)))]))
    at = draw(st.integers(1, len(WORDS[where]) - 1))
    credit = draw(st.sampled_from([MEXICO, CHILE, SPAIN]))
    return Wish(kind, f"p{where}", credit, words, after=after, at=at)


@settings(max_examples=300, deadline=None)
@given(st.lists(_wishes(), max_size=8))
def test_rejecting_all_gives_the_text_whatever_is_proposed(wishes: list[Wish]) -> None:
    made = laid(*wishes)
    assert rejected(made) == list(WORDS)
    for row in made.redline.paragraphs:
        for paragraph, without in ((row.old, Mark.INSERT), (row.new, Mark.DELETE)):
            if paragraph is not None:
                said = "".join(p.text for p in row.pieces if p.mark is not without)
                assert said == plain(paragraph.text)


@settings(max_examples=200, deadline=None)
@given(st.lists(_wishes(), max_size=6))
def test_each_is_laid_in_or_kept_apart(wishes: list[Wish]) -> None:
    made = laid(*wishes)
    apart = {one.index for one in made.apart}
    assert len(apart) == len(made.apart)
    kept = [wish for index, wish in enumerate(wishes) if index not in apart]
    assert laid(*kept) == Laid(made.redline, ())
    inserted: list[Change] = [wish.text for wish in kept if wish.kind is P.INSERT]
    new = [row.new.text for row in made.redline.paragraphs if row.new and row.new.key is None]
    assert all(one in new for one in inserted)
