"""How well a redline reads, scored as research/documents.md section 6 proposes.

On awkward edits of our own and on the real texts: no cut inside a word, number, date or symbol; no
weak island; little more marked than the least that tokens allow; few fragments; both texts there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.formats import read_file
from drafting.text.changes import Builder, Change, Insert, Note, text_of
from drafting.text.diff import OPENING_COST, Token, _heaviest, normalized, pieces, tokens
from drafting.text.numbering import labels_of
from drafting.text.redline import redline
from drafting.text.resolution import Paragraph
from drafting.text.tracked import Mark, Piece, Redline, State

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions"
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Laws take as long as a busy machine needs."""

MOST_MARKED = 1.15
"""Characters marked, of the least that tokens allow (blanks not counted)."""


def words(line: str) -> Change:
    """Words in _italics_, footnotes in <>."""
    builder = Builder()
    for number, run in enumerate(line.split("_")):
        italic = True if number % 2 else None
        for place, piece in enumerate(run.replace(">", "<").split("<")):
            builder.insert(Note(text_of(piece)) if place % 2 else piece, italic=italic)
    return builder.change()


BRACKETS = {Mark.KEEP: "{}", Mark.INSERT: "{{{}}}", Mark.DELETE: "[{}]"}


def shown(found: tuple[Piece, ...]) -> str:
    """Deleted words in [], inserted ones in {}, footnotes in <>."""
    return "".join(
        BRACKETS[piece.mark].format(piece.text if piece.note is None else f"<{shown(piece.note)}>")
        if piece.mark is Mark.KEEP or piece.note is None
        else BRACKETS[piece.mark].format(f"<{''.join(one.text for one in piece.note)}>")
        for piece in found
    )


