"""Rules of words: spelling, names, capitals, numbers (16, 20 to 28, 30, 34, 36, 43 to 45)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.text import sessions
from drafting.text.editorial import names
from drafting.text.editorial.findings import Finding, Level
from drafting.text.editorial.line import NEAR, Line
from drafting.text.months import MONTH

_HYPHENED = re.compile(r"\b([Cc])o-(op|ord)(?=erat|inat)")
_HYPHENS = [(re.compile(rf"\b{wrong}"), right) for wrong, right in names.HYPHENS]
_BRITISH = re.compile(
    rf"(?<![\w’/@.-])(?:{'|'.join(sorted(names.BRITISH, key=len, reverse=True))})(?![\w/@])",
    re.IGNORECASE,
)
_THIS = re.compile(r"\b([Tt])his ((?:draft )?[Rr]esolution)\b")
_UN = re.compile(r"(?<![\w/.-])(?:UN|U\.N\.)(?![\w/-])(?!-)")
_LATIN = re.compile(
    r"(?<![\w.])(?P<eg>[Ee]\.\ ?g\.?|eg\.)(?!\w)|(?<![\w.])(?P<ie>[Ii]\.\ ?e\.?|ie\.)(?!\w)"
    r"|\b(?P<etc>etc\b\.?|et cetera\b)|(?<=\s)(?P<amp>&)(?=\s)|(?P<tight>(?<=\w)&(?=\w))"
)
_INTER_ALIA = re.compile(r"\b[Ii]nter alia\b")
_MEMBERS = re.compile(
    r"\b(?:(?P<small>[Mm]ember states?|[Mm]ember-[Ss]tates?)|(?P<half>member States?))\b"
)
_OTHER_BODY = re.compile(
    r"\b(?:Union|League|Community|Association|Agency|Organi[sz]ations?|Commonwealth|Forum|Council|Conference"
    r"|Commission|Bank|Fund|Institute|Authority|Alliance)\b"
)
_ITS = re.compile(r"\b(?:its|their|whose|of the (?!United Nations)|all its|these)\s+$")
_OF_BODY = re.compile(r" of (?:the |these |those |such )?(?!United Nations\b)(?=[A-Zt])")
_OF_UN = re.compile(r" of the United Nations\b")
_ARTICLE = re.compile(r"\b(?P<letter>[Aa])rticles? (?P<numbers>(?:\d+|[IVXL]+)\b)")
_INSTRUMENT = re.compile(
    r"(?P<reach>[^.;:“”]{0,90}?)\bof (?:the |that |this |its |the said |the aforementioned )"
    r"(?P<name>(?:[A-Z][\w’-]*(?: (?:of|on|for|and|the|against|to|in)(?: the)?(?= [A-Z]))? )*?)"
    r"(?P<what>Charter|Statute|Convention|Covenant|Treaty|Protocol|Agreement|Constitution|Declaration|Pact|Optional Protocol)"
    r"(?P<behind>(?: of (?:the )?(?:International Court of Justice|International Court|Court|United Nations))?"
    r"| of (?:the )?[A-Z]\w+)"
)
_SESSION = re.compile(
    r"\b(?P<number>\d{1,3})(?P<th>st|nd|rd|th)?"
    rf"(?=(?P<rest>(?:(?:,|,? and|,? or| to) (?:\d{{1,3}}(?:st|nd|rd|th)|{sessions.ORDINAL}))*"
    r" (?:(?:regular|special|emergency|resumed|annual|substantive|emergency special) )*sessions?)\b)"
)
_DIGIT = re.compile(
    r"(?<![\w.,/:$€£°(–+-])(?P<digit>[1-9])(?= (?P<next>[a-z][a-zà-ÿ-]+|States|Member|Parties|Governments|High"
    r"|United|Permanent)\b)"
)
FAR = 2_000
"""How far back another body may be named whose member States these are, in characters."""
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MEASURES = re.compile(
    r"(?:per|percent|million|billion|trillion|km|kg|m|cm|mm|ha|kilometres?|metres?|hectares?|tons?|tonnes"
    r"|degrees?|kilograms?|litres?|litre|dollars|euros|cents?|a|p|am|pm|and|or|to|of|in|on|at|by|for|with|from"
    r"|as|above|below|is|are|was|were|thereof|thereto|the|that|which|until|through|x|bis|ter|alt|quater|hereof"
    r"|shall|should|may|entitled|also|concerning|regarding|relating|under|contained)$"
)
_AGES = re.compile(
    r" (?:(?:years?|months?|weeks?|days?)(?:-old| old| of age)|years? and (?:over|older|under|above|younger))|-year-old"
)
_AGED = re.compile(
    r"\b(?:aged?|ages|age of|aged between|under|over|below)(?: \d+ (?:and|to|or))? $"
)
_NAMED = re.compile(
    r"\b(?:[Aa]rticles?|[Pp]aragraphs?|[Ss]ub-?paragraphs?|[Ii]tems?|[Ss]ub-?items?|[Ss]ections?|[Pp]arts?|[Aa]nnexe?s?"
    r"|[Cc]hapters?|[Gg]oals?|[Tt]argets?|[Nn]os?\.|[Vv]ols?\.|[Pp]aras?\.|[Pp]hases?|[Ll]evels?|[Tt]ables?|[Rr]ules?"
    r"|[Rr]egulations?|[Rr]esolutions?|[Dd]ecisions?|[Pp]rinciples?|[Pp]illars?|[Cc]luster|[Oo]bjectives?|[Cc]ategor(?:y|ies)"
    r"|[Gg]roups?|[Cc]lass(?:es)?|[Pp]rotocols?|[Aa]ddendum|[Ss]teps?|[Oo]ptions?|[Zz]one|[Tt]rack|[Cc]ommittee|[Aa]ctions?"
    r"|[Bb]oxe?s?|[Ff]igures?|[Vv]ersion|[Rr]oom|[Cc]olumns?|[Ll]ines?|[Pp]ages?|[Aa]genda|[Nn]umbers?|[Nn]otes?"
    r"|[Pp]rogrammes?|[Ss]ubprogrammes?|[Rr]ecommendations?|[Cc]ommitments?|[Tt]ype|[Aa]ge|[Tt]ier|[Cc]ase)"
    r"(?: \d+(?:\.\d+)?(?: \(\w+\))?(?:,| and| or| to|, and)?)*,? $"
)
_SENTENCE_START = re.compile(r"(?:^|[.:] )[“(]*$")
_POSSESSIVE = re.compile(r"(?<=[a-zé)])(?P<own>[’'](?:s\b)?)(?=\s|[,;.]|$)")
_NAMES = [
    (re.compile(rf"\b(?:{wrong})(?!\w)" if wrong[0].isalpha() else rf"(?:{wrong})"), right, since)
    for wrong, right, since in names.WRONG_NAMES
]
_ENTRANCE = re.compile(r"[A-Z]")


def words(line: Line, session: int | None, *, starts: bool) -> Iterator[Finding]:
    """Gives what departs from the rules of words; `starts` tells that the words begin a paragraph."""
    yield from _spelling(line, starts=starts)
    yield from _hyphens(line, starts=starts)
    yield from _shorthand(line)
    yield from _inter_alia(line)
    yield from _countries(line, session)
    yield from _sessions(line)
    yield from _articles(line)
    if line.note_at is None:
        yield from _self(line)
        yield from _members(line)
        yield from _numbers(line)
        yield from _possessive(line)
        yield from _abbreviations(line)


# Spelling -----------------------------------------------------------------------------------------


def _spelling(line: Line, *, starts: bool) -> Iterator[Finding]:
    text = line.text
    own = [found.span() for found in names.ORGANISATIONS.finditer(text)]
    for found in names.IZE.finditer(text):
        start, end = found.span()
        if names.NOT_IZE.fullmatch(found["stem"]) or line.titled(start):
            continue
        if any(a <= start < b for a, b in own):
            continue
        at = found.end("stem")
        right = f"{text[start : at + 1]}z{found['end']}"
        yield line.find(20, start, end, to=right)
    for found in names.YZE.finditer(text):
        end = found.end() + len(re.match(r"\w*", text[found.end() :])[0])  # type: ignore[index]
        if not line.titled(found.start()):
            right = f"{found['stem']}s{text[found.end() : end]}"
            yield line.find(20, found.start(), end, to=right)
    for found in _BRITISH.finditer(text):
        start, end = found.span()
        if line.titled(start) or _is_name(text, found, starts=starts):
            continue
        right = names.BRITISH[found[0].lower()]
        if found[0].lower().startswith("program") and re.search(
            r"\b[Cc]omputer $", line.before(start)
        ):
            continue
        yield line.find(21, start, end, to=_cased(found[0], right))


def _is_name(text: str, found: re.Match[str], *, starts: bool) -> bool:
    """Tells whether a word is part of the name of an institution that spells itself so."""
    if not found[0][0].isupper() or (starts and found.start() == 0):
        return False
    if found[0].isupper():
        return False
    if found[0].lower() not in names.NAMES_IN_AMERICAN:
        return False
    return not names.OWN_NAMES.search(text[max(0, found.start() - NEAR) : found.start()])


def _cased(was: str, right: str) -> str:
    if was.isupper():
        return right.upper()
    return right[0].upper() + right[1:] if was[0].isupper() else right


def _hyphens(line: Line, *, starts: bool) -> Iterator[Finding]:
    text = line.text
    for found in _HYPHENED.finditer(text):
        start = found.start()
        end = start + len(re.match(r"[\w-]+", text[start:])[0])  # type: ignore[index]
        opens = (starts and start == 0) or start < line.opening_end
        if line.titled(start) or (found[1] == "C" and not opens):
            continue
        yield line.find(22, start, end, to=text[start:end].replace("o-", "o", 1))
    for wrong, right in _HYPHENS:
        for found in wrong.finditer(text):
            start, end = found.span()
            word = found[0]
            if line.titled(start):
                continue
            general = "General" in right
            if (
                not general
                and word[0].isupper()
                and not ((starts and start == 0) or start < line.opening_end)
            ):
                continue
            yield line.find(23, start, end, to=_hyphened(word, right))


def _hyphened(word: str, right: str) -> str:
    """Gives the right form, with the wrong one's ending and capital."""
    if "Secretary General" in word:
        return (
            word.replace("Secretary General", "Secretary-General")
            .replace("nder Sec", "nder-Sec")
            .replace("eputy-", "eputy ")
            .replace("ssistant-", "ssistant ")
        )
    plain, done = re.sub(r"[- ]", "", word), re.sub(r"[- ]", "", right)
    ending = plain[len(done) :]
    whole = right + ending
    return whole if "General" in right else _cased(word[0], whole[0]) + whole[1:]


