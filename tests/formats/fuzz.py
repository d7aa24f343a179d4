"""`python -m tests.formats.fuzz --seconds 3600`: mutated real files, until the time is over; prints figures.

Whatever a file has become, reading it gives a value or a refusal of ours: nothing else, in bounded
time and memory. Bytes are changed below the zip (what a broken transfer does), bytes of unpacked
parts, and the XML itself: elements doubled, taken out, nested, moved, attributes exchanged.
"""

from __future__ import annotations

import argparse
import copy
import io
import random
import resource
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from drafting.errors import Refusal
from drafting.formats import docx_marks, docx_write, read_file
from drafting.text import redline as redlines
from drafting.text import returned
from drafting.text.numbering import labels_of
from tests.checks import CHECKS
from tests.formats.word_texts import LIGHTHOUSES
from tests.returning import Comment, WordFile, end, line, on, put_in, taken_out

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = (
    "p", "r", "t", "ins", "del", "delText", "moveFrom", "moveTo", "pPr", "rPr", "tbl", "tr", "tc", "sdt",
    "sdtContent", "footnoteReference", "commentRangeStart", "commentRangeEnd", "commentReference", "bookmarkStart",
    "numPr", "fldSimple", "hyperlink", "pPrChange", "rPrChange", "txbxContent", "drawing", "body",
)  # fmt: skip
VALUES = ("", "0", "-1", "99999999999", "true", "Author", "\u202e", "_p_" + "0" * 32, "a" * 5_000)


def seeds() -> list[bytes]:
    """Gives the files that are mutated: real ones where they are at hand, our own, and made ones."""
    old, new = LIGHTHOUSES.paragraphs, LIGHTHOUSES.paragraphs[2:]
    made = redlines.redline(old, new, old_labels=labels_of(old), new_labels=labels_of(new))
    tracked = docx_write.tracked(
        made,
        LIGHTHOUSES.masthead,
        default_author="Kenya",
        default_at=datetime(2026, 11, 3, tzinfo=UTC),
    )
    returned_file = WordFile(
        [
            line("Urges ", taken_out("Kenya", "some"), put_in("Norway", "all"), on(0, " States"), ";"),
            line(put_in("Kenya", "New;"), mark=end("ins", "Kenya")),
            line("Joined", mark=end("del", "Kenya")),
            line(" to this.", '<w:r><w:footnoteReference w:id="1"/></w:r>'),
        ],
        comments=[Comment("Ana", "Which?"), Comment("Ben", "All.", answers=0)],
        notes=[line("See ", put_in("Kenya", "there"), ".")],
    ).bytes()  # fmt: skip
    real = [file.read_bytes() for file in sorted((CHECKS / "real-docx").glob("*.docx"))]
    return [*real, tracked, docx_write.clean(LIGHTHOUSES), returned_file]


def mutated(seed: bytes, dice: random.Random) -> bytes:
    """Gives a file changed in one of the ways, once or a few times."""
    way = dice.choice((_bytes, _cut, _part, _tree, _tree, _tree))
    return way(seed, dice)


def _bytes(seed: bytes, dice: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(dice.randint(1, 20)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


def _cut(seed: bytes, dice: random.Random) -> bytes:
    start, stop = sorted((dice.randrange(len(seed)), dice.randrange(len(seed))))
    return seed[:start] + seed[stop:] if dice.random() < 0.5 else seed[:stop]


def _unpacked(seed: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(seed))
    return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _part(seed: bytes, dice: random.Random) -> bytes:
    parts = _unpacked(seed)
    name = dice.choice(sorted(parts))
    if dice.random() < 0.2:
        del parts[name]
    else:
        parts[name] = _bytes(parts[name] or b" ", dice)
    return _packed(parts)


def _tree(seed: bytes, dice: random.Random) -> bytes:
    parts = _unpacked(seed)
    names = sorted(n for n in parts if n.startswith("word/") and n.endswith(".xml"))
    name = dice.choice([n for n in names if n.endswith("document.xml")] * 3 + names)
    root = etree.fromstring(parts[name])
    for _ in range(dice.randint(1, 8)):
        _change(root, dice)
    parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return _packed(parts)


def _change(root: etree._Element, dice: random.Random) -> None:
    elements = [e for e in root.iter() if isinstance(e.tag, str)]
    one, two = dice.choice(elements), dice.choice(elements)
    match dice.randrange(7):
        case 0:
            one.tag = W + dice.choice(NAMES)
        case 1 if (parent := one.getparent()) is not None:
            parent.remove(one)
        case 2 if len(elements) < 5_000:
            two.append(copy.deepcopy(one))
        case 3 if (
            two not in one.iterancestors() and one not in two.iterancestors() and one is not two
        ):
            two.append(one)
        case 4:
            one.set(W + dice.choice(("id", "val", "author", "date", "name")), dice.choice(VALUES))
        case 5 if one.attrib:
            del one.attrib[dice.choice(list(one.attrib))]
        case 6:
            for _ in range(dice.randint(1, 60)):
                inner = etree.SubElement(two, W + dice.choice(NAMES))
                two = inner
        case _:
            one.text = dice.choice(VALUES).replace("\u202e", "") or None


@dataclass
class Figures:
    """What a run has met."""

    files: int = 0
    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest: bytes = b""


def tried(data: bytes, figures: Figures) -> None:
    """Reads a file in every way that we have; only refusals of ours may come of it."""
    begun = time.process_time()
    ways: Sequence[Callable[[], object]] = (
        lambda: _planned(data),
        lambda: read_file("file.docx", data),
    )
    for way in ways:
        try:
            way()
        except Refusal as refusal:
            figures.refused[refusal.detail[:40]] += 1
        else:
            figures.read += 1
    took = time.process_time() - begun
    figures.files += 1
    if took > figures.slowest_s:
        figures.slowest_s, figures.slowest = took, data


def _planned(data: bytes) -> None:
    marks = docx_marks.read(data)
    version = LIGHTHOUSES.paragraphs
    keyed = [
        p if p.key else type(p)(p.kind, p.text, p.level, f"{n}") for n, p in enumerate(version)
    ]
    returned.plan(marks, keyed, labels_of(version))


def run(seconds: float, seed: int) -> Figures:
    """Mutates and reads until the time is over. A file that breaks the reader is kept and raised."""
    dice = random.Random(seed)
    files = seeds()
    figures = Figures()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        data = mutated(dice.choice(files), dice)
        try:
            tried(data, figures)
        except Exception as error:
            error.add_note(f"file {figures.files + 1} of seed {seed}: {data.hex()[:200_000]}")
            raise
    return figures


def main() -> None:
    """Runs as long as was asked, and prints what was met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    figures = run(asked.seconds, asked.seed)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"seed {asked.seed}: {figures.files} files in {asked.seconds:g} s, each read two ways: "
        f"{figures.read} readings, {figures.refused.total()} refusals of {len(figures.refused)} kinds; "
        f"slowest {figures.slowest_s:.2f} s of processor; most memory {most:.0f} MiB"
    )
    for sentence, count in figures.refused.most_common():
        print(f"{count:8} {sentence} …")


if __name__ == "__main__":
    main()
