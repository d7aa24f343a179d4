"""Technical or substantive: one line a case, laws on made-up sentences, and the real pairs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.formats import read_file
from drafting.text.changes import Builder, Change, Note, text_of
from drafting.text.numbering import labels_of
from drafting.text.redline import redline
from drafting.text.resolution import Kind, Paragraph
from drafting.text.technical import Significance, Verdict, of, verdict
from drafting.text.tracked import RedlineParagraph

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions"
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


def judged(old: str, new: str) -> Verdict:
    olds, news = ([Paragraph(Kind.PREAMBULAR, words(line), key="1")] for line in (old, new))
    (row,) = redline(olds, news, old_labels=["PP1"], new_labels=["PP1"]).paragraphs
    return verdict(row)


TECHNICAL = [
    ("It was lit on 3 May 2020 at sea", "It was lit on 4 May 2021 at sea", "date changed: “on 3 May 2020” became “on 4 May 2021”"),
    ("The 2020 Ports Declaration", "The 2021 Ports Declaration", "year changed: “2020” became “2021”"),
    ("the plan for 2021–2026", "the plan for 2022–2027", "year changed: “2021” became “2022”; year changed: “2026” became “2027”"),
    ("2020 will mark the fifth anniversary", "2020 marks the fifth anniversary", "tense changed: “2020 will mark” became “2020 marks”"),
    ("2020 marks the fifth anniversary", "2025 marks the tenth anniversary", "year changed: “2020 marks” became “2025 marks”; anniversary changed: “fifth anniversary” became “tenth anniversary”"),
    ("agenda of its seventy-sixth session, under", "agenda of its seventy-seventh session, under", "session changed: “seventy-sixth session” became “seventy-seventh session”"),
    ("at its sixtieth and sixty-first sessions", "at its sixty-first and sixty-second sessions", "session changed: “sixtieth and sixty-first sessions” became “sixty-first and sixty-second sessions”"),
    ("Recalling its resolution 74/9 of 1 May 2019,", "Recalling its resolutions 74/9 of 1 May 2019 and 75/8 of 2 May 2020,", "resolution 75/8 added to the list"),
    ("resolutions 72/1 of 1 May 2017, 73/1 of 2 May 2018 and 74/1 of 3 May 2019 on ports", "resolutions 72/1 of 1 May 2017, 73/1 of 2 May 2018, 74/1 of 3 May 2019 and 75/1 of 4 May 2020 on ports", "resolution 75/1 added to the list"),
    ("its resolution 74/9 of 1 May 2019 on ports", "its resolution 74/9 on ports", "date of resolution 74/9 changed"),
    ("a total of 12 States have joined", "a total of 14 States have joined", "number of States changed: “12” became “14”"),
    ("joined, 9 as States parties and 3 as signatories,", "joined, 11 as States parties and 2 as signatories,", "number of States changed: “9” became “11”; number of States changed: “3” became “2”"),
    ("the second Review Conference, to be held in Oslo, Norway, from 3 to 7 May 2020, and", "the tenth Meeting of States Parties, to be held in Geneva from 30 August to 2 September 2022, and", "meeting changed: “second Review Conference, to be held in Oslo, Norway, from 3 to 7 May 2020” became “tenth Meeting of States Parties, to be held in Geneva from 30 August to 2 September 2022”"),
    ("a workshop held in Riga", "a workshop held in Lima, Peru", "place or date changed: “held in Riga” became “held in Lima, Peru”"),
    ("decisions of the first Review Conference", "decisions of the second Review Conference", "meeting changed: “first Review Conference” became “second Review Conference”"),
    ("_Noting_ the sea,", "_Noting also_ the sea,", "opening “Noting” became “Noting also”"),
    ("_Noting further_ the sea,", "_Noting_ the sea,", "opening “Noting further” became “Noting”"),
    ("A sea<Resolution 70/1.> goes", "A sea<Resolution 71/2.> goes", "source in a footnote changed"),
    ("A sea goes", "A sea<A/70/12, annex I.> goes", "source in a footnote added"),
    ("A sea<Ibid., vol. 3, No. 4.> goes", "A sea goes", "source in a footnote deleted"),
    ("the Convention2 on", "the Convention on", "repeated footnote mark changed"),
    ("as said in paragraph 4 above", "as said in paragraph 5 above", "reference to a paragraph changed: “paragraph 4” became “paragraph 5”"),
    ("paragraphs 2 and 3 of the present resolution", "paragraphs 3 and 4 of the present resolution", "reference to a paragraph changed: “paragraphs 2 and 3” became “paragraphs 3 and 4”"),
    ("Meetings of States parties are", "Meetings of States Parties are", "capital letters changed: “States parties” became “States Parties”"),
    ("Notes it;", "Notes it.", "closing punctuation changed"),
    ("Notes the _Sea Book_ here", "Notes the Sea Book here", "blanks or italics changed"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), TECHNICAL)
def test_a_technical_update_is_recognized(old: str, new: str, why: str) -> None:
    assert judged(old, new) == Verdict(Significance.TECHNICAL, tuple(why.split("; ")))


SUBSTANTIVE = [
    ("Noting the sea,", "Welcoming the sea,", "“Noting” replaced by “Welcoming”"),
    ("_Noting_ the sea,", "_Welcoming also_ the sea,", "“Noting” replaced by “Welcoming also”"),
    ("the sea is calm", "the sea is not calm", "“not” inserted"),
    ("join without delay or cost", "join or cost", "“without delay” deleted"),
    ("all States shall join", "all States should join", "“shall” replaced by “should”"),
    ("Member States join", "member States join", "“Member” replaced by “member”"),
    # In doubt.
    ("joined by 2030 in all ports", "joined by 2035 in all ports", "“2030” replaced by “2035”"),
    ("set 2030 as a target date", "set 2035 as a target date", "“2030” replaced by “2035”"),
    ("not later than 3 May 2020", "not later than 3 May 2021", "“3 May 2020” replaced by “3 May 2021”"),
    ("from 3 May 2020, ports close", "from 3 May 2021, ports close", "“from 3 May 2020” replaced by “from 3 May 2021”"),
    ("report before the end of its sixtieth session", "report before the end of its sixty-first session", "“sixtieth session” replaced by “sixty-first session”"),
    ("at its sixtieth session", "at its sixtieth and sixty-first sessions", "“sixtieth session” replaced by “sixtieth and sixty-first sessions”"),
    ("at least 20 States must join", "at least 30 States must join", "“20” replaced by “30”"),
    ("spend 20 million", "spend 30 million", "“20” replaced by “30”"),
    ("the 2030 Agenda stands", "the 2063 Agenda stands", "“2030” replaced by “2063”"),
    ("its resolution 74/9 of 1 May 2019", "its resolution 75/8 of 2 May 2020", "resolution 74/9 no longer cited; resolution 75/8 added to the list"),
    ("its resolutions 74/9 and 74/10 on ports", "its resolution 74/10 on ports", "resolution 74/9 no longer cited"),
    ("its resolution 74/9 on ports", "its resolutions 60/1 and 74/9 on ports", "resolution 60/1 added to the list"),
    ("the first Meeting of States Parties to the Convention on Ports", "the first Meeting of States Parties to the Convention on Seas", "treaty changed: “first Meeting of States Parties to the Convention on Ports” became “first Meeting of States Parties to the Convention on Seas”"),
    ("paragraph 4 of resolution 70/1", "paragraph 5 of resolution 70/1", "“4” replaced by “5”"),
    ("The sea<The keeper objects.> goes", "The sea goes", "footnote deleted"),
    ("The sea goes", "The sea<The keeper objects.> goes", "footnote added"),
    ("The sea<Resolution 7/1.> goes", "The sea<The keeper objects.> goes", "footnote changed"),
    ("in 2020 the sea is calm", "in 2021 the sea is deep", "“calm” replaced by “deep”; year changed: “2020” became “2021”"),
    ("la mer du 3 mai 2020", "la mer du 4 mai 2020", "“3” replaced by “4”"),
    ("one two three four five six seven eight nine ten eleven twelve thirteen", "x", "“one two three four five six … eight nine ten eleven twelve thirteen” replaced by “x”"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), SUBSTANTIVE)
def test_all_else_is_substantive(old: str, new: str, why: str) -> None:
    assert judged(old, new) == Verdict(Significance.SUBSTANTIVE, tuple(why.split("; ")))


def test_no_break_characters_are_no_difference() -> None:
    assert judged("on 3 May 2020", "on 3\u00a0May 2020") == Verdict(
        Significance.NONE, ("only no-break characters differ",)
    )
    assert judged("the sea", "the sea") == Verdict(Significance.NONE)


def paragraphs(row: str) -> list[Paragraph]:
    texts = {
        "a": "Recalling how many boats have sailed past on 3 May 2020",
        "A": "Recalling how many boats have sailed past on 4 May 2021",
        "b": "Noting with concern that the rivers rise every single year",
        "c": "Welcoming the report of a panel about lighthouse keepers",
    }
    return [Paragraph(Kind.OPERATIVE, text_of(texts[letter])) for letter in row]


WHOLE = [
    ("ab", "a", "none, substantive paragraph deleted"),
    ("a", "ab", "none, substantive paragraph inserted"),
    ("abc", "bca", "none, none, substantive paragraph moved"),
    ("abc", "bcA", "none, none, substantive paragraph moved + date changed: “on 3 May 2020” became “on 4 May 2021”"),
    ("ab", "cAb", "substantive paragraph inserted, technical date changed: “on 3 May 2020” became “on 4 May 2021”, none"),
    ("bab", "bb", "none, substantive paragraph deleted, none"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), WHOLE)
def test_whole_paragraphs_are_substantive_and_new_numbers_nothing(
    old: str, new: str, told: str
) -> None:
    labels = [str(n) for n in range(9)]
    made = redline(paragraphs(old), paragraphs(new), old_labels=labels, new_labels=labels)
    found = of(made)
    assert ", ".join(f"{v.kind} {' + '.join(v.reasons)}".strip() for v in found) == told


def test_another_kind_of_paragraph_is_substantive() -> None:
    old, new = (
        Paragraph(kind, text_of("Noting the sea"), key="1")
        for kind in (Kind.PREAMBULAR, Kind.OPERATIVE)
    )
    (row,) = redline([old], [new], old_labels=["PP1"], new_labels=["OP1"]).paragraphs
    assert verdict(row) == Verdict(Significance.SUBSTANTIVE, ("kind of paragraph changed",))


SLOTS = {
    "DATE": ["on 3 May 2020", "on 14 June 2021", "from 3 to 5 May 2022"],
    "SESSION": ["seventieth session", "seventy-first session", "twelfth session"],
    "STATES": ["12 States", "104 States", "three States"],
    "MEETING": ["second Review Conference", "tenth Meeting of States Parties"],
    "LIST": ["resolution 70/1 of 3 May 2015", "resolutions 70/1 and 71/2 of 3 May 2016"],
}
FRAME = st.lists(
    st.sampled_from(["the", "sea", "and", "keepers,", "of", "ports", *SLOTS]),
    min_size=1,
    max_size=9,
)


def filled(frame: list[str], draw: st.DrawFn, least: int = 0) -> list[tuple[str, int]]:
    out = []
    for word in frame:
        row = SLOTS.get(word, [word])
        first = least if word == "LIST" else 0
        at = draw(st.integers(min(first, len(row) - 1), len(row) - 1))
        out.append((row[at], at))
    return out


@st.composite
def updates(draw: st.DrawFn) -> tuple[str, str, int]:
    frame = draw(FRAME)
    # Words between the expressions keep one from running into the next.
    frame = [word for one in frame for word in (one, "near")]
    old = filled(frame, draw)
    new = [
        (one if frame[n] != "LIST" or one[1] >= old[n][1] else old[n])
        for n, one in enumerate(filled(frame, draw))
    ]
    return (
        " ".join(words for words, _ in old),
        " ".join(words for words, _ in new),
        draw(st.integers(0, len(frame))),
    )


@UNHURRIED
@given(updates())
def test_expressions_filled_anew_are_technical(update: tuple[str, str, int]) -> None:
    old, new, _ = update
    expected = Significance.NONE if old == new else Significance.TECHNICAL
    assert judged(old, new).kind is expected


@UNHURRIED
@given(updates())
def test_a_word_more_makes_it_substantive(update: tuple[str, str, int]) -> None:
    old, new, at = update
    row = new.split(" near")
    row.insert(at % (len(row) + 1), " never")
    assert judged(old, " near".join(row)).kind is Significance.SUBSTANTIVE


EXPECTED = [
    ("74_62", "75_62", "PP1 PP12 PP13 OP1 OP2 OP11", "OP8 OP9"),
    ("75_62", "76_47", "PP1 OP8 OP11", "PP13 [PP14] [PP15] [PP16] [PP17] [PP18] PP14 OP1 OP2 OP9"),
    ("74_62", "76_47", "PP1 PP12 OP11", "PP13 [PP14] [PP15] [PP16] [PP17] [PP18] PP14 OP1 OP2 OP8 OP9"),
]  # fmt: skip


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}")
@pytest.mark.parametrize(("old", "new", "technical", "substantive"), EXPECTED)
def test_real_updates_are_told_apart(old: str, new: str, technical: str, substantive: str) -> None:
    olds, news = (
        read_file("x.xml", (REAL / f"A_RES_{name}.xml").read_bytes()).paragraphs
        for name in (old, new)
    )
    made = redline(olds, news, old_labels=labels_of(olds), new_labels=labels_of(news))
    told = list(zip(made.paragraphs, of(made), strict=True))
    assert shown(told, Significance.TECHNICAL) == technical
    assert shown(told, Significance.SUBSTANTIVE) == substantive


def shown(told: list[tuple[RedlineParagraph, Verdict]], kind: Significance) -> str:
    return " ".join(row.label or f"[{row.old_label}]" for row, one in told if one.kind is kind)
