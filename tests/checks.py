"""Runs the outside checkers of ../shared/checks on files that we made.

They share no code with the product. Where they are not beside the project, the tests that need
them are skipped, and say so.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from drafting.text.changes import NOTE_PLACEHOLDER, plain
from drafting.text.resolution import Paragraph

CHECKS = Path(__file__).resolve().parent.parent.parent / "shared" / "checks"


@functools.cache
def checker(name: str) -> types.ModuleType:
    """Gives one of the checkers as a module."""
    path = CHECKS / f"{name}.py"
    if not path.is_file():
        pytest.skip(f"{path} is not beside the project")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(paragraphs: Sequence[Paragraph]) -> str:
    """Gives paragraphs as the checkers take them: one a line, without note marks."""
    return "\n".join(plain(p.text).replace(NOTE_PLACEHOLDER, "") for p in paragraphs)


def check_docx(
    data: bytes,
    folder: Path,
    *,
    old: Sequence[Paragraph] = (),
    new: Sequence[Paragraph] = (),
    libreoffice: bool = False,
    options: Sequence[str] = (),
) -> dict[str, Any]:
    """Gives the report on a Word file whose accepted text is `new` and rejected text `old`."""
    module = checker("docx_check")
    if libreoffice and not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    file = folder / "checked.docx"
    file.write_bytes(data)
    arguments = [str(file), "--json", *options]
    for name, paragraphs in (("--old", old), ("--new", new)):
        if paragraphs:
            text = folder / f"{name.strip('-')}.txt"
            text.write_text(lines(paragraphs), encoding="utf-8")
            arguments += [name, str(text)]
    if not libreoffice:
        arguments.append("--no-libreoffice")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            module.main(arguments)
        return dict(json.loads(out.getvalue()))
    # A process of its own: it leaves LibreOffice's doings, and its unclosed files, outside ours.
    done = subprocess.run(
        [sys.executable, str(CHECKS / "docx_check.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return dict(json.loads(done.stdout))


def soffice(file: Path, ending: str) -> Path:
    """Converts a file with LibreOffice, and gives the result's path."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice is not installed")
    out = file.parent / "converted"
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(file.parent / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            str(out),
            str(file),
        ],
        capture_output=True,
        check=True,
    )
    return out / f"{file.stem}.{ending}"
