"""Several proposals laid into one paragraph at once, and where they collide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drafting.errors import Malformed, NotFound
from drafting.rules.rights import Right, require
from drafting.rules.roles import Actor
from drafting.services import homes, proposals
from drafting.services.pieces import shown
from drafting.services.standings import stands
from drafting.store import people as kept_people
from drafting.store import proposals as kept
from drafting.store.work import Work
from drafting.text import collisions
from drafting.text.changes import EMPTY, Change, apply, compose, to_json, transform
from drafting.text.diff import difference, marked
from drafting.text.proposal import ProposalKind
from drafting.text.tracked import Credit

OVERLAID_MAX = 20


def overlay(
    w: Work, actor: Actor, paragraph_id: UUID, proposal_ids: Sequence[UUID]
) -> dict[str, Any]:
    """Lays proposals into a paragraph, in this order, and says where they collide.

    Refuses: NotFound for a paragraph, or a proposal to it, that one does not see; Malformed for more than 20.
    """
    require(actor, Right.SEE)
    if len(proposal_ids) > OVERLAID_MAX:
        raise Malformed(detail="At most 20 proposals are laid into a paragraph at once.")
    ground = homes.ground(w, actor.draft_id)
    if not ground.listed(paragraph_id):
        raise NotFound
    laid = []
    for proposal_id in proposal_ids:
        proposal, _ = proposals.seen(w, actor, proposal_id)
        now = stands(ground, proposal, proposals.words_of(w, proposal))
        if now.home != paragraph_id or proposal.kind not in (
            ProposalKind.AMEND,
            ProposalKind.ALTERNATIVE,
        ):
            raise NotFound
        laid.append((proposal, now))
    names = kept_people.short_names(w)
    owned = kept.owners(w, actor.draft_id)
    base = ground.words(paragraph_id)
    wanted = [difference(base, now.text) for _, now in laid]
    result, _ = laid_in(base, wanted)
    names_of = [proposals.printed(owned.get(p.id, []), names) for p, _ in laid]
    return {
        "paragraph": str(paragraph_id),
        "version": ground.version(paragraph_id),
        "ops": to_json(base),
        "pieces": [
            piece | {"proposals": [str(laid[who][0].id) for who in one.by], "meets": one.meets}
            for one in collisions.laid(base, wanted)
            for piece in shown(marked(one.text, one.mark, _credit(one.by, names_of)))
        ],
        "result": to_json(result),
        "collisions": [
            {
                "proposals": [str(laid[one][0].id), str(laid[two][0].id)],
                "start": meeting.start,
                "end": meeting.end,
                "words": collisions.words_at(base, meeting),
            }
            for one in range(len(laid))
            for two in range(one + 1, len(laid))
            for meeting in collisions.meetings(wanted[one], wanted[two])
        ],
    }


def _credit(by: Sequence[int], names: Sequence[str]) -> Credit | None:
    return Credit(", ".join(dict.fromkeys(names[who] for who in by))) if by else None


def laid_in(base: Change, wanted: Sequence[Change]) -> tuple[Change, list[Change]]:
    """Makes changes, all made to one text, one after the other; gives the text and each as it was made."""
    text, done, made = base, EMPTY, []
    for change in wanted:
        now = transform(done, change, first=True)
        text = apply(text, now)
        done = compose(done, now)
        made.append(now)
    return text, made
