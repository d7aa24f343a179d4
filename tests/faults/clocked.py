"""A server whose clock can be set from outside: `python -m tests.faults.clocked serve …`.

The file named by CLOCK holds how many seconds its clock is off; it is read at each look at the clock. The
house has one reader of the clock (drafting/clock.py), so this sets the time of everything that is stored
and judged.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from drafting import clock
from drafting.cli import main


def off() -> datetime:
    """Gives the time as this server's clock has it."""
    told = Path(os.environ["CLOCK"]).read_text().strip()
    return datetime.now(UTC) + timedelta(seconds=float(told or 0))


if __name__ == "__main__":
    clock.use(off)
    main()
