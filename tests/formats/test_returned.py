"""Out as a redline, back as proposals: what was asked for is what comes in."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.formats import docx_marks, docx_write
from drafting.formats.returned import look
from drafting.text import redline as redlines
from drafting.text import returned
from drafting.text.changes import Change, Insert, Note, Op, joined, part, plain, text_of
from drafting.text.numbering import labels_of
from drafting.text.offsets import length_utf16
from drafting.text.proposal import ProposalKind
from drafting.text.resolution import Kind, Masthead, Paragraph
from drafting.text.returned_items import Candidate, Item
from tests.formats.word_texts import LIGHTHOUSES, edits, resolutions

AT = datetime(2026, 11, 3, 10, tzinfo=UTC)


def keyed(paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    return tuple(
        replace(p, key=str(uuid.UUID(int=n + 1)), number=None) for n, p in enumerate(paragraphs)
    )


def tracked(old: tuple[Paragraph, ...], new: tuple[Paragraph, ...]) -> bytes:
    made = redlines.redline(old, new, old_labels=labels_of(old), new_labels=labels_of(new))
    return docx_write.tracked(made, Masthead(), default_author="Kenya", default_at=AT)


def done(version: tuple[Paragraph, ...], items: tuple[Item, ...]) -> Counter[Change]:
    """Gives the words of the text after all proposals, wherever they stand."""
    texts = {p.key: p.text for p in version}
    more: list[Change] = []
    for item in items:
        assert item.author == "Kenya"
        match item.kind:
            case ProposalKind.AMEND:
                texts[item.paragraph] = item.text
            case ProposalKind.INSERT:
                more.append(item.text)
            case ProposalKind.DELETE:
                del texts[item.paragraph]
            case ProposalKind.MOVE:
                assert item.paragraph in texts
            case ProposalKind.SPLIT:
                texts[item.paragraph] = part(item.base, 0, item.split_at)
                more.append(part(item.base, item.split_at))
            case ProposalKind.MERGE:
                place = next(n for n, p in enumerate(version) if p.key == item.paragraph)
                before = version[place - 1].key
                texts[before] = joined(texts[before], text_of(" "), texts.pop(item.paragraph))
    return Counter(map(flat, (*texts.values(), *more)))


def flat(text: Change) -> Change:
    """Gives a text without blanks at its ends; nothing depends on the slope of a note's mark."""
    text = joined(*(Change((upright(op),)) for op in text.ops))
    said = plain(text)
    start = length_utf16(said[: len(said) - len(said.lstrip())])
    return part(text, start, length_utf16(said.rstrip()))


def upright(op: Op) -> Op:
    if isinstance(op, Insert) and isinstance(op.content, Note):
        return Insert(op.content)
    return op


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_a_redline_comes_back_as_proposals_that_make_the_new_text(data: st.DataObject) -> None:
    old = keyed(data.draw(resolutions()).paragraphs)
    first, rest = old[0], old[1:]
    kinds = {p.key: (p.kind, p.level) for p in old}
    # That a paragraph becomes one of another kind is listed, and is no proposal.
    new = (first, *(as_it_was(p, kinds) for p in data.draw(edits(rest))))
    marks = docx_marks.read(tracked(old, new))
    plan = returned.plan(marks, old, labels_of(old))
    assert [left for left in plan.left if left.why != NO_EFFECT] == []
    assert done(old, plan.items) == Counter(flat(p.text) for p in new)
    assert plan.matched == len(old)


NO_EFFECT = "It undoes words that are put in by the same changes, or has no effect on the words."


def as_it_was(paragraph: Paragraph, kinds: dict[str | None, tuple[Kind, int]]) -> Paragraph:
    kind, level = kinds.get(paragraph.key, (paragraph.kind, paragraph.level))
    return replace(paragraph, kind=kind, level=level)


def test_a_clean_file_of_ours_holds_nothing_to_bring_in() -> None:
    old = keyed(LIGHTHOUSES.paragraphs)
    clean = docx_write.clean(replace(LIGHTHOUSES, paragraphs=old))
    candidate = Candidate("0", "Version", "0", old, labels_of(old), (0,) * len(old), AT)
    found = look("file.docx", clean, [candidate], "d", None, frozenset())
    assert (found.plan.items, found.plan.comments, found.plan.left) == ((), (), ())
    assert found.fits == (1,)
