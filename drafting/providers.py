"""Identity providers an operator names: a ministry's own sign-in."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PROVIDERS_MAX = 20
_FIELDS = {
    "id": str,
    "name": str,
    "issuer": str,
    "client_id": str,
    "client_secret": str,
    "internal": bool,
    "second_factor": bool,
    "demand": dict,
}
_NEEDED = ("id", "name", "issuer", "client_id")


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider, as its operator and ours agreed."""

    id: str
    """In our addresses: small letters, digits and hyphens."""
    name: str
    """On the button: “Sign in with NAME”."""
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    internal: bool = False
    """Whether it may stand at a private address, or on this machine (there also without TLS)."""
    second_factor: bool = False
    """Whether it has asked for a second factor itself, so that none is asked here."""
    demand: dict[str, Any] = field(default_factory=dict)
    """Claims that must be there with just these values, such as {"email_verified": true}."""

    @property
    def host(self) -> str:
        """The one host that is asked."""
        return urlsplit(self.issuer).hostname or ""


def read(value: str) -> tuple[Provider, ...]:
    """Reads providers from a JSON list of objects. Raises ValueError with what is wrong."""
    try:
        listed = json.loads(value)
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(listed, list) or not 0 < len(listed) <= PROVIDERS_MAX:
        raise ValueError("not a list of one to twenty objects")
    providers = tuple(_provider(one) for one in listed)
    if len({one.id for one in providers}) != len(providers):
        raise ValueError("two providers have one id")
    if len({one.issuer for one in providers}) != len(providers):
        raise ValueError("two providers have one issuer")
    return providers


def _provider(value: object) -> Provider:
    if not isinstance(value, dict) or not all(isinstance(value.get(n), str) for n in _NEEDED):
        raise ValueError("each needs " + ", ".join(_NEEDED))
    for name, one in value.items():
        if name not in _FIELDS or type(one) is not _FIELDS[name]:
            raise ValueError(f"{name} is no field, or not of its kind")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", value["id"]):
        raise ValueError("an id is small letters, digits and hyphens")
    if not value["name"].strip() or len(value["name"]) > 60:  # noqa: PLR2004 - it stands on a button
        raise ValueError("a name has one to sixty letters")
    parts = urlsplit(value["issuer"])
    local = value.get("internal", False) and parts.hostname is not None and _local(parts.hostname)
    plain = not parts.query and not parts.fragment and not parts.username and parts.hostname
    if not plain or (parts.scheme != "https" and not (parts.scheme == "http" and local)):
        raise ValueError("an issuer is an https:// address")
    return Provider(**value)


def _local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
