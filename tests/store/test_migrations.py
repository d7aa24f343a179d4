"""D18: every migration, up and down, with rows in every table, on both databases.

Nothing here names a table: rows are made up from what the database says of its columns, so that the next
migration is covered without a line.
"""

from __future__ import annotations

import base64
import random
import re
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from drafting.store import migrating, revisions, rows
from drafting.store.work import Store

TRIES = 400
"""How often a row is made up anew until a table takes it."""


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request, tmp_path):
    """A database without a schema."""
    if request.param == "sqlite":
        made = Store(f"sqlite:///{tmp_path / 'bare.sqlite3'}")
    else:
        made = Store(request.getfixturevalue("postgres").database())
    yield made
    made.close()


class Maker:
    """Makes rows up."""

    def __init__(self, connection, seed: int) -> None:
        self.connection = connection
        self.dice = random.Random(seed)
        self.inspector = sa.inspect(connection)
        self.tables = {t.name: t for t in rows.tables(connection)}
        self.columns = {n: c for (_, n), c in self.inspector.get_multi_columns().items()}
        self.keys = {n: k for (_, n), k in self.inspector.get_multi_foreign_keys().items()}
        self.checks = {n: c for (_, n), c in self.inspector.get_multi_check_constraints().items()}
        self.there: dict[tuple[str, tuple[str, ...]], list[list]] = {}

    def fill(self, many: int) -> Counter[str]:
        """Adds rows to every table, those referred to first; gives how many each has taken."""
        taken: Counter[str] = Counter()
        for name in self._order():
            for _ in range(many):
                taken[name] += self._add(self.tables[name])
        return taken

    def _order(self) -> list[str]:
        """The tables, each behind those its rows must refer to."""
        wanted = {
            name: {
                key["referred_table"]
                for key in self.keys[name]
                if key["referred_table"] != name and not self._may_be_empty(name, key)
            }
            for name in self.tables
        }
        order: list[str] = []
        while len(order) < len(wanted):
            ready = [n for n in wanted if n not in order and wanted[n] <= set(order)]
            assert ready, f"tables that refer to each other: {sorted(set(wanted) - set(order))}"
            order += ready
        return order

    def _may_be_empty(self, name, key) -> bool:
        nullable = {c["name"]: c["nullable"] for c in self.columns[name]}
        return any(nullable[c] for c in key["constrained_columns"])

    def _add(self, table) -> bool:
        columns, keys = self.columns[table.name], self.keys[table.name]
        checks = " ".join(c["sqltext"] for c in self.checks[table.name])
        words = re.findall("'([^']*)'", checks)
        for attempt in range(TRIES):
            row = self._row(table, columns, keys, words, attempt)
            if row is None:
                continue
            try:
                with self.connection.begin_nested():
                    rows.write(self.connection, table, [row])
            except sa.exc.IntegrityError:
                continue
            self.there = {k: v for k, v in self.there.items() if k[0] != table.name}
            return True
        return False

    def _row(self, table, columns, keys, words, attempt):
        described = {c["name"]: c for c in columns}
        made = {}
        for name, kind in table.columns:
            column = described[name]
            own = name in table.key and kind == "int" and len(table.key) == 1
            empty = column["nullable"] and self.dice.random() < (0.3 if attempt else 0.0)
            made[name] = None if empty else self._value(kind, words, attempt)
            if own:
                made[name] = self.dice.randrange(1 << 30)
        for key in keys:
            if any(made[c] is None for c in key["constrained_columns"]):
                continue
            others = self._rows_of(key["referred_table"], key["referred_columns"])
            if not others:
                if not all(described[c]["nullable"] for c in key["constrained_columns"]):
                    return None
                made |= dict.fromkeys(key["constrained_columns"])
                continue
            made |= dict(zip(key["constrained_columns"], self.dice.choice(others), strict=True))
        return [made[name] for name, _ in table.columns]

    def _rows_of(self, name, columns):
        place = name, tuple(columns)
        if place not in self.there:
            table = self.tables[name]
            picked = [[n for n, _ in table.columns].index(c) for c in columns]
            self.there[place] = [
                [row[i] for i in picked] for row in rows.read(self.connection, table)
            ]
        return self.there[place]

    def _value(self, kind, words, attempt):
        dice = self.dice
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(1 << 20))
        return {
            "uuid": lambda: str(uuid.UUID(int=dice.getrandbits(128))),
            "moment": at.isoformat,
            "date": date(2026, 1, 1 + dice.randrange(28)).isoformat,
            "json": lambda: dice.choice(['{"a":[1,"é"]}', "[]", "{}"]),
            "bool": lambda: dice.random() < 0.5,
            "int": lambda: dice.randrange(4 if attempt % 2 else 1000),
            "float": dice.random,
            "bytes": lambda: base64.b64encode(dice.randbytes(12)).decode(),
            "text": lambda: dice.choice([*words, f"word {dice.randrange(1 << 20)}"]),
        }[kind]()


