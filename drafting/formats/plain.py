r"""Resolutions as plain text: the form that people read, type and compare.

    A/RES/75/998                        the masthead, a line each
    # 75/998. Title
    _The General Assembly_,             italics between underscores
    [PP1] _Recalling_ its decision,[^1]
    1. _Urges_ all States:              a single operative paragraph has no number
        (a) To come;                    sub-paragraphs: four blanks a level, no empty line before
            (i) Soon;
                a. By sea;
    ## Heading
    37th plenary meeting 7 December 2020
    ----- ANNEX -----                   before the first annex
    ## Annex I
    ## Its title
    Words.                              an unnumbered paragraph of an annex
    1. Words.                           a numbered one
    [^1] Resolution 70/1.               the notes, in order of appearance, in roman

Everything but a sub-paragraph and a note stands between empty lines. An underscore inside a word
means itself. A backslash takes the meaning from an underscore, from the bracket of "[^1]", from
itself, and keeps a blank at either end; backslash and ampersand stand for nothing, so that italics
can begin inside a word. Where a line would be taken for something else, a word in brackets says what it is: `[OP]`, `[formula]`,
`[heading]`, `[annex]`, `[text]`, `[item]`, `[closing]`, and in the masthead `[title]`, `[number]`,
`[notice]` and so on. `write` puts these words only where they are needed, so that for any value

    read(write(resolution)) == resolution      with numbers as printed, notes in roman, no keys
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from drafting.errors import Unreadable
from drafting.text.changes import Builder, Change, Insert, Note, joined, plain
from drafting.text.numbering import SERIES, labels_of, printed_number
from drafting.text.resolution import (
    MAX_LEVEL,
    NOTES_OUT_OF_ORDER,
    Finding,
    Kind,
    Masthead,
    Paragraph,
    Resolution,
)

INDENT: Final = 4
"""Blanks before a sub-paragraph, for each level."""

ANNEX_LINE: Final = "----- ANNEX -----"
"""Stands before the first annex, and before any that is not called "Annex"."""

LANGUAGES: Final = {
    "Arabic": "ar",
    "Chinese": "zh",
    "English": "en",
    "French": "fr",
    "Russian": "ru",
    "Spanish": "es",
}
"""The official languages, as a masthead names them."""

_NO_RESOLUTION: Final = (
    "No resolution was found in this text; nothing was stored. It needs a title line that begins "
    "with “# ”, or the words “The General Assembly,”, or paragraphs that begin with “[PP1]” or "
    "“1.”."
)

MAX_PARAGRAPHS: Final = 20_000
"""More than any resolution has by far; a file with more is not one."""

FORBIDDEN: Final = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffe\uffff\u2028\u2029]"
)
"""Characters that a text cannot hold (drafting.text.changes), blanks and line ends apart."""

# Bounded, or a line of opening brackets takes the square of its length.
_MARK = r"\[\^([^\]\s]{1,20})\]"
_NOTE_LINE = re.compile(rf"{_MARK}:?(?: +(.*))?$")
_ENDING_MARKS = re.compile(rf"(?:{_MARK}|_)+$")
_ANNEX_LINE = re.compile(r"-{3,} ?ANNEX(?:ES)? ?-{3,}$")
_HASHES = re.compile(r"(#+)(?: +(.*))?$")
ANNEX_HEADING: Final = re.compile(rf"Annex(?: (?:[IVXLC]+|[0-9]+|[A-Z]))?(?:{_MARK})*$")
"""A heading that begins an annex, with the note marks it may carry."""

_NAMED = re.compile(
    r"\[(PP|OP|formula|heading|annex|text|item|closing)(?: ?([0-9][^\]]*))?\](?: +(.*))?$"
)
_PROVISIONAL = re.compile(rf"[0-9]+ ?(?:\([a-z]+\) ?)?(?:{'|'.join(SERIES)}|alt)\b")
_NUMBERED = re.compile(rf"([0-9]{{1,4}}(?: (?:{'|'.join(SERIES)}))?\.)(?: +(.*))?$")
_BROKEN_BEHIND = re.compile(r"\w[-\u2011]$")
_SUSPENDED = re.compile(r"(?:and|or|to|et|ou|y|o|и|или)\b|[^\w]")
"""What follows a hyphen that stands for a word to come: "short- and long-term"."""
_ROMAN = r"c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_SUB = re.compile(
    rf"(\((?:([a-z])\2*|(?=[clxvi]){_ROMAN}|[0-9]+)\)|(?:([a-z])\3*|(?=[clxvi]){_ROMAN})\.)"
    r"(?: +(.*))?$"
)
_SUB_INDENTED = re.compile(r"(\((?:[a-z]+|[0-9]+)\)|[a-z]{1,40}\.)(?: +(.*))?$")
_FORMULA = re.compile(
    r"_?(?:The[ \u00a0]General[ \u00a0]Assembly|L[’']Assemblée[ \u00a0]générale|"
    r"La[ \u00a0]Asamblea[ \u00a0]General|Генеральная[ \u00a0]Ассамблея|"
    rf"إن[ \u00a0]الجمعية[ \u00a0]العامة|大会)_?[,:\u060c\uff0c]?_?(?:{_MARK})*$"
)
_CLOSING = re.compile(
    r"(?:Resumed )?[0-9]+[ \u00a0]?(?:st|nd|rd|th)[ \u00a0](?:\(\w+\)[ \u00a0])?"
    r"(?:plenary[ \u00a0])?meeting\b"
)
_COMMAS = (",", "\u060c", "\uff0c")
_DATE = re.compile(r"[0-9]{1,2}[ \u00a0]\w+[ \u00a0][0-9]{4}$")
_TITLE = re.compile(r"([A-Z0-9-]+/[A-Z0-9-]+(?: [A-Z])?)\.(?: +(.*))?$")
_PIECE = re.compile(rf"\\([\\_\[ &])|{_MARK}|(_+)")

_TURNING = re.compile(r"(?<![^\W_])_|_(?![^\W_])")

_KINDS: Final = {
    "PP": Kind.PREAMBULAR,
    "OP": Kind.OPERATIVE,
    "formula": Kind.FORMULA,
    "heading": Kind.HEADING,
    "annex": Kind.ANNEX,
    "text": Kind.ANNEX_TEXT,
    "item": Kind.ANNEX_ITEM,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}

_FRONT = (
    "symbol",
    "distribution",
    "date",
    "language",
    "session",
    "committee",
    "agenda item",
    "agenda title",
    "notice",
    "number",
    "title",
    "sponsors",
)
_FRONT_NAMED = re.compile(rf"\[({'|'.join(_FRONT)})\] +(.*)$")
_FRONT_PATTERNS = (
    ("symbol", re.compile(r"A/\S+$")),
    ("distribution", re.compile(r"Distr\.")),
    ("date", _DATE),
    ("language", re.compile(rf"Original: (?:{'|'.join(LANGUAGES)})$")),
    ("session", re.compile(r"[A-Z][\w’ -]* session$")),
    ("committee", re.compile(r"[A-Z][\w -]*Committee(?: \([\w ]+\))?$")),
    ("agenda item", re.compile(r"Agenda[ \u00a0]items?[ \u00a0]")),
)
_FIXED = ("United Nations", "General Assembly")


# --- reading ------------------------------------------------------------------------------------


def read(text: str) -> Resolution:
    """Reads a resolution; what stands where the form does not expect it is kept, and reported.

    No word is dropped except labels, numbers and marks of the form itself. Lines of a paragraph
    that was broken are joined. Refuses: Unreadable when the text is no resolution.
    """
    if "\0" in text:
        raise Unreadable(detail="This is not a plain text; nothing was stored.")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reader = _Reader()
    cleaned = FORBIDDEN.sub(" ", text)
    if cleaned != text:
        reader.findings.append((-1, "Characters that cannot be shown were replaced by blanks."))
    lines = [_without_tabs(line) for line in cleaned.split("\n")]
    start = _start(lines)
    if start is None:
        raise Unreadable(detail=_NO_RESOLUTION)
    front = _Front()
    for line in lines[:start]:
        front.read(line.strip(" "))
    body = lines[start:]
    if found := _title_line(body[0]):
        front.title(found)
        del body[0]
    else:
        front.title_from_last_line()
    reader.state.preliminary = _has_formula(body)
    for line in body:
        reader.line(line)
    return reader.resolution(front)


def _without_tabs(line: str) -> str:
    """Gives a line indented by blanks, and with a blank for every tab in its words."""
    words = line.lstrip(" \t")
    indent = line[: len(line) - len(words)].expandtabs(INDENT)
    return indent + words.replace("\t", " ")


def _start(lines: list[str]) -> int | None:
    """Finds the title line, or where there is none the first line of the text."""
    for index, line in enumerate(lines):
        if _title_line(line) is not None:
            return index
    state = _State()
    for index, line in enumerate(lines):
        found = _classify(line, state)
        if found.what is Kind.FORMULA or (isinstance(found.what, Kind) and not found.bare):
            return index
    return None


def _has_formula(lines: list[str]) -> bool:
    """Tells whether the opening words are to come, before any annex."""
    state = _State()
    for line in lines:
        found = _classify(line, state)
        if found.what in {Kind.FORMULA, Kind.ANNEX}:
            return found.what is Kind.FORMULA and found.bare
        if isinstance(found.what, Kind):
            state.after(found.what)
        state.annex_due |= found.what == "annex line"
    return False


def _title_line(line: str) -> re.Match[str] | None:
    found = _HASHES.match(line.strip(" "))
    return found if found and len(found.group(1)) == 1 else None


@dataclass(slots=True)
class _State:
    """What the meaning of a line depends on."""

    preliminary: bool = False
    """The opening words are still to come."""
    formula: bool = False
    operative: bool = False
    annex: bool = False
    annex_due: bool = False
    """The line before announced an annex."""
    closing: bool = False
    sub: tuple[int, str] = (0, "")
    """Level and number of the sub-paragraph just before."""

    def after(self, what: Kind, level: int = 0, number: str = "") -> None:
        """Notes that a paragraph was read or written."""
        self.formula |= what is Kind.FORMULA
        self.preliminary &= what is not Kind.FORMULA
        self.operative |= what is Kind.OPERATIVE
        self.annex |= what is Kind.ANNEX
        self.annex_due = False
        self.sub = (level, number) if what is Kind.SUB else (0, "")


@dataclass(frozen=True, slots=True)
class _Line:
    """What a line is: a paragraph of a kind, or "note", "closing", "notice", "annex line", ""."""

    what: Kind | str
    body: str = ""
    level: int = 0
    number: str | None = None
    bare: bool = False
    """Nothing in the line itself says what it is."""


def _classify(line: str, state: _State) -> _Line:  # noqa: PLR0911 - one way out a form
    indent = len(line) - len(line.lstrip(" "))
    line = _stripped(line)
    if not line:
        return _Line("")
    if found := _NOTE_LINE.match(line):
        return _Line("note", found.group(2) or "", number=found.group(1))
    if _ANNEX_LINE.match(line):
        return _Line("annex line")
    if found := _HASHES.match(line):
        body = found.group(2) or ""
        annex = state.annex_due or ANNEX_HEADING.match(body)
        return _Line(Kind.ANNEX if annex else Kind.HEADING, body)
    if found := _NAMED.match(line):
        name, label = found.group(1), found.group(2) or ""
        # A label is the form's own; a provisional number in it is the draft's, and is kept.
        number = label if _PROVISIONAL.match(label) else None
        return _Line(_KINDS.get(name, name), found.group(3) or "", number=number)
    if found := _NUMBERED.match(line):
        kind = Kind.ANNEX_ITEM if state.annex else Kind.OPERATIVE
        return _Line(kind, found.group(2) or "", number=found.group(1))
    if indent >= INDENT and (found := _SUB_INDENTED.match(line)):
        level = min(indent // INDENT, MAX_LEVEL)
        return _Line(Kind.SUB, found.group(2) or "", level, found.group(1))
    if found := _SUB.match(line):
        number = found.group(1)
        return _Line(Kind.SUB, found.group(4) or "", _guessed_level(number, state.sub), number)
    return _Line(_bare(line, state), line, bare=True)


def _bare(line: str, state: _State) -> Kind | str:
    if state.annex:
        return Kind.ANNEX_TEXT
    if not state.formula and _FORMULA.match(line):
        return Kind.FORMULA
    if state.preliminary:
        return "notice"
    if (_DATE if state.closing else _CLOSING).match(line):
        return "closing"
    comma = _without_marks(line).endswith(_COMMAS)
    return Kind.PREAMBULAR if comma and not state.operative else Kind.OPERATIVE


def _guessed_level(number: str, before: tuple[int, str]) -> int:
    """Tells how deep a sub-paragraph stands that is not indented."""
    level, previous = before
    if number.endswith("."):
        return MAX_LEVEL
    name = number.strip("()")
    if not re.fullmatch(_ROMAN, name):
        return 1
    # (i) after (h) goes on with the letters; so do (v) after (u) and (x) after (w).
    letter = len(name) == 1 and previous == f"({chr(ord(name) - 1)})" and level == 1
    return 1 if letter or not level else 2


def _without_marks(line: str) -> str:
    """Gives the end of a line without the note marks and underscores it ends with."""
    return _ENDING_MARKS.sub("", line[-100:])


def _goes_on(before: str, line: str) -> bool:
    """Tells whether a paragraph was broken between two lines."""
    end = _without_marks(before)
    return bool(end) and (end[-1] not in ",;:." or line[0].islower())


def _stripped(line: str) -> str:
    """Takes the blanks off both ends, but not one that a backslash keeps."""
    short = line.strip(" ")
    kept = len(short) < len(line.lstrip(" ")) and _odd_backslashes(short)
    return f"{short} " if kept else short


def _odd_backslashes(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


@dataclass(slots=True)
class _Words:
    """A paragraph or note as its lines give it, before its marks are understood."""

    line: _Line
    pieces: list[str]
    """The lines it was broken into."""
    used: bool = False
    """Of a note: a mark in the text refers to it."""
    after_operative: bool = False
    """Of a paragraph: there is an operative one before it."""

    @property
    def body(self) -> str:
        """Gives the lines joined; a word that was broken behind its hyphen is one again."""
        out = self.pieces[:1]
        for before, piece in pairwise(self.pieces):
            if not _BROKEN_BEHIND.match(before[-2:]) or _SUSPENDED.match(piece):
                out.append(" ")
            out.append(piece)
        return "".join(out)


@dataclass(slots=True)
class _Reader:
    """Takes the lines of the text one after the other."""

    state: _State = field(default_factory=_State)
    paragraphs: list[_Words] = field(default_factory=list)
    notes: list[_Words] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    closing: str = ""
    findings: list[tuple[int, str]] = field(default_factory=list)
    highest: int = 0
    """The highest number of a note mark so far."""
    last: _Words | None = None
    """The paragraph or note that the line before belongs to."""

    def line(self, line: str) -> None:
        """Takes the next line."""
        found = _classify(line, self.state)
        if found.bare and self.last and _goes_on(self.last.pieces[-1], found.body):
            self.last.pieces.append(found.body)
            self._reconsider(self.last)
            return
        self.last = None
        match found.what:
            case Kind() as kind:
                self._paragraph(kind, found)
            case "note":
                self.last = _Words(found, [found.body])
                self.notes.append(self.last)
            case "closing":
                self.closing = f"{self.closing} {found.body}".strip(" ")
                self.state.closing = True
            case "notice":
                self.notices.append(found.body)
                words = "A line between the title and the text was put among the notices."
                self.findings.append((-1, words))
            case "annex line":
                self.state.annex_due = True
        if len(self.paragraphs) + len(self.notes) > MAX_PARAGRAPHS:
            raise Unreadable(detail="This text is too long for a resolution; nothing was stored.")

    def _reconsider(self, words: _Words) -> None:
        """Says anew what a paragraph is that went on in another line: how it ends tells."""
        if not words.line.bare or words.line.what not in {Kind.PREAMBULAR, Kind.OPERATIVE}:
            return
        self.state.operative = words.after_operative
        comma = _without_marks(words.pieces[-1]).endswith(_COMMAS)
        kind = Kind.PREAMBULAR if comma and not words.after_operative else Kind.OPERATIVE
        words.line = replace(words.line, what=kind)
        self.state.after(kind)

    def _paragraph(self, kind: Kind, found: _Line) -> None:
        after_operative = self.state.operative
        self.state.after(kind, found.level, found.number or "")
        words = _Words(found, [found.body], after_operative=after_operative)
        self.paragraphs.append(words)
        if kind not in {Kind.HEADING, Kind.ANNEX}:
            self.last = words

    def resolution(self, front: _Front) -> Resolution:
        """Gives what was read."""
        lines = [words.line for words in self.paragraphs]
        words = "This has no label; it was taken for a preambular paragraph."
        preambular = (i for i, line in enumerate(lines) if line.what is Kind.PREAMBULAR)
        self.findings.extend((i, words) for i in preambular if lines[i].bare)
        operative = [i for i, line in enumerate(lines) if line.what is Kind.OPERATIVE]
        if len(operative) > 1:
            words = "This has no number; it was taken for an operative paragraph."
            self.findings.extend((i, words) for i in operative if lines[i].bare)
        notes: dict[str, _Words] = {}
        for note in self.notes:
            notes.setdefault(note.line.number or "", note)
        paragraphs = [
            Paragraph(
                Kind(words.line.what),
                self._text(words.body, index, notes),
                level=words.line.level,
                number=words.line.number,
            )
            for index, words in enumerate(self.paragraphs)
        ]
        if not paragraphs:
            raise Unreadable(detail=_NO_RESOLUTION)
        self._keep_unused(paragraphs)
        masthead = replace(front.masthead(self.notices), closing=self.closing)
        labels = labels_of(paragraphs)
        findings = tuple(
            Finding((labels[index] if index >= 0 else "") or "document", what)
            for index, what in sorted(self.findings)
        )
        return Resolution(masthead, tuple(paragraphs), findings)

    def _keep_unused(self, paragraphs: list[Paragraph]) -> None:
        unused = [note for note in self.notes if not note.used]
        if not unused:
            return
        marks = Change(tuple(Insert(Note(self._note(note.body))) for note in unused))
        paragraphs[-1] = replace(paragraphs[-1], text=joined(paragraphs[-1].text, marks))
        for note in unused:
            words = f"Note {note.line.number} has no mark in the text; it was put at the end."
            self.findings.append((-1, words))

    def _text(self, body: str, index: int, notes: dict[str, _Words]) -> Change:
        builder = Builder()
        italic: bool | None = None
        for piece, is_mark, turns in self._pieces(body, index):
            note = notes.get(piece) if is_mark else None
            if turns:
                italic = None if italic else True
            elif note:
                if note.used:
                    words = f"Note {piece} has several marks; each was given the note's words."
                    self.findings.append((index, words))
                elif piece.isdecimal():
                    if int(piece) < self.highest:
                        self.findings.append((index, NOTES_OUT_OF_ORDER))
                    self.highest = max(self.highest, int(piece))
                note.used = True
                builder.insert(Note(self._note(note.body)), italic=italic)
            elif is_mark:
                self.findings.append((index, f"The note mark [^{piece}] has no words."))
                builder.insert(f"[^{piece}]", italic=italic)
            else:
                builder.insert(piece, italic=italic)
        return builder.change()

    def _note(self, body: str) -> Change:
        builder = Builder()
        italic: bool | None = None
        for piece, is_mark, turns in self._pieces(body, None):
            if turns:
                italic = None if italic else True
            else:
                builder.insert(f"[^{piece}]" if is_mark else piece, italic=italic)
        return builder.change()

    def _pieces(self, body: str, index: int | None) -> Iterator[tuple[str, bool, bool]]:
        """Gives words, note marks and turns of italics, in order."""
        found = list(_PIECE.finditer(body))
        turns = [match for match in found if _turns(match)]
        stray = turns.pop() if len(turns) % 2 else None
        if stray and index is not None:
            words = f"An underscore without its fellow was kept: {_around(stray)}"
            self.findings.append((index, words))
        at = 0
        for match in found:
            if match.start() > at:
                yield body[at : match.start()], False, False
            at = match.end()
            escaped, mark, underscores = match.groups()
            if escaped:
                yield escaped.replace("&", ""), False, False
            elif mark:
                yield mark, True, False
            elif _turns(match) and match is not stray:
                yield "", False, True
            else:
                yield underscores, False, False
        if at < len(body):
            yield body[at:], False, False


def _turns(match: re.Match[str]) -> bool:
    """Tells whether an underscore begins or ends italics.

    One inside a word does not, nor do several: a line that is to be filled in.
    """
    start, end = match.span()
    before, behind = match.string[max(start - 1, 0) : start], match.string[end : end + 1]
    return match.group(3) == "_" and not (before.isalnum() and behind.isalnum())


def _around(match: re.Match[str]) -> str:
    return f"“{match.string[max(match.start() - 20, 0) : match.end() + 20]}”."


class _Front:
    """The lines before the text, and what each of them is."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.notices: list[str] = []
        self.last = ""

    def classify(self, line: str) -> tuple[str, str]:
        """Tells what a line of the masthead is, and its value; ("", "") for a fixed line."""
        if found := _FRONT_NAMED.match(line):
            return found.group(1), found.group(2)
        if line in _FIXED:
            return "", ""
        for name, pattern in _FRONT_PATTERNS:
            if pattern.match(line) and name not in self.values:
                return name, LANGUAGES[line.split()[1]] if name == "language" else line
        if self.last == "agenda item" and not line.startswith("["):
            return "agenda title", line
        return "notice", line

    def read(self, line: str) -> None:
        """Takes the next line."""
        if not line:
            return
        name, value = self.classify(line)
        self.last = name
        if name == "notice" or name in self.values:
            self.notices.append(value)
        elif name:
            self.values[name] = value

    def title(self, found: re.Match[str]) -> None:
        """Takes the title line."""
        number, title = _title(found.group(2) or "")
        self.values = {"number": number, "title": title, **self.values}

    def title_from_last_line(self) -> None:
        """Takes for the title what stands right above the text, in a document without marks."""
        if self.last == "notice" and not self.notices[-1].startswith("["):
            self.values.setdefault("title", self.notices.pop())

    def masthead(self, more_notices: list[str]) -> Masthead:
        """Gives what was read."""
        values = {name.replace(" ", "_"): value for name, value in self.values.items()}
        return Masthead(**values, notices=(*self.notices, *more_notices))


