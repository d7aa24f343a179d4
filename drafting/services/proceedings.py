"""What became of a text, as far as it is public: how it was tabled, and once adopted, the vote.

The printed sponsors are public with the document that prints them, the additional ones and the roll
call with the adoption. What is only recorded meanwhile is the presidency's.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from drafting.rules.outlook import Vote
from drafting.rules.roles import Actor
from drafting.services import drafts
from drafting.services.record import ADOPTED
from drafting.store import people as kept_people
from drafting.store import record as kept_record
from drafting.store.tables import Adoption, Tabling
from drafting.store.work import Work
from drafting.text import sponsor_line
from drafting.text.proceedings import UNKNOWN_DAY, Count, Outcome, Proceedings, Side, Step
from drafting.text.sponsor_line import Sponsor

_SIDES = ((Vote.YES, Side.FOR), (Vote.NO, Side.AGAINST), (Vote.ABSTAIN, Side.ABSTAINING))


def of(w: Work, actor: Actor, number: int | None) -> Proceedings | None:
    """Gives what is public of a version's way, or the working text's; None where nothing is.

    Refuses: NotFound for a draft that is none of theirs.
    """
    draft = drafts.one(w, actor)
    tablings = kept_record.tablings_of(w, draft.id)
    if number is not None:
        steps = tuple(_tabled(one) for one in tablings if one.version_number == number)
        return Proceedings(steps) if steps else None
    if draft.stage != ADOPTED:
        return None
    adoption = kept_record.of_draft(w, draft.id)
    if adoption is None:
        return None
    on = adoption.adopted_on or UNKNOWN_DAY
    called = _called(w, adoption.adopted_on or w.now.date())
    joined = [called[key] for key in adoption.additional if key in called]
    steps = (
        *map(_tabled, tablings[-1:]),
        Step(Outcome.ADDITIONAL, by=sponsor_line.line(joined, short=True)),
        Step(Outcome.ADOPTED, on=on),
    )
    return Proceedings(steps, _counts(w, draft.id, adoption, called))


def _tabled(tabling: Tabling) -> Step:
    return Step(Outcome.DRAFT, tabling.on or UNKNOWN_DAY, tabling.symbol, tabling.line)


def _called(w: Work, on: date) -> dict[str, Sponsor]:
    names = kept_people.names(w, on)
    return {
        d.key: Sponsor(d.key, names[d.id].short, names[d.id].long)
        for d in kept_people.delegations(w)
        if d.id in names
    }


def _counts(
    w: Work, draft_id: UUID, adoption: Adoption, called: dict[str, Sponsor]
) -> tuple[Count, ...] | None:
    """Gives the vote of the plenary on the whole; None where none is on record."""
    series = kept_record.series_of(w, draft_id)
    call = next(
        (
            one
            for one in kept_record.roll_calls(w, series.id)
            if one.adoption_id == adoption.id and one.body == "plenary" and not one.part
        ),
        None,
    )
    if call is None:
        return None
    return tuple(
        Count(side, len(voters), voters)
        for vote, side in _SIDES
        if (
            voters := tuple(
                called[key].short.upper() if key in called else key
                for key in sorted(
                    (key for key, cast in call.votes.items() if cast == vote),
                    key=lambda key: sponsor_line.order(called[key].short if key in called else key),
                )
            )
        )
    )
