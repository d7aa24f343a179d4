"""What a file that came back asks for: proposals and comments, and what can become neither.

The file's own text before its changes is matched with the version it was made of, paragraph by
paragraph: by the identities that our exports carry, else by likeness, which is a suggestion. What
each author changed is then told as what our proposals know: amend, insert, delete, move, split,
merge. Where the file says something else than the version although nothing was tracked, that is
told as well, as differences of nobody yet. A change is carried over to the version's words only
where both have left the same words alone; whatever is not certain is listed, with its words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from drafting.text.anchors import Anchor, moved
from drafting.text.changes import (
    EMPTY,
    Builder,
    Change,
    Retain,
    Revise,
    apply,
    base_length,
    plain,
    text_length,
)
from drafting.text.diff import difference
from drafting.text.lineage import in_place, match
from drafting.text.marks import Marks, Remark, Revision
from drafting.text.proposal import ProposalKind
from drafting.text.resolution import Kind, Paragraph
from drafting.text.returned_author import AuthorsChanges
from drafting.text.returned_items import (
    LIKELY,
    OPENING_WORDS,
    UNTRACKED,
    Item,
    Left,
    Plan,
    Said,
    bare,
    short,
)


def plan(marks: Marks, version: Sequence[Paragraph], labels: Sequence[str]) -> Plan:
    """Gives what a marked file would make of a version whose paragraphs carry their keys."""
    return Planner(marks, version, labels).plan()


def fit(marks: Marks, version: Sequence[Paragraph]) -> float:
    """Gives how much of a version's words a file's own text holds, from 0 to 1: for a suggestion."""
    ours = Counter(bare(p.text) for p in version)
    theirs = Counter(bare(read.paragraph.text) for read in marks.base.paragraphs)
    both = (ours & theirs).total()
    return 2 * both / max(1, ours.total() + theirs.total())


def _wording(old: Change, new: Change) -> Change:
    """Gives `new` said with the italics that `old` has in the words that are kept."""
    out = Builder()
    for op in difference(old, new).ops:
        out.push(replace(op, italic=None) if isinstance(op, Retain | Revise) else op)
    change = out.change()
    return apply(old, change) if base_length(change) <= text_length(old) else new


class Planner:
    """A file against a version: what each author's changes, the untracked ones and comments become."""

    def __init__(self, marks: Marks, version: Sequence[Paragraph], labels: Sequence[str]) -> None:
        self.marks = marks
        self.version = version
        self.labels = labels
        self.base = marks.base.paragraphs
        self.items: list[Item] = []
        self.left: list[Left] = []
        self.covered: set[tuple[str, int]] = set()
        """Paragraphs of the file whose changes by an author are told."""
        known = {p.key for p in version}
        files = [
            replace(r.paragraph, key=r.paragraph.key if r.paragraph.key in known else None)
            for r in self.base
        ]
        self.place: dict[int, int] = {}
        """For each paragraph of the file's own text its place in the version."""
        for was, now in match(version, files):
            if was is not None and now is not None:
                self.place[now] = was
        self.identified = sum(files[now].key is not None for now in self.place)
        self.sure = {
            now: files[now].key is not None or bare(files[now].text) == bare(version[was].text)
            for now, was in self.place.items()
        }
        self.holding = {s: place for place, read in enumerate(self.base) for s in read.sources}
        """For each paragraph of the file the one of its own text that holds its words."""
        self.accepted = {s for read in marks.accepted.paragraphs for s in read.sources}
        self.when: dict[tuple[str, int], datetime] = {}
        self.revisions: dict[tuple[str, int], list[Revision]] = {}
        for revision in marks.revisions:
            if revision.source is not None:
                self.revisions.setdefault((revision.author, revision.source), []).append(revision)
            if revision.source is not None and revision.at is not None:
                at = (revision.author, revision.source)
                self.when[at] = max(self.when.get(at, revision.at), revision.at)

    def plan(self) -> Plan:
        """Gives the plan."""
        for author, reading in self.marks.by_author.items():
            AuthorsChanges(self, author, reading).tell()
        self._untracked()
        comments = [
            said
            for number, one in enumerate(self.marks.remarks, 1)
            if (said := self._comment(number, one)) is not None
        ]
        self._leftovers()
        self._around()
        numbered = tuple(
            replace(item, key=f"p{number}")
            for number, item in enumerate(self._in_order(self.items), 1)
        )
        return Plan(
            numbered,
            tuple(comments),
            tuple(self.left),
            self.marks.findings,
            len(self.place),
            self.identified,
        )

    def _in_order(self, items: Iterable[Item]) -> list[Item]:
        places = {p.key: place for place, p in enumerate(self.version)}
        return sorted(items, key=lambda item: places.get(item.paragraph, -1))

    def label(self, place: int) -> str:
        """Gives what the version calls a paragraph; its first words, where it has no label."""
        label = self.labels[place]
        return label or short(plain(self.version[place].text), 40)

    # what was not tracked

    def _untracked(self) -> None:
        steady = in_place(dict(self.place))
        for now, was in self.place.items():
            ours, theirs = self.version[was], self.base[now].paragraph
            if bare(ours.text) != bare(theirs.text):
                self._differs(was, theirs)
            if now not in steady:
                self._moved_untracked(now, was)
        found = set(self.place.values())
        for was, paragraph in enumerate(self.version):
            if was not in found and paragraph.kind is not Kind.FORMULA:
                self.items.append(self._to(ProposalKind.DELETE, was, UNTRACKED, why=_NOT_THERE))
        for now, read in enumerate(self.base):
            if now not in self.place:
                self._new_untracked(now, read.paragraph)

    def _differs(self, was: int, theirs: Paragraph) -> None:
        ours = self.version[was]
        if ours.kind is Kind.FORMULA:
            self.left.append(Left(UNTRACKED, None, "", plain(theirs.text), OPENING_WORDS))
            return
        self.items.append(
            self._to(
                ProposalKind.AMEND,
                was,
                UNTRACKED,
                text=_wording(ours.text, theirs.text),
                why=_UNTRACKED_WHY,
            )
        )

    def _moved_untracked(self, now: int, was: int) -> None:
        after = self.behind(now, in_place(dict(self.place)))
        if self.version[was].kind is not Kind.FORMULA:
            self.items.append(
                self._to(ProposalKind.MOVE, was, UNTRACKED, after=after, why=_UNTRACKED_WHY)
            )

    def _new_untracked(self, now: int, paragraph: Paragraph) -> None:
        if paragraph.kind is Kind.FORMULA:
            return
        after = self.behind(now, in_place(dict(self.place)))
        self.items.append(self.new(UNTRACKED, None, after, paragraph, why=_UNTRACKED_WHY))

    def behind(self, now: int, steady: set[int]) -> int | None:
        """Gives the version's paragraph behind which one of the file's own text stands."""
        return next((self.place[n] for n in range(now - 1, -1, -1) if n in steady), None)

    # proposals

    def _to(  # noqa: PLR0913 - the fields of a proposal
        self,
        kind: ProposalKind,
        was: int,
        author: str,
        *,
        at: datetime | None = None,
        text: Change = EMPTY,
        after: int | None = None,
        split_at: int = 0,
        sure: bool | None = None,
        why: str = "",
    ) -> Item:
        ours = self.version[was]
        return Item(
            "",
            kind,
            author,
            at,
            ours.key,
            self.label(was),
            base=ours.text,
            text=text,
            after=None if after is None else self.version[after].key,
            after_label="" if after is None else self.label(after),
            split_at=split_at,
            paragraph_kind=ours.kind,
            level=ours.level,
            sure=not why if sure is None else sure,
            why=why,
        )

    def to(  # noqa: PLR0913 - the fields of a proposal
        self,
        kind: ProposalKind,
        now: int,
        author: str,
        *,
        text: Change = EMPTY,
        after: int | None = None,
        split_at: int = 0,
        why: str = "",
        sources: Iterable[int] = (),
    ) -> None:
        """Adds a proposal to the paragraph that one of the file's own text is in the version."""
        if now not in self.place:
            raise AssertionError(now)
        sure = self.sure[now]
        self.items.append(
            self._to(
                kind,
                self.place[now],
                author,
                at=self.last(author, {*sources, *self.base[now].sources}),
                text=text,
                after=after,
                split_at=split_at,
                sure=sure and not why,
                why=why or ("" if sure else LIKELY),
            )
        )

    def new(
        self,
        author: str,
        at: datetime | None,
        after: int | None,
        paragraph: Paragraph,
        *,
        why: str = "",
    ) -> Item:
        """Gives the proposal of a new paragraph behind one of the version's."""
        return Item(
            "",
            ProposalKind.INSERT,
            author,
            at,
            None if after is None else self.version[after].key,
            "" if after is None else self.label(after),
            text=paragraph.text,
            paragraph_kind=paragraph.kind,
            level=paragraph.level,
            sure=not why,
            why=why,
        )

    def last(self, author: str, sources: Iterable[int]) -> datetime | None:
        """Gives when an author last changed these paragraphs of the file."""
        known = [self.when[author, s] for s in sources if (author, s) in self.when]
        return max(known, default=None)

    def leave(self, author: str, sources: Iterable[int], label: str, said: str, why: str) -> None:
        """Lists changes that become no proposal."""
        rows = set(sources)
        done = _done(r for s in sorted(rows) for r in self.revisions.get((author, s), ()))
        words = f"{done}, in: “{short(said)}”" if done else short(said)
        self.left.append(Left(author, self.last(author, rows), label, words, why))
        self.cover(author, rows)

    def cover(self, author: str, sources: Iterable[int]) -> None:
        """Notes that what an author changed in these paragraphs of the file is told."""
        self.covered.update((author, source) for source in sources)

    # comments

    def _comment(self, number: int, remark: Remark) -> Said | None:
        now = self._in_base(remark.source)
        why = ""
        anchor: Anchor | None = None
        if now is None or now not in self.place:
            now = self._before(remark.source)
            if now is None:
                self.left.append(
                    Left(remark.author, remark.at, "", _spoken(remark), _COMMENT_NOWHERE)
                )
                return None
            why = (
                "It stands on words that are not in the version; it comes on the paragraph before."
            )
        else:
            anchor = self._anchor(remark, now)
            if remark.last_source not in self.base[now].sources and remark.last_source is not None:
                why = "It runs on over the paragraphs that follow."
            if not self.sure[now]:
                why = why or LIKELY
        was = self.place[now]
        return Said(
            f"c{number}",
            remark.author,
            remark.at,
            self.version[was].key or "",
            self.label(was),
            anchor,
            remark.quote,
            remark.words,
            remark.replies,
            remark.resolved,
            why,
        )

    def _in_base(self, source: int | None) -> int | None:
        return None if source is None else self.holding.get(source)

    def _before(self, source: int | None) -> int | None:
        """Gives the nearest paragraph of the file's own text before this place that is matched."""
        if source is None:
            return None
        known = [n for n in self.place if self.base[n].sources and self.base[n].sources[0] < source]
        return max(known, default=None)

    def _anchor(self, remark: Remark, now: int) -> Anchor | None:
        """Gives where a comment's words stand in the version; None: on the whole paragraph."""
        read = self.base[now]
        points = {p.kind: p.offset for p in read.points if p.comment == remark.id}
        if not points.keys() & {"start", "end"}:
            return None
        start = points.get("start", 0)
        found = Anchor(start, max(start, points.get("end", text_length(read.paragraph.text))))
        ours = self.version[self.place[now]].text
        if ours != read.paragraph.text:
            found = moved(found, difference(read.paragraph.text, ours))
        return None if found.start == found.end else found

    # the rest

    def _leftovers(self) -> None:
        """Lists the revisions that nothing above tells."""
        looks: Counter[str] = Counter()
        rest: dict[tuple[str, int | None, str], list[Revision]] = {}
        numbers: Counter[str] = Counter()
        for revision in self.marks.revisions:
            if revision.kind == "format":
                looks[revision.author] += 1
                continue
            told = revision.source is not None and (
                (revision.author, revision.source) in self.covered
            )
            if (told and not revision.lone) or not revision.words.strip():
                continue
            if not told and _TYPED_NUMBER.fullmatch(revision.words):
                numbers[revision.author] += 1
                continue
            why = self._why_left(revision)
            rest.setdefault((revision.author, revision.source, why), []).append(revision)
        for (author, source, why), revisions in rest.items():
            said = _done(revisions)
            at = max((r.at for r in revisions if r.at is not None), default=None)
            now = self._in_base(source)
            label = self.label(self.place[now]) if now is not None and now in self.place else ""
            self.left.append(Left(author, at, label, said, why))
        for counted, what, why in (
            (looks, "of the look alone", "A change of the look is no proposal."),
            (numbers, "of typed numbers", "Numbers follow from the order by themselves."),
        ):
            for author, count in counted.items():
                many = "1 change" if count == 1 else f"{count} changes"
                self.left.append(Left(author, None, "", f"{many} {what}", why))

    def _why_left(self, revision: Revision) -> str:
        if revision.lone:
            return "It changes words that another author puts in."
        if revision.author not in self.marks.by_author:
            return "There are too many authors to tell each one’s changes apart."
        if revision.kind.startswith("row"):
            return "It changes the rows of a table."
        if self._in_base(revision.source) is None and (revision.source not in self.accepted):
            return "It stands before the text or around it, not in one of its paragraphs."
        return "It undoes words that are put in by the same changes, or has no effect on the words."

    def _around(self) -> None:
        """Tells what stands around the text and differs."""
        before, after = self.marks.base.masthead, self.marks.accepted.masthead
        tracked = any(r.source is None for r in self.marks.revisions)
        if before.title != after.title and not tracked and not self.left:
            self.left.append(
                Left(UNTRACKED, None, "", after.title, "The title is not changed by proposals.")
            )


# --- words --------------------------------------------------------------------------------------

_NOT_THERE = "It is not in the file, and nothing was tracked."
_UNTRACKED_WHY = "The file differs here, and nothing was tracked."
_COMMENT_NOWHERE = "It stands on no paragraph of the version."
_DEED = {
    "insert": "put in", "delete": "taken out", "move_from": "moved away", "move_to": "moved here",
    "row_insert": "row put in", "row_delete": "row taken out",
}  # fmt: skip
_TYPED_NUMBER = re.compile(r"\s*[(\[]?(PP|OP)?\s?([0-9]{1,3}|[a-z]{1,4})?[)\].]?\s*")


def _done(revisions: Iterable[Revision]) -> str:
    """Gives what revisions do to the words, those of the look alone left aside."""
    return "; ".join(
        f"{_DEED[r.kind]} “{short(r.words)}”"
        for r in revisions
        if r.kind in _DEED and r.words.strip()
    )


def _spoken(remark: Remark) -> str:
    about = f"on “{short(remark.quote, 200)}”: " if remark.quote else ""
    return "\n".join([about + remark.words, *(f"{r.author}: {r.words}" for r in remark.replies)])
