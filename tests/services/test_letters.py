"""Letters and the links that answer them."""

from __future__ import annotations

import base64
import email
import email.policy
import io
import re
import uuid
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from drafting import clock
from drafting.errors import LinkSpent, Malformed, NotAllowed, Stale
from drafting.services import answers, letters
from drafting.services.letters import Asked
from tests.capitals import Capitals
from tests.make import CONFIG, Table
from tests.smtp_sink import Sink, running

NOW = datetime(2026, 9, 28, 9, tzinfo=UTC)
KEEP = "To {State}:\n{facts}\nChanged: {changes}\nUntil {deadline}: {link}"


@pytest.fixture
def capitals(at_table: Table) -> Capitals:
    clock.use(lambda: NOW)
    return Capitals(at_table)


def asked(
    capitals: Capitals, *states: str, question: str | None = "keep", body: str = KEEP
) -> Asked:
    return Asked(tuple(capitals.key(s) for s in states), question, None, 7, "The text", body)


def sent(capitals: Capitals, wanted: Asked, config=CONFIG) -> tuple[list[dict], str]:
    with capitals.table.store.work() as w:
        made = letters.write(
            w, config, capitals.table.actor("penholder"), wanted, "https://table.example/"
        )
    return letters.send(capitals.table.store, config, made)


def files(zipped: str) -> dict[str, email.message.EmailMessage]:
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(zipped)))
    return {
        name: email.message_from_bytes(archive.read(name), policy=email.policy.default)
        for name in archive.namelist()
    }


def token_in(mail: email.message.EmailMessage) -> str:
    found = re.search(r"https://table\.example/answers/(\w+)", mail.get_content())
    assert found
    return found[1]


def unsettled(capitals: Capitals) -> None:
    capitals.step("chile", "confirmed")
    capitals.step("penholder", "confirmed", "NZL")
    capitals.table.typed("OP1", "strongly ", 0)
    capitals.seal("draft 1")


def link(capitals: Capitals, state: str = "CHL", question: str = "keep") -> str:
    _, zipped = sent(capitals, asked(capitals, state, question=question))
    (mail,) = files(zipped).values()
    return token_in(mail)


def answer(capitals: Capitals, token: str, choice: str, **more: str) -> dict:
    with capitals.table.store.work() as w:
        return answers.answer(
            w, token, choice, note=more.get("note", ""), name=more.get("name", "")
        )


def test_each_letter_holds_its_own_states_facts_and_nobody_elses(capitals):
    capitals.record("add", ready="ccm")
    unsettled(capitals)
    capitals.bind("chile", "stays", "PP2", reach="delegation")
    capitals.call(deadline="2026-10-15T18:00")
    results, zipped = sent(capitals, asked(capitals, "CHL", "NZL"))
    assert [(r["delegation"]["name"], r["result"]) for r in results] == [
        ("Chile", "saved"),
        ("New Zealand", "saved"),
    ]
    chile, other = files(zipped)["chile.eml"], files(zipped)["new-zealand.eml"]
    assert chile["To"] == "chile@example.org, chile_head@example.org"
    assert other["To"] is None
    assert chile["From"] == "Penholder <penholder@example.org>"
    words = chile.get_content()
    assert "confirmed in the portal, for A/RES/75/900." in words
    assert "Sponsored before: 74/62, 75/62, 76/47." in words
    assert "Changed: OP1." in words
    assert "Thursday, 15 October 2026, 12:00 in New York (18:00 in Geneva)" in words
    assert "PP2" not in words
    assert token_in(chile) != token_in(other)


def test_a_preview_shows_each_letter_and_leaves_no_trace(capitals):
    unsettled(capitals)
    with capitals.table.store.reading() as w:
        shown = letters.preview(
            w, CONFIG, capitals.table.actor("penholder"), asked(capitals, "CHL")
        )
    assert letters.LINK_HERE in shown["letters"][0]["body"]
    assert not shown["by_mail"]
    assert capitals.state("penholder", "CHL")["letters"] == []


def test_reminders_go_to_those_that_are_asked_and_to_nobody_else(capitals):
    unsettled(capitals)
    capitals.step("chile", "kept")
    with pytest.raises(Malformed, match="Chile need not be asked again"):
        sent(capitals, asked(capitals, "CHL", "NZL"))
    with pytest.raises(Malformed, match="confirmed in the portal already"):
        sent(capitals, asked(capitals, "CHL", question="sponsor"))


@pytest.mark.parametrize(
    ("question", "body"), [("keep", "No link."), (None, "A {link} and no question."), (None, " ")]
)
def test_a_letter_that_asks_holds_its_link_and_another_none(capitals, question, body):
    unsettled(capitals)
    with pytest.raises(Malformed):
        sent(capitals, asked(capitals, "CHL", question=question, body=body))


def test_only_the_presidency_writes(capitals):
    unsettled(capitals)
    for who in ("secretariat", "chile", "icrc"):
        with pytest.raises(NotAllowed), capitals.table.store.work() as w:
            letters.write(w, CONFIG, capitals.table.actor(who), asked(capitals, "CHL"), "")


