"""Migrations: the migrated schema is the one the tables describe, up and down, with rows in it."""

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from drafting.store import migrating, revisions, schema, work
from drafting.store.tables import Base
from tests.make import table


def test_the_migrated_schema_is_what_the_tables_describe(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_goes_down_and_up_again_with_rows_in_it(store):
    table(store)
    before = sorted(inspect(store.engine).get_table_names())
    migrating.down(store, "base")
    assert inspect(store.engine).get_table_names() == ["alembic_version"]
    schema.upgrade(store)
    assert sorted(inspect(store.engine).get_table_names()) == before
    table(store)


def test_the_revisions_are_those_of_the_migrations():
    config = Config()
    config.set_main_option("script_location", str(revisions.MIGRATIONS))
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert revisions.known() == tuple(reversed([one.revision for one in walked]))


def test_a_server_of_a_database_that_is_up_to_date_loads_nothing_that_it_does_not_need(store):
    code = (
        "import sys; from drafting.cli import serve; from drafting import app, serving; "
        "from drafting.store import schema; from drafting.store.work import Store; "
        f"schema.upgrade(Store({str(store.engine.url)!r})); "
        "print([m for m in ('alembic', 'mako', 'pygments', 'webauthn') if m in sys.modules])"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == "[]"


def test_upgrading_again_keeps_what_is_there(store):
    made = table(store)
    before = made.state()
    schema.upgrade(store)
    assert made.state() == before


def test_every_migration_has_a_test_of_its_data():
    versions = Path(schema.__file__).parent / "migrations" / "versions"
    assert [p.name for p in sorted(versions.glob("*.py"))] == [
        "0001_the_first_schema.py",
        "0002_negotiation.py",
        "0003_sponsors.py",
        "0004_editorial.py",
        "0005_forward.py",
        "0006_the_chain.py",
        "0007_accounts.py",
        "0008_processes.py",
    ]


def test_all_who_may_take_part_are_ready_to_choose(store):
    with store.engine.connect() as connection:
        kinds = dict(
            connection.execute(text("SELECT kind, count(*) FROM delegations GROUP BY kind")).all()
        )
    assert kinds["member_state"] == 193
    assert kinds["observer_state"] == 2
    assert kinds["organization"] >= 3


def test_an_sqlite_with_the_wal_bug_is_refused():
    import pysqlite3

    assert pysqlite3.sqlite_version_info >= work.SQLITE_MIN


def test_sqlite_is_set_to_keep_a_commit_through_a_loss_of_power(sqlite_store):
    with sqlite_store.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys", "secure_delete")
        }
    assert found == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}
