"""E-mails as files: one letter as a person's mail program opens it, and many in a zip."""

from __future__ import annotations

import io
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from drafting.errors import Malformed
from drafting.text.sponsor_line import folded

LINE_CHARS: Final = 998
"""The longest line that a mail may hold as it stands (RFC 5322, 2.1.1); longer ones are encoded."""
MAX_SUBJECT_CHARS: Final = 400
MAX_NAME_CHARS: Final = 200

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BODY_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDRESS = re.compile(
    r"(?=.{3,254}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_STEM_CHARS = 80
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody's address, and their name if it is to be shown."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in plain words. All recipients see each other: whoever may not gets a letter of their own.

    A file that a person is to send (`eml`) may lack a sender and recipients, who are put in by hand.
    """

    sender: Mailbox | None
    recipients: tuple[Mailbox, ...]
    subject: str
    body: str
    at: datetime
    reply_to: Mailbox | None = None


def message(letter: Letter) -> EmailMessage:
    """Builds the mail: plain text in UTF-8, its date in UTC, an id that tells nothing of this machine.

    Links come through whole, however long. Blanks at the ends of lines and all line ends are kept plain.

    Refuses: Malformed for an address that is none, for no sender or recipient, and for line ends or
    other control characters in an address, a name or the subject.
    """
    if not letter.recipients:
        raise Malformed(detail="This letter has no recipient.")
    if letter.sender is None:
        raise Malformed(detail="This letter has no sender.")
    return _message(letter)


def _message(letter: Letter) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    if letter.sender is not None:
        mail["From"] = _address(letter.sender)
    if letter.recipients:
        mail["To"] = [_address(one) for one in letter.recipients]
    if letter.reply_to is not None:
        mail["Reply-To"] = _address(letter.reply_to)
    mail["Subject"] = _header(letter.subject, "subject", MAX_SUBJECT_CHARS)
    mail["Date"] = format_datetime(letter.at.astimezone(UTC))
    domain = "" if letter.sender is None else letter.sender.address.rpartition("@")[2]
    mail["Message-ID"] = f"<{secrets.token_hex(16)}@{domain or 'letter.invalid'}>"
    body = _body(letter.body)
    plain = body.isascii() and all(len(line) <= LINE_CHARS for line in body.split("\n"))
    mail.set_content(body, charset="utf-8", cte="7bit" if plain else "quoted-printable")
    return mail


def eml(letter: Letter) -> bytes:
    """Gives a letter as an .eml file that mail programs open as one to be sent.

    Refuses: Malformed, as `message` does but for who is missing.
    """
    mail = _message(letter)
    mail["X-Unsent"] = "1"
    return mail.as_bytes()


def bundle(letters: Iterable[tuple[str, bytes]]) -> bytes:
    """Gives a zip of letters, each with the name it is to have, made safe and unlike the others'.

    The zip tells nothing of when it was made.
    """
    out = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in letters:
            entry = zipfile.ZipInfo(_file_name(name, taken))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            file.writestr(entry, content)
    return out.getvalue()


def is_address(words: str) -> bool:
    """Tells whether words are one e-mail address, in ASCII, that mail can be sent to."""
    return (
        _ADDRESS.fullmatch(words) is not None and len(words.partition("@")[0]) <= 64  # noqa: PLR2004 - RFC 5321
    )


def _address(box: Mailbox) -> Address:
    _header(box.address, "address", MAX_NAME_CHARS + 100)
    if not is_address(box.address):
        raise Malformed(detail=f"“{box.address}” is not an e-mail address.")
    name = _header(box.name, "name", MAX_NAME_CHARS)
    return Address(display_name=" ".join(name.split()), addr_spec=box.address)


def _header(words: str, what: str, most: int) -> str:
    if _CONTROL.search(words):
        raise Malformed(
            detail=f"The {what} of a letter stands on one line, without control characters."
        )
    if len(words) > most:
        raise Malformed(detail=f"The {what} of a letter holds at most {most} characters.")
    return unicodedata.normalize("NFC", words)


def _body(words: str) -> str:
    lines = words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return _BODY_UNFIT.sub("", lines).rstrip("\n") + "\n"


def _file_name(name: str, taken: set[str]) -> str:
    """Gives a file's name in plain letters that every system can keep."""
    plain = re.sub(r"[^a-z0-9]+", "-", folded(name.removesuffix(".eml"))).strip("-")
    stem = plain[:_STEM_CHARS].strip("-") or "letter"
    if _RESERVED.match(stem):
        stem = f"letter-{stem}"
    found, number = stem, 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    taken.add(found)
    return f"{found}.eml"