# Shorthand and capitals ---------------------------------------------------------------------------


def _shorthand(line: Line) -> Iterator[Finding]:
    text = line.text
    for found in _UN.finditer(text):
        start, end = found.span()
        if line.titled(start) or re.match(r" (?:Tourism|Trade and Development)\b", text[end:]):
            continue
        name = re.match(r" (?:Women|Habitat)\b", text[end:])
        yield line.find(
            25,
            start,
            end + (len(name[0]) if name else 0),
            to=f"UN-{name[0].strip()}" if name else "United Nations",
        )
    for found in _LATIN.finditer(text):
        start, end = found.span()
        if line.titled(start):
            continue
        to = {"eg": "for example", "ie": "that is", "amp": "and"}.get(found.lastgroup or "")
        if to is not None and found[0][0] in "EI":
            to = to[0].upper() + to[1:]
        yield line.find(26, start, end, to=to)


def _inter_alia(line: Line) -> Iterator[Finding]:
    for found in _INTER_ALIA.finditer(line.text):
        start, end = found.span()
        if any(line.slopes[start:end]):
            yield line.find(27, start, end, repair=line.sloped(start, end, italic=False), to=None)


def _self(line: Line) -> Iterator[Finding]:
    for found in _THIS.finditer(line.text):
        if not line.titled(found.start()):
            the = "The" if found[1] == "T" else "the"
            yield line.find(24, *found.span(), to=f"{the} present {found[2].lower()}")


