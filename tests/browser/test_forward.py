"""Last year's text forward in a real browser: from the imported file to this year's draft."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import MEXICO, PENHOLDER, Sitting, axe, ready

TEXT = """United Nations
A/RES/75/901
General Assembly
Distr.: General
15 December 2020
Seventy-fifth session
Agenda item 103 (ll)
Oceans: safety of lighthouses
Resolution adopted by the General Assembly on 7 December 2020
[on the report of the First Committee (A/75/399, para. 96)]

# 75/901. Safety of lighthouses

_The General Assembly_,

[PP1] _Recalling_ its resolutions 73/900 of 5 December 2018 and 74/900 of 12 December 2019 on the safety of lighthouses and of all who tend them in winter and in summer,

[PP2] _Mindful_ of the keepers and of all who sail by their light,

1. _Invites_ all interested States to attend the third Conference on Lamps, to be held in Oslo from 3 to 7 May 2021;

2. _Requests_ the keepers to report on the oil used to the General Assembly at its seventy-sixth session;

3. _Decides_ to include in the provisional agenda of its seventy-sixth session, under the item entitled “Oceans”, the sub-item entitled “Safety of lighthouses”.
"""


def imported(table: Sitting, **options: object) -> Page:
    """Brings an adopted text in and sits at its table."""
    page = table.sit(PENHOLDER, **options)
    page.goto(f"{table.served.base}/import")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "75-901.txt", "mimeType": "text/plain", "buffer": TEXT.encode()}
    )
    page.get_by_role("button", name="Read the file and begin").click()
    page.wait_for_url(re.compile(r"/drafts/[0-9a-f-]{36}$"))
    ready(page)
    return page


def begun(table: Sitting, **options: object) -> Page:
    """Starts this year's draft from an adopted text."""
    page = imported(table, **options)
    strip(page).get_by_role(
        "button", name="Start this year’s draft (seventy-sixth session)"
    ).click()
    expect(strip(page)).to_contain_text("3 technical updates, 1 to fill in")
    return page


def strip(page: Page) -> Locator:
    return page.get_by_role("region", name="Last year’s text forward")


def words(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=f"Words of {label}", exact=True)


def label(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"{name}: menu", exact=True)


def test_an_adopted_text_becomes_this_years_draft_and_its_updates_are_accepted(table):
    page = imported(table)
    expect(strip(page)).to_contain_text("This is 75/901 as it was adopted")
    strip(page).get_by_role("spinbutton", name="Session").fill("82")
    expect(strip(page)).to_contain_text("Start this year’s draft (82nd session)")
    strip(page).get_by_role("spinbutton", name="Session").fill("76")
    strip(page).get_by_role(
        "button", name="Start this year’s draft (seventy-sixth session)"
    ).click()
    about = page.locator(".masthead-about")
    expect(about).to_contain_text("Seventy-sixth session")
    expect(about).to_contain_text("First Committee")
    expect(about).not_to_contain_text("103")
    expect(strip(page)).to_contain_text("3 technical updates, 1 to fill in")
    strip(page).get_by_role("button", name="Look at them").click()
    expect(strip(page).locator(".updates > li")).to_have_count(4)
    expect(strip(page).get_by_role("checkbox", name="Session in OP2")).not_to_be_checked()
    assert axe(page) == []
    strip(page).get_by_role("button", name="Accept the ticked (2)").click()
    expect(words(page, "PP1")).to_contain_text(
        "73/900 of 5 December 2018, 74/900 of 12 December 2019 and 75/901 of 7 December 2020 on"
    )
    expect(words(page, "OP3")).to_contain_text("its seventy-seventh session, under")
    expect(words(page, "OP2")).to_contain_text("seventy-sixth session")
    strip(page).get_by_role("button", name="Undo").click()
    expect(words(page, "OP3")).to_contain_text("its seventy-sixth session, under")
    strip(page).get_by_role("button", name="Accept all (3)").click()
    expect(words(page, "OP2")).to_contain_text("seventy-seventh session")
    expect(strip(page)).to_contain_text("1 to fill in")


