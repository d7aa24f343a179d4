"""Who writes and reads the words of a proposal while it is a draft: asked with every keystroke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from drafting.errors import NotAllowed
from drafting.rules.proposals import Circle, Stage, Standing, may_see, reads, side_of
from drafting.rules.roles import Actor
from drafting.store import proposals as kept
from drafting.store.tables import Proposal
from drafting.store.work import Work


def standing_of(proposal: Proposal, owners: Iterable[UUID | None]) -> Standing:
    """Gives what the rules need to know of a proposal; `owners` as the store gives them."""
    return Standing(
        Stage(proposal.stage),
        Circle(proposal.audience),
        tuple(side_of(None if one is None else str(one)) for one in owners),
    )


def writable(w: Work, actor: Actor, proposal_id: UUID) -> Standing | None:
    """Gives a proposal's standing to one of its owners; None to whoever may not see it.

    Refuses: NotAllowed to those who see it and are none of its owners.
    """
    proposal = kept.proposal(w, proposal_id)
    if proposal is None:
        return None
    standing = standing_of(proposal, kept.owners_of(w, proposal_id))
    if not may_see(actor, standing):
        return None
    if not reads(actor.role, actor.side, standing):
        raise NotAllowed(detail="Only its owners change the words of a proposal.")
    return standing


def readable(w: Work, actor: Actor, texts: Mapping[UUID, int]) -> list[UUID]:
    """Gives those of these texts that are proposals whose words the person reads as they are written."""
    owned = kept.owners(w, actor.draft_id)
    return [
        proposal.id
        for proposal in kept.of_draft(w, actor.draft_id)
        if proposal.id in texts
        and reads(actor.role, actor.side, standing_of(proposal, owned.get(proposal.id, [])))
    ]
