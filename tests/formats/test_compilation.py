"""Compilation texts in every format: what is written is read again, whoever proposed what."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from drafting.errors import Unreadable
from drafting.formats import compilation_docx, compilation_html, compilation_plain
from drafting.formats.docx_template import W
from drafting.text.changes import EMPTY, Builder, Change, Note, joined, note, part, text_of
from drafting.text.compilation import Alternative, Compilation, Entry, Voice
from drafting.text.compilation_printing import settled
from drafting.text.proposal import WORDED, ProposalKind, Stance
from drafting.text.resolution import Kind
from tests.checks import check_docx, soffice
from tests.formats.word_texts import SCRIPTS, words
from tests.text.random_changes import characters

SLOW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
FORMATS = {
    "plain": (compilation_plain.write, compilation_plain.read),
    "docx": (compilation_docx.write, compilation_docx.read),
    "html": (compilation_html.write, compilation_html.read),
}
NAMES = (
    "Norway",
    "Chile",
    "Bolivia (Plurinational State of)",
    "Antigua and Barbuda",
    "Côte d’Ivoire",
    "Российская Федерация",
    "الأردن",
    "中国",
    "Boat (2)",
    "supported by none",
    "[Sea, harbour]: *and* coast\\",
)


def bare(compilation: Compilation) -> Compilation:
    """Gives a compilation as it is printed, without keys."""
    whole = settled(compilation)
    return replace(
        whole,
        entries=tuple(
            replace(
                entry,
                key="",
                alternatives=tuple(replace(one, key="") for one in entry.alternatives),
            )
            for entry in whole.entries
        ),
        before=tuple(replace(one, key="") for one in whole.before),
    )


def again(compilation: Compilation, name: str) -> Compilation:
    """Gives what is read of what was written, without keys."""
    write, read = FORMATS[name]
    found = read(write(compilation))
    return replace(found, entries=tuple(replace(entry, key="") for entry in found.entries))


# --- made-up compilations -----------------------------------------------------------------------

_odd = st.sampled_from(
    ["[", "]", "_", "*", "**", "\\", " ", "  ", ":", "[^1]", "delete", "retain", "insert: x", "🕊", ",",
     "\u00a0", "a_b", "[**Norway:** x]", "–", "#", "<i>&amp;", "e\u0301", "move after OP3", " and "]
)  # fmt: skip
_word = st.one_of(
    st.sampled_from([f"{word} " for script in SCRIPTS for word in script.split()]),
    st.sampled_from(SCRIPTS),
    _odd,
)
_slope = st.sampled_from([None, None, None, True])


@st.composite
def texts(draw: st.DrawFn, most: int = 8, *, notes: bool = True) -> Change:
    builder = Builder()
    for _ in range(draw(st.integers(0, most))):
        if notes and draw(st.integers(0, 9)) == 0:
            builder.insert(Note(draw(texts(2, notes=False))), italic=draw(_slope))
        else:
            builder.insert(draw(_word), italic=draw(_slope))
    return builder.change()


def _places(text: Change) -> list[int]:
    at, out = 0, [0]
    for one in characters(text):
        at += len(one.content.encode("utf-16-le")) // 2 if isinstance(one.content, str) else 1
        out.append(at)
    return out


@st.composite
def edited(draw: st.DrawFn, base: Change) -> Change:
    """Draws what one or a few changes make of a text."""
    text = base
    for _ in range(draw(st.integers(1, 3))):
        places = _places(text)
        a, b = sorted(draw(st.sampled_from(places)) for _ in range(2))
        if draw(st.booleans()):
            b = a
        text = joined(part(text, 0, a), draw(texts(2)), part(text, b))
    return text


_owners = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple)


@st.composite
def alternatives(draw: st.DrawFn, base: Change, kind: ProposalKind | None = None) -> Alternative:
    kinds = [*ProposalKind, ProposalKind.AMEND, ProposalKind.AMEND, ProposalKind.AMEND]
    kind = kind or draw(st.sampled_from(kinds))
    text = EMPTY
    if kind in WORDED:
        amends = kind is ProposalKind.AMEND and draw(st.integers(0, 3)) > 0
        text = draw(edited(base)) if amends else draw(texts())
    inserts = kind is ProposalKind.INSERT
    return Alternative(
        key=f"k{draw(st.integers(0, 99))}",
        kind=kind,
        owners=draw(_owners),
        text=text,
        at=draw(st.sampled_from(_places(base))) if kind is ProposalKind.SPLIT else 0,
        after=draw(st.sampled_from(["", "OP3", "PP10 bis"])) if kind is ProposalKind.MOVE else "",
        new_kind=draw(st.sampled_from(list(Kind))) if inserts else Kind.OPERATIVE,
        supporters=draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple)),
        label=draw(st.sampled_from(["", "", "", "OP4 alt", "OP9 ter"])) if inserts else "",
        level=draw(st.integers(0, 4)) if inserts else 0,
        apart=draw(st.integers(0, 3)) == 0,
    )


_voices = st.builds(
    Voice,
    _owners,
    st.sampled_from(list(Stance)),
    st.sampled_from([None, True, False]),
    st.booleans(),
)
_labels = st.sampled_from(
    [("", Kind.FORMULA, 0), ("PP1", Kind.PREAMBULAR, 0), ("PP10 bis", Kind.PREAMBULAR, 0),
     ("OP", Kind.OPERATIVE, 0), ("OP4", Kind.OPERATIVE, 0), ("OP4 (a)", Kind.SUB, 1),
     ("OP4 (a) bis", Kind.SUB, 1), ("PP3 (a) (i)", Kind.SUB, 2), ("OP4 (a) (i) a.", Kind.SUB, 3),
     ("Heading 1", Kind.HEADING, 0), ("Annex II", Kind.ANNEX, 0), ("Annex, 3", Kind.ANNEX_ITEM, 0),
     ("Annex II, text 1", Kind.ANNEX_TEXT, 0), ("Annex, heading 2", Kind.HEADING, 0),
     ("OP4", Kind.PREAMBULAR, 0), ("", Kind.OPERATIVE, 0), ("\N{EN DASH}", Kind.SUB, 2),
     ("A – {sub 2} *b* \\", Kind.OPERATIVE, 0), ("OP5 alt", Kind.OPERATIVE, 0)]
)  # fmt: skip
_states = st.sampled_from(
    ["", "", "agreed ad ref", "deleted", "agreed; deleted", "open – *as* \\ {x}", "[a] (b)", "x)"]
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    label, kind, level = draw(_labels)
    base = draw(texts())
    return Entry(
        key=draw(st.sampled_from(["", "k1", "k2"])),
        label=label,
        kind=kind,
        level=level,
        text=base,
        deleted=draw(st.integers(0, 4)) == 0,
        alternatives=tuple(draw(st.lists(alternatives(base), max_size=5))),
        voices=tuple(draw(st.lists(_voices, max_size=2))),
        state=draw(_states),
    )


_line = st.sampled_from(["", "A/C.1/81/L.5", "# Draft", "\\x", "Original: French", "回顾"])
compilations = st.builds(
    Compilation,
    title=st.sampled_from(["", "Safety of lighthouses", "[x] *y* _z_ # \\"]),
    entries=st.lists(entries(), max_size=3).map(tuple),
    made=st.sampled_from(["", "All proposals", "# x"]),
    lines=st.lists(_line, max_size=2).map(tuple),
    language=st.sampled_from(["ar", "en", "es", "fr", "ru", "zh"]),
    before=st.lists(alternatives(EMPTY, ProposalKind.INSERT), max_size=2).map(tuple),
)


def owned(*owners: str, kind: ProposalKind = ProposalKind.AMEND, **values: object) -> Alternative:
    return Alternative("", kind, owners, **values)  # type: ignore[arg-type]


def compiled(base: Change, *alternatives_: Alternative, **values: object) -> Compilation:
    entry = Entry("", "OP4", Kind.OPERATIVE, 0, base, alternatives=alternatives_, **values)  # type: ignore[arg-type]
    return Compilation("Boats", (entry,))


RICH = Compilation(
    title="Safety of lighthouses",
    made="All proposals",
    lines=("A/C.1/81/L.998", "Draft 2, 3 January 2027"),
    entries=(
        Entry("0b0e6c1e-0000-4000-8000-000000000001", "", Kind.FORMULA, 0,
              words(("The General Assembly",), ",")),
        Entry("0b0e6c1e-0000-4000-8000-000000000002", "PP1", Kind.PREAMBULAR, 0,
              words(("Recalling",), " its resolution 80/998", note("Ibid. [sic]."), ","),
              state="agreed ad ref"),
        Entry("0b0e6c1e-0000-4000-8000-000000000003", "OP1", Kind.OPERATIVE, 0,
              words(("Urges",), " all keepers to light their lamps without delay, by day and by night;"),
              alternatives=(
                  owned("Norway", text=words(("Urges",), " all keepers and owners to light their lamps without delay, by day and by night;"),
                        supporters=("Chile", "Antigua and Barbuda")),
                  owned("Chile", text=words(("Urges",), " all keepers to light their lamps promptly, by day and by night;")),
                  owned("Mexico", "Peru", text=words(("Urges",), " all keepers to light their lamps, by day and by night;")),
                  owned("Togo", text=words(("Urges",), " all keepers to light their lanterns with great care, even by night;")),
                  owned("Kenya", kind=ProposalKind.ALTERNATIVE, text=words(("Invites",), " all keepers to light their lamps;")),
                  owned("Norway", kind=ProposalKind.INSERT, text=words(("Thanks",), " the keepers", note("A/81/998."), ";")),
                  owned("Togo", kind=ProposalKind.MOVE, after="OP3"),
                  owned("Mexico", kind=ProposalKind.DELETE),
                  owned("Fiji", kind=ProposalKind.SPLIT, at=54),
              ),
              voices=(Voice(("Mexico", "Chile"), Stance.RETAIN, essential=True, preliminary=True),
                      Voice(("Peru",), Stance.DELETE), Voice(("Fiji",), Stance.CAN_LIVE_WITH))),
        Entry("", "OP2", Kind.OPERATIVE, 0, words(("Decides",), " to rest;"), deleted=True),
    ),
)  # fmt: skip
"""A made-up compilation with one of everything."""

PLAIN = """\
A/C.1/81/L.998
Draft 2, 3 January 2027
# Safety of lighthouses
All proposals

