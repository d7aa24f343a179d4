"""Passkeys (WebAuthn level 3): beside a password, or instead of one."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.config import Config
from drafting.errors import Malformed, NotAllowed, NotFound, Unproved
from drafting.services import factors, notices
from drafting.services.people import clean_name
from drafting.store import passkeys as kept
from drafting.store import people as kept_people
from drafting.store.tables import Challenge, Passkey
from drafting.store.work import Work

CHALLENGE_S = 300
PASSKEYS_MAX = 20
ANSWER_MAX_CHARS = 20_000

REGISTER, SIGN_IN, SECOND, AGAIN = "register", "sign in", "second", "again"
"""What a challenge was made for; it is good for nothing else."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are good: the domain they are bound to, and the address pages come from."""

    domain: str
    origin: str


def begin_registering(w: Work, site: Site, person_id: UUID) -> dict[str, Any]:
    """Gives what a browser makes a passkey from. Refuses: NotAllowed for somebody with very many."""
    person = kept_people.person(w, person_id)
    if person is None:
        raise NotFound
    held = kept.of(w, person_id)
    if len(held) >= PASSKEYS_MAX:
        raise NotAllowed(detail="There are twenty passkeys; remove one first. Nothing was changed.")
    from drafting.services import ceremonies  # noqa: PLC0415 - see there

    return ceremonies.to_make(
        site,
        person_id,
        name=person.name,
        account=person.email or person.name,
        challenge=_challenge(w, REGISTER, person_id),
        held=[one.credential_id for one in held],
    )


def register(w: Work, site: Site, person_id: UUID, answer: str, name: str) -> Passkey:
    """Keeps a passkey that was just made. Refuses: Unproved; Malformed for an odd name."""
    from drafting.services import ceremonies  # noqa: PLC0415 - see there

    credential = _read(answer)
    made = ceremonies.made(site, credential, _answered(w, credential, REGISTER, person_id))
    if kept.exists(w, made.credential_id):
        raise Unproved
    passkey = Passkey(
        id=ids.new_id(f"factor:{person_id}"),
        person_id=person_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=clean_name(name, may_be_empty=True) or "Passkey",
        made_at=w.now,
        used_at=None,
        ended_at=None,
    )
    w.session.add(passkey)
    notices.tell(w, person_id, "passkey", "A passkey was added to your account.")
    return passkey


def begin_asking(w: Work, site: Site, purpose: str, person_id: UUID | None) -> dict[str, Any]:
    """Gives what a browser asks a passkey: anybody's for a sign-in, or those of one person."""
    from drafting.services import ceremonies  # noqa: PLC0415 - see there

    held = [] if person_id is None else kept.of(w, person_id)
    return ceremonies.to_ask(
        site,
        challenge=_challenge(w, purpose, person_id),
        held=[one.credential_id for one in held],
        must_show=purpose == SIGN_IN,
    )


def prove(w: Work, site: Site, purpose: str, answer: str, person_id: UUID | None = None) -> UUID:
    """Takes a passkey's answer and gives whose it is.

    For a sign-in of its own the person must have shown themselves to the passkey (by PIN, finger or
    face). Refuses: Unproved, alike for every reason.
    """
    from drafting.services import ceremonies  # noqa: PLC0415 - see there

    credential = _read(answer)
    challenge = _answered(w, credential, purpose, person_id)
    passkey = kept.by_credential(w, _bytes(credential, "rawId"))
    if passkey is None or (person_id is not None and passkey.person_id != person_id):
        raise Unproved
    person = kept_people.person(w, passkey.person_id)
    if person is None or person.ended_at is not None:
        raise Unproved
    handle = credential["response"].get("userHandle")
    if handle and _decoded(str(handle)) != passkey.person_id.bytes:
        raise Unproved
    known = ceremonies.Made(passkey.credential_id, passkey.public_key, passkey.sign_count)
    passkey.sign_count = ceremonies.proved(
        site, credential, challenge, known, must_show=purpose == SIGN_IN
    )
    passkey.used_at = w.now
    return passkey.person_id


def end(w: Work, config: Config, person_id: UUID, passkey_id: UUID) -> None:
    """Ends a passkey of one's own. Refuses: NotFound; NotAllowed for the last that one must have."""
    passkey = kept.passkey(w, passkey_id)
    if passkey is None or passkey.person_id != person_id or passkey.ended_at is not None:
        raise NotFound
    passkey.ended_at = w.now
    factors.check_left(w, config, person_id)
    notices.tell(w, person_id, "passkey", "A passkey was removed from your account.")


def _challenge(w: Work, purpose: str, person_id: UUID | None) -> bytes:
    kept.forget_old(w)
    drawn = bytes.fromhex(ids.new_token(f"challenge:{person_id}"))
    w.session.add(
        Challenge(
            challenge=drawn,
            purpose=purpose,
            person_id=person_id,
            expires_at=w.now + timedelta(seconds=CHALLENGE_S),
        )
    )
    return drawn


def _answered(w: Work, credential: dict[str, Any], purpose: str, person_id: UUID | None) -> bytes:
    """Spends the challenge an answer is to. Refuses: Unproved when it was not made for this."""
    try:
        said = json.loads(_bytes(credential["response"], "clientDataJSON"))
        challenge = _decoded(said["challenge"])
    except (ValueError, KeyError, TypeError):
        raise Unproved from None
    made = kept.take_challenge(w, challenge)
    if made is None or made.purpose != purpose or made.person_id != person_id:
        raise Unproved
    return challenge


def _read(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer[:ANSWER_MAX_CHARS])
    except (ValueError, RecursionError):
        raise Malformed(detail="This is no answer of a passkey; nothing was changed.") from None
    if not isinstance(read, dict) or not isinstance(read.get("response"), dict):
        raise Malformed(detail="This is no answer of a passkey; nothing was changed.")
    return read


def _bytes(held: dict[str, Any], name: str) -> bytes:
    value = held.get(name)
    if not isinstance(value, str):
        raise Unproved
    try:
        return _decoded(value)
    except ValueError:
        raise Unproved from None


def _decoded(words: str) -> bytes:
    # Browsers leave the padding out, and too much of it is no fault.
    return base64.urlsafe_b64decode(f"{words}===")
