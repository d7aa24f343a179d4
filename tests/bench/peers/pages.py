"""Asks for a page five times a second and prints how long each answer took, in seconds: `python -m tests.bench.peers.pages URL COOKIE`."""

from __future__ import annotations

import sys
import time
import urllib.request

BETWEEN_S = 0.2


def main() -> None:
    """Asks until it is ended."""
    request = urllib.request.Request(sys.argv[1], headers={"Cookie": sys.argv[2]})
    while True:
        begun = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
        print(time.perf_counter() - begun, flush=True)
        time.sleep(BETWEEN_S)


if __name__ == "__main__":
    main()
