"""From one database into another, with rows of everything in it."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy import inspect

from drafting.errors import NotAllowed, NotFound, NotStored, Refusal
from drafting.store import migrating, moving, rows, schema
from drafting.store.work import Store
from tests.make import table


def contents(store: Store) -> dict[str, list[rows.Row]]:
    with rows.seen_at_once(store) as connection:
        return {
            one.name: sorted(rows.read(connection, one), key=str) for one in rows.tables(connection)
        }


def other(store: Store, postgres, tmp_path) -> Store:
    """An empty database of the other kind."""
    return Store(postgres.database() if store.is_sqlite else f"sqlite:///{tmp_path / 'to.sqlite3'}")


@pytest.fixture
def empty(store, postgres, tmp_path):
    made = other(store, postgres, tmp_path)
    yield made
    made.close()


@pytest.fixture
def alone():
    """Lets go of a database, and opens it anew: nobody else has it open."""
    opened = []

    def again(store: Store) -> Store:
        url = store.engine.url.render_as_string(hide_password=False)
        store.close()
        opened.append(Store(url))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


def test_every_row_goes_over_and_the_draft_lives_on(store, empty, alone):
    made = table(store)
    made.typed("PP1", "Ωμέγα 𝄞 ", 0)
    made.do("delete", paragraph=made.id("PP2"))
    before, seen = contents(store), made.state("mexico")
    moved = moving.move(alone(store), empty)
    assert contents(empty) == before
    assert {one.table: one.rows for one in moved} == {n: len(found) for n, found in before.items()}
    made.store = empty
    assert made.state("mexico") == seen
    made.typed("PP1", "Further: ", 0)
    schema.upgrade(empty)
    assert contents(empty).keys() == before.keys()


def test_a_target_that_is_not_empty_is_refused_and_stays(store, empty, alone):
    with empty.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(NotAllowed, match="not empty: it has 1 table"):
        moving.move(alone(store), empty)
    assert inspect(empty.engine).get_table_names() == ["theirs"]


def test_a_source_that_is_in_use_is_refused(store, empty, alone):
    table(store)
    second = Store(store.engine.url.render_as_string(hide_password=False))
    # Nobody reads or writes just now: that a server has it open is enough.
    with second.reading() as w:
        w.session.execute(sa.text("SELECT count(*) FROM drafts")).all()
    with pytest.raises(NotAllowed, match="stop the server first"):
        moving.move(alone(store), empty)
    second.close()
    assert inspect(empty.engine).get_table_names() == []


def test_a_source_that_is_older_is_refused(store, empty, alone):
    migrating.down(store, "0005")
    with pytest.raises(NotAllowed, match=r"has schema 0005.*drafting db upgrade"):
        moving.move(alone(store), empty)


def test_what_is_no_database_of_ours_is_refused(tmp_path, postgres):
    target = Store(postgres.database())
    for url in (f"sqlite:///{tmp_path / 'none.sqlite3'}", postgres.database()):
        source = Store(url)
        with pytest.raises(NotFound, match="Nothing was moved"):
            moving.move(source, target)
        source.close()
    assert not (tmp_path / "none.sqlite3").exists()
    target.close()


def test_what_comes_out_otherwise_is_refused_and_leaves_the_target_empty(
    sqlite_store, postgres, monkeypatch, alone
):
    """One letter of one row that the target keeps otherwise: found by its hash."""
    table(sqlite_store)
    target = Store(postgres.database())
    written = rows.write

    def altered(connection, which, some):
        changed = [
            [*row[:1], f"{row[1]}x", *row[2:]] if which.name == "delegations" else row
            for row in some
        ]
        written(connection, which, changed)

    monkeypatch.setattr(rows, "write", altered)
    with pytest.raises(NotStored, match="table delegations came out otherwise"):
        moving.move(alone(sqlite_store), target)
    assert inspect(target.engine).get_table_names() == []
    target.close()


def test_a_target_that_cannot_be_reached_is_said_in_a_sentence(sqlite_store, alone):
    target = Store(f"postgresql://nobody@127.0.0.1:1/{uuid.uuid4().hex}")
    with pytest.raises(Refusal, match="Nothing was moved"):
        moving.move(alone(sqlite_store), target)
    target.close()
