"""Reads the marks of a Word file: revisions, comments, whose they are, and the texts they make.

ISO 29500-1, 17.13.5 (revisions) and 17.13.4 (comments); threads and their state stand in a part of
Word 2013, whose namespace has changed since, so it is read by local names. The text is read once
for every author, with that author's revisions accepted and all others rejected: what a delegation
asks for is then a text against a text, whatever Word has done to its paragraphs on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from lxml import etree

from drafting.errors import Unreadable
from drafting.formats import docx_lines, gate
from drafting.formats.docx_lines import (
    LONE,
    ORDINAL,
    PUTS_IN,
    TAKES_AWAY,
    Document,
    Line,
    Parts,
    View,
)
from drafting.formats.docx_read import classified
from drafting.formats.docx_styles import cleaned, tag
from drafting.text.changes import NOTE_PLACEHOLDER, part, plain
from drafting.text.marks import (
    Marks,
    Point,
    Printed,
    Read,
    Reading,
    Remark,
    Reply,
    Revision,
    Settled,
)
from drafting.text.resolution import Finding
from drafting.text.tokens import normalized

MAX_REVISIONS = 20_000
"""Most tracked changes that are read: a resolution rewritten from end to end has some two thousand."""

MAX_AUTHORS = 20
"""Most authors whose changes are told apart: the text is read once for each."""

MAX_COMMENTS = 2_000
MAX_COMMENT_CHARS = 20_000
MAX_NAME_CHARS = 200
MAX_QUOTE_CHARS = 2_000

_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?")
_JOB = re.compile(r"<<\s*ODS\s+JOB\s+NO\s*>>", re.IGNORECASE)
_RUN_KINDS = {"ins": "insert", "del": "delete", "moveFrom": "move_from", "moveTo": "move_to"}
_CHANGES = frozenset(
    tag(name)
    for name in (
        "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange",
        "trPrChange", "tcPrChange", "numberingChange", "cellMerge",
    )
)  # fmt: skip
_RANGES = {tag("moveFromRangeStart"): "from", tag("moveToRangeStart"): "to"}
_RANGE_ENDS = {tag("moveFromRangeEnd"): "from", tag("moveToRangeEnd"): "to"}
_WORDS = (tag("t"), tag("delText"))


class _Of(View):
    """The revisions that are accepted, by author; all others are rejected.

    Nothing is told of reviewers: the marks tell it themselves.
    """

    tells_reviewers = False

    def __init__(self, author: str | None, settled: Settled | None = None) -> None:
        self.author = author
        self.settled = settled

    def accepts(self, revision: etree._Element) -> bool:
        """Tells whether the revision is the author's, or settled; not in what another inserts."""
        if is_settled(_author(revision), _at(revision), self.settled):
            return True
        return _author(revision) == self.author and revision.get(LONE) is None


class _All(View):
    """All accepted."""

    tells_reviewers = False


def is_settled(author: str, at: datetime | None, settled: Settled | None) -> bool:
    """Tells whether a revision is part of the text that the file was made of."""
    return (
        settled is not None and author in settled.authors and at is not None and at <= settled.until
    )


def read(data: bytes, settled: Settled | None = None) -> Marks:
    """Reads what a Word file holds: texts, revisions, comments; none of the revisions settled.

    Refuses: Unreadable for what does not pass the gate, and for more than MAX_REVISIONS revisions
    or MAX_COMMENTS comments.
    """
    parts = Parts(gate.opened(data))
    root = parts.tree(parts.main)
    if root is None:
        raise Unreadable(detail=gate.DAMAGED)
    for number, paragraph in enumerate(root.iter(tag("p"))):
        paragraph.set(ORDINAL, str(number))
    _mark_lone(root)
    notes = _note_places(root)
    revisions = [
        revision
        for revision in _revisions(parts, root, notes)
        if not is_settled(revision.author, revision.at, settled)
    ]
    remarks, findings = _remarks(parts, root, notes)
    accepted = docx_lines.read(parts, _All())
    rejected = docx_lines.read(parts, _Of(None, settled))
    quotes = _quotes(accepted)
    authors = list(dict.fromkeys(r.author for r in revisions if r.kind != "format"))
    base = _reading(rejected)
    whole = _reading(accepted)
    if len(authors) > MAX_AUTHORS:
        findings.append(
            Finding(
                "document",
                f"It has changes by {len(authors)} authors; those of the first {MAX_AUTHORS} are told apart.",
            )
        )
    by_author = {
        author: whole
        if len(authors) == 1
        else _reading(docx_lines.read(parts, _Of(author, settled)))
        for author in authors[:MAX_AUTHORS]
    }
    # What a line of a resolution is, is no matter here: only what could not be read of the words.
    told = [*findings, *accepted.findings]
    told += [Finding("document", what) for line in accepted.body for what in line.findings]
    draft, version = _origin(parts)
    return Marks(
        base=base,
        accepted=whole,
        by_author=by_author,
        revisions=tuple(revisions),
        remarks=tuple(replace(r, quote=quotes.get(r.id, "")) for r in remarks),
        accepted_lines=tuple(_lines(accepted)),
        rejected_lines=tuple(_lines(rejected)),
        moves=tuple(_moves(root)),
        draft=draft,
        version=version,
        findings=tuple(dict.fromkeys(told)),
    )