AWKWARD = [
    # Moved clauses.
    ("Requests the keepers, in close contact with the harbour masters, to report each spring on the lamps", "Requests the keepers to report each spring, in close contact with the harbour masters, on the lamps"),
    ("Notes that, where the coast is steep, ships keep away from it and sail at night only", "Notes that ships keep away from the coast, where it is steep, and sail at night only"),
    ("Stresses the need for lamps, for horns and for bells along the entire northern coast", "Stresses the need for horns, for bells and for lamps along the entire northern coast"),
    ("Invites all ports, and in particular the largest among them, to share their charts with sailors", "Invites all ports to share their charts with sailors, and in particular the largest among them"),
    # Sentences split and joined.
    ("Takes note of the report on lamps, which was issued in spring and which contains proposals for horns;", "Takes note of the report on lamps. The report was issued in spring. It contains proposals for horns;"),
    ("The keepers meet each year. They elect a chair from among themselves.", "The keepers meet each year and elect a chair from among themselves."),
    ("Decides to convene a meeting of keepers in spring and to invite the harbour masters to it;", "Decides to convene a meeting of keepers in spring; decides also to invite the harbour masters to it;"),
    # Dates, sessions, numbers.
    ("the meeting of keepers, held at sea from 3 to 7 May 2020, and its outcome", "the meeting of keepers, held on land from 30 August to 2 September 2022, and its outcome"),
    ("opened on 7 December 2020 and closed on 9 December 2020", "opened on 8 December 2020 and closed on 11 December 2020"),
    ("at its seventy-fifth and seventy-sixth sessions the chair reported", "at its seventy-sixth and seventy-seventh sessions the chair reported"),
    ("some 45 per cent of 1,200 lamps and 3.5 million candles were lit", "some 46 per cent of 1,250 lamps and 3.7 million candles were lit"),
    ("the plan for the years 2021–2026 is in force", "the plan for the years 2022–2027 is in force"),
    ("adopted on 7\u00a0December\u00a02020 by the non\u2011coastal States", "adopted on 8 December 2020 by the non-coastal States"),
    # Lists.
    ("Thanks Peru, Chile, Norway, Ghana and Fiji for their lamps", "Thanks Chile, Peru, Norway, Fiji and Ghana for their lamps"),
    ("its resolutions 72/1 of 1 May 2017, 73/1 of 2 May 2018 and 74/1 of 3 May 2019 on lamps", "its resolutions 72/1 of 1 May 2017, 73/1 of 2 May 2018, 74/1 of 3 May 2019 and 75/1 of 4 May 2020 on lamps"),
    ("women, men, girls and boys who keep lamps", "girls, boys, women and men who keep lamps"),
    ("lamps, horns, bells and ropes are kept dry", "lamps, bells and ropes are kept dry"),
    ("lamps, bells and ropes are kept dry", "lamps, bells, ropes and sails are kept dry"),
    # Footnotes and symbols.
    ("The Charter of Lamps<See A/C.1/76/L.41, para. 3.> binds all", "The Charter of Lamps<See A/C.1/76/L.42, para. 3.> binds all"),
    ("The Charter of Lamps binds all keepers", "The Charter of Lamps<Resolution 70/1.> binds all lamp keepers"),
    ("The Charter<Resolution 70/1.> and the Plan<A/70/2.> bind all", "The Plan<A/70/2.> and the Charter<Resolution 70/1.> bind all"),
    ("documents A/70/623-S/2015/988 and CCM/CONF/2015/7/Corr.1 are withdrawn", "documents A/70/624-S/2015/989 and CCM/CONF/2015/7 are withdrawn"),
    ("in resolution 2832 (XXVI) of 16 December 1971 and 66/240 A", "in resolution 2833 (XXVI) of 16 December 1971 and 66/240 B"),
    # Italics and openings.
    ("_Recalling_ the lamps lit at sea,", "_Recalling also_ the lamps lit at sea,"),
    ("_Requests_ the keepers to light the lamps;", "_Also requests_ the keepers to light the lamps;"),
    ("reads The Sea Book every day at noon", "reads _The Sea Book_ every day at noon"),
    ("_Noting with concern_ the dark coast,", "_Deeply concerned_ about the dark coast,"),
    # Hyphens, quotation marks, small words.
    ("well-kept and long-standing non-governmental lamps", "well-known and long-standing intergovernmental lamps"),
    ("the item entitled “Lamps, horns and bells”, as agreed", "the sub-item entitled “Lamps and bells”, as agreed"),
    ("the keeper’s lamp and the keepers’ horn", "the keepers’ lamp and the keeper’s horn"),
    ("of the lamp at the port by the sea in the north for the ships", "of a lamp in the port near a sea at the north of the ships"),
    ("to continue to convene the meetings of keepers", "to convene the second great conference of keepers"),
    ("Requests the chair to convene the second large conference of the keepers and to go on giving help", "Requests the chair to continue to convene the meetings of the keepers and to go on giving help"),
    ("shall not, except in case of storm, put out any lamp", "shall not put out any lamp, except in case of storm or fog"),
    ("lamps, as well as horns (where there are any), are lit", "lamps and horns (where there are any) are lit"),
    # Other languages.
    ("تطلب إلى الحراس أن يوقدوا المصابيح في 7 كانون الأول/ديسمبر 2020 وأن يقدموا تقريرا", "تطلب إلى الحراس أن يوقدوا المصابيح في 8 كانون الأول/ديسمبر 2021 وأن يقدموا تقريرا شاملا"),
    ("تشير إلى القرار 75/62 بشأن المصابيح، وترحب بالتقرير", "تشير إلى القرار 76/47 بشأن المصابيح، وتحيط علما بالتقرير"),
    ("请看守人在2020年12月7日点亮灯塔，并提交报告", "请各看守人在2021年12月8日点亮灯塔，并向大会提交报告"),
    ("回顾其关于灯塔的第75/62号决议和第76/47号决议", "回顾其关于灯塔和港口的第76/47号决议"),
    ("Prie les gardiens d’allumer les lampes le 7 décembre 2020 et de lui présenter un rapport", "Prie tous les gardiens d’allumer les lampes le 1er décembre 2021 et de lui présenter un rapport d’ensemble"),
    ("Se félicite de l’état des phares et de l’aide apportée aux marins", "Prend note de l’état des phares et de l’appui apporté aux marins"),
    ("Просит смотрителей зажигать лампы 7 декабря 2020 года и представить доклад", "Настоятельно просит смотрителей зажигать лампы 8 декабря 2021 года и представить полный доклад"),
    ("Приветствует 45 процентов ламп, зажженных в порту", "Отмечает 46 процентов ламп, зажженных в порту и в море"),
    ("Pide a los guardianes que enciendan las lámparas el 7 de diciembre de 2020 y que presenten un informe", "Pide también a los guardianes que enciendan las lámparas el 8 de diciembre de 2021 y presenten un informe"),
    ("los faros del norte y los puertos del sur", "los puertos del norte y los faros del sur"),
]  # fmt: skip

