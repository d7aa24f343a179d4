"""/healthz and /readyz: what a machine is told, and nothing more."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from drafting.app import create_app, create_hub
from drafting.services import health
from drafting.store.work import Store
from tests.make import CONFIG
from tests.security.test_requests import OUR_OWN


@pytest.fixture
def app(sqlite_store: Store) -> Any:
    return create_app(CONFIG, sqlite_store)


def ready(app: Any) -> tuple[int, list[str]]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.text.splitlines()


def test_a_process_that_can_work_says_so(app) -> None:
    assert ready(app) == (200, ["ready"])


def test_alive_asks_nobody(app, sqlite_store: Store) -> None:
    asked: list[str] = []
    sa.event.listen(sqlite_store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    client = app.test_client()
    client.set_cookie("drafting", "some-session")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text, asked) == (200, "ok\n", [])
    ready(app)
    assert asked


def test_a_database_that_is_not_there_is_named(app, sqlite_store: Store, tmp_path: Path) -> None:
    sqlite_store.close()
    for file in tmp_path.glob("drafting.sqlite3*"):
        file.unlink()
    (tmp_path / "drafting.sqlite3").mkdir()
    assert ready(app) == (503, ["database"])


def test_a_database_of_another_release_is_named(app, sqlite_store: Store) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert ready(app) == (503, ["schema"])


def test_a_full_disk_is_named(app, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 1 << 62)
    assert ready(app) == (503, ["disk"])


def test_a_database_that_does_not_answer_holds_nobody_up(
    app, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE_S", 0.05)
    looking = app.extensions["drafting"].ready._looking
    with looking:
        # Another request waits for the database.
        assert ready(app) == (503, ["database"])
    assert ready(app) == (200, ["ready"])


def test_what_was_just_looked_at_is_not_looked_at_again(app, sqlite_store: Store) -> None:
    asked: list[str] = []
    ready(app)
    sa.event.listen(sqlite_store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    threads = [threading.Thread(target=ready, args=(app,)) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert asked == []


def test_a_hub_that_stops_is_not_ready(app) -> None:
    hub = create_hub(app)
    assert ready(app) == (200, ["ready"])
    hub.stop()
    status, fails = ready(app)
    assert status == 503
    assert set(fails) == {"writer", "stopping"}


def test_every_answer_that_is_the_servers_fault_has_a_reference_that_the_log_has(
    app, sqlite_store: Store, tmp_path: Path, caplog
) -> None:
    sqlite_store.close()
    for file in tmp_path.glob("drafting.sqlite3*"):
        file.unlink()
    (tmp_path / "drafting.sqlite3").mkdir()
    client = app.test_client()
    client.set_cookie("drafting", "some-session")
    page = client.get("/drafts")
    call = client.post("/api/live/tickets", json={}, headers=OUR_OWN)
    for answer in (page, call):
        assert answer.status_code == 503
        reference = answer.headers["X-Request-Id"]
        assert reference in answer.text
        (record,) = [one for one in caplog.records if getattr(one, "reference", "") == reference]
        assert "OperationalError" in record.error
        assert "some-session" not in repr(record.__dict__)
    # What a page cannot do it does not promise.
    assert "will be sent again" not in page.text
    assert call.json["reference"] == call.headers["X-Request-Id"]


def test_an_answer_that_is_not_the_servers_fault_has_none(app) -> None:
    for path in ("/nothing", "/sign-in", "/api/nothing", "/healthz", "/drafts"):
        assert "X-Request-Id" not in app.test_client().get(path).headers
