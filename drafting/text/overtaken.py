"""What time has overtaken in words that nobody has touched since last year.

Sessions that were to come, years, meetings that were to be held, how many States have joined. Each is
looked for in last year's words, and offered where they still stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from drafting.text.months import MONTH, MONTHS
from drafting.text.resolution import Kind, Paragraph
from drafting.text.searched import Kept, Words
from drafting.text.sessions import ORDINAL, number, ordinal, year_of
from drafting.text.update import Certainty, Edit, Facts, Last, Update, What

AHEAD_SESSIONS = 6
"""By how many sessions at most a text looks ahead: beyond, another body's sessions are meant."""

COMMITTEES_MEET = (10, 1)
"""Month and day from which a session's meetings are still to come for its drafts."""

PROVISIONAL = re.compile(r"\bprovisional agendas? of (?:its|the) ")
"""What stands before the session whose agenda the text asks to be on."""

SESSIONS = re.compile(
    rf"\b{ORDINAL}(?:(?:,? (?:and|to) |, ){ORDINAL})* (?:annual |regular )?sessions?\b"
)
_OTHER_BODY = re.compile(
    r"\b(?:Commission|Council|Committee|Board|Conference|Meeting|Programme|Fund|Organization|Forum)"
    r"(?: (?:on|of|for|the|and|[A-Z][\w-]*))*,? (?:at|during|of|for|in) (?:its|the) $"
)
_WILL_MARK = re.compile(r"\b(\d{4}) (will mark|marks)\b")
_TO_BE_HELD = re.compile(
    rf"(?:\b(?:{ORDINAL}) [^,;.]{{1,160}}, )?\bto be (?:held|convened)\b[^;]{{0,120}}?"
    rf"\b(?:(?P<day>\d{{1,2}}) )?(?P<month>{MONTH}) (?P<year>\d{{4}})"
)
_JOINED = re.compile(
    r"\b(?:a total of )?(?P<total>\d{1,3}) States have (?:joined|ratified or acceded to|ratified)\b"
    r"[^,;]*(?:, (?P<parties>\d{1,3}) as States [Pp]arties and (?P<signatories>\d{1,3}) as signatories)?"
)

_Found = Iterator[tuple[Update, int]]
"""Updates, each with the place of its words in last year's."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """From which text to which session one goes, and what is known of the year."""

    last: Last
    session: int
    facts: Facts

    @property
    def shift(self) -> int:
        """Gives by how many sessions."""
        return self.session - self.last.session


def named_agenda(words: Words) -> int | None:
    """Gives the session that a paragraph's provisional agenda is of; None without one."""
    agenda = PROVISIONAL.search(words.plain)
    found = None if agenda is None else SESSIONS.match(words.plain, agenda.end())
    return None if found is None else number(re.findall(ORDINAL, found.group())[0])


def overtaken(
    ahead: Ahead, index: int, paragraph: Paragraph, before: Words, now: Words
) -> Iterator[Update]:
    """Gives what time has overtaken in one paragraph; `index` is its place in the text."""
    kept = Kept(before, now)
    for found in (
        *_sessions(ahead, index, paragraph, before, kept),
        *_marks(ahead, index, before, kept),
        *_meetings(ahead, index, before, kept),
        *_numbers(ahead, index, before, kept),
    ):
        update, at = found
        yield replace(update, before=before.as_they_stand[:at].count(update.found))


