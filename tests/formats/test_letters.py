"""Letters as files: read back as mail programs read them, and nothing slipped into their headers."""

from __future__ import annotations

import io
import socket
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import Malformed
from drafting.formats import letters
from drafting.formats.letters import Letter, Mailbox

AT = datetime(2021, 10, 13, 9, tzinfo=timezone(timedelta(hours=2)))
LINK = "https://table.example.org/sponsor/" + "a1B2-_=" * 40


def letter(**changed: object) -> Letter:
    values = {
        "sender": Mailbox("presidency@example.org", "The Presidency"),
        "recipients": (Mailbox("chile@example.org"),),
        "subject": "Invitation to sponsor",
        "body": f"Dear colleague,\n\n{LINK}\n",
        "at": AT,
    }
    return Letter(**(values | changed))


def read(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=default)


def body(mail: EmailMessage) -> str:
    return mail.get_content().replace("\r\n", "\n")


def test_a_letter_reads_back_as_it_was_written() -> None:
    sent = letter(
        recipients=(Mailbox("a@example.org", "María, “Chile”"), Mailbox("b@example.org")),
        subject="Projet de résolution — قرار",
        reply_to=Mailbox("isu@example.org"),
    )
    mail = read(letters.eml(sent))
    assert [(one.display_name, one.addr_spec) for one in mail["To"].addresses] == [
        ("María, “Chile”", "a@example.org"),
        ("", "b@example.org"),
    ]
    assert mail["Subject"] == sent.subject
    assert str(mail["Reply-To"]) == "isu@example.org"
    assert str(mail["From"]) == "The Presidency <presidency@example.org>"
    assert mail["Date"].datetime == AT
    assert mail["Date"].endswith("+0000")
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    assert body(mail) == sent.body
    assert not mail.defects


BODIES = [
    LINK,
    f"Écrivez à {LINK} …",
    "x" * 5000,
    f"{'é' * 2000} {LINK}",
    "From here\n.\n..\nline  \n\n\ttab",
    "a\r\nb\rc",
    "العربية\nбудет\n中文",
    "",
]


