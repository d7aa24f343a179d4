"""The one place that decides who may do what on a draft."""

from __future__ import annotations

from enum import StrEnum

from drafting.errors import NotAllowed
from drafting.rules.roles import OF_A_DELEGATION, Actor, Role


class Right(StrEnum):
    """Something that may be done on a draft by those whose role allows it."""

    SEE = "see"
    """Read the working text, its versions, its history, and the comments meant for one."""
    COMMENT = "comment"
    EXPORT = "export"
    EDIT_TEXT = "edit_text"
    """Type in the working text, and do the deeds of structure."""
    SEAL = "seal"
    """Seal a version; restore an earlier one."""
    PURGE = "purge"
    """Purge words that were pasted by mistake from the history."""
    SEE_PEOPLE = "see_people"
    """See who has a place on the draft."""
    INVITE = "invite"
    """Invite people, withdraw invitations, end places."""
    PROPOSE = "propose"
    """Write proposals. A capital does so within its delegation's ring, and puts none forward."""
    TAKE_POSITION = "take_position"
    """Say where one's delegation stands. A capital does so within its delegation's ring."""
    ANSWER = "answer"
    """Accept proposals, answer positions, say what is agreed and what is technical."""
    SPONSOR = "sponsor"
    """Record steps towards sponsoring: for one's own delegation, or on the word of any as the team."""
    INSTRUCT = "instruct"
    """See one's delegation's own page, and record what was asked of the capital."""
    SEE_BOARD = "see_board"
    """See the board of States and what goes out of it."""
    STEER = "steer"
    """Keep contacts, next actions, targets, expected votes; set how sponsors are sought; write to them."""
    RECORD = "record"
    """Record the tabling, the votes, the adoption, and earlier years'."""


_ALL = frozenset(Role)
_PRESIDENCY = frozenset({Role.PRESIDENCY})
_TEAM = frozenset({Role.PRESIDENCY, Role.SECRETARIAT})

RIGHTS: dict[Right, frozenset[Role]] = {
    Right.SEE: _ALL,
    Right.COMMENT: _ALL,
    Right.EXPORT: _ALL,
    Right.EDIT_TEXT: _PRESIDENCY,
    Right.SEAL: _PRESIDENCY,
    Right.PURGE: _PRESIDENCY,
    Right.SEE_PEOPLE: _TEAM | {Role.HEAD},
    Right.INVITE: _TEAM | {Role.HEAD},
    Right.PROPOSE: _PRESIDENCY | OF_A_DELEGATION,
    Right.TAKE_POSITION: OF_A_DELEGATION,
    Right.ANSWER: _PRESIDENCY,
    Right.SPONSOR: _TEAM | {Role.HEAD, Role.DELEGATE},
    Right.INSTRUCT: OF_A_DELEGATION,
    Right.SEE_BOARD: _TEAM,
    Right.STEER: _PRESIDENCY,
    Right.RECORD: _TEAM,
}
"""Which roles have which right. Design: only the penholder's team edits the working text."""

MAY_INVITE: dict[Role, frozenset[Role]] = {
    Role.PRESIDENCY: _ALL,
    Role.SECRETARIAT: frozenset({Role.HEAD, Role.DELEGATE, Role.OBSERVER, Role.SECRETARIAT}),
    Role.HEAD: frozenset({Role.DELEGATE, Role.CAPITAL}),
}
"""Whom each role may invite and whose places it may end; a head of delegation their own only."""


def rights_of(actor: Actor) -> list[Right]:
    """Gives the rights of a person on a draft, in the order above."""
    return [right for right, roles in RIGHTS.items() if actor.role in roles]


def require(actor: Actor, right: Right) -> None:
    """Refuses: NotAllowed when the person's role does not have the right."""
    if actor.role not in RIGHTS[right]:
        raise NotAllowed(detail=_WHY_NOT.get(right))


_WHY_NOT = {
    Right.EDIT_TEXT: "Only the presidency edits the working text. You can comment on these words.",
    Right.SEAL: "Only the presidency seals versions.",
    Right.PURGE: "Only the presidency purges words from the history.",
    Right.INVITE: "Only the presidency, the secretariat and heads of delegation invite people.",
    Right.PROPOSE: "Delegations and the presidency make proposals. You can comment on these words.",
    Right.TAKE_POSITION: "Delegations take positions. You can comment on these words.",
    Right.ANSWER: "Only the presidency decides on proposals and says what is agreed.",
    Right.SPONSOR: "Delegations sponsor, by their head or a delegate; observers and capitals do not.",
    Right.INSTRUCT: "This is a delegation’s own page.",
    Right.SEE_BOARD: "The board is for the presidency and the secretariat.",
    Right.STEER: "Only the presidency steers the board.",
    Right.RECORD: "Only the presidency and the secretariat keep the record.",
}
