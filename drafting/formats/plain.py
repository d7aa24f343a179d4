"""The plain-text form of a resolution, for mail, for trials, and to read without any program.

    United Nations                      the masthead, a line each
    A/RES/1/1
                                        an empty line between any two paragraphs
    # 1/1. Title

    _The General Assembly_,             italics between low lines

    [PP1] _Recalling_ the text,[^1]     preambular; footnote marks in brackets

    ## Heading

    1. _Requests_ the following:        operative
        (a) One;                        sub-paragraphs, four blanks a level, on the next line
            (i) Its part;

    1st plenary meeting 1 May 2026      the closing line

    ----- ANNEX -----                   before the first annex
    ## Annex I

    1. An item of an annex, or unnumbered text.

    [^1] The words of a footnote, all in roman.

A single operative paragraph has no number. The form has no way to write a low line or a footnote
mark that is meant as such, and loses the italics of footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from drafting.errors import Unreadable
from drafting.formats.words import Line
from drafting.text.changes import Change, Insert, Note, plain
from drafting.text.numbering import SERIES, labels_of, printed_number
from drafting.text.resolution import MAX_LEVEL, Finding, Kind, Masthead, Paragraph, Resolution

MAX_BYTES = 5_000_000
"""Greatest size of a plain-text file that is read."""

ANNEX_RULE = "----- ANNEX -----"
"""Stands before the first annex."""

INDENT = 4
"""Blanks by which each level of sub-paragraphs is set in."""

ANNEX_HEADING = re.compile(r"^Annex(?: [IVXLC0-9]+)?$")
"""A heading that begins an annex."""

_BIS = rf"(?: (?:{'|'.join(SERIES)})(?: \d+)?)?"
_SUB = re.compile(
    rf"^(?P<blanks> {{2,}})(?P<number>(?:\([a-z0]+\)|[a-z0]+\.){_BIS}) (?P<words>.*)$"
)
_PREAMBULAR = re.compile(r"^\[PP[^\]]*\] ?(?P<words>.*)$")
_NUMBERED = re.compile(rf"^(?P<number>\d+{_BIS}\.) (?P<words>.*)$")
_NOTE = re.compile(r"^\[\^(?P<mark>\d+)\] ?(?P<words>.*)$")
_INLINE = re.compile(r"(?<!\w)_(?=\S)(?P<italic>[^_]+)(?<=\S)_(?!\w)|\[\^(?P<mark>\d+)\]")
_CLOSING = re.compile(
    r"^\d+\S* .*(?:plenary|plénière|plenaria|пленарн|عامة)|^第?\d+次全体会议|全体会议",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"^_?(?:The General Assembly|L.Assemblée générale|La Asamblea General)\b")
_DATE = re.compile(r"^\d{1,2} \w+ \d{4}$")
_SYMBOL = re.compile(r"^A/[A-Z0-9./-]+$")
_TITLE = re.compile(r"^# (?:(?P<number>[\w/-]*\d+/\d+(?: [A-Z])?)\. ?)?(?P<title>.*)$")


def write(resolution: Resolution) -> str:
    """Gives a resolution in the plain-text form, with fresh numbers."""
    notes: list[Change] = []
    blocks = ["\n".join(_masthead_lines(resolution.masthead)), _title(resolution.masthead)]
    labels = labels_of(resolution.paragraphs)
    closed = False
    for paragraph, label in zip(resolution.paragraphs, labels, strict=True):
        if paragraph.kind is Kind.ANNEX and not closed:
            blocks.append(resolution.masthead.closing)
            closed = True
            blocks.append(f"{ANNEX_RULE}\n{_block(paragraph, label, notes)}")
        elif paragraph.kind is Kind.SUB and blocks:
            blocks[-1] += "\n" + _block(paragraph, label, notes)
        else:
            blocks.append(_block(paragraph, label, notes))
    if not closed:
        blocks.append(resolution.masthead.closing)
    blocks.append("\n".join(f"[^{at}] {plain(words)}" for at, words in enumerate(notes, 1)))
    return "".join(f"{block}\n\n" for block in blocks if block)


def _masthead_lines(masthead: Masthead) -> Iterator[str]:
    lines = (
        masthead.symbol,
        "General Assembly",
        masthead.distribution,
        masthead.date,
        masthead.session,
        masthead.committee,
        masthead.agenda_item,
        masthead.agenda_title,
        *masthead.notices,
    )
    if sum(bool(line) for line in lines) > 1:
        yield "United Nations"
        yield from (line for line in lines if line)


def _title(masthead: Masthead) -> str:
    number = f"{masthead.number}. " if masthead.number else ""
    return f"# {number}{masthead.title}".rstrip() if number or masthead.title else ""


def _block(paragraph: Paragraph, label: str, notes: list[Change]) -> str:
    words = _marked_up(paragraph.text, notes)
    number = printed_number(label)
    match paragraph.kind:
        case Kind.PREAMBULAR:
            return f"[{label}] {words}"
        case Kind.HEADING | Kind.ANNEX:
            return f"## {words}"
        case Kind.SUB:
            return f"{' ' * INDENT * paragraph.level}{number} {words}"
        case _:
            return f"{number} {words}" if number else words


def _marked_up(text: Change, notes: list[Change]) -> str:
    out: list[str] = []
    for op in text.ops:
        match op:
            case Insert(content=str() as words, italic=True) if words.strip():
                core = words.strip()
                before, _, behind = words.partition(core)
                out.append(f"{before}_{core}_{behind}")
            case Insert(content=str() as words):
                out.append(words)
            case Insert(content=Note(content=words)):
                notes.append(words)
                out.append(f"[^{len(notes)}]")
            case _:
                raise AssertionError(op)
    return "".join(out)


def read(text: str) -> Resolution:
    """Gives the resolution a plain-text file holds.

    A text without the marks of the form is read as far as it goes: what stands between the opening
    words and the first number is preambular. Refuses: Unreadable when there is no text of a
    resolution in it.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(text) > MAX_BYTES:
        raise Unreadable(detail="This file is too large to be a resolution; nothing was stored.")
    reader = _Reader(lines)
    resolution = reader.resolution()
    if not any(p.kind in {Kind.PREAMBULAR, Kind.OPERATIVE} for p in resolution.paragraphs):
        raise Unreadable(
            detail="No paragraph of a resolution was found in this text; nothing was stored. "
            "It should hold “The General Assembly,” and numbered paragraphs (“1. …”)."
        )
    return resolution


