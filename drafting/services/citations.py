"""What the tool knows of cited resolutions: the day of their adoption, learned from adopted texts.

Nothing is learned from drafts: what they cite is not public.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from drafting.formats import citations as facts
from drafting.formats.citations import Known
from drafting.store import citations as kept
from drafting.store.work import Work
from drafting.text.editorial import cited_numbers
from drafting.text.resolution import Paragraph, Resolution


def learn(w: Work, resolution: Resolution) -> list[str]:
    """Keeps the dates that an adopted text says of itself and of what it cites; gives what is new.

    From a text that does not say that it was adopted nothing is learned.
    """
    found = facts.facts(resolution)
    if found is None:
        return []
    shipped = facts.known()
    said = [
        (found.number, found.adopted_on, True),
        *((n, d, False) for n, d in found.cited.items()),
    ]
    return [
        number
        for number, day, own in said
        if number not in shipped and kept.learn(w, number, day, found.number, own=own)
    ]


def known(w: Work, paragraphs: Sequence[Paragraph]) -> dict[str, date]:
    """Gives the days of those resolutions that a text cites, as far as they are known."""
    numbers = cited_numbers(paragraphs)
    shipped = {n: facts.known()[n].adopted_on for n in numbers if n in facts.known()}
    return kept.dates(w, numbers - shipped.keys()) | shipped


def listed(w: Work) -> list[Known]:
    """Gives the resolutions known, with who says so, in the order of their days."""
    learned = {k.number: Known(k.number, k.adopted_on, k.source) for k in kept.known(w)}
    return sorted(
        {**learned, **facts.known()}.values(), key=lambda one: (one.adopted_on, one.number)
    )
