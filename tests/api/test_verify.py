"""The record's calls and page: what one may see of it, checked; and the text of a day."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text as sql

from drafting.app import create_app
from drafting.services import versions
from tests import record_checker
from tests.make import CONFIG, table
from tests.recording import act, begin_thread


@pytest.fixture
def made(sqlite_store):
    found = table(sqlite_store)
    act(found, "penholder", versions.seal, "draft 1", "")
    begin_thread(found, "mexico", "delegation")
    return found


@pytest.fixture
def ask(made):
    app = create_app(CONFIG, made.store)

    def get(who, path):
        client = app.test_client()
        client.set_cookie("drafting", made.tokens[who])
        return client.get(path.replace("D", str(made.draft_id), 1))

    return get


def said(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", answer.text))


def test_the_call_checks_what_one_may_see_against_a_head(ask):
    mine = ask("mexico", "/api/drafts/D/verification").json
    theirs = ask("chile", "/api/drafts/D/verification").json
    assert (mine["whole"], theirs["whole"]) == (True, True)
    assert {c.partition(":")[0] for c in mine["heads"]} == {"everyone", "delegation"}
    assert set(theirs["heads"]) == {"everyone"}
    head = mine["heads"]["everyone"]["hash"][:16]
    assert ask("chile", f"/api/drafts/D/verification?head={head}").json["whole"]
    own = next(h["hash"] for c, h in mine["heads"].items() if c != "everyone")
    # A head of somebody else's chain is answered as one that never was.
    assert ask("chile", f"/api/drafts/D/verification?head={own[:16]}").json["faults"][0][
        "sentence"
    ] == ask("chile", f"/api/drafts/D/verification?head={'0' * 16}").json["faults"][0][
        "sentence"
    ].replace("0" * 16, own[:16])
    assert ask("chile", "/api/drafts/D/verification?head=abc").status_code == 400


def test_the_page_shows_heads_and_receipts_checks_and_hands_the_record_out(ask, made):
    page = ask("mexico", "/drafts/D/verify")
    heads = ask("mexico", "/api/drafts/D/verification").json["heads"]
    assert all(head["hash"][:16] in page.text for head in heads.values())
    receipt = re.search(r"Sealed: .*?<code>(\w+)</code>", page.text, re.DOTALL)[1]
    assert receipt in ask("mexico", "/drafts/D/versions/1").text
    good = ask("mexico", f"/drafts/D/verify?check=1&head={receipt}")
    assert "The record is whole, as far as you may see it" in said(good)
    assert "It holds the head that you kept" in said(good)
    assert record_checker.check(ask("mexico", "/drafts/D/record.jsonl").data, receipt) == []
    with made.store.work() as w:
        w.session.execute(sql("UPDATE versions SET name = 'other' WHERE number = 1"))
    assert "is not what entry 2 recorded" in said(ask("icrc", "/drafts/D/verify?check=1"))


def test_the_text_of_a_day_is_one_answer_with_its_proof(ask, made):
    with made.store.reading() as w:
        today = w.now.date()
    found = ask("icrc", "/api/drafts/D/circulated?zone=Europe/London").json
    assert (found["version"]["name"], found["version"]["number"]) == ("draft 1", 1)
    page = ask("icrc", f"/drafts/D/verify?on={today}")
    assert found["entry"]["hash"] in page.text
    assert found["version"]["hash"] in page.text
    assert ask("icrc", "/api/drafts/D/circulated?on=2001-01-01").status_code == 404
    assert ask("icrc", "/api/drafts/D/circulated?on=2101-01-01").status_code == 400
    assert "no text of this draft yet" in said(ask("icrc", "/drafts/D/verify?on=2001-01-01"))
    assert "A day is written as in" in said(ask("icrc", "/drafts/D/verify?on=yesterday"))
