"""One's own account: how one signs in, where one is signed in, what one was told, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, g, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from drafting.errors import Malformed, NotAllowed, NotFound, ProofNeeded, Refusal, TooMany, Unproved
from drafting.house import house
from drafting.rules import deadlines
from drafting.rules.factors import (
    PASSWORD_ALONE_MIN_CHARS,
    PASSWORD_BESIDE_MIN_CHARS,
    PASSWORD_MAX_CHARS,
)
from drafting.services import (
    factors,
    identities,
    notices,
    own_data,
    passkeys,
    passwords,
    people,
    sessions,
    tries,
)
from drafting.services.factors import SetUp
from drafting.store.work import Work
from drafting.web.errors import STATUS
from drafting.web.pages import field, pages
from drafting.web.security import set_cookie
from drafting.web.signing_in import browser, go, provider_of, secret, site, ways


def account(
    error: str | None = None,
    done: str | None = None,
    *,
    at: str = "",
    set_up: SetUp | None = None,
    codes: list[str] | None = None,
) -> str:
    """Gives the account's page, with what went wrong or was done, `at` which of its parts."""
    with house().store.reading() as w:
        mine = g.me.person_id
        told = notices.shown(w, mine)
        held = factors.shown(w, house().config, house().keys, mine)
        shown = {
            "sessions": sessions.shown(w, g.me),
            "told": told,
            "factor": held,
            "linked": identities.shown(w, house().issuers.providers, mine),
            "has_password": passwords.own(w, mine) is not None,
            "email": people.email_of(w, mine) or "",
            "zone": people.zone_of(w, mine),
            "fresh": sessions.is_fresh(w, g.me.session_id) or not sessions.can_prove(w, g.me),
        }
    return render_template(
        "account.html",
        me=g.me,
        error=error,
        done=done,
        at=at,
        set_up=set_up,
        codes=codes,
        providers=ways(),
        least=PASSWORD_BESIDE_MIN_CHARS if held["any"] else PASSWORD_ALONE_MIN_CHARS,
        most=PASSWORD_MAX_CHARS,
        zones=[{"key": place.key, "words": place.name} for place in deadlines.PLACES],
        **shown,
    )


@pages.get("/account")
def account_page() -> str:
    """Shows one's account."""
    return account(done=_DONE.get(request.args.get("done", "")))


_DONE = {
    "app": "Your authenticator app is set up. Now make recovery codes, for a day without it.",
    "app-ended": "The authenticator app is removed.",
    "passkey": "The passkey is added.",
    "passkey-ended": "The passkey is removed.",
    "identity-ended": "The sign-in is unlinked.",
    "sessions": "All your other sessions have ended.",
    "email": "Your e-mail address is changed.",
    "again": "Thank you: for five minutes nothing more is asked.",
}


def _proved(
    at: str, do: Callable[[Work], object], done: str, *, status: int | None = None
) -> AnyResponse:
    """Does something for which the person must have shown lately that it is they."""
    try:
        with house().store.work() as w:
            sessions.prove(w, g.me)
            do(w)
    except ProofNeeded:
        return _again_first(at)
    except (Malformed, NotAllowed) as refusal:
        return make_response(account(refusal.detail, at=at), status or STATUS[type(refusal)])
    notices.mail_soon(house().store, house().config)
    return redirect(f"/account?done={done}", code=303)


def _again_first(at: str) -> AnyResponse:
    return redirect(f"/account/again?at={at}", code=303)


# To show once more who one is --------------------------------------------------------------------


@pages.get("/account/again")
def account_again_page() -> str:
    """Shows the form by which one shows once more who one is."""
    return _again()


def _again(error: str | None = None) -> str:
    with house().store.reading() as w:
        held = factors.shown(w, house().config, house().keys, g.me.person_id)
        has_password = passwords.own(w, g.me.person_id) is not None
    at = request.values.get("at", "")
    return render_template(
        "again.html",
        me=g.me,
        error=error,
        at=at if at.isalpha() and at.isascii() and len(at) < 20 else "",  # noqa: PLR2004 - the name of a part
        factor=held,
        has_password=has_password,
    )


