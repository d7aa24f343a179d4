"""The calls of the JSON API: proposals, positions, agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, g, request

from drafting.api import shapes
from drafting.api.asking import answer_json, api, body, on_its_draft, once, seen_body
from drafting.errors import NotFound
from drafting.house import house
from drafting.rules.audiences import AudienceKind
from drafting.rules.proposals import Circle
from drafting.services import (
    acceptance,
    agreement,
    editorial,
    openings,
    overlays,
    positions,
    proposals,
    proposing,
    technical,
)
from drafting.store.work import Work

Shape = TypeVar("Shape", bound=shapes.Body)


# Proposals ---------------------------------------------------------------------------------------


@api.post("/drafts/<uuid:draft_id>/proposals")
def proposal_begin(draft_id: UUID) -> Response:  # noqa: ARG001 - the door has read it
    """Begins a proposal."""
    asked = body(shapes.ProposalBegin)
    begun = proposing.Begun(
        asked.kind,
        asked.paragraph,
        asked.after,
        asked.version,
        asked.at,
        asked.paragraph_kind,
        asked.level,
        asked.ops,
    )
    return once(asked, lambda w: {"proposal": proposals.begin(w, g.actor, asked.id, begun)})


@api.get("/proposals/<uuid:proposal_id>")
def proposal(proposal_id: UUID) -> Response:
    """Gives a proposal with its redline and its formal words."""
    on_its_draft(proposals.draft_of, proposal_id)
    with house().store.reading() as w:
        return answer_json({"proposal": proposals.detail(w, g.actor, proposal_id)})


def _of_proposal(shape: type[Shape], proposal_id: UUID) -> Shape:
    return seen_body(shape, proposals.draft_of, proposals.seen, proposal_id)


def _once_proposal(asked: shapes.Asked, do: Callable[[Work], dict[str, Any]]) -> Response:
    return once(asked, lambda w: {"proposal": do(w)})


@api.post("/proposals/<uuid:proposal_id>/owners")
def proposal_share(proposal_id: UUID) -> Response:
    """Takes another delegation in, to draft jointly."""
    asked = _of_proposal(shapes.Sharing, proposal_id)
    return _once_proposal(
        asked, lambda w: proposals.share(w, g.actor, proposal_id, asked.delegation)
    )


@api.post("/proposals/<uuid:proposal_id>/circulation")
def proposal_circulate(proposal_id: UUID) -> Response:
    """Puts a proposal forward, or shows it to everyone."""
    asked = _of_proposal(shapes.Circulation, proposal_id)
    return _once_proposal(
        asked, lambda w: proposals.circulate(w, g.actor, proposal_id, Circle(asked.audience))
    )


@api.post("/proposals/<uuid:proposal_id>/sentence")
def proposal_sentence(proposal_id: UUID) -> Response:
    """Sets the formal words for the floor."""
    asked = _of_proposal(shapes.Sentence, proposal_id)
    return _once_proposal(
        asked, lambda w: proposals.set_sentence(w, g.actor, proposal_id, asked.sentence)
    )


@api.post("/proposals/<uuid:proposal_id>/withdrawal")
def proposal_withdraw(proposal_id: UUID) -> Response:
    """Takes a proposal back."""
    asked = _of_proposal(shapes.Withdrawal, proposal_id)
    return _once_proposal(
        asked, lambda w: proposals.withdraw(w, g.actor, proposal_id, asked.reason)
    )


@api.post("/proposals/<uuid:proposal_id>/revision")
def proposal_revise(proposal_id: UUID) -> Response:
    """Begins a draft that will take a proposal's place."""
    asked = _of_proposal(shapes.Asked, proposal_id)
    return _once_proposal(asked, lambda w: proposals.revise(w, g.actor, asked.id, proposal_id))


@api.post("/proposals/<uuid:proposal_id>/confirmation")
def proposal_confirm(proposal_id: UUID) -> Response:
    """Says, as its author, that a proposal stands on what its paragraph says now."""
    asked = _of_proposal(shapes.Confirmation, proposal_id)
    return _once_proposal(
        asked,
        lambda w: proposals.confirm(
            w,
            g.actor,
            proposal_id,
            paragraph_id=asked.paragraph,
            version=asked.version,
            ops=asked.ops,
        ),
    )


@api.post("/proposals/<uuid:proposal_id>/response")
def proposal_respond(proposal_id: UUID) -> Response:
    """Answers a proposal that is not accepted now."""
    asked = _of_proposal(shapes.ProposalResponse, proposal_id)
    return _once_proposal(
        asked,
        lambda w: proposals.respond(
            w, g.actor, proposal_id, asked.outcome, asked.reason, Circle(asked.audience)
        ),
    )


OVERLAY_CHARS = 37 * overlays.OVERLAID_MAX


@api.get("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>/overlay")
def overlay(draft_id: UUID, paragraph_id: UUID) -> Response:  # noqa: ARG001
    """Lays proposals into a paragraph."""
    named = request.args.get("proposals", "")
    if len(named) > OVERLAY_CHARS:
        raise NotFound
    with house().store.reading() as w:
        return answer_json(overlays.overlay(w, g.actor, paragraph_id, _ids(named)))


def _ids(named: str) -> list[UUID]:
    out = []
    for one in filter(None, named.split(",")):
        try:
            found = UUID(one)
        except ValueError:
            raise NotFound from None
        if str(found) != one:
            raise NotFound
        out.append(found)
    return out


