"""What the browser is sent, gzipped."""

from __future__ import annotations

import gzip

from tests.tools import ROOT


def main() -> None:
    """Prints the size of scripts and styles."""
    total = 0
    for kind in ("js/**/*.js", "vendor/vendor-*.js", "css/*.css"):
        size = sum(len(gzip.compress(f.read_bytes())) for f in (ROOT / "static").glob(kind))
        total += size
        print(f"static/{kind}: {size / 1000:.1f} kB gzipped")
    print(f"the whole front end: {total / 1000:.1f} kB gzipped")


if __name__ == "__main__":
    main()
