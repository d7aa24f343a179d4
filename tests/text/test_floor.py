"""The sentence for the floor: one line a case; and laws on random edits."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.text.changes import EMPTY, Builder, Change, Note, text_of
from drafting.text.diff import normalized
from drafting.text.floor import Edit, Place, Verb, edits, quoted, sentence
from drafting.text.proposal import ProposalKind, Proposed
from drafting.text.resolution import Kind

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Laws take as long as a busy machine needs."""


def words(line: str) -> Change:
    """Words in _italics_, footnotes in <>."""
    builder = Builder()
    for number, run in enumerate(line.split("_")):
        italic = True if number % 2 else None
        for place, piece in enumerate(run.replace(">", "<").split("<")):
            builder.insert(Note(text_of(piece)) if place % 2 else piece, italic=italic)
    return builder.change()


def amended(label: str, old: str, new: str) -> str:
    return sentence(Proposed(ProposalKind.AMEND, label, words(old), words(new)))


AMENDMENTS = [
    # Inserting.
    ("All States parties shall meet in spring.", "All States parties and signatories shall meet in spring.", "In X, after “States parties”, insert “and signatories”."),
    ("Lights shall be lit.", "All lights shall be lit.", "In X, replace “Lights” by “All lights”."),
    ("lights shall be lit", "all lights shall be lit", "At the beginning of X, insert “all”."),
    ("lights shall be lit", "lights shall be lit at night", "At the end of X, add “at night”."),
    ("Lights shall be lit;", "Lights shall be lit, as appropriate;", "In X, after “be lit”, insert “, as appropriate”."),
    ("States that lit a lamp and States that lit a fire", "States that lit a lamp and States that also lit a fire", "In X, after “and States that”, insert “also”."),
    ("lit lit lit lit now", "lit lit also lit lit now", "In X, before “lit lit now”, insert “also”."),
    # Deleting.
    ("It is done without delay by all", "It is done by all", "In X, delete “without delay”."),
    ("a lamp of the port and a lamp of the ship", "a lamp of the port and of the ship", "In X, after “port and”, delete “a lamp”."),
    ("the sea and the sea stay where they are now", "and the sea stay where they are now", "At the beginning of X, delete “the sea”."),
    # Replacing.
    ("in this regard, welcoming the keeper", "in this regard, noting with appreciation the keeper", "In X, replace “welcoming” by “noting with appreciation”."),
    ("meet on 3 May 2020 at the pier", "meet on 4 May 2021 at the pier", "In X, replace “3 May 2020” by “4 May 2021”."),
    ("the port in the north, the port in the south", "the port in the north, the dock in the south", "In X, after “north, the”, replace “port” by “dock”."),
    # Several.
    ("Every port shall keep a lamp lit all night without delay and a bell at hand", "Every port and ship shall keep a lamp lit all night and a horn at hand", "In X, after “Every port”, insert “and ship”; delete “without delay”; and replace “bell” by “horn”."),
    ("Every port shall keep a lamp lit all night", "Every port and ship shall keep a lamp lit all day", "In X, after “Every port”, insert “and ship”; and replace “night” by “day”."),
    ("port shall keep a lamp lit all night", "Each port shall keep a lamp lit all day", "In X, at the beginning, insert “Each”; and replace “night” by “day”."),
    # Most words change.
    ("cats sleep all day in a box", "dogs bark all night at the moon", "Replace X by: “dogs bark all night at the moon”."),
    ("a a a a a a a", "a a a b a a a a", "Replace X by: “a a a b a a a a”."),
    ("Ports meet", "Ports meet", "Leave X as it is."),
    ("3 May 2020 is it", "3\u00a0May 2020 is it", "Leave X as it is."),
    # Quotation marks.
    ("the plan entitled “Ports for all” and more", "the plan entitled “Ports for all” and even more", "In X, after “all’ and”, insert “even”."),
    ("the plan is good and binds all", "the plan entitled “The port’s ‘new’ way” is good and binds all", "In X, after “the plan”, insert “entitled ‘The port’s “new” way’”."),
    # Footnotes and italics.
    ("The Plan of Lima stands", "The Plan of Lima<Resolution 7/1.> stands", "In X, after “of Lima”, add a footnote reading “Resolution 7/1.”."),
    ("The Plan of Lima<Resolution 7/1.> stands", "The Plan of Lima stands", "In X, after “of Lima”, delete the footnote."),
    ("The Plan of Lima<Resolution 7/1.> stands", "The Plan of Lima<See “Plan”.> stands", "In X, after “of Lima”, replace the footnote by one reading “See ‘Plan’.”."),
    ("We meet at sea with all", "We meet at sea with the Plan of Lima<Resolution 7/1.> and all", "In X, after “sea with”, insert “the Plan of Lima and”, with a footnote after “Plan of Lima” reading “Resolution 7/1.”."),
    ("We meet at sea with all who sail", "We meet at sea with all who sail by the Plan<Resolution 7/1.>", "At the end of X, add “by the Plan”, with a footnote reading “Resolution 7/1.”."),
    ("We meet by the Plan<Resolution 7/1.> at sea with all", "We meet at sea with all", "In X, delete “by the Plan” with its footnote."),
    ("The Sea Book is read by all", "The _Sea Book_ is read by all", "In X, set “Sea Book” in italics."),
    ("The _Sea Book_ is read by all", "The Sea Book is read by all", "In X, set “Sea Book” in roman."),
    ("Notes", "_Notes_", "In X, set “Notes” in italics."),
    ("the  sea is deep", "the sea is deep", "In X, after “the”, correct the spacing."),
    # Long stretches.
    ("Keepers shall " + "see that lamp number one and every single other lamp along the whole of that old coast road is lit before dusk falls upon any ship that may be passing by" + " and then all of them shall go back home again to rest until the morning comes and the next day of work begins for each",
     "Keepers shall and then all of them shall go back home again to rest until the morning comes and the next day of work begins for each",
     "In X, delete the words from “see that” to “passing by”."),
    # Scripts.
    ("大会回顾其决议并欢迎报告", "大会回顾其决议并感谢报告", "In X, replace “欢迎” by “感谢”."),
    ("وإذ تشير إلى قرارها الأول", "وإذ تشير إلى قرارها الثاني", "In X, replace “الأول” by “الثاني”."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), AMENDMENTS)
