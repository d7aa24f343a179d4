"""Letters sent to a real server on loopback: each is told, and nobody's address is logged."""

from __future__ import annotations

import base64
import logging
import socket
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from drafting.errors import Malformed
from drafting.formats import letters
from drafting.formats.letters import Letter, Mailbox
from drafting.services import mailing
from drafting.services.mailing import Outcome, Settings
from tests.smtp_sink import Sink, running

LINK = "https://table.example.org/s/" + "t0ken" * 60


def mail(*recipients: str, body: str = f"Écrivez : {LINK}\n") -> EmailMessage:
    sender = Mailbox("presidency@example.org", "The Presidency")
    to = tuple(Mailbox(f"{one}@example.org") for one in recipients)
    return letters.message(Letter(sender, to, "Sponsors", body, datetime(2021, 10, 13, tzinfo=UTC)))


def there(sink: Sink, **changed: object) -> Settings:
    return Settings(**({"host": "127.0.0.1", "port": sink.port, "timeout_s": 10.0} | changed))


@pytest.mark.parametrize(
    "sink", [Sink(), Sink(starttls=True), Sink(tls=True)], ids=["open", "STARTTLS", "TLS"]
)
def test_letters_arrive_over_one_connection(sink: Sink) -> None:
    with running(sink):
        results = mailing.send(there(sink, tls=sink.tls), [mail("chile"), mail("peru", "iraq")])
    assert [one.outcome for one in results] == [Outcome.SENT] * 2
    assert sink.connections == 1
    assert sink.encrypted == [sink.tls or sink.starttls] * 2
    assert [(sender, to) for sender, to, _ in sink.letters] == [
        ("presidency@example.org", ["chile@example.org"]),
        ("presidency@example.org", ["peru@example.org", "iraq@example.org"]),
    ]
    assert sink.mails()[0].get_content().split() == ["Écrivez", ":", LINK]
    assert set(sink.hellos) == {"[127.0.0.1]"}
    assert socket.gethostname().encode() not in b"".join(data for _, _, data in sink.letters)


def test_a_refused_letter_stops_no_other_and_the_servers_sentence_is_told() -> None:
    sink = Sink(refused={"peru@example.org": "550 5.1.1 No such mailbox here"})
    with running(sink):
        results = mailing.send(
            there(sink), [mail("chile"), mail("peru"), mail("iraq", "peru"), mail("spain")]
        )
    assert [one.outcome.value for one in results] == ["sent", "refused", "sent", "sent"]
    assert results[1].answer == "550 5.1.1 No such mailbox here"
    assert results[2].left_out == (("peru@example.org", "550 5.1.1 No such mailbox here"),)
    assert [to for _, to, _ in sink.letters] == [
        ["chile@example.org"],
        ["iraq@example.org"],
        ["spain@example.org"],
    ]
    assert sink.connections == 1


@pytest.mark.parametrize(
    "sink",
    [Sink(full="552 The mailbox is full"), Sink(refused={"presidency@example.org": "552 The mailbox is full"})],
    ids=["data", "sender"],
)  # fmt: skip
def test_a_server_that_refuses_all_is_told_for_each(sink: Sink) -> None:
    with running(sink):
        results = mailing.send(there(sink), [mail("chile"), mail("peru")])
    assert [(one.outcome.value, one.answer) for one in results] == [
        ("refused", "552 The mailbox is full")
    ] * 2


def test_of_a_broken_connection_nothing_is_claimed() -> None:
    sink = Sink(breaks_after=1)
    with running(sink):
        results = mailing.send(there(sink), [mail("chile"), mail("peru"), mail("iraq")])
    assert [one.outcome.value for one in results] == ["sent", "unknown", "not_tried"]
    assert all(one.answer for one in results[1:])


@pytest.mark.parametrize("code", ["421 4.3.2 Too many letters"])
def test_a_server_that_has_had_enough_is_told(code: str) -> None:
    sink = Sink(refused={"peru@example.org": code})
    with running(sink):
        results = mailing.send(there(sink), [mail("chile"), mail("peru"), mail("iraq")])
    assert [one.outcome.value for one in results] == ["sent", "refused", "not_tried"]
    assert results[1].answer == code


