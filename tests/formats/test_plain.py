"""The plain-text form, one line a case; the laws of reading and writing; the official files."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import Malformed, Unreadable
from drafting.formats import MAX_BYTES, plain, read_file, write_file
from drafting.text.changes import (
    NOTE_PLACEHOLDER,
    Builder,
    Change,
    Insert,
    Note,
    note,
    notes,
    text_of,
)
from drafting.text.changes import plain as words_of
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution

ROOT = Path(__file__).parents[2]
OFFICIAL = ROOT.parent / "shared" / "data" / "resolutions"
SAMPLE = ROOT / "drafting" / "data" / "sample.txt"

needs_official = pytest.mark.skipif(
    not OFFICIAL.is_dir(), reason=f"the official files are not at {OFFICIAL}"
)

HEAD = "# 75/998. Boats\n\n_The General Assembly_,\n\n"


def kinds(text):
    """Gives kind, level and words of what is read."""
    return [(p.kind.value, p.level, words_of(p.text)) for p in plain.read(text).paragraphs]


# --- what each line is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "kind", "level", "words"),
    [
        ("[PP1] Recalling boats,", "preambular", 0, "Recalling boats,"),
        ("[PP10 bis] Recalling boats,", "preambular", 0, "Recalling boats,"),
        ("[PP1]", "preambular", 0, ""),
        ("Recalling boats,", "preambular", 0, "Recalling boats,"),
        ("Urges boats;", "operative", 0, "Urges boats;"),
        ("1. Urges boats;", "operative", 0, "Urges boats;"),
        ("1.\tUrges boats;", "operative", 0, "Urges boats;"),
        ("4 bis. Urges boats;", "operative", 0, "Urges boats;"),
        ("[OP] Urges boats;", "operative", 0, "Urges boats;"),
        ("[OP4] Urges boats;", "operative", 0, "Urges boats;"),
        ("    (a) To sail;", "sub", 1, "To sail;"),
        ("        (i) To sail;", "sub", 2, "To sail;"),
        ("            a. To sail;", "sub", 3, "To sail;"),
        ("                a. To sail;", "sub", 3, "To sail;"),
        ("\t(a) To sail;", "sub", 1, "To sail;"),
        ("\t\t(i)\tTo sail;", "sub", 2, "To sail;"),
        ("(a) To sail;", "sub", 1, "To sail;"),
        ("a. To sail;", "sub", 3, "To sail;"),
        ("(with oars) boats;", "operative", 0, "(with oars) boats;"),
        ("## Boats", "heading", 0, "Boats"),
        ("### Boats", "heading", 0, "Boats"),
        ("## Annex", "annex", 0, "Annex"),
        ("## Annex II", "annex", 0, "Annex II"),
        ("## Annexes to boats", "heading", 0, "Annexes to boats"),
        ("[heading] Annex II", "heading", 0, "Annex II"),
        ("[annex] Boats", "annex", 0, "Boats"),
        ("[text] Boats", "annex_text", 0, "Boats"),
        ("[item] Boats", "annex_item", 0, "Boats"),
        ("[formula] Boats", "formula", 0, "Boats"),
        ("[name] of boats;", "operative", 0, "[name] of boats;"),
    ],
)
def test_each_line_is_read_as_the_paragraph_it_is(line, kind, level, words):
    assert kinds(f"{HEAD}{line}\n")[1:] == [(kind, level, words)]


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("Boats.", "annex_text", "Boats."),
        ("Boats,", "annex_text", "Boats,"),
        ("1. Boats.", "annex_item", "Boats."),
        ("## Boats", "heading", "Boats"),
        ("## Annex II", "annex", "Annex II"),
        ("[OP] Boats.", "operative", "Boats."),
    ],
)
def test_in_an_annex_lines_are_its_paragraphs(line, kind, words):
    assert kinds(f"{HEAD}1. Urges.\n\n## Annex I\n\n{line}\n")[3:] == [(kind, 0, words)]


def test_the_heading_behind_the_annex_line_begins_an_annex_whatever_it_says():
    text = f"{HEAD}1. Urges.\n\n----- ANNEX -----\n## Declaration\n\n## Preface\n"
    assert [kind for kind, _, _ in kinds(text)][2:] == ["annex", "heading"]


@pytest.mark.parametrize(
    ("numbers", "levels"),
    [
        ("(a) (i) (ii) (b)", [1, 2, 2, 1]),
        ("(h) (i) (j)", [1, 1, 1]),
        ("(a) (i) a. b. (ii)", [1, 2, 3, 3, 2]),
        ("(u) (v) (w) (x)", [1, 1, 1, 1]),
    ],
)
def test_the_level_of_a_sub_paragraph_that_is_not_indented_is_guessed(numbers, levels):
    lines = "".join(f"{number} Boats;\n" for number in numbers.split())
    read = plain.read(f"{HEAD}1. Urges:\n{lines}")
    assert [p.level for p in read.paragraphs[2:]] == levels
    assert [p.number for p in read.paragraphs[1:]] == ["1.", *numbers.split()]


@pytest.mark.parametrize(
    "formula",
    ["_The General Assembly_,", "The General Assembly,", "_L’Assemblée générale_,", "大会，"],
)
def test_a_text_without_a_title_begins_with_its_opening_words(formula):
    read = plain.read(f"A/C.1/76/L.41\n\nBoats\n\n{formula}\n\n1. Urges.\n")
    assert [p.kind for p in read.paragraphs] == [Kind.FORMULA, Kind.OPERATIVE]
    assert (read.masthead.symbol, read.masthead.title) == ("A/C.1/76/L.41", "Boats")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("1. Urges\nboats;", "Urges boats;"),
        ("1. Urges, of 7\nDecember,\nboats;", "Urges, of 7 December, boats;"),
        ("1. Urges:\n    (a) To sail\n    at sea;", "To sail at sea;"),
        ("1. Urges\tall.", "Urges all."),
        ("1. Urges well-\nkept boats;", "Urges well-kept boats;"),
        ("1. Urges short-\nand long-term boats;", "Urges short- and long-term boats;"),
        ("1. Urges boats -\nall;", "Urges boats - all;"),
    ],
)
def test_the_lines_of_a_broken_paragraph_are_joined(body, words):
    assert kinds(f"{HEAD}{body}\n")[-1][2] == words


def test_a_broken_paragraph_is_preambular_or_operative_by_how_it_ends():
    text = f"{HEAD}Recalling\nboats,\nNoting the\noars,\nUrges\nall,\n1. Urges\nboats,\nNoting\noars,\n"
    assert [kind for kind, _, _ in kinds(text)][1:] == ["preambular"] * 3 + ["operative"] * 2


def test_a_line_after_a_finished_one_is_a_paragraph_of_its_own():
    text = f"{HEAD}Recalling boats,\nRecalling oars,\nUrges boats;\nUrges oars.\n"
    assert [kind for kind, _, _ in kinds(text)][1:] == ["preambular"] * 2 + ["operative"] * 2


def test_a_line_after_a_heading_is_no_part_of_it():
    text = f"{HEAD}## Boats\nUrges boats.\n"
    assert [kind for kind, _, _ in kinds(text)][1:] == ["heading", "operative"]


# --- words, italics, notes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "ops"),
    [
        ("_Urges_ all", [("Urges", True), (" all", None)]),
        ("a _Boat_, b", [("a ", None), ("Boat", True), (", b", None)]),
        ("a_b", [("a_b", None)]),
        ("https://a/b_c_d and _e_", [("https://a/b_c_d and ", None), ("e", True)]),
        ("sub\\&_marine_", [("sub", None), ("marine", True)]),
        ("\\_a\\_", [("_a_", None)]),
        ("a\\\\b", [("a\\b", None)]),
        ("a\\b", [("a\\b", None)]),
        ("a _b", [("a _b", None)]),
        ("signed ________", [("signed ________", None)]),
        ("\\ a", [(" a", None)]),
        ("a\\ ", [("a ", None)]),
        ("a\\ \t", [("a ", None)]),
        ("a\\\\ ", [("a\\", None)]),
        ("[name] [^x] \\[^1]", [("[name] [^x] [^1]", None)]),
        ("a\u00a0b\u2011c", [("a\u00a0b\u2011c", None)]),
    ],
)
def test_words_and_italics_are_read(line, ops):
    read = plain.read(f"{HEAD}1. {line}\n")
    assert read.paragraphs[1].text == Change(tuple(Insert(*op) for op in ops))


def test_notes_are_read_where_their_marks_stand():
    read = plain.read(f"{HEAD}1. Urges boats,[^1] oars[^b] and sails.\n\n[^b] B.\n[^1] A.\n")
    assert read.paragraphs[1].text == text_of(
        "Urges boats,", note("A."), " oars", note("B."), " and sails."
    )
    assert read.findings == ()


def test_a_note_may_go_on_in_the_next_line():
    read = plain.read(f"{HEAD}1. Urges.[^1]\n\n[^1] A book\nof boats.\n")
    assert read.paragraphs[1].text == text_of("Urges.", note("A book of boats."))


def test_notes_are_numbered_in_order_of_appearance():
    text = HEAD + "1. Urges,[^9] all.[^2]\n\n[^2] B.\n[^9] A.\n"
    assert plain.write(plain.read(text)).endswith("Urges,[^1] all.[^2]\n\n[^1] A.\n[^2] B.\n\n")


def test_a_note_is_written_in_roman():
    in_italics = Note(Change((Insert("Series", italic=True), Insert(", vol. 1."))))
    one = Paragraph(Kind.OPERATIVE, text_of("Urges.", in_italics))
    assert plain.write(Resolution(Masthead(), (one,))).endswith("\n[^1] Series, vol. 1.\n\n")


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("1. Urges.[^1]\n", "OP", "has no words"),
        ("1. Urges.\n\n[^1] A.\n", "document", "has no mark"),
        ("1. Urges.[^1]\n\n[^1] A.\n[^1] B.\n", "document", "has no mark"),
        ("1. Urges[^1] all[^1].\n\n[^1] A.\n", "OP", "several marks"),
        ("1. Urges _all.\n", "OP", "without its fellow"),
        ("Recalling boats,\n\n1. Urges.\n", "PP1", "has no label"),
        ("1. Urges;\n\nUrges.\n", "OP2", "has no number"),
        ("1. Urges\x0ball.\n", "document", "cannot be shown"),
    ],
)
def test_what_does_not_fit_the_form_is_reported(text, where, what):
    (finding,) = plain.read(HEAD + text).findings
    assert finding.where == where
    assert what in finding.what


@pytest.mark.parametrize(
    "text", ["[PP1] Recalling,\n\nUrges.\n", "1. Urges.\n\n5th plenary meeting 7 May 2020\n"]
)
def test_of_what_fits_the_form_nothing_is_reported(text):
    assert plain.read(HEAD + text).findings == ()


def test_a_line_between_title_and_opening_words_is_kept_as_a_notice():
    read = plain.read("# Boats\n\nFirst reading\n\nThe General Assembly,\n\n1. Urges.\n")
    assert read.masthead.notices == ("First reading",)
    assert [f.where for f in read.findings] == ["document"]


# --- the masthead -------------------------------------------------------------------------------

FULL = Masthead(
    number="75/998",
    title="Boats",
    symbol="A/RES/75/998",
    distribution="Distr.: General",
    date="15 December 2020",
    session="Seventy-fifth session",
    committee="First Committee",
    agenda_item="Agenda item 103 (zz)",
    agenda_title="Boats and oars",
    notices=("Resolution adopted by the General Assembly on 7 December 2020", "[on the report]"),
    closing="37th plenary meeting 7 December 2020",
)


def test_a_whole_masthead_is_written_line_by_line():
    one = Paragraph(Kind.OPERATIVE, text_of("Urges."))
    text = plain.write(Resolution(FULL, (one,)))
    assert text.split("\n") == [
        "United Nations",
        "A/RES/75/998",
        "General Assembly",
        "Distr.: General",
        "15 December 2020",
        "Seventy-fifth session",
        "First Committee",
        "Agenda item 103 (zz)",
        "Boats and oars",
        *FULL.notices,
        "",
        "# 75/998. Boats",
        "",
        "Urges.",
        "",
        "37th plenary meeting 7 December 2020",
        "",
    ]
    assert plain.read(text) == Resolution(FULL, (one,))


def test_the_closing_line_stands_before_the_annexes():
    body = (
        Paragraph(Kind.OPERATIVE, text_of("Urges.")),
        Paragraph(Kind.ANNEX, text_of("Annex")),
        Paragraph(Kind.ANNEX_TEXT, text_of("Boats.")),
    )
    text = plain.write(Resolution(Masthead(closing="Done"), body))
    assert text == "#\n\nUrges.\n\n[closing] Done\n\n----- ANNEX -----\n## Annex\n\nBoats.\n"


def test_sub_paragraphs_follow_on_the_next_line():
    rows = (
        Paragraph(Kind.OPERATIVE, text_of("Asks for:")),
        Paragraph(Kind.SUB, text_of("One,", note("See 1.")), level=1),
        Paragraph(Kind.SUB, text_of("Two;"), level=2),
        Paragraph(Kind.SUB, text_of("Three."), level=3),
    )
    assert plain.write(Resolution(Masthead(), rows)) == (
        "#\n\nAsks for:\n    (a) One,[^1]\n        (i) Two;\n            a. Three.\n"
        "\n[^1] See 1.\n\n"
    )


def test_a_closing_of_two_lines_is_joined():
    read = plain.read(f"{HEAD}1. Urges.\n\n5th plenary meeting\n\n7 May 2020\n")
    assert read.masthead.closing == "5th plenary meeting 7 May 2020"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    text = SAMPLE.read_text(encoding="utf-8")
    assert plain.read("\ufeff" + text.replace("\n", "\r\n")) == plain.read(text)


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "title line"),
        ("\n \n", "title line"),
        ("Dear Sir or Madam,\n\nboats.", "title line"),
        ("# Boats\n", "title line"),
        ("# Boats\n\n[^1] A.\n", "title line"),
        ("# Boats\0", "not a plain text"),
        ("# Boats\n" + "1. Urges;\n" * (plain.MAX_PARAGRAPHS + 1), "too long"),
    ],
)
def test_what_is_no_resolution_is_refused_with_a_sentence(text, word):
    with pytest.raises(Unreadable, match=word):
        plain.read(text)


@pytest.mark.parametrize(
    "line",
    ["_" * 300_000 + "x", "[^" * 200_000, "\\" * 300_000, "# " * 200_000, "a\n" * 200_000, "a _" * 99_999],
    ids=["underscores", "brackets", "backslashes", "hashes", "lines", "turns"],
)  # fmt: skip
def test_a_hostile_line_is_read_all_the_same(line):
    assert plain.read(f"{HEAD}1. Urges {line}\n").paragraphs


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        read = plain.read(text)
    except Unreadable:
        return
    assert plain.read(plain.write(read)).paragraphs


# --- laws ---------------------------------------------------------------------------------------

characters = st.one_of(
    st.sampled_from(list("abZ1iv ,.;:_\\[]^#()-&’\u00a0\u2011é大😀")),
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]).filter(
        lambda c: c not in "\ufffc\ufffe\uffff"
    ),
)
phrases = st.one_of(
    st.text(characters, min_size=1, max_size=12),
    st.sampled_from(
        [
            "1. Urges",
            "[PP1] Recalling,",
            "(a) to",
            "## Annex",
            "Annex II",
            "[^1] A",
            "[^1]",
            "[OP] b",
            "The General Assembly,",
            "5th plenary meeting",
            "7 May 2020",
            "----- ANNEX -----",
            "[text] c",
            "a. b",
            "# 1/2. T",
        ]
    ),
)
italics = st.sampled_from([None, True])


@st.composite
def texts(draw):
    """Any text, notes in roman."""
    builder = Builder()
    for _ in range(draw(st.integers(0, 4))):
        piece = draw(st.one_of(phrases, phrases, st.builds(note, st.one_of(st.just(""), phrases))))
        builder.insert(piece, italic=draw(italics))
    return builder.change()


@st.composite
def paragraphs(draw):
    """Any paragraph."""
    kind = draw(st.sampled_from(list(Kind)))
    return Paragraph(kind, draw(texts()), level=draw(st.integers(1, 3)) if kind is Kind.SUB else 0)


values = st.one_of(
    phrases, st.just(""), st.sampled_from([*FULL.notices, FULL.date, FULL.session, FULL.symbol])
).map(lambda value: re.sub(" +", " ", value).strip(" "))
mastheads = st.builds(
    Masthead,
    number=st.one_of(st.just("75/62"), values),
    title=values,
    symbol=values,
    distribution=values,
    date=values,
    session=values,
    committee=values,
    agenda_item=values,
    agenda_title=values,
    notices=st.lists(values.filter(bool), max_size=3).map(tuple),
    closing=values,
    language=st.sampled_from(["en", "fr", "ar", "pt"]),
    sponsors=values,
)
resolutions = st.builds(
    Resolution, mastheads, st.lists(paragraphs(), min_size=1, max_size=8).map(tuple)
)


@given(resolutions)
def test_what_is_written_is_read_as_it_was(resolution):
    read = plain.read(plain.write(resolution))
    assert read.masthead == resolution.masthead
    assert [replace(p, number=None) for p in read.paragraphs] == list(resolution.paragraphs)
    assert read.findings == ()


@given(resolutions)
def test_what_is_read_is_written_as_it_was(resolution):
    text = plain.write(resolution)
    assert plain.write(plain.read(text)) == text


@given(st.lists(phrases, max_size=12), st.sampled_from(["\n", "\n\n", " ", "\n    "]))
def test_no_word_of_any_text_is_dropped(lines, between):
    text = f"{HEAD}1. Urges;\n\n" + between.join(lines)
    read = plain.read(text)
    kept = "".join(
        words_of(p.text).replace(NOTE_PLACEHOLDER, "")
        + "".join(words_of(content) for content in notes(p.text))
        for p in read.paragraphs
    ) + "".join((*read.masthead.notices, read.masthead.closing))
    telling = "[Zé大😀]"
    assert sorted(re.findall(telling, kept)) == sorted(re.findall(telling, text))


# --- the files ----------------------------------------------------------------------------------


@needs_official
@pytest.mark.parametrize("name", ["A_RES_74_62", "A_RES_75_62", "A_RES_76_47", "A_RES_77_335"])
def test_an_official_file_comes_back_byte_for_byte(name):
    data = (OFFICIAL / f"{name}.txt").read_bytes()
    read = plain.read(data.decode())
    assert read.findings == ()
    assert plain.write(read).encode() == data


@needs_official
@pytest.mark.parametrize(
    ("name", "preambular", "operative", "note_count"),
    [
        ("A_RES_74_62", 19, 10, 5),
        ("A_RES_75_62", 19, 11, 5),
        ("A_RES_76_47", 15, 11, 2),
        ("A_RES_77_335", 9, 96, 9),
    ],
)
def test_an_official_file_has_its_paragraphs_and_notes(name, preambular, operative, note_count):
    read = plain.read((OFFICIAL / f"{name}.txt").read_text(encoding="utf-8"))
    found = [p.kind for p in read.paragraphs]
    assert (found.count(Kind.PREAMBULAR), found.count(Kind.OPERATIVE)) == (preambular, operative)
    assert sum(len(notes(p.text)) for p in read.paragraphs) == note_count


def test_the_sample_comes_back_as_it_is():
    text = SAMPLE.read_text(encoding="utf-8")
    assert plain.write(plain.read(text)).rstrip("\n") == text.rstrip("\n")


# --- files by their bytes and names -------------------------------------------------------------

AKN = (
    '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">'
    '<statement name="resolution"><mainBody><paragraph><content><p>Ends.</p></content>'
    "</paragraph></mainBody></statement></akomaNtoso>"
)


@pytest.mark.parametrize("name", ["a.txt", "a.xml", "a", "A.TXT", "a.docx"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_xml_is_known_by_its_content(name, encoding):
    read = read_file(name, AKN.encode(encoding))
    assert [words_of(p.text) for p in read.paragraphs] == ["Ends."]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a", "A.TXT"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_plain_text_is_read_in_utf_8(name, encoding):
    read = read_file(name, "1. Urges Türkiye.".encode(encoding))
    assert [words_of(p.text) for p in read.paragraphs] == ["Urges Türkiye."]


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n", "empty"),
        ("a.txt", "1. Urges Türkiye.".encode("latin-1"), "UTF-8"),
        ("a.txt", "1. Urges.".encode("utf-16"), "UTF-8"),
        ("a.txt", b"\x00\x01\x02", "not a plain text"),
        ("a.txt", b"1. Urges." + b" " * MAX_BYTES, "20 MB"),
        ("a.pdf", b"%PDF-1.7", "Word file"),
        ("a.txt", b"%PDF-1.7", "Word file"),
        ("a.rtf", b"{\\rtf1 x}", "Word file"),
        ("a.odt", b"1. Urges.", "Word file"),
        ("a.docx", b"1. Urges.", "Word file"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "old Word"),
        ("a.xml", b"1. Urges.", "XML"),
        ("a.xml", b"<html/>", "XML"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_reason(name, data, word):
    with pytest.raises(Unreadable, match=word):
        read_file(name, data)


def test_a_damaged_word_file_is_refused():
    with pytest.raises(Unreadable):
        read_file("a.txt", b"PK\x03\x04 nonsense")


def test_a_word_file_is_read_as_it_was_written():
    resolution = plain.read(SAMPLE.read_text(encoding="utf-8"))
    again = read_file("sample.docx", write_file("sample.docx", resolution))
    assert [(p.kind, p.text) for p in again.paragraphs] == [
        (p.kind, p.text) for p in resolution.paragraphs
    ]


def test_a_file_is_written_in_the_form_its_ending_names():
    resolution = plain.read("# Boats\n\n1. Urges;\n\n2. Ends.")
    assert write_file("a.txt", resolution) == b"# Boats\n\n1. Urges;\n\n2. Ends.\n"
    assert write_file("a.HTML", resolution).startswith(b"<!doctype html>")
    assert [p["ops"] for p in json.loads(write_file("a.json", resolution))["paragraphs"]] == [
        [{"insert": "Urges;"}],
        [{"insert": "Ends."}],
    ]
    with pytest.raises(Malformed, match="docx"):
        write_file("a.pages", resolution)


def test_reading_plain_text_loads_no_xml_library():
    code = (
        "import sys; from drafting.formats import read_file; read_file('a.txt', b'1. Urges.');"
        "sys.exit('lxml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
