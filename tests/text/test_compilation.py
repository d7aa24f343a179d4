"""Where each proposal is told in a compilation text, and that it is understood again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.text.changes import EMPTY, Change, from_json, note, plain, text_of
from drafting.text.compilation import Alternative, Compilation, Entry, Voice
from drafting.text.compilation_form import Block, attributed, attribution
from drafting.text.compilation_printing import named, printed, settled
from drafting.text.compilation_reading import gathered
from drafting.text.compilation_runs import runs, segments_of
from drafting.text.proposal import ProposalKind, Stance
from drafting.text.resolution import Kind

BASE = "Urges all States to act without delay, alone and together, in good faith;"


def one(
    owner: str, text: str | Change = EMPTY, kind: str = "amend", **values: object
) -> Alternative:
    words = text_of(text) if isinstance(text, str) else text
    return Alternative("", ProposalKind(kind), (owner,), words, **values)  # type: ignore[arg-type]


def changed(*swaps: tuple[str, str], base: str = BASE) -> str:
    for old, new in swaps:
        assert old in base
        base = base.replace(old, new)
    return base


def of(*alternatives: Alternative, base: str | Change = BASE, **values: object) -> Compilation:
    words = text_of(base) if isinstance(base, str) else base
    fields = {"key": "", "label": "OP4", "kind": Kind.OPERATIVE, "level": 0, "text": words}
    return Compilation("Boats", (Entry(**{**fields, "alternatives": alternatives, **values}),))  # type: ignore[arg-type]


def shown(compilation: Compilation) -> list[str]:
    return [_line(block) for block in printed(compilation)[1]]


def _line(block: Block) -> str:
    words = "".join(plain(run.words) for run in runs(block))
    return f"{block.label}: {words}" if block.label else words


def again(compilation: Compilation) -> Compilation:
    """Gives what is understood of a compilation whose characters of the form are marked."""
    read = [
        replace(block, segments=segments_of(list(runs(block))), deleted=False)
        for block in printed(compilation)[1]
    ]
    return gathered(read, title="Boats")


# --- among the words ----------------------------------------------------------------------------

N, C, M = "Norway", "Chile", "Mexico"


@pytest.mark.parametrize(
    ("alternatives", "line"),
    [
        ([], "Urges all States to act without delay, alone and together, in good faith;"),
        ([one(N, changed(("States", "States parties")))],
         "Urges all States [Norway: parties] to act without delay, alone and together, in good faith;"),
        ([one(N, changed((";", ", and report;")))],
         "Urges all States to act without delay, alone and together, in good faith[Norway: , and report];"),
        ([one(C, changed(("without delay", "promptly")))],
         "Urges all States to act [without delay] [Chile: promptly], alone and together, in good faith;"),
        ([one(M, changed((" without delay", "")))],
         "Urges all States to act [without delay] [Mexico: delete], alone and together, in good faith;"),
        ([one(M, changed(("without delay", "")))],
         "Urges all States to act [without delay] [Mexico: delete but not the blank before], alone and together, in good faith;"),
        ([one(C, changed(("without delay", "promptly"))), one(M, changed((" without delay", "")))],
         "Urges all States to act [without delay] [Chile: promptly] [Mexico: delete], alone and together, in good faith;"),
        ([one(N, changed(("without delay", "without any delay"))), one(C, changed(("without delay", "promptly")))],
         "Urges all States to act [without [Norway: any] delay] [Chile: promptly], alone and together, in good faith;"),
        ([one(N, changed(("delay", "fear"))), one(C, changed(("without delay", "promptly")))],
         "Urges all States to act [without [delay] [Norway: fear]] [Chile: promptly], alone and together, in good faith;"),
        ([one(C, changed(("without delay", "promptly"))), one(N, changed(("delay", "delay or fear")))],
         "Urges all States to act [without delay] [Chile: promptly] [Norway: insert: or fear], alone and together, in good faith;"),
        ([one(N, changed(("all", "most"), ("alone", "apart")))],
         "Urges [all] [Norway: most] States to act without delay, [alone] [Norway: apart] and together, in good faith;"),
        ([one(N, changed(("States", "States parties"))), one(C, changed(("States", "States and others")))],
         "Urges all States [Norway: parties] [Chile: and others] to act without delay, alone and together, in good faith;"),
        ([one(N, changed((" in good", " retain in good")))],
         "Urges all States to act without delay, alone and together, [Norway: insert: retain] in good faith;"),
        ([one(N, changed(("alone", "delete")))],
         "Urges all States to act without delay, [alone] [Norway: replace by: delete] and together, in good faith;"),
        ([one(N, kind="split", at=39)],
         "Urges all States to act without delay, [Norway: split here] alone and together, in good faith;"),
        ([one(N, kind="split", at=38)],
         "Urges all States to act without delay,[Norway: split here] alone and together, in good faith;"),
        ([one(N, kind="split", at=999)],
         "Urges all States to act without delay, alone and together, in good faith;[Norway: split here]"),
    ],
)  # fmt: skip
def test_what_changes_words_stands_among_them(alternatives: list[Alternative], line: str) -> None:
    whole = of(*alternatives)
    assert shown(whole) == [f"OP4: {line}"]
    assert again(whole) == settled(whole)


# --- whole --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alternatives", "lines"),
    [
        ([one(C, changed(("to act without", "to move with"))), one(N, changed(("without delay", "at once")))],
         ["OP4 alt: [Norway: amend to read: Urges all States to act at once, alone and together, in good faith;]"]),
        ([one(N, "Invites;")], ["OP4 alt: [Norway: amend to read: Invites;]"]),
        ([one(N, BASE)], [f"OP4 alt: [Norway: amend to read: {BASE}]"]),
        ([one(N, "")], ["OP4 alt: [Norway: amend to read:]"]),
        ([one(N, "Invites;", "alternative")], ["OP4 alt: [Norway: Invites;]"]),
        ([one(N, "", "alternative")], ["OP4 alt: [Norway: replace by:]"]),
        ([one(N, "reserve", "alternative")], ["OP4 alt: [Norway: replace by: reserve]"]),
        ([one(N, "A;", "alternative"), one(C, "B;"), one(M, "D;", "alternative")],
         ["OP4 alt: [Norway: A;]", "OP4 alt 2: [Chile: amend to read: B;]", "OP4 alt 3: [Mexico: D;]"]),
        ([one(N, "A;", "alternative"), one(N, "B;", "alternative")],
         ["OP4 alt: [Norway: A;]", "OP4 alt 2: [Norway (2): B;]"]),
        ([one(N, "Thanks;", "insert"), one(C, "Asks;", "insert")],
         ["OP4 bis: [Norway: Thanks;]", "OP4 ter: [Chile: Asks;]"]),
        ([one(N, "Thanks;", "insert"), one(C, "To sail;", "insert", new_kind=Kind.SUB)],
         ["OP4 (a): [Chile: To sail;]", "OP4 bis: [Norway: Thanks;]"]),
        ([one(N, "Thanks;", "insert", label="OP9")], ["OP9: [Norway: Thanks;]"]),
        ([one(N, "Thanks;", "insert", label="OP4 alt")], ["OP4 alt: [Norway: insert: Thanks;]"]),
        ([one(N, "", "insert")], ["OP4 bis: [Norway: insert:]"]),
        ([one(N, kind="delete")], ["[Norway: delete]"]),
        ([one(N, kind="merge")], ["[Norway: merge with the paragraph before]"]),
        ([one(N, kind="move", after="OP3"), one(C, kind="move")],
         ["[Norway: move after OP3] [Chile: move to the beginning]"]),
        ([one(N, kind="delete", supporters=("Chile", "Antigua and Barbuda"))],
         ["[Norway, supported by Chile and Antigua and\u00a0Barbuda: delete]"]),
        ([one(N, kind="delete"), one(N, kind="move", after="OP3")],
         ["[Norway: delete] [Norway (2): move after OP3]"]),
    ],
)  # fmt: skip
def test_what_is_said_of_the_whole_stands_beneath(
    alternatives: list[Alternative], lines: list[str]
) -> None:
    whole = of(*alternatives)
    assert shown(whole)[1:] == lines
    assert again(whole) == settled(whole)


@pytest.mark.parametrize(
    ("voice", "line"),
    [
        (Voice((M, C), Stance.RETAIN), "[Mexico, Chile: retain]"),
        (Voice((M,), Stance.RETAIN, preliminary=True), "[Mexico: retain (preliminary)]"),
        (Voice((M,), Stance.RETAIN, essential=True), "[Mexico: retain (essential)]"),
        (Voice((M,), Stance.OBJECT, False, True), "[Mexico: object (desirable, preliminary)]"),
        (Voice((M,), Stance.CAN_LIVE_WITH), "[Mexico: can live with]"),
        (Voice((M,), Stance.DELETE), "[Mexico: for deletion]"),
        (Voice((M,), Stance.AMEND), "[Mexico: amend]"),
    ],
)
def test_a_position_is_told_without_rival_words(voice: Voice, line: str) -> None:
    whole = of(voices=(voice,))
    assert shown(whole)[1:] == [line]
    assert again(whole) == settled(whole)


def test_a_wish_to_delete_is_told_apart_from_a_proposal_to() -> None:
    whole = of(one(M, kind="delete"), voices=(Voice((M,), Stance.DELETE),))
    assert shown(whole)[1] == "[Mexico: delete] [Mexico: for deletion]"
    assert again(whole) == settled(whole)


def test_an_amendment_in_many_places_is_given_whole() -> None:
    base = " ".join(f"boat{i} and ship{i}," for i in range(12))
    whole = of(one(N, base.replace("ship", "raft")), base=base)
    assert [line[:7] for line in shown(whole)] == ["OP4: bo", "OP4 alt"]
    assert again(whole) == settled(whole)


# --- the text's own marks -----------------------------------------------------------------------

ITALIC = from_json([{"insert": "Urges", "attributes": {"italic": True}}, {"insert": " all;"}])
SLOPED = from_json([{"insert": "Urges all", "attributes": {"italic": True}}, {"insert": ";"}])


@pytest.mark.parametrize(
    ("base", "text"),
    [
        (text_of("a [b] c;"), text_of("a [b] d;")),
        (text_of("a b;"), text_of("a [b];")),
        (text_of("a  b c;"), text_of("a b c;")),
        (text_of("a b c;"), text_of("a b  c;")),
        (text_of("a b c;"), text_of(" a b c; ")),
        (text_of("a\u00a0b c;"), text_of("a b c;")),
        (ITALIC, SLOPED),
        (SLOPED, ITALIC),
        (text_of("a", note("x"), " b;"), text_of("a", note("y"), " b;")),
        (text_of("a", note("x"), " b;"), text_of("a b;")),
        (text_of("a b;"), text_of("a", note("[1]"), " b;")),
        (text_of("🕊 a b;"), text_of("🕊 a 🕊🕊 b;")),
        (text_of("回顾其决议，"), text_of("回顾其关于灯塔的决议，")),
        (text_of("وإذ تشير إلى قرارها،"), text_of("وإذ تشير إلى قرارها السابق،")),
        (EMPTY, text_of("a;")),
    ],
)
def test_any_words_come_back(base: Change, text: Change) -> None:
    for kind in ("amend", "alternative", "insert"):
        whole = of(one(N, text, kind), one(C, text, kind), base=base)
        assert again(whole) == settled(whole)


def test_a_split_never_cuts_a_character() -> None:
    whole = settled(of(one(N, kind="split", at=3), base="a 🕊 b"))
    assert whole.entries[0].alternatives[0].at == 2


# --- labels -------------------------------------------------------------------------------------


def entry(label: str, kind: Kind = Kind.PREAMBULAR, *alternatives: Alternative) -> Entry:
    return Entry("", label, kind, 0, text_of("x,"), alternatives=alternatives)


def inserted(compilation: Compilation) -> list[str]:
    whole = settled(compilation)
    return [
        a.label
        for group in (whole.before, *(e.alternatives for e in whole.entries))
        for a in group
        if a.kind is ProposalKind.INSERT
    ]


def new(kind: Kind = Kind.PREAMBULAR, label: str = "", level: int = 0) -> Alternative:
    return one(N, "x,", "insert", new_kind=kind, label=label, level=level)


@pytest.mark.parametrize(
    ("entries", "before", "labels"),
    [
        ((entry("PP10", Kind.PREAMBULAR, new(), new()),), (), ["PP10 bis", "PP10 ter"]),
        ((entry("PP10", Kind.PREAMBULAR, new()), entry("PP10 bis")), (), ["PP10 ter"]),
        ((entry("PP10", Kind.PREAMBULAR, new(label="PP10 quater")),), (), ["PP10 quater"]),
        ((entry("", Kind.FORMULA, new()),), (), ["PP0 bis"]),
        ((entry("", Kind.FORMULA),), (new(),), ["PP0 bis"]),
        ((entry("PP2", Kind.PREAMBULAR, new(Kind.OPERATIVE)),), (), ["OP0 bis"]),
        ((entry("OP4", Kind.OPERATIVE, new(Kind.SUB)),), (), ["OP4 (a)"]),
        ((entry("OP4"), entry("OP4 (a)", Kind.SUB, new(Kind.SUB, level=2))), (), ["OP4 (a) (i)"]),
    ],
)
def test_an_insertion_is_named_after_its_place(
    entries: tuple[Entry, ...], before: tuple[Alternative, ...], labels: list[str]
) -> None:
    assert inserted(Compilation("Boats", entries, before=before)) == labels


def test_what_is_left_out_takes_no_names_away() -> None:
    said = [
        one(N, "x,", "insert"),
        one(C, "y,", "insert"),
        one(C, "z,", "insert", new_kind=Kind.SUB),
    ]
    whole = named(of(*said))
    entries = whole.entries
    assert inserted(whole) == ["OP4 (a)", "OP4 bis", "OP4 ter"] == inserted(settled(of(*said)))
    for name in inserted(whole):
        kept = tuple(a for a in entries[0].alternatives if a.label == name)
        part = replace(whole, entries=(replace(entries[0], alternatives=kept),))
        assert inserted(settled(part)) == [name]


def test_what_was_made_on_other_words_is_told_apart_from_these() -> None:
    whole = of(one(N, changed(("without", "with"))), one(C, changed(("alone", "one")), apart=True))
    assert [line[:22] for line in shown(whole)] == [
        "OP4: Urges all States ",
        "OP4 alt: [Chile: amend",
    ]
    assert again(whole) == settled(whole) == settled(settled(whole))


def test_insertions_before_all_come_first() -> None:
    whole = Compilation("Boats", (entry("PP1"),), before=(new(), new()))
    assert shown(whole)[:2] == ["PP0 bis: [Norway: x,]", "PP0 ter: [Norway (2): x,]"]
    assert again(whole) == settled(whole)


# --- who speaks ---------------------------------------------------------------------------------

_names = st.one_of(
    st.sampled_from(["Norway", "Antigua and Barbuda", "Côte d’Ivoire", "Boats (2)", "中国"]),
    st.text("ab ,:*[]\\()2", min_size=1, max_size=9).map(lambda name: " ".join(name.split())),
    st.sampled_from(["supported by Chile", "and", "a, supported by b", "(3)", "\\"]),
).filter(bool)


@given(
    st.lists(_names, min_size=1, max_size=3).map(tuple),
    st.integers(1, 12),
    st.lists(_names, max_size=4).map(tuple),
)
def test_any_names_are_read_as_they_were_written(
    owners: tuple[str, ...], number: int, supporters: tuple[str, ...]
) -> None:
    assert attributed(attribution(owners, number, supporters)) == (owners, number, supporters)


@pytest.mark.parametrize(
    ("owners", "number", "supporters", "words"),
    [
        (("Norway",), 1, (), "Norway"),
        (("Norway", "Chile"), 2, (), "Norway, Chile (2)"),
        (("Norway",), 1, ("Chile",), "Norway, supported by Chile"),
        (("Norway",), 3, ("Chile", "Peru"), "Norway (3), supported by Chile and Peru"),
        (("Norway",), 1, ("Chile", "Peru", "Togo"), "Norway, supported by Chile, Peru and Togo"),
        ((), 1, (), ""),
    ],
)
def test_who_speaks_is_named(
    owners: tuple[str, ...], number: int, supporters: tuple[str, ...], words: str
) -> None:
    assert attribution(owners, number, supporters) == words
    assert attributed(words) == (owners, number, supporters)


# --- laws ---------------------------------------------------------------------------------------

_words = st.sampled_from(
    [
        "Urges",
        " ",
        "all",
        " States",
        " ",
        "to",
        "act",
        ",",
        " retain",
        "delete",
        ";",
        "дом",
        "灯塔",
        "🕊",
    ]
)
_texts = st.lists(_words, max_size=8).map(lambda words: text_of("".join(words)))
_amendments = st.lists(
    st.builds(one, st.sampled_from(["Norway", "Chile", "Peru"]), _texts), max_size=5
)


@given(_texts, _amendments)
@settings(max_examples=300, deadline=None)
def test_every_amendment_is_found_with_its_words(
    base: Change, alternatives: list[Alternative]
) -> None:
    whole = of(*alternatives, base=base)
    found = again(whole).entries[0]
    assert found.text == base
    assert Counter(replace(a, apart=False) for a in found.alternatives) == Counter(alternatives)
    assert settled(settled(whole)) == settled(whole)
