"""Sponsorship: steps, conditions, targets, and how sponsors are sought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from drafting.store.tables import SponsorCall, SponsorCondition, SponsorStep, SponsorTarget
from drafting.store.work import Work


def steps(w: Work, draft_id: UUID) -> Mapping[UUID, list[SponsorStep]]:
    """Gives all steps on a draft by delegation, each one's in order. Whoever asks must sift them."""
    found: dict[UUID, list[SponsorStep]] = defaultdict(list)
    for step in w.session.scalars(
        select(SponsorStep)
        .where(SponsorStep.draft_id == draft_id)
        .order_by(SponsorStep.delegation_id, SponsorStep.number)
    ):
        found[step.delegation_id].append(step)
    return found


def steps_of(w: Work, draft_id: UUID, delegation_id: UUID) -> Sequence[SponsorStep]:
    """Gives a delegation's steps on a draft, in order. Whoever asks must sift them."""
    return w.session.scalars(
        select(SponsorStep)
        .where(SponsorStep.draft_id == draft_id, SponsorStep.delegation_id == delegation_id)
        .order_by(SponsorStep.number)
    ).all()


def conditions(w: Work, draft_id: UUID) -> Mapping[UUID, list[SponsorCondition]]:
    """Gives all conditions on a draft by delegation, oldest first, lifted ones too. To be sifted."""
    found: dict[UUID, list[SponsorCondition]] = defaultdict(list)
    for condition in w.session.scalars(
        select(SponsorCondition)
        .where(SponsorCondition.draft_id == draft_id)
        .order_by(SponsorCondition.at, SponsorCondition.id)
    ):
        found[condition.delegation_id].append(condition)
    return found


def condition(w: Work, condition_id: UUID) -> SponsorCondition | None:
    """Gives a condition."""
    return w.session.get(SponsorCondition, condition_id)


def terms(w: Work, draft_id: UUID) -> SponsorCall | None:
    """Gives how sponsors are sought now; None before it was ever said."""
    return w.session.scalar(
        select(SponsorCall)
        .where(SponsorCall.draft_id == draft_id)
        .order_by(SponsorCall.number.desc())
        .limit(1)
    )


def targets(w: Work, draft_id: UUID) -> Mapping[UUID, SponsorTarget]:
    """Gives the States the presidency means to win now, by delegation."""
    rows = w.session.scalars(
        select(SponsorTarget).where(
            SponsorTarget.draft_id == draft_id, SponsorTarget.ended_at.is_(None)
        )
    )
    return {row.delegation_id: row for row in rows}


def next_step_number(w: Work, draft_id: UUID, delegation_id: UUID) -> int:
    """Gives the number of a delegation's next step."""
    last = w.session.scalar(
        select(func.max(SponsorStep.number)).where(
            SponsorStep.draft_id == draft_id, SponsorStep.delegation_id == delegation_id
        )
    )
    return (last or 0) + 1
