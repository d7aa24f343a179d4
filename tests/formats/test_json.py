"""JSON of ours: read back it is the same, and what is wrong in it is said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from drafting.errors import Unreadable
from drafting.formats import json_form, read_file, write_file
from drafting.text.changes import note, text_of
from drafting.text.proceedings import Count, Outcome, Proceedings, Side, Step
from drafting.text.resolution import Finding, Kind, Masthead, Paragraph, Resolution
from tests.formats.any_resolution import RESOLUTIONS
from tests.formats.test_akn import FILES, needs_files, real

WAY = Proceedings(
    (Step(Outcome.ADOPTED, date(2026, 12, 7), "A/81/PV.40"), Step("referred", by="Peru")),
    (Count(Side.FOR, 2, ("KENYA", "PERU")),),
)
WHOLE = Resolution(
    Masthead(number="81/7", title="Lamps", notices=("on 7 December 2026",), language="fr"),
    (
        Paragraph(Kind.OPERATIVE, text_of("Urges,", note("Of old.")), number="1."),
        Paragraph(Kind.SUB, text_of("oil."), 1, "01890a5d-ac96-774b-bcce-b302099a8057", "(a)"),
    ),
    (Finding("OP1", "Bold words stand in roman."),),
    WAY,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RESOLUTIONS)
def test_what_is_written_is_read_as_it_was(resolution: Resolution) -> None:
    read = json_form.read(json_form.write(resolution).encode())
    assert (read, read.findings) == (resolution, ())


def test_findings_and_what_became_of_it_are_kept() -> None:
    read = read_file("a.json", write_file("a.json", WHOLE))
    assert (read, read.findings, read.proceedings) == (WHOLE, WHOLE.findings, WAY)
    without = replace(WHOLE, proceedings=Proceedings((), None), findings=())
    assert json_form.read(json_form.write(without).encode()).proceedings == Proceedings()


@needs_files
@pytest.mark.parametrize("name", FILES)
def test_a_real_file_through_json_is_the_same(name: str) -> None:
    first = read_file("a.xml", real(name, "xml"))
    again = read_file("whatever", write_file("a.json", first))
    assert (again, again.findings, again.proceedings) == (first, first.findings, first.proceedings)
    assert write_file("a.xml", again) == write_file("a.xml", first)


def with_(**more: Any) -> dict[str, Any]:
    return {"paragraphs": [{"kind": "operative", "ops": [{"insert": "Urges."}]}], **more}


def paragraph(**more: Any) -> dict[str, Any]:
    return {"paragraphs": [{"kind": "operative", "level": 0, "ops": [], **more}]}


def test_blanks_around_the_text_are_nobodys_mistake() -> None:
    masthead = Masthead(title="Lamps  and light ", notices=(" a", ""))
    resolution = Resolution(masthead, (Paragraph(Kind.OPERATIVE, text_of("Urges.")),))
    assert json_form.read(json_form.write(resolution).encode()) == resolution


def test_the_least_that_is_a_resolution_is_read() -> None:
    read = json_form.read(json.dumps(with_()).encode())
    assert read == Resolution(Masthead(), (Paragraph(Kind.OPERATIVE, text_of("Urges.")),))


BAD: list[tuple[bytes | Any, str]] = [
    (b"{", "line 1"),
    (b"\xff{", "UTF-8"),
    (b"[" * 100_000, "nested too deeply"),
    ([], "the file is no object"),
    ({}, "“paragraphs” is no list"),
    ({"paragraphs": []}, "no paragraphs"),
    ({"paragraphs": [1]}, "paragraph 1 is no object"),
    (paragraph(kind="verse"), "paragraph 1 is of no kind"),
    (paragraph(kind=7), "paragraph 1 is of no kind"),
    (paragraph(level=1), "a level that its kind cannot have"),
    (paragraph(kind="sub"), "a level that its kind cannot have"),
    (paragraph(kind="sub", level=True), "a level that its kind cannot have"),
    (paragraph(ops=[{"delete": 1}]), "words and footnotes alone"),
    (paragraph(ops=[{"insert": "a\nb"}]), "in paragraph 1"),
    (paragraph(ops=None), "in paragraph 1"),
    (paragraph(number=1), "“number” of paragraph 1"),
    (with_(masthead=[]), "“masthead” is no object"),
    (with_(masthead={"title": "a\n\nb"}), "“title” is no line"),
    (with_(masthead={"notices": "x"}), "“notices” is no list"),
    (with_(findings=[{"where": "OP1"}]), "“what” is no line"),
    (with_(proceedings={"steps": [{"on": "7 May"}]}), "“on” is no day"),
    (with_(proceedings={"counts": [{"value": -1}]}), "no number"),
    (with_(proceedings=[]), "“proceedings” is no object"),
]


@pytest.mark.parametrize(("value", "word"), BAD)
def test_what_is_wrong_is_refused_with_a_reason(value: bytes | Any, word: str) -> None:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(Unreadable, match=word) as refused:
        json_form.read(data)
    assert refused.value.detail.endswith("Nothing was stored.")


def test_what_is_not_known_is_reported_and_left_out() -> None:
    value = with_(colour="red", masthead={"weather": "fair"})
    value["paragraphs"][0]["mood"] = "good"
    found = json_form.read(json.dumps(value).encode()).findings
    assert [(f.where, f.what.partition("”")[0]) for f in found] == [
        ("masthead", "“weather"),
        ("document", "“colour"),
        ("paragraph 1", "“mood"),
    ]
