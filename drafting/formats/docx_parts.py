"""The package of a Word file: which parts it has, and the same bytes for the same parts."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Collection, Mapping
from xml.sax.saxutils import escape, quoteattr

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
_OFFICE_2011 = "http://schemas.microsoft.com/office/2011/relationships"
_EXTRAS = {
    "comments.xml": (f"{_MAIN}.comments+xml", f"{RELATED}/comments"),
    "commentsExtended.xml": (f"{_MAIN}.commentsExtended+xml", f"{_OFFICE_2011}/commentsExtended"),
    "people.xml": (f"{_MAIN}.people+xml", f"{_OFFICE_2011}/people"),
}
"""Parts that only some documents have: their types, and how the document is related to them."""

_CUSTOM = "custom.xml"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""Marks the properties that are not Word's own (ISO 29500-1, 22.3)."""

_PAGES = ("even", "default", "first")


def package(parts: Mapping[str, str]) -> bytes:
    """Gives the bytes of a Word file with these parts, by name below `word/`, and their relations.

    Expected are document.xml, styles.xml, numbering.xml, settings.xml, footnotes.xml, and a
    header and a footer for even, default and first pages (header-even.xml and so on); core.xml
    goes to the properties. There may be comments.xml, commentsExtended.xml and people.xml, and
    custom.xml with properties of our own.
    """
    files = {
        "[Content_Types].xml": _content_types(parts),
        "_rels/.rels": _root_relations(custom=_CUSTOM in parts),
    }
    files["word/document.xml"] = parts["document.xml"]
    files["word/_rels/document.xml.rels"] = _document_relations(parts)
    for name in sorted(parts):
        where = "docProps" if name in ("core.xml", _CUSTOM) else "word"
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


def custom(properties: Mapping[str, str]) -> str:
    """Gives the part for properties of our own, by name: what a returned file is matched by."""
    inner = "".join(
        f'<property fmtid="{_CUSTOM_FORMAT}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(properties.items(), 2)
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006"
    return (
        f'{HEAD}<Properties xmlns="{office}/custom-properties" '
        f'xmlns:vt="{office}/docPropsVTypes">{inner}</Properties>'
    )


def _content_types(parts: Collection[str]) -> str:
    pages = {
        f"word/{part}-{page}.xml": f"{_MAIN}.{part}+xml"
        for part in ("header", "footer")
        for page in _PAGES
    }
    more = {f"word/{name}": kind for name, (kind, _) in _EXTRAS.items() if name in parts}
    if _CUSTOM in parts:
        more[f"docProps/{_CUSTOM}"] = _CUSTOM_TYPE
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in (_TYPES | pages | more).items()
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


def _root_relations(*, custom: bool) -> str:
    more = [("custom", f"{RELATED}/custom-properties", f"docProps/{_CUSTOM}")] if custom else []
    return _relations(
        ("document", f"{RELATED}/officeDocument", "word/document.xml"),
        ("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        *more,
    )


def _document_relations(parts: Collection[str]) -> str:
    return _relations(
        *((kind, f"{RELATED}/{kind}", f"{kind}.xml") for kind in _KINDS),
        *(
            (name.removesuffix(".xml"), kind, name)
            for name, (_, kind) in _EXTRAS.items()
            if name in parts
        ),
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
