"""A file that came back, against the versions it may have been made of: one piece of work, apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from drafting.formats import docx_marks, read_file
from drafting.text import returned
from drafting.text.marks import SCRUBBED, Marks, Read, Reading, Settled
from drafting.text.resolution import Resolution
from drafting.text.returned_items import Candidate, Plan


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file that came back holds against one of the versions.

    `known` tells that the file itself says which version it was made of; `fits` gives for each
    candidate how much of its words the file holds, from 0 to 1. `sha256` is that of the file,
    `mark` one of the plan: another text or another file gives another.
    """

    candidate: Candidate
    plan: Plan
    known: bool
    fits: tuple[float, ...]
    authors: tuple[str, ...]
    scrubbed: tuple[str, ...]
    other_draft: bool
    sha256: str
    mark: str


def look(
    name: str,
    data: bytes,
    candidates: Sequence[Candidate],
    draft: str,
    chosen: str | None,
    printed: frozenset[str],
) -> Looked:
    """Reads a file that came back and plans what it would make of a version.

    `chosen` names the candidate; None takes the one the file names, else the one that fits best.
    `printed` are the names that our own exports give to authors of changes. Refuses: Unreadable.
    """
    marks = _marks(name, data, None)
    fits = tuple(returned.fit(marks, one.paragraphs) for one in candidates)
    named = marks.version if marks.draft == draft else ""
    of_file = next((one for one in candidates if one.name_in_files == named), None)
    candidate = next((one for one in candidates if one.key == chosen), None) or of_file
    if candidate is None:
        # Of those that fit alike the newest, and the working text last of all.
        candidate = candidates[max(range(len(candidates)), key=lambda at: (round(fits[at], 3), at))]
    ours = printed & set(marks.authors)
    if ours and candidate.sealed_at is not None:
        settled = _marks(name, data, Settled(frozenset(ours), candidate.sealed_at))
        if returned.fit(settled, candidate.paragraphs) > returned.fit(marks, candidate.paragraphs):
            marks = settled
    plan = returned.plan(marks, candidate.paragraphs, candidate.labels)
    dated = {r.author for r in marks.revisions if r.at is not None}
    dated |= {r.author for r in marks.remarks if r.at is not None}
    return Looked(
        candidate,
        plan,
        known=candidate is of_file,
        fits=fits,
        authors=marks.authors,
        scrubbed=tuple(a for a in marks.authors if a in {"", SCRUBBED} and a not in dated),
        other_draft=bool(marks.draft) and marks.draft != draft,
        sha256=hashlib.sha256(data).hexdigest(),
        mark=hashlib.sha256(repr((plan, candidate)).encode()).hexdigest()[:32],
    )


def _marks(name: str, data: bytes, settled: Settled | None) -> Marks:
    if data.startswith(b"PK") or PurePath(name).suffix.lower() not in {".txt", ".xml", ".text"}:
        return docx_marks.read(data, settled)
    return _unmarked(read_file(name, data))


def _unmarked(resolution: Resolution) -> Marks:
    """Gives a file of another format as one without marks: only its text can be compared."""
    reads = tuple(Read(p, (at,)) for at, p in enumerate(resolution.paragraphs))
    reading = Reading(resolution.masthead, reads, resolution.findings)
    return Marks(reading, reading, {}, findings=resolution.findings)
