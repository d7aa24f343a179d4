"""What other server processes did, read back for those who sit at this one.

Nothing here asks who may see it: what was read is told by the same way, and sifted by the same
rules, as what this process did itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from drafting.events import Event, WordsStored
from drafting.rules.proposals import Standing
from drafting.services.writing import standing_of
from drafting.store import news as kept
from drafting.store import people as kept_people
from drafting.store import proposals as kept_proposals
from drafting.store import texts as kept_texts
from drafting.store.work import Store, Work
from drafting.text.changes import Change, from_json


@dataclass(frozen=True, slots=True)
class StoredWords:
    """A change as another process stored it; `proposal` when it is a proposal's words."""

    draft: UUID
    text: UUID
    version: int
    change: Change
    id: UUID
    at: datetime
    by_name: str
    by_delegation: str
    proposal: Standing | None


@dataclass(frozen=True, slots=True)
class Heard:
    """One piece of news of a draft: events, and in the place of each `WordsStored` its words.

    `done` is None for what this very process did: it knows better who did it.
    """

    draft: UUID
    number: int
    done: tuple[Event | tuple[StoredWords, ...], ...] | None


@dataclass(frozen=True, slots=True)
class Caught:
    """What was read; `lost` are drafts whose news were too old to be kept, and how far they are."""

    heard: tuple[Heard, ...]
    lost: Mapping[UUID, int]


def head(store: Store, draft: UUID) -> int:
    """Gives the number of a draft's last news."""
    with store.reading() as w:
        return kept.head(w, draft)


def after(store: Store, known: Mapping[UUID, int], own: UUID, *, also_own: bool = False) -> Caught:
    """Gives the news of drafts after the numbers one knows.

    `own` is the asking process; with `also_own` what it did itself is read like another's.
    """
    with store.reading() as w:
        read = kept.after(w, known)
        heard = [
            Heard(
                one.draft,
                one.number,
                None
                if one.origin == own and not also_own
                else tuple(_with_words(w, event) for event in one.events),
            )
            for one in read.news
        ]
        return Caught(tuple(heard), read.lost)


def prune(store: Store) -> None:
    """Takes old news away."""
    with store.work() as w:
        kept.prune(w)


def _with_words(w: Work, event: Event) -> Event | tuple[StoredWords, ...]:
    if not isinstance(event, WordsStored):
        return event
    words = []
    for text, version in event.words:
        entry = kept_texts.entry(w, text, version)
        if entry is None:
            continue
        person = None if entry.person_id is None else kept_people.person(w, entry.person_id)
        proposal = kept_proposals.proposal(w, text)
        words.append(
            StoredWords(
                event.draft_id,
                text,
                version,
                from_json(entry.ops),
                entry.edit_id,
                entry.at,
                "" if person is None else person.name,
                entry.author,
                None
                if proposal is None
                else standing_of(proposal, kept_proposals.owners_of(w, text)),
            )
        )
    return tuple(words)
