"""Sponsors at the table: the line above a text that has changed, the list, the warning before sealing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ICRC, MEXICO, PENHOLDER, Sitting, axe, fresh
from tests.browser.sponsoring import call, change, of, own, sponsor

SWITZERLAND = "Delegate, Switzerland"
NEW_ZEALAND = "Delegate, New Zealand"
CHILE = "Delegate, Chile"


def banner(page: Page) -> Locator:
    """Gives the line above the text."""
    return page.get_by_role("region", name="Our sponsorship")


def test_a_sponsor_sees_only_what_changed_and_keeps_its_sponsorship(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    sponsor(table, pen, mexico)
    expect(banner(mexico)).to_be_hidden()
    change(table, pen, "Noting the lighthouses,")
    expect(banner(mexico)).to_contain_text("The text you sponsored has changed: PP2.")
    expect(banner(mexico)).to_contain_text("Seen by: Mexico, the presidency and the secretariat")
    banner(mexico).get_by_role("button", name="See only these changes").click()
    box = mexico.get_by_role("dialog")
    expect(box.locator(".change")).to_have_count(1)
    expect(box.locator(".change ins")).to_have_text("Noting the lighthouses,")
    box.get_by_role("button", name="Keep for Noting the lighthouses").click()
    expect(box).to_have_count(0)
    expect(banner(mexico)).to_be_hidden()
    now = own(table, mexico)
    assert now["settled"]
    assert now["version"]["name"] == "Noting the lighthouses"


def test_not_yet_is_an_answer_and_withdrawing_is_asked_again(table: Sitting):
    pen, swiss = table.sit(PENHOLDER), table.sit(SWITZERLAND)
    sponsor(table, pen, swiss)
    change(table, pen, "Noting the moorings,")
    banner(swiss).get_by_role("button", name="Not yet").click()
    expect(banner(swiss)).to_contain_text("You have not decided about Noting the moorings yet.")
    expect(banner(swiss).get_by_role("button", name="Not yet")).to_have_count(0)
    banner(swiss).get_by_role("button", name="Withdraw …").click()
    box = swiss.get_by_role("dialog", name="Withdraw our sponsorship")
    box.get_by_label("Why (may stay empty)").fill("Our capital asks us to wait.")
    box.get_by_role("button", name="Withdraw", exact=True).click()
    expect(banner(swiss)).to_be_hidden()
    now = own(table, swiss)
    assert now["state"] == "withdrawn"
    assert [step["step"] for step in now["steps"]][:2] == ["withdrawn", "not_yet"]


def test_technical_changes_ask_nobody_again_and_it_is_said(table: Sitting):
    pen, kiwi = table.sit(PENHOLDER), table.sit(NEW_ZEALAND)
    sponsor(table, pen, kiwi)
    change(table, pen, "Noting the quays,", "technical")
    kiwi.reload()
    expect(banner(kiwi)).to_contain_text("Only technical changes")
    expect(banner(kiwi)).to_contain_text("nobody is asked again")
    expect(banner(kiwi).get_by_role("button", name=re.compile("Keep"))).to_have_count(0)


def test_the_presidency_is_warned_before_it_seals(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    sponsor(table, pen, chile)
    call(chile, "POST", of(table, "conditions"), {"kind": "as_circulated"})
    pen.get_by_role("button", name="Seal …").click()
    expect(pen.get_by_role("dialog")).to_contain_text("nobody is asked again")
    pen.keyboard.press("Escape")
    fresh(pen, "Noting the sandbanks,")
    pen.get_by_role("button", name="Seal …").click()
    box = pen.get_by_role("dialog", name="Seal a version")
    expect(box).to_contain_text(re.compile("You would lose .*Chile"))
    expect(box.get_by_role("listitem").filter(has_text="Chile")).to_have_text(
        re.compile(r"^Chile: as circulated \(as it was")
    )
    expect(box).to_contain_text("will be asked again")


def test_the_list_of_sponsors_shows_what_one_may_see(table: Sitting):
    pen, mexico = table.sit(PENHOLDER), table.sit(MEXICO)
    sponsor(table, pen, mexico, "confirmed")
    mexico.get_by_role("button", name="Sponsors", exact=True).click()
    box = mexico.get_by_role("dialog", name="Sponsors")
    expect(box).to_contain_text("confirmed in the portal")
    mexico.keyboard.press("Escape")
    wall = {"local": "2099-10-15T18:00", "zone": "America/New_York"}
    call(pen, "POST", of(table, "call"), {"mode": "open", "listed": True, "deadline": wall})
    change(table, pen, "Noting the tides,")
    mexico.get_by_role("button", name="Sponsors", exact=True).click()
    expect(box.get_by_role("listitem").filter(has_text="Mexico")).to_contain_text(
        "⧗ Mexico: last confirmed for"
    )
    expect(box).to_contain_text("18:00 in New York")
    expect(box).to_contain_text("in Geneva")
    call(pen, "POST", of(table, "call"), {"mode": "open", "listed": False})


def test_the_tools_lead_each_to_their_own_page(table: Sitting):
    pen, mexico, icrc = table.sit(PENHOLDER), table.sit(MEXICO), table.sit(ICRC)
    tools = "#tools"
    expect(pen.locator(tools).get_by_role("link", name="Board")).to_be_visible()
    expect(pen.locator(tools).get_by_role("link", name="Our page")).to_have_count(0)
    expect(mexico.locator(tools).get_by_role("link", name="Our page")).to_be_visible()
    expect(mexico.locator(tools).get_by_role("link", name="Board")).to_have_count(0)
    expect(icrc.locator(tools).get_by_role("button", name="Sponsors")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_line_and_the_warning(table: Sitting, scheme: str):
    pen = table.sit(PENHOLDER, color_scheme=scheme)
    mexico = table.sit(MEXICO, color_scheme=scheme)
    sponsor(table, pen, mexico, "confirmed")
    change(table, pen, f"Noting the {scheme} wharves,")
    expect(banner(mexico)).to_be_visible()
    found = axe(mexico)
    banner(mexico).get_by_role("button", name="See only these changes").click()
    expect(mexico.locator(".change")).to_have_count(1)
    found += axe(mexico)
    fresh(pen, "Noting the yachts,")
    pen.get_by_role("button", name="Seal …").click()
    expect(pen.get_by_role("dialog")).to_contain_text("will be asked again")
    found += axe(pen)
    assert found == []
