"""Word files read: our own exactly, those of others by what they show."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt
from hypothesis import HealthCheck, given, settings

from drafting.formats import akn, docx_read, docx_write, plain
from drafting.text.changes import NOTE_PLACEHOLDER, Change, Insert, notes
from drafting.text.changes import plain as words_of
from drafting.text.resolution import Kind, Resolution
from tests.checks import CHECKS, lines, soffice
from tests.formats.word_texts import LIGHTHOUSES, resolutions, words

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def word(*paragraphs: str, **parts: str) -> bytes:
    """A Word file with these paragraphs (XML, or plain words) and parts, and no styles of ours."""
    body = "".join(one if one.startswith("<") else p(t(one)) for one in paragraphs)
    relations = "".join(
        f'<Relationship Id="{name}" Type="{R}/{name}" Target="{name}.xml"/>' for name in parts
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{MAIN}.document.main+xml"/>'
            "</Types>",
        )
        for name, inner in (
            (
                "_rels/.rels",
                f'<Relationship Id="d" Type="{R}/officeDocument" Target="word/document.xml"/>',
            ),
            ("word/_rels/document.xml.rels", relations),
        ):
            archive.writestr(
                name,
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f"{inner}</Relationships>",
            )
        for name, inner in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {W}>{inner}</w:{name}>")
        archive.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>"
        )
    return out.getvalue()


def t(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def bold(text: str) -> str:
    return p(t(text, "<w:b/>"))


FORMULA = p(t("The General Assembly", "<w:i/>") + t(","))


def shape(resolution: Resolution) -> list[tuple[str, int, str, str | None]]:
    return [
        (one.kind.value, one.level, words_of(one.text), one.number) for one in resolution.paragraphs
    ]


def told(resolution: Resolution) -> list[tuple[str, str]]:
    return [(one.where, one.what) for one in resolution.findings]


# --- our own ------------------------------------------------------------------------------------


def test_our_own_file_is_read_back_exactly() -> None:
    read = docx_read.read(docx_write.clean(LIGHTHOUSES))
    assert read == LIGHTHOUSES
    assert read.findings == ()


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(resolutions())
def test_any_resolution_is_read_back_exactly(resolution: Resolution) -> None:
    assert docx_read.read(docx_write.clean(resolution)) == resolution


@pytest.mark.parametrize("name", ["74_62", "75_62", "76_47", "77_335"])
@pytest.mark.parametrize("ending", ["xml", "txt"])
def test_an_adopted_resolution_is_read_back_exactly(
    name: str, ending: str, resolutions: Path
) -> None:
    data = (resolutions / f"A_RES_{name}.{ending}").read_bytes()
    adopted = akn.read(data) if ending == "xml" else plain.read(data.decode())
    assert docx_read.read(docx_write.clean(adopted)) == adopted


def test_a_file_saved_by_libreoffice_is_read_back_exactly(tmp_path: Path) -> None:
    file = tmp_path / "ours.docx"
    file.write_bytes(docx_write.clean(LIGHTHOUSES))
    saved = soffice(file, "docx")
    assert docx_read.read(saved.read_bytes()) == LIGHTHOUSES


def test_python_docx_opens_our_file_and_changes_nothing() -> None:
    out = io.BytesIO()
    document = docx.Document(io.BytesIO(docx_write.clean(LIGHTHOUSES)))
    document.save(out)
    assert docx_read.read(out.getvalue()) == LIGHTHOUSES


def test_identities_survive_libreoffice(tmp_path: Path) -> None:
    key = "0192f1aa-0000-7000-8000-00000000000a"
    formula, *rest = LIGHTHOUSES.paragraphs
    keyed = Resolution(
        LIGHTHOUSES.masthead,
        (type(formula)(formula.kind, formula.text, key=key), *rest),
    )
    file = tmp_path / "keyed.docx"
    file.write_bytes(docx_write.clean(keyed))
    assert docx_read.read(soffice(file, "docx").read_bytes()).paragraphs[0].key == key


# --- others: what a paragraph is ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "kind", "level", "number", "read"),
    [
        ("1. Urges all;", "operative", 0, "1.", "Urges all;"),
        ("12.\u00a0Urges all;", "operative", 0, "12.", "Urges all;"),
        ("3) Urges all;", "operative", 0, "3.", "Urges all;"),
        ("4 - Urges all;", "operative", 0, "4.", "Urges all;"),
        (p(t("1.") + "<w:r><w:tab/></w:r>" + t("Urges all;")), "operative", 0, "1.", "Urges all;"),
        ("(a) To wake;", "sub", 1, "(a)", "To wake;"),
        ("(i) To wake;", "sub", 2, "(i)", "To wake;"),
        ("a. To wake;", "sub", 1, "a.", "To wake;"),
        ("[PP7] Noting lamps,", "preambular", 0, None, "Noting lamps,"),
        ("Noting lamps,", "preambular", 0, None, "Noting lamps,"),
        ("  Noting lamps, ", "preambular", 0, None, "Noting lamps,"),
        (bold("Lamps"), "heading", 0, None, "Lamps"),
        (bold("Noting lamps,"), "preambular", 0, None, "Noting lamps,"),
        ("Annex", "annex", 0, None, "Annex"),
        ("ANNEX IV", "annex", 0, None, "ANNEX IV"),
        ("Annexe II", "annex", 0, None, "Annexe II"),
        ("Приложение", "annex", 0, None, "Приложение"),
        ("附件一", "preambular", 0, None, "附件一"),
        ("附件 一", "annex", 0, None, "附件 一"),
        (
            "2020 marks the tenth anniversary,",
            "preambular",
            0,
            None,
            "2020 marks the tenth anniversary,",
        ),
        ("(with oars) boats,", "preambular", 0, None, "(with oars) boats,"),
    ],
)
def test_a_line_is_known_by_its_look(
    line: str, kind: str, level: int, number: str | None, read: str
) -> None:
    found = shape(docx_read.read(word(FORMULA, line, "9. Decides.")))
    assert found[0] == ("formula", 0, "The General Assembly,", None)
    assert found[1] == (kind, level, read, number)


@pytest.mark.parametrize(
    ("formula", "language"),
    [
        ("The General Assembly,", "en"),
        ("L’Assemblée générale,", "fr"),
        ("La Asamblea General,", "es"),
        ("Генеральная Ассамблея,", "ru"),
        ("إن الجمعية العامة،", "ar"),
        ("大会，", "zh"),
    ],
)
def test_the_opening_words_tell_the_language(formula: str, language: str) -> None:
    read = docx_read.read(word("A title", formula, "Recalling,", "1. Urges;"))
    assert read.masthead.language == language
    assert read.masthead.title == "A title"
    assert read.paragraphs[0].kind is Kind.FORMULA


def test_letters_and_roman_numerals_are_told_apart() -> None:
    rows = ["(a)", "(b)", "(i)", "(ii)", "(c)", *(f"({x})" for x in "defgh"), "(i)", "(j)"]
    read = docx_read.read(word(FORMULA, "1. Urges:", *(f"{one} Lamp;" for one in rows)))
    assert [one.level for one in read.paragraphs[2:]] == [1, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1]


def test_a_dotted_letter_behind_a_roman_numeral_is_the_third_level() -> None:
    read = docx_read.read(word(FORMULA, "1. Urges:", "(a) A:", "(i) B:", "a. C;", "b. D;"))
    assert [one.level for one in read.paragraphs[2:]] == [1, 2, 3, 3]


def test_after_an_annex_numbered_paragraphs_are_its_items() -> None:
    read = docx_read.read(
        word(FORMULA, "1. Urges;", "2. Decides.", "Annex", "We pledge:", "1. To wake.")
    )
    assert [one.kind for one in read.paragraphs[3:]] == [
        Kind.ANNEX,
        Kind.ANNEX_TEXT,
        Kind.ANNEX_ITEM,
    ]


def test_one_operative_paragraph_without_a_number_is_found() -> None:
    read = docx_read.read(word(FORMULA, "Recalling lamps,", "Decides to light them."))
    assert [one.kind.value for one in read.paragraphs] == ["formula", "preambular", "operative"]
    assert told(read) == [("OP", "It had no number; it was read as operative.")]


def test_a_paragraph_without_a_number_among_numbered_ones_is_told() -> None:
    read = docx_read.read(word(FORMULA, "1. Urges;", "And so on.", "2. Decides."))
    assert shape(read)[2] == ("operative", 0, "And so on.", None)
    assert ("OP2", "It had no number; it was read as a paragraph of its own.") in told(read)


def test_a_number_out_of_turn_is_told() -> None:
    read = docx_read.read(word(FORMULA, "1. Urges;", "3. Decides."))
    assert told(read) == [("OP2", "It was numbered 3. in the file.")]


def test_a_text_without_the_opening_words_is_read_and_told() -> None:
    read = docx_read.read(word(bold("On lamps"), "Recalling lamps,", "1. Urges;", "2. Decides."))
    assert read.masthead.title == "On lamps"
    assert [one.kind.value for one in read.paragraphs] == ["preambular", "operative", "operative"]
    assert told(read)[0][0] == "document"


def test_rules_and_empty_lines_are_skipped() -> None:
    read = docx_read.read(word(FORMULA, "", "* * *", "1. Urges;", "2. Decides.", "______"))
    assert len(read.paragraphs) == 3


def test_what_stands_before_the_text_is_sorted() -> None:
    read = docx_read.read(
        word(
            "United Nations",
            "A/C.1/81/L.998/Rev.1",
            "General Assembly",
            "Distr.: Limited",
            "3 October 2026",
            "Original: English",
            "Eighty-first session",
            "First Committee",
            "Agenda item 7 (b)",
            "General and complete illumination",
            "Chad and Peru: draft resolution",
            bold("Safety of lighthouses"),
            FORMULA,
            "1. Urges;",
            "2. Decides.",
            "1st plenary meeting",
            "3 January 2027",
        )
    )
    masthead = read.masthead
    assert masthead.symbol == "A/C.1/81/L.998/Rev.1"
    assert masthead.distribution == "Distr.: Limited"
    assert masthead.date == "3 October 2026"
    assert masthead.session == "Eighty-first session"
    assert masthead.committee == "First Committee"
    assert masthead.agenda_item == "Agenda item 7 (b)"
    assert masthead.agenda_title == "General and complete illumination"
    assert masthead.notices == ("Chad and Peru: draft resolution",)
    assert masthead.title == "Safety of lighthouses"
    assert masthead.closing == "1st plenary meeting 3 January 2027"


def test_a_numbered_title_gives_number_and_title() -> None:
    masthead = docx_read.read(word("75/998. On lamps", FORMULA, "1. Urges;")).masthead
    assert (masthead.number, masthead.title) == ("75/998", "On lamps")


# --- others: lists ------------------------------------------------------------------------------


def level(depth: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


LISTS = (
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "decimal", "%1.")
    + level(1, "lowerLetter", "(%2)")
    + level(2, "lowerRoman", "(%3)")
    + "</w:abstractNum>"
    + '<w:abstractNum w:abstractNumId="1">'
    + level(0, "lowerLetter", "(%1)")
    + "</w:abstractNum>"
    + '<w:abstractNum w:abstractNumId="2">'
    + level(0, "bullet", "•")
    + "</w:abstractNum>"
    + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    + '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    + '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
    + '<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="7"/></w:lvlOverride></w:num>'
)


def item(text: str, num: int, depth: int = 0) -> str:
    numbers = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/></w:numPr>'
    return p(t(text), properties=numbers)


def test_automatic_numbers_are_counted_as_word_counts() -> None:
    read = docx_read.read(
        word(
            FORMULA,
            item("One:", 1),
            item("A;", 1, 1),
            item("I;", 1, 2),
            item("Two:", 1),
            item("A;", 1, 1),
            item("B;", 1, 1),
            item("Seven.", 4),
            item("Eight.", 4),
            numbering=LISTS,
        )
    )
    numbers = [one.number for one in read.paragraphs[1:]]
    assert numbers == ["1.", "(a)", "(i)", "2.", "(a)", "(b)", "7.", "8."]
    assert [one.level for one in read.paragraphs[1:]] == [0, 1, 2, 0, 1, 1, 0, 0]


def test_a_list_of_its_own_for_letters_gives_sub_paragraphs() -> None:
    read = docx_read.read(word(FORMULA, item("One:", 1), item("A;", 2), numbering=LISTS))
    assert shape(read)[2] == ("sub", 1, "A;", "(a)")


def test_bullets_are_sub_paragraphs_and_told() -> None:
    read = docx_read.read(word(FORMULA, item("One:", 1), item("A;", 3), numbering=LISTS))
    assert shape(read)[2] == ("sub", 1, "A;", None)
    assert "bullet" in told(read)[-1][1]


# --- others: words ------------------------------------------------------------------------------


def only(*runs: str, **parts: str) -> tuple[str, list[str]]:
    """The words of the one paragraph made of these runs, and what is told of it."""
    read = docx_read.read(word(FORMULA, p(*runs), "1. Urges;", **parts))
    return words_of(read.paragraphs[1].text), [what for _, what in told(read)]


REVISED = 'w:id="1" w:author="Chad" w:date="2021-01-01T00:00:00Z"'
BOX = "<w:txbxContent><w:p><w:r><w:t>Boxed,</w:t></w:r></w:p></w:txbxContent>"


@pytest.mark.parametrize(
    ("runs", "read", "findings"),
    [
        ([t("one "), t("two")], "one two", []),
        (["<w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r>"], "one two", []),
        (["<w:r><w:t>one</w:t><w:noBreakHyphen/><w:t>two</w:t></w:r>"], "one\u2011two", []),
        (["<w:r><w:t>one</w:t><w:softHyphen/><w:t>two</w:t></w:r>"], "one\u00adtwo", []),
        (['<w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r>', t("x")], "\u00b7x", []),
        ([f"<w:hyperlink>{t('linked')}</w:hyperlink>"], "linked", []),
        ([f'<w:fldSimple w:instr="DATE">{t("today")}</w:fldSimple>'], "today", []),
        (
            ["<w:r><w:fldChar/></w:r><w:r><w:instrText>INCLUDETEXT x</w:instrText></w:r>", t("y")],
            "y",
            [],
        ),
        (
            [f"<w:sdt><w:sdtContent>{t('kept')}</w:sdtContent></w:sdt>"],
            "kept",
            ["Content controls were read as plain text."],
        ),
        (
            [t("one "), f"<w:ins {REVISED}>{t('two')}</w:ins>"],
            "one two",
            ["Tracked changes by Chad were read as accepted."],
        ),
        (
            [t("one"), f"<w:del {REVISED}><w:r><w:delText>two</w:delText></w:r></w:del>"],
            "one",
            ["Tracked changes by Chad were read as accepted."],
        ),
        (
            [t("seen "), t("unseen", "<w:vanish/>")],
            "seen",
            ["Hidden words were left out: “unseen”."],
        ),
        ([t("white", '<w:color w:val="FFFFFF"/>')], "white", ["These words are white: “white”."]),
        (
            [t("x"), "<w:r><w:drawing/></w:r>"],
            "x",
            ["A picture or embedded object was left out."],
        ),
    ],
)
def test_the_words_of_a_paragraph_are_those_that_print(
    runs: list[str], read: str, findings: list[str]
) -> None:
    assert only(*runs) == (read, findings)


def test_a_text_box_is_read_behind_its_paragraph() -> None:
    read = docx_read.read(
        word(FORMULA, p(t("One,"), f"<w:r><w:pict>{BOX}</w:pict></w:r>"), "1. U;")
    )
    assert [words_of(one.text) for one in read.paragraphs[1:3]] == ["One,", "Boxed,"]
    assert told(read) == [("PP2", "These words stood in a text box.")]


def test_text_boxes_inside_of_text_boxes_are_read_once() -> None:
    nested = t("Inner,")
    for _ in range(18):
        nested = f"<w:r><w:pict><w:txbxContent>{p(nested)}</w:txbxContent></w:pict></w:r>"
    read = docx_read.read(word(FORMULA, p(t("Outer,"), nested), "1. Urges;"))
    assert [words_of(one.text) for one in read.paragraphs[1:3]] == ["Outer,", "Inner,"]
    assert len(read.paragraphs) == 4


def test_a_note_that_is_referred_to_again_stands_once() -> None:
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    read = docx_read.read(word(FORMULA, p(t("x"), mark, mark, mark), footnotes=NOTES))
    assert len(notes(read.paragraphs[1].text)) == 1
    assert told(read)[-1][1] == "A note without words was left out."


def test_a_very_long_line_before_the_text_is_taken_as_it_stands() -> None:
    long = "A/" + "1/" * 50_000 + "!"
    assert docx_read.read(word(long, FORMULA, "1. Urges;")).masthead.title == long


def test_the_words_of_a_table_are_read_and_told() -> None:
    cell = f"<w:tc>{p(t('Cell,'))}</w:tc>"
    read = docx_read.read(word(FORMULA, f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>", "1. Urges;"))
    assert [words_of(one.text) for one in read.paragraphs[1:3]] == ["Cell,", "Cell,"]
    assert told(read) == [(label, "These words stood in a table.") for label in ("PP1", "PP2")]


def test_a_comment_is_told_with_its_author() -> None:
    comment = f'<w:comment w:id="0" w:author="Peru">{p(t("Why lamps?"))}</w:comment>'
    _, found = only(t("x"), '<w:r><w:commentReference w:id="0"/></w:r>', comments=comment)
    assert found == ["Comment by Peru: “Why lamps?”."]


def test_the_job_number_of_the_secretariat_is_no_comment() -> None:
    job = p(t("&lt;&lt;ODS JOB NO&gt;&gt;N21"))
    comment = f'<w:comment w:id="0" w:author="Start">{job}</w:comment>'
    _, found = only(t("x"), '<w:r><w:commentReference w:id="0"/></w:r>', comments=comment)
    assert found == []


def test_a_paragraph_deleted_with_tracked_changes_is_gone_and_told() -> None:
    gone = p(
        f"<w:del {REVISED}><w:r><w:delText>Gone,</w:delText></w:r></w:del>",
        properties=f"<w:rPr><w:del {REVISED}/></w:rPr>",
    )
    read = docx_read.read(word(FORMULA, gone, "Kept,", "1. Urges;"))
    assert [words_of(one.text) for one in read.paragraphs[1:]] == ["Kept,", "Urges;"]
    assert told(read) == [
        ("document", "A paragraph deleted with tracked changes was left out: “Gone,”")
    ]


def test_a_deleted_mark_joins_two_paragraphs() -> None:
    first = p(t("One "), properties=f"<w:rPr><w:del {REVISED}/></w:rPr>")
    read = docx_read.read(word(FORMULA, first, "two,", "1. Urges;"))
    assert words_of(read.paragraphs[1].text) == "One two,"


NOTES = (
    '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote><w:footnote w:id="1"><w:p><w:r>'
    "<w:footnoteRef/></w:r>"
    + t(" ")
    + t("Treaty", "<w:i/>")
    + t(" series.")
    + "</w:p><w:p>"
    + t("And more.")
    + "</w:p></w:footnote>"
)


def test_a_footnote_is_read_with_its_italics() -> None:
    read = docx_read.read(
        word(FORMULA, p(t("x"), '<w:r><w:footnoteReference w:id="1"/></w:r>'), footnotes=NOTES)
    )
    text = read.paragraphs[1].text
    assert words_of(text) == f"x{NOTE_PLACEHOLDER}"
    assert notes(text) == [words(("Treaty",), " series. And more.")]


def test_a_reference_without_its_note_is_told() -> None:
    assert only(t("x"), '<w:r><w:footnoteReference w:id="9"/></w:r>') == (
        "x",
        ["A note without words was left out."],
    )


STYLES = (
    '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="Slanted"/><w:rPr><w:i/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:basedOn w:val="A"/></w:style>'
    '<w:style w:type="character" w:styleId="E"><w:name w:val="Emphasis"/><w:rPr><w:i/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    ("style", "run", "italic"),
    [
        ("", "", False),
        ("", "<w:i/>", True),
        ("", '<w:i w:val="0"/>', False),
        ("", '<w:i w:val="false"/>', False),
        ("", "<w:iCs/>", False),
        ("", "<w:iCs/><w:rtl/>", True),
        ("", '<w:rStyle w:val="E"/>', True),
        ("A", "", True),
        ("B", "", True),
        ("A", '<w:i w:val="0"/>', False),
        ("A", '<w:rStyle w:val="E"/>', False),
    ],
)
def test_italics_come_from_the_run_or_its_styles(style: str, run: str, italic: bool) -> None:
    line = p(t("x,", run), properties=f'<w:pStyle w:val="{style}"/>' if style else "")
    read = docx_read.read(word(FORMULA, line, "1. Urges;", styles=STYLES))
    assert read.paragraphs[1].text == Change((Insert("x,", italic or None),))


# --- files made by other programs ---------------------------------------------------------------


def test_a_file_of_python_docx_is_read() -> None:
    document = docx.Document()
    document.add_heading("Safety of lighthouses", 0)
    document.add_paragraph("The General Assembly,")
    line = document.add_paragraph()
    line.add_run("Recalling").italic = True
    line.add_run(" its lamps,")
    document.add_paragraph("Urges all;", style="List Number")
    document.add_paragraph("Decides.", style="List Number")
    document.add_heading("On oil", 1)
    document.add_paragraph("Thanks them.", style="List Number")
    out = io.BytesIO()
    document.save(out)
    read = docx_read.read(out.getvalue())
    assert read.masthead.title == "Safety of lighthouses"
    assert [one.kind.value for one in read.paragraphs] == [
        "formula",
        "preambular",
        "operative",
        "operative",
        "heading",
        "operative",
    ]
    assert read.paragraphs[1].text == words(("Recalling",), " its lamps,")
    assert [one.number for one in read.paragraphs] == [None, None, "1.", "2.", None, "3."]


def test_a_bold_style_makes_a_heading() -> None:
    document = docx.Document()
    style = document.styles.add_style("_ H _1", WD_STYLE_TYPE.PARAGRAPH)
    style.font.bold = True
    style.font.size = Pt(12)
    for text, name in (("The General Assembly,", None), ("Lamps", "_ H _1"), ("1. Urges;", None)):
        document.add_paragraph(text, style=name)
    out = io.BytesIO()
    document.save(out)
    assert docx_read.read(out.getvalue()).paragraphs[1].kind is Kind.HEADING


def test_a_text_that_libreoffice_made_into_a_word_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "typed.txt"
    file.write_text(
        "Safety of lighthouses\n\nThe General Assembly,\n\nRecalling its lamps,\n\n"
        "1. Urges all:\n\n(a) To wake;\n\n2. Decides.\n",
        encoding="utf-8",
    )
    read = docx_read.read(soffice(file, "docx").read_bytes())
    assert shape(read) == [
        ("formula", 0, "The General Assembly,", None),
        ("preambular", 0, "Recalling its lamps,", None),
        ("operative", 0, "Urges all:", "1."),
        ("sub", 1, "To wake;", "(a)"),
        ("operative", 0, "Decides.", "2."),
    ]


REAL = sorted((CHECKS / "real-docx").glob("*.docx"))


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_real_files_read_as_accepted(file: Path) -> None:
    wanted = file.with_suffix(".accepted.txt").read_text(encoding="utf-8")
    read = docx_read.read(file.read_bytes())
    front = [*read.masthead.notices, read.masthead.title]
    found = "\n".join(filter(None, [*front, lines(read.paragraphs)]))
    assert found.split() == wanted.split()
