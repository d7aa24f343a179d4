"""The months as English texts write them; not those of `calendar`, which speak the server's language."""

from __future__ import annotations

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
MONTH = f"(?:{'|'.join(MONTHS)})"
"""A pattern of any of them."""