# --- texts --------------------------------------------------------------------------------------


def _reading(document: Document) -> Reading:
    resolution, taken = classified(document)
    reads = []
    for paragraph, line in zip(resolution.paragraphs, taken, strict=True):
        points = tuple(
            Point(p.kind, p.comment, min(max(p.offset, line.start), line.stop) - line.start)
            for p in line.line.points
        )
        reads.append(Read(paragraph, line.line.sources, points))
    return Reading(resolution.masthead, tuple(reads), resolution.findings)


def _lines(document: Document) -> Iterator[Printed]:
    """Gives the words of the body's paragraphs, as they are compared: without notes' marks."""
    for line in document.body:
        # In our own files the lines before the text stand in a table, and are no part of it.
        if line.in_box or (document.ours and line.in_table):
            continue
        words = printed(line)
        if words:
            yield Printed(words, line.sources)


def _quotes(document: Document) -> dict[str, str]:
    """Gives the words that each comment stands on, by its id."""
    out: dict[str, list[str]] = {}
    begun: dict[str, list[str]] = {}
    for line in document.body:
        text = line.text
        at = 0
        for point in sorted(line.points, key=lambda p: p.offset):
            if begun and point.offset > at:
                words = plain(part(text, at, point.offset))
                for row in begun.values():
                    row.append(words)
            at = max(at, point.offset)
            if point.kind == "start":
                begun[point.comment] = []
            elif point.comment in begun:
                out[point.comment] = begun.pop(point.comment)
            elif point.kind == "end" and point.comment not in out:
                # It began before the paragraph did.
                out[point.comment] = [plain(part(text, 0, point.offset))]
        for row in begun.values():
            row.append(plain(part(text, at)) + " ")
    return {
        identity: " ".join("".join(row).replace(NOTE_PLACEHOLDER, "").split())[:MAX_QUOTE_CHARS]
        for identity, row in out.items()
    }


def printed(line: Line) -> str:
    """Gives the words of a line as they are compared."""
    words = normalized(plain(line.text)).replace(NOTE_PLACEHOLDER, "").replace("\u00ad", "")
    if line.title_number:
        words = f"{line.title_number}. {words}"
    return " ".join(words.split())


# --- revisions ----------------------------------------------------------------------------------


def _author(element: etree._Element) -> str:
    return cleaned(element.get(tag("author"), "")).strip()[:MAX_NAME_CHARS]


def _at(element: etree._Element) -> datetime | None:
    """Reads a revision's time. Word writes the digits of a local clock; they are taken for UTC."""
    found = _DATE.fullmatch(element.get(tag("date"), "").strip())
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found[1] + (found[2] or "Z").replace("Z", "+00:00"))
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _ordinal(element: etree._Element) -> int | None:
    if element.tag == tag("p"):
        return _number_of(element)
    paragraph = next(element.iterancestors(tag("p")), None)
    if paragraph is None:
        paragraph = next(element.iter(tag("p")), None)
    return None if paragraph is None else _number_of(paragraph)


def _number_of(paragraph: etree._Element) -> int | None:
    number = paragraph.get(ORDINAL)
    return None if number is None else int(number)


def _words(element: etree._Element) -> str:
    return cleaned("".join(t.text or "" for t in element.iter(*_WORDS)))


def _revisions(
    parts: Parts, root: etree._Element, notes: dict[tuple[str, str], int]
) -> Iterator[Revision]:
    for count, revision in enumerate(_all_revisions(parts, root, notes), 1):
        if count > MAX_REVISIONS:
            raise Unreadable(
                detail=f"This file holds more than {MAX_REVISIONS:,} tracked changes. "
                "Accept those that are settled and send it again. Nothing was stored."
            )
        yield revision


def _all_revisions(
    parts: Parts, root: etree._Element, notes: dict[tuple[str, str], int]
) -> Iterator[Revision]:
    for element in root.iter(*PUTS_IN, *TAKES_AWAY, *_CHANGES):
        yield _revision(element, "body", _ordinal(element))
    for kind in ("footnote", "endnote"):
        story = parts.related(f"{kind}s")
        for note in () if story is None else story.iter(tag(kind)):
            source = notes.get((kind, note.get(tag("id"), "")))
            for element in note.iter(*PUTS_IN, *TAKES_AWAY, *_CHANGES):
                yield _revision(element, kind, source)


