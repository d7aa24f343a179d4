"""Drafts: paragraphs, texts and their changes, deeds, versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from drafting.store.tables.base import Base


class Draft(Base):
    """One resolution under negotiation."""

    __tablename__ = "drafts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    stage: Mapped[str]
    masthead: Mapped[dict[str, Any]]
    """The fields of text.resolution.Masthead."""
    seq: Mapped[int]
    """How many deeds of structure have been done."""
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Paragraph(Base):
    """A paragraph's permanent identity, and where and what it is in the working text."""

    __tablename__ = "paragraphs"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 3", name="level"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    kind: Mapped[str]
    level: Mapped[int]
    rank: Mapped[int]
    """Order in the working text; gaps are of no meaning."""
    deleted: Mapped[bool]
    """Deleted since the last version: its label stays as "[deleted]" until the next is sealed."""
    retired: Mapped[int | None]
    """The version at whose sealing a deleted paragraph left the text."""
    base_label: Mapped[str | None]
    base_kind: Mapped[str | None]
    base_level: Mapped[int | None]
    """Label, kind and level in the last sealed version."""


class Text(Base):
    """A live text: a paragraph's working text has the paragraph's id, a proposal's the proposal's."""

    __tablename__ = "texts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"), index=True)
    version: Mapped[int]
    content: Mapped[list[Any]]
    """The words at `version`, kept with every change, so that no history need be read to open it."""
    link: Mapped[str | None]
    """The link of its last change: text/chain. None for a text that was not chained yet."""


class TextChange(Base):
    """A change, in the order the server gave it. Append-only."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_edit_id", "edit_id"),)

    text_id: Mapped[UUID] = mapped_column(ForeignKey("texts.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    """The version the text has after it."""
    edit_id: Mapped[UUID]
    """The client's id; a deed's own id for what a deed does."""
    fingerprint: Mapped[str]
    """Hash of what was asked for, to tell a repetition from another use of the id."""
    deed: Mapped[bool]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
    """As redlines print it: the delegation, or the presidency."""
    at: Mapped[datetime]
    ops: Mapped[list[Any]]
    salt: Mapped[str | None]
    """What its words are hashed with; goes with them when they are purged."""
    words: Mapped[str | None]
    """The digest of words that were purged."""
    link: Mapped[str | None]
    """Its hash, over the link of the change before: text/chain."""


class TextSnapshot(Base):
    """A text's words at an earlier version, kept now and then so that history opens quickly."""

    __tablename__ = "snapshots"

    text_id: Mapped[UUID] = mapped_column(ForeignKey("texts.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[list[Any]]


class Fork(Base):
    """Where typing in flight goes on after a text was split or merged at a version."""

    __tablename__ = "forks"
    __table_args__ = (CheckConstraint("kind IN ('split', 'merge')", name="kind"),)

    text_id: Mapped[UUID] = mapped_column(ForeignKey("texts.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    """The version of `text_id` whose change did it."""
    kind: Mapped[str]
    at: Mapped[int]
    """Split: the position in `text_id` from which it went. Merge: the position in `other_id` at
    which it now begins. UTF-16 units."""
    other_id: Mapped[UUID] = mapped_column(ForeignKey("texts.id"))
    other_version: Mapped[int]
    """The version of `other_id` that holds what was moved."""


class Deed(Base):
    """A deed of structure."""

    __tablename__ = "deeds"
    __table_args__ = (UniqueConstraint("draft_id", "seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    seq: Mapped[int]
    kind: Mapped[str]
    summary: Mapped[str]
    undo: Mapped[dict[str, Any]]
    """The deed that takes this one back."""
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
    credit: Mapped[str | None]
    """Whose the words or the move are that it took up, as redlines print it; None: its author's."""
    at: Mapped[datetime]
    undone_by: Mapped[UUID | None]


class Version(Base):
    """A sealed, numbered, hashed snapshot. Immutable."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    number: Mapped[int]
    name: Mapped[str]
    note: Mapped[str]
    seq: Mapped[int]
    masthead: Mapped[dict[str, Any]]
    sealed_at: Mapped[datetime]
    sealed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
    hash: Mapped[str]
    """SHA-256 over the version before's hash and this one's canonical JSON."""


class VersionParagraph(Base):
    """A paragraph as a sealed version has it, with its label then and before."""

    __tablename__ = "version_paragraphs"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    paragraph_id: Mapped[UUID] = mapped_column(ForeignKey("paragraphs.id"), index=True)
    kind: Mapped[str]
    level: Mapped[int]
    label: Mapped[str]
    previous_label: Mapped[str]
    """What it was called until this version was sealed: the map old to new."""
    text_version: Mapped[int]
    content: Mapped[list[Any]]


class Purge(Base):
    """The trace that words were purged from a text's history: how many, when, by whom."""

    __tablename__ = "purges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    text_id: Mapped[UUID] = mapped_column(ForeignKey("texts.id"), index=True)
    from_version: Mapped[int]
    to_version: Mapped[int]
    characters: Mapped[int]
    replaced: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """By version, what the change says since, hashed; None for purges before the chain."""
    at: Mapped[datetime]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]
