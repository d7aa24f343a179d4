"""Two files against each other: whichever form they come in, both are in what comes out."""

from datetime import UTC, datetime

import pytest

from drafting.errors import Malformed, Unreadable
from drafting.formats import docx_marks, read_file, write_file
from drafting.services import comparing
from drafting.text.changes import plain
from drafting.text.resolution import Kind, Masthead, Resolution
from drafting.text.tracked import State
from tests.checks import check_many

AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
OLD = """\
# 80/1. The lamps at sea

The General Assembly,

[PP1] _Recalling_ its resolution 79/1 of 2 December 2024 on lamps,[^1]

1. _Requests_ the keeper to report on the lamps at its next session, and invites all ports to share their charts;

2. _Calls upon_ all keepers to clean their lamps each week;

3. _Also calls upon_ them to train young keepers in the use of horns;

4. _Decides_ to remain seized of the matter.

[^1]: See A/79/12.
"""
NEW = """\
# 81/3. The lamps at sea and on land

The General Assembly,

[PP1] _Recalling_ its resolutions 79/1 of 2 December 2024 and 80/1 of 3 December 2025 on lamps,[^1]

1. _Requests_ the keeper to report on the lamps at its next session;

2. _Invites_ all ports to share their charts;

3. _Calls upon_ all keepers to clean their lamps each week, and to train young keepers in the use of horns;

4. _Decides_ to remain seized of the matter.

[^1]: See A/80/12.
"""
LISTED = """\
The General Assembly,

1. Calls upon all keepers to clean their lamps each week, to report each broken lamp without delay, and to train young keepers;
"""
LIST = """\
The General Assembly,

1. Calls upon all keepers:

    (a) To clean their lamps each week;

    (b) To report each broken lamp without delay;

    (c) To train young keepers;

2. Decides to remain seized of the matter.
"""
READ = ["txt", "docx", "xml", "json"]


def text(words, ending="txt"):
    read = read_file("a.txt", words.encode())
    return read if ending == "txt" else read_file(f"a.{ending}", write_file(f"a.{ending}", read))


def said(resolution):
    return [plain(p.text) for p in resolution.paragraphs]


@pytest.mark.parametrize("old", READ)
@pytest.mark.parametrize("new", READ)
def test_two_files_of_any_form_are_compared(old, new):
    made = comparing.compared(text(OLD, old), text(NEW, new))
    assert [row.state for row in made.redline.paragraphs] == [
        State.SAME, State.CHANGED, State.CHANGED, State.SPLIT, State.CHANGED, State.MERGED, State.SAME,
    ]  # fmt: skip
    assert made.summary.sentence == (
        "3 paragraphs changed, 1 split off, 1 merged; 10 words in, 8 out"
    )


def test_the_word_file_holds_both_texts_by_words_own_rules():
    data = comparing.to_file(text(OLD), text(NEW), "docx", at=AT)
    marks = docx_marks.read(data)
    assert [plain(p.paragraph.text) for p in marks.base.paragraphs] == said(text(OLD))
    assert [plain(p.paragraph.text) for p in marks.accepted.paragraphs] == said(text(NEW))
    assert {revision.author for revision in marks.revisions} == {comparing.COMPARISON}


def test_both_engines_accept_and_reject_splits_and_merges_alike(tmp_path):
    files = []
    for old, new in ((OLD, NEW), (NEW, OLD), (LISTED, LIST), (LIST, LISTED)):
        was, now = text(old), text(new)
        data = comparing.to_file(was, now, "docx", at=AT)
        files.append((data, was.paragraphs, now.paragraphs))
    for report in check_many(files, tmp_path):
        assert (report["fails"], report["warns"]) == ([], [])


def test_a_page_says_what_differs_in_the_lines_around_the_text_too():
    page = comparing.to_file(text(OLD), text(NEW), "html", at=AT).decode()
    assert "<del>80/1</del><ins>81/3</ins>. The lamps at sea<ins> and on land</ins>" in page
    assert "OP2 (split from OP1)" in page
    assert "OP3 (merged into OP3)" in page
    assert comparing.COMPARISON not in page


