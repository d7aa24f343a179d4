"""A text as markup, for the first sight of a page and for pages without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from drafting.text.changes import Change, Insert, Note, text_from_json
from drafting.text.numbering import printed_number
from drafting.text.tracked import Mark, Piece


@dataclass(frozen=True, slots=True)
class Rendered:
    """Paragraphs and footnotes as markup; footnotes in order, numbered from 1."""

    paragraphs: list[dict[str, Any]]
    notes: list[Markup]


def rendered(paragraphs: Iterable[Mapping[str, Any]]) -> Rendered:
    """Gives paragraphs, as the state has them, as markup; deleted ones lend no footnotes."""
    notes: list[Markup] = []
    out = []
    for p in paragraphs:
        text = text_from_json(p["ops"])
        markup = _markup(text, [] if p["deleted"] else notes)
        out.append(
            {
                "id": p["id"],
                "kind": p["kind"],
                "level": p["level"],
                "label": p["label"],
                "deleted": p["deleted"],
                "number": printed_number(p["label"]),
                "html": markup,
            }
        )
    return Rendered(out, notes)


def redlined(pieces: Iterable[Piece]) -> Markup:
    """Gives a paragraph's redline as markup: deletions struck, insertions underlined."""
    return Markup("").join(_piece(one) for one in pieces)


def _piece(piece: Piece) -> Markup:
    if piece.note is not None:
        inner = Markup(" [{}]").format(redlined(piece.note))
    else:
        inner = Markup("<em>{}</em>").format(piece.text) if piece.italic else escape(piece.text)
    match piece.mark:
        case Mark.KEEP:
            return inner
        case Mark.INSERT:
            return Markup("<ins>{}</ins>").format(inner)
        case Mark.DELETE:
            return Markup("<del>{}</del>").format(inner)


def _markup(text: Change, notes: list[Markup]) -> Markup:
    parts: list[Markup] = []
    for op in text.ops:
        match op:
            case Insert(content=str() as words, italic=italic):
                parts.append(Markup("<em>{}</em>").format(words) if italic else escape(words))
            case Insert(content=Note(content=words)):
                notes.append(_markup(words, []))
                parts.append(
                    Markup('<sup class="note"><a href="#note-{0}">{0}</a></sup>').format(len(notes))
                )
    return Markup("").join(parts)
