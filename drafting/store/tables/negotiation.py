"""Proposals, positions, agreement, verdicts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class Proposal(Base):
    """A change that a delegation, or the presidency, would make. Its words are a live text."""

    __tablename__ = "proposals"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 3", name="level"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    kind: Mapped[str]
    paragraph_id: Mapped[UUID | None] = mapped_column(ForeignKey("paragraphs.id"), index=True)
    """What it would change; for an insertion what the new paragraph stands behind (None: nothing)."""
    after_id: Mapped[UUID | None] = mapped_column(ForeignKey("paragraphs.id"))
    """Where a moved paragraph would stand; None: at the beginning."""
    at_utf16: Mapped[int]
    """Where it would be split, in units of `base`."""
    paragraph_kind: Mapped[str]
    """What an inserted paragraph is; for the others what the paragraph was."""
    level: Mapped[int]
    base: Mapped[list[Any]]
    """What the paragraph said when its authors last looked."""
    label: Mapped[str]
    """What the paragraph was called when it was begun, kept for when it is gone."""
    version_number: Mapped[int]
    """The version it was begun on."""
    stage: Mapped[str]
    audience: Mapped[str]
    """owners, presidency or everyone."""
    sentence: Mapped[str | None]
    """The formal words for the floor as somebody set them by hand; None: the tool's own."""
    sentence_for: Mapped[str]
    """The fingerprint of what it would do when they were set."""
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    created_at: Mapped[datetime]
    put_forward_at: Mapped[datetime | None]


class ProposalOwner(Base):
    """A delegation, or the presidency (no delegation), whose a proposal is."""

    __tablename__ = "proposal_owners"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """In the order in which they came to it."""
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegations.id"))
    since: Mapped[datetime]


class ProposalStep(Base):
    """What was done with a proposal: who, and when. Append-only."""

    __tablename__ = "proposal_steps"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    reason: Mapped[str]
    audience: Mapped[str]
    """Who may read the reason: owners (and the presidency), or everyone who sees the proposal."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]


class Position(Base):
    """Where a delegation stands on a paragraph or a proposal. Append-only: the last one counts."""

    __tablename__ = "positions"
    __table_args__ = (
        CheckConstraint("(paragraph_id IS NULL) != (proposal_id IS NULL)", name="one_thing"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    number: Mapped[int]
    """Their order within the delegation's own on the draft."""
    paragraph_id: Mapped[UUID | None] = mapped_column(ForeignKey("paragraphs.id"))
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"))
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    version_number: Mapped[int]
    label: Mapped[str]
    base: Mapped[list[Any]]
    """What the paragraph said then."""
    stance: Mapped[str]
    weight: Mapped[str | None]
    certainty: Mapped[str]
    remark: Mapped[str]
    audience: Mapped[str]
    """delegation, presidency or everyone."""
    aligns_with: Mapped[UUID | None] = mapped_column(ForeignKey("positions.id"))
    follows: Mapped[bool]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]


class PositionMark(Base):
    """What became of a position in a version, as the delegation itself sees it. The last one counts."""

    __tablename__ = "position_marks"

    position_id: Mapped[UUID] = mapped_column(ForeignKey("positions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version_number: Mapped[int]
    mark: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class PositionResponse(Base):
    """What the presidency answered to a position. The last one counts."""

    __tablename__ = "position_responses"

    position_id: Mapped[UUID] = mapped_column(ForeignKey("positions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    reason: Mapped[str]
    audience: Mapped[str]
    """presidency (the delegation and the presidency) or everyone who sees the position."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
    at: Mapped[datetime]


class AgreementStep(Base):
    """How far a paragraph is agreed, from a moment on. Append-only: the last one counts."""

    __tablename__ = "agreement_steps"
    __table_args__ = (UniqueConstraint("paragraph_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    paragraph_id: Mapped[UUID] = mapped_column(ForeignKey("paragraphs.id"))
    number: Mapped[int]
    state: Mapped[str]
    delegations: Mapped[list[Any]]
    """Who has it in brackets, or whose word is awaited: ids."""
    start_utf16: Mapped[int | None]
    end_utf16: Mapped[int | None]
    """The words in brackets, in units of `base`; None: all of them."""
    base: Mapped[list[Any]]
    """What the paragraph said then."""
    note: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
    at: Mapped[datetime]


class Package(Base):
    """Paragraphs that are agreed together or not at all."""

    __tablename__ = "packages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    name: Mapped[str]
    """Its terms in words: "OP5 is agreed if PP14 goes"."""
    paragraphs: Mapped[list[Any]]
    """Ids, in the order of the text when it was made."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
    at: Mapped[datetime]
    dissolved_at: Mapped[datetime | None]
    dissolved_by: Mapped[str]
    reason: Mapped[str]


class NatureVerdict(Base):
    """A person's last word on whether a paragraph's change is technical. The last one counts."""

    __tablename__ = "nature_verdicts"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    from_number: Mapped[int] = mapped_column(primary_key=True)
    to_number: Mapped[int] = mapped_column(primary_key=True)
    paragraph_id: Mapped[UUID] = mapped_column(ForeignKey("paragraphs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    nature: Mapped[str]
    """technical or substantive."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
    at: Mapped[datetime]
