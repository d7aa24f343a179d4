"""The record: a vote by paste and State by State, tabling, adoption, earlier years, next year's draft."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import MEXICO, PENHOLDER, Sitting, axe, fresh
from tests.browser.sponsoring import call, of, seal, sponsor, step

PRINTED = """In favour: Austria, Chile, Mexico, New Zealand, Switzerland, United Kingdom.
Against: Russian Federation.
Abstaining: Brazil, India."""


def record(table: Sitting, page: Page) -> Page:
    """Opens the record in the place of the table."""
    page.goto(f"{table.served.base}/drafts/{table.draft}/record")
    page.wait_for_selector("#record[data-ready=true]")
    return page


def part(page: Page, name: str) -> Locator:
    """Gives a part of the page."""
    return page.get_by_role("region", name=name)


def opened(page: Page, name: str) -> Locator:
    """Opens one of the steps and gives it."""
    box = page.locator("details.step", has=page.get_by_text(name, exact=True))
    if box.get_attribute("open") is None:
        box.locator("> summary").click()
    return box


def test_earlier_years_are_brought_in_and_shown_newest_first(own_table: Sitting, tmp_path):
    page = record(own_table, own_table.sit(PENHOLDER))
    box = opened(page, "The record that comes with the tool")
    box.get_by_role("button", name="Bring it in").click()
    history = part(page, "Through the years")
    expect(history.get_by_role("heading", level=3).first).to_have_text("A/RES/80/52")
    year = history.get_by_role("listitem").filter(has=page.get_by_text("A/RES/76/47", exact=True))
    expect(year).to_contain_text("146–1–37")
    expect(year).to_contain_text("Russian Federation")
    year.get_by_text("16 sponsors").click()
    expect(year).to_contain_text("Bulgaria")
    # A list of sponsors, as it was printed, and roll calls from a file that the browser reads.
    box = opened(page, "A list of sponsors, as printed")
    box.get_by_label("Resolution").fill("A/RES/70/54")
    box.get_by_label("Sponsors").fill("Austria, Chile and Mexico")
    box.get_by_role("button", name="Bring in the sponsors").click()
    expect(history).to_contain_text("A/RES/70/54")
    file = tmp_path / "votes.csv"
    file.write_text(
        "resolution,date,iso3,vote\nA/RES/69/54,2014-12-02,AUT,Y\nA/RES/69/54,2014-12-02,RUS,A\n"
    )
    box = opened(page, "Roll calls, from a CSV file")
    box.get_by_label("or a file").set_input_files(file)
    expect(box.get_by_label("Roll calls as CSV")).to_have_value(re.compile("AUT"))
    box.get_by_role("button", name="Bring in the votes").click()
    expect(history).to_contain_text("A/RES/69/54")
    assert own_table.problems == []


def test_a_draft_is_tabled_voted_on_adopted_and_followed(own_table: Sitting):
    pen, mexico = own_table.sit(PENHOLDER), own_table.sit(MEXICO)
    sponsor(own_table, pen, mexico, "confirmed")
    page = record(own_table, pen)
    own = part(page, "This draft")
    box = opened(page, "Tabling")
    expect(box.locator(".printed")).to_contain_text("Mexico")
    box.get_by_label("Symbol").fill("A/C.1/81/L.41")
    box.get_by_role("button", name="Table it").click()
    expect(own).to_contain_text("Tabled as A/C.1/81/L.41")
    expect(page.get_by_role("heading", name="This draft")).to_be_focused()
    # A vote by paste, and one on a paragraph alone, State by State.
    box = opened(page, "Record a vote")
    box.get_by_label("The roll call, as printed or as CSV").fill("Nobody: Nowhere")
    box.get_by_role("button", name="Record the vote").click()
    expect(box.get_by_role("alert")).to_be_visible()
    box.get_by_label("The roll call, as printed or as CSV").fill(PRINTED)
    box.get_by_role("button", name="Record the vote").click()
    expect(own.locator(".calls")).to_contain_text("6–1–2")
    expect(own.locator(".calls")).to_contain_text("No: Russian Federation")
    box = opened(page, "Record a vote")
    box.get_by_label("Vote", exact=True).select_option(label="in the plenary")
    box.get_by_label("On what").select_option(label="PP14")
    box.get_by_role("button", name="Mark State by State").click()
    box.get_by_role("button", name="All Yes").click()
    box.get_by_role("searchbox", name="Go to a State").fill("alb")
    page.keyboard.press("Enter")
    expect(box.get_by_role("button", name="Albania: Yes")).to_be_focused()
    page.keyboard.type("na-")
    expect(box.get_by_role("button", name="Andorra: Absent")).to_be_visible()
    expect(box.get_by_role("button", name="Angola: Yes")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box.get_by_role("button", name="Andorra: Absent")).to_be_focused()
    expect(box.locator(".sum")).to_have_text("Yes 190, No 1, Abstaining 1, Absent 1")
    box.get_by_role("button", name="Record the vote").click()
    expect(own.locator(".calls")).to_contain_text("PP14 alone: 190–1–1")
    # Who joins now is an additional sponsor, and is read out.
    chile = own_table.sit("Delegate, Chile")
    step(own_table, chile, "confirmed")
    pen.goto(f"{own_table.served.base}/drafts/{own_table.draft}/reading-list")
    expect(pen.get_by_role("article")).to_contain_text(re.compile("Additional sponsors\\s+Chile"))
    page = record(own_table, pen)
    box = opened(page, "Adoption")
    box.get_by_label("Symbol").fill("A/RES/81/47")
    box.get_by_role("button", name="Record the adoption").click()
    expect(own.get_by_role("heading", level=3).first).to_have_text("A/RES/81/47")
    box = opened(page, "Next year")
    box.get_by_label("Title").fill("Next year’s text")
    box.get_by_role("button", name="Begin next year’s draft").click()
    page.wait_for_url(lambda url: url.endswith("/record") is False and own_table.draft not in url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Next year’s text")
    page.goto(page.url + "/record")
    expect(part(page, "Through the years")).to_contain_text("A/RES/81/47")
    assert own_table.problems == []


def test_the_vote_sheet_prints_every_state_on_two_pages(table: Sitting):
    pen = table.sit(PENHOLDER)
    pen.goto(f"{table.served.base}/drafts/{table.draft}/vote-sheet")
    expect(pen.locator(".votes tbody th")).to_have_count(193)
    printed = pen.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2


def test_the_record_is_the_presidencys_and_the_secretariats(table: Sitting):
    mexico = table.sit(MEXICO)
    got = mexico.request.get(f"{table.served.base}{of(table, 'record')}")
    assert got.status == 403
    secretariat = record(table, table.sit("Secretariat"))
    assert "adoptions" in call(secretariat, "GET", of(table, "record"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(table: Sitting, scheme: str):
    page = record(table, table.sit(PENHOLDER, color_scheme=scheme))
    for name in ("Record a vote", "Adoption", "Next year", "A list of sponsors, as printed"):
        opened(page, name)
    found = axe(page)
    opened(page, "Record a vote").get_by_role("button", name="Mark State by State").click()
    page.get_by_role("button", name="All Yes").click()
    found += axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for sheet in ("reading-list", "vote-sheet"):
        page.goto(f"{table.served.base}/drafts/{table.draft}/{sheet}")
        found += axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, sheet
    assert found == []


def test_what_is_left_open_is_shown_before_tabling_and_tabled_only_with_a_reason(
    own_table: Sitting,
):
    page = own_table.sit(PENHOLDER)
    fresh(page, {"insert": "Recalling", "attributes": {"italic": True}}, " it [Mexico: retain],")
    seal(own_table, page, "draft with a bracket")
    record(own_table, page)
    own = part(page, "This draft")
    box = opened(page, "Tabling")
    expect(box.locator(".left-open")).to_contain_text("cannot be tabled as it stands")
    expect(box.locator(".left-open li").first).to_contain_text("[Mexico: retain]")
    box.get_by_label("Symbol").fill("A/C.1/81/L.42")
    box.get_by_role("button", name="Table it").click()
    expect(own).to_contain_text("Not tabled yet")
    box.get_by_label("Why it is tabled all the same").fill("Mexico asked to see it so.")
    box.get_by_role("button", name="Table it").click()
    expect(own.locator(".override")).to_contain_text("Mexico asked to see it so.")
    expect(own.locator(".override")).to_contain_text("[Mexico: retain]")
    box = opened(page, "Tabling")
    box.get_by_label("Version").select_option(index=1)
    expect(box.locator(".left-open .bad")).to_have_count(0)
    assert own_table.problems == []
