"""Letters sent by SMTP: all over one connection, each with its own answer."""

from __future__ import annotations

import ipaddress
import logging
import smtplib
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit

from drafting.errors import Malformed

TIMEOUT_S: Final = 20.0
_PORTS = {"smtp": 587, "smtps": 465}
_NAME = "[127.0.0.1]"
"""What we call ourselves to the server: nothing of this machine."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """A mail server, and who we are there. The password is never shown."""

    host: str
    port: int
    tls: bool = False
    """TLS from the first byte (smtps); otherwise STARTTLS."""
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_s: float = TIMEOUT_S

    @property
    def local(self) -> bool:
        """Tells whether the server is on this machine: only then may letters travel in the open."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class Outcome(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    REFUSED = "refused"
    """The server would not take it."""
    UNKNOWN = "unknown"
    """The connection broke while it was being sent: it may have gone out."""
    NOT_TRIED = "not_tried"
    """The server could not be reached, or the connection had broken before."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one letter, in the order in which they were given.

    `answer` is the server's sentence, or ours; `left_out` are recipients whom the server refused
    though it took the letter for the others, each with its sentence.
    """

    outcome: Outcome
    answer: str = ""
    left_out: tuple[tuple[str, str], ...] = ()


def settings(url: str) -> Settings:
    """Reads smtp://user:password@host:port or smtps://…; user and password percent-encoded, all but the host optional.

    Refuses: Malformed for anything else.
    """
    wrong = Malformed(
        detail="A mail server is written smtp://user:password@host:port or smtps://…."
    )
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in {"", "/"}:
        raise wrong
    if parts.query or parts.fragment or any(letter.isspace() for letter in url.strip()):
        raise wrong
    return Settings(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def send(to: Settings, messages: Iterable[EmailMessage]) -> tuple[Result, ...]:
    """Sends letters one after the other, and tells what became of each; a refused one stops no other.

    Off this machine TLS is demanded, and the server's certificate must hold. Nobody's address is logged.
    """
    letters = list(messages)
    if not letters:
        return ()
    try:
        server = _connected(to)
    except _Unreached as unreached:
        _log.warning("mail: no letter sent: %s", unreached.why)
        return (Result(Outcome.NOT_TRIED, unreached.answer),) * len(letters)
    try:
        results = _all(server, letters)
    finally:
        _leave(server)
    sent = sum(one.outcome is Outcome.SENT for one in results)
    _log.info("mail: %d of %d letters sent", sent, len(letters))
    return tuple(results)


def trouble(to: Settings) -> str | None:
    """Says why a mail server would not take our letters just now, or None; sends nothing."""
    try:
        server = _connected(to)
    except _Unreached as unreached:
        return unreached.answer
    _leave(server)
    return None


class _Unreached(Exception):
    """No letter can be sent: the sentence for people, and what may be logged."""

    def __init__(self, answer: str, why: str) -> None:
        super().__init__(why)
        self.answer = answer
        self.why = why


def _connected(to: Settings) -> smtplib.SMTP:
    server = None
    try:
        server = _reached(to)
        _prepare(server, to)
    except (OSError, smtplib.SMTPException, _Unreached) as error:
        if server is not None:
            server.close()
        raise _why(error, reached=server is not None) from None
    return server


def _why(error: Exception, *, reached: bool) -> _Unreached:
    match error:
        case _Unreached():
            return error
        case smtplib.SMTPAuthenticationError():
            said = _sentence(error.smtp_error)
            answer = f"The mail server did not accept our name and password: {said}"
        case ssl.SSLError():
            answer = "The mail server’s encryption or certificate does not hold; nothing was sent."
        case smtplib.SMTPResponseException():
            said = _answer(error.smtp_code, error.smtp_error)
            answer = f"The mail server would not have us: {said}"
        case _ if reached:
            answer = "The mail server did not answer as one."
        case _:
            answer = "The mail server could not be reached."
    return _Unreached(answer, type(error).__name__)


def _reached(to: Settings) -> smtplib.SMTP:
    if to.tls:
        return smtplib.SMTP_SSL(
            to.host, to.port, local_hostname=_NAME, timeout=to.timeout_s, context=_context(to)
        )
    return smtplib.SMTP(to.host, to.port, local_hostname=_NAME, timeout=to.timeout_s)


def _prepare(server: smtplib.SMTP, to: Settings) -> None:
    server.ehlo_or_helo_if_needed()
    if not to.tls:
        if server.has_extn("starttls"):
            server.starttls(context=_context(to))
            server.ehlo()
        elif not to.local:
            answer = "The mail server offers no encryption (STARTTLS); nothing was sent."
            raise _Unreached(answer, "no STARTTLS")
    if to.user:
        server.login(to.user, to.password)


def _context(to: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if to.local:
        # Nobody is between us and ourselves, and no authority certifies a loopback address.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _all(server: smtplib.SMTP, letters: Sequence[EmailMessage]) -> list[Result]:
    results: list[Result] = []
    for letter in letters:
        result = _one(server, letter)
        results.append(result)
        if server.sock is None:
            rest = Result(Outcome.NOT_TRIED, "The connection to the mail server had broken.")
            results += [rest] * (len(letters) - len(results))
            break
    return results


def _one(server: smtplib.SMTP, letter: EmailMessage) -> Result:
    try:
        left_out = server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        told = [(who, _answer(code, said)) for who, (code, said) in error.recipients.items()]
        return Result(Outcome.REFUSED, told[0][1] if told else "", tuple(told))
    except smtplib.SMTPResponseException as error:
        return Result(Outcome.REFUSED, _answer(error.smtp_code, error.smtp_error))
    except smtplib.SMTPNotSupportedError:
        return Result(Outcome.REFUSED, "The mail server does not take such addresses.")
    except (OSError, smtplib.SMTPServerDisconnected):
        server.close()
        return Result(Outcome.UNKNOWN, "The connection broke; it may have been sent.")
    except (smtplib.SMTPException, ValueError):
        return Result(Outcome.REFUSED, "This letter could not be put into the form of a mail.")
    return Result(
        Outcome.SENT,
        left_out=tuple((who, _answer(code, said)) for who, (code, said) in left_out.items()),
    )


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {_sentence(said)}".strip()


def _sentence(said: bytes | str) -> str:
    words = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())[:400]


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
