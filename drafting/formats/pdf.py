"""Writes PDF files: the text in UN layout, a redline and a compilation, tagged for screen readers (PDF/UA-1).

The typesetter is handed the document as data, and a template that never reads a word of it as
markup. The same values give the same bytes: no date and no name of the machine is in the file.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typst

from drafting.errors import Unreadable
from drafting.formats.docx_template import LANGUAGES
from drafting.formats.html import RIGHT_TO_LEFT
from drafting.text import diff
from drafting.text.changes import EMPTY, Change, Insert, Note, text_of
from drafting.text.compilation import Compilation
from drafting.text.compilation_form import Block, Role, Segment, shown_label, spoken
from drafting.text.compilation_printing import printed
from drafting.text.diff import marked
from drafting.text.numbering import labels_of, printed_number
from drafting.text.resolution import (
    ORGANIZATION,
    Kind,
    Masthead,
    Paragraph,
    Resolution,
    behind_sponsors,
    closing_lines,
    language_is_printed,
)
from drafting.text.tracked import Mark, Piece, Redline, RedlineParagraph, State

TEMPLATE: Final = Path(__file__).with_name("pdf.typ")

LATIN: Final = ("Liberation Serif", "Tinos", "Times New Roman", "Libertinus Serif")
"""Fonts for Latin and Cyrillic letters, the first there is; the last is always there."""

ARABIC: Final = ("Noto Naskh Arabic", "Amiri", "Noto Sans Arabic")
CHINESE: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC", "AR PL UMing CN", "WenQuanYi Zen Hei")
SANS: Final = ("Liberation Sans", "Arimo", "Arial", "DejaVu Sans")

_SCRIPTS: Final = (
    ("Arabic", ARABIC, "fonts-noto-core", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff]")),
    ("Chinese", CHINESE, "fonts-noto-cjk", re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")),
)

_NO_GLYPH: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_TITLES: Final = frozenset({Kind.HEADING, Kind.ANNEX})

_WHOLE: Final = {State.DELETED: "delete", State.INSERTED: "insert", State.MOVED: "move"}
_MARKS: Final = {Mark.KEEP: "", Mark.INSERT: "insert", Mark.DELETE: "delete"}

Data = dict[str, Any]


def clean(
    resolution: Resolution,
    *,
    labels: Sequence[str] | None = None,
    working_draft: str = "",
    line_numbers: bool = False,
) -> bytes:
    """Gives the text as a clean PDF file.

    `labels`, one for each paragraph, prints those in the margin in place of the numbers.
    `working_draft` is a line for the head of every page. Refuses: Unreadable where no font of this
    machine has a character of the text.
    """
    masthead = resolution.masthead
    numbers = labels_of(resolution.paragraphs)
    writer = _Writer(masthead)
    for at, paragraph in enumerate(resolution.paragraphs):
        titled = paragraph.kind in _TITLES or paragraph.kind is Kind.FORMULA
        writer.paragraph(
            paragraph,
            number="" if labels else printed_number(numbers[at]),
            label=labels[at] if labels and not titled else "",
            runs=list(_runs(marked(paragraph.text, Mark.KEEP))),
        )
    return writer.pdf(draft=working_draft, line_numbers=line_numbers)


def redline(
    found: Redline,
    masthead: Masthead,
    *,
    old_masthead: Masthead | None = None,
    working_draft: str = "",
) -> bytes:
    """Gives a redline as a PDF file.

    What was inserted is underlined, what was deleted struck through, what has moved underlined
    twice; where authors are known, a legend gives each a letter that stands behind their words.
    With `old_masthead` what differs in the lines before the text is shown too. Refuses: as `clean`.
    """
    writer = _Writer(masthead, was=old_masthead)
    authors = _authors(found)
    letters = {name: _letter(at) for at, name in enumerate(authors)} if len(authors) > 1 else {}
    for row in found.paragraphs:
        paragraph = row.new or row.old
        if paragraph is None:
            raise AssertionError(row)
        runs = list(_credited(row.pieces, letters, moved=row.state is State.MOVED))
        whole = letters.get(row.credit.author, "") if row.credit is not None else ""
        writer.paragraph(
            paragraph,
            # What was merged has no number any more.
            number="" if row.state is State.MERGED else printed_number(row.label or row.old_label),
            label=_changed(row, paragraph) + (f" [{whole}]" if whole else ""),
            runs=runs,
            mark=_WHOLE.get(row.state, ""),
        )
    return writer.pdf(draft=working_draft, legend=_legend(authors, letters))


def compilation(made: Compilation) -> bytes:
    """Gives a compilation text as a PDF file. Refuses: as `clean`."""
    whole, blocks = printed(made)
    writer = _Writer(Masthead(title=whole.title, language=whole.language), bare=True)
    for block in blocks:
        writer.block(block)
    return writer.pdf(
        lines=whole.lines, made=whole.made, draft=" \N{MIDDLE DOT} ".join(whole.lines[:1])
    )


# --- the document -------------------------------------------------------------------------------


class _Writer:
    """Collects the paragraphs of a file as the template takes them."""

    def __init__(
        self, masthead: Masthead, *, was: Masthead | None = None, bare: bool = False
    ) -> None:
        self.masthead = masthead
        self.was = was or masthead
        self.bare = bare
        """Without the masthead of a document of the United Nations: a paper of the negotiation."""
        self.blocks: list[Data] = []
        self.heading = _compared(_heading(self.was), _heading(masthead))
        if _is_blank(self.heading):
            self.heading = []
        self.top = 2 if self.heading else 1
        """The level of the first headings under the title: no level may be left out."""
        self.in_annex = False
        lines = itertools.zip_longest(
            closing_lines(self.was.closing), closing_lines(masthead.closing), fillvalue=""
        )
        self.closing = [_compared(was, now) for was, now in lines]

    def paragraph(
        self, one: Paragraph, *, number: str, label: str, runs: Sequence[Data], mark: str = ""
    ) -> None:
        """Adds a paragraph of a resolution; `mark` is what became of its number."""
        if one.kind is Kind.ANNEX:
            self._close()
        self._add(one.kind.value, one.level, runs, number=number, label=label, mark=mark)

    def block(self, block: Block) -> None:
        """Adds a paragraph of a compilation text."""
        runs = list(_segments(block))
        shown = shown_label(block)
        if block.remarks:
            runs.insert(0, _run(f"({block.remarks}) ", bold=True))
        if block.kind in _TITLES and not block.beneath:
            self._add(block.kind.value, 0, [*([_run(f"{shown} ")] if shown else []), *runs])
            return
        if shown:
            runs.insert(0, _run(f"{shown} ", bold=True))
        self._add("beneath" if block.beneath else "made", block.level, runs)

    def _add(
        self,
        kind: str,
        level: int,
        runs: Sequence[Data],
        *,
        number: str = "",
        label: str = "",
        mark: str = "",
    ) -> None:
        if kind in _TITLES and _is_blank(runs):
            # A heading without words is none, for those who are read it aloud.
            self.blocks.append(_block("made", 0, runs, label=label))
        elif kind in _TITLES:
            annex = kind == Kind.ANNEX
            page = annex and not self.in_annex and not self.bare
            self.in_annex = self.in_annex or annex
            level = self.top + (1 if self.in_annex and not annex else 0)
            self.blocks.append(_block(kind, level, runs, label=label, page=page))
        else:
            block = _block(kind, level, runs, number=number, label=label)
            self.blocks.append({**block, "mark": mark})

    def _close(self) -> None:
        """Adds the closing lines, which stand before the first annex."""
        self.blocks += [
            {**_block("closing", 0, one), "first": not at} for at, one in enumerate(self.closing)
        ]
        self.closing = []

    def pdf(
        self,
        *,
        draft: str = "",
        line_numbers: bool = False,
        legend: Sequence[Sequence[Data]] = (),
        lines: Sequence[str] = (),
        made: str = "",
    ) -> bytes:
        """Gives the finished file."""
        self._close()
        _keep_with_the_rule(self.blocks)
        masthead = self.masthead
        name = masthead.symbol or (f"A/RES/{masthead.number}" if masthead.number else "")
        title = "".join(one["text"] for one in self.heading if one["mark"] != "delete")
        running = " \N{MIDDLE DOT} ".join(part for part in (name, draft) if part)
        data: Data = {
            "title": title.strip() or masthead.symbol or "Resolution",
            "language": masthead.language if masthead.language in ORGANIZATION else "en",
            "direction": "rtl" if masthead.language in RIGHT_TO_LEFT else "ltr",
            "masthead": None if self.bare else _masthead(self.was, masthead),
            "heading": self.heading,
            "annex": {"level": self.top},
            "lines": list(lines),
            "made": made,
            "running": running or title,
            "draft": draft,
            "legend": [list(row) for row in legend],
            "line_numbers": line_numbers,
            "blocks": self.blocks,
        }
        return _typeset(data)


def _block(
    kind: str,
    level: int,
    runs: Sequence[Data],
    *,
    number: str = "",
    label: str = "",
    page: bool = False,
) -> Data:
    return {
        "kind": kind,
        "level": level,
        "number": number,
        "label": label,
        "page": page,
        "mark": "",
        "first": False,
        "last": False,
        "runs": list(runs),
    }


LAST_MAX_CHARS = 1_500
"""Longest last paragraph that goes to the next page as a whole, so that the rule is not alone there."""


def _keep_with_the_rule(blocks: Sequence[Data]) -> None:
    """Marks what goes to the next page together with the rule at the end."""
    for block in reversed(blocks):
        size = sum(len(run.get("text", "")) for run in block["runs"])
        block["last"] = size <= LAST_MAX_CHARS
        if block["kind"] != "closing":
            return


def _heading(masthead: Masthead) -> str:
    return " ".join(
        part for part in (f"{masthead.number}." if masthead.number else "", masthead.title) if part
    )


def _masthead(was: Masthead, masthead: Masthead) -> Data:
    organization, organ = ORGANIZATION.get(masthead.language, ORGANIZATION["en"])
    original = []
    if language_is_printed(masthead):
        original = ["", LANGUAGES.get(masthead.language, LANGUAGES["en"])[1]]

    def line(before: str, now: str, *, wide: bool = True, narrow: bool = False) -> Data:
        return {"runs": _compared(before, now, bold=True), "wide": wide, "narrow": narrow}

    sponsors = line(was.sponsors, masthead.sponsors, wide=False)
    if sponsors["runs"]:
        now = masthead if masthead.sponsors else was
        sponsors["runs"].append(_run(f": {behind_sponsors(now)}"))
    item = line(was.agenda_item, masthead.agenda_item)
    item["runs"] = _compared(was.agenda_item, masthead.agenda_item)
    return {
        "organization": organization,
        "organ": organ,
        "symbol": masthead.symbol,
        "beside": [one for one in (masthead.distribution, masthead.date) if one] + original,
        "lines": [
            line(was.session, masthead.session),
            line(was.committee, masthead.committee),
            item,
            line(was.agenda_title, masthead.agenda_title, narrow=True),
            *(
                line(before, now, wide=False)
                for before, now in itertools.zip_longest(
                    was.notices, masthead.notices, fillvalue=""
                )
            ),
            sponsors,
        ],
    }


def _compared(before: str, now: str, *, bold: bool = False) -> list[Data]:
    """Gives a line around the text, what differs from an earlier one marked."""
    if before == now:
        return [_run(now, bold=bold)] if now else []
    pieces = diff.pieces(text_of(before) if before else EMPTY, text_of(now) if now else EMPTY)
    return [_run(one.text, bold=bold, mark=_MARKS[one.mark]) for one in pieces]


def _is_blank(runs: Iterable[Data]) -> bool:
    words = "".join(run.get("text", "") for run in runs)
    return not any(one.isprintable() and not one.isspace() for one in words)


# --- words --------------------------------------------------------------------------------------


def _run(
    words: str, *, italic: bool = False, bold: bool = False, mark: str = "", by: str = ""
) -> Data:
    return {"text": words, "italic": italic, "bold": bold, "mark": mark, "by": by}


def _runs(pieces: Iterable[Piece], *, moved: bool = False) -> Iterator[Data]:
    for piece in pieces:
        mark = "move" if moved and piece.mark is Mark.KEEP else _MARKS[piece.mark]
        if piece.note is not None:
            yield {"note": list(_runs(piece.note)), "mark": mark, "by": ""}
        else:
            yield _run(piece.text, italic=piece.italic, mark=mark)


def _credited(pieces: Iterable[Piece], letters: dict[str, str], *, moved: bool) -> Iterator[Data]:
    """Gives runs, the author's letter behind the last of each stretch that is one author's."""
    for credit, stretch in itertools.groupby(pieces, lambda piece: piece.credit):
        runs = list(_runs(stretch, moved=moved))
        if credit is not None and letters and runs:
            runs[-1]["by"] = letters[credit.author]
        yield from runs


def _segments(block: Block) -> Iterator[Data]:
    for segment, speaking in spoken(block.segments):
        yield from _segment(segment, struck=block.deleted and not speaking)


def _segment(segment: Segment, *, struck: bool) -> Iterator[Data]:
    match segment.role:
        case Role.WORDS:
            yield from _words(segment.words, "struck" if struck else "")
        case Role.OPEN:
            yield _run("[", bold=True)
        case Role.CLOSE:
            yield _run("]", bold=True)
        case Role.OWNERS:
            yield _run(f"{segment.said}: ", bold=True)
        case Role.SAID:
            yield _run(segment.said)
        case Role.GAP:
            yield _run(" ")


def _words(text: Change, mark: str) -> Iterator[Data]:
    for op in text.ops:
        if not isinstance(op, Insert):
            continue
        if isinstance(op.content, Note):
            yield {"note": list(_words(op.content.content, mark)), "mark": mark, "by": ""}
        else:
            yield _run(op.content, italic=bool(op.italic), mark=mark)


# --- what a redline says of itself --------------------------------------------------------------


def _authors(found: Redline) -> list[str]:
    """Gives the authors in the order in which they are met."""
    names: dict[str, None] = {}
    for row in found.paragraphs:
        for credit in (row.credit, *(credit for piece in row.pieces for credit in _credits(piece))):
            if credit is not None:
                names.setdefault(credit.author)
    return list(names)


def _credits(piece: Piece) -> Iterator[Any]:
    yield piece.credit
    for one in piece.note or ():
        yield one.credit


def _letter(at: int) -> str:
    """Gives A to Z, then AA and on."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _legend(authors: Sequence[str], letters: dict[str, str]) -> list[list[Data]]:
    """Gives the lines that say how changes are marked, and whose they are."""
    rows = [
        [
            _run("Inserted", mark="insert"),
            _run(" \N{MIDDLE DOT} "),
            _run("deleted", mark="delete"),
            _run(" \N{MIDDLE DOT} "),
            _run("moved", mark="move"),
        ]
    ]
    if letters:
        named = "; ".join(f"[{letters[name]}] {name}" for name in authors)
        rows.append([_run(f"Changes by {named}")])
    elif authors:
        rows.append([_run(f"Changes by {authors[0]}")])
    return rows


