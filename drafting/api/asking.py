"""How a call is read and answered: its body, its repetition, whose draft it is on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, g, request
from flask import json as flask_json
from pydantic import ValidationError

from drafting.api import shapes
from drafting.errors import Malformed, NotFound
from drafting.house import house
from drafting.rules.roles import Actor
from drafting.services import operations, people
from drafting.store.work import Work

api = Blueprint("api", __name__, url_prefix="/api")

Shape = TypeVar("Shape", bound=shapes.Body)

BODY_MAX_BYTES = 1 << 20
"""Most bytes of a call's body: some ten times the longest change."""


def body(shape: type[Shape]) -> Shape:
    """Reads a call's body. Refuses: Malformed, saying all that is wrong with it."""
    if not request.is_json or (request.content_length or 0) > BODY_MAX_BYTES:
        raise Malformed(detail="A call carries JSON of at most 1 MB.")
    try:
        return shape.model_validate_json(request.get_data())
    except ValidationError as error:
        raise wrong_form(error) from None
    except (RecursionError, ValueError):
        raise Malformed(detail="The call is not of the expected form.") from None


def wrong_form(error: ValidationError) -> Malformed:
    """Gives the refusal that says what is wrong with a call's body."""
    wrong = "; ".join(
        f"{'.'.join(str(part) for part in e['loc']) or 'body'}: {e['msg']}"
        for e in error.errors(include_url=False, include_context=False, include_input=False)[:5]
    )
    return Malformed(detail=f"The call is not of the expected form ({wrong}).")


def answer_json(value: dict[str, Any], status: int = 200) -> Response:
    """Answers with JSON."""
    return Response(
        flask_json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        status=status,
        content_type="application/json",
    )


def once(asked: shapes.Asked, do: Callable[[Work], dict[str, Any]]) -> Response:
    """Does something once for the client's id, in one transaction."""
    with house().store.work() as w:
        answer = operations.once(
            w,
            g.me.person_id,
            asked.id,
            [request.path, request.method, asked.model_dump(mode="json")],
            lambda: do(w),
        )
    return answer_json(answer)


def on_its_draft(find: Callable[[Work, UUID], UUID], thing_id: UUID) -> None:
    """Sets who acts on the draft of a thing. Refuses: NotFound alike for none and for no place."""
    with house().store.reading() as w:
        g.actor = people.actor(w, g.me.session_id, find(w, thing_id))


def seen_body(
    shape: type[Shape],
    find: Callable[[Work, UUID], UUID],
    see: Callable[[Work, Actor, UUID], object],
    thing_id: UUID,
) -> Shape:
    """Reads a call's body only for somebody who sees the thing, so that no form of it tells it exists.

    `find` gives the draft it is on, `see` refuses NotFound to whoever does not see it.
    """
    on_its_draft(find, thing_id)
    with house().store.reading() as w:
        see(w, g.actor, thing_id)
    return body(shape)


def day_of(name: str) -> date | None:
    """Reads a day from the query. Refuses: Malformed for what is none."""
    value = request.args.get(name)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Malformed(detail="A day is written as in 2026-10-15.") from None


def id_of(name: str) -> UUID | None:
    """Reads an id from the query. Refuses: NotFound for what is none."""
    value = request.args.get(name)
    if not value:
        return None
    try:
        found = UUID(value)
    except ValueError:
        raise NotFound from None
    if str(found) != value:
        raise NotFound
    return found


def number_of(name: str) -> int | None:
    """Reads a version's number from the query. Refuses: NotFound."""
    value = request.args.get(name)
    if value is None or value in ("", "working"):
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 6:  # noqa: PLR2004 - a version's number is short
        raise NotFound(detail="There is no such version.")
    return int(value)
