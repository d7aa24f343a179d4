"""The gate before a file from outside: nothing is parsed that is not what it claims, and bounded.

A Word file is a zip of XML parts. Sizes are counted while unpacking, never believed; only XML parts
are unpacked at all; every part is first run through a plain scanner that builds nothing, so that a
document type, a flood of elements or a deep nesting ends the matter before a tree is made of it.
Nothing that a file points to elsewhere is ever fetched.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree

from drafting.errors import Unreadable
from drafting.text.resolution import Finding

MAX_PACKED_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 100_000_000
MAX_PARTS = 2_000
MAX_RATIO = 100
"""Most times that a part above RATIO_FREE_BYTES may grow when unpacked; real ones stay below 40."""

RATIO_FREE_BYTES = 1_000_000
MAX_ELEMENTS = 300_000
MAX_PARAGRAPHS = 10_000
"""Most paragraphs in all parts together: the longest resolutions have some three hundred."""

MAX_DEPTH = 100
MAX_ATTRIBUTES = 500
"""Most attributes of one element; Word declares some forty namespaces at the root."""


_CHUNK_BYTES = 1 << 16
_END_OF_DIRECTORY = b"PK\x05\x06"
_MAX_ZIP_COMMENT_BYTES = 65_557
_MAX_DIRECTORY_BYTES = 2_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main",
     b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
     b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
)  # fmt: skip

TOO_LARGE = (
    "This file is too large; nothing was stored. A resolution is far smaller: check that it is the "
    "right file."
)
DAMAGED = (
    "This file is damaged or incomplete; nothing was stored. Please save it again and send it once "
    "more."
)
HOSTILE = (
    "This file is built in a way that no word processor writes, so it was not opened and nothing was stored. "
    "Please copy the text into a new Word file and send that."
)
ENCRYPTED = (
    "This file is protected with a password, or it is in the old .doc form; nothing was stored. "
    "Please remove the password and save it as a Word document (.docx)."
)
MACROS = (
    "This file contains macros, so it was not opened and nothing was stored. "
    "Please save it as a Word document without macros (.docx)."
)
NOT_WORD = (
    "This is not a Word file; nothing was stored. Please save the text as a Word document (.docx)."
)


@dataclass(frozen=True, slots=True)
class Package:
    """The XML parts of a Word file, by name, all within the limits; and what else it held."""

    parts: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()


def opened(data: bytes) -> Package:
    """Opens a Word file.

    Refuses: Unreadable for anything that is not a Word file without macros and within the limits.
    """
    _refuse_other_kinds(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _refuse_entries(entries)
            parts = _unpacked(archive, entries, len(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, OSError,
            ValueError, RuntimeError):  # fmt: skip
        raise Unreadable(detail=DAMAGED) from None
    names = [entry.filename for entry in entries]
    _refuse_content(names, parts)
    count = _Count()
    for content in parts.values():
        _scan(content, count)
    return Package(parts, tuple(_findings(names, parts)))


def parsed(content: bytes) -> etree._Element:
    """Parses a part that came through `opened`, in the transitional namespaces."""
    for strict, transitional in _STRICT:
        content = content.replace(strict, transitional)
    return _parse(content)


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable(detail=DAMAGED) from None


# --- what kind of file --------------------------------------------------------------------------


def _refuse_other_kinds(data: bytes) -> None:
    if len(data) > MAX_PACKED_BYTES:
        raise Unreadable(detail=TOO_LARGE)
    if not data:
        raise Unreadable(detail="This file is empty; nothing was stored. Please choose another.")
    if data.startswith(_OLE):
        raise Unreadable(detail=ENCRYPTED)
    if data.startswith(b"PK\x03\x04"):
        _refuse_directory(data)
        return
    start = data[:1024].lstrip().lower()
    for sign, kind in (
        (b"%pdf-", "a PDF file"),
        (rb"{\rtf", "an RTF file"),
        (b"<!doctype html", "a web page"),
        (b"<html", "a web page"),
        (b"<?xml", "an XML file"),
    ):
        if start.removeprefix(b"\xef\xbb\xbf").startswith(sign):
            raise Unreadable(
                detail=f"This is {kind}, not a Word file; nothing was stored. "
                "Please save the text as a Word document (.docx)."
            )
    raise Unreadable(detail=NOT_WORD)


def _refuse_directory(data: bytes) -> None:
    """Looks at the zip's closing record first: making ten thousand entries takes seconds."""
    at = data.rfind(_END_OF_DIRECTORY, max(0, len(data) - _MAX_ZIP_COMMENT_BYTES))
    if at < 0 or len(data) < at + 22:
        raise Unreadable(detail=DAMAGED)
    count, size = struct.unpack_from("<HL", data, at + 10)
    if count > MAX_PARTS or size > _MAX_DIRECTORY_BYTES:
        raise Unreadable(detail=HOSTILE)


