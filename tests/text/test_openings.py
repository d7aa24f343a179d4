"""Which paragraphs open wrongly beside their neighbours; the repairs; and real texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.formats import read_file
from drafting.text.changes import Builder, Change, apply, note, part, plain, text_length, text_of
from drafting.text.numbering import labels_of
from drafting.text.openings import Opening, opening_of, openings
from drafting.text.resolution import Kind, Paragraph

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions"
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Laws take as long as a busy machine needs."""

KINDS = {
    "PP": Kind.PREAMBULAR,
    "OP": Kind.OPERATIVE,
    "H": Kind.HEADING,
    "(a)": Kind.SUB,
    "F": Kind.FORMULA,
    "A": Kind.ANNEX,
}


def one(line: str) -> Paragraph:
    """ "PP _Recalling_ the sea" is a preambular paragraph with an italic opening."""
    kind, _, rest = line.partition(" ")
    builder = Builder()
    for number, run in enumerate(rest.split("_")):
        builder.insert(run, italic=True if number % 2 else None)
    return Paragraph(KINDS[kind], builder.change(), level=int(kind == "(a)"))


def text(lines: str) -> list[Paragraph]:
    return [one(line.strip()) for line in lines.split("|")]


def told(lines: str) -> str:
    return ", ".join(f"{f.index} {f.rule} {f.wanted}" for f in openings(text(lines)))


OPENINGS = [
    ("PP _Recalling_ the sea", "recalling//"),
    ("PP _Recalling also_ the sea", "recalling/also/"),
    ("PP _Taking note further_ of it", "taking note/further/"),
    ("PP _Noting also with concern_ that", "noting with concern/also/"),
    ("PP _Noting\u00a0with concern also_ that", "noting with concern/also/"),
    ("PP _Recalling_ also its words", "recalling/also/"),
    ("PP [_Mindful_ of it", "mindful//"),
    ("PP _Deeply concerned_ about it", "deeply concerned//"),
    ("PP _Rappelant_ ses travaux", None),
    ("PP Recalling the sea", None),
    ("PP The _Titanic_ sank", None),
    ("PP ", None),
    ("H _Recalling_", None),
    ("(a) _Requests_ the keeper to", None),
    ("OP _Requests_ the keeper to stay", "requests//keeper"),
    ("OP _Also requests_ the keeper, when tired, to sleep", "requests/also/keeper"),
    ("OP _Further strongly encourages_ all ports to", "strongly encourages/further/all ports"),
    ("OP _Calls upon_ the ports of the sea to", "calls upon//ports of the sea"),
    ("OP _Reiterates its request_ to the keeper to", "reiterates its request//keeper"),
    ("OP _Requests_ that it be lit", "requests//"),
    ("OP _Notes_ the keeper", "notes//"),
    ("OP _Rappelle_ ses travaux", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "shown"), OPENINGS)
def test_a_paragraph_opens_with_verb_adverb_and_addressee(line: str, shown: str | None) -> None:
    found = opening_of(one(line))
    assert (found and f"{found.verb}/{found.adverb}/{found.addressee}") == shown


def test_an_opening_knows_where_it_stands() -> None:
    text = Builder().insert("[").insert("\U0001f54aNoting also", italic=True).insert(" it").change()
    assert opening_of(Paragraph(Kind.PREAMBULAR, text)) == Opening(
        "\U0001f54anoting", "also", "", 1, 14, words="\U0001f54aNoting also"
    )


