"""Servers with a planted defect, for the harness to catch: `python -m tests.crash.planted serve …`.

The environment variable PLANTED names the defect. The product knows nothing of it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from drafting import app, clock
from drafting.cli import main
from drafting.errors import Refusal
from drafting.events import WorkingTextChanged
from drafting.live.hub import Hub
from drafting.services import editing
from drafting.services.editing import Edit, Stored
from drafting.store import people as kept_people
from drafting.store import texts as kept_texts
from drafting.store import work
from drafting.store.work import Store, Work
from drafting.text.changes import to_json

SLOW_COMMIT_S = 0.02
"""How long the defective commits take: a slow disk makes an early answer visible."""


def acknowledge_before_commit() -> None:
    """Answers edits at once; commits them a moment later, in a thread."""

    def apply_all(self: Any, edits: list[Edit]) -> list[Stored | Refusal]:
        with _committed_later(self._store) as w:
            batch = editing._Batch()
            return [editing._answer(w, batch, edit) for edit in edits]

    app.StoreDesk.apply_all = apply_all  # type: ignore[assignment,method-assign]


@contextmanager
def _committed_later(store: Store) -> Iterator[Work]:
    store._turn.acquire(timeout=30)
    connection = store.engine.connect().execution_options(writes=True)
    session = Session(connection, expire_on_commit=False)
    transaction = connection.begin()
    yield Work(session, clock.now())
    session.flush()

    def later() -> None:
        time.sleep(SLOW_COMMIT_S)
        transaction.commit()
        connection.close()
        store._turn.release()

    threading.Thread(target=later, daemon=True).start()


def broadcast_before_commit() -> None:
    """Tells the others of an edit before it is kept."""

    def apply_all(self: Any, edits: list[Edit]) -> list[Stored | Refusal]:
        store: Store = self._store
        with store.work() as w:
            batch = editing._Batch()
            answers = [editing._answer(w, batch, edit) for edit in edits]
            for answer in answers:
                if isinstance(answer, Stored) and not answer.repeated:
                    for part in answer.parts:
                        store.listen(WorkingTextChanged(answer.draft, _event(answer, part)))
            time.sleep(SLOW_COMMIT_S)
            return answers

    app.StoreDesk.apply_all = apply_all  # type: ignore[assignment,method-assign]


def _event(answer: Stored, part: editing.Part) -> dict[str, Any]:
    return {
        "draft": str(answer.draft),
        "text": str(part.text),
        "version": part.version,
        "ops": to_json(part.change),
        "id": str(answer.id),
        "at": answer.at.isoformat(),
        "by": {"key": "", "name": answer.by_name, "delegation": answer.by_delegation},
    }


def repetition_forgotten() -> None:
    """Does not recognise an edit or a call that it has done already."""
    kept_texts.stored_as = lambda _w, _edit_id: []
    kept_people.operation = lambda _w, _person_id, _operation_id: None


def last_write_lost_on_term() -> None:
    """Told to stop, answers what still waits, and keeps none of it."""
    stopping = threading.Event()
    stop, apply_all = Hub.stop, app.StoreDesk.apply_all

    def slow_stop(self: Hub, within_s: float = 5.0) -> None:
        stopping.set()
        stop(self, within_s)

    def forgetting(self: Any, edits: list[Edit]) -> list[Stored | Refusal]:
        time.sleep(SLOW_COMMIT_S)
        if not stopping.is_set():
            return apply_all(self, edits)
        with self._store.work() as w:
            batch = editing._Batch()
            answers = [editing._answer(w, batch, edit) for edit in edits]
            w.session.rollback()
            return answers

    Hub.stop = slow_stop  # type: ignore[method-assign]
    app.StoreDesk.apply_all = forgetting  # type: ignore[assignment,method-assign]


def synchronous_normal() -> None:
    """Leaves a commit to the operating system: a kill does not show it, a trace does."""
    set_up = work._set_up_sqlite

    def normal(dbapi: Any, entry: Any) -> None:
        set_up(dbapi, entry)
        dbapi.execute("PRAGMA synchronous = NORMAL")

    work._set_up_sqlite = normal


DEFECTS: dict[str, Callable[[], None]] = {
    "acknowledge-before-commit": acknowledge_before_commit,
    "broadcast-before-commit": broadcast_before_commit,
    "repetition-forgotten": repetition_forgotten,
    "last-write-lost-on-term": last_write_lost_on_term,
    "synchronous-normal": synchronous_normal,
}

if __name__ == "__main__":
    DEFECTS[os.environ["PLANTED"]]()
    main()
