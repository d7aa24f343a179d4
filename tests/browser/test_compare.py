"""Technical or substantive, on the page that compares: told, filtered, and decided by a person."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import CHILE, PENHOLDER, Sitting, axe

SEAL = """async ([draft, name]) => {
  const say = async (path, body) => {
    const answer = await fetch(`/api/drafts/${draft}/${path}`, {method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify({id: crypto.randomUUID(), ...body})});
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const state = await (await fetch(`/api/drafts/${draft}`)).json();
  const before = state.versions.at(-1).number;
  const after = state.paragraphs.find((p) => p.kind === "operative").id;
  const insert = (words) => say("deeds", {kind: "insert", after, paragraph_kind: "operative",
    level: 0, ops: [{insert: words}]});
  await insert("Welcomes the pilots;");
  await insert("Thanks the keepers;");
  await say("versions", {name, note: ""});
  const now = await (await fetch(`/api/drafts/${draft}`)).json();
  const number = Math.max(...now.versions.map((v) => v.number));
  return [number - 1, number];
}"""

REASON = "session changed: “seventy-sixth session” became “seventy-seventh session”"


@pytest.fixture
def sealed(table: Sitting) -> tuple[Page, str]:
    """The presidency's page, and where it compares two versions of its own."""
    page = table.sit(PENHOLDER)
    older, newer = page.evaluate(SEAL, [table.draft, f"Draft {uuid.uuid4()}"])
    return page, f"{table.served.base}/drafts/{table.draft}/compare?from={older}&to={newer}"


def judged(route: Route) -> None:
    """Answers a redline of the server's with a suggestion for each of its two changes.

    What the tool would suggest is tried on its own; here one is technical and one substantive.
    """
    answer = route.fetch()
    redline: dict[str, Any] = answer.json()
    first = True
    for paragraph in redline["paragraphs"]:
        same = paragraph["state"] == "same"
        suggested = "none" if same else "technical" if first else "substantive"
        reasons = [] if same else [REASON] if first else ["paragraph inserted"]
        first = first and same
        paragraph["nature"] = {"suggested": suggested, "reasons": reasons, "decided": None}
    route.fulfill(json=redline)


def compare(page: Page, address: str) -> Locator:
    """Opens the comparison and gives its sheet."""
    page.route(re.compile(r"/redline\?"), judged)
    page.goto(address)
    sheet = page.get_by_role("article", name="What differs")
    expect(sheet.locator(".nature")).to_have_count(2)
    return sheet


def show(page: Page, what: str) -> None:
    """Chooses which changes are shown."""
    page.get_by_role("combobox", name="Changes", exact=True).select_option(label=what)


def test_the_split_is_told_and_each_change_says_why(sealed):
    page, address = sealed
    sheet = compare(page, address)
    expect(page.locator("#split")).to_have_text(
        "Changes: 1 technical, 1 substantive, as the tool suggests."
    )
    first = sheet.locator(".nature summary").first
    expect(first).to_have_text(re.compile(r"^technical \(suggested\)"))
    expect(first).to_have_attribute("title", REASON)
    expect(sheet.get_by_text(REASON)).to_be_hidden()
    first.focus()
    page.keyboard.press("Enter")
    expect(sheet.get_by_text(REASON)).to_be_visible()
    assert axe(page) == []


def test_one_kind_of_change_is_shown_alone(sealed):
    page, address = sealed
    sheet = compare(page, address)
    everything = sheet.locator(".paragraph:visible").count()
    show(page, "Technical only")
    expect(sheet.locator(".paragraph:visible")).to_have_count(1)
    expect(sheet.locator(".paragraph:visible")).to_contain_text("technical (suggested)")
    show(page, "Substantive only")
    expect(sheet.locator(".paragraph:visible")).to_have_count(1)
    expect(sheet.locator(".paragraph:visible")).to_contain_text("substantive (suggested)")
    show(page, "All")
    expect(sheet.locator(".paragraph:visible")).to_have_count(everything)
    page.get_by_label("Only what differs").check()
    expect(sheet.locator(".paragraph:visible")).to_have_count(2)


def test_the_presidency_says_the_last_word_and_may_think_again(sealed):
    page, address = sealed
    sheet = compare(page, address)
    show(page, "Technical only")
    change = sheet.locator(".paragraph:visible")
    expect(change).to_have_count(1)
    label = change.locator(".label").evaluate("(e) => e.firstChild.textContent")
    word = change.get_by_role("group", name=f"The last word on {label}", exact=True)
    for kind, split in (("Substantive", "0 technical, 2"), ("Technical", "1 technical, 1")):
        button = word.get_by_role("button", name=kind, exact=True)
        with page.expect_response(re.compile(r"/verdicts$")) as told:
            button.click()
        assert told.value.ok
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_be_focused()
        expect(page.locator("#split")).to_have_text(
            f"Changes: {split} substantive, 1 of them decided by the presidency."
        )
        expect(change.locator("summary").first).to_have_text(
            re.compile(rf"^{kind.lower()} \(decided\)")
        )
    word.get_by_role("button", name="Substantive", exact=True).click()
    expect(page.locator("#split")).to_contain_text("0 technical")
    # What one has just decided stays in sight until one goes elsewhere; then the filter holds.
    expect(change).to_have_count(1)
    page.get_by_role("combobox", name="Changes", exact=True).focus()
    expect(change).to_have_count(0)
    show(page, "All")
    sheet.locator(".nature summary").first.click()
    expect(sheet.locator(".nature li").nth(1)).to_contain_text("the tool suggested: technical")
    assert axe(page) == []


def test_a_word_that_was_not_kept_is_said_to_be_none(sealed):
    page, address = sealed
    sheet = compare(page, address)
    page.route(
        re.compile(r"/verdicts$"),
        lambda route: route.fulfill(status=409, json={"title": "Stale", "detail": "Look again."}),
    )
    sheet.get_by_role("button", name="Technical", exact=True).first.click()
    expect(sheet.get_by_role("alert").filter(has_text="Look again.")).to_be_visible()
    expect(sheet.locator("[aria-pressed=true]")).to_have_count(0)


def test_others_and_the_working_text_have_no_last_word(table, sealed):
    page, address = sealed
    reader = table.sit(CHILE)
    sheet = compare(reader, address)
    expect(sheet.get_by_role("button")).to_have_count(0)
    expect(sheet.locator(".nature summary").first).to_be_visible()
    page.goto(re.sub("&to=.*", "", address))
    expect(page.locator("#summary")).to_have_text(re.compile("changed|inserted|deleted|Nothing"))
    expect(page.get_by_role("button", name="Technical", exact=True)).to_have_count(0)
