"""The change algebra: a text, a change to it, and all that is done with changes.

A text is one flat line: characters, italics as an attribute, a footnote as one embedded item whose
content is again such a line. A change is a list of operations in the form of Quill's Delta:

    {"retain": 5}                                      keep five units
    {"retain": 3, "attributes": {"italic": true}}      set three units in italics (null: in roman)
    {"retain": 3, "attributes": {"italic": true}}      set three units in italics (null: roman)
    {"insert": "words", "attributes": {"italic": true}}
    {"insert": {"note": [{"insert": "Resolution 70/1."}]}}
    {"delete": 4}

A text is a change that only inserts. Lengths count UTF-16 units; a footnote counts one. The answers
are those of quill-delta 5.1 with an embed handler "note" that composes, transforms and inverts the
note's content by the same algebra. Laws, for a text `d` and changes `a`, `b` made on it:

    apply(apply(d, a), b) == apply(d, compose(a, b))
    apply(apply(d, a), transform(a, b, first=True))
        == apply(apply(d, b), transform(b, a, first=False))
    apply(apply(d, a), invert(a, d)) == d
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from drafting.errors import Malformed
from drafting.text.offsets import length_utf16

ENDLESS = 1 << 60
"""Length of the retain that follows the last operation of every change, in units."""

MAX_OPS = 5_000
"""Most operations one change may carry."""

MAX_INSERT_UTF16 = 100_000
"""Most units one change may insert: some thirty times the longest paragraph ever adopted."""

UTF16 = "utf-16-le"
"""The encoding whose units the lengths of the algebra count, two bytes each."""

NOTE_PLACEHOLDER = "\ufffc"
"""Stands for a footnote among plain characters (OBJECT REPLACEMENT CHARACTER)."""

_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffe\uffff\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote, as one item of a text; `content` is a text without notes."""

    content: Change


@dataclass(frozen=True, slots=True)
class Insert:
    """New characters, or a new footnote; `italic` is True or absent."""

    content: str | Note
    italic: bool | None = None


@dataclass(frozen=True, slots=True)
class Retain:
    """Units kept; `italic` True sets them in italics, False in roman, None leaves them."""

    length: int
    italic: bool | None = None


@dataclass(frozen=True, slots=True)
class Revise:
    """A footnote kept, and a change made to its words."""

    content: Change
    italic: bool | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Units taken away."""

    length: int


Op = Insert | Retain | Revise | Delete


@dataclass(frozen=True, slots=True)
class Change:
    """A normalized list of operations; a text when it only inserts."""

    ops: tuple[Op, ...] = ()

    def __bool__(self) -> bool:
        """Tells whether the change does anything (a text: whether it has any words)."""
        return bool(self.ops)


EMPTY = Change()


def length(op: Op) -> int:
    """Gives an operation's length in units."""
    match op:
        case Insert(content=str() as text):
            return length_utf16(text)
        case Retain(length=units) | Delete(length=units):
            return units
        case _:
            return 1


class Builder:
    """Collects operations into a normalized change: neighbours joined, insertions first."""

    __slots__ = ("ops",)

    def __init__(self) -> None:
        self.ops: list[Op] = []

    def push(self, op: Op) -> Builder:
        """Adds an operation at the end."""
        ops = self.ops
        if not ops:
            ops.append(op)
            return self
        at = len(ops)
        last = ops[-1]
        if isinstance(last, Delete):
            if isinstance(op, Delete):
                ops[-1] = Delete(last.length + op.length)
                return self
            if isinstance(op, Insert):
                at -= 1
                if at == 0:
                    ops.insert(0, op)
                    return self
                last = ops[at - 1]
        joined = _joined(last, op)
        if joined is not None:
            ops[at - 1] = joined
        else:
            ops.insert(at, op)
        return self

    def insert(self, content: str | Note, *, italic: bool | None = None) -> Builder:
        """Adds characters or a footnote."""
        return self.push(Insert(content, italic)) if content else self

    def retain(self, units: int, *, italic: bool | None = None) -> Builder:
        """Adds a stretch that is kept."""
        return self.push(Retain(units, italic)) if units > 0 else self

    def delete(self, units: int) -> Builder:
        """Adds a stretch that is taken away."""
        return self.push(Delete(units)) if units > 0 else self

    def extend(self, ops: Iterable[Op]) -> Builder:
        """Adds operations one by one."""
        for op in ops:
            self.push(op)
        return self

    def change(self) -> Change:
        """Gives the change, without a closing plain retain."""
        if self.ops and isinstance(self.ops[-1], Retain) and self.ops[-1].italic is None:
            self.ops.pop()
        return Change(tuple(self.ops))


