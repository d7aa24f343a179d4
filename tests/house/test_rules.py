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


def test_the_front_end_is_small():
    import gzip

    files = [*tracked("static/*.js"), *tracked("static/*.css")]
    served = [f for f in files if "vendor/entry" not in str(f)]
    total = sum(len(gzip.compress(f.read_bytes())) for f in served)
    assert total <= 200_000, total


def test_the_front_ends_own_tests_pass():
    tests = sorted(str(p) for p in (ROOT / "tests" / "js").glob("*.test.mjs"))
    assert tests
    done = subprocess.run(
        ["node", "--test", *tests], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
