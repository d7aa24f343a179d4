"""Every way into the house, and who may come in by it.

A page, a call or an event that does not stand here answers as if it did not exist; a test compares
this table with what the house really offers, in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drafting.rules.rights import Right


class Who(StrEnum):
    """Who may knock."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    ON_THE_DRAFT = "on the draft"
    """Somebody with a place on the draft that the address names."""
    ON_ITS_DRAFT = "on its draft"
    """Somebody with a place on the draft that the named thing belongs to, and who may see it."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in, and the right they need on the draft."""

    who: Who
    right: Right | None = None


_ANYONE = Door(Who.ANYONE)
_SIGNED_IN = Door(Who.SIGNED_IN)


def _on(right: Right) -> Door:
    return Door(Who.ON_THE_DRAFT, right)


def _thing(right: Right) -> Door:
    return Door(Who.ON_ITS_DRAFT, right)


PAGES: dict[str, Door] = {
    "static": _ANYONE,
    "web.health": _ANYONE,
    "web.favicon": _ANYONE,
    "web.home": _ANYONE,
    "web.sign_in_page": _ANYONE,
    "web.sign_in": _ANYONE,
    "web.enter_page": _ANYONE,
    "web.enter": _ANYONE,
    "web.invitation_page": _ANYONE,
    "web.invitation_accept": _ANYONE,
    "web.sign_out": _SIGNED_IN,
    "web.account_page": _SIGNED_IN,
    "web.account_password": _SIGNED_IN,
    "web.drafts_page": _SIGNED_IN,
    "web.import_page": _SIGNED_IN,
    "web.import_file": _SIGNED_IN,
    "web.draft_page": _on(Right.SEE),
    "web.version_page": _on(Right.SEE),
    "web.compare_page": _on(Right.SEE),
    "web.print_page": _on(Right.EXPORT),
    "web.export": _on(Right.EXPORT),
    "web.people_page": _on(Right.SEE_PEOPLE),
    "api.openapi": _ANYONE,
    "api.tickets": _SIGNED_IN,
    "api.drafts": _SIGNED_IN,
    "api.sessions": _SIGNED_IN,
    "api.session_end": _SIGNED_IN,
    "api.state": _on(Right.SEE),
    "api.deeds": _on(Right.SEE),
    "api.deed": _on(Right.EDIT_TEXT),
    "api.thread_begin": _on(Right.COMMENT),
    "api.thread_reply": _thing(Right.COMMENT),
    "api.comment_edit": _thing(Right.COMMENT),
    "api.thread_resolution": _thing(Right.COMMENT),
    "api.thread_audience": _thing(Right.COMMENT),
    "api.version_seal": _on(Right.SEAL),
    "api.version": _on(Right.SEE),
    "api.version_restore": _on(Right.SEAL),
    "api.redline": _on(Right.SEE),
    "api.history": _on(Right.SEE),
    "api.purge": _on(Right.PURGE),
    "api.people": _on(Right.SEE_PEOPLE),
    "api.invite": _on(Right.INVITE),
    "api.place_end": _on(Right.INVITE),
    "api.invitation_withdraw": _thing(Right.INVITE),
}
"""Pages and API calls by the name of their view."""

EVENTS: dict[str, Door] = {
    "connect": _SIGNED_IN,
    "disconnect": _ANYONE,
    "join": _on(Right.SEE),
    "catch_up": _on(Right.SEE),
    "change": _on(Right.EDIT_TEXT),
    "caret": _on(Right.EDIT_TEXT),
}
"""What a live connection may send."""

TOLD: dict[str, str] = {
    "change": "everyone on the draft",
    "deed": "everyone on the draft",
    "version": "everyone on the draft",
    "people": "everyone on the draft",
    "thread": "the thread's audience",
    "bye": "the connection itself",
}
"""What the server tells live connections, and whom."""