def _members(line: Line) -> Iterator[Finding]:
    text = line.text
    for found in _MEMBERS.finditer(text):
        start, end = found.span()
        if line.titled(start):
            continue
        before, behind = line.before(start), text[end : end + NEAR]
        near = text[max(0, start - FAR) : end + 60]
        other = bool(_OF_BODY.match(behind) or _ITS.search(before) or _OTHER_BODY.search(near))
        united = bool(_OF_UN.match(behind)) or not other
        plural = "s" if found[0].endswith("s") else ""
        if found["small"]:
            yield line.find(28, start, end, to=f"{'Member' if united else 'member'} State{plural}")
        elif united:
            yield line.find(28, start, end, to=f"Member State{plural}")


def _articles(line: Line) -> Iterator[Finding]:
    text = line.text
    for found in _ARTICLE.finditer(text):
        start = found.start("letter")
        if line.quoted(start) or _SENTENCE_START.search(line.before(start)):
            continue
        of = _INSTRUMENT.match(text, found.end())
        if of is None or _ARTICLE.search(of["reach"]):
            continue
        capital = of["what"] == "Charter" or (of["what"] == "Statute" and "Court" in of["behind"])
        if of["what"] == "Charter" and (
            of["name"] or ("United Nations" not in of["behind"] and of["behind"])
        ):
            continue  # another body's Charter
        if of["what"] == "Statute" and not capital and not of["name"]:
            continue
        if capital is not (found["letter"] == "A"):
            letter = "A" if capital else "a"
            yield line.find(30, start, found.end(), to=letter + text[start + 1 : found.end()])


