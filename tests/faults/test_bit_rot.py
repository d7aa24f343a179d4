"""D24: bytes that a disk has let flip are found before anything is served from them, and named."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy.exc import DatabaseError

from drafting.errors import NotStored
from drafting.services import chain, people, versions
from drafting.store import health, rows
from drafting.store.work import Store
from tests.make import table

PAGE = 4096
DRAFTING = Path(sys.executable).parent / "drafting"


@pytest.fixture(scope="module")
def whole(migrated, tmp_path_factory):
    """A database file, closed, with a small table in it."""
    file = tmp_path_factory.mktemp("whole") / "drafting.sqlite3"
    shutil.copy(migrated, file)
    store = Store(f"sqlite:///{file}")
    table(store)
    store.forget_deleted()
    store.close()
    return file


def rotten(whole, tmp_path, name, flips):
    """Gives a copy with bits flipped at places: (offset, bit)."""
    file = tmp_path / f"{name}.sqlite3"
    held = bytearray(whole.read_bytes())
    for at, bit in flips:
        held[at] ^= 1 << bit
    file.write_bytes(held)
    return file


def test_a_whole_file_is_served(whole):
    store = Store(f"sqlite:///{whole}")
    health.refuse_damaged(store)
    store.close()


def held(store):
    with rows.seen_at_once(store) as connection:
        return {t.name: list(rows.read(connection, t)) for t in rows.tables(connection)}


def said_of(file):
    """What the start says of a file, or the first reading; and what is read if neither says a thing."""
    store = Store(f"sqlite:///{file}")
    try:
        health.refuse_damaged(store)
        return None, held(store)
    except NotStored as refusal:
        return refusal.detail, None
    except DatabaseError as error:
        # An index is not looked through at the start: SQLite finds it when it comes to it.
        return f"{file}: {error.orig}: restore the last backup", None
    finally:
        store.close()


def test_a_page_whose_order_is_broken_is_found_at_the_start(whole, tmp_path):
    """The first bytes of a page say what it is and where its cells stand; pages that are free say nothing."""
    dice = random.Random(5)
    _, before = said_of(whole)
    found = 0
    for page in dice.sample(range(1, whole.stat().st_size // PAGE), 40):
        at = page * PAGE + dice.choice((0, 3, 4))
        file = rotten(whole, tmp_path, page, [(at, dice.randrange(8))])
        said, read = said_of(file)
        if said is None:
            assert read == before, page
            continue
        found += 1
        assert str(file) in said
        assert "restore the last backup" in said
    assert found > 20


@pytest.mark.parametrize("where", ["head", "page", "cut"])
def test_nothing_is_served_from_a_damaged_file(whole, tmp_path, where):
    size = whole.stat().st_size
    with pysqlite3.connect(whole) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'texts'"
        ).fetchone()
    connection.close()
    flips = {"head": [(3, 1)], "page": [((root - 1) * PAGE, 3)], "cut": []}[where]
    file = rotten(whole, tmp_path, where, flips)
    if where == "cut":
        file.write_bytes(file.read_bytes()[: size // 2])
    before = file.read_bytes()
    done = subprocess.run(
        [DRAFTING, "serve", "--port", "0", "--database", f"sqlite:///{file}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "is damaged" in done.stderr
    assert str(file) in done.stderr
    assert "Serving" not in done.stdout
    assert file.read_bytes() == before


WORD = b"beaconlight"


@pytest.fixture(scope="module")
def worded(migrated, tmp_path_factory):
    """A database whose draft has a word in its text, its history, a comment and a sealed version."""
    file = tmp_path_factory.mktemp("worded") / "drafting.sqlite3"
    shutil.copy(migrated, file)
    store = Store(f"sqlite:///{file}")
    made = table(store)
    made.typed("PP1", f"{WORD.decode()} ", 0)
    made.typed("OP1", f"{WORD.decode()} ", 0)
    with store.work() as w:
        penholder = people.actor(w, made.sessions["penholder"], made.draft_id)
        versions.seal(w, penholder, "Draft 1", "")
    store.forget_deleted()
    store.close()
    return file, made.draft_id


def test_a_letter_that_flipped_in_the_words_is_found_by_verifying(worded, tmp_path):
    """SQLite cannot know that a letter was another; the record's hashes do."""
    whole, draft_id = worded
    held = whole.read_bytes()
    places = [m.start() for m in re.finditer(WORD, held)]
    # The text now, its change, its version, and the chain's own entry, for each of two.
    assert len(places) >= 6
    unseen = []
    for at in places:
        file = rotten(whole, tmp_path, at, [(at + 3, 0)])
        store = Store(f"sqlite:///{file}")
        try:
            health.refuse_damaged(store)
            with store.reading() as w:
                verdict = chain.verified(w, draft_id, None)
            if not verdict.faults:
                unseen.append((at, held[max(0, at - 90) : at + 40]))
        except NotStored:
            pass
        finally:
            store.close()
    assert unseen == []
