"""The calls of the JSON API: the table. Those of the negotiation stand in `negotiation`."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from flask import Response, g, request
from flask import json as flask_json

from drafting.api import shapes, spec
from drafting.api.asking import answer_json, api, body, number_of, on_its_draft, once, seen_body
from drafting.errors import Malformed
from drafting.house import house
from drafting.services import (
    ancestry,
    comments,
    deeds,
    drafts,
    history,
    invitations,
    people,
    redlines,
    sessions,
    technical,
    versions,
)
from drafting.store.work import Work

Shape = TypeVar("Shape", bound=shapes.Body)


@api.get("/openapi.json")
def openapi() -> Response:
    """Describes this API for machines."""
    return answer_json(spec.document())


# Sessions and live connections -------------------------------------------------------------------


@api.post("/live/tickets")
def tickets() -> Response:
    """Gives a pass to open one live connection."""
    with house().store.work() as w:
        return answer_json({"ticket": sessions.issue_ticket(w, house().config, g.me.session_id)})


@api.get("/sessions", endpoint="sessions")
def sessions_() -> Response:
    """Gives one's own live sessions."""
    with house().store.reading() as w:
        return answer_json({"sessions": sessions.shown(w, g.me)})


@api.delete("/sessions/<uuid:session_id>")
def session_end(session_id: UUID) -> Response:
    """Ends a session of one's own."""
    with house().store.work() as w:
        sessions.check_own(w, g.me.person_id, session_id)
        if session_id != g.me.session_id:
            sessions.prove(w, g.me)
        sessions.end(w, g.me.person_id, session_id)
    return answer_json({})


# Drafts ------------------------------------------------------------------------------------------


@api.get("/drafts", endpoint="drafts")
def drafts_() -> Response:
    """Gives the drafts one has a place on."""
    with house().store.reading() as w:
        return answer_json({"drafts": drafts.of_person(w, g.me.person_id)})


@api.get("/drafts/<uuid:draft_id>")
def state(draft_id: UUID) -> Response:  # noqa: ARG001 - the door has read it
    """Gives the whole state of a draft."""
    with house().store.reading() as w:
        return answer_json(drafts.state(w, g.actor))