def test_name_and_password_are_given_and_their_refusal_told() -> None:
    token = base64.b64encode(b"\0presidency\0s3cret").decode()
    sink = Sink(starttls=True, auth=token)
    with running(sink):
        good = mailing.send(there(sink, user="presidency", password="s3cret"), [mail("chile")])
        bad = mailing.send(there(sink, user="presidency", password="other"), [mail("chile")])
    assert good[0].outcome is Outcome.SENT
    assert bad[0].outcome is Outcome.NOT_TRIED
    assert bad[0].answer == ("The mail server did not accept our name and password: 5.7.8 Not you.")


def test_off_this_machine_nothing_is_sent_in_the_open() -> None:
    # 0.0.0.0 leads to this machine, and is not known to.
    sink = Sink(auth="AHgAeQ==")
    with running(sink):
        results = mailing.send(there(sink, host="0.0.0.0", user="x", password="y"), [mail("chile")])
    assert results[0].outcome is Outcome.NOT_TRIED
    assert "no encryption" in results[0].answer
    assert not sink.letters


@pytest.mark.parametrize("sink", [Sink(starttls=True), Sink(tls=True)], ids=["STARTTLS", "TLS"])
def test_off_this_machine_a_certificate_must_hold(sink: Sink) -> None:
    with running(sink):
        results = mailing.send(there(sink, host="0.0.0.0", tls=sink.tls), [mail("chile")])
    assert results[0].outcome is Outcome.NOT_TRIED
    assert "certificate does not hold" in results[0].answer
    assert not sink.letters


UNREACHED = [
    (Sink(greeting="554 Not today"), "The mail server would not have us: 554 Not today"),
    (Sink(greeting="HTTP/1.1 400 Bad Request"), "The mail server would not have us"),
]


@pytest.mark.parametrize(("sink", "answer"), UNREACHED)
def test_a_server_that_will_not_have_us_is_told(sink: Sink, answer: str) -> None:
    with running(sink):
        results = mailing.send(there(sink), [mail("chile"), mail("peru")])
    assert [one.outcome for one in results] == [Outcome.NOT_TRIED] * 2
    assert results[0].answer.startswith(answer)


def test_where_no_server_is_nothing_is_tried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    results = mailing.send(Settings("127.0.0.1", port), [mail("chile")])
    assert results[0] == mailing.Result(Outcome.NOT_TRIED, "The mail server could not be reached.")


def test_no_letters_need_no_server() -> None:
    assert mailing.send(Settings("127.0.0.1", 1), []) == ()


def test_logs_and_settings_show_no_address_password_or_token(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    sink = Sink(refused={"peru@example.org": "550 peru@example.org is unknown"}, breaks_after=1)
    with running(sink):
        to = there(sink)
        mailing.send(to, [mail("chile"), mail("peru"), mail("iraq")])
        mailing.send(there(sink, host="0.0.0.0", user="u", password="s3cret"), [mail("chile")])
    logged = caplog.text + "".join(capfd.readouterr())
    assert "1 of 3 letters sent" in logged
    for word in ("example.org", "t0ken", "s3cret"):
        assert word not in logged
    assert "s3cret" not in repr(Settings("h", 1, password="s3cret"))


URLS = [
    ("smtp://mail.example.org", Settings("mail.example.org", 587)),
    ("smtps://mail.example.org/", Settings("mail.example.org", 465, tls=True)),
    ("smtp://u%40x:p%3Aw%2F@mail.example.org:2525", Settings("mail.example.org", 2525, user="u@x", password="p:w/")),
    ("smtp://[::1]:25", Settings("::1", 25)),
]  # fmt: skip


@pytest.mark.parametrize(("url", "settings"), URLS)
def test_a_servers_url_is_read(url: str, settings: Settings) -> None:
    assert mailing.settings(url) == settings


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "http://x", "smtp://", "smtp://h:x", "smtp://h:99999", "smtp://h/p", "smtp://h?x=1", "smtp://a b", "smtp://[::1"]
)  # fmt: skip
def test_what_is_no_servers_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Malformed) as refused:
        mailing.settings(url)
    assert refused.value.detail.startswith(
        "A mail server is written smtp://user:password@host:port"
    )


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.8.8.8", True), ("0.0.0.0", False), ("mail.example.org", False), ("localhost.example.org", False)],
)  # fmt: skip
def test_this_machine_is_known(host: str, local: bool) -> None:
    assert Settings(host, 25).local is local
