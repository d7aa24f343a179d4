"""Settings: one table, read once from the environment, each with its check.

A field of `Config` names its setting, how it is read and an example; `docs/operating.md` has a row
for each. A value that cannot be read, a name that is no setting, and settings that do not go
together are refused before anything starts.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from drafting import keys, providers
from drafting.errors import Malformed
from drafting.providers import Provider

PREFIX = "DRAFTING_"
FROM_FILE = "_FILE"
"""NAME_FILE says in which file a setting's value stands, for secrets that a machine keeps so."""

FOR_TESTS = f"{PREFIX}TEST_"
"""Names that belong to the project's own tests."""

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
_SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_BYTES = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}
_YES = frozenset({"1", "yes", "true", "on"})
_NO = frozenset({"0", "no", "false", "off"})
_MAX_PORT = 65_535
_MIN_TOKEN_CHARS = 16


class _Wrong(Exception):
    """A value that is not read: what was expected, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How one field is set from outside."""

    name: str
    read: Callable[[str], Any]
    """Gives the value; raises _Wrong with what was expected."""
    example: str
    secret: bool = False
    """Whether its value is kept out of every message."""
    drawn: str = ""
    """The command that draws a value, where it has to be random: everybody knows the example."""


def _set_by(
    name: str, read: Callable[[str], Any], example: str, *, secret: bool = False, drawn: str = ""
) -> dict[str, Setting]:
    return {"setting": Setting(PREFIX + name, read, example, secret, drawn)}


def yes_or_no(value: str) -> bool:
    """Reads yes or no."""
    word = value.lower()
    if word not in _YES | _NO:
        raise _Wrong("yes or no")
    return word in _YES


def duration(least_s: int, most_s: int) -> Callable[[str], int]:
    """Reads a span of time within bounds, as 90, 90s, 15m, 12h or 3d; gives seconds."""

    def read(value: str) -> int:
        seconds = _measured(value, _SECONDS)
        if seconds is None or not least_s <= seconds <= most_s:
            raise _Wrong(f"a duration from {_span(least_s)} to {_span(most_s)}")
        return seconds

    return read


def size(least_bytes: int, most_bytes: int) -> Callable[[str], int]:
    """Reads a size within bounds, as 1048576, 512kB or 20MB; gives bytes."""

    def read(value: str) -> int:
        number = _measured(value, _BYTES)
        if number is None or not least_bytes <= number <= most_bytes:
            raise _Wrong(f"a size from {_size(least_bytes)} to {_size(most_bytes)}")
        return number

    return read


