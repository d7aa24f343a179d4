"""Each refusal as an answer: a page for people, problem+json for programs."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from flask import Flask, Response, g, json, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from drafting import logs
from drafting.config import Config
from drafting.errors import (
    Busy,
    CannotStart,
    Conflict,
    LinkSpent,
    Malformed,
    NotAllowed,
    NotBelieved,
    NotFound,
    NotSignedIn,
    NotStored,
    ProofNeeded,
    Refusal,
    Stale,
    TooMany,
    Unproved,
    Unreadable,
)
from drafting.house import house

if TYPE_CHECKING:
    from drafting.services.sessions import SignedIn

STATUS: dict[type[Refusal], int] = {
    Refusal: 400,
    Malformed: 400,
    Unreadable: 422,
    NotFound: 404,
    NotSignedIn: 401,
    NotAllowed: 403,
    ProofNeeded: 403,
    Unproved: 403,
    NotBelieved: 403,
    Stale: 409,
    Conflict: 409,
    TooMany: 429,
    LinkSpent: 410,
    Busy: 503,
    NotStored: 503,
    CannotStart: 503,
}
"""The status each refusal answers with; a test fails when one is missing."""

SERVERS_OWN = 500
"""From this status on the fault is the server's: the answer names a reference that the log has too."""

_USUAL = frozenset({409})
"""Refusals that come of working together, and are not logged."""

TITLES = {
    400: "This was not understood",
    401: "Please sign in",
    403: "Not allowed",
    404: "Nothing here",
    405: "Nothing here",
    409: "Something changed meanwhile",
    410: "This link no longer works",
    413: "This is too large",
    422: "This file cannot be read",
    429: "Please wait a moment",
    500: "Something went wrong",
    503: "Not just now",
}

_log = logging.getLogger("drafting")


def answer_refusals(app: Flask) -> None:
    """Sets the answers to refusals and errors on an application."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _refused(refusal: Refusal) -> AnyResponse:
    if isinstance(refusal, NotSignedIn) and not _wants_json() and request.method == "GET":
        target = quote(request.full_path.rstrip("?"), safe="/")
        return redirect(f"/sign-in?next={target}" if target != "/" else "/sign-in", code=303)
    status = STATUS[type(refusal)]
    if status < SERVERS_OWN:
        if status not in _USUAL:
            logs.refused(request.endpoint, status, type(refusal).__name__, _who())
        return _answer(status, type(refusal).__name__, refusal.detail)
    # Why it was refused is the server's own matter: whoever runs it finds it in the log.
    reference = logs.reference() or logs.new_reference()
    _log.warning(
        "A request was refused for want of something here.",
        extra={
            "reference": reference,
            "endpoint": request.endpoint,
            "status": status,
            "error": logs.kind(refusal),
            "place": logs.place(refusal),
        },
    )
    detail = refusal.detail
    if detail == NotStored.sentence and not _wants_json():
        # A form is not sent again by itself, as the table's words are.
        detail = (
            "This could not be stored just now, so it was not done. Please go back and try again."
        )
    return _answer(status, type(refusal).__name__, detail, reference)


def _http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status >= HTTPStatus.BAD_REQUEST:
        logs.refused(request.endpoint, status, type(error).__name__, _who())
    if status in (404, 405):
        return _answer(404, "NotFound", NotFound.sentence)
    detail = {
        413: f"What was sent is larger than {largest(house().config)}; nothing was stored.",
        400: "This request was not understood; nothing was changed.",
    }.get(status, "This request cannot be answered.")
    if status in (301, 302, 303, 307, 308):
        return AnyResponse(headers=error.get_response().headers, status=status)
    return _answer(status, type(error).__name__, detail)


def largest(config: Config) -> str:
    """Gives the size of the largest file that is read, in words."""
    size = config.upload_max_bytes
    return f"{size // 1024**2} MB" if size >= 1024**2 else f"{size // 1024} kB"


def _broken(error: Exception) -> AnyResponse:
    reference = logs.failed(_log, "A request failed.", error, endpoint=request.endpoint, status=500)
    return _answer(
        500,
        "Error",
        f"Something went wrong on our side (reference {reference}). Nothing was changed.",
        reference,
    )


def _who() -> UUID | None:
    me: SignedIn | None = g.get("me")
    return None if me is None else me.person_id


def _wants_json() -> bool:
    return request.path.startswith("/api/")


def _answer(status: int, name: str, detail: str, reference: str = "") -> AnyResponse:
    answer = _said(status, name, detail, reference)
    if reference:
        # Only here: an answer that says "not there" is the same bytes each time.
        answer.headers["X-Request-Id"] = reference
    return answer


def _said(status: int, name: str, detail: str, reference: str) -> AnyResponse:
    if _wants_json():
        body = {"type": "about:blank", "title": name, "status": status, "detail": detail}
        if reference:
            body["reference"] = reference
        return Response(json.dumps(body), status=status, content_type="application/problem+json")
    page = render_template(
        "error.html",
        me=None,
        title=TITLES.get(status, "This cannot be done"),
        sentence=detail,
        status=status,
        reference=reference,
    )
    return make_response(page, status)