FINDINGS = [
    # The preamble: in turn, behind the opening.
    ("PP _Recalling_ a | PP _Recalling also_ b | PP _Recalling further_ c | PP _Recalling_ d", ""),
    ("PP _Recalling_ a | PP _Recalling_ b", "1 cycle Recalling also"),
    ("PP _Recalling_ a | PP _Recalling further_ b", "1 cycle Recalling also"),
    ("PP _Recalling_ a | PP _Recalling_ b | PP _Recalling also_ c", "1 cycle Recalling also, 2 cycle Recalling further"),
    ("PP _Recalling_ a | PP _Recalling also_ b | PP _Recalling also_ c", "2 cycle Recalling further"),
    ("PP _Recalling_ a | PP _Recalling also_ b | PP _Recalling further_ c | PP _Recalling also_ d", "3 cycle Recalling"),
    ("PP _Recalling also_ a", "0 orphan Recalling"),
    ("PP _Stressing_ a | PP _Recalling also_ b", "1 orphan Recalling"),
    ("PP _Stressing_ a | PP _Recalling also_ b | PP _Recalling further_ c", "1 orphan Recalling, 2 cycle Recalling also"),
    ("PP _Recalling_ a | PP _Also recalling_ b", "1 place Recalling also"),
    ("PP _Recalling_ a | PP _Also recalling_ b | PP _Furthermore recalling_ c", "1 place Recalling also, 2 place Recalling further"),
    ("PP _Recalling_ a | PP _Recalling_ also b", ""),
    ("PP _Stressing_ a | PP _Recalling_ also b", "1 orphan Recalling"),
    # Openings of several words.
    ("PP _Taking note_ of a | PP _Taking note_ of b", "1 cycle Taking note also"),
    ("PP _Bearing in mind_ a | PP _Bearing in mind_ b", "1 cycle Bearing in mind also"),
    ("PP _Noting with joy_ a | PP _Noting with joy_ b", "1 cycle Noting with joy also"),
    ("PP _Noting with joy_ a | PP _Noting also with joy_ b | PP _Noting also with joy_ c", "2 cycle Noting further with joy"),
    ("PP _Deeply concerned_ by a | PP _Deeply concerned_ by b", "1 cycle Deeply concerned also"),
    # One verb, two openings: either way.
    ("PP _Noting_ a | PP _Noting with joy_ b", ""),
    ("PP _Noting_ a | PP _Noting also with joy_ b", ""),
    ("PP _Noting_ a | PP _Noting further with joy_ b", "1 cycle Noting also with joy"),
    ("PP _Noting_ a | PP _Welcoming also_ b", "1 orphan Welcoming"),
    # The operative part: before the verb.
    ("OP _Notes_ a | OP _Also notes_ b | OP _Further notes_ c | OP _Notes_ d", ""),
    ("OP _Notes_ a | OP _Notes_ b", "1 cycle Also notes"),
    ("OP _Notes_ a | OP _Notes also_ b", "1 place Also notes"),
    ("OP _Notes_ a | OP _Furthermore notes_ b", "1 cycle Also notes"),
    ("OP _Welcomes_ a | OP _Also notes_ b", "1 orphan Notes"),
    ("OP _Expresses grave concern_ at a | OP _Expresses grave concern_ at b", "1 cycle Also expresses grave concern"),
    # Verbs that speak to somebody.
    ("OP _Requests_ the keeper to a | OP _Requests_ the keeper to b", "1 cycle Also requests"),
    ("OP _Calls upon_ all ports to a | OP _Calls upon_ all ports to b", "1 cycle Also calls upon"),
    ("OP _Requests_ the keeper to a | OP _Requests_ the sailor to b", ""),
    ("OP _Requests_ the keeper to a | OP _Also requests_ the sailor to b", "1 addressee Requests"),
    ("OP _Requests_ the keeper to a | OP _Requests_ that b", ""),
    ("OP _Requests_ the keeper to a | OP _Also requests_ that b", ""),
    ("OP _Urges_ free ports to a | OP _Urges_ all ports to b", ""),
    ("OP _Urges_ free ports to a | OP _Also urges_ all ports to b", ""),
    ("OP _Encourages_ ports to a | OP _Also strongly encourages_ ports to b", ""),
    ("OP _Encourages_ ports to a | OP _Strongly encourages_ ports to b", ""),
    # What stands between.
    ("OP _Notes_ a | (a) Notes b | OP _Notes_ c", "2 cycle Also notes"),
    ("OP _Notes_ a | OP  | OP _Notes_ c", "2 cycle Also notes"),
    ("OP _Notes_ a | H Ports | OP _Notes_ c", ""),
    ("OP _Notes_ a | H Ports | OP _Also notes_ c", ""),
    ("OP _Notes_ a | H Ports | OP _Also urges_ c", "2 orphan Urges"),
    ("PP _Noting_ a | OP _Also notes_ b", "1 orphan Notes"),
    ("F _The Assembly_, | PP _Noting_ a | PP _Noting_ b", "2 cycle Noting also"),
    ("PP Noting a | PP _Noting also_ b", ""),
    ("PP _Noting_ a | A Annex | PP _Noting_ b", ""),
    ("PP _Rappelant_ a | PP _Rappelant_ b", ""),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "found"), FINDINGS)
def test_openings_are_judged_by_their_neighbours(lines: str, found: str) -> None:
    assert told(lines) == found


def shown(text: Change) -> str:
    return "".join(
        f"_{op.content}_" if op.italic else str(op.content)
        for op in text.ops  # type: ignore[union-attr]
    )


