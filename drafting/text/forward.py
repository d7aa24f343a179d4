"""Last year's text forward: the technical updates an adopted text needs to be this year's draft.

Offered one by one, with the reason: the session a provisional agenda names, last year's resolution in
the list of those recalled, a tense, the wording of the agenda, the house style of the new session. What
needs somebody who knows (the next meeting, how many States have joined) is a note: it marks the words
and changes nothing unless it is answered. Nothing here touches substance. Only English is known.

What is found stands in two ways. A list, a style or an agenda is read from the words as they stand, and
is done once it says what is wanted. A session, a date or a number is offered where last year's words
still stand unchanged (`overtaken`): whoever has changed them has decided.
docs/decisions/0022-what-the-year-changes.md judges it on real texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from drafting.text.changes import Change
from drafting.text.overtaken import AHEAD_SESSIONS, PROVISIONAL, Ahead, named_agenda, overtaken
from drafting.text.recalled import Citation, chain_of, chains, grown, replaced
from drafting.text.resolution import Masthead, Paragraph
from drafting.text.searched import DAY, PARTIES, Words
from drafting.text.sessions import session_of, session_of_number, session_words
from drafting.text.update import NOTHING_KNOWN, Certainty, Edit, Facts, Last, Update, What

PARTIES_CAPITAL_FROM = 80
"""The first session whose resolutions write "States Parties" (research/un-practice.md 2.5)."""

_REPORT_OF = re.compile(
    r"\bon the report of the ((?:First|Second|Third|Fourth|Fifth|Sixth"
    r"|Special Political and Decolonization) Committee)"
)
_STEPS = {"biennially": 2, "triennially": 3}
_EVERY = re.compile("|".join(_STEPS), re.IGNORECASE)
_QUOTED = re.compile("“[^”]*”")
_ITEM = re.compile(
    r"\bthe item entitled “(?P<item>[^”]+)”(?:, the sub-item entitled “(?P<sub>[^”]+)”)?"
)


# The masthead ------------------------------------------------------------------------------------


def last_of(masthead: Masthead) -> Last | None:
    """Gives which adopted text a masthead is of; None for one of no adopted text."""
    session = session_of_number(masthead.number)
    if session is None or "/L." in masthead.number:
        return None
    said = " ".join((*masthead.notices, masthead.closing)).replace("\u00a0", " ")
    day = re.search(rf"\bon ({DAY})", said) or re.search(rf"\bmeeting\s+({DAY})", said)
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
        words = Words(paragraph.text)
        if every := _EVERY.search(words.plain):
            step = _STEPS[every.group().lower()]
        named = named_agenda(words) or 0
        if 0 < named - last.session <= AHEAD_SESSIONS:
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
        sponsors="",
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
    ahead = Ahead(last, session, facts)
    befores = [p.text for p in paragraphs] if base is None else base
    found = [*_recalled(paragraphs, ahead)]
    for index, (paragraph, before) in enumerate(zip(paragraphs, befores, strict=True)):
        now = Words(paragraph.text)
        found += _agenda(index, now, agenda_title)
        found += _style(index, now, session)
        if before is not None:
            found += overtaken(ahead, index, paragraph, Words(before), now)
    return tuple(sorted(found, key=lambda u: (u.paragraph, u.start, u.end)))


def _recalled(paragraphs: Sequence[Paragraph], ahead: Ahead) -> Iterator[Update]:
    """Finds the list of resolutions that last year's joins: one, the likeliest."""
    rows = list(chains(paragraphs))
    if any(one.number == ahead.last.number for row in rows for one in row.citations):
        return
    step = _step(paragraphs, ahead)
    row = chain_of(rows, ahead.last.session, step)
    if row is None:
        return
    now = Words(paragraphs[row.paragraph].text)
    cited = Citation(ahead.last.number, now.dated(ahead.last.day))
    alone = len(row.citations) == 1 and not row.others
    joins = replaced(row, cited) if alone else grown(row, cited)
    edits = tuple(Edit(now.units(start), now.units(end), words) for start, end, words in joins)
    at = min(joins[0][0], row.words.rindex(row.citations[-1].number, row.start, row.end))
    stood, wanted = now.as_they_stand[at : joins[-1][1]], ""
    for start, end, words in joins:
        wanted += now.as_they_stand[at:start] + words
        at = end
    regular = len(row.citations) > 1 and row.latest == ahead.last.session - step
    why = f"{ahead.last.number} is last year’s resolution: it "
    why += (
        f"takes the place of {row.citations[-1].number}, which stands alone here."
        if alone
        else "joins those recalled."
    )
    yield Update(
        row.paragraph,
        What.RECALLED,
        stood,
        wanted,
        edits[0].start,
        edits[-1].end,
        edits,
        why,
        Certainty.SURE if regular else Certainty.LIKELY,
    )


def _step(paragraphs: Sequence[Paragraph], ahead: Ahead) -> int:
    """Gives after how many sessions the text is taken up again, as its provisional agenda says."""
    for paragraph in paragraphs:
        named = named_agenda(Words(paragraph.text)) or 0
        for since in (ahead.last.session, ahead.session):
            if 0 < named - since <= AHEAD_SESSIONS:
                return named - since
    return ahead.shift


def _agenda(index: int, now: Words, agenda_title: str) -> Iterator[Update]:
    item, _, sub = (half.strip() for half in agenda_title.partition(": "))
    found = _ITEM.search(now.plain) if PROVISIONAL.search(now.plain) else None
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
        yield _made(
            index, What.AGENDA, (" … ".join(olds), " … ".join(news)), edits, why, Certainty.SURE
        )


def _style(index: int, now: Words, session: int) -> Iterator[Update]:
    if session < PARTIES_CAPITAL_FROM:
        return
    quoted = [found.span() for found in _QUOTED.finditer(now.plain)]
    edits, olds = [], []
    for found in PARTIES.finditer(now.plain):
        if any(start <= found.start() < end for start, end in quoted):
            continue
        at = now.units(found.start() + found.group().index("p"))
        edits.append(Edit(at, at + 1, "P"))
        olds.append(found.group())
    if edits:
        times = f" ({len(olds)} times)" if len(olds) > 1 else ""
        wanted = olds[0].replace("part", "Part")
        why = f"From the eightieth session on the United Nations writes “{wanted}”."
        yield _made(
            index, What.STYLE, (olds[0] + times, wanted + times), edits, why, Certainty.SURE
        )


def _made(
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
