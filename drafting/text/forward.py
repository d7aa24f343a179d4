"""Last year's text forward: the technical updates an adopted text needs to be this year's draft.

Offered one by one, with the reason: the session a provisional agenda names, last year's resolution in
the list of those recalled, a tense, the wording of the agenda, the house style of the new session. What
needs somebody who knows (the next meeting, how many States have joined) is a note: it marks the words
and changes nothing unless it is answered. Nothing here touches substance. Only English is known.

What is found stands in two ways. A list, a style or an agenda is read from the words as they stand, and
is done once it says what is wanted. A session, a date or a number is offered where last year's words
still stand unchanged: whoever has changed them has decided. docs/decisions/0022 judges it on real texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from drafting.text.changes import (
    EMPTY,
    Builder,
    Change,
    Delete,
    Insert,
    Retain,
    Revise,
    apply,
    compose,
    part,
    plain,
    transform,
)
from drafting.text.diff import difference
from drafting.text.offsets import length_utf16, utf16_at
from drafting.text.recalled import Citation, chain_of, chains, grown, replaced
from drafting.text.resolution import Kind, Masthead, Paragraph
from drafting.text.sessions import (
    ORDINAL,
    number,
    ordinal,
    session_of,
    session_of_number,
    session_words,
    year_of,
)

PARTIES_CAPITAL_FROM = 80
"""The first session whose resolutions write "States Parties" (research/un-practice.md 2.5)."""

AHEAD_SESSIONS = 6
"""By how many sessions at most a text looks ahead: beyond, another body's sessions are meant."""


class What(StrEnum):
    """What an update brings up to date."""

    RECALLED = "recalled"
    """Last year's resolution joins the list of those recalled, or takes the place of the one before."""
    SESSION = "session"
    AGENDA = "agenda"
    TENSE = "tense"
    STYLE = "style"
    NUMBER = "number"
    """How many States have joined."""
    MEETING = "meeting"
    """A meeting that was to come."""


class Certainty(StrEnum):
    """How sure the tool is."""

    SURE = "sure"
    LIKELY = "likely"
    NOTE = "note"
    """A person must say what is to stand."""


