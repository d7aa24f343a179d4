"""The calls of the JSON API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, g, request
from flask import json as flask_json
from pydantic import ValidationError

from drafting.api import shapes, spec
from drafting.errors import Malformed, NotFound
from drafting.house import house
from drafting.services import (
    comments,
    deeds,
    drafts,
    history,
    operations,
    people,
    redlines,
    versions,
)
from drafting.store.work import Work

api = Blueprint("api", __name__, url_prefix="/api")

Shape = TypeVar("Shape", bound=shapes.Body)

BODY_MAX_BYTES = 1 << 20
"""Most bytes of a call's body: some ten times the longest change."""


def _body(shape: type[Shape]) -> Shape:
    """Reads a call's body. Refuses: Malformed, saying all that is wrong with it."""
    if not request.is_json or (request.content_length or 0) > BODY_MAX_BYTES:
        raise Malformed(detail="A call carries JSON of at most 1 MB.")
    try:
        return shape.model_validate_json(request.get_data())
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in e['loc']) or 'body'}: {e['msg']}"
            for e in error.errors(include_url=False, include_context=False, include_input=False)[:5]
        )
        raise Malformed(detail=f"The call is not of the expected form ({wrong}).") from None
    except (RecursionError, ValueError):
        raise Malformed(detail="The call is not of the expected form.") from None


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(
        flask_json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        status=status,
        content_type="application/json",
    )


def _once(asked: shapes.Asked, do: Callable[[Work], dict[str, Any]]) -> Response:
    """Does something once for the client's id, in one transaction."""
    with house().store.work() as w:
        answer = operations.once(
            w,
            g.me.person_id,
            asked.id,
            [request.path, request.method, asked.model_dump(mode="json")],
            lambda: do(w),
        )
    return _json(answer)


@api.get("/openapi.json")
def openapi() -> Response:
    """Describes this API for machines."""
    return _json(spec.document())


# Sessions and live connections -------------------------------------------------------------------


@api.post("/live/tickets")
def tickets() -> Response:
    """Gives a pass to open one live connection."""
    with house().store.work() as w:
        return _json({"ticket": people.issue_ticket(w, house().config, g.me.session_id)})


@api.get("/sessions")
def sessions() -> Response:
    """Gives one's own live sessions."""
    with house().store.reading() as w:
        return _json({"sessions": people.shown_sessions(w, g.me)})


@api.delete("/sessions/<uuid:session_id>")
def session_end(session_id: UUID) -> Response:
    """Ends a session of one's own."""
    with house().store.work() as w:
        people.end_session(w, g.me.person_id, session_id)
    return _json({})


# Drafts ------------------------------------------------------------------------------------------


@api.get("/drafts", endpoint="drafts")
def drafts_() -> Response:
    """Gives the drafts one has a place on."""
    with house().store.reading() as w:
        return _json({"drafts": drafts.of_person(w, g.me.person_id)})


@api.get("/drafts/<uuid:draft_id>")
def state(draft_id: UUID) -> Response:  # noqa: ARG001 - the door has read it
    """Gives the whole state of a draft."""
    with house().store.reading() as w:
        return _json(drafts.state(w, g.actor))


