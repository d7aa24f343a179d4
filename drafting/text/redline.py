"""One text against another, paragraph by paragraph: the redline of a resolution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from drafting.errors import Malformed
from drafting.text.authorship import CreditedChange, credited_pieces, result_of
from drafting.text.changes import EMPTY, Change
from drafting.text.diff import marked, pieces
from drafting.text.lineage import Match, in_place, in_reading_order, match
from drafting.text.resolution import Paragraph
from drafting.text.tracked import Credit, Mark, Piece, Redline, RedlineParagraph, State


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose the differences are, as far as it is known; by paragraph key."""

    everything: Credit | None = None
    """For every difference that nothing below tells of."""
    paragraphs: Mapping[str, Credit] = field(default_factory=dict)
    """Who inserted, deleted or moved a paragraph as a whole."""
    changes: Mapping[str, Sequence[CreditedChange]] = field(default_factory=dict)
    """The changes made to a paragraph's text since the old one, in order (since nothing, for a
    paragraph inserted since). Where they do not lead from the old words to the new, they are not
    believed, and the differences are everybody's."""
    moved: AbstractSet[str] = frozenset()
    """What somebody has moved: of two that changed places it tells which."""


NOBODY = Attribution()


def redline(
    old: Sequence[Paragraph],
    new: Sequence[Paragraph],
    *,
    old_labels: Sequence[str],
    new_labels: Sequence[str],
    attribution: Attribution = NOBODY,
) -> Redline:
    """Gives the redline of `new` against `old`; labels stand in the order of the paragraphs.

    A paragraph counts as moved only when it is out of the order that the others keep: those that
    nobody is known to have moved, and else most.
    """
    pairs = match(old, new)
    return between(
        pairs, old, new, old_labels=old_labels, new_labels=new_labels, attribution=attribution
    )


def between(
    pairs: Sequence[Match],
    old: Sequence[Paragraph],
    new: Sequence[Paragraph],
    *,
    old_labels: Sequence[str],
    new_labels: Sequence[str],
    attribution: Attribution = NOBODY,
    moved: AbstractSet[int] | None = None,
) -> Redline:
    """Gives the redline for pairs that are known; `moved` are the new places of what has moved.

    Where that is not known, a paragraph counts as moved as `redline` says.
    """
    found = {place: was for was, place in pairs if was is not None and place is not None}
    if moved is None:
        named = {place for place in found if (new[place].key or "") in attribution.moved}
        steady = in_place(found, named)
    else:
        steady = set(found) - moved
    rows = in_reading_order(found, len(old), len(new), steady)
    behind = _stood_behind(rows, steady)
    out: list[RedlineParagraph] = []
    for was, place in rows:
        before = None if was is None else old[was]
        after = None if place is None else new[place]
        elsewhere = was is not None and place is not None and place not in steady
        state, inside = _compared(before, after, attribution)
        out.append(
            RedlineParagraph(
                state=State.MOVED if elsewhere else state,
                old=before,
                new=after,
                pieces=inside,
                old_label="" if was is None else old_labels[was],
                label="" if place is None else new_labels[place],
                credit=_whose(after or before, attribution)
                if elsewhere or state in {State.INSERTED, State.DELETED}
                else None,
                old_after=behind[was] if elsewhere and was is not None else None,
                old_place=was,
            )
        )
    return Redline(tuple(out))


def _stood_behind(rows: Sequence[Match], steady: set[int]) -> dict[int, int]:
    """Gives for each old place the index of the nearest row before it that kept its place."""
    index = {was: at for at, (was, _) in enumerate(rows) if was is not None}
    out: dict[int, int] = {}
    last = -1
    for was in sorted(index):
        out[was] = last
        place = rows[index[was]][1]
        if place is None or place in steady:
            last = index[was]
    return out


def _compared(
    before: Paragraph | None, after: Paragraph | None, attribution: Attribution
) -> tuple[State, tuple[Piece, ...]]:
    if before is None and after is not None:
        known = _by_author(EMPTY, after, attribution)
        whose = _whose(after, attribution)
        return State.INSERTED, known or marked(after.text, Mark.INSERT, whose)
    if after is None and before is not None:
        return State.DELETED, marked(before.text, Mark.DELETE, _whose(before, attribution))
    if before is None or after is None:
        raise AssertionError
    inside = _by_author(before.text, after, attribution)
    if not inside:
        inside = credited(pieces(before.text, after.text), attribution.everything)
    alike = all(_kept(piece) for piece in inside)
    same = alike and (before.kind, before.level) == (after.kind, after.level)
    return State.SAME if same else State.CHANGED, inside


def _by_author(
    before: Change, after: Paragraph, attribution: Attribution
) -> tuple[Piece, ...] | None:
    changes = attribution.changes.get(after.key or "")
    if not changes:
        return None
    try:
        if result_of(before, changes) != after.text:
            return None
    except Malformed:
        return None
    return credited_pieces(before, changes)


def _whose(paragraph: Paragraph | None, attribution: Attribution) -> Credit | None:
    key = paragraph.key if paragraph is not None else None
    return attribution.paragraphs.get(key or "", attribution.everything)


def credited(of: Sequence[Piece], credit: Credit | None) -> tuple[Piece, ...]:
    """Gives pieces with one credit for every difference, also those inside of footnotes."""
    return tuple(
        Piece(
            piece.mark,
            piece.text,
            None if piece.note is None else credited(piece.note, credit),
            piece.italic,
            None if piece.mark is Mark.KEEP else credit,
        )
        for piece in of
    )


def _kept(piece: Piece) -> bool:
    return piece.mark is Mark.KEEP and all(_kept(inner) for inner in piece.note or ())
