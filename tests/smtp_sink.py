"""A small mail server on loopback that keeps what it is sent, and refuses what it is told to refuse."""

from __future__ import annotations

import socketserver
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


@dataclass
class Sink:
    """What the server is to do, and what it got."""

    tls: bool = False
    """From the first byte."""
    starttls: bool = False
    auth: str = ""
    """The AUTH PLAIN answer that is accepted; empty for none asked."""
    refused: dict[str, str] = field(default_factory=dict)
    """By recipient or sender, the answer it gets instead."""
    full: str = ""
    """The answer to every letter’s data."""
    greeting: str = "220 sink.example"
    breaks_after: int | None = None
    """After so many letters the line goes dead in the middle of the next."""

    port: int = 0
    connections: int = 0
    encrypted: list[bool] = field(default_factory=list)
    hellos: list[str] = field(default_factory=list)
    letters: list[tuple[str, list[str], bytes]] = field(default_factory=list)

    def mails(self) -> list[EmailMessage]:
        """The letters, read as mail."""
        return [message_from_bytes(data, policy=default) for _, _, data in self.letters]


class _Session(socketserver.StreamRequestHandler):
    sink: Sink
    context: ssl.SSLContext

    def handle(self) -> None:
        self.sink.connections += 1
        self.secure = False
        try:
            if self.sink.tls:
                self.encrypt()
            self.say(self.sink.greeting)
            self.talk()
        except OSError:
            pass

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.request.close()

    def encrypt(self) -> None:
        self.request = self.context.wrap_socket(self.request, server_side=True)
        self.rfile.close()
        self.wfile.close()
        self.setup()
        self.secure = True

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")
        self.wfile.flush()

    def talk(self) -> None:
        sender, recipients = "", []
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            address = rest.partition("<")[2].partition(">")[0]
            match verb.upper():
                case "EHLO":
                    self.sink.hellos.append(rest)
                    offers = ["sink.example", "8BITMIME"]
                    offers += ["STARTTLS"] if self.sink.starttls and not self.secure else []
                    offers += ["AUTH PLAIN"] if self.sink.auth else []
                    self.say("\r\n".join(f"250-{one}" for one in offers) + "\r\n250 OK")
                case "STARTTLS":
                    self.say("220 go on")
                    self.encrypt()
                case "AUTH":
                    given = rest.removeprefix("PLAIN").strip()
                    good = given == self.sink.auth
                    self.say("235 welcome" if good else "535 5.7.8 Not you.")
                case "MAIL":
                    sender, recipients = address, []
                    self.say(self.sink.refused.get(address, "250 OK"))
                case "RCPT":
                    answer = self.sink.refused.get(address, "250 OK")
                    recipients += [address] if answer.startswith("250") else []
                    self.say(answer)
                case "DATA":
                    self.say("354 go on")
                    data = self.data()
                    if self.sink.breaks_after == len(self.sink.letters):
                        return
                    if not self.sink.full:
                        self.sink.letters.append((sender, recipients, data))
                        self.sink.encrypted.append(self.secure)
                    self.say(self.sink.full or "250 kept")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 OK")

    def data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False
    block_on_close = True


@contextmanager
def running(sink: Sink) -> Iterator[Sink]:
    """Runs the server for as long as one looks at it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        pair = Path(folder) / "pair.pem"
        pair.write_text(_PAIR, encoding="ascii")
        context.load_cert_chain(pair)
    handler = type("Handler", (_Session,), {"sink": sink, "context": context})
    with _Server(("127.0.0.1", 0), handler) as server:
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()


_PAIR = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqgXdDzvnWzXNp5/G
MyRAKKkoO9NN3mdqocd5cNPafhChRANCAAS5Oc2Eshh/0Iv0FpDPiHYHMG2npgc9
SHqeidD7nLjgAmo2kBppu/w5sLpVyXEtXR2H286nG+7h+qPyPLuoTN5v
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUDSVwekqeaa431QcmPtgyDSa8/OcwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjAzMDQzNFoYDzIxMjYxMTAy
MDMwNDM0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS5Oc2Eshh/0Iv0FpDPiHYHMG2npgc9SHqeidD7nLjgAmo2kBppu/w5
sLpVyXEtXR2H286nG+7h+qPyPLuoTN5vo1MwUTAdBgNVHQ4EFgQUHJCdEJhj63Hm
OsRhumygGhORs7YwHwYDVR0jBBgwFoAUHJCdEJhj63HmOsRhumygGhORs7YwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA36TqC9QrKakihuRTRD2K
RbzkpIRqxsNu/8hfE0/+3UkCIQDac7tmACXPhh/uDE+HlArzGTK4DfmsJVk0MeNR
pQWJKA==
-----END CERTIFICATE-----
"""
"""A key and certificate for this server alone, made for it; no authority stands behind them."""
