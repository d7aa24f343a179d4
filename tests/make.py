"""Builders of valid things: a draft with people at its table, edits, texts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from drafting.config import Config
from drafting.rules.roles import Actor, Role
from drafting.services import deeds, drafts, editing, people
from drafting.services import sessions as browser_sessions
from drafting.services.editing import Edit, Stored
from drafting.store import people as kept_people
from drafting.store.work import Store
from drafting.text.changes import Builder, Change, from_json, note, plain, text_from_json, text_of
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution

CONFIG = Config(database_url="", argon2_memory_kib=64, argon2_passes=1)
"""Settings for tests: passwords are hashed cheaply."""


def opening(verb: str, rest: str) -> Change:
    """Gives a paragraph's words with an italic opening."""
    return Builder().insert(verb, italic=True).insert(rest).change()


SMALL = Resolution(
    Masthead(number="75/900", title="Safety of lighthouses", symbol="A/RES/75/900"),
    (
        Paragraph(Kind.FORMULA, opening("The General Assembly", ",")),
        Paragraph(
            Kind.PREAMBULAR, opening("Recalling", " its resolution 74/900 of 12 December 2019,")
        ),
        Paragraph(
            Kind.PREAMBULAR,
            Builder()
            .insert("Mindful", italic=True)
            .insert(" of the keepers")
            .insert(note("Resolution 70/900."))
            .insert(" and of all who sail by their light,")
            .change(),
        ),
        Paragraph(Kind.PREAMBULAR, opening("Noting", " that 12 coasts are lit,")),
        Paragraph(
            Kind.OPERATIVE, opening("Urges", " all coastal States to keep their lights burning;")
        ),
        Paragraph(Kind.OPERATIVE, opening("Requests", " the keepers to report on:")),
        Paragraph(Kind.SUB, text_of("The oil used;"), 1),
        Paragraph(Kind.SUB, text_of("The ships seen;"), 1),
        Paragraph(Kind.OPERATIVE, opening("Decides", " to return to the matter.")),
    ),
)
"""A resolution of our own: three preambular paragraphs, three operative, two sub-paragraphs."""


@dataclass
class Table:
    """A draft and the people at its table."""

    store: Store
    draft_id: uuid.UUID
    sessions: dict[str, uuid.UUID]
    tokens: dict[str, str]

    def actor(self, name: str) -> Actor:
        """Gives a person as they stand now."""
        with self.store.reading() as w:
            return people.actor(w, self.sessions[name], self.draft_id)

    def state(self, name: str = "penholder") -> dict[str, Any]:
        """Gives the draft as a person sees it."""
        with self.store.reading() as w:
            return drafts.state(w, people.actor(w, self.sessions[name], self.draft_id))

    def labels(self) -> list[str]:
        """Gives the labels of the working text, deleted ones marked."""
        return [
            p["label"] + (" [deleted]" if p["deleted"] else "") for p in self.state()["paragraphs"]
        ]

    def id(self, label: str) -> uuid.UUID:
        """Gives the paragraph that is called so now."""
        return next(uuid.UUID(p["id"]) for p in self.state()["paragraphs"] if p["label"] == label)

    def version(self, label: str) -> int:
        """Gives the version of a paragraph's text."""
        return next(p["version"] for p in self.state()["paragraphs"] if p["label"] == label)

    def words(self, label: str) -> str:
        """Gives a paragraph's words."""
        return next(
            plain(text_from_json(p["ops"]))
            for p in self.state()["paragraphs"]
            if p["label"] == label
        )

    def edit(
        self,
        label: str,
        ops: list[dict[str, Any]],
        *,
        by: str = "penholder",
        base: int | None = None,
        edit_id: uuid.UUID | None = None,
    ) -> Any:
        """Edits a paragraph and gives the answer."""
        text_id = self.id(label)
        edit = Edit(
            session=self.sessions[by],
            draft=self.draft_id,
            text=text_id,
            id=edit_id or uuid.uuid4(),
            base=self.version(label) if base is None else base,
            change=from_json(ops),
        )
        (answer,) = editing.apply_all(self.store, [edit])
        return answer

    def typed(self, label: str, words: str, at: int, **more: Any) -> Stored:
        """Inserts words and gives what was stored."""
        answer = self.edit(
            label, [{"retain": at}, {"insert": words}] if at else [{"insert": words}], **more
        )
        assert isinstance(answer, Stored), answer
        return answer

    def do(self, kind: str, *, by: str = "penholder", **fields: Any) -> dict[str, Any]:
        """Does a deed and gives its event."""
        values = {k: str(v) if isinstance(v, uuid.UUID) else v for k, v in fields.items()}
        with self.store.work() as w:
            actor = people.actor(w, self.sessions[by], self.draft_id)
            return deeds.do(w, actor, uuid.uuid4(), {"kind": kind, **values})


PEOPLE: dict[str, tuple[Role, str | None]] = {
    "penholder": (Role.PRESIDENCY, "GBR"),
    "adviser": (Role.PRESIDENCY, "GBR"),
    "secretariat": (Role.SECRETARIAT, None),
    "mexico_head": (Role.HEAD, "MEX"),
    "mexico": (Role.DELEGATE, "MEX"),
    "mexico_capital": (Role.CAPITAL, "MEX"),
    "chile": (Role.DELEGATE, "CHL"),
    "chile_head": (Role.HEAD, "CHL"),
    "icrc": (Role.OBSERVER, "ICRC"),
}
"""Everybody at the table of tests: at least one of each role."""


def table(store: Store, resolution: Resolution = SMALL) -> Table:
    """Makes a draft with everybody at its table, each signed in."""
    with store.work() as w:
        draft = drafts.open_draft(w, resolution)
        sessions, tokens = {}, {}
        for name, (role, key) in PEOPLE.items():
            person = people.new_person(
                w,
                name=name.replace("_", " ").title(),
                email=f"{name}@example.org",
                password_hash=None,
                opens_drafts=role is Role.PRESIDENCY,
            )
            delegation = None if key is None else kept_people.delegation_by_key(w, key)
            people.give_place(
                w,
                draft_id=draft.id,
                person_id=person.id,
                role=role,
                delegation_id=None if delegation is None else delegation.id,
            )
            tokens[name] = browser_sessions.begin(w, CONFIG, person.id, "test")
            w.session.flush()
            sessions[name] = browser_sessions.signed_in(w, CONFIG, tokens[name]).session_id
        return Table(store, draft.id, sessions, tokens)