def _joined(last: Op, op: Op) -> Op | None:
    match last, op:
        case Insert(content=str() as one, italic=a), Insert(content=str() as two, italic=b) if (
            a == b
        ):
            return Insert(one + two, a)
        case Retain(length=one_units, italic=a), Retain(length=two_units, italic=b) if a == b:
            return Retain(one_units + two_units, a)
    return None


class _Cursor:
    """Reads operations in pieces; past the end it gives an endless retain.

    Words are cut where they stand, so that many small pieces of one long insertion cost what they
    hold: re-slicing the rest each time took seconds on a text of the greatest length.
    """

    __slots__ = ("at", "current", "encoded", "index", "ops", "units")

    def __init__(self, ops: Sequence[Op]) -> None:
        self.ops = ops
        self.index = -1
        self.current: Op | None = None
        self.units = ENDLESS
        self.at = 0
        self.encoded = b""
        self._advance()

    def _advance(self) -> None:
        self.index += 1
        self.at = 0
        if self.index < len(self.ops):
            self.current = self.ops[self.index]
            self.units = length(self.current)
        else:
            self.current = None
            self.units = ENDLESS

    def take(self, units: int) -> Op:
        """Reads the next operation, or as many units of it as are asked for."""
        current = self.current
        if current is None:
            return Retain(units)
        if isinstance(current, Insert) and isinstance(current.content, str):
            return self._take_words(current, current.content, units)
        if units >= self.units:
            self._advance()
            return current
        self.units -= units
        if isinstance(current, Retain):
            self.current = Retain(self.units, current.italic)
            return Retain(units, current.italic)
        self.current = Delete(self.units)
        return Delete(units)

    def _take_words(self, op: Insert, words: str, units: int) -> Insert:
        if units >= self.units:
            if not self.at:
                self._advance()
                return op
            units = self.units
        if not self.at:
            narrow = self.units == len(words)
            self.encoded = b"" if narrow else words.encode(UTF16, "surrogatepass")
        start, stop = self.at, self.at + units
        if self.encoded:
            try:
                piece = self.encoded[2 * start : 2 * stop].decode(UTF16)
            except UnicodeDecodeError:
                raise Malformed(detail="A position lies inside a character.") from None
        else:
            piece = words[start:stop]
        self.at = stop
        self.units -= units
        if not self.units:
            self._advance()
        return Insert(piece, op.italic)

    def stretch(self, units: int) -> Iterator[Op]:
        """Reads as many units, or what there is of them."""
        while units > 0 and self.current is not None:
            op = self.take(units)
            units -= length(op)
            yield op

    def rest(self) -> Iterator[Op]:
        while self.current is not None:
            yield self.take(ENDLESS)


def text_of(*pieces: str | Note) -> Change:
    """Gives a roman text from pieces of it."""
    builder = Builder()
    for piece in pieces:
        builder.insert(piece)
    return builder.change()


def note(words: str) -> Note:
    """Gives a footnote with roman words."""
    return Note(text_of(words))


def is_text(change: Change) -> bool:
    """Tells whether a change only inserts, and so is a text."""
    return all(isinstance(op, Insert) for op in change.ops)


