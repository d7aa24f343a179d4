"""The tables and their constraints."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turns a moment into UTC before it is kept."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Gives a moment back as UTC: SQLite keeps no zone."""
        return (
            None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value
        )


class Base(DeclarativeBase):
    """The base of all tables; constraints have predictable names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, UUID: Uuid, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


# People ------------------------------------------------------------------------------------------


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
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Session(Base):
    """A signed-in browser; only the hash of its token is kept."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    device: Mapped[str]
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


# Drafts ------------------------------------------------------------------------------------------


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
    at: Mapped[datetime]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author: Mapped[str]


# Comments ----------------------------------------------------------------------------------------


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


# Negotiation -------------------------------------------------------------------------------------


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
