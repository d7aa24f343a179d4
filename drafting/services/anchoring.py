"""Keeps comments beside their words while the words move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from drafting.store import comments as kept
from drafting.store.tables import Thread
from drafting.store.work import Work
from drafting.text.anchors import Anchor, moved, split_at
from drafting.text.changes import Change, text_from_json


def anchor_of(thread: Thread) -> Anchor | None:
    """Gives where a thread's words stand now; None for one on the whole paragraph."""
    if thread.start_utf16 is None or thread.end_utf16 is None:
        return None
    return Anchor(thread.start_utf16, thread.end_utf16)


def _placed(thread: Thread, anchor: Anchor | None, paragraph_id: UUID | None = None) -> kept.Placed:
    where = paragraph_id or thread.paragraph_id
    if anchor is None:
        return kept.Placed(thread.id, where, None, None)
    return kept.Placed(thread.id, where, anchor.start, anchor.end)


def move(w: Work, text_id: UUID, change: Change) -> None:
    """Moves the anchors of a paragraph's threads with a change to its text."""
    move_all(w, {text_id: [change]})


def move_all(w: Work, changes: Mapping[UUID, Sequence[Change]]) -> None:
    """Moves the anchors of paragraphs' threads with changes to their texts, made one on another."""
    placed = []
    for thread in kept.anchored(w, changes.keys()):
        anchor = Anchor(thread.start_utf16, thread.end_utf16)
        quote = text_from_json(thread.quote)
        for change in changes[thread.paragraph_id]:
            anchor = moved(anchor, change, quote=quote)
        placed.append(kept.Placed(thread.thread_id, thread.paragraph_id, anchor.start, anchor.end))
    kept.place(w, placed)


def carry_split(
    w: Work, text_id: UUID, at: int, new_id: UUID, *, whole: frozenset[UUID] = frozenset()
) -> list[Thread]:
    """Takes the threads whose words go to another paragraph there; gives those.

    `at` is the cut, in UTF-16 units; `whole` names threads on the whole paragraph that go too.
    """
    gone: list[Thread] = []
    placed: list[kept.Placed] = []
    for thread in kept.on_paragraph(w, text_id):
        anchor = anchor_of(thread)
        if anchor is None:
            second, now = thread.id in whole, None
        else:
            second, now = split_at(anchor, at)
        placed.append(_placed(thread, now, new_id if second else None))
        if second:
            gone.append(thread)
    kept.place(w, placed)
    return gone


def carry_merge(w: Work, text_id: UUID, into_id: UUID, at: int) -> list[Thread]:
    """Takes all threads of a merged paragraph to the one that holds its words now; gives them."""
    gone = list(kept.on_paragraph(w, text_id))
    placed = []
    for thread in gone:
        anchor = anchor_of(thread)
        now = None if anchor is None else Anchor(anchor.start + at, anchor.end + at)
        placed.append(_placed(thread, now, into_id))
    kept.place(w, placed)
    return gone
