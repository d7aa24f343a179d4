"""What one transaction of edits looks up and keeps: each thing once, however many edits need it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from drafting.errors import Refusal
from drafting.rules.roles import Actor
from drafting.services import anchoring, people
from drafting.store import texts as kept
from drafting.store.work import Work
from drafting.text.changes import Change, from_json, text_from_json, to_json

if TYPE_CHECKING:
    from drafting.services.editing import Edit


class Batch:
    """The texts, people and earlier changes that edits meet, as they stand while edits are made.

    Nothing is written before `keep`.
    """

    def __init__(self, w: Work, edits: Sequence[Edit]) -> None:
        """Looks up who asks, which of the edits are stored already, and the texts they are made to."""
        self.w = w
        self._actors: dict[tuple[UUID, UUID], Actor | Refusal] = {}
        for draft in dict.fromkeys(edit.draft for edit in edits):
            asking = dict.fromkeys(edit.session for edit in edits if edit.draft == draft)
            for session, found in people.typing(w, list(asking), draft).items():
                self._actors[session, draft] = found
        known = [
            edit for edit in edits if isinstance(self._actors[edit.session, edit.draft], Actor)
        ]
        self._texts: dict[UUID, kept.TextNow] = {}
        self._stored: dict[UUID, list[tuple[UUID, kept.Entry]]] = {}
        if known:
            self._texts = kept.held(w, list(dict.fromkeys(edit.text for edit in known)))
            self._stored = kept.all_stored_as(w, list(dict.fromkeys(edit.id for edit in known)))
        self._asked = set(self._texts) | {edit.text for edit in known}
        self._contents: dict[UUID, Change] = {}
        self._logs: dict[UUID, tuple[int, list[tuple[kept.Entry, Change]]]] = {}
        self._new: list[tuple[UUID, kept.Entry]] = []
        self._made: dict[UUID, list[Change]] = {}
        self._snapshots: dict[UUID, dict[int, Change]] = {}

    def actor(self, edit: Edit) -> Actor:
        """Gives who asks, as they stand now. Refuses: as `people.actor` does."""
        found = self._actors[edit.session, edit.draft]
        if isinstance(found, Refusal):
            raise found
        return found

    def text(self, text_id: UUID) -> kept.TextNow | None:
        """Gives a text as it stands now; its `content` is older: ask `words`."""
        if text_id not in self._asked:
            self._asked.add(text_id)
            self._texts |= kept.held(self.w, [text_id])
        return self._texts.get(text_id)

    def words(self, text: kept.TextNow) -> Change:
        """Gives a text's words as they stand now."""
        found = self._contents.get(text.id)
        if found is None:
            found = self._contents[text.id] = text_from_json(text.content)
        return found

    def stored_as(self, edit_id: UUID) -> list[tuple[UUID, kept.Entry]]:
        """Gives what is stored of an edit, by its client's id."""
        return self._stored.get(edit_id, [])

    def since(self, text: kept.TextNow, version: int) -> list[tuple[kept.Entry, Change]]:
        """Gives the changes of a text after a version, in order."""
        if version >= text.version:
            return []
        first, log = self._logs.get(text.id, (text.version, []))
        if version < first:
            earlier = [
                (entry, from_json(entry.ops))
                for entry in kept.since(self.w, text.id, version)
                if entry.version <= first
            ]
            first, log = version, earlier + log
            self._logs[text.id] = (first, log)
        return log[version - first :]

    def append(self, text: kept.TextNow, entry: kept.Entry, change: Change, after: Change) -> None:
        """Makes a change a text's next version."""
        text_id = text.id
        _first, log = self._logs.setdefault(text_id, (text.version, []))
        log.append((entry, change))
        self._texts[text_id] = kept.moved_on(text, entry.version)
        self._contents[text_id] = after
        self._stored.setdefault(entry.edit_id, []).append((text_id, entry))
        self._new.append((text_id, entry))
        if entry.version % kept.SNAPSHOT_EVERY == 0:
            self._snapshots.setdefault(text_id, {})[entry.version] = after
        if change and not text.proposal:
            self._made.setdefault(text_id, []).append(change)

    def keep(self) -> None:
        """Writes all that was made."""
        if not self._new:
            return
        after = {
            text_id: {
                version: to_json(words)
                for version, words in [
                    *self._snapshots.get(text_id, {}).items(),
                    (self._texts[text_id].version, self._contents[text_id]),
                ]
            }
            for text_id in dict.fromkeys(text_id for text_id, _ in self._new)
        }
        kept.append_all(self.w, self._new, after)
        if self._made:
            anchoring.move_all(self.w, self._made)