def text_length(text: Change) -> int:
    """Gives the length of a text in units."""
    return sum(length(op) for op in text.ops)


def base_length(change: Change) -> int:
    """Gives the least length in units of a text that the change can be made to."""
    return sum(length(op) for op in change.ops if not isinstance(op, Insert))


def plain(text: Change) -> str:
    """Gives a text's characters alone, each footnote as NOTE_PLACEHOLDER."""
    return "".join(
        op.content if isinstance(op.content, str) else NOTE_PLACEHOLDER
        for op in text.ops
        if isinstance(op, Insert)
    )


def notes(text: Change) -> list[Change]:
    """Gives the words of a text's footnotes, in order."""
    return [
        op.content.content
        for op in text.ops
        if isinstance(op, Insert) and isinstance(op.content, Note)
    ]


def part(text: Change, start: int, end: int | None = None) -> Change:
    """Gives the part of a text between two positions, in units.

    Refuses: Malformed when a position lies inside a character.
    """
    cursor = _Cursor(text.ops)
    builder = Builder()
    at = 0
    stop = ENDLESS if end is None else end
    while at < stop and cursor.current is not None:
        op = cursor.take((start if at < start else stop) - at)
        if at >= start:
            builder.push(op)
        at += length(op)
    return Change(tuple(builder.ops))


def joined(*texts: Change) -> Change:
    """Gives several texts one after the other, as one."""
    builder = Builder()
    for text in texts:
        builder.extend(text.ops)
    return Change(tuple(builder.ops))


def apply(text: Change, change: Change) -> Change:
    """Gives the text after the change.

    Refuses: Malformed when the change reaches beyond the text, cuts a character, or changes the
    words of a footnote where there is none.
    """
    if base_length(change) > text_length(text):
        raise Malformed(detail="A position lies outside the text.")
    after = compose(text, change)
    if not is_text(after):
        raise Malformed(detail="The change does not fit the text.")
    for op in after.ops:
        if (
            isinstance(op, Insert)
            and isinstance(op.content, Note)
            and not is_text(op.content.content)
        ):
            raise Malformed(detail="The change does not fit the footnote.")
    return after


def compose(first: Change, second: Change) -> Change:
    """Gives the one change that does what `first` and then `second` do.

    One loss is quill-delta's own: where `first` changes a footnote's words and `second` sets its
    mark in roman, the latter is forgotten. Nothing depends on the slope of a footnote mark.

    Refuses: Malformed when `second` changes the words of a footnote where `first` has none.
    """
    one, two = _Cursor(first.ops), _Cursor(second.ops)
    out = Builder()
    while one.current is not None or two.current is not None:
        if isinstance(two.current, Insert):
            out.push(two.take(ENDLESS))
        elif isinstance(one.current, Delete):
            out.push(one.take(ENDLESS))
        else:
            units = min(one.units, two.units)
            kept, done = one.take(units), two.take(units)
            if isinstance(done, Delete):
                if isinstance(kept, Retain | Revise):
                    out.push(done)
                continue
            op = _composed(kept, done)
            out.push(op)
            if two.current is None and out.ops[-1] == op:
                rest = tuple(one.rest())
                if rest:
                    out.push(rest[0])
                    out.ops.extend(rest[1:])
                break
    return out.change()


def _composed(kept: Op, done: Op) -> Op:
    later = done.italic if isinstance(done, Retain | Revise) else None
    match kept:
        case Retain(italic=earlier):
            italic = earlier if later is None else later
            return replace(done, italic=italic) if isinstance(done, Retain | Revise) else kept
        case Insert(content=content, italic=earlier):
            italic = earlier if later is None else (later or None)
            if isinstance(done, Revise):
                if not isinstance(content, Note):
                    raise Malformed(detail="There is no footnote at this place.")
                return Insert(Note(compose(content.content, done.content)), italic)
            return Insert(content, italic)
        case Revise(content=words, italic=earlier):
            italic = earlier if later is None else (later or None)
            if isinstance(done, Revise):
                return Revise(compose(words, done.content), italic)
            return Revise(words, italic)
    raise AssertionError(kept)


