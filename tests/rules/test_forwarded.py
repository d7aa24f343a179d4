"""Whose word is believed about where a request comes from."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from drafting.rules.forwarded import client

PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("::1")]


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("203.0.113.7", "", "203.0.113.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.1, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "nonsense, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "198.51.100.1, 127.0.0.1:80", "127.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::1", "2001:DB8:0::7", "2001:db8::7"),
        ("a path", "198.51.100.1", "a path"),
        ("10.0.0.1", ",".join(["10.0.0.2"] * 1000), "10.0.0.2"),
    ],
)
def test_a_proxys_word_is_believed_and_nobody_elses(peer, said, found):
    assert client(peer, said, PROXIES) == found


def test_without_proxies_only_the_connection_counts():
    assert client("127.0.0.1", "198.51.100.1", []) == "127.0.0.1"
