"""Roll calls read from a table (CSV), and from a vote as press releases and records print it.

Nothing is dropped in silence: what cannot be read is listed with its line and the reason.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from drafting.errors import Malformed
from drafting.formats import states
from drafting.rules.outlook import CAST, VOTE_WORDS, RollCall, Vote
from drafting.text import sponsor_line
from drafting.text.months import MONTHS
from drafting.text.sponsor_line import folded

MAX_BYTES: Final = 5_000_000
"""The largest table that is read: some sixty times the eleven roll calls of the Convention's resolution."""

_CCM = Path(__file__).resolve().parent.parent / "data" / "ccm_votes.csv"
_QUOTED_CHARS = 80
_LINE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read: its line, counted from one, its words and why."""

    line: int
    words: str
    reason: str

    def __str__(self) -> str:
        words = self.words if len(self.words) <= _QUOTED_CHARS else self.words[:_QUOTED_CHARS] + "…"
        return f"Line {self.line}: “{words}” {self.reason}."


@dataclass(frozen=True, slots=True)
class Reading:
    """The roll calls that were read, by date, and what was not read."""

    roll_calls: tuple[RollCall, ...]
    unread: tuple[Unread, ...] = ()


def whole(reading: Reading) -> tuple[RollCall, ...]:
    """Gives the roll calls of a reading that left nothing out.

    Refuses: Malformed with the first of what could not be read, its line and the reason.
    """
    if not reading.unread:
        return reading.roll_calls
    first, *rest = reading.unread
    more = f" ({len(rest)} more such lines.)" if rest else ""
    raise Malformed(detail=f"{first}{more}")


def read_csv(data: bytes) -> Reading:
    """Reads a table with the columns date, vote, and iso3 or country; resolution and part if there.

    Columns stand in any order and case, beside others, parted by commas, semicolons or tabs.

    Refuses: Malformed for a missing column, a State that stands twice in a roll call, and a table of
    which no line can be read.
    """
    if len(data) > MAX_BYTES:
        raise Malformed(detail="This table is larger than 5 MB; no vote was read.")
    return _Table(_decoded(data)).read()


def read_pasted(text: str, day: date, *, name: str = "", part: str = "") -> Reading:
    """Reads one roll call of a day, as printed: “In favour: … Against: … Abstaining: …”, or a State a line.

    Where it is printed by votes, the Member States of that day that are not in it were absent; of a
    list a State a line, only those in it are known.

    Refuses: Malformed for a State that stands there twice, and for a text without any vote.
    """
    if len(text) > MAX_BYTES:
        raise Malformed(detail="This text is longer than 5 million characters; no vote was read.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    votes, unread = _Print(lines).read() if _HEADING.search(lines) else _State(lines).read()
    if not any(vote in CAST for vote in votes.values()):
        first = f" {unread[0]}" if unread else ""
        raise Malformed(detail=f"No vote of a State was found in this text.{first}")
    if _HEADING.search(lines):
        there = states.states(day).values()
        votes |= {one.key: Vote.ABSENT for one in there if one.may_vote and one.key not in votes}
    return Reading((RollCall(day, votes, part, name),), tuple(unread))


@cache
def ccm() -> tuple[RollCall, ...]:
    """Gives the roll calls on the Convention's resolution that the project carries, the earliest first."""
    return whole(read_csv(_CCM.read_bytes()))


def vote_of(words: str) -> Vote | None:
    """Gives the vote that a word stands for, in the ways in which votes are noted; None for others."""
    return _VOTES.get(" ".join(folded(words).split()).rstrip("."))


_VOTES: Mapping[str, Vote] = {
    **dict.fromkeys(["y", "yes", "in favour", "in favor", "for"], Vote.YES),
    **dict.fromkeys(["n", "no", "against"], Vote.NO),
    **dict.fromkeys(["a", "abstain", "abstaining", "abstained", "abstention"], Vote.ABSTAIN),
    **dict.fromkeys(["absent", "not voting", "non-voting", "x", "", "-", "–", "—"], Vote.ABSENT),
}
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("date",),
    "vote": ("vote", "ms_vote"),
    "iso3": ("iso3", "iso", "code", "ms_code"),
    "country": ("country", "state", "member state", "ms_name"),
    "resolution": ("resolution", "symbol"),
    "part": ("part", "paragraph"),
}
_MONTHS = [month.casefold() for month in MONTHS]
_WRITTEN_DATE = re.compile(r"(\d{1,2})\s+([a-z]{3,9})\.?\s+(\d{4})")


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets write on Windows unless told otherwise.
        return data.decode("cp1252", errors="replace")