# Numbers ------------------------------------------------------------------------------------------


def _sessions(line: Line) -> Iterator[Finding]:
    for found in _SESSION.finditer(line.text):
        number = int(found["number"])
        if not 1 <= number <= 100 or line.titled(found.start()):  # noqa: PLR2004 - "above the hundredth"
            continue
        if not found["th"] and (found["rest"].endswith("s") or number < 10):  # noqa: PLR2004 - "10 sessions"
            continue
        start, end = found.start(), found.end("th") if found["th"] else found.end("number")
        yield line.find(36, start, end, to=sessions.ordinal(number))


def _numbers(line: Line) -> Iterator[Finding]:
    text = line.text
    for found in _DIGIT.finditer(text):
        start, end = found.span()
        behind = text[end:]
        if line.titled(start) or _MEASURES.match(found["next"]) or re.match(rf" {MONTH}\b", behind):
            continue
        before = line.before(start)
        if _NAMED.search(before) or _AGES.match(behind) or _AGED.search(before):
            continue
        if (
            re.search(r"(?:[A-Z][\w-]* |\d(?:,| and| or| to|–) )$", before)
            and start > line.opening_end + 1
        ):
            continue
        if re.search(
            r"\b\d{2,}\b", text[max(0, start - 40) : start] + text[end : end + 40]
        ) and re.search(
            r"\b(?:of|and|to|or|between)\b", text[max(0, start - 12) : start] + text[end : end + 24]
        ):
            continue  # figures beside a larger figure
        word = _WORDS[int(found["digit"]) - 1]
        yield line.find(
            34, start, end, to=word.capitalize() if _SENTENCE_START.search(before) else word
        )


# Countries, abbreviations -------------------------------------------------------------------------


def _countries(line: Line, session: int | None) -> Iterator[Finding]:
    text = line.text
    for wrong, right, since in _NAMES:
        for found in wrong.finditer(text):
            start, end = found.span()
            if line.titled(start) or (since and session is not None and session < since):
                continue
            if right == "Saint":
                to: str | None = re.sub(r"^St\.?", "Saint", found[0])
            else:
                to = right
            sentence = f"The United Nations calls this country {right}."
            if since:
                sentence = f"This country is called {right} since the {sessions.ordinal(since)} session, except in names of the time before."
            if right == "Saint":
                sentence = "“Saint” is written in full in the names of countries."
            yield line.find(43, start, end, sentence, to=to, level=Level.WARNING if since else None)


def _possessive(line: Line) -> Iterator[Finding]:
    text = line.text
    for found in _POSSESSIVE.finditer(text):
        at = found.start()
        if not text.endswith(names.COUNTRIES, max(0, at - NEAR), at):
            continue
        name = max((one for one in names.COUNTRIES if text.endswith(one, 0, at)), key=len)
        start = at - len(name)
        plain = len(found["own"]) == 1 and not name.endswith("s")
        if plain or line.titled(start) or text[start - 1 : start].isalnum():
            continue
        sentence = f"A country’s name has no possessive: write “of {name}”."
        yield line.find(44, start, found.end(), sentence)


def _abbreviations(line: Line) -> Iterator[Finding]:
    text = line.text
    for found in names.ABBREVIATIONS.finditer(text):
        start, end = found.span()
        if line.titled(start) or (text[start - 1 : start] == "(" and text[end : end + 1] == ")"):
            continue
        if text[end : end + 1] == "/" or text[start - 1 : start] == "/":
            continue
        yield line.find(45, start, end, f"“{found[0]}” is an abbreviation: write the name in full.")