def transform(over: Change, change: Change, *, first: bool) -> Change:
    """Gives `change` as it is to be made after `over`, both having been made on the same text.

    `first` says that `over` came first: where both insert at one place, its words stand before.
    """
    one, two = _Cursor(over.ops), _Cursor(change.ops)
    out = Builder()
    while one.current is not None or two.current is not None:
        if isinstance(one.current, Insert) and (first or not isinstance(two.current, Insert)):
            out.retain(length(one.take(ENDLESS)))
        elif isinstance(two.current, Insert):
            out.push(two.take(ENDLESS))
        else:
            units = min(one.units, two.units)
            ours, theirs = one.take(units), two.take(units)
            if isinstance(ours, Delete):
                continue
            if isinstance(theirs, Delete):
                out.push(theirs)
                continue
            out.push(_transformed(ours, theirs, first=first))
    return out.change()


def _transformed(ours: Op, theirs: Op, *, first: bool) -> Op:
    if not isinstance(ours, Retain | Revise) or not isinstance(theirs, Retain | Revise):
        raise AssertionError((ours, theirs))  # noqa: TRY004 - a bug of ours, not a wrong type
    italic = None if first and ours.italic is not None else theirs.italic
    if isinstance(theirs, Revise) and isinstance(ours, Revise):
        return Revise(transform(ours.content, theirs.content, first=first), italic)
    return replace(theirs, italic=italic)


def transform_position(over: Change, position: int, *, stays: bool = False) -> int:
    """Gives where a position in units stands after the change.

    `stays` keeps it before words inserted exactly there; otherwise it moves behind them.
    """
    at = 0
    for op in over.ops:
        if at > position:
            break
        units = length(op)
        match op:
            case Delete():
                position -= min(units, position - at)
                continue
            case Insert() if at < position or not stays:
                position += units
        at += units
    return position


def invert(change: Change, text: Change) -> Change:
    """Gives the change that takes `change`, made on `text`, back."""
    out = Builder()
    base = _Cursor(text.ops)
    for op in change.ops:
        units = length(op)
        if isinstance(op, Insert):
            out.delete(units)
            continue
        stood = tuple(base.stretch(units))
        match op:
            case Retain(italic=None):
                out.retain(units)
            case Delete():
                out.extend(stood)
            case Retain(italic=italic):
                for was in stood:
                    out.retain(length(was), italic=_italic_back(was, italic=italic))
            case Revise(content=words, italic=italic):
                match stood:
                    case (Insert(content=Note(content=before)) as was,):
                        out.push(Revise(invert(words, before), _italic_back(was, italic=italic)))
                    case _:
                        raise Malformed(detail="There is no footnote at this place.")
    return out.change()


def _italic_back(base: Op, *, italic: bool | None) -> bool | None:
    if italic is None or not isinstance(base, Insert):
        return None
    was = base.italic
    if was is None:
        # Also where roman is set in roman: quill-delta answers null there, and so do we.
        return False
    if not italic and was:
        return True
    return None


def split(change: Change, at: int) -> tuple[Change, Change]:
    """Gives the parts of a change before and behind a position of its base text.

    For a text that is being split in two: words inserted exactly at the cut stay before it.
    """
    cursor = _Cursor(change.ops)
    left, right = Builder(), Builder()
    passed = 0
    while cursor.current is not None:
        current = cursor.current
        if isinstance(current, Insert):
            (left if passed <= at else right).push(cursor.take(ENDLESS))
            continue
        if passed < at:
            op = cursor.take(min(cursor.units, at - passed))
            left.push(op)
        else:
            op = cursor.take(ENDLESS)
            right.push(op)
        passed += length(op)
    return left.change(), right.change()


