"""The world that these tests share: made once, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.world import Beginning, World, begin


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    """The file that worlds are copies of."""
    return begin(tmp_path_factory.mktemp("beginning"))


@pytest.fixture
def world(beginning: Beginning, tmp_path: Path) -> Iterator[World]:
    """A fresh world without the live floor."""
    with World(beginning, tmp_path) as made:
        yield made


@pytest.fixture
def live_world(beginning: Beginning, tmp_path: Path) -> Iterator[World]:
    """A fresh world with the live floor."""
    with World(beginning, tmp_path, live=True) as made:
        yield made
