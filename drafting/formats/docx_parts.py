"""The package of a Word file: which parts it has, and the same bytes for the same parts."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from drafting.formats.docx_template import HEAD

RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The one time that every entry of the package carries: the zip format's first."""

_TYPES = {
    "word/document.xml": f"{_MAIN}.document.main+xml",
    "word/styles.xml": f"{_MAIN}.styles+xml",
    "word/numbering.xml": f"{_MAIN}.numbering+xml",
    "word/settings.xml": f"{_MAIN}.settings+xml",
    "word/footnotes.xml": f"{_MAIN}.footnotes+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
}
_KINDS = ("styles", "numbering", "settings", "footnotes")
_PAGES = ("even", "default", "first")


def package(parts: Mapping[str, str]) -> bytes:
    """Gives the bytes of a Word file with these parts, by name below `word/`, and their relations.

    Expected are document.xml, styles.xml, numbering.xml, settings.xml, footnotes.xml, and a
    header and a footer for even, default and first pages (header-even.xml and so on); core.xml
    goes to the properties.
    """
    files = {"[Content_Types].xml": _content_types(), "_rels/.rels": _root_relations()}
    files["word/document.xml"] = parts["document.xml"]
    files["word/_rels/document.xml.rels"] = _document_relations()
    for name in sorted(parts):
        where = "docProps" if name == "core.xml" else "word"
        files.setdefault(f"{where}/{name}", parts[name])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # Else the entry tells on which system it was made.
            entry.create_system = 0
            entry.external_attr = 0
            archive.writestr(entry, content.encode())
    return out.getvalue()


def core(title: str) -> str:
    """Gives the properties part: the title, and nothing about people, times or programs."""
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title></cp:coreProperties>"
    )


def _content_types() -> str:
    pages = {
        f"word/{part}-{page}.xml": f"{_MAIN}.{part}+xml"
        for part in ("header", "footer")
        for page in _PAGES
    }
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in (_TYPES | pages).items()
    )
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(*relations: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, kind, target in relations
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _root_relations() -> str:
    return _relations(
        ("document", f"{RELATED}/officeDocument", "word/document.xml"),
        ("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    )


def _document_relations() -> str:
    return _relations(
        *((kind, f"{RELATED}/{kind}", f"{kind}.xml") for kind in _KINDS),
        *(
            (f"{part}-{page}", f"{RELATED}/{part}", f"{part}-{page}.xml")
            for part in ("header", "footer")
            for page in _PAGES
        ),
    )


_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ESCAPE = re.compile("_([0-9a-f]+)_")
_LONGEST_BOOKMARK = 40
"""Word cuts the names of bookmarks at forty characters."""


def bookmark(key: str) -> str | None:
    """Gives the name of the bookmark that carries a paragraph's identity; None: it does not fit.

    Word takes letters, digits and underscores alone; a leading underscore hides the bookmark from
    its lists. A uuid goes without its hyphens, any other key with its odd characters in
    hexadecimal digits.
    """
    if _UUID.fullmatch(key):
        return f"_p_{key.replace('-', '')}"
    name = "_k_" + "".join(
        character if character.isascii() and character.isalnum() else f"_{ord(character):x}_"
        for character in key
    )
    return name if key and len(name) <= _LONGEST_BOOKMARK else None


def key_of(name: str) -> str | None:
    """Gives the identity that a bookmark of that name carries, or None for any other bookmark."""
    prefix, rest = name[:3], name[3:]
    if prefix == "_p_":
        cut = (0, 8, 12, 16, 20, 32)
        key = "-".join(rest[start:end] for start, end in itertools.pairwise(cut))
        return key if _UUID.fullmatch(key) and bookmark(key) == name else None
    if prefix == "_k_" and rest:
        try:
            key = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), rest)
        except (ValueError, OverflowError):
            return None
        return key if bookmark(key) == name else None
    return None
