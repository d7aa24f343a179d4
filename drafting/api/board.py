"""The calls of the JSON API: the board, the outlook, letters, the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, g, request
from flask import json as flask_json

from drafting.api import shapes_sponsors as more
from drafting.api.asking import answer_json, api, body, day_of, id_of, once
from drafting.house import house
from drafting.services import board, letters, outlook, record, sponsor_call
from drafting.services.sponsor_call import Terms, Wall
from drafting.store.work import Work


@api.get("/drafts/<uuid:draft_id>/board", endpoint="board")
def board_(draft_id: UUID) -> Response:  # noqa: ARG001 - the door has read it
    """Gives the board, with the Parties of a day."""
    with house().store.reading() as w:
        return answer_json(board.page(w, g.actor, day_of("on")))


@api.get("/drafts/<uuid:draft_id>/board/<uuid:delegation_id>")
def board_state(draft_id: UUID, delegation_id: UUID) -> Response:  # noqa: ARG001
    """Gives all that is kept of a State."""
    with house().store.reading() as w:
        return answer_json(board.state(w, g.actor, delegation_id))


def _row(delegation_id: UUID, do: Callable[[Work], None]) -> Callable[[Work], dict[str, Any]]:
    def done(w: Work) -> dict[str, Any]:
        do(w)
        return {"row": board.rows(w, g.actor, [delegation_id])[0]}

    return done


@api.post("/drafts/<uuid:draft_id>/contacts")
def contact(draft_id: UUID) -> Response:  # noqa: ARG001
    """Keeps who spoke to whom."""
    asked = body(more.ContactHad)

    def do(w: Work) -> None:
        board.note_contact(
            w,
            g.actor,
            asked.delegation,
            on=asked.on,
            who=asked.who,
            channel=asked.channel,
            said=asked.said,
        )

    return once(asked, _row(asked.delegation, do))


@api.post("/drafts/<uuid:draft_id>/actions")
def action(draft_id: UUID) -> Response:  # noqa: ARG001
    """Says what is to be done next about a State."""
    asked = body(more.ActionSet)
    todo = board.ToDo(asked.delegation, asked.what, asked.owner, asked.due, asked.done)
    return once(asked, _row(asked.delegation, lambda w: board.set_action(w, g.actor, todo)))


@api.post("/drafts/<uuid:draft_id>/targets")
def targets(draft_id: UUID) -> Response:  # noqa: ARG001
    """Says which States the presidency means to win."""
    asked = body(more.Targeting)

    def do(w: Work) -> dict[str, Any]:
        sponsor_call.set_targets(w, g.actor, asked.delegations, target=asked.target)
        return {"rows": board.rows(w, g.actor, asked.delegations)}

    return once(asked, do)


@api.post("/drafts/<uuid:draft_id>/call", endpoint="call")
def call_(draft_id: UUID) -> Response:  # noqa: ARG001
    """Sets how sponsors are sought."""
    asked = body(more.CallMade)
    terms = Terms(asked.mode, asked.group, asked.listed, _wall(asked.deadline), _wall(asked.closes))

    def do(w: Work) -> dict[str, Any]:
        sponsor_call.say(w, g.actor, terms)
        zone = sponsor_call.zone_of(w, g.actor)
        return {"call": sponsor_call.shown(w, g.actor.draft_id, zone)}

    return once(asked, do)


def _wall(asked: more.Wall | None) -> Wall | None:
    return None if asked is None else Wall(asked.local, asked.zone, asked.second)


@api.post("/drafts/<uuid:draft_id>/overrides")
def override(draft_id: UUID) -> Response:  # noqa: ARG001
    """Expects something of a State against its record."""
    asked = body(more.Expectation)
    expects = outlook.Expects(
        asked.delegation,
        asked.paragraph,
        asked.vote,
        asked.reason,
        asked.source,
        asked.confidence,
    )
    return once(asked, _row(asked.delegation, lambda w: outlook.override(w, g.actor, expects)))


@api.get("/drafts/<uuid:draft_id>/outlook", endpoint="outlook")
def outlook_(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives the outlook on the vote on the whole, or on a paragraph."""
    like = request.args.get("like", "")[:100]
    with house().store.reading() as w:
        return answer_json(outlook.page(w, g.actor, id_of("part"), like))