def test_one_is_refused_and_brought_back_and_a_note_is_filled_in(table):
    page = begun(table)
    strip(page).get_by_role("button", name="Look at them").click()
    strip(page).get_by_role("button", name="Refuse: Session in OP2").click()
    expect(strip(page)).to_contain_text("2 technical updates")
    strip(page).get_by_text("Refused (1)").click()
    strip(page).get_by_role("button", name="Bring back: Session in OP2").click()
    expect(strip(page)).to_contain_text("3 technical updates")
    note = strip(page).get_by_role("textbox", name="What is to stand in OP1")
    expect(strip(page).get_by_role("button", name="Put it in")).to_be_disabled()
    note.fill("fourth Conference on Lamps, to be held in Lima from 2 to 6 May 2022")
    strip(page).get_by_role("button", name="Put it in").click()
    expect(words(page, "OP1")).to_have_text(
        "Invites all interested States to attend the fourth Conference on Lamps, to be held in "
        "Lima from 2 to 6 May 2022;"
    )
    expect(strip(page)).not_to_contain_text("to fill in")


def test_the_masthead_is_set_and_the_agenda_follows(table):
    page = begun(table)
    strip(page).get_by_role("button", name="Agenda item: to be filled in …").click()
    box = page.get_by_role("dialog", name="Masthead")
    box.get_by_label("Agenda item").fill("Agenda item 100 (ff)")
    box.get_by_label("Agenda title").fill("Oceans: safety of lighthouses and lightships")
    box.get_by_role("button", name="Set it").click()
    expect(page.locator(".masthead-about")).to_contain_text("Agenda item 100 (ff)")
    expect(strip(page)).to_contain_text("4 technical updates")
    expect(strip(page)).not_to_contain_text("to be filled in")


def test_everybody_sees_the_masthead_as_it_is_set(table):
    penholder, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    expect(mexico.get_by_role("region", name="Last year’s text forward")).to_have_count(0)
    expect(mexico.get_by_role("button", name="Masthead …")).to_have_count(0)
    expect(mexico.locator("button.label[data-last^='75/998: PP']").first).to_be_visible()
    penholder.get_by_role("button", name="Masthead …").click()
    box = penholder.get_by_role("dialog", name="Masthead")
    box.get_by_label("Agenda item").fill("Agenda item 99 (zz)")
    box.get_by_role("button", name="Set it").click()
    for page in (penholder, mexico):
        expect(page.locator(".masthead-about")).to_contain_text("Agenda item 99 (zz)")


def test_last_years_numbers_stand_beside_the_new_ones(table):
    page = begun(table)
    expect(label(page, "OP1")).to_have_attribute("data-last", "75/901: OP1")
    label(page, "OP1").click()
    page.get_by_role("menuitem", name=re.compile("^Insert .*after")).first.click()
    expect(page.locator("button.label[data-last=new]")).to_have_count(1)
    shown = page.get_by_role("button", name="Last year’s numbers, 75/901")
    content = "(element) => getComputedStyle(element, '::before').content"
    assert "75/901: OP2" in label(page, "OP2").evaluate(content)
    shown.click()
    expect(shown).to_have_attribute("aria-pressed", "false")
    assert label(page, "OP2").evaluate(content) in ("none", "normal")
    shown.click()
    page.get_by_role("button", name="Redline", exact=True).click()
    expect(page.locator("#redline p.label[data-last='75/901: PP1']")).to_be_visible()
    page.evaluate(
        """async () => {
          const draft = document.querySelector("#draft").dataset.draft;
          await fetch(`/api/drafts/${draft}/versions`, {method: "POST", headers: {"Content-Type": "application/json"},
            body: JSON.stringify({id: crypto.randomUUID(), name: "Draft 1", note: ""})});
        }"""
    )
    here = page.url
    page.goto(f"{here}/versions/1")
    expect(page.locator("span.label[data-last='75/901: OP2']")).to_have_text("OP3")
    expect(page.locator("span.label[data-last=new]")).to_have_text("OP2")
    page.goto(f"{here}/versions/0")
    expect(page.get_by_role("heading", level=2)).to_contain_text("75/901.")
    expect(page.locator("[data-last]")).to_have_count(0)
    page.goto(f"{here}/compare?from=0&to=1")
    expect(page.locator("p.label[data-last='75/901: OP2']")).to_contain_text("OP3")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_strip_fits_a_small_screen(table, scheme):
    page = begun(table, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    strip(page).get_by_role("button", name="Look at them").click()
    expect(strip(page).locator(".updates > li")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page) == []
