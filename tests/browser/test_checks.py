"""Editorial checks at the table: found as one types, gone to, mended, set aside."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CHILE, PENHOLDER, Sitting, axe, fresh, plain, ready, words

RECALLING = {"insert": "Recalling", "attributes": {"italic": True}}


def opened(page: Page) -> Page:
    page.get_by_role("button", name=re.compile(r"^Checks")).click()
    expect(page.locator("#checks")).to_be_visible()
    return page


def finding(page: Page, said: str):
    return page.locator(".finding", has_text=said)


def highlighted(page: Page, level: str) -> list[str]:
    return page.evaluate(
        "(level) => [...(CSS.highlights.get(`check-${level}`) ?? [])].map((one) => one.toString())",
        level,
    )


def test_what_is_typed_is_underlined_listed_and_mended_and_the_repair_is_undone(table: Sitting):
    page = opened(table.sit(PENHOLDER))
    made = fresh(page, RECALLING, " the zzorganisation of its program,")
    expect(finding(page, "zzorganisation")).to_be_visible()
    page.wait_for_function(
        "() => [...CSS.highlights.get('check-error')].some((one) => one.toString() === 'program')"
    )
    expect(page.locator(f"#p-{made}")).to_have_attribute("data-check", "error")
    finding(page, "program").get_by_role("button", name="Repair").first.click()
    expect(words(page, made)).to_contain_text("of its programme,")
    expect(finding(page, "program")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(words(page, made)).to_contain_text("of its program,")
    expect(finding(page, "program")).to_have_count(1)
    assert table.problems == []


def test_all_of_one_kind_are_mended_at_once_with_an_emoji_before_them(table: Sitting):
    page = opened(table.sit(PENHOLDER))
    made = fresh(page, RECALLING, ' 🕊 the "Plan" and the "Aim",')
    page.get_by_role("button", name="Repair all 4: quotation marks").click()
    expect(words(page, made)).to_contain_text("🕊 the “Plan” and the “Aim”,")
    expect(page.get_by_role("button", name="Repair all 4: quotation marks")).to_have_count(0)


def test_f7_goes_to_the_next_and_the_words_are_selected(table: Sitting):
    page = table.sit(PENHOLDER)
    made = fresh(page, RECALLING, " the zzrealisation of it,")
    page.wait_for_function(
        "() => [...(CSS.highlights.get('check-error') ?? [])].some((one) => one.toString() === 'zzrealisation')"
    )
    for _ in range(60):
        page.keyboard.press("F7")
        if page.evaluate("String(document.getSelection())") == "zzrealisation":
            break
    assert page.evaluate("String(document.getSelection())") == "zzrealisation"
    expect(page.locator(f"#p-{made}")).to_have_class(re.compile("editing"))


def test_a_finding_is_set_aside_on_this_device_and_brought_back(table: Sitting):
    page = opened(table.sit(PENHOLDER))
    fresh(page, RECALLING, " the zzcolonisation of it,")
    finding(page, "zzcolonisation").get_by_role("button", name="Not here").click()
    expect(finding(page, "zzcolonisation")).to_have_count(0)
    page.reload()
    ready(page)
    opened(page)
    expect(page.locator(".checks .aside")).to_contain_text("1 finding set aside")
    expect(finding(page, "zzcolonisation")).to_have_count(0)
    page.get_by_role("button", name="Show them again").click()
    expect(finding(page, "zzcolonisation")).to_have_count(1)


def test_who_may_not_edit_may_look_and_has_no_repair(table: Sitting):
    penholder = table.sit(PENHOLDER)
    made = fresh(penholder, RECALLING, " the zzlegalisation of it,")
    page = table.sit(CHILE)
    assert highlighted(page, "error") == []
    opened(page)
    expect(finding(page, "zzlegalisation")).to_be_visible()
    expect(page.locator(".finding").get_by_role("button", name="Repair")).to_have_count(0)
    assert "zzlegalisation" in plain(page, made)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_is_clean_for_those_who_hear_it(table: Sitting, scheme: str):
    size = {"width": 390, "height": 844} if scheme == "dark" else {"width": 1400, "height": 900}
    page = opened(table.sit(PENHOLDER, color_scheme=scheme, viewport=size))
    fresh(page, RECALLING, " the zzneutralisation and zzneutralisation of NGOs,")
    finding(page, "zzneutralisation").first.locator(".finding-where button").click()
    expect(page.locator(".finding.active")).to_have_count(1)
    page.locator("#checks-head").focus()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#checks")).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile(r"^Checks"))).to_be_focused()


def test_two_findings_of_the_same_words_are_gone_through_one_by_one(table: Sitting):
    page = table.sit(PENHOLDER)
    fresh(page, RECALLING, " the zzdoubling member states and member states,")
    page.wait_for_function(
        "() => [...(CSS.highlights.get('check-warning') ?? [])].filter((one) => one.toString() === 'member states').length === 2"
    )
    seen = set()
    for _ in range(300):
        page.keyboard.press("F7")
        # The page underlines with its next frame: what it shows is asked in the one after.
        active = page.evaluate(
            """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
              done([...(CSS.highlights.get('check-active') ?? [])].map((one) => [one.toString(), one.startOffset]).flat().join(' ')))))"""
        )
        if "member states" in active:
            seen.add(active)
        if len(seen) == 2:
            break
    assert len(seen) == 2
