"""Reads a resolution from a Word file: our own exactly, anybody's as well as can be told.

Our own files say by their styles what each paragraph is. In others a paragraph is known by its
number, automatic or typed, by its place before or after the first numbered one, and by how it
looks; whatever had to be guessed or cannot stand in a resolution is told as a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from drafting.errors import Unreadable
from drafting.formats.docx_lines import Document, Line, lines
from drafting.formats.docx_styles import Number
from drafting.formats.docx_template import BODY, CHARACTER_STYLES, LANGUAGES, STYLES
from drafting.text.changes import Change, Insert, part, plain, text_length
from drafting.text.numbering import labels_of, letters, printed_number, roman
from drafting.text.offsets import length_utf16
from drafting.text.resolution import MAX_LEVEL, Finding, Kind, Masthead, Paragraph, Resolution

_NAMES = {style.id: style.name.casefold() for style in (*STYLES, *CHARACTER_STYLES)}
_OUR_KINDS = {_NAMES[identity]: kind for kind, identity in BODY.items()}
_OUR_LINES = {
    "un symbol": "symbol",
    "un distribution": "distribution",
    "un date": "date",
    "un session": "session",
    "un committee": "committee",
    "un agenda item": "agenda_item",
    "un agenda title": "agenda_title",
    "un notice": "notice",
    "un sponsors": "sponsors",
    "un title": "title",
    "un closing": "closing",
}
_OUR_REST = frozenset({"un organization", "un body", "un language", "un rule", "un running head"})

_FORMULAS = (
    ("en", re.compile(r"The\s+General\s+Assembly\s*[,:]?")),
    ("fr", re.compile(r"L[\u2019']Assemblée\s+générale\s*[,:]?")),
    ("es", re.compile(r"La\s+Asamblea\s+General\s*[,:]?")),
    ("ru", re.compile(r"Генеральная\s+Ассамблея\s*[,:]?")),
    ("ar", re.compile(r"(إن\s+)?الجمعية\s+العامة\s*[,:،]?")),
    ("zh", re.compile(r"大会\s*[,:，：]?")),
)
_ANNEX = re.compile(
    r"(Annex|Annexe|Anexo|Приложение|(ال)?مرفق|附件)(\s+([IVXLC]+|[0-9]+|[一二三四五六七八九十]+))?",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"(Resumed )?[0-9]+\s?(st|nd|rd|th)\s(\(\w+\)\s)?(plenary\s)?meeting\b.*")
_DATE = re.compile(r"[0-9]{1,2}\s\w+\s[0-9]{4}")
_RULE = re.compile(r"[\s_*\u2013\u2014\u2015-]*")
_TITLE = re.compile(r"([A-Z0-9-]+/[A-Z0-9-]+(?: [A-Z])?)\.\s+(.*)", re.DOTALL)
_FRONT = (
    ("symbol", re.compile(r"A/[\w./ -]*[0-9][\w./*-]*")),
    ("distribution", re.compile(r"(Distr|Dist)\.?\s*:.*")),
    ("date", _DATE),
    ("skip", re.compile(r"(Original|Language)\s*:.*|[*_\s]*|.*\(E\)\s+[0-9]{6}.*")),
    (
        "session",
        re.compile(r"\w[\w\u2019' -]* (session|período de sesiones|сессия)|.*(الدورة|届会).{0,40}"),
    ),
    ("committee", re.compile(r"\w[\w, -]* Committee( \([\w ]+\))?")),
    (
        "agenda_item",
        re.compile(
            r"(Agenda\s+items?|Point\s+[0-9].*ordre|Tema\s+[0-9].*programa|Пункт\s+[0-9]|البند|议程项目).*",
            re.DOTALL,
        ),
    ),
)
_PRINTED = frozenset(
    name.casefold()
    for name in (
        "United Nations", "General Assembly", "Nations Unies", "Assemblée générale",
        "Naciones Unidas", "Asamblea General", "Организация Объединенных Наций",
        "Генеральная Ассамблея", "الأمم المتحدة", "الجمعية العامة", "联合国", "大会",
    )
)  # fmt: skip

_DECIMAL = re.compile(r"\s*([0-9]{1,3})\s?(?:[.)．、]|\s[-\u2013\u2014])(?=\s)\s*")
_BRACKETED = re.compile(r"\s*[(（]([a-z]{1,4})[)）]\s*")
_DOTTED = re.compile(r"\s*([a-z]{1,4})[.)]\s+")
_LABELLED = re.compile(r"\s*\[PP ?[0-9]+[^\]]*\]\s*")
_MAX_HEADING_CHARS = 200
_MAX_FRONT_CHARS = 300
"""Longer lines before the text are not looked at for what they are: the patterns go back and forth."""

_LONGEST_SERIES = 60
_STOPS = (",", ";", "，", "；", "،", "؛")


def read(data: bytes) -> Resolution:
    """Gives the resolution that a Word file holds.

    Tracked changes are read as accepted and reported; so are comments, pictures, tables and text
    boxes. Refuses: Unreadable for a file that is not a Word file or holds no words.
    """
    resolution = _Classifier(lines(data)).resolution()
    if not resolution.paragraphs:
        raise Unreadable(detail="No text was found in this Word file; nothing was stored.")
    return resolution


@dataclass(frozen=True, slots=True)
class Taken:
    """A line of the file that became a paragraph, and where in it the paragraph's words begin.

    `start` and `stop` count UTF-16 units of the line's text: a typed number stands before.
    """

    line: Line
    start: int
    stop: int


def classified(document: Document) -> tuple[Resolution, tuple[Taken, ...]]:
    """Gives the resolution that lines make, and which line each paragraph was."""
    classifier = _Classifier(document)
    return classifier.resolution(), tuple(classifier.taken)


@dataclass(frozen=True, slots=True)
class _What:
    """What a line is: a kind of paragraph, and where it has a typed number, how long that is."""

    kind: Kind
    level: int = 0
    number: str | None = None
    typed_utf16: int = 0
    doubt: str = ""


@dataclass(slots=True)
class _Place:
    """Where in the text the reader stands."""

    operative: bool = False
    annex: bool = False
    level: int = 0
    """Level of the sub-paragraph just before, 0 behind any other paragraph."""
    last: list[str] = field(default_factory=lambda: [""] * (MAX_LEVEL + 1))
    """The last sub-paragraph's number on each level, without its brackets."""


