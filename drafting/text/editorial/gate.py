"""Rule 40, the gate before tabling: nothing in the text may say that it is still being negotiated.

Square brackets, alternatives and provisional numbers ("OP6 alt", "PP10 bis"), and the names of those who
proposed ("Mexico: retain") are marks of a negotiation (research/un-practice.md 3.1). The blank of an oath
or form in an annex, "[name]", is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.text.editorial import names
from drafting.text.editorial.findings import GATE, Finding
from drafting.text.editorial.line import Line

_BRACKETS = re.compile(r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]|[\[\]]")
_BLANK = re.compile(r"\[(?:name|name of [a-z ]+|title|place|date|signature)\]")
_LABEL = re.compile(
    r"\b(?:PP|OP|P|para\.|paragraph) ?\d+(?: ?\([a-z]+\))? ?(?:bis|ter|quater|quinquies|alt)\b\.?"
    r"|^\W*(?:\d+\.? )?(?:bis|ter|quater|alt(?:ernative)?)\b[.:)]? ?\d*"
    r"|(?<![\w])[Aa]lt(?:ernative)?\.? ?\d+ ?:"
)
_GROUPS = r"EU|European Union|G-?77|Group of 77|NAM|CARICOM|African Group|Arab Group|ICRC|CMC|JUSCANZ|Chair|Facilitator|Presidency|Co-sponsors"
_VERBS = (
    r"retain|delete|del|keep|reserve|reservation|add|insert|replace|amend|move|agreed|ad ref|support|oppose|alt|bis"
    r"|proposal|proposes|proposed|prefers?|objects?|agree|remove|bracket"
)
_STATES = "|".join(sorted(map(re.escape, names.COUNTRIES), key=len, reverse=True))
_ATTRIBUTION = re.compile(
    rf"\b(?:{_STATES}|{_GROUPS}|USA?|UK)(?:(?:, | and | supported by |/)(?:{_STATES}|{_GROUPS}|USA?|UK))*"
    rf" ?(?::|–|-|\() ?(?:to )?(?:{_VERBS})\b\)?"
    rf"|\((?:{_STATES}|{_GROUPS})\)(?=\s|$|[,;.])(?<=\))(?=\s*$)"
    rf"|\((?:proposed|suggested|requested|supported|deleted|added|inserted) by (?:the )?(?:{_STATES}|{_GROUPS})[^)]*\)"
    rf"|\bProposal (?:by|of|from) (?:the )?(?:{_STATES}|{_GROUPS})\b ?:?"
    r"|\b(?:ad ref(?:erendum)?|agreed ad ref)\b"
)
_OPEN = re.compile(
    r"\b(?:TBC|TBD|tbc|tbd)\b|\b[Tt]o be (?:determined|confirmed|decided|completed)\](?!)|_{3,}|~~|\.{4,}|…{2,}|\bXX+(?= (?:States|20\d\d|[A-Z][a-z]+ 20))"
)


def left_open(line: Line, *, annex: bool) -> Iterator[Finding]:
    """Gives what a paragraph has left of a negotiation."""
    text = line.text
    taken: list[tuple[int, int]] = []
    for found in _BRACKETS.finditer(text):
        taken.append(found.span())
        if annex and _BLANK.fullmatch(found[0]):
            continue
        yield line.find(GATE, *found.span(), _of_brackets(found[0]))
    for pattern, sentence in (
        (_LABEL, "This is a provisional number or an alternative: it is settled before tabling."),
        (_ATTRIBUTION, "This says who proposed or agreed: it is taken out before tabling."),
        (_OPEN, "This has still to be filled in."),
    ):
        for found in pattern.finditer(text):
            if found[0].strip() and not any(a <= found.start() < b for a, b in taken):
                yield line.find(GATE, *found.span(), sentence)


def _of_brackets(words: str) -> str:
    if words in "[]":
        return "A square bracket is left, and its other half is not to be found."
    return "These words stand in square brackets: they are not agreed yet."
