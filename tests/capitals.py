"""A table at which States sponsor, ask their capitals and vote: each deed in a line."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from drafting.rules.instructions import Shown, Subject
from drafting.rules.outlook import Level, Vote
from drafting.rules.sponsors import Capacity, Condition, Reach, Step
from drafting.services import (
    board,
    conditions,
    instructions,
    mine,
    outlook,
    record,
    sponsor_call,
    sponsors,
    sponsors_seen,
    technical,
    versions,
)
from drafting.services.sponsor_call import Terms, Wall
from drafting.store import people as kept_people
from tests.make import Table

Seen = dict[str, Any]


@dataclass
class Capitals:
    """What people do at a table about sponsors, capitals and the vote."""

    table: Table

    def key(self, code: str) -> uuid.UUID:
        """Gives a delegation's id."""
        with self.table.store.reading() as w:
            found = kept_people.delegation_by_key(w, code)
        assert found is not None
        return found.id

    def step(self, by: str, step: str, *states: str, **more: Any) -> Seen:
        """Takes a step: of one's own, or of the States named; gives the (first) sponsorship."""
        asked = sponsors.Asked(
            Step(step),
            **{
                name: {"capacity": Capacity, "reach": Reach}.get(name, lambda v: v)(value)
                for name, value in more.items()
            },
        )
        chosen = [self.key(one) for one in states] or None
        with self.table.store.work() as w:
            return sponsors.take(w, self.table.actor(by), chosen, asked)[0]

    def bind(self, by: str, kind: str, label: str = "", state: str = "", reach: str = "") -> Seen:
        """Binds a sponsorship to a condition."""
        bound = conditions.Bound(
            Condition(kind),
            self.table.id(label) if label else None,
            None,
            "",
            Reach(reach) if reach else None,
        )
        with self.table.store.work() as w:
            return conditions.bind(
                w, self.table.actor(by), self.key(state) if state else None, bound
            )

    def lift(self, by: str, condition: str) -> Seen:
        """Lifts a condition."""
        with self.table.store.work() as w:
            return conditions.lift(w, self.table.actor(by), uuid.UUID(condition))

    def view(self, who: str) -> Seen:
        """Gives the sponsors as somebody sees them."""
        with self.table.store.reading() as w:
            return sponsors_seen.view(w, self.table.actor(who))

    def own(self, who: str) -> Seen:
        """Gives the own delegation's sponsorship as somebody sees it."""
        shown: Seen = self.view(who)["own"]
        return shown

    def row(self, who: str, code: str) -> Seen:
        """Gives a State's row as somebody sees it."""
        with self.table.store.reading() as w:
            return board.rows(w, self.table.actor(who), [self.key(code)])[0]

    def board(self, who: str = "penholder", on: date | None = None) -> Seen:
        """Gives the board."""
        with self.table.store.reading() as w:
            return board.page(w, self.table.actor(who), on)

    def state(self, who: str, code: str) -> Seen:
        """Gives all that is kept of a State."""
        with self.table.store.reading() as w:
            return board.state(w, self.table.actor(who), self.key(code))

    def sealing(self) -> Seen:
        """Gives what sealing now would do."""
        with self.table.store.reading() as w:
            return conditions.sealing(w, self.table.actor("penholder"))

    def seal(self, name: str) -> None:
        """Seals a version."""
        with self.table.store.work() as w:
            versions.seal(w, self.table.actor("penholder"), name, "")

    def judge(self, from_: int, to: int, label: str, nature: str) -> None:
        """Says what a paragraph's change is."""
        paragraph = self.table.id(label)
        with self.table.store.work() as w:
            technical.judge(
                w,
                self.table.actor("penholder"),
                from_=from_,
                to=to,
                paragraph_id=paragraph,
                nature=nature,
            )

    def ask(self, by: str, subject: str, label: str = "", **more: Any) -> Seen:
        """Records what was asked of the capital."""
        asked = instructions.Asked(
            Subject(subject),
            self.table.id(label) if label else None,
            None,
            None,
            more.get("due"),
            "",
            more.get("words", "What shall we say?"),
            Shown(more.get("shown", "nothing")),
            more.get("until"),
        )
        with self.table.store.work() as w:
            return instructions.ask(w, self.table.actor(by), asked)

    def go_on(self, by: str, instruction: Seen, step: str, **more: Any) -> Seen:
        """Records what became of an instruction."""
        with self.table.store.work() as w:
            return instructions.go_on(
                w,
                self.table.actor(by),
                uuid.UUID(instruction["id"]),
                instructions.Next(step, **more),
            )

    def mine(self, who: str) -> Seen:
        """Gives a delegation's own page."""
        with self.table.store.reading() as w:
            return mine.page(w, self.table.actor(who))

    def read(self, who: str, version: int) -> None:
        """Says that a version was read."""
        with self.table.store.work() as w:
            mine.note_read(w, self.table.actor(who), version)

    def call(self, *, listed: bool = False, **more: Any) -> None:
        """Sets how sponsors are sought."""
        wall = {
            name: Wall(more[name], more.get("zone", "Europe/Zurich")) if name in more else None
            for name in ("deadline", "closes")
        }
        with self.table.store.work() as w:
            sponsor_call.say(
                w,
                self.table.actor("penholder"),
                Terms(more.get("mode", "open"), "", listed=listed, **wall),
            )

    def expect(self, code: str, vote: str | None, **more: Any) -> None:
        """Expects something against the record."""
        expects = outlook.Expects(
            self.key(code),
            more.get("paragraph"),
            None if vote is None else Vote(vote),
            more.get("reason", "Their ambassador said so."),
            more.get("source", "A talk in Geneva"),
            Level(more.get("confidence", "medium")),
        )
        with self.table.store.work() as w:
            outlook.override(w, self.table.actor("penholder"), expects)

    def outlook(
        self, who: str = "penholder", part: uuid.UUID | None = None, like: str = ""
    ) -> Seen:
        """Gives the outlook."""
        with self.table.store.reading() as w:
            return outlook.page(w, self.table.actor(who), part, like)

    def record(self, deed: str, by: str = "penholder", **more: Any) -> Seen:
        """Does a deed of the record and gives the record."""
        with self.table.store.work() as w:
            actor = self.table.actor(by)
            match deed:
                case "add":
                    record.add(w, actor, record.Earlier(**more))
                case "table":
                    record.table(w, actor, **more)
                case "vote":
                    record.vote(w, actor, record.Voted(**more))
                case "adopt":
                    record.adopt(w, actor, **more)
            return record.page(w, actor)
