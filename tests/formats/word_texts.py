"""Made-up resolutions, drawn and written, for the tests of Word files."""

from __future__ import annotations

import uuid
from dataclasses import replace

from hypothesis import strategies as st

from drafting.text.changes import Builder, Change, Note, note
from drafting.text.numbering import labels_of, printed_number
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution

SCRIPTS = (
    "Recalling its resolution 75/998 of 7 December 2020, and “light”",
    "Rappelant l’œuvre accomplie à Genève, où brûlent les phares ;",
    "Reafirmando el año de los faros: ¡señal!",
    "Ссылаясь на резолюцию о маяках, принятую ранее,",
    "وإذ تشير إلى قرارها بشأن المنارات، ",
    "回顾其关于灯塔的决议，",
)
"""A made-up line in each official language."""

_letters = st.sampled_from(sorted(set("".join(SCRIPTS)) | set("<&>\"' \u00a0\u2011\u00ad1.()a🕊")))
_word = st.one_of(st.sampled_from(SCRIPTS), st.text(_letters, min_size=1, max_size=12))


@st.composite
def texts(draw: st.DrawFn, *, notes: bool = True) -> Change:
    """Draws a text that prints something."""
    builder = Builder()
    for _ in range(draw(st.integers(1, 4))):
        italic = draw(st.sampled_from([None, True]))
        if notes and draw(st.integers(0, 5)) == 0:
            builder.insert(Note(draw(texts(notes=False))), italic=italic)
        else:
            builder.insert(draw(_word), italic=italic)
    # A paragraph of blanks is spacing in a Word file, and is not read.
    return builder.insert("x").change()


_line = st.sampled_from(["", *(script.strip() for script in SCRIPTS)])
_kinds = st.sampled_from(
    [Kind.PREAMBULAR, Kind.OPERATIVE, Kind.OPERATIVE, Kind.SUB, Kind.SUB, Kind.SUB, Kind.HEADING]
)
_annex_kinds = st.sampled_from(
    [Kind.ANNEX, Kind.ANNEX_TEXT, Kind.ANNEX_ITEM, Kind.ANNEX_ITEM, Kind.SUB, Kind.HEADING]
)


def numbered(paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """Gives paragraphs with the numbers that a document prints before them."""
    return tuple(
        replace(paragraph, number=printed_number(label) or None)
        for paragraph, label in zip(paragraphs, labels_of(paragraphs), strict=True)
    )


@st.composite
def resolutions(draw: st.DrawFn) -> Resolution:
    """Draws a resolution in some of six scripts, sub-paragraphs without gaps."""
    # A sub-paragraph under the opening words has no label to take a number from.
    kinds = [Kind.FORMULA, draw(st.sampled_from([Kind.PREAMBULAR, Kind.OPERATIVE, Kind.HEADING]))]
    kinds += draw(st.lists(_kinds, max_size=8))
    annexes = draw(st.lists(_annex_kinds, max_size=5))
    kinds += [Kind.ANNEX, *annexes] if annexes else []
    paragraphs: list[Paragraph] = []
    depth = 0
    for kind in kinds:
        depth = draw(st.integers(1, min(depth + 1, 3))) if kind is Kind.SUB else 0
        key = draw(st.sampled_from([None, str(uuid.UUID(int=len(paragraphs) + 1))]))
        paragraphs.append(Paragraph(kind, draw(texts()), depth, key))
    masthead = Masthead(
        number=draw(st.sampled_from(["", "75/998", "S-12/7"])),
        title=draw(_line),
        symbol=draw(st.sampled_from(["", "A/RES/75/998", "A/C.1/75/L.998/Rev.1"])),
        distribution=draw(st.sampled_from(["", "General", "Distr.: Limited"])),
        date=draw(_line),
        session=draw(_line),
        committee=draw(_line),
        agenda_item=draw(_line),
        agenda_title=draw(_line),
        notices=tuple(draw(st.lists(_line.filter(bool), max_size=3))),
        closing=draw(_line),
        language=draw(st.sampled_from(["ar", "en", "es", "fr", "ru", "zh"])),
    )
    return Resolution(masthead, numbered(tuple(paragraphs)))


@st.composite
def edits(draw: st.DrawFn, paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """Draws a later state of paragraphs: some left out, moved, put in and changed."""
    out = list(paragraphs)
    for turn in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(out) - 1)) if out else 0
        match draw(st.sampled_from(["insert", "delete", "move", "words", "kind"])):
            case "insert":
                kind = draw(_kinds)
                level = 1 if kind is Kind.SUB else 0
                key = str(uuid.UUID(int=1_000 + turn))
                out.insert(at, Paragraph(kind, draw(texts()), level, key))
            case "delete" if len(out) > 1:
                del out[at]
            case "move" if out:
                out.insert(draw(st.integers(0, len(out) - 1)), out.pop(at))
            case "words" if out:
                out[at] = replace(out[at], text=draw(texts()))
            case "kind" if out:
                out[at] = replace(out[at], kind=Kind.OPERATIVE, level=0)
    return tuple(out)


