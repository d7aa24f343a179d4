"""Settings, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """What an operator can set. Durations are in seconds, sizes in bytes.

    Letters go by `smtp_url` (smtp://user:password@host:port or smtps://…) from `mail_from`; without
    it they are handed out as files.

    `https` says that people reach the server by TLS (through a proxy): cookies are then marked
    Secure and named `__Host-…`, and HSTS is sent.
    """

    database_url: str
    https: bool = False
    session_max_s: int = 12 * 3600
    session_idle_s: int = 2 * 3600
    invitation_max_s: int = 72 * 3600
    ticket_max_s: int = 60
    upload_max_bytes: int = 20 * 1024 * 1024
    argon2_memory_kib: int = 65_536
    argon2_passes: int = 3
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Reads DRAFTING_DATABASE (default: a file under var/), _HTTPS, _SMTP and _MAIL_FROM."""
        return cls(
            database_url=environ.get("DRAFTING_DATABASE")
            or f"sqlite:///{Path('var/drafting.sqlite3').absolute()}",
            https=environ.get("DRAFTING_HTTPS", "") not in ("", "0", "no"),
            smtp_url=environ.get("DRAFTING_SMTP", ""),
            mail_from=environ.get("DRAFTING_MAIL_FROM", ""),
        )
