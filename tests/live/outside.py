"""A desk that stands for the services: what is outside the live floor, kept in memory.

With a database file it also does, for each batch, what the real desk costs most for: a question of
rights for each edit and one SQLite commit with synchronous=FULL.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pysqlite3

from drafting import clock, ids
from drafting.errors import Conflict, Malformed, NotAllowed, NotFound, NotSignedIn, Refusal
from drafting.rules.roles import Role
from drafting.services.editing import Admitted, CatchUp, Edit, Missed, Part, Stored
from drafting.text.changes import Change, apply, to_json, transform


@dataclass
class Person:
    """Someone with a session."""

    id: UUID
    name: str
    may_edit: bool
    drafts: set[UUID]


@dataclass
class Text:
    """A text with its history."""

    draft: UUID
    content: Change = field(default_factory=Change)
    entries: list[Missed] = field(default_factory=list)


class Outside:
    """Sessions, tickets, places and texts."""

    def __init__(self, database: str | None = None) -> None:
        self.lock = threading.RLock()
        self.sessions: dict[UUID, Person] = {}
        self.tickets: dict[str, UUID] = {}
        self.drafts: dict[UUID, int] = {}
        self.texts: dict[UUID, Text] = {}
        self.stored: dict[UUID, tuple[Edit, Stored]] = {}
        self.batches: list[int] = []
        self.delay_s = 0.0
        self._database = database and _open(database)

    def sign_in(self, draft: UUID, name: str, *, may_edit: bool) -> tuple[UUID, str]:
        """Gives a new session at a draft, and a ticket."""
        with self.lock:
            session = ids.new_id()
            self.sessions[session] = Person(ids.new_id(), name, may_edit, {draft})
            if self._database:
                self._database.execute(
                    "INSERT INTO places VALUES (?, ?)", (str(session), str(draft))
                )
            return session, self.ticket(session)

    def ticket(self, session: UUID) -> str:
        """Gives a ticket for a session."""
        ticket = ids.new_token()
        self.tickets[ticket] = session
        return ticket

    def open_draft(self, texts: int) -> tuple[UUID, list[UUID]]:
        """Opens a draft with empty texts."""
        with self.lock:
            draft = ids.new_id()
            self.drafts[draft] = 0
            names = [ids.new_id() for _ in range(texts)]
            self.texts.update({name: Text(draft) for name in names})
            return draft, names

    # The desk -------------------------------------------------------------------------------------

    def apply_all(self, edits: Sequence[Edit]) -> list[Stored | Refusal]:
        """Stores edits."""
        time.sleep(self.delay_s)
        with self.lock:
            self.batches.append(len(edits))
            if self._database:
                self._database.execute("BEGIN IMMEDIATE")
            answers: list[Stored | Refusal] = []
            for edit in edits:
                try:
                    answers.append(self._store(edit))
                except Refusal as refusal:
                    answers.append(refusal)
            if self._database:
                self._database.execute("COMMIT")
            return answers

    def _store(self, edit: Edit) -> Stored:
        person = self._person(edit.session, edit.draft)
        if not person.may_edit:
            raise NotAllowed
        before = self.stored.get(edit.id)
        if before is not None:
            first, stored = before
            if first != edit:
                raise Conflict
            return Stored(
                stored.draft,
                stored.id,
                stored.parts,
                stored.at,
                stored.by_name,
                stored.by_delegation,
                repeated=True,
            )
        text = self.texts.get(edit.text)
        if text is None or text.draft != edit.draft:
            raise NotFound
        if edit.base > len(text.entries):
            raise Malformed
        change = edit.change
        for entry in text.entries[edit.base :]:
            change = transform(entry.change, change, first=True)
        text.content = apply(text.content, change)
        at = clock.now()
        part = Part(edit.text, len(text.entries) + 1, change)
        text.entries.append(Missed(edit.text, part.version, change, edit.id, at, "Mexico"))
        if self._database:
            self._database.execute(
                "INSERT INTO changes VALUES (?, ?, ?, ?)",
                (str(edit.id), str(edit.text), part.version, str(to_json(change))),
            )
        stored = Stored(edit.draft, edit.id, (part,), at, person.name, "Mexico", repeated=False)
        self.stored[edit.id] = (edit, stored)
        return stored

    def catch_up(self, session: UUID, draft: UUID, seq: int, texts: Mapping[UUID, int]) -> CatchUp:
        """Gives what was missed."""
        with self.lock:
            self._person(session, draft)
            if self.drafts[draft] != seq:
                return CatchUp(reload=True)
            return CatchUp(
                reload=False,
                changes=tuple(
                    entry
                    for name, version in texts.items()
                    if name in self.texts and self.texts[name].draft == draft
                    for entry in self.texts[name].entries[version:]
                ),
            )

    def admit(self, session: UUID, draft: UUID) -> Admitted:
        """Admits."""
        time.sleep(self.delay_s)
        with self.lock:
            person = self._person(session, draft)
            return Admitted(
                person.id,
                person.name,
                "Mexico",
                Role.DELEGATE,
                None,
                person.may_edit,
                self.drafts[draft],
            )

    def working_texts(self, draft: UUID, texts: Collection[UUID]) -> Collection[UUID]:
        """Takes every text for a paragraph."""
        return texts

    def redeem_ticket(self, ticket: str) -> UUID:
        """Spends a ticket."""
        with self.lock:
            session = self.tickets.pop(ticket, None)
            if session is None or session not in self.sessions:
                raise NotSignedIn
            return session

    def thing_for(
        self, draft: UUID, kind: str, thing: UUID, sessions: Collection[UUID]
    ) -> Mapping[UUID, Mapping[str, Any]]:
        """Shows a thread, a proposal or a position to those who may edit alone."""
        with self.lock:
            return {
                session: {"id": str(thing), "for": person.name}
                for session in sessions
                if (person := self.sessions.get(session))
                and person.may_edit
                and draft in person.drafts
            }

    def _person(self, session: UUID, draft: UUID) -> Person:
        if self._database:
            self._database.execute(
                "SELECT 1 FROM places WHERE session = ? AND draft = ?", (str(session), str(draft))
            ).fetchone()
        person = self.sessions.get(session)
        if person is None:
            raise NotSignedIn
        if draft not in person.drafts:
            raise NotFound
        return person


def _open(path: str) -> Any:
    database = pysqlite3.connect(path, check_same_thread=False, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE places (session TEXT, draft TEXT, PRIMARY KEY (session, draft))",
        "CREATE TABLE changes (id TEXT PRIMARY KEY, text TEXT, version INTEGER, ops TEXT)",
    ):
        database.execute(statement)
    return database
