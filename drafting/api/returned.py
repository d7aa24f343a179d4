"""The calls of the JSON API: Word files that come back."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, g, request
from pydantic import ValidationError

from drafting import apart
from drafting.api import shapes_returned as shapes
from drafting.api.asking import answer_json, api, once, wrong_form
from drafting.errors import Malformed, Stale
from drafting.house import house
from drafting.rules.proposals import Circle
from drafting.services import returned
from drafting.text.returned_items import Candidate

if TYPE_CHECKING:
    from drafting.formats.returned import Looked

SECONDS = 20.0
"""How long reading a file and comparing it with a version may take."""


@api.post("/drafts/<uuid:draft_id>/returned/look")
def returned_look(draft_id: UUID) -> Response:
    """Shows what a file that came back holds; nothing is stored."""
    name, data = _file()
    version = request.form.get("version") or None
    found, candidates = _looked(draft_id, name, data, version)
    with house().store.reading() as w:
        return answer_json(returned.shown(w, g.actor, found, candidates))


@api.post("/drafts/<uuid:draft_id>/returned")
def returned_bring(draft_id: UUID) -> Response:
    """Brings in what was chosen of a file that came back, as proposals and comments."""
    asked = _asked()
    name, data = _file()
    if hashlib.sha256(data).hexdigest() != asked.sha256:
        raise Stale(detail="This is not the file that you looked at; nothing was stored.")
    found, _ = _looked(draft_id, name, data, asked.version)
    chosen = returned.Chosen(
        asked.mark,
        frozenset(asked.items),
        frozenset(asked.comments),
        {one.name: one.delegation for one in asked.authors},
        Circle(asked.circle),
        asked.audience.value(),
    )
    return once(asked, lambda w: returned.bring(w, g.actor, asked.id, found, chosen))


def _file() -> tuple[str, bytes]:
    """Gives the file that was sent. Refuses: Malformed when there is none."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Malformed(detail="Please choose a file.")
    with contextlib.closing(sent):
        return sent.filename, sent.stream.read(house().config.upload_max_bytes + 1)


def _asked() -> shapes.Bringing:
    try:
        return shapes.Bringing.model_validate_json(request.form.get("asked", ""))
    except ValidationError as error:
        raise wrong_form(error) from None
    except (RecursionError, ValueError):
        raise Malformed(detail="The call is not of the expected form.") from None


def _looked(
    draft_id: UUID, name: str, data: bytes, version: str | None
) -> tuple[Looked, tuple[Candidate, ...]]:
    """Reads a file apart from the server, so that the table goes on meanwhile."""
    with house().store.reading() as w:
        candidates = returned.candidates(w, g.actor)
        printed = returned.printed_names(w, g.actor)
    if version is not None and version not in {one.key for one in candidates}:
        raise Malformed(detail="There is no such version; nothing was stored.")
    from drafting.formats.returned import look  # noqa: PLC0415 - large, and seldom needed

    found = apart.call(
        look, name, data, candidates, str(draft_id), version, printed, seconds=SECONDS
    )
    return found, candidates