def test_what_is_shown_holds_the_lines_around_the_text():
    shown = comparing.to_json(text(OLD), text(NEW))
    assert [line["what"] for line in shown["masthead"]] == ["number", "title"]
    assert shown["old"]["title"] == "The lamps at sea"
    assert shown["summary"]["paragraphs"]["split"] == 1
    assert [p["old_place"] for p in shown["paragraphs"]] == [0, 1, 2, 3, 4, 5, 6]
    assert len({p["id"] for p in shown["paragraphs"]}) == 7


PASSAGES = [
    ("Recalling its resolution 79/1,", ["Recalling its resolution 79/1,"]),
    ("Recalling 79/1,\n\nNoting the lamps,", ["Recalling 79/1,", "Noting the lamps,"]),
    ("Recalling 79/1,\n\n1. Requests it;", ["Recalling 79/1,", "Requests it;"]),
    (
        "The General Assembly,\n  Recalling its resolution of\n7 May 2020 on lamps,\n  Noting the\nlamps,\n  1. Requests the keeper to\ngo;",
        [
            "The General Assembly,",
            "Recalling its resolution of 7 May 2020 on lamps,",
            "Noting the lamps,",
            "Requests the keeper to go;",
        ],
    ),
    ("1. Requests it;\n\n2. Decides so.", ["Requests it;", "Decides so."]),
    (
        "The General Assembly,\n\n[PP1] Recalling 79/1,",
        ["The General Assembly,", "Recalling 79/1,"],
    ),
    ("# 80/1. Lamps\n\n1. Requests it;", ["Requests it;"]),
]


@pytest.mark.parametrize(("words", "paragraphs"), PASSAGES)
def test_a_passage_is_read_as_it_was_pasted(words, paragraphs):
    found = comparing.read("pasted.txt", words.encode())
    assert said(found) == paragraphs
    kinds = [p.kind for p in found.paragraphs]
    assert kinds == sorted(kinds, key=[Kind.FORMULA, Kind.PREAMBULAR, Kind.OPERATIVE].index)
    assert {p.kind for p in found.paragraphs if "lamps" in plain(p.text)} <= {Kind.PREAMBULAR}


@pytest.mark.parametrize("data", [b"", b"<a/>", b"PK\x03\x04", b"%PDF", b"\xff\xfe"])
def test_what_is_no_text_is_not_read_as_a_passage(data):
    with pytest.raises(Unreadable):
        comparing.read("pasted.txt", data)


def with_keys(resolution, keys):
    from dataclasses import replace

    rows = tuple(replace(p, key=key) for p, key in zip(resolution.paragraphs, keys, strict=True))
    return replace(resolution, paragraphs=rows)


def test_files_of_different_drafts_are_compared_by_their_words():
    old, new = text(OLD), text(NEW)
    old = with_keys(old, [f"o{n}" for n in range(len(old.paragraphs))])
    new = with_keys(new, [f"n{n}" for n in range(len(new.paragraphs))])
    assert comparing.compared(old, new).summary.paragraphs[State.SAME] == 2


def test_files_of_one_draft_are_compared_by_identity():
    old = text(OLD)
    keys = [f"k{n}" for n in range(len(old.paragraphs))]
    swapped = with_keys(old, keys)
    rows = list(swapped.paragraphs)
    rows[2], rows[3] = rows[3], rows[2]
    new = Resolution(old.masthead, tuple(rows))
    found = comparing.compared(swapped, new).summary.paragraphs
    assert (found[State.MOVED], found[State.SAME]) == (1, 5)


def test_equal_texts_do_not_differ():
    assert comparing.compared(text(OLD), text(OLD)).summary.sentence == "Nothing differs"


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_text_without_paragraphs_is_refused(which):
    nothing = Resolution(Masthead(title="A title"), ())
    pair = (nothing, text(OLD)) if which == "first" else (text(OLD), nothing)
    with pytest.raises(Malformed, match=f"The {which} text holds no paragraph"):
        comparing.compared(*pair)


@pytest.mark.parametrize("name", ["74_62", "75_62", "76_47", "77_335"])
def test_a_resolution_is_the_same_in_every_form(name, resolutions):
    official = comparing.read("a.xml", (resolutions / f"A_RES_{name}.xml").read_bytes())
    typed = (resolutions / f"A_RES_{name}.txt").read_bytes()
    pasted = typed.decode().replace("_", "").encode()
    for other in (typed, pasted):
        made = comparing.compared(official, comparing.read("b.txt", other))
        assert made.summary.sentence == "Nothing differs"