class _Classifier:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.values: dict[str, str] = {}
        self.notices: list[str] = []
        self.paragraphs: list[Paragraph] = []
        self.taken: list[Taken] = []
        self.findings: list[tuple[int, str]] = []
        self.place = _Place()
        self.language = document.language if document.language in LANGUAGES else "en"
        self.foreign = False
        """Something was read by its look rather than by our styles."""

    def resolution(self) -> Resolution:
        """Gives what was read."""
        body = list(self.document.body)
        start = self._start(body)
        for line in self.document.header:
            self._front(line, in_header=True)
        front = [line for line in body[:start] if self._is_words(line)]
        for line in front:
            self._front(line, in_header=False)
        self._settle_title()
        for line in body[start:]:
            self._body(line)
        if self.foreign:
            self._single_operative()
        labels = labels_of(self.paragraphs)
        self._check_numbers(labels)
        told = [
            Finding((labels[index] if index >= 0 else "") or "document", what)
            for index, what in sorted(self.findings, key=lambda finding: finding[0])
        ]
        masthead = Masthead(**self.values, notices=tuple(self.notices), language=self.language)
        return Resolution(masthead, tuple(self.paragraphs), (*self.document.findings, *told))

    # before the text

    def _start(self, body: list[Line]) -> int:
        """Finds the first line of the text: the formula, or what first looks like a paragraph."""
        for index, line in enumerate(body):
            if line.style in _OUR_KINDS:
                return index
            words = plain(line.text).strip()
            for language, pattern in _FORMULAS:
                if pattern.fullmatch(words):
                    self.language = language
                    return index
        for index, line in enumerate(body):
            words = plain(line.text).strip()
            if words.endswith(_STOPS) or line.number or _typed(words) or _ANNEX.fullmatch(words):
                self.findings.append((-1, "The words “The General Assembly,” were not found."))
                return index
        return 0

    def _is_words(self, line: Line) -> bool:
        return bool(plain(line.text).strip() or line.title_number)

    def _front(self, line: Line, *, in_header: bool) -> None:
        """Takes a line that stands before the text."""
        exact = plain(line.text)
        words = exact.strip()
        for what in line.findings:
            self.findings.append((-1, what))
        if line.style in _OUR_REST or not (words or line.title_number):
            return
        name = _OUR_LINES.get(line.style)
        if name == "notice":
            self.notices.append(exact)
        elif name is not None and name not in self.values:
            self.values[name] = exact
            if line.title_number:
                self.values["number"] = line.title_number
        else:
            self._guess_front(line, words, in_header=in_header)

    def _guess_front(self, line: Line, words: str, *, in_header: bool) -> None:
        if words.casefold() in _PRINTED:
            return
        short = words[:_MAX_FRONT_CHARS]
        for name, pattern in _FRONT:
            if short == words and pattern.fullmatch(words):
                if name == "skip":
                    return
                if name not in self.values:
                    self.values[name] = words
                    return
                if self.values[name] == words:
                    return
        if in_header and len(words) <= 1:
            return
        if "agenda_item" in self.values and "agenda_title" not in self.values and not line.outline:
            self.values["agenda_title"] = words
        else:
            self.notices.append(words)
            if not in_header:
                self.foreign = True

    def _settle_title(self) -> None:
        """Takes the last of the lines that are not known for the title, where there is none."""
        if "title" not in self.values and self.foreign and self.notices:
            self.values["title"] = self.notices.pop()
        elif (
            "title" not in self.values
            and "agenda_title" in self.values
            and not (self.document.ours)
        ):
            self.values["title"] = self.values.pop("agenda_title")
        if not self.document.ours and (found := _TITLE.fullmatch(self.values.get("title", ""))):
            self.values["number"], self.values["title"] = found[1], found[2]

    # the text

    def _body(self, line: Line) -> None:
        """Takes a line of the text."""
        words = plain(line.text).strip()
        ours = line.style in _OUR_KINDS
        if line.style == "un closing" or (not ours and self._closes(words)):
            before = self.values.get("closing", "")
            exact = plain(line.text) if line.style == "un closing" else words
            self.values["closing"] = f"{before} {exact}" if before else exact
            return
        if line.style in _OUR_REST - {"un running head"} and not words:
            return
        if not line.text or (not ours and not _notes(line) and _RULE.fullmatch(words)):
            self.findings.extend((len(self.paragraphs) - 1, one) for one in line.findings)
            return
        what = self._ours(line) if ours else self._guessed(line, words)
        start, stop = what.typed_utf16, text_length(line.text)
        if not ours:
            start, stop = _within_blanks(line.text, start)
            self.foreign = True
        self.taken.append(Taken(line, start, stop))
        self._add(line, what, part(line.text, start, stop))

    def _add(self, line: Line, what: _What, text: Change) -> None:
        index = len(self.paragraphs)
        number = what.number or None
        self.paragraphs.append(Paragraph(what.kind, text, what.level, line.key, number))
        told = [*line.findings, what.doubt]
        if line.in_table and not self.document.ours:
            told.append("These words stood in a table.")
        self.findings.extend((index, one) for one in told if one)
        place = self.place
        place.operative |= what.kind is Kind.OPERATIVE
        place.annex |= what.kind is Kind.ANNEX
        place.level = what.level
        place.last[what.level] = (number or "").strip("(). ")
        place.last[what.level + 1 :] = [""] * (MAX_LEVEL - what.level)

    def _closes(self, words: str) -> bool:
        if self.place.annex:
            return False
        if _CLOSING.fullmatch(words):
            return True
        return bool(_DATE.fullmatch(words)) and "meeting" in self.values.get("closing", "")

    def _ours(self, line: Line) -> _What:
        kind, level = _OUR_KINDS[line.style]
        return _What(kind, level, line.number.printed if line.number else None)

    def _guessed(self, line: Line, words: str) -> _What:  # noqa: PLR0911 - one way out a kind
        """Tells what a line is whose style says nothing."""
        if not self.paragraphs and any(p.fullmatch(words) for _, p in _FORMULAS):
            return _What(Kind.FORMULA)
        if _ANNEX.fullmatch(words):
            return _What(Kind.ANNEX)
        if line.number is not None:
            return self._automatic(line.number)
        found = _LABELLED.match(plain(line.text))
        if found:
            return _What(Kind.PREAMBULAR, typed_utf16=length_utf16(found[0]))
        typed = _typed(plain(line.text))
        if typed is not None:
            return self._typed(*typed)
        if self._is_heading(line, words):
            return _What(Kind.HEADING)
        if self.place.annex:
            return _What(Kind.ANNEX_TEXT)
        if not self.place.operative:
            return _What(Kind.PREAMBULAR)
        return _What(
            Kind.OPERATIVE, doubt="It had no number; it was read as a paragraph of its own."
        )

    def _is_heading(self, line: Line, words: str) -> bool:
        return (
            (line.outline or line.bold)
            and len(words) <= _MAX_HEADING_CHARS
            and not words.endswith(_STOPS)
        )

    def _automatic(self, number: Number) -> _What:
        top = Kind.ANNEX_ITEM if self.place.annex else Kind.OPERATIVE
        match number.form:
            case "bullet":
                return _What(
                    Kind.SUB,
                    min(number.depth + 1, MAX_LEVEL),
                    doubt="It had a bullet; it was read as a sub-paragraph.",
                )
            case _ if number.depth:
                return _What(Kind.SUB, min(number.depth, MAX_LEVEL), number.printed)
            case "lowerLetter" if number.printed.startswith("("):
                return _What(Kind.SUB, 1, number.printed)
            case "lowerLetter":
                return _What(Kind.SUB, MAX_LEVEL if self.place.level > 1 else 1, number.printed)
            case "lowerRoman":
                return _What(Kind.SUB, 2, number.printed)
            case _:
                return _What(top, number=number.printed)

    def _typed(self, form: str, value: str, length: int) -> _What:
        match form:
            case "decimal":
                kind = Kind.ANNEX_ITEM if self.place.annex else Kind.OPERATIVE
                return _What(kind, number=f"{value}.", typed_utf16=length)
            case "dotted":
                level = MAX_LEVEL if self.place.level > 1 else 1
                return _What(Kind.SUB, level, f"{value}.", length)
            case _:
                return _What(Kind.SUB, self._bracket_level(value), f"({value})", length)

    def _bracket_level(self, value: str) -> int:
        """Tells whether "(i)" is the letter that follows "(h)" or a Roman one."""
        last_letter, last_roman = self.place.last[1], self.place.last[2]
        if last_roman and value == _following(last_roman, roman):
            return 2
        if last_letter and value == _following(last_letter, letters):
            return 1
        return 2 if value == "i" else 1

    def _single_operative(self) -> None:
        """Finds operative paragraphs without numbers: those from the first that ends in a stop."""
        kinds = [paragraph.kind for paragraph in self.paragraphs]
        if Kind.OPERATIVE in kinds or Kind.FORMULA not in kinds:
            return
        found = False
        for index, paragraph in enumerate(self.paragraphs):
            if paragraph.kind is Kind.ANNEX:
                return
            if paragraph.kind is not Kind.PREAMBULAR:
                continue
            found = found or plain(paragraph.text).rstrip('\ufffc ”"').endswith(
                (";", ".", "。", ":")
            )
            if found:
                self.paragraphs[index] = replace(paragraph, kind=Kind.OPERATIVE)
                self.findings.append((index, "It had no number; it was read as operative."))

    def _check_numbers(self, labels: tuple[str, ...]) -> None:
        for index, (paragraph, label) in enumerate(zip(self.paragraphs, labels, strict=True)):
            number = paragraph.number
            expected = printed_number(label)
            if (
                number
                and number != expected
                and not (paragraph.kind is Kind.OPERATIVE and not expected)
            ):
                self.findings.append((index, f"It was numbered {number} in the file."))


def _typed(words: str) -> tuple[str, str, int] | None:
    """Gives the form of a typed number, the number, and its length in units."""
    for form, pattern in (("decimal", _DECIMAL), ("bracketed", _BRACKETED), ("dotted", _DOTTED)):
        found = pattern.match(words)
        if found:
            return form, found[1], length_utf16(found[0])
    return None


def _following(value: str, series: Callable[[int], str]) -> str:
    """Gives what follows a number in letters or Roman numerals."""
    names = [series(number) for number in range(1, _LONGEST_SERIES + 1)]
    return names[names.index(value) + 1] if value in names[:-1] else ""


def _notes(line: Line) -> bool:
    return any(isinstance(op, Insert) and not isinstance(op.content, str) for op in line.text.ops)


def _within_blanks(text: Change, start: int) -> tuple[int, int]:
    """Gives where the words of a text begin and end behind a position, blanks left aside."""
    words = plain(part(text, start))
    begin = length_utf16(words[: len(words) - len(words.lstrip(" \u00a0"))])
    end = length_utf16(words[: len(words.rstrip(" \u00a0"))])
    return start + begin, start + max(begin, end)
