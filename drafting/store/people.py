"""People, their sessions, places and invitations, and the delegations they come from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select

from drafting.store.tables import (
    Delegation,
    DelegationName,
    Operation,
    Person,
    Place,
    Session,
)
from drafting.store.work import Work


def by_email(w: Work, email: str) -> Person | None:
    """Gives the person with an account under this address, in lower case."""
    return w.session.scalar(select(Person).where(Person.email == email, Person.ended_at.is_(None)))


def person(w: Work, person_id: UUID) -> Person | None:
    """Gives a person."""
    return w.session.get(Person, person_id)


def placed(w: Work, session_id: UUID, draft_id: UUID) -> tuple[Person, Place] | None:
    """Gives a live session's person and their place on a draft, in one query."""
    row = w.session.execute(
        select(Person, Place)
        .join(Session, Session.person_id == Person.id)
        .join(Place, Place.person_id == Person.id)
        .where(
            Session.id == session_id,
            Session.ended_at.is_(None),
            Session.expires_at > w.now,
            Person.ended_at.is_(None),
            Place.draft_id == draft_id,
            Place.ended_at.is_(None),
        )
    ).first()
    return None if row is None else (row[0], row[1])


def all_placed(
    w: Work, session_ids: Collection[UUID], draft_id: UUID
) -> Sequence[tuple[UUID, Person, Place]]:
    """Gives those of live sessions whose person has a place on a draft, with both."""
    rows = w.session.execute(
        select(Session.id, Person, Place)
        .join(Person, Person.id == Session.person_id)
        .join(Place, Place.person_id == Person.id)
        .where(
            Session.id.in_(session_ids),
            Session.ended_at.is_(None),
            Session.expires_at > w.now,
            Person.ended_at.is_(None),
            Place.draft_id == draft_id,
            Place.ended_at.is_(None),
        )
        .order_by(Session.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


class Standing(NamedTuple):
    """Who types, as they stand on a draft."""

    session_id: UUID
    seen_at: datetime
    """When the session was last noted to be in use."""
    person_id: UUID
    name: str
    role: str
    delegation_id: UUID | None
    delegation: str | None
    """What the delegation is called on our pages that day; None where there is none."""


def standing(w: Work, session_ids: Collection[UUID], draft_id: UUID) -> dict[UUID, Standing]:
    """Gives those of live sessions whose person has a place on a draft, by session.

    Columns, not objects: asked for with every keystroke.
    """
    asked = {
        "sessions": list(session_ids),
        "draft": draft_id,
        "now": w.now,
        "day": w.now.date(),
    }
    return {row[0]: Standing(*row) for row in w.rows(_STANDING, asked)}


_STANDING = (
    select(
        Session.id,
        Session.seen_at,
        Person.id,
        Person.name,
        Place.role,
        Place.delegation_id,
        DelegationName.short,
    )
    .join(Person, Person.id == Session.person_id)
    .join(Place, Place.person_id == Person.id)
    .outerjoin(
        DelegationName,
        and_(
            DelegationName.delegation_id == Place.delegation_id,
            DelegationName.valid_from <= bindparam("day"),
            or_(DelegationName.valid_to.is_(None), DelegationName.valid_to >= bindparam("day")),
        ),
    )
    .where(
        Session.id.in_(bindparam("sessions", expanding=True)),
        Session.ended_at.is_(None),
        Session.expires_at > bindparam("now"),
        Person.ended_at.is_(None),
        Place.draft_id == bindparam("draft"),
        Place.ended_at.is_(None),
    )
)


def places(w: Work, draft_id: UUID) -> Sequence[tuple[Place, Person]]:
    """Gives the places now held on a draft and by whom."""
    rows = w.session.execute(
        select(Place, Person)
        .join(Person, Person.id == Place.person_id)
        .where(Place.draft_id == draft_id, Place.ended_at.is_(None))
        .order_by(Place.begun_at, Place.id)
    )
    return [(row[0], row[1]) for row in rows]


def seats(w: Work, draft_id: UUID) -> set[tuple[UUID | None, str]]:
    """Gives which delegations have somebody on a draft, and in what role."""
    rows = w.session.execute(
        select(Place.delegation_id, Place.role)
        .where(Place.draft_id == draft_id, Place.ended_at.is_(None))
        .distinct()
    )
    return {(row[0], row[1]) for row in rows}


def people_in(w: Work, draft_id: UUID, role: str) -> Sequence[Person]:
    """Gives the people on a draft in a role, in the order in which they came."""
    return w.session.scalars(
        select(Person)
        .join(Place, Place.person_id == Person.id)
        .where(Place.draft_id == draft_id, Place.role == role, Place.ended_at.is_(None))
        .order_by(Place.begun_at, Place.id)
    ).all()


def place_of(w: Work, draft_id: UUID, person_id: UUID) -> Place | None:
    """Gives a person's place on a draft, if they hold one now."""
    return w.session.scalar(
        select(Place).where(
            Place.draft_id == draft_id, Place.person_id == person_id, Place.ended_at.is_(None)
        )
    )


def delegations_on(w: Work, draft_id: UUID) -> Sequence[UUID]:
    """Gives the delegations and observers with somebody on the draft, the presidency's own aside.

    A capital alone does not make a delegation one of them: that it is there is its own affair.
    """
    return w.session.scalars(
        select(Place.delegation_id)
        .where(
            Place.draft_id == draft_id,
            Place.ended_at.is_(None),
            Place.role.not_in(["presidency", "secretariat", "capital"]),
        )
        .distinct()
    ).all()  # type: ignore[return-value]  # the check constraint keeps these roles' delegations set


def drafting_on(w: Work, draft_id: UUID) -> set[UUID]:
    """Gives the delegations with somebody on the draft who puts proposals forward."""
    found = w.session.scalars(
        select(Place.delegation_id)
        .where(
            Place.draft_id == draft_id,
            Place.ended_at.is_(None),
            Place.role.in_(["head", "delegate"]),
        )
        .distinct()
    )
    return {one for one in found if one is not None}


@dataclass(frozen=True, slots=True)
class Called:
    """What a delegation is called: in lists of additional sponsors and on our pages, and in full."""

    short: str
    long: str


def names(w: Work, on: date) -> dict[UUID, Called]:
    """Gives what each delegation is called on a day."""
    # Columns, not objects: there are two hundred of them, and each answer needs them.
    rows = w.session.execute(
        select(DelegationName.delegation_id, DelegationName.short, DelegationName.long).where(
            DelegationName.valid_from <= on,
            or_(DelegationName.valid_to.is_(None), DelegationName.valid_to >= on),
        )
    )
    return {delegation_id: Called(short, long) for delegation_id, short, long in rows}


def short_names(w: Work) -> dict[UUID, str]:
    """Gives what each delegation is called on our pages today."""
    return {key: called.short for key, called in names(w, w.now.date()).items()}


def name(w: Work, delegation_id: UUID, on: date) -> DelegationName | None:
    """Gives what one delegation is called on a day."""
    return w.session.scalar(
        select(DelegationName).where(
            DelegationName.delegation_id == delegation_id,
            DelegationName.valid_from <= on,
            or_(DelegationName.valid_to.is_(None), DelegationName.valid_to >= on),
        )
    )


def delegations(w: Work) -> Sequence[Delegation]:
    """Gives every delegation there is."""
    return w.session.scalars(select(Delegation)).all()


def delegation_by_key(w: Work, key: str) -> Delegation | None:
    """Gives the delegation with an ISO 3166-1 alpha-3 code or short word."""
    return w.session.scalar(select(Delegation).where(Delegation.key == key))


def operation(w: Work, person_id: UUID, operation_id: UUID) -> Operation | None:
    """Gives the answer a mutating call was given before."""
    return w.session.get(Operation, (person_id, operation_id))
