"""Who sits where, and what is told of it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from drafting.live import presence
from drafting.live.rooms import Caret, Connection, Room, Rooms
from drafting.rules.roles import Role
from drafting.services.editing import Admitted

DRAFT, OTHER, TEXT = UUID(int=1), UUID(int=2), UUID(int=3)


def connection(number: int = 0) -> Connection:
    socket: Any = None
    return Connection(f"sid{number}", UUID(int=100 + number), socket)


def admitted(role: Role = Role.DELEGATE, *, may_edit: bool = True, number: int = 0) -> Admitted:
    return Admitted(UUID(int=200 + number), "Ana Ruiz", "Mexico", role, None, may_edit, 0)


def seat(rooms: Rooms, *, role: Role = Role.DELEGATE, number: int = 0) -> tuple[Connection, Room]:
    one = connection(number)
    rooms.add(one)
    return one, rooms.join(one, DRAFT, admitted(role, number=number))


def keys(people: presence.Ready) -> list[str]:
    return [person["key"] for person in json.loads(people.json)]


def test_who_joined_is_told_once_and_then_known() -> None:
    rooms = Rooms()
    one, room = seat(rooms)
    assert keys(presence.people(room)) == []
    assert [person["key"] for person in presence.gathered(room, {})["joined"]] == [one.key]
    assert not room.has_news
    assert keys(presence.people(room)) == [one.key]


def test_who_left_before_being_told_of_was_never_there() -> None:
    rooms = Rooms()
    _, room = seat(rooms)
    two, _ = seat(rooms, number=1)
    presence.gathered(room, {})
    three, _ = seat(rooms, number=2)
    rooms.leave(three, DRAFT)
    assert not room.has_news
    rooms.leave(two, DRAFT)
    assert presence.gathered(room, {})["left"] == [two.key]


def test_a_capital_is_seen_neither_coming_nor_there_nor_going() -> None:
    rooms = Rooms()
    _, room = seat(rooms)
    presence.gathered(room, {})
    capital, _ = seat(rooms, role=Role.CAPITAL, number=1)
    assert not room.has_news
    assert capital.key not in keys(presence.people(room))
    assert capital in list(room.connections())
    rooms.remove(capital)
    assert not room.has_news


def test_joining_again_keeps_the_seat_and_takes_the_new_rights() -> None:
    rooms = Rooms()
    one, room = seat(rooms)
    since = one.drafts[DRAFT].since
    rooms.join(one, DRAFT, admitted(may_edit=False))
    assert one.drafts[DRAFT].since == since
    assert not room.members[one.key].admitted.may_edit


def test_a_connection_that_ends_leaves_every_table_and_empty_tables_are_forgotten() -> None:
    rooms = Rooms()
    one, _ = seat(rooms)
    rooms.join(one, OTHER, admitted())
    rooms.remove(one)
    assert (rooms.by_draft, rooms.connections, one.drafts) == ({}, {}, {})


def test_a_caret_keeps_its_since_within_a_text() -> None:
    rooms = Rooms()
    one, room = seat(rooms)
    first = presence.gathered(room, {one.key: Caret(TEXT, 1, 2, 3)})["carets"][0]
    again = presence.gathered(room, {one.key: Caret(TEXT, 2, 4, 4)})["carets"][0]
    assert (again["since"], again["start"]) == (first["since"], 4)
    away = presence.gathered(room, {one.key: None})["carets"][0]
    assert away == dict.fromkeys(away) | {"key": one.key}


def test_carets_of_those_who_left_or_may_not_edit_are_not_told() -> None:
    rooms = Rooms()
    one, room = seat(rooms)
    seat(rooms, number=1)
    rooms.join(one, DRAFT, admitted(may_edit=False))
    place = Caret(TEXT, 0, 0, 0)
    assert presence.gathered(room, {one.key: place, "gone": place})["carets"] == []


@pytest.mark.parametrize(("size", "receivers", "pause"), [(100, 600, 0.5), (50_000, 600, 3.0)])
def test_long_messages_to_many_are_told_more_seldom(
    size: int, receivers: int, pause: float
) -> None:
    assert presence.pause_s(size, receivers) == pause
