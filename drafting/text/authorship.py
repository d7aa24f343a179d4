"""Whose the words are: who inserted what stands, who deleted what stood, and words taken back.

Reckoned from a text and the changes made to it since, one by one: comparing the first text with
the last alone would give a phrase to the wrong delegation (research/documents.md section 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby

from drafting.errors import Malformed
from drafting.text.changes import (
    EMPTY,
    Change,
    Delete,
    Insert,
    Note,
    Op,
    Retain,
    Revise,
    apply,
    length,
    text_length,
)
from drafting.text.diff import Step, Token, pieces, render, steps
from drafting.text.offsets import length_utf16
from drafting.text.tracked import Credit, Mark, Piece

CreditedChange = tuple[Change, Credit]
"""A change and whose it is."""

BLOCK = "\N{FULL BLOCK}"
"""Stands for each unit of words that were taken out of the record."""


def result_of(base: Change, made: Iterable[CreditedChange]) -> Change:
    """Gives the text after the changes, in their order.

    Refuses: Malformed when one does not fit.
    """
    for change, _ in made:
        base = apply(base, change)
    return base


def credited_pieces(base: Change, made: Sequence[CreditedChange]) -> tuple[Piece, ...]:
    """Gives the redline of a text after changes against the text before, and whose each piece is.

    A token is credited to the author of most of its characters, and to the time of that author's
    last hand in it; pieces of one author that follow each other are one. What a redline shows as
    replaced though nobody touched it (a word or two between two differences) goes with its
    neighbours.

    Refuses: Malformed when a change does not fit.
    """
    text = result_of(base, made)
    track = _Track(base)
    for index, (change, _) in enumerate(made):
        track.make(change, index)
    credits_of = _Credits(track, [credit for _, credit in made])
    found = steps(base, text)
    whose = credits_of.of_steps(found)
    rendered: list[Piece] = []
    for step, credit in zip(found, whose, strict=True):
        rendered += _rendered(step, credit, credits_of)
    return tuple(_joined(rendered))


def scrub(changes: Sequence[Change], which: AbstractSet[int], base: Change) -> list[Change]:
    """Gives changes without the words that some of them inserted and that stand no longer.

    For words pasted by mistake. In the changes of these indexes every unit that was inserted and is
    not in the last text becomes BLOCK, in footnotes as well; what stands still, stays. Lengths stay
    as they are, so every other change fits as before and the last text is the same.

    Refuses: Malformed when a change does not fit.
    """
    return _scrubbed(list(changes), which, base, dead=False)


def _scrubbed(
    changes: list[Change], which: AbstractSet[int], base: Change, *, dead: bool
) -> list[Change]:
    track = _Track(base)
    for index, change in enumerate(changes):
        track.make(change, index)
    alive = frozenset() if dead else frozenset(track.ids)
    notes = {
        key: _scrubbed_note(row, which, track.note_base.get(key), dead=key not in alive)
        for key, row in track.revisions.items()
    }
    out = list(changes)
    for index in sorted(which):
        if index < len(changes):
            out[index] = _blotted(changes[index], index, track, alive, notes)
    return out


def _scrubbed_note(
    row: Sequence[tuple[int, Change]],
    which: AbstractSet[int],
    base: Change | None,
    *,
    dead: bool,
) -> dict[int, Change]:
    inside = {at for at, (index, _) in enumerate(row) if index in which}
    made = _scrubbed([change for _, change in row], inside, base or EMPTY, dead=dead)
    return {index: change for (index, _), change in zip(row, made, strict=True)}


def _blotted(
    change: Change,
    index: int,
    track: _Track,
    alive: AbstractSet[int],
    notes: dict[int, dict[int, Change]],
) -> Change:
    ops: list[Op] = []
    for op, keys in zip(change.ops, track.touched[index], strict=True):
        match op:
            case Insert(content=str() as words, italic=italic):
                ops.append(Insert(_blotted_words(words, keys, alive), italic))
            case Insert(content=Note(), italic=italic):
                ops.append(Insert(Note(notes[keys[0]][index]), italic))
            case Revise(italic=italic):
                ops.append(Revise(notes[keys[0]][index], italic))
            case _:
                ops.append(op)
    return Change(tuple(ops))


def _blotted_words(words: str, keys: Sequence[int], alive: AbstractSet[int]) -> str:
    out: list[str] = []
    at = 0
    for character in words:
        units = length_utf16(character)
        out.append(character if keys[at] in alive else BLOCK * units)
        at += units
    return "".join(out)


class _Track:
    """Follows every unit of a text through the changes made to it; each has a key of its own."""

    def __init__(self, base: Change) -> None:
        self.base_units = text_length(base)
        self.ids = list(range(self.base_units))
        self.born: list[int | None] = [None] * self.base_units
        self.gone: dict[int, int] = {}
        self.set_anew: dict[int, int] = {}
        self.revisions: dict[int, list[tuple[int, Change]]] = {}
        self.note_base: dict[int, Change] = {}
        self.touched: list[list[list[int]]] = []
        at = 0
        for op in base.ops:
            if isinstance(op, Insert) and isinstance(op.content, Note):
                self.note_base[at] = op.content.content
            at += length(op)

    def make(self, change: Change, index: int) -> None:
        """Follows one change."""
        ids: list[int] = []
        touched: list[list[int]] = []
        at = 0
        for op in change.ops:
            units = length(op)
            if isinstance(op, Insert):
                keys = self._bear(op, units, index)
                ids += keys
            else:
                keys = self.ids[at : at + units]
                if len(keys) < units:
                    raise Malformed(detail="A position lies outside the text.")
                at += units
                if not isinstance(op, Delete):
                    ids += keys
                self._touch(op, keys, index)
            touched.append(keys)
        self.ids = ids + self.ids[at:]
        self.touched.append(touched)

    def _bear(self, op: Insert, units: int, index: int) -> list[int]:
        first = len(self.born)
        self.born += [index] * units
        if isinstance(op.content, Note):
            self.revisions[first] = [(index, op.content.content)]
        return list(range(first, first + units))

    def _touch(self, op: Op, keys: Sequence[int], index: int) -> None:
        match op:
            case Delete():
                self.gone.update(dict.fromkeys(keys, index))
            case Retain(italic=bool()):
                self.set_anew.update(dict.fromkeys(keys, index))
            case Revise(content=words):
                self.revisions.setdefault(keys[0], []).append((index, words))
            case _:
                pass


class _Credits:
    """Knows whose each token of two compared texts is."""

    def __init__(self, track: _Track, made: Sequence[Credit]) -> None:
        self.track = track
        self.made = made

    def of_steps(self, found: Sequence[Step]) -> list[Credit | None]:
        """Gives whose each step is; None for what was kept."""
        whose = [self.of_step(step) for step in found]
        out: list[Credit | None] = []
        at = 0
        for kept, block in groupby(found, lambda step: step.mark is Mark.KEEP):
            row = list(block)
            mine = whose[at : at + len(row)]
            at += len(row)
            out += [None] * len(row) if kept else _filled(row, mine, self.made)
        return out

    def of_step(self, step: Step) -> Credit | None:
        """Gives whose one step is; None where nobody touched the words."""
        track = self.track
        match step.mark:
            case Mark.KEEP:
                return None
            case Mark.DELETE if step.old is not None:
                hands = (track.gone.get(key) for key in range(step.old.start, step.old.end))
                indexes = [index for index in hands if index is not None]
                return self._of_most(indexes or self._restyled(step.old))
            case _ if step.new is not None:
                return self._of_most(self._hands(step.new))
        raise AssertionError(step)

    def _restyled(self, token: Token) -> list[int]:
        hands = (self.track.set_anew.get(key) for key in range(token.start, token.end))
        return [index for index in hands if index is not None]

    def _hands(self, token: Token) -> list[int]:
        out: list[int] = []
        for key in self.track.ids[token.start : token.end]:
            born = self.track.born[key]
            index = self.track.set_anew.get(key) if born is None else born
            if index is not None:
                out.append(index)
        return out

    def _of_most(self, indexes: Sequence[int]) -> Credit | None:
        authors: dict[str, list[Credit]] = {}
        for index in indexes:
            authors.setdefault(self.made[index].author, []).append(self.made[index])
        if not authors:
            return None
        most = max(authors.values(), key=len)
        return _latest(most)

    def note_pieces(self, step: Step) -> tuple[Piece, ...] | None:
        """Gives the pieces of a footnote, each with its author; None where they are not known."""
        track = self.track
        if step.new is None or step.new.note is None:
            return None
        key = track.ids[step.new.start]
        row = [(change, self.made[index]) for index, change in track.revisions.get(key, [])]
        if step.old is None:
            return credited_pieces(EMPTY, row) if row and key >= track.base_units else None
        if key != step.old.start or step.old.note is None:
            return None
        return credited_pieces(step.old.note, row)


def _latest(of: Sequence[Credit]) -> Credit:
    times = [credit.at for credit in of if credit.at is not None]
    return Credit(of[0].author, max(times) if times else None)


def _filled(
    row: Sequence[Step], whose: Sequence[Credit | None], made: Sequence[Credit]
) -> list[Credit | None]:
    """Gives a credit to every step of a difference, from its neighbours where it has none."""
    known = [credit for credit in whose if credit is not None]
    default = known[0] if known else made[-1] if made else None
    out: list[Credit | None] = []
    for mark, block in groupby(range(len(row)), lambda at: row[at].mark):
        places = list(block)
        here = [whose[at] for at in places]
        last = next((credit for credit in here if credit is not None), default)
        for at in places:
            last = whose[at] or last
            out.append(last)
        if mark is Mark.KEEP:
            raise AssertionError(row)
    return out


def _rendered(step: Step, credit: Credit | None, credits_of: _Credits) -> Iterator[Piece]:
    for piece in render([step], lambda _step: credit):
        if piece.note is None:
            yield piece
            continue
        note = credits_of.note_pieces(step)
        if note is None and step.mark is Mark.KEEP:
            note = _replaced_note(step, credits_of)
        yield piece if note is None else Piece(piece.mark, "", note, piece.italic, credit)


def _replaced_note(step: Step, credits_of: _Credits) -> tuple[Piece, ...] | None:
    """Gives the pieces of a footnote that another took the place of, by the new one's author."""
    old, new = step.old, step.new
    if old is None or new is None or old.note is None or new.note is None:
        return None
    credit = credits_of.of_step(Step(None, new))
    return tuple(
        piece
        if piece.mark is Mark.KEEP
        else Piece(piece.mark, piece.text, None, piece.italic, credit)
        for piece in pieces(old.note, new.note)
    )


def _joined(of: Iterable[Piece]) -> Iterator[Piece]:
    """Joins neighbours of one mark and author, at the time of the later."""
    last: Piece | None = None
    for piece in of:
        if last is not None and _one_hand(last, piece):
            credit = piece.credit
            if last.credit is not None and credit is not None:
                credit = _latest([last.credit, credit])
            if last.note is None and piece.note is None and last.italic == piece.italic:
                last = Piece(piece.mark, last.text + piece.text, None, piece.italic, credit)
                continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _one_hand(one: Piece, two: Piece) -> bool:
    authors = [piece.credit.author if piece.credit else None for piece in (one, two)]
    return one.mark == two.mark and authors[0] == authors[1]
