"""A proposal as the sentence that is read from the floor.

In OP4, after “A”, insert “B”; delete “C”; and replace “D” by “E”.

Every quotation that locates something is of the paragraph as it was circulated, by whole words (two
to six where they suffice), and occurs in it exactly once. Where no stretch before or behind the
place does ("a a a"), or where most words change, the whole paragraph is replaced. Footnote marks are
passed over in quotations, and quotation marks inside of them are turned: “the plan ‘Ports’”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from drafting.text.changes import Change
from drafting.text.diff import Step, Token, steps, tokens
from drafting.text.proposal import ProposalKind, Proposed
from drafting.text.resolution import Kind
from drafting.text.tracked import Mark

LEAST_WORDS = 2
"""Words that an anchor has where there are as many."""

HANDY_WORDS = 6
"""Up to so many words an anchor before the place is taken, even if one behind it were shorter."""

LONG_WORDS = 25
"""Beyond so many words a stretch is named by its beginning and its end."""

MOST_EDITS = 8
"""Beyond so many edits a paragraph is replaced whole."""

LEAST_KEPT = 0.5
"""Below this share of the shorter text a paragraph is replaced whole."""

FORMULA_LABEL = "the opening words"
"""What a paragraph without a label is called."""

_WORD = re.compile(r"\w")


class Place(StrEnum):
    """How the place of an edit is told."""

    ITSELF = "itself"
    """The old words occur once: no more is needed."""
    AFTER = "after"
    BEFORE = "before"
    BEGINNING = "beginning"
    END = "end"


class Verb(StrEnum):
    """What an edit does."""

    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"
    ITALIC = "italic"
    ROMAN = "roman"
    SPACE = "space"
    """The blanks at the place are changed."""
    NOTE_INSERT = "note_insert"
    NOTE_DELETE = "note_delete"
    NOTE_REPLACE = "note_replace"


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they are quoted: without their footnotes, which follow with where each stands.

    `ends` gives for a long stretch its beginning and its end, where each occurs once.
    """

    text: str = ""
    notes: tuple[tuple[int, str], ...] = ()
    """Each with the characters of `text` before its mark."""
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of a paragraph's words, and how its place is found in them as circulated."""

    verb: Verb
    old: Words
    new: Words
    place: Place = Place.ITSELF
    anchor: str = ""


def sentence(proposed: Proposed) -> str:
    """Gives the sentence for the floor."""
    label = proposed.label or FORMULA_LABEL
    match proposed.kind:
        case ProposalKind.DELETE:
            deed = f"Delete {label}"
        case ProposalKind.MERGE:
            deed = f"Merge {label} with the paragraph before it"
        case ProposalKind.MOVE:
            where = f"after {proposed.after}" if proposed.after else f"to {_beginning(label)}"
            deed = f"Move {label} {where}"
        case ProposalKind.SPLIT:
            deed = f"Split {label} {_cut(proposed.base, proposed.at)}"
        case ProposalKind.INSERT:
            where = f"after {proposed.label}" if proposed.label else f"at {_start(proposed)}"
            what = _NEW.get(proposed.new_kind, "paragraph")
            deed = f"Insert a new {what} {where}, to read: {_whole(proposed.text)}"
        case ProposalKind.ALTERNATIVE:
            deed = f"As an alternative to {label}: {_whole(proposed.text)}"
        case ProposalKind.AMEND:
            deed = _amended(label, proposed)
    return f"{deed}."


def edits(base: Change, text: Change) -> tuple[Edit, ...] | None:
    """Gives the edits that make `text` of `base`, in its order; None where it is replaced whole."""
    found = _Base(base)
    compared = steps(base, text)
    if _rewritten(compared):
        return None
    out: list[Edit] = []
    for edit, start, stop in _plain_edits(compared):
        located = found.located(edit, start, stop)
        if located is None:
            return None
        out.append(located)
    return tuple(out) if len(out) <= MOST_EDITS else None


