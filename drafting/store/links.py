"""Links that sign one person in."""

from __future__ import annotations

from drafting.store.tables import SignInLink
from drafting.store.work import Work


def sign_in_link(w: Work, token_hash: str) -> SignInLink | None:
    """Gives the sign-in link with this token, whatever became of it."""
    return w.session.get(SignInLink, token_hash, with_for_update=True)
