"""Random texts and changes over all six scripts, for the tests of the change algebra."""

from __future__ import annotations

from random import Random

from drafting.text.changes import (
    EMPTY,
    Builder,
    Change,
    Insert,
    Note,
    Op,
    Retain,
    Revise,
    length,
    text_length,
)
from drafting.text.offsets import length_utf16

WORDS = (
    "Recalling ",
    "États ",
    "año, ",
    "Член-",
    "резолюция ",
    "وإذ ",
    "تشير ",
    "回顾",
    "大会，",
    "𝔘𝔫 ",
    "🕊",
    "e\u0301",
    "75/62",
    "\u00a0",
)


def random_words(random: Random) -> str:
    """Gives one to three words, or a single character of one."""
    word = "".join(random.choice(WORDS) for _ in range(random.randint(1, 3)))
    return word if random.random() < 0.7 else random.choice(word)


def _italic(random: Random, *choices: bool | None) -> bool | None:
    return random.choice((None, None, *choices))


def random_text(random: Random, *, inside_note: bool = False) -> Change:
    """Gives a text of up to six pieces; a footnote holds no footnotes."""
    out = Builder()
    for _ in range(random.randint(0, 3 if inside_note else 6)):
        out.push(_random_insert(random, inside_note=inside_note))
    return out.change()


def _random_insert(random: Random, *, inside_note: bool) -> Op:
    italic = _italic(random, True)
    if not inside_note and random.random() < 0.2:
        return Insert(Note(random_text(random, inside_note=True)), italic)
    return Insert(random_words(random), italic)


def characters(text: Change) -> list[Insert]:
    """Gives a text as single characters and footnotes."""
    out: list[Insert] = []
    for op in text.ops:
        assert isinstance(op, Insert)
        if isinstance(op.content, str):
            out.extend(Insert(character, op.italic) for character in op.content)
        else:
            out.append(op)
    return out


def random_change(random: Random, text: Change, *, inside_note: bool = False) -> Change:
    """Gives a change that can be made to the text: it never cuts a character."""
    out = Builder()
    units = characters(text)
    at = 0
    while at < len(units):
        dice = random.random()
        stretch = units[at : at + random.choice((1, 1, 2, 3, 8))]
        size = sum(length(op) for op in stretch)
        if dice < 0.25:
            out.push(_random_insert(random, inside_note=inside_note))
            continue
        if dice < 0.45:
            out.delete(size)
        elif dice < 0.6:
            out.retain(size, italic=_italic(random, True, False))
        elif isinstance(stretch[0].content, Note) and dice < 0.9:
            words = stretch[0].content.content
            stretch = stretch[:1]
            change = (
                random_change(random, words, inside_note=True) if random.random() < 0.9 else EMPTY
            )
            out.push(Revise(change, _italic(random, True, False)))
        else:
            out.push(Retain(size))
        at += len(stretch)
    while random.random() < 0.3:
        out.push(_random_insert(random, inside_note=inside_note))
    return out.change()


def random_position(random: Random, text: Change) -> int:
    """Gives a position in units between two characters of the text."""
    units = characters(text)
    cut = random.randint(0, len(units))
    return sum(length_utf16(op.content) if isinstance(op.content, str) else 1 for op in units[:cut])


def end(text: Change) -> int:
    """Gives the position behind the last character."""
    return text_length(text)
