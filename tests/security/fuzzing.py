"""What both fuzzers share: batches that a number repeats, what is asked on the command line, what is told."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st


def batch(number: int, size: int, attempt: Callable[[st.DataObject], None]) -> None:
    """Attempts something with as many draws; the same number draws the same."""

    @seed(number)
    @settings(
        max_examples=size,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def attempts(data: st.DataObject) -> None:
        attempt(data)

    attempts()


def asked(about: str | None) -> argparse.Namespace:
    """Reads for how long to go on (`seconds`) and which run to repeat (`seed`)."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def told(faults: Mapping[str, str]) -> int:
    """Prints each kind of fault with what shows it; gives the exit code."""
    for fault, about in faults.items():
        print(f"FAULT {fault}\n    {about}")
    print(f"{len(faults)} kinds of fault")
    return 1 if faults else 0
