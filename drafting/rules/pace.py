"""How often one address may ask for what costs much and is open to anybody."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from drafting.errors import TooMany

TIMES = 60
"""Most times within WITHIN. A whole conference may sit behind one address."""

WITHIN = timedelta(minutes=1)

MAX_ADDRESSES = 10_000
"""Most addresses remembered; the one not heard of for longest is forgotten first."""


class Pace:
    """Counts in memory, by address: nothing of it is stored."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, deque[datetime]] = OrderedDict()

    def note(self, address: str, now: datetime) -> None:
        """Counts one more. Refuses: TooMany when it is too soon."""
        place = neighbourhood(address)
        with self._lock:
            times = self._asked.setdefault(place, deque())
            self._asked.move_to_end(place)
            while times and times[0] <= now - WITHIN:
                times.popleft()
            if len(times) >= TIMES:
                raise TooMany
            times.append(now)
            if len(self._asked) > MAX_ADDRESSES:
                self._asked.popitem(last=False)


def neighbourhood(address: str) -> str:
    """Gives what counts as one address: of IPv6 the network that one customer is given."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, 64), strict=False)) if known.version == 6 else address  # noqa: PLR2004 - the version's name
