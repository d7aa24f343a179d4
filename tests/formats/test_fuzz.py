"""Mutated files, for a little while; `make fuzz SECONDS=3600` goes on for longer."""

from __future__ import annotations

from tests.formats.fuzz import run

SECONDS = 20


def test_no_mutated_file_breaks_the_reader() -> None:
    figures = run(SECONDS, seed=20261126)
    assert figures.files > 100
    assert figures.read > 100
    assert figures.refused.total() > 10
