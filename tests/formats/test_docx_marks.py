"""What a marked Word file holds: both texts, whose each change is, comments and their threads."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.cli import group
from drafting.errors import Unreadable
from drafting.formats import docx_marks, docx_write
from drafting.text import redline as redlines
from drafting.text.changes import NOTE_PLACEHOLDER, notes, plain
from drafting.text.marks import Marks, Reading, Reply, Settled
from drafting.text.numbering import labels_of
from drafting.text.resolution import Masthead, Paragraph
from drafting.text.tracked import Credit
from tests.checks import CHECKS
from tests.formats.word_texts import edits, resolutions
from tests.returning import Comment, WordFile, by, end, line, on, put_in, run, taken_out

AT = datetime(2026, 11, 3, 10, tzinfo=UTC)


def read(*lines: str, **more: Any) -> Marks:
    return docx_marks.read(WordFile(lines, **more).bytes())


def texts(marks: Marks) -> tuple[list[str], list[str]]:
    return [p.words for p in marks.accepted_lines], [p.words for p in marks.rejected_lines]


# Real files --------------------------------------------------------------------------------------

REAL = sorted((CHECKS / "real-docx").glob("*.docx"))


@pytest.mark.parametrize("side", ["accepted", "rejected"])
@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_real_files_hold_what_word_shows(file: Path, side: str) -> None:
    wanted = file.with_suffix(f".{side}.txt").read_text(encoding="utf-8").splitlines()
    answer = CliRunner().invoke(group, ["marks", str(file), "--json"])
    assert answer.exit_code == 0
    assert json.loads(answer.output)[side] == wanted


# Our own files: what goes out comes back ---------------------------------------------------------


def bare(paragraph: Paragraph) -> str:
    return " ".join(plain(paragraph.text).replace(NOTE_PLACEHOLDER, "").split())


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_a_redline_of_ours_comes_back_as_both_texts(data: st.DataObject) -> None:
    old = keyed(data.draw(resolutions()).paragraphs)
    new = data.draw(edits(old))
    people = [Credit("Kenya", AT), Credit("Norway", AT)]
    whose = {p.key: data.draw(st.sampled_from(people)) for p in (*old, *new) if p.key}
    made = docx_write.tracked(
        redlines.redline(
            old,
            new,
            old_labels=labels_of(old),
            new_labels=labels_of(new),
            attribution=redlines.Attribution(people[0], whose),
        ),
        Masthead(),
        default_author="Kenya",
        default_at=AT,
    )
    marks = docx_marks.read(made)
    assert said(marks.accepted) == [(p.kind, p.level, p.text) for p in new]
    assert said(marks.base) == [(p.kind, p.level, p.text) for p in old]
    assert {r.author for r in marks.revisions} <= {"Kenya", "Norway"}
    assert {r.at for r in marks.revisions} <= {AT}


def keyed(paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    return tuple(replace(p, key=str(uuid.UUID(int=n + 1))) for n, p in enumerate(paragraphs))


def said(reading: Reading) -> list[tuple[object, ...]]:
    return [(r.paragraph.kind, r.paragraph.level, r.paragraph.text) for r in reading.paragraphs]


# Word's own ways ---------------------------------------------------------------------------------

KENYA = "Kenya"


def table_row(kind: str, words: str) -> str:
    return f"<w:tr><w:trPr>{end(kind, KENYA)}</w:trPr><w:tc>{line(words)}</w:tc></w:tr>"


CASES: dict[str, tuple[list[str], list[str], list[str]]] = {
    "words put in and taken out": (
        [line("Urges ", taken_out(KENYA, "some"), put_in(KENYA, "all"), " States;")],
        ["Urges all States;"],
        ["Urges some States;"],
    ),
    "a paragraph put in": (
        [line("One;"), line(put_in(KENYA, "Two;"), mark=end("ins", KENYA)), line("Three.")],
        ["One;", "Two;", "Three."],
        ["One;", "Three."],
    ),
    "a paragraph put in by the key at the end of the one before": (
        [line("One;", mark=end("ins", KENYA)), line(put_in(KENYA, "Two;")), line("Three.")],
        ["One;", "Two;", "Three."],
        ["One;", "Three."],
    ),
    "a paragraph taken out": (
        [line("One;"), line(taken_out(KENYA, "Two;"), mark=end("del", KENYA)), line("Three.")],
        ["One;", "Three."],
        ["One;", "Two;", "Three."],
    ),
    "a paragraph taken out but for its mark": (
        [line("One;"), line(taken_out(KENYA, "Two;")), line("Three.")],
        ["One;", "Three."],
        ["One;", "Two;", "Three."],
    ),
    "a paragraph taken out with the mark before it": (
        [line("One;", mark=end("del", KENYA)), line(taken_out(KENYA, "Two;")), line("Three.")],
        ["One;", "Three."],
        ["One;", "Two;", "Three."],
    ),
    "two joined": (
        [line("One, ", mark=end("del", KENYA)), line("two;")],
        ["One, two;"],
        ["One,", "two;"],
    ),
    "one split": (
        [line("One,", mark=end("ins", KENYA)), line(" two;")],
        ["One,", "two;"],
        ["One, two;"],
    ),
    "put in by one and taken out by another": (
        [line("A ", f"<w:ins {by(KENYA)}>{taken_out('Norway', 'new ')}</w:ins>", "b.")],
        ["A b."],
        ["A b."],
    ),
    "the look alone": (
        [
            line(
                '<w:r><w:rPr><w:b/><w:rPrChange w:id="1" w:author="Kenya"><w:rPr/></w:rPrChange>'
                "</w:rPr><w:t>Bold.</w:t></w:r>"
            )
        ],
        ["Bold."],
        ["Bold."],
    ),
    "blanks at the ends of a run that does not keep them": (
        [line("<w:r><w:t> A </w:t></w:r>", run(" b."))],
        ["A b."],
        ["A b."],
    ),
    "a line of blanks in six points": (
        [line("One."), line(run(" ")), line("Two.")],
        ["One.", "Two."],
        ["One.", "Two."],
    ),
    "left over before a table": (
        [
            line("One.", mark=end("del", KENYA)),
            f"<w:tbl><w:tr><w:tc>{line('Cell.')}</w:tc></w:tr></w:tbl>",
            line("Two."),
        ],
        ["One.", "Cell.", "Two."],
        ["One.", "Cell.", "Two."],
    ),
    "a table's row put in and one taken out": (
        [
            f"<w:tbl>{table_row('ins', put_in(KENYA, 'In.'))}{table_row('del', taken_out(KENYA, 'Out.'))}</w:tbl>",
            line("Two."),
        ],
        ["In.", "Two."],
        ["Out.", "Two."],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_accepted_and_rejected(name: str) -> None:
    lines, accepted, rejected = CASES[name]
    assert texts(read(*lines)) == (accepted, rejected)


def test_each_author_is_read_as_if_the_others_had_done_nothing() -> None:
    marks = read(
        line("Urges ", taken_out("Kenya", "some"), put_in("Kenya", "all"), " States;"),
        line("Notes ", put_in("Norway", "with care "), "the lamps."),
    )
    words = {
        author: [plain(r.paragraph.text) for r in reading.paragraphs]
        for author, reading in marks.by_author.items()
    }
    assert words == {
        "Kenya": ["Urges all States;", "Notes the lamps."],
        "Norway": ["Urges some States;", "Notes with care the lamps."],
    }


def test_words_in_what_another_puts_in_stand_only_where_all_is_accepted() -> None:
    marks = read(
        line("One;"),
        line(put_in("Kenya", "Two "), put_in("Norway", "lit "), put_in("Kenya", "lamps;"), mark=end("ins", "Kenya")),
        line("Three."),
    )  # fmt: skip
    assert texts(marks)[0] == ["One;", "Two lit lamps;", "Three."]
    kenya, norway = marks.by_author["Kenya"], marks.by_author["Norway"]
    assert [plain(r.paragraph.text) for r in kenya.paragraphs] == ["One;", "Two lamps;", "Three."]
    assert [plain(r.paragraph.text) for r in norway.paragraphs] == ["One;", "Three."]
    assert [r.author for r in marks.revisions if r.lone] == ["Norway"]


def test_moves_are_named_pairs() -> None:
    moved = "Noting the lamps that burn on every coast,"
    marks = read(
        line(f'<w:moveToRangeStart w:id="7" w:name="m1" {by("Kenya").removeprefix(NUMBER)}/>',
             f'<w:moveTo {by("Kenya")}>{run(moved)}</w:moveTo>', '<w:moveToRangeEnd w:id="7"/>', mark=end("moveTo", "Kenya")),
        line("Recalling,"),
        line(f'<w:moveFromRangeStart w:id="8" w:name="m1" {by("Kenya").removeprefix(NUMBER)}/>',
             f'<w:moveFrom {by("Kenya")}>{run(moved)}</w:moveFrom>', '<w:moveFromRangeEnd w:id="8"/>', mark=end("moveFrom", "Kenya")),
        line("Decides."),
    )  # fmt: skip
    assert marks.moves == ((2, 0),)
    assert texts(marks) == ([moved, "Recalling,", "Decides."], ["Recalling,", moved, "Decides."])


NUMBER = 'w:id="1" '


def test_what_is_settled_is_part_of_the_text_and_told_no_more() -> None:
    data = WordFile(
        [
            line("Urges ", put_in("Presidency", "all ", date="2026-11-01T00:00:00Z"), "States ",
                 put_in("Presidency", "soon", date="2026-11-09T00:00:00Z"), put_in("Kenya", " again"), ".")
        ]
    ).bytes()  # fmt: skip
    settled = Settled(frozenset({"Presidency"}), datetime(2026, 11, 5, tzinfo=UTC))
    marks = docx_marks.read(data, settled)
    assert [plain(r.paragraph.text) for r in marks.base.paragraphs] == ["Urges all States ."]
    assert [(r.author, r.words) for r in marks.revisions] == [
        ("Presidency", "soon"),
        ("Kenya", " again"),
    ]


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("2026-11-03T10:00:00Z", AT),
        ("2026-11-03T10:00:00", AT),
        ("2026-11-03T12:00:00+02:00", AT),
        ("2026-11-03T10:00:00.25Z", AT),
        ("2026-13-03T10:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_date_is_a_moment_or_nothing(date: str | None, at: datetime | None) -> None:
    marks = read(line("A ", put_in("Kenya", "b", date=date), "."))
    assert [r.at for r in marks.revisions] == [at]


def test_a_change_in_a_footnote_belongs_to_the_paragraph_of_its_mark() -> None:
    marks = read(
        line("One."),
        line("Two", '<w:r><w:footnoteReference w:id="1"/></w:r>', "."),
        notes=[line("See ", taken_out("Kenya", "one"), put_in("Kenya", "two"), ".")],
    )
    assert [(r.kind, r.place, r.source) for r in marks.revisions] == [
        ("delete", "footnote", 1),
        ("insert", "footnote", 1),
    ]
    before, after = (notes(r.paragraphs[1].paragraph.text)[0] for r in (marks.base, marks.accepted))
    assert (plain(before), plain(after)) == ("See one.", "See two.")


# Comments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "namespace",
    [
        "http://schemas.microsoft.com/office/word/2012/wordml",
        "http://schemas.microsoft.com/office/word/2010/11/wordml",
    ],
)
def test_a_thread_keeps_its_order_and_its_state(namespace: str) -> None:
    (remark,) = read(
        line("Urges ", on(0, "all States"), ";"),
        comments=[
            Comment("Ana", "Which ones?\nAll of them?", done=True),
            Comment("Ben", "Coastal ones.", answers=0),
            Comment("Ana", "Say so.", answers=0),
        ],
        extended=namespace,
    ).remarks
    assert (remark.author, remark.words, remark.resolved) == (
        "Ana", "Which ones?\nAll of them?", True,
    )  # fmt: skip
    assert remark.replies == (Reply("Ben", AT, "Coastal ones."), Reply("Ana", AT, "Say so."))
    assert remark.quote == "all States"


def test_threads_that_go_round_are_read_as_they_stand() -> None:
    comments = [Comment("Ana", "One.", answers=1), Comment("Ben", "Two.", answers=0)]
    marks = read(line(on(0, "A"), "."), comments=comments)
    assert sorted(r.words for r in marks.remarks) == ["One.", "Two."]


def test_a_comment_may_run_over_paragraphs_stand_on_nothing_or_in_a_footnote() -> None:
    mark = '<w:r><w:commentReference w:id="{}"/></w:r>'
    marks = read(
        line("One ", '<w:commentRangeStart w:id="0"/>', "two,"),
        line("three", '<w:commentRangeEnd w:id="0"/>', mark.format(0), " four;"),
        line("Five", mark.format(1), "."),
        line("Six", '<w:r><w:footnoteReference w:id="1"/></w:r>', "."),
        '<w:commentRangeStart w:id="3"/>',
        line("Seven", '<w:commentRangeEnd w:id="3"/>', mark.format(3), "."),
        comments=[Comment("Ana", f"{n}.") for n in range(4)],
        notes=[line("See ", on(2, "there"), ".")],
    )
    places = {r.words: (r.source, r.last_source, r.quote) for r in marks.remarks}
    assert places == {
        "0.": (0, 1, "two, three"),
        "1.": (2, 2, ""),
        "2.": (3, 3, ""),
        "3.": (4, 4, "Seven"),
    }


def test_the_secretariats_job_number_is_no_comment() -> None:
    words = "<<ODS JOB NO>>N2606262E<<ODS JOB NO>>"
    marks = read(line(on(0, "A"), on(1, "b"), "."), comments=[Comment("Start", words), Comment("Start", "Begin.")])  # fmt: skip
    assert [r.words for r in marks.remarks] == ["Begin."]


def test_our_own_properties_say_what_the_file_was_made_of() -> None:
    marks = read(line("One."), properties={"DraftId": "d", "DraftVersion": "working:7"})
    assert (marks.draft, marks.version) == ("d", "working:7")
    assert (read(line("One.")).draft, read(line("One.")).version) == ("", "")


# Bounds ------------------------------------------------------------------------------------------


def test_too_many_revisions_are_refused_in_a_sentence() -> None:
    many = "".join(f'<w:ins w:id="{n}" w:author="{n * n}"/>' for n in range(20_001))
    with pytest.raises(Unreadable, match="more than 20,000 tracked changes"):
        read(line(many))


def test_beyond_twenty_authors_no_more_are_told_apart_and_that_is_told() -> None:
    marks = read(*(line("A ", put_in(f"Author {n}", "b"), ".") for n in range(25)))
    assert len(marks.by_author) == docx_marks.MAX_AUTHORS
    assert any("25 authors" in finding.what for finding in marks.findings)


def test_the_command_prints_for_people_too(tmp_path: Path) -> None:
    urges = ["Urges ", taken_out("Kenya", "some"), put_in("Kenya", "all"), on(0, " States"), ";"]
    comments = [Comment("Ana", "Which?"), Comment("Ben", "All.", answers=0)]
    file = tmp_path / "back.docx"
    file.write_bytes(WordFile([line(*urges)], comments=comments).bytes())
    answer = CliRunner().invoke(group, ["marks", str(file)])
    assert answer.exit_code == 0
    assert answer.output.splitlines() == [
        "- Urges some States;",
        "+ Urges all States;",
        "    deleted by Kenya, 2026-11-03T10:00:00Z “some”",
        "    inserted by Kenya, 2026-11-03T10:00:00Z “all”",
        "Comment by Ana, 2026-11-03T10:00:00Z on “States”: Which?",
        "  Reply by Ben, 2026-11-03T10:00:00Z: All.",
    ]
