"""What people were told of their own accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from drafting.store.tables import AccountNotice
from drafting.store.work import Work


def of(w: Work, person_id: UUID, *, limit: int) -> Sequence[AccountNotice]:
    """Gives what a person was told last, the newest first."""
    return w.session.scalars(
        select(AccountNotice)
        .where(AccountNotice.person_id == person_id)
        .order_by(AccountNotice.at.desc(), AccountNotice.id.desc())
        .limit(limit)
    ).all()


def to_mail(w: Work, since: datetime) -> Sequence[AccountNotice]:
    """Gives what has not been mailed yet, the oldest first."""
    return w.session.scalars(
        select(AccountNotice)
        .where(
            AccountNotice.email.is_not(None),
            AccountNotice.mailed_at.is_(None),
            AccountNotice.at > since,
        )
        .order_by(AccountNotice.at, AccountNotice.id)
    ).all()


def mailed(w: Work, notice_id: UUID) -> None:
    """Notes that a notice was mailed."""
    w.session.execute(
        update(AccountNotice).where(AccountNotice.id == notice_id).values(mailed_at=w.now)
    )