@pages.post("/account/again")
def account_again() -> AnyResponse:
    """Takes the password, or a code, once more; the session goes on under a new token."""
    account_key = f"again {g.me.person_id}"
    with house().store.reading() as w:
        tries.check(w, account_key, "", a_minute=tries.SECOND_A_MINUTE)
        known, has = passwords.own(w, g.me.person_id), factors.has_any(w, g.me.person_id)
    code = field("code")
    # Where there is a second factor, it is what is asked for: a password may have been seen.
    fits = not has and known is not None and house().passwords.fits(known, secret("password"))
    with house().store.work() as w:
        if has:
            fits = bool(code) and bool(factors.passes(w, house().keys, g.me.person_id, code))
        if fits:
            token = sessions.note_proof(w, g.me.session_id, second=has)
        else:
            tries.note(w, account_key, "", person_id=g.me.person_id)
    if not fits:
        words = (
            "This code is not right, or was used already." if has else "This password is not right."
        )
        return make_response(_again(words), 401)
    return _proved_again(token)


def _proved_again(token: str) -> AnyResponse:
    at = field("at")
    place = f"#{at}-head" if at.isalpha() and at.isascii() else ""
    response = make_response(redirect(f"/account?done=again{place}", code=303))
    set_cookie(response, token)
    return response


@pages.post("/account/again/challenge")
def account_again_challenge() -> AnyResponse:
    """Gives what a passkey is asked to sign, as JSON."""
    with house().store.work() as w:
        return jsonify(passkeys.begin_asking(w, site(), passkeys.AGAIN, g.me.person_id))


@pages.post("/account/again/passkey")
def account_again_passkey() -> AnyResponse:
    """Takes a passkey once more."""
    try:
        with house().store.work() as w:
            passkeys.prove(w, site(), passkeys.AGAIN, field("answer", 20_000), g.me.person_id)
            token = sessions.note_proof(w, g.me.session_id, second=True)
    except (Unproved, Malformed) as refusal:
        return make_response(_again(refusal.detail), 401)
    return _proved_again(token)


# Password and address ----------------------------------------------------------------------------


@pages.post("/account/password")
def account_password() -> AnyResponse:
    """Sets another password; all other sessions end."""
    mine, here = f"own password of {g.me.person_id}", browser()
    with house().store.reading() as w:
        tries.check(w, mine, here.address)
        known = passwords.own(w, g.me.person_id)
        beside = factors.has_any(w, g.me.person_id)
        about = (g.me.name, people.email_of(w, g.me.person_id) or "")
        if known is None:
            try:
                sessions.prove(w, g.me)
            except ProofNeeded:
                return _again_first("password")
    if known is not None and not house().passwords.fits(known, secret("current")):
        with house().store.work() as w:
            tries.note(w, mine, here.address, person_id=g.me.person_id)
        return make_response(account("Your current password is another one.", at="password"), 400)
    try:
        fresh = house().passwords.hash(secret("new"), beside=beside, about=about)
    except Malformed as refusal:
        return make_response(account(refusal.detail, at="password"), 400)
    with house().store.work() as w:
        passwords.change(w, g.me.person_id, fresh, session_id=g.me.session_id)
    notices.mail_soon(house().store, house().config)
    done = "Your password is changed. All your other sessions have ended."
    return make_response(account(done=done), 200)


@pages.post("/account/email")
def account_email() -> AnyResponse:
    """Sets another e-mail address; the old one is told."""
    return _proved("email", lambda w: people.set_email(w, g.me.person_id, field("email")), "email")


# Second factors ----------------------------------------------------------------------------------


@pages.post("/account/app")
def account_app() -> AnyResponse:
    """Begins to set up an authenticator app, and shows its secret this once."""
    try:
        with house().store.work() as w:
            sessions.prove(w, g.me)
            set_up = factors.begin(w, house().keys, g.me.person_id)
    except ProofNeeded:
        return _again_first("factor")
    except NotAllowed as refusal:
        return make_response(account(refusal.detail, at="factor"), 403)
    return make_response(account(at="factor", set_up=set_up))


@pages.post("/account/app/confirm")
def account_app_confirm() -> AnyResponse:
    """Takes the first code of an authenticator app."""
    mine = f"second factor of {g.me.person_id}"
    token, set_up = "", None
    try:
        with house().store.work() as w:
            sessions.prove(w, g.me)
            tries.check(w, mine, "", a_minute=tries.SECOND_A_MINUTE)
            if factors.confirm(w, house().keys, g.me.person_id, field("code")):
                # From here on the session is one of two factors, under a token of its own.
                token = sessions.note_proof(w, g.me.session_id, second=True)
            else:
                tries.note(w, mine, "", person_id=g.me.person_id)
                set_up = factors.begun(w, house().keys, g.me.person_id, field("secret"))
    except ProofNeeded:
        return _again_first("factor")
    except (TooMany, NotAllowed) as refusal:
        return make_response(account(refusal.detail, at="factor"), STATUS[type(refusal)])
    if not token:
        words = (
            "This code is not right, so the app is not set up yet. Type the next one it shows; if that is "
            "not right either, look at the clocks of both devices."
        )
        return make_response(account(words, at="factor", set_up=set_up), 400)
    notices.mail_soon(house().store, house().config)
    response = make_response(redirect("/account?done=app#factor-head", code=303))
    set_cookie(response, token)
    return response


