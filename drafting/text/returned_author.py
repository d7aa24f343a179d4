"""What one author's changes make of the file's own text: proposals, or entries in the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from drafting.text import collisions
from drafting.text.changes import (
    MAX_INSERT_UTF16,
    NOTE_PLACEHOLDER,
    Change,
    apply,
    joined,
    part,
    plain,
    text_length,
    transform_position,
)
from drafting.text.diff import dice, difference, normalized, words
from drafting.text.lineage import MOVED_LEAST, MOVED_WORDS
from drafting.text.marks import Read, Reading
from drafting.text.offsets import length_utf16
from drafting.text.proposal import ProposalKind
from drafting.text.resolution import Kind, Paragraph
from drafting.text.returned_items import LIKELY, OPENING_WORDS, Left, bare, short

if TYPE_CHECKING:
    from drafting.text.returned import Planner


def _trimmed(text: Change) -> Change:
    """Gives a text without blanks at its ends."""
    said = plain(text)
    start = length_utf16(said[: len(said) - len(said.lstrip())])
    return part(text, start, max(start, length_utf16(said.rstrip())))


def _tight(text: Change) -> str:
    return "".join(normalized(plain(text)).split())


@dataclass(slots=True)
class _Group:
    """Paragraphs of the text before that share their words with some of the text after."""

    olds: list[int] = field(default_factory=list)
    news: list[int] = field(default_factory=list)


def _groups(olds: Sequence[Read], news: Sequence[Read]) -> list[_Group]:
    """Gives which paragraphs hold the same paragraphs of the file, in the order of the new text."""
    of_source: dict[int, _Group] = {}
    out: list[_Group] = []

    def join(read: Read, place: int, *, new: bool) -> None:
        found = list(
            {id(g): g for s in read.sources if (g := of_source.get(s)) is not None}.values()
        )
        group = found[0] if found else _Group()
        if not found:
            out.append(group)
        for other in found[1:]:
            group.olds += other.olds
            group.news += other.news
            out.remove(other)
            of_source.update({s: group for s, g in of_source.items() if g is other})
        (group.news if new else group.olds).append(place)
        of_source.update(dict.fromkeys(read.sources, group))

    for place, read in enumerate(olds):
        join(read, place, new=False)
    for place, read in enumerate(news):
        join(read, place, new=True)
    for group in out:
        group.olds.sort()
        group.news.sort()
    return out


class AuthorsChanges:
    """What one author's changes make of the file's own text."""

    def __init__(self, planner: Planner, author: str, reading: Reading) -> None:
        self.planner = planner
        self.author = author
        self.news = reading.paragraphs
        self.olds = planner.base
        self.groups = _groups(self.olds, self.news)
        self.steady: dict[int, int] = {}
        """For paragraphs of the new text that stand in place, the one of the old text."""
        for group in self.groups:
            if group.olds and group.news:
                self.steady[group.news[-1]] = group.olds[-1]
        self.moves = self._moves()

    def tell(self) -> None:
        """Adds the author's proposals to the plan."""
        gone_by_move = {old for old, _ in self.moves}
        come_by_move = {new for _, new in self.moves}
        for group in sorted(self.groups, key=lambda g: g.news[:1] or [len(self.news)]):
            match (len(group.olds), len(group.news)):
                case (1, 1):
                    self._amended(group.olds[0], group.news[0])
                case (1, 0) if group.olds[0] not in gone_by_move:
                    self._deleted(group.olds[0])
                case (0, 1) if group.news[0] not in come_by_move:
                    self._inserted(group.news[0])
                case (1, 0) | (0, 1):
                    pass
                case (1, _):
                    self._split(group.olds[0], group.news)
                case (_, 1):
                    self._merged(group.olds, group.news[0])
                case _:
                    self._rewritten(group.olds, group.news)
        for old, new in self.moves:
            self._moved(old, new)

    def _sources(self, olds: Iterable[int], news: Iterable[int]) -> set[int]:
        return {s for old in olds for s in self.olds[old].sources} | {
            s for new in news for s in self.news[new].sources
        }

    def _usable(self, old: int, said: str, sources: set[int]) -> bool:
        """Tells whether a paragraph of the old text is one to which proposals are made."""
        planner = self.planner
        if old not in planner.place:
            why = "Its paragraph was not found in the version."
        elif planner.version[planner.place[old]].kind is Kind.FORMULA:
            why = OPENING_WORDS
        else:
            return True
        label = "" if old not in planner.place else planner.label(planner.place[old])
        planner.leave(self.author, sources, label, said, why)
        return False

    # one to one

    def _amended(self, old: int, new: int, sources: set[int] | None = None) -> None:
        before, after = self.olds[old].paragraph, self.news[new].paragraph
        self._reworded(old, after.text, sources or self._sources([old], [new]))
        if before.kind is not after.kind or before.level != after.level:
            self._kind_changed(old, after)

    def _reworded(self, old: int, after: Change, sources: set[int]) -> None:
        before = self.olds[old].paragraph.text
        if _trimmed(before) == _trimmed(after):
            return
        said = plain(after)
        if not self._usable(old, said, sources):
            return
        planner = self.planner
        ours = planner.version[planner.place[old]].text
        why = ""
        text = after
        if bare(ours) == bare(before) and text_length(ours) == text_length(before):
            # They differ in slopes and no-break blanks at most: every position is the same.
            text = apply(ours, difference(before, after))
        elif ours != before:
            carried = collisions.rebase(before, after, ours)
            label = planner.label(planner.place[old])
            if carried.done or carried.text == ours:
                planner.leave(self.author, sources, label, said, "The version says so already.")
                return
            if carried.meetings:
                planner.leave(self.author, sources, label, said, MEETS)
                return
            text = carried.text
            why = CARRIED
        if text_length(text) > MAX_INSERT_UTF16:
            planner.leave(self.author, sources, "", said, "It is longer than a paragraph can be.")
            return
        planner.cover(self.author, sources)
        if not plain(text).replace(NOTE_PLACEHOLDER, "").strip():
            planner.to(ProposalKind.DELETE, old, self.author, why=why, sources=sources)
            return
        planner.to(ProposalKind.AMEND, old, self.author, text=text, why=why, sources=sources)

    def _kind_changed(self, old: int, after: Paragraph) -> None:
        before = self.olds[old].paragraph
        if old not in self.planner.place or Kind.FORMULA in (before.kind, after.kind):
            return
        self.planner.left.append(
            Left(
                self.author,
                None,
                self.planner.label(self.planner.place[old]),
                short(plain(after.text)),
                f"It makes the paragraph {_KINDS[after.kind]}; no proposal does that.",
            )
        )

    def _deleted(self, old: int) -> None:
        sources = self._sources([old], [])
        if self._usable(old, plain(self.olds[old].paragraph.text), sources):
            self.planner.cover(self.author, sources)
            self.planner.to(ProposalKind.DELETE, old, self.author)

    def _inserted(self, new: int) -> None:
        paragraph = self.news[new].paragraph
        sources = self._sources([], [new])
        if paragraph.kind is Kind.FORMULA or text_length(paragraph.text) > MAX_INSERT_UTF16:
            self.planner.leave(self.author, sources, "", plain(paragraph.text), OPENING_WORDS)
            return
        self.planner.cover(self.author, sources)
        at = self.planner.last(self.author, sources)
        after, why = self._behind(new)
        self.planner.items.append(
            self.planner.new(self.author, at, after, replace(paragraph, key=None), why=why)
        )

    def _behind(self, new: int) -> tuple[int | None, str]:
        """Gives the version's paragraph behind which one of the new text stands, and any doubt."""
        why = ""
        for place in range(new - 1, -1, -1):
            old = self.steady.get(place)
            if old is None:
                continue
            if old in self.planner.place:
                sure = self.planner.sure[old]
                return self.planner.place[old], why or ("" if sure else LIKELY)
            why = "What stands before it was not found in the version: look at its place."
        return None, why

    # moves

    def _moves(self) -> list[tuple[int, int]]:
        """Gives what was moved: by the file's own word, else cut in one place and put in at another."""
        gone = [g.olds[0] for g in self.groups if len(g.olds) == 1 and not g.news]
        come = [g.news[0] for g in self.groups if len(g.news) == 1 and not g.olds]
        out: list[tuple[int, int]] = []
        of_old = {s: old for old in gone for s in self.olds[old].sources}
        of_new = {s: new for new in come for s in self.news[new].sources}
        for source, target in self.planner.marks.moves:
            if source in of_old and target in of_new:
                self._pair(of_old[source], of_new[target], gone, come, out)
        for old in list(gone):
            said = bare(self.olds[old].paragraph.text)
            same = [
                new
                for new in come
                if bare(self.news[new].paragraph.text) == said and self._alike(old, new)
            ]
            if same:
                self._pair(old, same[0], gone, come, out)
        bags = {new: Counter(words(self.news[new].paragraph.text)) for new in come}
        likely: list[tuple[float, int, int]] = []
        for old in gone:
            bag = Counter(words(self.olds[old].paragraph.text))
            if bag.total() < MOVED_WORDS:
                continue
            likely += [
                (alike, old, new)
                for new in come
                if bags[new].total() >= MOVED_WORDS
                and self._alike(old, new)
                and (alike := dice(bag, bags[new])) >= MOVED_LEAST
            ]
        for _, old, new in sorted(likely, key=lambda one: (-one[0], one[1], one[2])):
            self._pair(old, new, gone, come, out)
        return out

    def _alike(self, old: int, new: int) -> bool:
        """Tells whether two are of one kind: else the same words are another paragraph."""
        return self.olds[old].paragraph.kind is self.news[new].paragraph.kind

    @staticmethod
    def _pair(
        old: int, new: int, gone: list[int], come: list[int], out: list[tuple[int, int]]
    ) -> None:
        if old in gone and new in come:
            gone.remove(old)
            come.remove(new)
            out.append((old, new))

    def _moved(self, old: int, new: int) -> None:
        sources = self._sources([old], [new])
        paragraph = self.news[new].paragraph
        if not self._usable(old, plain(paragraph.text), sources):
            return
        self.planner.cover(self.author, sources)
        after, why = self._behind(new)
        if after == self.planner.place[old]:
            # It stands behind what stood before it: taken out and put in at the same place.
            self._amended(old, new, sources)
            return
        before = self._behind_in_version(self.planner.place[old])
        if before != after:
            self.planner.to(
                ProposalKind.MOVE, old, self.author, after=after, why=why, sources=sources
            )
        self._amended(old, new, sources)

    def _behind_in_version(self, was: int) -> int | None:
        return was - 1 if was else None

    # several to one, one to several

    def _split(self, old: int, news: list[int]) -> None:
        sources = self._sources([old], news)
        if not self._usable(
            old, " / ".join(plain(self.news[n].paragraph.text) for n in news), sources
        ):
            return
        planner = self.planner
        before = self.olds[old].paragraph.text
        pieces = [self.news[n].paragraph.text for n in news]
        planner.cover(self.author, sources)
        if len(news) == 2 and "".join(map(_tight, pieces)) == _tight(before):  # noqa: PLR2004
            at = _cut(before, _tight(pieces[0]))
            ours = planner.version[planner.place[old]].text
            if ours != before:
                at = transform_position(difference(before, ours), at)
            if 0 < at < text_length(ours):
                planner.to(ProposalKind.SPLIT, old, self.author, split_at=at, sources=sources)
                return
        # Split and changed besides: the first part in its place, the others as new paragraphs.
        self._reworded(old, pieces[0], sources)
        was = planner.place[old]
        kept = planner.version[was]
        for piece in pieces[1:]:
            paragraph = Paragraph(kept.kind, piece, kept.level)
            at_time = planner.last(self.author, sources)
            planner.items.append(
                planner.new(self.author, at_time, was, paragraph, why=_SPLIT_CHANGED)
            )

    def _merged(self, olds: list[int], new: int) -> None:
        sources = self._sources(olds, [new])
        said = plain(self.news[new].paragraph.text)
        if not all(self._usable(old, said, sources) for old in olds):
            return
        planner = self.planner
        planner.cover(self.author, sources)
        befores = [self.olds[old].paragraph.text for old in olds]
        places = [planner.place[old] for old in olds]
        pure = "".join(map(_tight, befores)) == _tight(self.news[new].paragraph.text)
        first, second = planner.version[places[0]], planner.version[places[-1]]
        if (
            pure
            and len(olds) == 2  # noqa: PLR2004
            and places[1] == places[0] + 1
            and second.kind in {first.kind, Kind.SUB}
        ):
            planner.to(ProposalKind.MERGE, olds[1], self.author, sources=sources)
            return
        # Joined and changed besides: all words in the first, the others go.
        after = self.news[new].paragraph.text
        if joined(*befores) != after or len(olds) > 1:
            self._reworded(olds[0], after, sources)
        for old in olds[1:]:
            planner.to(ProposalKind.DELETE, old, self.author, why=_MERGE_CHANGED, sources=sources)

    def _rewritten(self, olds: list[int], news: list[int]) -> None:
        """Tells paragraphs that were joined and split anew: one by one, as far as they go."""
        for old, new in zip(olds, news, strict=False):
            self._amended(old, new, self._sources([old], [new]))
        for old in olds[len(news) :]:
            self._deleted(old)
        for new in news[len(olds) :]:
            self._inserted(new)
        self.planner.cover(self.author, self._sources(olds, news))


CARRIED = (
    "The file’s own text says something else here than the version; the change was carried over."
)
MEETS = (
    "The file’s own text says something else than the version at the very words that are changed."
)
_SPLIT_CHANGED = "The paragraph was split and changed besides."
_MERGE_CHANGED = "The paragraph was joined to another and changed besides."
_KINDS = {
    Kind.FORMULA: "the opening words",
    Kind.PREAMBULAR: "a preambular paragraph",
    Kind.OPERATIVE: "an operative paragraph",
    Kind.SUB: "a sub-paragraph",
    Kind.HEADING: "a heading",
    Kind.ANNEX: "the heading of an annex",
    Kind.ANNEX_TEXT: "text of an annex",
    Kind.ANNEX_ITEM: "an item of an annex",
}


def _cut(text: Change, first: str) -> int:
    """Gives behind which unit of a text its letters have been those of `first`, blanks aside."""
    count = len(first)
    at = 0
    for character, units in _units(text):
        if not count:
            break
        at += units
        count -= not character.isspace()
    return at


def _units(text: Change) -> Iterator[tuple[str, int]]:
    """Gives each character of a text as it is compared, with its length in UTF-16 units."""
    for character in plain(text):
        yield normalized(character) or " ", length_utf16(character)
