"""The calls of the JSON API: last year's text forward, and the masthead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, g

from drafting.api import shapes_forward as shapes
from drafting.api.asking import answer_json, api, body, once
from drafting.api.shapes import Asked
from drafting.house import house
from drafting.services import forward
from drafting.store.work import Work


@api.get("/drafts/<uuid:draft_id>/updates")
def updates(draft_id: UUID) -> Response:  # noqa: ARG001 - the door has read it
    """Gives the technical updates that are due."""
    with house().store.reading() as w:
        return answer_json(forward.page(w, g.actor))


@api.post("/drafts/<uuid:draft_id>/updates")
def updates_answer(draft_id: UUID) -> Response:  # noqa: ARG001
    """Accepts technical updates, refuses some, brings refused ones back."""
    asked = body(shapes.UpdatesAnswered)
    said = forward.Answer(
        [(one.key, one.words) for one in asked.accept], asked.refuse, asked.restore, asked.all
    )
    return _deed(asked, lambda w: forward.answer(w, g.actor, asked.id, said))


@api.post("/drafts/<uuid:draft_id>/masthead")
def masthead(draft_id: UUID) -> Response:  # noqa: ARG001
    """Sets what stands above the text."""
    asked = body(shapes.MastheadSet)
    about = forward.About(**asked.model_dump(exclude={"id"}))
    return _deed(asked, lambda w: forward.set_masthead(w, g.actor, asked.id, about))


def _deed(asked: Asked, do: Callable[[Work], dict[str, Any]]) -> Response:
    full: dict[str, Any] = {}

    def done(w: Work) -> dict[str, Any]:
        full.update(do(w))
        # What is kept of the answer holds no words, so that words can be purged.
        kept = {key: full[key] for key in ("draft", "seq", "deed") if key in full}
        return kept | ({"repeated": True} if full else {})

    kept = once(asked, done)
    return answer_json(full) if full else kept