@api.post("/drafts/<uuid:draft_id>/acceptances")
def accept(draft_id: UUID) -> Response:  # noqa: ARG001
    """Accepts proposals to one paragraph."""
    asked = body(shapes.Acceptance)
    full: dict[str, Any] = {}

    def do(w: Work) -> dict[str, Any]:
        full.update(
            acceptance.accept(
                w,
                g.actor,
                asked.id,
                paragraph_id=asked.paragraph,
                version=asked.version,
                proposal_ids=asked.proposals,
                ops=asked.ops,
                reason=asked.reason,
            )
        )
        if asked.paragraph is not None:
            full["reconciliation"] = acceptance.reconciliation(w, g.actor, asked.paragraph)
        # What is kept of the answer holds no words, so that words can be purged.
        return {"draft": full["draft"], "seq": full["seq"], "deed": full["deed"], "repeated": True}

    kept = once(asked, do)
    return answer_json(full) if full else kept


@api.get("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>/reconciliation")
def reconciliation(draft_id: UUID, paragraph_id: UUID) -> Response:  # noqa: ARG001
    """Gives what an acceptance leaves to be looked at in a paragraph."""
    with house().store.reading() as w:
        return answer_json(acceptance.reconciliation(w, g.actor, paragraph_id))


@api.post("/drafts/<uuid:draft_id>/reconciliations")
def reconcile(draft_id: UUID) -> Response:  # noqa: ARG001
    """Marks proposals as moot."""
    asked = body(shapes.Reconciling)
    moot = [(one.proposal, one.reason) for one in asked.moot]
    return once(asked, lambda w: acceptance.reconcile(w, g.actor, moot))


# Positions ---------------------------------------------------------------------------------------


@api.post("/drafts/<uuid:draft_id>/positions")
def position_take(draft_id: UUID) -> Response:  # noqa: ARG001
    """Takes a position."""
    asked = body(shapes.PositionTaken)
    taken = positions.Taken(
        asked.paragraph,
        asked.proposal,
        asked.stance,
        asked.weight,
        asked.certainty,
        asked.remark,
        AudienceKind(asked.audience),
        asked.aligns_with,
        asked.follows,
    )
    return once(asked, lambda w: {"position": positions.take(w, g.actor, taken)})


def _of_position(shape: type[Shape], position_id: UUID) -> Shape:
    return seen_body(shape, positions.draft_of, positions.seen, position_id)


@api.post("/positions/<uuid:position_id>/mark")
def position_mark(position_id: UUID) -> Response:
    """Says what became of a position."""
    asked = _of_position(shapes.Marking, position_id)
    return once(asked, lambda w: {"position": positions.mark(w, g.actor, position_id, asked.mark)})


@api.post("/positions/<uuid:position_id>/response")
def position_respond(position_id: UUID) -> Response:
    """Answers a position."""
    asked = _of_position(shapes.PositionAnswer, position_id)
    return once(
        asked,
        lambda w: {
            "position": positions.respond(
                w, g.actor, position_id, asked.outcome, asked.reason, AudienceKind(asked.audience)
            )
        },
    )


@api.get("/drafts/<uuid:draft_id>/review")
def review(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives one's delegation's positions from before the last version."""
    with house().store.reading() as w:
        return answer_json(positions.review(w, g.actor))


# Agreement ---------------------------------------------------------------------------------------


@api.post("/drafts/<uuid:draft_id>/agreement")
def agreement_say(draft_id: UUID) -> Response:  # noqa: ARG001
    """Says how far a paragraph is agreed."""
    asked = body(shapes.AgreementSaid)
    words = asked.words
    said = agreement.Said(
        asked.paragraph,
        asked.state,
        tuple(dict.fromkeys(asked.delegations)),
        None if words is None else (words.start, words.end, words.version),
        asked.note,
    )
    return once(asked, lambda w: agreement.say(w, g.actor, said))


@api.post("/drafts/<uuid:draft_id>/packages")
def package_tie(draft_id: UUID) -> Response:  # noqa: ARG001
    """Ties paragraphs to a package."""
    asked = body(shapes.PackageTied)
    return once(asked, lambda w: agreement.tie(w, g.actor, asked.name, asked.paragraphs))


@api.post("/packages/<uuid:package_id>/dissolution")
def package_untie(package_id: UUID) -> Response:
    """Dissolves a package."""
    on_its_draft(agreement.draft_of_package, package_id)
    asked = body(shapes.Dissolution)
    return once(asked, lambda w: agreement.untie(w, g.actor, package_id, asked.reason))


@api.get("/drafts/<uuid:draft_id>/openings", endpoint="openings")
def openings_(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives the openings that are wrong beside their neighbours."""
    with house().store.reading() as w:
        return answer_json({"openings": openings.found(w, g.actor)})


@api.get("/drafts/<uuid:draft_id>/checks")
def checks(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives where the working text departs from the editorial rules."""
    with house().store.reading() as w:
        return answer_json(editorial.checks(w, g.actor))


@api.post("/drafts/<uuid:draft_id>/verdicts")
def verdict(draft_id: UUID) -> Response:  # noqa: ARG001
    """Says the last word on whether a change is technical."""
    asked = body(shapes.Judgement)
    return once(
        asked,
        lambda w: technical.judge(
            w,
            g.actor,
            from_=asked.from_,
            to=asked.to,
            paragraph_id=asked.paragraph,
            nature=asked.verdict,
        ),
    )
