"""What an application holds, for its edges to reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from drafting.config import Config
from drafting.keys import Keys
from drafting.rules.pace import Pace
from drafting.services.health import Readiness
from drafting.services.issuers import Issuers
from drafting.services.passwords import Passwords
from drafting.store.work import Store


@dataclass(slots=True)
class House:
    """The settings, the store, the passwords, and where the links that are handed out begin."""

    config: Config
    store: Store
    passwords: Passwords
    keys: Keys
    issuers: Issuers
    pace: Pace = field(default_factory=Pace)
    """How often addresses have asked for what is open to anybody."""
    ready: Readiness = field(init=False)
    """Whether this process can do its work."""

    def __post_init__(self) -> None:
        self.ready = Readiness(self.store)


def house() -> House:
    """Gives what the application that serves this request holds."""
    return cast("House", current_app.extensions["drafting"])
