"""A compilation text read again: its paragraphs, and what each proposal would make of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from drafting.text.changes import (
    EMPTY,
    Builder,
    Change,
    Insert,
    joined,
    part,
    plain,
    text_length,
    text_of,
)
from drafting.text.compilation import Alternative, Compilation, Entry, Voice, tidy
from drafting.text.compilation_form import (
    AMEND,
    DELETE,
    DELETE_BARE,
    INSERT,
    MERGE,
    MOVE,
    REPLACE,
    SPLIT,
    VOICES,
    Block,
    Bracket,
    Gap,
    Node,
    attributed,
    is_alternative,
    remarked,
    tree,
)
from drafting.text.compilation_places import Hunk, changed
from drafting.text.proposal import ProposalKind
from drafting.text.resolution import Kind


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
        nodes = tree(block.segments)
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
        deleted, state = remarked(block.remarks)
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


def _with_beneath(entry: Entry, nodes: Iterable[Node]) -> Entry:
    alternatives, voices = list(entry.alternatives), list(entry.voices)
    for node in nodes:
        if not isinstance(node, Bracket):
            continue
        words = node.plain
        owners, _, supporters = attributed(node.owners or "")
        if words in VOICES:
            voices.append(Voice(owners, *VOICES[words]))
            continue
        kind = ProposalKind.DELETE
        if words == MERGE:
            kind = ProposalKind.MERGE
        elif words != DELETE:
            kind = ProposalKind.MOVE
        after = tidy(words.removeprefix(MOVE)) if words.startswith(MOVE) else ""
        alternatives.append(Alternative("", kind, owners, after=after, supporters=supporters))
    return replace(entry, alternatives=tuple(alternatives), voices=tuple(voices))


def _whole(nodes: Sequence[Node]) -> Bracket | None:
    """Gives the bracket of somebody that is all of a paragraph, but for a split."""
    found = nodes[0] if len(nodes) == 1 else None
    if isinstance(found, Bracket) and found.owners is not None and found.plain != SPLIT:
        return found
    return None


def _whole_alternative(block: Block, bracket: Bracket, of: str | None) -> Alternative:
    words = bracket.words
    owners, _, supporters = attributed(bracket.owners or "")
    kind = ProposalKind.INSERT
    if of is not None and is_alternative(block.label, of):
        kind = ProposalKind.ALTERNATIVE
    for verb, meant in (
        (AMEND, ProposalKind.AMEND),
        (REPLACE, ProposalKind.ALTERNATIVE),
        (INSERT, ProposalKind.INSERT),
    ):
        if (rest := _after(verb, words)) is not None:
            kind, words = meant, rest
            break
    apart = kind is ProposalKind.AMEND
    one = Alternative("", kind, owners, words, supporters=supporters, apart=apart)
    if kind is ProposalKind.INSERT:
        level = block.level if block.kind is Kind.SUB else 0
        return replace(one, new_kind=block.kind, label=block.label, level=level)
    return one


def _after(verb: str, words: Change) -> Change | None:
    """Gives what a verb of the form introduces, or None: it is not there."""
    if plain(words) == verb:
        return EMPTY
    return part(words, len(verb) + 1) if plain(words).startswith(f"{verb} ") else None


class _Unwoven:
    """A paragraph taken apart again: its own words, and what each would make of them."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.builder = Builder()
        self.at = 0
        self.edits: dict[tuple[tuple[str, ...], int], list[Hunk]] = {}
        self.supporters: dict[tuple[tuple[str, ...], int], tuple[str, ...]] = {}
        self._walk(nodes)
        self.base = self.builder.change()

    def _add(self, words: Change) -> None:
        self.builder.extend(words.ops)
        self.at += text_length(words)

    def _walk(self, nodes: Sequence[Node]) -> None:
        gap = split = False
        replaced: tuple[int, int] | None = None
        for node in nodes:
            if isinstance(node, Gap):
                # One behind a split only sets it off.
                gap, split = not split, False
                continue
            if isinstance(node, Bracket) and node.owners is not None:
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
            split = isinstance(node, Bracket) and node.plain == SPLIT
        self._add(text_of(" ") if gap else EMPTY)

    def _attributed(
        self, bracket: Bracket, replaced: tuple[int, int] | None, *, gap: bool
    ) -> tuple[int, int] | None:
        """Takes what somebody says; gives the words that the next may speak of too."""
        owners, number, supporters = attributed(bracket.owners or "")
        key = owners, number
        self.supporters.setdefault(key, supporters)
        edits = self.edits.setdefault(key, [])
        words, said = bracket.words, bracket.plain
        if said == SPLIT:
            self._add(text_of(" ") if gap else EMPTY)
            edits.append(Hunk(self.at, self.at, split=True))
            return None
        inserted = _after(INSERT, words)
        if replaced is None or inserted is not None:
            words = words if inserted is None else inserted
            if gap:
                first = words.ops[0] if words.ops else None
                slope = first.italic if isinstance(first, Insert) else None
                words = joined(Change((Insert(" ", slope),)), words)
            edits.append(Hunk(self.at, self.at, words))
            return None
        if said in {DELETE, DELETE_BARE}:
            edits.append(Hunk(*replaced, blank=said == DELETE))
            return replaced
        rest = _after(REPLACE, words)
        edits.append(Hunk(*replaced, words if rest is None else rest))
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
                    self._alternative(key, ProposalKind.AMEND, text=changed(self.base, changes))
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
