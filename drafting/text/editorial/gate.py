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
from drafting.text.editorial.line import NEAR, Line

_BRACKETS = re.compile(r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]|[\[\]]")
_BLANK = re.compile(r"\[(?:name|name of [a-z ]+|title|place|date|signature)\]")
_LABEL = re.compile(
    r"\b(?:PP|OP|P|para\.|paragraph) ?\d+(?: ?\([a-z]+\))? ?(?:bis|ter|quater|quinquies|alt)\b\.?"
    r"(?! of (?:article|the (?:Convention|Protocol|Statute|Treaty)))"
    r"|^\W*(?:\d+\.? )?(?:bis|ter|quater|alt(?:ernative)?)\b[.:)]? ?\d*"
    r"|(?<![\w])[Aa]lt(?:ernative)?\.? ?\d+ ?:"
)
_GROUPS = (
    *(
        "EU",
        "European Union",
        "G77",
        "G-77",
        "Group of 77",
        "NAM",
        "CARICOM",
        "African Group",
        "Arab Group",
    ),
    *(
        "ICRC",
        "CMC",
        "JUSCANZ",
        "Chair",
        "Facilitator",
        "Presidency",
        "Co-sponsors",
        "USA",
        "US",
        "UK",
    ),
)
_WHO = (*names.COUNTRIES, *_GROUPS)
"""Those who propose, as drafts name them."""
_SAID = re.compile(
    r"[ \u00a0]?(?::|–|-|\()[ \u00a0]?(?:to )?(?:retain|delete|del|keep|reserve|reservation|add|insert|replace|amend|move"
    r"|agreed?|ad ref|support|oppose|alt|bis|proposal|propose[sd]|prefers?|objects?|remove|bracket)\b\)?"
)
_BESIDE = re.compile(r"(?:, | and | supported by |/)$")
_BY = re.compile(
    r"\((?:(?:proposed|suggested|requested|supported|deleted|added|inserted) by )?(?:the )?(?P<who>[^()]{2,80})\)"
    r"|\bProposal (?:by|of|from) (?:the )?(?P<whose>[A-Z][^:,;.]{1,60})"
)
_AD_REF = re.compile(r"\bad ref(?:erendum)?\b")
_OPEN = re.compile(
    r"\b(?:TBC|TBD|tbc|tbd)\b|_{3,}|~~|\.{4,}|…{2,}|\bXX+(?= (?:States|20\d\d|[A-Z][a-z]+ 20))"
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
    for start, end, sentence in _marks(text):
        if not any(a <= start < b for a, b in taken):
            yield line.find(GATE, start, end, sentence)


def _marks(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _LABEL.finditer(text):
        if found[0].strip():
            yield (
                *found.span(),
                "This is a provisional number or an alternative: it is settled before tabling.",
            )
    for start, end in _attributions(text):
        yield start, end, "This says who proposed or agreed: it is taken out before tabling."
    for found in _OPEN.finditer(text):
        yield *found.span(), "This has still to be filled in."


def _attributions(text: str) -> Iterator[tuple[int, int]]:
    for found in _SAID.finditer(text):
        start = _names_end(text, found.start())
        if start is not None:
            yield start, found.end()
    for found in _BY.finditer(text):
        who = found["who"] or found["whose"]
        by = found["who"] is None or " by " in found[0]
        named = who.startswith(_WHO) if by else who in _WHO and not text[found.end() :].strip()
        if named:
            yield found.span()
    for found in _AD_REF.finditer(text):
        yield found.span()


def _names_end(text: str, end: int) -> int | None:
    """Gives where the names begin that end at a position; None where none does."""
    start = None
    while text.endswith(_WHO, max(0, end - NEAR), end):
        name = max((one for one in _WHO if text.endswith(one, 0, end)), key=len)
        if text[end - len(name) - 1 : end - len(name)].isalnum():
            break
        start = end - len(name)
        beside = _BESIDE.search(text, max(0, start - NEAR), start)
        if beside is None:
            break
        end = beside.start()
    return start


def _of_brackets(words: str) -> str:
    if words in "[]":
        return "A square bracket is left, and its other half is not to be found."
    return "These words stand in square brackets: they are not agreed yet."
