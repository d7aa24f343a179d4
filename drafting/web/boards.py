"""The pages of sponsors, capitals and the vote: the board, a delegation's own, the record, answer links."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import g, make_response, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from drafting.errors import Malformed, NotFound, Stale
from drafting.house import house
from drafting.rules.rights import rights_of
from drafting.services import answers, board_out, drafts, record
from drafting.services.board_out import MEDIA_TYPES
from drafting.web.pages import pages
from drafting.web.rendering import redlined

__all__ = ["pages"]

NOTE_MAX_CHARS = 4_000


def _page(template: str, **more: object) -> str:
    with house().store.reading() as w:
        draft = drafts.one(w, g.actor)
    return render_template(
        template,
        me=g.me,
        actor=g.actor,
        draft=drafts.header(draft),
        draft_id=draft.id,
        may=[right.value for right in rights_of(g.actor)],
        **more,
    )


@pages.get("/drafts/<uuid:draft_id>/board")
def board_page(draft_id: UUID) -> str:  # noqa: ARG001 - the door has read it
    """Shows the board."""
    return _page("board.html")


@pages.get("/drafts/<uuid:draft_id>/mine")
def mine_page(draft_id: UUID) -> str:  # noqa: ARG001
    """Shows a delegation's own page."""
    return _page("mine.html")


@pages.get("/drafts/<uuid:draft_id>/record")
def record_page(draft_id: UUID) -> str:  # noqa: ARG001
    """Shows the record of this and earlier years."""
    return _page("record.html")


@pages.get("/drafts/<uuid:draft_id>/reading-list")
def reading_list(draft_id: UUID) -> str:  # noqa: ARG001
    """Shows what is read out at the adoption."""
    with house().store.reading() as w:
        made = record.reading_list(w, g.actor)
    return _page("reading_list.html", reading=made)


@pages.get("/drafts/<uuid:draft_id>/vote-sheet")
def vote_sheet(draft_id: UUID) -> str:  # noqa: ARG001
    """Shows the sheet on which a vote is ticked."""
    with house().store.reading() as w:
        title = drafts.one(w, g.actor).title
        made = board_out.vote_sheet(w, g.actor)
    return _page("vote_sheet.html", sheet=made | {"title": title})


@pages.get("/drafts/<uuid:draft_id>/board.<ending>")
def board_export(draft_id: UUID, ending: str) -> AnyResponse:  # noqa: ARG001
    """Hands out the board as a workbook or as CSV."""
    if ending not in MEDIA_TYPES:
        raise NotFound
    with house().store.reading() as w:
        data = board_out.export(w, g.actor, ending)
    return send_file(
        io.BytesIO(data),
        mimetype=MEDIA_TYPES[ending],
        as_attachment=True,
        download_name=f"board.{ending}",
        etag=False,
        last_modified=None,
    )


# Answer links ------------------------------------------------------------------------------------


@pages.get("/answers/<token>")
def answer_page(token: str) -> str:
    """Shows what an answer link asks; only a button answers."""
    with house().store.reading() as w:
        shown = answers.shown(w, token)
    return _answer(shown, token, None, {})


def _answer(shown: dict[str, Any], token: str, error: str | None, fields: dict[str, str]) -> str:
    changed = [one | {"html": redlined(one["pieces"])} for one in shown["changed"]]
    return render_template(
        "answer.html",
        me=None,
        answer=shown | {"changed": changed},
        token=token,
        error=error,
        fields=fields,
    )


@pages.post("/answers")
def answer() -> AnyResponse:
    """Answers a link's question, once."""
    token = request.form.get("token", "")[:300]
    fields = {
        "choice": request.form.get("choice", "")[:40],
        "note": request.form.get("note", "")[:NOTE_MAX_CHARS],
        "name": request.form.get("name", "")[:300],
    }
    try:
        with house().store.work() as w:
            done = answers.answer(
                w, token, fields["choice"], note=fields["note"], name=fields["name"]
            )
    except (Malformed, Stale) as refusal:
        with house().store.reading() as w:
            shown = answers.shown(w, token)
        status = 409 if isinstance(refusal, Stale) else 400
        return make_response(_answer(shown, token, refusal.detail, fields), status)
    return make_response(render_template("answer_done.html", me=None, done=done))


# The account -------------------------------------------------------------------------------------