SMALL_WORD = re.compile(
    r"an?|and|as|at|by|for|from|in|is|its?|of|on|or|that|the|their|to|with|which|was|des?|du|las?"
    r"|les?|et|en|au|à|que|el|los|y|del|al|и|в|на|с|по|\W*",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"""
    [A-Z]+(?:/[\w.]*\w)+(?:-[A-Z](?:/\w+)+)?                      # A/70/623-S/2015/988
    | \d+/\d+(?:\ [A-Z]\b)? | \d+\ \([IVXL]+\)                    # 66/240 A, 2832 (XXVI)
    | \d+(?:er)?\ (?:de\ )?(?:May|June|August|September|December|décembre|diciembre|декабря)
      (?:\ (?:de\ )?\d{4})?
    | \d+\ (?:كانون\ الأول/ديسمبر)\ \d{4} | \d+年\d+月\d+日
    | \d[\d,.]*\d*(?:\ (?:per\ cent|million|процентов)) | \d+(?:,\d{3})+ | \d+
    | [^\W\d\u4e00-\u9fff]+(?:[-’'][^\W\d]+)*
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Score:
    cuts: int
    weak_islands: tuple[str, ...]
    marked: int
    least: int
    small: int
    """Characters marked that could be kept only as weak islands: small words within a phrase."""
    phrases: int
    fragments: int
    token_fragments: int
    whole: bool


def scored(old: Change, new: Change, found: tuple[Piece, ...]) -> Score:
    """Scores a redline against tables and a comparison of the test's own."""
    runs = merged(found)
    phrases = [
        [run for _, run in group]
        for kept, group in groupby(
            [(mark is Mark.KEEP, (mark, text)) for mark, text in runs], lambda pair: pair[0]
        )
        if not kept
    ]
    return Score(
        cuts=sum(
            len(cuts(found, mark) & inside(side(found, mark)))
            for mark in (Mark.DELETE, Mark.INSERT)
        ),
        weak_islands=tuple(weak_islands(runs)),
        marked=sum(solid(text) for mark, text in runs if mark is not Mark.KEEP),
        least=least(tokens(old), tokens(new)),
        small=sum(map(small_words, phrases)),
        phrases=len(phrases),
        fragments=sum(piece.mark is not Mark.KEEP for piece in found),
        token_fragments=token_fragments(tokens(old), tokens(new)),
        whole=all(mark is not Mark.KEEP for mark, _ in runs),
    )


def small_words(phrase: list[tuple[Mark, str]]) -> int:
    """How much two sides of a phrase have in common in small words, in characters."""
    sides = [
        [
            token
            for mark, text in phrase
            if mark is wanted
            for token in tokens(text_of(text.replace("\ufffc", " ")))
            if SMALL_WORD.fullmatch(token.words)
        ]
        for wanted in (Mark.DELETE, Mark.INSERT)
    ]
    return sum(weight(token) for row in sides for token in row) - least(*sides)


def merged(found: tuple[Piece, ...]) -> list[tuple[Mark, str]]:
    """The stretches of one mark, italics aside; a footnote is one character."""
    out: list[tuple[Mark, str]] = []
    for piece in found:
        text = piece.text if piece.note is None else "\ufffc"
        if out and out[-1][0] is piece.mark:
            out[-1] = (piece.mark, out[-1][1] + text)
        else:
            out.append((piece.mark, text))
    return out


def side(found: tuple[Piece, ...], mark: Mark) -> str:
    kept = [piece for piece in found if piece.mark in {Mark.KEEP, mark}]
    return "".join("\ufffc" if p.note is not None else normalized(p.text) for p in kept)


def cuts(found: tuple[Piece, ...], mark: Mark) -> set[int]:
    out, at, last = set(), 0, None
    for piece in found:
        if piece.mark in {Mark.KEEP, mark}:
            if last is not piece.mark:
                out.add(at)
            last = piece.mark
            at += 1 if piece.note is not None else len(normalized(piece.text))
    return out


def inside(text: str) -> set[int]:
    """The places inside of words, numbers, dates and symbols."""
    return {at for whole in WHOLE.finditer(text) for at in range(whole.start() + 1, whole.end())}


def weak_islands(runs: list[tuple[Mark, str]]) -> list[str]:
    """Kept stretches between two differences that hold no word, or small ones alone."""
    out = []
    places = [at for at, (mark, _) in enumerate(runs) if mark is Mark.KEEP]
    for at in places:
        text = runs[at][1]
        row = re.findall(r"\w+(?:[-’']\w+)*|[^\w\s]", text)
        if at in {0, len(runs) - 1} or "\ufffc" in text or len(row) > 2:
            continue
        small = all(SMALL_WORD.fullmatch(word) for word in row)
        before = max(
            solid(text) for mark, text in runs[max(0, at - 2) : at] if mark is not Mark.KEEP
        )
        behind = max(solid(text) for mark, text in runs[at + 1 : at + 3] if mark is not Mark.KEEP)
        if not row or (small and solid(text) < min(before, behind)):
            out.append(text)
    return out


def solid(text: str) -> int:
    """How many characters, blanks aside."""
    return len("".join(text.split()))


def weight(token: Token) -> int:
    return 1 if token.note is not None else solid(token.words)


def least(old: list[Token], new: list[Token]) -> int:
    """The fewest characters that can be marked without cutting a token: by the whole table."""
    row = [0] * (len(new) + 1)
    for one in old:
        above, row = row, [0]
        for at, two in enumerate(new):
            met = above[at] + (weight(one) if one.key == two.key else 0)
            row.append(max(above[at + 1], row[-1], met))
    return sum(map(weight, old)) + sum(map(weight, new)) - 2 * row[-1]


def token_fragments(old: list[Token], new: list[Token]) -> int:
    """The fragments that difflib makes of the same tokens."""
    keys = [[token.key for token in row] for row in (old, new)]
    codes = SequenceMatcher(None, *keys, autojunk=False).get_opcodes()
    return sum({"equal": 0, "replace": 2}.get(tag, 1) for tag, *_ in codes)


def judge(old: Change, new: Change, found: tuple[Piece, ...]) -> Score:
    score = scored(old, new, found)
    assert score.cuts == 0
    assert score.weak_islands == ()
    assert score.whole or score.marked - score.small <= MOST_MARKED * score.least
    assert score.fragments <= max(2 * score.phrases + 1, score.token_fragments)
    assert rebuilt(found, Mark.DELETE) == seen(old)
    assert rebuilt(found, Mark.INSERT) == seen(new)
    return score


def rebuilt(found: tuple[Piece, ...], mark: Mark) -> list[object]:
    out: list[object] = []
    for piece in found:
        if piece.mark in {Mark.KEEP, mark}:
            if piece.note is not None:
                out.append(rebuilt(piece.note, mark))
            out.extend((one, piece.italic) for one in normalized(piece.text))
    return out


def seen(text: Change) -> list[object]:
    out: list[object] = []
    for op in text.ops:
        assert isinstance(op, Insert)
        if isinstance(op.content, Note):
            out.append(seen(op.content.content))
        else:
            out.extend((one, bool(op.italic)) for one in normalized(op.content))
    return out


@pytest.mark.parametrize(("old", "new"), AWKWARD)
def test_an_awkward_edit_reads_well(old: str, new: str) -> None:
    judge(words(old), words(new), pieces(words(old), words(new)))


@pytest.mark.parametrize(("old", "new"), AWKWARD)
def test_an_awkward_edit_reads_well_backwards(old: str, new: str) -> None:
    judge(words(new), words(old), pieces(words(new), words(old)))


def test_the_awkward_edits_are_many_and_mark_hardly_more_than_the_least() -> None:
    assert len(AWKWARD) >= 40
    pairs = [(words(old), words(new)) for old, new in AWKWARD]
    scores = [judge(old, new, pieces(old, new)) for old, new in pairs]
    assert sum(s.marked for s in scores) <= 1.05 * sum(s.least for s in scores)


READS = [
    ("A list of 72/1, 73/1 and 74/1 stays", "A list of 72/1, 73/1, 74/1 and 75/1 stays", "A list of 72/1, 73/1[ and]{,} 74/1{ and 75/1} stays"),
    ("at its sixtieth and sixty-first sessions", "at its sixty-first and sixty-second sessions", "at its[ sixtieth and] sixty-first{ and sixty-second} sessions"),
    ("asked to convene the second great conference of all", "asked to continue to convene the meetings of all", "asked to{ continue to} convene the [second great conference]{meetings} of all"),
    ("the lamp, and the horn", "the bell, or any other horn", "the [lamp, and the]{bell, or any other} horn"),
    ("reads resolution 66/240 A", "reads resolution 66/240 B", "reads resolution [66/240 A]{66/240 B}"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), READS)
def test_what_is_longest_is_kept(old: str, new: str, told: str) -> None:
    assert shown(pieces(words(old), words(new))) == told


@cache
def paragraphs(name: str) -> tuple[Paragraph, ...]:
    return read_file("x.xml", (REAL / f"A_RES_{name}.xml").read_bytes()).paragraphs


@cache
def made(old: str, new: str) -> Redline:
    olds, news = paragraphs(old), paragraphs(new)
    return redline(olds, news, old_labels=labels_of(olds), new_labels=labels_of(news))


def same(stem: str, first: int, last: int, shift: int = 0) -> list[tuple[str, str]]:
    return [(f"{stem}{n}", f"{stem}{n + shift}") for n in range(first, last + 1)]


DELETED = [(f"PP{n}", "") for n in range(14, 19)]
PAIRINGS = [
    ("74_62", "75_62", [*same("PP", 1, 19), *same("OP", 1, 7), ("", "OP8"), *same("OP", 8, 10, 1)]),
    ("75_62", "76_47", [*same("PP", 1, 13), *DELETED, ("", "PP14"), ("PP19", "PP15"), *same("OP", 1, 11)]),
    ("74_62", "76_47", [*same("PP", 1, 13), *DELETED, ("", "PP14"), ("PP19", "PP15"), *same("OP", 1, 7), ("", "OP8"), *same("OP", 8, 10, 1)]),
]  # fmt: skip

real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}")


