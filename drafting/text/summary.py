"""What a redline amounts to, in numbers and in one sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from drafting.text.diff import FIRST_CJK
from drafting.text.tracked import Mark, Piece, Redline, State

_WORD = re.compile(rf"[{FIRST_CJK}-\uffef]|[^\W{FIRST_CJK}-\uffef]+(?:[-’'/.,–]\w+)*")

_SAID = (
    (State.CHANGED, "changed"),
    (State.MOVED, "moved"),
    (State.SPLIT, "split off"),
    (State.MERGED, "merged"),
    (State.INSERTED, "inserted"),
    (State.DELETED, "deleted"),
)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many paragraphs became what, and how many words came in and went out."""

    paragraphs: dict[State, int]
    words_in: int
    words_out: int

    @property
    def differs(self) -> bool:
        """Tells whether anything differs."""
        return any(count for state, count in self.paragraphs.items() if state is not State.SAME)

    @property
    def sentence(self) -> str:
        """Gives it in words: "3 paragraphs changed, 1 moved; 14 words in, 9 out"."""
        if not self.differs:
            return "Nothing differs"
        parts = [f"{n} {word}" for state, word in _SAID if (n := self.paragraphs[state])]
        count, _, rest = parts[0].partition(" ")
        parts[0] = f"{count} paragraph{'' if count == '1' else 's'} {rest}"
        inside = f"{self.words_in} word{'' if self.words_in == 1 else 's'} in"
        return f"{', '.join(parts)}; {inside}, {self.words_out} out"


def summary(redline: Redline) -> Summary:
    """Gives what a redline amounts to. A moved paragraph's words count only where they changed."""
    states = Counter(row.state for row in redline.paragraphs)
    words = Counter[Mark]()
    for row in redline.paragraphs:
        _count(row.pieces, words)
    return Summary(
        {state: states[state] for state in State}, words[Mark.INSERT], words[Mark.DELETE]
    )


def _count(pieces: Iterable[Piece], words: Counter[Mark]) -> None:
    for piece in pieces:
        if piece.note is not None:
            _count(piece.note, words)
        elif piece.mark is not Mark.KEEP:
            words[piece.mark] += len(_WORD.findall(piece.text))
