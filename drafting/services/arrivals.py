"""Coming in: from the first proof to a session, by way of a second factor where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from drafting import ids
from drafting.config import Config
from drafting.errors import NotSignedIn
from drafting.ids import hashed
from drafting.keys import Keys
from drafting.rules.factors import Demand
from drafting.services import factors, notices, passkeys, sessions, tries
from drafting.services.passkeys import Site
from drafting.store import arrivals as kept
from drafting.store import factors as kept_factors
from drafting.store import passkeys as kept_passkeys
from drafting.store import people as kept_people
from drafting.store.tables import Arrival, KnownDevice
from drafting.store.work import Work

WAIT_S = 600
"""For how long a sign-in waits for its second factor."""
KNOWN_S = 180 * 86_400
"""For how long a device is known after it was last used."""
SAMPLE = "sample"
"""The method of the sample's links: they work without a second factor wherever one is required."""

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody comes from: what the browser says it is, its address, its device token or ""."""

    device: str
    address: str
    known: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in: the session's token, and the device's."""

    token: str
    device: str
    target: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody still has to give a second factor, or to set one up."""

    token: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """A sign-in that waits, as its page shows it."""

    person_id: UUID
    name: str
    has_app: bool
    has_passkey: bool
    sets_up: bool
    """There is none yet, and one is required."""


def is_known(w: Work, browser: Browser, person_id: UUID | None) -> bool:
    """Tells whether somebody has signed in on this device before; asks as much for nobody."""
    found = kept.known(w, hashed(browser.known), person_id or _NOBODY)
    return found is not None and person_id is not None


def arrive(
    w: Work,
    config: Config,
    person_id: UUID,
    browser: Browser,
    *,
    method: str,
    target: str,
    both: bool = False,
) -> Entered | Waiting:
    """Takes a first proof: gives a session, or a sign-in that waits for a second factor.

    `both` says that the proof was one of two factors already.
    """
    has = factors.has_any(w, person_id)
    must = (
        config.second_factor == Demand.REQUIRED
        and method != SAMPLE
        and not has
        and factors.is_asked(w, person_id)
    )
    if both or not (has or must):
        return _enter(w, config, person_id, browser, method=method, second=both, target=target)
    token = ids.new_token(f"arrival:{person_id}")
    w.session.add(
        Arrival(
            token_hash=hashed(token),
            person_id=person_id,
            method=method,
            device=browser.device[:200],
            address=browser.address,
            known=is_known(w, browser, person_id),
            target=target,
            expires_at=w.now + timedelta(seconds=WAIT_S),
        )
    )
    return Waiting(token)


def awaited(w: Work, token: str) -> Awaited:
    """Gives a sign-in that waits. Refuses: NotSignedIn when it is over."""
    arrival = _arrival(w, token)
    person = kept_people.person(w, arrival.person_id)
    if person is None or person.ended_at is not None:
        raise NotSignedIn
    app = kept_factors.authenticator(w, person.id) is not None
    passkey = bool(kept_passkeys.of(w, person.id))
    return Awaited(person.id, person.name, app, passkey, not (app or passkey))


def _arrival(w: Work, token: str) -> Arrival:
    arrival = kept.arrival(w, hashed(token))
    if arrival is None:
        raise NotSignedIn
    return arrival


def give_code(
    w: Work, config: Config, keys: Keys, token: str, code: str, browser: Browser
) -> Entered | None:
    """Takes a code as the second factor; None for a wrong one, which is counted.

    Refuses: NotSignedIn when the sign-in is over; TooMany after five wrong ones in a minute.
    """
    arrival = _arrival(w, token)
    account, known = f"second factor of {arrival.person_id}", browser.known if arrival.known else ""
    tries.check(w, account, "", known=known, a_minute=tries.SECOND_A_MINUTE)
    if factors.has_any(w, arrival.person_id):
        passed = bool(factors.passes(w, keys, arrival.person_id, code))
    else:
        passed = factors.confirm(w, keys, arrival.person_id, code)
    if not passed:
        tries.note(w, account, "", known=known, person_id=arrival.person_id)
        return None
    return _end(w, config, arrival, token, browser)


def give_passkey(
    w: Work, config: Config, site: Site, token: str, answer: str, browser: Browser
) -> Entered:
    """Takes a passkey as the second factor. Refuses: NotSignedIn, Unproved."""
    arrival = _arrival(w, token)
    passkeys.prove(w, site, passkeys.SECOND, answer, arrival.person_id)
    return _end(w, config, arrival, token, browser)


def _end(w: Work, config: Config, arrival: Arrival, token: str, browser: Browser) -> Entered:
    kept.end(w, hashed(token))
    return _enter(
        w,
        config,
        arrival.person_id,
        browser,
        method=arrival.method,
        second=True,
        target=arrival.target,
    )


def _enter(
    w: Work,
    config: Config,
    person_id: UUID,
    browser: Browser,
    *,
    method: str,
    second: bool,
    target: str,
) -> Entered:
    token = sessions.begin(
        w,
        config,
        person_id,
        browser.device,
        address=browser.address,
        method=method,
        second=second,
    )
    w.note(f"sign-in by {method}{' and second factor' if second else ''}", person_id)
    return Entered(token, _know(w, person_id, browser), target)


def _know(w: Work, person_id: UUID, browser: Browser) -> str:
    """Makes a device known, and tells the person of one that was not; gives its token."""
    until = w.now + timedelta(seconds=KNOWN_S)
    found = kept.known(w, hashed(browser.known), person_id) if browser.known else None
    if found is not None:
        found.expires_at = until
        return browser.known
    if kept.knows_any(w, person_id):
        where = sessions.shortened(browser.address)
        notices.tell(
            w,
            person_id,
            "device",
            f"Somebody signed in to your account on a device that had not been used before: "
            f"{sessions.device_words(browser.device)}{f', from {where}' if where else ''}.",
        )
    kept.forget_old(w)
    device = ids.new_token(f"device:{person_id}")
    w.session.add(
        KnownDevice(
            token_hash=hashed(device),
            person_id=person_id,
            device=browser.device[:200],
            made_at=w.now,
            expires_at=until,
        )
    )
    return device
