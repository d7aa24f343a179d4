"""A compilation text in a format that marks which characters are the form's own: to runs and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drafting.text.changes import Change, joined, plain, text_of
from drafting.text.compilation_form import CLOSE, GAP, OPEN, Block, Role, Segment, spoken


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a printed paragraph in a format that marks the characters of the form itself.

    `spoken`: these are words of somebody, not of the text; readers need not give it.
    """

    words: Change
    fixed: bool = False
    spoken: bool = False


def runs(block: Block) -> Iterator[Run]:
    """Gives a block's segments as runs; those of who speaks are the only ones that begin a bracket.

    Who speaks has its colon; the blank behind it is a run of its own.
    """
    for segment, speaking in spoken(block.segments):
        match segment.role:
            case Role.WORDS:
                yield Run(segment.words, spoken=speaking)
            case Role.OPEN:
                yield Run(text_of("["), fixed=True)
            case Role.CLOSE:
                yield Run(text_of("]"), fixed=True)
            case Role.GAP:
                yield Run(text_of(" "), fixed=True)
            case Role.SAID:
                yield Run(text_of(segment.said), fixed=True)
            case Role.OWNERS:
                yield Run(text_of(f"{segment.said}:"), fixed=True)
                yield Run(text_of(" "), fixed=True)


def segments_of(read: Iterable[Run]) -> tuple[Segment, ...]:
    """Gives the segments that were printed as these runs, however they are cut by now."""
    reader = _Runs()
    for run in read:
        if run.fixed:
            for character in plain(run.words):
                reader.fixed(character)
        elif run.words:
            reader.words(run.words)
    return tuple(reader.out)


class _Runs:
    """Tells by its place what each character of the form is."""

    def __init__(self) -> None:
        self.out: list[Segment] = []
        self.owners: str | None = None
        """Who speaks, as far as it has been read; None elsewhere."""
        self.last = ""
        """The last character of the form, where nothing has come since."""
        self.spoken = False
        """The last character ended who speaks."""
        self.speaking = False
        """These are the words of somebody."""

    def words(self, words: Change) -> None:
        """Takes words of the text."""
        last = self.out[-1] if self.out else None
        if last is not None and last.role is Role.WORDS:
            self.out[-1] = Segment(Role.WORDS, joined(last.words, words))
        else:
            self.out.append(Segment(Role.WORDS, words))
        self.last, self.spoken = "", False

    def fixed(self, character: str) -> None:
        """Takes a character of the form."""
        if self.last == "[" and character != "[":
            self.owners = ""
        spoken, self.last, self.spoken = self.spoken, "", False
        if self.owners is not None:
            self._speaker(character, self.owners)
        elif character == "[":
            self.out.append(OPEN)
            self.last = character
        elif character == "]":
            self.out.append(CLOSE)
            self.speaking = False
        elif not self.speaking and character == " ":
            self.out.append(GAP)
        elif not spoken or character != " ":
            self.words(text_of(character))

    def _speaker(self, character: str, owners: str) -> None:
        backslashes = len(owners) - len(owners.rstrip("\\"))
        if character == ":" and not backslashes % 2:
            self.out.append(Segment(Role.OWNERS, said=owners))
            self.owners = None
            self.speaking = self.spoken = True
        else:
            self.owners = owners + character