@api.get("/drafts/<uuid:draft_id>/deeds", endpoint="deeds")
def deeds_(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives the last deeds of structure."""
    with house().store.reading() as w:
        return _json({"deeds": deeds.recent(w, g.actor)})


@api.post("/drafts/<uuid:draft_id>/deeds")
def deed(draft_id: UUID) -> Response:  # noqa: ARG001
    """Does a deed of structure."""
    asked = _body(shapes.DeedShape)
    fields = asked.model_dump(mode="json", exclude={"id", "kind"}, exclude_unset=True)
    wrong = fields.keys() - deeds.DEED_FIELDS[asked.kind]
    if wrong:
        raise Malformed(detail=f"“{asked.kind}” does not carry {', '.join(sorted(wrong))}.")
    full: dict[str, Any] = {}

    def do(w: Work) -> dict[str, Any]:
        full.update(deeds.do(w, g.actor, asked.id, {"kind": asked.kind, **fields}))
        # What is kept of the answer holds no words, so that words can be purged.
        return {"draft": full["draft"], "seq": full["seq"], "deed": full["deed"], "repeated": True}

    kept = _once(asked, do)
    return _json(full) if full else kept


# Comments ----------------------------------------------------------------------------------------


@api.post("/drafts/<uuid:draft_id>/threads")
def thread_begin(draft_id: UUID) -> Response:  # noqa: ARG001
    """Begins a thread."""
    asked = _body(shapes.ThreadBegin)
    anchor = asked.anchor
    place = comments.Asked(
        asked.paragraph,
        None if anchor is None else anchor.start,
        None if anchor is None else anchor.end,
        None if anchor is None else anchor.version,
    )
    return _once(
        asked,
        lambda w: {"thread": comments.begin(w, g.actor, place, asked.audience.value(), asked.body)},
    )


def _on_its_draft(find: Callable[[Work, UUID], UUID], thing_id: UUID) -> None:
    """Sets who acts on the draft of a thing. Refuses: NotFound alike for none and for no place."""
    with house().store.reading() as w:
        g.actor = people.actor(w, g.me.session_id, find(w, thing_id))


@api.post("/threads/<uuid:thread_id>/comments")
def thread_reply(thread_id: UUID) -> Response:
    """Adds a comment to a thread."""
    _on_its_draft(comments.draft_of_thread, thread_id)
    asked = _seen_body(shapes.CommentBody, thread_id)
    return _once(asked, lambda w: {"thread": comments.reply(w, g.actor, thread_id, asked.body)})


@api.put("/comments/<uuid:comment_id>")
def comment_edit(comment_id: UUID) -> Response:
    """Changes what one's own comment says."""
    _on_its_draft(comments.draft_of_comment, comment_id)
    with house().store.reading() as w:
        thread_id = comments.thread_of_comment(w, comment_id)
    asked = _seen_body(shapes.CommentBody, thread_id)
    return _once(asked, lambda w: {"thread": comments.edit(w, g.actor, comment_id, asked.body)})


@api.post("/threads/<uuid:thread_id>/resolution")
def thread_resolution(thread_id: UUID) -> Response:
    """Resolves or reopens a thread."""
    _on_its_draft(comments.draft_of_thread, thread_id)
    asked = _seen_body(shapes.Resolution, thread_id)
    return _once(
        asked,
        lambda w: {"thread": comments.set_resolved(w, g.actor, thread_id, resolved=asked.resolved)},
    )


@api.post("/threads/<uuid:thread_id>/audience")
def thread_audience(thread_id: UUID) -> Response:
    """Moves a thread to a wider audience."""
    _on_its_draft(comments.draft_of_thread, thread_id)
    asked = _seen_body(shapes.Widening, thread_id)
    return _once(
        asked, lambda w: {"thread": comments.widen(w, g.actor, thread_id, asked.audience.value())}
    )


def _seen_body(shape: type[Shape], thread_id: UUID) -> Shape:
    """Reads a body only for somebody who sees the thread, so that no form of it tells it exists."""
    with house().store.reading() as w:
        if comments.one_seen(w, g.actor, thread_id) is None:
            raise NotFound
    return _body(shape)


# Versions ----------------------------------------------------------------------------------------


@api.post("/drafts/<uuid:draft_id>/versions")
def version_seal(draft_id: UUID) -> Response:  # noqa: ARG001
    """Seals the working text as a version."""
    asked = _body(shapes.Sealing)
    return _once(asked, lambda w: versions.seal(w, g.actor, asked.name, asked.note))


@api.get("/drafts/<uuid:draft_id>/versions/<int:number>")
def version(draft_id: UUID, number: int) -> Response:  # noqa: ARG001
    """Gives a version with its text."""
    with house().store.reading() as w:
        found = versions.one(w, g.actor, number)
        return _json(
            {"version": versions.described(found), "paragraphs": versions.content(w, found)}
        )


@api.post("/drafts/<uuid:draft_id>/versions/<int:number>/restoration")
def version_restore(draft_id: UUID, number: int) -> Response:  # noqa: ARG001
    """Makes the working text say again what a version says."""
    asked = _body(shapes.Asked)

    def do(w: Work) -> dict[str, Any]:
        done = versions.restore(w, g.actor, asked.id, number)
        return {"seq": done["seq"], "version": done["version"]}

    return _once(asked, do)


@api.get("/drafts/<uuid:draft_id>/redline")
def redline(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives two versions, or a version and the working text, against each other."""
    with house().store.reading() as w:
        made = redlines.between(w, g.actor, _number("from"), _number("to"))
        return _json(redlines.to_json(made))


@api.get("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>/history", endpoint="history")
def history_(draft_id: UUID, paragraph_id: UUID) -> Response:  # noqa: ARG001
    """Gives what happened to a paragraph's words."""
    with house().store.reading() as w:
        return _json({"entries": history.of_paragraph(w, g.actor, paragraph_id)})


@api.post("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>/purge")
def purge(draft_id: UUID, paragraph_id: UUID) -> Response:  # noqa: ARG001
    """Purges words from a paragraph's history."""
    asked = _body(shapes.Purging)
    answer = _once(asked, lambda w: history.purge(w, g.actor, paragraph_id, asked.from_, asked.to))
    house().store.forget_deleted()
    return answer


def _number(name: str) -> int | None:
    value = request.args.get(name)
    if value is None or value in ("", "working"):
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 6:  # noqa: PLR2004 - a version's number is short
        raise NotFound(detail="There is no such version.")
    return int(value)


# People ------------------------------------------------------------------------------------------


@api.get("/drafts/<uuid:draft_id>/people", endpoint="people")
def people_(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives who has a place on the draft."""
    with house().store.reading() as w:
        return _json(people.shown_people(w, g.actor))


@api.post("/drafts/<uuid:draft_id>/invitations")
def invite(draft_id: UUID) -> Response:  # noqa: ARG001
    """Invites somebody: the link is shown this once, and not again when the call is repeated."""
    asked = _body(shapes.Inviting)
    link: list[str] = []

    def do(w: Work) -> dict[str, Any]:
        invitation, token = people.invite(
            w,
            house().config,
            g.actor,
            role=asked.role,
            delegation_id=asked.delegation,
            name=asked.name,
        )
        link.append(f"{request.host_url}invitations/{token}")
        return {"invitation": people.shown_invitation(w, invitation) | {"id": str(invitation.id)}}

    answer = _once(asked, do)
    if link:
        return _json(flask_json.loads(answer.get_data()) | {"link": link[0]})
    return answer


@api.delete("/drafts/<uuid:draft_id>/people/<uuid:person_id>")
def place_end(draft_id: UUID, person_id: UUID) -> Response:  # noqa: ARG001
    """Ends a person's place on the draft."""
    with house().store.work() as w:
        people.end_place(w, g.actor, person_id)
    return _json({})


@api.delete("/invitations/<uuid:invitation_id>")
def invitation_withdraw(invitation_id: UUID) -> Response:
    """Withdraws an invitation."""
    _on_its_draft(people.draft_of_invitation, invitation_id)
    with house().store.work() as w:
        people.withdraw_invitation(w, g.actor, invitation_id)
    return _json({})
