"""Keeps comments beside their words while the words move."""

from __future__ import annotations

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


def _set(thread: Thread, anchor: Anchor) -> None:
    if (thread.start_utf16, thread.end_utf16) != (anchor.start, anchor.end):
        thread.start_utf16, thread.end_utf16 = anchor.start, anchor.end


def move(w: Work, text_id: UUID, change: Change) -> None:
    """Moves the anchors of a paragraph's threads with a change to its text."""
    for thread in kept.anchored(w, text_id):
        anchor = anchor_of(thread)
        if anchor is not None:
            _set(thread, moved(anchor, change, quote=text_from_json(thread.quote)))


def carry_split(
    w: Work, text_id: UUID, at: int, new_id: UUID, *, whole: frozenset[UUID] = frozenset()
) -> list[Thread]:
    """Takes the threads whose words go to another paragraph there; gives those.

    `at` is the cut, in UTF-16 units; `whole` names threads on the whole paragraph that go too.
    """
    gone: list[Thread] = []
    for thread in kept.on_paragraph(w, text_id):
        anchor = anchor_of(thread)
        if anchor is None:
            second = thread.id in whole
        else:
            second, placed = split_at(anchor, at)
            _set(thread, placed)
        if second:
            thread.paragraph_id = new_id
            gone.append(thread)
    w.session.flush()
    return gone


def carry_merge(w: Work, text_id: UUID, into_id: UUID, at: int) -> list[Thread]:
    """Takes all threads of a merged paragraph to the one that holds its words now; gives them."""
    gone = list(kept.on_paragraph(w, text_id))
    for thread in gone:
        anchor = anchor_of(thread)
        thread.paragraph_id = into_id
        if anchor is not None:
            _set(thread, Anchor(anchor.start + at, anchor.end + at))
    w.session.flush()
    return gone
