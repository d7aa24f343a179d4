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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from drafting.text import collisions
from drafting.text.anchors import Anchor, moved
from drafting.text.changes import (
    EMPTY,
    MAX_INSERT_UTF16,
    NOTE_PLACEHOLDER,
    Builder,
    Change,
    Retain,
    Revise,
    apply,
    base_length,
    joined,
    notes,
    plain,
    text_length,
    transform_position,
)
from drafting.text.diff import dice, difference, normalized, words
from drafting.text.lineage import MOVED_LEAST, MOVED_WORDS, in_place, match
from drafting.text.marks import Marks, Read, Reading, Remark, Reply, Revision
from drafting.text.offsets import length_utf16
from drafting.text.proposal import ProposalKind
from drafting.text.resolution import Finding, Kind, Paragraph

UNTRACKED = ""
"""The author of differences that the file does not track."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that a file may have been made of: a version, or the working text.

    `key` names it to people's pages and `name_in_files` in our exports' properties. `texts` are the
    versions of the paragraphs' texts. `sealed_at` is None for the working text.
    """

    key: str
    name: str
    name_in_files: str
    paragraphs: tuple[Paragraph, ...]
    labels: tuple[str, ...]
    texts: tuple[int, ...]
    sealed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal that the file would make.

    `paragraph` is the key of the paragraph it is to; for an insertion, the one it stands behind
    (None: at the beginning). `after` is the new place of one that is moved. `base` is what the
    version says, `text` what it would say. `sure` tells that the paragraph was known by its
    identity or by saying the same words; else `why` says what to look at.
    """

    key: str
    kind: ProposalKind
    author: str
    at: datetime | None
    paragraph: str | None
    label: str
    base: Change = EMPTY
    text: Change = EMPTY
    after: str | None = None
    after_label: str = ""
    split_at: int = 0
    paragraph_kind: Kind = Kind.PREAMBULAR
    level: int = 0
    sure: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One comment that the file would make, with its replies.

    `anchor` counts UTF-16 units of the version's paragraph; None: on the whole of it. `quote` are
    the words it stands on in the file.
    """

    key: str
    author: str
    at: datetime | None
    paragraph: str
    label: str
    anchor: Anchor | None
    quote: str
    words: str
    replies: tuple[Reply, ...]
    resolved: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """Something in the file that can become no proposal and no comment: whose, what, and why."""

    author: str
    at: datetime | None
    label: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a file holds, as it would come in.

    `matched` counts the version's paragraphs that were found in the file, `by_identity` those of
    them that carried it.
    """

    items: tuple[Item, ...]
    comments: tuple[Said, ...]
    left: tuple[Left, ...]
    findings: tuple[Finding, ...]
    matched: int
    by_identity: int


def plan(marks: Marks, version: Sequence[Paragraph], labels: Sequence[str]) -> Plan:
    """Gives what a marked file would make of a version whose paragraphs carry their keys."""
    return _Planner(marks, version, labels).plan()


def fit(marks: Marks, version: Sequence[Paragraph]) -> float:
    """Gives how much of a version's words a file's own text holds, from 0 to 1: for a suggestion."""
    ours = Counter(bare(p.text) for p in version)
    theirs = Counter(bare(read.paragraph.text) for read in marks.base.paragraphs)
    both = (ours & theirs).total()
    return 2 * both / max(1, ours.total() + theirs.total())


# --- comparing ----------------------------------------------------------------------------------


def bare(text: Change) -> str:
    """Gives a text's words as they are compared: without its italics, blanks as one."""
    said = [plain(text), *(plain(note) for note in notes(text))]
    return " | ".join(" ".join(normalized(one).split()) for one in said)


def _tight(text: Change) -> str:
    return "".join(normalized(plain(text)).split())


def _wording(old: Change, new: Change) -> Change:
    """Gives `new` said with the italics that `old` has in the words that are kept."""
    out = Builder()
    for op in difference(old, new).ops:
        out.push(replace(op, italic=None) if isinstance(op, Retain | Revise) else op)
    change = out.change()
    return apply(old, change) if base_length(change) <= text_length(old) else new


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


# --- the plan -----------------------------------------------------------------------------------


