"""The records that come with the tool: votes and sponsors of a treaty's yearly resolution."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class TabledBy:
    """An earlier resolution's L-document and the keys of its sponsors."""

    symbol: str
    tabled_as: str
    on: date
    keys: tuple[str, ...]


def votes(name: str) -> bytes:
    """Gives the roll calls of a record as a table (CSV)."""
    return (_DATA / f"{name}_votes.csv").read_bytes()


def tabled(name: str) -> tuple[TabledBy, ...]:
    """Gives who sponsored the resolutions of a record, oldest first."""
    found: dict[tuple[str, str, date], list[str]] = {}
    for row in _rows(f"{name}_sponsors.csv"):
        key = (row["resolution"], row["symbol_l"], date.fromisoformat(row["tabled"]))
        found.setdefault(key, []).append(row["iso3"])
    rows = sorted(found.items(), key=lambda one: one[0][2])
    return tuple(TabledBy(*key, tuple(keys)) for key, keys in rows)


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