def _title(words: str) -> tuple[str, str]:
    if found := _TITLE.match(words):
        return found.group(1), found.group(2) or ""
    return "", words


# --- writing ------------------------------------------------------------------------------------


def write(resolution: Resolution) -> str:
    """Gives the text of a resolution, notes numbered in order of appearance.

    Paragraphs are numbered afresh, and italics in notes are lost: the form has none there.
    """
    writer = _Writer()
    masthead = resolution.masthead
    first = next(iter(resolution.paragraphs), None)
    front = _front(masthead)
    if front or masthead.title or masthead.number or not first or first.kind is not Kind.FORMULA:
        title = _title_words(masthead)
        writer.blocks.append([*front, *([""] if front else []), f"# {title}".rstrip(" ")])
    writer.state.preliminary = any(p.kind is Kind.FORMULA for p in resolution.paragraphs)
    closing = _one_line(masthead.closing)
    for paragraph, label in zip(
        resolution.paragraphs, labels_of(resolution.paragraphs), strict=True
    ):
        if paragraph.kind is Kind.ANNEX and closing:
            writer.closing(closing)
            closing = ""
        writer.paragraph(paragraph, label)
    if closing:
        writer.closing(closing)
    text = "\n\n".join("\n".join(block) for block in writer.blocks) + "\n"
    if writer.notes:
        text += "\n" + "".join(f"{note}\n" for note in writer.notes) + "\n"
    return text


