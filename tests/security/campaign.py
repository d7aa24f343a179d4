"""Many random histories for the oracle, as long as one likes.

    python -m tests.security.campaign --histories 10000 [--minutes M] [--seed S] [--processes 2] [--share 0.12]

Each history is a row of public steps, a family of private acts at any of them, with words of any length, and
one of those whom they are none of the business of, who looks after each step at a share, drawn anew, of
all pages, calls and files, and at all that comes over the socket. It is played twice, with the private acts and without; or with other words, another number or at other
steps. Histories that ask for what can no longer be done are counted apart. What was done is added to `var/oracle.jsonl`, so that a run can be gone on with; the seed of a
history gives it again (`--only SEED`). A difference is told with its history and ends the run.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.security import oracle
from tests.security.oracle import CANARY, PUBLIC, SECRETS, Secret, Secrets
from tests.security.world import Beginning, begin
from tests.tools import ROOT

RESULTS = ROOT / "var" / "oracle.jsonl"
TAILS = ("", "x", " " + "é" * 999, " \U0001f54a سلام", " " + "long " * 1_900)
UNPLAYABLE = "cannot be played"
FULLY = 25
"""In one of so many histories the observer tries everything at the end, too."""


@dataclass(frozen=True)
class Drawn:
    """One history and what two runs of it differ in."""

    history: tuple[str, ...]
    one: Secrets
    other: Secrets
    observer: str
    owners: str
    level: str
    fully: bool


def draw(seed: int) -> Drawn:
    """Draws a history; the same for the same seed."""
    chance = random.Random(seed)
    first = chance.choice(sorted(SECRETS))
    owners = oracle.whose(first)
    family = sorted(act for act in SECRETS if oracle.whose(act) == owners)
    history = tuple(chance.choice(sorted(PUBLIC)) for _ in range(chance.randint(1, 5)))
    steps = range(len(history) + 1)
    acts = [
        (chance.choice(steps), chance.choice(family), chance.choice(TAILS))
        for _ in range(chance.randint(1, 6))
    ]
    acts[0] = (acts[0][0], first, acts[0][2])
    other = _at(acts, lambda n, tail: f"{CANARY} {n}{tail}")
    level = chance.choice(("existence", "words", "number", "moment"))
    if level == "existence":
        one: Secrets = {}
    elif level == "words":
        one = _at(acts, lambda n, _tail: f"Otherwise {n}")
    elif level == "number":
        one = _at(acts[: len(acts) // 2], lambda n, tail: f"{CANARY} {n}{tail}")
    else:
        moved = [(chance.choice(steps), act, tail) for _, act, tail in acts]
        one = _at(moved, lambda n, tail: f"{CANARY} {n}{tail}")
    observer = chance.choice(oracle.observers_of(first))
    return Drawn(history, one, other, observer, owners, level, chance.randrange(FULLY) == 0)


def _at(acts: list[tuple[int, str, str]], words: Callable[[int, str], str]) -> Secrets:
    made: dict[int, list[Secret]] = {}
    for number, (step, act, tail) in enumerate(acts):
        made.setdefault(step, []).append(Secret(act, words(number, tail)))
    return made


def play(begun: Beginning, folder: Path, seed: int, share: float) -> str | None:
    """Plays one history both ways and says what somebody learned; None: nothing."""
    drawn = draw(seed)
    seen = []
    for name, secrets in (("one", drawn.one), ("other", drawn.other)):
        chance = random.Random(f"looks {seed}")
        kept = oracle.run(
            begun,
            folder / name,
            drawn.history,
            secrets,
            (drawn.observer,),
            drawn.owners,
            fully=drawn.fully,
            looks=lambda chance=chance: chance.random() < share,  # type: ignore[misc]
        )
        seen.append(kept[drawn.observer])
        shutil.rmtree(folder / name, ignore_errors=True)
    found = oracle.first_difference(*seen) or oracle.canary_in(seen[1])
    return None if found is None else f"{drawn.observer} learns: {found}; {drawn}"


def _work(seeds: list[int], share: float, until: float, results: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    with tempfile.TemporaryDirectory() as folder:
        begun = begin(Path(folder) / "beginning")
        for seed in seeds:
            if time.time() > until:
                break
            try:
                found = play(begun, Path(folder) / str(seed), seed, share)
            except oracle.Unplayable:
                found = UNPLAYABLE
            except Exception as error:  # noqa: BLE001 - told with its seed
                found = f"{type(error).__name__}: {error}; {draw(seed)}"
            results.put((seed, found))
    results.put(None)


def _done(again: int) -> set[int]:
    if not RESULTS.exists():
        return set()
    rows = (json.loads(line) for line in RESULTS.read_text().splitlines())
    return {row["seed"] for row in rows if row["seed"] >= again}


def _parted(seeds: list[int], parts: int) -> Iterator[list[int]]:
    for part in range(parts):
        yield seeds[part::parts]


def main() -> int:
    """Plays as many as are asked for, beyond those played already."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--histories", type=int, default=10_000)
    asked.add_argument("--minutes", type=float, default=600)
    asked.add_argument("--seed", type=int, default=0, help="the first seed")
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--share", type=float, default=0.12, help="of what is looked at, 1: all")
    asked.add_argument("--only", type=int, help="plays this one seed and says what it finds")
    args = asked.parse_args()
    if args.only is not None:
        with tempfile.TemporaryDirectory() as folder:
            found = play(
                begin(Path(folder) / "beginning"), Path(folder) / "run", args.only, args.share
            )
        print(draw(args.only), found or "nobody learned anything", sep="\n")
        return 1 if found else 0
    done = _done(args.seed)
    seeds = [n for n in range(args.seed, args.seed + args.histories) if n not in done]
    until = time.time() + args.minutes * 60
    results: multiprocessing.Queue = multiprocessing.get_context("spawn").Queue()  # type: ignore[type-arg]
    workers = [
        multiprocessing.get_context("spawn").Process(
            target=_work, args=(part, args.share, until, results)
        )
        for part in _parted(seeds, args.processes)
    ]
    for worker in workers:
        worker.start()
    RESULTS.parent.mkdir(exist_ok=True)
    bad, played, unplayable, levels = [], 0, 0, Counter[str]()
    running = len(workers)
    with RESULTS.open("a") as kept:
        while running:
            one = results.get()
            if one is None:
                running -= 1
                continue
            seed, found = one
            played += 1
            levels[draw(seed).level] += 1
            kept.write(json.dumps({"seed": seed, "found": found}) + "\n")
            kept.flush()
            if found == UNPLAYABLE:
                unplayable += 1
            elif found:
                bad.append(seed)
                print(f"seed {seed}: {found}", flush=True)
    print(
        f"{played} histories now ({unplayable} of them ask for what could not be done), "
        f"{played + len(done)} in all; {dict(levels)}; {len(bad)} differed"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