@api.get("/drafts/<uuid:draft_id>/deeds", endpoint="deeds")
def deeds_(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives the last deeds of structure."""
    with house().store.reading() as w:
        return answer_json({"deeds": deeds.recent(w, g.actor)})


@api.post("/drafts/<uuid:draft_id>/deeds")
def deed(draft_id: UUID) -> Response:  # noqa: ARG001
    """Does a deed of structure."""
    asked = body(shapes.DeedShape)
    fields = asked.model_dump(mode="json", exclude={"id", "kind"}, exclude_unset=True)
    wrong = fields.keys() - deeds.DEED_FIELDS[asked.kind]
    if wrong:
        raise Malformed(detail=f"“{asked.kind}” does not carry {', '.join(sorted(wrong))}.")
    full: dict[str, Any] = {}

    def do(w: Work) -> dict[str, Any]:
        full.update(deeds.do(w, g.actor, asked.id, {"kind": asked.kind, **fields}))
        # What is kept of the answer holds no words, so that words can be purged.
        return {"draft": full["draft"], "seq": full["seq"], "deed": full["deed"], "repeated": True}

    kept = once(asked, do)
    return answer_json(full) if full else kept


# Comments ----------------------------------------------------------------------------------------


@api.post("/drafts/<uuid:draft_id>/threads")
def thread_begin(draft_id: UUID) -> Response:  # noqa: ARG001
    """Begins a thread."""
    asked = body(shapes.ThreadBegin)
    anchor = asked.anchor
    place = comments.Asked(
        asked.paragraph,
        None if anchor is None else anchor.start,
        None if anchor is None else anchor.end,
        None if anchor is None else anchor.version,
    )
    return once(
        asked,
        lambda w: {"thread": comments.begin(w, g.actor, place, asked.audience.value(), asked.body)},
    )


@api.post("/threads/<uuid:thread_id>/comments")
def thread_reply(thread_id: UUID) -> Response:
    """Adds a comment to a thread."""
    asked = _seen_body(shapes.CommentBody, thread_id)
    return once(asked, lambda w: {"thread": comments.reply(w, g.actor, thread_id, asked.body)})


@api.put("/comments/<uuid:comment_id>")
def comment_edit(comment_id: UUID) -> Response:
    """Changes what one's own comment says."""
    on_its_draft(comments.draft_of_comment, comment_id)
    with house().store.reading() as w:
        thread_id = comments.thread_of_comment(w, comment_id)
    asked = _seen_body(shapes.CommentBody, thread_id)
    return once(asked, lambda w: {"thread": comments.edit(w, g.actor, comment_id, asked.body)})


@api.post("/threads/<uuid:thread_id>/resolution")
def thread_resolution(thread_id: UUID) -> Response:
    """Resolves or reopens a thread."""
    asked = _seen_body(shapes.Resolution, thread_id)
    return once(
        asked,
        lambda w: {"thread": comments.set_resolved(w, g.actor, thread_id, resolved=asked.resolved)},
    )


@api.post("/threads/<uuid:thread_id>/audience")
def thread_audience(thread_id: UUID) -> Response:
    """Moves a thread to a wider audience."""
    asked = _seen_body(shapes.Widening, thread_id)
    return once(
        asked, lambda w: {"thread": comments.widen(w, g.actor, thread_id, asked.audience.value())}
    )


def _seen_body(shape: type[Shape], thread_id: UUID) -> Shape:
    return seen_body(shape, comments.draft_of_thread, comments.seen, thread_id)


# Versions ----------------------------------------------------------------------------------------


@api.post("/drafts/<uuid:draft_id>/versions")
def version_seal(draft_id: UUID) -> Response:  # noqa: ARG001
    """Seals the working text as a version."""
    asked = body(shapes.Sealing)
    return once(asked, lambda w: versions.seal(w, g.actor, asked.name, asked.note))


@api.get("/drafts/<uuid:draft_id>/versions/<int:number>")
def version(draft_id: UUID, number: int) -> Response:  # noqa: ARG001
    """Gives a version with its text."""
    with house().store.reading() as w:
        found = versions.one(w, g.actor, number)
        return answer_json(
            {"version": versions.described(found), "paragraphs": versions.content(w, found)}
        )


@api.post("/drafts/<uuid:draft_id>/versions/<int:number>/restoration")
def version_restore(draft_id: UUID, number: int) -> Response:  # noqa: ARG001
    """Makes the working text say again what a version says."""
    asked = body(shapes.Asked)

    def do(w: Work) -> dict[str, Any]:
        done = versions.restore(w, g.actor, asked.id, number)
        return {"seq": done["seq"], "version": done["version"]}

    return once(asked, do)


@api.get("/drafts/<uuid:draft_id>/redline")
def redline(draft_id: UUID) -> Response:
    """Gives two versions, or a version and the working text, against each other."""
    with house().store.reading() as w:
        made = redlines.between(w, g.actor, number_of("from"), number_of("to"))
        natures = technical.of_redline(w, g.actor, made)
        last = ancestry.labels(w, draft_id)
    shown = redlines.to_json(made) | {"last": last}
    for paragraph, nature in zip(shown["paragraphs"], natures, strict=True):
        paragraph["nature"] = nature
    return answer_json(shown)


@api.get("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>/history", endpoint="history")
def history_(draft_id: UUID, paragraph_id: UUID) -> Response:  # noqa: ARG001
    """Gives what happened to a paragraph's words."""
    with house().store.reading() as w:
        return answer_json({"entries": history.of_paragraph(w, g.actor, paragraph_id)})


@api.post("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>/purge")
def purge(draft_id: UUID, paragraph_id: UUID) -> Response:  # noqa: ARG001
    """Purges words from a paragraph's history."""
    asked = body(shapes.Purging)
    answer = once(asked, lambda w: history.purge(w, g.actor, paragraph_id, asked.from_, asked.to))
    house().store.forget_deleted()
    return answer


# People ------------------------------------------------------------------------------------------


@api.get("/drafts/<uuid:draft_id>/people", endpoint="people")
def people_(draft_id: UUID) -> Response:  # noqa: ARG001
    """Gives who has a place on the draft."""
    with house().store.reading() as w:
        return answer_json(people.shown_people(w, g.actor))


@api.post("/drafts/<uuid:draft_id>/invitations")
def invite(draft_id: UUID) -> Response:  # noqa: ARG001
    """Invites somebody: the link is shown this once, and not again when the call is repeated."""
    asked = body(shapes.Inviting)
    link: list[str] = []

    def do(w: Work) -> dict[str, Any]:
        invitation, token = invitations.invite(
            w,
            house().config,
            g.actor,
            role=asked.role,
            delegation_id=asked.delegation,
            name=asked.name,
        )
        link.append(f"{request.host_url}invitations/{token}")
        return {"invitation": invitations.shown(w, invitation) | {"id": str(invitation.id)}}

    answer = once(asked, do)
    if link:
        return answer_json(flask_json.loads(answer.get_data()) | {"link": link[0]})
    return answer


@api.delete("/drafts/<uuid:draft_id>/people/<uuid:person_id>")
def place_end(draft_id: UUID, person_id: UUID) -> Response:  # noqa: ARG001
    """Ends a person's place on the draft."""
    with house().store.work() as w:
        people.end_place(w, g.actor, person_id)
    return answer_json({})


@api.delete("/invitations/<uuid:invitation_id>")
def invitation_withdraw(invitation_id: UUID) -> Response:
    """Withdraws an invitation."""
    on_its_draft(invitations.draft_of, invitation_id)
    with house().store.work() as w:
        invitations.withdraw(w, g.actor, invitation_id)
    return answer_json({})
