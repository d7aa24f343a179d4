"""What an identity provider is asked, and when its answer is believed (OpenID Connect, code flow with PKCE).

Nothing is fetched but from the one host an operator named: no redirect is followed, no more than a
megabyte is read, and no private address is gone to unless the operator said that it stands there.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from drafting.errors import NotBelieved
from drafting.providers import Provider

TIMEOUT_S = 10.0
ANSWER_MAX_BYTES = 1_000_000
ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Signatures by a private key alone: none that our own secret, or nobody, could have made."""
LEEWAY_S = 60
METADATA_S = 3600
SUBJECT_MAX_CHARS = 255
_REFETCH_S = 60


@dataclass(frozen=True, slots=True)
class Said:
    """Who somebody is at a provider. A mail address is no identity, and is not even read."""

    issuer: str
    subject: str
    name: str


@dataclass(slots=True)
class _Known:
    metadata: Mapping[str, Any]
    keys: Any
    fetched_s: float


class Issuers:
    """The providers of a server, and what is known of them: a cache, an hour old at most."""

    def __init__(self, providers: tuple[Provider, ...]) -> None:
        self.providers = {one.id: one for one in providers}
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def where_to_ask(
        self, provider: Provider, *, back: str, state: str, nonce: str, verifier: str
    ) -> str:
        """Gives the address to which a browser is sent. Refuses: NotBelieved."""
        metadata = self._of(provider).metadata
        hashed = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "scope": "openid profile",
            "client_id": provider.client_id,
            "redirect_uri": back,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(hashed).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        address = _endpoint(provider, metadata, "authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def redeem(
        self,
        provider: Provider,
        *,
        code: str,
        back: str,
        nonce: str,
        verifier: str,
        now: datetime,
    ) -> Said:
        """Exchanges a code for who somebody is. Refuses: NotBelieved."""
        metadata = self._of(provider).metadata
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if provider.client_secret:
            pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = provider.client_id
        answer = fetch(
            provider,
            _endpoint(provider, metadata, "token_endpoint"),
            body=urlencode(form).encode(),
            headers=headers,
        )
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _not("it brought no identity")
        return self._read(provider, token, nonce, now)

    def _read(self, provider: Provider, token: str, nonce: str, now: datetime) -> Said:
        try:
            claims = jwt.decode(token, self._of(provider).keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError, KeyError):
            # The provider may have changed its keys since they were read.
            try:
                keys = self._of(provider, not_older_than_s=_REFETCH_S).keys
                claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            except (JoseError, ValueError, TypeError, KeyError):
                raise _not("its signature does not hold") from None
        return believed(provider, claims, nonce, now)

    def _of(self, provider: Provider, *, not_older_than_s: float = METADATA_S) -> _Known:
        with self._lock:
            known = self._known.get(provider.id)
        if known is not None and time.monotonic() - known.fetched_s < not_older_than_s:
            return known
        issuer = provider.issuer.rstrip("/")
        metadata = fetch(provider, f"{issuer}/.well-known/openid-configuration")
        if metadata.get("issuer") != provider.issuer:
            raise _not("it calls itself by another name")
        keys = fetch(provider, _endpoint(provider, metadata, "jwks_uri"))
        try:
            known = _Known(metadata, KeySet.import_key_set(_public(keys)), time.monotonic())
        except (JoseError, ValueError, TypeError, KeyError):
            raise _not("its keys cannot be read") from None
        with self._lock:
            self._known[provider.id] = known
        return known


