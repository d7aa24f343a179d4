"""What protects every answer: response headers, same-origin requests, doors."""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Request, Response, g, request
from werkzeug.routing import BaseConverter

from drafting.errors import NotAllowed, NotFound, NotSignedIn, NotStored
from drafting.house import house
from drafting.rules.doors import PAGES, Who
from drafting.rules.rights import require
from drafting.services import people, sessions
from drafting.services.sessions import SignedIn

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'; manifest-src 'self'; "
    # HTML is read in two places: static/js/line.js, and ProseMirror's own reading of the clipboard.
    "require-trusted-types-for 'script'; trusted-types drafting-paste ProseMirrorClipboard"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": it makes browsers send forms with the origin "null", and over plain HTTP they
    # say nothing else of where a form comes from. Nothing goes to other hosts either way.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class _CanonicalId(BaseConverter):
    """An id in an address, in its canonical form alone: no two spellings mean one thing."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def to_python(self, value: str) -> UUID:
        return UUID(value)


class _CanonicalNumber(BaseConverter):
    """A number in an address, in plain digits; longer ones than any version has are no address."""

    regex = "0|[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        return int(value)


def read_addresses_strictly(app: Flask) -> None:
    """Sets how ids and numbers in addresses are read; to be called before any page is added."""
    app.url_map.converters |= {"uuid": _CanonicalId, "int": _CanonicalNumber}


def guard(app: Flask) -> None:
    """Sets the guards on an application, in the order in which they run."""
    app.before_request(_same_origin)
    app.before_request(_door)
    app.after_request(_headers)


def _same_origin() -> None:
    """Refuses a changing request that does not come from our own pages.

    By the browser's own word (Sec-Fetch-Site), or where it is silent by the Origin header. A
    request that carries the cookie and neither of the two is refused as well.
    """
    if request.method in SAFE:
        return
    if not from_our_own_page(request):
        raise NotAllowed(detail="This request did not come from one of our own pages.")


def from_our_own_page(asked: Request) -> bool:
    """Tells whether a request comes from a page of ours."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" or (site == "none" and "Origin" not in asked.headers)
    origin = asked.headers.get("Origin")
    return origin is not None and same_host(origin, asked.host)


def same_host(origin: str, host: str) -> bool:
    """Tells whether an Origin header names the host that was asked."""
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def _door() -> None:
    """Lets in by the table of doors, and nobody by a way that does not stand in it."""
    endpoint = request.endpoint
    if endpoint is None:
        return
    door = PAGES.get(endpoint)
    if door is None:
        raise NotFound
    if endpoint == "static":
        return
    g.me = _me() if door.asks else None
    if door.who is Who.ANYONE:
        return
    if g.me is None:
        raise NotSignedIn
    if door.who is Who.ON_THE_DRAFT:
        draft_id = (request.view_args or {})["draft_id"]
        with house().store.reading() as w:
            g.actor = people.actor(w, g.me.session_id, draft_id)
        if door.right is not None:
            require(g.actor, door.right)


def _me() -> SignedIn | None:
    """Gives who is signed in, and notes now and then that they were here."""
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    with house().store.reading() as w:
        try:
            me = sessions.signed_in(w, house().config, token)
        except NotSignedIn:
            return None
        stale = sessions.needs_touch(w, me.session_id)
    if stale:
        # Whoever reads need not wait for a busy database, nor fail with a full one.
        with contextlib.suppress(NotStored), house().store.work(patience_ms=0) as w:
            sessions.touch(w, me.session_id)
    return me


def cookie_name(kind: str = "") -> str:
    """Gives the name of a cookie, the session's without a kind; over TLS it is bound to this very host."""
    name = f"drafting-{kind}" if kind else "drafting"
    return f"__Host-{name}" if house().config.https else name


DEVICE, ARRIVAL, ERRAND = "device", "arrival", "errand"
"""Cookies beside the session's: of a browser that is known, of a sign-in that waits for its second
factor, and of one that was sent to an identity provider. Each holds a random token and nothing else."""
_TOKEN_CHARS = 48


def token_in(kind: str) -> str:
    """Gives the token that a cookie of ours holds; "" for none, or what cannot be one."""
    token = request.cookies.get(cookie_name(kind), "")
    return token if len(token) == _TOKEN_CHARS and token.isascii() and token.isalnum() else ""


def set_cookie(
    response: Response, token: str, kind: str = "", *, max_age_s: int | None = None
) -> None:
    """Hands a token to the browser: the session's, or one of another kind."""
    config = house().config
    response.set_cookie(
        cookie_name(kind),
        token,
        max_age=config.session_max_s if max_age_s is None else max_age_s,
        secure=config.https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: Response, kind: str = "") -> None:
    """Takes a token back from the browser."""
    response.delete_cookie(
        cookie_name(kind), secure=house().config.https, httponly=True, samesite="Lax", path="/"
    )


def _headers(response: Response) -> Response:
    # For whoever counts requests (`drafting/serving.py`): a view's name, never an address.
    request.environ.get("drafting.view", []).append(request.endpoint or "none")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if house().config.https:
        response.headers.setdefault(
            "Strict-Transport-Security", "max-age=63072000; includeSubDomains"
        )
    if request.endpoint == "static" and response.status_code < 400:  # noqa: PLR2004 - errors are not kept
        versioned = request.path.startswith("/static/vendor/")
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if versioned else "no-cache"
        )
    else:
        response.headers["Cache-Control"] = "no-store"
    response.headers.pop("Server", None)
    return response
