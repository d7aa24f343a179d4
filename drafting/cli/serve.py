"""`drafting serve`."""

from __future__ import annotations

import os
import sys

import click

from drafting import logs
from drafting.config import Config
from drafting.services import demo
from drafting.store import schema
from drafting.store.work import Store


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, help="0 takes a free one.")
@click.option("--database", "database_url", help="sqlite:///path or postgresql://…")
@click.option(
    "--demo", "with_demo", is_flag=True, help="Load the sample negotiation and print sign-in links."
)
def serve(*, host: str, port: int, database_url: str | None, with_demo: bool) -> None:
    """Serve the tool until it is stopped."""
    from drafting.app import create_app, create_hub  # noqa: PLC0415 - the web is read when it is served
    from drafting.serving import serve as serve_  # noqa: PLC0415

    # What is stored is the server's own: no other account of the machine reads it.
    os.umask(0o077)
    config = Config.from_environment(database_url=database_url)
    logs.set_up(form=config.log, level=config.log_level)
    store = Store(config.database_url)
    schema.upgrade(store)
    links: list[tuple[str, str, str]] = []
    if with_demo:
        with store.work() as w:
            demo.load(w)
            links = demo.links(w)
    app = create_app(config, store)
    hub = create_hub(app)

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

    serve_(app, hub, host, port, ready)
    store.close()
