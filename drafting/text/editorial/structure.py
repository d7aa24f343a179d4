"""Rules of the whole (1 to 10, 29, 37 to 39).

Formula, openings, endings, numbers, sub-paragraphs; also and further; the agenda item; States parties. Also
and further are `text/openings`, whose repairs these are. Annexes are texts of their own: the rules of the
body's structure are not looked for there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from drafting.text import sessions
from drafting.text.changes import NOTE_PLACEHOLDER
from drafting.text.editorial.findings import GATE, RULES, Finding
from drafting.text.editorial.line import Line, at_place
from drafting.text.numbering import SERIES
from drafting.text.openings import opening_of, openings
from drafting.text.resolution import Kind, Paragraph

_FORMULA = "The General Assembly,"
_TAIL = re.compile(rf"(?:{NOTE_PLACEHOLDER}|(?<=[,;.:])\d{{1,2}}$|[\]\s])+$")
"""What may stand behind the last sign: note marks, a repeated mark, a bracket."""

_OPENING = re.compile(
    r"(?P<all>(?:(?:Deeply|Gravely|Seriously|Strongly|Fully|Firmly|Greatly|Keenly|Profoundly|Particularly) )?"
    r"(?:Taking note|Taking into (?:account|consideration)|Bearing in mind|Having (?:considered|regard|examined|reviewed|in mind)"
    r"|Expressing (?:its )?(?:deep |grave |serious |strong )?(?:concern|appreciation|satisfaction|regret|support|gratitude)"
    r"|Reaffirming its (?:commitment|determination|support)|Paying tribute"
    r"|[A-Z]?[a-z]+(?:ing|ed)|Mindful|Conscious|Aware|Cognizant|Convinced|Confident|Anxious|Desirous|Grateful|Hopeful"
    r"|mindful|conscious|aware|cognizant|convinced|concerned|alarmed|disturbed)"
    r"(?: (?:also|further))?"
    r"(?: with (?:appreciation|satisfaction|concern|interest|deep concern|grave concern|regret|approval|alarm))?)\b"
)
_AGENDA = re.compile(
    rf"\bprovisional agenda (?:of|for) (?:its|the) (?P<name>(?:\w+ )*?(?P<session>{sessions.ORDINAL}))"
    r"(?P<emergency> (?:special|emergency))?",
    re.IGNORECASE,
)
_INCLUDES = re.compile(r"\bprovisional agenda\b")
_GOES_ON = re.compile(
    r"\bunder the (?:agenda |sub-)?item\b|\bremain seized\b|\bcontinue (?:its |to )?consider|\bto revert to\b"
)
_YEARLY = re.compile(r"\b(\d{2,3})/\d+")
_PROVISIONAL = re.compile(rf"\d.*\b(?:{'|'.join(SERIES)}|alt)\b")
_PARTIES = re.compile(r"\b(?P<s>[Ss])tates?(?: |-)(?P<p>[Pp])art(?:ies|y)\b")
_MEETING = re.compile(
    r"\b(?:Meetings?|Conferences?|Assembl(?:y|ies)|Sessions?|Summit|Bureau|Committee|Chair(?:person)?) of (?:the )?"
    r"(?:High Contracting )?$"
)
_CAPITAL = 80


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph with its words laid out, and whether it stands in an annex."""

    index: int
    paragraph: Paragraph
    line: Line
    annex: bool

    @property
    def kind(self) -> Kind:
        """What the paragraph is."""
        return self.paragraph.kind


def numbers(places: Sequence[Place]) -> Iterator[Finding]:
    """Rule 5, and provisional numbers (rule 40). Where none was typed the tool sets them, and they are right."""
    for place in places:
        if _PROVISIONAL.search(place.paragraph.number or ""):
            sentence = f"“{(place.paragraph.number or '').rstrip('.')}” is a provisional number: it is settled before tabling."
            yield _at(place, _front(place, GATE, sentence))
    row = [
        p
        for p in places
        if p.kind is Kind.OPERATIVE
        and not p.annex
        and not _PROVISIONAL.search(p.paragraph.number or "")
    ]
    typed = [_typed(p.paragraph.number) for p in row]
    if all(one is None for one in typed):
        return
    if len(row) == 1:
        if typed[0] is not None:
            yield _at(row[0], _front(row[0], 5, "A single operative paragraph has no number."))
        return
    due = 1
    for place, number in zip(row, typed, strict=True):
        begins_anew = (
            number == 1
            and due > 1
            and any(p.kind is Kind.HEADING for p in places[place.index - 1 : place.index])
        )
        if begins_anew:
            due = 1
        if number != due:
            said = "no number" if number is None else f"the number {number}"
            sentence = f"This paragraph has {said} where {due} is due."
            yield _at(place, _front(place, 5, sentence))
        due = (number if number is not None else due) + 1


def _typed(number: str | None) -> int | None:
    found = re.match(r"\d+", number or "")
    return int(found[0]) if found else None


