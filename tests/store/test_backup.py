"""Backups: whole, checked line by line, restored into either kind of database, and refused in words."""

from __future__ import annotations

import itertools
import json
import random
import re

import pytest
import sqlalchemy as sa

from drafting.errors import LinkSpent, NotAllowed, NotSignedIn, NotStored, Unreadable
from drafting.services import links, sessions
from drafting.store import backup, migrating, revisions, rows
from drafting.store.tables import Base
from drafting.store.work import Store
from tests.make import CONFIG, table


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """An empty database of either kind."""
    if request.param == "sqlite":
        made = Store(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    else:
        made = Store(request.getfixturevalue("postgres").database())
    yield made
    made.close()


def held(store):
    """All rows, by table."""
    with rows.seen_at_once(store) as connection:
        return {t.name: list(rows.read(connection, t)) for t in rows.tables(connection)}


def tables_of(store):
    return sa.inspect(store.engine).get_table_names()


def test_every_row_comes_back_in_either_kind_of_database(store, empty):
    table(store)
    with store.work() as w:
        # Letters that another alphabet, a database or JSON would like to change.
        w.session.execute(
            sa.text("UPDATE people SET name = :name WHERE id = (SELECT min(id) FROM people)")
            if store.is_sqlite
            else sa.text(
                "UPDATE people SET name = :name WHERE name = (SELECT min(name) FROM people)"
            ),
            {"name": "Zoë “\u2028” \U0001f54a\u200f\\n'\"\ttab"},
        )
    head, digest = backup.restore(empty, backup.lines(store), doors_closed=False)
    assert held(empty) == held(store)
    assert head.rows == sum(map(len, held(store).values())) > 600
    assert re.fullmatch("[0-9a-f]{64}", digest)
    again = list(backup.lines(empty))
    assert backup.check(again)[0].rows == head.rows


def test_what_is_restored_goes_on_like_the_database_it_was(store, empty):
    made = table(store)
    backup.restore(empty, backup.lines(store), doors_closed=False)
    before = made.state()
    made.store = empty
    assert made.state() == before
    made.typed("PP1", "after the restoration ", 0)
    assert made.words("PP1").startswith("after the restoration ")
    with empty.work() as w:
        # Numbers that the database draws go on behind those that came with the backup.
        w.session.execute(
            sa.text(
                "INSERT INTO sign_in_tries (account_hash, address_hash, at)"
                " VALUES ('a', 'b', '2026-01-01 00:00:00.000000')"
            )
        )


def test_whoever_was_signed_in_or_held_a_link_at_the_backup_does_not_get_in_after_it(store, empty):
    table(store)
    with store.work() as w:
        person_id = w.session.scalars(sa.select(Base.metadata.tables["people"].c.id)).first()
        session = sessions.begin(w, CONFIG, person_id, "a browser")
        ended = sessions.begin(w, CONFIG, person_id, "another")
        w.session.flush()
        sessions.end(w, person_id, sessions.signed_in(w, CONFIG, ended).session_id)
        link = links.sign_in_link(w, person_id, valid_s=3600)
    backup.restore(empty, backup.lines(store))
    with store.work() as w:
        assert sessions.signed_in(w, CONFIG, session).person_id == person_id
    with empty.work() as w:
        for token in (session, ended):
            with pytest.raises(NotSignedIn):
                sessions.signed_in(w, CONFIG, token)
        with pytest.raises(LinkSpent):
            links.read_link(w, link)


def test_everything_that_opens_a_door_is_closed_by_a_restoration():
    """A table with a token of its own says what becomes of it."""
    with_tokens = {
        t.name
        for t in Base.metadata.tables.values()
        if any(re.search("token|challenge|nonce", c.name) for c in t.columns)
    }
    assert with_tokens <= backup.ENDED_BY_RESTORE.keys()


@pytest.fixture(scope="module")
def written(migrated, tmp_path_factory):
    """The lines of a backup of the small table."""
    import shutil

    file = tmp_path_factory.mktemp("backup") / "drafting.sqlite3"
    shutil.copy(migrated, file)
    made = Store(f"sqlite:///{file}")
    table(made)
    lines = list(backup.lines(made))
    made.close()
    return lines


def damaged(lines):
    """Gives the same backup with one thing wrong, many times over, and what is wrong."""
    dice = random.Random(11)
    for _ in range(150):
        at = dice.randrange(len(lines))
        line = bytearray(lines[at])
        where = dice.randrange(len(line))
        line[where] ^= 1 << dice.randrange(8)
        yield at, [*lines[:at], bytes(line), *lines[at + 1 :]]
    for at in (1, 300, len(lines) - 2):
        yield at, [*lines[:at], *lines[at + 1 :]]
        yield at + 1, [*lines[: at + 1], lines[at], *lines[at + 1 :]]
        yield at, [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
        yield at, [*lines[:at], lines[at][:-5]]
    yield len(lines) - 1, lines[:-1]
    yield len(lines), [*lines, b"more\n"]
    yield 0, []
    yield 0, [b"%PDF-1.7\n"]


def test_a_damaged_backup_is_named_by_table_and_row(written):
    head = backup.check(written)[0]
    places = ["first line"]
    places += [f"table {t.name}, row {n:,} of" for t, c in head.tables for n in range(1, c + 1)]
    places += ["last line", "behind"]
    for at, lines in damaged(written):
        # A flipped line feed makes one line of two when a file is read.
        again = b"".join(lines).splitlines(keepends=True)
        with pytest.raises(Unreadable) as info:
            backup.check(again)
        named = places[min(at, len(places) - 1)]
        assert named in info.value.detail or again != lines
        assert "Nothing was restored." in info.value.detail


def test_a_damaged_backup_leaves_the_database_empty(written, empty):
    at = len(written) - 20
    broken = [*written[:at], written[at].replace(b",", b" ", 1), *written[at + 1 :]]
    with pytest.raises(Unreadable):
        backup.restore(empty, broken)
    assert tables_of(empty) == []
    backup.restore(empty, written)


def test_a_database_that_is_not_empty_is_left_as_it_is(written, store):
    table(store)
    before = held(store)
    with pytest.raises(NotAllowed, match="not empty"):
        backup.restore(store, written)
    assert held(store) == before


def sealed(values):
    """Makes lines as a backup has them."""
    seal = backup._Seal()
    return [seal.line(value) for value in values]


def values_of(lines):
    return [json.loads(line[17:]) for line in lines]


def test_a_backup_of_a_newer_schema_or_form_is_refused(written, empty):
    head, *rest = values_of(written)
    with pytest.raises(NotAllowed, match=r"schema 9999.*newer program"):
        backup.restore(empty, sealed([head | {"schema": "9999"}, *rest]))
    with pytest.raises(Unreadable, match="form 2"):
        backup.restore(empty, sealed([head | {"form": 2}, *rest]))
    assert tables_of(empty) == []


def test_a_row_that_refers_to_nothing_is_refused(written, empty):
    head, *rest = values_of(written)
    people_at = next(i for i, t in enumerate(head["tables"]) if t["name"] == "people")
    first = sum(t["rows"] for t in head["tables"][:people_at])
    head["tables"][people_at]["rows"] -= 1
    kept = [*rest[:first], *rest[first + 1 : -1], {"end": rest[-1]["end"] - 1}]
    with pytest.raises(NotStored, match="refers to"):
        backup.restore(empty, sealed([head, *kept]))
    assert tables_of(empty) == []


def test_a_backup_of_an_older_schema_is_restored_and_brought_forward(empty, tmp_path):
    old = Store(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrating.up(old, "0002")
    head, _ = backup.restore(empty, backup.lines(old))
    assert head.schema == "0002"
    with rows.seen_at_once(empty) as connection:
        assert revisions.of(connection) == revisions.newest()
    assert len(held(empty)["delegations"]) > 190
    old.close()


def test_there_is_no_backup_of_nothing(empty):
    with pytest.raises(NotStored, match="no database"):
        list(backup.lines(empty))


def test_a_backup_sees_one_moment_whoever_writes_meanwhile(store):
    made = table(store)
    lines = backup.lines(store)
    some = list(itertools.islice(lines, 30))
    made.typed("PP1", "typed while the backup was being made ", 0)
    rest = list(lines)
    head, _ = backup.check([*some, *rest])
    assert b"typed while" not in b"".join([*some, *rest])
    assert head.rows == len(some) + len(rest) - 2