@real
@pytest.mark.parametrize(("old", "new", "pairs"), PAIRINGS)
def test_every_paragraph_finds_its_ancestor(
    old: str, new: str, pairs: list[tuple[str, str]]
) -> None:
    rows = [(row.old_label, row.label) for row in made(old, new).paragraphs]
    assert [row for row in rows if row != ("", "")] == pairs


@real
@pytest.mark.parametrize(("old", "new", "_pairs"), PAIRINGS)
def test_a_real_redline_reads_well(old: str, new: str, _pairs: object) -> None:
    for row in made(old, new).paragraphs:
        if row.old is not None and row.new is not None and row.state is not State.SAME:
            judge(row.old.text, row.new.text, row.pieces)


KEYS = st.lists(st.sampled_from("aabcd"), max_size=6)
WORTH = {"a": 1, "b": 2, "c": 3, "d": 5}


def value(
    pairs: tuple[tuple[int, int], ...], old: list[str], new: list[str], opened: object
) -> int:
    """What kept pairs are worth: a stretch costs, but not one that joins what stands around."""
    before, behind = opened  # type: ignore[misc]
    out = 0
    last = (-1, -1) if before else None
    for i, j in pairs:
        out += WORTH[old[i]] - (0 if last == (i - 1, j - 1) else OPENING_COST)
        last = (i, j)
    joins = behind and pairs and pairs[-1] == (len(old) - 1, len(new) - 1)
    return out + (OPENING_COST if joins else 0)


@UNHURRIED
@given(KEYS, KEYS, st.tuples(st.booleans(), st.booleans()))
def test_the_words_kept_are_worth_most(
    old: list[str], new: list[str], opened: tuple[bool, bool]
) -> None:
    met = [(i, j) for i, one in enumerate(old) for j, two in enumerate(new) if one == two]
    rows: list[tuple[tuple[int, int], ...]] = [()]
    for pair in met:
        rows += [
            (*row, pair)
            for row in rows
            if not row or (row[-1][0] < pair[0] and row[-1][1] < pair[1])
        ]
    best = max(value(row, old, new, opened) for row in rows)
    found = _heaviest(old, new, [WORTH[key] for key in old], opened, OPENING_COST)
    assert value(tuple(found), old, new, opened) == best
