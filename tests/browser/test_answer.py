"""An answer by link: on a phone, without signing in, once."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PENHOLDER, Sitting, axe
from tests.browser.sponsoring import call, change, of, own, sponsor

CHILE = "Delegate, Chile"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def link(table: Sitting, pen: Page, key: str, question: str) -> str:
    """Lets the presidency write a letter with an answer link, and gives the link."""
    rows = call(pen, "GET", of(table, "board"))["rows"]
    state = next(one["delegation"] for one in rows if one["key"] == key)
    asked = {
        "delegations": [state],
        "question": question,
        "subject": "Your sponsorship",
        "body": "Dear colleagues,\n\n{changes}\n\n{link}\n",
    }
    made = call(pen, "POST", of(table, "letters"), asked)
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(made["zip"]))) as letters:
        (name,) = letters.namelist()
        letter = message_from_bytes(letters.read(name), policy=default)
    text = letter.get_body(("plain",)).get_content()
    found = re.search(r"https?://\S+/answers/\S+", text)
    assert found, text
    return found[0]


def stranger(table: Sitting, **options: object) -> Page:
    """Opens a browser in which nobody has signed in."""
    context = table.browser.new_context(**options)
    table._contexts.append(context)
    return context.new_page()


def opened(table: Sitting, address: str, **options: object) -> Page:
    """Opens a link as somebody who is not signed in."""
    page = stranger(table, **options)
    page.goto(table.served.base + "/answers/" + address.rsplit("/", 1)[1])
    return page


def test_a_question_is_answered_on_a_phone_without_signing_in_and_once(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    sponsor(table, pen, chile)
    change(table, pen, "Noting the estuaries,")
    address = link(table, pen, "CHL", "keep")
    page = opened(table, address, java_script_enabled=False, **PHONE)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Does your sponsorship hold")
    expect(page.locator(".change ins")).to_have_text("Noting the estuaries,")
    expect(page.locator(".change")).to_have_count(1)
    expect(page.get_by_text("Your answer is seen by")).to_contain_text(
        "Chile, the presidency and the secretariat"
    )
    keep = page.get_by_role("button", name="Keep our sponsorship")
    size = keep.bounding_box()
    assert size
    assert size["height"] >= 48
    assert size["width"] > 300
    page.get_by_label("Who answers").fill("Camila Rojas")
    keep.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.get_by_role("status")).to_contain_text("Chile answered: Keep our sponsorship")
    now = own(table, chile)
    assert now["settled"]
    assert now["steps"][0]["recorded"] == "link"
    assert "Camila Rojas" in str(now["steps"][0])
    again = opened(table, address)
    expect(again.get_by_role("heading", level=1)).to_have_text("This link no longer works")


def test_a_link_that_was_replaced_or_never_was_is_refused_alike(table: Sitting):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    sponsor(table, pen, chile)
    change(table, pen, "Noting the fords,")
    first, second = link(table, pen, "CHL", "keep"), link(table, pen, "CHL", "keep")
    pages = [opened(table, first), opened(table, "/answers/nothing")]
    said = [page.get_by_role("main").inner_text() for page in pages]
    assert said[0] == said[1]
    expect(opened(table, second).get_by_role("button", name="Not yet")).to_be_visible()


def test_a_state_that_is_asked_to_sponsor_says_that_it_awaits_its_capital(table: Sitting):
    pen = table.sit(PENHOLDER)
    page = opened(table, link(table, pen, "AUT", "sponsor"), **PHONE)
    expect(page.get_by_text("that you await your capital, by Austria")).to_be_visible()
    page.get_by_label("Who answers").fill("A. Muster")
    page.get_by_text("Add a word").click()
    page.get_by_label("Note").fill("By Friday.")
    page.get_by_role("button", name="We await our capital").click()
    expect(page.get_by_role("status")).to_contain_text("Austria answered: We await our capital")
    rows = call(pen, "GET", of(table, "board"))["rows"]
    state = next(one for one in rows if one["key"] == "AUT")
    assert state["sponsorship"]["state"] == "awaiting"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(table: Sitting, scheme: str):
    pen, chile = table.sit(PENHOLDER), table.sit(CHILE)
    sponsor(table, pen, chile)
    change(table, pen, f"Noting the {scheme} gulfs,")
    page = opened(table, link(table, pen, "CHL", "keep"), color_scheme=scheme, **PHONE)
    found = axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_label("Who answers").fill("C. R.")
    page.get_by_role("button", name="Not yet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    found += axe(page)
    assert found == []
