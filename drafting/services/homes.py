"""The text that proposals and positions are about: what it says now, and where a thing has its home.

A proposal to a paragraph that was deleted, split or merged keeps a home: with the words, where
they went.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from drafting.services import deeds
from drafting.store import drafts as kept_drafts
from drafting.store import texts as kept_texts
from drafting.store.tables import Fork, Paragraph
from drafting.store.work import Work
from drafting.text.changes import EMPTY, Change, text_from_json

_HOPS_MAX = 50
"""Most merges followed from one paragraph to where its words stand now."""


@dataclass(slots=True)
class Ground:
    """The working text of a draft as it stands."""

    order: list[Paragraph]
    labels: dict[UUID, str]
    every: dict[UUID, Paragraph]
    forks: dict[UUID, list[Fork]]
    texts: dict[UUID, kept_texts.TextNow]
    _read: dict[UUID, Change] = field(default_factory=dict)

    def words(self, paragraph_id: UUID) -> Change:
        """Gives what a paragraph says now."""
        if paragraph_id not in self._read:
            text = self.texts.get(paragraph_id)
            self._read[paragraph_id] = EMPTY if text is None else text_from_json(text.content)
        return self._read[paragraph_id]

    def version(self, paragraph_id: UUID) -> int:
        """Gives the version of a paragraph's text."""
        return self.texts[paragraph_id].version

    def stands(self, paragraph_id: UUID | None) -> bool:
        """Tells whether a paragraph is in the text and not deleted."""
        found = None if paragraph_id is None else self.every.get(paragraph_id)
        return found is not None and not found.deleted and found.retired is None

    def listed(self, paragraph_id: UUID | None) -> bool:
        """Tells whether a paragraph is shown in the text, as "[deleted]" perhaps."""
        return paragraph_id in self.labels

    def home(self, paragraph_id: UUID) -> UUID:
        """Gives where a paragraph's words stand now: itself, or the one it was merged into."""
        for _ in range(_HOPS_MAX):
            if self.stands(paragraph_id):
                return paragraph_id
            merges = [f for f in self.forks.get(paragraph_id, []) if f.kind == "merge"]
            if not merges:
                return paragraph_id
            paragraph_id = merges[-1].other_id
        return paragraph_id

    def halves(self, paragraph_id: UUID) -> list[UUID]:
        """Gives the paragraphs that were split off a paragraph and stand in the text."""
        return [
            f.other_id
            for f in self.forks.get(paragraph_id, [])
            if f.kind == "split" and self.stands(f.other_id)
        ]

    def place(self, paragraph_id: UUID | None) -> UUID | None:
        """Gives the paragraph to stand behind: this one, or the nearest before it that is listed."""
        if paragraph_id is None or self.listed(paragraph_id):
            return paragraph_id
        gone = self.every.get(paragraph_id)
        rank = 0 if gone is None else gone.rank
        before = [p.id for p in self.order if p.rank <= rank]
        return before[-1] if before else None

    def label(self, paragraph_id: UUID | None) -> str:
        """Gives what a paragraph is called now; "" for none and for the opening words."""
        return "" if paragraph_id is None else self.labels.get(paragraph_id, "")


def ground(w: Work, draft_id: UUID) -> Ground:
    """Gives the working text of a draft as it stands."""
    every = kept_drafts.every_paragraph(w, draft_id)
    order = sorted((p for p in every if p.retired is None), key=lambda p: (p.rank, p.id))
    forks: dict[UUID, list[Fork]] = {}
    for fork in kept_texts.forks_of_draft(w, draft_id):
        forks.setdefault(fork.text_id, []).append(fork)
    return Ground(
        order,
        deeds.labels(order),
        {p.id: p for p in every},
        forks,
        kept_texts.all_now(w, draft_id),
    )
