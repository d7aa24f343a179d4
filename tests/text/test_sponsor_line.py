"""The line of sponsors: one line a case, laws over any set of States, and the lists of real documents."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import Malformed
from drafting.formats import states
from drafting.text import sponsor_line
from drafting.text.sponsor_line import Sponsor, line, read

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions"
STATES = REAL.parent / "member_states.csv"

G77 = "the States Members of the United Nations that are members of the Group of 77 and China"


def of(keys: str, day: str = "2025-10-15") -> list[Sponsor]:
    known = states.states(date.fromisoformat(day))
    return [known[key].sponsor for key in keys.split()]


PRINTED = [
    ("", "2021-10-13", False, ""),
    ("CHE", "2021-10-13", False, "Switzerland"),
    ("GBR CHE", "2021-10-13", False, "Switzerland and United Kingdom of Great Britain and Northern Ireland"),
    ("GBR CHE MEX", "2021-10-13", True, "Mexico, Switzerland and United Kingdom"),
    ("USA GBR", "2021-10-13", True, "United Kingdom and United States"),
    ("USA GBR", "2021-10-13", False, "United Kingdom of Great Britain and Northern Ireland and United States of America"),
    ("PSE ZWE ALB", "2021-10-13", False, "Albania, Zimbabwe and State of Palestine"),
    ("PSE", "2021-10-13", False, "State of Palestine"),
    ("KOR IRN TZA", "2021-10-13", False, "Iran (Islamic Republic of), Republic of Korea and United Republic of Tanzania"),
    ("CUB CIV CRI HRV", "2021-10-13", False, "Costa Rica, Côte d’Ivoire, Croatia and Cuba"),
    ("TKM TUR TUN", "2021-10-13", False, "Tunisia, Turkey and Turkmenistan"),
    ("TKM TUR TUN", "2022-10-13", False, "Tunisia, Türkiye and Turkmenistan"),
    ("NZL NLD NPL", "2022-12-31", False, "Nepal, Netherlands and New Zealand"),
    ("NZL NLD NPL", "2023-01-01", False, "Nepal, Netherlands (Kingdom of the) and New Zealand"),
    ("GNQ GNB GIN NGA NER", "2021-10-13", False, "Equatorial Guinea, Guinea, Guinea-Bissau, Niger and Nigeria"),
    ("BIH TTO BRA", "2021-10-13", False, "Bosnia and Herzegovina, Brazil and Trinidad and Tobago"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "day", "short", "printed"), PRINTED)
def test_the_line_is_printed(keys: str, day: str, short: bool, printed: str) -> None:
    assert line(of(keys, day), short=short) == printed


@pytest.mark.parametrize("group", [G77, f"on behalf of {G77}", "Group of 77 and China"])
def test_a_group_stands_behind_one_state(group: str) -> None:
    printed = line(of("UGA"), group=group)
    assert printed == f"Uganda (on behalf of {G77})"
    assert read(printed, states.names()).groups == (("UGA", G77),)


@pytest.mark.parametrize("keys", ["", "UGA CHL"])
def test_a_group_with_other_than_one_state_is_refused(keys: str) -> None:
    with pytest.raises(Malformed, match="one State"):
        line(of(keys), group="Group of 77 and China")


def test_a_state_that_stands_there_twice_is_refused() -> None:
    with pytest.raises(Malformed, match="Türkiye is named twice"):
        line([*of("TUR"), *of("CHL TUR", "2020-01-01")])


READ = [
    ("FRANCE, the Netherlands (Kingdom of the), Cote d'Ivoire and chile", "FRA NLD CIV CHL", ""),
    ("Côte d'Ivoire, Côte d’Ivoire", "CIV", ""),
    ("Lao People's Democratic Republic and Viet Nam", "LAO VNM", ""),
    ("Bosnia and Herzegovina and Trinidad and Tobago", "BIH TTO", ""),
    ("Antigua and Barbuda, Saint Vincent and the Grenadines and Saint Kitts and Nevis", "ATG VCT KNA", ""),
    ("United Kingdom of Great Britain and Northern Ireland and Zambia", "GBR ZMB", ""),
    ("United Kingdom, Ireland", "GBR IRL", ""),
    ("Congo, Democratic Republic of the Congo", "COG COD", ""),
    ("Democratic People's Republic of Korea, and Republic of Korea", "PRK KOR", ""),
    ("Turkey; Swaziland; Netherlands; Czech Republic", "TUR SWZ NLD CZE", ""),
    ("1. Chile\n2. Papua New\nGuinea\n3. Peru.", "CHL PNG PER", ""),
    ("• Chile\r\n• Peru\r\n", "CHL PER", ""),
    ("- Chile\n- Peru", "CHL PER", ""),
    ("Chile\tPeru", "CHL PER", ""),
    ("Chile,\u00a0Saint\u00a0Lucia", "CHL LCA", ""),
    ("Guinea\u2011Bissau", "GNB", ""),
    ("Timor-\u200bLeste", "TLS", ""),
    ("Sponsors: Chile", "CHL", "Sponsors"),
    ("Chile, Atlantis and Peru", "CHL PER", "Atlantis"),
    ("Atlantis", "", "Atlantis"),
    ("Guinea Bissau and Lemuria", "", "Guinea Bissau|Lemuria"),
    ("European Union, Holy See, Chile", "CHL", "European Union|Holy See"),
    ("Chile (not yet), Peru", "PER", "Chile (not yet)"),
    ("Uganda (on behalf of the Group, and others), Chile", "UGA CHL", ""),
    ("Chileans, Chad!", "", "Chileans|Chad!"),
    ("", "", ""),
    (" , and ; ", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "keys", "unread"), READ)
def test_a_list_is_read(text: str, keys: str, unread: str) -> None:
    found = read(text, states.names())
    assert " ".join(found.keys) == keys
    assert "|".join(found.unread) == unread


def test_who_stands_there_twice_is_said() -> None:
    found = read("Chile, Peru and Chile", states.names())
    assert (found.keys, [one.key for one in found.doubled]) == (("CHL", "PER"), ["CHL"])


DAYS = st.dates(date(2012, 1, 1), date(2030, 1, 1))


@st.composite
def sets_of_states(draw: st.DrawFn) -> list[Sponsor]:
    known = states.states(draw(DAYS))
    may = [state.sponsor for state in known.values() if state.may_sponsor]
    return draw(st.lists(st.sampled_from(may), unique_by=lambda one: one.key, max_size=200))


@given(sets_of_states(), st.booleans())
def test_a_printed_line_reads_back_as_its_set(sponsors: list[Sponsor], short: bool) -> None:
    found = read(line(sponsors, short=short), states.names())
    assert set(found.keys) == {one.key for one in sponsors}
    assert not found.unread
    assert not found.doubled


@given(sets_of_states(), st.booleans(), st.randoms(use_true_random=False))
def test_the_line_is_one_whatever_the_order_of_the_set(
    sponsors: list[Sponsor], short: bool, random: object
) -> None:
    other = list(sponsors)
    random.shuffle(other)
    assert line(other, short=short) == line(sponsors, short=short)


WORDS = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzÀéß ’'-.()&/ ,;\n\u200b0123456789"), max_size=60
)


@given(sets_of_states(), WORDS)
def test_no_letter_of_a_list_is_dropped_in_silence(sponsors: list[Sponsor], words: str) -> None:
    text = f"{line(sponsors)}, zq{words}"
    found = read(text, states.names())
    assert {one.key for one in sponsors} <= set(found.keys)
    told = " ".join(found.unread) + "".join(words for _, words in found.groups)
    extra = {one for one in found.sponsors if one.key not in {two.key for two in sponsors}}
    told += "".join(one.long + one.short for one in (*extra, *found.doubled))
    for word in re.findall(r"[a-zß]+", words):
        assert word == "and" or word in told or sponsor_line.folded(word) in told.casefold()


def test_a_very_long_text_is_read_at_once() -> None:
    text = "x" + " " * 100_000 + "y (" * 10_000 + "\n" * 100_000 + "Chile"
    assert read(text, states.names()).keys == ("CHL",)


@pytest.mark.skipif(not STATES.is_file(), reason=f"the Member States are not at {STATES}")
def test_all_member_states_stand_in_the_order_of_the_record() -> None:
    rows = [row.split(",") for row in STATES.read_text(encoding="utf-8").splitlines()[1:]]
    known = states.states(date(2025, 12, 1))
    members = [state.sponsor for state in known.values() if state.may_vote]
    assert [one.key for one in sponsor_line.in_order(members)] == [row[2] for row in rows]
    assert [one.long for one in sponsor_line.in_order(members)] == [row[1] for row in rows]


def real_lists() -> list[tuple[str, str]]:
    found = []
    for path in sorted(REAL.glob("*.xml")):
        step = r'<step date="([\d-]+)" outcome="draftResolution" as="A/C\.1/[^"]*" by="([^"]*)"'
        found += re.findall(step, path.read_text(encoding="utf-8"))
    return found


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}")
def test_the_lists_of_real_documents_are_reproduced_to_the_letter() -> None:
    lists = real_lists()
    assert [len(read(printed, states.names()).keys) for _, printed in lists] == [17, 16, 16]
    for day, printed in lists:
        found = read(printed, states.names())
        assert (found.unread, found.doubled) == ((), ())
        assert line(of(" ".join(reversed(found.keys)), day)) == printed


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}")
def test_every_list_of_the_files_at_hand_is_a_list_of_states_or_says_that_it_is_none() -> None:
    for path in REAL.glob("*.xml"):
        text = path.read_text(encoding="utf-8")
        (printed,) = re.findall(r'outcome="draftResolution"(?: as="[^"]*")? by="([^"]*)"', text)
        found = read(printed, states.names())
        assert bool(found.unread) is printed.startswith("on the basis of the report"), path.name
