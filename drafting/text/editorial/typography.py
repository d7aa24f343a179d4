"""Rules of signs: dates, ranges, quotation marks, commas, figures, dashes (14 to 19, 31, 35, 41, 42)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.text.changes import NOTE_PLACEHOLDER
from drafting.text.editorial.findings import Finding, Level
from drafting.text.editorial.line import Line
from drafting.text.months import MONTH, MONTHS

_SHORT = {month[:3].lower(): month for month in MONTHS}
_SHORT_MONTH = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
_TH = r"(?:st|nd|rd|th)"

_DATES = re.compile(
    rf"""
    (?P<us>\b(?P<us_month>{MONTH})\ (?P<us_day>0?[1-9]|[12]\d|3[01]){_TH}?(?!\d)
        (?:,?\ (?P<us_year>(?:1[5-9]|20)\d\d)\b)?)
    | (?P<th>\b(?:the\ )?(?P<th_day>0?[1-9]|[12]\d|3[01]){_TH}\ (?:of\ )?(?P<th_month>{MONTH})
        (?:,?\ (?P<th_year>(?:1[5-9]|20)\d\d)\b)?)
    | (?P<zero>(?<![\d.,/–-])0(?P<zero_day>[1-9])\ (?P<zero_month>{MONTH})\b
        (?:,?\ (?P<zero_year>(?:1[5-9]|20)\d\d)\b)?)
    | (?P<comma>(?<![\d.,/–-])(?P<comma_day>[1-9]|[12]\d|3[01])\ (?P<comma_month>{MONTH}),\ ?
        (?P<comma_year>(?:1[5-9]|20)\d\d)\b)
    | (?P<short>(?<![\d.,/–-])(?P<short_day>0?[1-9]|[12]\d|3[01])\ (?P<short_month>{_SHORT_MONTH})
        (?:\.|(?=\ ))\ ?(?P<short_year>(?:1[5-9]|20)\d\d)\b)
    | (?P<small>(?<![\d.,/–-])(?P<small_day>[1-9]|[12]\d|3[01])\ (?P<small_month>{MONTH.lower()})\ (?P<small_year>(?:1[5-9]|20)\d\d)\b)
    | (?P<iso>(?<![\w/.–-])(?P<iso_year>(?:19|20)\d\d)-(?P<iso_month>0\d|1[0-2])-(?P<iso_day>[0-3]\d)(?![\w/-]))
    | (?P<signs>(?<![\w/.–-])[0-3]?\d(?:/[01]?\d/|\.[01]?\d\.)(?:19|20)\d\d(?![\w/-]))
    """,
    re.VERBOSE,
)
_YEARS = re.compile(r"(?<![\w/.,–-])((?:1[89]|20)\d\d) ?- ?((?:1[89]|20)\d\d|\d\d)(?![\w/–-])")
_PER_CENT = re.compile(r"(?<=\d)[ \u00a0]?%|%|\b[Pp]er[- ]?[Cc]ent\b(?!ile)")
_COMMA_IN = re.compile(r"([,;])([”\"])(?!\w)")
_MARK_FIRST = re.compile(rf"{NOTE_PLACEHOLDER}+([,;]|\.(?=\s*$|\s+[A-Z]))")
_SPACED = re.compile(
    r"(?P<before>(?<=\S)[ \u00a0]+(?=[,;](?!\w))|(?<=\S)[ \u00a0]+(?=[.:](?:\s|$)))"
    r"|(?P<double>,[,;]+|;[,;]+|(?<!\.)\.\.(?!\.)|::+|[,;]\.(?=\s|$)|(?<=\w)\.[,;](?=\s|$))"
    r"|(?P<blanks>(?<=\S) {2,}(?=\S))"
    r"|(?P<inside>(?<=\() +|(?<=[^\s(]) +(?=\)))"
    r"|(?P<tight>(?<=[a-zà-ÿ)”’])[,;](?=[A-Za-z“]))"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Z]|etc|e\.g|i\.e|Ibid|No|vol|Corr|Add|Rev|para|p|pp))\.[,;]$"
)
_DASHES = re.compile(
    r"[ \u00a0]?—[ \u00a0]?|(?<=[\w,)”’])[ \u00a0]?--[ \u00a0]?(?=[\w“(])|(?<=\w) - (?=\w)"
)
_THOUSANDS = re.compile(
    r"(?<![\w.,/–-])(?:(?P<bare>[1-9]\d{4,})|(?P<spaced>[1-9]\d{0,2}(?:[ \u00a0]\d{3})+)"
    r"|(?P<four>[1-9]\d{3})(?= (?!and |or |to |in |of |on |at |for |by |as |with |the )[a-z]))"
    r"(?![\w,/–-])(?! \()"
)
_DECIMAL = re.compile(r"(?<![\w.,/–-])(\d{1,3}),(\d{1,2})(?![\d\w/–-])(?!,\d)")
_NAMED_BEFORE = re.compile(
    r"(?:\b(?:[Nn]os?|vols?|pp?|paras?|[Pp]aragraphs?|[Aa]rticles?|[Rr]esolutions?|[Dd]ecisions?|[Ii]tems?"
    r"|[Ss]ections?|[Rr]ules?|[Rr]ecommendations?|[Cc]hapters?|ISO|document|[Rr]oom)\.?(?: \d+(?:, | and | or ))*) ?$"
)
_YEAR_LIKE = range(1500, 2101)


def signs(line: Line) -> Iterator[Finding]:
    """Gives what departs from the rules of signs in a paragraph's or a footnote's words."""
    yield from _dates(line)
    yield from _ranges(line)
    yield from _percentages(line)
    yield from _quotes(line)
    yield from _commas(line)
    yield from _lists(line)
    yield from _marks(line)
    yield from _figures(line)
    yield from _punctuation(line)
    yield from _dash(line)


def punctuation(line: Line) -> Iterator[Finding]:
    """Gives what is doubled, for texts of every language."""
    for found in _SPACED.finditer(line.text):
        if found.lastgroup == "double":
            yield _doubled(line, found)


# Dates and figures --------------------------------------------------------------------------------


def _dates(line: Line) -> Iterator[Finding]:
    if not any(letter.isdigit() for letter in line.text):
        return
    for found in _DATES.finditer(line.text):
        if line.titled(found.start()):
            continue
        start, end = found.span()
        kind = next(
            k for k in ("us", "th", "zero", "comma", "short", "small", "iso", "signs") if found[k]
        )
        if kind == "us" and not found["us_year"] and not _is_day(line.text, end):
            continue
        yield line.find(14, start, end, to=_written(found, kind))


def _is_day(text: str, end: int) -> bool:
    """Tells whether "May 7" is a day and not, say, the beginning of "March 12 States"."""
    return not re.match(r" (?:Member )?(?:States|countries|per cent|million)\b|[–/-]", text[end:])


def _written(found: re.Match[str], kind: str) -> str | None:
    if kind == "signs":
        return None
    day, month, year = (found[f"{kind}_{part}"] for part in ("day", "month", "year"))
    if kind == "iso":
        if not 1 <= int(day) <= 31:  # noqa: PLR2004 - days of a month
            return None
        month = MONTHS[int(month) - 1]
    elif kind == "short":
        month = _SHORT[month[:3].lower()]
    elif kind == "small":
        month = month.capitalize()
    return f"{int(day)} {month}{f' {year}' if year else ''}"


def _ranges(line: Line) -> Iterator[Finding]:
    for found in _YEARS.finditer(line.text):
        first, last = found.groups()
        later = int(last) > (int(first) if len(last) > 2 else int(first) % 100)  # noqa: PLR2004 - "2021-22"
        if later and not line.quoted(found.start()):
            yield line.find(15, *found.span(), to=f"{first}–{last}")


def _percentages(line: Line) -> Iterator[Finding]:
    for found in _PER_CENT.finditer(line.text):
        if found[0] == "per cent" or line.quoted(found.start()):
            continue
        words = "per cent" if found[0][0] in "pP" else " per cent"
        if found[0] == "Per cent":
            continue
        if found[0] == "%" and not line.before(found.start()).rstrip()[-1:].isdigit():
            yield line.find(16, *found.span())
            continue
        yield line.find(16, *found.span(), to=words)


def _figures(line: Line) -> Iterator[Finding]:
    text = line.text
    for found in _THOUSANDS.finditer(text):
        if line.quoted(found.start()) or line.note_at is not None:
            continue
        if _NAMED_BEFORE.search(line.before(found.start())):
            continue
        if found["four"] and int(found["four"]) in _YEAR_LIKE:
            continue
        if found["spaced"] and re.search(rf"{MONTH} $", line.before(found.start())):
            continue
        number = int(re.sub(r"\D", "", found[0]))
        yield line.find(35, *found.span(), to=f"{number:,}")
    for found in _DECIMAL.finditer(text):
        if not line.quoted(found.start()) and not _NAMED_BEFORE.search(line.before(found.start())):
            yield line.find(35, *found.span(), to=f"{found[1]}.{found[2]}")


# Quotation marks, commas, lists -------------------------------------------------------------------


def _quotes(line: Line) -> Iterator[Finding]:
    text = line.text
    if '"' not in text and "'" not in text:
        return
    for at, sign in enumerate(text):
        if sign not in "\"'":
            continue
        before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        opens = (
            not before or before in " ([“‘–—/\"'" or before == NOTE_PLACEHOLDER
        ) and behind.strip() != ""
        if opens and before and before in "\"'" and text[: at - 1].rstrip() != text[: at - 1]:
            opens = True
        elif before and before in "\"'":
            opens = opens and (at < 2 or text[at - 2] in " (")  # noqa: PLR2004 - a mark behind a mark
        if sign == "'":
            if before.isdigit() and re.search(r"°\s?\d+$", text[:at]):
                continue
            if opens and not re.search(r"['’](?!\w)", text[at + 1 :]):
                opens = False
        yield line.find(17, at, at + 1, to="“”‘’"[(0 if sign == '"' else 2) + (0 if opens else 1)])


def _commas(line: Line) -> Iterator[Finding]:
    for found in _COMMA_IN.finditer(line.text):
        yield line.find(18, *found.span(), to=f"{found[2]}{found[1]}")


_ITEM_STOPS = re.compile(
    r"^(?:as|where|when|while|if|in|inter|including|and|or|but|to|on|by|for|with|within|at|from|through|which"
    r"|who|whose|that|thus|thereby|particularly|especially|notably|also|further|therefore|however|namely|such"
    r"|recalling|noting|among|under|upon|if|whether|not|together|regardless|pursuant|consistent|inclusive"
    r"|mutatis|ex|per|based|taking|having|being|its|their|respectively|subject|since|until|after|before"
    r"|annex|annexes|paragraph|article|section|vol|No|para|paras)\b"
)
_AFTER_STOPS = re.compile(
    r"(?:also|further|in|to|as|that|which|who|for|by|on|at|with|thus|therefore|thereby|subsequently|where|when|if"
    r"|accordingly|hence|not|shall|should|will|must|may|is|are|was|were|has|have|be|it|its|their|they|we|this|these"
    r"|those|strongly|urgently|again|notably|particularly|especially|including|inter|once|then"
    r"|consequently|ultimately|\w+ly|\w+ing|requests?|urges?|calls?|invites?|encourages?|decides?|notes?|welcomes?"
    r"|stresses|emphasizes|reaffirms|recalls|recognizes|reiterates|expresses|commends|takes|looks|the need"
    r"|the importance|determined|convinced|resolved|concerned)\b"
)


def _lists(line: Line) -> Iterator[Finding]:
    """Finds ", and" behind a row of at least two short items: other commas look alike."""
    if line.note_at is not None:
        return
    for found in re.finditer(r",( )(?:and|or) (?=\w)", line.text):
        start = found.start()
        if line.quoted(start):
            continue
        stretch = line.before(start)
        stretch = stretch[max(stretch.rfind(sign) for sign in _CLAUSE_ENDS) + 1 :]
        if _is_list([one.strip() for one in stretch.split(",")], line.text[found.end() :]):
            yield line.find(19, start, found.end() - 1, to=line.text[start + 1 : found.end() - 1])


def _is_list(items: list[str], behind: str) -> bool:
    """Tells whether items between commas, and what stands behind the "and", are a list of their like."""
    if len(items) < 2 or any(letter.isdigit() for letter in items[-1]):  # noqa: PLR2004 - a list has two before its "and"
        return False
    last = items[-1]
    leads = last.split(" ", 1)[0]
    if leads in _LEADS and behind.split(" ", 1)[0] == leads and len(last.split()) <= 8:  # noqa: PLR2004
        return (
            items[-2].rsplit(",", 1)[-1].strip().startswith(f"{leads} ")
            or f" {leads} " in items[-2]
        )
    short: list[str] = []
    for item in reversed(items[1:]):
        if not _is_item(item):
            break
        short.append(item)
    if not short:
        return False
    alike = last.endswith("ly") and re.match(r"\w+ly\b", behind)
    if _AFTER_STOPS.match(behind) and not alike:
        return False
    first = items[len(items) - len(short) - 1].split()
    if len(short) > 1:
        return True
    return not _is_place(first, short[0]) and (bool(alike) or _pairs(first, short[0]))


def _is_item(item: str) -> bool:
    """Tells whether words are an item of a list: a few, or a name."""
    if _ITEM_STOPS.match(item):
        return False
    size = len(item.split())
    return 1 <= size <= 3 or (size <= 8 and bool(re.match(r"(?:the )?[A-Z]", item)))  # noqa: PLR2004 - few words


_CLAUSE_ENDS = (";", ":", "(", ")", "“", "”", "—", "–", NOTE_PLACEHOLDER)
_LEADS = frozenset({"in", "from", "by", "to", "for", "with", "of", "on", "through", "at"})


def _is_place(before: list[str], item: str) -> bool:
    """Tells whether a comma stands as in "held in Lausanne, Switzerland, and"."""
    if not item[:1].isupper() or not before:
        return False
    capital = [word for word in before[-3:] if word[:1].isupper()]
    at = len(before) - len(capital)
    return bool(capital) and at > 0 and before[at - 1] in {"in", "at", "near", "of", "from"}


def _pairs(before: list[str], item: str) -> bool:
    """Tells whether one short item behind another could be two items of a list."""
    if not before:
        return False
    last, first = before[-1], item.split(maxsplit=1)[0]
    if last[:1].isupper() is not first[:1].isupper():
        return False
    return not re.match(r"(?:\w+ly|\w+ing|\w+ed)\b", first) and last not in {"and", "or"}


# Marks, punctuation, dashes -----------------------------------------------------------------------


def _marks(line: Line) -> Iterator[Finding]:
    for found in _MARK_FIRST.finditer(line.text):
        start, end = found.span()
        repair = line.change((start, start, found[1]), (end - 1, end, ""))
        shown = line.text.rfind(" ", 0, start) + 1
        yield line.find(31, shown, end, repair=repair)


def _doubled(line: Line, found: re.Match[str]) -> Finding:
    start, end = found.span()
    words = found[0]
    one = words[0] if len(set(words)) == 1 else words[-1] if end == len(line.text) else None
    return line.find(41, start, end, to=one)


def _punctuation(line: Line) -> Iterator[Finding]:
    for found in _SPACED.finditer(line.text):
        start, end = found.span()
        match found.lastgroup:
            case "double":
                if not _ABBREVIATED.search(line.text[max(0, start - 6) : end]):
                    yield _doubled(line, found)
            case "before":
                yield line.find(41, start, end + 1, to=line.as_is[end : end + 1])
            case "blanks":
                yield line.find(
                    41, start, end, "There are two blanks here.", to=" ", level=Level.HINT
                )
            case "inside":
                yield line.find(41, start, end, to="")
            case "tight":
                if not re.match(r"\S*[/@]|www", line.text[max(0, start - 3) :]):
                    yield line.find(41, start, end, to=f"{found[0]} ")
            case _:
                raise AssertionError(found)


def _dash(line: Line) -> Iterator[Finding]:
    for found in _DASHES.finditer(line.text):
        if not line.quoted(found.start()):
            start, end = found.span()
            edge = start == 0 or end == len(line.text)
            yield line.find(42, start, end, to=None if edge else " – ")
