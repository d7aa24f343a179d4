"""The pages by which one comes in: password, passkey, link, invitation, identity provider, second factor."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from drafting import clock
from drafting.errors import (
    Conflict,
    LinkSpent,
    Malformed,
    NotAllowed,
    NotBelieved,
    NotFound,
    NotSignedIn,
    Refusal,
    TooMany,
    Unproved,
)
from drafting.house import house
from drafting.providers import Provider
from drafting.rules.roles import ROLE_WORDS, Role
from drafting.services import (
    arrivals,
    drafts,
    factors,
    identities,
    invitations,
    links,
    notices,
    passkeys,
    passwords,
    sessions,
    tries,
)
from drafting.services.arrivals import KNOWN_S, WAIT_S, Browser, Entered, Waiting
from drafting.services.factors import SetUp
from drafting.services.passkeys import Site
from drafting.web.pages import field, pages
from drafting.web.security import ARRIVAL, DEVICE, ERRAND, drop_cookie, set_cookie, token_in

SECRET_MAX_CHARS = 1000
"""Of what is typed as a password: more is no password, and is not hashed."""


def browser() -> Browser:
    """Gives where this request comes from."""
    return Browser(
        request.headers.get("User-Agent", "")[:200], request.remote_addr or "", token_in(DEVICE)
    )


def site() -> Site:
    """Gives what passkeys are bound to: the address that is set, or the one this request was sent to."""
    config = house().config
    origin = config.public_url or f"{'https' if config.https else 'http'}://{request.host.lower()}"
    host = origin.partition("://")[2]
    return Site(host if host.endswith("]") else host.rpartition(":")[0] or host, origin)


def secret(name: str) -> str:
    """Gives what was typed as a secret."""
    return request.form.get(name, "")[:SECRET_MAX_CHARS]


def safe_next(target: str) -> str:
    """Gives where to go afterwards: a path of our own, or the drafts."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return target if plain and all(c.isprintable() for c in target) else "/drafts"


def ways() -> list[dict[str, str]]:
    """Gives the identity providers there are, for their buttons."""
    return [{"id": one.id, "name": one.name} for one in house().issuers.providers.values()]


def _page(target: str, error: str | None = None, status: int = 200) -> AnyResponse:
    page = render_template("sign_in.html", me=None, next=target, error=error, providers=ways())
    return make_response(page, status)


@pages.get("/sign-in")
def sign_in_page() -> AnyResponse:
    """Shows the ways to sign in."""
    return _page(safe_next(request.args.get("next", "/drafts")))


@pages.post("/sign-in")
def sign_in() -> AnyResponse:
    """Signs in by password."""
    email, password = field("email"), secret("password")
    target, here = safe_next(field("next")), browser()
    try:
        with house().store.reading() as w:
            found = passwords.password_of(w, email)
            person_id, password_hash = found or (None, None)
            known = here.known if arrivals.is_known(w, here, person_id) else ""
            tries.check(w, email, here.address, known=known)
    except TooMany as refusal:
        return _page(target, refusal.detail, 429)
    if not house().passwords.fits(password_hash, password) or person_id is None:
        with house().store.work() as w:
            tries.note(w, email, here.address, known=known, person_id=person_id)
        return _page(target, "This address and password do not belong together.", 401)
    renewed = house().passwords.renewed(password_hash or "", password)
    with house().store.work() as w:
        if renewed is not None:
            passwords.renew(w, person_id, renewed)
        came = arrivals.arrive(w, house().config, person_id, here, method="password", target=target)
    return came_in(came)


def came_in(came: Entered | Waiting) -> AnyResponse:
    """Answers whoever gave a first proof, or the last one."""
    if isinstance(came, Waiting):
        waiting = make_response(redirect("/sign-in/second", code=303))
        set_cookie(waiting, came.token, ARRIVAL, max_age_s=WAIT_S)
        return waiting
    response = make_response(redirect(came.target, code=303))
    set_cookie(response, came.token)
    if came.device != token_in(DEVICE):
        set_cookie(response, came.device, DEVICE, max_age_s=KNOWN_S)
    if token_in(ARRIVAL):
        drop_cookie(response, ARRIVAL)
    notices.mail_soon(house().store, house().config)
    return response


# Passkeys ----------------------------------------------------------------------------------------


@pages.post("/sign-in/challenge")
def sign_in_challenge() -> AnyResponse:
    """Gives what a passkey is asked to sign for a sign-in, as JSON."""
    house().pace.note(request.remote_addr or "", clock.now())
    with house().store.work() as w:
        return jsonify(passkeys.begin_asking(w, site(), passkeys.SIGN_IN, None))


