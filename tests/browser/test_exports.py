"""Handing out a file: what can be chosen together, for whom it is, and that it comes."""

from __future__ import annotations

import io
import re
import zipfile

from playwright.sync_api import Page, expect

from tests.browser.conftest import ICRC, MEXICO, PENHOLDER, Sitting, axe


def hand_out(page: Page) -> None:
    page.get_by_role("button", name="Hand out").click()
    expect(page.get_by_role("dialog").get_by_label("Which text")).to_be_visible()


def files(page: Page) -> list[str]:
    return page.get_by_role("dialog").locator(".files a").all_inner_texts()


def test_what_goes_together_is_offered_together(table: Sitting) -> None:
    page = table.sit(PENHOLDER)
    hand_out(page)
    box = page.get_by_role("dialog")
    word = box.get_by_role("link", name="Word")
    expect(word).to_have_attribute("href", re.compile(r"/export\.docx$"))
    assert files(page) == [
        "Word",
        "PDF",
        "XML (Akoma Ntoso)",
        "HTML",
        "Plain text",
        "JSON",
        "Print",
    ]
    box.get_by_text("Numbered lines").click()
    expect(word).to_have_attribute("href", re.compile(r"docx\?lines=1$"))
    assert files(page) == ["Word", "PDF"]
    box.get_by_label("Comments").select_option(label="Comments before everyone")
    expect(word).to_have_attribute("href", re.compile("comments=everyone"))
    assert files(page) == ["Word"]
    expect(box.get_by_role("status")).to_have_text("")
    box.get_by_label("Changes").select_option(label="All proposals before the presidency")
    expect(word).to_have_attribute("href", re.compile("proposals=all"))
    expect(box.get_by_label("Which text")).to_be_disabled()
    expect(box.get_by_role("status")).to_have_text(
        "This file holds what not everyone on the draft may see."
    )
    assert axe(page) == []


def test_the_file_comes_with_what_was_chosen(table: Sitting) -> None:
    page = table.sit(MEXICO)
    hand_out(page)
    box = page.get_by_role("dialog")
    box.get_by_label("Changes").select_option(label="Proposals of Mexico only")
    box.get_by_label("Comments").select_option(label="All comments before Mexico")
    with page.expect_download() as download:
        box.get_by_role("link", name="Word").click()
    assert download.value.failure() is None
    assert "proposals-mine-comments-all" in download.value.suggested_filename
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert b"with the proposals of Mexico" in archive.read("word/header-first.xml")


def test_whoever_makes_no_proposals_is_offered_none_of_their_own(table: Sitting) -> None:
    page = table.sit(ICRC)
    hand_out(page)
    told = page.get_by_role("dialog").get_by_label("Changes").inner_text()
    assert "before everyone" in told
    assert "only" not in told
