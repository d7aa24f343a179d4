"""What paragraphs are called, one line a case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.text.changes import text_of
from drafting.text.numbering import (
    Item,
    fresh_labels,
    frozen_labels,
    labels_of,
    letters,
    ordinal,
    printed_number,
    printed_numbers,
    roman,
)
from drafting.text.resolution import Kind, Paragraph

KINDS = {
    "f": (Kind.FORMULA, 0),
    "p": (Kind.PREAMBULAR, 0),
    "o": (Kind.OPERATIVE, 0),
    "1": (Kind.SUB, 1),
    "2": (Kind.SUB, 2),
    "3": (Kind.SUB, 3),
    "h": (Kind.HEADING, 0),
    "A": (Kind.ANNEX, 0),
    "t": (Kind.ANNEX_TEXT, 0),
    "i": (Kind.ANNEX_ITEM, 0),
}


def items_of(shape: str) -> list[Item]:
    """One letter a paragraph; the id is its place; "-" behind a letter: deleted."""
    items: list[Item] = []
    for letter in shape:
        if letter == "-":
            last = items.pop()
            items.append(Item(last.id, last.kind, last.level, deleted=True))
        else:
            items.append(Item(str(len(items)), *KINDS[letter]))
    return items


FRESH = [
    ("", []),
    ("fppo", ["", "PP1", "PP2", "OP"]),
    ("fppoo", ["", "PP1", "PP2", "OP1", "OP2"]),
    ("p-po", ["PP1", "OP"]),
    ("p1122p", ["PP1", "PP1 (a)", "PP1 (b)", "PP1 (b) (i)", "PP1 (b) (ii)", "PP2"]),
    ("oo1231", ["OP1", "OP2", "OP2 (a)", "OP2 (a) (i)", "OP2 (a) (i) a.", "OP2 (b)"]),
    ("o1", ["OP", "OP (a)"]),
    ("oo2", ["OP1", "OP2", "OP2 (–) (i)"]),
    ("oo3", ["OP1", "OP2", "OP2 (–) (–) a."]),
    ("1", ["(a)"]),
    ("f1p1", ["", "(a)", "PP1", "PP1 (a)"]),
    ("hohoho", ["Heading 1", "OP1", "Heading 2", "OP2", "Heading 3", "OP3"]),
    (
        "ooAhit",
        ["OP1", "OP2", "Annex", "Annex, heading 1", "Annex, 1", "Annex, text 1"],
    ),
    (
        "AiiAi1",
        [
            "Annex I",
            "Annex I, 1",
            "Annex I, 2",
            "Annex II",
            "Annex II, 1",
            "Annex II, 1 (a)",
        ],
    ),
    (
        "AtAt1",
        [
            "Annex I",
            "Annex I, text 1",
            "Annex II",
            "Annex II, text 1",
            "Annex II, text 1 (a)",
        ],
    ),
    ("A-Ai", ["Annex", "Annex, 1"]),
    ("iA", ["Annex 0, 1", "Annex"]),
    ("i", ["Annex, 1"]),
]


@pytest.mark.parametrize(("shape", "labels"), FRESH)
def test_a_sealed_version_is_numbered_afresh(shape: str, labels: list[str]) -> None:
    assert list(fresh_labels(items_of(shape)).values()) == labels


def test_a_deleted_paragraph_has_no_fresh_label() -> None:
    assert fresh_labels(items_of("p-p")) == {"1": "PP1"}


# base shape; then the text since: a digit-free letter is new, "=n" is paragraph n of the base,
# "=n-" is deleted, "=n>x" has become a paragraph of kind x
FROZEN = [
    ("ppp", "=0 p =1 =2", ["PP1", "PP1 bis", "PP2", "PP3"]),
    ("ppp", "=0 p p =1 =2", ["PP1", "PP1 bis", "PP1 ter", "PP2", "PP3"]),
    ("pp", "p =0 =1", ["PP0 bis", "PP1", "PP2"]),
    ("pp", "p p =0 =1", ["PP0 bis", "PP0 ter", "PP1", "PP2"]),
    ("pp", "=0- p =1", ["PP1", "PP1 bis", "PP2"]),
    ("pp", "=1 =0 p", ["PP2", "PP1", "PP1 bis"]),
    ("pp", "=0 p- p =1", ["PP1", "PP1 bis", "PP1 ter", "PP2"]),
    ("poo", "=0 =1 o =2", ["PP1", "OP1", "OP1 bis", "OP2"]),
    ("po", "=0 =1 o", ["PP1", "OP", "OP bis"]),
    ("po", "=0 o =1", ["PP1", "OP0 bis", "OP"]),
    ("p", "=0 o", ["PP1", "OP0 bis"]),
    ("ppo", "=0 =1>o =2", ["PP1", "OP0 bis", "OP"]),
    ("poo", "=0 =1>p =2", ["PP1", "PP1 bis", "OP2"]),
    ("oo11", "=0 =1 =2 1 =3", ["OP1", "OP2", "OP2 (a)", "OP2 (a) bis", "OP2 (b)"]),
    ("oo11", "=0 =1 1 =2 =3", ["OP1", "OP2", "OP2 (0) bis", "OP2 (a)", "OP2 (b)"]),
    (
        "oo",
        "=0 o 1 1 2 =1",
        ["OP1", "OP1 bis", "OP1 bis (a)", "OP1 bis (b)", "OP1 bis (b) (i)", "OP2"],
    ),
    ("oo", "=0 =1 1 1", ["OP1", "OP2", "OP2 (a)", "OP2 (b)"]),
    (
        "oo1",
        "=0 =1 =2 1 2",
        ["OP1", "OP2", "OP2 (a)", "OP2 (a) bis", "OP2 (a) bis (i)"],
    ),
    (
        "oo12",
        "=0 =1 =2 =3 2",
        ["OP1", "OP2", "OP2 (a)", "OP2 (a) (i)", "OP2 (a) (i) bis"],
    ),
    (
        "oo123",
        "=0 =1 =2 =3 =4 3",
        [
            "OP1",
            "OP2",
            "OP2 (a)",
            "OP2 (a) (i)",
            "OP2 (a) (i) a.",
            "OP2 (a) (i) a. bis",
        ],
    ),
    ("oo11", "=0 =1 =2 =3>2", ["OP1", "OP2", "OP2 (a)", "OP2 (a) (i)"]),
    (
        "AiAi",
        "=0 =1 i =2 i =3",
        [
            "Annex I",
            "Annex I, 1",
            "Annex I, 1 bis",
            "Annex II",
            "Annex II, 0 bis",
            "Annex II, 1",
        ],
    ),
    ("oA", "=0 =1 A i i", ["OP", "Annex", "Annex bis", "Annex bis, 1", "Annex bis, 2"]),
    (
        "o",
        "=0 A t h",
        ["OP", "Annex 0 bis", "Annex 0 bis, text 1", "Annex 0 bis, heading 1"],
    ),
    ("hoh", "=0 =1 h =2", ["Heading 1", "OP", "Heading 1 bis", "Heading 2"]),
    ("fp", "f =0 =1", ["", "", "PP1"]),
]


@pytest.mark.parametrize(("base", "since", "labels"), FROZEN)
def test_numbers_stand_still_during_a_round(base: str, since: str, labels: list[str]) -> None:
    old = items_of(base)
    now: list[Item] = []
    for index, word in enumerate(since.split()):
        deleted = word.endswith("-")
        place, _, becomes = word.rstrip("-").partition(">")
        if not place.startswith("="):
            now.append(Item(f"new{index}", *KINDS[place], deleted=deleted))
            continue
        was = old[int(place[1:])]
        kind, level = KINDS[becomes] if becomes else (was.kind, was.level)
        now.append(Item(was.id, kind, level, deleted, was.kind, was.level))
    assert list(frozen_labels(now, fresh_labels(old)).values()) == labels


def test_a_bis_that_was_sealed_is_followed_by_a_ter() -> None:
    base = {"0": "PP1", "1": "PP1 bis"}
    items = [Item(key, Kind.PREAMBULAR) for key in ("0", "1", "x")]
    assert frozen_labels(items, base)["x"] == "PP1 ter"


PRINTED = [
    ("OP", ""),
    ("OP1", "1."),
    ("OP12", "12."),
    ("OP4 bis", "4 bis."),
    ("OP4 bis 16", "4 bis 16."),
    ("OP4 (a)", "(a)"),
    ("OP4 (a) bis", "(a) bis"),
    ("OP4 bis (a)", "(a)"),
    ("OP4 (a) (i)", "(i)"),
    ("OP4 (a) (i) a.", "a."),
    ("OP4 (a) (i) a. ter", "a. ter"),
    ("PP3", ""),
    ("PP3 bis", ""),
    ("PP3 (a)", "(a)"),
    ("Annex", ""),
    ("Annex II", ""),
    ("Annex, 3", "3."),
    ("Annex II, 1", "1."),
    ("Annex II bis, 1 ter", "1 ter."),
    ("Annex II, 1 (a)", "(a)"),
    ("Annex II, text 1", ""),
    ("Heading 1", ""),
    ("Annex II, heading 1", ""),
    ("", ""),
]


@pytest.mark.parametrize(("label", "printed"), PRINTED)
def test_a_document_prints(label: str, printed: str) -> None:
    assert printed_number(label) == printed


def test_a_version_prints_the_numbers_of_operative_paragraphs_alone() -> None:
    assert list(printed_numbers(items_of("fpoo1A")).values()) == [
        "",
        "",
        "1.",
        "2.",
        "(a)",
        "",
    ]


def test_paragraphs_of_an_outside_document_have_labels_in_their_order() -> None:
    kinds = (Kind.FORMULA, Kind.PREAMBULAR, Kind.OPERATIVE)
    assert labels_of([Paragraph(kind, text_of("x")) for kind in kinds]) == (
        "",
        "PP1",
        "OP",
    )


@pytest.mark.parametrize(
    ("number", "letter", "numeral"),
    [
        (1, "a", "i"),
        (4, "d", "iv"),
        (26, "z", "xxvi"),
        (27, "aa", "xxvii"),
        (53, "aaa", "liii"),
    ],
)
def test_sub_paragraphs_are_counted_in_letters_and_numerals(
    number: int, letter: str, numeral: str
) -> None:
    assert (letters(number), roman(number)) == (letter, numeral)


@pytest.mark.parametrize(
    ("number", "name"),
    [(2, "bis"), (3, "ter"), (10, "decies"), (15, "quindecies"), (16, "bis 16")],
)
def test_the_latin_series_goes_on(number: int, name: str) -> None:
    assert ordinal(number) == name


SHAPES = st.text(alphabet="fpo123hAti", max_size=25)


@given(SHAPES)
def test_fresh_labels_are_unique(shape: str) -> None:
    labels = [label for label in fresh_labels(items_of(shape)).values() if label]
    assert len(labels) == len(set(labels))


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[Item], list[Item]]:
    """A sealed version, and a text that came of it by insertions, deletions, moves, new kinds."""
    old = items_of(draw(SHAPES))
    now = draw(st.permutations(old)) if draw(st.booleans()) else list(old)
    now = [Item(i.id, i.kind, i.level, draw(st.booleans()), i.kind, i.level) for i in now]
    for number in range(draw(st.integers(0, 12))):
        kind, level = KINDS[draw(st.sampled_from("po123hAti"))]
        place = draw(st.integers(0, len(now)))
        if now and draw(st.integers(0, 4)) == 0:
            was = now[place % len(now)]
            now[place % len(now)] = Item(
                was.id,
                kind,
                level,
                was.deleted,
                was.base_kind or was.kind,
                was.base_level,
            )
        else:
            now.insert(place, Item(f"new{number}", kind, level))
    return old, now


@given(rounds())
def test_frozen_labels_are_unique_and_untouched_paragraphs_keep_theirs(
    case: tuple[list[Item], list[Item]],
) -> None:
    old, now = case
    base = fresh_labels(old)
    frozen = frozen_labels(now, base)
    named = [label for label in frozen.values() if label]
    assert len(named) == len(set(named))
    assert frozen.keys() == {item.id for item in now}
    for item in now:
        if item.id in base and (item.kind, item.level) == (
            item.base_kind,
            item.base_level,
        ):
            assert frozen[item.id] == base[item.id]