def number(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within bounds."""

    def read(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise _Wrong(f"a whole number from {least} to {most}")
        return int(value)

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """Reads one of some words."""

    def read(value: str) -> str:
        if value.lower() not in words:
            raise _Wrong(f"{', '.join(words[:-1])} or {words[-1]}")
        return value.lower()

    return read


def address_of(*schemes: str) -> Callable[[str], str]:
    """Reads a URL of one of these schemes, with a host."""

    def read(value: str) -> str:
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in schemes or not parts.hostname or re.search(r"\s", value):
            raise _Wrong(f"an address that begins with {' or '.join(f'{s}://' for s in schemes)}")
        return value

    return read


def networks(value: str) -> tuple[str, ...]:
    """Reads addresses and networks, with spaces or commas between them."""
    try:
        return tuple(str(ip_network(one)) for one in re.split(r"[\s,]+", value) if one)
    except ValueError:
        raise _Wrong("IP addresses or networks with spaces between them") from None


def folder(value: str) -> str:
    """Reads a folder's full path."""
    if not Path(value).is_absolute():
        raise _Wrong("the full path of a folder")
    return value


def secret(value: str) -> str:
    """Reads a secret that cannot be guessed, as far as its length tells."""
    if len(value) < _MIN_TOKEN_CHARS or re.search(r"\s", value) or len(set(value)) < 8:  # noqa: PLR2004 - fewer are a word repeated
        raise _Wrong(f"a secret of at least {_MIN_TOKEN_CHARS} letters and digits, drawn at random")
    return value


def _database(value: str) -> str:
    scheme, _, rest = value.partition("://")
    known = scheme in ("sqlite", "postgresql", "postgresql+psycopg")
    if not known or (scheme == "sqlite" and not rest.strip("/")):
        raise _Wrong("sqlite:/// and a file's path, or postgresql://user:password@host/name")
    if scheme != "sqlite":
        address_of(scheme)(value)
    return value


def _mail_from(value: str) -> str:
    if not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+|[^<>@\r\n]+ <[^\s<>@]+@[^\s<>@]+>", value):
        raise _Wrong("a mail address, with or without a name before it")
    return value


def _listening(value: str) -> str:
    """Reads a port, or an address and a port; gives both."""
    host, _, port = value.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if host == "localhost":
        host = "127.0.0.1"
    try:
        ip_address(host)
    except ValueError:
        host = ""
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= _MAX_PORT:
        raise _Wrong("a port, or an IP address and a port")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _public_url(value: str) -> str:
    address_of("http", "https")(value)
    parts = urlsplit(value)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise _Wrong("the address people use, without a path behind the host")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _key(value: str) -> str:
    try:
        keys.read(value)
    except ValueError:
        raise _Wrong(
            "32 random bytes in base64, or several such, the newest first, with commas between"
        ) from None
    return value


_PROVIDERS_EXAMPLE = (
    '[{"id": "ministry", "name": "the Ministry", "issuer": "https://login.example.org", '
    '"client_id": "drafting", "client_secret": "…"}]'
)


def _providers(value: str) -> tuple[Provider, ...]:
    try:
        return providers.read(value)
    except ValueError as error:
        raise _Wrong(f"a JSON list of identity providers ({error})") from None


@dataclass(frozen=True, slots=True)
class Config:
    """What an operator can set. Durations are in seconds, sizes in bytes.

    Letters go by `smtp_url` (smtp://user:password@host:port or smtps://…) from `mail_from`; without
    it they are handed out as files.

    `https` says that people reach the server by TLS (through a proxy): cookies are then marked
    Secure and named `__Host-…`, and HSTS is sent.
    """

    database_url: str = field(
        repr=False,
        metadata=_set_by(
            "DATABASE", _database, "sqlite:////var/lib/drafting/drafting.sqlite3", secret=True
        ),
    )
    https: bool = field(default=False, metadata=_set_by("HTTPS", yes_or_no, "yes"))
    session_max_s: int = field(
        default=12 * 3600, metadata=_set_by("SESSION_MAX", duration(300, 30 * 86_400), "12h")
    )
    session_idle_s: int = field(
        default=2 * 3600, metadata=_set_by("SESSION_IDLE", duration(60, 30 * 86_400), "2h")
    )
    invitation_max_s: int = field(
        default=72 * 3600, metadata=_set_by("INVITATION_MAX", duration(600, 30 * 86_400), "72h")
    )
    ticket_max_s: int = field(default=60, metadata=_set_by("TICKET_MAX", duration(10, 600), "60s"))
    upload_max_bytes: int = field(
        default=MAX_UPLOAD_BYTES,
        metadata=_set_by("UPLOAD_MAX", size(100 * 1024, MAX_UPLOAD_BYTES), "20MB"),
    )
    argon2_memory_kib: int = field(
        default=65_536, metadata=_set_by("ARGON2_MEMORY", number(19_456, 4_194_304), "65536")
    )
    argon2_passes: int = field(default=3, metadata=_set_by("ARGON2_PASSES", number(2, 20), "3"))
    smtp_url: str = field(
        default="",
        repr=False,
        metadata=_set_by(
            "SMTP",
            address_of("smtp", "smtps"),
            "smtps://user:password@mail.example.org",
            secret=True,
        ),
    )
    mail_from: str = field(
        default="", metadata=_set_by("MAIL_FROM", _mail_from, "Drafting <drafting@example.org>")
    )
    log: str = field(default="plain", metadata=_set_by("LOG", one_of("plain", "json"), "json"))
    log_level: str = field(
        default="info",
        metadata=_set_by("LOG_LEVEL", one_of("debug", "info", "warning", "error"), "info"),
    )
    log_requests: bool = field(default=False, metadata=_set_by("LOG_REQUESTS", yes_or_no, "yes"))
    metrics: str = field(default="", metadata=_set_by("METRICS", _listening, "127.0.0.1:9100"))
    """Where this process's figures are read: an address and a port, never the one people use."""
    metrics_token: str = field(
        default="",
        repr=False,
        metadata=_set_by(
            "METRICS_TOKEN",
            secret,
            "c0b5f6a1e7d94a53b28f",
            secret=True,
            drawn="openssl rand -hex 16",
        ),
    )
    workers: int = field(default=1, metadata=_set_by("WORKERS", number(1, 64), "2"))
    """How many server processes share the port on this machine."""
    redis_url: str = field(
        default="",
        repr=False,
        metadata=_set_by(
            "REDIS", address_of("redis", "rediss"), "redis://127.0.0.1:6379/0", secret=True
        ),
    )
    """Through which the processes of several machines tell each other that there is news."""
    proxies: tuple[str, ...] = field(
        default=(), metadata=_set_by("PROXIES", networks, "127.0.0.1 10.0.0.0/8")
    )
    """Whose word about whom a request comes from is believed: networks."""
    public_url: str = field(
        default="", metadata=_set_by("URL", _public_url, "https://drafting.example.org")
    )
    """Where people reach the server: passkeys and identity providers are bound to it. Without it, the
    address each request was sent to."""
    key: str = field(
        default="",
        repr=False,
        metadata=_set_by("KEY", _key, keys.EXAMPLE, secret=True, drawn="openssl rand -base64 32"),
    )
    """What seals secrets in the database; without it a file beside an SQLite database does."""
    second_factor: str = field(
        default="offered",
        metadata=_set_by("SECOND_FACTOR", one_of("off", "offered", "required"), "required"),
    )
    providers: tuple[Provider, ...] = field(
        default=(), metadata=_set_by("OIDC", _providers, _PROVIDERS_EXAMPLE, secret=True)
    )
    """Identity providers by which people may sign in."""
    backups: str = field(default="", metadata=_set_by("BACKUPS", folder, "/var/backups/drafting"))
    """Where backups are laid down: `drafting doctor` looks how old the newest is."""

    def of_worker(self, number: int) -> Config:
        """Gives the settings of one of several processes: each has its figures on a port of its own."""
        host, colon, port = self.metrics.rpartition(":")
        return replace(self, metrics=f"{host}{colon}{int(port) + number}" if port else "")

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] = os.environ, **given: str | None
    ) -> Config:
        """Reads every setting; `given` values, by the name of their field, come before the environment.

        Without DRAFTING_DATABASE it is a file under var/. Refuses: Malformed for a value that
        cannot be read, a name that is no setting, and settings that do not go together.
        """
        _only_known(environ)
        values: dict[str, Any] = {}
        for attribute, setting in SETTINGS.items():
            # An option left out is None; an empty value means that the setting is not set.
            raw = given.get(attribute)
            value = _value(setting, environ) if raw is None else raw.strip()
            if value:
                values[attribute] = _read(setting, value)
        values.setdefault("database_url", f"sqlite:///{Path('var/drafting.sqlite3').absolute()}")
        config = cls(**values)
        for wrong, sentence in _TOGETHER:
            if wrong(config):
                raise Malformed(detail=sentence)
        return config


