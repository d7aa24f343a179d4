"""Signing in by an identity provider: a real one, and a small one that lies (A08, I09)."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from drafting import clock
from drafting.errors import NotBelieved
from drafting.providers import Provider
from drafting.services import issuers
from drafting.services.issuers import Issuers
from drafting.store.tables import Identity, Session
from tests.security.asking import OUR_OWN
from tests.security.test_factors import Door, code, fields, set_up, told
from tests.security.world import World
from tests.servers import free_port, wait_for
from tests.tools import JS

SECRET = "a secret between the two of us"


def trust(world: World, *providers: Provider) -> None:
    held = world.app.extensions["drafting"]
    held.issuers = Issuers(providers)


def begin(door: Door, path: str = "/sign-in/with/ministry") -> str:
    """Begins a sign-in; gives where the browser is sent."""
    answer = door.client.get(path, headers=OUR_OWN)
    assert answer.status_code == 303
    return str(answer.location)


def come_back(door: Door, **query: str) -> Any:
    return door.client.get(f"/sign-in/with/ministry/back?{urlencode(query)}")


# A real provider -----------------------------------------------------------------------------------


@dataclass
class Real:
    """node-oidc-provider, and a browser that goes there."""

    provider: Provider
    port: int

    def visit(self, address: str, subject: str) -> dict[str, str]:
        """Goes where a browser was sent and signs in; gives what it comes back with."""
        self._get(f"/as/{subject}", {})
        cookies: dict[str, str] = {}
        while address.startswith((self.provider.issuer, "/")):
            parts = urlsplit(address)
            address = self._get(f"{parts.path}?{parts.query}", cookies)
        return {name: one for name, (one, *_) in parse_qs(urlsplit(address).query).items()}

    def _get(self, path: str, cookies: dict[str, str]) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        connection.request("GET", path, headers={"Cookie": sent} if sent else {})
        answer = connection.getresponse()
        answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                cookies[key] = rest.partition(";")[0]
        connection.close()
        return answer.getheader("Location") or ""


@pytest.fixture(scope="module")
def real() -> Iterator[Real]:
    port = free_port()
    back = "http://localhost/sign-in/with/ministry/back"
    process = subprocess.Popen(
        ["node", "identity_provider.mjs", str(port), back],
        cwd=JS,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    issuer = f"http://127.0.0.1:{port}"
    yield Real(
        Provider("ministry", "the Ministry", issuer, "drafting", SECRET, internal=True), port
    )
    process.terminate()
    process.communicate(timeout=10)


@pytest.fixture
def trusting(world: World, real: Real) -> World:
    trust(world, real.provider)
    clock.use(None)
    world.now = clock.now()
    clock.use(lambda: world.now)
    with world.store.work() as w:
        # The world's clock stands in another year than the provider's.
        for one in w.session.query(Session):
            one.created_at = one.seen_at = one.fresh_at = world.now
            one.expires_at = world.now.replace(year=world.now.year + 1)
    return world


def link(world: World, real: Real, who: str, subject: str) -> Any:
    sent = world.call(who, "GET", "/account/identities/with/ministry")
    assert sent.status_code == 303, sent.text
    back = real.visit(sent.location, subject)
    return world.call(who, "GET", f"/sign-in/with/ministry/back?{urlencode(back)}")


def test_an_account_is_linked_by_whoever_is_signed_in_and_then_comes_in_by_it(
    trusting: World, real: Real
) -> None:
    door = Door(trusting)
    unknown = come_back(door, **real.visit(begin(door), "soto"))
    assert unknown.status_code == 403
    assert "No account here is linked" in unknown.text
    assert link(trusting, real, "chile", "soto").location == "/account#identities-head"
    assert told(trusting) == [("identity", "chile@example.org")]
    came = come_back(
        door, **real.visit(begin(door, "/sign-in/with/ministry?next=/account"), "soto")
    )
    assert came.location == "/account"
    assert door.is_in
    assert "soto" not in door.client.get("/account").text
    other = Door(trusting)
    assert come_back(other, **real.visit(begin(other), "another")).status_code == 403
    assert not other.is_in
    # Nobody takes an identity from another, and unlinking ends it.
    assert link(trusting, real, "mexico", "soto").status_code == 403
    (identity,) = re.findall(r'name="identity" value="([^"]+)"', door.client.get("/account").text)
    assert (
        trusting.call(
            "mexico", "POST", "/account/identities/end", data={"identity": identity}
        ).status_code
        == 404
    )
    assert (
        trusting.call(
            "chile", "POST", "/account/identities/end", data={"identity": identity}
        ).status_code
        == 303
    )
    last = Door(trusting)
    assert come_back(last, **real.visit(begin(last), "soto")).status_code == 403


def test_an_invitation_is_taken_by_an_identity_which_makes_an_account(
    trusting: World, real: Real
) -> None:
    body = {
        "id": str(trusting.next_id()),
        "role": "delegate",
        "delegation": str(trusting.begun.delegations["CHL"]),
    }
    made = trusting.call(
        "secretariat", "POST", f"/api/drafts/{trusting.begun.draft_id}/invitations", json=body
    )
    token = made.json["link"].rpartition("/")[2]
    door = Door(trusting)
    assert "Take this place with the Ministry" in door.client.get(f"/invitations/{token}").text
    back = real.visit(begin(door, f"/sign-in/with/ministry?invitation={token}"), "newcomer")
    assert come_back(door, **back).location == f"/drafts/{trusting.begun.draft_id}"
    assert door.is_in
    me = door.client.get(f"/api/drafts/{trusting.begun.draft_id}").json["me"]
    assert (me["role"], me["delegation"]["name"]) == ("delegate", "Chile")
    assert door.client.get(f"/invitations/{token}").status_code == 410
    assert (
        door.client.get(f"/sign-in/with/ministry?invitation={token}", headers=OUR_OWN).status_code
        == 410
    )
    # It is the only way in, and so cannot be unlinked.
    (identity,) = re.findall(r'name="identity" value="([^"]+)"', door.client.get("/account").text)
    kept = door.post("/account/identities/end", identity=identity)
    assert kept.status_code == 403
    assert "only way you sign in" in kept.text


def test_an_identity_does_not_stand_for_ones_own_second_factor(trusting: World, real: Real) -> None:
    link(trusting, real, "chile", "soto")
    secret = set_up(trusting)
    door = Door(trusting)
    assert come_back(door, **real.visit(begin(door), "soto")).location == "/sign-in/second"
    assert not door.is_in
    assert door.post("/sign-in/second", code=code(trusting, secret)).status_code == 303
    trust(trusting, replace(real.provider, second_factor=True))
    both = Door(trusting)
    assert come_back(both, **real.visit(begin(both), "soto")).location == "/drafts"


def test_what_a_browser_comes_back_with_is_good_once_and_for_that_browser(
    trusting: World, real: Real
) -> None:
    link(trusting, real, "chile", "soto")
    door, thief = Door(trusting), Door(trusting)
    back = real.visit(begin(door), "soto")
    begin(thief)
    assert come_back(thief, **back).status_code == 403
    assert come_back(door, **back).status_code == 403  # spent by the thief's try
    back = real.visit(begin(door), "soto")
    for wrong in ({}, {"state": back["state"] + "0"}, {"code": back["code"]}):
        assert come_back(door, **wrong).status_code == 403
    begin(door)
    denied = real.visit(begin(door), "soto") | {"code": "another"}
    assert come_back(door, **denied).status_code == 403
    late = real.visit(begin(door), "soto")
    trusting.step(601)
    assert come_back(door, **late).status_code == 403
    assert not door.is_in
    assert not thief.is_in


# One that lies -------------------------------------------------------------------------------------

OWN, OTHER = RSAKey.generate_key(2048, {"kid": "own"}), RSAKey.generate_key(2048, {"kid": "own"})
CURVE = ECKey.generate_key("P-256", {"kid": "curve"})


@dataclass
class Liar:
    """A provider that answers with what it is told to."""

    port: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)
    token: Callable[[], Any] = lambda: None
    pages: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def provider(self) -> Provider:
        return Provider("ministry", "the Ministry", self.issuer, "drafting", SECRET, internal=True)

    def answer(self, handler: BaseHTTPRequestHandler, body: str) -> None:
        path = urlsplit(handler.path).path
        self.asked.append((path, parse_qs(body), handler.headers.get("Authorization", "")))
        if path in self.pages:
            self.pages[path](handler)
            return
        found: Any = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            | self.metadata,
            "/keys": {"keys": [OWN.as_dict(private=False), CURVE.as_dict(private=False)]},
            "/token": {"id_token": self.token()} if path == "/token" else None,
        }.get(path)
        say(handler, json.dumps(found).encode())


def say(handler: BaseHTTPRequestHandler, data: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


@pytest.fixture
def liar() -> Iterator[Liar]:
    told_to = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told_to.answer(self, "")

        def do_POST(self) -> None:
            told_to.answer(self, self.rfile.read(int(self.headers["Content-Length"])).decode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told_to.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield told_to
    server.shutdown()
    server.server_close()


def claims(liar: Liar, world: World, nonce: str, **more: Any) -> dict[str, Any]:
    now = int(world.now.timestamp())
    right = {
        "iss": liar.issuer,
        "aud": "drafting",
        "sub": "soto",
        "nonce": nonce,
        "iat": now,
        "exp": now + 300,
    }
    return {name: value for name, value in (right | more).items() if value is not None}


def signed(held: dict[str, Any], key: Any = OWN, alg: str = "RS256", kid: str = "own") -> str:
    header = {"alg": alg, "kid": kid}
    return jwt.encode(header, held, key, algorithms=[alg])


def unsigned(held: dict[str, Any]) -> str:
    from joserfc.util import urlsafe_b64encode

    parts = (json.dumps(one).encode() for one in ({"alg": "none"}, held))
    return ".".join(urlsafe_b64encode(part).decode() for part in parts) + "."


def by_public_key(held: dict[str, Any]) -> str:
    """Signs with our public key as if it were a shared secret."""
    return signed(held, OctKey.import_key(OWN.as_pem(private=False)), "HS256")


def with_secret(held: dict[str, Any]) -> str:
    return signed(held, OctKey.import_key(SECRET * 2), "HS256")


def swapped(held: dict[str, Any]) -> str:
    """Takes the signature of one token for the claims of another."""
    head, _, signature = signed(held | {"sub": "nobody"}).split(".")
    return f"{head}.{signed(held).split('.')[1]}.{signature}"


HOUR = 3600
LIES: dict[str, tuple[dict[str, Any], Callable[[dict[str, Any]], Any]]] = {
    "another issuer": ({"iss": "https://elsewhere.example"}, signed),
    "no issuer": ({"iss": None}, signed),
    "another audience": ({"aud": "somebody else"}, signed),
    "several audiences and no party": ({"aud": ["drafting", "other"]}, signed),
    "another party": ({"aud": ["drafting", "other"], "azp": "other"}, signed),
    "a party beside the audience": ({"azp": "other"}, signed),
    "an audience that is false": ({"aud": False}, signed),
    "expired": ({"exp": -HOUR}, signed),
    "without an end": ({"exp": None}, signed),
    "an end that is true": ({"exp": True}, signed),
    "from tomorrow": ({"iat": HOUR}, signed),
    "not valid yet": ({"nbf": HOUR}, signed),
    "another nonce": ({"nonce": "another"}, signed),
    "no nonce": ({"nonce": None}, signed),
    "a nonce that is false": ({"nonce": False}, signed),
    "no subject": ({"sub": None}, signed),
    "an empty subject": ({"sub": ""}, signed),
    "a subject that is false": ({"sub": False}, signed),
    "a subject that is a list": ({"sub": ["soto"]}, signed),
    "another key": ({}, lambda held: signed(held, OTHER)),
    "no signature": ({}, unsigned),
    "our public key as a secret": ({}, by_public_key),
    "our own secret": ({}, with_secret),
    "another's signature": ({}, swapped),
    "no token": ({}, lambda _held: None),
    "a token that is none": ({}, lambda _held: "a.b.c"),
    "a token that is a number": ({}, lambda _held: 5),
}


def linked(world: World, liar: Liar) -> Door:
    trust(world, liar.provider)
    with world.store.work() as w:
        w.session.add(
            Identity(
                id=world.next_id(),
                issuer=liar.issuer,
                subject="soto",
                person_id=world.begun.persons["chile"],
                made_at=world.now,
                ended_at=None,
            )
        )
    return Door(world)


def nonce_in(address: str) -> tuple[str, str]:
    asked = parse_qs(urlsplit(address).query)
    return asked["state"][0], asked["nonce"][0]


def test_what_is_asked_and_what_an_honest_answer_does(world: World, liar: Liar) -> None:
    door = linked(world, liar)
    address = begin(door)
    asked = {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{liar.issuer}/auth?")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "openid profile"
    state, nonce = nonce_in(address)
    liar.token = lambda: signed(claims(liar, world, nonce))
    assert come_back(door, state=state, code="c").location == "/drafts"
    assert door.is_in
    (_, form, authorization) = liar.asked[-1] if liar.asked[-1][0] == "/token" else liar.asked[-2]
    assert authorization.startswith("Basic ")
    assert form["code_verifier"][0] not in address
    for key, alg, kid in ((CURVE, "ES256", "curve"), (OWN, "PS256", "own")):
        again = Door(world)
        state, nonce = nonce_in(begin(again))
        liar.token = lambda k=key, a=alg, i=kid, n=nonce: signed(claims(liar, world, n), k, a, i)  # type: ignore[misc]
        assert come_back(again, state=state, code="c").status_code == 303


@pytest.mark.parametrize("how", LIES)
def test_an_answer_that_does_not_hold_is_refused(world: World, liar: Liar, how: str) -> None:
    door = linked(world, liar)
    state, nonce = nonce_in(begin(door))
    wrong, sign = LIES[how]
    now = int(world.now.timestamp())
    moments = {
        name: now + value
        for name, value in wrong.items()
        if name in ("exp", "iat", "nbf") and type(value) is int
    }
    liar.token = lambda: sign(claims(liar, world, nonce, **(wrong | moments)))
    if wrong.get("exp", 0) is None:
        held = claims(liar, world, nonce)
        del held["exp"]
        liar.token = lambda: sign(held)
    answer = come_back(door, state=state, code="c")
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text
    assert not door.is_in


@pytest.mark.parametrize(
    "held", [{}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}]
)
def test_a_claim_that_is_demanded_must_have_just_that_value(
    world: World, liar: Liar, held: dict[str, Any]
) -> None:
    door = linked(world, liar)
    trust(world, replace(liar.provider, demand={"email_verified": True}))
    for given, right in ((held, False), ({"email_verified": True}, True)):
        state, nonce = nonce_in(begin(door))
        liar.token = lambda g=given, n=nonce: signed(claims(liar, world, n, **g))  # type: ignore[misc]
        assert (come_back(door, state=state, code="c").status_code == 303) is right


def test_the_same_mail_address_is_not_the_same_person(world: World, liar: Liar) -> None:
    door = linked(world, liar)
    state, nonce = nonce_in(begin(door))
    mail = {"email": "mexico@example.org", "email_verified": True, "sub": "somebody"}
    liar.token = lambda: signed(claims(liar, world, nonce, **mail))
    assert come_back(door, state=state, code="c").status_code == 403
    assert not door.is_in


def test_another_site_does_not_begin_a_sign_in(world: World, liar: Liar) -> None:
    trust(world, liar.provider)
    door = Door(world)
    answer = door.client.get("/sign-in/with/ministry", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.location == "/sign-in"
    assert "drafting-errand" not in fields(answer)
    assert liar.asked == []


# What is fetched -----------------------------------------------------------------------------------

AWAY = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"authorization_endpoint": f"{AWAY}/auth"},
        {"jwks_uri": f"{AWAY}/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": 5},
    ],
)
def test_nothing_is_fetched_but_from_the_issuers_own_host(
    world: World, liar: Liar, metadata: dict[str, Any]
) -> None:
    liar.metadata = metadata
    trust(world, liar.provider)
    answer = Door(world).client.get("/sign-in/with/ministry", headers=OUR_OWN)
    assert answer.status_code == 403
    assert "The identity provider" in answer.text


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" " * 65_536)
    except OSError:
        pass


ODD: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "a redirect": lambda h: say(h, b"", 302, Location="http://127.0.0.1/"),
    "an error": lambda h: say(h, b"{}", 500),
    "no JSON": lambda h: say(h, b"<html>"),
    "a list": lambda h: say(h, b"[]"),
    "very deep": lambda h: say(h, b"[" * 200_000),
    "without an end": _endless,
    "nothing": lambda h: h.connection.close(),
}


@pytest.mark.parametrize("how", ODD)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_an_odd_answer_is_refused_and_no_more_than_a_megabyte_of_it_read(
    liar: Liar, how: str, path: str
) -> None:
    liar.pages[path] = ODD[how]
    with pytest.raises(NotBelieved):
        Issuers((liar.provider,)).where_to_ask(
            liar.provider, back="b", state="s", nonce="n", verifier="v"
        )


def test_a_provider_that_drips_is_given_up(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuers, "TIMEOUT_S", 0.3)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b" ")
                time.sleep(0.02)
        except OSError:
            pass

    liar.pages["/.well-known/openid-configuration"] = drip
    with pytest.raises(NotBelieved, match="could not be asked"):
        issuers.fetch(liar.provider, f"{liar.issuer}/.well-known/openid-configuration")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "224.0.0.1", "100.64.0.1", "ff02::1"],
)  # fmt: skip
def test_a_private_address_is_not_gone_to_unless_the_operator_said_so(
    liar: Liar, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is looked at after resolution: a public name may lead anywhere."""
    found = [(0, 0, 0, "", (address, liar.port))]
    monkeypatch.setattr(issuers.socket, "getaddrinfo", lambda *_a, **_k: found)
    outside = replace(liar.provider, internal=False)
    with pytest.raises(NotBelieved, match="could not be asked"):
        issuers.fetch(outside, f"{liar.issuer}/keys")
    assert liar.asked == []


def test_new_keys_of_a_provider_are_fetched_when_the_old_ones_do_not_fit(
    world: World, liar: Liar
) -> None:
    door = linked(world, liar)
    state, nonce = nonce_in(begin(door))
    liar.pages["/keys"] = lambda h: say(
        h, json.dumps({"keys": [OTHER.as_dict(private=False)]}).encode()
    )
    liar.token = lambda: signed(claims(liar, world, nonce), OTHER)
    held = world.app.extensions["drafting"].issuers
    held._known["ministry"].fetched_s -= 61
    assert come_back(door, state=state, code="c").status_code == 303
    wait_for(lambda: door.is_in, "somebody is in")
