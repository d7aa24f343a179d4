"""Brings what the tests need and Python's packages do not hold: a browser, databases, Node's checkers.

`python -m tests.tools` installs what is missing with Debian's package manager when it runs as root,
and otherwise says which packages are to be installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JS = ROOT / "tests" / "js"


def postgres_bin() -> Path | None:
    """Gives the folder of PostgreSQL's server programs, the newest there is."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return None if on_path is None else Path(on_path).parent


def nginx() -> str | None:
    """Gives nginx, which Debian keeps out of an ordinary user's path."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def chromium() -> str | None:
    """Gives the browser at hand."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    return None


def uno_python() -> bool:
    """Tells whether Debian's own Python can speak to LibreOffice."""
    python = Path("/usr/bin/python3")
    return (
        python.exists()
        and subprocess.run(
            [python, "-c", "import uno"], capture_output=True, check=False
        ).returncode
        == 0
    )


def fonts() -> bool:
    """Tells whether the fonts are there that pages and PDF files of six languages are set in."""
    known = Path("/usr/share/fonts")
    wanted = ("LiberationSerif-Regular", "NotoNaskhArabic-Regular", "NotoSerifCJK-Regular")
    return all(any(known.rglob(f"{name}.*")) for name in wanted)


NEEDED = {
    "chromium": (lambda: chromium() is not None, ["chromium"]),
    "fonts": (fonts, ["fonts-liberation", "fonts-noto-core", "fonts-noto-cjk"]),
    "postgresql": (lambda: postgres_bin() is not None, ["postgresql"]),
    "redis": (lambda: shutil.which("redis-server") is not None, ["redis-server"]),
    "nginx": (lambda: nginx() is not None, ["nginx-light"]),
    "openssl": (lambda: shutil.which("openssl") is not None, ["openssl"]),
    "node": (
        lambda: shutil.which("node") is not None and shutil.which("npm") is not None,
        ["nodejs", "npm"],
    ),
    "strace": (lambda: shutil.which("strace") is not None, ["strace"]),
    "libreoffice": (
        lambda: shutil.which("soffice") is not None and uno_python(),
        ["libreoffice-writer", "python3-uno"],
    ),
    "poppler": (lambda: shutil.which("pdftoppm") is not None, ["poppler-utils"]),
}


def main() -> None:
    """Installs what is missing, or says what is."""
    missing = [p for there, packages in NEEDED.values() if not there() for p in packages]
    if missing:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            sys.exit(f"Please install these packages first: {' '.join(missing)}")
        print(f"Installing {' '.join(missing)} …", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
        ):
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    lock, mark = JS / "package-lock.json", JS / "node_modules" / ".package-lock.json"
    if not mark.exists() or mark.stat().st_mtime < lock.stat().st_mtime:
        print("Installing Node's checkers …", flush=True)
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=JS, check=True)
        mark.touch()


if __name__ == "__main__":
    main()
