"""How far a paragraph is agreed, and what may follow what."""

from __future__ import annotations

from enum import StrEnum

from drafting.errors import Malformed


class Agreement(StrEnum):
    """A paragraph's state; one that is deleted is so in the text itself."""

    UNTOUCHED = "untouched"
    TECHNICAL = "technical"
    """A technical update that nobody is meant to negotiate."""
    OPEN = "open"
    BRACKETED = "bracketed"
    """In brackets, by somebody: words of it, or all."""
    AD_REF = "ad_ref"
    """Agreed subject to somebody's capital."""
    AGREED = "agreed"


AGREEMENT_WORDS = {
    Agreement.UNTOUCHED: "untouched",
    Agreement.TECHNICAL: "technical update",
    Agreement.OPEN: "open",
    Agreement.BRACKETED: "in brackets",
    Agreement.AD_REF: "agreed ad ref",
    Agreement.AGREED: "agreed",
}

SETTLED = frozenset({Agreement.AD_REF, Agreement.AGREED})
"""States from which a change of words, or a step back, is a reopening."""


def check(state: Agreement, *, delegations: int, words: bool) -> None:
    """Refuses: Malformed for brackets or a reservation without names, and for names or words elsewhere."""
    if state is Agreement.BRACKETED and not delegations:
        raise Malformed(detail="Say who has it in brackets.")
    if state is Agreement.AD_REF and not delegations:
        raise Malformed(detail="Say whose word it is pending.")
    if delegations and state not in (Agreement.BRACKETED, Agreement.AD_REF):
        raise Malformed(detail="Only brackets and “agreed ad ref” name delegations.")
    if words and state is not Agreement.BRACKETED:
        raise Malformed(detail="Only brackets are set around words.")