# Letters -----------------------------------------------------------------------------------------


def _letters(asked: more.LettersAsked) -> letters.Asked:
    return letters.Asked(
        tuple(dict.fromkeys(asked.delegations)),
        asked.question,
        asked.version,
        asked.days,
        asked.subject,
        asked.body,
    )


@api.post("/drafts/<uuid:draft_id>/letters/preview")
def letters_preview(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives letters as they would go, without their links."""
    asked = body(more.LettersAsked)
    with house().store.reading() as w:
        return answer_json(letters.preview(w, house().config, g.actor, _letters(asked)))


@api.post("/drafts/<uuid:draft_id>/letters")
def letters_send(draft_id: UUID) -> Response:  # noqa: ARG001
    """Sends letters, or hands them out as files: these this once, and not when the call is repeated."""
    asked = body(more.LettersAsked)
    held = house()
    written: list[letters.Written] = []

    def do(w: Work) -> dict[str, Any]:
        made = letters.write(w, held.config, g.actor, _letters(asked), request.host_url)
        written.extend(made)
        return letters.shown(made)

    answer = once(asked, do)
    if not written:
        return answer
    results, files = letters.send(held.store, held.config, written)
    return answer_json(flask_json.loads(answer.get_data()) | {"letters": results, "zip": files})


# The record --------------------------------------------------------------------------------------


@api.get("/drafts/<uuid:draft_id>/record", endpoint="record")
def record_(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives the record of this and earlier years."""
    with house().store.reading() as w:
        return answer_json(record.page(w, g.actor))


def _recorded(do: Callable[[Work], None]) -> Callable[[Work], dict[str, Any]]:
    def done(w: Work) -> dict[str, Any]:
        do(w)
        return record.page(w, g.actor)

    return done


@api.post("/drafts/<uuid:draft_id>/record")
def record_add(draft_id: UUID) -> Response:  # noqa: ARG001
    """Adds to the record of earlier years."""
    asked = body(more.EarlierYears)
    earlier = record.Earlier(
        asked.votes,
        asked.sponsors,
        asked.symbol,
        asked.tabled_as,
        asked.on,
        asked.ready,
        asked.parties,
    )
    return once(asked, _recorded(lambda w: record.add(w, g.actor, earlier)))


@api.post("/drafts/<uuid:draft_id>/tabling")
def table(draft_id: UUID) -> Response:  # noqa: ARG001
    """Records the tabling."""
    asked = body(more.TablingMade)
    return once(
        asked,
        _recorded(
            lambda w: record.table(
                w,
                g.actor,
                symbol=asked.symbol,
                on=asked.on,
                version=asked.version,
                reason=asked.reason,
            )
        ),
    )


@api.post("/drafts/<uuid:draft_id>/roll-calls")
def roll_call(draft_id: UUID) -> Response:  # noqa: ARG001
    """Records a vote."""
    asked = body(more.VoteTaken)
    voted = record.Voted(asked.text, asked.votes, asked.body, asked.on, asked.paragraph)
    return once(asked, _recorded(lambda w: record.vote(w, g.actor, voted)))


@api.post("/drafts/<uuid:draft_id>/adoption")
def adopt(draft_id: UUID) -> Response:  # noqa: ARG001
    """Records the adoption."""
    asked = body(more.AdoptionMade)
    return once(
        asked,
        _recorded(lambda w: record.adopt(w, g.actor, symbol=asked.symbol, on=asked.on)),
    )


@api.post("/drafts/<uuid:draft_id>/next")
def next_draft(draft_id: UUID) -> Response:  # noqa: ARG001
    """Begins next year's draft."""
    asked = body(more.NextDraft)
    return once(asked, lambda w: {"draft": str(record.next_draft(w, g.actor, asked.title))})
