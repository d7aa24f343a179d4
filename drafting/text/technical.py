"""Technical or substantive: what a difference is, as a suggestion that a person confirms.

A technical update changes what nobody is meant to negotiate: dates, sessions, how many States have
joined, which meeting comes next, one more resolution in a list, "also" and "further", sources in
footnotes (research/un-practice.md 3.1). The two texts are read as words and as expressions of these
kinds; where they differ in such expressions alone, the difference is technical. All else is
substantive: so is every whole paragraph inserted, deleted or moved, and whatever is in doubt, such
as a year that is a time limit, a resolution no longer cited, or an older one added. Only English
expressions are known. docs/decisions/0007-technical-or-substantive.md judges it on real texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from drafting.text.diff import normalized
from drafting.text.months import MONTH
from drafting.text.openings import opening_of
from drafting.text.resolution import Paragraph
from drafting.text.tracked import Mark, Piece, Redline, RedlineParagraph, State

QUOTED_WORDS = 12
"""Most words of a difference that a reason quotes in full."""

LATER_SESSIONS = 3
"""By how many sessions a resolution added to a list may be later than the latest in it."""


class Significance(StrEnum):
    """What a difference amounts to."""

    NONE = "none"
    TECHNICAL = "technical"
    SUBSTANTIVE = "substantive"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the tool takes a paragraph's differences for, and why, in words.

    The reasons of a substantive verdict name what is substantive first, then the rest.
    """

    kind: Significance
    reasons: tuple[str, ...] = ()


def of(redline: Redline) -> tuple[Verdict, ...]:
    """Gives the verdict on each paragraph of a redline, in its order."""
    return tuple(verdict(paragraph) for paragraph in redline.paragraphs)


def verdict(paragraph: RedlineParagraph) -> Verdict:
    """Gives the verdict on one paragraph."""
    old, new = paragraph.old, paragraph.new
    if new is None:
        return Verdict(Significance.SUBSTANTIVE, ("paragraph deleted",))
    if old is None:
        return Verdict(Significance.SUBSTANTIVE, ("paragraph inserted",))
    found = _Found()
    if paragraph.state is State.MOVED:
        found.substantive.append("paragraph moved")
    if (old.kind, old.level) != (new.kind, new.level):
        found.substantive.append("kind of paragraph changed")
    if any(_differs(piece) for piece in paragraph.pieces):
        found.compare(paragraph.pieces, old, new)
        if not found.substantive and not found.technical:
            found.technical.append("blanks or italics changed")
    elif not found.substantive and old.text != new.text:
        return Verdict(Significance.NONE, ("only no-break characters differ",))
    return found.verdict()


