"""Failed tries, and when somebody has to wait."""

from __future__ import annotations

from datetime import timedelta

from drafting.errors import TooMany
from drafting.ids import hashed
from drafting.store import tries as kept
from drafting.store.tables import SignInTry
from drafting.store.work import Work

TRIES_A_MINUTE = 10
"""Failed sign-ins an account and address pair may make in a minute."""
TRIES_IN_A_ROW = 100
"""Failed sign-ins an account may have in a day, from anywhere."""


def check(w: Work, email: str, address: str) -> None:
    """Refuses: TooMany when this account has failed too often from this address, or at all."""
    account, place = hashed(email.strip().lower()), hashed(address)
    if (
        kept.tries(w, account, place, w.now - timedelta(minutes=1)) >= TRIES_A_MINUTE
        or kept.tries(w, account, None, w.now - timedelta(days=1)) >= TRIES_IN_A_ROW
    ):
        raise TooMany


def note(w: Work, email: str, address: str) -> None:
    """Keeps that a sign-in failed."""
    w.session.add(
        SignInTry(
            account_hash=hashed(email.strip().lower()), address_hash=hashed(address), at=w.now
        )
    )
    kept.forget_old(w, w.now - timedelta(days=1))
