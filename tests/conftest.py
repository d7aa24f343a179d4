"""What tests share: databases, the sample at a table, real servers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from drafting import clock, ids
from drafting.store import schema
from drafting.store.work import Store
from tests.make import Table, table
from tests.servers import Postgres, Serving

if "CI" not in os.environ:
    # No test judges a time. (Where CI is set, Hypothesis has a profile of its own that says so too.)
    settings.register_profile("house", deadline=None)
    settings.load_profile("house")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(autouse=True)
def _own_clock_and_ids() -> Iterator[None]:
    """Whatever clock and ids a test sets, the next begins with the system's own."""
    yield
    clock.use(None)
    ids.use(None)


@pytest.fixture(scope="session")
def resolutions() -> Path:
    """The folder of real resolutions, where it is at hand."""
    folder = SHARED / "data" / "resolutions"
    if not folder.is_dir():
        pytest.skip("the folder of real resolutions is not beside the project")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A throw-away PostgreSQL server."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest schema, to be copied: it is slow to make."""
    file = tmp_path_factory.mktemp("migrated") / "drafting.sqlite3"
    made = Store(f"sqlite:///{file}")
    schema.upgrade(made)
    made.forget_deleted()
    made.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A fresh database of either kind."""
    if request.param == "sqlite":
        file = tmp_path / "drafting.sqlite3"
        shutil.copy(request.getfixturevalue("migrated"), file)
        url = f"sqlite:///{file}"
    else:
        url = request.getfixturevalue("postgres").migrated()
    made = Store(url)
    yield made
    made.close()


@pytest.fixture
def sqlite_store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite database."""
    file = tmp_path / "drafting.sqlite3"
    shutil.copy(migrated, file)
    made = Store(f"sqlite:///{file}")
    yield made
    made.close()


@pytest.fixture
def at_table(store: Store) -> Table:
    """A small draft with a presidency of two, Mexico, Chile, a capital, the secretariat, an observer."""
    return table(store)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """Our own server with the sample negotiation, in a process of its own."""
    server = Serving(tmp_path)
    yield server.start()
    server.stop()