class _Found:
    """Gathers the reasons of either kind, each once."""

    def __init__(self) -> None:
        self.technical: list[str] = []
        self.substantive: list[str] = []

    def verdict(self) -> Verdict:
        reasons = tuple(dict.fromkeys((*self.substantive, *self.technical)))
        if self.substantive:
            return Verdict(Significance.SUBSTANTIVE, reasons)
        return Verdict(Significance.TECHNICAL if reasons else Significance.NONE, reasons)

    def compare(self, pieces: Sequence[Piece], old: Paragraph, new: Paragraph) -> None:
        """Compares the words, without the italics, and the footnotes."""
        before, after = _side(pieces, Mark.DELETE), _side(pieces, Mark.INSERT)
        before, after = self._without_adverbs(before, after, old, new)
        before, after = self._without_marks(before, after)
        before, after = self._without_close(before, after)
        self._words(list(_items(before)), list(_items(after)))
        for piece in pieces:
            if piece.note is not None and _differs(piece):
                self._note(piece)

    def _without_adverbs(
        self, before: str, after: str, old: Paragraph, new: Paragraph
    ) -> tuple[str, str]:
        one, two = opening_of(old), opening_of(new)
        if one is None or two is None or one.verb != two.verb or one.words == two.words:
            return before, after
        self.technical.append(f"opening “{one.words}” became “{two.words}”")
        return before.replace(one.words, one.verb, 1), after.replace(two.words, two.verb, 1)

    def _without_marks(self, before: str, after: str) -> tuple[str, str]:
        one, two = _REPEATED_MARK.sub("", before), _REPEATED_MARK.sub("", after)
        if _REPEATED_MARK.findall(before) != _REPEATED_MARK.findall(after):
            self.technical.append("repeated footnote mark changed")
        return one, two

    def _without_close(self, before: str, after: str) -> tuple[str, str]:
        one, two = before.rstrip(), after.rstrip()
        if one[-1:] in _CLOSES and two[-1:] in _CLOSES:
            if one[-1] != two[-1]:
                self.technical.append("closing punctuation changed")
            return one[:-1], two[:-1]
        return one, two

    def _words(self, before: Sequence[_Item], after: Sequence[_Item]) -> None:
        engine = SequenceMatcher(
            None, [item.kind for item in before], [item.kind for item in after], autojunk=False
        )
        for tag, i, i_stop, j, j_stop in engine.get_opcodes():
            if tag == "equal":
                for one, two in zip(before[i:i_stop], after[j:j_stop], strict=True):
                    if one.words != two.words:
                        self._expression(one, two)
            else:
                self.substantive.append(_replaced(before[i:i_stop], after[j:j_stop]))

    def _expression(self, one: _Item, two: _Item) -> None:
        """Judges two expressions of one kind."""
        name = one.kind.rstrip("0123456789 ").strip("<>")
        change = f"“{one.words}” became “{two.words}”"
        match name:
            case "resolutions":
                self._resolutions(one.words, two.words)
            case "meeting" if _other_treaty(one.words, two.words):
                self.substantive.append(f"treaty changed: {change}")
            case "year" if one.words[:4] == two.words[:4]:
                self.technical.append(f"tense changed: {change}")
            case "parties":
                self.technical.append(f"capital letters changed: {change}")
            case _:
                self.technical.append(f"{_NAMES[name]} changed: {change}")

    def _resolutions(self, before: str, after: str) -> None:
        was, now = _cited(before), _cited(after)
        latest = max(_session(number) for number in was)
        for number in now.keys() - was.keys():
            later = 0 < _session(number) - latest <= LATER_SESSIONS
            (self.technical if later else self.substantive).append(
                f"resolution {number} added to the list"
            )
        self.substantive += [
            f"resolution {number} no longer cited" for number in was if number not in now
        ]
        self.technical += [
            f"date of resolution {number} changed"
            for number, date in was.items()
            if number in now and now[number] != date
        ]

    def _note(self, piece: Piece) -> None:
        inner = piece.note or ()
        sides = {
            Mark.KEEP: [_side(inner, Mark.DELETE), _side(inner, Mark.INSERT)],
            Mark.INSERT: [_side(inner, Mark.INSERT)],
            Mark.DELETE: [_side(inner, Mark.DELETE)],
        }[piece.mark]
        what = {Mark.KEEP: "changed", Mark.INSERT: "added", Mark.DELETE: "deleted"}[piece.mark]
        if all(_SOURCE.match(side) for side in sides):
            self.technical.append(f"source in a footnote {what}")
        else:
            self.substantive.append(f"footnote {what}")


_CLOSES = frozenset({",", ";", "."})
_REPEATED_MARK = re.compile(r"(?<=[a-z”’)])\d{1,2}(?=[\s,;.]|$)|(?<=[^\d\s][,;.])\d{1,2}(?=\s|$)")
"""A repeated note mark is a digit behind its word (docs/decisions/0004)."""

_SOURCE = re.compile(
    r"(?:See (?:also )?)?"
    r"(?:United Nations, Treaty Series|Ibid\.|(?:General Assembly )?(?:[Rr]esolution|[Dd]ecision)s? "
    r"|Official Records|[A-Z]+/[A-Z0-9])"
)
_DAY = r"\d{1,2}"
_ONE_DATE = rf"(?:{_DAY}(?:(?:\ to\ |\ and\ |–){_DAY})?\ {MONTH}(?:\ \d{{4}})?|{MONTH}\ \d{{4}})"
_DATES = rf"(?:from\ |on\ )?{_ONE_DATE}(?:(?:\ to|\ and|,)(?:\ on|\ from)?\ {_ONE_DATE})*"
_UNIT_ORDINAL = "(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
_ORDINAL = (
    rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-{_UNIT_ORDINAL}"
    rf"|{_UNIT_ORDINAL}|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth"
    r"|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|fortieth|fiftieth|sixtieth"
    r"|seventieth|eightieth|ninetieth|hundredth)"
)
_NUMBER = r"(?:(?:E?S-\d+|[3-9]\d|1\d\d)/\d+(?:\ [A-Z]\b)?|\d{1,4}(?:\ [A-Z])?\ \([IVXLC-]+\))"
_CITED = rf"{_NUMBER}(?:\ of\ {_ONE_DATE})?"
_NAME = r"[A-Z][\w’-]*(?:\ (?:of\ |and\ |the\ )?[A-Z][\w’-]*)*"
_TREATY = (
    rf"(?:Convention|Treaty|Protocol|Agreement)(?:\ (?:on|for|of|against)\ (?:the\ )?{_NAME})?"
)
_HELD = (
    rf"(?:to\ be\ )?(?:held|convened)\ (?:in|at)\ (?:the\ )?{_NAME}(?:,\ {_NAME})?(?:,?\ {_DATES})?"
)
_EXPRESSION = re.compile(
    rf"""
    (?P<resolutions>\b(?:resolutions?\ )?{_CITED}(?:(?:,\ and\ |,\ |\ and\ ){_CITED})*)
    | (?P<meeting>\b{_ORDINAL}\ (?:[A-Z][a-z]+\ )*(?:Conference|Meeting|Assembly)
        (?:\ of\ (?:the\ )?(?:High\ Contracting\ |States\ )?[Pp]arties)?(?:\ to\ the\ {_TREATY})?
        (?:,?\ {_HELD})?)
    | (?P<held>\b{_HELD})
    | (?P<session>\b{_ORDINAL}(?:(?:,\ |\ and\ ){_ORDINAL}){{0,5}}\ sessions?\b)
    | (?P<anniversary>\b{_ORDINAL}\ anniversary\b)
    | (?P<date>\b{_DATES}\b)
    | (?P<states>\b(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)
        (?=\ (?:as\ )?(?:Member\ )?(?:States|signatories|parties|countries)\b))
    | (?P<year>\b(?:19|20)\d\d\b(?:\ (?:will\ mark|marks|marked)\b)?(?!\ Agenda\b))
    | (?P<paragraph>\bparagraphs?\ \d+(?:(?:,\ |\ and\ |\ to\ )\d+)*\b
        (?!\ of\ (?!the\ present\ resolution\b)))
    | (?P<parties>\bStates\ [Pp]arties\b)
    | (?P<word>\w+(?:[-’']\w+)*|\S)
    """,
    re.VERBOSE,
)
_NAMES = {
    "meeting": "meeting",
    "held": "place or date",
    "session": "session",
    "anniversary": "anniversary",
    "date": "date",
    "states": "number of States",
    "year": "year",
    "paragraph": "reference to a paragraph",
}
_LIMIT_BEFORE = re.compile(
    r"\b(?:by|before|until|till|than|beyond|since|after|from|through|least|most|minimum\ of"
    r"|deadline\ of|date\ of)(?:\ (?:the|its|their|end|beginning|middle|close|of|in))*\ $"
)
_LIMIT_BEHIND = re.compile(r"\ (?:as\ (?:a|the)|or\b)")
_LIMITED = frozenset({"session", "date", "states", "year"})


