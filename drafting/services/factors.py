"""The second factor: an authenticator app (RFC 6238), and codes for a day without it."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyotp
import segno

from drafting import ids
from drafting.config import Config
from drafting.errors import NotAllowed, NotFound
from drafting.ids import hashed
from drafting.keys import Keys
from drafting.rules import factors as rules
from drafting.rules.factors import Demand
from drafting.services import notices, sessions
from drafting.store import arrivals as kept_arrivals
from drafting.store import factors as kept
from drafting.store import passkeys as kept_passkeys
from drafting.store import people as kept_people
from drafting.store.tables import Authenticator, Person
from drafting.store.work import Work

STEP_S = 30
DIGITS = 6
SLACK = (-1, 0, 1)
"""Steps whose code is taken: clocks differ, and so do typists."""
CODES = 10
ISSUER = "Drafting table"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an authenticator app is set up with; not shown again once its first code was given."""

    secret: str
    """In groups of four, to be typed where a picture cannot be taken."""
    uri: str
    path: str
    """The QR code as the path of an SVG picture."""
    size: int
    """Its width and height in modules, the white border counted."""


def is_asked(w: Work, person_id: UUID) -> bool:
    """Tells whether somebody should have a second factor, by the places they hold."""
    return rules.is_asked(kept_arrivals.roles(w, person_id))


def has_any(w: Work, person_id: UUID) -> bool:
    """Tells whether somebody has a second factor."""
    return kept.has_any(w, person_id)


def begin(w: Work, keys: Keys, person_id: UUID) -> SetUp:
    """Begins to set up an authenticator app; it counts once its first code was given.

    Refuses: NotAllowed when the server has no key to keep its secret with.
    """
    person = kept_people.person(w, person_id)
    if person is None:
        raise NotFound
    waiting = kept.authenticator(w, person_id, confirmed=False)
    if waiting is not None:
        w.session.delete(waiting)
    made = Authenticator(
        id=ids.new_id(f"factor:{person_id}"),
        person_id=person_id,
        sealed=b"",
        last_step=0,
        made_at=w.now,
        confirmed_at=None,
        ended_at=None,
    )
    drawn = bytes.fromhex(ids.new_token(f"factor:{person_id}"))[:20]
    secret = base64.b32encode(drawn).decode()
    made.sealed = keys.seal(secret.encode(), _about(made))
    w.session.add(made)
    return _shown(person, secret)


def begun(w: Work, keys: Keys, person_id: UUID, secret: str) -> SetUp | None:
    """Gives what an app that is being set up is set up with once more, for another try at its first code.

    To whoever has its secret from being shown it, and to nobody else: who has come as far as the
    owner would otherwise share the owner's factor without anybody's knowing. None then.
    """
    person = kept_people.person(w, person_id)
    waiting = kept.authenticator(w, person_id, confirmed=False)
    held = None if waiting is None else keys.open(waiting.sealed, _about(waiting))
    given = re.sub(r"\s", "", secret)
    if person is None or held is None or not hmac.compare_digest(held, given.encode()):
        return None
    return _shown(person, given)


def _shown(person: Person, secret: str) -> SetUp:
    uri = pyotp.TOTP(secret).provisioning_uri(name=person.email or person.name, issuer_name=ISSUER)
    path, size = _drawn(uri)
    return SetUp(" ".join(re.findall("....", secret)), uri, path, size)


def _about(one: Authenticator) -> str:
    return f"authenticator {one.id} of {one.person_id}"


def _drawn(uri: str) -> tuple[str, int]:
    """Draws a QR code as runs of dark modules, row by row."""
    rows = [list(row) for row in segno.make(uri, error="m").matrix_iter(border=4)]
    path = "".join(
        f"M{found.start()} {y}h{found.end() - found.start()}v1h-{found.end() - found.start()}z"
        for y, row in enumerate(rows)
        for found in re.finditer("1+", "".join(str(int(bool(one))) for one in row))
    )
    return path, len(rows)


def _matches(w: Work, keys: Keys, app: Authenticator, code: str) -> bool:
    """Tells whether a code is the app's, and uses it up."""
    code = re.sub(r"\s", "", code)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", code):
        return False
    opened = keys.open(app.sealed, _about(app))
    if opened is None:
        raise NotAllowed(
            detail="The key that authenticator apps were kept with is not on this server any more. Use "
            "a recovery code or a passkey, or ask whoever runs the server; nothing was changed."
        )
    totp = pyotp.TOTP(opened.decode(), digits=DIGITS, interval=STEP_S)
    now = int(w.now.timestamp()) // STEP_S
    fitting = [
        now + slack for slack in SLACK if hmac.compare_digest(totp.generate_otp(now + slack), code)
    ]
    return any(kept.use_step(w, app.id, step) for step in fitting)