def _changed(row: RedlineParagraph, paragraph: Paragraph) -> str:
    """Gives what stands in the margin beside a paragraph of a redline."""
    name = row.label or row.old_label
    said = _became(row, name, paragraph)
    return f"{said} ({row.last_label})".strip() if row.last_label else said


def _became(row: RedlineParagraph, name: str, paragraph: Paragraph) -> str:
    match row.state:
        case State.DELETED:
            return f"{name} deleted".strip()
        case State.INSERTED:
            return f"{name} new".strip()
        case State.MOVED:
            was = f" was {row.old_label}" if row.old_label and row.old_label != name else ""
            return f"{name} moved{was}".strip()
        case State.SPLIT:
            return f"{name} split from {row.old_label}".strip()
        case State.MERGED:
            return f"{row.old_label} merged into {name}".strip()
        case _:
            # Sub-paragraphs are called anew with their paragraph; beside short lines there is no room.
            called_anew = row.old_label not in {"", name} and paragraph.kind is not Kind.SUB
            return f"{name} was {row.old_label}" if called_anew else name


# --- the typesetter -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fonts:
    """The fonts of this machine, looked up once."""

    all: typst.Fonts
    families: frozenset[str]

    def first(self, names: Sequence[str]) -> list[str]:
        """Gives the first of these that there is, if any."""
        return [name for name in names if name in self.families][:1]


