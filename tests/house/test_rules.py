"""The house stands: format, lint, types, import contracts, and what locks may carry."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from drafting import errors
from drafting.web.errors import STATUS
from tests.tools import ROOT

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        [BIN / "ruff", "format", "--check", "."],
        [BIN / "ruff", "check", "."],
        [BIN / "mypy"],
        [BIN / "lint-imports", "--no-cache"],
        [ROOT / "tests/js/node_modules/.bin/tsc", "-p", "tests/js/tsconfig.json"],
    ],
    ids=["format", "lint", "types", "imports", "types of the front end"],
)
def test_the_checkers_find_nothing(command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def tracked(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def test_locks_carry_versions_and_hashes_and_no_addresses():
    locks = tracked("*.lock", "*lock.json", "requirements*")
    assert len(locks) >= 3
    for lock in locks:
        assert not re.search(r"https?://|file:", lock.read_text()), lock


def test_every_requirement_is_pinned_by_hash():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    names = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert len(names) > 40
    assert all(re.match(r"[\w.\-\[\]]+==[\w.]+( ;.*)? \\$", line) for line in names)


def test_every_refusal_has_a_status():
    known = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.Refusal)
    }
    assert known == set(STATUS)
    tree = errors.__doc__ or ""
    assert all(refusal.__name__ in tree for refusal in known)


def test_no_module_of_ours_is_too_large_to_hold_in_mind():
    large = {
        str(path.relative_to(ROOT)): count
        for path in tracked("drafting/*.py", "static/js/*.js")
        if (count := len(path.read_text().splitlines())) > 800
    }
    assert not large


def test_the_third_partys_bundle_is_named_by_version_and_carries_its_licences():
    vendor = ROOT / "static" / "vendor"
    assert (vendor / "LICENSES").stat().st_size > 1000
    assert list(vendor.glob("vendor-*.js"))


def loaded_by(template):
    """Gives the scripts and styles of ours that a page brings, with all that they import at once."""
    text = (ROOT / "templates" / template).read_text() + (ROOT / "templates/base.html").read_text()
    names = set(re.findall(r"asset\('((?:js|css|vendor)/[\w.-]+)'\)", text))
    for kind, listed in re.findall(
        r"in \[([^\]]*)\] %}\s*<link rel=\"(?:\w+)\" href=\"{{ asset\('(\w+)/", text
    ):
        names |= {f"{listed}/{one}.{listed}" for one in re.findall(r'"([\w-]+)"', kind)}
    todo = [name for name in names if name.startswith("js/")]
    while todo:
        script = (ROOT / "static" / todo.pop()).read_text()
        for path in re.findall(
            r'^(?:import|export)[^;]*? from "\./([\w.-]+)"', script, re.MULTILINE
        ):
            if f"js/{path}" not in names:
                names.add(f"js/{path}")
                todo.append(f"js/{path}")
        names |= {f"vendor/{v}" for v in re.findall(r'from "\.\./vendor/([\w.-]+)"', script)}
    return sorted(names)


def size(names):
    import gzip

    return sum(len(gzip.compress((ROOT / "static" / name).read_bytes())) for name in names)


PAGES = sorted(p.name for p in (ROOT / "templates").glob("*.html") if not p.name.startswith("_"))


@pytest.mark.parametrize("template", PAGES)
def test_no_page_brings_much(template):
    most = 200_000 if template == "draft.html" else 70_000
    names = loaded_by(template)
    assert size(names) <= most, (size(names), names)


def test_what_a_page_brings_is_seen():
    table = loaded_by("draft.html")
    assert {"js/editor.js", "css/base.css", "css/negotiation.css"} <= set(table)
    assert any(name.startswith("vendor/vendor-") for name in table)


def test_the_front_ends_own_tests_pass():
    tests = sorted(str(p) for p in (ROOT / "tests" / "js").glob("*.test.mjs"))
    assert tests
    done = subprocess.run(
        ["node", "--test", *tests], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
