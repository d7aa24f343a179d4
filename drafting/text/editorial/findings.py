"""What a check finds: the values, and the table of rules.

The rules are those of research/un-practice.md 2.5, by their numbers there. A level is as hard as the
published texts are true to the rule: "error" where they hardly ever depart from it, "warning" where
some do with reason, "hint" where usage leaves a choice. Rule 47 is known and never reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from drafting.text.changes import Change, to_json

MEASURED = "measured over 2,235 resolutions of sessions 74 to 80"
MANUAL = "United Nations Editorial Manual"
BOTH = f"{MANUAL}; {MEASURED}"


class Level(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"
    NONE = "none"
    """Known, and never reported: usage is divided."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of drafting.

    `from_session` is the session since which it holds in full; None: always. `any_language` tells that
    it is looked for in texts of every language; all others are rules of English.
    """

    number: int
    name: str
    level: Level
    sentence: str
    source: str
    from_session: int | None = None
    any_language: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that departs from a rule.

    `index` is the paragraph's place in the text; `start` and `end` count UTF-16 units of its words; what
    stands inside a footnote has the footnote's own unit. In `words` a footnote is an asterisk. `repair` is a change to that paragraph, given
    where it is safe.
    """

    rule: Rule
    level: Level
    index: int
    start: int
    end: int
    words: str
    sentence: str
    repair: Change | None = None
    repaired: str = ""
    """What the words become, for the person who decides."""


def described(one: Finding) -> dict[str, Any]:
    """Gives a finding as JSON values; which paragraph it is in, each tells in its own way."""
    return {
        "rule": one.rule.number,
        "name": one.rule.name,
        "level": one.level.value,
        "words": one.words,
        "start": one.start,
        "end": one.end,
        "sentence": one.sentence,
        "source": one.rule.source,
        "repair": None if one.repair is None else to_json(one.repair),
    }


_E, _W, _H = Level.ERROR, Level.WARNING, Level.HINT

