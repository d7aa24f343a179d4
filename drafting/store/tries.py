"""Failed tries to sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from drafting.store.tables import SignInTry, Ticket
from drafting.store.work import Work


def tries(w: Work, account_hash: str, address_hash: str | None, since: datetime) -> int:
    """Counts the failed sign-ins of an account (from one address) since a moment."""
    query = select(func.count()).where(SignInTry.account_hash == account_hash, SignInTry.at > since)
    if address_hash is not None:
        query = query.where(SignInTry.address_hash == address_hash)
    return w.session.scalar(query) or 0


def forget_tries(w: Work, account_hash: str) -> None:
    """Forgets an account's failed sign-ins, after a good one."""
    w.session.execute(delete(SignInTry).where(SignInTry.account_hash == account_hash))


def forget_old(w: Work, tries_before: datetime) -> None:
    """Drops spent tickets and old failed sign-ins."""
    w.session.execute(delete(Ticket).where(Ticket.expires_at < w.now))
    w.session.execute(delete(SignInTry).where(SignInTry.at < tries_before))
