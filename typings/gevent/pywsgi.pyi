from email.message import Message
from io import BufferedReader
from types import TracebackType
from typing import Any
from wsgiref.types import WSGIApplication

from gevent.pool import Pool
from gevent.socket import socket as _socket

class WSGIHandler:
    socket: _socket
    rfile: BufferedReader
    headers: Message
    command: str
    request_version: str
    close_connection: bool
    server: WSGIServer
    def __init__(self, sock: _socket, address: Any, server: WSGIServer) -> None: ...
    def handle(self) -> None: ...
    def handle_one_request(self) -> Any: ...
    def read_requestline(self) -> str: ...
    def read_request(self, raw_requestline: str) -> bool: ...
    def get_environ(self) -> dict[str, Any]: ...
    def log_request(self) -> None: ...
    def log_error(self, msg: str, *args: object) -> None: ...
    def MessageClass(self, *args: Any) -> Any: ...  # noqa: N802
    def _handle_client_error(self, ex: BaseException) -> tuple[str, bytes]: ...
    def _log_error(
        self, t: type[BaseException], v: BaseException, tb: TracebackType | None
    ) -> None: ...
    def _connection_upgrade_requested(self) -> bool: ...

class WSGIServer:
    server_port: int
    def __init__(
        self,
        listener: Any,
        application: WSGIApplication,
        *,
        backlog: int | None = ...,
        spawn: Pool | str = ...,
        log: None = ...,
        error_log: None = ...,
        handler_class: type[WSGIHandler] = ...,
        environ: dict[str, Any] | None = ...,
    ) -> None: ...
    def start(self) -> None: ...
    def close(self) -> None: ...