def _public(keys: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the library has it
    """Gives the keys that verify signatures: no symmetric ones, none of unknown kinds."""
    listed = keys.get("keys")
    if not isinstance(listed, list):
        raise TypeError
    fit = [
        one
        for one in listed
        if isinstance(one, dict)
        and one.get("kty") in ("RSA", "EC", "OKP")
        and one.get("use", "sig") == "sig"
    ]
    return {"keys": fit}


def believed(provider: Provider, claims: Mapping[str, Any], nonce: str, now: datetime) -> Said:
    """Gives who somebody is by claims whose signature holds. Refuses: NotBelieved.

    OpenID Connect Core 1.0, 3.1.3.7; every claim is compared by its value, never by being there.
    """
    if claims.get("iss") != provider.issuer:
        raise _not("it is another's")
    audience = claims.get("aud")
    mine = audience == provider.client_id or (
        isinstance(audience, list)
        and provider.client_id in audience
        and (len(audience) == 1 or claims.get("azp") == provider.client_id)
    )
    if not mine or claims.get("azp", provider.client_id) != provider.client_id:
        raise _not("it was meant for somebody else")
    ends, made = _moment(claims.get("exp")), _moment(claims.get("iat"))
    seconds, leeway = now.timestamp(), timedelta(seconds=LEEWAY_S).total_seconds()
    if ends is None or made is None or ends + leeway <= seconds or made - leeway > seconds:
        raise _not("it has expired, or the clocks differ")
    starts = claims.get("nbf")
    if starts is not None and (_moment(starts) or seconds * 2) - leeway > seconds:
        raise _not("it is not valid yet")
    if not nonce or claims.get("nonce") != nonce:
        raise _not("it answers another question")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MAX_CHARS:
        raise _not("it names nobody")
    for claim, value in provider.demand.items():
        held = claims.get(claim)
        if type(held) is not type(value) or held != value:
            raise _not(f"“{claim}” is not what is demanded")
    name = claims.get("name")
    return Said(provider.issuer, subject, name if isinstance(name, str) else "")


def _moment(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _not(why: str) -> NotBelieved:
    return NotBelieved(
        detail=f"The identity provider’s answer was not accepted: {why}. Nothing was changed."
    )


def _unreached() -> NotBelieved:
    return NotBelieved(
        detail="The identity provider could not be asked just now. Nothing was changed; please try "
        "again, or sign in another way."
    )


# Fetching ----------------------------------------------------------------------------------------


def _endpoint(provider: Provider, metadata: Mapping[str, Any], name: str) -> str:
    """Gives one of a provider's addresses. Refuses: NotBelieved for one of another host."""
    address = metadata.get(name)
    if not isinstance(address, str):
        raise _not("it does not say where to ask")
    _check(provider, address)
    return address


def _check(provider: Provider, address: str) -> None:
    own, asked = urlsplit(provider.issuer), urlsplit(address)
    if (asked.scheme, asked.netloc) != (own.scheme, own.netloc):
        raise _not("it leads to another host than its own")


def fetch(
    provider: Provider,
    address: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Gives the JSON object at one of a provider's addresses. Refuses: NotBelieved."""
    _check(provider, address)
    parts = urlsplit(address)
    deadline = time.monotonic() + TIMEOUT_S
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = _connected(provider, parts.scheme == "https", parts.port)
        try:
            connection.request(
                "GET" if body is None else "POST",
                target,
                body=body,
                headers={"Accept": "application/json", "Host": parts.netloc, **(headers or {})},
            )
            answer = connection.getresponse()
            data = _read_bounded(answer, deadline)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException):
        raise _unreached() from None
    if answer.status != 200:  # noqa: PLR2004 - nothing else is an answer: no redirect is followed
        raise _not(f"it answered with status {answer.status}")
    try:
        read = json.loads(data)
    except (ValueError, RecursionError):
        raise _not("it is not of the expected form") from None
    if not isinstance(read, dict):
        raise _not("it is not of the expected form")
    return read


def _connected(provider: Provider, tls: bool, port: int | None) -> http.client.HTTPConnection:  # noqa: FBT001 - as its scheme says
    """Connects to the address that was looked at, so that the name cannot mean another one meanwhile."""
    port = port or (443 if tls else 80)
    found = socket.getaddrinfo(provider.host, port, type=socket.SOCK_STREAM)
    allowed = [str(one[4][0]) for one in found if provider.internal or _is_public(str(one[4][0]))]
    if not allowed:
        raise OSError("no address that may be gone to")
    connection = http.client.HTTPConnection(provider.host, port, timeout=TIMEOUT_S)
    sock = socket.create_connection((allowed[0], port), timeout=TIMEOUT_S)
    if tls:
        try:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=provider.host)
        except BaseException:
            sock.close()
            raise
    connection.sock = sock
    return connection


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(known, "ipv4_mapped", None)
    return (mapped or known).is_global and not (mapped or known).is_multicast


def _read_bounded(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    parts, size = [], 0
    while chunk := answer.read1(65_536):
        size += len(chunk)
        if size > ANSWER_MAX_BYTES:
            raise _not("it is larger than a megabyte")
        if time.monotonic() > deadline:
            raise _unreached()
        parts.append(chunk)
    return b"".join(parts)
