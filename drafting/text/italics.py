"""Texts that cannot say what is in italics: words copied from a page, the notes of plain text.

Compared as they stand, every opening word of a resolution would count as changed. Where one of two
texts has no italics at all, it is taken not to say where they are, and is lent the other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drafting.text.changes import Builder, Change, Insert, Note, apply, notes
from drafting.text.diff import difference
from drafting.text.lineage import match as matched
from drafting.text.resolution import Paragraph

Texts = tuple[Sequence[Paragraph], Sequence[Paragraph]]


def lent(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Texts:
    """Gives both texts; one that has no italics, or none in its notes, with the other's.

    Words alone decide which are the other's: paragraphs that have no counterpart stay as they are.
    """
    body = _slanted(old) is not _slanted(new)
    inside = _noted(old) is not _noted(new) and _has_notes(old) and _has_notes(new)
    if not body and not inside:
        return old, new
    to_old = not (_slanted(old) if body else _noted(old))
    olds, news = list(old), list(new)
    for was, now in matched(old, new):
        if was is None or now is None:
            continue
        poor, rich = (old[was], new[now]) if to_old else (new[now], old[was])
        bare = _bare(rich.text, body=body, inside=inside)
        text = apply(rich.text, difference(bare, poor.text))
        if to_old:
            olds[was] = replace(poor, text=text)
        else:
            news[now] = replace(poor, text=text)
    return olds, news


def _is_slanted(text: Change) -> bool:
    return any(isinstance(op, Insert) and op.italic for op in text.ops)


def _slanted(paragraphs: Sequence[Paragraph]) -> bool:
    return any(_is_slanted(one.text) for one in paragraphs)


def _noted(paragraphs: Sequence[Paragraph]) -> bool:
    return any(_is_slanted(note) for one in paragraphs for note in notes(one.text))


def _has_notes(paragraphs: Sequence[Paragraph]) -> bool:
    return any(notes(one.text) for one in paragraphs)


def _bare(text: Change, *, body: bool, inside: bool) -> Change:
    """Gives a text without the italics of its words, of its notes, or of both."""
    out = Builder()
    for op in text.ops:
        match op:
            case Insert(content=Note(content=note), italic=italic):
                kept = Note(_bare(note, body=True, inside=False) if inside else note)
                out.push(Insert(kept, None if body else italic))
            case Insert(content=str() as words, italic=italic):
                out.push(Insert(words, None if body else italic))
            case _:
                raise AssertionError(op)
    return out.change()
