"""Failed tries, and when somebody has to wait."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from drafting.errors import TooMany
from drafting.ids import hashed
from drafting.store import tries as kept
from drafting.store.tables import SignInTry
from drafting.store.work import Work

A_MINUTE = 10
"""Failed tries an account may have in a minute from one address, or one known device."""
A_DAY = 100
"""Failed tries an account may have in a day: from everywhere else, or from one known device."""
SECOND_A_MINUTE = 5
"""Wrong second factors an account may give in a minute, wherever from."""


def check(w: Work, account: str, place: str, *, known: str = "", a_minute: int = A_MINUTE) -> None:
    """Refuses: TooMany when this account has failed too often from this place, or at all.

    `known` is the token of a device that has signed in to this account before: it is held to its own
    failures alone, so that nobody locks the owner out by failing elsewhere.
    """
    who, where = _account(account), _place(place, known)
    if (
        kept.tries(w, who, where, w.now - timedelta(minutes=1)) >= a_minute
        or kept.tries(w, who, where if known else None, w.now - timedelta(days=1)) >= A_DAY
    ):
        raise TooMany


def note(
    w: Work, account: str, place: str, *, known: str = "", person_id: UUID | None = None
) -> None:
    """Keeps that a try failed; the log says whose account it was, where there is one."""
    w.note("a try at the door", person_id, failed=True)
    w.session.add(
        SignInTry(account_hash=_account(account), address_hash=_place(place, known), at=w.now)
    )
    kept.forget_old(w, w.now - timedelta(days=1))


def _account(account: str) -> str:
    return hashed(account.strip().lower())


def _place(place: str, known: str) -> str:
    return hashed(f"device {known}" if known else place)