def words(*pieces: str | tuple[str] | Note) -> Change:
    """Gives a text; a piece in a tuple of its own is in italics."""
    builder = Builder()
    for piece in pieces:
        if isinstance(piece, tuple):
            builder.insert(piece[0], italic=True)
        else:
            builder.insert(piece)
    return builder.change()


LONG = " and of all who sail by their light, in fair weather and in foul, by day and by night"

LIGHTHOUSES = Resolution(
    Masthead(
        number="81/998",
        title="Safety of lighthouses",
        symbol="A/RES/81/998",
        distribution="Distr.: General",
        date="3 January 2027",
        session="Eighty-first session",
        committee="First Committee",
        agenda_item="Agenda item 7 (b)",
        agenda_title="General and complete illumination: safety of lighthouses",
        notices=("Resolution adopted by the General Assembly on 1 January 2027",),
        closing="1st plenary meeting 1 January 2027",
    ),
    numbered(
        (
            Paragraph(Kind.FORMULA, words(("The General Assembly",), ",")),
            Paragraph(
                Kind.PREAMBULAR,
                words(("Recalling",), " its resolution 80/998", note("Ibid."), LONG, ","),
            ),
            Paragraph(Kind.PREAMBULAR, words(("Noting",), " the lamps that burn:")),
            Paragraph(Kind.SUB, words("In the east", LONG, ";"), 1),
            Paragraph(Kind.SUB, words("In the west,"), 1),
            Paragraph(Kind.OPERATIVE, words(("Urges",), " all States to keep them", LONG, ":")),
            Paragraph(Kind.SUB, words("With oil;"), 1),
            Paragraph(Kind.SUB, words("Of olives;"), 2),
            Paragraph(Kind.SUB, words("Pressed cold;"), 3),
            Paragraph(Kind.SUB, words("With care;"), 1),
            Paragraph(Kind.HEADING, words("Keepers of lighthouses")),
            Paragraph(Kind.OPERATIVE, words(("Thanks",), " the keepers", note("A/81/998."), ";")),
            Paragraph(Kind.OPERATIVE, words(("Decides",), " to return to the matter.")),
            Paragraph(Kind.ANNEX, words("Annex I")),
            Paragraph(Kind.HEADING, words("Pledge")),
            Paragraph(Kind.ANNEX_TEXT, words("We, the keepers, pledge:")),
            Paragraph(Kind.ANNEX_ITEM, words("To wake;")),
            Paragraph(Kind.ANNEX_ITEM, words("To watch.")),
            Paragraph(Kind.ANNEX, words("Annex II")),
            Paragraph(Kind.ANNEX_ITEM, words("Anew.")),
        )
    ),
)
"""A made-up resolution with one of everything."""