def _one_line(value: str) -> str:
    return re.sub("[ \t\r\n]+", " ", value).strip(" ")


def _title_words(masthead: Masthead) -> str:
    number, title = _one_line(masthead.number), _one_line(masthead.title)
    words = f"{number}. {title}".rstrip(" ") if number else title
    return words if _title(words) == (number, title) else ""


def _front(masthead: Masthead) -> list[str]:
    values: list[tuple[str, str]] = [
        ("symbol", masthead.symbol),
        ("distribution", masthead.distribution),
        ("date", masthead.date),
        ("language", "" if masthead.language == "en" else masthead.language),
        ("session", masthead.session),
        ("committee", masthead.committee),
        ("agenda item", masthead.agenda_item),
        ("agenda title", masthead.agenda_title),
        *(("notice", notice) for notice in masthead.notices),
        ("sponsors", masthead.sponsors),
    ]
    if (masthead.number or masthead.title) and not _title_words(masthead):
        values += [("number", masthead.number), ("title", masthead.title)]
    front = _Front()
    lines = []
    printed = {code: f"Original: {name}" for name, code in LANGUAGES.items()}
    for name, value in ((name, _one_line(value)) for name, value in values):
        if not value:
            continue
        line = printed.get(value, value) if name == "language" else value
        if front.classify(line) != (name, value) or _title_line(line):
            line = f"[{name}] {value}"
        front.read(line)
        lines.append(line)
    if not lines:
        return []
    at = 1 if masthead.symbol else 0
    return [_FIXED[0], *lines[:at], _FIXED[1], *lines[at:]]