def held(store):
    """All rows, by table, each as what its columns hold."""
    with rows.seen_at_once(store) as connection:
        return {
            t.name: [
                dict(zip([n for n, _ in t.columns], row, strict=True))
                for row in rows.read(connection, t)
            ]
            for t in rows.tables(connection)
        }


def described(store):
    """The schema, as the database describes it: tables, columns, keys, checks, indexes."""
    inspector = sa.inspect(store.engine)
    found = {
        "columns": inspector.get_multi_columns(),
        "key": inspector.get_multi_pk_constraint(),
        "foreign": inspector.get_multi_foreign_keys(),
        "unique": inspector.get_multi_unique_constraints(),
        "checks": inspector.get_multi_check_constraints(),
        "indexes": inspector.get_multi_indexes(),
    }
    return {
        name: {what: _plain(each[None, name]) for what, each in found.items()}
        for _, name in found["columns"]
        if name != revisions.TABLE
    }


def _plain(value):
    """Gives what an inspector says in a form whose order does not matter."""
    if isinstance(value, dict):
        return sorted((k, _plain(v)) for k, v in value.items() if k != "comment")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sorted((_plain(one) for one in value), key=repr)
    return re.sub(r"\s+", " ", str(value))


def fill(store, seed, many=2):
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        return Maker(connection, seed).fill(many)


def kept(before, after):
    """What of the earlier rows stands in the later tables: their common columns, in the same rows."""
    lost = []
    for name, wanted in before.items():
        if name not in after:
            continue
        common = (wanted[0].keys() & after[name][0].keys()) if wanted and after[name] else set()
        cut = Counter(repr(sorted((c, r[c]) for c in common)) for r in wanted)
        there = Counter(repr(sorted((c, r[c]) for c in common)) for r in after[name])
        lost += [f"{name}: {row}" for row in cut - there]
        if wanted and not after[name]:
            lost.append(f"{name}: all of {len(wanted)} rows")
    return lost


def test_every_migration_keeps_all_rows_up_and_down(bare):
    seed = random.randrange(1 << 20)
    before, was = {}, {}
    for older, newer in zip([None, *revisions.known()], [*revisions.known(), None], strict=True):
        where = f"seed {seed}, {older} to {newer}"
        if older is not None:
            taken = fill(bare, seed)
            refused = {name for name in described(bare) if not taken[name]}
            assert not refused, f"{where}: no row could be made for {sorted(refused)}"
            before = held(bare)
        was = described(bare)
        if newer is None:
            break
        migrating.up(bare, newer)
        assert kept(before, held(bare)) == [], f"{where}, up"
        # Down with rows in what is new, too.
        fill(bare, seed + 1, 1)
        migrating.down(bare, older or "base")
        found = described(bare)
        assert [(n, found.get(n), was[n]) for n in was if found.get(n) != was[n]] == [], where
        assert found.keys() == was.keys(), where
        assert kept(before, held(bare)) == [], f"{where}, down"
        migrating.up(bare, newer)
    assert held(bare)


def test_a_migration_that_loses_a_row_is_seen():
    before = {"people": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]}
    assert kept(before, {"people": [{"id": 1, "name": "a", "zone": "UTC"}]}) != []
    assert kept(before, {"people": []}) != []
    assert kept(before, {"people": [{"id": 1, "name": "a"}, {"id": 2, "name": "B"}]}) != []
    assert kept(before, before) == []
