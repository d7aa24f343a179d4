"""The release before this one, out of the project's history, so that an upgrade can be tried with it."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

from tests.tools import ROOT

PREVIOUS = "e426f796c176f0fa6b693d8fe4d53443b016a517"
"""The commit that the last release was made of; to be set anew with each release."""


@functools.cache
def why_not() -> str | None:
    """Says why the previous release is not at hand, or None."""
    try:
        done = subprocess.run(
            ["git", "cat-file", "-e", f"{PREVIOUS}^{{commit}}"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return "git is not installed"
    return None if done.returncode == 0 else "the project's history is not at hand"


def unpack(folder: Path) -> Path:
    """Lays the previous release's files into a folder."""
    folder.mkdir()
    files = subprocess.run(
        ["git", "archive", PREVIOUS, "drafting", "static", "templates"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=files, check=True)
    return folder
