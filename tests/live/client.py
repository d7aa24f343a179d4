"""A websocket client made by hand, so that a test can send whatever it likes, and pause."""

from __future__ import annotations

import base64
import json
import os
import socket
import time
from typing import Any

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
DEADLINE_S = 10.0


def masked(opcode: int, payload: bytes, *, first: int = 0x80, size: int | None = None) -> bytes:
    """Gives a client's frame; `first` holds FIN and reserved bits, `size` may lie."""
    length = len(payload) if size is None else size
    key = os.urandom(4)
    head = bytes([first | opcode])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 1 << 16:
        head += bytes([0x80 | 126]) + length.to_bytes(2)
    else:
        head += bytes([0x80 | 127]) + length.to_bytes(8)
    count = len(payload)
    mask = (key * (count // 4 + 1))[:count]
    body = (int.from_bytes(payload) ^ int.from_bytes(mask)).to_bytes(count)
    return head + key + body


class Closed(Exception):
    """The server closed the connection; `status` is the code in its close frame, if it sent one."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class Client:
    """One connection. Nothing is read unless the test asks."""

    def __init__(
        self,
        port: int,
        *,
        headers: dict[str, str] | None = None,
        query: str = "EIO=4&transport=websocket",
        receive_buffer: int | None = None,
    ) -> None:
        self.events: list[tuple[str, Any]] = []
        self.acks: dict[int, Any] = {}
        self.closed: Closed | None = None
        self._packet = 0
        self._buffer = b""
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(DEADLINE_S)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
            **(headers or {}),
        }
        request = f"GET /socket.io/?{query} HTTP/1.1\r\n"
        request += "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
        self.socket.sendall(request.encode())
        while b"\r\n\r\n" not in self._buffer:
            data = self.socket.recv(4096)
            if not data:
                break
            self._buffer += data
        self.greeting, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        self.status = int(self.greeting.split()[1])

    def connect(self, ticket: str) -> dict[str, Any] | None:
        """Connects Socket.IO; gives its answer, or None when it was refused."""
        self.text("40" + json.dumps({"ticket": ticket}))
        return self.connected()

    def connected(self) -> dict[str, Any] | None:
        """Waits for the answer to a connect packet."""
        while True:
            message = self.message()
            if message.startswith("40"):
                answer: dict[str, Any] = json.loads(message[2:])
                return answer
            if message.startswith("44"):
                return None

    def text(self, text: str) -> None:
        """Sends a text frame."""
        self.raw(masked(TEXT, text.encode("utf-8", "surrogatepass")))

    def raw(self, data: bytes) -> None:
        """Sends bytes."""
        self.socket.sendall(data)

    def emit(self, event: str, data: Any, *, acknowledge: bool = True) -> int:
        """Sends an event; gives the number of its acknowledgement."""
        self._packet += 1
        number = str(self._packet) if acknowledge else ""
        self.text(f"42{number}{json.dumps([event, data])}")
        return self._packet

    def ask(self, event: str, data: Any) -> Any:
        """Sends an event and gives its acknowledgement."""
        return self.ack(self.emit(event, data))

    def ack(self, number: int) -> Any:
        """Waits for an acknowledgement."""
        deadline = time.monotonic() + DEADLINE_S
        while number not in self.acks:
            self.pump(deadline)
        return self.acks.pop(number)

    def event(self, name: str, within_s: float = DEADLINE_S) -> Any:
        """Waits for an event and takes it."""
        deadline = time.monotonic() + within_s
        while True:
            for index, (event, data) in enumerate(self.events):
                if event == name:
                    del self.events[index]
                    return data
            self.pump(deadline)

    def pump(self, deadline: float) -> None:
        """Takes one message into `events` or `acks`."""
        message = self.message(deadline)
        if message.startswith("42"):
            event, data = json.loads(message[2:])
            self.events.append((event, data))
        elif message.startswith("43"):
            at = message.index("[")
            self.acks[int(message[2:at])] = json.loads(message[at:])[0]

    def message(self, deadline: float | None = None) -> str:
        """Gives the next Engine.IO message besides pings."""
        while True:
            opcode, payload = self.frame(deadline)
            if opcode == TEXT:
                message = payload.decode()
                if message == "2":
                    self.text("3")
                elif not message.startswith("0"):
                    return message
            elif opcode == CLOSE:
                raise Closed(int.from_bytes(payload[:2]) if payload else None)

    def frame(self, deadline: float | None = None) -> tuple[int, bytes]:
        """Gives the next frame. Raises Closed at the end and TimeoutError past the deadline."""
        head = self._take(2, deadline)
        assert head[0] & 0x70 == 0, "the server compressed"
        assert head[1] & 0x80 == 0, "the server masked"
        size = head[1]
        if size == 126:
            size = int.from_bytes(self._take(2, deadline))
        elif size == 127:
            size = int.from_bytes(self._take(8, deadline))
        return head[0] & 0x0F, self._take(size, deadline)

    def _take(self, size: int, deadline: float | None) -> bytes:
        deadline = time.monotonic() + DEADLINE_S if deadline is None else deadline
        while len(self._buffer) < size:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                data = self.socket.recv(1 << 16)
            except ConnectionError:
                data = b""
            if not data:
                raise Closed(None)
            self._buffer += data
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def wait_closed(self, within_s: float = DEADLINE_S) -> int | None:
        """Waits for the end, dropping what comes; gives the status in the close frame, if any."""
        deadline = time.monotonic() + within_s
        status = None
        while True:
            try:
                opcode, payload = self.frame(deadline)
            except Closed:
                return status
            if opcode == CLOSE:
                status = int.from_bytes(payload[:2])
            elif opcode == TEXT and payload.startswith(b"42"):
                event, data = json.loads(payload[2:])
                self.events.append((event, data))

    def close(self) -> None:
        """Closes without a word."""
        self.socket.close()
