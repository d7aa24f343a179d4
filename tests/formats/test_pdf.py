"""PDF files: what stands on their pages, in what order, and that a screen reader can read them."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings

from drafting.errors import Unreadable
from drafting.formats import akn, pdf
from drafting.text.changes import Change, note, text_from_json, text_of
from drafting.text.compilation import Alternative, Compilation, Entry, Voice
from drafting.text.numbering import labels_of
from drafting.text.proposal import ProposalKind, Stance
from drafting.text.redline import Attribution, redline
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution
from drafting.text.tracked import Credit, Redline
from tests.checks import check_pdf, lines
from tests.formats.any_resolution import RESOLUTIONS
from tests.formats.test_akn import FILES, needs_files, real

SYMBOL = "A/C.1/81/L.9"


def of(*rows: tuple[Kind, Change | str] | tuple[Kind, Change | str, int]) -> list[Paragraph]:
    return [
        Paragraph(
            row[0],
            text_of(row[1]) if isinstance(row[1], str) else row[1],
            row[2] if len(row) > 2 else 0,
        )
        for row in rows
    ]


OLD = of(
    (Kind.FORMULA, "The General Assembly,"),
    (Kind.PREAMBULAR, text_of("Recalling the lamps,", note("Of 1820."), " all of them,")),
    (Kind.OPERATIVE, "Urges the keepers of every lighthouse to wake through the whole night;"),
    (Kind.OPERATIVE, "Invites each of them to write down what passes:"),
    (Kind.SUB, "ships;", 1),
    (Kind.SUB, "whales;", 2),
    (Kind.SUB, "birds;", 3),
    (Kind.ANNEX, "Annex"),
    (Kind.HEADING, "On oil"),
    (Kind.ANNEX_ITEM, "Oil is dear."),
)
FRONT = Masthead(
    title="Lighthouses",
    symbol=SYMBOL,
    distribution="Distr.: Limited",
    date="14 October 2026",
    session="Eighty-first session",
    committee="First Committee",
    agenda_item="Agenda item 100",
    agenda_title="Lamps and light",
    sponsors="Kenya and Norway",
)
WHOLE = Resolution(FRONT, tuple(OLD))


def words(data: bytes, *options: str) -> str:
    """The words of a file in their order on the page, each blank and line end as one blank."""
    if not shutil.which("pdftotext"):
        pytest.skip("poppler-utils are not installed")
    done = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", *options, "-", "-"],
        input=data,
        capture_output=True,
        check=True,
    )
    return " ".join(done.stdout.decode().split())


def passes(data: bytes, folder: Path, *options: str, text: str = "") -> dict[str, Any]:
    report = check_pdf(data, folder, *options, text=text)
    assert report["fails"] == []
    return report


@needs_files
@pytest.mark.parametrize("name", FILES)
def test_a_real_resolution_is_set_whole_and_tagged(name: str, tmp_path: Path) -> None:
    resolution = akn.read(real(name, "xml"))
    report = passes(
        pdf.clean(resolution),
        tmp_path,
        "--lang",
        "en",
        "--header",
        resolution.masthead.symbol,
        text=lines(resolution.paragraphs),
    )
    assert report["warns"] == []
    assert report["page_size"] == ["612x792 pt"]
    notes = sum(p.text.ops != () and str(p.text).count("Note(") for p in resolution.paragraphs)
    assert report["structure"].get("Note", 0) == notes


def test_what_stands_around_the_text_is_on_the_first_page(tmp_path: Path) -> None:
    data = pdf.clean(WHOLE, working_draft="Draft 2, 3 March 2026")
    passes(data, tmp_path, "--header", SYMBOL)
    first = words(data, "-l", "1")
    for line in (
        "United Nations",
        "General Assembly",
        "Distr.: Limited",
        "14 October 2026",
        "Original: English",
        "Eighty-first session",
        "Lamps and light",
        "Kenya and Norway: draft resolution",
        "Draft 2, 3 March 2026",
    ):
        assert line in first
    assert "2/2" in words(data, "-f", "2")


@pytest.mark.parametrize("closing", ["", "1st plenary meeting 3 January 2027"])
def test_the_short_rule_never_stands_on_a_page_alone(closing: str) -> None:
    row = (Kind.OPERATIVE, "Urges the keepers of every lighthouse to wake;")
    pages = set()
    for count in range(60, 78):
        made = Resolution(Masthead(symbol=SYMBOL, closing=closing), tuple(of(*[row] * count)))
        data = pdf.clean(made)
        with pikepdf.open(io.BytesIO(data)) as file:
            pages.add(len(file.pages))
        assert "Urges" in words(data, "-f", str(max(pages)))
    assert len(pages) > 1


def test_headings_are_nested_without_a_level_left_out(tmp_path: Path) -> None:
    structure = passes(pdf.clean(WHOLE), tmp_path)["structure"]
    assert {name: structure.get(name) for name in ("H1", "H2", "H3")} == {
        "H1": 1,
        "H2": 1,
        "H3": 1,
    }
    untitled = pdf.clean(Resolution(Masthead(), tuple(OLD)))
    structure = passes(untitled, tmp_path)["structure"]
    assert {name: structure.get(name) for name in ("H1", "H2")} == {"H1": 1, "H2": 1}


def test_numbers_are_printed_and_labels_in_their_place(tmp_path: Path) -> None:
    numbered = words(pdf.clean(WHOLE))
    for line in ("1. Urges", "2. Invites", "(a) ships", "(i) whales", "a. birds", "1. Oil"):
        assert line in numbered
    names = [*labels_of(OLD)]
    names[2] = "OP1 bis"
    labelled = pdf.clean(WHOLE, labels=names)
    passes(labelled, tmp_path)
    assert "OP1 bis" in words(labelled)
    assert "1. Urges" not in words(labelled)


def test_lines_are_numbered_where_that_is_asked_for() -> None:
    short = Resolution(Masthead(), tuple(of((Kind.OPERATIVE, "word " * 60))))
    plain, numbered = (words(pdf.clean(short, line_numbers=on)) for on in (False, True))
    assert [one for one in plain.split() if one.isdigit()] == []
    assert [one for one in numbered.split() if one.isdigit()] == ["1", "2", "3", "4", "5"]


HOSTILE = '#import "x" *b* _i_ $x$ = h @l <l> `r` // c /* d */ \\ ~ -- --- \' " {} [] #{1+1} 1. - +'


def test_no_word_of_a_document_is_markup(tmp_path: Path) -> None:
    text = text_of(HOSTILE, note(HOSTILE))
    masthead = Masthead(title=HOSTILE, symbol=HOSTILE, session=HOSTILE, sponsors=HOSTILE)
    data = pdf.clean(Resolution(masthead, (Paragraph(Kind.OPERATIVE, text),)))
    passes(data, tmp_path)
    assert words(data).replace(" ", "").count(HOSTILE.replace(" ", "")) == 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RESOLUTIONS)
def test_any_text_is_set_or_its_character_named(resolution: Resolution) -> None:
    try:
        data = pdf.clean(resolution)
    except Unreadable as refused:
        refusal = refused.detail
    else:
        assert data == pdf.clean(resolution)
        assert data.startswith(b"%PDF-1.7")
        return
    assert "U+" in refusal


LANGUAGES = [
    ("ar", "إن الجمعية العامة", "تحث جميع الدول على حماية البحيرات"),
    ("en", "The General Assembly", "Urges all States to look after their lakes"),
    ("es", "La Asamblea General", "Exhorta a los Estados a cuidar sus lagos, señaló"),
    ("fr", "L’Assemblée générale", "Exhorte les États à protéger leurs lacs, déjà menacés"),
    ("ru", "Генеральная Ассамблея", "призывает все государства беречь озёра"),
    ("zh", "大会", "敦促所有国家保护湖泊"),
]


@pytest.mark.parametrize(("language", "formula", "operative"), LANGUAGES)
def test_six_languages_have_their_letters(
    language: str, formula: str, operative: str, tmp_path: Path
) -> None:
    first = text_from_json([{"insert": formula, "attributes": {"italic": True}}, {"insert": ","}])
    text = text_of(operative, note(operative), ".")
    rows = (Paragraph(Kind.FORMULA, first), Paragraph(Kind.OPERATIVE, text))
    data = pdf.clean(Resolution(Masthead(title=operative, language=language), rows))
    report = passes(data, tmp_path, "--lang", language)
    assert all(font["embedded"] for font in report["fonts"])
    # Right-to-left words are taken from the page in the order of the eye: their letters count.
    assert set(operative) <= set(words(data)) | {" "}


def test_a_script_without_a_font_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "_SCRIPTS", (("Arabic", ("No Such Font",), *pdf._SCRIPTS[0][2:]),))
    with pytest.raises(Unreadable, match=r"no font for Arabic script.*fonts-noto-core"):
        pdf.clean(Resolution(Masthead(), tuple(of((Kind.OPERATIVE, "تحث")))))
    assert pdf.clean(Resolution(Masthead(), tuple(of((Kind.OPERATIVE, "Urges")))))


def test_a_character_without_a_glyph_is_named() -> None:
    with pytest.raises(Unreadable, match=r"U\+0378"):
        pdf.clean(Resolution(Masthead(), tuple(of((Kind.OPERATIVE, "a \u0378")))))


def test_nothing_of_the_machine_is_in_the_file() -> None:
    with pikepdf.open(io.BytesIO(pdf.clean(WHOLE))) as file:
        assert set(file.docinfo.keys()) == {"/Title", "/Creator"}
        assert "date" not in str(file.Root.Metadata.read_bytes()).casefold()


# --- redlines -----------------------------------------------------------------------------------


def marked(new: list[Paragraph], **attribution: Any) -> Redline:
    return redline(
        OLD,
        new,
        old_labels=labels_of(OLD),
        new_labels=labels_of(new),
        attribution=Attribution(**attribution),
    )


def test_a_redline_shows_what_came_went_and_moved_by_more_than_colour(tmp_path: Path) -> None:
    new = [*OLD[:2], *OLD[3:7], OLD[2], *OLD[7:]]
    new[1] = replace(new[1], text=text_of("Recalling the oil,", note("Of 1821."), " all of them,"))
    data = pdf.redline(marked(new, everything=Credit("Norway")), FRONT)
    passes(data, tmp_path, "--header", SYMBOL)
    said = words(data)
    for line in ("Inserted · deleted · moved", "Changes by Norway", "OP2 moved was", "lamps,oil,"):
        assert line in said
    with pikepdf.open(io.BytesIO(data)) as file:
        kinds = {
            str(one.get("/TextDecorationType"))
            for one in file.objects
            if isinstance(one, pikepdf.Dictionary) and "/TextDecorationType" in one
        } | {
            str(part.get("/TextDecorationType"))
            for one in file.objects
            if isinstance(one, pikepdf.Dictionary) and isinstance(one.get("/A"), pikepdf.Array)
            for part in one["/A"]
        }
    assert {"/Underline", "/LineThrough"} <= kinds


def test_several_authors_have_a_letter_each(tmp_path: Path) -> None:
    new = [*OLD]
    new[2] = replace(new[2], text=text_of("Urges the keepers of no lighthouse to wake at all;"))
    found = marked(new, everything=Credit("Norway"))
    row = found.paragraphs[2]
    pieces = [one for one in row.pieces if one.credit is not None]
    other = replace(pieces[-1], credit=Credit("Kenya"))
    row = replace(row, pieces=tuple(other if one is pieces[-1] else one for one in row.pieces))
    data = pdf.redline(replace(found, paragraphs=(*found.paragraphs[:2], row)), FRONT)
    passes(data, tmp_path)
    said = words(data)
    assert "Changes by [A] Norway; [B] Kenya" in said
    assert said.count("[A]") > 1
    assert said.count("[B]") > 1


def test_what_differs_before_the_text_is_marked_too() -> None:
    data = pdf.redline(marked([*OLD]), FRONT, old_masthead=replace(FRONT, title="Lamps"))
    assert "LampsLighthouses" in words(data)


# --- compilations -------------------------------------------------------------------------------


def test_a_compilation_says_who_proposes_what(tmp_path: Path) -> None:
    made = Compilation(
        title="Lighthouses",
        entries=(
            Entry(
                key="1",
                label="OP1",
                kind=Kind.OPERATIVE,
                level=0,
                text=text_of("Urges the keepers to wake;"),
                alternatives=(
                    Alternative(
                        key="2",
                        kind=ProposalKind.AMEND,
                        owners=("Norway",),
                        text=text_of("Urges the keepers and their cats to wake;"),
                    ),
                ),
                voices=(Voice(("Kenya",), Stance.RETAIN, preliminary=True),),
            ),
            Entry("3", "Heading 1", Kind.HEADING, 0, text_of("On oil"), deleted=True),
        ),
        made="All proposals",
        lines=(SYMBOL, "Draft 2"),
    )
    data = pdf.compilation(made)
    report = passes(data, tmp_path)
    said = words(data)
    for line in (
        SYMBOL,
        "All proposals",
        "OP1 Urges the keepers",
        "[Norway: and their cats]",
        "[Kenya: retain (preliminary)]",
        "(deleted)",
    ):
        assert line in said
    assert report["title"] == "Lighthouses"