@pytest.mark.parametrize("words", BODIES)
def test_bodies_and_links_come_through_whole(words: str) -> None:
    data = letters.eml(letter(body=words))
    assert body(read(data)).rstrip("\n") == words.replace("\r\n", "\n").replace("\r", "\n")
    assert data.isascii()
    assert all(len(line) <= letters.LINE_CHARS for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_a_plain_letter_shows_its_link_uncut_in_the_file() -> None:
    assert LINK.encode() in letters.eml(letter())


def test_control_characters_of_a_body_are_left_out() -> None:
    assert body(read(letters.eml(letter(body="a\x00b\x1b[31mc\ud800")))) == "ab[31mc\n"


def test_the_id_is_new_each_time_and_tells_nothing_of_the_machine() -> None:
    ids = {read(letters.eml(letter()))["Message-ID"] for _ in range(3)}
    assert len(ids) == 3
    assert all(one.endswith("@example.org>") for one in ids)
    data = letters.eml(letter())
    assert socket.gethostname().encode() not in data
    names = {"from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"}  # fmt: skip
    assert {name.lower() for name in read(data).keys()} == names | {"x-unsent"}  # noqa: SIM118
    assert {name.lower() for name in letters.message(letter()).keys()} == names  # noqa: SIM118


INJECTED = ["\r\nBcc: x@example.org", "\nx", "\rx", "\x00", "\x85x", "\u2028x", "\tx", "\ud800"]


@pytest.mark.parametrize("words", INJECTED)
def test_nothing_slips_into_the_headers(words: str) -> None:
    for bad in (
        letter(subject=f"Hello{words}"),
        letter(sender=Mailbox("a@example.org", f"Name{words}")),
        letter(sender=Mailbox(f"a@example.org{words}")),
        letter(recipients=(Mailbox("a@example.org", f"Name{words}"),)),
        letter(recipients=(Mailbox(f"a{words}@example.org"),)),
        letter(reply_to=Mailbox("a@example.org", words)),
    ):
        with pytest.raises(Malformed, match="one line, without control characters"):
            letters.eml(bad)


NO_ADDRESSES = [
    "", "a", "a@", "@b", "a@b@c", "a b@c.org", "a@b c", "<a@b.org>", "a@b.org, c@d.org", "a@-b.org",
    "a..b@c.org", ".a@c.org", "a@b..org", "é@c.org", "a@é.org", '"a"@b.org', "a@[127.0.0.1]",
    "x" * 65 + "@b.org", "a@" + "b" * 260,
]  # fmt: skip


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert not letters.is_address(address)
    with pytest.raises(Malformed, match="is not an e-mail address"):
        letters.eml(letter(recipients=(Mailbox(address),)))


@pytest.mark.parametrize("address", ["a@b", "first.last+tag@mission.example.org", "o'neil@x-y.org"])
def test_addresses_in_use_are_taken(address: str) -> None:
    assert letters.is_address(address)
    mail = read(letters.eml(letter(recipients=(Mailbox(address),))))
    assert [one.addr_spec for one in mail["To"].addresses] == [address]


def test_what_is_sent_has_a_sender_and_recipients_and_a_bounded_subject() -> None:
    for bad, sentence in (
        (letter(recipients=()), "no recipient"),
        (letter(sender=None), "no sender"),
        (letter(subject="x" * 401), "at most 400"),
    ):
        with pytest.raises(Malformed, match=sentence):
            letters.message(bad)


def test_a_file_that_a_person_is_to_send_may_lack_both() -> None:
    mail = read(letters.eml(letter(sender=None, recipients=())))
    assert (mail["From"], mail["To"], mail["X-Unsent"]) == (None, None, "1")
    assert mail["Message-ID"].endswith("@letter.invalid>")
    assert body(mail) == letter().body


PRINTABLE = st.characters(
    exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn"), exclude_characters="\u00a0"
)
WORDS = st.text(PRINTABLE | st.sampled_from('é,"<>()@;:\\ =?_'), max_size=80)


def tidy(words: str) -> str:
    return " ".join(letters._header(words, "x", 999).split())


def decoded(data: bytes, header: str) -> str:
    """A name as the older of Python's two parsers reads it: the newer puts blanks between parts of it."""
    shown, _ = parseaddr(message_from_bytes(data)[header])
    return str(make_header(decode_header(shown)))


@given(WORDS, WORDS, WORDS)
def test_any_words_come_through_and_make_no_header_of_their_own(
    name: str, subject: str, text: str
) -> None:
    sent = letter(
        sender=Mailbox("a@example.org", name), subject=subject, body=text, at=datetime.now(UTC)
    )
    mail = read(letters.eml(sent))
    assert [one.addr_spec for one in mail["From"].addresses] == ["a@example.org"]
    assert [one.addr_spec for one in mail["To"].addresses] == ["chile@example.org"]
    assert mail["Bcc"] is None
    assert tidy(decoded(letters.eml(sent), "From")) == tidy(name)
    assert tidy(str(mail["Subject"])) == tidy(subject)
    assert body(mail) == f"{text}\n"


BUNDLED = [
    ("Chile.eml", "chile.eml"),
    ("Chile", "chile-2.eml"),
    ("../../etc/passwd", "etc-passwd.eml"),
    ("Côte d’Ivoire", "cote-d-ivoire.eml"),
    ("C:\\x\\y", "c-x-y.eml"),
    ("CON", "letter-con.eml"),
    ("", "letter.eml"),
    ("…", "letter-2.eml"),
    ("x" * 200, "x" * 80 + ".eml"),
    (".hidden\x00", "hidden.eml"),
]


def test_a_bundle_has_safe_names_and_no_time() -> None:
    entries = [(name, str(n).encode()) for n, (name, _) in enumerate(BUNDLED)]
    data = letters.bundle(entries)
    assert data == letters.bundle(entries)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.namelist() == [name for _, name in BUNDLED]
        assert [file.read(name) for name in file.namelist()] == [one for _, one in entries]
        assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
