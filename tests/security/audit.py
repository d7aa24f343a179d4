"""The locks held against known advisories, without asking anybody; and the bill of materials.

    python -m tests.security.audit [--lock FILE] [--sbom FILE] [--on DATE]

What is known stands in `advisories.json`, with its sources and the day it was read: a package index
that has no advisories would find nothing, and call that "none". So each package has a verdict or
says that it has none. Fails: an advisory that holds for a locked version and is not accepted, an
acceptance that has run out, a package of the product without a verdict, a snapshot that is too old.
Packages of development without a verdict are listed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from tests.tools import ROOT

ADVISORIES = Path(__file__).with_name("advisories.json")
LOCK = ROOT / "requirements.lock"
VENDOR = ROOT / "static" / "vendor"
NPM_LOCKS = (VENDOR / "package-lock.json", ROOT / "tests" / "js" / "package-lock.json")
MAX_AGE_DAYS = 30
"""How old the snapshot may be at a release."""

BUNDLED = ("prosemirror-model", "prosemirror-state", "prosemirror-transform", "prosemirror-view",
           "quill-delta", "orderedmap")  # fmt: skip
"""What the browser gets of others: static/vendor/README.md."""


@dataclass(frozen=True, order=True)
class Locked:
    """A package as a lock has it."""

    ecosystem: str
    name: str
    version: str
    product: bool
    """Whether the product brings it, and not only development."""
    digest: str = ""


def pypi(lock: Path) -> Iterator[Locked]:
    """Gives the packages of a hashed requirements file."""
    product = _closure()
    found = re.finditer(
        r"^([A-Za-z0-9._-]+)==(\S+?)(?: ;.*?)? \\\n\s+--hash=(\S+)", lock.read_text(), re.MULTILINE
    )
    for one in found:
        name = canonical(one[1])
        yield Locked("pypi", name, one[2], name in product, one[3])


def npm(lock: Path) -> Iterator[Locked]:
    """Gives the packages of a package-lock.json."""
    for path, entry in json.loads(lock.read_text())["packages"].items():
        if path:
            name = path.rpartition("node_modules/")[2]
            bundled = lock.parent == VENDOR and name in BUNDLED
            yield Locked("npm", name, entry["version"], bundled, entry.get("integrity", ""))


def canonical(name: str) -> str:
    """Gives a Python package's name in its one spelling."""
    return re.sub("[-_.]+", "-", name).lower()