def test_an_amendment_is_told_by_its_places(old: str, new: str, told: str) -> None:
    assert amended("X", old, new) == told


K = ProposalKind
T = text_of("Requests the keeper to see “to it”;")
N = Builder().insert("Notes it").insert(Note(text_of("See A/70/1."))).insert(";").change()
B = text_of("Notes the lamp \U0001f54a and the bell and the rope")

WHOLE = [
    (Proposed(K.DELETE, "PP14"), "Delete PP14."),
    (Proposed(K.MERGE, "OP6"), "Merge OP6 with the paragraph before it."),
    (Proposed(K.MOVE, "OP7", after="OP3"), "Move OP7 after OP3."),
    (Proposed(K.MOVE, "OP7"), "Move OP7 to the beginning of the operative part."),
    (Proposed(K.MOVE, "PP7 bis"), "Move PP7 bis to the beginning of the preamble."),
    (Proposed(K.MOVE, "OP4 (b)"), "Move OP4 (b) to the beginning of OP4."),
    (Proposed(K.MOVE, "OP4 (a) (ii)"), "Move OP4 (a) (ii) to the beginning of OP4 (a)."),
    (Proposed(K.MOVE, "Annex II, 3"), "Move Annex II, 3 to the beginning of Annex II."),
    (Proposed(K.MOVE, "Heading 2"), "Move Heading 2 to the beginning."),
    (Proposed(K.SPLIT, "OP5", B, at=15), "Split OP5 after “the lamp”."),
    (Proposed(K.SPLIT, "OP5", B, at=30), "Split OP5 after “the bell”."),
    (Proposed(K.SPLIT, "OP5", B, at=0), "Split OP5 before “Notes the”."),
    (Proposed(K.SPLIT, "OP5", text_of("a a a"), at=2), "Split OP5 after its word number 1."),
    (Proposed(K.SPLIT, "OP5", EMPTY, at=0), "Split OP5 at its beginning."),
    (Proposed(K.ALTERNATIVE, "OP6", text=T), "As an alternative to OP6: “Requests the keeper to see ‘to it’;”."),
    (Proposed(K.INSERT, "PP10", text=T, new_kind=Kind.PREAMBULAR), "Insert a new paragraph after PP10, to read: “Requests the keeper to see ‘to it’;”."),
    (Proposed(K.INSERT, "", text=T, new_kind=Kind.PREAMBULAR), "Insert a new paragraph at the beginning of the preamble, to read: “Requests the keeper to see ‘to it’;”."),
    (Proposed(K.INSERT, "", text=T), "Insert a new paragraph at the beginning of the operative part, to read: “Requests the keeper to see ‘to it’;”."),
    (Proposed(K.INSERT, "OP4 (a)", text=T, new_kind=Kind.SUB), "Insert a new sub-paragraph after OP4 (a), to read: “Requests the keeper to see ‘to it’;”."),
    (Proposed(K.INSERT, "OP4", text=text_of("Ports"), new_kind=Kind.HEADING), "Insert a new heading after OP4, to read: “Ports”."),
    (Proposed(K.INSERT, "OP4", text=N), "Insert a new paragraph after OP4, to read: “Notes it;”, with a footnote after “Notes it” reading “See A/70/1.”."),
    (Proposed(K.AMEND, "", text_of("The Assembly"), text_of("The General Assembly")), "In the opening words, after “The”, insert “General”."),
]  # fmt: skip


@pytest.mark.parametrize(("proposed", "told"), WHOLE)
def test_what_befalls_a_whole_paragraph_is_told(proposed: Proposed, told: str) -> None:
    assert sentence(proposed) == told


