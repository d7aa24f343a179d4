"""The calls of the JSON API: the record checked, and what was circulated on a day."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, g, request

from drafting.api.asking import answer_json, api, day_of
from drafting.errors import Malformed
from drafting.house import house
from drafting.rules import deadlines
from drafting.services import chain
from drafting.text.chain import HEAD_MIN_CHARS


@api.get("/drafts/<uuid:draft_id>/verification")
def verification(draft_id: UUID) -> Response:
    """Checks the record of a draft as far as one may see it."""
    head = request.args.get("head", "").strip()
    if head and len(head) < HEAD_MIN_CHARS:
        raise Malformed(detail=f"A head has at least {HEAD_MIN_CHARS} digits.")
    with house().store.reading() as w:
        taken = chain.file_of(w, draft_id, g.actor)
    return answer_json(chain.shown_verdict(chain.checked(taken, head)))


@api.get("/drafts/<uuid:draft_id>/circulated")
def circulated(draft_id: UUID) -> Response:
    """Gives the text that was in force on a day, with its proof."""
    place = request.args.get("zone", "") or deadlines.NEW_YORK
    deadlines.name(place)
    zone = ZoneInfo(place)
    with house().store.reading() as w:
        on = day_of("on") or w.now.astimezone(zone).date()
        return answer_json(chain.shown_circulated(chain.circulated(w, draft_id, on, zone)))
