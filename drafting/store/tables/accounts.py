"""Second factors, passkeys, sign-in by an identity provider, and what people are told of their accounts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class Authenticator(Base):
    """An authenticator app: its secret, sealed with a key that is not in the database."""

    __tablename__ = "authenticators"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    sealed: Mapped[bytes]
    last_step: Mapped[int]
    """The step of thirty seconds whose code was used last: none is taken twice."""
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When its first code was given; until then it counts for nothing."""
    ended_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code for a day without one's second factor, good once; only its hash is kept."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey's public half."""

    __tablename__ = "passkeys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Challenge(Base):
    """What a passkey is asked to sign, once, within minutes."""

    __tablename__ = "challenges"

    challenge: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]


class Arrival(Base):
    """A sign-in that waits for its second factor: no session yet."""

    __tablename__ = "arrivals"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    method: Mapped[str]
    device: Mapped[str]
    address: Mapped[str]
    known: Mapped[bool]
    """Whether it comes from a device that had signed in before."""
    target: Mapped[str]
    expires_at: Mapped[datetime]


class KnownDevice(Base):
    """A browser that has signed a person in before; only the hash of its token is kept."""

    __tablename__ = "known_devices"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    device: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Identity(Base):
    """Who somebody is at an identity provider: its issuer and its subject, nothing else."""

    __tablename__ = "identities"
    __table_args__ = (
        Index(
            "uq_identities_open",
            "issuer",
            "subject",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Errand(Base):
    """Somebody sent to an identity provider, and what they shall come back with; good once."""

    __tablename__ = "errands"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    browser_hash: Mapped[str]
    """Of the cookie that only the browser sent has."""
    provider: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("sessions.id"))
    """Whose account it is to be linked to; None for a sign-in."""
    invitation: Mapped[str]
    """The hash of the invitation that is being taken; "" for none."""
    target: Mapped[str]
    expires_at: Mapped[datetime]


class AccountNotice(Base):
    """What somebody was told of their own account: on its page, and by mail where there is an address."""

    __tablename__ = "account_notices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]
    words: Mapped[str]
    at: Mapped[datetime]
    email: Mapped[str | None]
    """The address it is mailed to; None when there is none."""
    mailed_at: Mapped[datetime | None]