class _Planner:
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
        self.when: dict[tuple[str, int], datetime] = {}
        for revision in marks.revisions:
            if revision.source is not None and revision.at is not None:
                at = (revision.author, revision.source)
                self.when[at] = max(self.when.get(at, revision.at), revision.at)

    def plan(self) -> Plan:
        """Gives the plan."""
        for author, reading in self.marks.by_author.items():
            _Author(self, author, reading).tell()
        self._untracked()
        comments = [said for one in self.marks.remarks if (said := self._comment(one)) is not None]
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
        return label or _short(plain(self.version[place].text), 40)

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
            self.left.append(Left(UNTRACKED, None, "", plain(theirs.text), _FORMULA))
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
                why=why or ("" if sure else _LIKELY),
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
        done = _done(r for r in self.marks.revisions if r.author == author and r.source in rows)
        words = f"{done}, in: “{_short(said)}”" if done else _short(said)
        self.left.append(Left(author, self.last(author, rows), label, words, why))
        self.cover(author, rows)

    def cover(self, author: str, sources: Iterable[int]) -> None:
        """Notes that what an author changed in these paragraphs of the file is told."""
        self.covered.update((author, source) for source in sources)

    # comments

    def _comment(self, remark: Remark) -> Said | None:
        now = self._holding(self.base, remark.source)
        number = self.marks.remarks.index(remark) + 1
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
                why = why or _LIKELY
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

    def _holding(self, reads: Sequence[Read], source: int | None) -> int | None:
        return next((at for at, read in enumerate(reads) if source in read.sources), None)

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
            now = self._holding(self.base, source)
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
        if self._holding(self.base, revision.source) is None and (
            self._holding(self.marks.accepted.paragraphs, revision.source) is None
        ):
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


class _Author:
    """What one author's changes make of the file's own text."""

    def __init__(self, planner: _Planner, author: str, reading: Reading) -> None:
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
            why = _FORMULA
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
        if before == after or (plain(before).strip() == plain(after).strip() and not notes(after)):
            return
        said = plain(after)
        if not self._usable(old, said, sources):
            return
        planner = self.planner
        ours = planner.version[planner.place[old]].text
        why = ""
        text = after
        if ours != before:
            carried = collisions.rebase(before, after, ours)
            label = planner.label(planner.place[old])
            if carried.done or carried.text == ours:
                planner.leave(self.author, sources, label, said, "The version says so already.")
                return
            if carried.meetings:
                planner.leave(self.author, sources, label, said, _MEETS)
                return
            text = carried.text
            why = "" if bare(ours) == bare(before) else _CARRIED
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
                _short(plain(after.text)),
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
            self.planner.leave(self.author, sources, "", plain(paragraph.text), _FORMULA)
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
                return self.planner.place[old], why or ("" if sure else _LIKELY)
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
            same = [new for new in come if bare(self.news[new].paragraph.text) == said]
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
                and (alike := dice(bag, bags[new])) >= MOVED_LEAST
            ]
        for _, old, new in sorted(likely, key=lambda one: (-one[0], one[1], one[2])):
            self._pair(old, new, gone, come, out)
        return out

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


# --- words --------------------------------------------------------------------------------------

_LIKELY = (
    "The paragraph was found by its words, not by its identity: look whether it is the right one."
)
_CARRIED = (
    "The file’s own text says something else here than the version; the change was carried over."
)
_MEETS = (
    "The file’s own text says something else than the version at the very words that are changed."
)
_FORMULA = "The opening words are not negotiated."
_NOT_THERE = "It is not in the file, and nothing was tracked."
_UNTRACKED_WHY = "The file differs here, and nothing was tracked."
_SPLIT_CHANGED = "The paragraph was split and changed besides."
_MERGE_CHANGED = "The paragraph was joined to another and changed besides."
_COMMENT_NOWHERE = "It stands on no paragraph of the version."
_DEED = {
    "insert": "put in", "delete": "taken out", "move_from": "moved away", "move_to": "moved here",
    "row_insert": "row put in", "row_delete": "row taken out",
}  # fmt: skip
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

_TYPED_NUMBER = re.compile(r"\s*[(\[]?(PP|OP)?\s?([0-9]{1,3}|[a-z]{1,4})?[)\].]?\s*")
_SHORT_CHARS = 600


def _short(said: str, most: int = _SHORT_CHARS) -> str:
    clean = " ".join(said.replace(NOTE_PLACEHOLDER, "").split())
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def _done(revisions: Iterable[Revision]) -> str:
    """Gives what revisions do to the words, those of the look alone left aside."""
    return "; ".join(
        f"{_DEED[r.kind]} “{_short(r.words)}”"
        for r in revisions
        if r.kind in _DEED and r.words.strip()
    )


def _spoken(remark: Remark) -> str:
    about = f"on “{_short(remark.quote, 200)}”: " if remark.quote else ""
    return "\n".join([about + remark.words, *(f"{r.author}: {r.words}" for r in remark.replies)])


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
