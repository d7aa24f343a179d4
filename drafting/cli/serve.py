"""`drafting serve`."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable

import click

from drafting import logs
from drafting.config import Config
from drafting.services import demo
from drafting.store import health, schema
from drafting.store.work import Store


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, help="0 takes a free one.")
@click.option("--database", "database_url", help="sqlite:///path or postgresql://…")
@click.option(
    "--workers",
    help="How many server processes share the port (1). More than one: PostgreSQL is advised.",
)
@click.option(
    "--redis",
    "redis_url",
    help="redis://… where several machines serve one database; no words go there.",
)
@click.option(
    "--demo", "with_demo", is_flag=True, help="Load the sample negotiation and print sign-in links."
)
def serve(
    *,
    host: str,
    port: int,
    database_url: str | None,
    workers: str | None,
    redis_url: str | None,
    with_demo: bool,
) -> None:
    """Serve the tool until it is stopped."""
    # What is stored is the server's own: no other account of the machine reads it.
    os.umask(0o077)
    config = Config.from_environment(
        database_url=database_url, workers=workers, redis_url=redis_url
    )
    logs.set_up(form=config.log, level=config.log_level)
    store = Store(config.database_url)
    health.refuse_damaged(store)
    schema.upgrade(store)
    links: list[tuple[str, str, str]] = []
    if with_demo:
        with store.work() as w:
            demo.load(w)
            links = demo.links(w)

    def ready(actual: int) -> None:
        base = f"http://{host}:{actual}"
        click.echo(f"\nServing on {base}  (Ctrl-C stops; what is written is kept)\n")
        if links:
            click.echo(
                "Sign in as (open each in a private window of its own to be several people at once):\n"
            )
            width = max(len(kind) for kind, _, _ in links)
            for kind, name, token in links:
                click.echo(f"  {kind:<{width}}  {base}/enter/{token}  ({name})")
            click.echo("")
        sys.stdout.flush()

    if config.workers > 1:
        store.close()
        _serve_many(config, host, port, ready)
    else:
        _serve_one(config, store, host, port, ready)


def _serve_one(
    config: Config, store: Store, host: str, port: int, ready: Callable[[int], None]
) -> None:
    from drafting.app import create_app, create_hub  # noqa: PLC0415 - the web is read when it is served
    from drafting.live.exchange import Redis  # noqa: PLC0415
    from drafting.serving import serve as serve_  # noqa: PLC0415

    app = create_app(config, store)
    hub = create_hub(app, Redis(config.redis_url) if config.redis_url else None)
    serve_(app, hub, host, port, ready)
    store.close()


def _serve_many(config: Config, host: str, port: int, ready: Callable[[int], None]) -> None:
    from drafting import workers  # noqa: PLC0415
    from drafting.app import create_app, create_hub  # noqa: PLC0415
    from drafting.live.exchange import Pipe, Redis  # noqa: PLC0415
    from drafting.serving import serve as serve_  # noqa: PLC0415

    held = workers.reserve(host, port)
    actual = held.getsockname()[1]

    def serve_part(number: int, end: socket.socket, served: Callable[[], None]) -> None:
        own = config.of_worker(number)
        store = Store(own.database_url)
        app = create_app(own, store)
        # The supervisor's end closes when it is gone: nobody would stop this process then.
        pipe = Pipe(end, lambda: os.kill(os.getpid(), signal.SIGTERM))
        hub = create_hub(app, Redis(config.redis_url) if config.redis_url else pipe)
        if config.redis_url:
            pipe.start(lambda _notice: None, lambda: None)
        serve_(app, hub, host, actual, lambda _port: served(), shared=True)
        store.close()

    with held:
        workers.run(config.workers, serve_part, lambda: ready(actual))
