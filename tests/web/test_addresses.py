"""Ids and numbers in addresses: one spelling each, anything else is no address at all (F08)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from drafting.app import create_app
from drafting.store.work import Store
from tests.make import CONFIG, Table, table


@pytest.fixture
def at(sqlite_store: Store) -> Table:
    return table(sqlite_store)


@pytest.fixture
def app(at: Table) -> Flask:
    return create_app(replace(CONFIG, database_url=str(at.store.engine.url)), at.store)


def answer(client: Any, path: str) -> tuple[Any, ...]:
    found = client.get(path)
    return found.status, list(found.headers), found.data


SPELLINGS = [
    "{upper}",
    "{nodash}",
    "{{{id}}}",
    "urn:uuid:{id}",
    "{id}:",
    ":{id}",
    "{id}_",
    "%20{id}",
    "{id}%20",
    "{id}%00",
    "{id}%0a",
    "{id}%2e",
    "{id}.",
    "{id};x=1",
    "{id}%2f..",
    "{wide}",
    "{first}",
    "__proto__",
    "null",
    "0",
    "[]",
    "['{id}']",
]


def spellings(value: str) -> Iterator[str]:
    for spelling in SPELLINGS:
        yield spelling.format(
            id=value,
            upper=value.upper() if value.upper() != value else value[:-1] + "A",
            nodash=value.replace("-", ""),
            wide="".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in value),
            first=value.partition("-")[0],
        )


@pytest.mark.parametrize("pattern", ["/api/drafts/{}", "/drafts/{}", "/api/drafts/{}/people"])
def test_an_id_in_any_other_spelling_is_answered_as_an_absent_one(
    app: Flask, at: Table, pattern: str
) -> None:
    absent = "00000000-0000-7000-8000-000000000000"
    for name in ("penholder", "chile", None):
        client = app.test_client()
        if name:
            client.set_cookie("drafting", at.tokens[name])
        for odd in spellings(str(at.draft_id)):
            assert client.get(pattern.format(odd)).status_code == 404, odd
        if name:
            expected = answer(client, pattern.format(absent))
            for odd in spellings(str(at.draft_id)):
                assert answer(client, pattern.format(odd)) == expected, odd


@pytest.mark.parametrize(
    "number", ["00", "01", "+0", "-0", "-1", "1_0", "1e1", "0x0", "٠", "０", "9" * 7, "9" * 30, "0.0", "%30%30"]
)  # fmt: skip
def test_a_number_in_any_other_spelling_is_answered_as_an_absent_one(
    app: Flask, at: Table, number: str
) -> None:
    client = app.test_client()
    client.set_cookie("drafting", at.tokens["penholder"])
    for path in ("/api/drafts/{}/versions/{}", "/drafts/{}/versions/{}"):
        absent = client.get(path.format(at.draft_id, 999))
        found = client.get(path.format(at.draft_id, number))
        assert found.status_code == absent.status_code == 404
    for path, name in itertools.product(
        ("/api/drafts/{}/redline", "/drafts/{}/print", "/drafts/{}/export.txt"),
        ("from", "to", "version", "since"),
    ):
        found = client.get(path.format(at.draft_id), query_string={name: number})
        assert found.status_code in (200, 404), (path, name)


def test_an_address_that_is_spelled_right_is_found(app: Flask, at: Table) -> None:
    client = app.test_client()
    client.set_cookie("drafting", at.tokens["chile"])
    assert client.get(f"/api/drafts/{at.draft_id}").status_code == 200
    assert client.get(f"/api/drafts/{at.draft_id}/versions/0").status_code == 200
