"""A compilation text as it is printed: where each proposal is told, and what it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from drafting.text.compilation import (
    Alternative,
    Compilation,
    Entry,
    Voice,
    tidy,
    tidy_alternative,
    tidy_entry,
)
from drafting.text.compilation_form import (
    AMEND,
    DELETE,
    GAP,
    INSERT,
    MERGE,
    MOVE,
    MOVE_FIRST,
    REPLACE,
    VOICES,
    Block,
    Role,
    Segment,
    attribution,
    is_alternative,
    remarks_of,
)
from drafting.text.compilation_places import Hunk, cut, fit, hunks_of
from drafting.text.compilation_weaving import Weaver, bracket, introduced, worded
from drafting.text.numbering import Item, frozen_labels
from drafting.text.proposal import ProposalKind
from drafting.text.resolution import Kind


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


def named(compilation: Compilation) -> Compilation:
    """Gives a compilation with its inserted paragraphs named, as they will be when it is printed.

    What is then left out of it takes no names away, and gives none to others.
    """
    return _named(
        replace(
            compilation,
            entries=tuple(
                replace(entry, alternatives=_in_place(entry.alternatives))
                for entry in compilation.entries
            ),
        )
    )


def _settled(compilation: Compilation) -> tuple[Compilation, list[_Layout]]:
    layouts = [_Layout(tidy_entry(entry)) for entry in compilation.entries]
    whole = Compilation(
        title=tidy(compilation.title),
        entries=tuple(replace(one.entry, alternatives=one.alternatives()) for one in layouts),
        made=tidy(compilation.made),
        lines=tuple(line for line in map(tidy, compilation.lines) if line),
        language=compilation.language,
        before=tuple(
            tidy_alternative(one) for one in compilation.before if one.kind is ProposalKind.INSERT
        ),
    )
    return _named(whole), layouts


def _in_place(alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Gives insertions last, and sub-paragraphs first among them.

    These are to follow the paragraph itself, not another inserted one.
    """
    ranks = {Kind.SUB: 1}
    return tuple(
        sorted(
            alternatives,
            key=lambda one: ranks.get(one.new_kind, 2) if one.kind is ProposalKind.INSERT else 0,
        )
    )


def _named(compilation: Compilation) -> Compilation:
    labels = _inserted_labels(compilation.before, compilation.entries)
    return replace(
        compilation,
        entries=tuple(
            replace(
                entry, alternatives=_labelled(str(index), entry.alternatives, labels, entry.level)
            )
            for index, entry in enumerate(compilation.entries)
        ),
        before=_labelled("before", compilation.before, labels, 1),
    )


def _inserted_labels(before: Sequence[Alternative], entries: Sequence[Entry]) -> dict[str, str]:
    """Names the inserted paragraphs, by where they stand ("3/1": the second with the fourth)."""
    items: list[Item] = []
    base: dict[str, str] = {}

    def add(where: str, alternatives: Sequence[Alternative], level: int) -> None:
        for index, one in enumerate(alternatives):
            if one.kind is ProposalKind.INSERT:
                key = f"{where}/{index}"
                items.append(Item(key, one.new_kind, _level(one, level)))
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
    where: str, alternatives: Sequence[Alternative], labels: dict[str, str], level: int
) -> tuple[Alternative, ...]:
    return tuple(
        replace(one, label=labels.get(f"{where}/{index}", ""), level=_level(one, level))
        for index, one in enumerate(alternatives)
    )


def _level(one: Alternative, beside: int) -> int:
    """Gives the level of an inserted paragraph: its own, or that of the one it would follow."""
    if one.kind is not ProposalKind.INSERT or one.new_kind is not Kind.SUB:
        return 0
    return one.level or max(beside, 1)


class _Layout:
    """Decides where each alternative of a paragraph is told."""

    def __init__(self, entry: Entry) -> None:
        self.placed: list[tuple[Alternative, tuple[Hunk, ...]]] = []
        self.beneath: list[Alternative] = []
        self.whole: list[Alternative] = []
        self.inserted: list[Alternative] = []
        self.entry = entry
        taken: set[tuple[int, int]] = set()
        for one in entry.alternatives:
            match one.kind:
                case ProposalKind.AMEND:
                    hunks = hunks_of(entry.text, one.text)
                    ranges = {hunk.range for hunk in hunks if hunk.start < hunk.end}
                    if hunks and not one.apart and fit(ranges, taken):
                        taken |= ranges
                        self.placed.append((one, hunks))
                    else:
                        self.whole.append(replace(one, apart=True))
                case ProposalKind.SPLIT:
                    at = cut(entry.text, one.at)
                    self.placed.append((replace(one, at=at), (Hunk(at, at, split=True),)))
                case ProposalKind.ALTERNATIVE:
                    self.whole.append(one)
                case ProposalKind.INSERT:
                    self.inserted.append(one)
                case ProposalKind.DELETE | ProposalKind.MOVE | ProposalKind.MERGE:
                    self.beneath.append(one)
        weaver = Weaver(entry.text, self.placed, [""] * len(self.placed))
        weaver.woven()
        self.placed = [self.placed[index] for index in weaver.order]
        self.inserted = list(_in_place(self.inserted))

    def alternatives(self) -> tuple[Alternative, ...]:
        """Gives the alternatives in printed order."""
        return (*(one for one, _ in self.placed), *self.beneath, *self.whole, *self.inserted)


def _blocks(compilation: Compilation, layouts: Iterable[_Layout]) -> Iterator[Block]:
    before = compilation.before
    for one, name in zip(before, _numbered(before), strict=True):
        yield _inserted(one, name, "")
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
    weaver = Weaver(entry.text, layout.placed, [next(names) for _ in layout.placed])
    yield Block(
        entry.label,
        entry.kind,
        entry.level,
        weaver.woven(),
        remarks_of(entry),
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
            segments += bracket(name, Segment(Role.SAID, said=words))
        yield Block("", entry.kind, entry.level, tuple(segments))
    for number, one in enumerate(layout.whole, 1):
        label = f"{entry.label} alt{f' {number}' if number > 1 else ''}".strip()
        if one.kind is ProposalKind.AMEND:
            content = introduced(AMEND, one.text)
        else:
            content = worded(REPLACE, one.text)
        yield Block(label, entry.kind, entry.level, bracket(next(names), *content))
    for one in entry.alternatives[len(entry.alternatives) - len(layout.inserted) :]:
        yield _inserted(one, next(names), entry.label)


def _inserted(one: Alternative, name: str, label: str) -> Block:
    clear = is_alternative(one.label, label)
    content = introduced(INSERT, one.text) if clear else worded(INSERT, one.text)
    return Block(one.label, one.new_kind, one.level, bracket(name, *content))


def _said(one: Alternative) -> str:
    match one.kind:
        case ProposalKind.MOVE:
            return f"{MOVE}{one.after}" if one.after else MOVE_FIRST
        case ProposalKind.MERGE:
            return MERGE
        case _:
            return DELETE


def _voiced(voice: Voice) -> str:
    wanted = voice.stance, voice.essential, voice.preliminary
    return next(words for words, meaning in VOICES.items() if meaning == wanted)
