"""Conditions: what a sponsorship hangs on, and who would be lost by a change of words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.errors import Malformed, NotAllowed, NotFound, Stale
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import (
    COMMITTED,
    STATE_WORDS,
    Condition,
    Reach,
    Recorded,
    State,
    may_lift,
    may_see,
    recorded_by,
)
from drafting.services.sponsors import check_sponsors, chosen, clean_note, tell_circle
from drafting.services.sponsors_looked import Looked, named
from drafting.services.sponsors_seen import changed, conditions_seen, shown, words_of
from drafting.store import drafts as kept_drafts
from drafting.store import sponsors as kept
from drafting.store import versions as kept_versions
from drafting.store.tables import SponsorCondition
from drafting.store.work import Work
from drafting.text.sponsor_line import order


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition as it is made."""

    kind: Condition
    paragraph_id: UUID | None
    version: int | None
    note: str
    reach: Reach | None


def bind(w: Work, actor: Actor, delegation_id: UUID | None, bound: Bound) -> dict[str, Any]:
    """Binds a delegation's sponsorship to a condition.

    Refuses: NotAllowed as for a step; NotFound; Malformed for a condition without its paragraph.
    """
    require(actor, Right.SPONSOR)
    kept_drafts.locked(w, actor.draft_id)
    (one,) = chosen(actor, None if delegation_id is None else [delegation_id])
    looked = Looked(w, actor.draft_id)
    check_sponsors(looked, one)
    choices = _condition_reaches(actor)
    reach = choices[-1] if bound.reach is None else bound.reach
    if reach not in choices:
        raise NotAllowed(detail="This audience is not yours to choose.")
    if (bound.kind is Condition.AS_CIRCULATED) is not (bound.paragraph_id is None):
        raise Malformed(detail="Say which paragraph; “as circulated” is for the whole text.")
    number = looked.differences.last if bound.version is None else bound.version
    version = kept_versions.version(w, actor.draft_id, number)
    if version is None:
        raise NotFound(detail="There is no such version.")
    rows = {r.paragraph_id: r.label for r in kept_versions.paragraphs(w, version.id)}
    if bound.paragraph_id is not None and bound.paragraph_id not in rows:
        raise NotFound(detail="This paragraph is not in that version.")
    w.session.add(
        SponsorCondition(
            id=ids.new_id(f"condition:{actor.draft_id}:{one}:{reach.value}"),
            draft_id=actor.draft_id,
            delegation_id=one,
            kind=bound.kind.value,
            paragraph_id=bound.paragraph_id,
            label="" if bound.paragraph_id is None else rows[bound.paragraph_id],
            version_number=number,
            note=clean_note(bound.note),
            reach=reach.value,
            recorded=recorded_by(actor).value,
            person_id=actor.person_id,
            name=actor.name,
            author=actor.printed,
            at=w.now,
            lifted_at=None,
            lifted_by="",
        )
    )
    w.session.flush()
    tell_circle(w, actor.draft_id, one, reach)
    return shown(actor, Looked(w, actor.draft_id, looked.ground), one)


def _condition_reaches(actor: Actor) -> list[Reach]:
    if actor.role is Role.SECRETARIAT:
        return [Reach.BOARD]
    if actor.role is Role.PRESIDENCY:
        return [Reach.PRESIDENCY, Reach.BOARD]
    return list(Reach)


def lift(w: Work, actor: Actor, condition_id: UUID) -> dict[str, Any]:
    """Lifts a condition; it stays on record. Refuses: NotFound; NotAllowed; Stale when it is so already."""
    require(actor, Right.SPONSOR)
    kept_drafts.locked(w, actor.draft_id)
    condition = condition_seen(w, actor, condition_id)
    if not may_lift(actor, Recorded(condition.recorded), condition.delegation_id):
        raise NotAllowed(detail="A condition is lifted by its delegation, or by who recorded it.")
    if condition.lifted_at is not None:
        raise Stale(detail="This condition was lifted already.")
    condition.lifted_at, condition.lifted_by = w.now, actor.printed
    w.session.flush()
    tell_circle(w, actor.draft_id, condition.delegation_id, Reach(condition.reach))
    return shown(actor, Looked(w, actor.draft_id), condition.delegation_id)


def condition_seen(w: Work, actor: Actor, condition_id: UUID) -> SponsorCondition:
    """Gives a condition to whoever sees it. Refuses: NotFound."""
    condition = kept.condition(w, condition_id)
    if (
        condition is None
        or condition.draft_id != actor.draft_id
        or not may_see(actor, Reach(condition.reach), condition.delegation_id)
    ):
        raise NotFound
    return condition


def draft_of_condition(w: Work, condition_id: UUID) -> UUID:
    """Gives the draft a condition is on. Refuses: NotFound."""
    condition = kept.condition(w, condition_id)
    if condition is None:
        raise NotFound
    return condition.draft_id


def sealing(w: Work, actor: Actor) -> dict[str, Any]:
    """Gives what sealing the working text now would do to sponsors.

    Refuses: NotAllowed to all but the presidency.
    """
    require(actor, Right.SEAL)
    looked = Looked(w, actor.draft_id)
    found = looked.differences.working(looked.differences.last)
    return {
        "changed": changed(found),
        "technical": found.is_settled,
        "broken": broken(actor, looked),
        "unsettled": sorted(_unsettled(actor, looked), key=lambda one: order(one["name"])),
    }


def _unsettled(actor: Actor, looked: Looked) -> Iterator[dict[str, Any]]:
    for delegation_id in looked.steps:
        standing = looked.standing(actor, delegation_id)
        asked = standing.state in COMMITTED and not looked.seals(delegation_id)
        version = standing.version if asked else None
        if version is not None and not looked.differences.working(version).is_settled:
            yield named(looked, delegation_id)


def broken(actor: Actor, looked: Looked) -> list[dict[str, Any]]:
    """Gives the conditions, as far as a person sees them, that the working text does not keep to."""
    return sorted(_broken(actor, looked), key=lambda one: order(one["delegation"]["name"]))


def _broken(actor: Actor, looked: Looked) -> Iterator[dict[str, Any]]:
    for delegation_id in looked.conditions:
        standing = looked.standing(actor, delegation_id)
        if standing.state in (State.DECLINED, State.WITHDRAWN):
            continue
        for condition in conditions_seen(actor, looked, delegation_id):
            if condition.lifted_at is None and not looked.holds(condition, standing):
                yield {
                    "delegation": named(looked, delegation_id),
                    "condition": words_of(looked, condition),
                    "state": standing.state.value,
                    "words": STATE_WORDS[standing.state],
                }
