"""How long whole processes take: import of 77/335, redline of 75/62 against 76/47."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import SHARED

RUNS = 9
COPIES = 200
NUMBERS = ("74/62", "75/62", "76/47", "77/335")
BIN = Path(sys.executable).parent / "drafting"


def timed(command: Sequence[str | Path], *, runs: int = RUNS) -> list[float]:
    """Gives the seconds each run of a command took, sorted."""
    took = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        took.append(time.perf_counter() - begun)
    return sorted(took)


def copies(folder: Path, into: Path) -> Path:
    """Gives a folder of copies of the real resolutions, each with a number of its own."""
    many = into / "many"
    many.mkdir()
    for index in range(COPIES):
        number = NUMBERS[index % len(NUMBERS)]
        text = (folder / f"A_RES_{number.replace('/', '_')}.xml").read_text(encoding="utf-8")
        own = f"{number.split('/')[0]}/{1000 + index}"
        (many / f"{index:03}.xml").write_text(text.replace(number, own), encoding="utf-8")
    return many


def _edited(text: str) -> str:
    """Gives a text with every third paragraph changed, every tenth dropped and some moved."""
    rows = text.split("\n\n")
    head, body = rows[:3], rows[3:]
    changed = [
        row.replace(" the ", " each ", 2).replace("seventy-seventh", "seventy-eighth")
        if at % 3 == 0
        else row
        for at, row in enumerate(body)
        if at % 10 != 9 or row.startswith("[^")
    ]
    changed[20:20] = [changed.pop(50)]
    return "\n\n".join([*head, *changed])


def main() -> None:
    """Prints the median and the extremes of nine runs each."""
    folder = SHARED / "data" / "resolutions"
    if not folder.is_dir():
        print("the folder of real resolutions is not beside the project: nothing measured")
        return
    with tempfile.TemporaryDirectory() as tmp:
        database = f"sqlite:///{tmp}/d.sqlite3"
        subprocess.run(
            [BIN, "db", "upgrade", "--database", database], check=True, capture_output=True
        )
        cases = {
            "import 77/335 into a database": [BIN, "import", folder / "A_RES_77_335.xml", "--database", database],
            "convert 77/335 to PDF": [BIN, "convert", folder / "A_RES_77_335.xml", f"{tmp}/o.pdf"],
            "convert 77/335 to text": [BIN, "convert", folder / "A_RES_77_335.xml", f"{tmp}/o.txt"],
            "redline 75/62 → 76/47 to Word": [
                BIN, "redline", folder / "A_RES_75_62.xml", folder / "A_RES_76_47.xml", "-o", f"{tmp}/r.docx",
            ],
        }  # fmt: skip
        edited = Path(tmp) / "edited.txt"
        subprocess.run(
            [BIN, "convert", folder / "A_RES_77_335.xml", edited], check=True, capture_output=True
        )
        edited.write_text(_edited(edited.read_text()))
        for ending in ("docx", "pdf", "html"):
            cases[f"redline 77/335 → an edited copy to {ending}"] = [
                BIN, "redline", folder / "A_RES_77_335.xml", edited, "-o", f"{tmp}/e.{ending}",
            ]  # fmt: skip
        many = copies(folder, Path(tmp))
        took = timed([BIN, "import", many, "--database", database], runs=3)
        print(
            f"import {COPIES} AKN files at once: median {COPIES / statistics.median(took):.0f} files a second "
            f"({statistics.median(took):.1f} s; most {took[-1]:.1f} s; whole process, 3 runs)"
        )
        for name, command in cases.items():
            took = timed(command)
            print(
                f"{name}: median {statistics.median(took) * 1000:.0f} ms "
                f"(least {took[0] * 1000:.0f}, most {took[-1] * 1000:.0f}; whole process, {RUNS} runs)"
            )


if __name__ == "__main__":
    main()
