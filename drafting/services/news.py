"""What other server processes did, read back for those who sit at this one.

Nothing here asks who may see it: what was read is told by the same way, and sifted by the same
rules, as what this process did itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from drafting.events import Event, WordsStored
from drafting.rules.proposals import Standing
from drafting.services import people
from drafting.services.editing import Admitted, admitted_of
from drafting.services.writing import standing_of
from drafting.store import news as kept
from drafting.store import people as kept_people
from drafting.store import proposals as kept_proposals
from drafting.store.news import NO_DRAFT, READ_AT_ONCE, News
from drafting.store.work import Store, Work
from drafting.text.changes import Change, from_json

__all__ = [
    "NO_DRAFT",
    "READ_AT_ONCE",
    "Caught",
    "Heard",
    "News",
    "StoredWords",
    "after",
    "head",
    "keep",
    "prune",
    "seated",
]


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
        theirs = [one for one in read.news if also_own or one.origin != own]
        words = _words(w, theirs)
        return Caught(
            tuple(
                Heard(
                    one.draft,
                    one.number,
                    None
                    if one.origin == own and not also_own
                    else tuple(_with_words(event, words) for event in one.events),
                )
                for one in read.news
            ),
            read.lost,
        )


def keep(w: Work, process: UUID) -> list[News]:
    """Keeps what a transaction tells, as its last act before the commit."""
    return kept.keep(w, process)


def prune(store: Store) -> None:
    """Takes old news away."""
    with store.work() as w:
        kept.prune(w)


def seated(store: Store, draft: UUID, asked: Collection[UUID]) -> dict[UUID, Admitted]:
    """Gives those of these people who have a place on a draft, as they stand."""
    with store.reading() as w:
        names = kept_people.short_names(w)
        return {
            person.id: admitted_of(
                people.as_placed(person, place, NO_DRAFT, names),
                seq=0,
            )
            for place, person in kept.seated(w, draft, asked)
        }


def _words(w: Work, news: Sequence[News]) -> dict[tuple[UUID, int], StoredWords]:
    """Gives the words that news name, by text and version."""
    draft_of = {
        words: event.draft_id
        for one in news
        for event in one.events
        if isinstance(event, WordsStored)
        for words in event.words
    }
    if not draft_of:
        return {}
    found = {}
    standings: dict[UUID, Standing] = {}
    for text, name, is_proposal, entry in kept.words(w, draft_of):
        if is_proposal and text not in standings:
            proposal = kept_proposals.proposal(w, text)
            if proposal is None:
                raise AssertionError(text)
            standings[text] = standing_of(proposal, kept_proposals.owners_of(w, text))
        found[text, entry.version] = StoredWords(
            draft_of[text, entry.version],
            text,
            entry.version,
            from_json(entry.ops),
            entry.edit_id,
            entry.at,
            name or "",
            entry.author,
            standings.get(text),
        )
    return found


def _with_words(
    event: Event, words: Mapping[tuple[UUID, int], StoredWords]
) -> Event | tuple[StoredWords, ...]:
    if not isinstance(event, WordsStored):
        return event
    return tuple(words[one] for one in event.words if one in words)