class _Writer:
    """Writes paragraphs, each so that the reader takes it for what it is."""

    def __init__(self) -> None:
        self.blocks: list[list[str]] = []
        self.notes: list[str] = []
        self.state = _State()
        self.any = False

    def paragraph(self, paragraph: Paragraph, label: str) -> None:
        """Writes the next paragraph."""
        body = self._body(paragraph.text)
        if paragraph.kind is Kind.SUB:
            self._sub(paragraph, label, body)
        else:
            self.blocks.append(self._lines(paragraph.kind, label, body))
            self.state.after(paragraph.kind)
        self.any = True

    def _sub(self, paragraph: Paragraph, label: str, body: str) -> None:
        level = min(max(paragraph.level, 1), MAX_LEVEL)
        # The blank lets a first sub-paragraph, which nothing stands above, be numbered too.
        number = printed_number(f" {label}")
        line = f"{' ' * INDENT * level}{number} {body}".rstrip(" ")
        line = _with_last_blank(line, body)
        if self.any:
            self.blocks[-1].append(line)
        else:
            self.blocks.append([line])
        self.state.after(Kind.SUB, level)

    def _lines(self, kind: Kind, label: str, body: str) -> list[str]:
        named = f"[{label}]" if kind is Kind.PREAMBULAR else f"[{_NAMES[kind]}]"
        if kind is Kind.ANNEX:
            lines = [f"## {body}"]
            if not self.state.annex or not ANNEX_HEADING.match(body):
                lines.insert(0, ANNEX_LINE)
        elif kind is Kind.PREAMBULAR:
            lines = [f"{named} {body}"]
        else:
            start = "##" if kind is Kind.HEADING else printed_number(label)
            lines = [f"{start} {body}".lstrip(" ")]
            if not self._is_read_as(lines[0], kind, body):
                lines = [f"{named} {body}"]
        lines[-1] = _with_last_blank(lines[-1].rstrip(" "), body)
        return lines

    def _is_read_as(self, line: str, what: Kind | str, body: str) -> bool:
        found = _classify(line, self.state)
        return (found.what, found.body) == (what, body)

    def closing(self, words: str) -> None:
        """Writes the closing line."""
        line = words if self._is_read_as(words, "closing", words) else f"[closing] {words}"
        self.blocks.append([line])
        self.state.closing = True
        self.any = False

    def _body(self, text: Change) -> str:
        out: list[str] = []
        italic = False
        for op in text.ops:
            if not isinstance(op, Insert):
                continue
            if bool(op.italic) != italic:
                words = op.content if isinstance(op.content, str) else ""
                inside = out and out[-1][-1:].isalnum() and words[:1].isalnum()
                out.append("\\&_" if inside else "_")
                italic = not italic
            if isinstance(op.content, Note):
                number = len(self.notes) + 1
                body = _kept_blanks(_escaped(plain(op.content.content)))
                line = _with_last_blank(f"[^{number}] {body}".rstrip(" "), body)
                self.notes.append(line)
                out.append(f"[^{number}]")
            else:
                out.append(_escaped(op.content))
        return _kept_blanks("".join(out) + ("_" if italic else ""))


def _escaped(words: str) -> str:
    words = re.sub("[\t\r\n]", " ", words)
    words = words.replace("\\", "\\\\").replace("[^", "\\[^")
    return _TURNING.sub(r"\\_", words)


def _kept_blanks(body: str) -> str:
    if body.startswith(" "):
        body = f"\\{body}"
    if body.endswith(" ") and body != "\\ ":
        body = f"{body[:-1]}\\ "
    return body


def _with_last_blank(line: str, body: str) -> str:
    """Gives back the blank that a backslash keeps, and that was taken off the line's end."""
    return f"{line} " if body.endswith(" ") else line
