"""The rows of a record that was taken out elsewhere, brought in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import insert, select
from sqlalchemy.types import TypeEngine

from drafting.store import chain, recorded
from drafting.store import tables as t
from drafting.store.tables import Base, Moment
from drafting.store.texts import SNAPSHOT_EVERY
from drafting.store.work import Work
from drafting.text.chain import EVERYONE, LiveText, Record, Row
from drafting.text.changes import apply, from_json, text_from_json, to_json

IMPORTED = "imported"
"""What was done, in the entry by which a record goes on here."""

_SHARED = frozenset({t.Series, t.Adoption, t.Tabling, t.RollCall})
"""What may be here already, brought in with another draft of the series."""


def is_here(w: Work, record: Record) -> bool:
    """Tells whether a record's draft is in this database already."""
    return w.session.get(t.Draft, UUID(record.draft)) is not None


def bring_in(w: Work, record: Record) -> None:
    """Adds all rows of a record, under the ids they had, and lets its chains go on from there.

    Whoever it names and is not known here gets an account nobody can sign in to.
    """
    _people(w, record.people)
    held = _by_table(record)
    for table in Base.metadata.sorted_tables:
        if table.name == "texts":
            _texts(w, record)
        elif table.name == "version_paragraphs":
            _sealed(w, record.rows)
        elif table.name in held:
            mapped, rows = held[table.name]
            _add(w, mapped, table, rows)
    _chains(w, record)


def _people(w: Work, people: Mapping[str, str]) -> None:
    known = set(w.session.scalars(select(t.Person.id)))
    for key, name in people.items():
        if UUID(key) not in known:
            w.session.add(
                t.Person(
                    id=UUID(key),
                    name=name,
                    email=None,
                    password_hash=None,
                    opens_drafts=False,
                    zone="America/New_York",
                    created_at=w.now,
                    ended_at=w.now,
                )
            )
    w.session.flush()


def _by_table(record: Record) -> dict[str, tuple[type[Base], list[dict[str, Any]]]]:
    """Gives the columns of each row by table: what several kinds of row hold of it, put together."""
    kinds = {kind.name: kind for kind in recorded.KINDS}
    found: dict[str, tuple[type[Base], dict[str, dict[str, Any]]]] = {}
    for row in record.rows:
        mapped = kinds[row.name].table
        _, rows = found.setdefault(mapped.__tablename__, (mapped, {}))
        columns = mapped.__table__.columns
        given = {**row.value, **row.rest}
        rows.setdefault(row.key, {}).update({k: v for k, v in given.items() if k in columns})
    return {name: (mapped, list(rows.values())) for name, (mapped, rows) in found.items()}


def _add(w: Work, mapped: type[Base], table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    made = [
        {c.name: _kept(c.type, row.get(c.name)) for c in table.columns if c.name in row}
        for row in rows
    ]
    for row in made:
        if "token_hash" in table.columns:
            # Links do not come along: nobody can know what would open this one.
            row["token_hash"] = f"{IMPORTED} {row['id']}"
    if mapped in _SHARED:
        keys = [c.name for c in table.primary_key]
        there = {tuple(one) for one in w.session.execute(select(*table.primary_key))}
        made = [row for row in made if tuple(row[k] for k in keys) not in there]
    for some in _after_those_they_name(table, made):
        w.session.execute(insert(mapped), some)


def _after_those_they_name(
    table: sa.Table, rows: Sequence[dict[str, Any]]
) -> Iterable[Sequence[dict[str, Any]]]:
    """Gives rows in parts, each after the rows of the same table it refers to."""
    names = [k.parent.name for k in table.foreign_keys if k.column.table is table]
    left, done = list(rows), set()
    while left:
        ready = [row for row in left if all(row.get(n) is None or row[n] in done for n in names)]
        if not ready:
            raise ValueError(table.name)
        yield ready
        if not names:
            return
        done |= {row["id"] for row in ready}
        left = [row for row in left if row["id"] not in done]


def _kept(kind: TypeEngine[Any], value: Any) -> Any:  # noqa: ANN401 - a column's
    if value is None:
        return None
    if isinstance(kind, sa.Uuid):
        return UUID(value)
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    return value


def _texts(w: Work, record: Record) -> None:
    for text in record.texts.values():
        w.session.execute(
            insert(t.Text).values(
                id=UUID(text.id),
                draft_id=UUID(record.draft),
                version=text.version,
                content=text.content,
                link=text.link,
            )
        )
        w.session.execute(insert(t.TextSnapshot), list(_snapshots(text)))
        changes = [
            {
                "text_id": UUID(text.id),
                "version": change["version"],
                "edit_id": UUID(change["edit"]),
                "fingerprint": IMPORTED,
                "deed": change["deed"],
                "person_id": None if change["person"] is None else UUID(change["person"]),
                "author": change["author"],
                "at": datetime.fromisoformat(change["at"]),
                **{name: change[name] for name in ("ops", "salt", "words", "link")},
            }
            for change in text.changes
        ]
        if changes:
            w.session.execute(insert(t.TextChange), changes)


def _snapshots(text: LiveText) -> Iterable[dict[str, Any]]:
    words = text_from_json(text.first)
    yield {"text_id": UUID(text.id), "version": 0, "content": text.first}
    for number, change in enumerate(text.changes, 1):
        words = apply(words, from_json(change["ops"]))
        if number % SNAPSHOT_EVERY == 0:
            yield {"text_id": UUID(text.id), "version": number, "content": to_json(words)}


def _sealed(w: Work, rows: Sequence[Row]) -> None:
    sealed = [
        {
            "version_id": UUID(row.key),
            "position": position,
            "paragraph_id": UUID(paragraph["id"]),
            **{name: value for name, value in paragraph.items() if name != "id"},
        }
        for row in rows
        if row.name == "version"
        for position, paragraph in enumerate(row.beside["paragraphs"])
    ]
    if sealed:
        w.session.execute(insert(t.VersionParagraph), sealed)


def _chains(w: Work, record: Record) -> None:
    draft_id = UUID(record.draft)
    told: dict[UUID, int] = {}
    for name, entries in record.entries.items():
        w.session.execute(
            insert(t.ChainEntry),
            [
                {
                    "draft_id": draft_id,
                    "chain": name,
                    "number": entry["number"],
                    "hash": entry["hash"],
                    "what": entry["what"],
                    "version": entry["version"],
                    "entry": dict(entry),
                }
                for entry in entries
            ],
        )
        number, value = record.heads[name]
        w.session.execute(
            insert(t.ChainHead).values(draft_id=draft_id, chain=name, number=number, hash=value)
        )
        for entry in entries:
            for text_id, version, _ in entry["texts"]:
                told[UUID(text_id)] = max(version, told.get(UUID(text_id), -1))
    if told:
        w.session.execute(
            insert(t.ChainText),
            [{"text_id": text_id, "version": version} for text_id, version in told.items()],
        )
    head = record.heads[EVERYONE][1]
    chain.append(
        w,
        draft_id,
        EVERYONE,
        chain.Deeds(),
        what=IMPORTED,
        told=f"From a record taken out at {record.taken_at}, whose head was {head}.",
    )
