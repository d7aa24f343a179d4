"""The one place that converts between code points and UTF-16 units.

Python and diff-match-patch count code points; the browser and the change algebra count UTF-16
units, in which a character beyond U+FFFF takes two.
"""

from bisect import bisect_left
from collections.abc import Sequence

from drafting.errors import Malformed

LAST_NARROW = "\uffff"
"""The last character that counts one unit."""


def length_utf16(text: str) -> int:
    """Gives the length of `text` in UTF-16 units."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def chars_at(text: str, offset_utf16: int) -> int:
    """Gives the number of code points before `offset_utf16`.

    Refuses: Malformed when the offset lies inside a character or beyond the text.
    """
    if text.isascii() or max(text, default="") <= "\uffff":
        if offset_utf16 > len(text):
            raise Malformed(detail="A position lies outside the text.")
        return offset_utf16
    units = 0
    for index, character in enumerate(text):
        if units == offset_utf16:
            return index
        units += 2 if character > "\uffff" else 1
        if units > offset_utf16:
            raise Malformed(detail="A position lies inside a character.")
    if units == offset_utf16:
        return len(text)
    raise Malformed(detail="A position lies outside the text.")


def utf16_at(text: str, offset_chars: int) -> int:
    """Gives the UTF-16 offset of the code point at `offset_chars`."""
    return length_utf16(text[:offset_chars])


def wide_characters(text: str) -> list[int]:
    """Gives the positions of the code points that take two units: for `utf16_among`."""
    if text.isascii() or max(text, default="") <= LAST_NARROW:
        return []
    return [at for at, character in enumerate(text) if character > LAST_NARROW]


def utf16_among(wide: Sequence[int], offset_chars: int) -> int:
    """Gives the UTF-16 offset of a code point in a text of which the wide ones are known.

    For many positions of one text, of which `utf16_at` would read the beginning each time.
    """
    return offset_chars + bisect_left(wide, offset_chars)


def cut(text: str, offset_utf16: int) -> tuple[str, str]:
    """Cuts `text` in two at a UTF-16 offset.

    Refuses: Malformed when the offset lies inside a character or beyond the text.
    """
    index = chars_at(text, offset_utf16)
    return text[:index], text[index:]