SETTINGS: dict[str, Setting] = {one.name: one.metadata["setting"] for one in fields(Config)}
"""Every setting by the field it sets."""


def _exposed(config: Config) -> bool:
    host = config.metrics.rpartition(":")[0].strip("[]")
    return bool(host) and not ip_address(host).is_loopback and not config.metrics_token


_TOGETHER: tuple[tuple[Callable[[Config], bool], str], ...] = (
    (
        lambda config: (
            bool(config.public_url) and config.public_url.startswith("https:") != config.https
        ),
        (
            "DRAFTING_URL and DRAFTING_HTTPS do not go together: set DRAFTING_HTTPS=yes where people use "
            "an https:// address, and only there. Nothing was started."
        ),
    ),
    (
        lambda config: bool(config.smtp_url) and not config.mail_from,
        (
            "DRAFTING_SMTP is set and DRAFTING_MAIL_FROM is not: letters need a sender, for example "
            "DRAFTING_MAIL_FROM='Drafting <drafting@example.org>'. Nothing was started."
        ),
    ),
    (
        lambda config: config.session_idle_s > config.session_max_s,
        (
            "DRAFTING_SESSION_IDLE is longer than DRAFTING_SESSION_MAX: a session would end before it "
            "is idle for so long. For example DRAFTING_SESSION_IDLE=2h with DRAFTING_SESSION_MAX=12h. "
            "Nothing was started."
        ),
    ),
    (
        _exposed,
        (
            "DRAFTING_METRICS is an address that other machines reach, so DRAFTING_METRICS_TOKEN must "
            "be set: a secret of at least 16 letters and digits, drawn at random. Or keep to this "
            "machine: DRAFTING_METRICS=127.0.0.1:9100. Nothing was started."
        ),
    ),
)
"""What does not go together, and the sentence that says so."""