RULES: dict[int, Rule] = {
    one.number: one
    for one in (
        Rule(
            1,
            "formula",
            _E,
            "The text opens with “The General Assembly,” in italics, a comma behind it.",
            MEASURED,
        ),
        Rule(
            2,
            "preambular opening",
            _E,
            "A preambular paragraph opens with a participle or adjective in italics.",
            BOTH,
        ),
        Rule(
            3,
            "preambular end",
            _E,
            "A preambular paragraph ends with a comma, the last one too.",
            BOTH,
        ),
        Rule(
            4,
            "operative end",
            _E,
            "An operative paragraph ends with a semicolon, the last one with a full stop.",
            BOTH,
        ),
        Rule(
            5,
            "operative numbers",
            _E,
            "Operative paragraphs are numbered from 1 without a gap; a single one has no number.",
            MEASURED,
            any_language=True,
        ),
        Rule(
            6,
            "adverb of the preamble",
            _E,
            "In the preamble “also” and “further” stand behind the verb.",
            MEASURED,
        ),
        Rule(
            7,
            "adverb of the operative part",
            _E,
            "In the operative part “also” and “further” stand before the verb.",
            MEASURED,
        ),
        Rule(
            8,
            "also and further",
            _W,
            "Neighbouring preambular paragraphs with one opening take turns: bare, also, further.",
            MEASURED,
        ),
        Rule(
            9,
            "orphan adverb",
            _W,
            "“Also” and “further” stand only behind a neighbour that opens with the same verb.",
            MEASURED,
        ),
        Rule(
            10,
            "also by addressee",
            _H,
            "Neighbouring operative paragraphs with one verb and one addressee take turns: bare, also, further.",
            MEASURED,
        ),
        Rule(
            11,
            "first citation dated",
            _W,
            "A resolution is cited with its date where it is first named.",
            BOTH,
        ),
        Rule(
            12,
            "later citation undated",
            _H,
            "A resolution that was cited with its date is cited without it from then on.",
            BOTH,
        ),
        Rule(
            13,
            "date of a resolution",
            _E,
            "A resolution is cited with the day on which it was adopted.",
            "the resolutions known to this tool (drafting citations list)",
        ),
        Rule(14, "form of dates", _E, "Dates are written as in 7 December 2020.", BOTH),
        Rule(
            15,
            "ranges of years",
            _E,
            "A range of years is written with an en dash: 2021–2026.",
            MEASURED,
        ),
        Rule(16, "per cent", _E, "“Per cent” is written in two words, without the sign.", BOTH),
        Rule(
            17,
            "quotation marks",
            _E,
            "Quotation marks and apostrophes are typographic: “ ” ‘ ’.",
            MEASURED,
        ),
        Rule(
            18, "comma and quotation", _W, "A comma stands behind the closing quotation mark.", BOTH
        ),
        Rule(19, "serial comma", _H, "There is no comma before the “and” of a list.", BOTH),
        Rule(
            20,
            "-ize and -yse",
            _E,
            "Verbs are spelled with -ize and -ization, but with -yse; names keep their own spelling.",
            BOTH,
        ),
        Rule(21, "British spelling", _E, "Words are spelled in the British way.", BOTH),
        Rule(
            22,
            "cooperation, coordination",
            _E,
            "“Cooperation” and “coordination” have no hyphen; names keep their own spelling.",
            BOTH,
        ),
        Rule(
            23,
            "fixed hyphens",
            _E,
            "Some words have a fixed hyphen, or none: Secretary-General, non-governmental, policymaking.",
            BOTH,
        ),
        Rule(
            24,
            "the present resolution",
            _W,
            "A resolution speaks of itself as “the present resolution”.",
            BOTH,
        ),
        Rule(
            25,
            "United Nations in full",
            _E,
            "The name of the United Nations is written in full, except in names such as UN-Women.",
            BOTH,
        ),
        Rule(
            26,
            "no Latin shorthand",
            _E,
            "There is no “e.g.”, “i.e.”, “etc.” or “&” in a resolution.",
            BOTH,
        ),
        Rule(27, "inter alia", _W, "“Inter alia” stands in roman.", BOTH),
        Rule(
            28,
            "Member States",
            _W,
            "The Member States of the United Nations have two capitals; other bodies have “member States”.",
            BOTH,
        ),
        Rule(
            29,
            "States parties",
            _E,
            "A text writes “States parties” in one way: with a small p, and since the eightieth session with a capital.",
            MEASURED,
            from_session=80,
        ),
        Rule(
            30,
            "article and Article",
            _E,
            "Articles of treaties have a small letter; those of the Charter and of the Statute of the Court a capital.",
            BOTH,
        ),
        Rule(
            31,
            "place of note marks",
            _E,
            "The mark of a footnote stands behind the comma, semicolon or full stop.",
            BOTH,
        ),
        Rule(
            32,
            "footnotes",
            _E,
            "Footnotes are numbered in the order of their marks, and each ends with a full stop.",
            BOTH,
        ),
        Rule(
            33,
            "Ibid.",
            _W,
            "“Ibid.” stands only where the footnote just before names the one source that is meant.",
            MANUAL,
        ),
        Rule(
            34,
            "numbers in words",
            _W,
            "Numbers under 10 are written in words, ages and measures excepted.",
            BOTH,
        ),
        Rule(
            35,
            "figures",
            _E,
            "Thousands are set off with a comma, decimals with a point: 11,000 and 8.5.",
            BOTH,
        ),
        Rule(
            36,
            "ordinals of sessions",
            _E,
            "Sessions up to the hundredth are named in words: seventy-seventh session.",
            BOTH,
        ),
        Rule(
            37,
            "provisional agenda",
            _E,
            "The provisional agenda named is that of a later session than this one.",
            MEASURED,
        ),
        Rule(
            38,
            "agenda item last",
            _H,
            "The last operative paragraph of a yearly text puts the item on the provisional agenda.",
            MEASURED,
        ),
        Rule(
            39,
            "sub-paragraphs",
            _E,
            "Sub-paragraphs stand behind a colon, begin with a capital and end with a semicolon, without an “and” before the last.",
            BOTH,
        ),
        Rule(
            40,
            "nothing left open",
            _E,
            "A text that is tabled has no square brackets, alternatives, provisional numbers or names of those who proposed.",
            MANUAL,
            any_language=True,
        ),
        Rule(
            41,
            "punctuation",
            _E,
            "Punctuation is not doubled, has no blank before it and one behind it.",
            MEASURED,
            any_language=True,
        ),
        Rule(
            42,
            "dashes",
            _E,
            "An aside stands between en dashes with blanks; there is no em dash.",
            MEASURED,
        ),
        Rule(
            43,
            "names of countries",
            _E,
            "Countries are called as the United Nations calls them.",
            "United Nations list of Member States",
        ),
        Rule(
            44,
            "possessive of countries",
            _H,
            "Names of countries have no possessive: the policies of China.",
            MANUAL,
        ),
        Rule(
            45,
            "abbreviations",
            _W,
            "A resolution writes names in full; there are no abbreviations unless they cannot be avoided.",
            MANUAL,
        ),
        Rule(
            46,
            "form of treaties",
            _W,
            "A treaty is cited as in vol. 2688, No. 47713.",
            MANUAL,
        ),
        Rule(
            47,
            "entitled",
            Level.NONE,
            "A title follows “entitled”; whether a comma stands before it is left to usage.",
            MEASURED,
        ),
    )
}
"""The rules by number."""

GATE = 40
"""The rule whose findings keep a text from being tabled."""
