"""The record: series, adoptions, tablings, roll calls, Parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from drafting import ids
from drafting.store.tables import (
    Adoption,
    Draft,
    PartyStatus,
    RollCall,
    Series,
    SeriesDraft,
    Tabling,
)
from drafting.store.work import Work


def begin_series(w: Work) -> UUID:
    """Begins a series."""
    series = Series(id=ids.new_id(), treaty="")
    w.session.add(series)
    w.session.flush()
    return series.id


def put_in_series(w: Work, draft_id: UUID, series_id: UUID) -> None:
    """Puts a new draft into a series."""
    w.session.add(SeriesDraft(draft_id=draft_id, series_id=series_id))
    w.session.flush()


def series_of(w: Work, draft_id: UUID) -> Series:
    """Gives the series a draft belongs to."""
    w.draft_id = w.draft_id or draft_id
    return w.session.scalars(
        select(Series)
        .join(SeriesDraft, SeriesDraft.series_id == Series.id)
        .where(SeriesDraft.draft_id == draft_id)
    ).one()


def adoptions(w: Work, series_id: UUID, seen_from: UUID) -> Sequence[Adoption]:
    """Gives a series' resolutions, those not adopted yet last.

    What became of drafts begun after the one it is seen from is for those who have a place there.
    """
    begun_at = select(Draft.created_at).where(Draft.id == seen_from).scalar_subquery()
    found = w.session.scalars(
        select(Adoption)
        .outerjoin(Draft, Draft.id == Adoption.draft_id)
        .where(
            Adoption.series_id == series_id,
            or_(Adoption.draft_id.is_(None), Draft.created_at <= begun_at),
        )
    ).all()
    return sorted(found, key=lambda a: (a.adopted_on or date.max, a.symbol, str(a.id)))


def of_draft(w: Work, draft_id: UUID) -> Adoption | None:
    """Gives the resolution a draft has become, or is becoming."""
    return w.session.scalar(select(Adoption).where(Adoption.draft_id == draft_id))


def tablings(w: Work, series_id: UUID) -> Mapping[UUID, list[Tabling]]:
    """Gives how each resolution of a series was tabled, in order."""
    found: dict[UUID, list[Tabling]] = defaultdict(list)
    for one in w.session.scalars(
        select(Tabling)
        .join(Adoption, Adoption.id == Tabling.adoption_id)
        .where(Adoption.series_id == series_id)
        .order_by(Tabling.number)
    ):
        found[one.adoption_id].append(one)
    return found


def last_tabling(w: Work, draft_id: UUID) -> Tabling | None:
    """Gives how a draft was tabled last; by one statement, whatever else is on record of it."""
    return w.session.scalar(
        select(Tabling)
        .join(Adoption, Adoption.id == Tabling.adoption_id)
        .where(Adoption.draft_id == draft_id)
        .order_by(Tabling.number.desc())
        .limit(1)
    )


def tablings_of(w: Work, draft_id: UUID) -> Sequence[Tabling]:
    """Gives how a draft was tabled, in order."""
    return w.session.scalars(
        select(Tabling)
        .join(Adoption, Adoption.id == Tabling.adoption_id)
        .where(Adoption.draft_id == draft_id)
        .order_by(Tabling.number)
    ).all()


def roll_calls(w: Work, series_id: UUID) -> Sequence[RollCall]:
    """Gives the roll calls of a series in the order of their days; of two on the same thing the last."""
    last: dict[tuple[UUID, str, str], RollCall] = {}
    for one in w.session.scalars(
        select(RollCall)
        .join(Adoption, Adoption.id == RollCall.adoption_id)
        .where(Adoption.series_id == series_id)
        .order_by(RollCall.number)
    ):
        last[one.adoption_id, one.body, one.part] = one
    return sorted(last.values(), key=lambda r: (r.on, r.body == "plenary", r.part, str(r.id)))


def numbered(w: Work, adoption_id: UUID) -> int:
    """Gives how many roll calls were recorded of a resolution, replaced ones too."""
    return len(
        w.session.scalars(select(RollCall.id).where(RollCall.adoption_id == adoption_id)).all()
    )


def parties(w: Work, treaty: str, on: date) -> Mapping[UUID, str]:
    """Gives who was Party to a treaty or its signatory on a day, by delegation."""
    rows = w.session.execute(
        select(PartyStatus.delegation_id, PartyStatus.status).where(
            PartyStatus.treaty == treaty,
            PartyStatus.since <= on,
            or_(PartyStatus.until.is_(None), PartyStatus.until >= on),
        )
    )
    return {row[0]: row[1] for row in rows}
