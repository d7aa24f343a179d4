"""The editorial rules on real resolutions: found is what docs/editorial.md says, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drafting.formats import citations as dates
from drafting.formats import read_file, write_file
from drafting.text import editorial
from drafting.text.editorial import RULES, Level
from drafting.text.numbering import labels_of
from tests.tools import ROOT

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions"
DOCUMENT = (ROOT / "docs" / "editorial.md").read_text(encoding="utf-8")
TABLE = re.compile(r"^\| (\d\d/\d+) \| (\S[^|]*) \| (\d+) \| “([^|]*)” \| [^|]+ \|$", re.MULTILINE)

real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}")


def found(name: str, ending: str) -> list[tuple[str, int, str]]:
    path = REAL / f"A_RES_{name.replace('/', '_')}.{'xml' if ending == 'docx' else ending}"
    resolution = read_file(path.name, path.read_bytes())
    if ending == "docx":
        resolution = read_file("text.docx", write_file("text.docx", resolution))
    labels = labels_of(resolution.paragraphs)
    known = {one.number: one.adopted_on for one in dates.known().values()}
    return [
        (labels[f.index], f.rule.number, f.words.replace("\u00a0", " "))
        for f in editorial.check_read(resolution, known=known)
    ]


@real
@pytest.mark.parametrize("ending", ["xml", "txt", "docx"])
@pytest.mark.parametrize("name", ["74/62", "75/62", "76/47", "77/335"])
def test_what_is_found_in_a_real_text_is_what_the_document_says(name: str, ending: str) -> None:
    said = [(p, int(rule), w) for one, p, rule, w in TABLE.findall(DOCUMENT) if one == name]
    assert found(name, ending) == said


@real
def test_the_shipped_dates_are_those_that_the_real_texts_say_of_themselves() -> None:
    for path in sorted(REAL.glob("*.xml")):
        facts = dates.facts(read_file(path.name, path.read_bytes()))
        assert facts is not None
        assert dates.known()[facts.number].adopted_on == facts.adopted_on
        for number, day in facts.cited.items():
            assert dates.known()[number].adopted_on == day


# Errors put into the real texts: what a person might do to them, by rule; None takes the line away.
SEEDS = [
    ("76/47", 1, "_The General Assembly_,", "_The General Assembly_:"),
    ("76/47", 2, "_Deploring_", "Deploring"),
    ("76/47", 3, "are abandoned,", "are abandoned;"),
    ("76/47", 4, "outreach and other means;", "outreach and other means,"),
    ("76/47", 5, "\n5. _Invites_", "\n6. _Invites_"),
    ("77/335", 6, "_Welcoming also_", "_Also welcoming_"),
    ("77/335", 7, "84. _Also welcomes_", "84. _Welcomes also_"),
    ("77/335", 8, "_Recalling also_", "_Recalling_"),
    ("76/47", 9, "[PP13] _Emphasizing_", "[PP13] _Emphasizing also_"),
    ("77/335", 10, "85. _Further welcomes_", "85. _Welcomes_"),
    ("76/47", 11, "74/62 of 12 December 2019 and 75/62 of 7 December 2020", "74/62 of 12 December 2019 and 75/62"),
    ("77/335", 12, "resolution 69/321 and other relevant mandates", "resolution 69/321 of 11 September 2015 and other relevant mandates"),
    ("76/47", 13, "74/62 of 12 December 2019", "74/62 of 19 December 2019"),
    ("76/47", 14, "25 to 27 November 2020", "November 25 to November 27, 2020"),
    ("76/47", 15, "2021–2026", "2021-2026"),
    ("76/47", 16, "123 States", "63 percent of States"),
    ("76/47", 17, "“General and complete disarmament”", '"General and complete disarmament"'),
    ("76/47", 18, "disarmament”, the sub-item", "disarmament,” the sub-item"),
    ("76/47", 19, "men, girls and boys", "men, girls, and boys"),
    ("76/47", 20, "_Recognizing_ the impact", "_Recognising_ the impact"),
    ("76/47", 20, "universalization process", "universalisation process"),
    ("76/47", 21, "future programme", "future program"),
    ("76/47", 22, "coordinated manner", "co-ordinated manner"),
    ("76/47", 23, "provide the Secretary-General", "provide the Secretary General"),
    ("77/335", 24, "of the present resolution", "of this resolution"),
    ("76/47", 25, "by the United Nations, the", "by the UN, the"),
    ("76/47", 26, "and other means;", "etc.;"),
    ("77/335", 27, "inter alia", "_inter alia_"),
    ("77/335", 28, "Member States’ deliberation", "member states’ deliberation"),
    ("76/47", 29, "all States parties to provide", "all States Parties to provide"),
    ("76/47", 30, "article 7 of the Convention", "Article 7 of the Convention"),
    ("77/335", 30, "as set out in Article 1 of the Charter", "as set out in article 1 of the Charter"),
    ("76/47", 31, "Disabilities,[^1] to", "Disabilities[^1], to"),
    ("76/47", 32, "No. 44910.", "No. 44910"),
    ("76/47", 32, "Disabilities,[^1] to address", "Disabilities,[^2] to address"),
    ("76/47", 33, "[^1] United Nations, Treaty Series, vol. 2515, No. 44910.", "[^1] CCM/MSP/2016/9, annex I."),
    ("77/335", 34, "only four women", "only 4 women"),
    ("77/335", 35, "exceeded 400 events", "exceeded 14000 events"),
    ("76/47", 36, "seventy-seventh session", "77th session"),
    ("76/47", 37, "seventy-seventh session", "seventy-sixth session"),
    ("76/47", 38, "11. _Decides_", None),
    ("77/335", 39, "(b) To also place", "(b) to also place"),
    ("76/47", 40, "in particular the adoption", "[in particular] the adoption"),
    ("76/47", 40, "[PP13] ", "[PP12 bis] "),
    ("76/47", 40, "5. _Invites_", "4 bis. _Invites_"),
    ("76/47", 41, "nationally, regionally", "nationally,, regionally"),
    ("76/47", 42, "and globally in recent years", "and globally — in recent years"),
    ("76/47", 43, "all Central American States", "Vietnam"),
    ("76/47", 44, "all Central American States", "Chile’s neighbours"),
    ("76/47", 45, "non-governmental organizations around", "NGOs around"),
    ("76/47", 46, "vol. 2688, No. 47713", "v. 2688, no 47713"),
]  # fmt: skip


@real
@pytest.mark.parametrize(("name", "rule", "right", "wrong"), SEEDS, ids=lambda v: str(v)[:24])
def test_an_error_put_into_a_real_text_is_found(name, rule, right, wrong) -> None:
    path = REAL / f"A_RES_{name.replace('/', '_')}.txt"
    text = path.read_text(encoding="utf-8")
    assert right in text
    if wrong is None:
        right, wrong = next(line for line in text.splitlines() if line.startswith(right)), ""
    made = text.replace(right, wrong, 1)
    if wrong.startswith("Disabilities,[^2]"):
        made = made.replace("Munitions[^2] or", "Munitions[^1] or", 1)
    resolution = read_file(path.name, made.encode())
    known = {one.number: one.adopted_on for one in dates.known().values()}
    there = [f.rule.number for f in editorial.check_read(resolution, known=known)]
    before = [number for _, number, _ in found(name, "txt")]
    assert there.count(rule) > before.count(rule)


def test_every_rule_is_seeded() -> None:
    reported = {n for n, rule in RULES.items() if rule.level is not Level.NONE}
    assert {rule for _, rule, _, _ in SEEDS} == reported


def test_the_document_and_the_code_have_the_same_rules() -> None:
    for rule in RULES.values():
        more = [f"in full from session {rule.from_session}"] if rule.from_session else []
        more += ["in every language"] if rule.any_language else []
        row = f"| {rule.number} | {rule.name} | {rule.level.value} | {rule.sentence} | {rule.source} | {'; '.join(more) or '–'} |"
        assert row in DOCUMENT, rule