_NEW = {Kind.SUB: "sub-paragraph", Kind.HEADING: "heading", Kind.ANNEX: "annex"}


def _start(proposed: Proposed) -> str:
    match proposed.new_kind:
        case Kind.PREAMBULAR:
            return "the beginning of the preamble"
        case Kind.OPERATIVE:
            return "the beginning of the operative part"
        case _:
            return "the beginning"


def _beginning(label: str) -> str:
    """Gives the beginning to which a paragraph of that label can be moved."""
    above, _, last = label.rpartition(" ")
    if above and last[-1] in ").":
        return f"the beginning of {above}"
    part_of, comma, _ = label.partition(", ")
    if comma:
        return f"the beginning of {part_of}"
    if label.startswith("PP"):
        return "the beginning of the preamble"
    return "the beginning of the operative part" if label.startswith("OP") else "the beginning"


def _whole(text: Change) -> str:
    return _told(_words(tokens(text)))


def _amended(label: str, proposed: Proposed) -> str:
    found = edits(proposed.base, proposed.text)
    if found is None:
        return f"Replace {label} by: {_whole(proposed.text)}"
    if not found:
        return f"Leave {label} as it is"
    if len(found) == 1 and found[0].place in {Place.BEGINNING, Place.END}:
        return f"At the {found[0].place} of {label}, {_deed(found[0])}"
    clauses = [_clause(edit) for edit in found]
    if len(clauses) > 1:
        clauses[-1] = f"and {clauses[-1]}"
    return f"In {label}, {'; '.join(clauses)}"


def _clause(edit: Edit) -> str:
    match edit.place:
        case Place.ITSELF:
            return _deed(edit)
        case Place.AFTER | Place.BEFORE:
            return f"{edit.place} {quoted(edit.anchor)}, {_deed(edit)}"
        case Place.BEGINNING | Place.END:
            return f"at the {edit.place}, {_deed(edit)}"


def _deed(edit: Edit) -> str:
    deed = _DEEDS[edit.verb]
    if edit.verb is Verb.INSERT and edit.place is Place.END:
        deed = "add {new}"
    return deed.format(old=_named(edit.old), new=_told(edit.new))


_DEEDS = {
    Verb.INSERT: "insert {new}",
    Verb.DELETE: "delete {old}",
    Verb.REPLACE: "replace {old} by {new}",
    Verb.ITALIC: "set {old} in italics",
    Verb.ROMAN: "set {old} in roman",
    Verb.SPACE: "correct the spacing",
    Verb.NOTE_INSERT: "add a footnote reading {new}",
    Verb.NOTE_DELETE: "delete the footnote",
    Verb.NOTE_REPLACE: "replace the footnote by one reading {new}",
}


def _named(words: Words) -> str:
    """Names words that stand, with what becomes of their footnotes."""
    if words.ends:
        name = f"the words from {quoted(words.ends[0])} to {quoted(words.ends[1])}"
    else:
        name = quoted(words.text)
    if not words.notes:
        return name
    return f"{name} with {'its footnote' if len(words.notes) == 1 else 'its footnotes'}"


def _told(words: Words) -> str:
    """Quotes new words, and then the footnotes that come with them."""
    out = quoted(words.text)
    for number, (at, note) in enumerate(words.notes):
        joint = ", with" if not number else " and"
        before = words.text[:at].strip()
        where = "" if before == words.text.strip() else f" after {quoted(_last_words(before))}"
        where = where if before else " at its beginning"
        out += f"{joint} a footnote{where} reading {quoted(note)}"
    return out


