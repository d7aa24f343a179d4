"""What differs between two texts: exactly, as a change; readably, as the pieces of a redline.

Texts are compared by tokens, so that no word, number, date or symbol is ever cut. What is kept is
worth its characters, and every stretch kept costs something; then islands are swallowed and
differences moved to where they read best (research/documents.md section 6).

This is the one file that knows diff-match-patch. Its clean-up by meaning is not used: measured, it
cut words and numbers; ours works on tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from diff_match_patch import diff_match_patch

from drafting.text.changes import (
    Builder,
    Change,
    Insert,
    Note,
    Retain,
    Revise,
)
from drafting.text.offsets import length_utf16
from drafting.text.tokens import Token, normalized, row_of, tokens, words
from drafting.text.tracked import Credit, Mark, Piece

__all__ = [
    "Step",
    "Token",
    "cuts",
    "dice",
    "difference",
    "marked",
    "normalized",
    "pieces",
    "render",
    "steps",
    "tokens",
    "words",
]

MAX_COMPARED = 9_000_000
"""Most pairs of words (old times new, common ends left out) that are compared; beyond that the
middle is replaced whole. 3,000 words are some 18,000 characters."""

MAX_APART = 3_000
"""Most tokens by which two texts may differ for certain; beyond that the middle is replaced whole.
Measured: 0.13 s for two texts of 1,000 tokens without any order in common."""

MAX_MATCHES, MAX_COUNTED = 100_000, 2_000_000
"""Most pairs of equal words that are weighed: no natural text below MAX_COMPARED has more. Beyond
that as many words are kept as can be, whichever, unless there are more than so many pairs in all."""

OPENING_COST = 2
"""What every kept stretch costs, in characters: so that no comma is kept for its own sake."""

NOTE_WORTH = 6
"""What a footnote that is kept is worth, in characters."""

FIRST_CJK, CJK_WORTH = "\u2e80", 3
"""Where the characters begin that are tokens one by one, and what one that is kept is worth."""

LEAST_KEPT = 0.25
"""Below this share of kept characters a text is shown as replaced whole."""

ISLAND_WORDS = 2
"""Up to so many function words standing between two differences are swallowed by them."""

FIRST_HALF, HALVES = 0xD800, 0x800
"""Where the code points begin that are halves of UTF-16 pairs, and how many there are."""

_WORD = re.compile(r"\w")
_FUNCTION_WORD = re.compile(
    r"a|an|and|as|at|be|by|for|from|in|into|is|it|its|of|on|or|that|the|their|this|to|was|were"
    r"|which|with|de|du|des|la|le|les|et|en|un|une|à|au|aux|que|qui|pour|par|sur|el|los|las|y"
    r"|del|al|con|se|su|sus|и|в|на|с|по|о|об|к|из|от|для|как|что"
)


class Step(NamedTuple):
    """What became of one token: kept (both are given), deleted or inserted."""

    old: Token | None
    new: Token | None

    @property
    def mark(self) -> Mark:
        """Tells what became of the token."""
        if self.old is None:
            return Mark.INSERT
        return Mark.DELETE if self.new is None else Mark.KEEP


def dice(one: Counter[str], two: Counter[str]) -> float:
    """Gives how much two bags of words have in common, from 0 to 1 (Dice's coefficient)."""
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 1.0


def difference(old: Change, new: Change) -> Change:
    """Gives a change that makes exactly `new` of `old`.

    Where only the slope of a word has changed, the word is kept and set anew; where only the words
    of a footnote have, the footnote is kept and they are changed. Every word that can be kept is:
    what others did to the words around it must not count as done to it.
    """
    out = Builder()
    compared = _compared(row_of(old), row_of(new), _exact, cost=0)
    for step in _paired(_Blocks(compared).steps()):
        before, after = step.old, step.new
        if before is not None and after is not None:
            if before.note is not None and after.note is not None:
                slope = _slope(before.runs[0][1], after.runs[0][1])
                if before.note == after.note:
                    out.push(Retain(1, slope))
                else:
                    out.push(Revise(difference(before.note, after.note), slope))
            else:
                _keep(out, before, after)
        elif before is not None:
            out.delete(before.end - before.start)
        elif after is not None:
            out.extend(_inserted(after))
    return out.change()


def pieces(old: Change, new: Change) -> tuple[Piece, ...]:
    """Gives the pieces of a readable redline of `new` against `old`.

    Kept and inserted pieces together are `new`, character for character; kept and deleted ones are
    `old` as `normalized` compares it: a kept stretch has the no-break characters of `new`, and a
    kept footnote the slope its mark has there. A footnote whose words have changed is kept, with
    the pieces of its words in `note`.
    """
    if old == new:
        return marked(new, Mark.KEEP)
    return render(steps(old, new), lambda _step: None)


def steps(old: Change, new: Change) -> tuple[Step, ...]:
    """Gives what became of each token, as a reader would tell it, deletions before insertions."""
    blocks = _Blocks(_compared(row_of(old), row_of(new), _key))
    blocks.swallow_islands()
    if blocks.hardly_kept():
        return tuple(blocks.replaced_whole())
    blocks.trim()
    blocks.slide()
    return tuple(_paired(blocks.steps()))


def cuts(whole: Change, parts: Sequence[Change]) -> list[int]:
    """Gives where in a text each of its parts but the last ends, in UTF-16 units.

    What lies between two parts and is in neither goes with the one before, but for a word that the
    part behind begins with a capital.
    """
    rows = [row_of(one) for one in parts]
    found = _Blocks(_compared(row_of(whole), [token for row in rows for token in row], _key))
    ends = list(accumulate(len(row) for row in rows))[:-1]
    out: list[int] = []
    at = seen = 0
    gone: list[Token] = []
    for step in found.steps():
        if step.new is not None:
            while len(out) < len(ends) and seen >= ends[len(out)]:
                first = step.new.words.casefold()
                same = (one.start for one in reversed(gone) if one.words.casefold() == first)
                out.append(next(same, at))
            seen += 1
        if step.old is not None:
            at = step.old.end
            gone = [*gone, step.old] if step.new is None else []
    return out + [at] * (len(ends) - len(out))


def render(of: Iterable[Step], credit: Callable[[Step], Credit | None]) -> tuple[Piece, ...]:
    """Gives the pieces of the steps, neighbours alike joined, each with its credit."""
    out: list[Piece] = []
    same: tuple[Mark, bool, Credit | None] | None = None
    characters: list[str] = []
    for step in of:
        mark = step.mark
        token = step.new or step.old
        if token is None:
            raise AssertionError(step)
        whose = None if mark is Mark.KEEP else credit(step)
        if token.note is not None:
            _flush(out, same, characters)
            same, characters = None, []
            out.append(Piece(mark, "", _note_pieces(step, whose), token.runs[0][1], whose))
            continue
        for text, italic in token.runs:
            if same != (mark, italic, whose):
                _flush(out, same, characters)
                same, characters = (mark, italic, whose), []
            characters.append(text)
    _flush(out, same, characters)
    return tuple(out)


def _flush(
    out: list[Piece], same: tuple[Mark, bool, Credit | None] | None, characters: list[str]
) -> None:
    if same is not None:
        mark, italic, whose = same
        out.append(Piece(mark, "".join(characters), None, italic, whose))


def marked(text: Change, mark: Mark, credit: Credit | None = None) -> tuple[Piece, ...]:
    """Gives a whole text as pieces of one mark."""
    out: list[Piece] = []
    for op in text.ops:
        match op:
            case Insert(content=str() as characters):
                out.append(Piece(mark, characters, None, bool(op.italic), credit))
            case Insert(content=Note(content=inner)):
                out.append(Piece(mark, "", marked(inner, mark, credit), bool(op.italic), credit))
            case _:
                raise AssertionError(op)
    return tuple(out)


def _note_pieces(step: Step, credit: Credit | None) -> tuple[Piece, ...]:
    old, new = step.old, step.new
    if old is not None and new is not None:
        if old.note is None or new.note is None:
            raise AssertionError(step)
        return pieces(old.note, new.note)
    token = new or old
    if token is None or token.note is None:
        raise AssertionError(step)
    return marked(token.note, step.mark, credit)


def _key(token: Token) -> Hashable:
    return token.key


def _exact(token: Token) -> Hashable:
    return token.note if token.note is not None else "".join(text for text, _ in token.runs)


def _compared(
    old: Sequence[Token],
    new: Sequence[Token],
    key: Callable[[Token], Hashable],
    cost: int = OPENING_COST,
) -> list[_Block]:
    """Compares two rows of tokens: gives what is kept and what differs in turn.

    `cost` is what each kept stretch costs, in characters.
    """
    before, after = [key(token) for token in old], [key(token) for token in new]
    start, least = 0, min(len(old), len(new))
    while start < least and before[start] == after[start]:
        start += 1
    stop = 0
    while stop < least - start and before[-1 - stop] == after[-1 - stop]:
        stop += 1
    old_stop, new_stop = len(old) - stop, len(new) - stop
    out = _Compared(old, new)
    out.keep(0, 0, start)
    at_old, at_new = start, start
    middle = (old[start:old_stop], new[start:new_stop])
    keys = (before[start:old_stop], after[start:new_stop])
    for was, now in _alignment(*middle, *keys, opened=(start > 0, stop > 0), cost=cost):
        _fill(out, before, after, (at_old, start + was), (at_new, start + now))
        out.keep(start + was, start + now, 1)
        at_old, at_new = start + was + 1, start + now + 1
    _fill(out, before, after, (at_old, old_stop), (at_new, new_stop))
    out.keep(old_stop, new_stop, stop)
    return out.blocks


def _fill(
    out: _Compared,
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    olds: tuple[int, int],
    news: tuple[int, int],
) -> None:
    """Tells what became of the tokens between two that are kept: most often a blank, kept too."""
    (at_old, old_stop), (at_new, new_stop) = olds, news
    tail = 0
    least = min(old_stop - at_old, new_stop - at_new)
    while tail < least and before[old_stop - 1 - tail] == after[new_stop - 1 - tail]:
        tail += 1
    head = 0
    while head < least - tail and before[at_old + head] == after[at_new + head]:
        head += 1
    out.keep(at_old, at_new, head)
    out.differ(at_old + head, old_stop - tail, at_new + head, new_stop - tail)
    out.keep(old_stop - tail, new_stop - tail, tail)


_step = partial(tuple.__new__, Step)
"""Makes a step of a pair, without a detour: there is one to every token."""


class _Compared:
    """Gathers the blocks of two compared rows."""

    def __init__(self, old: Sequence[Token], new: Sequence[Token]) -> None:
        self.old, self.new = old, new
        self.blocks: list[_Block] = []

    def keep(self, was: int, now: int, count: int) -> None:
        """Adds tokens that are kept."""
        if not count:
            return
        if not self.blocks or self.blocks[-1].changes:
            self.blocks.append(_Block([], [], []))
        pairs = zip(self.old[was : was + count], self.new[now : now + count], strict=True)
        self.blocks[-1].kept.extend(map(_step, pairs))

    def differ(self, was: int, was_stop: int, now: int, now_stop: int) -> None:
        """Adds tokens that are deleted, and tokens that are inserted."""
        if was == was_stop and now == now_stop:
            return
        if not self.blocks or not self.blocks[-1].changes:
            self.blocks.append(_Block([], [], []))
        block = self.blocks[-1]
        block.deleted.extend(Step(token, None) for token in self.old[was:was_stop])
        block.inserted.extend(Step(None, token) for token in self.new[now:now_stop])


def _alignment(
    old: Sequence[Token],
    new: Sequence[Token],
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    *,
    opened: tuple[bool, bool],
    cost: int,
) -> list[tuple[int, int]]:
    """Gives the places of the words that are kept, in order; blanks follow their words.

    `opened` tells whether kept words stand right before the rows and right behind them.
    """
    olds = [place for place, token in enumerate(old) if token.words.strip()]
    news = [place for place, token in enumerate(new) if token.words.strip()]
    if not olds or not news:
        return []
    one, two = [before[place] for place in olds], [after[place] for place in news]
    counts = Counter(one), Counter(two)
    apart = len(one) + len(two) - 2 * (counts[0] & counts[1]).total()
    if len(one) * len(two) > MAX_COMPARED or apart > MAX_APART:
        return []
    if sum(count * counts[1][key] for key, count in counts[0].items()) > MAX_MATCHES:
        if len(one) * len(two) > MAX_COUNTED:
            return []
        pairs = _longest(one, two)
    else:
        pairs = _heaviest(one, two, [_worth(old[place]) for place in olds], opened, cost)
    return [(olds[i], news[j]) for i, j in pairs]


def _worth(token: Token) -> int:
    """Gives what it is worth to keep a token: its characters, where a Chinese one is a word."""
    if token.note is not None:
        return NOTE_WORTH
    return CJK_WORTH if token.words[0] >= FIRST_CJK else len(token.words)


_Node = tuple[int, int, int, "_Node | None"]
"""The worth of a row of kept words that ends with a pair of places; and the row before it."""


def _heaviest(
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    worth: Sequence[int],
    opened: tuple[bool, bool],
    cost: int,
) -> list[tuple[int, int]]:
    """Gives the pairs, in order, that are worth most, where every stretch kept has its cost.

    Only pairs of equal keys are looked at, so that texts with little in common cost little.
    """
    places: dict[Hashable, list[int]] = {}
    for j, key in enumerate(new):
        places.setdefault(key, []).append(j)
    front = _Front()
    row: dict[int, _Node] = {-1: (0, -1, -1, None)} if opened[0] else {}
    for i, key in enumerate(old):
        row_before, row = row, {}
        for j in places.get(key, ()):
            before = front.best_before(j)
            value = (before[0] if before is not None else 0) - cost
            neighbour = row_before.get(j - 1)
            if neighbour is not None and neighbour[0] >= value:
                before, value = neighbour, neighbour[0]
            row[j] = (value + worth[i], i, j, before)
        for node in row.values():
            front.add(node)
    end = front.nodes[-1] if front.nodes else None
    corner = row.get(len(new) - 1)
    if opened[1] and corner and corner[0] + cost > (end[0] if end else 0):
        end = corner
    out: list[tuple[int, int]] = []
    while end is not None and end[1] >= 0:
        out.append((end[1], end[2]))
        end = end[3]
    return out[::-1]


class _Front:
    """For a growing place in the new row, the best row of kept words that ends up to there."""

    __slots__ = ("ends", "nodes")

    def __init__(self) -> None:
        self.ends: list[int] = []
        self.nodes: list[_Node] = []

    def best_before(self, j: int) -> _Node | None:
        """Gives the best row that ends before a place."""
        at = bisect_left(self.ends, j)
        return self.nodes[at - 1] if at else None

    def add(self, node: _Node) -> None:
        """Adds a row, where it is better than those that end up to its place."""
        ends, nodes = self.ends, self.nodes
        value, j = node[0], node[2]
        at = bisect_left(ends, j)
        if value <= (nodes[at - 1][0] if at else 0):
            return
        stop = at
        while stop < len(nodes) and nodes[stop][0] <= value:
            stop += 1
        if stop > at or at == len(ends) or ends[at] != j:
            ends[at:stop] = [j]
            nodes[at:stop] = [node]


def _longest(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Gives the most pairs, in order, by giving each key a character of its own."""
    letters: dict[Hashable, str] = {}
    for key in (*old, *new):
        letters.setdefault(key, _letter(len(letters)))
    engine = diff_match_patch()
    engine.Diff_Timeout = 0
    found = engine.diff_main(
        "".join(letters[key] for key in old),
        "".join(letters[key] for key in new),
        checklines=False,
    )
    out: list[tuple[int, int]] = []
    i = j = 0
    for kind, row in found:
        if kind == 0:
            out += [(i + step, j + step) for step in range(len(row))]
        i += len(row) if kind <= 0 else 0
        j += len(row) if kind >= 0 else 0
    return out


def _letter(number: int) -> str:
    """Gives the nth character of our own alphabet: it leaves out the halves of UTF-16 pairs."""
    point = 0x100 + number
    return chr(point if point < FIRST_HALF else point + HALVES)


@dataclass(slots=True)
class _Block:
    """A stretch that is kept (`kept`), or what was deleted and inserted at one place."""

    kept: list[Step]
    deleted: list[Step]
    inserted: list[Step]

    @property
    def changes(self) -> bool:
        return not self.kept


class _Blocks:
    """The compared tokens in blocks, kept and changed ones in turn, made readable."""

    def __init__(self, blocks: list[_Block]) -> None:
        self.blocks = blocks

    def steps(self) -> list[Step]:
        """Gives the steps in reading order."""
        return [
            step for block in self.blocks for step in (*block.kept, *block.deleted, *block.inserted)
        ]

    def swallow_islands(self) -> None:
        """Joins differences that have nothing but blanks or a function word or two between them."""
        index = 1
        while index < len(self.blocks) - 1:
            before, island, after = self.blocks[index - 1 : index + 2]
            if island.changes or not _weak(before, island, after):
                index += 1
                continue
            between = island.kept
            self.blocks[index - 1 : index + 2] = [
                _Block(
                    [],
                    [*before.deleted, *(Step(step.old, None) for step in between), *after.deleted],
                    [
                        *before.inserted,
                        *(Step(None, step.new) for step in between),
                        *after.inserted,
                    ],
                )
            ]
            index = max(index - 2, 1)

    def hardly_kept(self) -> bool:
        """Tells whether so little is kept that the texts are better shown one after the other."""
        deleted = sum(_weight(step.old) for block in self.blocks for step in block.deleted)
        inserted = sum(_weight(step.new) for block in self.blocks for step in block.inserted)
        if not deleted or not inserted:
            return False
        enough = LEAST_KEPT * min(deleted, inserted) / (1 - LEAST_KEPT)
        kept = 0
        for block in self.blocks:
            for step in block.kept:
                kept += _weight(step.new)
                if kept >= enough:
                    return False
        return True

    def replaced_whole(self) -> Iterator[Step]:
        """Gives all of the old text deleted, and then all of the new inserted."""
        all_steps = self.steps()
        yield from (Step(step.old, None) for step in all_steps if step.old is not None)
        yield from (Step(None, step.new) for step in all_steps if step.new is not None)

    def trim(self) -> None:
        """Keeps what a deletion and the insertion in its place both begin or both end with."""
        for index, block in enumerate(list(self.blocks)):
            kept: list[Step] = []
            while block.deleted and block.inserted and _alike(block, -1):
                kept.insert(0, Step(block.deleted.pop().old, block.inserted.pop().new))
            if kept:
                if index + 1 == len(self.blocks):
                    self.blocks.append(_Block([], [], []))
                self.blocks[index + 1].kept[:0] = kept
            while index and block.deleted and block.inserted and _alike(block, 0):
                step = Step(block.deleted.pop(0).old, block.inserted.pop(0).new)
                self.blocks[index - 1].kept.append(step)

    def slide(self) -> None:
        """Moves pure insertions and deletions, where they fit elsewhere too, to begin with a blank.

        "a{ deep} sea", not "a {deep }sea"; and a comma goes with what follows it.
        """
        for index in range(1, len(self.blocks)):
            block = self.blocks[index]
            if (block.deleted and block.inserted) or not block.changes:
                continue
            if index + 1 == len(self.blocks):
                self.blocks.append(_Block([], [], []))
            # A difference before this one stays apart from it.
            _slide(self.blocks[index - 1].kept, block, self.blocks[index + 1], int(index > 1))
        self.blocks = [
            block for block in self.blocks if block.kept or block.deleted or block.inserted
        ]


def _slide(before: list[Step], block: _Block, following: _Block, least: int) -> None:
    """Slides a pure insertion or deletion left over the kept tokens, to where it reads best.

    At least `least` tokens stay before it.
    """
    pure = block.deleted or block.inserted
    turned = [step.old or step.new for step in pure]
    row = [token for token in turned if token is not None]
    best, best_score = 0, _opening(row)
    moved = 0
    limit = len(before) - least
    current = row
    while moved < limit:
        step = before[-1 - moved]
        token = step.old if block.deleted else step.new
        if token is None or token.key != current[-1].key:
            break
        current = [token, *current[:-1]]
        moved += 1
        score = _opening(current)
        if score > best_score:
            best, best_score = moved, score
    if not best:
        return
    passed = before[-best:]
    del before[-best:]
    one_side = [step.old if block.deleted else step.new for step in passed]
    whole = [token for token in (*one_side, *row) if token is not None]
    other = [step.new if block.deleted else step.old for step in passed]
    changed, kept = whole[: len(row)], whole[len(row) :]
    if block.deleted:
        block.deleted = [Step(token, None) for token in changed]
        pairs = [Step(mine, theirs) for mine, theirs in zip(kept, other, strict=True)]
    else:
        block.inserted = [Step(None, token) for token in changed]
        pairs = [Step(theirs, mine) for mine, theirs in zip(kept, other, strict=True)]
    following.kept[:0] = pairs


def _opening(row: Sequence[Token]) -> int:
    """Tells how well a difference opens: with a comma and a blank, a blank, a word, or badly."""
    first = row[0].words
    if first in {",", ";", "、", "،"} and len(row) > 1:
        return 3
    if first.isspace():
        return 2
    return 0 if row[-1].words.isspace() else 1


def _alike(block: _Block, end: int) -> bool:
    old, new = block.deleted[end].old, block.inserted[end].new
    return old is not None and new is not None and old.key == new.key


def _weight(token: Token | None) -> int:
    return 0 if token is None or token.words.isspace() else len(token.words)


def _weak(before: _Block, island: _Block, after: _Block) -> bool:
    """Tells whether an island is too little to be worth keeping between two differences."""
    row = [step.new for step in island.kept if step.new is not None]
    solid = [token for token in row if not token.words.isspace()]
    if not solid:
        return True
    if len(solid) > ISLAND_WORDS or any(token.note is not None for token in solid):
        return False
    if any(_WORD.search(token.words) and not _functional(token) for token in solid):
        return False
    size = sum(_weight(token) for token in solid)
    return size < min(_size(before), _size(after))


def _functional(token: Token) -> bool:
    return bool(_FUNCTION_WORD.fullmatch(token.words.lower()))


def _size(block: _Block) -> int:
    return max(
        sum(_weight(step.old) for step in block.deleted),
        sum(_weight(step.new) for step in block.inserted),
    )


def _paired(of: Sequence[Step]) -> Iterator[Step]:
    """Keeps each footnote that stands, deleted, beside an inserted one that takes its place."""
    deleted: list[Step] = []
    inserted: list[Step] = []
    for step in of:
        if step.new is None:
            deleted.append(step)
        elif step.old is None:
            inserted.append(step)
        else:
            if deleted or inserted:
                yield from _notes_kept(deleted, inserted)
                deleted, inserted = [], []
            yield step
    yield from _notes_kept(deleted, inserted)


def _notes_kept(deleted: Sequence[Step], inserted: Sequence[Step]) -> Iterator[Step]:
    ours = [
        i for i, step in enumerate(deleted) if step.old is not None and step.old.note is not None
    ]
    theirs = [
        i for i, step in enumerate(inserted) if step.new is not None and step.new.note is not None
    ]
    at_old = at_new = 0
    for one, two in zip(ours, theirs, strict=False):
        yield from deleted[at_old:one]
        yield from inserted[at_new:two]
        yield Step(deleted[one].old, inserted[two].new)
        at_old, at_new = one + 1, two + 1
    yield from deleted[at_old:]
    yield from inserted[at_new:]


def _keep(out: Builder, before: Token, after: Token) -> None:
    """Keeps a token's characters, each with the slope it has in the new text."""
    slopes = [italic for text, italic in before.runs for _ in text]
    place = 0
    for text, italic in after.runs:
        for character in text:
            out.retain(length_utf16(character), italic=_slope(slopes[place], italic))
            place += 1


def _slope(before: bool, after: bool) -> bool | None:  # noqa: FBT001 - two slopes, not switches
    return None if before == after else after


def _inserted(token: Token) -> Iterator[Insert]:
    if token.note is not None:
        yield Insert(Note(token.note), token.runs[0][1] or None)
        return
    for text, italic in token.runs:
        yield Insert(text, italic or None)
