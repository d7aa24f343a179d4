"""`drafting doctor`: what it finds well, what it finds wrong, and what it says to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drafting import clock, keys
from drafting.services.doctor import Finding, Level, examine
from drafting.store import health
from drafting.store.work import Store
from tests.make import table
from tests.servers import Postgres, free_port
from tests.smtp_sink import Sink, running

CONNECTIONS = 100


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    """A folder with a database in good order."""
    place = tmp_path / "kept"
    place.mkdir(mode=0o700)
    shutil.copy(migrated, place / "drafting.sqlite3")
    (place / "drafting.sqlite3").chmod(0o600)
    return place


def found(environ: dict[str, str], **more: object) -> list[Finding]:
    asked = {"connections": CONNECTIONS, "mail": False, **more}
    return list(examine(environ, **asked))


def of(place: Path, **environ: str) -> dict[str, str]:
    return {"DRAFTING_DATABASE": f"sqlite:///{place}/drafting.sqlite3", **environ}


def wrong(environ: dict[str, str], **more: object) -> list[str]:
    return [f"{f.about}: {f.says}" for f in found(environ, **more) if f.level is Level.WRONG]


def test_where_all_is_well_it_says_so(folder: Path) -> None:
    environ = of(folder, DRAFTING_HTTPS="yes")
    assert wrong(environ) == []
    about = {one.about for one in found(environ) if one.level is Level.FINE}
    assert about >= {"Python", "open files", "clock", "settings", "https", "schema", "database"}


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    environ = of(tmp_path / "none" / "yet")
    assert wrong(environ) == []
    assert any("the first start makes it" in one.says for one in found(environ))
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_ends_it_with_the_setting_s_own_sentence() -> None:
    (said,) = wrong({"DRAFTING_HTTPS": "ja"})
    assert said.startswith("settings: DRAFTING_HTTPS is to be yes or no")


def execute(folder: Path, statement: str) -> None:
    store = Store(f"sqlite:///{folder}/drafting.sqlite3")
    with store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    store.close()


@pytest.mark.parametrize(
    ("revision", "says"),
    [("0001", "drafting db upgrade"), ("9999", "made by a newer release")],
)
def test_a_database_of_another_release_is_named(folder: Path, revision: str, says: str) -> None:
    execute(folder, f"UPDATE alembic_version SET version_num = '{revision}'")
    (said,) = wrong(of(folder))
    assert says in said
    assert revision in said


def test_a_damaged_file_is_found(folder: Path) -> None:
    file = folder / "drafting.sqlite3"
    data = bytearray(file.read_bytes())
    # All pages but the first few: the schema can be read, what it speaks of cannot.
    for at in range(40 * 4096, len(data), 7):
        data[at] ^= 0xFF
    file.write_bytes(data)
    assert any("damaged" in said or "does not answer" in said for said in wrong(of(folder)))


def test_a_file_that_is_no_database_is_found(folder: Path) -> None:
    (folder / "drafting.sqlite3").write_bytes(b"words " * 1000)
    assert any("Is it a database of this tool" in said for said in wrong(of(folder)))


def test_a_file_or_folder_that_others_can_reach_is_found(folder: Path) -> None:
    (folder / "drafting.sqlite3").chmod(0o644)
    folder.chmod(0o777)
    said = "\n".join(wrong(of(folder)))
    assert "chmod 600" in said
    assert "chmod go-w" in said


def test_the_key_file_is_looked_at(folder: Path) -> None:
    file = folder / "drafting.sqlite3.key"
    assert any("the next start makes one" in one.says for one in found(of(folder)))
    file.write_text(f"{keys.new()}\n")
    file.chmod(0o600)
    assert wrong(of(folder)) == []
    file.chmod(0o640)
    assert any(said.startswith("key: Other accounts") for said in wrong(of(folder)))
    file.chmod(0o600)
    file.write_text("words")
    assert any("holds no key" in said for said in wrong(of(folder)))
    file.unlink()
    assert wrong(of(folder, DRAFTING_KEY=keys.new())) == []


def test_too_few_open_files_are_found(folder: Path) -> None:
    assert any("LimitNOFILE" in said for said in wrong(of(folder), connections=1 << 40))


def test_a_clock_that_is_behind_what_is_stored_is_found(folder: Path) -> None:
    store = Store(f"sqlite:///{folder}/drafting.sqlite3")
    table(store)
    with store.reading() as w:
        newest = health.newest(w)
    store.close()
    assert newest is not None
    assert wrong(of(folder)) == []
    clock.use(lambda: newest - timedelta(minutes=10))
    assert any("still to come by this machine's clock" in said for said in wrong(of(folder)))
    clock.use(lambda: datetime(2020, 1, 1, tzinfo=UTC))
    assert any("which is past" in said for said in wrong(of(folder)))


def test_backups_are_looked_at(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    environ = of(folder, DRAFTING_BACKUPS=str(place))
    assert any("cannot be read" in said for said in wrong(environ))
    place.mkdir()
    assert any("There is no backup" in said for said in wrong(environ))
    file = place / "last"
    file.touch(mode=0o600)
    assert wrong(environ) == []
    file.chmod(0o644)
    assert any("chmod 600" in said for said in wrong(environ))
    file.chmod(0o600)
    old = datetime.now(UTC) - timedelta(hours=50)
    os.utime(file, (old.timestamp(), old.timestamp()))
    assert any("50 hours old" in said for said in wrong(environ))


def test_a_secret_s_file_that_others_can_read_is_found(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "smtp"
    file.write_text("smtp://127.0.0.1\n")
    environ = of(folder, DRAFTING_SMTP_FILE=str(file), DRAFTING_MAIL_FROM="a@example.org")
    file.chmod(0o640)
    assert any("DRAFTING_SMTP_FILE" in said for said in wrong(environ))
    file.chmod(0o600)
    assert wrong(environ) == []


def test_a_mail_server_is_asked_and_nothing_sent(folder: Path) -> None:
    with running(Sink()) as sink:
        environ = of(
            folder,
            DRAFTING_SMTP=f"smtp://127.0.0.1:{sink.port}",
            DRAFTING_MAIL_FROM="a@example.org",
        )
        assert wrong(environ) == []
        assert sink.connections == 0
        assert wrong(environ, mail=True) == []
        assert (sink.connections, sink.letters) == (1, [])
    assert any("mail:" in said for said in wrong(environ, mail=True))


def test_a_redis_that_does_not_answer_is_found(folder: Path) -> None:
    environ = of(folder, DRAFTING_REDIS=f"redis://127.0.0.1:{free_port()}/0")
    assert any(said.startswith("Redis: Redis does not answer") for said in wrong(environ))


def test_postgresql_is_asked_for_the_settings_on_which_its_word_rests(postgres: Postgres) -> None:
    url = postgres.migrated()
    assert wrong({"DRAFTING_DATABASE": url}) == []
    (said,) = wrong({"DRAFTING_DATABASE": url, "DRAFTING_WORKERS": "32"})
    assert "raise max_connections" in said
    store = Store(url)
    name = url.rpartition("/")[2]
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    store.close()
    (said,) = wrong({"DRAFTING_DATABASE": url})
    assert "synchronous_commit = off" in said


def test_a_postgresql_that_does_not_answer_is_found() -> None:
    environ = {
        "DRAFTING_DATABASE": f"postgresql://secret-name:secret-word@127.0.0.1:{free_port()}/x"
    }
    said = wrong(environ)
    assert any("The database does not answer" in one for one in said)
    assert "secret" not in "".join(said)


def test_the_command_says_it_for_people_and_for_machines(folder: Path) -> None:
    program = Path(sys.executable).parent / "drafting"
    environ = {**os.environ, **of(folder)}

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, "doctor", *more],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    well = run()
    assert (well.returncode, well.stderr) == (0, "")
    assert "Nothing to be mended." in well.stdout
    (folder / "drafting.sqlite3").chmod(0o644)
    ill = run("--json")
    assert ill.returncode == 1
    told = json.loads(ill.stdout)
    assert told["fine"] is False
    assert [one["about"] for one in told["findings"] if one["level"] == "wrong"] == ["folder"]