def _sessions(ahead: Ahead, index: int, paragraph: Paragraph, before: Words, kept: Kept) -> _Found:
    shift = ahead.shift
    preamble = paragraph.kind is Kind.PREAMBULAR
    agenda = PROVISIONAL.search(before.plain)
    for found in SESSIONS.finditer(before.plain):
        named = [number(words) or 0 for words in re.findall(ORDINAL, found.group())]
        to_come = (
            ahead.last.session < min(named) <= max(named) <= ahead.last.session + AHEAD_SESSIONS
        )
        if not to_come or _OTHER_BODY.search(before.plain[: found.start()]):
            continue
        place = kept.place(before.span(found))
        if place is None:
            continue
        stood = before.as_they_stand[slice(*found.span())]
        if preamble:
            why = "This session was still to come: say what is true of it now."
            yield (
                Update(index, What.SESSION, stood, "", *place, (), why, Certainty.NOTE),
                found.start(),
            )
            continue
        by = place[0] - before.units(found.start())
        edits, wanted = [], found.group()
        for one in reversed(list(re.finditer(ORDINAL, found.group()))):
            later = ordinal((number(one.group()) or 0) + shift)
            start = before.units(found.start() + one.start()) + by
            end = before.units(found.start() + one.end()) + by
            edits.append(Edit(start, end, later))
            wanted = wanted[: one.start()] + later + wanted[one.end() :]
        sure = agenda is not None and agenda.end() == found.start()
        later_by = "next session" if shift == 1 else f"session {shift} later"
        why = (
            f"The {ordinal(ahead.last.session)} session’s text named it; the draft for the "
            f"{ordinal(ahead.session)} names the {later_by}."
        )
        certainty = Certainty.SURE if sure else Certainty.LIKELY
        yield (
            Update(
                index,
                What.SESSION,
                stood,
                wanted,
                *place,
                tuple(reversed(edits)),
                why,
                certainty,
            ),
            found.start(),
        )


def _marks(ahead: Ahead, index: int, before: Words, kept: Kept) -> _Found:
    year = year_of(ahead.session)
    for found in _WILL_MARK.finditer(before.plain):
        then, verb = int(found.group(1)), found.group(2)
        place = kept.place(before.span(found))
        if place is None or then > year or (then == year and verb == "marks"):
            continue
        if then < year:
            why = (
                f"{then} is over when this session begins: say whether this still stands, and how."
            )
            yield (
                Update(index, What.TENSE, found.group(), "", *place, (), why, Certainty.NOTE),
                found.start(),
            )
            continue
        edits = (Edit(place[0] + 5, place[1], "marks"),)
        why = f"This is the session of {year}: what was to come has come."
        yield (
            Update(
                index,
                What.TENSE,
                found.group(),
                f"{then} marks",
                *place,
                edits,
                why,
                Certainty.SURE,
            ),
            found.start(),
        )


def _meetings(ahead: Ahead, index: int, before: Words, kept: Kept) -> _Found:
    begins = date(year_of(ahead.session), *COMMITTEES_MEET)
    for found in _TO_BE_HELD.finditer(before.plain):
        month = MONTHS.index(found["month"]) + 1
        held = date(int(found["year"]), month, min(int(found["day"] or 28), 28))
        place = kept.place(before.span(found))
        if place is None or held >= begins:
            continue
        until = f"until {found['day']} {found['month']} {found['year']}".replace("None ", "")
        why = f"It was to be held {until}, which is past: name the meeting that comes next, its place and dates."
        stood = before.as_they_stand[slice(*found.span())]
        yield (
            Update(index, What.MEETING, stood, "", *place, (), why, Certainty.NOTE),
            found.start(),
        )


def _numbers(ahead: Ahead, index: int, before: Words, kept: Kept) -> _Found:
    for found in _JOINED.finditer(before.plain):
        place = kept.place(before.span(found))
        if place is None:
            continue
        stood = before.as_they_stand[slice(*found.span())]
        parties, signatories = ahead.facts.parties, ahead.facts.signatories
        if not found["parties"] or parties is None or signatories is None:
            why = "Say how many it is this year."
            yield (
                Update(index, What.NUMBER, stood, "", *place, (), why, Certainty.NOTE),
                found.start(),
            )
            continue
        known = {"total": parties + signatories, "parties": parties, "signatories": signatories}
        by = place[0] - before.units(found.start())
        edits, wanted = [], found.group()
        for group, value in reversed(known.items()):
            if found[group] == str(value):
                continue
            start, end = before.span(found, group)
            edits.append(Edit(start + by, end + by, str(value)))
            at, stop = found.start(group) - found.start(), found.end(group) - found.start()
            wanted = wanted[:at] + str(value) + wanted[stop:]
        if edits:
            why = (
                f"So many it is {ahead.facts.source}."
                if ahead.facts.source
                else "So many it is this year."
            )
            yield (
                Update(
                    index,
                    What.NUMBER,
                    stood,
                    wanted,
                    *place,
                    tuple(reversed(edits)),
                    why,
                    Certainty.LIKELY,
                ),
                found.start(),
            )
