"""The calls of the JSON API: sponsorship, conditions, instructions, a delegation's own page."""

from __future__ import annotations

from uuid import UUID

from flask import Response, g

from drafting.api import shapes
from drafting.api import shapes_sponsors as more
from drafting.api.asking import answer_json, api, body, once, seen_body
from drafting.house import house
from drafting.services import conditions, instructions, mine, sponsors, sponsors_seen


@api.get("/drafts/<uuid:draft_id>/sponsors", endpoint="sponsors")
def sponsors_(draft_id: UUID) -> Response:  # noqa: ARG001 - the door has read it
    """Gives the sponsors as far as one may see them, and one's own delegation's part."""
    with house().store.reading() as w:
        return answer_json(sponsors_seen.view(w, g.actor))


@api.post("/drafts/<uuid:draft_id>/sponsorship")
def sponsor_step(draft_id: UUID) -> Response:  # noqa: ARG001
    """Records a step towards sponsoring."""
    asked = body(more.SponsorStep)
    step = sponsors.Asked(
        asked.step,
        asked.capacity,
        asked.version,
        asked.manner,
        asked.who,
        asked.where,
        asked.on,
        asked.note,
        asked.audience,
        asked.corrects,
        asked.after,
        looked="after" in asked.model_fields_set,
    )
    return once(
        asked, lambda w: {"sponsorships": sponsors.take(w, g.actor, asked.delegations, step)}
    )


@api.post("/drafts/<uuid:draft_id>/conditions")
def condition_bind(draft_id: UUID) -> Response:  # noqa: ARG001
    """Binds a sponsorship to a condition."""
    asked = body(more.ConditionMade)
    bound = conditions.Bound(asked.kind, asked.paragraph, asked.version, asked.note, asked.audience)
    return once(
        asked, lambda w: {"sponsorship": conditions.bind(w, g.actor, asked.delegation, bound)}
    )


@api.post("/conditions/<uuid:condition_id>/lifting")
def condition_lift(condition_id: UUID) -> Response:
    """Lifts a condition."""
    asked = seen_body(
        shapes.Asked, conditions.draft_of_condition, conditions.condition_seen, condition_id
    )
    return once(asked, lambda w: {"sponsorship": conditions.lift(w, g.actor, condition_id)})


@api.get("/drafts/<uuid:draft_id>/sealing")
def sealing(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives what sealing the working text now would do to sponsors."""
    with house().store.reading() as w:
        return answer_json(conditions.sealing(w, g.actor))


@api.get("/drafts/<uuid:draft_id>/mine", endpoint="mine")
def mine_(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives a delegation's own page."""
    with house().store.reading() as w:
        return answer_json(mine.page(w, g.actor))


@api.post("/drafts/<uuid:draft_id>/readings")
def reading(draft_id: UUID) -> Response:  # noqa: ARG001
    """Notes that one has read a version."""
    asked = body(more.VersionRead)
    return once(asked, lambda w: mine.note_read(w, g.actor, asked.version))


@api.post("/drafts/<uuid:draft_id>/instructions")
def instruction_ask(draft_id: UUID) -> Response:  # noqa: ARG001
    """Records what one's delegation has asked its capital."""
    asked = body(more.InstructionAsked)
    said = instructions.Asked(
        asked.subject,
        asked.paragraph,
        asked.version,
        asked.on,
        asked.due,
        asked.asked_by,
        asked.words,
        asked.shown,
        asked.shown_until,
    )
    return once(asked, lambda w: {"instruction": instructions.ask(w, g.actor, said)})


@api.post("/instructions/<uuid:instruction_id>/steps")
def instruction_step(instruction_id: UUID) -> Response:
    """Records what became of an instruction."""
    asked = seen_body(
        more.InstructionNext, instructions.draft_of, instructions.seen, instruction_id
    )
    following = instructions.Next(
        asked.step,
        asked.on,
        asked.words,
        asked.due,
        asked.shown,
        asked.shown_until,
        asked.confirm,
        asked.sponsorship,
    )
    return once(
        asked,
        lambda w: {"instruction": instructions.go_on(w, g.actor, instruction_id, following)},
    )
