"""Proposals, their owners and steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from drafting.store.tables import Proposal, ProposalOwner, ProposalStep, Text
from drafting.store.work import Work


def proposal(w: Work, proposal_id: UUID) -> Proposal | None:
    """Gives a proposal."""
    return w.session.get(Proposal, proposal_id)


def held(w: Work, proposal_id: UUID) -> Proposal | None:
    """Gives a proposal as it is now, and holds it until the transaction ends."""
    return w.session.scalar(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def of_draft(w: Work, draft_id: UUID) -> Sequence[Proposal]:
    """Gives all proposals on a draft, oldest first. Whoever asks must sift them by who may see them."""
    return w.session.scalars(
        select(Proposal)
        .where(Proposal.draft_id == draft_id)
        .order_by(Proposal.created_at, Proposal.id)
    ).all()


def owners(w: Work, draft_id: UUID) -> dict[UUID, list[UUID | None]]:
    """Gives whose the proposals of a draft are, by proposal, in order; None is the presidency."""
    found: dict[UUID, list[UUID | None]] = {}
    for proposal_id, delegation_id in w.session.execute(
        select(ProposalOwner.proposal_id, ProposalOwner.delegation_id)
        .join(Proposal, Proposal.id == ProposalOwner.proposal_id)
        .where(Proposal.draft_id == draft_id)
        .order_by(ProposalOwner.number)
    ):
        found.setdefault(proposal_id, []).append(delegation_id)
    return found


def owners_of(w: Work, proposal_id: UUID) -> list[UUID | None]:
    """Gives whose a proposal is, in order; None is the presidency."""
    return list(
        w.session.scalars(
            select(ProposalOwner.delegation_id)
            .where(ProposalOwner.proposal_id == proposal_id)
            .order_by(ProposalOwner.number)
        )
    )


def steps(w: Work, proposal_ids: Sequence[UUID]) -> dict[UUID, list[ProposalStep]]:
    """Gives what was done with proposals, in order."""
    found: dict[UUID, list[ProposalStep]] = {one: [] for one in proposal_ids}
    for step in w.session.scalars(
        select(ProposalStep)
        .where(ProposalStep.proposal_id.in_(proposal_ids))
        .order_by(ProposalStep.number)
    ):
        found[step.proposal_id].append(step)
    return found


def words(w: Work, proposal_ids: Sequence[UUID]) -> dict[UUID, tuple[int, list[Any]]]:
    """Gives the version and the words of proposals that have words."""
    rows = w.session.execute(
        select(Text.id, Text.version, Text.content).where(Text.id.in_(proposal_ids))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def replacing(w: Work, proposal_id: UUID) -> Sequence[Proposal]:
    """Gives the proposals made to take another's place."""
    return w.session.scalars(
        select(Proposal)
        .where(Proposal.replaces_id == proposal_id)
        .order_by(Proposal.created_at, Proposal.id)
    ).all()
