"""Any resolution at all, for laws about formats: notes in italics, odd blanks, lost sub-paragraphs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from drafting.text.changes import Builder, Change, Note, text_of
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution

CHARACTERS = st.one_of(
    st.sampled_from(list("abZ1iv ,.;:_\\[]<>&#()-’\u00a0\u2011é大😀ع")),
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"]).filter(
        lambda c: c != "\ufffc"
    ),
)
PHRASES = st.one_of(
    st.text(CHARACTERS, min_size=1, max_size=12),
    st.sampled_from(
        ["1. Urges", " resolution 75/62 of", "A/C.1/76/L.41", "Annex II", "  ", " a ", "a  b", "."]
    ),
)
_ITALICS = st.sampled_from([None, True])


@st.composite
def lines(draw: st.DrawFn) -> Change:
    """Gives a line without notes."""
    builder = Builder()
    for phrase in draw(st.lists(PHRASES, max_size=3)):
        builder.insert(phrase, italic=draw(_ITALICS))
    return builder.change()


@st.composite
def texts(draw: st.DrawFn) -> Change:
    """Gives any text."""
    builder = Builder()
    for _ in range(draw(st.integers(0, 4))):
        piece: Any = draw(st.one_of(PHRASES, PHRASES, st.builds(Note, lines())))
        builder.insert(piece, italic=draw(_ITALICS))
    return builder.change()


@st.composite
def paragraphs(draw: st.DrawFn) -> Paragraph:
    """Gives any paragraph; some have an identity."""
    kind = draw(st.sampled_from(list(Kind)))
    level = draw(st.integers(1, 3)) if kind is Kind.SUB else 0
    key = draw(st.one_of(st.none(), st.uuids().map(str)))
    return Paragraph(kind, draw(texts()), level, key)


LINES = st.one_of(st.just(""), PHRASES).map(lambda words: " ".join(words.split()))
MASTHEADS = st.builds(
    Masthead,
    number=st.one_of(st.just(""), st.just("75/62"), LINES),
    title=LINES,
    symbol=st.one_of(st.just("A/RES/75/62"), LINES),
    distribution=LINES,
    date=st.one_of(st.just("7 December 2020"), LINES),
    session=LINES,
    committee=LINES,
    agenda_item=LINES,
    agenda_title=LINES,
    notices=st.lists(st.one_of(LINES, LINES.map(lambda words: f"[{words}")), max_size=3).map(tuple),
    closing=st.one_of(st.just("37th plenary meeting 7 December 2020"), LINES),
    language=st.sampled_from(["ar", "en", "es", "fr", "ru", "zh"]),
    sponsors=LINES,
)
RESOLUTIONS = st.builds(
    Resolution,
    MASTHEADS,
    st.lists(paragraphs(), min_size=1, max_size=10, unique_by=lambda p: p.key or object()).map(
        tuple
    ),
)


def with_operative(resolution: Resolution) -> Resolution:
    """Gives the resolution with a paragraph that makes it one, where it has none."""
    if any(p.kind in {Kind.PREAMBULAR, Kind.OPERATIVE} for p in resolution.paragraphs):
        return resolution
    more = Paragraph(Kind.OPERATIVE, text_of("Decides."))
    return Resolution(resolution.masthead, (more, *resolution.paragraphs))
