"""Wiring: settings, store, edges; the only place that knows who listens to events."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from drafting import ids, keys
from drafting.api import api
from drafting.config import Config
from drafting.errors import Refusal
from drafting.house import House
from drafting.live.exchange import Exchange
from drafting.live.hub import Hub
from drafting.services import (
    board,
    comments,
    editing,
    news,
    people,
    positions,
    proposals,
    sponsors_seen,
)
from drafting.services.editing import Admitted, CatchUp, Edit, Stored
from drafting.services.issuers import Issuers
from drafting.services.news import Caught
from drafting.services.passwords import Passwords
from drafting.store.work import Store, Work
from drafting.web import account, boards, comparing, compilations, errors, health, security, verify

_HERE = Path(__file__).resolve().parent
ASSETS = _HERE if (_HERE / "static").is_dir() else _HERE.parent
"""Where static files and templates lie: inside the wheel, or beside the package in a checkout."""

FORM_FIELDS_MAX = 50


def create_app(config: Config, store: Store | None = None) -> Flask:
    """Gives the pages and the JSON API, without the live floor."""
    app = Flask(
        "drafting",
        static_folder=str(ASSETS / "static"),
        template_folder=str(ASSETS / "templates"),
        root_path=str(_HERE),
    )
    app.config["MAX_CONTENT_LENGTH"] = config.upload_max_bytes + 65_536
    app.config["MAX_FORM_PARTS"] = FORM_FIELDS_MAX
    app.config["MAX_FORM_MEMORY_SIZE"] = 500_000
    app.config["TEMPLATES_AUTO_RELOAD"] = False
    app.extensions["drafting"] = House(
        config,
        store or Store(config.database_url),
        Passwords(config),
        keys.held(config.database_url, config.key),
        Issuers(config.providers),
    )
    app.jinja_env.globals["largest"] = errors.largest(config)
    app.jinja_env.globals["asset"] = lambda path: f"/static/{path}"
    app.url_map.strict_slashes = False
    security.read_addresses_strictly(app)
    # One blueprint, whose pages stand in several modules: they are read for their pages.
    for module in (account, boards, comparing, compilations, health, verify):
        assert vars(module)["pages"] is compilations.pages  # noqa: S101 - else pages would be missing
    app.register_blueprint(compilations.pages)
    app.register_blueprint(api)
    security.guard(app)
    errors.answer_refusals(app)
    return app


class StoreDesk:
    """What the live floor asks of the services, answered from the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def apply_all(self, edits: Sequence[Edit]) -> list[Stored | Refusal]:
        """Stores edits in one transaction."""
        return editing.apply_all(self._store, edits)

    def catch_up(self, session: UUID, draft: UUID, seq: int, texts: Mapping[UUID, int]) -> CatchUp:
        """Gives what a client missed."""
        return editing.catch_up(self._store, session, draft, seq, texts)

    def admit(self, session: UUID, draft: UUID) -> Admitted:
        """Gives a person at a draft's table as of now."""
        return editing.admit(self._store, session, draft)

    def working_texts(self, draft: UUID, texts: Collection[UUID]) -> set[UUID]:
        """Gives those of these texts that are paragraphs of the draft."""
        return editing.working_texts(self._store, draft, texts)

    def redeem_ticket(self, ticket: str) -> UUID:
        """Spends a ticket and gives its session."""
        return editing.redeem_ticket(self._store, ticket)

    def thing_for(
        self, draft: UUID, kind: str, thing: object, sessions: Collection[UUID]
    ) -> Mapping[UUID, Mapping[str, Any]]:
        """Gives a thing that was told of, by session, as each who may see it now sees it."""
        with self._store.reading() as w:
            return _SEEN_BY[kind](w, people.actors(w, sessions, draft), thing)


_SEEN_BY: Mapping[str, Callable[..., Mapping[UUID, Mapping[str, Any]]]] = {
    "thread": comments.seen_by,
    "proposal": proposals.seen_by,
    "position": positions.seen_by,
    "sponsors": sponsors_seen.seen_by,
    "board": board.seen_by,
}


class StoreNews:
    """What the relay asks of the services, answered from the store."""

    def __init__(self, store: Store, process: UUID) -> None:
        self._store = store
        self._process = process

    def head(self, draft: UUID) -> int:
        """Gives the number of a draft's last news."""
        return news.head(self._store, draft)

    def after(self, known: Mapping[UUID, int], *, also_own: bool) -> Caught:
        """Gives the news after the numbers one knows."""
        return news.after(self._store, known, self._process, also_own=also_own)

    def prune(self) -> None:
        """Takes old news away."""
        news.prune(self._store)

    def seated(self, draft: UUID, people: Collection[UUID]) -> Mapping[UUID, Admitted]:
        """Gives those of these people who have a place on a draft."""
        return news.seated(self._store, draft, people)


def create_hub(app: Flask, exchange: Exchange | None = None) -> Hub:
    """Adds the live floor to an application; call it on the thread that runs the hub.

    With an exchange this is one of several server processes.
    """
    held: House = app.extensions["drafting"]
    hub = Hub(app, StoreDesk(held.store))
    held.store.listen = hub.listen
    held.ready.also("writer", hub.writes)
    held.ready.also("stopping", lambda: not hub.stopping)
    if exchange is not None:
        process = ids.new_id()
        relay = hub.relay(StoreNews(held.store, process), exchange, process)

        def spread(w: Work) -> Callable[[], None]:
            return partial(relay.spread, news.keep(w, process))

        held.store.spread = spread
        relay.start()
    return hub
