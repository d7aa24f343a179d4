"""Where this process's figures are read: a listener of its own, apart from the one people use.

So no page, session or proxy leads there. On an address that other machines reach it asks for a
secret (`drafting.config` refuses to start without one).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gevent.pool import Pool
from gevent.pywsgi import WSGIServer

from drafting import metrics

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    from drafting.config import Config

MAX_CONNECTIONS = 16


class MetricsDoor:
    """Answers `GET /metrics`. Made, started and stopped on the hub's thread."""

    def __init__(self, config: Config) -> None:
        """Takes the address from the settings."""
        host, _, port = config.metrics.rpartition(":")
        self._expected = f"Bearer {config.metrics_token}" if config.metrics_token else ""
        self._server = WSGIServer(
            (host.strip("[]"), int(port)),
            self._answer,
            spawn=Pool(MAX_CONNECTIONS),
            log=None,
            error_log=None,
            environ={"SERVER_NAME": host},
        )

    def start(self) -> None:
        """Listens."""
        self._server.start()

    def stop(self) -> None:
        """Listens no more."""
        self._server.stop(timeout=0.5)

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        status, kind, body = self._made(environ)
        start_response(
            status,
            [
                ("Content-Type", kind),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def _made(self, environ: dict[str, Any]) -> tuple[str, str, bytes]:
        said = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1")
        if self._expected and not hmac.compare_digest(said, self._expected.encode()):
            return "401 Unauthorized", "text/plain; charset=utf-8", b"A token is needed.\n"
        if environ["PATH_INFO"] != "/metrics" or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return "404 Not Found", "text/plain; charset=utf-8", b"Only GET /metrics is served.\n"
        return "200 OK", metrics.CONTENT_TYPE, metrics.text().encode()