def _last_words(text: str) -> str:
    return " ".join(text.split()[-HANDY_WORDS // 2 :])


def quoted(words: str) -> str:
    """Sets words in quotation marks, and turns those inside of them: “a ‘b’”.

    An apostrophe looks like a closing mark, and is taken for one within ‘single marks’ alone.
    """
    out, within = "", ""
    for mark in words.strip():
        if mark in _TURNED:
            within += mark
            out += _TURNED[mark]
        elif within and mark == _CLOSING[within[-1]]:
            out += _CLOSING[_TURNED[within[-1]]]
            within = within[:-1]
        else:
            out += "’" if mark == "”" else mark
    return f"“{out}”"


_TURNED = {"“": "‘", "‘": "“"}
_CLOSING = {"“": "”", "‘": "’"}


def _cut(base: Change, at_utf16: int) -> str:
    """Tells where a paragraph is split."""
    found = _Base(base)
    before = [token for token in found.tokens if token.end <= at_utf16]
    at = sum(len(token.words) for token in before if token.note is None)
    match found.beside(at, at):
        case (Place() as place, str() as anchor):
            return f"{place} {quoted(anchor)}"
    count = sum(bool(_WORD.search(token.words)) for token in before)
    return f"after its word number {count}" if count else "at its beginning"


def _words(row: Sequence[Token]) -> Words:
    text, notes = "", []
    for token in row:
        if token.note is not None:
            notes.append((len(text), _words(tokens(token.note)).text))
        else:
            text += token.words
    return Words(text, tuple(notes))


def _rewritten(compared: Sequence[Step]) -> bool:
    """Tells whether most words change, and both ways."""
    old, new = ([step.old for step in compared], [step.new for step in compared])
    if _spelled(old) == _spelled(new):
        return False
    sizes = {
        mark: sum(_size(step) for step in compared if step.mark is mark)
        for mark in (Mark.KEEP, Mark.DELETE, Mark.INSERT)
    }
    changed = min(sizes[Mark.DELETE], sizes[Mark.INSERT])
    return changed > 0 and sizes[Mark.KEEP] < LEAST_KEPT * (sizes[Mark.KEEP] + changed)


def _spelled(row: Sequence[Token | None]) -> list[str]:
    return [token.words for token in row if token is not None]


def _size(step: Step) -> int:
    token = step.new or step.old
    return 0 if token is None or token.note is not None else len(token.words.strip())


_Placed = tuple[Edit, int, int]
"""An edit without its place yet, and from where to where its old words stand in the base."""


def _plain_edits(compared: Sequence[Step]) -> Iterator[_Placed]:
    at = 0
    for kept, group in groupby(compared, lambda step: step.mark is Mark.KEEP):
        row = list(group)
        if kept:
            for step in row:
                if step.old is None or step.new is None:
                    raise AssertionError(step)
                if step.old.note is None:
                    at += len(step.old.words)
                elif step.new.note is not None and step.old.key != step.new.key:
                    new = _words(tokens(step.new.note))
                    yield Edit(Verb.NOTE_REPLACE, Words(), new), at, at
            continue
        old = [step.old for step in row if step.old is not None]
        new_row = [step.new for step in row if step.new is not None]
        yield from _changed(old, new_row, at)
        at += len(_words(old).text)


def _changed(old: Sequence[Token], new: Sequence[Token], at: int) -> Iterator[_Placed]:
    before, after = _words(old), _words(new)
    stop = at + len(before.text)
    if _spelled(old) == _spelled(new):
        yield from _slopes(old, new, at)
        return
    match bool(before.text.strip()), bool(after.text.strip()):
        case True, True:
            yield Edit(Verb.REPLACE, before, after), at, stop
        case True, False:
            yield Edit(Verb.DELETE, before, Words()), at, stop
            yield from _notes(Words(notes=after.notes), Verb.NOTE_INSERT, stop)
        case False, True:
            yield from _notes(Words(notes=before.notes), Verb.NOTE_DELETE, at)
            yield Edit(Verb.INSERT, Words(), after), at, at
        case _:
            if before.text != after.text:
                yield Edit(Verb.SPACE, before, after), at, stop
            yield from _notes(before, Verb.NOTE_DELETE, at)
            yield from _notes(after, Verb.NOTE_INSERT, at)


def _notes(words: Words, verb: Verb, at: int) -> Iterator[_Placed]:
    for _, note in words.notes:
        new = Words(note) if verb is Verb.NOTE_INSERT else Words()
        yield Edit(verb, Words(), new), at, at


def _slopes(old: Sequence[Token], new: Sequence[Token], at: int) -> Iterator[_Placed]:
    """Gives the stretches of unchanged words that are set anew."""
    pairs = zip(old, new, strict=True)
    for italic, group in groupby(pairs, lambda pair: _newly_italic(*pair)):
        row = [one for one, _ in group]
        words = replace(_words(row), notes=())
        if italic is not None and words.text.strip():
            verb = Verb.ITALIC if italic else Verb.ROMAN
            yield Edit(verb, words, words), at, at + len(words.text)
        at += len(words.text)


def _newly_italic(old: Token, new: Token) -> bool | None:
    return None if old.key == new.key else any(italic for _, italic in new.runs)


class _Base:
    """The words as circulated, in which places are found."""

    def __init__(self, base: Change) -> None:
        self.tokens = tokens(base)
        self.text = "".join(token.words for token in self.tokens if token.note is None)
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.marks: list[int] = []
        at = 0
        for token in self.tokens:
            if token.note is not None:
                self.marks.append(at)
                continue
            if _WORD.search(token.words):
                self.starts.append(at)
                self.ends.append(at + len(token.words))
            at += len(token.words)

    def located(self, edit: Edit, start: int, stop: int) -> Edit | None:
        """Gives the edit with its place, or None where it cannot be told."""
        if edit.verb in {Verb.NOTE_DELETE, Verb.NOTE_REPLACE} and self.marks.count(start) > 1:
            return None
        edit = replace(edit, old=self._shortened(edit.old, start, stop))
        if edit.old.ends or (edit.old.text.strip() and self.once(edit.old.text)):
            return edit
        if not self.text[:start].strip():
            return replace(edit, place=Place.BEGINNING)
        if not self.text[stop:].strip():
            return replace(edit, place=Place.END)
        match self.beside(start, stop):
            case (Place() as place, str() as anchor):
                return replace(edit, place=place, anchor=anchor)
        return None

    def beside(self, start: int, stop: int) -> tuple[Place, str] | None:
        """Gives the words before a stretch, or else behind it, that occur once."""
        before, behind = self._before(start), self._behind(stop)
        if before and (not behind or before[0] <= max(HANDY_WORDS, behind[0])):
            return Place.AFTER, before[1]
        return (Place.BEFORE, behind[1]) if behind else None

    def once(self, words: str) -> bool:
        """Tells whether words occur exactly once, overlapping ones counted."""
        words = words.strip()
        first = self.text.find(words)
        return bool(words) and first >= 0 and self.text.find(words, first + 1) < 0

    def _before(self, at: int, least: int = 0) -> tuple[int, str] | None:
        """Gives how many words end at a place, and they; not beyond `least`."""
        starts = [start for start in self.starts if least <= start < at]
        for count, start in enumerate(reversed(starts), 1):
            if (count >= LEAST_WORDS or start == starts[0]) and self.once(self.text[start:at]):
                return count, self.text[start:at].strip()
        return None

    def _behind(self, at: int, most: int | None = None) -> tuple[int, str] | None:
        ends = [end for end in self.ends if at < end <= (len(self.text) if most is None else most)]
        for count, end in enumerate(ends, 1):
            if (count >= LEAST_WORDS or end == ends[-1]) and self.once(self.text[at:end]):
                return count, self.text[at:end].strip()
        return None

    def _shortened(self, words: Words, start: int, stop: int) -> Words:
        if sum(start <= one < stop for one in self.starts) <= LONG_WORDS:
            return words
        first, last = self._behind(start, stop), self._before(stop, start)
        if first is None or last is None or first[0] + last[0] > LONG_WORDS:
            return words
        return replace(words, ends=(first[1], last[1]))
