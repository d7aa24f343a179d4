"""Redlines of a whole text under negotiation: three proposals to each of 150 paragraphs."""

from __future__ import annotations

import gc
import statistics
import time
from random import Random

from drafting.text import tokens
from drafting.text.changes import Builder, Change, Note, plain, text_of
from drafting.text.diff import pieces
from drafting.text.tracked import Mark

PARAGRAPHS = 150
PROPOSALS = 3
LENGTH_CHARS = 400
RUNS = 15
SMALL = ["the", "of", "and", "to", "in", "a", "for", "on", "with", "by", "as", "at", "its", "which"]
LARGE = ["Assembly", "States", "parties", "implementation", "lighthouse", "keepers", "harbour"]
LARGE += ["convention", "cooperation", "strengthening", "sustainable", "navigation", "importance"]
LARGE += ["recommendations", "international", "coastal", "development", "assistance", "report"]
LARGE += [
    "relevant",
    "measures",
    "maritime",
    "safety",
    "technical",
    "capacity-building",
    "framework",
]
FIXED = ("7 December 2020", "75/62", "A/C.1/76/L.41", "45 per cent", "seventy-sixth session")


def paragraph(random: Random) -> list[str]:
    """Gives the words of a paragraph of some 400 characters."""
    row: list[str] = []
    size = 0
    while size < LENGTH_CHARS:
        chance = random.random()
        word = random.choice(SMALL if chance < 0.45 else LARGE if chance < 0.97 else FIXED)
        row.append(word + ("," if random.random() < 0.06 else ""))
        size += len(row[-1]) + 1
    return row


def proposed(random: Random, row: list[str]) -> list[str]:
    """Gives the words with one to four edits: words deleted, inserted, replaced, or moved."""
    row = list(row)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(row))
        count = random.randint(1, 5)
        match random.randrange(4):
            case 0:
                del row[at : at + count]
            case 1:
                row[at:at] = random.choices(LARGE + SMALL, k=count)
            case 2:
                row[at : at + count] = random.choices(LARGE + SMALL, k=count)
            case _:
                moved = row[at : at + count]
                del row[at : at + count]
                to = random.randrange(len(row))
                row[to:to] = moved
    return row


def text(random: Random, row: list[str]) -> Change:
    """Gives words as a text: an italic opening, and in every third a footnote."""
    made = Builder().insert("Requests", italic=True).insert(f" {' '.join(row)};")
    if random.random() < 1 / 3:
        made.insert(Note(text_of("See A/76/100, para. 3.")))
    return made.change()


def pairs() -> list[tuple[Change, Change]]:
    """Gives each paragraph with each of its proposals."""
    random = Random(7)
    out = []
    for _ in range(PARAGRAPHS):
        row = paragraph(random)
        base = text(random, row)
        out += [(base, text(random, proposed(random, row))) for _ in range(PROPOSALS)]
    return out


def took_ms(of: list[tuple[Change, Change]]) -> float:
    """Gives what time of one core all redlines take, nothing being known of the texts before."""
    tokens._remembered.cache_clear()
    gc.collect()
    begun = time.process_time()
    for old, new in of:
        pieces(old, new)
    return (time.process_time() - begun) * 1000


def main() -> None:
    """Prints how long the redlines of all proposals take on one core."""
    of = pairs()
    sizes = [len(plain(old)) for old, _ in of]
    found = [pieces(old, new) for old, new in of]
    changed = sum(piece.mark is not Mark.KEEP for row in found for piece in row)
    times = [took_ms(of) for _ in range(RUNS)]
    print(f"{len(of)} redlines of texts of {statistics.mean(sizes):.0f} characters on average")
    print(f"stretches marked: {changed / len(of):.1f} a redline")
    print(
        f"all of them: {statistics.median(times):.0f} ms (median of {RUNS}), "
        f"{min(times):.0f} ms at best, {max(times):.0f} ms at worst"
    )
    print(f"one: {statistics.median(times) / len(of) * 1000:.0f} µs")
    for size in (1_000, 4_000):
        random = Random(size)
        long = [word for _ in range(size // LENGTH_CHARS + 1) for word in paragraph(random)]
        one, two = text(random, long), text(random, proposed(random, long))
        print(f"a text of {len(plain(one))} characters: {took_ms([(one, two)]):.1f} ms")
        other = list(long)
        random.shuffle(other)
        one, two = text(random, long), text(random, other)
        print(f"the same with its words shuffled: {took_ms([(one, two)]):.1f} ms")


if __name__ == "__main__":
    main()
