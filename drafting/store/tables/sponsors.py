"""Sponsorship, conditions, what capitals were asked, and what the presidency keeps of each State."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class SponsorStep(Base):
    """A dated step of a delegation towards sponsoring, or away from it. Append-only."""

    __tablename__ = "sponsor_steps"
    __table_args__ = (
        UniqueConstraint("draft_id", "delegation_id", "number"),
        CheckConstraint("(recorded = 'link') = (person_id IS NULL)", name="recorded"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    number: Mapped[int]
    """Their order within the delegation's own. Never shown: it would tell of steps one does not see."""
    step: Mapped[str]
    capacity: Mapped[str]
    version_number: Mapped[int | None]
    """The version it was given for; None before a text was looked at."""
    manner: Mapped[str]
    """oral, written, or empty."""
    who: Mapped[str]
    where: Mapped[str]
    on: Mapped[date]
    """The day it happened, which may be before the day it was recorded."""
    note: Mapped[str]
    reach: Mapped[str]
    """Who may see it: delegation, presidency or board."""
    recorded: Mapped[str]
    """By whom: delegation, presidency, secretariat, or link (an answer link)."""
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("sponsor_steps.id"))
    """The step it puts right, which no longer counts."""
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]


class SponsorCondition(Base):
    """What a delegation's sponsorship hangs on."""

    __tablename__ = "sponsor_conditions"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'as_circulated') = (paragraph_id IS NULL)", name="paragraph_named"
        ),
        Index("ix_sponsor_conditions_draft_id_delegation_id", "draft_id", "delegation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    kind: Mapped[str]
    """stays, goes, unchanged or as_circulated."""
    paragraph_id: Mapped[UUID | None] = mapped_column(ForeignKey("paragraphs.id"))
    label: Mapped[str]
    """What the paragraph was called in the version, kept for when it is gone."""
    version_number: Mapped[int]
    note: Mapped[str]
    reach: Mapped[str]
    recorded: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str]


class SponsorCall(Base):
    """How sponsors are sought, from a moment on. Append-only: the last one counts."""

    __tablename__ = "sponsor_calls"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str]
    """closed (a group, jointly) or open."""
    group: Mapped[str]
    listed: Mapped[bool]
    """Whether everyone on the draft sees who has confirmed."""
    deadline_at: Mapped[datetime | None]
    deadline_zone: Mapped[str]
    closes_at: Mapped[datetime | None]
    closes_zone: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
    at: Mapped[datetime]


class SponsorTarget(Base):
    """A State the presidency means to win, from when to when."""

    __tablename__ = "sponsor_targets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    at: Mapped[datetime]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]


class Instruction(Base):
    """What a delegation has asked its capital. Its words are the delegation's alone."""

    __tablename__ = "instructions"
    __table_args__ = (
        CheckConstraint("(subject = 'paragraph') = (paragraph_id IS NOT NULL)", name="paragraph"),
        Index("ix_instructions_draft_id_delegation_id", "draft_id", "delegation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    subject: Mapped[str]
    """paragraph, sponsorship or vote."""
    paragraph_id: Mapped[UUID | None] = mapped_column(ForeignKey("paragraphs.id"))
    label: Mapped[str]
    version_number: Mapped[int]
    on: Mapped[date]
    due: Mapped[date | None]
    asked_by: Mapped[str]
    words: Mapped[str]
    state: Mapped[str]
    """asked, received or superseded: what its last step made of it."""
    shown: Mapped[str]
    """To the presidency: nothing, pending, or due."""
    shown_until: Mapped[date | None]
    created_at: Mapped[datetime]


class InstructionStep(Base):
    """What became of an instruction. Append-only."""

    __tablename__ = "instruction_steps"

    instruction_id: Mapped[UUID] = mapped_column(ForeignKey("instructions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    on: Mapped[date]
    words: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    at: Mapped[datetime]


class Reading(Base):
    """The version a person said they have read. The last one counts."""

    __tablename__ = "readings"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version_number: Mapped[int]
    at: Mapped[datetime]


class Contact(Base):
    """Who spoke to whom, when, and what was said: the presidency's alone."""

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_draft_id_delegation_id", "draft_id", "delegation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    on: Mapped[date]
    who: Mapped[str]
    channel: Mapped[str]
    said: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    at: Mapped[datetime]


class NextAction(Base):
    """What is to be done about a State, by whom, until when. Append-only: the last one counts."""

    __tablename__ = "next_actions"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due: Mapped[date | None]
    done: Mapped[bool]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    at: Mapped[datetime]


class OutlookOverride(Base):
    """What the presidency expects of a State against its record. Append-only: the last one counts."""

    __tablename__ = "outlook_overrides"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    paragraph_id: Mapped[UUID | None] = mapped_column(ForeignKey("paragraphs.id"))
    """The paragraph whose separate vote it is about; None: the whole."""
    number: Mapped[int]
    vote: Mapped[str]
    """Y, N, A, absent, or empty: back to the record."""
    reason: Mapped[str]
    source: Mapped[str]
    confidence: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    at: Mapped[datetime]


class Letter(Base):
    """A letter that went, or was handed out to be sent, to a delegation. Its words are not kept."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_draft_id_delegation_id", "draft_id", "delegation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    subject: Mapped[str]
    addresses: Mapped[list[Any]]
    result: Mapped[str]
    """sent, saved, or the mail server's own words when it refused."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    at: Mapped[datetime]


class AnswerLink(Base):
    """A link that answers one question for one delegation, once, until it expires."""

    __tablename__ = "answer_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id"), index=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id"))
    question: Mapped[str]
    """keep or sponsor."""
    version_number: Mapped[int]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    answer: Mapped[str]
    voided_at: Mapped[datetime | None]
    """A newer link asks the delegation the same."""
