"""A paragraph with 10,000 edits of history against a new one: opening the draft, and the history."""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from collections.abc import Callable

from drafting.services import drafts, editing, history, people
from drafting.services.editing import Edit, Stored
from drafting.store import schema
from drafting.store.work import Store
from drafting.text.changes import from_json
from tests.make import Table, table

EDITS = 10_000


def median_ms(do: Callable[[], object], runs: int = 30) -> float:
    """Gives the median time of a call in milliseconds."""
    took = []
    for _ in range(runs):
        begun = time.perf_counter()
        do()
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000


def main() -> None:
    """Prints how the two open."""
    with tempfile.TemporaryDirectory() as tmp:
        store = Store(f"sqlite:///{tmp}/d.sqlite3")
        schema.upgrade(store)
        made = table(store)
        print(f"state of a new draft: {median_ms(made.state):.1f} ms")
        text_id = made.id("PP3")
        begun = time.perf_counter()
        for first in range(0, EDITS, 100):
            edits = [
                Edit(
                    made.sessions["penholder"],
                    made.draft_id,
                    text_id,
                    uuid.uuid4(),
                    number,
                    from_json([{"insert": "ab "}] if number % 2 == 0 else [{"delete": 3}]),
                )
                for number in range(first, first + 100)
            ]
            assert all(isinstance(a, Stored) for a in editing.apply_all(store, edits))
        spent = time.perf_counter() - begun
        print(
            f"storing {EDITS} edits, 100 a commit: {spent:.1f} s, {spent / EDITS * 1000:.2f} ms an edit"
        )
        print(f"state of the draft after them: {median_ms(made.state):.1f} ms")
        print(f"words at version 5,000: {median_ms(lambda: words(made, text_id)):.1f} ms")
        print(f"history of the paragraph: {median_ms(lambda: entries(made, text_id), 3):.0f} ms")
        store.close()


def words(made: Table, text_id: uuid.UUID) -> object:
    """Gives the words in the middle of the history."""
    with made.store.reading() as w:
        return history.at_version(w, text_id, EDITS // 2)


def entries(made: Table, text_id: uuid.UUID) -> object:
    """Gives the history as the page asks for it."""
    with made.store.reading() as w:
        actor = people.actor(w, made.sessions["mexico"], made.draft_id)
        assert drafts.one(w, actor)
        return history.of_paragraph(w, actor, text_id)


if __name__ == "__main__":
    main()
