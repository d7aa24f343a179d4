"""The pages themselves: sign-in, drafts, the table, versions, people, account, export."""

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
from drafting.errors import Busy, LinkSpent, Malformed, NotFound, TooMany
from drafting.formats import read_file
from drafting.house import house
from drafting.rules import deadlines
from drafting.rules.exports import Scope
from drafting.rules.rights import Right, rights_of
from drafting.rules.roles import ROLE_WORDS, Role
from drafting.services import (
    ancestry,
    drafts,
    exports,
    invitations,
    links,
    passwords,
    people,
    sessions,
    tries,
    versions,
)
from drafting.store.work import Work
from drafting.text.forward import next_session
from drafting.text.resolution import Resolution
from drafting.text.sessions import session_words
from drafting.web.rendering import rendered
from drafting.web.security import drop_cookie, set_cookie

pages = Blueprint("web", __name__)


def _device() -> str:
    return request.headers.get("User-Agent", "")[:200]


def _field(name: str, limit: int = 300) -> str:
    return request.form.get(name, "")[:limit]


@pages.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Leads to the icon."""
    return redirect("/static/icon.svg", code=303)


@pages.get("/")
def home() -> AnyResponse:
    """Leads to one's drafts, or to the sign-in."""
    return redirect("/drafts" if g.me is not None else "/sign-in", code=303)


# Signing in --------------------------------------------------------------------------------------


def _safe_next(target: str) -> str:
    """Gives where to go after the sign-in: a path of our own, or the drafts."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return target if plain and all(c.isprintable() for c in target) else "/drafts"


@pages.get("/sign-in")
def sign_in_page() -> str:
    """Shows the sign-in form."""
    return render_template(
        "sign_in.html", me=None, next=_safe_next(request.args.get("next", "/drafts")), error=None
    )


@pages.post("/sign-in")
def sign_in() -> AnyResponse:
    """Signs in by password."""
    email, password = _field("email"), request.form.get("password", "")[:1000]
    target = _safe_next(_field("next"))
    address = request.remote_addr or ""
    try:
        with house().store.reading() as w:
            tries.check(w, email, address)
            found = passwords.password_of(w, email)
    except TooMany as refusal:
        return _sign_in_again(target, refusal.detail, 429)
    if not house().passwords.fits(None if found is None else found[1], password) or found is None:
        with house().store.work() as w:
            tries.note(w, email, address)
        return _sign_in_again(target, "This address and password do not belong together.", 401)
    with house().store.work() as w:
        token = sessions.begin(w, house().config, found[0], _device())
    return _entered(target, token)


def _sign_in_again(target: str, error: str, status: int) -> AnyResponse:
    page = render_template("sign_in.html", me=None, next=target, error=error)
    return make_response(page, status)


def _entered(target: str, token: str) -> AnyResponse:
    response = make_response(redirect(target, code=303))
    set_cookie(response, token)
    return response


@pages.get("/enter/<token>")
def enter_page(token: str) -> str:
    """Shows whom a sign-in link signs in; only the button uses the link."""
    with house().store.reading() as w:
        person = links.read_link(w, token)
        held = drafts.of_person(w, person.id)
    return render_template(
        "enter.html", me=None, token=token, who=person.name, roles=_role_lines(held)
    )


def _role_lines(held: list[dict[str, Any]]) -> list[str]:
    return [
        f"{ROLE_WORDS[Role(d['role'])]}{', ' + d['delegation'] if d['delegation'] else ''}: {d['title']}"
        for d in held
    ]


@pages.post("/enter")
def enter() -> AnyResponse:
    """Signs in by a link."""
    with house().store.work() as w:
        token = links.enter(w, house().config, _field("token"), _device())
        person = links.read_link_owner(w, _field("token"))
        held = drafts.of_person(w, person)
    target = f"/drafts/{held[0]['id']}" if len(held) == 1 else "/drafts"
    return _entered(target, token)


@pages.post("/sign-out")
def sign_out() -> AnyResponse:
    """Ends this session."""
    with house().store.work() as w:
        sessions.end(w, g.me.person_id, g.me.session_id)
    response = make_response(redirect("/sign-in", code=303))
    drop_cookie(response)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@pages.get("/invitations/<token>")
def invitation_page(token: str) -> str:
    """Shows what an invitation offers."""
    with house().store.reading() as w:
        shown = _invitation(w, token)
    return render_template(
        "invitation.html", me=g.me, invitation=shown, token=token, error=None, fields={}
    )


def _invitation(w: Work, token: str) -> dict[str, Any]:
    return invitations.shown(w, invitations.read(w, token))


@pages.post("/invitations/accept")
def invitation_accept() -> AnyResponse:
    """Takes the place an invitation offers, with a new account or the one signed in."""
    token = _field("token")
    if g.me is not None:
        with house().store.work() as w:
            draft_id = invitations.accept(w, token, g.me.person_id)
        return redirect(f"/drafts/{draft_id}", code=303)
    fields = {"name": _field("name"), "email": _field("email")}
    try:
        with house().store.reading() as w:
            invitations.read(w, token)
        password_hash = house().passwords.hash(request.form.get("password", "")[:1000])
        with house().store.work() as w:
            draft_id, session = invitations.accept_as_new(
                w,
                house().config,
                token,
                name=fields["name"],
                email=fields["email"],
                password_hash=password_hash,
                device=_device(),
            )
    except LinkSpent:
        raise
    except Malformed as refusal:
        with house().store.reading() as w:
            shown = _invitation(w, token)
        page = render_template(
            "invitation.html",
            me=None,
            invitation=shown,
            token=token,
            error=refusal.detail,
            fields=fields,
        )
        return make_response(page, 400)
    return _entered(f"/drafts/{draft_id}", session)


# The account -------------------------------------------------------------------------------------


@pages.get("/account")
def account_page() -> str:
    """Shows one's sessions and the form for another password."""
    return account(None, None)


def account(error: str | None, done: str | None) -> str:
    """Gives the account's page, with what went wrong or what was done."""
    with house().store.reading() as w:
        shown = sessions.shown(w, g.me)
        zone = people.zone_of(w, g.me.person_id)
    return render_template(
        "account.html",
        me=g.me,
        sessions=shown,
        error=error,
        done=done,
        zone=zone,
        zones=[{"key": place.key, "words": place.name} for place in deadlines.PLACES],
    )


@pages.post("/account/password")
def account_password() -> AnyResponse:
    """Sets another password; all other sessions end."""
    mine, address = f"own password of {g.me.person_id}", request.remote_addr or ""
    with house().store.reading() as w:
        tries.check(w, mine, address)
        known = passwords.own(w, g.me.person_id)
    current = request.form.get("current", "")[:1000]
    if known is not None and not house().passwords.fits(known, current):
        with house().store.work() as w:
            tries.note(w, mine, address)
        return make_response(account("Your current password is another one.", None), 400)
    try:
        fresh = house().passwords.hash(request.form.get("new", "")[:1000])
    except Malformed as refusal:
        return make_response(account(refusal.detail, None), 400)
    with house().store.work() as w:
        passwords.change(w, g.me.person_id, fresh, session_id=g.me.session_id)
    return make_response(
        account(None, "Your password is changed. All your other sessions have ended."), 200
    )


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
                w, g.me.person_id, resolution, title=_field("title").strip() or None
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
    return render_template(
        "version.html",
        last=last,
        number=draft.masthead.get("number", "") if number else version.masthead.get("number", ""),
        me=g.me,
        draft=drafts.header(draft),
        version=versions.described(version),
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