@pages.post("/account/app/end")
def account_app_end() -> AnyResponse:
    """Removes one's authenticator app."""
    return _proved(
        "factor", lambda w: factors.end_app(w, house().config, g.me.person_id), "app-ended"
    )


@pages.post("/account/codes")
def account_codes() -> AnyResponse:
    """Makes new recovery codes, and shows them this once."""
    try:
        with house().store.work() as w:
            sessions.prove(w, g.me)
            codes = factors.new_codes(w, g.me.person_id)
    except ProofNeeded:
        return _again_first("factor")
    except NotAllowed as refusal:
        return make_response(account(refusal.detail, at="factor"), 403)
    notices.mail_soon(house().store, house().config)
    return make_response(account(at="factor", codes=codes))


@pages.post("/account/passkeys/challenge")
def account_passkey_challenge() -> AnyResponse:
    """Gives what a passkey is made from, as JSON."""
    with house().store.work() as w:
        sessions.prove(w, g.me)
        return jsonify(passkeys.begin_registering(w, site(), g.me.person_id))


@pages.post("/account/passkeys")
def account_passkey() -> AnyResponse:
    """Keeps a passkey that was just made."""
    return _proved(
        "factor",
        lambda w: passkeys.register(
            w, site(), g.me.person_id, field("answer", 20_000), field("name")
        ),
        "passkey",
        status=400,
    )


@pages.post("/account/passkeys/end")
def account_passkey_end() -> AnyResponse:
    """Removes a passkey."""
    which = _id_in("passkey")
    return _proved(
        "factor",
        lambda w: passkeys.end(w, house().config, g.me.person_id, which),
        "passkey-ended",
    )


def _id_in(name: str) -> UUID:
    try:
        found = UUID(field(name))
    except ValueError:
        raise NotFound from None
    if str(found) != field(name):
        raise NotFound
    return found


# Identity providers ------------------------------------------------------------------------------


@pages.get("/account/identities/with/<provider>")
def account_identity_go(provider: str) -> AnyResponse:
    """Sends the browser to an identity provider, to link one's account to it."""
    asked = provider_of(provider)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return redirect("/account", code=303)
    try:
        with house().store.work() as w:
            sessions.prove(w, g.me)
            sent = identities.send(w, asked, target="/account", session_id=g.me.session_id)
        return go(asked, sent)
    except ProofNeeded:
        return _again_first("identities")
    except Refusal as refusal:
        return make_response(account(refusal.detail, at="identities"), 403)


@pages.post("/account/identities/end")
def account_identity_end() -> AnyResponse:
    """Unlinks one's account from an identity."""
    which = _id_in("identity")
    return _proved(
        "identities", lambda w: identities.unlink(w, g.me.person_id, which), "identity-ended"
    )


# Sessions and data -------------------------------------------------------------------------------


@pages.post("/account/sessions/end")
def account_sessions_end() -> AnyResponse:
    """Ends all one's sessions but this one."""
    return _proved(
        "sessions",
        lambda w: sessions.end_all(w, g.me.person_id, but=g.me.session_id),
        "sessions",
    )


@pages.get("/account/data")
def account_data() -> AnyResponse:
    """Hands out all that is kept of oneself, as a file."""
    with house().store.reading() as w:
        data: dict[str, Any] = own_data.of(w, g.me)
    return Response(
        json.dumps(data, ensure_ascii=False, indent=1),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="own-data.json"'},
    )


@pages.post("/account/zone")
def account_zone() -> AnyResponse:
    """Sets the time zone in which one reads deadlines."""
    try:
        with house().store.work() as w:
            people.set_zone(w, g.me.person_id, request.form.get("zone", "")[:60])
    except Malformed as refusal:
        return make_response(account(refusal.detail, at="zone"), 400)
    return redirect("/account", code=303)


@pages.get("/privacy")
def privacy_page() -> str:
    """Says what is kept, for how long, who sees it, and how it leaves."""
    return render_template("privacy.html", me=g.me, config=house().config)
