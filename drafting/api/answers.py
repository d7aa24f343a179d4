"""What comes out: the outermost names of each call's answer, and of what type each is.

What stands within them is in docs/api.md. Nothing else is answered: the description for machines
forbids further names, and tests hold the answers to it.
"""

from __future__ import annotations

from typing import Any, Final

Named = dict[str, str]
"""Types by name; "or null" where it may be none. A name ending in "?" may be missing."""

_DEED: Final[Named] = {
    "draft?": "string",
    "seq": "integer",
    "deed": "object",
    "paragraphs?": "array",
    "texts?": "object",
    "moves?": "array",
    "repeated?": "boolean",
}
_RECORD: Final[Named] = {
    "stage": "string",
    "treaty": "string",
    "line": "object or null",
    "lines": "array",
    "states": "array",
    "versions": "array",
    "paragraphs": "array",
    "adoptions": "array",
    "own": "object or null",
    "errors": "array",
}
_THREAD: Final[Named] = {"thread": "object"}
_PROPOSAL: Final[Named] = {"proposal": "object"}
_POSITION: Final[Named] = {"position": "object"}
_PACKAGE: Final[Named] = {"package": "object"}
_SPONSORSHIP: Final[Named] = {"sponsorship": "object"}
_INSTRUCTION: Final[Named] = {"instruction": "object"}
_ROW: Final[Named] = {"row": "object"}
_NOTHING: Final[Named] = {}

