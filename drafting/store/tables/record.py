"""The record: a resolution through the years, its sponsors as tabled, its votes, who is Party."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class Series(Base):
    """A resolution that comes back year after year."""

    __tablename__ = "series"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    treaty: Mapped[str]
    """Whose Parties the board shows (`PartyStatus.treaty`); empty: no treaty's."""


class SeriesDraft(Base):
    """The series a draft belongs to."""

    __tablename__ = "series_drafts"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    series_id: Mapped[UUID] = mapped_column(ForeignKey("series.id"), index=True)


class Adoption(Base):
    """One year's resolution: how it was tabled, and how it ended."""

    __tablename__ = "adoptions"
    __table_args__ = (UniqueConstraint("draft_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series_id: Mapped[UUID] = mapped_column(ForeignKey("series.id"), index=True)
    draft_id: Mapped[UUID | None] = mapped_column(ForeignKey("drafts.id"))
    """The draft it was negotiated in; None for one that is only on record."""
    symbol: Mapped[str]
    """A/RES/75/62; empty until it is adopted."""
    adopted_on: Mapped[date | None]
    additional: Mapped[list[Any]]
    """Keys of the delegations that joined after tabling, as they stood at adoption."""


class Tabling(Base):
    """An L-document: its symbol, its version, its sponsors as printed. Append-only: the last counts."""

    __tablename__ = "tablings"

    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("adoptions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    symbol: Mapped[str]
    on: Mapped[date | None]
    version_number: Mapped[int | None]
    sponsors: Mapped[list[Any]]
    """Keys of the delegations, in the order of their names."""
    line: Mapped[str]
    """As printed."""
    author: Mapped[str]
    at: Mapped[datetime]
    override: Mapped[dict[str, Any] | None]
    """Why it was tabled although something was left open: `reason`, and `left`, what it was."""
    hash: Mapped[str | None]
    """SHA-256 over the version's hash, the tabling's before and this one's canonical JSON; None for
    those recorded before tablings were chained."""


class RollCall(Base):
    """A recorded vote on the whole or on a part. Append-only: the last on the same thing counts."""

    __tablename__ = "roll_calls"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("adoptions.id"), index=True)
    number: Mapped[int]
    body: Mapped[str]
    """plenary or committee."""
    on: Mapped[date]
    part: Mapped[str]
    """Empty for the whole; the paragraph's id, or what it was called, for a part of it."""
    part_label: Mapped[str]
    votes: Mapped[dict[str, Any]]
    """Y, N, A or absent by delegation key."""
    author: Mapped[str]
    at: Mapped[datetime]


class PartyStatus(Base):
    """Who was Party to a treaty or its signatory, from one day to another."""

    __tablename__ = "party_statuses"

    treaty: Mapped[str] = mapped_column(primary_key=True)
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    """The last day, or None while it holds."""
    status: Mapped[str]
    """state_party, signatory or not_party."""
