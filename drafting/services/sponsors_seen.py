"""Sponsorship as people see it: each delegation its own, the board what it may, everyone the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from drafting.rules.rights import Right, require, rights_of
from drafting.rules.roles import OF_A_DELEGATION, Actor
from drafting.rules.sponsors import (
    STEP_WORDS,
    Condition,
    Reach,
    Recorded,
    Standing,
    State,
    Step,
    condition_words,
    is_of,
    may_act_for,
    may_correct,
    may_follow,
    may_lift,
    may_see,
    may_sponsor,
    may_take,
    reach_words,
)
from drafting.services import sponsor_call
from drafting.services.consent import Difference
from drafting.services.sponsors_looked import Looked, brief, named
from drafting.store.tables import SponsorCondition, SponsorStep
from drafting.store.work import Work
from drafting.text.sponsor_line import order


def shown(actor: Actor, looked: Looked, delegation_id: UUID) -> dict[str, Any]:
    """Gives a delegation's sponsorship as a person sees it: docs/api.md."""
    standing = looked.standing(actor, delegation_id)
    delegation = looked.delegations[delegation_id]
    settled = looked.is_settled(standing)
    eligible = may_sponsor(delegation.kind, delegation.key)
    steps = looked.seen(actor, delegation_id)
    known = {s.id for s in steps}
    voided = {s.corrects_id for s in steps}
    acting = Right.SPONSOR in rights_of(actor) and may_act_for(actor, delegation_id) and eligible
    return {
        "delegation": named(looked, delegation_id),
        **brief(looked, standing),
        "eligible": eligible,
        "conditions": [
            _condition(actor, looked, c, standing)
            for c in conditions_seen(actor, looked, delegation_id)
        ],
        "steps": [_step(actor, looked, s, known, voided) for s in reversed(steps)],
        "last": None if standing.last is None else str(standing.last),
        "may": [
            step.value
            for step in may_follow(standing.state, settled=settled)
            if acting and may_take(actor, step)
        ],
    }


def conditions_seen(actor: Actor, looked: Looked, delegation_id: UUID) -> list[SponsorCondition]:
    """Gives a delegation's conditions as far as a person sees them, lifted ones too."""
    return [
        c
        for c in looked.conditions.get(delegation_id, [])
        if may_see(actor, Reach(c.reach), delegation_id)
    ]


def words_of(looked: Looked, condition: SponsorCondition) -> str:
    """Gives a condition in words."""
    version = looked.differences.name(condition.version_number) or {"name": ""}
    return condition_words(Condition(condition.kind), looked.label(condition), version["name"])


def _condition(
    actor: Actor, looked: Looked, condition: SponsorCondition, standing: Standing
) -> dict[str, Any]:
    live = condition.lifted_at is None
    return {
        "id": str(condition.id),
        "kind": condition.kind,
        "words": words_of(looked, condition),
        "paragraph": None if condition.paragraph_id is None else str(condition.paragraph_id),
        "label": looked.label(condition),
        "note": condition.note,
        "version": looked.differences.name(condition.version_number),
        "audience": _audience(looked, condition.reach, condition.delegation_id),
        "by": condition.author,
        "at": condition.at.isoformat(),
        "lifted": None
        if condition.lifted_at is None
        else {"at": condition.lifted_at.isoformat(), "by": condition.lifted_by},
        "holds": looked.holds(condition, standing) if live else None,
        "may_lift": live
        and Right.SPONSOR in rights_of(actor)
        and may_lift(actor, Recorded(condition.recorded), condition.delegation_id),
    }


def _audience(looked: Looked, reach: str, delegation_id: UUID) -> dict[str, str]:
    name = looked.names.get(delegation_id, "")
    return {"kind": reach, "words": reach_words(Reach(reach), name)}


def _step(
    actor: Actor,
    looked: Looked,
    step: SponsorStep,
    known: set[UUID],
    voided: set[UUID | None],
) -> dict[str, Any]:
    # What it puts right may be a step that goes less far.
    corrects = step.corrects_id if step.corrects_id in known else None
    return {
        "id": str(step.id),
        "step": step.step,
        "words": STEP_WORDS[Step(step.step)],
        "capacity": step.capacity,
        "version": looked.differences.name(step.version_number),
        "manner": step.manner,
        "who": step.who,
        "where": step.where,
        "on": step.on.isoformat(),
        "note": step.note,
        "audience": _audience(looked, step.reach, step.delegation_id),
        "recorded": step.recorded,
        "by": step.author,
        "name": step.name,
        "at": step.at.isoformat(),
        "corrects": None if corrects is None else str(corrects),
        "corrected": step.id in voided,
        "may_correct": step.id not in voided
        and Right.SPONSOR in rights_of(actor)
        and step.recorded != Recorded.LINK
        and may_correct(actor, Recorded(step.recorded), step.delegation_id),
    }


def view(w: Work, actor: Actor, looked: Looked | None = None) -> dict[str, Any]:
    """Gives the sponsors as a person on the draft may see them, and their own delegation's part."""
    require(actor, Right.SEE)
    looked = looked or Looked(w, actor.draft_id)
    call = sponsor_call.shown(w, actor.draft_id, sponsor_call.zone_of(w, actor))
    team = Right.SEE_BOARD in rights_of(actor)
    own = actor.delegation_id if actor.role in OF_A_DELEGATION else None
    return {
        "call": call,
        "sponsors": listed(looked) if call["listed"] or team else [],
        "own": None if own is None else shown(actor, looked, own),
        "consent": None if own is None else consent(actor, looked, own),
    }


def listed(looked: Looked) -> list[dict[str, Any]]:
    """Gives who is confirmed in the portal, in the order of their names."""
    out = []
    for delegation_id in looked.steps:
        standing = looked.on_the_board(delegation_id)
        if standing.state is State.CONFIRMED:
            out.append(
                {
                    "delegation": named(looked, delegation_id),
                    "capacity": standing.capacity.value,
                    "version": looked.differences.name(standing.version),
                    "reconfirmed": looked.is_settled(standing),
                }
            )
    return sorted(out, key=lambda one: order(one["delegation"]["name"]))


def consent(actor: Actor, looked: Looked, delegation_id: UUID) -> dict[str, Any] | None:
    """Gives what changed since the version a delegation stands by; None when it stands by none."""
    standing = looked.standing(actor, delegation_id)
    found = looked.since(standing)
    if found is None or standing.version is None:
        return None
    return {
        "asked": not found.is_settled,
        "from": looked.differences.name(standing.version),
        "to": looked.differences.name(looked.differences.last),
        "changed": changed(found),
        "substantive": len(found.substantive),
        "technical": len(found.changed) - len(found.substantive),
    }


def changed(found: Difference) -> list[dict[str, Any]]:
    """Gives what differs as the API shows it."""
    return [
        {"paragraph": str(c.paragraph_id), "label": c.label, "gone": c.gone, "nature": c.nature}
        for c in found.changed
    ]


def seen_by(
    w: Work, actors: Iterable[Actor], whose: UUID | Right | None
) -> Mapping[UUID, dict[str, Any]]:
    """Gives the sponsors, by session, as each of these people sees them.

    `whose` says who is told: a delegation, those who have a right, or with None everyone.
    """
    some = [one for one in actors if _is_told(one, whose)]
    if not some:
        return {}
    looked = Looked(w, some[0].draft_id)
    return {one.session_id: view(w, one, looked) for one in some}


def _is_told(actor: Actor, whose: UUID | Right | None) -> bool:
    if isinstance(whose, UUID):
        return is_of(actor, whose)
    return whose is None or whose in rights_of(actor)
