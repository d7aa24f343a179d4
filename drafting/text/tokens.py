"""A text cut into tokens, the stretches that are never cut when texts are compared.

A token is a symbol or resolution number ("A/C.1/76/L.41", "75/62"), a whole date ("7 December
2020"), a number with its unit, a hyphenated word, a stretch of blanks, a single punctuation mark, a
footnote. Chinese characters are tokens one by one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, groupby
from typing import NamedTuple

from drafting.text.changes import NOTE_PLACEHOLDER, Change, Insert, Note, text_length
from drafting.text.offsets import length_utf16

MAX_REMEMBERED_UTF16, MAX_REMEMBERED_OPS = 2_000, 50
"""Longest text whose tokens are kept in mind: some five times an ordinary paragraph."""

LAST_NARROW = "\uffff"
"""The last character that counts one unit."""

_MARK = "\u200e"
"""Left-to-right mark: it is left out when characters are compared."""

_CJK = (
    "\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u08d3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_LETTER = rf"(?:(?![{_CJK}])[\w{_MARKS}])"
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
)
_UNITS = (
    "per cent|percent|%|‰|pour cent|por ciento|процентов|процента|процент|в процентах|في المائة"
    "|million|billion|trillion|thousand|dollars|kg|km|ha|tons|tonnes|hectares|kilometres|metres"
).replace(" ", r"\ ")
_TOKEN = re.compile(
    rf"""
    \ +
    | [A-Za-z][a-z]*(?=[\ ,;:.])                                 # most words, said first for speed
    | [A-Z][A-Z0-9]*(?:/[A-Za-z0-9]+(?:[.\-][A-Za-z0-9]+)*)+      # a symbol
    | (?:[A-Z]+-)?\d+/\d+(?:/\d+)*(?:\ [A-Z](?=[\ ,;.]|$))?(?!{_LETTER})  # a resolution number
    | \d+(?:\ [A-Z])?\ \([IVXLC]+\)                              # one of before 1976
    | \d{{1,2}}(?:er|º)?\ (?:de\ )?(?:{_MONTHS})(?:\ (?:de\ )?\d{{4}})?(?!{_LETTER})  # a date
    | \d{{1,2}}\ {_LETTER}+(?:\ {_LETTER}+)?/{_LETTER}+\ \d{{4}}  # an Arabic date
    | \d+年(?:\d+月(?:\d+日)?)?                                  # a Chinese date
    | (?:\d{{1,3}}(?:[\ ,]\d{{3}})+(?!\d)|\d+)(?:[.,]\d+)*       # a number
      (?:\ ?(?:{_UNITS})(?!{_LETTER}))?{_LETTER}*               # with its unit
    | [{_CJK}][{_MARKS}]*
    | {_LETTER}+(?:[-'’]{_LETTER}+)*                             # a word
    | .[{_MARKS}]*
    """,
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"\w")


class Token(NamedTuple):
    """A stretch of a text that is never cut, and where it stands, in units."""

    key: Hashable
    words: str
    """Its characters as they are compared: no-break spaces and hyphens made plain."""
    runs: tuple[tuple[str, bool], ...]
    """Its characters as they stand, by stretches of roman and italic."""
    note: Change | None
    start: int
    end: int


def normalized(words: str) -> str:
    """Gives the characters as they are compared.

    The official files differ from year to year in no-break spaces (U+00A0, U+202F), no-break
    hyphens (U+2011) and left-to-right marks (U+200E); these are not changes of the words.
    """
    if words.isascii():
        return words
    plain = words.replace("\u00a0", " ").replace("\u202f", " ")
    return plain.replace("\u2011", "-").replace(_MARK, "")


def tokens(text: Change) -> list[Token]:
    """Gives a text cut into its tokens."""
    return list(row_of(text))


def words(text: Change) -> list[str]:
    """Gives the words, numbers, dates and symbols of a text, in lower case, without footnotes."""
    return [token.words.lower() for token in row_of(text) if _WORD.search(token.words)]


def row_of(text: Change) -> Sequence[Token]:
    """Reads a text's tokens; short texts are kept in mind, as bases are read again and again."""
    if len(text.ops) <= MAX_REMEMBERED_OPS and text_length(text) <= MAX_REMEMBERED_UTF16:
        return _remembered(text)
    return tuple(_Reader(text).tokens())


@lru_cache(maxsize=256)
def _remembered(text: Change) -> tuple[Token, ...]:
    return tuple(_Reader(text).tokens())


class _Reader:
    """Cuts a text into tokens, keeping for each the characters as they stand."""

    def __init__(self, text: Change) -> None:
        self.text = text
        self.at = 0

    def tokens(self) -> Iterator[Token]:
        """Gives the tokens in order; words are never joined across a footnote."""
        runs: list[tuple[str, bool]] = []
        for op in self.text.ops:
            match op:
                case Insert(content=str() as content):
                    runs.append((content, bool(op.italic)))
                case Insert(content=Note(content=words)):
                    yield from self._stretch(runs)
                    runs = []
                    yield self._note(words, italic=bool(op.italic))
                case _:
                    raise AssertionError(op)
        yield from self._stretch(runs)

    def _stretch(self, runs: Sequence[tuple[str, bool]]) -> Iterator[Token]:
        """Cuts a stretch without footnotes."""
        whole = "".join(text for text, _ in runs)
        if _MARK in whole or not (whole.isascii() or max(whole) <= LAST_NARROW):
            return self._words([(one, italic) for text, italic in runs for one in text])
        return self._narrow(whole, runs)

    def _narrow(self, whole: str, runs: Sequence[tuple[str, bool]]) -> Iterator[Token]:
        """Cuts a stretch in which a character counts one unit, and none is left out."""
        plain = whole if whole.isascii() else normalized(whole)
        ends = list(accumulate(len(text) for text, _ in runs))
        base, start, run = self.at, 0, 0
        for words in _TOKEN.findall(plain):
            stop = start + len(words)
            while start >= ends[run]:
                run += 1
            if stop <= ends[run]:
                italic = runs[run][1]
                as_it_stands: tuple[tuple[str, bool], ...] = ((whole[start:stop], italic),)
                key: Hashable = (words, italic)
            else:
                as_it_stands, key = _across(whole, words, start, run, runs, ends)
            yield Token(key, words, as_it_stands, None, base + start, base + stop)
            start = stop
        self.at = base + start

    def _note(self, words: Change, *, italic: bool) -> Token:
        inside = tuple(token.key for token in row_of(words))
        # The slope of the mark is not compared: it is printed raised, in roman.
        key = (NOTE_PLACEHOLDER, inside)
        runs = ((NOTE_PLACEHOLDER, italic),)
        self.at += 1
        return Token(key, NOTE_PLACEHOLDER, runs, words, self.at - 1, self.at)

    def _words(self, characters: Sequence[tuple[str, bool]]) -> Iterator[Token]:
        """Cuts a stretch without footnotes; a left-to-right mark goes with what stands before."""
        plain = [(normalized(one), place) for place, (one, _) in enumerate(characters)]
        seen = [(one, place) for one, place in plain if one]
        if not seen:
            if characters:
                yield self._token("", characters)
            return
        places = [place for _, place in seen]
        places[0] = 0
        places.append(len(characters))
        for found in _TOKEN.finditer("".join(one for one, _ in seen)):
            stretch = characters[places[found.start()] : places[found.end()]]
            yield self._token(found.group(), stretch)

    def _token(self, words: str, characters: Sequence[tuple[str, bool]]) -> Token:
        runs = tuple(
            ("".join(one for one, _ in run), italic)
            for italic, run in groupby(characters, lambda pair: pair[1])
        )
        slopes = [italic for one, italic in characters if normalized(one)]
        uniform = all(slopes) or not any(slopes)
        key = (words, any(slopes) if uniform else tuple(slopes))
        start = self.at
        self.at += sum(length_utf16(text) for text, _ in runs)
        return Token(key, words, runs, None, start, self.at)


def _across(
    whole: str,
    words: str,
    start: int,
    run: int,
    runs: Sequence[tuple[str, bool]],
    ends: Sequence[int],
) -> tuple[tuple[tuple[str, bool], ...], Hashable]:
    """Gives the runs and the key of a token that begins in one run and ends in a later one."""
    stop = start + len(words)
    slopes: list[bool] = []
    pieces_of_it: list[tuple[str, bool]] = []
    at = start
    while at < stop:
        end, italic = min(stop, ends[run]), runs[run][1]
        if pieces_of_it and pieces_of_it[-1][1] == italic:
            pieces_of_it[-1] = (pieces_of_it[-1][0] + whole[at:end], italic)
        elif end > at:
            pieces_of_it.append((whole[at:end], italic))
        slopes += [italic] * (end - at)
        at, run = end, run + 1
    uniform = all(slopes) or not any(slopes)
    return tuple(pieces_of_it), (words, any(slopes) if uniform else tuple(slopes))
