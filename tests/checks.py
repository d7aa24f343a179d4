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
import os
import shutil
import subprocess
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from drafting.text.changes import NOTE_PLACEHOLDER, plain
from drafting.text.resolution import Paragraph, Resolution

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


_WORKER = """
import json, sys
sys.path.insert(0, sys.argv[1])
import lo_worker as worker
out = {}
with worker.Office() as office:
    version = office.version()
    for path in sys.argv[3:]:
        found = {"version": version}
        for mode, command in (("accept", "AcceptAllTrackedChanges"), ("reject", "RejectAllTrackedChanges")):
            doc = office.load(path)
            found["comments"] = found.get("comments", len(worker.annotations(doc)))
            office.dispatch(doc, ".uno:" + command)
            found[mode] = {"paragraphs": worker.paragraphs(doc.getText())}
            doc.close(True)
        out[path] = found
json.dump(out, open(sys.argv[2], "w", encoding="utf-8"))
"""


def check_many(
    files: Sequence[tuple[bytes, Sequence[Paragraph], Sequence[Paragraph]]], folder: Path
) -> list[dict[str, Any]]:
    """Gives the reports of both engines on Word files, each with its old text and its new one.

    LibreOffice starts once for all of them: that takes longer than looking at a file.
    """
    module = checker("docx_check")
    python = _uno_python()
    paths = []
    for number, (data, _, _) in enumerate(files):
        paths.append(folder / f"many-{number}.docx")
        paths[-1].write_bytes(data)
    out = folder / "read.json"
    names = [str(path) for path in paths]
    subprocess.run([python, "-c", _WORKER, str(CHECKS), str(out), *names], check=True, timeout=300)
    read = json.loads(out.read_text(encoding="utf-8"))
    reports = []
    asked = module.libreoffice
    try:
        module.libreoffice = read.__getitem__
        for path, (_, old, new) in zip(names, files, strict=True):
            arguments = [path, "--json"]
            for name, paragraphs in (("--old", old), ("--new", new)):
                text = folder / f"{name.strip('-')}.txt"
                text.write_text(lines(paragraphs), encoding="utf-8")
                arguments += [name, str(text)]
            told = io.StringIO()
            with contextlib.redirect_stdout(told):
                module.main(arguments)
            reports.append(dict(json.loads(told.getvalue())))
    finally:
        module.libreoffice = asked
    return reports


@functools.cache
def _uno_python() -> str:
    """Gives a Python that talks to LibreOffice."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        python = str(Path(folder) / "python3")
        if Path(python).exists():
            done = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False)
            if done.returncode == 0:
                return python
    pytest.skip("no Python here talks to LibreOffice")


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


def check_akn(data: bytes, folder: Path, resolution: Resolution) -> dict[str, Any]:
    """Gives the report on an Akoma Ntoso file that holds a resolution, whose words it compares."""
    file, text = folder / "checked.xml", folder / "words.txt"
    file.write_bytes(data)
    title = f"{resolution.masthead.number}." if resolution.masthead.number else ""
    head = f"{title} {resolution.masthead.title}".strip()
    text.write_text(f"{head}\n{lines(resolution.paragraphs)}\n", encoding="utf-8")
    return _report("akn_check", [str(file), "--text", str(text), "--json"])


def check_pdf(data: bytes, folder: Path, *options: str, text: str = "") -> dict[str, Any]:
    """Gives the report on a PDF file that has to be tagged (PDF/UA-1), with these lines in order."""
    file = folder / "checked.pdf"
    file.write_bytes(data)
    arguments = [str(file), "--ua", "--json", *options]
    if text:
        words = folder / "words.txt"
        words.write_text(text, encoding="utf-8")
        arguments += ["--text", str(words)]
    if not shutil.which("pdftotext"):
        pytest.skip("poppler-utils are not installed")
    return _report("pdf_check", arguments)


def _report(name: str, arguments: list[str]) -> dict[str, Any]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        checker(name).main(arguments)
    return dict(json.loads(out.getvalue()))
