"""Open proposals laid into the text they are made to: one redline, each difference its proposer's.

Accepting all gives the text with every proposal that is laid in; rejecting all gives the text as it
stands. Proposals are laid in by the order they come in; one that touches what another has touched
before it is not laid in but kept beside the text, in words, with the reason (decision 17).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from drafting.text import collisions
from drafting.text.authorship import CreditedChange
from drafting.text.changes import (
    EMPTY,
    Builder,
    Change,
    apply,
    compose,
    part,
    plain,
    text_length,
    transform,
)
from drafting.text.diff import difference
from drafting.text.proposal import ProposalKind
from drafting.text.redline import Attribution, between
from drafting.text.resolution import Kind, Paragraph
from drafting.text.tracked import Credit, Redline, RedlineParagraph


@dataclass(frozen=True, slots=True)
class Wish:
    """An open proposal as it stands to the text.

    `paragraph` is the key of the one it is made to, of the one behind which a new one is to stand
    (None: at the beginning), or None for one that has left the text. `text` is what the paragraph
    would say; `after` is where a moved one would stand; `at` where it would be split, in UTF-16
    units. `apart` says why it cannot be laid in, where that is known beforehand.
    """

    kind: ProposalKind
    paragraph: str | None
    credit: Credit
    text: Change = EMPTY
    after: str | None = None
    at: int = 0
    new_kind: Kind = Kind.OPERATIVE
    level: int = 0
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Apart:
    """A proposal that is not laid in, by its place among those given, and why."""

    index: int
    why: str


@dataclass(frozen=True, slots=True)
class Laid:
    """The redline of what is laid in, and what is kept beside the text."""

    redline: Redline
    apart: tuple[Apart, ...]


def lay(paragraphs: Sequence[Paragraph], labels: Sequence[str], wishes: Sequence[Wish]) -> Laid:
    """Lays proposals into a text; its paragraphs all have keys, and `labels` are their names."""
    table = _Table(paragraphs)
    apart = []
    for index, wish in enumerate(wishes):
        why = wish.apart or table.take(wish)
        if why:
            apart.append(Apart(index, why))
    return Laid(table.redline(dict(zip(table.order, labels, strict=True))), tuple(apart))


@dataclass(slots=True)
class _Place:
    """A paragraph of the text, and what is laid into it."""

    paragraph: Paragraph
    text: Change
    done: Change = EMPTY
    made: list[CreditedChange] = field(default_factory=list)
    wanted: list[tuple[Change, str]] = field(default_factory=list)
    """Changes as they were wanted, each made to the text as it stands, and whose they are."""
    whole: str = ""
    """Who would replace or delete it as a whole; nothing else is then laid into it."""
    gone: Credit | None = None
    moved: Credit | None = None
    goes: str | None = None
    """Behind which it would be moved, with the sub-paragraphs beneath it."""
    behind: list[tuple[Paragraph, Credit]] = field(default_factory=list)
    """New paragraphs that are to stand behind it."""


class _Table:
    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self.old = list(paragraphs)
        self.order = [p.key or "" for p in paragraphs]
        self.places = {p.key or "": _Place(p, p.text) for p in paragraphs}
        self.first: list[tuple[Paragraph, Credit]] = []
        self.movers: list[str] = []
        """Those that are moved, in the order of the proposals; what is beneath them goes with them."""
        self.new = 0

    def take(self, wish: Wish) -> str:
        """Lays one proposal in, or gives why not."""
        if wish.kind is ProposalKind.INSERT:
            return self._insert(wish)
        place = self.places.get(wish.paragraph or "")
        if place is None:
            return "Its paragraph is no longer in the text."
        if place.whole:
            return f"The proposal of {place.whole} would take its paragraph as a whole."
        return self._into(place, wish)

    def _into(self, place: _Place, wish: Wish) -> str:
        match wish.kind:
            case ProposalKind.AMEND:
                return self._change(place, difference(place.paragraph.text, wish.text), wish)
            case ProposalKind.SPLIT:
                return self._split(place, wish)
            case ProposalKind.MERGE:
                return self._merge(place, wish)
            case _:
                return self._whole(place, wish)

    def _insert(self, wish: Wish) -> str:
        fresh = self._fresh(wish.new_kind, wish.text, wish.level), wish.credit
        if wish.paragraph is None:
            self.first.append(fresh)
        elif wish.paragraph not in self.places:
            return _NOWHERE
        elif wish.level:
            self.places[wish.paragraph].behind.append(fresh)
        else:
            # Behind a paragraph is behind the sub-paragraphs beneath it.
            self.places[self._group(wish.paragraph)[-1]].behind.append(fresh)
        return ""

    def _group(self, key: str) -> list[str]:
        """Gives a paragraph and the sub-paragraphs beneath it."""
        index = self.order.index(key)
        return self.order[index : _group_end(self.old, index)]

    def _fresh(self, kind: Kind, text: Change, level: int) -> Paragraph:
        self.new += 1
        return Paragraph(kind, text, level, key=f"new {self.new}")

    def _change(self, place: _Place, change: Change, wish: Wish) -> str:
        author = wish.credit.author
        for other, whose in place.wanted:
            if collisions.meetings(other, change):
                return f"It touches the same words as the proposal of {whose}."
        carried = transform(place.done, change, first=True)
        place.text = apply(place.text, carried)
        place.done = compose(place.done, carried)
        place.made.append((carried, wish.credit))
        place.wanted.append((change, author))
        return ""

    def _whole(self, place: _Place, wish: Wish) -> str:
        """Lays in what takes a paragraph as a whole; a move leaves its words to others."""
        key = place.paragraph.key or ""
        keys = [key] if wish.kind is ProposalKind.ALTERNATIVE else self._group(key)
        group = [self.places[one] for one in keys]
        if wish.kind is ProposalKind.MOVE and (wish.after in keys or not self._stands(wish.after)):
            return _NOWHERE
        for one in group:
            if one.moved is not None and wish.kind is not ProposalKind.ALTERNATIVE:
                return f"The proposal of {one.moved.author} would move its paragraph."
            if one.whole:
                return f"The proposal of {one.whole} would take a part of it as a whole."
            if one.made and wish.kind is not ProposalKind.MOVE:
                return f"The proposal of {one.wanted[0][1]} would change words of it."
        for one in group:
            self._take_whole(one, wish)
        if wish.kind is ProposalKind.MOVE:
            place.goes = wish.after
            self.movers.append(key)
        return ""

    def _stands(self, key: str | None) -> bool:
        return key is None or key in self.places

    def _take_whole(self, place: _Place, wish: Wish) -> None:
        match wish.kind:
            case ProposalKind.MOVE:
                place.moved = wish.credit
                return
            case ProposalKind.DELETE:
                place.gone = wish.credit
            case _:
                self._change(place, difference(place.paragraph.text, wish.text), wish)
        place.whole = wish.credit.author

    def _split(self, place: _Place, wish: Wish) -> str:
        text = place.paragraph.text
        rest = part(text, wish.at)
        words = plain(rest)
        blank = len(words) - len(words.lstrip(" \u00a0"))
        why = self._change(
            place, Builder().retain(wish.at).delete(text_length(rest)).change(), wish
        )
        if not why:
            kind, level = place.paragraph.kind, place.paragraph.level
            place.behind.insert(0, (self._fresh(kind, part(rest, blank), level), wish.credit))
        return why

    def _merge(self, place: _Place, wish: Wish) -> str:
        index = self.order.index(place.paragraph.key or "")
        before = self.places[self.order[index - 1]] if index else None
        if before is None or place.paragraph.kind not in (before.paragraph.kind, Kind.SUB):
            return "There is no paragraph of its kind before it."
        if before.whole or before.moved is not None or before.behind:
            return "Another proposal would change the paragraph before it."
        if place.made or place.moved is not None:
            return "Another proposal would change its paragraph."
        said, words = plain(before.paragraph.text), plain(place.paragraph.text)
        touch = not said or not words or said[-1] in " \u00a0" or words[0] in " \u00a0,;.:"
        grown = Builder().retain(text_length(before.paragraph.text))
        grown.insert("" if touch else " ").extend(place.paragraph.text.ops)
        why = self._change(before, grown.change(), wish)
        if not why:
            place.gone, place.whole = wish.credit, wish.credit.author
        return why

    # what comes of it

    def redline(self, labels: dict[str, str]) -> Redline:
        """Gives the redline of all that is laid in against the text as it stands."""
        new = [key for key in self.order if self.places[key].gone is None]
        moved = self._move(new)
        whose: dict[str, Credit] = {}
        after = self._written(new, whose)
        at = {p.key: index for index, p in enumerate(after)}
        pairs = [(was, at.get(key)) for was, key in enumerate(self.order)]
        for key, place in self.places.items():
            if place.gone is not None:
                whose[key] = place.gone
        made = between(
            pairs,
            self.old,
            after,
            old_labels=list(labels.values()),
            new_labels=[labels.get(p.key or "", "") for p in after],
            attribution=Attribution(
                paragraphs=whose,
                changes={key: place.made for key, place in self.places.items() if place.made},
            ),
            moved=frozenset(at[key] for key in moved),
        )
        return Redline(
            tuple(
                row if row.new is None or row.new.key in labels else _anonymous(row)
                for row in made.paragraphs
            )
        )

    def _move(self, new: list[str]) -> set[str]:
        """Puts moved paragraphs where they would stand; gives those that stand elsewhere now."""
        before = list(new)
        for key in self.movers:
            group = self._group(key)
            for one in group:
                new.remove(one)
            at = self._behind(new, self.places[key].goes)
            if at and not self.places[key].paragraph.level:
                at = _group_end([self.places[one].paragraph for one in new], at - 1)
            new[at:at] = group
        if new == before:
            return set()
        return {key for key in new if self.places[key].moved is not None}

    def _behind(self, new: list[str], after: str | None) -> int:
        """Gives the place behind a paragraph; behind one that would go, where it stood."""
        while after is not None and after not in new:
            index = self.order.index(after)
            after = self.order[index - 1] if index else None
        return 0 if after is None else new.index(after) + 1

    def _written(self, new: Iterable[str], whose: dict[str, Credit]) -> list[Paragraph]:
        """Gives the paragraphs as they would stand, new ones behind those they follow."""
        out = [fresh for fresh, _ in self.first]
        whose.update({fresh.key or "": credit for fresh, credit in self.first})
        standing = list(new)
        hung: dict[str | None, list[str]] = {}
        for key in self.order:
            if self.places[key].gone is not None and self.places[key].behind:
                index = self._behind(standing, key)
                hung.setdefault(standing[index - 1] if index else None, []).append(key)
        for fresh, credit in self._hanging(hung.get(None, [])):
            out.append(fresh)
            whose[fresh.key or ""] = credit
        for key in standing:
            place = self.places[key]
            out.append(replace(place.paragraph, text=place.text))
            if place.moved is not None:
                whose[key] = place.moved
            for fresh, credit in self._hanging([key, *hung.get(key, [])]):
                out.append(fresh)
                whose[fresh.key or ""] = credit
        return out

    def _hanging(self, keys: Iterable[str]) -> list[tuple[Paragraph, Credit]]:
        return [one for key in keys for one in self.places[key].behind]


def _group_end(paragraphs: Sequence[Paragraph], index: int) -> int:
    """Gives the place behind a paragraph and all sub-paragraphs beneath it."""
    end = index + 1
    if paragraphs[index].kind in (Kind.FORMULA, Kind.HEADING, Kind.ANNEX):
        return end
    level = paragraphs[index].level
    while end < len(paragraphs) and _is_beneath(paragraphs[end], level):
        end += 1
    return end


def _is_beneath(paragraph: Paragraph, level: int) -> bool:
    return paragraph.kind is Kind.SUB and paragraph.level > level


_NOWHERE = "The paragraph it was to stand behind is no longer in the text."


def _anonymous(row: RedlineParagraph) -> RedlineParagraph:
    """Gives the row of a paragraph that is only proposed: it has no identity of its own yet."""
    return row if row.new is None else replace(row, new=replace(row.new, key=None))
