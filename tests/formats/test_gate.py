"""The gate: made files of every kind that must not come in, and what each is told."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from drafting.errors import Unreadable
from drafting.formats import docx_read, docx_write, gate
from tests.formats.word_texts import LIGHTHOUSES

GOOD = docx_write.clean(LIGHTHOUSES)
DOCUMENT = "word/document.xml"
TYPES = "[Content_Types].xml"
BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
END = "</w:body></w:document>"


def parts() -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(GOOD))
    return {name: archive.read(name) for name in archive.namelist()}


def zipped(entries: dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    out = io.BytesIO()
    items = entries.items() if isinstance(entries, dict) else entries
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in items:
            archive.writestr(name, content)
    return out.getvalue()


def having(**changes: bytes | str) -> bytes:
    """A good file with parts put in or replaced; underscores in names stand for slashes."""
    made = parts()
    for name, content in changes.items():
        made[name.replace("__", "/").replace("_dot_", ".")] = (
            content.encode() if isinstance(content, str) else content
        )
    return zipped(made)


def with_document(content: bytes | str) -> bytes:
    return having(word__document_dot_xml=content)


def with_types(old: str, new: str) -> bytes:
    made = parts()
    made[TYPES] = made[TYPES].replace(old.encode(), new.encode())
    return zipped(made)


def lying(data: bytes) -> bytes:
    """A zip whose directory says that its largest part is of a hundred bytes."""
    changed = bytearray(data)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        if struct.unpack_from("<L", data, at + 24)[0] > 1_000_000:
            struct.pack_into("<L", changed, at + 24, 100)
        at = data.find(b"PK\x01\x02", at + 1)
    return bytes(changed)


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("word/media/link")
    entry.create_system = 3
    entry.external_attr = 0o120777 << 16
    return entry


def encrypted() -> bytes:
    changed = bytearray(GOOD)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = GOOD.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = GOOD.find(signature, at + 1)
    return bytes(changed)


LAUGHS = (
    '<!DOCTYPE w:document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
EMPTY_PARAGRAPHS = BODY + "<w:p/>" * 3_000_000 + END

REFUSED = {
    "nothing": (b"", "empty"),
    "plain text": (b"The General Assembly,", "not a Word file"),
    "a PDF": (b"%PDF-1.7\n...", "a PDF file"),
    "a web page": (b"<!DOCTYPE html><html></html>", "a web page"),
    "a web page without a type": (b"\n<HTML><body>", "a web page"),
    "RTF": (rb"{\rtf1\ansi Recalling}", "an RTF file"),
    "XML": (b"<?xml version='1.0'?><a/>", "an XML file"),
    "XML with a mark": (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "an XML file"),
    "an old or locked file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "password"),
    "an encrypted zip": (encrypted(), "password"),
    "too many bytes": (b"PK\x03\x04" + bytes(gate.MAX_PACKED_BYTES), "too large"),
    "half a file": (GOOD[: len(GOOD) // 2], "damaged"),
    "a broken part": (GOOD.replace(b"word/styles.xml", b"word/stxles.xml", 1), "damaged"),
    "an empty zip": (zipped({}), "not a Word file"),
    "some zip": (zipped({"a.txt": b"a"}), "not a Word file"),
    "a spreadsheet": (with_types("wordprocessingml", "spreadsheetml"), "spreadsheet"),
    "a presentation": (with_types("wordprocessingml", "presentationml"), "presentation"),
    "macros by type": (
        with_types("wordprocessingml.document.main+xml", "wordprocessingml.macroEnabled.main+xml"),
        "macros",
    ),
    "macros by name": (having(word__vbaProject_dot_bin=b"x"), "macros"),
    "ActiveX": (having(word__activeX__activeX1_dot_bin=b"x"), "macros"),
    "no main document": (
        zipped({n: c for n, c in parts().items() if n != DOCUMENT}),
        "damaged",
    ),
    "a path upwards": (having(**{"../evil.xml": "<a/>"}), "no word processor"),
    "an absolute path": (having(**{"/etc/passwd": "x"}), "no word processor"),
    "a backward slash": (having(**{"word\\evil.xml": "<a/>"}), "no word processor"),
    "a drive": (having(**{"c:evil.xml": "<a/>"}), "no word processor"),
    "case twins": (having(word__DOCUMENT_dot_xml="<a/>"), "no word processor"),
    "a link": (zipped([*parts().items(), (link(), b"/etc/passwd")]), "no word processor"),
    "too many parts": (
        zipped({**parts(), **{f"word/{n}.xml": b"<a/>" for n in range(2_001)}}),
        "no word processor",
    ),
    "very many parts": (zipped({f"{n}": b"" for n in range(30_000)}), "no word processor"),
    "a part that grows": (having(word__media__a_dot_bin=bytes(5_000_000)), "no word processor"),
    "a part that lies": (lying(with_document(EMPTY_PARAGRAPHS)), "damaged"),
    "three million paragraphs": (with_document(EMPTY_PARAGRAPHS), "no word processor"),
    "too many paragraphs": (
        with_document(BODY + "".join(f"<w:p w:x='{n}'/>" for n in range(10_001)) + END),
        "too large",
    ),
    "too many elements": (
        with_document(BODY + "".join(f"<w:r w:x='{n}'/>" for n in range(300_001)) + END),
        "no word processor",
    ),
    "too deep": (
        with_document(BODY + "<w:p>" * 101 + "</w:p>" * 101 + END),
        "no word processor",
    ),
    "far too deep": (with_document(BODY + "<w:p>" * 100_000), "no word processor"),
    "too many attributes": (
        with_document(BODY + "<w:p " + " ".join(f"a{n}='1'" for n in range(501)) + "/>" + END),
        "no word processor",
    ),
    "a million laughs": (with_document(LAUGHS + BODY + "<w:p/>&c;" + END), "no word processor"),
    "an outside entity": (
        with_document('<!DOCTYPE d SYSTEM "file:///etc/passwd">' + BODY + END),
        "no word processor",
    ),
    "a parameter entity": (
        with_document('<!DOCTYPE d [<!ENTITY % a SYSTEM "http://localhost/">%a;]>' + BODY + END),
        "no word processor",
    ),
    "a type in styles": (having(word__styles_dot_xml="<!DOCTYPE a><a/>"), "no word processor"),
    "a type in UTF-16": (
        with_document(('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE d><d/>').encode("utf-16")),
        "no word processor",
    ),
    "another encoding": (
        with_document(b'<?xml version="1.0" encoding="cp037"?><d/>'),
        "no word processor",
    ),
    "UTF-7": (
        with_document(b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE d+AD4-'),
        "no word processor",
    ),
    "an undeclared entity": (with_document(BODY + "&nbsp;" + END), "damaged"),
    "no XML": (with_document("Recalling"), "damaged"),
    "no words": (with_document(BODY + END), "No text"),
    "no body": (with_document(BODY.replace("<w:body>", "") + "</w:document>"), "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_must_not_come_in_is_told_why(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(Unreadable) as refused:
        docx_read.read(data)
    assert words in refused.value.detail
    assert refused.value.detail.endswith(".")


def test_three_million_empty_paragraphs_are_a_small_file() -> None:
    """The case is what it says: some 62 kB that would become three million elements."""
    assert len(REFUSED["three million paragraphs"][0]) < 100_000


def test_a_good_file_passes_without_findings() -> None:
    package = gate.opened(GOOD)
    assert DOCUMENT in package.parts
    assert package.findings == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (having(word__embeddings__a_dot_bin=b"x"), "embedded file"),
        (having(word__afchunk_dot_htm=b"<p>x"), "another document"),
    ],
)
def test_what_is_left_unopened_is_told(data: bytes, words: str) -> None:
    (finding,) = gate.opened(data).findings
    assert words in finding.what


def test_what_a_file_points_to_is_told_and_not_fetched() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="http://x/relationships/attachedTemplate" '
        'Target="http://127.0.0.1:9/t.dotm" TargetMode="External"/>'
        '<Relationship Id="b" Type="http://x/relationships/hyperlink" '
        'Target="http://127.0.0.1:9/" TargetMode="External"/></Relationships>'
    )
    (finding,) = gate.opened(having(word___rels__settings_dot_xml_dot_rels=relations)).findings
    assert "attachedTemplate" in finding.what
    assert "hyperlink" not in finding.what


def test_strict_open_xml_is_read_like_the_transitional() -> None:
    made = parts()
    for old, new in (
        ("schemas.openxmlformats.org/wordprocessingml/2006/main", "ooxml/wordprocessingml/main"),
        (
            "schemas.openxmlformats.org/officeDocument/2006/relationships",
            "ooxml/officeDocument/relationships",
        ),
    ):
        for name in made:
            if name.startswith("word/"):
                made[name] = made[name].replace(old.encode(), f"purl.oclc.org/{new}".encode())
    assert docx_read.read(zipped(made)) == LIGHTHOUSES
