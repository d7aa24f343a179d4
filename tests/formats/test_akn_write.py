"""Writing Akoma Ntoso: what is written is valid, follows the published files, and is read as it was."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from drafting.formats import akn, akn_meta, akn_write, read_file, write_file
from drafting.formats.akn_meta import AKN
from drafting.text.changes import text_from_json, text_of
from drafting.text.numbering import labels_of, printed_number
from drafting.text.proceedings import Count, Outcome, Proceedings, Side, Step
from drafting.text.resolution import Kind, Masthead, Paragraph, Resolution
from tests.checks import check_akn, checker
from tests.formats.any_resolution import RESOLUTIONS, with_operative
from tests.formats.test_akn import FILES, needs_files, real


@functools.cache
def strict() -> Any:
    """The schema, read once."""
    return checker("akn_check").schema(False)


NUMBERED = {Kind.OPERATIVE, Kind.SUB, Kind.ANNEX_ITEM}
NS = {"a": AKN}


def numbered(resolution: Resolution) -> list[Paragraph]:
    """The paragraphs with numbers as they are printed."""
    labels = labels_of(resolution.paragraphs)
    return [
        replace(
            p,
            number=(printed_number(f" {label}" if p.kind is Kind.SUB else label) or None)
            if p.kind in NUMBERED
            else None,
        )
        for p, label in zip(resolution.paragraphs, labels, strict=True)
    ]


def tree(resolution: Resolution, **more: Any) -> etree._Element:
    return etree.fromstring(akn_write.write(resolution, **more))


def of(*paragraphs: tuple[Kind, str] | tuple[Kind, str, int], **masthead: Any) -> Resolution:
    return Resolution(
        Masthead(**masthead),
        tuple(Paragraph(p[0], text_of(p[1]), p[2] if len(p) > 2 else 0) for p in paragraphs),
    )


# --- laws ---------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RESOLUTIONS.map(with_operative))
def test_what_is_written_is_read_as_it_was(resolution: Resolution) -> None:
    written = akn_write.write(resolution)
    read = akn.read(written)
    assert read.masthead == resolution.masthead
    assert list(read.paragraphs) == numbered(resolution)
    assert akn_write.write(read) == written


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RESOLUTIONS.map(with_operative))
def test_whatever_is_written_is_valid_and_no_id_stands_twice(resolution: Resolution) -> None:
    schema = strict()
    root = tree(resolution)
    assert schema.validate(root.getroottree()), schema.error_log.last_error
    ids = [one.get("eId") for one in root.iter() if one.get("eId")]
    assert len(ids) == len(set(ids))


# --- the files of the United Nations ------------------------------------------------------------


@needs_files
@pytest.mark.parametrize("name", FILES)
def test_a_real_file_in_and_out_and_in_is_the_same(name: str, tmp_path: Path) -> None:
    first = read_file("a.xml", real(name, "xml"))
    written = write_file("a.xml", first)
    again = read_file("a.xml", written)
    assert again == first
    assert again.proceedings == first.proceedings
    assert again.findings == ()
    report = check_akn(written, tmp_path, first)
    assert (report["fails"], report["warns"]) == ([], [])


@needs_files
def test_the_vote_and_the_steps_are_kept_as_they_are_published() -> None:
    published = etree.fromstring(real("A_RES_76_47", "xml"))
    ours = tree(akn.read(real("A_RES_76_47", "xml")))
    for path in (".//a:workflow/a:step", ".//a:voting", ".//a:voting/a:count"):
        theirs = [dict(one.attrib) for one in published.iterfind(path, NS)]
        assert [dict(one.attrib) for one in ours.iterfind(path, NS)] == theirs != []
    voters = ".//{http://un.org/akn4un}voters/a:organization"
    names = [one.text for one in published.iterfind(voters, NS)]
    assert [one.text for one in ours.iterfind(voters, NS)] == names
    assert len(names) == 146 + 1 + 37


# --- the pattern --------------------------------------------------------------------------------


def test_ids_follow_the_numbers_and_identity_stands_beside_them() -> None:
    key = "01890a5d-ac96-774b-bcce-b302099a8057"
    resolution = of(
        (Kind.FORMULA, "The General Assembly,"),
        (Kind.PREAMBULAR, "Recalling,"),
        (Kind.HEADING, "Lamps"),
        (Kind.OPERATIVE, "Urges:"),
        (Kind.SUB, "oil;", 1),
        (Kind.SUB, "whale;", 2),
        (Kind.OPERATIVE, "Decides."),
        (Kind.ANNEX, "Annex"),
        (Kind.ANNEX_ITEM, "One."),
    )
    rows = list(resolution.paragraphs)
    rows[6] = replace(rows[6], key=key)
    root = tree(replace(resolution, paragraphs=tuple(rows)))
    ids = [
        one.get("eId")
        for name in ("formula", "container", "paragraph", "point")
        for one in root.iter(f"{{{AKN}}}{name}")
    ]
    assert ids == [
        "formula_1",
        "container_1",
        "para_nn_1",
        "para_1",
        "para_2",
        "att_1__para_nn_1",
        "att_1__para_1",
        "para_1__list_1__point_a",
        "para_1__list_1__sublist_1__point_i",
    ]
    (identified,) = root.xpath("//*[@wId]")
    assert (identified.get("eId"), identified.get("wId")) == ("para_2", key)


def test_a_container_is_named_by_the_words_that_open_it() -> None:
    text = text_from_json(
        [
            {"insert": "Recalling also,", "attributes": {"italic": True}},
            {"insert": " with thanks, "},
        ]
    )
    root = tree(Resolution(Masthead(), (Paragraph(Kind.PREAMBULAR, text),)))
    assert [c.get("name") for c in root.iter(f"{{{AKN}}}container")] == ["Recalling also"]


@pytest.mark.parametrize(
    ("words", "links"),
    [
        ("its resolution 75/62 of 7 December", ["https://undocs.org/en/A/RES/75/62"]),
        ("and 46/36 L, and", ["https://undocs.org/en/A/RES/46/36%20L"]),
        ("document A/C.1/76/L.41.", ["https://undocs.org/en/A/C.1/76/L.41"]),
        ("(A/75/399)", ["https://undocs.org/en/A/75/399"]),
        ("CCM/CONF/2015/7 and 24/7 and 1/2 and/or", []),
    ],
)
def test_what_is_cited_is_linked(words: str, links: list[str]) -> None:
    root = tree(of((Kind.OPERATIVE, words)))
    assert [a.get("href") for a in root.iter(f"{{{AKN}}}a")] == links
    assert akn.read(akn_write.write(of((Kind.OPERATIVE, words)))).paragraphs[0].text == text_of(
        words
    )


STAGES = [
    (
        {"number": "81/7", "date": "20 December 2026", "notices": ("on 7 December 2026",)},
        "resolution",
        "2026-12-07/81-7",
        ["adopted"],
    ),
    (
        {"symbol": "A/C.1/81/L.9", "date": "14 October 2026", "sponsors": "Kenya and Norway"},
        "resolutionDraft",
        "2026-10-14/A-C.1-81-L.9",
        ["draftResolution"],
    ),
    ({"title": "Lamps"}, "resolutionDraft", "2026-09-02/draft-7", []),
]


@pytest.mark.parametrize(("masthead", "name", "work", "steps"), STAGES)
def test_each_stage_has_its_name_its_address_and_its_steps(
    masthead: dict[str, Any], name: str, work: str, steps: list[str]
) -> None:
    root = tree(of((Kind.OPERATIVE, "Urges."), **masthead), called="draft-7", on=date(2026, 9, 2))
    assert [one.get("name") for one in root.iter(f"{{{AKN}}}statement")] == [name]
    uri = root.find(".//a:FRBRWork/a:FRBRuri", NS)
    assert uri is not None
    assert uri.get("value") == f"/akn/un/statement/deliberation/unga/{work}/"
    assert [one.get("outcome") for one in root.iter(f"{{{AKN}}}step")] == steps


def test_steps_and_votes_that_are_given_are_written_and_read_back(tmp_path: Path) -> None:
    way = Proceedings(
        (
            Step(Outcome.DRAFT, date(2026, 10, 14), "A/C.1/81/L.9", "Kenya and Norway"),
            Step(Outcome.ADDITIONAL, by="Chile and Peru"),
            Step(Outcome.ADOPTED, date(2026, 12, 7)),
        ),
        (Count(Side.FOR, 2, ("KENYA", "NORWAY")), Count(Side.ABSTAINING, 1, ("PERU",))),
    )
    resolution = of((Kind.PREAMBULAR, "Recalling,"), (Kind.OPERATIVE, "Urges."), number="81/7")
    written = akn_write.write(resolution, proceedings=way)
    assert akn.read(written).proceedings == way
    assert check_akn(written, tmp_path, resolution)["fails"] == []
    without = akn_write.write(resolution, proceedings=Proceedings((), ()))
    assert b'outcome="adoptedWithoutVote"' in without
    assert akn.read(without).proceedings == Proceedings((), ())


# --- what is taken back, and what is reported ---------------------------------------------------


def changed(before: str, after: str) -> Resolution:
    resolution = of((Kind.PREAMBULAR, "Recalling,"), (Kind.OPERATIVE, "Urges."), title="Lamps")
    keys = ("01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8058")
    rows = tuple(replace(p, key=k) for p, k in zip(resolution.paragraphs, keys, strict=True))
    written = akn_write.write(replace(resolution, paragraphs=rows)).decode()
    assert before in written
    return akn.read(written.replace(before, after).encode())


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ("a8058", "a8057", "identity of another"),
        ("</coverPage>", "<p><inline name='job'>26-1</inline></p></coverPage>", "“26-1”"),
        ("</preface>", "<p>A word before.</p></preface>", "“A word before.”"),
        ("</meta>", "<proprietary source='#x'>y</proprietary></meta>", "“proprietary”"),
        ("Urges.", "Urges <blink>now</blink>.", "“blink”"),
    ],
)
def test_what_is_not_known_is_reported(before: str, after: str, word: str) -> None:
    assert [f.what for f in changed(before, after).findings if word in f.what]


def test_the_identities_of_other_houses_are_not_taken_for_ours() -> None:
    read = changed("01890a5d-ac96-774b-bcce-b302099a8057", "para_4")
    assert [p.key for p in read.paragraphs] == [None, "01890a5d-ac96-774b-bcce-b302099a8058"]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("on 7 December 2020", date(2020, 12, 7)),
        ("on 7\u00a0December\u00a02020", date(2020, 12, 7)),
        ("31 June 2020", date(1, 1, 1)),
        ("7 décembre 2020", date(1, 1, 1)),
        ("", date(1, 1, 1)),
    ],
)
def test_a_day_is_found_in_words(words: str, day: date) -> None:
    assert akn_meta.day_in(words) == day