def _refuse_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_PARTS:
        raise Unreadable(detail=HOSTILE)
    seen: set[str] = set()
    total = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise Unreadable(detail=ENCRYPTED)
        name = entry.filename
        folded = name.casefold().rstrip("/")
        odd = (
            name.startswith("/")
            or re.search(r'[\\\x00-\x1f:*?"<>|]', name) is not None
            or ".." in name.split("/")
            or folded in seen
            or stat.S_ISLNK(entry.external_attr >> 16)
            or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        )
        if odd:
            raise Unreadable(detail=HOSTILE)
        seen.add(folded)
        total += entry.file_size
        if entry.file_size > RATIO_FREE_BYTES and (
            entry.file_size > MAX_RATIO * max(1, entry.compress_size)
        ):
            raise Unreadable(detail=HOSTILE)
    if total > MAX_UNPACKED_BYTES:
        raise Unreadable(detail=TOO_LARGE)


def _unpacked(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], packed_bytes: int
) -> dict[str, bytes]:
    """Unpacks the XML parts, counting as it goes: what the directory says may be a lie."""
    parts: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        if not entry.filename.casefold().endswith((".xml", ".rels")):
            continue
        chunks: list[bytes] = []
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                total += len(chunk)
                if total > min(MAX_UNPACKED_BYTES, max(RATIO_FREE_BYTES, MAX_RATIO * packed_bytes)):
                    raise Unreadable(detail=TOO_LARGE)
                chunks.append(chunk)
        parts[entry.filename] = b"".join(chunks)
    return parts


def _refuse_content(names: list[str], parts: Mapping[str, bytes]) -> None:
    types = parts.get("[Content_Types].xml", b"")
    lowered = types.lower()
    if b"macroenabled" in lowered or b"vbaproject" in lowered:
        raise Unreadable(detail=MACROS)
    if any("vbaproject" in name.casefold() or "activex" in name.casefold() for name in names):
        raise Unreadable(detail=MACROS)
    if b"wordprocessingml" not in lowered:
        for sign, kind in (
            (b"spreadsheetml", "a spreadsheet"),
            (b"presentationml", "a presentation"),
        ):
            if sign in lowered:
                raise Unreadable(detail=f"This is {kind}, not a Word file; nothing was stored.")
        raise Unreadable(detail=NOT_WORD)


def _findings(names: list[str], parts: Mapping[str, bytes]) -> list[Finding]:
    out = []
    if any("/embeddings/" in f"/{name.casefold()}" for name in names):
        out.append(Finding("document", "An embedded file was left out and not opened."))
    if any("/afchunk" in f"/{name.casefold()}" for name in names):
        out.append(Finding("document", "Text embedded as another document was not read."))
    kinds = {
        relation.get("Type", "").rsplit("/", 1)[-1]
        for name, content in parts.items()
        if name.endswith(".rels")
        for relation in parsed(content)
        if relation.get("TargetMode") == "External"
    } - {"hyperlink"}
    if kinds:
        out.append(
            Finding(
                "document",
                f"It points to files elsewhere, which were not fetched: {', '.join(sorted(kinds))}.",
            )
        )
    return out


# --- the scanner --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Count:
    """Counts over all parts of a file."""

    elements: int = 0
    paragraphs: int = 0
    depth: int = 0


def _scan(content: bytes, count: _Count) -> None:
    """Runs through a part and builds nothing.

    Only encodings that every parser reads alike are taken: a document type could hide from this
    scanner in one that only the next knows.
    """
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    count.depth = 0

    def start(name: str, attributes: list[str]) -> None:
        count.elements += 1
        count.depth += 1
        if name.rpartition(":")[2] == "p":
            count.paragraphs += 1
            if count.paragraphs > MAX_PARAGRAPHS:
                raise Unreadable(detail=TOO_LARGE)
        if (
            count.elements > MAX_ELEMENTS
            or count.depth > MAX_DEPTH
            or len(attributes) > 2 * MAX_ATTRIBUTES
        ):
            raise Unreadable(detail=HOSTILE)

    def end(_name: str) -> None:
        count.depth -= 1

    def doctype(*_arguments: object) -> None:
        raise Unreadable(detail=HOSTILE)

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "utf-16", "us-ascii"}:
            raise Unreadable(detail=HOSTILE)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declaration
    try:
        parser.Parse(content, True)  # noqa: FBT003 - the C interface takes no keyword
    except (expat.ExpatError, ValueError, LookupError):
        raise Unreadable(detail=DAMAGED) from None