@dataclass(frozen=True, slots=True)
class _Item:
    """A word, or an expression; two of one `kind` are compared by their meaning."""

    kind: str
    words: str


def _items(text: str) -> Iterator[_Item]:
    for found in _EXPRESSION.finditer(text):
        name = found.lastgroup or "word"
        words = found.group()
        if name == "word" or (name in _LIMITED and _is_limit(text, found)):
            yield _Item(words, words)
        elif name == "session":
            yield _Item(f"<session>{len(re.findall(_ORDINAL, words))}", words)
        else:
            yield _Item(f"<{name}>", words)


def _is_limit(text: str, found: re.Match[str]) -> bool:
    """Tells whether a date, year, session or number limits something: then it may be negotiated."""
    before, words, behind = text[: found.start()], found.group(), text[found.end() :]
    since = words.startswith("from ") and " to " not in words
    return since or bool(_LIMIT_BEFORE.search(before) or _LIMIT_BEHIND.match(behind))


def _cited(words: str) -> dict[str, str]:
    """Gives the numbers of a list of resolutions, each with its date."""
    row = re.finditer(rf"({_NUMBER})(?:\ of\ ({_ONE_DATE}))?", words)
    return {found.group(1): found.group(2) or "" for found in row}


def _session(number: str) -> int:
    """Gives the session of a resolution of the years since 1976; nought for all others."""
    found = re.match(r"(\d+)/", number)
    return int(found.group(1)) if found else 0


def _other_treaty(before: str, after: str) -> bool:
    one, two = (re.search(rf"to\ the\ ({_TREATY})", words) for words in (before, after))
    if one is None or two is None:
        return False
    names = {one.group(1), two.group(1)}
    short = min(names, key=len)
    return not all(name == short or name.startswith(f"{short} ") for name in names)


def _replaced(before: Sequence[_Item], after: Sequence[_Item]) -> str:
    if not before:
        return f"{_quoted(after)} inserted"
    if not after:
        return f"{_quoted(before)} deleted"
    return f"{_quoted(before)} replaced by {_quoted(after)}"


def _quoted(items: Sequence[_Item]) -> str:
    words = [item.words for item in items]
    if len(words) > QUOTED_WORDS:
        half = QUOTED_WORDS // 2
        words = [*words[:half], "…", *words[-half:]]
    return "“" + re.sub(r" ([,;:.”’)])", r"\1", " ".join(words)) + "”"


def _side(pieces: Sequence[Piece], mark: Mark) -> str:
    """Gives the characters of the old text (Mark.DELETE) or the new (Mark.INSERT), notes left out."""
    return normalized("".join(p.text for p in pieces if p.mark in {Mark.KEEP, mark}))


def _differs(piece: Piece) -> bool:
    return piece.mark is not Mark.KEEP or any(_differs(inner) for inner in piece.note or ())
