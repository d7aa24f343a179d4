"""Coming in by two factors, on both databases, and when several come at once with one code."""

from __future__ import annotations

import re
import threading
from typing import Any
from uuid import UUID

import pyotp

from drafting import clock
from drafting.keys import Keys
from drafting.services import arrivals, factors
from drafting.services.arrivals import Browser, Entered, Waiting
from drafting.store import sessions as kept
from drafting.store.work import Store
from tests.make import CONFIG, table

KEYS = Keys((bytes(range(32)),))
HERE = Browser("Firefox/1 Linux", "10.1.2.3")


def with_app(store: Store) -> tuple[UUID, pyotp.TOTP, Any]:
    """Gives somebody who has an authenticator app, the app, and a moment two steps later."""
    at = table(store)
    with store.work() as w:
        person = kept.session(w, at.sessions["chile"]).person_id
        app = pyotp.TOTP(re.sub(" ", "", factors.begin(w, KEYS, person).secret))
    with store.work() as w:
        now = w.now
        assert factors.confirm(w, KEYS, person, app.at(now))
    return person, app, now.replace(microsecond=0)


def waiting(store: Store, person: UUID) -> str:
    with store.work() as w:
        came = arrivals.arrive(w, CONFIG, person, HERE, method="password", target="/drafts")
    assert isinstance(came, Waiting)
    return came.token


def test_of_several_who_give_one_code_at_once_one_comes_in(store: Store) -> None:
    person, app, now = with_app(store)
    clock.use(lambda: now)
    code = app.at(now, counter_offset=1)
    came: list[object] = []

    def give(token: str) -> None:
        with store.work() as w:
            came.append(arrivals.give_code(w, CONFIG, KEYS, token, code, HERE))

    threads = [threading.Thread(target=give, args=(waiting(store, person),)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(type(one).__name__ for one in came) == ["Entered"] + ["NoneType"] * 3


def test_of_several_who_give_one_recovery_code_at_once_one_comes_in(store: Store) -> None:
    person, _, now = with_app(store)
    clock.use(lambda: now)
    with store.work() as w:
        code = factors.new_codes(w, person)[0]
    came: list[object] = []

    def give(token: str) -> None:
        with store.work() as w:
            came.append(arrivals.give_code(w, CONFIG, KEYS, token, code, HERE))

    threads = [threading.Thread(target=give, args=(waiting(store, person),)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [isinstance(one, Entered) for one in came].count(True) == 1
    with store.reading() as w:
        assert factors.shown(w, CONFIG, KEYS, person)["codes"] == 9
