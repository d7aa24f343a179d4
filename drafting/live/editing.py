"""Edits on their way to the store and back: gathered, committed together, acknowledged, told.

One thread writes. While one commit runs, the next edits gather, and that is the next batch: no
timer, so an edit that comes alone does not wait. Nothing is acknowledged or told before its commit.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from drafting import logs, metrics
from drafting.errors import NotSignedIn, NotStored, Refusal
from drafting.live.bridge import Bridge
from drafting.live.broadcast import Broadcast
from drafting.live.rooms import Connection
from drafting.live.telling import Told
from drafting.services.editing import Edit, Missed, Part, Stored
from drafting.text.changes import to_json

MAX_BATCH = 200
"""Most edits in one commit: beyond, those at its end would wait for too long."""

MAX_QUEUED = 10_000
"""Most edits that wait; one more is refused as NotStored, and its sender sends it again."""

MAX_UNSURE = 10_000
"""Most edits that are remembered as perhaps stored; beyond, the oldest are forgotten."""

_log = logging.getLogger(__name__)

ApplyAll = Callable[[Sequence[Edit]], Sequence[Stored | Refusal]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An edit and whom to answer."""

    connection: Connection
    packet: int | None
    edit: Edit
    asked_at: float
    """When it came, by `time.monotonic`."""


class Writer:
    """The thread that stores edits."""

    def __init__(
        self,
        apply_all: ApplyAll,
        settle: Callable[[list[Waiting], Sequence[Stored | Refusal]], None],
        bridge: Bridge,
    ) -> None:
        """Takes who stores, and who is told on the hub's thread, in the order of the commits."""
        self._apply_all = apply_all
        self._settle = settle
        self._bridge = bridge
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="drafting-writer", daemon=True)
        self._thread.start()

    def put(self, waiting: Waiting) -> None:
        """Takes an edit. Refuses: NotStored when too many wait already."""
        if self._queue.qsize() >= MAX_QUEUED:
            raise NotStored
        self._queue.put(waiting)

    @property
    def waiting(self) -> int:
        """How many edits wait to be stored."""
        return self._queue.qsize()

    def stop(self) -> None:
        """Takes nothing more; what was taken is still stored and settled."""
        self._queue.put(None)

    @property
    def stopped(self) -> bool:
        """Tells whether all that was taken is stored; settling may still wait in the bridge."""
        return not self._thread.is_alive()

    def _work(self) -> None:
        going = True
        while going:
            batch = []
            waiting = self._queue.get()
            while waiting is not None:
                batch.append(waiting)
                if len(batch) >= MAX_BATCH:
                    break
                try:
                    waiting = self._queue.get_nowait()
                except queue.Empty:
                    break
            else:
                going = False
            if batch:
                begun = time.monotonic()
                results = self._stored([one.edit for one in batch])
                committed = time.monotonic()
                metrics.COMMIT.note(committed - begun)
                self._bridge.post(partial(self._settled, batch, results, committed))

    def _settled(
        self, batch: list[Waiting], results: Sequence[Stored | Refusal], committed: float
    ) -> None:
        metrics.HANDOVER.note(time.monotonic() - committed)
        self._settle(batch, results)

    def _stored(self, edits: Sequence[Edit]) -> Sequence[Stored | Refusal]:
        try:
            return self._apply_all(edits)
        except Exception as error:  # noqa: BLE001 - the thread must go on, and whoever asked be answered
            reference = logs.failed(_log, "Edits could not be stored.", error, count=len(edits))
            if len(edits) == 1:
                return [NotStored(detail=f"{NotStored.sentence} (Reference {reference}.)")]
            # One that fails must not take the others with it. Repeating is harmless: by its id.
            return [result for edit in edits for result in self._stored([edit])]


class Settling:
    """What comes back from the writer: acknowledged first, then told to the others."""

    def __init__(
        self,
        note: Callable[[Sequence[Told]], None],
        voice: Broadcast,
        end: Callable[[Connection, str], None],
    ) -> None:
        self._note = note
        self._voice = voice
        self._end = end
        # A database that goes away while it commits may have kept what was answered NotStored. Asked
        # again it is found to be stored already, and then the others have yet to be told.
        self._unsure: dict[UUID, None] = {}

    def settle(self, batch: list[Waiting], results: Sequence[Stored | Refusal]) -> None:
        """Answers each edit of a batch and tells the rooms, in the order of the versions."""
        for waiting, result in zip(batch, results, strict=True):
            if isinstance(result, Stored):
                (metrics.REPEATED if result.repeated else metrics.EDITS).add()
                answer = {
                    "parts": [_part(part) for part in result.parts],
                    "at": result.at.isoformat(),
                }
                self._voice.answer(waiting.connection, waiting.packet, answer)
            else:
                self._voice.decline(waiting.connection, waiting.packet, result, waiting.asked_at)
                if isinstance(result, NotStored):
                    self._unsure[waiting.edit.id] = None
                if isinstance(result, NotSignedIn):
                    self._end(waiting.connection, result.detail)
        self._note(
            [
                told
                for waiting, result in zip(batch, results, strict=True)
                if isinstance(result, Stored) and self._is_news(result)
                for told in _told(waiting.connection, result)
            ]
        )

        while len(self._unsure) > MAX_UNSURE:
            del self._unsure[next(iter(self._unsure))]

    def _is_news(self, stored: Stored) -> bool:
        was_unsure = stored.id in self._unsure
        self._unsure.pop(stored.id, None)
        return was_unsure or not stored.repeated


def _told(connection: Connection, stored: Stored) -> list[Told]:
    by = {
        "key": connection.key,
        "name": stored.by_name,
        "delegation": stored.by_delegation,
    }
    return [
        Told(
            draft=stored.draft,
            text=part.text,
            version=part.version,
            change=part.change,
            id=stored.id,
            at=stored.at,
            by=by,
            proposal=stored.proposal,
            source=connection,
        )
        for part in stored.parts
    ]


def _part(part: Part) -> dict[str, Any]:
    return {"text": str(part.text), "version": part.version, "ops": to_json(part.change)}


def missed(draft: str, changes: Sequence[Missed]) -> dict[str, list[dict[str, Any]]]:
    """Gives missed changes by text, each as the `change` event it was.

    Who typed has gone or is another connection now: `key` and `name` are null.
    """
    by_text: dict[str, list[dict[str, Any]]] = {}
    for one in changes:
        by_text.setdefault(str(one.text), []).append(
            {
                "draft": draft,
                "text": str(one.text),
                "version": one.version,
                "ops": to_json(one.change),
                "id": str(one.id),
                "at": one.at.isoformat(),
                "by": {"key": None, "name": None, "delegation": one.by_delegation},
                **({} if one.move is None else {"move": one.move}),
            }
        )
    return by_text
