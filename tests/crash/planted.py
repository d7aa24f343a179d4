"""Servers with a planted defect, for the harness to catch: `python -m tests.crash.planted serve …`.

The environment variable PLANTED names the defect. The product knows nothing of it.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from drafting import app, clock
from drafting.cli import main
from drafting.errors import NotSignedIn, NotStored, Refusal
from drafting.events import WorkingTextChanged
from drafting.live.hub import Hub
from drafting.services import editing, sessions
from drafting.services.editing import Edit, Stored
from drafting.store import drafts as kept_drafts
from drafting.store import people as kept_people
from drafting.store import work
from drafting.store.tables import Operation
from drafting.store.work import Store, Work
from drafting.text.changes import to_json

SLOW_COMMIT_S = 0.1
"""How long the defective commits take: a slow disk makes an early answer visible."""


def acknowledge_before_commit() -> None:
    """Answers edits at once; commits them a moment later, in a thread."""

    def apply_all(self: Any, edits: Sequence[Edit]) -> list[Stored | Refusal]:
        with _committed_later(self._store) as w:
            return _answers(w, edits)

    _edits_go_by(apply_all)


def _edits_go_by(apply_all: Callable[..., list[Stored | Refusal]]) -> None:
    app.StoreDesk.apply_all = apply_all  # type: ignore[assignment,method-assign]


def _answers(w: Work, edits: Sequence[Edit]) -> list[Stored | Refusal]:
    batch = editing.Batch(w, edits)
    answers = [editing._answer(batch, edit) for edit in edits]
    batch.keep()
    return answers


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

    def apply_all(self: Any, edits: Sequence[Edit]) -> list[Stored | Refusal]:
        with self._store.work() as w:
            answers = _answers(w, edits)
            _tell(self._store, answers)
            time.sleep(SLOW_COMMIT_S)
            return answers

    _edits_go_by(apply_all)


def _tell(store: Store, answers: Sequence[Stored | Refusal]) -> None:
    for answer in answers:
        if isinstance(answer, Stored) and not answer.repeated:
            for part in answer.parts:
                store.listen(WorkingTextChanged(answer.draft, _event(answer, part)))


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


def number_reused_after_roll_back() -> None:
    """Tells of some edits, takes them back, and gives their numbers to others."""
    dice = random.Random(1)

    def apply_all(self: Any, edits: Sequence[Edit]) -> list[Stored | Refusal]:
        with self._store.work() as w:
            answers = _answers(w, edits)
            if dice.random() < 0.1:
                _tell(self._store, answers)
                w.session.rollback()
                return [NotStored()] * len(edits)
            return answers

    _edits_go_by(apply_all)


def failed_commit_swallowed() -> None:
    """Says of a commit that failed that it was done."""
    dice = random.Random(2)

    def apply_all(self: Any, edits: Sequence[Edit]) -> list[Stored | Refusal]:
        with self._store.work() as w:
            answers = _answers(w, edits)
            if dice.random() < 0.1:
                w.session.rollback()
            return answers

    _edits_go_by(apply_all)


def sequence_from_memory() -> None:
    """Counts deeds in the process, which forgets its count when it is killed."""
    counted: dict[Any, int] = {}
    locked = kept_drafts.locked

    def counting(w: Work, draft_id: Any) -> Any:
        draft = locked(w, draft_id)
        draft.seq = counted.setdefault(draft_id, max(draft.seq - 1, 0))
        counted[draft_id] += 1
        return draft

    kept_drafts.locked = counting


def told_before_commit() -> None:
    """Tells of deeds, comments and seals while they may still be lost."""
    store_work = Store.work

    @contextmanager
    def work_(self: Store, **more: Any) -> Iterator[Work]:
        with store_work(self, **more) as w:
            yield w
            told, w.told = w.told, []
            if told:
                w.session.flush()
                for happened in told:
                    self.listen(happened)
                # Deeds are fewer than edits: a kill is to meet one.
                time.sleep(5 * SLOW_COMMIT_S)

    Store.work = work_  # type: ignore[method-assign]


def repetitions_noted_apart() -> None:
    """Notes that a call was done in a transaction of its own, after the one that did it."""
    store_work = Store.work

    @contextmanager
    def work_(self: Store, **more: Any) -> Iterator[Work]:
        notes = []
        with store_work(self, **more) as w:
            yield w
            notes = [one for one in w.session.new if isinstance(one, Operation)]
            for one in notes:
                w.session.expunge(one)
        if notes:
            time.sleep(SLOW_COMMIT_S)
            with store_work(self) as w:
                w.session.add_all(notes)

    Store.work = work_  # type: ignore[method-assign]


def ended_sessions_in_memory() -> None:
    """Keeps who has signed out in the process alone."""
    ended: set[Any] = set()
    signed_in = sessions.signed_in

    def end(_w: Work, _person_id: Any, session_id: Any) -> None:
        ended.add(session_id)

    def checked(w: Work, config: Any, token: str) -> Any:
        found = signed_in(w, config, token)
        if found.session_id in ended:
            raise NotSignedIn
        return found

    sessions.end, sessions.signed_in = end, checked


def repetition_forgotten() -> None:
    """Does not recognise an edit or a call that it has done already."""
    editing.Batch.stored_as = lambda _self, _edit_id: []  # type: ignore[method-assign]
    kept_people.operation = lambda _w, _person_id, _operation_id: None


def last_write_lost_on_term() -> None:
    """Told to stop, answers what still waits, and keeps none of it."""
    stopping = threading.Event()
    stop, apply_all = Hub.stop, app.StoreDesk.apply_all

    def slow_stop(self: Hub, within_s: float = 5.0) -> None:
        stopping.set()
        stop(self, within_s)

    def forgetting(self: Any, edits: Sequence[Edit]) -> list[Stored | Refusal]:
        time.sleep(SLOW_COMMIT_S)
        if not stopping.is_set():
            return apply_all(self, edits)
        with self._store.work() as w:
            answers = _answers(w, edits)
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
    "told-before-commit": told_before_commit,
    "number-reused-after-roll-back": number_reused_after_roll_back,
    "failed-commit-swallowed": failed_commit_swallowed,
    "sequence-from-memory": sequence_from_memory,
    "repetitions-noted-apart": repetitions_noted_apart,
    "ended-sessions-in-memory": ended_sessions_in_memory,
    "repetition-forgotten": repetition_forgotten,
    "last-write-lost-on-term": last_write_lost_on_term,
    "synchronous-normal": synchronous_normal,
}

if __name__ == "__main__":
    DEFECTS[os.environ["PLANTED"]]()
    main()
