"""How often one address may ask: counted in memory, by the network that one customer has."""

from datetime import UTC, datetime

import pytest

from drafting.errors import TooMany
from drafting.rules import pace
from drafting.rules.pace import Pace, neighbourhood

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def test_one_address_asks_so_often_and_then_waits():
    held = Pace()
    for _ in range(pace.TIMES):
        held.note("192.0.2.1", NOW)
    with pytest.raises(TooMany):
        held.note("192.0.2.1", NOW + pace.WITHIN / 2)
    held.note("192.0.2.2", NOW + pace.WITHIN / 2)
    held.note("192.0.2.1", NOW + pace.WITHIN)


def test_who_has_not_been_heard_of_for_longest_is_forgotten(monkeypatch):
    monkeypatch.setattr(pace, "MAX_ADDRESSES", 2)
    held = Pace()
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3"):
        held.note(address, NOW)
    assert list(held._asked) == ["192.0.2.1", "192.0.2.3"]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address, place):
    assert neighbourhood(address) == place
