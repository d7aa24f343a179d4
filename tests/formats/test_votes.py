"""Roll calls from tables and from print: one line a case, and nothing dropped in silence."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.errors import Malformed
from drafting.formats import states
from drafting.formats.votes import Reading, read_csv, read_pasted, vote_of, whole
from drafting.rules.outlook import CAST, Vote
from drafting.text import sponsor_line

DATA = Path(__file__).parents[3] / "shared" / "data"
REAL = DATA / "ccm_votes.csv"
DAY = date(2021, 11, 3)


def shown(reading: Reading) -> str:
    """The first roll call in a line: FRA=Y CHL=N."""
    return " ".join(f"{key}={vote}" for key, vote in sorted(reading.roll_calls[0].votes.items()))


TABLES = [
    "resolution,date,country,iso3,vote\nA/RES/76/47,2021-12-06,France,FRA,Y\nA/RES/76/47,2021-12-06,Chile,CHL,A\n",
    "date,iso3,vote\n2021-12-06,FRA,Y\n2021-12-06,CHL,A\n",
    "VOTE;Country;Date\nYes;France;6 December 2021\nAbstaining;CHILE;6 Dec 2021\n",
    "\ufeffDate\tISO3\tRemark\tVote\r\n2021-12-06\tfra\tx\tIn favour\r\n2021-12-06\tchl\ty\tabstain\r\n",
    'date,country,vote\n2021-12-06,"France",y\n\n2021-12-06,"chile",ABSTENTION\n,,\n',
    "\n\ndate,iso3,vote\n2021-12-06,FRA,Y\n2021-12-06,CHL,A",
    "date,ms_code,ms_name,ms_vote,undl_id\n2021-12-06,FRA,FRANCE,Y,1\n2021-12-06,CHL,CHILE,A,1\n",
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_in_any_form(table: str, encoding: str) -> None:
    if encoding != "utf-8":
        table = table.removeprefix("\ufeff")
    reading = read_csv(table.encode(encoding))
    assert shown(reading) == "CHL=A FRA=Y"
    assert reading.roll_calls[0].date == date(2021, 12, 6)
    assert not reading.unread


WORDS = [
    ("Y", "Y"), ("yes", "Y"), ("In favour", "Y"), ("IN FAVOR", "Y"), ("N", "N"), ("No", "N"),
    ("against", "N"), ("A", "A"), ("Abstain", "A"), ("abstaining", "A"), ("absent", "absent"),
    ("—", "absent"), ("-", "absent"), ("", "absent"), ("X", "absent"), ("Not voting", "absent"),
    ("maybe", None), ("YN", None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "vote"), WORDS)
def test_votes_are_noted_in_many_ways(words: str, vote: str | None) -> None:
    assert vote_of(words) == vote


def test_names_old_and_new_and_in_a_windows_table_are_read() -> None:
    rows = ["Côte d'Ivoire", "Türkiye", "Swaziland", "the Gambia", "Iran (Islamic Republic of)"]
    table = "date;country;vote\n" + "".join(f"2021-12-06;{name};Y\n" for name in rows)
    found = read_csv(table.encode("cp1252"))
    assert shown(found) == "CIV=Y GMB=Y IRN=Y SWZ=Y TUR=Y"


def test_parts_and_resolutions_are_roll_calls_of_their_own() -> None:
    found = read_csv(
        b"resolution,part,date,iso3,vote\nB,,2020-12-07,FRA,Y\nB,PP14,2020-12-07,FRA,N\n"
        b"A,,2019-12-12,FRA,A\n"
    )
    told = [(one.name, one.part, one.date.year, str(one.votes["FRA"])) for one in found.roll_calls]
    assert told == [("A", "", 2019, "A"), ("B", "", 2020, "Y"), ("B", "PP14", 2020, "N")]


LEFT = [
    ("2021-12-06,XYZ,,Y", "has the code “XYZ”, which is no Member State’s"),
    ("2021-12-06,,Atlantis,Y", "names “Atlantis”, which is no Member State"),
    ("2021-12-06,,Holy See,Y", "names Holy See, which does not vote"),
    ("2021-12-06,,the State of Palestine,Y", "names the State of Palestine, which does not vote"),
    ("2021-12-06,FRA,Chile,Y", "has the code FRA of one State and the name Chile of another"),
    ("2021-12-06,,,Y", "names no State"),
    ("2021-12-06,FRA,,perhaps", "has “perhaps” for a vote, which is none of Y, N, A and absent"),
    ("12/06/2021,FRA,,Y", "has no date such as 2021-12-06 but “12/06/2021”"),
    ("31 June 2021,FRA,,Y", "has no date such as 2021-12-06 but “31 June 2021”"),
    ("2021-12-06,FRA", "has fewer columns than the first line"),
]


@pytest.mark.parametrize(("row", "reason"), LEFT)
def test_what_cannot_be_read_is_listed_with_line_and_reason(row: str, reason: str) -> None:
    reading = read_csv(f"date,iso3,country,vote\n2021-12-06,CHL,,Y\n\n{row}\n".encode())
    assert shown(reading) == "CHL=Y"
    assert [(one.line, one.reason) for one in reading.unread] == [(4, reason)]
    with pytest.raises(Malformed, match=r"^Line 4: “.*” " + re.escape(reason)):
        whole(reading)


REFUSED = [
    ("", "Line 1: there is no column “date” and “vote” and “iso3 or country”"),
    ("date,vote\n2021-12-06,Y\n", "there is no column “iso3 or country”"),
    ("date,iso3,vote\n", "No line of this table could be read"),
    ("date,iso3,vote\n2021-12-06,XYZ,Y\n", "could be read as a vote. Line 2: “2021-12-06, XYZ, Y”"),
    ("date,iso3,vote\n2021-12-06,FRA,Y\n2021-12-06,FRA,Y\n", "Line 3: France stands twice in the vote of 2021-12-06"),
    ("date,iso3,country,vote\n2021-12-06,,Turkey,Y\n2021-12-06,TUR,,N\n", "Line 3: Türkiye stands twice"),
    ("date,date,iso3,vote\n", "Line 1: more than one column is called “date”"),
    ('date,iso3,vote\n2021-12-06,"FRA"x,Y\n', "Line 2: this is no row of a table"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "sentence"), REFUSED)
def test_a_table_that_is_none_is_refused_with_its_line(table: str, sentence: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_csv(table.encode())
    assert sentence in refused.value.detail


def test_a_table_too_large_is_refused() -> None:
    with pytest.raises(Malformed, match="5 MB"):
        read_csv(b"x" * 5_000_001)


PRESS = """The draft resolution was approved by a recorded vote of 3 in favour to 1 against, with 2 abstentions, as follows:

