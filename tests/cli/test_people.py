"""`drafting people`: accounts from the command line, for whoever runs the server."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drafting import cli
from drafting.errors import Refusal
from drafting.services import factors, sessions
from drafting.store import factors as kept_factors
from drafting.store import people as kept
from drafting.store.tables import AccountNotice
from drafting.store.work import Store
from tests.make import CONFIG
from tests.security.test_factors import KEYS

Said = Callable[..., Result]


@pytest.fixture
def url(migrated: Path, tmp_path: Path) -> str:
    file = tmp_path / "d.sqlite3"
    shutil.copy(migrated, file)
    return f"sqlite:///{file}"


@pytest.fixture
def say(url: str) -> Said:
    def said(*arguments: str) -> Result:
        result = CliRunner().invoke(cli.group, ["people", *arguments, "--database", url])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return said


def begin(store: Store, email: str = "ana@example.org") -> tuple[Any, str]:
    with store.work() as w:
        person = kept.by_email(w, email)
        assert person is not None
        return person.id, sessions.begin(
            w, CONFIG, person.id, "Firefox/1 Linux", address="10.1.2.3"
        )


def test_an_account_is_made_shown_and_its_sessions_ended(say: Said, url: str) -> None:
    assert re.search(r"/enter/[0-9a-f]{48}$", say("add", "Ana Soto", "Ana@example.org").output)
    store = Store(url)
    for _ in range(2):
        person, token = begin(store)
    shown = say("show", "ana@example.org").output
    assert "Ana Soto <ana@example.org>" in shown
    assert "password: none" in shown
    listed = re.findall(
        r"^([0-9a-f-]{36})  Firefox on Linux from 10.1.2.0  since", shown, re.MULTILINE
    )
    assert len(listed) == 2
    assert token not in shown
    assert say("end", "ana@example.org", "--session", listed[0]).output == "1 ended.\n"
    with pytest.raises(Refusal, match="no live session"):
        say("end", "ana@example.org", "--session", listed[0])
    assert say("end", "ana@example.org").output == "1 ended.\n"
    with store.reading() as w:
        assert sessions.of(w, person) == []
        assert [one.kind for one in w.session.query(AccountNotice)] == ["sessions"] * 2
    store.close()


def test_lost_second_factors_are_taken_away_and_the_person_is_told(say: Said, url: str) -> None:
    say("add", "Ana Soto", "ana@example.org")
    store = Store(url)
    person, _ = begin(store)
    with store.work() as w:
        factors.begin(w, KEYS, person)
        app = kept_factors.authenticator(w, person, confirmed=False)
        assert app is not None
        app.confirmed_at = w.now
        factors.new_codes(w, person)
    assert "authenticator app: yes" in say("show", "ana@example.org").output
    assert say("reset", "ana@example.org", "--yes").output.startswith(
        "Their second factors are gone"
    )
    shown = say("show", "ana@example.org").output
    assert "authenticator app: none" in shown
    assert "recovery codes left: 0" in shown
    with store.reading() as w:
        assert sessions.of(w, person) == []
        told = {one.kind for one in w.session.query(AccountNotice)}
    assert told == {"factor", "reset"}
    store.close()


def test_a_reset_is_asked_about_first(say: Said) -> None:
    say("add", "Ana Soto", "ana@example.org")
    assert say("reset", "ana@example.org").exit_code == 1


@pytest.mark.parametrize("command", ["link", "show", "end", "reset"])
def test_an_address_nobody_has_is_refused_in_a_sentence(say: Said, command: str) -> None:
    more = ["--yes"] if command == "reset" else []
    with pytest.raises(Refusal, match="no account under this address"):
        say(command, "nobody@example.org", *more)
