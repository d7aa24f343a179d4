"""The outlook held against the real record: each vote foretold from the votes before it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from drafting.formats import votes
from drafting.rules.outlook import CAST, Comparison, Outlook, RollCall, Vote, compare, outlook

WIDTHS = (0.5, 0.8, 0.9)
CONFIDENCES = (0.0, 0.8, 0.9, 0.95, 0.98, 1.0)
ABSENCES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)


@dataclass(frozen=True)
class Year:
    """A vote, what was expected of it, and how that compares."""

    call: RollCall
    expected: Outlook
    found: Comparison


def foretold(record: Sequence[RollCall], coverage: float = 0.8) -> list[Year]:
    """Gives every vote from the second on with its outlook from those before."""
    years = []
    for call in record[1:]:
        expected = outlook(record, as_of=call.date, coverage=coverage)
        years.append(Year(call, expected, compare(expected, call.votes)))
    return years


def same_as_last(record: Sequence[RollCall], call: RollCall) -> int:
    """Counts the votes cast that were what the State last cast; counted by itself, without the outlook."""
    last: dict[str, Vote] = {}
    for earlier in sorted(record, key=lambda one: one.date):
        if earlier.date < call.date:
            last |= {key: vote for key, vote in earlier.votes.items() if vote in CAST}
    return sum(last.get(key) is vote for key, vote in call.votes.items() if vote in CAST)


def sure(years: Iterable[Year]) -> Iterator[tuple[float, bool]]:
    """Gives, for each vote cast by a State with a record, how sure the outlook was and whether it held."""
    for year in years:
        for one in year.expected.states:
            cast = year.call.votes[one.key]
            if one.vote in CAST and cast in CAST:
                yield one.confidence, cast is one.vote


def away(years: Iterable[Year]) -> Iterator[tuple[float, bool]]:
    """Gives, for each State and vote, how likely its absence was held to be and whether it was absent."""
    for year in years:
        for one in year.expected.states:
            yield one.absence, year.call.votes[one.key] is Vote.ABSENT


def calibration(pairs: Sequence[tuple[float, bool]], bounds: Sequence[float]) -> None:
    """Prints, for each band of probabilities, what was said and what came of it."""
    print("\n| said | cases | said on average | came true |\n| --- | --- | --- | --- |")
    for low, high in pairwise(bounds):
        band = [pair for pair in pairs if low <= pair[0] < high]
        if band:
            said = sum(chance for chance, _ in band) / len(band)
            came = sum(true for _, true in band) / len(band)
            print(f"| {low:.0%} to {high:.0%} | {len(band)} | {said:.1%} | {came:.1%} |")


def score(pairs: Iterable[tuple[float, bool]]) -> float:
    """Gives the logarithmic score, smaller being better: the mean surprise in nats."""
    surprises = [-log(chance if true else 1 - chance) for chance, true in pairs]
    return sum(surprises) / len(surprises)


def main() -> None:
    """Prints the back-test of the eleven votes that the project carries."""
    record = votes.ccm()
    years = foretold(record)
    print(
        "| vote | cast | as expected | same as last time | in favour | against | abstaining | absent |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    hits = same = cast = 0
    for year in years:
        last = same_as_last(record, year.call)
        hits, same, cast = hits + year.found.hits, same + last, cast + year.found.cast
        totals = [
            f"{one.actual} in {one.expected.low}–{one.expected.high}{'' if one.inside else ' **no**'}"
            for one in year.found.totals
        ]
        share = f"{year.found.hits} ({year.found.hits / year.found.cast:.1%})"
        print(
            f"| {year.call.name[6:]}, {year.call.date.year} | {year.found.cast} | {share} | {last} | {' | '.join(totals)} |"
        )
    print(f"| all | {cast} | {hits} ({hits / cast:.1%}) | {same} ({same / cast:.1%}) | | | | |")

    print(
        "\n| ranges for | in favour | against | abstaining | absent | all | without 2024 | mean width, in favour |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for width in WIDTHS:
        rows = [(year, one) for year in foretold(record, width) for one in year.found.totals]
        by_vote = [
            f"{sum(one.inside for _, one in rows if one.vote is vote)} of {len(years)}"
            for vote in Vote
        ]
        usual = [one.inside for year, one in rows if year.call.date.year != 2024]
        spans = [one.expected.high - one.expected.low for _, one in rows if one.vote is Vote.YES]
        print(
            f"| {width:.0%} | {' | '.join(by_vote)} | {sum(one.inside for _, one in rows) / len(rows):.0%} "
            f"| {sum(usual) / len(usual):.0%} | {sum(spans) / len(spans):.1f} |"
        )

    pairs, absences = list(sure(years)), list(away(years))
    print("\nConfidence, of votes cast by States with a record:")
    calibration(pairs, CONFIDENCES)
    flat = sum(true for _, true in pairs) / len(pairs)
    print(
        f"\nscore {score(pairs):.4f}; one confidence for all, known beforehand ({flat:.1%}): {score((flat, true) for _, true in pairs):.4f}"
    )
    for title, rows in (
        ("all years", absences),
        ("without 2024", list(away(year for year in years if year.call.date.year != 2024))),
    ):
        print(f"\nAbsence, {title}:")
        calibration(rows, ABSENCES)
        rate = sum(true for _, true in rows) / len(rows)
        print(
            f"\nscore {score(rows):.4f}; one rate for all, known beforehand ({rate:.1%}): {score((rate, true) for _, true in rows):.4f}"
        )


if __name__ == "__main__":
    main()
