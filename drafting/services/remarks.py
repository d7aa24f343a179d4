"""The comments one sees, as a file carries them: beside the words they are on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from drafting.rules.audiences import AudienceKind
from drafting.rules.exports import Scope
from drafting.rules.roles import PRESIDENCY, Actor, Role
from drafting.services import comments
from drafting.store import texts as kept_texts
from drafting.store.work import Work
from drafting.text.changes import Change, text_from_json
from drafting.text.collisions import carried
from drafting.text.remarks import Remark, Remarks


@dataclass(frozen=True, slots=True)
class Said:
    """What a paragraph says in the file; `old` when that stands there as the old text alone."""

    words: Change
    old: bool = False


def threads(w: Work, actor: Actor, scope: Scope, said: Mapping[str, Said]) -> tuple[Remarks, ...]:
    """Gives the threads on paragraphs of a file, by what these say there; none that one may not see.

    A thread stands on the words it was begun on wherever the file has them, else on its paragraph.
    """
    now = kept_texts.all_now(w, actor.draft_id)
    out = []
    for thread in comments.all_seen(w, actor):
        here = said.get(thread["paragraph"])
        if here is None or not _within(actor, scope, thread):
            continue
        place = None
        if thread["anchor"] is not None and not thread["gone"]:
            words = text_from_json(now[UUID(thread["paragraph"])].content)
            place = thread["anchor"]["start"], thread["anchor"]["end"]
            if words != here.words:
                place = carried(words, here.words, *place)
        start, end = place if place is not None and place[0] < place[1] else (None, None)
        out.append(
            Remarks(
                thread["paragraph"],
                tuple(
                    Remark(one["by"]["delegation"], datetime.fromisoformat(one["at"]), one["body"])
                    for one in thread["comments"]
                ),
                start,
                end,
                resolved=thread["resolved"] is not None,
                of_old=here.old,
            )
        )
    return tuple(out)


def _within(actor: Actor, scope: Scope, thread: Mapping[str, Any]) -> bool:
    match scope:
        case Scope.ALL:
            return True
        case Scope.EVERYONE:
            return bool(thread["audience"]["kind"] == AudienceKind.EVERYONE)
        case Scope.MINE:
            author = str(thread["comments"][0]["by"]["delegation"])
            if actor.role is Role.PRESIDENCY:
                return author.startswith(PRESIDENCY)
            return author == actor.printed
