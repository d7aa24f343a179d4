"""Threads of comments."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class Thread(Base):
    """A thread of comments on words or on a paragraph."""

    __tablename__ = "threads"
    __table_args__ = (
        CheckConstraint(
            "(audience IN ('delegation', 'presidency')) = (delegation_id IS NOT NULL)",
            name="delegation_named",
        ),
        CheckConstraint("start_utf16 <= end_utf16", name="range"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    paragraph_id: Mapped[UUID] = mapped_column(ForeignKey("paragraphs.id"), index=True)
    start_utf16: Mapped[int | None]
    """Where its words begin now; None for a comment on the whole paragraph."""
    end_utf16: Mapped[int | None]
    quote: Mapped[list[Any]]
    """The words it was attached to when it was made."""
    audience: Mapped[str]
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegations.id"))
    created_at: Mapped[datetime]


class Comment(Base):
    """One contribution to a thread."""

    __tablename__ = "comments"
    __table_args__ = (UniqueConstraint("thread_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("threads.id"))
    number: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]


class CommentBody(Base):
    """What a comment says; the last one counts, the others are its history."""

    __tablename__ = "comment_bodies"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]
    at: Mapped[datetime]


class ThreadStep(Base):
    """A thread resolved, reopened, or moved to a wider audience: who, and when."""

    __tablename__ = "thread_steps"

    thread_id: Mapped[UUID] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    """resolved, reopened or widened."""
    audience: Mapped[str]
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]