@dataclass(slots=True)
class _Reader:
    lines: list[str]
    notes: dict[str, Change] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    paragraphs: list[Paragraph] = field(default_factory=list)
    findings: list[tuple[int | None, str]] = field(default_factory=list)
    in_annex: bool = False
    closing: str = ""

    def resolution(self) -> Resolution:
        body, masthead = self._masthead()
        self._notes(body)
        labelled = any(_PREAMBULAR.match(line) for line in body)
        numbered = any(_NUMBERED.match(line) for line in body)
        rest = [line for line in body if line.strip() and not _NOTE.match(line)]
        for at, line in enumerate(rest):
            following = rest[at + 1] if at + 1 < len(rest) else ANNEX_RULE
            self._line(line, last=following == ANNEX_RULE, labelled=labelled, numbered=numbered)
        for mark in self.notes.keys() - self.used:
            words = plain(self.notes[mark])
            self.findings.append((None, f"Note {mark} has no mark in the text: {words}"))
        labels = labels_of(self.paragraphs)
        findings = tuple(
            Finding("document" if at is None else labels[at] or "document", what)
            for at, what in self.findings
        )
        masthead = replace(masthead, closing=self.closing)
        return Resolution(masthead, tuple(self.paragraphs), findings)

    def _masthead(self) -> tuple[list[str], Masthead]:
        for at, line in enumerate(self.lines):
            if found := _TITLE.match(line):
                title, number = found["title"].strip(), found["number"] or ""
                return self.lines[at + 1 :], _read_masthead(self.lines[:at], number, title)
            if _FORMULA.match(line):
                before = [one for one in self.lines[:at] if one.strip()]
                title = before.pop().strip() if before else ""
                return self.lines[at:], _read_masthead(before, "", title)
            if _PREAMBULAR.match(line) or _NUMBERED.match(line):
                return self.lines[at:], Masthead()
        return [], Masthead()

    def _notes(self, body: Sequence[str]) -> None:
        for line in body:
            if found := _NOTE.match(line):
                words = Line()
                words.words(found["words"])
                self.notes[found["mark"]] = words.text()

    def _line(self, line: str, *, last: bool, labelled: bool, numbered: bool) -> None:
        if line == ANNEX_RULE:
            self.in_annex = True
        elif line.startswith("## "):
            words = line.removeprefix("## ")
            annex = ANNEX_HEADING.match(words.strip())
            self.in_annex = self.in_annex or bool(annex)
            self._add(Kind.ANNEX if annex else Kind.HEADING, words)
        elif found := _SUB.match(line):
            level = min(max(len(found["blanks"]) // INDENT, 1), MAX_LEVEL)
            self._add(Kind.SUB, found["words"], found["number"], level)
        elif found := _PREAMBULAR.match(line):
            self._add(Kind.PREAMBULAR, found["words"])
        elif found := _NUMBERED.match(line):
            kind = Kind.ANNEX_ITEM if self.in_annex else Kind.OPERATIVE
            self._add(kind, found["words"], found["number"])
        elif self.in_annex:
            self._add(Kind.ANNEX_TEXT, line)
        else:
            self._unmarked(line, last=last, labelled=labelled, numbered=numbered)

    def _unmarked(self, line: str, *, last: bool, labelled: bool, numbered: bool) -> None:
        words = line.strip()
        operative = any(p.kind is Kind.OPERATIVE for p in self.paragraphs)
        if not self.paragraphs and _opens(words):
            self._add(Kind.FORMULA, words)
        elif last and (_CLOSING.match(words) or (operative and numbered)):
            self.closing = words
        elif not labelled and not operative and (numbered or words.endswith(",")):
            self._add(Kind.PREAMBULAR, words)
        else:
            if operative:
                self.findings.append(
                    (len(self.paragraphs), "It had no number among numbered paragraphs.")
                )
            self._add(Kind.OPERATIVE, words)

    def _add(self, kind: Kind, words: str, number: str | None = None, level: int = 0) -> None:
        text = self._inline(words)
        self.paragraphs.append(Paragraph(kind, text, level, None, number))

    def _inline(self, words: str) -> Change:
        line = Line()
        at = 0
        for found in _INLINE.finditer(words):
            line.words(words[at : found.start()])
            at = found.end()
            if found["italic"] is not None:
                line.words(found["italic"], italic=True)
            elif found["mark"] in self.notes:
                self.used.add(found["mark"])
                line.note(self.notes[found["mark"]])
            else:
                line.words(found.group())
                self.findings.append(
                    (len(self.paragraphs), f"The note mark {found.group()} has no words.")
                )
        line.words(words[at:])
        return line.text()


def _opens(words: str) -> bool:
    """Tells whether a line is the opening words, in whatever language."""
    return bool(_FORMULA.match(words)) or (
        len(words) < 60 and words.rstrip()[-1] in ",\u060c\uff0c"
    )


def _read_masthead(lines: Sequence[str], number: str, title: str) -> Masthead:
    found: dict[str, str] = {}
    notices: list[str] = []
    row = [line.strip() for line in lines if line.strip()]
    row = [line for line in row if line not in {"United Nations", "General Assembly"}]
    for line in row:
        kind = _masthead_part(line, found)
        if kind is None or kind in found:
            notices.append(line)
        else:
            found[kind] = line
    return Masthead(
        number=number,
        title=title,
        symbol=found.get("symbol", ""),
        distribution=found.get("distribution", ""),
        date=found.get("date", ""),
        session=found.get("session", ""),
        committee=found.get("committee", ""),
        agenda_item=found.get("agenda_item", ""),
        agenda_title=found.get("agenda_title", ""),
        notices=tuple(notices),
    )


def _masthead_part(line: str, found: dict[str, str]) -> str | None:
    """Tells which part of the masthead a line is, from its form and what stood before it."""
    if _SYMBOL.match(line):
        return "symbol"
    if line.startswith("Distr."):
        return "distribution"
    if _DATE.match(line):
        return "date"
    if line.startswith("Agenda item"):
        return "agenda_item"
    if line.endswith((" session", " special session")):
        return "session"
    if line.endswith(" Committee"):
        return "committee"
    after_item = "agenda_item" in found and "agenda_title" not in found
    if after_item and not line.startswith(("[", "Resolution adopted", "Decision adopted")):
        return "agenda_title"
    return None
