r"""The compilation text: the working text with every live proposal in its place, in brackets.

    OP4   Urges all States parties [Norway: and signatories] to act [without delay] [Chile: promptly]
          [Mexico, Peru: delete] in good faith;
          [Togo: move after OP2] [Mexico, Chile: retain (preliminary)] [Peru: for deletion]
    OP4 alt       [Kenya, supported by Chile and Togo: Invites States parties to act;]
    OP4 alt 2     [Chile (2): amend to read: Urges the parties to act;]
    OP4 bis       [Norway (2): Thanks the keepers;]

Bold is all that stands in brackets before the colon. What changes words stands among them: words
that would go or be replaced are in brackets of their own, directly before who says so. What is said
of the whole paragraph has a line of its own beneath it; other paragraphs in its place, and those
that would follow it, come next. Two amendments whose words cross cannot be told apart in one
paragraph: the later one is given whole ("OP4 alt 2 [Chile: amend to read: …]"). Words that might be
taken for an instruction are introduced: `[Norway: insert: retain]`.

A writer takes what is `printed`, and marks which characters are the form's own; a reader gives the same
blocks to `gathered`. All formats share the rest, so that for each of them

    read(write(compilation)) == settled(compilation)       without keys
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from drafting.errors import Unreadable
from drafting.text import diff
from drafting.text.changes import (
    EMPTY,
    UTF16,
    Builder,
    Change,
    Insert,
    Note,
    joined,
    part,
    plain,
    text_length,
    text_of,
)
from drafting.text.numbering import Item, frozen_labels
from drafting.text.proposal import STANCE_WORDS, WORDED, ProposalKind, Stance
from drafting.text.resolution import MAX_LEVEL, Kind

MAX_PLACES = 8
"""An amendment that touches more places of a paragraph is given whole."""

LEAST_KEPT = 0.25
"""An amendment that leaves a smaller share of the words is given whole, unless it only strikes."""

MAX_NESTED = 2
"""Bracketed stretches stand one in the other so deep; an amendment that goes deeper is given whole."""

MAX_AROUND_UTF16 = 30
"""A longer stretch in brackets has no others in it: one loses the way among them."""

MAX_BRACKETS_READ = 20
"""Deeper brackets are refused in what is read."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A live proposal on a paragraph, told among its words or beside them.

    `text` is the full wording it would give (amend, alternative, insert), `at` where it would split
    the paragraph, in UTF-16 units of its words, `after` the label behind which it would move it, ""
    the beginning. `new_kind` and `label` are what an inserted paragraph is and is called; without a
    label it is named after its place among those given ("PP10 bis"): who leaves paragraphs or
    proposals out gives the label, or one proposal is called differently in each selection.
    """

    key: str
    kind: ProposalKind
    owners: tuple[str, ...]
    text: Change = EMPTY
    at: int = 0
    after: str = ""
    new_kind: Kind = Kind.OPERATIVE
    supporters: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """Where delegations stand on a paragraph, without words of their own.

    `essential` is True for essential, False for desirable, None where it was not said.
    """

    owners: tuple[str, ...]
    stance: Stance
    essential: bool | None = None
    preliminary: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph of the working text, and what is proposed and said about it.

    Insertions stand with the paragraph that they would follow. `state` is the agreement in words
    ("agreed ad ref").
    """

    key: str
    label: str
    kind: Kind
    level: int
    text: Change
    deleted: bool = False
    alternatives: tuple[Alternative, ...] = ()
    voices: tuple[Voice, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Compilation:
    """A compilation text.

    `lines` stand above the title (symbol, version, date); `made` says what was chosen ("All
    proposals"). `before` are insertions before the first paragraph.
    """

    title: str
    entries: tuple[Entry, ...]
    made: str = ""
    lines: tuple[str, ...] = ()
    language: str = "en"
    before: tuple[Alternative, ...] = ()


class Role(StrEnum):
    """What a segment of a printed paragraph is."""

    WORDS = "words"
    """Words of the text, or of a proposal."""
    OPEN = "open"
    CLOSE = "close"
    GAP = "gap"
    """A blank before a bracket, which is no part of the text."""
    OWNERS = "owners"
    """Who speaks; follows an opening bracket. Printed in bold, with a colon and a blank."""
    SAID = "said"
    """Words of the form ("delete")."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a printed paragraph: `words` where it is of the text, else `said`."""

    role: Role
    words: Change = EMPTY
    said: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A printed paragraph: what is called and remarked ("deleted; agreed ad ref"), and what it says.

    `deleted` is for the look of it alone; readers need not give it.
    """

    label: str
    kind: Kind
    level: int
    segments: tuple[Segment, ...]
    remarks: str = ""
    key: str = ""
    deleted: bool = False

    @property
    def beneath(self) -> bool:
        """Tells whether this is the line beneath a paragraph, which says something of all of it."""
        if self.label or not self.segments or self.segments[0].role is not Role.OPEN:
            return False
        brackets = _understood_brackets(self.segments)
        return brackets is not None and all(_of_the_whole(b.plain) for b in brackets)


OPEN, CLOSE, GAP = Segment(Role.OPEN), Segment(Role.CLOSE), Segment(Role.GAP)

_DELETE = "delete"
_DELETE_BARE = "delete but not the blank before"
SPLIT = "split here"
"""What is said where a paragraph would be split."""

_MERGE = "merge with the paragraph before"
_MOVE = "move after "
_MOVE_FIRST = "move to the beginning"
_INSERT, _REPLACE, _AMEND = "insert:", "replace by:", "amend to read:"
_STANCES = {**STANCE_WORDS, Stance.DELETE: "for deletion"}
"""A wish to delete is told apart from a proposal to."""

_WEIGHTS = {True: "essential", False: "desirable", None: ""}
_VOICES = {
    _STANCES[stance]
    + (f" ({', '.join(more)})" if (more := [one for one in (weight, early) if one]) else ""): (
        stance,
        essential,
        bool(early),
    )
    for stance in Stance
    for essential, weight in _WEIGHTS.items()
    for early in ("", "preliminary")
}
_INSTRUCTION = re.compile(
    r"(?:insert|replace by|amend|delete|split|merge|move"
    rf"|{'|'.join(re.escape(words) for words in _STANCES.values())})\b"
)
_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffe\uffff]")
_BLANK = " ".encode(UTF16)


# --- settling -----------------------------------------------------------------------------------


def settled(compilation: Compilation) -> Compilation:
    """Gives a compilation as it is printed: insertions named, alternatives in printed order.

    That order is: those told among the words, those on the whole paragraph, other paragraphs in
    its place, insertions. What the kind of a proposal has no use for is left out.
    """
    return _settled(compilation)[0]


def printed(compilation: Compilation) -> tuple[Compilation, Iterator[Block]]:
    """Gives a compilation settled, and the paragraphs it prints."""
    whole, layouts = _settled(compilation)
    return whole, _blocks(whole, layouts)


def _settled(compilation: Compilation) -> tuple[Compilation, list[_Layout]]:
    layouts = [_Layout(_tidy_entry(entry)) for entry in compilation.entries]
    entries = [replace(one.entry, alternatives=one.alternatives()) for one in layouts]
    before = [_tidy(one) for one in compilation.before if one.kind is ProposalKind.INSERT]
    labels = _inserted_labels(before, entries)
    whole = Compilation(
        title=tidy(compilation.title),
        entries=tuple(
            replace(entry, alternatives=_labelled(str(index), entry.alternatives, labels))
            for index, entry in enumerate(entries)
        ),
        made=tidy(compilation.made),
        lines=tuple(line for line in map(tidy, compilation.lines) if line),
        language=compilation.language,
        before=_labelled("before", before, labels),
    )
    return whole, layouts


def tidy(line: str) -> str:
    """Gives a line with single blanks, and without what a text cannot hold."""
    return " ".join(_UNFIT.sub(" ", line).split())


def _tidy_entry(entry: Entry) -> Entry:
    sub = entry.kind is Kind.SUB
    return replace(
        entry,
        label=tidy(entry.label),
        level=min(max(entry.level, 1), MAX_LEVEL) if sub else 0,
        text=_normal(entry.text),
        state=tidy(entry.state),
        voices=tuple(replace(voice, owners=_names(voice.owners)) for voice in entry.voices),
        alternatives=tuple(map(_tidy, entry.alternatives)),
    )


def _tidy(one: Alternative) -> Alternative:
    return Alternative(
        key=one.key,
        kind=one.kind,
        owners=_names(one.owners),
        text=_normal(one.text) if one.kind in WORDED else EMPTY,
        at=one.at if one.kind is ProposalKind.SPLIT else 0,
        after=tidy(one.after) if one.kind is ProposalKind.MOVE else "",
        new_kind=one.new_kind if one.kind is ProposalKind.INSERT else Kind.OPERATIVE,
        supporters=_names(one.supporters),
        label=tidy(one.label) if one.kind is ProposalKind.INSERT else "",
    )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in map(tidy, names) if name)


def _normal(text: Change) -> Change:
    builder = Builder()
    for op in text.ops:
        if isinstance(op, Insert) and isinstance(op.content, Note):
            builder.insert(Note(_normal(op.content.content)), italic=op.italic or None)
        elif isinstance(op, Insert):
            builder.insert(op.content, italic=op.italic or None)
    return builder.change()


def _inserted_labels(before: Sequence[Alternative], entries: Sequence[Entry]) -> dict[str, str]:
    """Names the inserted paragraphs, by where they stand ("3/1": the second with the fourth)."""
    items: list[Item] = []
    base: dict[str, str] = {}

    def add(where: str, alternatives: Sequence[Alternative], level: int) -> None:
        for index, one in enumerate(alternatives):
            if one.kind is ProposalKind.INSERT:
                key = f"{where}/{index}"
                items.append(Item(key, one.new_kind, level))
                if one.label:
                    base[key] = one.label

    add("before", before, 1)
    for index, entry in enumerate(entries):
        if entry.label or entry.kind is Kind.FORMULA:
            items.append(Item(str(index), entry.kind, entry.level))
        if entry.label:
            base[str(index)] = entry.label
        add(str(index), entry.alternatives, entry.level)
    return frozen_labels(items, base)


def _labelled(
    where: str, alternatives: Sequence[Alternative], labels: dict[str, str]
) -> tuple[Alternative, ...]:
    return tuple(
        replace(one, label=labels.get(f"{where}/{index}", ""))
        for index, one in enumerate(alternatives)
    )


@dataclass(frozen=True, slots=True)
class _Hunk:
    """A place of the base that a proposal touches: the words there would be `words`.

    `blank`: the blank before goes too. `split`: the paragraph would be split there.
    """

    start: int
    end: int
    words: Change = EMPTY
    blank: bool = False
    split: bool = False

    @property
    def range(self) -> tuple[int, int]:
        """Gives the stretch that stands in brackets; an insertion or a split has none."""
        return self.start, self.end


class _Layout:
    """Decides where each alternative of a paragraph is told."""

    def __init__(self, entry: Entry) -> None:
        self.placed: list[tuple[Alternative, tuple[_Hunk, ...]]] = []
        self.beneath: list[Alternative] = []
        self.whole: list[Alternative] = []
        self.inserted: list[Alternative] = []
        self.entry = entry
        taken: set[tuple[int, int]] = set()
        for one in entry.alternatives:
            match one.kind:
                case ProposalKind.AMEND:
                    hunks = _hunks(entry.text, one.text)
                    ranges = {hunk.range for hunk in hunks if hunk.start < hunk.end}
                    if hunks and _fit(ranges, taken):
                        taken |= ranges
                        self.placed.append((one, hunks))
                    else:
                        self.whole.append(one)
                case ProposalKind.SPLIT:
                    at = _cut(entry.text, one.at)
                    self.placed.append((replace(one, at=at), (_Hunk(at, at, split=True),)))
                case ProposalKind.ALTERNATIVE:
                    self.whole.append(one)
                case ProposalKind.INSERT:
                    self.inserted.append(one)
                case ProposalKind.DELETE | ProposalKind.MOVE | ProposalKind.MERGE:
                    self.beneath.append(one)
        weaver = _Weaver(entry.text, self.placed, [""] * len(self.placed))
        weaver.woven()
        self.placed = [self.placed[index] for index in weaver.order]
        # Sub-paragraphs come first: they are to follow this paragraph, not another inserted one.
        self.inserted.sort(key=lambda one: one.new_kind is not Kind.SUB)

    def alternatives(self) -> tuple[Alternative, ...]:
        """Gives the alternatives in printed order."""
        return (*(one for one, _ in self.placed), *self.beneath, *self.whole, *self.inserted)


def _cut(text: Change, at: int) -> int:
    """Gives a position within the text, never inside a character."""
    at = min(max(at, 0), text_length(text))
    units = plain(text).encode(UTF16)
    low = b"\xdc" <= units[2 * at + 1 : 2 * at + 2] <= b"\xdf"
    return at - 1 if low else at


def _hunks(base: Change, text: Change) -> tuple[_Hunk, ...]:
    """Gives the places where an amendment differs; none when it is better given whole."""
    found: list[tuple[int, int, int, int]] = []
    at_old = at_new = 0
    begun: tuple[int, int] | None = None
    for step in diff.steps(base, text):
        old, new = step.old, step.new
        same = old is not None and new is not None and (old.runs, old.note) == (new.runs, new.note)
        if same and begun is not None:
            found.append((begun[0], at_old, begun[1], at_new))
            begun = None
        elif not same and begun is None:
            begun = at_old, at_new
        at_old = old.end if old is not None else at_old
        at_new = new.end if new is not None else at_new
    if begun is not None:
        found.append((begun[0], at_old, begun[1], at_new))
    units = plain(base).encode(UTF16)
    hunks = tuple(_hunk(units, a, b, part(text, c, d)) for a, b, c, d in found)
    length = text_length(base)
    gone = sum(b - a for a, b, _, _ in found)
    # What only strikes is clearest where it stands, however much that is.
    rewritten = length - gone < LEAST_KEPT * length and any(c < d for _, _, c, d in found)
    if gone == length or rewritten or len(hunks) > MAX_PLACES:
        return ()
    return hunks if _changed(base, hunks) == text else ()


def _changed(base: Change, hunks: Iterable[_Hunk]) -> Change:
    """Gives a text with what was said of its places done."""
    units = plain(base).encode(UTF16)
    pieces = []
    at = 0
    for hunk in sorted(hunks, key=lambda hunk: hunk.range):
        start = hunk.start - 1 if hunk.blank and _is_blank(units, hunk.start - 1) else hunk.start
        pieces += [part(base, at, max(at, start)), hunk.words]
        at = max(at, hunk.end)
    return joined(*pieces, part(base, at))


def _hunk(units: bytes, start: int, end: int, words: Change) -> _Hunk:
    if not words and end - start > 1 and _is_blank(units, start):
        return _Hunk(start + 1, end, blank=True)
    return _Hunk(start, end, words)


def _is_blank(units: bytes, at: int) -> bool:
    return at >= 0 and units[2 * at : 2 * at + 2] == _BLANK


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _fit(new: set[tuple[int, int]], taken: set[tuple[int, int]]) -> bool:
    """Tells whether stretches lie beside those taken, or in short ones or around, and never cross."""
    row = taken | new
    for one in new:
        for other in row:
            if one == other or one[1] <= other[0] or other[1] <= one[0]:
                continue
            around = one if _within(other, one) else other if _within(one, other) else None
            if around is None or around[1] - around[0] > MAX_AROUND_UTF16:
                return False
    touched = [inner for inner in row if any(_within(inner, one) for one in new)]
    return all(sum(_within(inner, outer) for outer in row) <= MAX_NESTED for inner in touched)


# --- writing ------------------------------------------------------------------------------------


def _blocks(compilation: Compilation, layouts: Iterable[_Layout]) -> Iterator[Block]:
    before = compilation.before
    for one, name in zip(before, _numbered(before), strict=True):
        yield _inserted(one, name, 1, "")
    for entry, layout in zip(compilation.entries, layouts, strict=True):
        yield from _entry_blocks(entry, layout)


def _numbered(alternatives: Sequence[Alternative]) -> list[str]:
    """Gives who speaks, numbered where the same owners propose more than one thing."""
    counts: Counter[tuple[str, ...]] = Counter()
    out = []
    for one in alternatives:
        counts[one.owners] += 1
        out.append(attribution(one.owners, counts[one.owners], one.supporters))
    return out


def _entry_blocks(entry: Entry, layout: _Layout) -> Iterator[Block]:
    # Settled alternatives stand in the order in which they are printed.
    names = iter(_numbered(entry.alternatives))
    weaver = _Weaver(entry.text, layout.placed, [next(names) for _ in layout.placed])
    yield Block(
        entry.label,
        entry.kind,
        entry.level,
        weaver.woven(),
        _remarks(entry),
        entry.key,
        entry.deleted,
    )
    said = [
        *((next(names), _said(one)) for one in layout.beneath),
        *((attribution(voice.owners), _voiced(voice)) for voice in entry.voices),
    ]
    if said:
        segments: list[Segment] = []
        for name, words in said:
            segments += [GAP] if segments else []
            segments += _bracket(name, Segment(Role.SAID, said=words))
        yield Block("", entry.kind, entry.level, tuple(segments))
    for number, one in enumerate(layout.whole, 1):
        label = f"{entry.label} alt{f' {number}' if number > 1 else ''}".strip()
        if one.kind is ProposalKind.AMEND:
            content = _introduced(_AMEND, one.text)
        else:
            content = _worded(_REPLACE, one.text)
        yield Block(label, entry.kind, entry.level, _bracket(next(names), *content))
    for one in entry.alternatives[len(entry.alternatives) - len(layout.inserted) :]:
        yield _inserted(one, next(names), entry.level, entry.label)


def _inserted(one: Alternative, name: str, level: int, label: str) -> Block:
    level = max(level, 1) if one.new_kind is Kind.SUB else 0
    clear = _is_alternative(one.label, label)
    content = _introduced(_INSERT, one.text) if clear else _worded(_INSERT, one.text)
    return Block(one.label, one.new_kind, level, _bracket(name, *content))


def _is_alternative(label: str, of: str) -> bool:
    return re.fullmatch(rf"{re.escape(of)} ?alt(?: [0-9]+)?", label) is not None


def _bracket(name: str, *content: Segment) -> tuple[Segment, ...]:
    return (OPEN, Segment(Role.OWNERS, said=name), *content, CLOSE)


def _introduced(verb: str, words: Change) -> tuple[Segment, ...]:
    if not words:
        return (Segment(Role.SAID, said=verb),)
    return Segment(Role.SAID, said=f"{verb} "), Segment(Role.WORDS, words)


def _worded(verb: str, words: Change) -> tuple[Segment, ...]:
    """Gives words alone, or introduced where they might be taken for an instruction."""
    if not words or _INSTRUCTION.match(plain(words)):
        return _introduced(verb, words)
    return (Segment(Role.WORDS, words),)


def _said(one: Alternative) -> str:
    match one.kind:
        case ProposalKind.MOVE:
            return f"{_MOVE}{one.after}" if one.after else _MOVE_FIRST
        case ProposalKind.MERGE:
            return _MERGE
        case _:
            return _DELETE


def _voiced(voice: Voice) -> str:
    wanted = voice.stance, voice.essential, voice.preliminary
    return next(words for words, meaning in _VOICES.items() if meaning == wanted)


class _Weaver:
    """Weaves the alternatives into the words of a paragraph."""

    def __init__(
        self,
        base: Change,
        placed: Sequence[tuple[Alternative, tuple[_Hunk, ...]]],
        names: Sequence[str],
    ) -> None:
        self.base = base
        self.names = names
        self.units = plain(base).encode(UTF16)
        self.ranges: defaultdict[tuple[int, int], list[tuple[int, _Hunk]]] = defaultdict(list)
        self.points: defaultdict[int, list[tuple[int, _Hunk]]] = defaultdict(list)
        for index, (_, hunks) in enumerate(placed):
            for hunk in hunks:
                if hunk.start < hunk.end:
                    self.ranges[hunk.range].append((index, hunk))
                else:
                    self.points[hunk.start].append((index, hunk))
        self.out: list[Segment] = []
        self.order: dict[int, None] = {}
        """The alternatives in the order in which they first appear."""

    def woven(self) -> tuple[Segment, ...]:
        """Gives the segments of the paragraph."""
        self._stretch(0, text_length(self.base), list(self.ranges), list(self.points))
        return tuple(self.out)

    def _stretch(
        self, start: int, end: int, ranges: list[tuple[int, int]], points: list[int]
    ) -> None:
        """Weaves a stretch with the ranges and points that lie in it."""
        outer = [one for one in ranges if not any(_within(one, o) for o in ranges if o != one)]
        free = [p for p in points if not any(a < p < b for a, b in outer)]
        # Where they meet, a range that ends comes first, then insertions, then a range that begins.
        events = sorted([(p, 0, p) for p in free] + [(a, 1, b) for a, b in outer])
        at = start
        behind_range = False
        for here, is_range, to in events:
            if here > at:
                self._words(at, here)
                at, behind_range = here, False
            if is_range:
                self._range(
                    (here, to),
                    [r for r in ranges if r != (here, to) and _within(r, (here, to))],
                    [p for p in points if here < p < to],
                )
                at, behind_range = to, True
            else:
                self._points(here, behind_range=behind_range)
        if at < end:
            self._words(at, end)

    def _words(self, start: int, end: int) -> None:
        self.out.append(Segment(Role.WORDS, part(self.base, start, end)))

    def _points(self, here: int, *, behind_range: bool) -> None:
        """Weaves in what is inserted at a place, and then who would split the paragraph there."""
        places = self.points[here]
        for index, hunk in places:
            if not hunk.split:
                self._insertion(index, hunk.words, behind_range=behind_range)
        splits = [index for index, hunk in places if hunk.split]
        last = self.out[-1] if self.out else GAP
        for index in splits:
            self.order.setdefault(index)
            self.out += _bracket(self.names[index], Segment(Role.SAID, said=SPLIT))
        if splits and _closes_with_blank(last.words) and here < text_length(self.base):
            self.out.append(GAP)

    def _insertion(self, index: int, words: Change, *, behind_range: bool) -> None:
        self.order.setdefault(index)
        if _opens_with_blank(words):
            self.out.append(GAP)
            words = part(words, 1)
        content = (_introduced if behind_range else _worded)(_INSERT, words)
        self.out += _bracket(self.names[index], *content)

    def _range(
        self, place: tuple[int, int], ranges: list[tuple[int, int]], points: list[int]
    ) -> None:
        self.out.append(OPEN)
        self._stretch(*place, ranges, points)
        self.out.append(CLOSE)
        for index, hunk in self.ranges[place]:
            self.order.setdefault(index)
            if hunk.words:
                content = _worded(_REPLACE, hunk.words)
            else:
                stays = not hunk.blank and _is_blank(self.units, hunk.start - 1)
                content = (Segment(Role.SAID, said=_DELETE_BARE if stays else _DELETE),)
            self.out += [GAP, *_bracket(self.names[index], *content)]


def _opens_with_blank(words: Change) -> bool:
    """Tells whether inserted words begin with a blank that can stand before their bracket.

    There it has no slope of its own: it takes that of what follows it.
    """
    first = words.ops[0] if words.ops else None
    if not isinstance(first, Insert) or not isinstance(first.content, str):
        return False
    rest = part(words, 1) if first.content.startswith(" ") else EMPTY
    return bool(rest.ops) and isinstance(rest.ops[0], Insert) and rest.ops[0].italic == first.italic


def _closes_with_blank(words: Change) -> bool:
    last = words.ops[-1] if words.ops else None
    return (
        isinstance(last, Insert)
        and isinstance(last.content, str)
        and last.content.endswith(" ")
        and not last.italic
    )


# --- who speaks, and what is remarked -----------------------------------------------------------

_SPECIAL = re.compile(r"[\\,:*\[\]]|\((?=[0-9]+\)$)|^(?=supported by )")
_ITEM = re.compile(r"(?:\\.|[^\\,])+")
_NUMBER = re.compile(r" \((?P<number>[0-9]{1,6})\)$")
_SUPPORTED = "supported by "
_HELD = " and\u00a0"
"""In a supporter's name the blank behind "and" is a no-break one: "Chile and Antigua and Barbuda"."""


def attribution(owners: Sequence[str], number: int = 1, supporters: Sequence[str] = ()) -> str:
    """Gives who speaks: "Norway (2), supported by Chile and Peru"; the first has no number.

    A backslash stands before what would be taken for a mark of the form in a name.
    """
    words = ", ".join(_SPECIAL.sub(r"\\\g<0>", name) for name in owners)
    if number > 1:
        words += f" ({number})"
    if supporters:
        held = [_SPECIAL.sub(r"\\\g<0>", name).replace(" and ", _HELD) for name in supporters]
        last = " and ".join(held[-2:])
        words += f", {_SUPPORTED}{', '.join([*held[:-2], last])}"
    return words


def attributed(words: str) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """Reads who speaks: owners, number, supporters."""
    items = [item.removeprefix(" ") for item in _ITEM.findall(words)]
    place = next((i for i, item in enumerate(items) if item.startswith(_SUPPORTED)), len(items))
    owners, supporters = items[:place], items[place:]
    number = 1
    if owners and (found := _NUMBER.search(owners[-1])):
        number = int(found["number"])
        owners[-1] = owners[-1][: found.start()]
    if supporters:
        supporters[0] = supporters[0].removeprefix(_SUPPORTED)
        supporters[-1:] = supporters[-1].split(" and ")
    return (
        tuple(filter(None, map(_name, owners))),
        number,
        tuple(name for item in supporters if (name := _name(item.replace(_HELD, " and ")))),
    )


def _name(item: str) -> str:
    return tidy(re.sub(r"\\(.)", r"\1", item))


_DELETED = "deleted"


def _remarks(entry: Entry) -> str:
    state = re.sub(r"[\\;]", r"\\\g<0>", entry.state)
    if state == _DELETED:
        state = f"\\{state}"
    return "; ".join(filter(None, (_DELETED if entry.deleted else "", state)))


def _remarked(remarks: str) -> tuple[bool, str]:
    first, mark, rest = remarks.partition("; ")
    deleted = first == _DELETED
    state = rest if deleted else first + mark + rest
    return deleted, tidy(re.sub(r"\\(.)", r"\1", state))


def shown_label(block: Block) -> str:
    """Gives what is printed for a label: a dash where there is none and one is needed.

    Only opening words, and lines beneath a paragraph, go without.
    """
    label = block.label
    if not label:
        bare = block.kind is Kind.FORMULA and not block.remarks and block.segments
        return "" if bare or block.beneath else "\N{EN DASH}"
    return f"\\{label}" if label == "\N{EN DASH}" or label.startswith("\\") else label


def label_shown(printed: str) -> str:
    """Gives the label that is so printed."""
    printed = tidy(printed)
    return "" if printed == "\N{EN DASH}" else printed.removeprefix("\\")


# --- reading ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Bracket:
    """What stands in brackets, and who says it; None: words of the text itself."""

    owners: str | None = None
    content: list[_Node] = field(default_factory=list)

    @property
    def words(self) -> Change:
        """Gives the words of who speaks."""
        return joined(*(node for node in self.content if isinstance(node, Change)))

    @property
    def plain(self) -> str:
        """Gives them without their slope."""
        return plain(self.words)


class _Gap:
    """A blank before a bracket."""


_Node = Change | _Bracket | _Gap


def gathered(
    printed: Iterable[Block],
    *,
    title: str,
    made: str = "",
    lines: Sequence[str] = (),
    language: str = "en",
) -> Compilation:
    """Gives the compilation that was so printed.

    Refuses: Unreadable where brackets do not match, or are nested deeper than any that is written.
    """
    before: list[Alternative] = []
    entries: list[Entry] = []
    for block in printed:
        nodes = _tree(block.segments)
        if block.beneath and entries:
            entries[-1] = _with_beneath(entries[-1], nodes)
            continue
        whole = _whole(nodes)
        if whole is not None:
            one = _whole_alternative(block, whole, entries[-1].label if entries else None)
            if entries:
                last = entries[-1]
                entries[-1] = replace(last, alternatives=(*last.alternatives, one))
            else:
                before.append(one)
            continue
        unwoven = _Unwoven(nodes)
        deleted, state = _remarked(block.remarks)
        entries.append(
            Entry(
                block.key,
                block.label,
                block.kind,
                block.level,
                unwoven.base,
                deleted,
                unwoven.alternatives(),
                (),
                state,
            )
        )
    return Compilation(title, tuple(entries), made, tuple(lines), language, tuple(before))


def _tree(segments: Iterable[Segment]) -> list[_Node]:
    stack = [_Bracket()]
    for segment in segments:
        top = stack[-1]
        match segment.role:
            case Role.WORDS:
                top.content.append(segment.words)
            case Role.SAID:
                top.content.append(text_of(segment.said))
            case Role.GAP:
                top.content.append(_Gap())
            case Role.OWNERS:
                top.owners = segment.said
            case Role.OPEN:
                _refuse(top.owners is not None, "somebody's words hold brackets of others")
                _refuse(len(stack) > MAX_BRACKETS_READ, "its brackets are nested too deep")
                inner = _Bracket()
                top.content.append(inner)
                stack.append(inner)
            case Role.CLOSE:
                _refuse(len(stack) == 1, "a bracket closes that never opened")
                stack.pop()
    _refuse(len(stack) > 1, "a bracket does not close")
    return stack[0].content


def _refuse(fact: bool, why: str) -> None:  # noqa: FBT001 - a fact, not a switch
    if fact:
        raise Unreadable(detail=f"This compilation text cannot be read: {why}. Nothing was stored.")


def _understood_brackets(segments: Sequence[Segment]) -> list[_Bracket] | None:
    """Gives the brackets of a line that holds nothing else, each of somebody; else None."""
    try:
        nodes = _tree(segments)
    except Unreadable:
        return None
    brackets = [node for node in nodes if isinstance(node, _Bracket)]
    if any(isinstance(node, Change) and plain(node).strip() for node in nodes):
        return None
    return brackets if all(bracket.owners is not None for bracket in brackets) else None


def _of_the_whole(words: str) -> bool:
    """Tells whether words say something of a whole paragraph."""
    return words in _VOICES or words in {_DELETE, _MERGE, _MOVE_FIRST} or words.startswith(_MOVE)


def _with_beneath(entry: Entry, nodes: Iterable[_Node]) -> Entry:
    alternatives, voices = list(entry.alternatives), list(entry.voices)
    for node in nodes:
        if not isinstance(node, _Bracket):
            continue
        words = node.plain
        owners, _, supporters = attributed(node.owners or "")
        if words in _VOICES:
            voices.append(Voice(owners, *_VOICES[words]))
            continue
        kind = ProposalKind.DELETE
        if words == _MERGE:
            kind = ProposalKind.MERGE
        elif words != _DELETE:
            kind = ProposalKind.MOVE
        after = tidy(words.removeprefix(_MOVE)) if words.startswith(_MOVE) else ""
        alternatives.append(Alternative("", kind, owners, after=after, supporters=supporters))
    return replace(entry, alternatives=tuple(alternatives), voices=tuple(voices))


def _whole(nodes: Sequence[_Node]) -> _Bracket | None:
    """Gives the bracket of somebody that is all of a paragraph, but for a split."""
    found = nodes[0] if len(nodes) == 1 else None
    if isinstance(found, _Bracket) and found.owners is not None and found.plain != SPLIT:
        return found
    return None


def _whole_alternative(block: Block, bracket: _Bracket, of: str | None) -> Alternative:
    words = bracket.words
    owners, _, supporters = attributed(bracket.owners or "")
    kind = ProposalKind.INSERT
    if of is not None and _is_alternative(block.label, of):
        kind = ProposalKind.ALTERNATIVE
    for verb, meant in (
        (_AMEND, ProposalKind.AMEND),
        (_REPLACE, ProposalKind.ALTERNATIVE),
        (_INSERT, ProposalKind.INSERT),
    ):
        if (rest := _after(verb, words)) is not None:
            kind, words = meant, rest
            break
    one = Alternative("", kind, owners, words, supporters=supporters)
    if kind is ProposalKind.INSERT:
        return replace(one, new_kind=block.kind, label=block.label)
    return one


def _after(verb: str, words: Change) -> Change | None:
    """Gives what a verb of the form introduces, or None: it is not there."""
    if plain(words) == verb:
        return EMPTY
    return part(words, len(verb) + 1) if plain(words).startswith(f"{verb} ") else None


class _Unwoven:
    """A paragraph taken apart again: its own words, and what each would make of them."""

    def __init__(self, nodes: Sequence[_Node]) -> None:
        self.builder = Builder()
        self.at = 0
        self.edits: dict[tuple[tuple[str, ...], int], list[_Hunk]] = {}
        self.supporters: dict[tuple[tuple[str, ...], int], tuple[str, ...]] = {}
        self._walk(nodes)
        self.base = self.builder.change()

    def _add(self, words: Change) -> None:
        self.builder.extend(words.ops)
        self.at += text_length(words)

    def _walk(self, nodes: Sequence[_Node]) -> None:
        gap = split = False
        replaced: tuple[int, int] | None = None
        for node in nodes:
            if isinstance(node, _Gap):
                # One behind a split only sets it off.
                gap, split = not split, False
                continue
            if isinstance(node, _Bracket) and node.owners is not None:
                replaced = self._attributed(node, replaced, gap=gap)
            else:
                # A blank that stands before nobody's bracket is one of the text.
                self._add(text_of(" ") if gap else EMPTY)
                replaced = None
                if isinstance(node, Change):
                    self._add(node)
                else:
                    start = self.at
                    self._walk(node.content)
                    replaced = start, self.at
            gap = False
            split = isinstance(node, _Bracket) and node.plain == SPLIT
        self._add(text_of(" ") if gap else EMPTY)

    def _attributed(
        self, bracket: _Bracket, replaced: tuple[int, int] | None, *, gap: bool
    ) -> tuple[int, int] | None:
        """Takes what somebody says; gives the words that the next may speak of too."""
        owners, number, supporters = attributed(bracket.owners or "")
        key = owners, number
        self.supporters.setdefault(key, supporters)
        edits = self.edits.setdefault(key, [])
        words, said = bracket.words, bracket.plain
        if said == SPLIT:
            self._add(text_of(" ") if gap else EMPTY)
            edits.append(_Hunk(self.at, self.at, split=True))
            return None
        inserted = _after(_INSERT, words)
        if replaced is None or inserted is not None:
            words = words if inserted is None else inserted
            if gap:
                first = words.ops[0] if words.ops else None
                slope = first.italic if isinstance(first, Insert) else None
                words = joined(Change((Insert(" ", slope),)), words)
            edits.append(_Hunk(self.at, self.at, words))
            return None
        if said in {_DELETE, _DELETE_BARE}:
            edits.append(_Hunk(*replaced, blank=said == _DELETE))
            return replaced
        rest = _after(_REPLACE, words)
        edits.append(_Hunk(*replaced, words if rest is None else rest))
        return replaced

    def alternatives(self) -> tuple[Alternative, ...]:
        """Gives the proposals in the order in which they first appear."""
        out = []
        for key, edits in self.edits.items():
            out += [
                self._alternative(key, ProposalKind.SPLIT, at=edit.start)
                for edit in edits
                if edit.split
            ]
            changes = [edit for edit in edits if not edit.split]
            if changes:
                out.append(
                    self._alternative(key, ProposalKind.AMEND, text=_changed(self.base, changes))
                )
        return tuple(out)

    def _alternative(
        self,
        key: tuple[tuple[str, ...], int],
        kind: ProposalKind,
        *,
        text: Change = EMPTY,
        at: int = 0,
    ) -> Alternative:
        return Alternative("", kind, key[0], text, at, supporters=self.supporters[key])


# --- characters of the form ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a printed paragraph in a format that marks the characters of the form itself."""

    words: Change
    fixed: bool = False


def runs(block: Block) -> Iterator[Run]:
    """Gives a block's segments as runs; those of who speaks are the only ones that begin a bracket.

    Who speaks has its colon; the blank behind it is a run of its own.
    """
    for segment in block.segments:
        match segment.role:
            case Role.WORDS:
                yield Run(segment.words)
            case Role.OPEN:
                yield Run(text_of("["), fixed=True)
            case Role.CLOSE:
                yield Run(text_of("]"), fixed=True)
            case Role.GAP:
                yield Run(text_of(" "), fixed=True)
            case Role.SAID:
                yield Run(text_of(segment.said), fixed=True)
            case Role.OWNERS:
                yield Run(text_of(f"{segment.said}:"), fixed=True)
                yield Run(text_of(" "), fixed=True)


def segments_of(read: Iterable[Run]) -> tuple[Segment, ...]:
    """Gives the segments that were printed as these runs, however they are cut by now."""
    reader = _Runs()
    for run in read:
        if run.fixed:
            for character in plain(run.words):
                reader.fixed(character)
        elif run.words:
            reader.words(run.words)
    return tuple(reader.out)


class _Runs:
    """Tells by its place what each character of the form is."""

    def __init__(self) -> None:
        self.out: list[Segment] = []
        self.owners: str | None = None
        """Who speaks, as far as it has been read; None elsewhere."""
        self.last = ""
        """The last character of the form, where nothing has come since."""
        self.spoken = False
        """The last character ended who speaks."""
        self.speaking = False
        """These are the words of somebody."""

    def words(self, words: Change) -> None:
        """Takes words of the text."""
        last = self.out[-1] if self.out else None
        if last is not None and last.role is Role.WORDS:
            self.out[-1] = Segment(Role.WORDS, joined(last.words, words))
        else:
            self.out.append(Segment(Role.WORDS, words))
        self.last, self.spoken = "", False

    def fixed(self, character: str) -> None:
        """Takes a character of the form."""
        if self.last == "[" and character != "[":
            self.owners = ""
        spoken, self.last, self.spoken = self.spoken, "", False
        if self.owners is not None:
            self._speaker(character, self.owners)
        elif character == "[":
            self.out.append(OPEN)
            self.last = character
        elif character == "]":
            self.out.append(CLOSE)
            self.speaking = False
        elif not self.speaking and character == " ":
            self.out.append(GAP)
        elif not spoken or character != " ":
            self.words(text_of(character))

    def _speaker(self, character: str, owners: str) -> None:
        backslashes = len(owners) - len(owners.rstrip("\\"))
        if character == ":" and not backslashes % 2:
            self.out.append(Segment(Role.OWNERS, said=owners))
            self.owners = None
            self.speaking = self.spoken = True
        else:
            self.owners = owners + character