QUOTES = [
    ("a “b” c", "“a ‘b’ c”"),
    ("a ‘b’ c", "“a “b” c”"),
    ("a “b ‘c’ d” e", "“a ‘b “c” d’ e”"),
    ("the States’ “own” way", "“the States’ ‘own’ way”"),
    ("way” and", "“way’ and”"),
    ("and “way", "“and ‘way”"),
    (" blanks ", "“blanks”"),
]


@pytest.mark.parametrize(("text", "shown"), QUOTES)
def test_quotation_marks_inside_are_turned(text: str, shown: str) -> None:
    assert quoted(text) == shown


# Few words, so that they repeat; and marks that are often in the way.
WORD = st.sampled_from(
    [
        "a",
        "b",
        "the",
        "sea",
        "of",
        "and",
        "port,",
        "lamp",
        "“Ports”",
        "(see",
        "3~May~2020",
        "75/62",
        "that",
        "大会",
        "état",
        ";",
    ]
)
TEXT = st.lists(WORD, max_size=18).map(lambda row: " ".join(row).replace("~", " "))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    row = draw(st.lists(WORD, min_size=1, max_size=18))
    new = list(row)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(new)))
        new[at : at + draw(st.integers(0, 2))] = draw(st.lists(WORD, max_size=3))
    return " ".join(row).replace("~", " "), " ".join(new).replace("~", " ")


def count(text: str, found: str) -> int:
    return sum(text.startswith(found, at) for at in range(len(text)))


def anchors(edit: Edit) -> list[str]:
    if edit.place in {Place.AFTER, Place.BEFORE}:
        return [edit.anchor]
    if edit.place is not Place.ITSELF:
        return []
    return list(edit.old.ends) if edit.old.ends else [edit.old.text.strip()]


@UNHURRIED
@given(st.one_of(pairs(), st.tuples(TEXT, TEXT)))
def test_what_locates_an_edit_occurs_once_and_cuts_no_word(pair: tuple[str, str]) -> None:
    old, new = pair
    for edit in edits(text_of(old), text_of(new)) or ():
        for anchor in anchors(edit):
            assert count(old, anchor) == 1
            start = old.index(anchor)
            for at in (start, start + len(anchor)):
                assert not (old[at - 1 : at].isalnum() and old[at : at + 1].isalnum()) or (
                    not old[at].isascii()
                )


def done(old: str, found: tuple[Edit, ...]) -> str:
    """The words after the edits, by somebody who has only the old words and the sentence."""
    changes: list[tuple[int, int, str]] = []
    for edit in found:
        was, now = edit.old.text.strip(), edit.new.text
        if edit.verb in {Verb.ITALIC, Verb.ROMAN, Verb.SPACE}:
            continue
        size = len(was)
        match edit.place:
            case Place.ITSELF:
                at = old.index(edit.old.ends[0] if edit.old.ends else was)
            case Place.AFTER:
                at = old.index(edit.anchor) + len(edit.anchor)
                at = old.index(was, at) if was else at
            case Place.BEFORE:
                at = old.index(edit.anchor)
                at = old.rindex(was, 0, at) if was else at
            case Place.BEGINNING:
                at = old.index(was)
            case Place.END:
                at = old.rindex(was) if was else len(old)
        changes.append((at, at + size, now))
    for start, stop, now in reversed(changes):
        old = f"{old[:start]} {now} {old[stop:]}"
    return "".join(old.split())


@UNHURRIED
@given(st.one_of(pairs(), st.tuples(TEXT, TEXT)))
def test_the_sentence_alone_leads_from_the_old_words_to_the_new(pair: tuple[str, str]) -> None:
    old, new = pair
    found = edits(text_of(old), text_of(new))
    if found is not None:
        assert done(old, found) == "".join(new.split())


LONG = st.lists(st.sampled_from([f"w{n}" for n in range(90)]), min_size=30, max_size=80)


@UNHURRIED
@given(LONG, st.integers(0, 40), st.integers(26, 40))
def test_a_long_stretch_is_named_by_its_ends(row: list[str], start: int, size: int) -> None:
    old, new = " ".join(row), " ".join(row[:start] + row[start + size :])
    found = edits(text_of(old), text_of(new))
    if found is not None:
        for edit in found:
            assert all(count(old, anchor) == 1 for anchor in anchors(edit))


@UNHURRIED
@given(TEXT, st.integers(0, 60))
def test_a_split_is_told_by_words_that_occur_once(text: str, at: int) -> None:
    at = min(at, len(text))
    told = sentence(Proposed(ProposalKind.SPLIT, "OP5", text_of(text), at=at))
    if "“" in told:
        shown = told[told.index("“") + 1 : -2]
        turned = {"‘": "“", "’": "”"}
        assert count(text, "".join(turned.get(one, one) for one in shown)) == 1


@UNHURRIED
@given(TEXT, TEXT)
def test_no_break_characters_do_not_matter(old: str, new: str) -> None:
    stiff = new.replace(" ", "\u00a0")
    found = edits(text_of(old), text_of(stiff))
    assert found == edits(text_of(old), text_of(normalized(stiff)))