def _only_known(environ: Mapping[str, str]) -> None:
    known = {name for one in SETTINGS.values() for name in (one.name, one.name + FROM_FILE)}
    for name in sorted(environ):
        if name.startswith(PREFIX) and not name.startswith(FOR_TESTS) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise Malformed(
                detail=f"{_printable(name)} is no setting.{meant} docs/operating.md lists them; "
                "nothing was started."
            )


def _value(setting: Setting, environ: Mapping[str, str]) -> str:
    value = environ.get(setting.name, "").strip()
    file = environ.get(setting.name + FROM_FILE, "").strip()
    if not file:
        return value
    if value:
        raise Malformed(
            detail=f"{setting.name} and {setting.name}{FROM_FILE} are both set: leave one out. "
            "Nothing was started."
        )
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise Malformed(
            detail=f"The file that {setting.name}{FROM_FILE} names cannot be read ({why}). "
            "Nothing was started."
        ) from None


def _read(setting: Setting, value: str) -> Any:  # noqa: ANN401 - whatever the field holds
    if setting.drawn and setting.example in value:
        raise Malformed(
            detail=f"{setting.name} is the example of the documentation, which everybody knows: draw "
            f"one of your own with `{setting.drawn}`. Nothing was started."
        )
    try:
        return setting.read(value)
    except _Wrong as wrong:
        said = "" if setting.secret else f", and “{_printable(value)}” is not"
        raise Malformed(
            detail=f"{setting.name} is to be {wrong}{said}. {_how(setting)} Nothing was started."
        ) from None


def _how(setting: Setting) -> str:
    if setting.drawn:
        return f"`{setting.drawn}` draws one."
    return f"For example {setting.name}={setting.example}."


def _printable(value: str) -> str:
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in value
    )[:80]


def _measured(value: str, units: Mapping[str, int]) -> int | None:
    found = re.fullmatch(r"([0-9]{1,12})\s*([a-z]*)", value.lower())
    if found is None or found[2] not in units:
        return None
    return int(found[1]) * units[found[2]]


def _span(seconds: int) -> str:
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def _size(number: int) -> str:
    return f"{number // 1024**2}MB" if number % 1024**2 == 0 else f"{number // 1024}kB"
