"""A table at which people negotiate: proposals, positions and agreement in a line each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from drafting.rules.agreement import Agreement
from drafting.rules.audiences import AudienceKind
from drafting.rules.positions import Certainty, Met, Outcome, Weight
from drafting.rules.proposals import Circle
from drafting.services import (
    acceptance,
    agreement,
    overlays,
    people,
    positions,
    proposals,
    proposing,
    versions,
)
from drafting.services.editing import Edit, apply_all
from drafting.store import people as kept_people
from drafting.text.changes import from_json, plain, text_from_json, to_json
from drafting.text.proposal import ProposalKind
from tests.make import Table

Shown = dict[str, Any]


@dataclass
class Negotiation:
    """What people do at a table."""

    table: Table

    def run(self, who: str, what: Any) -> Any:
        """Does something as somebody, in one transaction."""
        with self.table.store.work() as w:
            return what(w, people.actor(w, self.table.sessions[who], self.table.draft_id))

    def delegation(self, key: str) -> uuid.UUID:
        """Gives a delegation by its key."""
        with self.table.store.reading() as w:
            return kept_people.delegation_by_key(w, key).id

    def begin(self, who: str, label: str | None, kind: str = "amend", **fields: Any) -> uuid.UUID:
        """Begins a proposal to the paragraph that is called so; gives its id."""
        begun = proposing.Begun(
            ProposalKind(kind), None if label is None else self.table.id(label), **fields
        )
        return uuid.UUID(
            self.run(who, lambda w, a: proposals.begin(w, a, uuid.uuid4(), begun))["id"]
        )

    def wording(self, label: str, old: str, new: str) -> list[dict[str, Any]]:
        """Gives a paragraph's words with some of them replaced; italics stay at the beginning."""
        ops = next(p["ops"] for p in self.table.state()["paragraphs"] if p["label"] == label)
        said = plain(text_from_json(ops))
        at = said.index(old)
        change = [{"retain": at}] if at else []
        if new:
            change.append({"insert": new})
        if old:
            change.append({"delete": len(old)})
        from drafting.text.changes import apply

        return to_json(apply(text_from_json(ops), from_json(change)))

    def amend(
        self, who: str, label: str, old: str, new: str, circle: str | None = "everyone"
    ) -> uuid.UUID:
        """Proposes other words, and puts that forward unless `circle` is None."""
        found = self.begin(who, label, ops=self.wording(label, old, new))
        if circle is not None:
            self.circulate(who, found, circle)
        return found

    def circulate(self, who: str, proposal: uuid.UUID, circle: str = "everyone") -> Shown:
        """Puts a proposal forward."""
        return self.run(who, lambda w, a: proposals.circulate(w, a, proposal, Circle(circle)))

    def type(self, who: str, proposal: uuid.UUID, ops: list[dict[str, Any]], base: int) -> Any:
        """Types in a proposal, and gives what was stored or why it was not."""
        edit = Edit(
            self.table.sessions[who],
            self.table.draft_id,
            proposal,
            uuid.uuid4(),
            base,
            from_json(ops),
        )
        return apply_all(self.table.store, [edit])[0]

    def accept(
        self, label: str | None, *ids: uuid.UUID, who: str = "penholder", **more: Any
    ) -> Shown:
        """Accepts proposals to a paragraph as it stands now."""
        fields = {
            "paragraph_id": None if label is None else self.table.id(label),
            "version": None if label is None else self.table.version(label),
            "proposal_ids": ids,
            "ops": None,
            "reason": "",
        } | more
        deed = fields.pop("deed_id", None) or uuid.uuid4()
        return self.run(who, lambda w, a: acceptance.accept(w, a, deed, **fields))

    def shown(self, who: str, proposal: uuid.UUID) -> Shown:
        """Gives a proposal whole, as somebody sees it."""
        return self.run(who, lambda w, a: proposals.detail(w, a, proposal))

    def sees(self, who: str) -> list[str]:
        """Gives the ids of the proposals that somebody sees."""
        return [p["id"] for p in self.table.state(who)["proposals"]]

    def overlay(self, who: str, label: str, *ids: uuid.UUID) -> Shown:
        """Lays proposals into a paragraph."""
        paragraph = self.table.id(label)
        return self.run(who, lambda w, a: overlays.overlay(w, a, paragraph, ids))

    def reconciliation(self, label: str) -> Shown:
        """Gives what is to be looked at in a paragraph."""
        paragraph = self.table.id(label)
        return self.run("penholder", lambda w, a: acceptance.reconciliation(w, a, paragraph))

    def take(
        self,
        who: str,
        on: str | uuid.UUID,
        stance: str = "retain",
        *,
        audience: str = "everyone",
        certainty: str = "preliminary",
        weight: str | None = None,
        remark: str = "",
        aligns_with: uuid.UUID | None = None,
        follows: bool = False,
    ) -> Shown:
        """Takes a position on a paragraph (its label) or a proposal (its id)."""
        taken = positions.Taken(
            self.table.id(on) if isinstance(on, str) else None,
            None if isinstance(on, str) else on,
            stance,
            None if weight is None else Weight(weight),
            Certainty(certainty),
            remark,
            AudienceKind(audience),
            aligns_with,
            follows,
        )
        return self.run(who, lambda w, a: positions.take(w, a, taken))

    def stances(self, who: str) -> list[tuple[str, str, str]]:
        """Gives the positions that somebody sees: whose, on what, what they come to."""
        return [
            (p["delegation"]["name"], p["label"], p["effective"])
            for p in self.table.state(who)["positions"]
        ]

    def mark(self, who: str, position: uuid.UUID, mark: str) -> Shown:
        """Says what became of a position."""
        return self.run(who, lambda w, a: positions.mark(w, a, position, Met(mark)))

    def answer(
        self, position: uuid.UUID, outcome: str, reason: str = "", audience: str = "presidency"
    ) -> Shown:
        """Answers a position."""
        return self.run(
            "penholder",
            lambda w, a: positions.respond(
                w, a, position, Outcome(outcome), reason, AudienceKind(audience)
            ),
        )

    def seal(self, name: str) -> Shown:
        """Seals the working text."""
        return self.run("penholder", lambda w, a: versions.seal(w, a, name, ""))

    def say(self, label: str, state: str, **more: Any) -> Shown:
        """Says how far a paragraph is agreed."""
        said = agreement.Said(self.table.id(label), Agreement(state), **more)
        return self.run("penholder", lambda w, a: agreement.say(w, a, said))["agreement"]
