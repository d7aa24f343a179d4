"""What is kept of one person, ended things too."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from drafting.store.tables import AccountNotice, Session
from drafting.store.work import Work


def sessions(w: Work, person_id: UUID) -> Sequence[Session]:
    """Gives all of a person's sessions, the oldest first."""
    return w.session.scalars(
        select(Session)
        .where(Session.person_id == person_id)
        .order_by(Session.created_at, Session.id)
    ).all()


def notices(w: Work, person_id: UUID) -> Sequence[AccountNotice]:
    """Gives all that a person was told of their account, the oldest first."""
    return w.session.scalars(
        select(AccountNotice)
        .where(AccountNotice.person_id == person_id)
        .order_by(AccountNotice.at, AccountNotice.id)
    ).all()
