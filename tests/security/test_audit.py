"""The audit of what others wrote: what it finds, and that it sees (P01, P02, P03, P05)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.security import audit
from tests.security.audit import Locked

KNOWN: dict[str, Any] = json.loads(audit.ADVISORIES.read_text())
READ = date.fromisoformat(KNOWN["read"])


def test_nothing_that_is_locked_has_a_known_flaw() -> None:
    packages = audit.all_locked()
    assert len(packages) > 150
    report = audit.audit(packages, KNOWN, READ)
    assert not report.failures, "\n".join(report.failures)
    assert len(report.accepted) == len(KNOWN["accepted"])


BAD = """\
werkzeug==3.1.5 \\
    --hash=sha256:00
flask==3.1.3 \\
    --hash=sha256:00
python-socketio==5.16.1 ; python_version >= "3.9" \\
    --hash=sha256:00
"""


def test_a_known_bad_version_in_a_lock_is_reported(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(BAD)
    packages = list(audit.pypi(lock))
    assert [(one.name, one.version, one.product) for one in packages] == [
        ("werkzeug", "3.1.5", True),
        ("flask", "3.1.3", True),
        ("python-socketio", "5.16.1", True),
    ]
    report = audit.audit(packages, KNOWN, READ)
    assert len(report.failures) == 2
    assert "CVE-2026-27199" in " ".join(report.failures)
    assert "CVE-2026-48804" in " ".join(report.failures)


@pytest.mark.parametrize(
    ("version", "held"),
    [("41.9", False), ("42.0.0", True), ("48.0.1", True), ("49.0.0", False), ("50.0.2", False)],
)
def test_an_advisory_holds_from_its_first_version_to_before_its_last(
    version: str, held: bool
) -> None:
    advisory = next(a for a in KNOWN["advisories"] if a["id"] == "CVE-2026-69249")
    assert audit.holds(advisory, version) is held


def test_a_version_before_a_release_is_before_it() -> None:
    advisory = {"from": "0", "fixed": "3.0.0-alpha.3"}
    assert audit.holds(advisory, "2.16.1")
    assert not audit.holds(advisory, "3.1.2")


def test_a_package_nobody_has_looked_at_fails_or_is_listed() -> None:
    packages = [Locked("pypi", "new-thing", "1", True), Locked("npm", "other-thing", "1", False)]
    report = audit.audit(packages, KNOWN, READ)
    assert report.failures == ["Nothing is known of pypi new-thing 1, which the product brings."]
    assert report.without == ["npm other-thing 1"]


@pytest.mark.parametrize(
    ("on", "words"),
    [("2027-03-01", "days ago"), ("2027-06-01", "was accepted until"), ("2026-11-01", "days ago")],
)
def test_what_is_known_and_what_is_accepted_grow_old(on: str, words: str) -> None:
    report = audit.audit(audit.all_locked(), KNOWN, date.fromisoformat(on))
    assert any(words in one for one in report.failures)


def test_advisories_name_their_source_and_nothing_twice() -> None:
    keys = [(a["ecosystem"], a["package"], a["id"]) for a in KNOWN["advisories"]]
    assert len(keys) == len(set(keys))
    assert {a["source"] for a in KNOWN["advisories"]} <= KNOWN["sources"].keys()
    assert {(a["package"], a["id"]) for a in KNOWN["accepted"]} <= {
        (package, name) for _, package, name in keys
    }
    assert "://" not in audit.ADVISORIES.read_text()


def test_the_front_ends_third_party_code_is_what_it_says() -> None:
    assert not list(audit.vendored())


def test_a_changed_file_of_others_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    vendor = tmp_path / "vendor"
    shutil.copytree(audit.VENDOR, vendor)
    monkeypatch.setattr(audit, "VENDOR", vendor)
    with (vendor / "clone.cjs").open("a") as file:
        file.write("\n")
    (vendor / "more.js").write_text("1")
    assert list(audit.vendored()) == [
        "clone.cjs is not what SHA256SUMS says",
        "more.js is not what SHA256SUMS says",
    ]


def test_the_bill_of_materials_lists_every_package_once_and_is_the_same_twice() -> None:
    packages = audit.all_locked()
    made = datetime(2026, 11, 26, tzinfo=UTC)
    bill = audit.sbom(packages, made)
    refs = [one["bom-ref"] for one in bill["components"]]
    assert len(refs) == len(set(refs))
    assert set(refs) == {audit.purl(one) for one in packages}
    assert bill == audit.sbom(list(reversed(packages)), made)
    required = {one["name"] for one in bill["components"] if one["scope"] == "required"}
    assert {"flask", "lxml", "prosemirror-view"} <= required
    assert "pytest" not in required
