"""`python -m tests.bench [name…]`: prints the measured figures, with units. Fails on nothing."""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "files",
    "returned",
    "history",
    "redlines",
    "editorial",
    "front_end",
    "page_load",
    "board",
    "outlook",
    "live_load",
    "reconnect",
)


def main() -> None:
    """Runs the benchmarks that are named, or all."""
    for name in sys.argv[1:] or NAMES:
        print(f"\n== {name} ==", flush=True)
        sys.argv[1:] = []
        importlib.import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    main()
