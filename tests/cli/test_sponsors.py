"""`drafting sponsor-line`, as a whole process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from drafting.formats import states
from drafting.text.sponsor_line import read

REAL = Path(__file__).parents[3] / "shared" / "data" / "resolutions"


def drafting(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("drafting")), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


PRINTED = [
    ("GBR che MEX --on 2021-10-13", "Mexico, Switzerland and United Kingdom of Great Britain and Northern Ireland"),
    ("GBR CHE MEX --short", "Mexico, Switzerland and United Kingdom"),
    ("TUR PSE NLD --on 2021-10-13", "Netherlands, Turkey and State of Palestine"),
    ("TUR PSE NLD --on 2025-10-15", "Netherlands (Kingdom of the), Türkiye and State of Palestine"),
    ("CIV", "Côte d’Ivoire"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "printed"), PRINTED)
def test_the_line_is_printed(arguments: str, printed: str) -> None:
    done = drafting("sponsor-line", *arguments.split())
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{printed}\n", "")


@pytest.mark.parametrize(
    "group",
    ["Group of 77 and China", "the States Members of the United Nations that are members of the Group of 77 and China"],
)  # fmt: skip
def test_a_group_is_named_in_parentheses(group: str) -> None:
    done = drafting("sponsor-line", "UGA", "--group", group)
    assert done.stdout == (
        "Uganda (on behalf of the States Members of the United Nations that are members of "
        "the Group of 77 and China)\n"
    )


REFUSED = [
    ("FRA XYZ", "XYZ is the code of no State."),
    ("FRA ICRC", "International Committee of the Red Cross (ICRC) may not sponsor; Member States and the State of Palestine may."),
    ("HOLYSEE", "Holy See (HOLYSEE) may not sponsor; Member States and the State of Palestine may."),
    ("EU", "European Union (EU) may not sponsor; Member States and the State of Palestine may."),
    ("FRA CHL fra", "France (FRA) is given twice."),
    ("CPV --on 1970-01-01", "CPV has no name on 1970-01-01."),
    ("UGA CHL --group G77", "A group stands behind one State, which speaks on its behalf."),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_who_may_not_sponsor_is_refused_in_a_sentence(arguments: str, sentence: str) -> None:
    done = drafting("sponsor-line", *arguments.split())
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"drafting: {sentence}\n")


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real resolutions are not at {REAL}")
def test_the_line_of_a_real_document_is_printed_to_the_letter() -> None:
    text = (REAL / "A_RES_76_47.xml").read_text(encoding="utf-8")
    (printed,) = re.findall(r'outcome="draftResolution" as="[^"]*" by="([^"]*)"', text)
    keys = read(printed, states.names()).keys
    assert drafting("sponsor-line", *reversed(keys), "--on", "2021-10-13").stdout == f"{printed}\n"
