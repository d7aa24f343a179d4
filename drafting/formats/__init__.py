"""Values to bytes and back: Word, Akoma Ntoso, plain text, HTML.

Each format is loaded when it is first needed, so that reading plain text costs no XML library.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from drafting.errors import Malformed, Unreadable

if TYPE_CHECKING:
    from drafting.text.resolution import Resolution

MAX_BYTES = 20_000_000
"""The largest file that is read: some two hundred times the largest resolution."""

_READABLE = "a Word file (.docx), the UN’s Akoma Ntoso XML (.xml) or plain text (.txt)"
_ZIP = b"PK\x03\x04"
_OLD_WORD = b"\xd0\xcf\x11\xe0"
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
    if start.startswith(_OLD_WORD):
        raise Unreadable(
            detail="This is a file of an old Word; save it as .docx and send that. "
            "Nothing was stored."
        )
    if not start:
        raise Unreadable(detail="This file is empty; nothing was stored.")
    if ending not in _TEXT_ENDINGS or start.startswith((b"%PDF", b"{\\rtf")):
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
    """Writes a resolution in the format that the file's ending names: .txt, .html, .docx, .json.

    Refuses: Malformed for another ending.
    """
    match PurePath(name).suffix.lower():
        case ".txt":
            from drafting.formats import plain  # noqa: PLC0415 - loaded only when needed

            return plain.write(resolution).encode()
        case ".html":
            from drafting.formats import html  # noqa: PLC0415 - loaded only when needed

            return html.write(resolution).encode()
        case ".docx":
            from drafting.formats import docx_write  # noqa: PLC0415 - loaded only when needed

            return docx_write.clean(resolution)
        case ".json":
            return _json(resolution)
        case _:
            raise Malformed(detail="Files are written as .docx, .txt, .html or .json.")


def _json(resolution: Resolution) -> bytes:
    from drafting.text.changes import to_json  # noqa: PLC0415 - loaded only when needed

    value = {
        "masthead": asdict(resolution.masthead),
        "paragraphs": [
            {"kind": p.kind.value, "level": p.level, "key": p.key, "ops": to_json(p.text)}
            for p in resolution.paragraphs
        ],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