REPAIRS = [
    ("PP _Noting_ a | PP _Noting_ b", "_Noting also_ b"),
    ("PP _Noting_ a | PP [_Noting _b", "[_Noting also _b"),
    ("PP _Noting_ a | PP _Noting further_ b", "_Noting also_ b"),
    ("PP _Urging_ a | PP _Noting further_ b", "_Noting_ b"),
    ("PP _Urging_ a | PP _Noting_ also b", "_Noting_ b"),
    ("PP _Taking note_ a | PP _Taking\u00a0note_ b", "_Taking note also_ b"),
    ("OP _Notes_ a | OP _Notes_ b", "_Also notes_ b"),
    ("OP _Urges_ a | OP _Also notes_ b", "_Notes_ b"),
    ("OP _Notes_ a | OP _Further notes_ b", "_Also notes_ b"),
]


@pytest.mark.parametrize(("lines", "after"), REPAIRS)
def test_a_repair_sets_the_adverb_in_italics(lines: str, after: str) -> None:
    paragraphs = text(lines)
    (finding,) = openings(paragraphs)
    assert shown(apply(paragraphs[finding.index].text, finding.repair)) == after


def test_a_finding_says_why_in_a_sentence() -> None:
    (finding,) = openings(text("OP _Notes_ a | OP _Notes_ b"))
    assert (
        finding.why == "The paragraph before opens with “Notes”: this one opens with “Also notes”."
    )
    (finding,) = openings(text("PP _Also noting_ a"))
    assert finding.why == "Nothing before it in this part opens so: it opens with “Noting”."
    (finding,) = openings(text("OP _Urges_ the keeper to a | OP _Also urges_ the sailor to b"))
    assert (
        finding.why == "The paragraph before speaks to somebody else: this one opens with “Urges”."
    )


VERBS = {
    "PP": ["Recalling", "Noting", "Noting with joy", "Taking note", "Deeply concerned", "Mindful"],
    "OP": ["Notes", "Requests", "Calls upon", "Strongly requests", "Reiterates its request"],
}
ADDRESSEES = ["the keeper", "the sailor", "all keepers", "free keepers", "that it be lit", "a"]


@st.composite
def lines(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["PP", "OP", "H", "(a)", "empty"]))
    if kind not in VERBS:
        return {"H": "H Ports", "(a)": "(a) Notes it", "empty": "OP "}[kind]
    verb = draw(st.sampled_from(VERBS[kind]))
    row = verb.split()
    adverb = draw(st.sampled_from(["", "also", "further", "also further"]))
    row.insert(draw(st.integers(0, len(row))), adverb)
    opening = " ".join(" ".join(row).split())
    bracket = draw(st.sampled_from(["", "", "["]))
    also = draw(st.sampled_from(["", "", "", "also "]))
    return f"{kind} {bracket}_{opening}_ {also}{draw(st.sampled_from(ADDRESSEES))} to shine"


@UNHURRIED
@given(st.lists(lines(), max_size=12))
def test_a_text_with_all_repairs_made_has_no_findings(rows: list[str]) -> None:
    paragraphs = [one(row) for row in rows]
    for finding in openings(paragraphs):
        stood = paragraphs[finding.index]
        after = apply(stood.text, finding.repair)
        opening, now = opening_of(stood), opening_of(Paragraph(stood.kind, after))
        assert opening is not None
        assert now is not None
        assert now.words == finding.wanted
        assert part(after, now.end_utf16) == part(stood.text, opening.end_utf16)
        assert part(after, 0, now.start_utf16) == part(stood.text, 0, opening.start_utf16)
        paragraphs[finding.index] = Paragraph(stood.kind, after, stood.level)
    assert openings(paragraphs) == []


def test_a_footnote_behind_the_opening_stays() -> None:
    stood = Builder().insert("Noting", italic=True).insert(note("x")).insert(" it").change()
    paragraphs = [one("PP _Noting_ a"), Paragraph(Kind.PREAMBULAR, stood)]
    (finding,) = openings(paragraphs)
    after = apply(stood, finding.repair)
    assert plain(after) == "Noting also\ufffc it"
    assert text_length(after) == text_length(stood) + len(" also")


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}")
@pytest.mark.parametrize(
    ("name", "found"),
    [("74_62", []), ("75_62", []), ("76_47", []), ("77_335", [("OP41", "Also acknowledges")])],
)
def test_adopted_texts_keep_the_rule_but_for_one_place(
    name: str, found: list[tuple[str, str]]
) -> None:
    paragraphs = read_file("x.xml", (REAL / f"A_RES_{name}.xml").read_bytes()).paragraphs
    labels = labels_of(paragraphs)
    assert [(labels[f.index], f.wanted) for f in openings(paragraphs)] == found


def test_a_plain_text_is_no_opening() -> None:
    assert opening_of(Paragraph(Kind.OPERATIVE, text_of("Requests the keeper"))) is None