In favour:  Afghanistan, Bosnia and Herzegovina, United Kingdom.

Against:  Russian Federation.

Abstain:  Argentina, Iran (Islamic
Republic of).

Absent:  Benin."""
RECORD = """In favour:
Afghanistan, Bosnia and Herzegovina,
United Kingdom of Great Britain and Northern
Ireland

Against:
Russian Federation

Abstaining:
Argentina, Iran (Islamic Republic of)
"""
ONE_LINE = "In favour: Afghanistan, Bosnia and Herzegovina, United Kingdom. Against: Russian Federation. Abstaining: Argentina, Iran (Islamic Republic of)"
BARE = "Yes (3)\nAfghanistan\nBosnia and Herzegovina\nUnited Kingdom\n\nNo (1)\nRussian Federation\n\nAbstentions (2)\nArgentina\nIran (Islamic Republic of)\n"
VOTING = "Voting in favour: Afghanistan, Bosnia and Herzegovina and United Kingdom\nVoting against: Russian Federation\nAbstaining: Argentina, Iran (Islamic Republic of)"


@pytest.mark.parametrize("text", [PRESS, RECORD, ONE_LINE, BARE, VOTING])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_printed_vote_is_read(text: str, ends: str) -> None:
    reading = read_pasted(text.replace("\n", ends), DAY, name="L.41", part="PP14")
    (call,) = reading.roll_calls
    cast = {key: vote for key, vote in call.votes.items() if vote in CAST}
    assert cast == {"AFG": "Y", "BIH": "Y", "GBR": "Y", "RUS": "N", "ARG": "A", "IRN": "A"}
    assert Counter(call.votes.values())[Vote.ABSENT] == 187
    assert (call.name, call.part, call.date) == ("L.41", "PP14", DAY)
    preamble = ["stands before the first of the votes"] if text is PRESS else []
    assert [one.reason for one in reading.unread] == preamble


ASIDE = [
    ("Against: None.", ""),
    ("Against: Atlantis.", "Line 3: “Atlantis” names no Member State."),
    ("Against: Holy See, Chile.", "Line 3: “Holy See” does not vote."),
    ("Against: Chile.\n\nIt was adopted by 1 vote to 1, with no abstentions.", "Line 5: “It was adopted by 1 vote to 1, with no abstentions.” names no more votes."),
    ("Against: Chile.\n\nIt was adopted by 2 votes to 1, with no abstentions.", "Line 5: “It was adopted by 2 votes to 1, with no abstentions.” names no more votes.|Line 5: “2 votes to 1, with no abstention” is not what was read: 1 in favour, 1 against, 0 abstaining."),
    ("Against (2): Chile.", "Line 3: “Against (2):” is not the number of States read: 1."),
    ("Against: Chile,\n\nPeru.", ""),
    ("Against: Chile.\n[Later, the delegations of Chad, Mali and Niger spoke.]", "Line 4: “[Later, the delegations of Chad, Mali and Niger spoke.]” is a note, and no vote."),
]  # fmt: skip


@pytest.mark.parametrize(("rest", "told"), ASIDE)
def test_what_stands_beside_the_votes_is_listed_and_never_counted(rest: str, told: str) -> None:
    reading = read_pasted(f"In favour: France.\n\n{rest}", DAY)
    assert "|".join(map(str, reading.unread)) == told
    votes = reading.roll_calls[0].votes
    assert {votes[key] for key in ("TCD", "MLI", "NER")} == {Vote.ABSENT}


LINES = [
    ("FRANCE Y\nCHILE N", "CHL=N FRA=Y"),
    ("Y FRANCE\nN  CHILE\n  \n", "CHL=N FRA=Y"),
    ("FRA\tYes\nCHL\tNo", "CHL=N FRA=Y"),
    ("France: in favour\nChile: against\nCôte d'Ivoire – abstaining", "CHL=N CIV=A FRA=Y"),
    ("Bosnia and Herzegovina, Y\nKorea Y\nUnited States —", "BIH=Y USA=absent"),
]


@pytest.mark.parametrize(("text", "votes"), LINES)
def test_a_state_a_line_is_read(text: str, votes: str) -> None:
    assert shown(read_pasted(text, DAY)) == votes


def test_lines_that_say_no_vote_are_listed() -> None:
    found = read_pasted("FRANCE Y\nCHILE\nAtlantis Y", DAY)
    assert shown(found) == "FRA=Y"
    assert [(one.line, one.reason) for one in found.unread] == [
        (2, "has no vote beside it"),
        (3, "names no Member State and its vote"),
    ]


TWICE = [
    ("In favour: France, Chile.\nAgainst: Peru, France.", "Line 2: France stands twice, in favour and against."),
    ("In favour: France, Chile,\nFrance.", "Line 1: France stands twice in favour."),
    ("FRANCE Y\nCHILE N\nFRANCE N", "Line 3: France stands twice."),
    ("Turkey Y\nTürkiye Y", "Line 2: Türkiye stands twice."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), TWICE)
def test_a_state_that_stands_twice_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_pasted(text, DAY)
    assert refused.value.detail == sentence


@pytest.mark.parametrize(
    "text", ["", "Dear colleagues,", "In favour:\nAgainst:", "Chile", "x " * 9999]
)
def test_a_text_without_votes_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="No vote of a State was found"):
        read_pasted(text, DAY)


JUNK = st.text(
    st.sampled_from('"\n\r\t,;:[]() \x00AYNabc-—0123456789/é') | st.characters(), max_size=200
)


@settings(deadline=None)
@given(JUNK, st.sampled_from(["", "date,iso3,vote\n2021-12-06,FRA,Y\n", "In favour: France\n"]))
def test_whatever_is_sent_is_read_or_refused(junk: str, head: str) -> None:
    for read in (
        lambda: read_csv((head + junk).encode("utf-8", "surrogatepass")),
        lambda: read_pasted(head + junk, DAY),
    ):
        with suppress(Malformed):
            assert read().roll_calls


MEMBERS = [one.sponsor for one in states.states(DAY).values() if one.may_vote]
CALLS = st.dictionaries(st.sampled_from(range(193)), st.sampled_from(CAST), min_size=1)


@settings(deadline=None, max_examples=50)
@given(CALLS, st.booleans())
def test_a_vote_printed_and_read_is_the_same_vote(cast: dict[int, Vote], short: bool) -> None:
    printed = ""
    for vote, heading in zip(CAST, ("In favour", "Against", "Abstaining"), strict=True):
        there = [MEMBERS[place] for place, one in cast.items() if one is vote]
        names = [one.printed(short=short) for one in sponsor_line.in_order(there)]
        printed += f"{heading}:\n{', '.join(names) or 'None'}\n\n"
    reading = read_pasted(printed, DAY)
    assert not reading.unread
    found = {key: vote for key, vote in reading.roll_calls[0].votes.items() if vote in CAST}
    assert found == {MEMBERS[place].key: vote for place, vote in cast.items()}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["date", "country", "vote"])
    writer.writerows(
        [DAY, MEMBERS[place].printed(short=short), vote] for place, vote in cast.items()
    )
    assert whole(read_csv(out.getvalue().encode()))[0].votes == found


@pytest.mark.skipif(not REAL.is_file(), reason=f"the real roll calls are not at {REAL}")
def test_the_real_roll_calls_are_read_whole() -> None:
    found = whole(read_csv(REAL.read_bytes()))
    assert [one.name for one in found][-1] == "A/RES/80/52"
    assert [len(one.votes) for one in found] == [193] * 11
    counts = Counter(found[6].votes.values())
    assert (found[6].name, [counts[vote] for vote in Vote]) == ("A/RES/76/47", [146, 1, 37, 9])


@pytest.mark.skipif(not REAL.is_file(), reason=f"the real roll calls are not at {REAL}")
@pytest.mark.parametrize("name", ["74_62", "75_62", "76_47"])
def test_the_votes_in_the_real_files_are_those_of_the_table(name: str) -> None:
    text = (DATA / "resolutions" / f"A_RES_{name}.xml").read_text(encoding="utf-8")
    printed = ""
    for words, block in re.findall(
        r'<count value="\d+" refersTo="(\w+)">(.*?)</count>', text, re.DOTALL
    ):
        heading = {"inFavour": "In favour", "against": "Against", "abstaining": "Abstaining"}[words]
        names = re.findall(r"<organization[^>]*>([^<]*)</organization>", block)
        printed += f"{heading}: {', '.join(names)}.\n"
    symbol = f"A/RES/{name.replace('_', '/')}"
    (real,) = [one for one in read_csv(REAL.read_bytes()).roll_calls if one.name == symbol]
    found = read_pasted(printed, real.date)
    assert not found.unread
    assert found.roll_calls[0].votes == real.votes
