"""Characters from outside made fit for a text, shared by all that reads documents."""

from __future__ import annotations

import re

from drafting.text.changes import EMPTY, Builder, Change, Insert, Note, Op

_BLANKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029 ]+")
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffe\uffff]")


def fit(words: str) -> str:
    """Gives words without what no text may hold, each stretch of tabs, line ends and blanks as one.

    No-break spaces stay: where they stand is the author's choice.
    """
    return _UNFIT.sub("", _BLANKS.sub(" ", words))


def fit_exactly(words: str) -> str:
    """Gives words without what no text may hold, and with every blank."""
    return _UNFIT.sub("", re.sub("[\t\n\x0b\x0c\r\x85\u2028\u2029]", " ", words))


class Line:
    """Collects the words of one paragraph, in roman and italics, with its footnotes."""

    def __init__(self) -> None:
        self._builder = Builder()
        self._open = True

    def words(self, words: str, *, italic: bool = False) -> None:
        """Adds words; blanks that follow a blank, or begin the line, are left out."""
        one = fit(words)
        if self._open:
            one = one.removeprefix(" ")
        if one:
            self._builder.insert(one, italic=italic or None)
            self._open = one.endswith(" ")

    def note(self, content: Change, *, italic: bool = False) -> None:
        """Adds a footnote."""
        self._builder.insert(Note(content), italic=italic or None)
        self._open = False

    def text(self) -> Change:
        """Gives the line without a blank at its end."""
        ops: list[Op] = list(self._builder.ops)
        if ops and isinstance(ops[-1], Insert) and isinstance(ops[-1].content, str):
            last = ops.pop()
            stripped = ops_words(last).removesuffix(" ")
            if stripped and isinstance(last, Insert):
                ops.append(Insert(stripped, last.italic))
        return Change(tuple(ops)) if ops else EMPTY


def ops_words(op: Op) -> str:
    """Gives the characters of an insertion, and none for a footnote."""
    return op.content if isinstance(op, Insert) and isinstance(op.content, str) else ""
