"""How long editorial checks take: the whole process on 77/335, and a call for 150 paragraphs of which one changed."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from drafting.formats import akn, plain
from drafting.services import editorial as services
from drafting.services.editing import Edit, apply_all
from drafting.store import schema
from drafting.store.work import Store
from drafting.text.changes import from_json
from tests.make import table

SHARED = Path(__file__).parents[3] / "shared" / "data" / "resolutions"
BIN = str(Path(sys.executable).with_name("drafting"))
RUNS = 9


def processes() -> None:
    """Times `drafting check` as a whole process, from XML and from plain text."""
    for ending in ("xml", "txt"):
        command = [BIN, "check", str(SHARED / f"A_RES_77_335.{ending}")]
        took, busy = [], []
        for _ in range(RUNS):
            start, before = time.perf_counter(), _processor_s()
            subprocess.run(command, check=False, capture_output=True)
            took.append((time.perf_counter() - start) * 1000)
            busy.append((_processor_s() - before) * 1000)
        print(
            f"check 77/335 (.{ending}), whole process: median {statistics.median(took):.0f} ms, "
            f"most {max(took):.0f} ms; processor {statistics.median(busy):.0f} ms"
        )


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def calls() -> None:
    """Times what answers `GET /api/drafts/D/checks` after each of some edits."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/bench.sqlite3")
        schema.upgrade(store)
        made = table(store, _long())
        took: list[float] = []
        busy: list[float] = []
        for count in range(30):
            edit = Edit(
                session=made.sessions["penholder"],
                draft=made.draft_id,
                text=made.id("PP3"),
                id=uuid.uuid4(),
                base=made.version("PP3"),
                change=from_json([{"retain": 20 + count}, {"insert": "x"}]),
            )
            apply_all(store, [edit])
            with store.reading() as w:
                start, before = time.perf_counter(), time.thread_time()
                found = services.checks(w, made.actor("penholder"))
                took.append((time.perf_counter() - start) * 1000)
                busy.append((time.thread_time() - before) * 1000)
        store.close()
    rest = sorted(took[1:])
    print(
        f"checks of 150 paragraphs: first {took[0]:.0f} ms, then after an edit median {statistics.median(rest):.1f} ms, "
        f"p95 {rest[int(len(rest) * 0.95)]:.1f} ms; processor {statistics.median(busy[1:]):.1f} ms ({len(found['checks'])} findings)"
    )


def _long() -> Any:
    source = SHARED / "A_RES_77_335.xml"
    whole = (
        akn.read(source.read_bytes())
        if source.is_file()
        else plain.read((Path("drafting/data") / "sample.txt").read_text(encoding="utf-8"))
    )
    rows = (whole.paragraphs * 6)[:150]
    return replace(whole, paragraphs=tuple(rows))


def main() -> None:
    """Prints the figures."""
    if SHARED.is_dir():
        processes()
    calls()


if __name__ == "__main__":
    main()
