"""What a text prints around its words at each stage: working draft, L-document, adopted resolution.

A draft begins with the masthead of the text it was begun from, last year's resolution as a rule. That
is printed with that text alone: the session, the agenda item and the symbol are other ones each year
(research/un-practice.md 2.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from drafting.rules.roles import Actor
from drafting.services import drafts, versions
from drafting.services.record import ADOPTED
from drafting.store import record as kept_record
from drafting.store.tables import Draft, Tabling, Version
from drafting.store.work import Work
from drafting.text.months import written
from drafting.text.resolution import Masthead
from drafting.text.sessions import LAST, session_words

_TABLED = re.compile(r"A/(?:C\.(?P<committee>\d)/)?(?P<session>\d{1,3})/L\.")
_COMMITTEES = {
    "1": "First Committee",
    "2": "Second Committee",
    "3": "Third Committee",
    "4": "Special Political and Decolonization Committee (Fourth Committee)",
    "5": "Fifth Committee",
    "6": "Sixth Committee",
}


@dataclass(frozen=True, slots=True)
class Dress:
    """A text's masthead, and what the paper is called where it has no symbol of its own."""

    masthead: Masthead
    head: str
    """ "Draft 2, 28 September 2021"; empty for what was issued under a symbol."""


def of(w: Work, actor: Actor, number: int | None, *, numbered: bool = True) -> Dress:
    """Gives what a version prints around its words, or the working text (None).

    `numbered` says that the working text's paragraphs are called as they would be afresh: only then
    can it be the text that was adopted. Refuses: NotFound for a version that does not exist.
    """
    draft = drafts.one(w, actor)
    if number is None:
        if draft.stage == ADOPTED and numbered:
            return Dress(_adopted(w, actor, draft), "")
        return Dress(_working(w, actor, draft), f"Working text, {written(w.now.date())}")
    version = versions.one(w, actor, number)
    tabling = _tabling(w, draft, number)
    sealed = _sealed(draft, version)
    if tabling is not None:
        now = _working(w, actor, draft)
        # What was not known yet when the text was sealed is printed as it is known now.
        given = {name: value for name in _LATER if (value := getattr(now, name))}
        made = _working(w, actor, draft, sealed)
        missing = {name: value for name, value in given.items() if not getattr(made, name)}
        return Dress(_tabled(replace(made, **missing), tabling), "")
    if number == 0:
        return Dress(sealed, "")
    head = f"{version.name}, {written(version.sealed_at.date())}"
    return Dress(_working(w, actor, draft, sealed), head)


_LATER = ("session", "committee", "agenda_item", "agenda_title")


def _sealed(draft: Draft, version: Version) -> Masthead:
    """Gives the masthead as it was sealed with a version; with 0, of the text the draft began from."""
    fields = dict(version.masthead)
    fields["notices"] = tuple(fields.get("notices", ()))
    fields["title"] = fields.get("title") or draft.title
    return Masthead(**fields)


def _working(w: Work, actor: Actor, draft: Draft, sealed: Masthead | None = None) -> Masthead:
    """Gives what stands around a text under negotiation: as it is now, or was sealed.

    Of last year's resolution neither the session nor the agenda item is carried over.
    """
    begun = _sealed(draft, versions.one(w, actor, 0))
    now = sealed or drafts.masthead_of(draft)
    last_years = bool(begun.number) or begun.symbol.startswith("A/RES/")
    if last_years:
        now = replace(
            now,
            session="" if now.session == begun.session else now.session,
            agenda_item="" if now.agenda_item == begun.agenda_item else now.agenda_item,
        )
    now = replace(
        now, number="", symbol="", distribution="", date="", notices=(), closing="", sponsors=""
    )
    last = kept_record.last_tabling(w, draft.id)
    return now if last is None else _of_symbol(now, last.symbol)


def _of_symbol(masthead: Masthead, symbol: str) -> Masthead:
    """Adds the session and the committee that a symbol names, where they are not known."""
    found = _TABLED.match(symbol)
    if found is None or masthead.language != "en":
        return masthead
    session = int(found["session"])
    return replace(
        masthead,
        session=session_words(session) if 0 < session <= LAST else masthead.session,
        committee=masthead.committee or _COMMITTEES.get(found["committee"] or "", ""),
    )


def _tabling(w: Work, draft: Draft, number: int) -> Tabling | None:
    """Gives how a version was tabled; of two tablings under one symbol the last counts."""
    last = {one.symbol: one for one in kept_record.tablings_of(w, draft.id)}
    return next((one for one in reversed(last.values()) if one.version_number == number), None)


def _tabled(masthead: Masthead, tabling: Tabling) -> Masthead:
    return replace(
        _of_symbol(masthead, tabling.symbol),
        symbol=tabling.symbol,
        distribution="Distr.: Limited",
        date="" if tabling.on is None else written(tabling.on),
        sponsors=tabling.line,
    )


def _adopted(w: Work, actor: Actor, draft: Draft) -> Masthead:
    adoption = kept_record.of_draft(w, draft.id)
    adopted = drafts.masthead_of(draft)
    made = _working(w, actor, draft)
    when = "" if adoption is None or adoption.adopted_on is None else written(adoption.adopted_on)
    notices = []
    if when and made.language == "en":
        notices.append(f"Resolution adopted by the General Assembly on {when}")
        if made.committee:
            notices.append(f"[on the report of the {made.committee}]")
    return replace(
        made,
        number=adopted.number,
        symbol=adopted.symbol,
        committee="",
        distribution="Distr.: General",
        notices=tuple(notices),
        closing=when,
    )
