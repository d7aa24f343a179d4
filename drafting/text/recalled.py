"""The resolutions a text recalls: where they stand, and how one more joins them.

A list runs on as the United Nations writes it, "71/45 of 5 December 2016, 72/54 of 4 December 2017 and
73/54 of 5 December 2018"; resolutions of one date share it ("69/193 and 69/196 of 18 December 2014").
Places count characters of the paragraph's plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.text.changes import plain
from drafting.text.months import MONTH
from drafting.text.resolution import Kind, Paragraph

BACK_SESSIONS = 3
"""By how many sessions at most a resolution is followed by the next of its series."""

_NUMBER = r"(?:(?:E?S-\d+|[3-9]\d|1\d\d)/\d+(?: [A-Z]\b)?|\d{1,4}(?: [A-Z])? \([IVXLC-]+\))"
_CITED = rf"(?:{_NUMBER})(?: of \d{{1,2}} {MONTH} \d{{4}})?"
_CHAIN = re.compile(rf"\b{_CITED}(?:(?:,? and |, |; ){_CITED})*")
_ONE = re.compile(rf"({_NUMBER})(?: of (\d{{1,2}} {MONTH} \d{{4}}))?")
_RECALLS = re.compile(r"\W*(?:Also |Further )?(?:[Rr]ecall|[Rr]eaffirm)(?:ing|s)\b")
_ITS = re.compile(r"\b(?:its|General Assembly) (?:\w+ )?resolutions?\b")
_ABOUT_ONE = re.compile(
    r",? (?:in|by|on|through|with) (?:particular|which|whose)\b|,? (?:entitled|adopting|containing|adopted as)\b"
    r"|,? paragraphs? \d"
)
_LAST_AND = re.compile(r",? and ")


@dataclass(frozen=True, slots=True)
class Citation:
    """A resolution as it is cited: its number, and its date, "" where none is given."""

    number: str
    day: str

    def __str__(self) -> str:
        """Gives it as it is printed."""
        return f"{self.number} of {self.day}" if self.day else self.number


@dataclass(frozen=True, slots=True)
class Chain:
    """Resolutions in one row, from `start` up to `end` of a paragraph's plain `words`.

    `others` counts those that the paragraph cites elsewhere.
    """

    paragraph: int
    words: str
    start: int
    end: int
    citations: tuple[Citation, ...]
    others: int
    about_one: bool
    """Whether what follows is about the last of them alone ("in which it decided")."""

    @property
    def latest(self) -> int:
        """Gives the latest session in the row; 0 where all are older than 1976."""
        return max((_session(one.number) for one in self.citations), default=0)


def chains(paragraphs: Sequence[Paragraph]) -> Iterator[Chain]:
    """Gives the rows of resolutions in paragraphs that recall or reaffirm the Assembly's own."""
    for index, paragraph in enumerate(paragraphs):
        words = plain(paragraph.text).replace("\u00a0", " ").replace("\u202f", " ")
        if paragraph.kind not in {Kind.PREAMBULAR, Kind.OPERATIVE} or not _RECALLS.match(words):
            continue
        its = _ITS.search(words)
        if its is None:
            continue
        rows = list(_CHAIN.finditer(words, its.end()))
        every = [_ONE.findall(row.group()) for row in rows]
        for row, cited in zip(rows, every, strict=True):
            yield Chain(
                index,
                words,
                row.start(),
                row.end(),
                tuple(Citation(number, day) for number, day in cited),
                sum(map(len, every)) - len(cited),
                bool(_ABOUT_ONE.match(words, row.end())),
            )


def chain_of(rows: Sequence[Chain], session: int, step: int) -> Chain | None:
    """Gives the row that a resolution of a session joins: whose latest came shortly before.

    Of several the one that was taken up `step` sessions before, then the longest, then the first.
    """
    fitting = [
        row
        for row in rows
        if 0 < session - row.latest <= BACK_SESSIONS
        and not (len(row.citations) == 1 and row.about_one)
    ]
    return max(
        fitting,
        key=lambda row: (
            session - row.latest == step,
            len(row.citations) + row.others,
            -row.paragraph,
        ),
        default=None,
    )


def grown(row: Chain, one: Citation) -> list[tuple[int, int, str]]:
    """Gives what makes room for one more: words, and from where up to where they stand."""
    ands = list(_LAST_AND.finditer(row.words, row.start, row.end))
    last = list(_ONE.finditer(row.words, row.start, row.end))[-1]
    joins = [(row.end, row.end, f" and {one}")]
    if ands and ands[-1].end() == last.start():
        joins.insert(0, (ands[-1].start(), ands[-1].end(), ", "))
    return joins


def replaced(row: Chain, one: Citation) -> list[tuple[int, int, str]]:
    """Gives what sets one in the place of the last."""
    last = list(_ONE.finditer(row.words, row.start, row.end))[-1]
    return [(last.start(), last.end(), str(one))]


def _session(number: str) -> int:
    found = re.match(r"(\d+)/", number)
    return int(found.group(1)) if found else 0