@pages.post("/sign-in/passkey")
def sign_in_passkey() -> AnyResponse:
    """Signs in by a passkey alone: what one has, and the PIN, finger or face that opens it."""
    target = safe_next(field("next"))
    house().pace.note(request.remote_addr or "", clock.now())
    try:
        with house().store.work() as w:
            person_id = passkeys.prove(w, site(), passkeys.SIGN_IN, field("answer", 20_000))
            came = arrivals.arrive(
                w,
                house().config,
                person_id,
                browser(),
                method="passkey",
                target=target,
                both=True,
            )
    except (Unproved, Malformed) as refusal:
        return _page(target, refusal.detail, 401)
    return came_in(came)


# The second factor -------------------------------------------------------------------------------


@pages.get("/sign-in/second")
def second_page() -> AnyResponse:
    """Shows the form for the second factor, to whoever has just given a first one."""
    return _second()


def _second(
    error: str | None = None, status: int = 200, set_up: SetUp | None = None, tried: str = ""
) -> AnyResponse:
    """Shows the form; `tried` is the secret of an app whose first code was wrong."""
    try:
        with house().store.reading() as w:
            awaited = arrivals.awaited(w, token_in(ARRIVAL))
            if tried and awaited.sets_up:
                set_up = factors.begun(w, house().keys, awaited.person_id, tried)
    except NotSignedIn:
        return _over()
    page = render_template(
        "second.html",
        me=None,
        awaited=awaited,
        error=error,
        set_up=set_up,
        apps=house().keys.there,
    )
    return make_response(page, status)


def _over() -> AnyResponse:
    response = make_response(redirect("/sign-in", code=303))
    if token_in(ARRIVAL):
        drop_cookie(response, ARRIVAL)
    return response


@pages.post("/sign-in/second")
def second() -> AnyResponse:
    """Takes a code of an authenticator app, or a recovery code."""
    try:
        with house().store.work() as w:
            came = arrivals.give_code(
                w, house().config, house().keys, token_in(ARRIVAL), field("code"), browser()
            )
    except NotSignedIn:
        return _over()
    except (TooMany, NotAllowed) as refusal:
        return _second(refusal.detail, 429 if isinstance(refusal, TooMany) else 403)
    if came is None:
        return _second(
            "This code is not right, or was used already. Wait for the next one and try again.",
            401,
            tried=field("secret"),
        )
    return came_in(came)


@pages.post("/sign-in/second/app")
def second_app() -> AnyResponse:
    """Begins to set up an authenticator app, for somebody who comes in only with one."""
    try:
        with house().store.work() as w:
            awaited = arrivals.awaited(w, token_in(ARRIVAL))
            if not awaited.sets_up:
                raise NotFound
            set_up = factors.begin(w, house().keys, awaited.person_id)
    except NotSignedIn:
        return _over()
    except NotAllowed as refusal:
        return _second(refusal.detail, 403)
    return _second(set_up=set_up)


@pages.post("/sign-in/second/challenge")
def second_challenge() -> AnyResponse:
    """Gives what a passkey is asked to sign as the second factor, as JSON."""
    with house().store.work() as w:
        person_id = arrivals.awaited(w, token_in(ARRIVAL)).person_id
        return jsonify(passkeys.begin_asking(w, site(), passkeys.SECOND, person_id))


@pages.post("/sign-in/second/passkey")
def second_passkey() -> AnyResponse:
    """Takes a passkey as the second factor."""
    try:
        with house().store.work() as w:
            came = arrivals.give_passkey(
                w, house().config, site(), token_in(ARRIVAL), field("answer", 20_000), browser()
            )
    except NotSignedIn:
        return _over()
    except (Unproved, Malformed) as refusal:
        return _second(refusal.detail, 401)
    return came_in(came)


# Links and invitations ---------------------------------------------------------------------------


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
        person_id, method = links.spend(w, field("token"))
        held = drafts.of_person(w, person_id)
        target = f"/drafts/{held[0]['id']}" if len(held) == 1 else "/drafts"
        came = arrivals.arrive(
            w, house().config, person_id, browser(), method=method, target=target
        )
    return came_in(came)


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
def invitation_page(token: str) -> AnyResponse:
    """Shows what an invitation offers."""
    return _invitation(token)


