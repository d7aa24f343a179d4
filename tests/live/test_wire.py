"""Frames: what is read, in whatever pieces it comes, and what is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.live.wire import (
    MAX_FRAGMENTS,
    BrokenFrame,
    Frame,
    Opcode,
    Reader,
    Status,
    close_frame,
    frame,
    text_frame,
)
from tests.live.client import masked

LIMIT = 1000


def read(data: bytes, limit: int = LIMIT) -> list[tuple[Opcode, bytes]]:
    return Reader(limit).feed(data)


@given(
    st.lists(
        st.tuples(st.sampled_from([Opcode.TEXT, Opcode.PING, Opcode.PONG]), st.binary(max_size=125))
    ),
    st.lists(st.integers(1, 40)),
)
def test_frames_are_the_same_in_whatever_pieces_they_come(
    sent: list[tuple[Opcode, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(masked(opcode, payload) for opcode, payload in sent)
    reader = Reader(LIMIT)
    got = []
    for cut in cuts:
        got += reader.feed(stream[:cut])
        stream = stream[cut:]
    assert got + reader.feed(stream) == sent


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_every_size_is_read(size: int) -> None:
    payload = b"a" * size
    assert read(masked(1, payload), 1 << 20) == [(Opcode.TEXT, payload)]


def test_fragments_are_joined_and_pings_may_stand_between() -> None:
    stream = (
        masked(1, b"He", first=0) + masked(9, b"?") + masked(0, b"l", first=0) + masked(0, b"lo")
    )
    assert read(stream) == [(Opcode.PING, b"?"), (Opcode.TEXT, b"Hello")]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (masked(1, b"x" * (LIMIT + 1)), Status.TOO_BIG),
        (masked(1, b"", size=100 * 1024 * 1024), Status.TOO_BIG),
        (masked(1, b"", size=1 << 63), Status.TOO_BIG),
        (masked(1, b"x" * 600, first=0) + masked(0, b"x" * 600), Status.TOO_BIG),
        (masked(1, b"", first=0) + masked(0, b"", first=0) * MAX_FRAGMENTS, Status.TOO_BIG),
        (masked(1, b"compressed", first=0xC0), Status.PROTOCOL_ERROR),
        (masked(1, b"x", first=0xA0), Status.PROTOCOL_ERROR),
        (masked(1, b"x", first=0x90), Status.PROTOCOL_ERROR),
        (b"\x81\x01x", Status.PROTOCOL_ERROR),
        (masked(2, b"binary"), Status.NOT_TEXT),
        (masked(0, b"nothing was begun"), Status.PROTOCOL_ERROR),
        (masked(1, b"a", first=0) + masked(1, b"b"), Status.PROTOCOL_ERROR),
        (masked(9, b"x" * 126), Status.PROTOCOL_ERROR),
        (masked(9, b"x", first=0), Status.PROTOCOL_ERROR),
        *[(masked(opcode, b"x"), Status.PROTOCOL_ERROR) for opcode in (3, 4, 5, 6, 7, 11, 15)],
    ],
)
def test_what_may_not_come_is_refused(data: bytes, status: Status) -> None:
    with pytest.raises(BrokenFrame) as broken:
        read(data)
    assert broken.value.status is status


def test_a_frame_too_big_is_refused_before_its_content_comes() -> None:
    head = masked(1, b"", size=LIMIT + 1)[:4]
    with pytest.raises(BrokenFrame):
        read(head)


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(BrokenFrame):
        read(data)


def test_frames_are_written_as_the_standard_says() -> None:
    assert text_frame("é") == Frame(b"\x81\x02\xc3\xa9")
    assert close_frame(Status.NORMAL) == Frame(b"\x88\x02\x03\xe8")
    assert frame(Opcode.TEXT, b"x" * 126).data[:4] == b"\x81\x7e\x00\x7e"
    assert frame(Opcode.TEXT, b"x" * 65_536).data[:10] == b"\x81\x7f" + (65_536).to_bytes(8)
