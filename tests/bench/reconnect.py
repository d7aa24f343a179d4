"""R01: 600 clients at once come back to a server that was killed: `python -m tests.bench.reconnect [--clients 600]`.

The server is killed with all of them at its table and started again at once; each client tries again with
the page's own pauses (static/js/live.js), signs in anew to the live floor, joins and catches up. Times are
from the moment the new process was started.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
import uuid
from pathlib import Path

from tests.crash.harness import Server
from tests.faults.crowd import Guest, Place, prepare


def memory_mb(pid: int) -> tuple[float, float]:
    """Gives the resident memory of a process, now and at its highest, in MB."""
    rows = dict(
        row.split(":", 1)
        for row in Path(f"/proc/{pid}/status").read_text().splitlines()
        if ":" in row
    )
    return tuple(int(rows[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


async def storm(server: Server, place: Place, count: int) -> None:
    """Has them sit down, kills the server, and measures their coming back."""
    guests = [Guest(server.port, place.draft, place.tokens[n]) for n in range(count)]
    begun = time.monotonic()
    await asyncio.gather(*(one.come_back() for one in guests))
    print(f"{count} clients sat down within {time.monotonic() - begun:.1f} s")
    server.kill()
    await asyncio.gather(*(one.ended() for one in guests))
    begun = time.monotonic()
    server.begin()
    back: list[float] = []

    async def return_(one: Guest) -> None:
        await one.come_back()
        back.append(time.monotonic() - begun)

    async def use() -> tuple[float, float, float]:
        """The first page, the first edit stored, and the slowest page while the others come back.

        A page that is turned away (503) is asked for again: all of that is its time.
        """
        one = Guest(server.port, place.draft, place.tokens[0])
        path = f"/api/drafts/{place.draft}"

        async def page() -> None:
            while True:
                try:
                    await one.call("GET", path)
                except (OSError, EOFError, ValueError):
                    await asyncio.sleep(0.02)
                else:
                    return

        await page()
        first_page = time.monotonic() - begun
        await one.come_back()
        change = {"draft": place.draft, "text": place.texts[0], "id": str(uuid.uuid4()), "base": 0}
        answer = await one.ask("change", change | {"ops": [{"insert": "Noting "}]})
        assert answer["ok"], answer
        first_edit = time.monotonic() - begun
        slowest = 0.0
        while len(back) < count:
            asked = time.monotonic()
            await page()
            slowest = max(slowest, time.monotonic() - asked)
            await asyncio.sleep(0.05)
        return first_page, first_edit, slowest

    used, *_ = await asyncio.gather(use(), *(return_(one) for one in guests))
    back.sort()
    print(
        f"first page {used[0]:.2f} s, first edit stored {used[1]:.2f} s after the start; slowest page "
        f"while they came back {used[2] * 1000:.0f} ms\n"
        f"back at the table: p50 {back[len(back) // 2]:.2f} s, p95 {back[len(back) * 95 // 100]:.2f} s, "
        f"all {back[-1]:.2f} s"
    )
    assert server.process is not None
    now, highest = memory_mb(server.process.pid)
    print(f"server's memory: {now:.0f} MB, at its highest {highest:.0f} MB")
    for one in guests:
        one.leave()


def main() -> None:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reconnect")
    parser.add_argument("--clients", type=int, default=600)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = prepare(Path(folder), asked.clients, editors=1)
        server = Server(Path(folder), place.url).start()
        try:
            asyncio.run(storm(server, place, asked.clients))
        finally:
            server.kill()


if __name__ == "__main__":
    main()