def _invitation(
    token: str, error: str | None = None, fields: dict[str, str] | None = None, status: int = 200
) -> AnyResponse:
    with house().store.reading() as w:
        shown = invitations.shown(w, invitations.read(w, token))
    page = render_template(
        "invitation.html",
        me=g.me,
        invitation=shown,
        token=token,
        error=error,
        fields=fields or {},
        providers=ways(),
    )
    return make_response(page, status)


@pages.post("/invitations/accept")
def invitation_accept() -> AnyResponse:
    """Takes the place an invitation offers, with a new account or the one signed in."""
    token = field("token")
    if g.me is not None:
        with house().store.work() as w:
            draft_id = invitations.accept(w, house().config, token, g.me.person_id)
        return redirect(f"/drafts/{draft_id}", code=303)
    fields = {"name": field("name"), "email": field("email")}
    try:
        with house().store.reading() as w:
            invitations.read(w, token)
        password_hash = house().passwords.hash(secret("password"), about=tuple(fields.values()))
        with house().store.work() as w:
            draft_id, person_id = invitations.accept_as_new(
                w, token, **fields, password_hash=password_hash
            )
            came = arrivals.arrive(
                w,
                house().config,
                person_id,
                browser(),
                method="invitation",
                target=f"/drafts/{draft_id}",
            )
    except LinkSpent:
        raise
    except Malformed as refusal:
        return _invitation(token, refusal.detail, fields, 400)
    return came_in(came)


# Identity providers ------------------------------------------------------------------------------


def provider_of(name: str) -> Provider:
    """Gives an identity provider. Refuses: NotFound."""
    found = house().issuers.providers.get(name)
    if found is None:
        raise NotFound
    return found


def back_address(provider: Provider) -> str:
    """Gives where a provider sends browsers back to."""
    return f"{site().origin}/sign-in/with/{provider.id}/back"


@pages.get("/sign-in/with/<provider>")
def provider_go(provider: str) -> AnyResponse:
    """Sends a browser to an identity provider, to sign in or to take an invitation's place."""
    asked = provider_of(provider)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return redirect("/sign-in", code=303)  # another site may not begin a sign-in
    house().pace.note(request.remote_addr or "", clock.now())
    target = safe_next(request.args.get("next", "/drafts"))
    with house().store.work() as w:
        sent = identities.send(
            w, asked, target=target, invitation=request.args.get("invitation", "")
        )
    try:
        return go(asked, sent)
    except NotBelieved as refusal:
        return _page(target, refusal.detail, 403)


def go(provider: Provider, sent: identities.Sent) -> AnyResponse:
    """Answers with the way to a provider, and the cookie by which the browser is known again."""
    where = house().issuers.where_to_ask(
        provider,
        back=back_address(provider),
        state=sent.state,
        nonce=sent.nonce,
        verifier=sent.verifier,
    )
    response = make_response(redirect(where, code=303))
    set_cookie(response, sent.browser, ERRAND, max_age_s=identities.ERRAND_S)
    return response


@pages.get("/sign-in/with/<provider>/back")
def provider_back(provider: str) -> AnyResponse:
    """Takes a browser that comes back from an identity provider."""
    asked = provider_of(provider)
    try:
        answer = make_response(_back(asked))
    except (LinkSpent, TooMany):
        raise
    except Refusal as refusal:
        answer = make_response(_page("/drafts", refusal.detail, 403))
    if token_in(ERRAND):
        drop_cookie(answer, ERRAND)
    return answer


def _back(asked: Provider) -> Response:
    house().pace.note(request.remote_addr or "", clock.now())
    state, code = request.args.get("state", ""), request.args.get("code", "")
    with house().store.work() as w:
        errand = identities.come_back(w, asked, state[:100], token_in(ERRAND))
    if errand is None:
        raise NotAllowed(
            detail="This sign-in was not begun in this browser, took more than ten minutes, or was "
            "finished already. Nothing was changed; please begin again."
        )
    if not code:
        raise NotAllowed(detail=f"You did not sign in at {asked.name}. Nothing was changed.")
    said = identities.redeem(
        house().issuers, asked, errand, code[:4000], back_address(asked), clock.now()
    )
    if errand.session_id is not None:
        if g.me is None or g.me.session_id != errand.session_id:
            raise Conflict(
                detail="You have signed out meanwhile, so nothing was linked. Nothing was changed."
            )
        with house().store.work() as w:
            identities.link(w, g.me, asked, said)
        notices.mail_soon(house().store, house().config)
        return make_response(redirect("/account#identities-head", code=303))
    with house().store.work() as w:
        came = identities.enter(w, house().config, asked, errand, said, browser())
    return make_response(came_in(came))
