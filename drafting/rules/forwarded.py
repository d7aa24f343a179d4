"""Whom a request comes from, when it comes through proxies: their word counts, nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

Networks = Sequence[IPv4Network | IPv6Network]

MAX_HOPS = 16
"""Most addresses looked at: more proxies stand in no row."""


def client(peer: str, forwarded_for: str, proxies: Networks) -> str:
    """Gives the address a request comes from.

    `peer` is whoever is connected, `forwarded_for` what came as X-Forwarded-For. Each proxy adds at
    the right whom it heard it from, so one reads from there, as long as the word is a proxy's; what
    stands farther left anybody may have written.
    """
    if not _is_within(peer, proxies):
        return peer
    known = peer
    for word in reversed(forwarded_for.split(",")[-MAX_HOPS:]):
        try:
            known = str(ip_address(word.strip()))
        except ValueError:
            break
        if not _is_within(known, proxies):
            break
    return known


def _is_within(address: str, networks: Networks) -> bool:
    if not networks:
        return False
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in networks)