def test_asking_is_an_approach(capitals):
    link(capitals, "NZL", "sponsor")
    assert capitals.row("penholder", "NZL")["sponsorship"]["state"] == "approached"


# Answer links ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "choice", "state"),
    [
        ("keep", "keep", "confirmed"),
        ("keep", "not_yet", "confirmed"),
        ("keep", "withdraw", "withdrawn"),
        ("sponsor", "yes", "said"),
        ("sponsor", "awaiting", "awaiting"),
        ("sponsor", "no", "declined"),
    ],
)
def test_a_link_answers_one_question_and_leaves_its_trace(capitals, question, choice, state):
    if question == "keep":
        unsettled(capitals)
    token = link(capitals, "CHL", question)
    answer(capitals, token, choice, note="As agreed.", name="The third secretary")
    shown = capitals.own("chile")
    assert shown["state"] == state
    step = shown["steps"][0]
    assert (step["recorded"], step["name"], step["note"], step["by"]) == (
        "link",
        "The third secretary",
        "As agreed.",
        "Chile",
    )
    (letter,) = capitals.state("penholder", "CHL")["letters"]
    assert letter["answer"] == choice
    with pytest.raises(LinkSpent):
        answer(capitals, token, choice)


def test_what_a_link_shows_is_what_changed_and_who_is_asked(capitals):
    unsettled(capitals)
    capitals.step("chile", "not_yet")
    token = link(capitals)
    with capitals.table.store.reading() as w:
        shown = answers.shown(w, token)
    assert (shown["state"], shown["question"], shown["version"]["name"]) == (
        "Chile",
        "keep",
        "draft 1",
    )
    assert [c["label"] for c in shown["changed"]] == ["OP1"]
    assert "5 October 2026" in shown["expires"]


def test_a_link_tells_nothing_of_what_the_delegation_keeps_to_itself(capitals):
    token = link(capitals, "CHL", "sponsor")
    capitals.step("chile", "awaiting", reach="delegation")
    with capitals.table.store.reading() as w:
        assert answers.shown(w, token)["standing"] == "approached"
    answer(capitals, token, "awaiting")
    assert capitals.row("secretariat", "CHL")["sponsorship"]["state"] == "approached"
    assert capitals.row("penholder", "CHL")["sponsorship"]["state"] == "awaiting"


def test_a_link_wrong_expired_or_replaced_is_answered_alike(capitals):
    unsettled(capitals)
    first = link(capitals)
    second = link(capitals)
    clock.use(lambda: NOW + timedelta(days=7, seconds=1))
    said = set()
    for token in (first, second, "0" * 48, ""):
        with pytest.raises(LinkSpent) as refused, capitals.table.store.reading() as w:
            answers.shown(w, token)
        said.add(refused.value.detail)
    assert len(said) == 1
    assert capitals.own("chile")["steps"][0]["step"] == "confirmed"


def test_a_question_that_was_overtaken_is_told_so_and_the_link_stays(capitals):
    unsettled(capitals)
    token = link(capitals)
    capitals.step("chile", "kept")
    with pytest.raises(Stale, match="holds already"):
        answer(capitals, token, "keep")
    capitals.table.typed("OP1", "very ", 0)
    capitals.seal("draft 2")
    with pytest.raises(Stale, match="newer version"):
        answer(capitals, token, "keep")
    with pytest.raises(Malformed, match="choose"):
        answer(capitals, token, "perhaps")


def test_no_token_is_kept_anywhere(capitals):
    from sqlalchemy import inspect, text

    unsettled(capitals)
    token = link(capitals)
    with capitals.table.store.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            rows = connection.execute(text(f"SELECT * FROM {name}")).all()
            assert token not in str(rows), name


# By mail -----------------------------------------------------------------------------------------


def test_letters_go_by_mail_where_there_is_a_server_and_the_rest_is_handed_out(capitals):
    unsettled(capitals)
    with running(Sink()) as sink:
        url = f"smtp://127.0.0.1:{sink.port}"
        config = replace(CONFIG, smtp_url=url, mail_from="table@example.org")
        results, zipped = sent(capitals, asked(capitals, "CHL", "NZL"), config)
    assert [r["result"] for r in results] == ["sent", "saved"]
    ((_, to, _),) = sink.letters
    assert set(to) == {"chile@example.org", "chile_head@example.org"}
    assert list(files(zipped)) == ["new-zealand.eml"]
    assert capitals.state("penholder", "CHL")["letters"][0]["result"] == "sent"


def test_a_server_that_cannot_be_reached_loses_no_letter(capitals):
    unsettled(capitals)
    config = replace(CONFIG, smtp_url="smtp://127.0.0.1:9", mail_from="table@example.org")
    results, zipped = sent(capitals, asked(capitals, "CHL"), config)
    assert "could not be reached" in results[0]["result"]
    assert token_in(files(zipped)["chile.eml"])


def test_ids_of_the_past_are_no_letters(capitals):
    with pytest.raises(LinkSpent):
        answer(capitals, str(uuid.uuid4()), "keep")
