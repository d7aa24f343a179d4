"""What is looked up of a draft's sponsors, once for all and for everyone they are shown to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from drafting.rules.roles import Actor, Role
from drafting.rules.sponsors import (
    COMMITTED,
    STATE_WORDS,
    Capacity,
    Condition,
    Reach,
    Standing,
    State,
    Step,
    Taken,
    fold,
    may_see,
)
from drafting.services import homes
from drafting.services.consent import Difference, Differences
from drafting.services.homes import Ground
from drafting.store import people as kept_people
from drafting.store import sponsors as kept
from drafting.store import versions as kept_versions
from drafting.store.tables import Delegation, SponsorCondition, SponsorStep
from drafting.store.work import Work


class Looked:
    """What is looked up once, for all delegations and for everyone they are shown to."""

    def __init__(self, w: Work, draft_id: UUID, ground: Ground | None = None) -> None:
        self._w = w
        self.draft_id = draft_id
        self.ground = ground or homes.ground(w, draft_id)
        self.differences = Differences(w, draft_id, self.ground)
        self.steps = kept.steps(w, draft_id)
        self.conditions = kept.conditions(w, draft_id)
        self.delegations: dict[UUID, Delegation] = {d.id: d for d in kept_people.delegations(w)}
        self.names = kept_people.short_names(w)
        self.seats = kept_people.seats(w, draft_id)

    def seen(self, actor: Actor, delegation_id: UUID) -> list[SponsorStep]:
        """Gives a delegation's steps as far as a person sees them, in order."""
        return [
            s
            for s in self.steps.get(delegation_id, [])
            if may_see(actor, Reach(s.reach), delegation_id)
        ]

    def standing(self, actor: Actor, delegation_id: UUID) -> Standing:
        """Gives what a delegation's steps come to, as far as a person sees them."""
        return self._standing(delegation_id, self.seen(actor, delegation_id))

    def on_the_board(self, delegation_id: UUID, *more: SponsorStep) -> Standing:
        """Gives what the steps, and more, come to that the whole board sees: what is printed and listed."""
        rows = [*self.steps.get(delegation_id, []), *more]
        return self._standing(delegation_id, [s for s in rows if s.reach == Reach.BOARD])

    def _standing(self, delegation_id: UUID, steps: list[SponsorStep]) -> Standing:
        """Gives what steps come to; the State whose presidency seals versions stands by the last."""
        found = fold(taken(steps))
        if found.state in COMMITTED and self.seals(delegation_id):
            return replace(found, version=self.differences.last)
        return found

    def seals(self, delegation_id: UUID) -> bool:
        """Tells whether a delegation's people are the presidency, which seals the versions."""
        return (delegation_id, Role.PRESIDENCY) in self.seats

    def since(self, standing: Standing) -> Difference | None:
        """Gives what changed since the version a delegation stands by; None when it stands by none."""
        if standing.state not in COMMITTED or standing.version is None:
            return None
        return self.differences.since(standing.version)

    def is_settled(self, standing: Standing) -> bool:
        """Tells whether a delegation need not be asked again."""
        found = self.since(standing)
        return found is None or found.is_settled

    def label(self, condition: SponsorCondition) -> str:
        """Gives what a condition's paragraph is called now, or was."""
        if condition.paragraph_id is None:
            return ""
        return self.ground.label(condition.paragraph_id) or condition.label

    def holds(self, condition: SponsorCondition, standing: Standing) -> bool:
        """Tells whether the working text keeps to a condition.

        Whoever stood by a later version has taken that version's words as they are.
        """
        base = max(condition.version_number, standing.version or 0)
        paragraph_id = condition.paragraph_id
        if paragraph_id is None:
            return self.differences.working(base).is_settled
        stands = self.ground.stands(self.ground.home(paragraph_id))
        match Condition(condition.kind):
            case Condition.UNCHANGED:
                found = self.differences.working(base).of(paragraph_id)
                return found is None or found.nature != "substantive"
            case Condition.STAYS:
                return stands or not self._in_version(base, paragraph_id)
            case _:
                given_up = base > condition.version_number and self._in_version(base, paragraph_id)
                return not stands or given_up

    def _in_version(self, number: int, paragraph_id: UUID) -> bool:
        return (number, paragraph_id) in self._sealed

    @cached_property
    def _sealed(self) -> set[tuple[int, UUID]]:
        return {
            (version.number, row.paragraph_id)
            for version in self.differences.versions
            for row in kept_versions.paragraphs(self._w, version.id)
        }


def taken(steps: Iterable[SponsorStep]) -> list[Taken]:
    """Gives steps as the fold needs them."""
    return [
        Taken(
            s.id,
            Step(s.step),
            Capacity(s.capacity),
            s.version_number,
            s.on,
            s.at,
            s.corrects_id,
        )
        for s in steps
    ]


def named(looked: Looked, delegation_id: UUID) -> dict[str, Any]:
    """Gives a delegation as the API names it."""
    return {
        "id": str(delegation_id),
        "key": looked.delegations[delegation_id].key,
        "name": looked.names.get(delegation_id, ""),
    }


def brief(looked: Looked, standing: Standing) -> dict[str, Any]:
    """Gives what a sponsorship comes to."""
    settled = looked.is_settled(standing)
    answered = standing.answer is not None and standing.answered == looked.differences.last
    return {
        "state": standing.state.value,
        "words": STATE_WORDS[standing.state],
        "capacity": standing.capacity.value,
        "since": None if standing.since is None else standing.since.isoformat(),
        "version": looked.differences.name(standing.version),
        "settled": settled,
        "answer": "not_yet" if answered and not settled else None,
        "prints": standing.state is State.CONFIRMED and settled,
    }
