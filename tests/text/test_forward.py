"""Last year's text forward: what is due, kind by kind, and against the real resolutions of the next year."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.formats import akn
from drafting.text.changes import Builder, Change, apply, from_json, plain, text_length, text_of
from drafting.text.forward import (
    Facts,
    Last,
    last_of,
    moved_on,
    next_session,
    session_named,
    updates,
)
from drafting.text.numbering import labels_of
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution
from drafting.text.searched import plainer
from drafting.text.sessions import ordinal
from drafting.text.update import Certainty, Update, What, change_of, forwarded

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}")
LAST = Last("75/900", "7 December 2020", 75)


def pp(words: str, verb: str = "Recalling") -> Paragraph:
    return Paragraph(Kind.PREAMBULAR, Builder().insert(verb, italic=True).insert(words).change())


def op(words: str, verb: str = "Requests") -> Paragraph:
    return Paragraph(Kind.OPERATIVE, Builder().insert(verb, italic=True).insert(words).change())


def said(paragraph: Paragraph) -> str:
    return plain(paragraph.text)


def forward(
    *paragraphs: Paragraph, session: int = 76, last: Last = LAST, **more: object
) -> list[str]:
    """Gives what the paragraphs say once every update is accepted."""
    found = updates(paragraphs, last=last, session=session, **more)
    return [said(p) for p in forwarded(paragraphs, found)]


def notes(*paragraphs: Paragraph, session: int = 76, **more: object) -> list[tuple[What, str]]:
    found = updates(paragraphs, last=LAST, session=session, **more)
    return [(u.what, u.found) for u in found if u.certainty is Certainty.NOTE]


RECALLED = [
    (
        " its resolutions 73/9 of 5 December 2018 and 74/9 of 12 December 2019 on lamps,",
        " its resolutions 73/9 of 5 December 2018, 74/9 of 12 December 2019 and 75/900 of 7 December 2020 on lamps,",
    ),
    (
        " its resolutions 63/7 of 2 December 2008 on ships and 74/9 of 12 December 2019 on lamps,",
        " its resolutions 63/7 of 2 December 2008 on ships and 74/9 of 12 December 2019 and 75/900 of 7 December 2020 on lamps,",
    ),
    (
        " its resolutions 72/9, 73/9 and 74/9 of 12 December 2019,",
        " its resolutions 72/9, 73/9, 74/9 of 12 December 2019 and 75/900 of 7 December 2020,",
    ),
    (
        " its resolutions 46/36 L of 9 December 1991 and 74/9 of 12\u00a0December 2019,",
        " its resolutions 46/36 L of 9 December 1991, 74/9 of 12\u00a0December 2019 and 75/900 of 7\u00a0December 2020,",
    ),
    (" its resolution 74/9 of 12 December 2019,", " its resolution 75/900 of 7 December 2020,"),
    (
        " its resolution 74/9 of 12 December 2019 and all its earlier resolutions,",
        " its resolution 75/900 of 7 December 2020 and all its earlier resolutions,",
    ),
    (" its resolution 74/9 of 12 December 2019, in which it decided to return,", None),
    (" its resolution 70/1 of 25 September 2015,", None),
    (" resolution 74/9 of 12 December 2019 of the Council,", None),
    (" its resolutions 74/9 of 12 December 2019 and 75/900 of 7 December 2020,", None),
    (" the Charter,", None),
]


@pytest.mark.parametrize(("before", "after"), RECALLED)
def test_last_years_resolution_joins_those_recalled(before: str, after: str | None) -> None:
    assert forward(pp(before)) == [f"Recalling{before if after is None else after}"]


def test_of_several_lists_the_one_of_the_series_is_joined() -> None:
    other = pp(" its resolutions 71/1 of 3 May 2017 and 72/1 of 4 May 2018 on oil,")
    own = pp(
        " its resolutions 73/9 of 5 December 2018 and 74/9 of 12 December 2019,", "Recalling also"
    )
    assert [said(other), "75/900" in forward(other, own)[1]] == [forward(other, own)[0], True]


def test_a_date_that_is_not_known_is_left_out() -> None:
    row = pp(" its resolutions 73/9 and 74/9,")
    assert forward(row, last=Last("75/900", "", 75)) == [
        "Recalling its resolutions 73/9, 74/9 and 75/900,"
    ]


SESSIONS = [
    # The provisional agenda of an annual text, a biennial and a triennial one: each keeps its step.
    (76, " to include in the provisional agenda of its seventy-sixth session it.", "seventy-seventh"),
    (77, " to include in the provisional agenda of its seventy-seventh session it.", "seventy-ninth"),
    (78, " to include in the provisional agenda of its seventy-eighth session it.", "eighty-first"),
    (76, " to report at its seventy-sixth session;", "its seventy-seventh session;"),
    (76, " to report at its seventy-sixth and seventy-seventh sessions;", "its seventy-seventh and seventy-eighth sessions;"),
    (80, " to report at its seventy-sixth session;", "its eighty-first session;"),
    # What is past, another body's, or far off is not touched.
    (76, " the work of its seventy-fifth session;", None),
    (76, " the work of its seventy-fifth and seventy-sixth sessions;", None),
    (76, " the Commission on Lamps at its seventy-sixth session;", None),
    (76, " the one hundred and twelfth session of the Council;", None),
]  # fmt: skip


@pytest.mark.parametrize(("session", "before", "after"), SESSIONS)
def test_sessions_that_were_to_come_move_on(session: int, before: str, after: str | None) -> None:
    (found,) = forward(op(before, "Decides"), session=session)
    assert (found == f"Decides{before}") if after is None else (after in found)


@pytest.mark.parametrize("session", range(76, 119))
def test_the_agenda_of_any_later_session_is_named(session: int) -> None:
    last = Last(f"{session - 1}/1", "", session - 1)
    row = op(f" it in the provisional agenda of its {ordinal(session)} session.", "Includes")
    (found,) = forward(row, session=session, last=last)
    assert found == f"Includes it in the provisional agenda of its {ordinal(session + 1)} session."


NOTED = [
    (op(" all to come to the second Conference on Oil, to be held in Oslo from 3 to 7 May 2021;"), What.MEETING, "second Conference on Oil, to be held in Oslo from 3 to 7 May 2021"),
    (op(" the conference to be convened in May 2021;"), What.MEETING, "to be convened in May 2021"),
    (op(" the conference to be held in Oslo from 3 to 7 November 2021;"), None, ""),
    (pp(" that 2020 marks the tenth year,", "Noting"), What.TENSE, "2020 marks"),
    (pp(" that 2022 will mark the tenth year,", "Noting"), None, ""),
    (pp(" that a total of 9 States have joined the Convention,", "Noting"), What.NUMBER, "a total of 9 States have joined the Convention"),
    (pp(" what is due at its seventy-sixth session,", "Noting"), What.SESSION, "seventy-sixth session"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "what", "words"), NOTED)
def test_what_a_person_must_say_is_noted_and_changes_nothing(
    row: Paragraph, what: What | None, words: str
) -> None:
    assert notes(row) == ([] if what is None else [(what, words)])
    assert forward(row) == [said(row)]


def test_a_year_that_has_come_is_told_of_as_such() -> None:
    row = pp(" that 2021 will mark the tenth year,", "Noting")
    assert forward(row) == ["Noting that 2021 marks the tenth year,"]


def test_how_many_have_joined_is_put_in_where_it_is_known() -> None:
    row = pp(" that a total of 9 States have joined the Convention, 7 as States parties and 2 as signatories,", "Noting")  # fmt: skip
    known = "Noting that a total of 11 States have joined the Convention, 9 as States parties and 2 as signatories,"
    assert forward(row, facts=Facts(9, 2)) == [known]
    assert updates([row], last=LAST, session=76, facts=Facts(7, 2)) == ()


STYLE = [
    (79, "States parties and a State party", "States parties and a State party"),
    (80, "States parties and a State party", "States Parties and a State Party"),
    (80, "States not parties, “States parties” and States Parties", "States not parties, “States parties” and States Parties"),
]  # fmt: skip


@pytest.mark.parametrize(("session", "before", "after"), STYLE)
def test_the_house_style_has_a_date(session: int, before: str, after: str) -> None:
    last = Last("78/900", "", 78)
    assert forward(op(f" all {before};"), session=session, last=last) == [f"Requests all {after};"]


AGENDA = " it in the provisional agenda of its seventy-fifth session, under the item entitled “Oceans”, the sub-item entitled “Safety of lamps”."


@pytest.mark.parametrize(
    ("title", "after"),
    [
        ("Oceans: safety of lamps", ("“Oceans”", "“Safety of lamps”")),
        ("", ("“Oceans”", "“Safety of lamps”")),
        ("Seas: safety of lamps", ("“Seas”", "“Safety of lamps”")),
        ("Oceans: lamps and lenses", ("“Oceans”", "“Lamps and lenses”")),
        ("Oceans", ("“Oceans”", "“Safety of lamps”")),
    ],
)
def test_the_agenda_is_worded_as_the_masthead_has_it(title: str, after: tuple[str, str]) -> None:
    (found,) = forward(op(AGENDA, "Includes"), agenda_title=title)
    assert all(words in found for words in after)


def test_nothing_is_due_in_the_session_of_the_text_itself() -> None:
    assert updates([op(AGENDA)], last=LAST, session=75) == ()


# The text as it stands now -----------------------------------------------------------------------


def due(before: Paragraph, now: Change) -> list[Update]:
    row = Paragraph(before.kind, now)
    return list(updates([row], last=LAST, session=76, base=[before.text]))


REPORT = op(" a report at its seventy-sixth session, and another at its seventy-seventh session;")


def test_an_update_moves_with_the_words_around_it_and_goes_with_its_own() -> None:
    typed = apply(REPORT.text, from_json([{"retain": 8}, {"insert": " 𝛼𝛽 soon"}]))
    (first, second) = due(REPORT, typed)
    made = apply(typed, change_of(first, typed))
    assert plain(made) == (
        "Requests 𝛼𝛽 soon a report at its seventy-seventh session, and another at its seventy-seventh session;"
    )
    # What was made is not offered again, and the other is what it was.
    assert [u.words_hash for u in due(REPORT, made)] == [second.words_hash]


def test_a_paragraph_inserted_since_is_judged_by_its_words_alone() -> None:
    row = op(" a report at its seventy-sixth session from all States parties;")
    found = updates([row], last=LAST, session=80, base=[None])
    assert [u.what for u in found] == [What.STYLE]


def test_a_note_answered_stands_instead_of_its_words() -> None:
    row = op(" all to the conference to be held in Oslo from 3 to 7 May 2021;")
    (found,) = due(row, row.text)
    made = apply(row.text, change_of(found, row.text, "to be held in Lima from 2 to 6 May 2022"))
    assert plain(made) == "Requests all to the conference to be held in Lima from 2 to 6 May 2022;"
    assert due(row, made) == []


WORDS = st.sampled_from(
    [
        "seventy-sixth session", "its seventy-sixth and seventy-seventh sessions", "States parties",
        "its resolutions 73/9 of 5 December 2018 and 74/9 of 12 December 2019", "2021 will mark", "𝛼", " ",
        "the provisional agenda of its seventy-seventh session", "to be held in May 2021", "\u00a0", ", ",
        "9 States have joined", "“States parties”",
    ]
)  # fmt: skip


@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=4), st.data(), st.integers(76, 82))
@settings(max_examples=150, deadline=None)
def test_all_updates_of_any_text_can_be_made_together_and_are_done_then(
    row: list[str], more: list[str], data: st.DataObject, session: int
) -> None:
    before = pp(" ".join(row))
    at = data.draw(st.integers(9, text_length(before.text)))
    try:
        now = apply(before.text, from_json([{"retain": at}, {"insert": "".join(more) or "x"}]))
    except Exception:  # noqa: BLE001 - inside a character
        now = before.text
    rows = [Paragraph(before.kind, now)]

    def found(of: Sequence[Paragraph]) -> tuple[Update, ...]:
        return updates(of, last=LAST, session=session, base=[before.text])

    # Once, as a rule. Words that were put in again beside last year's own are last year's once
    # those have moved on, and are offered then; so it ends with the last of them.
    made = rows
    for _ in range(1 + len(more)):
        made = forwarded(made, found(made))
    assert [u for u in found(made) if u.edits] == []
    for one in found(rows):
        stands = plain(now)
        assert not one.edits or apply(now, change_of(one, now)) != now
        assert 0 <= one.start <= one.end <= text_length(now), stands


# The masthead ------------------------------------------------------------------------------------

MASTHEAD = Masthead(
    number="75/900",
    title="Lamps",
    symbol="A/RES/75/900",
    distribution="Distr.: General",
    date="15 December 2020",
    session="Seventy-fifth session",
    agenda_item="Agenda item 103 (ll)",
    agenda_title="Oceans: lamps",
    notices=(
        "Resolution adopted by the General Assembly on 7\u00a0December 2020",
        "[on the report of the First Committee (A/75/399, para. 96)]",
    ),
    closing="37th plenary meeting 7 December 2020",
)


def test_a_masthead_moves_on_without_what_changes_every_year() -> None:
    assert last_of(MASTHEAD) == LAST
    assert moved_on(MASTHEAD, 76) == Masthead(
        title="Lamps",
        session="Seventy-sixth session",
        committee="First Committee",
        agenda_title="Oceans: lamps",
    )


@pytest.mark.parametrize(
    ("masthead", "last", "session"),
    [
        (Masthead(number="75/900"), Last("75/900", "", 75), 75),
        (Masthead(number="A/RES/75/900", closing="37th plenary meeting 7 December 2020"), LAST, 75),
        (Masthead(symbol="A/C.1/76/L.41", session="Seventy-sixth session"), None, 76),
        (Masthead(title="Lamps"), None, None),
    ],
)
def test_what_a_masthead_is_of_is_read(
    masthead: Masthead, last: Last | None, session: int | None
) -> None:
    assert (last_of(masthead), session_named(masthead)) == (last, session)


@pytest.mark.parametrize(
    ("words", "session"),
    [
        ("to include it in the provisional agenda of its seventy-seventh session", 77),
        ("to return to it biennially", 77),
        ("to return to it triennially", 78),
        ("to return to it", 76),
    ],
)
def test_the_session_a_text_is_next_due_at_is_read(words: str, session: int) -> None:
    assert next_session(MASTHEAD, [Paragraph(Kind.OPERATIVE, text_of(words))]) == session
    assert next_session(Masthead(), []) is None


# The real resolutions ----------------------------------------------------------------------------


def real(name: str) -> Resolution:
    return akn.read((REAL / f"A_RES_{name}.xml").read_bytes())


def found_in(name: str, session: int, facts: Facts) -> tuple[Resolution, tuple[Update, ...]]:
    text = real(name)
    last = last_of(text.masthead)
    assert last is not None
    title = text.masthead.agenda_title
    return text, updates(
        text.paragraphs, last=last, session=session, agenda_title=title, facts=facts
    )


OF_THE_YEAR = [
    # 110 States Parties and 13 signatories, in 2020 and in 2021.
    ("74_62", "75_62", ["PP1 recalled", "PP12 number", "PP13 tense", "OP10 session"], []),
    ("75_62", "76_47", ["PP1 recalled", "OP11 session"], ["PP13 tense", "OP8 meeting"]),
]


@needs_real
@pytest.mark.parametrize(("name", "following", "made", "noted"), OF_THE_YEAR)
def test_the_next_years_resolution_has_just_these_words(
    name: str, following: str, made: list[str], noted: list[str]
) -> None:
    adopted = real(following)
    session = session_named(adopted.masthead) or 0
    text, found = found_in(name, session, Facts(110, 13))
    labels = labels_of(text.paragraphs)
    named = [(f"{labels[u.paragraph]} {u.what.value}", bool(u.edits)) for u in found]
    assert ([n for n, edits in named if edits], [n for n, edits in named if not edits]) == (
        made,
        noted,
    )
    words = {plainer(plain(p.text)) for p in adopted.paragraphs}
    now = forwarded(text.paragraphs, found)
    changed = [p for p, was in zip(now, text.paragraphs, strict=True) if p.text != was.text]
    assert len(changed) == len(made)
    assert [plainer(said(p)) for p in changed if plainer(said(p)) not in words] == []
    masthead = moved_on(text.masthead, session)
    assert (masthead.session, masthead.agenda_title, masthead.title) == (
        adopted.masthead.session,
        adopted.masthead.agenda_title,
        adopted.masthead.title,
    )


@needs_real
def test_a_note_of_the_real_text_answered_is_the_next_years_paragraph() -> None:
    text, found = found_in("75_62", 76, Facts(110, 13))
    (meeting,) = [u for u in found if u.what is What.MEETING]
    was = text.paragraphs[meeting.paragraph].text
    wanted = next(p for p in real("76_47").paragraphs if "to be held in" in said(p))
    name = said(wanted)[
        said(wanted).index("tenth Meeting") : said(wanted).index(", and to participate")
    ]
    assert plainer(plain(apply(was, change_of(meeting, was, name)))) == plainer(said(wanted))


@needs_real
def test_a_biennial_text_moves_its_sessions_by_two_and_takes_its_predecessors_place() -> None:
    text, found = found_in("77_335", 79, Facts())
    assert next_session(text.masthead, text.paragraphs) == 79
    assert [plainer(u.wanted) for u in found if u.what is What.RECALLED] == [
        "77/335 of 1 September 2023"
    ]
    moved = {(u.found, u.wanted) for u in found if u.what is What.SESSION}
    assert moved == {
        ("seventy-eighth session", "eightieth session"),
        ("seventy-ninth session", "eighty-first session"),
        ("seventy-eighth and seventy-ninth sessions", "eightieth and eighty-first sessions"),
    }
    assert {u.certainty for u in found} == {Certainty.LIKELY}
