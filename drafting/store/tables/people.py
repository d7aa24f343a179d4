"""Delegations, accounts, sessions, places, invitations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class Delegation(Base):
    """A Member State, the State of Palestine, or a named observer."""

    __tablename__ = "delegations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """ISO 3166-1 alpha-3 for States, a short word for others."""
    kind: Mapped[str]
    """member_state, observer_state or organization."""
    regional_group: Mapped[str]


class DelegationName(Base):
    """What a delegation is called in print, from one day to another."""

    __tablename__ = "delegation_names"

    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    """The last day, or None while it is in use."""
    short: Mapped[str]
    long: Mapped[str]


class Person(Base):
    """Somebody with an account."""

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    opens_drafts: Mapped[bool]
    """May import a text and so begin a draft."""
    zone: Mapped[str]
    """The time zone they read deadlines in, as the IANA database names it."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Session(Base):
    """A signed-in browser; only the hash of its token is kept."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    device: Mapped[str]
    address: Mapped[str]
    """Where from: the network address, its last part left out."""
    method: Mapped[str]
    """By what it was begun: password, link, passkey, an identity provider."""
    fresh_at: Mapped[datetime | None]
    """When the person last showed that it is they; None for sessions older than this was kept."""
    second_at: Mapped[datetime | None]
    """When a second factor was given."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Ticket(Base):
    """A pass of a minute to open one live connection for one session."""

    __tablename__ = "tickets"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"))
    expires_at: Mapped[datetime]


class SignInLink(Base):
    """A link that signs one person in."""

    __tablename__ = "sign_in_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    reusable: Mapped[bool]
    """Links of the demonstration may be opened again until they expire."""
    used_at: Mapped[datetime | None]


class SignInTry(Base):
    """A failed sign-in, to slow down whoever guesses; names and addresses are kept hashed."""

    __tablename__ = "sign_in_tries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_hash: Mapped[str] = mapped_column(index=True)
    address_hash: Mapped[str]
    at: Mapped[datetime]


class Place(Base):
    """A person's place on a draft: in what role and for whom, from when to when."""

    __tablename__ = "places"
    __table_args__ = (
        Index(
            "uq_places_open",
            "draft_id",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint(
            "delegation_id IS NOT NULL OR role IN ('secretariat', 'presidency')",
            name="delegation_named",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str]
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegations.id"))
    begun_at: Mapped[datetime]
    begun_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Invitation(Base):
    """An invitation by link: good once, until it expires or is withdrawn."""

    __tablename__ = "invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    role: Mapped[str]
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegations.id"))
    name: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]


class Operation(Base):
    """A mutating call already answered, so that a repeated one has no second effect."""

    __tablename__ = "operations"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime]
