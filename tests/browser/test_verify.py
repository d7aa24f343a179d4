"""The page of the record and its proof: by a person, with the keyboard and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MEXICO, PENHOLDER, Sitting, axe


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_record_and_it_fits_a_small_screen(table: Sitting, scheme: str):
    page = table.sit(MEXICO, color_scheme=scheme)
    page.goto(f"{table.served.base}/drafts/{table.draft}/verify?on=2001-01-01")
    expect(page.get_by_role("alert")).to_contain_text("no text of this draft yet")
    found = axe(page)
    page.get_by_role("button", name="Check it now").click()
    expect(page.get_by_role("status")).to_contain_text("The record is whole")
    found += axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert found == []


def test_a_head_from_a_receipt_is_checked_and_another_is_not_found(table: Sitting):
    page = table.sit(PENHOLDER)
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("link", name="The record and its proof").click()
    receipt = page.locator(".receipts code").last.inner_text()
    for head, said in (
        (receipt, "It holds the head that you kept"),
        ("0" * 16, "No entry has the head"),
        ("abc", "at least 12 digits"),
    ):
        page.get_by_label("A head that you kept").fill(head)
        page.get_by_role("button", name="Check it now").click()
        expect(page.get_by_text(said)).to_be_visible()
    page.get_by_label("Day, in").fill("2001-01-01")
    page.get_by_role("button", name="Which text was in force?").click()
    expect(page.get_by_role("alert")).to_contain_text("no text of this draft yet")