def _front(place: Place, rule: int, sentence: str = "") -> Finding:
    end = place.line.opening_end or len(place.line.text.split(" ", 1)[0])
    return place.line.find(rule, 0, end, sentence)


def _at(place: Place, finding: Finding) -> Finding:
    return at_place(finding, place.index)


def structure(places: Sequence[Place], paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    """Rules 1 to 4, 6 to 10 and 39."""
    yield from _formula(places)
    body = [p for p in places if not p.annex and p.line.text.strip()]
    last_operative = max((p.index for p in body if p.kind is Kind.OPERATIVE), default=-1)
    for at, place in enumerate(body):
        after = body[at + 1] if at + 1 < len(body) else None
        beyond = places[place.index + 1] if place.index + 1 < len(places) else None
        match place.kind:
            case Kind.PREAMBULAR:
                yield from _preambular(place, after)
            case Kind.OPERATIVE:
                yield from _operative(place, after, beyond, last=place.index == last_operative)
            case Kind.SUB:
                yield from _sub(
                    place, after, in_operative=place.index > last_operative >= 0, body=body[:at]
                )
    found = openings(paragraphs)
    for one in found:
        preamble = paragraphs[one.index].kind is Kind.PREAMBULAR
        rule = {
            "place": 6 if preamble else 7,
            "cycle": 8 if preamble else 10,
            "orphan": 9,
            "addressee": 10,
        }[one.rule]
        line = places[one.index].line
        start = line.text.find(one.found)
        finding = line.find(
            rule,
            max(start, 0),
            max(start, 0) + len(one.found),
            one.why,
            repair=one.repair,
            to=one.wanted,
        )
        yield at_place(finding, one.index)
        opening = opening_of(paragraphs[one.index])
        if one.rule != "place" and opening is not None and not opening.well_placed:
            # It stands on the wrong side as well as where it should not stand at all.
            rule = 6 if preamble else 7
            yield at_place(
                replace(
                    finding,
                    rule=RULES[rule],
                    level=RULES[rule].level,
                    sentence=RULES[rule].sentence,
                ),
                one.index,
            )


def _formula(places: Sequence[Place]) -> Iterator[Finding]:
    formula = next((p for p in places if p.kind is Kind.FORMULA), None)
    if formula is None:
        if places:
            first = places[0]
            yield _at(
                first,
                first.line.find(1, 0, 0, "The text does not open with “The General Assembly,”."),
            )
        return
    line = formula.line
    words = line.text.strip()
    if words.lower().rstrip(",;:. ") != "the general assembly":
        if not re.fullmatch(r"The [A-Z].*,", words):
            yield _at(formula, line.find(1, 0, len(line.text)))
        return
    if words != _FORMULA:
        yield _at(formula, line.find(1, 0, len(line.text), to=_FORMULA))
    elif not all(line.slopes[: len(_FORMULA) - 1]):
        end = len(_FORMULA) - 1
        yield _at(formula, line.find(1, 0, end, repair=line.sloped(0, end, italic=True)))


# Openings and endings -----------------------------------------------------------------------------


def _preambular(place: Place, after: Place | None) -> Iterator[Finding]:
    line = place.line
    if not line.opening_end:
        found = _OPENING.match(line.text)
        end = found.end("all") if found else len(line.text.split(" ", 1)[0])
        repair = line.sloped(0, end, italic=True) if found else None
        yield _at(place, line.find(2, 0, end, repair=repair))
    if after is not None and after.kind is Kind.SUB:
        yield from _ends(place, 39, ":")
    elif not line.text.rstrip().endswith(",”"):
        yield from _ends(place, 3, ",")


def _operative(
    place: Place, after: Place | None, beyond: Place | None, *, last: bool
) -> Iterator[Finding]:
    if after is not None and after.kind is Kind.SUB:
        yield from _ends(place, 39, ":")
        return
    sign = _tail(place)[1]
    if sign == ":" and beyond is not None and (beyond.annex or beyond.kind is Kind.HEADING):
        return  # what is adopted follows
    yield from _ends(place, 4, ".;" if _restarts(after) else "." if last else ";")


def _restarts(after: Place | None) -> bool:
    """Tells whether a section follows: there a budget text ends a paragraph with a full stop."""
    return (
        after is not None
        and after.kind is Kind.HEADING
        and not after.line.text.strip(" IVXLC.").strip()
    )


def _tail(place: Place) -> tuple[int, str]:
    """Gives where the words end, and the sign that ends them."""
    text = place.line.text
    found = _TAIL.search(text)
    end = found.start() if found else len(text)
    return end, text[end - 1 : end]


def _ends(place: Place, rule: int, signs: str) -> Iterator[Finding]:
    line = place.line
    end, sign = _tail(place)
    if sign and sign in signs:
        return
    if sign in "”)" and len(signs) == 1 and line.text[end - 2 : end - 1] in {signs, "?", "!"}:
        return
    names = {",": "a comma", ";": "a semicolon", ".": "a full stop", ":": "a colon"}
    sentence = f"This ends with {names[signs[0]]}{_why(rule, signs)}."
    start = end
    while start > 0 and line.text[start - 1] in ",;.: ":
        start -= 1
    shown = line.text.rfind(" ", 0, start) + 1
    repair = line.change((start, end, signs[0]))
    to = f"{line.as_is[shown:start]}{signs[0]}"
    yield _at(place, line.find(rule, shown, end, sentence, repair=repair, to=to))


def _why(rule: int, signs: str) -> str:
    if rule == 3:  # noqa: PLR2004 - the rule's number
        return ", as every preambular paragraph"
    if rule == 39:  # noqa: PLR2004
        return ": sub-paragraphs follow" if signs[0] == ":" else ", as a sub-paragraph"
    return ", as the last operative paragraph" if signs == "." else ", as an operative paragraph"


def _sub(
    place: Place, after: Place | None, *, in_operative: bool, body: Sequence[Place]
) -> Iterator[Finding]:
    line = place.line
    text = line.text
    first = re.search(r"\w", text)
    if first and first[0].islower() and not re.match(r"[a-z]-|[a-z]+[A-Z]", text[first.start() :]):
        at = first.start()
        sentence = "A sub-paragraph begins with a capital."
        yield _at(place, line.find(39, at, at + 1, sentence, to=first[0].upper()))
    deeper = (
        after is not None
        and after.kind is Kind.SUB
        and after.paragraph.level > place.paragraph.level
    )
    if deeper:
        due = ":"
    elif not any(p.kind is Kind.OPERATIVE for p in body):
        due = ";,"
    elif after is None and in_operative:
        due = "."
    else:
        due = ";." if _restarts(after) else ";"
    if joined := re.search(r"[;,]? and\s*$", text):
        sentence = "There is no “and” before the last sub-paragraph."
        yield _at(place, line.find(39, joined.start(), len(text), sentence, to=due[0]))
    else:
        yield from _ends(place, 39, due)


# The agenda item, States parties ------------------------------------------------------------------


def agenda(places: Sequence[Place], session: int | None) -> Iterator[Finding]:
    """Rules 37 and 38."""
    row = [p for p in places if p.kind is Kind.OPERATIVE and not p.annex and p.line.text.strip()]
    for place in places:
        if place.annex or session is None:
            continue
        for found in _AGENDA.finditer(place.line.text):
            named = sessions.number(found["session"])
            if (
                named is None
                or found["emergency"]
                or named > session
                or place.line.quoted(found.start())
            ):
                continue
            sentence = f"This is the {sessions.ordinal(session)} session: the provisional agenda is that of a later one."
            yield _at(place, place.line.find(37, found.start("name"), found.end("name"), sentence))
    if not row:
        return
    items = [p for p in row if _INCLUDES.search(p.line.text) and "include" in p.line.text]
    if items and items[-1] is not row[-1]:
        yield _at(
            items[-1],
            _front(items[-1], 38, "Another operative paragraph stands behind the agenda item."),
        )
    elif (
        not items
        and session is not None
        and len(row) > 1
        and not any(_GOES_ON.search(p.line.text) for p in row)
        and _is_yearly(places, session)
    ):
        yield _at(
            row[-1],
            _front(
                row[-1],
                38,
                "This text recalls one of its own each year, and puts no item on the provisional agenda.",
            ),
        )


def _is_yearly(places: Sequence[Place], session: int) -> bool:
    """Tells whether a preambular paragraph recalls one resolution of each of the last three sessions."""
    wanted = {session - 1, session - 2, session - 3}
    return any(
        wanted <= {int(number) for number in _YEARLY.findall(p.line.text)}
        for p in places
        if p.kind is Kind.PREAMBULAR
    )


def parties(places: Sequence[Place], session: int | None) -> Iterator[Finding]:
    """Rule 29."""
    row: list[tuple[Place, re.Match[str]]] = []
    for place in places:
        for found in _PARTIES.finditer(place.line.text):
            named = _MEETING.search(place.line.before(found.start())) and found["p"] == "P"
            if (
                named
                or place.line.quoted(found.start())
                or place.annex
                or place.kind is Kind.HEADING
            ):
                continue
            row.append((place, found))
    capitals = sum(found["p"] == "P" for _, found in row)
    newer = session is not None and session >= _CAPITAL
    capital = newer or capitals * 2 > len(row)
    for place, found in row:
        if (found["p"] == "P") is capital and found["s"] == "S" and "-" not in found[0]:
            continue
        right = _spelled(found[0], capital=capital)
        why = (
            f"Since the eightieth session it is “{right}”."
            if newer
            else f"Elsewhere in this text it is written with a {'capital' if capital else 'small'} p."
            if found["s"] == "S"
            else f"This is written “{right}”."
        )
        yield _at(place, place.line.find(29, *found.span(), why, to=right))


def _spelled(words: str, *, capital: bool) -> str:
    plural = "s" if words.lower().startswith("states") else ""
    party = "arties" if words.lower().endswith("ies") else "arty"
    return f"State{plural} {'P' if capital else 'p'}{party}"
