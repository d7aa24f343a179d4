"""Threads and comments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from drafting.store.tables import Comment, CommentBody, Thread, ThreadStep
from drafting.store.work import Work


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a thread stands now: on which paragraph, and on which of its words (None: all)."""

    thread_id: UUID
    paragraph_id: UUID
    start_utf16: int | None
    end_utf16: int | None


_PLACE = (
    update(Thread)
    .where(Thread.id == bindparam("thread"))
    .values(
        paragraph_id=bindparam("paragraph"),
        start_utf16=bindparam("start"),
        end_utf16=bindparam("end"),
    )
)


def threads(w: Work, draft_id: UUID) -> Sequence[Thread]:
    """Gives all threads of a draft. Whoever asks must sift them by audience."""
    return w.session.scalars(
        select(Thread).where(Thread.draft_id == draft_id).order_by(Thread.created_at, Thread.id)
    ).all()


def thread(w: Work, thread_id: UUID) -> Thread | None:
    """Gives a thread."""
    return w.session.get(Thread, thread_id)


def on_paragraph(w: Work, paragraph_id: UUID) -> Sequence[Thread]:
    """Gives the threads on a paragraph."""
    return w.session.scalars(select(Thread).where(Thread.paragraph_id == paragraph_id)).all()


class Anchored(NamedTuple):
    """A thread on words: on which of them it stands, and what they were when it began."""

    thread_id: UUID
    paragraph_id: UUID
    start_utf16: int
    end_utf16: int
    quote: list[Any]


def anchored(w: Work, paragraph_ids: Collection[UUID]) -> Sequence[Anchored]:
    """Gives the threads on words of paragraphs. Columns, not objects: asked for with every keystroke."""
    return [Anchored(*row) for row in w.rows(_ANCHORED, {"paragraphs": list(paragraph_ids)})]


_ANCHORED = select(
    Thread.id, Thread.paragraph_id, Thread.start_utf16, Thread.end_utf16, Thread.quote
).where(
    Thread.paragraph_id.in_(bindparam("paragraphs", expanding=True)),
    Thread.start_utf16.is_not(None),
    Thread.end_utf16.is_not(None),
)


def place(w: Work, placed: Iterable[Placed]) -> None:
    """Sets where threads stand now.

    One statement, whoever's threads they are and even when there are none: how long somebody's
    edit takes must not tell of comments that they do not see.
    """
    rows = list(placed)
    w.rows(
        _PLACE,
        [
            {
                "thread": one.thread_id,
                "paragraph": one.paragraph_id,
                "start": one.start_utf16,
                "end": one.end_utf16,
            }
            for one in rows
        ]
        or [{"thread": UUID(int=0), "paragraph": UUID(int=0), "start": None, "end": None}],
    )
    for one in rows:
        thread = w.session.identity_map.get(identity_key(Thread, one.thread_id))
        if thread is not None:
            set_committed_value(thread, "paragraph_id", one.paragraph_id)
            set_committed_value(thread, "start_utf16", one.start_utf16)
            set_committed_value(thread, "end_utf16", one.end_utf16)


def comments(w: Work, thread_ids: Sequence[UUID]) -> dict[UUID, list[Comment]]:
    """Gives the comments of threads, in order."""
    found: dict[UUID, list[Comment]] = {thread_id: [] for thread_id in thread_ids}
    for comment in w.session.scalars(
        select(Comment).where(Comment.thread_id.in_(thread_ids)).order_by(Comment.number)
    ):
        found[comment.thread_id].append(comment)
    return found


def bodies(w: Work, thread_ids: Sequence[UUID]) -> dict[UUID, list[CommentBody]]:
    """Gives what the comments of threads say and said, by comment, in order."""
    found: dict[UUID, list[CommentBody]] = {}
    for body in w.session.scalars(
        select(CommentBody)
        .join(Comment, Comment.id == CommentBody.comment_id)
        .where(Comment.thread_id.in_(thread_ids))
        .order_by(CommentBody.number)
    ):
        found.setdefault(body.comment_id, []).append(body)
    return found


def steps(w: Work, thread_ids: Sequence[UUID]) -> dict[UUID, list[ThreadStep]]:
    """Gives when threads were resolved, reopened and widened, in order."""
    found: dict[UUID, list[ThreadStep]] = {thread_id: [] for thread_id in thread_ids}
    for step in w.session.scalars(
        select(ThreadStep).where(ThreadStep.thread_id.in_(thread_ids)).order_by(ThreadStep.number)
    ):
        found[step.thread_id].append(step)
    return found


def comment(w: Work, comment_id: UUID) -> Comment | None:
    """Gives a comment."""
    return w.session.get(Comment, comment_id)
