"""Values to bytes and back: Word, PDF, Akoma Ntoso, plain text, HTML, JSON.

Each format is loaded when it is first needed, so that reading plain text costs no XML library.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from drafting.errors import Malformed, Unreadable

if TYPE_CHECKING:
    from drafting.text.resolution import Resolution

MAX_BYTES = 20_000_000
"""The largest file that is read: some two hundred times the largest resolution."""

_READABLE = "a Word file (.docx), the UN’s Akoma Ntoso XML (.xml), plain text (.txt) or JSON of ours (.json)"
_ZIP = b"PK\x03\x04"
_OLD_WORD = b"\xd0\xcf\x11\xe0"
_RICH_TEXT = b"{\\rtf"
_UTF16_XML = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_TEXT_ENDINGS = frozenset({"", ".txt", ".text", ".md"})


def read_file(name: str, data: bytes) -> Resolution:
    """Reads a resolution from a file's bytes; what they are counts, then how the file is called.

    Refuses: Unreadable for what is none of the formats read, is damaged, or is too large.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(detail="This file is larger than 20 MB; nothing was stored.")
    ending = PurePath(name).suffix.lower()
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(_ZIP):
        from drafting.formats import docx_read  # noqa: PLC0415 - loaded only when needed

        return docx_read.read(data)
    if start.startswith((b"<", *_UTF16_XML)) or (ending == ".xml" and start):
        from drafting.formats import akn  # noqa: PLC0415 - loaded only when needed

        return akn.read(data)
    if (start.startswith(b"{") and not start.startswith(_RICH_TEXT)) or (
        ending == ".json" and start
    ):
        from drafting.formats import json_form  # noqa: PLC0415 - loaded only when needed

        return json_form.read(data)
    if start.startswith(_OLD_WORD):
        raise Unreadable(
            detail="This file is protected with a password, or it is of an old Word (.doc): remove "
            "the password, save it as .docx and send that. Nothing was stored."
        )
    if not start:
        raise Unreadable(detail="This file is empty; nothing was stored.")
    if ending not in _TEXT_ENDINGS or start.startswith((b"%PDF", _RICH_TEXT)):
        raise Unreadable(detail=f"This file is not {_READABLE}; nothing was stored.")
    return _read_plain(data)


def _read_plain(data: bytes) -> Resolution:
    from drafting.formats import plain  # noqa: PLC0415 - loaded only when needed

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(
            detail="This text is not in UTF-8; save it in that encoding and send it again. "
            "Nothing was stored."
        ) from None
    return plain.read(text)


def write_file(name: str, resolution: Resolution) -> bytes:
    """Writes a resolution in the format that the file's ending names: one of `making.ENDINGS`.

    Refuses: Malformed for another ending; Unreadable where a PDF cannot be made of it.
    """
    from drafting.formats import making  # noqa: PLC0415 - loaded only when needed

    ending = PurePath(name).suffix.lower().removeprefix(".")
    if ending not in making.ENDINGS:
        raise Malformed(detail="Files are written as .docx, .pdf, .xml, .html, .txt or .json.")
    return making.clean(resolution, ending)
