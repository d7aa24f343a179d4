"""Editorial rules: every seeded departure is found, what is right is silent, a repair mends what it says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.formats import citations as dates
from drafting.text import editorial
from drafting.text.changes import Builder, Note, apply, plain, text_length
from drafting.text.editorial import RULES, Finding, Level, check
from drafting.text.resolution import Kind, Masthead, Paragraph
from tests.text.editorial_cases import CASES, Case, paragraphs, words

KNOWN = {one.number: one.adopted_on for one in dates.known().values()}


def found(case: Case, rows: list[Paragraph] | None = None) -> tuple[Finding, ...]:
    return check(paragraphs(case.text) if rows is None else rows, session=case.session, known=KNOWN)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_rule_finds_what_departs_from_it_and_nothing_else(case: Case) -> None:
    assert tuple(f.words for f in found(case) if f.rule.number == case.rule) == case.found


@pytest.mark.parametrize("case", [c for c in CASES if not c.found], ids=lambda case: case.name)
def test_what_is_right_for_one_rule_has_no_error_of_another(case: Case) -> None:
    others = [f for f in found(case) if f.level is Level.ERROR and f.rule.number not in FRAGMENTS]
    assert others == []


FRAGMENTS = {5, 39}
"""Rules that a text of a line or two breaks by being no more than that."""


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.mended is not None], ids=lambda case: case.name
)
def test_all_repairs_of_a_rule_make_what_is_right(case: Case) -> None:
    rows = paragraphs(case.text)
    while mendable := [f for f in found(case, rows) if f.rule.number == case.rule and f.repair]:
        rows = repaired(rows, mendable[-1])
    assert words(case.mended or "") in [p.text for p in rows]


def test_every_rule_has_a_wrong_line_and_a_right_one() -> None:
    reported = {number for number, rule in RULES.items() if rule.level is not Level.NONE}
    assert {case.rule for case in CASES if case.found} == reported
    assert {case.rule for case in CASES if not case.found} == set(RULES) == set(range(1, 48))


def repaired(rows: list[Paragraph], one: Finding) -> list[Paragraph]:
    assert one.repair is not None
    mended = apply(rows[one.index].text, one.repair)
    return [*rows[: one.index], replace(rows[one.index], text=mended), *rows[one.index + 1 :]]


MENDABLE = [
    (case, at) for case in CASES for at, f in enumerate(found(case)) if f.repair is not None
]


@pytest.mark.parametrize(("case", "at"), MENDABLE, ids=lambda v: getattr(v, "name", str(v)))
def test_a_repair_takes_its_finding_away_and_brings_no_other(case: Case, at: int) -> None:
    rows = paragraphs(case.text)
    before = found(case, rows)
    after = found(case, repaired(rows, before[at]))
    kept = [(f.rule.number, f.index, f.words) for f in before]
    kept.remove((before[at].rule.number, before[at].index, before[at].words))
    for one in after:
        key = (one.rule.number, one.index, one.words)
        assert key in kept, one
        kept.remove(key)


ROWS = [p for case in CASES for p in paragraphs(case.text)]
LINES = st.integers(0, len(ROWS) - 1).map(lambda at: ROWS[at])
ODD = st.lists(
    st.sampled_from([*"aZ 0159,;.:'\"“”’—–-%&()[]/é中🕊\u00a0\u2011", " and ", "UN", "2021"]),
    max_size=20,
).map("".join)


@st.composite
def odd_paragraphs(draw: st.DrawFn) -> Paragraph:
    builder = Builder()
    for content, italic, note in draw(
        st.lists(st.tuples(ODD, st.booleans(), st.booleans()), max_size=4)
    ):
        inside: str | Note = Note(Builder().insert(content).change()) if note else content
        builder.insert(inside, italic=italic or None)
    text = builder.change()
    return Paragraph(
        draw(st.sampled_from(list(Kind))),
        text,
        draw(st.integers(0, 3)),
        number=draw(st.sampled_from([None, "1", "2.", "(a)", "x"])),
    )


@given(
    st.lists(LINES | odd_paragraphs(), max_size=8),
    st.sampled_from([None, 1, 76, 80, 120]),
    st.sampled_from(["en", "fr"]),
)
def test_any_text_may_be_looked_at_and_every_place_lies_inside_it(rows, session, language) -> None:
    for one in check(rows, session=session, known=KNOWN, language=language):
        assert 0 <= one.start <= one.end <= text_length(rows[one.index].text)
        assert one.sentence.endswith((".", ".”"))
        assert one.rule.level is not Level.NONE
        if one.repair is not None:
            apply(rows[one.index].text, one.repair)


UNVEILS = {2, 11, 20, 21, 22}
"""Rules whose repair lets another rule see more: an opening that is read, a date that is known."""


@given(st.lists(LINES, min_size=1, max_size=6), st.data())
def test_among_others_a_repair_takes_its_finding_away_and_brings_no_other(rows, data) -> None:
    before = check(rows, session=76, known=KNOWN)
    mendable = [f for f in before if f.repair is not None and f.rule.number not in UNVEILS]
    if not mendable:
        return
    one = data.draw(st.sampled_from(mendable))
    after = check(repaired(rows, one), session=76, known=KNOWN)
    were = Counter((f.rule.number, f.index) for f in before)
    are = Counter((f.rule.number, f.index) for f in after)
    assert are[one.rule.number, one.index] < were[one.rule.number, one.index]
    # Who is spoken to is read from the words: mended, they may turn out to be the same as before.
    assert {rule for rule, _ in are - were} <= {10}


@given(st.lists(LINES, min_size=1, max_size=6))
def test_looking_again_finds_the_same(rows) -> None:
    assert check(rows, session=76, known=KNOWN) == check(list(rows), session=76, known=KNOWN)


def test_other_languages_have_the_rules_that_are_of_none() -> None:
    rows = [
        Paragraph(Kind.FORMULA, words("_L’Assemblée générale_,")),
        Paragraph(Kind.PREAMBULAR, words("_Rappelant_ ses travaux [Mexique : garder],, 12 %,")),
    ]
    assert [f.rule.number for f in check(rows, language="fr")] == [40, 41]
    # The formula says so as well, where the masthead does not.
    assert [f.rule.number for f in check(rows)] == [40, 41]


@pytest.mark.parametrize(
    ("masthead", "working", "session"),
    [
        (Masthead(number="75/62", session="Seventy-fifth session"), False, 75),
        (Masthead(number="75/62", session="Seventy-fifth session"), True, 76),
        (Masthead(number="75/62", session="Seventy-sixth session"), True, 76),
        (Masthead(number="75/62", symbol="A/C.1/76/L.41"), True, 76),
        (Masthead(symbol="A/RES/77/335"), False, 77),
        (Masthead(session="Seventy-sixth session"), True, 76),
        (Masthead(), True, None),
    ],
)
def test_the_session_is_read_from_the_masthead(masthead, working, session) -> None:
    assert editorial.session_of(masthead, working=working) == session


def test_a_finding_quotes_the_words_where_they_stand() -> None:
    rows = [Paragraph(Kind.PREAMBULAR, words("_Recalling_ 🕊 the program of it,"))]
    one = next(f for f in check(rows) if f.rule.number == 21)
    assert (
        plain(rows[0].text).encode("utf-16-le")[2 * one.start : 2 * one.end].decode("utf-16-le")
        == "program"
    )
