"""Files that must not come in, each built here; what they are told; and how far reading them may go."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

from tests.returning import Comment, WordFile, by, line, on, put_in

GOOD = WordFile(
    [line("Urges ", put_in("Kenya", "all "), on(0, "States"), ".")],
    comments=[Comment("Ana", "Which?")],
    notes=[line("A note.")],
).bytes()
DOCUMENT = "word/document.xml"
OPEN = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>'
)
SHUT = "</w:body></w:document>"


def parts() -> dict[str, bytes]:
    """Gives the parts of a good file."""
    archive = zipfile.ZipFile(io.BytesIO(GOOD))
    return {name: archive.read(name) for name in archive.namelist()}


def with_parts(**changes: str | bytes) -> bytes:
    """Gives the good file with parts put in; two underscores stand for a slash, `_dot_` for a dot."""
    made = parts()
    for name, content in changes.items():
        key = name.replace("__", "/").replace("_dot_", ".")
        made[key] = content.encode() if isinstance(content, str) else content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in made.items():
            archive.writestr(name, content)
    return out.getvalue()


def document(body: str, *, before: str = "") -> bytes:
    """Gives the good file with another body."""
    return with_parts(word__document_dot_xml=before + OPEN + body + SHUT)


def bomb() -> bytes:
    """A part of 50 MB of blanks in 50 kB."""
    return document(" " * 50_000_000)


def many_bombs() -> bytes:
    """Parts that grow a hundredfold, each below the bound of one: 135 MB together."""
    return with_parts(**{f"word__a{n}_dot_xml": "<a>" + " " * 900_000 + "</a>" for n in range(150)})


def encrypted() -> bytes:
    """What Word writes for a file with a password: a compound file with an EncryptedPackage."""
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    )
    return header + bytes(478) + "EncryptedPackage".encode("utf-16-le") + bytes(8_000)


def laughs() -> bytes:
    """Ten entities, each of ten of the one before: a billion laughs."""
    rows = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return document(
        "<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", before=f'<!DOCTYPE w [<!ENTITY a0 "ha">{rows}]>'
    )


def outside_entity() -> bytes:
    """An entity that is a file of the server."""
    return document(
        "<w:p><w:r><w:t>&a;</w:t></w:r></w:p>",
        before='<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    )


def nested(depth: int) -> bytes:
    """Content controls within content controls."""
    return document(
        "<w:sdt><w:sdtContent>" * depth + line("In.") + "</w:sdtContent></w:sdt>" * depth
    )


def many_revisions(count: int) -> bytes:
    """Insertions, each of another word by another of ten authors."""
    rows = (
        line(
            *(
                f"<w:ins {by(f'A{n % 10}')}><w:r><w:t>{n * 7919:x} </w:t></w:r></w:ins>"
                for n in range(at, at + 100)
            )
        )
        for at in range(0, count, 100)
    )
    return document("".join(rows))


def cyclic_notes() -> bytes:
    """Two footnotes, each referring to the other, and to itself."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    refer = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    notes = "".join(
        f'<w:footnote w:id="{n}">{line(f"Note {n}", refer.format(1), refer.format(2))}</w:footnote>'
        for n in (1, 2)
    )
    made = with_parts(word__footnotes_dot_xml=f"<w:footnotes {names}>{notes}</w:footnotes>")
    archive = zipfile.ZipFile(io.BytesIO(made))
    held = (
        archive.read(DOCUMENT)
        .decode()
        .replace("<w:sectPr/>", line("More", refer.format(1)) + "<w:sectPr/>")
    )
    return with_parts(
        word__document_dot_xml=held,
        word__footnotes_dot_xml=f"<w:footnotes {names}>{notes}</w:footnotes>",
    )


def elsewhere() -> bytes:
    """A file whose template, picture and frame lie on another host."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    held = parts()["word/_rels/document.xml.rels"].decode()
    rows = "".join(
        f'<Relationship Id="x{n}" Type="{kind}/{name}" Target="http://127.0.0.1:9/{name}" TargetMode="External"/>'
        for n, name in enumerate(("attachedTemplate", "image", "frame", "oleObject"))
    )
    return with_parts(
        word___rels__document_dot_xml_dot_rels=held.replace(
            "</Relationships>", rows + "</Relationships>"
        )
    )


def macros() -> bytes:
    """A file with a macro project."""
    return with_parts(word__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0" + bytes(2_000))


def cyclic_styles() -> bytes:
    """Styles based on each other, and comments that answer each other."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    rows = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{n}"><w:basedOn w:val="S{1 - n}"/></w:style>'
        for n in (0, 1)
    )
    return with_parts(
        word__styles_dot_xml=f"<w:styles {names}>{rows}</w:styles>",
        word__document_dot_xml=OPEN + line("In.", style="S0") + SHUT,
    )


def torn() -> Iterator[bytes]:
    """The good file, cut off at fifty places."""
    for at in range(1, len(GOOD), max(1, len(GOOD) // 50)):
        yield GOOD[:at]


REFUSED: dict[str, tuple[bytes, str]] = {}
"""What is refused, and a word of the sentence; filled by `refused`, for building them takes a second."""


def refused() -> dict[str, tuple[bytes, str]]:
    """Gives the files that are refused, with a word of the sentence each is told."""
    if not REFUSED:
        REFUSED.update({
            "a bomb": (bomb(), "no word processor"),
            "many bombs": (many_bombs(), "too large"),
            "a billion laughs": (laughs(), "no word processor"),
            "an entity elsewhere": (outside_entity(), "no word processor"),
            "macros": (macros(), "macros"),
            "encrypted": (encrypted(), "password"),
            "a PDF called .docx": (b"%PDF-1.7\n%...", "a PDF file"),
            "RTF called .docx": (rb"{\rtf1 Urges}", "an RTF file"),
            "a picture called .docx": (b"\x89PNG\r\n\x1a\n" + bytes(100), "not a Word file"),
            "a hundred megabytes": (b"PK\x03\x04" + bytes(100_000_000), "large"),
            "content controls 10,000 deep": (nested(10_000), "no word processor"),
        })  # fmt: skip
    return REFUSED


def read() -> dict[str, bytes]:
    """Gives odd files that are read all the same, without going round or going out."""
    return {
        "notes that refer to each other": cyclic_notes(),
        "styles that are based on each other": cyclic_styles(),
        "parts elsewhere": elsewhere(),
        "content controls 40 deep": nested(40),
    }
