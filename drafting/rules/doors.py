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
    asks: bool = True
    """Whether it is looked up who is signed in: where not, the database is not asked at all."""


_ANYONE = Door(Who.ANYONE)
_NOT_ASKED = Door(Who.ANYONE, asks=False)
_SIGNED_IN = Door(Who.SIGNED_IN)


def _on(right: Right) -> Door:
    return Door(Who.ON_THE_DRAFT, right)


def _thing(right: Right) -> Door:
    return Door(Who.ON_ITS_DRAFT, right)


PAGES: dict[str, Door] = {
    "static": _ANYONE,
    "web.health": _NOT_ASKED,
    "web.ready": _NOT_ASKED,
    "web.favicon": _ANYONE,
    "web.home": _ANYONE,
    "web.sign_in_page": _ANYONE,
    "web.sign_in": _ANYONE,
    "web.sign_in_challenge": _NOT_ASKED,
    "web.sign_in_passkey": _NOT_ASKED,
    "web.second_page": _NOT_ASKED,
    "web.second": _NOT_ASKED,
    "web.second_app": _NOT_ASKED,
    "web.second_challenge": _NOT_ASKED,
    "web.second_passkey": _NOT_ASKED,
    "web.provider_go": _NOT_ASKED,
    "web.provider_back": _ANYONE,
    "web.privacy_page": _ANYONE,
    "web.enter_page": _ANYONE,
    "web.enter": _ANYONE,
    "web.invitation_page": _ANYONE,
    "web.invitation_accept": _ANYONE,
    "web.comparing_page": _NOT_ASKED,
    "web.sign_out": _SIGNED_IN,
    "web.account_page": _SIGNED_IN,
    "web.account_password": _SIGNED_IN,
    "web.account_again_page": _SIGNED_IN,
    "web.account_again": _SIGNED_IN,
    "web.account_again_challenge": _SIGNED_IN,
    "web.account_again_passkey": _SIGNED_IN,
    "web.account_email": _SIGNED_IN,
    "web.account_app": _SIGNED_IN,
    "web.account_app_confirm": _SIGNED_IN,
    "web.account_app_end": _SIGNED_IN,
    "web.account_codes": _SIGNED_IN,
    "web.account_passkey_challenge": _SIGNED_IN,
    "web.account_passkey": _SIGNED_IN,
    "web.account_passkey_end": _SIGNED_IN,
    "web.account_identity_go": _SIGNED_IN,
    "web.account_identity_end": _SIGNED_IN,
    "web.account_sessions_end": _SIGNED_IN,
    "web.account_data": _SIGNED_IN,
    "web.drafts_page": _SIGNED_IN,
    "web.import_page": _SIGNED_IN,
    "web.import_file": _SIGNED_IN,
    "web.returned_page": _on(Right.COMMENT),
    "api.returned_look": _on(Right.COMMENT),
    "api.returned_bring": _on(Right.COMMENT),
    "web.draft_page": _on(Right.SEE),
    "web.version_page": _on(Right.SEE),
    "web.compare_page": _on(Right.SEE),
    "web.verify_page": _on(Right.SEE),
    "web.verify_file": _on(Right.EXPORT),
    "api.verification": _on(Right.SEE),
    "api.circulated": _on(Right.SEE),
    "web.print_page": _on(Right.EXPORT),
    "web.export": _on(Right.EXPORT),
    "web.people_page": _on(Right.SEE_PEOPLE),
    "api.openapi": _ANYONE,
    "api.compare": _NOT_ASKED,
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
    "web.compilation_page": _on(Right.SEE),
    "web.compilation_export": _on(Right.EXPORT),
    "api.proposal_begin": _on(Right.PROPOSE),
    "api.proposal": _thing(Right.SEE),
    "api.proposal_share": _thing(Right.PROPOSE),
    "api.proposal_circulate": _thing(Right.PROPOSE),
    "api.proposal_sentence": _thing(Right.PROPOSE),
    "api.proposal_withdraw": _thing(Right.PROPOSE),
    "api.proposal_revise": _thing(Right.PROPOSE),
    "api.proposal_confirm": _thing(Right.PROPOSE),
    "api.proposal_respond": _thing(Right.ANSWER),
    "api.overlay": _on(Right.SEE),
    "api.accept": _on(Right.ANSWER),
    "api.reconciliation": _on(Right.ANSWER),
    "api.reconcile": _on(Right.ANSWER),
    "api.position_take": _on(Right.TAKE_POSITION),
    "api.position_mark": _thing(Right.TAKE_POSITION),
    "api.position_respond": _thing(Right.ANSWER),
    "api.review": _on(Right.TAKE_POSITION),
    "api.agreement_say": _on(Right.ANSWER),
    "api.package_tie": _on(Right.ANSWER),
    "api.package_untie": _thing(Right.ANSWER),
    "api.openings": _on(Right.EDIT_TEXT),
    "api.checks": _on(Right.SEE),
    "api.verdict": _on(Right.ANSWER),
    "web.mine_page": _on(Right.INSTRUCT),
    "web.board_page": _on(Right.SEE_BOARD),
    "web.board_export": _on(Right.SEE_BOARD),
    "web.vote_sheet": _on(Right.SEE_BOARD),
    "web.reading_list": _on(Right.SEE_BOARD),
    "web.record_page": _on(Right.RECORD),
    "web.answer_page": _ANYONE,
    "web.answer": _ANYONE,
    "web.account_zone": _SIGNED_IN,
    "api.sponsors": _on(Right.SEE),
    "api.sponsor_step": _on(Right.SPONSOR),
    "api.condition_bind": _on(Right.SPONSOR),
    "api.condition_lift": _thing(Right.SPONSOR),
    "api.sealing": _on(Right.SEAL),
    "api.mine": _on(Right.INSTRUCT),
    "api.reading": _on(Right.INSTRUCT),
    "api.instruction_ask": _on(Right.INSTRUCT),
    "api.instruction_step": _thing(Right.INSTRUCT),
    "api.board": _on(Right.SEE_BOARD),
    "api.board_state": _on(Right.SEE_BOARD),
    "api.contact": _on(Right.STEER),
    "api.action": _on(Right.STEER),
    "api.targets": _on(Right.STEER),
    "api.call": _on(Right.STEER),
    "api.override": _on(Right.STEER),
    "api.outlook": _on(Right.SEE_BOARD),
    "api.letters_preview": _on(Right.STEER),
    "api.letters_send": _on(Right.STEER),
    "api.record": _on(Right.RECORD),
    "api.record_add": _on(Right.RECORD),
    "api.table": _on(Right.RECORD),
    "api.roll_call": _on(Right.RECORD),
    "api.adopt": _on(Right.RECORD),
    "api.next_draft": _on(Right.STEER),
    "api.updates": _on(Right.EDIT_TEXT),
    "api.updates_answer": _on(Right.EDIT_TEXT),
    "api.masthead": _on(Right.EDIT_TEXT),
}
"""Pages and API calls by the name of their view."""

EVENTS: dict[str, Door] = {
    "connect": _SIGNED_IN,
    "disconnect": _ANYONE,
    "join": _on(Right.SEE),
    "catch_up": _on(Right.SEE),
    "change": _on(Right.SEE),
    "caret": _on(Right.EDIT_TEXT),
}
"""What a live connection may send."""

TOLD: dict[str, str] = {
    "change": "those who may read the text",
    "deed": "everyone on the draft",
    "version": "everyone on the draft",
    "people": "everyone on the draft",
    "agreement": "everyone on the draft",
    "thread": "those on the draft who may see it",
    "proposal": "those on the draft who may see it",
    "position": "those on the draft who may see it",
    "sponsors": "those on the draft who may see it",
    "board": "those on the draft who may see it",
    "bye": "the connection itself",
}
"""What the server tells live connections, and whom."""