@functools.cache
def _fonts() -> _Fonts:
    fonts = typst.Fonts()
    return _Fonts(fonts, frozenset(fonts.families()))


def missing_fonts() -> list[tuple[str, str]]:
    """Gives the scripts of which this machine can make no PDF, each with the package that mends it."""
    fonts = _fonts()
    return [(script, package) for script, names, package, _ in _SCRIPTS if not fonts.first(names)]


def _typeset(data: Data) -> bytes:
    fonts = _fonts()
    words = json.dumps(data, ensure_ascii=False)
    for script, names, package, letters in _SCRIPTS:
        if letters.search(words) and not fonts.first(names):
            raise Unreadable(
                detail=f"This machine has no font for {script} script, so no PDF can be made of "
                f"this text; whoever runs it may install the package {package}. "
                "Word and other files can be made. Nothing was stored."
            )
    families = [fonts.first(LATIN), fonts.first(ARABIC), fonts.first(CHINESE)]
    if data["language"] == "zh":
        families.reverse()
    data["fonts"] = [name for names in families for name in names]
    data["sans"] = [*fonts.first(SANS), *data["fonts"]]
    compiler = typst.Compiler(font_paths=fonts.all)
    try:
        made = compiler.compile(
            TEMPLATE.read_bytes(),
            format="pdf",
            pdf_standards="ua-1",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        missing = _NO_GLYPH.search(error.message)
        if missing is None:
            raise
        raise Unreadable(
            detail=f"No font of this machine has the character {_character(missing[1])}, so no PDF "
            "can be made of this text. Replace it, or export to Word. Nothing was stored."
        ) from None
    if not isinstance(made, bytes):
        raise TypeError(made)
    return made


def _character(told: str) -> str:
    """Gives a character as the typesetter tells of it, with its number: it cannot be shown here."""
    escaped = re.fullmatch(r"\\u\{([0-9a-f]+)\}", told)
    if escaped is not None:
        return f"U+{escaped[1].upper():>04}"
    return ", ".join(f"“{one}” (U+{ord(one):04X})" for one in told[:3])
