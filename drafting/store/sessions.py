"""Sessions and the tickets of live connections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from drafting.store.tables import Person, Session, Ticket
from drafting.store.work import Work


def live_session(w: Work, token_hash: str) -> tuple[Session, Person] | None:
    """Gives the session with this token and its person, unless it has ended or expired."""
    row = w.session.execute(
        select(Session, Person)
        .join(Person, Person.id == Session.person_id)
        .where(
            Session.token_hash == token_hash,
            Session.ended_at.is_(None),
            Session.expires_at > w.now,
            Person.ended_at.is_(None),
        )
    ).first()
    return None if row is None else (row[0], row[1])


def session(w: Work, session_id: UUID) -> Session | None:
    """Gives a session, ended ones too."""
    return w.session.get(Session, session_id)


def sessions_of(w: Work, person_id: UUID) -> Sequence[Session]:
    """Gives a person's live sessions, newest first."""
    return w.session.scalars(
        select(Session)
        .where(
            Session.person_id == person_id,
            Session.ended_at.is_(None),
            Session.expires_at > w.now,
        )
        .order_by(Session.created_at.desc(), Session.id)
    ).all()


def touch(w: Work, session_id: UUID, *, seen_before: datetime | None = None) -> None:
    """Notes that a session was seen now; with a moment, only if it was last seen before it."""
    statement = update(Session).where(Session.id == session_id)
    if seen_before is not None:
        statement = statement.where(Session.seen_at < seen_before)
    w.session.execute(statement.values(seen_at=w.now))


def touch_all(w: Work, session_ids: Collection[UUID]) -> None:
    """Notes that sessions were seen now."""
    w.rows(_TOUCH, {"sessions": list(session_ids), "now": w.now})


_TOUCH = (
    update(Session)
    .where(Session.id.in_(bindparam("sessions", expanding=True)))
    .values(seen_at=bindparam("now"))
)


def has_ticket(w: Work, token_hash: str) -> bool:
    """Tells whether there is a ticket with this token."""
    return w.session.get(Ticket, token_hash) is not None


def take_ticket(w: Work, token_hash: str) -> UUID | None:
    """Spends a ticket and gives its session; None when it is wrong, spent or too old."""
    ticket = w.session.get(Ticket, token_hash, with_for_update=True)
    if ticket is None:
        return None
    w.session.delete(ticket)
    return ticket.session_id if ticket.expires_at > w.now else None