_The General Assembly_,

**PP1 – agreed ad ref** _Recalling_ its resolution 80/998[^1],

**OP1** _Urges_ all keepers [**Norway, supported by Chile and Antigua and\u00a0Barbuda:** and owners] to \
light their lamps [without delay] [**Chile:** promptly] [**Mexico, Peru:** delete], \
[**Fiji:** split here] by day and by night;
    [**Togo:** move after OP3] [**Mexico:** delete] [**Mexico, Chile:** retain (essential, preliminary)] \
[**Peru:** for deletion] [**Fiji:** can live with]

**OP1 alt** [**Togo (2):** amend to read: _Urges_ all keepers to light their lanterns with great care, even by night;]

**OP1 alt 2** [**Kenya:** _Invites_ all keepers to light their lamps;]

**OP1 bis** [**Norway (2):** _Thanks_ the keepers[^2];]

**OP2 – deleted** _Decides_ to rest;

[^1] Ibid. \\[sic\\].
[^2] A/81/998.
"""


# --- the laws -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
@given(compilations)
@example(RICH)
@SLOW
def test_what_is_written_is_read_again(name: str, compilation: Compilation) -> None:
    assert again(compilation, name) == bare(compilation)


@given(compilations)
@SLOW
def test_no_proposal_is_lost_or_changed(compilation: Compilation) -> None:
    found = again(compilation, "plain")
    for before, after in zip(compilation.entries, found.entries, strict=True):
        assert after.text == before.text
        assert after.voices == before.voices
        mine, theirs = (
            Counter(
                replace(one, key="", label="", level=0, apart=False) for one in entry.alternatives
            )
            for entry in (before, after)
        )
        assert mine == theirs


@given(compilations)
@SLOW
def test_what_is_read_is_written_as_it_was(compilation: Compilation) -> None:
    text = compilation_plain.write(compilation)
    assert compilation_plain.write(compilation_plain.read(text)) == text


@given(st.text("[]*_: \\^1aN–{}#\n()", max_size=60))
def test_any_other_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Unreadable):
        compilation_plain.read(f"# x\n\n{text}")


@given(st.text("[]*_: \\aN<>/bdi", max_size=40))
def test_any_other_page_is_read_or_refused(text: str) -> None:
    page = f'<main><p class="operative"><b class="fixed">{text}</p></main>'
    with contextlib.suppress(Unreadable):
        compilation_html.read(page)


# --- as it looks --------------------------------------------------------------------------------


def test_a_compilation_looks_as_negotiators_know_it() -> None:
    assert compilation_plain.write(RICH) == PLAIN


BASE = "Urges all States to act without delay;"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Urges all States [and others] to act without delay;", "**OP4** Urges all States [**N:** \\[and others\\]] to act without delay;"),
        ("Urges all States to act without a_b * delay;", "**OP4** Urges all States to act without [**N:** a\\_b \\*] delay;"),
        ("Urges all States to delete and act without delay;", "**OP4** Urges all States to [**N:** insert: delete and] act without delay;"),
        ("Always urges all States to act without delay;", "**OP4** [Urges] [**N:** Always urges] all States to act without delay;"),
        ("Urges all States to act without delay; x", "**OP4** Urges all States to act without delay; [**N:** x]"),
    ],
)  # fmt: skip
def test_marks_of_the_form_are_told_from_words(text: str, line: str) -> None:
    whole = compiled(text_of(BASE), owned("N", text=text_of(text)))
    assert compilation_plain.write(whole).split("\n")[2] == line
    assert again(whole, "plain") == bare(whole)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "title line"),
        ("Urges;", "title line"),
        ("# x\n\n**OP1** a]", "closes"),
        ("# x\n\n**OP1** [a", "does not close"),
        ("# x\n\n**OP1** [**N:** [**C:** a]]", "others"),
        ("# x\n\n" + "[" * 30, "deep"),
    ],
)
def test_what_is_no_compilation_is_refused_with_a_reason(text: str, what: str) -> None:
    with pytest.raises(Unreadable, match=what):
        compilation_plain.read(text)


def test_a_text_through_a_mail_is_read_too() -> None:
    sent = "\ufeff" + PLAIN.replace("\n", "\r\n")
    assert replace(bare(RICH)) == compilation_plain.read(sent)


# --- Word ---------------------------------------------------------------------------------------


def body(data: bytes, name: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(name))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_word_file_keeps_to_the_schema(tmp_path: Path, language: str) -> None:
    data = compilation_docx.write(replace(RICH, language=language))
    report = check_docx(data, tmp_path)
    assert report["fails"] == []
    assert report["warns"] == []


@given(compilations)
@settings(SLOW, max_examples=25)
def test_any_word_file_keeps_to_the_schema(tmp_path: Path, compilation: Compilation) -> None:
    report = check_docx(compilation_docx.write(compilation), tmp_path)
    assert report["fails"] == []
    assert report["warns"] == []


def test_brackets_and_who_speaks_are_bold_and_words_are_not() -> None:
    bold = {
        "".join(run.itertext())
        for run in body(compilation_docx.write(RICH)).iter(f"{{{W}}}r")
        if run.find(f"{{{W}}}rPr/{{{W}}}b") is not None
    }
    assert {"[", "]", "Chile:", "Mexico, Peru:", "Togo (2):"} <= bold
    assert all(re.fullmatch(r"\[|\]|.*:", one) for one in bold)


def test_the_same_compilation_gives_the_same_bytes() -> None:
    assert compilation_docx.write(RICH) == compilation_docx.write(RICH)


@pytest.mark.parametrize("name", ["docx", "html"])
def test_paragraphs_carry_their_keys_and_proposals_none(name: str) -> None:
    secret = replace(RICH.entries[2].alternatives[0], key="of-a-proposal")
    entry = replace(RICH.entries[2], alternatives=(secret,))
    write, read = FORMATS[name]
    written = write(replace(RICH, entries=(entry,)))
    assert read(written).entries[0].key == entry.key
    parts = [written] if isinstance(written, str) else _parts(written)
    assert not any("of-a-proposal" in one for one in parts)


def _parts(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name).decode() for name in archive.namelist()]


def test_what_libreoffice_has_saved_is_read_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "compilation.docx"
    file.write_bytes(compilation_docx.write(RICH))
    saved = compilation_docx.read(soffice(file, "docx").read_bytes())
    assert replace(saved, entries=tuple(replace(e, key="") for e in saved.entries)) == bare(RICH)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nonsense", b"<html>"])
def test_what_is_no_word_file_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        compilation_docx.read(data)


# --- pages --------------------------------------------------------------------------------------


def test_a_page_is_whole_and_takes_nothing_from_outside() -> None:
    page = compilation_html.write(RICH)
    assert page.startswith("<!doctype html>")
    assert '<html lang="en" dir="ltr">' in page
    assert "<h1" in page
    assert "<main>" in page
    assert not re.search(r"<script|style=|https?://", page)
    assert '<b class="fixed">Mexico, Peru:</b>' in page


def test_a_served_page_links_its_stylesheet() -> None:
    page = compilation_html.write(RICH, stylesheet_href="/static/print.css")
    assert '<link rel="stylesheet" href="/static/print.css">' in page
    assert "<style>" not in page


def test_the_body_stands_in_a_page_of_another_make() -> None:
    paragraphs, notes = compilation_html.body(RICH)
    page = compilation_html.write(RICH)
    assert f"<main>\n{paragraphs}\n</main>\n{notes}\n" in page


def test_markup_in_names_and_words_is_escaped() -> None:
    odd = compiled(text_of("<b>a</b>"), owned("<i>N</i>", text=text_of("<b>a</b> & x")))
    page = compilation_html.write(odd)
    assert "<i>" not in page
    assert "&lt;b&gt;" in page


def test_arabic_runs_from_right_to_left() -> None:
    assert '<html lang="ar" dir="rtl">' in compilation_html.write(replace(RICH, language="ar"))


def test_a_page_of_another_kind_is_refused() -> None:
    with pytest.raises(Unreadable, match="compilation"):
        compilation_html.read("<p>Boats</p>")


def test_in_a_deleted_paragraph_only_its_own_words_are_struck() -> None:
    base = words("Urges all keepers to rest;")
    whole = compiled(base, owned("Chile", text=words("Urges all keepers to sail;")), deleted=True)
    page = compilation_html.write(whole)
    assert "<s>rest</s>" in page
    assert "<s>sail</s>" not in page
    with zipfile.ZipFile(io.BytesIO(compilation_docx.write(whole))) as archive:
        document = archive.read("word/document.xml").decode()
    struck = re.findall(r"<w:strike/>.*?<w:t[^>]*>([^<]*)<", document)
    assert struck == ["Urges all keepers to ", "rest", ";"]