@dataclass(slots=True)
class _Table:
    text: str
    unread: list[Unread] = field(default_factory=list)
    calls: dict[tuple[date, str, str], dict[str, Vote]] = field(default_factory=dict)

    def read(self) -> Reading:
        rows = self._rows()
        line, header = next(rows, (1, []))
        places = self._places(line, header)
        for at, row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) <= max(places.values()):
                self._left(at, row, "has fewer columns than the first line")
                continue
            self._row(at, row, {name: row[place].strip() for name, place in places.items()})
        if not self.calls:
            first = f" {self.unread[0]}" if self.unread else ""
            raise Malformed(detail=f"No line of this table could be read as a vote.{first}")
        calls = [RollCall(day, row, part, name) for (day, name, part), row in self.calls.items()]
        return Reading(tuple(sorted(calls, key=lambda one: one.date)), tuple(self.unread))

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Gives each row with the line on which it begins."""
        first = self.text.lstrip("\r\n").split("\n", 1)[0]
        mark = max(",;\t", key=first.count)
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=mark, strict=True)
        line = 1
        try:
            for row in reader:
                if row:
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            raise Malformed(detail=f"Line {line}: this is no row of a table ({error}).") from None

    def _places(self, line: int, header: list[str]) -> dict[str, int]:
        cells = [" ".join(folded(cell).split()) for cell in header]
        places: dict[str, int] = {}
        for name, names in _COLUMNS.items():
            at = [place for place, cell in enumerate(cells) if cell in names]
            exact = [place for place in at if cells[place] == name]
            if len(exact or at) > 1:
                raise Malformed(detail=f"Line {line}: more than one column is called “{name}”.")
            if at:
                places[name] = (exact or at)[0]
        missing = [name for name in ("date", "vote") if name not in places]
        if "iso3" not in places and "country" not in places:
            missing.append("iso3 or country")
        if missing:
            told = " and ".join(f"“{name}”" for name in missing)
            raise Malformed(
                detail=f"Line {line}: there is no column {told}; columns date, vote, and iso3 or country are needed."
            )
        return places

    def _row(self, at: int, row: list[str], cells: Mapping[str, str]) -> None:
        day = _date(cells["date"])
        vote = vote_of(cells["vote"])
        key, reason = _state(cells.get("iso3", ""), cells.get("country", ""))
        if day is None:
            self._left(at, row, f"has no date such as 2021-12-06 but “{cells['date']}”")
        elif vote is None:
            self._left(
                at, row, f"has “{cells['vote']}” for a vote, which is none of Y, N, A and absent"
            )
        elif key is None:
            self._left(at, row, reason)
        else:
            name, part = cells.get("resolution", ""), cells.get("part", "")
            votes = self.calls.setdefault((day, name, part), {})
            if key in votes:
                where = " ".join(filter(None, [name, part, f"of {day}"]))
                raise Malformed(detail=f"Line {at}: {_name(key)} stands twice in the vote {where}.")
            votes[key] = vote

    def _left(self, at: int, row: list[str], reason: str) -> None:
        self.unread.append(Unread(at, ", ".join(cell.strip() for cell in row), reason))


def _date(words: str) -> date | None:
    try:
        return datetime.fromisoformat(words).date()
    except ValueError:
        pass
    written = _WRITTEN_DATE.fullmatch(words.casefold())
    if written is None:
        return None
    months = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(written[2])]
    try:
        return date(int(written[3]), months[0], int(written[1])) if months else None
    except ValueError:
        return None


def _state(code: str, country: str) -> tuple[str | None, str]:
    """Gives the key of a voting State by its code or its name, or else the reason why there is none."""
    by_code, by_name = _codes().get(code.upper()), _by_name(country)
    if code and by_code is None:
        return None, f"has the code “{code}”, which is no Member State’s"
    if country and by_name is None and by_code is None:
        if _bare(country) in _onlookers():
            return None, f"names {country}, which does not vote"
        return None, f"names “{country}”, which is no Member State"
    if by_code and by_name and by_code != by_name:
        return None, f"has the code {code} of one State and the name {country} of another"
    found = by_code or by_name
    return found, "names no State"


def _bare(name: str) -> str:
    return " ".join(folded(name).split()).removeprefix("the ")


def _by_name(name: str) -> str | None:
    return _names().get(_bare(name))


@cache
def _names() -> Mapping[str, str]:
    return {_bare(name): one.key for one in states.voters() for name in (one.short, one.long)}


@cache
def _codes() -> Mapping[str, str]:
    return {one.key: one.key for one in states.voters()}


@cache
def _onlookers() -> frozenset[str]:
    there = states.states(date.max).values()
    return frozenset(
        _bare(name) for one in there if not one.may_vote for name in (one.short, one.long)
    )


def _name(key: str) -> str:
    return next((one.short for one in reversed(states.voters()) if one.key == key), key)


_HEADING = re.compile(
    r"(?:\bvoting\s+)?\b(?P<vote>in\s+favou?r|against|abstain(?:ing|ed)?|abstentions?|absent|not\s+voting)"
    r"\s*(?:[(–—-]?\s*(?P<count>\d{1,4})\s*\)?)?\s*:"
    r"|^[ \t]*(?:voting\s+)?(?P<alone>yes|no|in\s+favou?r|against|abstain(?:ing|ed)?|abstentions?|absent)"
    r"[ \t]*(?:\(\s*(?P<number>\d{1,4})\s*\))?[ \t]*(?::|$)",
    re.IGNORECASE | re.MULTILINE,
)
_TALLY = re.compile(
    r"(\d{1,4}|none)\s+(?:votes?\s+)?(?:in\s+favou?r\s+)?to\s+(\d{1,4}|none)(?:\s+against)?,?\s+with\s+(\d{1,4}|no)\s+abstention",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\[[^\[\]]*\]")
_NONE = frozenset({"none", "nil", "-", "–", "—"})
_NAMES_NOBODY = "names no Member State"


class _Print:
    """A vote printed by votes: a heading, then the States, then the next heading."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.votes: dict[str, Vote] = {}
        self.unread: list[Unread] = []

    def read(self) -> tuple[dict[str, Vote], list[Unread]]:
        headings = list(_HEADING.finditer(self.text))
        self._aside(0, headings[0].start(), "stands before the first of the votes")
        stops = [one.start() for one in headings[1:]] + [len(self.text)]
        counts: dict[Vote, int] = {}
        for heading, stop in zip(headings, stops, strict=True):
            vote = _heading_vote(heading["vote"] or heading["alone"])
            before = len(self.votes)
            self._section(vote, heading.end(), stop)
            counts[vote] = counts.get(vote, 0) + len(self.votes) - before
            said = heading["count"] or heading["number"]
            if said and int(said) != len(self.votes) - before:
                self._differs(heading.start(), heading.group(), len(self.votes) - before)
        self._tally(counts)
        return self.votes, sorted(self.unread, key=lambda one: one.line)

    def _section(self, vote: Vote, start: int, stop: int) -> None:
        """Reads a heading's States: its first paragraph, and others that hold nothing else."""
        body = _NOTE.sub(lambda note: self._note(note, start), self.text[start:stop])
        began = False
        for paragraph in re.finditer(r"(?:[^\n]|\n(?![ \t]*\n))+", body):
            words = paragraph.group()
            if not words.strip():
                continue
            found = sponsor_line.read(words, states.voters())
            left = [one for one in found.unread if one.casefold() not in _NONE]
            if began and left:
                self._aside(
                    start + paragraph.start(), start + paragraph.end(), "names no more votes"
                )
                continue
            began = True
            for one in found.doubled:
                raise Malformed(
                    detail=f"{self._at(one.short, start)}{one.short} stands twice {VOTE_WORDS[vote]}."
                )
            for one in found.sponsors:
                self._cast(one, vote, start)
            for one_left in left:
                onlooker = _bare(one_left) in _onlookers()
                reason = "does not vote" if onlooker else _NAMES_NOBODY
                self.unread.append(Unread(self._line(one_left, start), one_left, reason))

    def _cast(self, state: sponsor_line.Sponsor, vote: Vote, start: int) -> None:
        if state.key in self.votes:
            other = VOTE_WORDS[self.votes[state.key]]
            raise Malformed(
                detail=f"{self._at(state.short, start)}{state.short} stands twice, {other} and {VOTE_WORDS[vote]}."
            )
        self.votes[state.key] = vote

    def _note(self, note: re.Match[str], start: int) -> str:
        """Keeps a note in brackets, such as what a delegation said afterwards, from being read as votes."""
        self._aside(start + note.start(), start + note.end(), "is a note, and no vote")
        return re.sub(r"[^\n]", " ", note.group())

    def _aside(self, start: int, stop: int, reason: str) -> None:
        words = " ".join(self.text[start:stop].split())
        if words:
            at = start + len(self.text[start:stop]) - len(self.text[start:stop].lstrip())
            self.unread.append(Unread(self.text.count("\n", 0, at) + 1, words, reason))

    def _differs(self, at: int, words: str, count: int) -> None:
        line = self.text.count("\n", 0, at) + 1
        self.unread.append(
            Unread(line, " ".join(words.split()), f"is not the number of States read: {count}")
        )

    def _tally(self, counts: Mapping[Vote, int]) -> None:
        """Holds the States read against the totals that the text names."""
        for tally in _TALLY.finditer(self.text):
            said = [0 if one.casefold() in {"none", "no"} else int(one) for one in tally.groups()]
            read = [counts.get(vote, 0) for vote in CAST]
            if said != read:
                told = f"is not what was read: {read[0]} in favour, {read[1]} against, {read[2]} abstaining"
                line = self.text.count("\n", 0, tally.start()) + 1
                self.unread.append(Unread(line, " ".join(tally.group().split()), told))

    def _line(self, words: str, start: int) -> int:
        found = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE).search(
            self.text, start
        )
        return self.text.count("\n", 0, found.start() if found else start) + 1

    def _at(self, words: str, start: int) -> str:
        return f"Line {self._line(words, start)}: "