def _revision(element: etree._Element, place: str, source: int | None) -> Revision:
    author, at = _author(element), _at(element)
    name = etree.QName(element).localname
    parent = element.getparent()
    holder = "" if parent is None else etree.QName(parent).localname
    lone = element.get(LONE) is not None
    if element.tag in _CHANGES:
        kind, words = "format", ""
    elif holder in {"trPr", "tcPr"}:
        row = None if parent is None else parent.getparent()
        kind = "row_insert" if element.tag in PUTS_IN else "row_delete"
        words = "" if row is None else _words(row)
    elif holder == "rPr":
        kind = "paragraph_insert" if element.tag in PUTS_IN else "paragraph_delete"
        words = ""
    else:
        kind, words = _RUN_KINDS.get(name, "format"), _words(element)
    return Revision(kind, author, at, source, words, place, lone)


def _mark_lone(root: etree._Element) -> None:
    """Marks insertions into paragraphs that another author inserts.

    Without that paragraph they would fall into the next one; they stand only where all is accepted.
    """
    for paragraph in root.iter(tag("p")):
        put_in = [
            e
            for e in paragraph.iter(tag("ins"), tag("moveTo"))
            if (holder := e.getparent()) is not None and holder.tag != tag("rPr")
        ]
        if len({_author(e) for e in put_in}) < 2 or _has_base_words(paragraph):  # noqa: PLR2004
            continue
        mark = paragraph.find(f"{tag('pPr')}/{tag('rPr')}/{tag('ins')}")
        owner = _author(mark if mark is not None else put_in[0])
        for element in put_in:
            if _author(element) != owner:
                element.set(LONE, "1")


def _has_base_words(paragraph: etree._Element) -> bool:
    for text in paragraph.iter(*_WORDS):
        if not text.text:
            continue
        above = {e.tag for e in text.iterancestors()}
        if not above & {tag("ins"), tag("moveTo")}:
            return True
    return False


def _moves(root: etree._Element) -> Iterator[tuple[int, int]]:
    """Gives the paragraphs that were moved, by named ranges: from, to."""
    open_ranges: dict[tuple[str, str], str] = {}
    held: dict[tuple[str, str], list[int]] = {}
    wanted = (*_RANGES, *_RANGE_ENDS, tag("moveFrom"), tag("moveTo"))
    for element in root.iter(*wanted):
        if element.tag in _RANGES:
            side = _RANGES[element.tag]
            open_ranges[side, element.get(tag("id"), "")] = element.get(tag("name"), "")
        elif element.tag in _RANGE_ENDS:
            open_ranges.pop((_RANGE_ENDS[element.tag], element.get(tag("id"), "")), None)
        else:
            source = _ordinal(element)
            side = "from" if element.tag == tag("moveFrom") else "to"
            if source is None or not _words(element).strip():
                continue
            for (of_side, _), name in open_ranges.items():
                if of_side == side and source not in (row := held.setdefault((side, name), [])):
                    row.append(source)
    for (side, name), sources in held.items():
        targets = held.get(("to", name), [])
        if side == "from" and len(sources) == len(targets):
            yield from zip(sources, targets, strict=True)


# --- comments -----------------------------------------------------------------------------------


def _note_places(root: etree._Element) -> dict[tuple[str, str], int]:
    """Gives in which paragraph each note is referred to."""
    out: dict[tuple[str, str], int] = {}
    for kind in ("footnote", "endnote"):
        for reference in root.iter(tag(f"{kind}Reference")):
            source = _ordinal(reference)
            if source is not None:
                out.setdefault((kind, reference.get(tag("id"), "")), source)
    return out


def _remarks(
    parts: Parts, root: etree._Element, notes: dict[tuple[str, str], int]
) -> tuple[list[Remark], list[Finding]]:
    story = parts.related("comments")
    if story is None:
        return [], []
    places = _comment_places(parts, root, notes)
    done, parents = _threads(parts)
    findings: list[Finding] = []
    first: dict[str, Remark] = {}
    by_thread: dict[str, str] = {}
    replies: dict[str, list[Reply]] = {}
    for number, comment in enumerate(story.iter(tag("comment"))):
        if number >= MAX_COMMENTS:
            raise Unreadable(
                detail=f"This file holds more than {MAX_COMMENTS:,} comments; nothing was stored."
            )
        identity = comment.get(tag("id"), "")
        author, at = _author(comment), _at(comment)
        words, paragraph_id = _comment_words(comment)
        if _JOB.search(words) or (author == "Start" and words.startswith("<<")):
            # The secretariat's job number: no opinion of anybody.
            continue
        if not words:
            findings.append(
                Finding("document", f"An empty comment by {author or '?'} was left out.")
            )
            continue
        if len(words) > MAX_COMMENT_CHARS:
            words = words[:MAX_COMMENT_CHARS]
            findings.append(
                Finding("document", f"A comment by {author or '?'} was cut at 20,000 characters.")
            )
        parent = by_thread.get(_root_of(paragraph_id, parents)) if paragraph_id else None
        if parent is not None and parent != identity:
            replies[parent].append(Reply(author, at, words))
            continue
        start, last = places.get(identity, (None, None))
        first[identity] = Remark(identity, author, at, words, (), paragraph_id in done, start, last)
        replies[identity] = []
        if paragraph_id:
            by_thread[paragraph_id] = identity
    return [replace(r, replies=tuple(replies[r.id])) for r in first.values()], findings