@dataclass(frozen=True, slots=True)
class Last:
    """The adopted text a draft descends from: "75/62", "7 December 2020" ("" where unknown), 75."""

    number: str
    day: str
    session: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Words to stand between two positions, in units."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Update:
    """One update of one paragraph; `paragraph` is its place in the text.

    `found` are the words it is about, from `start` up to `end` in units, `wanted` what would stand
    there ("" for a note). The edits lie within.
    """

    paragraph: int
    what: What
    found: str
    wanted: str
    start: int
    end: int
    edits: tuple[Edit, ...]
    why: str
    certainty: Certainty
    before: int = 0
    """How often last year's paragraph has the same words before these."""

    @property
    def words_hash(self) -> str:
        """Gives what tells its words from others of the paragraph, as long as they stand."""
        return sha256(f"{self.before} {self.found}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known this year; every part may be absent."""

    parties: int | None = None
    signatories: int | None = None
    source: str = ""
    """Where the numbers are from, in words."""


NOTHING_KNOWN = Facts()


# The masthead ------------------------------------------------------------------------------------


def last_of(masthead: Masthead) -> Last | None:
    """Gives which adopted text a masthead is of; None for one of no adopted text."""
    session = session_of_number(masthead.number)
    if session is None or "/L." in masthead.number:
        return None
    said = " ".join((*masthead.notices, masthead.closing)).replace("\u00a0", " ")
    day = re.search(rf"\bon ({_DAY})", said) or re.search(rf"\bmeeting\s+({_DAY})", said)
    return Last(masthead.number.removeprefix("A/RES/"), day.group(1) if day else "", session)


def next_session(masthead: Masthead, paragraphs: Iterable[Paragraph]) -> int | None:
    """Gives the session an adopted text is next due at: the one its provisional agenda names.

    Where none is named, the next; or the second or third from then where it says "biennially" or
    "triennially". None for a masthead of no adopted text.
    """
    last = last_of(masthead)
    if last is None:
        return None
    step = 1
    for paragraph in paragraphs:
        words = _plainer(plain(paragraph.text))
        if every := _EVERY.search(words):
            step = _STEPS[every.group().lower()]
        if (agenda := _PROVISIONAL.search(words)) and (
            found := _SESSIONS.match(words, agenda.end())
        ):
            named = number(re.findall(ORDINAL, found.group())[0])
            if named is not None and last.session < named <= last.session + AHEAD_SESSIONS:
                return named
    return last.session + step


def moved_on(masthead: Masthead, session: int) -> Masthead:
    """Gives the masthead of the draft for a session: what changes every year is left empty.

    The committee is read from the report the text was adopted on. The agenda item's number and letter
    are never carried over; its title is.
    """
    committee = masthead.committee
    if not committee and (found := _REPORT_OF.search(" ".join(masthead.notices))):
        committee = found.group(1)
    return replace(
        masthead,
        number="",
        symbol="",
        distribution="",
        date="",
        session=session_words(session),
        committee=committee,
        agenda_item="",
        notices=(),
        closing="",
    )


def session_named(masthead: Masthead) -> int | None:
    """Gives the session a masthead is of."""
    return session_of(masthead.session) or session_of_number(masthead.number)


# The updates -------------------------------------------------------------------------------------


def updates(
    paragraphs: Sequence[Paragraph],
    *,
    last: Last,
    session: int,
    base: Sequence[Change | None] | None = None,
    agenda_title: str = "",
    facts: Facts = NOTHING_KNOWN,
) -> tuple[Update, ...]:
    """Gives what a text needs to be the draft for `session`, in the order of the text.

    `base` gives for each paragraph what last year's text said (None for one inserted since); left
    out, the text is last year's. Nothing is due before the session after last year's.
    """
    if session <= last.session:
        return ()
    finder = _Finder(paragraphs, last, session, agenda_title, facts)
    befores = [p.text for p in paragraphs] if base is None else base
    found = [*finder.recalled()]
    for index, (paragraph, before) in enumerate(zip(paragraphs, befores, strict=True)):
        now = _Words(paragraph.text)
        found += finder.as_it_stands(index, now)
        if before is not None:
            found += finder.since_last_year(index, _Words(before), now)
    return tuple(sorted(found, key=lambda u: (u.paragraph, u.start, u.end)))


def change_of(update: Update, text: Change, words: str | None = None) -> Change:
    """Gives the change an update makes to its paragraph; `words` answer a note.

    A note that is not answered changes nothing.
    """
    edits = update.edits if words is None else (Edit(update.start, update.end, words),)
    builder, at = Builder(), 0
    for edit in sorted(edits, key=lambda e: e.start):
        stood = part(text, edit.start, edit.end)
        beside = stood or part(text, max(edit.start - 1, 0), edit.start)
        first = beside.ops[0] if beside.ops else None
        italic = isinstance(first, Insert) and isinstance(first.content, str) and first.italic
        new = Change((Insert(edit.words, italic=italic or None),)) if edit.words else EMPTY
        builder.retain(edit.start - at).extend(difference(stood, new).ops)
        # What `difference` leaves unsaid at the end is kept.
        at = edit.end
        covered = sum(_base_length(op) for op in difference(stood, new).ops)
        builder.retain(edit.end - edit.start - covered)
    return builder.change()


def together(of: Iterable[Change]) -> Change:
    """Gives the one change of several that were made on the same text; the first comes first."""
    total = EMPTY
    for change in of:
        total = compose(total, transform(total, change, first=True))
    return total


def forwarded(paragraphs: Sequence[Paragraph], of: Iterable[Update]) -> tuple[Paragraph, ...]:
    """Gives the text with all these updates made."""
    rows = list(of)
    out = []
    for index, paragraph in enumerate(paragraphs):
        changes = [change_of(u, paragraph.text) for u in rows if u.paragraph == index and u.edits]
        text = apply(paragraph.text, together(changes)) if changes else paragraph.text
        out.append(replace(paragraph, text=text))
    return tuple(out)


def _base_length(op: object) -> int:
    match op:
        case Retain(length=units) | Delete(length=units):
            return units
        case Revise():
            return 1
        case _:
            return 0


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTH = f"(?:{'|'.join(_MONTHS)})"
_DAY = rf"\d{{1,2}} {_MONTH} \d{{4}}"
_REPORT_OF = re.compile(
    r"\bon the report of the ((?:First|Second|Third|Fourth|Fifth|Sixth|Special Political and Decolonization) Committee)"
)
_PROVISIONAL = re.compile(r"\bprovisional agendas? of (?:its|the) ")
_STEPS = {"biennially": 2, "triennially": 3}
_EVERY = re.compile("|".join(_STEPS), re.IGNORECASE)
_SESSIONS = re.compile(
    rf"\b{ORDINAL}(?:(?:,? (?:and|to) |, ){ORDINAL})* (?:annual |regular )?sessions?\b"
)
_OTHER_BODY = re.compile(
    r"\b(?:Commission|Council|Committee|Board|Conference|Meeting|Programme|Fund|Organization|Forum)"
    r"(?:,)? (?:at|during|of|for|in) (?:its|the) $"
)
_WILL_MARK = re.compile(r"\b(\d{4}) (will mark|marks)\b")
_TO_BE_HELD = re.compile(
    rf"(?:\b(?:{ORDINAL}) [^,;.]{{1,160}}, )?\bto be (?:held|convened)\b[^;]{{0,120}}?"
    rf"\b(?:(?P<day>\d{{1,2}}) )?(?P<month>{_MONTH}) (?P<year>\d{{4}})"
)
_JOINED = re.compile(
    r"\b(?:a total of )?(?P<total>\d{1,3}) States have (?:joined|ratified or acceded to|ratified)\b"
    r"[^,;]*(?:, (?P<parties>\d{1,3}) as States [Pp]arties and (?P<signatories>\d{1,3}) as signatories)?"
)
_PARTIES = re.compile(r"\bStates? part(?:y|ies)\b")
_QUOTED = re.compile("“[^”]*”")
_ITEM = re.compile(
    r"\b(?:the|under the) item entitled “(?P<item>[^”]+)”(?:, the sub-item entitled “(?P<sub>[^”]+)”)?"
)


def _capital(words: _Words) -> Change:
    """Gives a text with "States Parties" so written everywhere; nothing moves."""
    places = [found.start() + found.group().index("p") for found in _PARTIES.finditer(words.plain)]
    builder, at = Builder(), 0
    for place in map(words.units, places):
        stood = part(words.text, place, place + 1).ops[0]
        italic = stood.italic if isinstance(stood, Insert) else None
        builder.retain(place - at).insert("P", italic=bool(italic)).delete(1)
        at = place + 1
    return apply(words.text, builder.change()) if places else words.text


def _plainer(words: str) -> str:
    """Gives words with no-break characters made plain, each standing where it stood."""
    return words.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2011", "-")


class _Words:
    """The words of a text, as they stand and as they are searched."""

    def __init__(self, text: Change) -> None:
        self.text = text
        self.as_they_stand = plain(text)
        self.plain = _plainer(self.as_they_stand)

    def units(self, place: int) -> int:
        """Gives a place among the characters in units."""
        return utf16_at(self.as_they_stand, place)

    def span(self, found: re.Match[str], group: str | int = 0) -> tuple[int, int]:
        """Gives what was found, in units."""
        return self.units(found.start(group)), self.units(found.end(group))

    def dated(self, day: str) -> str:
        """Gives a date as this text writes dates: with a no-break space before the month, or a plain one."""
        unbroken = re.search(rf"\d[\u00a0\u202f]{_MONTH}", self.as_they_stand)
        return re.sub(r"(\d) (?=[A-Z])", "\\1\u00a0", day) if unbroken else day


class _Kept:
    """Where words of an earlier text stand now, as long as nobody has touched them."""

    def __init__(self, before: Change, now: Change) -> None:
        self.stretches: list[tuple[int, int, int]] = []
        old = new = 0
        for op in difference(before, now).ops if before != now else ():
            match op:
                case Insert(content=str() as words):
                    new += length_utf16(words)
                case Insert():
                    new += 1
                case Delete(length=units):
                    old += units
                case Retain(length=units):
                    self._keep(old, old + units, new - old)
                    old, new = old + units, new + units
                case Revise():
                    old, new = old + 1, new + 1
        self._keep(old, 1 << 60, new - old)

    def _keep(self, start: int, end: int, by: int) -> None:
        last = self.stretches[-1] if self.stretches else None
        if last is not None and last[1] == start and last[2] == by:
            self.stretches[-1] = (last[0], end, by)
        else:
            self.stretches.append((start, end, by))

    def place(self, span: tuple[int, int]) -> tuple[int, int] | None:
        """Gives where words stand now; None when they were changed."""
        for start, end, by in self.stretches:
            if start <= span[0] and span[1] <= end:
                return span[0] + by, span[1] + by
        return None


@dataclass(frozen=True, slots=True)
class _Finder:
    """Looks for what is due in one text."""

    paragraphs: Sequence[Paragraph]
    last: Last
    session: int
    agenda_title: str
    facts: Facts

    # Read from the words as they stand -----------------------------------------------------------

    def recalled(self) -> Iterator[Update]:
        """Finds the list of resolutions that last year's joins: one, the likeliest."""
        rows = list(chains(self.paragraphs))
        if any(one.number == self.last.number for row in rows for one in row.citations):
            return
        step = self._step()
        row = chain_of(rows, self.last.session, step)
        if row is None:
            return
        now = _Words(self.paragraphs[row.paragraph].text)
        cited = Citation(self.last.number, now.dated(self.last.day))
        alone = len(row.citations) == 1 and not row.others
        start, end, words = replaced(row, cited) if alone else grown(row, cited)
        edits = (Edit(now.units(start), now.units(end), words),)
        regular = len(row.citations) > 1 and row.latest == self.last.session - step
        why = f"{self.last.number} is last year’s resolution: it "
        why += (
            f"takes the place of {row.citations[-1].number}, which stands alone here."
            if alone
            else "joins those recalled."
        )
        yield Update(
            row.paragraph,
            What.RECALLED,
            now.as_they_stand[start:end],
            words,
            edits[0].start,
            edits[0].end,
            edits,
            why,
            Certainty.SURE if regular else Certainty.LIKELY,
        )

    def _step(self) -> int:
        """Gives after how many sessions the text is taken up again, as its provisional agenda says."""
        for paragraph in self.paragraphs:
            words = _plainer(plain(paragraph.text))
            if (agenda := _PROVISIONAL.search(words)) and (
                found := _SESSIONS.match(words, agenda.end())
            ):
                named = number(re.findall(ORDINAL, found.group())[0]) or 0
                for since in (self.last.session, self.session):
                    if 0 < named - since <= AHEAD_SESSIONS:
                        return named - since
        return max(1, self.session - self.last.session)

    def as_it_stands(self, index: int, now: _Words) -> Iterator[Update]:
        """Finds what is due whoever wrote the words: the agenda's wording, the house style."""
        yield from self._agenda(index, now)
        yield from self._style(index, now)

    def _agenda(self, index: int, now: _Words) -> Iterator[Update]:
        item, _, sub = (half.strip() for half in self.agenda_title.partition(": "))
        found = _ITEM.search(now.plain) if _PROVISIONAL.search(now.plain) else None
        if not item or found is None or bool(found["sub"]) is not bool(sub):
            return
        edits, olds, news = [], [], []
        for group, wanted in (("item", item), ("sub", sub)):
            stands = found[group]
            if stands and stands.casefold() != wanted.casefold():
                words = wanted[0].upper() + wanted[1:]
                edits.append(Edit(*now.span(found, group), words))
                olds.append(f"“{stands}”")
                news.append(f"“{words}”")
        if edits:
            why = "The agenda of this session words the item so, as this draft’s masthead has it."
            yield self._made(
                index, What.AGENDA, (" … ".join(olds), " … ".join(news)), edits, why, Certainty.SURE
            )

    def _style(self, index: int, now: _Words) -> Iterator[Update]:
        if self.session < PARTIES_CAPITAL_FROM:
            return
        quoted = [found.span() for found in _QUOTED.finditer(now.plain)]
        edits, olds = [], []
        for found in _PARTIES.finditer(now.plain):
            if any(start <= found.start() < end for start, end in quoted):
                continue
            at = now.units(found.start() + found.group().index("p"))
            edits.append(Edit(at, at + 1, "P"))
            olds.append(found.group())
        if edits:
            times = f" ({len(olds)} times)" if len(olds) > 1 else ""
            wanted = olds[0].replace("part", "Part")
            why = f"From the eightieth session on the United Nations writes “{wanted}”."
            yield self._made(
                index, What.STYLE, (olds[0] + times, wanted + times), edits, why, Certainty.SURE
            )

    # Offered where last year's words still stand -------------------------------------------------

    def since_last_year(self, index: int, before: _Words, now: _Words) -> Iterator[Update]:
        """Finds what time has overtaken in words that nobody has touched."""
        # The house style changes letters where they stand: that is not a decision on the words.
        kept = _Kept(_capital(before), _capital(now))
        for found in (
            *self._sessions(index, before, kept),
            *self._marks(index, before, kept),
            *self._meetings(index, before, kept),
            *self._numbers(index, before, kept),
        ):
            update, at = found
            yield replace(update, before=before.as_they_stand[:at].count(update.found))

    def _sessions(self, index: int, before: _Words, kept: _Kept) -> Iterator[tuple[Update, int]]:
        shift = self.session - self.last.session
        preamble = self.paragraphs[index].kind is Kind.PREAMBULAR
        agenda = _PROVISIONAL.search(before.plain)
        for found in _SESSIONS.finditer(before.plain):
            named = [number(words) or 0 for words in re.findall(ORDINAL, found.group())]
            ahead = (
                self.last.session < min(named) <= max(named) <= self.last.session + AHEAD_SESSIONS
            )
            if not ahead or _OTHER_BODY.search(before.plain[: found.start()]):
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
                f"The {ordinal(self.last.session)} session’s text named it; the draft for the "
                f"{ordinal(self.session)} names the {later_by}."
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

    def _marks(self, index: int, before: _Words, kept: _Kept) -> Iterator[tuple[Update, int]]:
        year = year_of(self.session)
        for found in _WILL_MARK.finditer(before.plain):
            then, verb = int(found.group(1)), found.group(2)
            place = kept.place(before.span(found))
            if place is None or then > year or (then == year and verb == "marks"):
                continue
            if then < year:
                why = f"{then} is over when this session begins: say whether this still stands, and how."
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

    def _meetings(self, index: int, before: _Words, kept: _Kept) -> Iterator[tuple[Update, int]]:
        begins = date(year_of(self.session), 10, 1)
        for found in _TO_BE_HELD.finditer(before.plain):
            month = _MONTHS.index(found["month"]) + 1
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

    def _numbers(self, index: int, before: _Words, kept: _Kept) -> Iterator[tuple[Update, int]]:
        for found in _JOINED.finditer(before.plain):
            place = kept.place(before.span(found))
            if place is None:
                continue
            stood = before.as_they_stand[slice(*found.span())]
            parties, signatories = self.facts.parties, self.facts.signatories
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
                    f"So many it is {self.facts.source}."
                    if self.facts.source
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

    def _made(
        self,
        index: int,
        what: What,
        words: tuple[str, str],
        edits: Sequence[Edit],
        why: str,
        certainty: Certainty,
    ) -> Update:
        found, wanted = words
        start, end = edits[0].start, edits[-1].end
        return Update(index, what, found, wanted, start, end, tuple(edits), why, certainty)
