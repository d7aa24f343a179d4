"""What a machine asks: is this process alive, and can it work."""

from __future__ import annotations

from flask import Response

from drafting.house import house
from drafting.web.pages import pages

__all__ = ["pages"]

_PLAIN = "text/plain; charset=utf-8"


@pages.get("/healthz")
def health() -> Response:
    """Says that the process is alive. Asks nothing and nobody."""
    return Response("ok\n", content_type=_PLAIN)


@pages.get("/readyz")
def ready() -> Response:
    """Says that the process can work; else 503 and the names of what fails, a line each."""
    fails = house().ready.fails()
    if not fails:
        return Response("ready\n", content_type=_PLAIN)
    return Response("".join(f"{name}\n" for name in fails), status=503, content_type=_PLAIN)
