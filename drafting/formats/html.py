"""A resolution, or a redline, as a whole web page for reading and for print.

No script, no style attribute, nothing from outside. A page that is served links its stylesheet, as
the content policy of the server wants it; one that is kept as a file carries its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import zip_longest

from drafting.text import diff
from drafting.text.changes import text_of
from drafting.text.diff import marked
from drafting.text.months import written
from drafting.text.numbering import labels_of, printed_number
from drafting.text.resolution import (
    ORGANIZATION,
    Kind,
    Masthead,
    Paragraph,
    Resolution,
    behind_sponsors,
    closing_lines,
)
from drafting.text.tracked import Credit, Mark, Piece, Redline, RedlineParagraph, State

RIGHT_TO_LEFT = frozenset({"ar"})
"""Languages that are written from right to left."""


STYLESHEET = """\
@page { size: letter; margin: 25mm 30mm; }
body { font: 12pt/1.35 "Times New Roman", Times, serif; color: #000; background: #fff;
  max-width: 42em; margin: 2em auto; padding: 0 1em; }
header { display: grid; grid-template-columns: 1fr auto; }
header::after { content: ""; grid-area: 4 / 1 / auto / -1; border-block-start: 2px solid #000;
  margin-block-end: 0.8em; }
header > * { grid-column: 1 / -1; }
header p { margin: 0; text-align: start; }
header .organization { grid-row: 1; font-size: 1.2em; border-block-end: 1px solid #000; }
header .symbol { grid-area: 1 / 2; align-self: center; text-align: end; }
header .organ { grid-area: 2 / 1 / span 2; font-size: 1.7em; font-weight: bold;
  padding-block: 0.2em 1em; }
header .distribution { grid-area: 2 / 2; padding-block-start: 0.6em; }
header .date { grid-area: 3 / 2; }
header .sponsors { margin-block: 1em; }
header :is(.session, .committee, .agenda) { font-weight: bold; max-width: 24em; }
header .notice { font-weight: bold; margin-block-start: 0.8em; }
sup { line-height: 0; }
h1 { font-size: 1.2em; margin-block: 1.5em 1em; }
h2 { font-size: 1em; margin-block: 1.2em 0.8em; break-after: avoid; }
h2.annex { break-before: page; text-align: start; }
p { margin-block: 0 0.8em; text-align: justify; orphans: 2; widows: 2; }
.formula, .preambular { text-indent: 2.5em; }
.number { display: inline-block; min-width: 2.5em; text-indent: 0; }
.operative, .annex_item, .annex_text { text-indent: 2.5em; }
.level-1 { margin-inline-start: 2.5em; }
.level-2 { margin-inline-start: 5em; }
.level-3 { margin-inline-start: 7.5em; }
.closing { text-align: end; font-style: italic; margin-block-start: 2em; }
.notes { border-block-start: 1px solid #000; margin-block-start: 3em; padding-block-start: 0.5em;
  font-size: 0.85em; }
.mark a { color: inherit; text-decoration: none; }
.label { font: 0.75em/1 Arial, Helvetica, sans-serif; color: #444; padding-inline-end: 0.7em;
  text-indent: 0; }
ins { text-decoration: underline; color: #06326f; }
del { text-decoration: line-through; color: #8c1616; }
.by { font: 0.7em/1 Arial, Helvetica, sans-serif; color: #444; }
:is(.moved, .split, .merged) { border-inline-start: 3px double #555; padding-inline-start: 0.6em; }
"""
"""What a page kept as a file carries. Struck and underlined words differ without colour too."""


def write(
    resolution: Resolution,
    *,
    labels: Sequence[str] | None = None,
    stylesheet_href: str | None = None,
) -> str:
    """Gives a resolution as a page; without labels it is numbered afresh.

    Footnotes stand at the end. Without `stylesheet_href` the page carries STYLESHEET.
    """
    names = labels_of(resolution.paragraphs) if labels is None else labels
    notes = _Notes()
    body = [
        _paragraph(paragraph, label, _inline(marked(paragraph.text, Mark.KEEP), notes))
        for paragraph, label in zip(resolution.paragraphs, names, strict=True)
    ]
    annex = _first_annex(resolution.paragraphs)
    body[annex:annex] = _closing(resolution.masthead, resolution.masthead)
    return _page(resolution.masthead, body, notes, stylesheet_href, resolution.masthead)


def write_redline(
    redline: Redline,
    masthead: Masthead,
    *,
    old_masthead: Masthead | None = None,
    stylesheet_href: str | None = None,
) -> str:
    """Gives a redline as a page: what was inserted in <ins>, what was deleted in <del>.

    Each paragraph has its label; each difference whose author is known names the author. With
    `old_masthead` what differs in the lines around the text is shown too.
    """
    was = masthead if old_masthead is None else old_masthead
    notes = _Notes()
    body = [_changed(row, notes) for row in redline.paragraphs]
    annex = _first_annex([row.new or row.old for row in redline.paragraphs])
    body[annex:annex] = _closing(masthead, was)
    return _page(masthead, body, notes, stylesheet_href, was)


def _first_annex(paragraphs: Sequence[Paragraph | None]) -> int:
    """Gives where the annexes begin; the closing line stands before them."""
    places = (at for at, p in enumerate(paragraphs) if p is not None and p.kind is Kind.ANNEX)
    return next(places, len(paragraphs))


@dataclass(slots=True)
class _Notes:
    """The footnotes met so far, in the form in which they are printed."""

    lines: list[str] = field(default_factory=list)

    def mark(self, words: str) -> str:
        """Keeps a footnote and gives its mark."""
        self.lines.append(words)
        number = len(self.lines)
        return f'<sup class="mark"><a id="mark-{number}" href="#note-{number}">{number}</a></sup>'

    def printed(self) -> Iterator[str]:
        """Gives the footnotes, each with a way back to its mark."""
        if not self.lines:
            return
        yield '<section class="notes">'
        for number, words in enumerate(self.lines, 1):
            yield (
                f'<p id="note-{number}" dir="auto"><a href="#mark-{number}"><sup>{number}</sup></a>'
                f" {words}</p>"
            )
        yield "</section>"


def _page(
    masthead: Masthead,
    body: Iterable[str],
    notes: _Notes,
    stylesheet_href: str | None,
    was: Masthead,
) -> str:
    direction = "rtl" if masthead.language in RIGHT_TO_LEFT else "ltr"
    title = " ".join(part for part in (masthead.number, masthead.title) if part) or "Resolution"
    style = (
        f"<style>\n{STYLESHEET}</style>"
        if stylesheet_href is None
        else f'<link rel="stylesheet" href="{escape(stylesheet_href)}">'
    )
    lines = [
        "<!doctype html>",
        f'<html lang="{escape(masthead.language)}" dir="{direction}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        style,
        "</head>",
        "<body>",
        *_header(masthead, was),
        "<main>",
        *body,
        "</main>",
        *notes.printed(),
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _header(masthead: Masthead, was: Masthead) -> Iterator[str]:
    """Gives the lines before the text; what differs from those that were is marked."""
    organization, organ = ORGANIZATION.get(masthead.language, ORGANIZATION["en"])
    rows = [
        ("organization", organization, organization),
        ("symbol", masthead.symbol, was.symbol),
        ("organ", organ, organ),
        ("distribution", masthead.distribution, was.distribution),
        ("date", masthead.date, was.date),
        ("session", masthead.session, was.session),
        ("committee", masthead.committee, was.committee),
        ("agenda-item", masthead.agenda_item, was.agenda_item),
        ("agenda", masthead.agenda_title, was.agenda_title),
        *(
            ("notice", now, before)
            for now, before in zip_longest(masthead.notices, was.notices, fillvalue="")
        ),
    ]
    yield '<header class="masthead">'
    for name, words, before in rows:
        if words or before:
            yield f'<p class="{name}" dir="auto">{_line(before, words)}</p>'
    if sponsors := _line(was.sponsors, masthead.sponsors):
        what = escape(behind_sponsors(masthead if masthead.sponsors else was))
        yield f'<p class="sponsors" dir="auto"><b>{sponsors}</b>: {what}</p>'
    number = _line(was.number, masthead.number)
    number = f"{number}. " if number else ""
    if number or masthead.title or was.title:
        yield f'<h1 dir="auto">{number}{_line(was.title, masthead.title)}</h1>'
    yield "</header>"


def _line(was: str, now: str) -> str:
    if was == now:
        return escape(now)
    return "".join(_in_mark(one, _words(one)) for one in diff.pieces(text_of(was), text_of(now)))


def _closing(masthead: Masthead, was: Masthead) -> list[str]:
    if not masthead.closing and not was.closing:
        return []
    lines = zip_longest(closing_lines(was.closing), closing_lines(masthead.closing), fillvalue="")
    words = "<br>".join(_line(before, now) for before, now in lines)
    return [f'<p class="closing" dir="auto">{words}</p>']


def _paragraph(
    paragraph: Paragraph, label: str, words: str, *, state: State | None = None, before: str = ""
) -> str:
    tag = "h2" if paragraph.kind in {Kind.HEADING, Kind.ANNEX} else "p"
    names = [paragraph.kind.value]
    if paragraph.kind is Kind.SUB:
        names.append(f"level-{paragraph.level}")
    if state is not None and state is not State.SAME:
        names.append(state.value)
    number = printed_number(label)
    shown = f'<span class="number">{escape(number)}</span> ' if number else ""
    return (
        f'<{tag} class="{" ".join(names)}" data-label="{escape(label)}" dir="auto">'
        f"{before}{shown}{words}</{tag}>"
    )


def _changed(row: RedlineParagraph, notes: _Notes) -> str:
    paragraph = row.new or row.old
    if paragraph is None:
        raise AssertionError(row)
    label = row.label or row.old_label
    name = escape(label)
    match row.state:
        case State.DELETED:
            name = f"{name} deleted"
        case State.INSERTED:
            name = f"{name} new"
        case State.MOVED:
            name = f"{name} (moved, was {escape(row.old_label)})"
        case State.SPLIT:
            name = f"{name} (split from {escape(row.old_label)})"
        case State.MERGED:
            name = f"{escape(row.old_label)} (merged into {name})"
        case _ if row.old_label != row.label:
            name = f"{name} (was {escape(row.old_label)})"
        case _:
            pass
    if row.last_label:
        name = f"{name} ({escape(row.last_label)})"
    by = f" by {escape(_by(row.credit))}" if row.credit is not None else ""
    before = f'<span class="label">{name}{by}</span> ' if name or by else ""
    words = _inline(row.pieces, notes)
    # What was merged has no number any more.
    shown = "" if row.state is State.MERGED else label
    return _paragraph(paragraph, shown, words, state=row.state, before=before)


def _inline(pieces: Sequence[Piece], notes: _Notes) -> str:
    return "".join(_in_mark(piece, _piece(piece, notes)) for piece in pieces)


def _piece(piece: Piece, notes: _Notes) -> str:
    if piece.note is not None:
        return notes.mark("".join(_in_mark(one, _words(one)) for one in piece.note))
    return _words(piece)


def _words(piece: Piece) -> str:
    words = escape(piece.text)
    return f"<i>{words}</i>" if piece.italic else words


def _in_mark(piece: Piece, words: str) -> str:
    match piece.mark:
        case Mark.INSERT:
            return f"<ins{_credit(piece.credit)}>{words}</ins>"
        case Mark.DELETE:
            return f"<del{_credit(piece.credit)}>{words}</del>"
        case Mark.KEEP:
            return words


def _credit(credit: Credit | None) -> str:
    if credit is None:
        return ""
    if credit.at is None:
        return f' title="{escape(credit.author)}"'
    return f' title="{escape(_by(credit))}" datetime="{credit.at.isoformat()}"'


def _by(credit: Credit) -> str:
    """Gives author and day, in words that do not depend on where the server stands."""
    if credit.at is None:
        return credit.author
    return f"{credit.author}, {written(credit.at)}"
