"""Settings: each is read, checked, documented, and a wrong one refused with a sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from drafting import keys
from drafting.config import FROM_FILE, SETTINGS, Config
from drafting.errors import Malformed

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
ROWS = {
    found[1]: found[0]
    for found in re.finditer(r"^\| `(DRAFTING_[A-Z0-9_]+)` \|.*\|$", PAGE, re.MULTILINE)
}
TOGETHER = {
    "DRAFTING_SMTP": {"DRAFTING_MAIL_FROM": "a@example.org"},
    "DRAFTING_URL": {"DRAFTING_HTTPS": "yes"},
}

WRONG = {
    "DRAFTING_DATABASE": ["mysql://host/name", "sqlite://", "sqlite:///", "postgresql://", "x"],
    "DRAFTING_HTTPS": ["maybe", "2", "https"],
    "DRAFTING_SESSION_MAX": ["1", "12 hours", "-5m", "99d", "1e3"],
    "DRAFTING_SESSION_IDLE": ["1s", "5x"],
    "DRAFTING_INVITATION_MAX": ["0", "31d"],
    "DRAFTING_TICKET_MAX": ["1s", "1h"],
    "DRAFTING_UPLOAD_MAX": ["21MB", "1kB", "much"],
    "DRAFTING_ARGON2_MEMORY": ["64", "lots"],
    "DRAFTING_ARGON2_PASSES": ["0", "1", "100", "3.5"],
    "DRAFTING_SMTP": ["mail.example.org", "http://host", "smtp://", "smtp://h:port", "smtp://a b"],
    "DRAFTING_MAIL_FROM": ["me", "a@b\nBcc: c@d", "<a@b> x"],
    "DRAFTING_LOG": ["xml"],
    "DRAFTING_LOG_LEVEL": ["loud"],
    "DRAFTING_LOG_REQUESTS": ["some"],
    "DRAFTING_METRICS": ["here", "0", "70000", "example.org:9100", "1.2.3:99"],
    "DRAFTING_METRICS_TOKEN": ["short", "a" * 40, "with white space in it"],
    "DRAFTING_WORKERS": ["0", "65", "two"],
    "DRAFTING_REDIS": ["localhost", "http://h", "redis://"],
    "DRAFTING_PROXIES": ["proxy", "127.0.0.1/33", "10.0.0.1/8"],
    "DRAFTING_BACKUPS": ["backups", "~/x"],
    "DRAFTING_URL": ["drafting.example.org", "https://h/path", "https://a@h", "ftp://h"],
    "DRAFTING_KEY": ["short", "A" * 44, "x" * 44, "c2l4dGVlbg==", ","],
    "DRAFTING_SECOND_FACTOR": ["yes", "always"],
    "DRAFTING_OIDC": ["{}", "[]", "[1]", "x", '[{"id": "A", "name": "n", "issuer": "https://h", "client_id": "c"}]', '[{"id": "a", "name": "n", "issuer": "http://h", "client_id": "c"}]', '[{"id": "a", "name": "n", "issuer": "https://h", "client_id": "c", "x": 1}]'],
}  # fmt: skip
"""Of each setting some values that are refused. A new setting needs its own here."""

READ = [
    ("DRAFTING_HTTPS", "Yes", "https", True),
    ("DRAFTING_HTTPS", "0", "https", False),
    ("DRAFTING_HTTPS", "", "https", False),
    ("DRAFTING_SESSION_MAX", "43200", "session_max_s", 43_200),
    ("DRAFTING_SESSION_MAX", "3d", "session_max_s", 259_200),
    ("DRAFTING_SESSION_IDLE", "90s", "session_idle_s", 90),
    ("DRAFTING_UPLOAD_MAX", "5 mb", "upload_max_bytes", 5 * 1024 * 1024),
    ("DRAFTING_UPLOAD_MAX", "512kB", "upload_max_bytes", 512 * 1024),
    ("DRAFTING_METRICS", "9100", "metrics", "127.0.0.1:9100"),
    ("DRAFTING_METRICS", "[::1]:9100", "metrics", "[::1]:9100"),
    ("DRAFTING_METRICS", "localhost:9100", "metrics", "127.0.0.1:9100"),
    ("DRAFTING_DATABASE", "sqlite:///var/a.sqlite3", "database_url", "sqlite:///var/a.sqlite3"),
    ("DRAFTING_DATABASE", "postgresql://u:p@h:5432/n", "database_url", "postgresql://u:p@h:5432/n"),
]


def refused(environ: dict[str, str], **given: str | None) -> str:
    with pytest.raises(Malformed) as info:
        Config.from_environment(environ, **given)
    return info.value.detail


def test_every_field_is_a_setting_with_its_row_and_its_cases() -> None:
    assert set(SETTINGS) == {one.name for one in fields(Config)}
    names = {one.name for one in SETTINGS.values()}
    assert len(names) == len(SETTINGS)
    assert set(ROWS) == names
    assert set(WRONG) == names


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda one: one.name)
def test_its_example_is_read_and_stands_in_the_documentation(setting) -> None:
    environ = {setting.name: setting.example, **TOGETHER.get(setting.name, {})}
    if setting.drawn:
        # Everybody knows it: what has to be random is not taken from a page.
        assert "is the example of the documentation" in refused(environ)
    else:
        Config.from_environment(environ)
    assert f"`{setting.drawn or setting.example}`" in ROWS[setting.name]
    cells = ROWS[setting.name].strip("|").split("|")
    assert len(cells) == 5
    assert all(cell.strip() for cell in cells)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_is_refused_by_a_sentence_with_an_example(name: str, value: str) -> None:
    said = refused({name: value, **TOGETHER.get(name, {})})
    (setting,) = (one for one in SETTINGS.values() if one.name == name)
    assert said.startswith(f"{name} is to be ")
    how = (
        f"`{setting.drawn}` draws one."
        if setting.drawn
        else f"For example {name}={setting.example}."
    )
    assert how in said
    assert said.isprintable()
    if setting.secret:
        assert f"“{value}”" not in said


@pytest.mark.parametrize(("name", "value", "field", "expected"), READ)
def test_a_value_is_read(name: str, value: str, field: str, expected: object) -> None:
    assert getattr(Config.from_environment({name: value}), field) == expected


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DRAFTING_SMPT", "DRAFTING_SMTP"),
        ("DRAFTING_DATABSE", "DRAFTING_DATABASE"),
        ("DRAFTING_HTTPS_", "DRAFTING_HTTPS"),
        ("DRAFTING_SMTP_FIEL", "DRAFTING_SMTP_FILE"),
    ],
)
def test_a_name_that_is_no_setting_is_refused_with_the_one_that_was_meant(
    name: str, meant: str
) -> None:
    said = refused({name: "x"})
    assert said.startswith(f"{name} is no setting. Did you mean {meant}?")


def test_a_name_that_is_like_nothing_is_refused_without_a_guess() -> None:
    assert "Did you mean" not in refused({"DRAFTING_ZZZZZZZZZZZZZ": "x"})


def test_other_names_of_the_environment_are_nobodys_business() -> None:
    Config.from_environment({"PATH": "x", "DRAFTINGS": "x", "DRAFTING_TEST_WORKERS": "2"})


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"DRAFTING_SMTP": "smtp://h"}, "DRAFTING_MAIL_FROM"),
        ({"DRAFTING_SESSION_IDLE": "13h"}, "DRAFTING_SESSION_MAX"),
        ({"DRAFTING_METRICS": "0.0.0.0:9100"}, "DRAFTING_METRICS_TOKEN"),
        ({"DRAFTING_METRICS": "[::]:9100"}, "DRAFTING_METRICS_TOKEN"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(environ: dict[str, str], names: str) -> None:
    assert names in refused(environ)


def test_an_option_comes_before_the_environment_and_drops_nothing_else() -> None:
    environ = {
        "DRAFTING_DATABASE": "sqlite:////one",
        "DRAFTING_SMTP": "smtp://h",
        "DRAFTING_MAIL_FROM": "a@example.org",
        "DRAFTING_HTTPS": "yes",
    }
    config = Config.from_environment(environ, database_url="sqlite:////two")
    assert config.database_url == "sqlite:////two"
    assert (config.smtp_url, config.mail_from, config.https) == ("smtp://h", "a@example.org", True)
    assert Config.from_environment(environ, database_url=None).database_url == "sqlite:////one"


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("0f1e2d3c4b5a69788796\n")
    name = f"DRAFTING_METRICS_TOKEN{FROM_FILE}"
    assert Config.from_environment({name: str(file)}).metrics_token == "0f1e2d3c4b5a69788796"
    assert "cannot be read" in refused({name: str(tmp_path / "none")})
    both = refused({name: str(file), "DRAFTING_METRICS_TOKEN": "0f1e2d3c4b5a69788796"})
    assert "both set" in both


def test_secrets_are_not_shown() -> None:
    secrets = {
        **{one.name: one.example for one in SETTINGS.values() if one.secret and not one.drawn},
        "DRAFTING_METRICS_TOKEN": "0f1e2d3c4b5a69788796",
        "DRAFTING_KEY": keys.new(),
    }
    assert secrets.keys() == {one.name for one in SETTINGS.values() if one.secret}
    shown = repr(Config.from_environment({**secrets, **TOGETHER["DRAFTING_SMTP"]}))
    assert not [value for value in secrets.values() if value in shown]


def test_the_server_does_not_start_with_a_wrong_setting(tmp_path: Path) -> None:
    found = subprocess.run(
        [Path(sys.executable).parent / "drafting", "serve", "--port", "0"],
        check=False,
        env={**os.environ, "DRAFTING_HTTPS": "ja", "DRAFTING_DATABASE": f"sqlite:///{tmp_path}/a"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert found.returncode == 1
    assert found.stdout == ""
    assert found.stderr == (
        "drafting: DRAFTING_HTTPS is to be yes or no, and “ja” is not. "
        "For example DRAFTING_HTTPS=yes. Nothing was started.\n"
    )
    assert list(tmp_path.iterdir()) == []
