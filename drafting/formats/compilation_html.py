"""A compilation text as a whole web page for reading and for print, and back.

The characters of the form stand in elements of the class "fixed", so that the page is read as it
was written; each bracket of somebody is set apart in its direction of writing. No script, no style
attribute, nothing from outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from drafting.errors import Unreadable
from drafting.formats.html import RIGHT_TO_LEFT, STYLESHEET
from drafting.formats.plain import FORBIDDEN
from drafting.text.changes import EMPTY, Builder, Change, Insert, Note, text_of
from drafting.text.compilation import Compilation, tidy
from drafting.text.compilation_form import Block, Role, Segment, label_shown, shown_label, spoken
from drafting.text.compilation_printing import printed
from drafting.text.compilation_reading import gathered
from drafting.text.compilation_runs import Run, segments_of
from drafting.text.resolution import Kind

COMPILATION_STYLES = """\
p.line, p.made { text-align: start; margin: 0; }
p.made { margin-block-end: 2em; }
main p[class], main h2[class] { text-indent: 0; text-align: start; }
main .label { font-weight: bold; }
main .state { font-weight: bold; color: #444; font-size: 0.85em; }
main .beneath { margin-inline-start: 2.5em; break-before: avoid; }
main s { color: #444; }
b.fixed { font-weight: bold; }
"""
"""What such a page carries besides the stylesheet of every page kept as a file."""

_TITLES = frozenset({Kind.HEADING, Kind.ANNEX})

# --- writing ------------------------------------------------------------------------------------


def write(compilation: Compilation, *, stylesheet_href: str | None = None) -> str:
    """Gives a compilation as a page; without `stylesheet_href` it carries its own styles.

    Paragraphs carry their keys as data; proposals carry none.
    """
    compilation, paragraphs = printed(compilation)
    writer = _Writer()
    body = [writer.block(block) for block in paragraphs]
    direction = "rtl" if compilation.language in RIGHT_TO_LEFT else "ltr"
    title = compilation.title or "Compilation"
    style = (
        f"<style>\n{STYLESHEET}{COMPILATION_STYLES}</style>"
        if stylesheet_href is None
        else f'<link rel="stylesheet" href="{escape(stylesheet_href)}">'
    )
    made = compilation.made
    page = [
        "<!doctype html>",
        f'<html lang="{escape(compilation.language)}" dir="{direction}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        style,
        "</head>",
        "<body>",
        '<header class="masthead">',
        *(f'<p class="line" dir="auto">{escape(one)}</p>' for one in compilation.lines),
        f'<h1 dir="auto">{escape(compilation.title)}</h1>' if compilation.title else "",
        f'<p class="made" dir="auto">{escape(made)}</p>' if made else "",
        "</header>",
        "<main>",
        *body,
        "</main>",
        *writer.printed_notes(),
        "</body>",
        "</html>",
    ]
    return "\n".join(part for part in page if part) + "\n"


def body(compilation: Compilation) -> tuple[str, str]:
    """Gives a compilation's paragraphs and its footnotes as markup, to stand in a page of ours."""
    writer = _Writer()
    paragraphs = [writer.block(block) for block in printed(compilation)[1]]
    return "\n".join(paragraphs), "\n".join(writer.printed_notes())


class _Writer:
    """Writes paragraphs, and keeps the notes met."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def block(self, block: Block) -> str:
        """Gives a paragraph."""
        beneath = block.beneath
        tag = "h2" if block.kind in _TITLES and not beneath else "p"
        names = [
            block.kind.value,
            *([f"level-{block.level}"] if block.level else []),
            *(["beneath"] if beneath else []),
            *(["deleted"] if block.deleted else []),
        ]
        key = f' data-key="{escape(block.key)}"' if block.key else ""
        label = shown_label(block)
        head = f'<span class="label">{escape(label)} </span>' if label else ""
        if block.remarks:
            head += f'<span class="state">({escape(block.remarks)}) </span>'
        content = "".join(
            self._segment(one, struck=block.deleted and not speaking)
            for one, speaking in spoken(block.segments)
        )
        return f'<{tag} class="{" ".join(names)}"{key} dir="auto">{head}{content}</{tag}>'

    def _segment(self, segment: Segment, *, struck: bool) -> str:
        match segment.role:
            case Role.WORDS:
                words = self._words(segment.words)
                return f"<s>{words}</s>" if struck else words
            case Role.OPEN:
                return '<bdi><b class="fixed">[</b>'
            case Role.CLOSE:
                return '<b class="fixed">]</b></bdi>'
            case Role.OWNERS:
                return f'<b class="fixed">{escape(segment.said)}:</b><span class="fixed"> </span>'
            case Role.SAID:
                return f'<span class="fixed">{escape(segment.said)}</span>'
            case Role.GAP:
                return '<span class="fixed"> </span>'

    def _words(self, text: Change) -> str:
        out = []
        for op in text.ops:
            if not isinstance(op, Insert):
                continue
            words = self._note(op.content) if isinstance(op.content, Note) else escape(op.content)
            out.append(f"<i>{words}</i>" if op.italic else words)
        return "".join(out)

    def _note(self, note: Note) -> str:
        self.notes.append(self._words(note.content))
        number = len(self.notes)
        return f'<sup class="mark"><a id="mark-{number}" href="#note-{number}">{number}</a></sup>'

    def printed_notes(self) -> Iterator[str]:
        """Gives the footnotes, each with a way back to its mark."""
        if not self.notes:
            return
        yield '<section class="notes">'
        for number, words in enumerate(self.notes, 1):
            yield (
                f'<p class="note" id="note-{number}" dir="auto"><a href="#mark-{number}">'
                f'<sup>{number}</sup></a><span class="fixed"> </span>{words}</p>'
            )
        yield "</section>"


# --- reading ------------------------------------------------------------------------------------


def read(page: str) -> Compilation:
    """Reads a page that `write` wrote.

    Refuses: Unreadable for any other page, or where brackets do not match.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    if not reader.ours:
        raise Unreadable(detail="This page is no compilation text; nothing was stored.")
    notes = {line.number: _joined(line.runs, {}) for line in reader.lines if line.number}
    return gathered(
        (_block(line, notes) for line in reader.lines if line.kind is not None),
        title=tidy("".join(reader.front["title"])),
        made=tidy("".join(reader.front["made"])),
        lines=[tidy(line) for line in reader.front["line"]],
        language=reader.language,
    )


@dataclass(slots=True)
class _Line:
    """A paragraph as it stands in the page; a note has a number, a paragraph of the text a kind."""

    kind: Kind | None = None
    level: int = 0
    number: str = ""
    key: str = ""
    label: str = ""
    state: str = ""
    runs: list[tuple[str, bool, bool, bool]] = field(default_factory=list)
    """Words, or the number of a note: is it a note, is it of the form, is it in italics."""


def _joined(row: list[tuple[str, bool, bool, bool]], notes: dict[str, Change]) -> Change:
    builder = Builder()
    for words, is_note, is_fixed, italic in row:
        if is_note:
            builder.insert(Note(notes.get(words, EMPTY)), italic=italic or None)
        elif not is_fixed:
            builder.insert(words, italic=italic or None)
    return builder.change()


def _block(line: _Line, notes: dict[str, Change]) -> Block:
    row = [
        Run(text_of(run[0]), fixed=True) if run[2] else Run(_joined([run], notes))
        for run in line.runs
    ]
    state = tidy(line.state).removeprefix("(").removesuffix(")")
    kind = line.kind or Kind.FORMULA
    return Block(label_shown(line.label), kind, line.level, segments_of(row), state, line.key)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.front: dict[str, list[str]] = {"line": [], "title": [], "made": []}
        self.lines: list[_Line] = []
        self.language = "en"
        self.ours = False
        self.line: _Line | None = None
        self.into: list[str] | None = None
        """Where the words of a line above the text go."""
        self.spans: list[str] = []
        """The classes of the elements that are open in the line."""
        self.italic = 0
        self.skipped = False
        """These are the digits of a note's mark."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes the start of an element."""
        values = {name: value or "" for name, value in attrs}
        names = values.get("class", "").split()
        match tag:
            case "html":
                self.language = values.get("lang") or "en"
            case "main":
                self.ours = True
            case "h1":
                self.into = self.front["title"]
            case "p" if names[:1] in (["line"], ["made"]):
                self.into = self.front[names[0]]
                self.into.append("")
            case "p" | "h2":
                self._begin(names, values)
            case "a" if self.line is not None:
                target = values.get("href", "").removeprefix("#note-")
                if not self.line.number:
                    self.line.runs.append((target, True, False, self.italic > 0))
                self.skipped = True
            case "i":
                self.italic += 1
            case "b" | "span":
                self.spans.append(names[0] if names else "")
            case _:
                pass

    def _begin(self, names: list[str], values: dict[str, str]) -> None:
        kind = Kind(names[0]) if names and names[0] in set(Kind) else None
        number = values.get("id", "").removeprefix("note-") if names == ["note"] else ""
        level = next((int(n[-1]) for n in names if n in {"level-1", "level-2", "level-3"}), 0)
        self.line = _Line(kind, level, number, values.get("data-key", ""))
        self.lines.append(self.line)
        self.italic, self.spans, self.skipped = 0, [], False

    def handle_endtag(self, tag: str) -> None:
        """Takes the end of an element."""
        match tag:
            case "p" | "h1" | "h2":
                self.line = self.into = None
            case "a":
                self.skipped = False
            case "i":
                self.italic = max(self.italic - 1, 0)
            case "b" | "span" if self.spans:
                self.spans.pop()
            case _:
                pass

    def handle_data(self, data: str) -> None:
        """Takes words."""
        data = FORBIDDEN.sub(" ", data)
        if self.into is not None:
            self.into[-1:] = ["".join(self.into[-1:]) + data]
        elif self.line is not None and not self.skipped:
            match self.spans[-1] if self.spans else "":
                case "label":
                    self.line.label += data
                case "state":
                    self.line.state += data
                case "fixed":
                    self.line.runs.append((data, False, True, False))
                case _:
                    self.line.runs.append((data, False, False, self.italic > 0))