def shifted(change: Change, by: int) -> Change:
    """Gives the change as made to a text with `by` units set before its base."""
    return Builder().retain(by).extend(change.ops).change() if change.ops else change


def to_json(change: Change) -> list[dict[str, Any]]:
    """Gives the change in the form of Quill's Delta, as JSON values."""
    return [_op_to_json(op) for op in change.ops]


def _op_to_json(op: Op) -> dict[str, Any]:
    value: dict[str, Any]
    match op:
        case Insert(content=str() as text):
            value = {"insert": text}
        case Insert(content=Note(content=words)):
            value = {"insert": {"note": to_json(words)}}
        case Retain(length=units):
            value = {"retain": units}
        case Revise(content=words):
            value = {"retain": {"note": to_json(words)}}
        case Delete(length=units):
            return {"delete": units}
    if not isinstance(op, Delete) and op.italic is not None:
        value["attributes"] = {"italic": True if op.italic else None}
    return value


def from_json(value: object, *, inside_note: bool = False) -> Change:
    """Reads a change from JSON values, and normalizes it.

    Refuses: Malformed for anything that is not of the form above, exceeds MAX_OPS or
    MAX_INSERT_UTF16, or holds a control character, a line end or half a character.
    """
    if not isinstance(value, list) or len(value) > MAX_OPS:
        raise Malformed(detail="A change is a list of at most 5,000 operations.")
    builder = Builder()
    inserted = 0
    for item in value:
        op = _op_from_json(item, inside_note=inside_note)
        if isinstance(op, Insert):
            inserted += length(op)
            if isinstance(op.content, Note):
                inserted += text_length(op.content.content)
        builder.push(op)
    if inserted > MAX_INSERT_UTF16:
        raise Malformed(detail="A change inserts at most 100,000 characters.")
    return builder.change()


def _op_from_json(item: object, *, inside_note: bool) -> Op:
    if not isinstance(item, dict) or not item.keys() <= {
        "insert",
        "retain",
        "delete",
        "attributes",
    }:
        raise Malformed(detail="An operation is insert, retain or delete.")
    kinds = item.keys() - {"attributes"}
    if len(kinds) != 1:
        raise Malformed(detail="An operation is one of insert, retain and delete.")
    italic = _italic_from_json(item)
    (kind,) = kinds
    argument = item[kind]
    match kind, argument:
        case ("insert", str()) if (
            argument and not _FORBIDDEN.search(argument) and italic is not False
        ):
            return Insert(argument, italic)
        case ("insert", {"note": list() as words}) if len(argument) == 1 and not inside_note:
            content = from_json(words, inside_note=True)
            if is_text(content) and italic is not False:
                return Insert(Note(content), italic)
        case ("retain", {"note": list() as words}) if len(argument) == 1 and not inside_note:
            return Revise(from_json(words, inside_note=True), italic)
        case ("retain", int()) if type(argument) is int and 0 < argument < ENDLESS:
            return Retain(argument, italic)
        case ("delete", int()) if (
            type(argument) is int and 0 < argument < ENDLESS and "attributes" not in item
        ):
            return Delete(argument)
    raise Malformed(detail="An operation has a form that is not known.")


def _italic_from_json(item: dict[Any, Any]) -> bool | None:
    if "attributes" not in item:
        return None
    match item["attributes"]:
        case {"italic": True, **rest} if not rest:
            return True
        case {"italic": None, **rest} if not rest:
            return False
    raise Malformed(detail="Italics are the only attribute of words.")


def text_from_json(value: object) -> Change:
    """Reads a text from JSON values.

    Refuses: Malformed as `from_json` does, and when the change does more than insert.
    """
    text = from_json(value)
    if not is_text(text):
        raise Malformed(detail="A text holds words and footnotes alone.")
    return text
