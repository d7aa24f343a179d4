"""Rules of citation: dates of resolutions (11 to 13), and those of footnotes (32, 33, 46).

A citation is the number of a resolution of the General Assembly since 1976 ("75/62", "ES-11/1") behind the
word "resolution", or further on in such a list. Resolutions of other bodies, titles in quotation marks and
annexes are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from drafting.text.editorial.findings import Finding, Level
from drafting.text.editorial.line import NEAR, Line, at_place, notes_of
from drafting.text.editorial.structure import Place
from drafting.text.months import MONTH, day_of, written
from drafting.text.resolution import Kind

_DATE = rf"(?P<day>\d{{1,2}}) (?P<month>{MONTH}) (?P<year>\d{{4}})"
_NUMBER = r"(?:(?:ES|S)-\d+/\d{1,3}|\d{2,3}/\d{1,3})(?: [A-Z](?:-[A-Z])?(?= of \d|[,;.]| and [A-Z]? ?of \d))?"
_CITED = re.compile(rf"(?<![\w/.-])(?P<number>{_NUMBER})(?![\w/-])(?P<dated> of {_DATE})?")
_WORD = re.compile(r"\b(?P<word>[Rr]esolutions?|[Dd]ecisions?)\b")
_OWNER = re.compile(
    r"(?P<own>\b(?:its|General Assembly|Assembly|Assembly’s) (?:(?:previous|earlier|relevant|related|subsequent|own|recent"
    r"|most recent|landmark|annual|other|first|aforementioned) |and |on )*)$"
)
_OTHERS = re.compile(
    r"\b(?:Council|Commission|Committee|Conference|Congress|Health Assembly|Environment Assembly|Agency|Union|Board"
    r"|Parties|Organization|Habitat Assembly|Executive|Committee’s|Council’s|Authority|Institute|UNESCO|their|Parliament"
    r"|Security Council|Human Rights Council|Economic and Social Council)(?: \w+){0,2} $"
)
_BETWEEN = re.compile(
    r"(?:,? and |, |,? as well as | to | and | or )+$|^(?:,? and |, |,? as well as | or )$"
)
_LIST_MAX = 2_000
"""How far behind its "resolution" a number of a list may stand, in characters."""
_SHARED_MAX = 40
"""How many numbers may share a date."""
_FIRST_SESSION_ALONE = 61
"""From this session on a number is no other council's: their resolutions are counted below it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A number of a resolution as it is cited: whose it is, and the date it has there."""

    start: int
    end: int
    number: str
    on: date | None
    dated: bool
    """Whether it has a date of its own, well formed or not."""
    shares: bool
    """Whether it is dated by a number behind it in the list."""
    own: bool | None
    """Whether the text says it is the General Assembly's; None where it does not say."""


def cited(line: Line) -> list[Citation]:
    """Gives the resolutions and their dates that a paragraph cites, in order."""
    text = line.text
    if "esolution" not in text:
        return []
    words = [found for found in _WORD.finditer(text) if not line.quoted(found.start())]
    row = [
        (found, _owned(text, word))
        for found in _CITED.finditer(text)
        if not line.quoted(found.start()) and (word := _word_of(text, found, words)) is not None
    ]
    return [_citation(text, row, at) for at in range(len(row))]


def _word_of(
    text: str, found: re.Match[str], words: Sequence[re.Match[str]]
) -> re.Match[str] | None:
    """Gives the "resolution" that a number stands behind, directly or further on in its list."""
    before = [word for word in words if word.end() <= found.start()]
    if not before or before[-1]["word"].lower().startswith("decision"):
        return None
    if found.start() - before[-1].end() > _LIST_MAX:
        return None
    gap = text[before[-1].end() : found.start()]
    listed = len(gap) <= 1 or _CITED.search(gap)
    return before[-1] if listed and not re.search(r"[;.] ", gap) else None


def _owned(text: str, word: re.Match[str]) -> bool | None:
    lead = text[max(0, word.start() - NEAR) : word.start()]
    if _OWNER.search(lead):
        return True
    return False if _OTHERS.search(lead) else None


def _citation(text: str, row: Sequence[tuple[re.Match[str], bool | None]], at: int) -> Citation:
    found, own = row[at]
    on, shares = _on(found), False
    if not found["dated"]:
        for one, two in pairwise([found, *(later for later, _ in row[at + 1 : at + _SHARED_MAX])]):
            if not _BETWEEN.fullmatch(text[one.end() : two.start()]):
                break
            if two["dated"]:
                on, shares = _on(two), True
                break
    return Citation(
        found.start("number"),
        found.end("number"),
        found["number"],
        on,
        bool(found["dated"]),
        shares,
        own,
    )


def _on(found: re.Match[str]) -> date | None:
    return day_of(found["day"], found["month"], found["year"]) if found["dated"] else None


def facts(lines: Sequence[Line]) -> dict[str, date]:
    """Gives the dates of the Assembly's own resolutions as the paragraphs of an adopted text cite them."""
    found: dict[str, date] = {}
    for line in lines:
        for one in cited(line):
            if one.dated and one.on is not None and _is_ours(one):
                found.setdefault(one.number, one.on)
    return found


def _is_ours(one: Citation) -> bool:
    if one.own is not None:
        return one.own
    return one.number[0].isalpha() or int(one.number.split("/")[0]) >= _FIRST_SESSION_ALONE