ANSWERS: Final[dict[str, Named]] = {
    "api.tickets": {"ticket": "string"},
    "api.compare": {
        "masthead": "array",
        "old": "object",
        "new": "object",
        "paragraphs": "array",
        "summary": "object",
    },
    "api.drafts": {"drafts": "array"},
    "api.verification": {
        "whole": "boolean",
        "faults": "array",
        "heads": "object",
        "rows": "integer",
        "changes": "integer",
    },
    "api.circulated": {
        "on": "string",
        "version": "object",
        "symbol": "string",
        "next": "string",
        "entry": "object",
    },
    "api.sessions": {"sessions": "array"},
    "api.session_end": _NOTHING,
    "api.state": {
        "draft": "object",
        "me": "object",
        "seq": "integer",
        "last": "object or null",
        "paragraphs": "array",
        "versions": "array",
        "threads": "array",
        "proposals": "array",
        "positions": "array",
        "agreement": "array",
        "packages": "array",
        "delegations": "array",
    },
    "api.deeds": {"deeds": "array"},
    "api.deed": _DEED,
    "api.thread_begin": _THREAD,
    "api.thread_reply": _THREAD,
    "api.comment_edit": _THREAD,
    "api.thread_resolution": _THREAD,
    "api.thread_audience": _THREAD,
    "api.version_seal": {
        "draft?": "string",
        "seq": "integer",
        "version": "object",
        "paragraphs?": "array",
    },
    "api.version": {"version": "object", "paragraphs": "array"},
    "api.version_restore": {"seq": "integer", "version": "object"},
    "api.redline": {
        "from": "integer",
        "to": "integer or null",
        "last": "object or null",
        "paragraphs": "array",
    },
    "api.history": {"entries": "array"},
    "api.purge": {"purged": "integer"},
    "api.people": {
        "people": "array",
        "invitations": "array",
        "delegations": "array",
        "roles": "array",
    },
    "api.invite": {"invitation": "object", "link?": "string"},
    "api.place_end": _NOTHING,
    "api.invitation_withdraw": _NOTHING,
    "api.returned_look": {
        "version": "object or null",
        "versions": "array",
        "other_draft": "boolean",
        "authors": "array",
        "comments": "array",
        "items": "array",
        "left": "array",
        "findings": "array",
        "paragraphs": "integer",
        "matched": "integer",
        "by_identity": "integer",
        "here_already": "integer",
        "may": "object",
        "mark": "string",
        "sha256": "string",
    },
    "api.returned_bring": {"proposals": "array", "threads": "array"},
    "api.proposal_begin": _PROPOSAL,
    "api.proposal": _PROPOSAL,
    "api.proposal_share": _PROPOSAL,
    "api.proposal_circulate": _PROPOSAL,
    "api.proposal_sentence": _PROPOSAL,
    "api.proposal_withdraw": _PROPOSAL,
    "api.proposal_revise": _PROPOSAL,
    "api.proposal_confirm": _PROPOSAL,
    "api.proposal_respond": _PROPOSAL,
    "api.overlay": {
        "paragraph": "string",
        "version": "integer",
        "ops": "array",
        "pieces": "array",
        "result": "array",
        "collisions": "array",
    },
    "api.accept": {**_DEED, "reconciliation?": "object"},
    "api.reconciliation": {"moot": "array", "rebased": "array"},
    "api.reconcile": {"proposals": "array"},
    "api.position_take": _POSITION,
    "api.position_mark": _POSITION,
    "api.position_respond": _POSITION,
    "api.review": {"version": "string or null", "positions": "array"},
    "api.agreement_say": {"agreement": "object"},
    "api.package_tie": _PACKAGE,
    "api.package_untie": _PACKAGE,
    "api.openings": {"openings": "array"},
    "api.checks": {"session": "integer or null", "checks": "array"},
    "api.verdict": {"verdict": "object"},
    "api.updates": {
        "last": "object or null",
        "session": "integer or null",
        "next": "integer or null",
        "next_words": "string or null",
        "begun": "boolean",
        "masthead": "object",
        "updates": "array",
    },
    "api.updates_answer": {name.removesuffix("?") + "?": kind for name, kind in _DEED.items()},
    "api.masthead": _DEED,
    "api.sponsors": {
        "sponsors": "array",
        "call": "object or null",
        "consent": "object or null",
        "own": "object or null",
    },
    "api.sponsor_step": {"sponsorships": "array"},
    "api.condition_bind": _SPONSORSHIP,
    "api.condition_lift": _SPONSORSHIP,
    "api.sealing": {
        "broken": "array",
        "changed": "array",
        "technical": "boolean",
        "unsettled": "array",
    },
    "api.mine": {
        "own": "object or null",
        "answer": "array",
        "waiting": "array",
        "received": "array",
        "changed": "object or null",
        "consent": "object or null",
        "call": "object or null",
        "deadline": "object or null",
        "paragraphs": "array",
        "versions": "array",
    },
    "api.reading": {"read": "integer"},
    "api.instruction_ask": _INSTRUCTION,
    "api.instruction_step": _INSTRUCTION,
    "api.board": {
        "me": "object",
        "on": "string or null",
        "rows": "array",
        "people": "array",
        "call": "object or null",
        "consent": "object or null",
        "broken": "array",
        "timeline": "array",
        "predecessors": "array",
        "result": "object or null",
        "treaty": "string",
        "paragraphs": "array",
        "versions": "array",
    },
    "api.board_state": {
        "row": "object",
        "sponsorship": "object",
        "contacts": "array",
        "actions": "array",
        "overrides": "array",
        "votes": "array",
        "letters": "array",
        "people": "array",
    },
    "api.contact": _ROW,
    "api.action": _ROW,
    "api.override": _ROW,
    "api.targets": {"rows": "array"},
    "api.call": {"call": "object"},
    "api.outlook": {
        "states": "array",
        "totals": "object",
        "basis": "string",
        "coverage": "number or null",
        "compared": "object or null",
        "earlier": "array",
        "movements": "array",
        "part": "string or null",
        "like": "string or null",
    },
    "api.letters_preview": {"letters": "array", "by_mail": "boolean"},
    "api.letters_send": {"letters": "array", "zip?": "string"},
    "api.record": _RECORD,
    "api.record_add": _RECORD,
    "api.table": _RECORD,
    "api.roll_call": _RECORD,
    "api.adopt": _RECORD,
    "api.next_draft": {"draft": "string"},
}
"""The answer of each call, by the name of its view."""

FILES: Final[dict[str, tuple[str, ...]]] = {"api.compare": ("docx", "pdf", "html")}
"""Files that a call answers with instead, by their endings."""


def schema(named: Named) -> dict[str, Any]:
    """Gives the JSON Schema of an answer."""
    return {
        "type": "object",
        "required": [name for name in named if not name.endswith("?")],
        "properties": {
            name.removesuffix("?"): {"type": [kind.removesuffix(" or null"), "null"]}
            if kind.endswith(" or null")
            else {"type": kind}
            for name, kind in named.items()
        },
        "additionalProperties": False,
    }
