"""A Word file of 150 paragraphs that came back with 300 revisions: read, planned, brought in."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from drafting.formats.returned import look
from drafting.rules.audiences import EVERYONE
from drafting.rules.proposals import Circle
from drafting.services import people, returned
from drafting.services.returned import Chosen
from drafting.store import schema
from drafting.store.work import Store
from drafting.text.changes import text_of
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution
from tests.make import table
from tests.returning import Comment, WordFile, line, on, put_in, taken_out

PARAGRAPHS, COMMENTS = 150, 30
WORDS = "of the lamps that burn on every coast and of the keepers who wake while all others sleep "
RUNS = 5
BIN = Path(sys.executable).parent / "drafting"


def text() -> Resolution:
    """Gives a text of that many paragraphs of some forty words."""
    rows = [Paragraph(Kind.FORMULA, text_of("The General Assembly,"))]
    rows += [
        Paragraph(
            Kind.PREAMBULAR if n < PARAGRAPHS // 2 else Kind.OPERATIVE,
            text_of(f"Noting for the {n}th time the state {WORDS * 2}and so on;"),
        )
        for n in range(1, PARAGRAPHS)
    ]
    return Resolution(Masthead(title="A long text"), tuple(rows))


def file(state: dict[str, object], draft: uuid.UUID) -> bytes:
    """Gives the text as a delegation returns it: two revisions in every paragraph, some comments."""
    rows = []
    paragraphs = state["paragraphs"]
    assert isinstance(paragraphs, list)
    for n, paragraph in enumerate(paragraphs):
        said = paragraph["ops"][0]["insert"]
        if not n:
            rows.append(line(said, key=paragraph["id"]))
            continue
        head, _, tail = said.partition(" the state ")
        change = [taken_out("Kenya", "the state"), put_in("Kenya", "with concern the condition")]
        noted = [on(n, head)] if n <= COMMENTS else [head]
        rows.append(line(*noted, " ", *change, f" {tail}", key=paragraph["id"]))
    comments = [Comment("Ana", f"Remark {n}") for n in range(COMMENTS + 1)]
    properties = {"DraftId": str(draft), "DraftVersion": "0"}
    return WordFile(rows, comments=comments, properties=properties).bytes()


def main() -> None:
    """Prints the median and the extremes."""
    took: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as tmp:
        base = Path(tmp) / "base.sqlite3"
        store = Store(f"sqlite:///{base}")
        schema.upgrade(store)
        sat = table(store, text())
        data = file(sat.state("mexico"), sat.draft_id)
        store.forget_deleted()
        store.close()
        for n in range(RUNS):
            copied = Path(tmp) / f"{n}.sqlite3"
            shutil.copy(base, copied)
            store = Store(f"sqlite:///{copied}")
            begun = time.perf_counter()
            with store.reading() as w:
                actor = people.actor(w, sat.sessions["mexico"], sat.draft_id)
                texts = returned.candidates(w, actor)
                printed = returned.printed_names(w, actor)
            found = look("back.docx", data, texts, str(sat.draft_id), None, printed)
            with store.reading() as w:
                returned.shown(w, actor, found, texts)
            looked = time.perf_counter()
            chosen = Chosen(
                found.mark,
                frozenset(item.key for item in found.plan.items),
                frozenset(one.key for one in found.plan.comments),
                dict.fromkeys(found.authors),
                Circle.EVERYONE,
                EVERYONE,
            )
            with store.work() as w:
                done = returned.bring(w, actor, uuid.uuid4(), found, chosen)
            brought = time.perf_counter()
            store.close()
            took.setdefault("looked at", []).append(looked - begun)
            took.setdefault("brought in", []).append(brought - looked)
            took.setdefault("both", []).append(brought - begun)
        path = Path(tmp) / "back.docx"
        path.write_bytes(data)
        for _ in range(RUNS):
            begun = time.perf_counter()
            subprocess.run([BIN, "marks", path, "--json"], check=True, capture_output=True)
            took.setdefault("drafting marks, whole process", []).append(time.perf_counter() - begun)
    print(
        f"{PARAGRAPHS} paragraphs, {len(found.plan.items)} changed by two revisions each, "
        f"{len(done['proposals'])} proposals and {len(done['threads'])} comments; {RUNS} runs"
    )
    for name, times in took.items():
        print(
            f"{name}: median {statistics.median(times) * 1000:.0f} ms "
            f"(least {min(times) * 1000:.0f}, most {max(times) * 1000:.0f})"
        )


if __name__ == "__main__":
    main()
