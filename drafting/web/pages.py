"""The pages themselves: drafts, the table, versions, people, export."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
)
from werkzeug.wrappers import Response as AnyResponse

from drafting import apart
from drafting.errors import Busy, Malformed, NotFound
from drafting.formats import read_file
from drafting.house import house
from drafting.rules.exports import Scope
from drafting.rules.rights import Right, rights_of
from drafting.rules.roles import ROLE_WORDS
from drafting.services import (
    ancestry,
    chain,
    drafts,
    exports,
    people,
    versions,
)
from drafting.text.forward import next_session
from drafting.text.resolution import Resolution
from drafting.text.sessions import session_words
from drafting.web.rendering import rendered

pages = Blueprint("web", __name__)


def field(name: str, limit: int = 300) -> str:
    """Gives what a field of the form holds."""
    return request.form.get(name, "")[:limit]


@pages.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Leads to the icon."""
    return redirect("/static/icon.svg", code=303)


@pages.get("/")
def home() -> AnyResponse:
    """Leads to one's drafts, or to the sign-in."""
    return redirect("/drafts" if g.me is not None else "/sign-in", code=303)


# Drafts ------------------------------------------------------------------------------------------


@pages.get("/drafts")
def drafts_page() -> str:
    """Shows the drafts one has a place on."""
    with house().store.reading() as w:
        held = drafts.of_person(w, g.me.person_id)
    return render_template("drafts.html", me=g.me, drafts=held, may_import=g.me.opens_drafts)


@pages.get("/import")
def import_page() -> str:
    """Shows the form to begin a draft from a file."""
    if not g.me.opens_drafts:
        raise NotFound
    return render_template("import.html", me=g.me, error=None)


@pages.post("/import")
def import_file() -> AnyResponse:
    """Begins a draft from a file."""
    if not g.me.opens_drafts:
        raise NotFound
    try:
        resolution = _sent_file()
        with house().store.work() as w:
            draft = drafts.import_draft(
                w, g.me.person_id, resolution, title=field("title").strip() or None
            )
            draft_id, title = draft.id, draft.title
    except (Malformed, Busy) as refusal:
        page = render_template("import.html", me=g.me, error=refusal.detail)
        return make_response(page, 503 if isinstance(refusal, Busy) else 422)
    if not resolution.findings:
        return redirect(f"/drafts/{draft_id}", code=303)
    return make_response(
        render_template(
            "import_done.html",
            me=g.me,
            draft={"id": draft_id, "title": title},
            last=_last_year(resolution),
            findings=[{"where": f.where, "what": f.what} for f in resolution.findings],
        )
    )


def _last_year(resolution: Resolution) -> dict[str, Any] | None:
    """Gives the number of an adopted text and the session it is next due at; None for other texts."""
    session = next_session(resolution.masthead, resolution.paragraphs)
    if session is None:
        return None
    return {"number": resolution.masthead.number, "next": session_words(session).lower()}


