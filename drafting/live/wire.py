"""Websocket frames (RFC 6455) as bytes: a strict reader with bounds, and frames encoded once.

No input, no output, no state beyond one connection's unfinished bytes. What a client may not send
is refused from a frame's first bytes, before its content is in memory: compressed frames, binary
frames, unmasked frames, more than the limit in one frame or in all fragments of a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

MAX_FRAGMENTS = 32
"""Most frames one message may come in: browsers send one."""

MAX_CONTROL_BYTES = 125
"""Most bytes in a ping, pong or close frame (RFC 6455, section 5.5)."""

_FINAL = 0x80
_RESERVED = 0x70
_MASKED = 0x80
_TWO_BYTE_SIZE = 126
_EIGHT_BYTE_SIZE = 127
_CONTROL = 8


class Opcode(IntEnum):
    """What a frame is."""

    MORE = 0
    TEXT = 1
    CLOSE = 8
    PING = 9
    PONG = 10


class Status(IntEnum):
    """Why a connection is closed, as the peer is told (RFC 6455, section 7.4)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    NOT_TEXT = 1003
    NOT_UTF8 = 1007
    POLICY = 1008
    TOO_BIG = 1009


class BrokenFrame(Exception):
    """The peer sent what it may not; `status` says what."""

    def __init__(self, status: Status) -> None:
        """Takes the reason the peer is told."""
        super().__init__(status.name)
        self.status = status


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, ready to be written to any number of sockets."""

    data: bytes


def frame(opcode: Opcode, payload: bytes) -> Frame:
    """Gives a final, unmasked frame, as a server sends it."""
    size = len(payload)
    if size < _TWO_BYTE_SIZE:
        return Frame(bytes((_FINAL | opcode, size)) + payload)
    if size < 1 << 16:
        return Frame(bytes((_FINAL | opcode, _TWO_BYTE_SIZE)) + size.to_bytes(2) + payload)
    return Frame(bytes((_FINAL | opcode, _EIGHT_BYTE_SIZE)) + size.to_bytes(8) + payload)


def text_frame(text: str) -> Frame:
    """Gives a text frame."""
    return frame(Opcode.TEXT, text.encode())


def joined(frames: Sequence[Frame]) -> Frame:
    """Gives several frames as the bytes of one write."""
    return frames[0] if len(frames) == 1 else Frame(b"".join(one.data for one in frames))


def close_frame(status: Status) -> Frame:
    """Gives a close frame with a reason."""
    return frame(Opcode.CLOSE, status.to_bytes(2))


class Reader:
    """Makes messages out of the bytes of one connection.

    Holds at most `limit_bytes` and what was fed last. `limit_bytes` may be raised between feeds.
    """

    __slots__ = ("_buffer", "_fragments", "_parts", "_parts_bytes", "limit_bytes")

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._parts_bytes = 0
        self._fragments = 0

    def feed(self, data: bytes) -> list[tuple[Opcode, bytes]]:
        """Gives the messages and control frames completed by these bytes, in order.

        Raises BrokenFrame at the first byte that tells that a frame is not allowed.
        """
        buffer = self._buffer
        buffer += data
        done: list[tuple[Opcode, bytes]] = []
        at = 0
        while (found := self._header(at)) is not None:
            opcode, final, start, size = found
            end = start + size
            if len(buffer) < end:
                break
            payload = _unmasked(bytes(buffer[start:end]), bytes(buffer[start - 4 : start]))
            at = end
            if opcode >= _CONTROL:
                done.append((Opcode(opcode), payload))
            elif (message := self._joined(payload, final=final)) is not None:
                done.append((Opcode.TEXT, message))
        del buffer[:at]
        return done

    def _header(self, at: int) -> tuple[int, bool, int, int] | None:
        buffer = self._buffer
        have = len(buffer) - at
        if have < 2:  # noqa: PLR2004 - the two bytes every header has
            return None
        first, second = buffer[at], buffer[at + 1]
        opcode, size, final = first & 0x0F, second & 0x7F, bool(first & _FINAL)
        if first & _RESERVED or not second & _MASKED:
            raise BrokenFrame(Status.PROTOCOL_ERROR)
        self._check_opcode(opcode, size, final=final)
        start = at + 6
        if size == _TWO_BYTE_SIZE:
            start = at + 8
            if have < 4:  # noqa: PLR2004 - header and size
                return None
            size = int.from_bytes(buffer[at + 2 : at + 4])
        elif size == _EIGHT_BYTE_SIZE:
            start = at + 14
            if have < 10:  # noqa: PLR2004 - header and size
                return None
            size = int.from_bytes(buffer[at + 2 : at + 10])
        if opcode < _CONTROL and self._parts_bytes + size > self.limit_bytes:
            raise BrokenFrame(Status.TOO_BIG)
        return (opcode, final, start, size) if len(buffer) >= start else None

    def _check_opcode(self, opcode: int, size: int, *, final: bool) -> None:
        begun = self._fragments > 0
        if opcode in {Opcode.CLOSE, Opcode.PING, Opcode.PONG}:
            if final and size <= MAX_CONTROL_BYTES:
                return
        elif opcode == Opcode.MORE:
            if begun:
                return
        elif opcode == Opcode.TEXT:
            if not begun:
                return
        elif opcode == Opcode.TEXT + 1:
            raise BrokenFrame(Status.NOT_TEXT)
        raise BrokenFrame(Status.PROTOCOL_ERROR)

    def _joined(self, payload: bytes, *, final: bool) -> bytes | None:
        if final and not self._fragments:
            return payload
        self._fragments += 1
        if self._fragments > MAX_FRAGMENTS:
            raise BrokenFrame(Status.TOO_BIG)
        self._parts.append(payload)
        self._parts_bytes += len(payload)
        if not final:
            return None
        message = b"".join(self._parts)
        self._parts.clear()
        self._parts_bytes = self._fragments = 0
        return message


def _unmasked(data: bytes, mask: bytes) -> bytes:
    # One addition of two long numbers is a hundred times as fast as a loop over the bytes.
    size = len(data)
    key = mask * (size // 4) + mask[: size % 4]
    return (int.from_bytes(data) ^ int.from_bytes(key)).to_bytes(size)
