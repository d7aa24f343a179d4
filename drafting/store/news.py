"""News: what happened, kept for some minutes so that every server process can tell its own people.

Kept only where several processes serve. A draft's news are numbered in the order of the commits:
the number is drawn last in a transaction, and its row stays locked until the commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from typing import Any, get_args, get_type_hints
from uuid import UUID

from sqlalchemy import delete, select, tuple_

from drafting import events
from drafting.events import Event
from drafting.store.tables import NewsHead, NewsItem, Person, Place, Proposal, TextChange
from drafting.store.texts import ENTRY, Entry
from drafting.store.work import Work

NO_DRAFT = UUID(int=0)
"""Where news stand that belong to no draft: a session that ended."""

KEPT = timedelta(minutes=10)
"""How long news are kept. A process that heard nothing for longer sends its people to look again."""

READ_AT_ONCE = 500
"""Most news of one draft that are read at once."""


@dataclass(frozen=True, slots=True)
class News:
    """What one transaction did to one draft."""

    draft: UUID
    number: int
    origin: UUID
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of the news after the numbers one knows, by draft and in order.

    `lost` are drafts whose next news are gone, and the number they have come to.
    """

    news: tuple[News, ...]
    lost: Mapping[UUID, int]


def keep(w: Work, origin: UUID) -> list[News]:
    """Keeps what a transaction tells, as its last act: whoever comes next waits for its commit."""
    by_draft: dict[UUID, list[Event]] = {}
    for happened in w.told:
        by_draft.setdefault(getattr(happened, "draft_id", NO_DRAFT), []).append(happened)
    # In one order, so that of two transactions one waits for the other and never both.
    return [_keep(w, origin, draft, by_draft[draft]) for draft in sorted(by_draft)]


def _keep(w: Work, origin: UUID, draft: UUID, happened: list[Event]) -> News:
    # What was changed by the session's objects is written first: the number is drawn after it.
    w.session.flush()
    first = w.adding(NewsHead).values(draft_id=draft, number=1)
    number = w.session.execute(
        first.on_conflict_do_update(
            index_elements=[NewsHead.draft_id], set_={"number": NewsHead.number + 1}
        ).returning(NewsHead.number)
    ).scalar_one()
    w.session.add(
        NewsItem(
            draft_id=draft,
            number=number,
            origin=origin,
            events=[encoded(one) for one in happened],
            at=w.now,
        )
    )
    return News(draft, number, origin, tuple(happened))


def head(w: Work, draft: UUID) -> int:
    """Gives the number of a draft's last news; 0 while it has had none."""
    return w.session.scalar(select(NewsHead.number).where(NewsHead.draft_id == draft)) or 0


def after(w: Work, known: Mapping[UUID, int]) -> Read:
    """Gives the news of drafts after the numbers one knows."""
    news: list[News] = []
    lost: dict[UUID, int] = {}
    for draft, number in _heads(w, known):
        if number <= known[draft]:
            continue
        rows = w.session.scalars(
            select(NewsItem)
            .where(NewsItem.draft_id == draft, NewsItem.number > known[draft])
            .order_by(NewsItem.number)
            .limit(READ_AT_ONCE)
        ).all()
        if not rows or rows[0].number != known[draft] + 1:
            lost[draft] = number
            continue
        news += [
            News(draft, row.number, row.origin, tuple(decoded(one) for one in row.events))
            for row in rows
        ]
    return Read(tuple(news), lost)


_HEADS_AT_ONCE = 1_000


def _heads(w: Work, drafts: Iterable[UUID]) -> list[tuple[UUID, int]]:
    asked = sorted(drafts)
    found: list[tuple[UUID, int]] = []
    for start in range(0, len(asked), _HEADS_AT_ONCE):
        rows = w.session.execute(
            select(NewsHead.draft_id, NewsHead.number).where(
                NewsHead.draft_id.in_(asked[start : start + _HEADS_AT_ONCE])
            )
        )
        found += [(row[0], row[1]) for row in rows]
    return found


def prune(w: Work) -> None:
    """Takes old news away. Numbers go on where they were."""
    w.session.execute(delete(NewsItem).where(NewsItem.at < w.now - KEPT))


def forget(w: Work, draft: UUID) -> None:
    """Takes all news of a draft away: words that are purged stand nowhere else either.

    A process that had not read them sends its people to look again.
    """
    w.session.execute(delete(NewsItem).where(NewsItem.draft_id == draft))


def seated(w: Work, draft: UUID, people: Collection[UUID]) -> list[tuple[Place, Person]]:
    """Gives the places that some people hold on a draft now."""
    rows = w.session.execute(
        select(Place, Person)
        .join(Person, Person.id == Place.person_id)
        .where(
            Place.draft_id == draft,
            Place.person_id.in_(people),
            Place.ended_at.is_(None),
            Person.ended_at.is_(None),
        )
    )
    return [(row[0], row[1]) for row in rows]


def words(
    w: Work, asked: Collection[tuple[UUID, int]]
) -> list[tuple[UUID, str | None, bool, Entry]]:
    """Gives changes by text and version: the text, who made it by name, whether it is a proposal's."""
    rows = w.session.execute(
        select(TextChange.text_id, Person.name, Proposal.id, *ENTRY)
        .outerjoin(Person, Person.id == TextChange.person_id)
        .outerjoin(Proposal, Proposal.id == TextChange.text_id)
        .where(tuple_(TextChange.text_id, TextChange.version).in_(list(asked)))
    )
    return [(row[0], row[1], row[2] is not None, Entry(*row[3:])) for row in rows]


# Events as JSON ------------------------------------------------------------------------------------

_KINDS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(Event)}


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind, vars(events))


def encoded(happened: Event) -> list[Any]:
    """Gives an event as JSON."""
    return [
        type(happened).__name__,
        {field.name: _plain(getattr(happened, field.name)) for field in fields(happened)},
    ]


def _plain(value: object) -> object:
    match value:
        case UUID():
            return str(value)
        case tuple():
            return [_plain(one) for one in value]
        case _:
            return value


def decoded(value: list[Any]) -> Event:
    """Gives an event back from JSON."""
    name, data = value
    kind = _KINDS[name]
    hints = _hints(kind)
    made: Event = kind(**{name: _typed(hints[name], one) for name, one in data.items()})
    return made


def _typed(hint: Any, value: Any) -> Any:  # noqa: ANN401 - as JSON has it
    arguments = get_args(hint)
    if value is None:
        return None
    if isinstance(value, list) and arguments:
        each = arguments[:1] * len(value) if arguments[1:] == (...,) else arguments
        return tuple(_typed(one, v) for one, v in zip(each, value, strict=True))
    if UUID in (hint, *arguments):
        return UUID(value)
    return value