def citations(places: Sequence[Place], known: Mapping[str, date]) -> Iterator[Finding]:
    """Rules 11 to 13."""
    dated: set[str] = set()
    named: set[str] = set()
    for place in places:
        if place.annex or place.kind is Kind.HEADING:
            continue
        row = cited(place.line)
        for at, one in enumerate(row):
            if one.own is False:
                continue
            has_date = one.dated or one.shares
            if one.number not in named and not has_date:
                day = known.get(one.number) if _is_ours(one) else None
                to = None if day is None else f"{one.number} of {written(day)}"
                yield at_place(
                    place.line.find(
                        11,
                        one.start,
                        one.end,
                        f"Resolution {one.number} is named here first: it is cited with its date.",
                        to=to,
                    ),
                    place.index,
                )
            elif one.number in dated and one.dated and not _lends(row, at):
                yield at_place(_undated(place.line, one), place.index)
            if one.on is not None and _is_ours(one) and (one.dated or one.number not in dated):
                yield from _true(place, one, known)
            named.add(one.number)
            if has_date:
                dated.add(one.number)


def _lends(row: Sequence[Citation], at: int) -> bool:
    """Tells whether a number before it in the list is dated by this one's date."""
    return any(before.shares and before.on == row[at].on for before in row[max(0, at - 12) : at])


def _undated(line: Line, one: Citation) -> Finding:
    found = _CITED.match(line.text, one.start)
    end = found.end() if found else one.end
    return line.find(
        12,
        one.start,
        end,
        f"Resolution {one.number} was cited with its date before: here it has none.",
        to=one.number,
    )


def _true(place: Place, one: Citation, known: Mapping[str, date]) -> Iterator[Finding]:
    day = known.get(one.number)
    if day is None or one.on is None or day == one.on:
        return
    line = place.line
    found = _CITED.match(line.text, one.start)
    level = None if one.own else Level.WARNING
    sentence = f"Resolution {one.number} was adopted on {written(day)}, as far as this tool knows."
    if found is None or not found["dated"]:
        yield at_place(line.find(13, one.start, one.end, sentence, level=level), place.index)
        return
    start = found.start("day")
    near = sum((day.day == one.on.day, day.month == one.on.month, day.year == one.on.year)) > 1
    to = f"{line.text[one.start : start]}{written(day)}" if near else None
    yield at_place(line.find(13, one.start, found.end(), sentence, to=to, level=level), place.index)


# Footnotes ----------------------------------------------------------------------------------------

_IBID = re.compile(r"^(?:See )?[Ii]bid\.?")
_VOLUME = re.compile(
    r"(?<![\w.])(?P<name>v\.|vol|Vol\.|Vol|V\.|volume|Volume|VOL\.) ?(?P<number>\d+)(?=\b)"
)
_TREATY_NUMBER = re.compile(
    r"(?<=[\d,] )(?P<name>no\.|no|No|NO\.|nr\.|Nr\.|number|Number|N°|#) ?(?P<number>\d{2,})\b"
)
_SERIES = re.compile(r"Treaty Series|\b(?:vols?\.|v\.|Vol\.?|volume) ?\d+")
_NO_COMMA = re.compile(r"(?P<vol>vol\. \d+) (?P<no>Nos?\. \d+)")
_TIGHT = re.compile(r"\b(?P<name>vol\.|Nos?\.)(?P<number>\d+)")


def footnotes(places: Sequence[Place]) -> Iterator[Finding]:
    """Rules 32, 33 and 46."""
    before: Line | None = None
    for place in places:
        for note in notes_of(place.line):
            yield from (at_place(one, place.index) for one in _note(note, before))
            before = note


def _note(note: Line, before: Line | None) -> Iterator[Finding]:
    text = note.text.rstrip()
    if not text:
        yield note.find(32, 0, 0, "This footnote has no words.")
        return
    if not text.endswith((".", ".”", ".)", "?")):
        cut = len(text.rstrip(",;: "))
        yield note.find(
            32,
            cut,
            len(text),
            "A footnote ends with a full stop.",
            repair=note.change((cut, len(note.text), ".")),
            to=".",
        )
    if _IBID.match(text):
        sentence = _ibid(text, before)
        if sentence:
            yield note.find(33, 0, _IBID.match(text).end(), sentence)  # type: ignore[union-attr]
    if not _SERIES.search(text):
        return
    for found in _VOLUME.finditer(note.text):
        yield note.find(46, *found.span(), to=f"vol. {found['number']}")
    for found in _TREATY_NUMBER.finditer(note.text):
        yield note.find(46, *found.span(), to=f"No. {found['number']}")
    for found in _NO_COMMA.finditer(note.text):
        yield note.find(46, *found.span(), to=f"{found['vol']}, {found['no']}")
    for found in _TIGHT.finditer(note.text):
        yield note.find(46, *found.span(), to=f"{found['name']} {found['number']}")


def _ibid(text: str, before: Line | None) -> str:
    if before is None:
        return "“Ibid.” stands in the first footnote: there is no source before it."
    earlier = before.text
    if re.search(r"\bvols?\. ?\d", text) and not _SERIES.search(earlier):
        return "“Ibid.” names a volume, and the footnote before it names no series."
    if (
        _SERIES.search(earlier)
        and not re.search(r"\bvol|\bNo\. ?\d", text)
        and re.search(r"\bannex|\bsect|\bchap", text)
    ):
        return (
            "“Ibid.” names a part of a document, and the footnote before it a treaty in a series."
        )
    series = _SERIES.search(earlier) and re.search(r"\bvols?\. ?\d", text)
    if ";" in earlier.rstrip(".;") and not series:
        return "The footnote before “Ibid.” names more than one source."
    return ""