def _comment_words(comment: etree._Element) -> tuple[str, str]:
    """Gives what a comment says, and the id by which threads name it: its last paragraph's."""
    rows: list[str] = []
    identity = ""
    for paragraph in comment.iter(tag("p")):
        rows.append(" ".join(_text_with_breaks(paragraph).split()))
        identity = _by_local_name(paragraph, "paraId") or identity
    return "\n".join(rows).strip(), identity.upper()


def _text_with_breaks(paragraph: etree._Element) -> str:
    breaks = (tag("tab"), tag("br"), tag("cr"))
    out = [" " if e.tag in breaks else e.text or "" for e in paragraph.iter(tag("t"), *breaks)]
    return cleaned("".join(out))


def _by_local_name(element: etree._Element, name: str) -> str:
    return next(
        (str(v) for k, v in element.attrib.items() if etree.QName(str(k)).localname == name), ""
    )


def _threads(parts: Parts) -> tuple[set[str], dict[str, str]]:
    """Gives the threads that are resolved, and what each comment answers, by paragraph ids."""
    story = parts.related("commentsExtended")
    done: set[str] = set()
    parents: dict[str, str] = {}
    for entry in () if story is None else story.iter():
        if not isinstance(entry.tag, str) or etree.QName(entry).localname != "commentEx":
            continue
        identity = _by_local_name(entry, "paraId").upper()
        parent = _by_local_name(entry, "paraIdParent").upper()
        if _by_local_name(entry, "done") in {"1", "true", "on"}:
            done.add(identity)
        if parent and parent != identity:
            parents[identity] = parent
    return done, parents


_DEEPEST_THREAD = 50


def _root_of(identity: str, parents: dict[str, str]) -> str:
    """Gives the comment that began a thread; a file may have the threads go round."""
    for _ in range(_DEEPEST_THREAD):
        if identity not in parents:
            return identity
        identity = parents[identity]
    return identity


def _comment_places(
    parts: Parts, root: etree._Element, notes: dict[tuple[str, str], int]
) -> dict[str, tuple[int | None, int | None]]:
    """Gives in which paragraphs of the file a comment's words begin and end."""
    start_tag, end_tag, mark_tag = (
        tag(name) for name in ("commentRangeStart", "commentRangeEnd", "commentReference")
    )
    starts: dict[str, int | None] = {}
    ends: dict[str, int | None] = {}
    waiting: list[str] = []
    last: int | None = None
    for element in root.iter(tag("p"), start_tag, end_tag, mark_tag):
        if element.tag == tag("p"):
            last = _number_of(element)
            for identity in waiting:
                starts.setdefault(identity, last)
            waiting.clear()
            continue
        identity = element.get(tag("id"), "")
        inside = next(element.iterancestors(tag("p")), None)
        if element.tag == start_tag:
            if inside is None:
                waiting.append(identity)
            else:
                starts.setdefault(identity, last)
        elif element.tag == end_tag:
            ends.setdefault(identity, last)
        else:
            starts.setdefault(identity, last)
            ends.setdefault(identity, last)
    for kind in ("footnote", "endnote"):
        story = parts.related(f"{kind}s")
        for note in () if story is None else story.iter(tag(kind)):
            source = notes.get((kind, note.get(tag("id"), "")))
            for mark in note.iter(mark_tag, start_tag):
                starts.setdefault(mark.get(tag("id"), ""), source)
    return {identity: (at, ends.get(identity, at)) for identity, at in starts.items()}


# --- where our own files come from --------------------------------------------------------------


def _origin(parts: Parts) -> tuple[str, str]:
    """Gives the draft and the version that a file of ours says it was made of, "" for none."""
    root = parts.tree(parts.target("", "custom-properties") or "")
    found: dict[str, str] = {}
    for entry in () if root is None else _elements(root):
        name = entry.get("name", "")
        if name in {"DraftId", "DraftVersion"}:
            found[name] = "".join(str(t) for t in entry.itertext()).strip()[:100]
    return found.get("DraftId", ""), found.get("DraftVersion", "")


def _elements(root: etree._Element) -> Iterable[etree._Element]:
    return (entry for entry in root if isinstance(entry.tag, str))