def _closure() -> set[str]:
    """Gives all that the product requires, directly or not, as it is installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    todo = [Requirement(one) for one in project["dependencies"]]
    seen: set[str] = set()
    while todo:
        wanted = todo.pop()
        name = canonical(wanted.name)
        if name in seen:
            continue
        seen.add(name)
        for text in importlib.metadata.requires(name) or []:
            further = Requirement(text)
            extras = ["", *wanted.extras]
            if further.marker is None or any(
                further.marker.evaluate({"extra": extra}) for extra in extras
            ):
                todo.append(further)
    return seen


@dataclass
class Report:
    """What an audit came to."""

    failures: list[str]
    accepted: list[str]
    without: list[str]
    """Packages of development about which nothing is known."""
    looked_at: int = 0


def audit(packages: list[Locked], known: dict[str, Any], on: date) -> Report:
    """Holds packages against what is known on a day."""
    report = Report([], [], [], len(packages))
    age = (on - date.fromisoformat(known["read"])).days
    if not 0 <= age <= MAX_AGE_DAYS:
        report.failures.append(
            f"The advisories were read {age} days ago: read them anew, at most {MAX_AGE_DAYS} days before a release."
        )
    for one in sorted(set(packages)):
        about = [
            a
            for a in known["advisories"]
            if a["package"] == one.name and a["ecosystem"] == one.ecosystem
        ]
        for advisory in about:
            if holds(advisory, one.version):
                _judge(one, advisory, known, on, report)
        quiet = (
            one.name in known["none_found"][one.ecosystem]
            or one.name in known["no_code"]
            or one.name in known["with"]
        )
        if not about and not quiet:
            words = f"{one.ecosystem} {one.name} {one.version}"
            if one.product:
                report.failures.append(f"Nothing is known of {words}, which the product brings.")
            else:
                report.without.append(words)
    return report


def _judge(
    one: Locked, advisory: dict[str, Any], known: dict[str, Any], on: date, report: Report
) -> None:
    words = f"{one.name} {one.version}: {advisory['id']}, {advisory['about']} (fixed in {advisory['fixed']})"
    for accepted in known["accepted"]:
        if (accepted["package"], accepted["id"]) == (one.name, advisory["id"]):
            if on > date.fromisoformat(accepted["until"]):
                report.failures.append(
                    f"{words}: was accepted until {accepted['until']}. Look again."
                )
            else:
                report.accepted.append(f"{words}: {accepted['reason']}")
            return
    report.failures.append(words)


def holds(advisory: dict[str, Any], version: str) -> bool:
    """Tells whether an advisory holds for a version: from the first affected to before the fixed."""
    have = _ordered(version)
    return _ordered(advisory["from"]) <= have < _ordered(advisory["fixed"])


def _ordered(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        # npm's "3.0.0-alpha.3" is Python's "3.0.0a3"; what else comes is compared by its numbers.
        return Version(".".join(re.findall(r"\d+", version.partition("-")[0])) + "a0")


# The front end's files (P03) -----------------------------------------------------------------------


def vendored() -> Iterator[str]:
    """Gives what is wrong with the third party's code that the browser gets."""
    named = json.loads((VENDOR / "package.json").read_text())["dependencies"]
    locked = {one.name: one.version for one in npm(NPM_LOCKS[0])}
    licences = (VENDOR / "LICENSES").read_text()
    for name, version in named.items():
        if locked.get(name) != version:
            yield f"{name} is {version} in package.json and {locked.get(name)} in the lock"
    for name in BUNDLED:
        if not re.search(rf"\b{re.escape(name)}\b", licences):
            yield f"{name} has no licence in LICENSES"
    sums = dict(
        reversed(line.split("  ")) for line in (VENDOR / "SHA256SUMS").read_text().splitlines()
    )
    files = {path.name for path in VENDOR.iterdir()} - {"SHA256SUMS", "README.md"}
    for name in sorted(files | sums.keys()):
        path = VENDOR / name
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
        if sums.get(name) != digest:
            yield f"{name} is not what SHA256SUMS says"


# The bill of materials (P05) ------------------------------------------------------------------------


def sbom(packages: list[Locked], made: datetime) -> dict[str, Any]:
    """Gives a CycloneDX 1.6 bill of all that is locked; the same locks give the same bill but for its date."""
    brought = {(one.ecosystem, one.name, one.version) for one in packages if one.product}
    once = {(one.ecosystem, one.name, one.version): one for one in sorted(packages)}
    rows = [replace(one, product=key in brought) for key, one in sorted(once.items())]
    mark = hashlib.sha256(repr(rows).encode()).hexdigest()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, mark)}",
        "version": 1,
        "metadata": {
            "timestamp": made.astimezone(UTC).isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "name": project["name"],
                "version": project["version"],
            },
        },
        "components": [
            {
                "type": "library",
                "bom-ref": purl(one),
                "name": one.name,
                "version": one.version,
                "purl": purl(one),
                "scope": "required" if one.product else "excluded",
            }
            for one in rows
        ],
    }


def purl(one: Locked) -> str:
    return f"pkg:{one.ecosystem}/{one.name.replace('@', '%40')}@{one.version}"


def all_locked(lock: Path = LOCK) -> list[Locked]:
    """Gives the packages of every lock."""
    return [*pypi(lock), *(one for path in NPM_LOCKS for one in npm(path))]


def main() -> int:
    """Audits, and says what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", type=Path, default=LOCK)
    parser.add_argument("--sbom", type=Path)
    parser.add_argument("--on", type=date.fromisoformat, default=datetime.now(UTC).date())
    asked = parser.parse_args()
    packages = all_locked(asked.lock)
    known = json.loads(ADVISORIES.read_text())
    report = audit(packages, known, asked.on)
    report.failures += vendored()
    if asked.sbom:
        asked.sbom.write_text(json.dumps(sbom(packages, datetime.now(UTC)), indent=1) + "\n")
    print(f"{report.looked_at} packages against {len(known['advisories'])} advisories of {known['read']}")  # fmt: skip
    for words in report.accepted:
        print(f"ACCEPTED {words}")
    print(f"NO VERDICT ({len(report.without)}, development): {', '.join(report.without)}")
    for words in report.failures:
        print(f"FAILS {words}")
    print(f"{len(report.failures)} failures")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