def _sent_file() -> Resolution:
    """Reads the file that was sent. Refuses: Malformed when there is none or it cannot be read."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Malformed(detail="Please choose a file.")
    data = sent.stream.read(house().config.upload_max_bytes + 1)
    return apart.call(read_file, sent.filename, data)


@pages.get("/drafts/<uuid:draft_id>/returned")
def returned_page(draft_id: UUID) -> str:  # noqa: ARG001
    """Shows the page by which a Word file that came back is brought in."""
    with house().store.reading() as w:
        draft = drafts.one(w, g.actor)
    return render_template(
        "returned.html",
        me=g.me,
        actor=g.actor,
        draft=drafts.header(draft),
        proposes=Right.PROPOSE in rights_of(g.actor),
    )


@pages.get("/drafts/<uuid:draft_id>")
def draft_page(draft_id: UUID) -> str:
    """Shows the table: the working text, and all that goes on around it."""
    with house().store.reading() as w:
        draft = drafts.one(w, g.actor)
        shown = rendered(drafts.text_now(w, g.actor))
        last = ancestry.labels(w, draft_id)
    return render_template(
        "draft.html",
        last=last,
        me=g.me,
        actor=g.actor,
        role_words=ROLE_WORDS[g.actor.role],
        draft=drafts.header(draft),
        paragraphs=shown.paragraphs,
        notes=shown.notes,
        draft_id=draft_id,
    )


@pages.get("/drafts/<uuid:draft_id>/versions/<int:number>")
def version_page(draft_id: UUID, number: int) -> str:  # noqa: ARG001 - the door has read it
    """Shows a sealed version."""
    with house().store.reading() as w:
        draft = drafts.one(w, g.actor)
        version = versions.one(w, g.actor, number)
        shown = rendered(versions.content(w, version))
        last = ancestry.labels(w, draft.id)
        receipt = chain.receipt_of(w, draft.id, number)
    return render_template(
        "version.html",
        last=last,
        number=draft.masthead.get("number", "") if number else version.masthead.get("number", ""),
        me=g.me,
        draft=drafts.header(draft),
        version=versions.described(version),
        receipt=receipt,
        paragraphs=shown.paragraphs,
        notes=shown.notes,
    )


@pages.get("/drafts/<uuid:draft_id>/compare")
def compare_page(draft_id: UUID) -> str:  # noqa: ARG001
    """Shows two versions against each other."""
    with house().store.reading() as w:
        draft = drafts.one(w, g.actor)
        listed = [versions.described(v) for v in versions.all_of(w, g.actor)]
    numbers = {str(v["number"]) for v in listed}
    from_, to = request.args.get("from", ""), request.args.get("to", "")
    return render_template(
        "compare.html",
        me=g.me,
        draft=drafts.header(draft),
        versions=listed,
        from_=from_ if from_ in numbers else str(listed[-1]["number"]),
        to=to if to in numbers else "",
        decides=Right.ANSWER in rights_of(g.actor),
    )


@pages.get("/drafts/<uuid:draft_id>/print")
def print_page(draft_id: UUID) -> str:  # noqa: ARG001
    """Shows a text for printing, with nothing around it."""
    number = _number("version")
    with house().store.reading() as w:
        draft = drafts.one(w, g.actor)
        version = None if number is None else versions.one(w, g.actor, number)
        shown = (
            rendered(drafts.text_now(w, g.actor))
            if version is None
            else rendered(versions.content(w, version))
        )
    return render_template(
        "print.html",
        me=g.me,
        draft=drafts.header(draft),
        masthead=drafts.masthead_of(draft),
        version=None if version is None else versions.described(version),
        paragraphs=[p for p in shown.paragraphs if not p["deleted"]],
        notes=shown.notes,
    )


@pages.get("/drafts/<uuid:draft_id>/people")
def people_page(draft_id: UUID) -> str:  # noqa: ARG001
    """Shows who has a place on the draft, and invites more."""
    with house().store.reading() as w:
        draft = drafts.one(w, g.actor)
        shown = people.shown_people(w, g.actor)
    return render_template(
        "people.html", me=g.me, actor=g.actor, draft=drafts.header(draft), **shown
    )


@pages.get("/drafts/<uuid:draft_id>/export.<ending>")
def export(draft_id: UUID, ending: str) -> AnyResponse:  # noqa: ARG001
    """Hands out a text as a file: clean, or with tracked changes since a version."""
    with house().store.reading() as w:
        asked = exports.Asked(
            ending,
            version=_number("version"),
            since=_number("since"),
            proposals=request.args.get("proposals", ""),
            comments=_scope(request.args.get("comments", "")),
            line_numbers=request.args.get("lines", "") == "1",
        )
        made = exports.export(w, g.actor, asked)
    return send_file(
        io.BytesIO(made.data),
        mimetype=made.media_type,
        as_attachment=True,
        download_name=made.name,
        etag=False,
        last_modified=None,
    )


def _scope(words: str) -> str:
    """Reads which comments are asked for; 1 is all one sees."""
    return {"0": "", "1": Scope.ALL.value}.get(words, words)


def _number(name: str) -> int | None:
    value = request.args.get(name)
    if value is None or value == "":
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 6:  # noqa: PLR2004 - a version's number is short
        raise NotFound(detail="There is no such version.")
    return int(value)