def _heading_vote(words: str) -> Vote:
    first = words.casefold()
    if first.startswith(("in", "yes")):
        return Vote.YES
    if first.startswith("abst"):
        return Vote.ABSTAIN
    return Vote.NO if first in {"no", "against"} else Vote.ABSENT


class _State:
    """A State a line, with its vote before or behind it."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")

    def read(self) -> tuple[dict[str, Vote], list[Unread]]:
        votes: dict[str, Vote] = {}
        unread: list[Unread] = []
        for at, line in enumerate(self.lines, 1):
            if not line.strip():
                continue
            found = _stated(line)
            if isinstance(found, str):
                unread.append(Unread(at, " ".join(line.split()), found))
                continue
            key, vote = found
            if key in votes:
                raise Malformed(detail=f"Line {at}: {_name(key)} stands twice.")
            votes[key] = vote
        return votes, unread


_WORDS_OF_VOTES = "|".join(
    sorted(
        (re.escape(word).replace(r"\ ", r"\s+") for word in _VOTES if word), key=len, reverse=True
    )
)
_BEHIND = re.compile(rf"(?P<name>.+?)(?:\s*[\t,;:|]\s*|\s+)(?P<vote>{_WORDS_OF_VOTES})\.?")
_BEFORE = re.compile(rf"(?P<vote>{_WORDS_OF_VOTES})(?:\s*[\t,;:|]\s*|\s+)(?P<name>.+)")


def _stated(line: str) -> tuple[str, Vote] | str:
    """Gives a line's State and vote, or why it has none."""
    words = folded(line).strip()
    if len(words) > _LINE_CHARS:
        return _NAMES_NOBODY + " and its vote"
    for form in (_BEHIND, _BEFORE):
        found = form.fullmatch(words)
        if found is None:
            continue
        name = re.sub(r"[\s–—:-]+$", "", found["name"])
        key = _by_name(name) or _codes().get(name.upper())
        vote = vote_of(found["vote"])
        if key is not None and vote is not None:
            return key, vote
    if _by_name(words) or _codes().get(words.upper()):
        return "has no vote beside it"
    return _NAMES_NOBODY + " and its vote"
