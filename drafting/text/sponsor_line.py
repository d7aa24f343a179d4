"""The sponsors of a document as it prints them, and such a list read back.

Plain English alphabetical order by the printed name, the main sponsor in its place among the rest; "and"
before the last, without a serial comma; the State of Palestine last (research/un-practice.md 4.2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from drafting.errors import Malformed

PALESTINE: Final = "PSE"
"""The key of the State of Palestine, printed last."""

_MEMBERS_OF = "the States Members of the United Nations that are members of the "
_BEHALF = "on behalf of "


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A State as a sponsor: its key, and its two printed names of one day."""

    key: str
    short: str
    long: str

    def printed(self, *, short: bool = False) -> str:
        """Gives the name that is printed."""
        return self.short if short else self.long


@dataclass(frozen=True, slots=True)
class Reading:
    """What a printed or pasted list says.

    `sponsors` stand in the list's order, each once; `doubled` are those that stood there twice.
    `groups` gives, by key, the group on whose behalf a State stands. `unread` are the words that name nobody.
    """

    sponsors: tuple[Sponsor, ...] = ()
    doubled: tuple[Sponsor, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the sponsors, in the list's order."""
        return tuple(sponsor.key for sponsor in self.sponsors)


def line(sponsors: Iterable[Sponsor], *, short: bool = False, group: str = "") -> str:
    """Gives the line of sponsors as it is printed: long names, or short for additional sponsors.

    A group tables through one State, its chair. Without sponsors the line is empty.

    Refuses: Malformed for a State that stands there twice, and for a group with other than one State.
    """
    row = in_order(sponsors, short=short)
    seen: set[str] = set()
    for one in row:
        if one.key in seen:
            raise Malformed(detail=f"{one.printed(short=short)} is named twice as a sponsor.")
        seen.add(one.key)
    names = [sponsor.printed(short=short) for sponsor in row]
    if group.strip():
        if len(names) != 1:
            raise Malformed(detail="A group stands behind one State, which speaks on its behalf.")
        return f"{names[0]} ({_BEHALF}{group_words(group)})"
    if len(names) < 2:  # noqa: PLR2004 - one name, or none
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def in_order(sponsors: Iterable[Sponsor], *, short: bool = False) -> tuple[Sponsor, ...]:
    """Gives the sponsors in the order of print, the State of Palestine last."""
    return tuple(
        sorted(
            sponsors,
            key=lambda one: (one.key == PALESTINE, order(one.printed(short=short)), one.key),
        )
    )


def order(name: str) -> str:
    """Gives what a printed name is sorted by: its letters alone, without accents and capitals."""
    return "".join(letter for letter in folded(name) if letter.isalpha())


def folded(words: str) -> str:
    """Gives words without accents and capitals, with one form of apostrophe, hyphen and blank."""
    return "".join(_folded_letter(letter) for letter in words)


def group_words(group: str) -> str:
    """Gives a group as the line names it; a bare name stands for the United Nations' members of it."""
    words = " ".join(group.split()).removeprefix(_BEHALF)
    return words if words.startswith("the ") else _MEMBERS_OF + words


def read(text: str, names: Iterable[Sponsor]) -> Reading:
    """Reads a printed or pasted list: which of the States named are in it, and what names none of them.

    Either form of a name is read, in capitals too, with or without "the", with any apostrophe; names
    may be of several days (Turkey, Türkiye). Between names stand commas, semicolons, lines or "and".
    """
    return _Reader(text, names).read()


class _Reader:
    def __init__(self, text: str, names: Iterable[Sponsor]) -> None:
        self.text = _LONG_BLANK.sub(" ", unicodedata.normalize("NFC", text))
        pairs = [(_folded_letter(letter), at) for at, letter in enumerate(self.text)]
        self.folded = "".join(letters for letters, _ in pairs)
        self.places = [at for letters, at in pairs for _ in letters]
        self.names = {
            _one_blank(folded(name)): sponsor
            for sponsor in names
            for name in (sponsor.short, sponsor.long)
        }
        self.name = _any_of(list(self.names))
        self.found: dict[str, Sponsor] = {}
        self.doubled: dict[str, Sponsor] = {}
        self.groups: dict[str, str] = {}
        self.unread: list[str] = []

    def read(self) -> Reading:
        at = 0
        while True:
            between = _BETWEEN.match(self.folded, at)
            at = between.end() if between else at
            if at >= len(self.folded):
                break
            at = self._one(at)
        return Reading(
            tuple(self.found.values()),
            tuple(self.doubled.values()),
            tuple(self.groups.items()),
            tuple(self.unread),
        )

    def _one(self, at: int) -> int:
        """Reads one name, or what stands in a name's place, and gives where it ends."""
        named = self.name.match(self.folded, at)
        if named is None:
            return self._none(at)
        sponsor = self.names[_one_blank(named.group(1))]
        if sponsor.key in self.found:
            self.doubled[sponsor.key] = sponsor
        self.found.setdefault(sponsor.key, sponsor)
        group = _GROUP.match(self.folded, named.end())
        if group is None:
            return named.end()
        self.groups[sponsor.key] = " ".join(self._words(group.start(1), group.end(1)).split())
        return group.end()

    def _none(self, at: int) -> int:
        end = _END.search(self.folded, at)
        stop = end.start() if end else len(self.folded)
        # A name need not be followed by what parts names, so that nothing is lost behind it.
        stop = max(stop, at + 1)
        words = " ".join(self._words(at, stop).split())
        if words:
            self.unread.append(words)
        return stop

    def _words(self, start: int, stop: int) -> str:
        """Gives the words as they were written, by their place among the folded."""
        if start >= stop:
            return ""
        return self.text[self.places[start] : self.places[stop - 1] + 1]


def _folded_letter(letter: str) -> str:
    if letter in _APOSTROPHES:
        return "'"
    if letter in _HYPHENS:
        return "-"
    if letter.isspace():
        return letter if letter in "\n\t" else "\n" if letter in _LINE_ENDS else " "
    if unicodedata.category(letter) in {"Cf", "Cc"}:
        return ""
    plain = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in plain if not unicodedata.combining(part)).casefold()


_APOSTROPHES = frozenset("'’‘ʼ`´′")
_HYPHENS = frozenset("-‐‑")
_LINE_ENDS = frozenset("\r\v\f\x85\u2028\u2029")
_LONG_BLANK = re.compile(r"[^\S\n\t]{2,}")
_BETWEEN = re.compile(r"(?:[\s,;:.•·*|]|[-–—](?=\s)|\d+[.)](?=\s)|(?:and|&)(?=\s))+")
"""What may part names: marks, lines, bullets, and the numbers of a numbered list."""

_END = re.compile(r"[,;:\n\t•·|]|\.?\s*$|\s(?:and|&)(?=\s)")
_FOLLOWED = r"(?=\s*(?:[,;.\n\t•·|]|$|\((?=on behalf of ))|\s+(?:and|&)\s)"
_GROUP = re.compile(r"\s*\(on\ behalf\ of\s+((?:[^()]|\([^()]*\))*)\)")


def _any_of(names: Sequence[str]) -> re.Pattern[str]:
    """Gives the pattern of a name: the longest first, its words parted by any blanks."""
    longest_first = sorted(names, key=len, reverse=True)
    choice = "|".join(r"\s+".join(map(re.escape, name.split(" "))) for name in longest_first)
    return re.compile(rf"(?:the\s+)?({choice or '(?!)'}){_FOLLOWED}")


def _one_blank(words: str) -> str:
    return " ".join(words.split())
