"""Two files against each other: read, compared and handed out again; nothing is kept.

Everything here is made of values alone, so that it runs in a process of its own and without a
database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from drafting.errors import Malformed, Unreadable
from drafting.formats import making, read_file
from drafting.services import pieces
from drafting.text import diff
from drafting.text.changes import text_of
from drafting.text.italics import lent
from drafting.text.numbering import labels_of
from drafting.text.redline import Attribution
from drafting.text.resolution import Finding, Kind, Masthead, Paragraph, Resolution
from drafting.text.splitting import redline
from drafting.text.summary import Summary, summary
from drafting.text.tracked import Credit, Redline, State

COMPARISON = "Comparison"
"""The author of revisions that nobody is known to have made."""

FEW_KEYS = 0.5
"""Below this share of identities in common, two files are of different drafts: the paragraphs are
then paired by their words."""

_FORMULA = b"The General Assembly,\n\n"
"""What is put before a passage, so that its first lines are not taken for a title."""

_NO_PASSAGE = (b"<", b"{", b"#", b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of other kinds begin, and a text with its title."""

_LINES = {
    "number": "Number",
    "symbol": "Symbol",
    "distribution": "Distribution",
    "date": "Date",
    "session": "Session",
    "committee": "Committee",
    "agenda_item": "Agenda item",
    "agenda_title": "Title of the item",
    "notices": "Notice",
    "sponsors": "Sponsors",
    "title": "Title",
    "closing": "Closing line",
}
"""What is shown of what stands around the text, in the order in which it is printed."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two texts, what differs, and what it amounts to."""

    old: Resolution
    new: Resolution
    redline: Redline
    summary: Summary


def read(name: str, data: bytes) -> Resolution:
    """Reads a file, or a passage that was pasted: plain text without the words a resolution begins with.

    Refuses: Unreadable as `formats.read_file` does.
    """
    try:
        found = read_file(name, data)
    except Unreadable:
        passage = _passage(name, data)
        if passage is None:
            raise
        return passage
    begins = any(p.kind is Kind.FORMULA for p in found.paragraphs) or found.masthead.number
    return found if begins else _passage(name, data) or found


def _passage(name: str, data: bytes) -> Resolution | None:
    """Reads lines of plain text as paragraphs, whatever would stand before them in a whole text."""
    words = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not name.lower().endswith(".txt") or not words or words.startswith(_NO_PASSAGE):
        return None
    try:
        found = read_file(name, _FORMULA + words)
    except Unreadable:
        return None
    # That a line has no label is no finding where none is expected.
    named = tuple(one for one in found.findings if "no label" not in one.what)
    return replace(found, paragraphs=found.paragraphs[1:], findings=named)


def compared(old: Resolution, new: Resolution, credit: Credit | None = None) -> Compared:
    """Compares two texts, lending italics to one that has none.

    Refuses: Malformed where either holds no paragraph.
    """
    for which, text in (("first", old), ("second", new)):
        if not text.paragraphs:
            raise Malformed(
                detail=f"The {which} text holds no paragraph to compare; nothing was stored."
            )
    olds, news = lent(*_comparable(old.paragraphs, new.paragraphs))
    made = redline(
        olds,
        news,
        old_labels=labels_of(olds),
        new_labels=labels_of(news),
        attribution=Attribution(everything=credit),
    )
    return Compared(old, new, made, summary(made))


def _comparable(
    old: Sequence[Paragraph], new: Sequence[Paragraph]
) -> tuple[Sequence[Paragraph], Sequence[Paragraph]]:
    """Takes identities away that would only keep like paragraphs apart."""
    ones, twos = ({p.key for p in side if p.key is not None} for side in (old, new))
    if len(ones & twos) >= FEW_KEYS * min(len(ones), len(twos)):
        return old, new
    return [replace(p, key=None) for p in old], [replace(p, key=None) for p in new]


def to_file(
    old: Resolution,
    new: Resolution,
    ending: str,
    *,
    at: datetime,
    author: str = COMPARISON,
) -> bytes:
    """Gives what differs as a file: docx with tracked changes, pdf or html.

    In docx every change is `author`'s. Refuses: NotFound for another ending; Malformed as `compared` does.
    """
    return written(compared(old, new, credit_of(ending, author, at)), ending, at=at, author=author)


def credit_of(ending: str, author: str, at: datetime) -> Credit | None:
    """Gives whose the changes in a file are: only in Word has every change an author."""
    return Credit(author, at) if ending == "docx" or author != COMPARISON else None


def written(made: Compared, ending: str, *, at: datetime, author: str) -> bytes:
    """Gives a comparison as a file. Refuses: NotFound for another ending."""
    return making.tracked(
        made.redline,
        made.new.masthead,
        ending,
        author,
        at,
        old_masthead=made.old.masthead,
    )


def to_json(old: Resolution, new: Resolution) -> dict[str, Any]:
    """Gives what differs as the API shows it. Refuses: Malformed as `compared` does."""
    made = compared(old, new)
    return {
        "old": _about(old),
        "new": _about(new),
        "summary": {
            "sentence": made.summary.sentence,
            "paragraphs": {state.value: made.summary.paragraphs[state] for state in State},
            "words_in": made.summary.words_in,
            "words_out": made.summary.words_out,
        },
        "masthead": _masthead(old.masthead, new.masthead),
        "paragraphs": [
            {
                "id": str(at),
                "label": row.label,
                "old_label": row.old_label,
                "old_place": row.old_place,
                "kind": (row.new or row.old or _nobody()).kind.value,
                "level": (row.new or row.old or _nobody()).level,
                "state": row.state.value,
                "pieces": pieces.shown(row.pieces),
            }
            for at, row in enumerate(made.redline.paragraphs)
        ],
    }


def _nobody() -> Paragraph:
    raise AssertionError


def _about(text: Resolution) -> dict[str, Any]:
    masthead = text.masthead
    return {
        "number": masthead.number,
        "symbol": masthead.symbol,
        "title": masthead.title,
        "language": masthead.language,
        "paragraphs": len(text.paragraphs),
        "findings": [_finding(one) for one in text.findings],
    }


def _finding(one: Finding) -> dict[str, str]:
    return {"where": one.where, "what": one.what}


def _masthead(old: Masthead, new: Masthead) -> list[dict[str, Any]]:
    """Gives the lines around the text that differ."""
    out = []
    known = {field.name for field in fields(Masthead)}
    for name, words in _LINES.items():
        if name not in known:
            raise AssertionError(name)
        was, now = (_line(getattr(side, name)) for side in (old, new))
        if was != now:
            found = diff.pieces(text_of(was), text_of(now))
            out.append({"what": name, "words": words, "pieces": pieces.shown(found)})
    return out


def _line(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " · ".join(value)
