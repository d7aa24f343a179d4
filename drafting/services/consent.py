"""Consent follows the words: what changed since a version, technical or substantive.

A paragraph's change between two versions is what a person last said it is. Otherwise it is
substantive when any step of the way was, by a person's word on that step or by the tool's
suggestion.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from uuid import UUID

from drafting.services import deeds
from drafting.services.homes import Ground
from drafting.store import technical as kept_technical
from drafting.store import versions as kept
from drafting.store.tables import Version
from drafting.store.work import Work
from drafting.text import technical
from drafting.text.changes import text_from_json
from drafting.text.redline import redline
from drafting.text.resolution import Kind, Paragraph
from drafting.text.tracked import Piece, State

SUBSTANTIVE, TECHNICAL = "substantive", "technical"


@dataclass(frozen=True, slots=True)
class Changed:
    """A paragraph that is not as it was."""

    paragraph_id: UUID
    label: str
    """Its label now; what it was called when it is gone."""
    gone: bool
    nature: str
    """technical or substantive."""
    pieces: tuple[Piece, ...]
    """Its redline, without authors."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two texts, in the order of the redline."""

    changed: tuple[Changed, ...] = ()

    @property
    def substantive(self) -> tuple[Changed, ...]:
        """Gives the paragraphs whose substance changed."""
        return tuple(one for one in self.changed if one.nature == SUBSTANTIVE)

    @property
    def is_settled(self) -> bool:
        """Tells whether nobody need be asked again."""
        return not self.substantive

    def of(self, paragraph_id: UUID) -> Changed | None:
        """Gives what became of one paragraph; None when it is as it was."""
        return next((one for one in self.changed if one.paragraph_id == paragraph_id), None)


NO_DIFFERENCE = Difference()


@dataclass(frozen=True, slots=True)
class _Side:
    key: object
    """What the text is known by where it can never be another."""
    paragraphs: list[Paragraph]
    labels: list[str]


class _Compared:
    """What was compared before: the tool's suggestions are costly and never change.

    The texts are read from the store each time, so that nothing is quicker for having been looked
    at by somebody else than the comparison itself.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[object, tuple[Changed, ...]] = OrderedDict()
        self._lock = Lock()

    def between(self, old: _Side, new: _Side) -> tuple[Changed, ...]:
        """Gives what differs, by the tool's own suggestions."""
        key = (old.key, new.key)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = _suggested(old, new)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


_compared = _Compared(most=256)


def _suggested(old: _Side, new: _Side) -> tuple[Changed, ...]:
    made = redline(old.paragraphs, new.paragraphs, old_labels=old.labels, new_labels=new.labels)
    out = []
    for row in made.paragraphs:
        shown = row.new or row.old
        if row.state is State.SAME or shown is None or shown.key is None:
            continue
        nature = technical.verdict(row).kind.value
        if nature in (SUBSTANTIVE, TECHNICAL):
            gone = row.new is None
            label = row.old_label if gone else row.label
            out.append(Changed(UUID(shown.key), label, gone, nature, tuple(row.pieces)))
    return tuple(out)


class Differences:
    """The versions of one draft against each other and against the working text, each read once."""

    def __init__(self, w: Work, draft_id: UUID, ground: Ground) -> None:
        self._w = w
        self._draft_id = draft_id
        self._ground = ground
        self._versions: Sequence[Version] = kept.versions(w, draft_id)
        self._sides: dict[int | None, _Side] = {}
        self._said: dict[tuple[int, int], Mapping[UUID, Any]] = {}

    @property
    def last(self) -> int:
        """Gives the number of the last version."""
        return self._versions[-1].number

    @property
    def versions(self) -> Sequence[Version]:
        """Gives the versions in order."""
        return self._versions

    def name(self, number: int | None) -> dict[str, Any] | None:
        """Gives a version as the API names it."""
        found = next((v for v in self._versions if v.number == number), None)
        return None if found is None else {"number": found.number, "name": found.name}

    def since(self, number: int) -> Difference:
        """Gives what differs between a version and the last."""
        return self.between(number, self.last)

    def between(self, old: int, new: int) -> Difference:
        """Gives what differs between two versions, of which `old` is not the newer."""
        if old >= new:
            return NO_DIFFERENCE
        net = _compared.between(self._side(old), self._side(new))
        return Difference(tuple(self._judged(one, old, new) for one in net))

    def working(self, old: int) -> Difference:
        """Gives what differs between a version and the working text."""
        net = _compared.between(self._side(old), self._side(None))
        last = self.last
        return Difference(
            tuple(self._judged(one, old, last) if self._as_sealed(one) else one for one in net)
        )

    def _as_sealed(self, one: Changed) -> bool:
        """Tells whether a paragraph says in the working text what it says in the last version."""
        since = _compared.between(self._side(self.last), self._side(None))
        return all(other.paragraph_id != one.paragraph_id for other in since)

    def _judged(self, one: Changed, old: int, new: int) -> Changed:
        said = self._verdict(old, new, one.paragraph_id)
        if said is None and new - old > 1:
            said = self._on_the_way(one, old, new)
        if said is None or said == one.nature:
            return one
        return replace(one, nature=said)

    def _on_the_way(self, one: Changed, old: int, new: int) -> str | None:
        """Gives what a change is by its steps from version to version; None when none touched it."""
        natures = []
        for number in range(old, new):
            found = Difference(_compared.between(self._side(number), self._side(number + 1))).of(
                one.paragraph_id
            )
            if found is not None:
                natures.append(self._verdict(number, number + 1, one.paragraph_id) or found.nature)
        if not natures:
            return None
        return SUBSTANTIVE if SUBSTANTIVE in natures else TECHNICAL

    def _verdict(self, old: int, new: int, paragraph_id: UUID) -> str | None:
        if (old, new) not in self._said:
            self._said[old, new] = kept_technical.verdicts(self._w, self._draft_id, old, new)
        said = self._said[old, new].get(paragraph_id)
        return None if not said else said[-1].nature

    def _side(self, number: int | None) -> _Side:
        if number not in self._sides:
            self._sides[number] = self._working() if number is None else self._sealed(number)
        return self._sides[number]

    def _sealed(self, number: int) -> _Side:
        version = next(v for v in self._versions if v.number == number)
        rows = kept.paragraphs(self._w, version.id)
        return _Side(
            (version.id, version.hash),
            [
                Paragraph(Kind(r.kind), text_from_json(r.content), r.level, str(r.paragraph_id))
                for r in rows
            ],
            [r.label for r in rows],
        )

    def _working(self) -> _Side:
        rows = [p for p in self._ground.order if not p.deleted]
        labels = deeds.labels(self._ground.order)
        return _Side(
            tuple((p.id, p.kind, p.level, labels[p.id], self._ground.version(p.id)) for p in rows),
            [Paragraph(Kind(p.kind), self._ground.words(p.id), p.level, str(p.id)) for p in rows],
            [labels[p.id] for p in rows],
        )