def confirm(w: Work, keys: Keys, person_id: UUID, code: str) -> bool:
    """Takes the first code of an app that is being set up: from now on it is asked for."""
    app = kept.authenticator(w, person_id, confirmed=False)
    if app is None or not _matches(w, keys, app, code):
        return False
    before = kept.authenticator(w, person_id)
    if before is not None:
        before.ended_at, before.sealed = w.now, b""
    app.confirmed_at = w.now
    notices.tell(w, person_id, "factor", "An authenticator app was set up for your account.")
    return True


def passes(w: Work, keys: Keys, person_id: UUID, code: str) -> str:
    """Takes a code as a second factor: gives "app", "recovery", or "" for a wrong one."""
    app = kept.authenticator(w, person_id)
    if app is not None and _matches(w, keys, app, code):
        return "app"
    if kept.use_code(w, person_id, hashed(_plain(code))):
        left = kept.codes_left(w, person_id)
        notices.tell(
            w, person_id, "factor", f"A recovery code was used to sign in; {left} are left."
        )
        return "recovery"
    return ""


def _plain(code: str) -> str:
    return "recovery " + re.sub(r"[\s-]", "", code).upper()[:100]


def new_codes(w: Work, person_id: UUID) -> list[str]:
    """Makes new recovery codes, in the place of all older ones; they are shown this once.

    Refuses: NotAllowed for an account without a second factor.
    """
    if not kept.has_any(w, person_id):
        raise NotAllowed(
            detail="Recovery codes are for a second factor: set one up first. Nothing was changed."
        )
    codes = []
    for _ in range(CODES):
        drawn = bytes.fromhex(ids.new_token(f"factor:{person_id}"))
        codes.append("-".join(re.findall("....", base64.b32encode(drawn).decode()[:28])))
    kept.replace_codes(w, person_id, [hashed(_plain(one)) for one in codes])
    notices.tell(w, person_id, "factor", "New recovery codes were made; older ones are void.")
    return codes


def end_app(w: Work, config: Config, person_id: UUID) -> None:
    """Ends one's authenticator app. Refuses: NotFound for none; NotAllowed when one must have one."""
    if kept.authenticator(w, person_id) is None:
        raise NotFound
    kept.end_authenticators(w, person_id)
    check_left(w, config, person_id)
    notices.tell(w, person_id, "factor", "Your authenticator app was removed from your account.")


def check_left(w: Work, config: Config, person_id: UUID) -> None:
    """Refuses: NotAllowed when somebody who must have a second factor would have none any more."""
    w.session.flush()
    if kept.has_any(w, person_id):
        return
    if config.second_factor == Demand.REQUIRED and is_asked(w, person_id):
        raise NotAllowed(
            detail="Your role needs a second factor here: set up another one before you remove this "
            "one. Nothing was changed."
        )
    kept.replace_codes(w, person_id, [])


def reset(w: Work, person_id: UUID) -> None:
    """Takes all second factors away, for whoever runs the server; ends all sessions, and tells the person."""
    kept.end_authenticators(w, person_id)
    kept.replace_codes(w, person_id, [])
    for one in kept_passkeys.of(w, person_id):
        one.ended_at = w.now
    kept_arrivals.end_all(w, person_id)
    sessions.end_all(w, person_id)
    notices.tell(
        w,
        person_id,
        "reset",
        "Whoever runs the server has removed your authenticator app, recovery codes and passkeys, and "
        "ended your sessions.",
    )


def shown(w: Work, config: Config, keys: Keys, person_id: UUID) -> dict[str, Any]:
    """Gives how somebody's second factor stands."""
    app = kept.authenticator(w, person_id)
    return {
        "app": None if app is None or app.confirmed_at is None else app.confirmed_at.isoformat(),
        "codes": kept.codes_left(w, person_id),
        "passkeys": [
            {
                "id": str(one.id),
                "name": one.name,
                "made_at": one.made_at.isoformat(),
                "used_at": None if one.used_at is None else one.used_at.isoformat(),
            }
            for one in kept_passkeys.of(w, person_id)
        ],
        "any": kept.has_any(w, person_id),
        "asked": config.second_factor != Demand.OFF and is_asked(w, person_id),
        "offered": config.second_factor != Demand.OFF or kept.has_any(w, person_id),
        "apps": keys.there,
    }
