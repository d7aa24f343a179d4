"""The page where two files are compared: by hand, by key and by ear, and it can be cancelled."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe
from tests.servers import Serving

OLD = """\
# 80/1. The lamps at sea

The General Assembly,

[PP1] _Recalling_ its resolution 79/1 of 2 December 2024 on lamps,[^1]

[PP2] _Noting_ that the northern coast of the sea is dark in winter,

1. _Requests_ the keeper to report on the lamps at its next session, and invites all ports to share their charts;

2. _Calls upon_ all keepers to clean their lamps each week;

3. _Decides_ to remain seized of the matter.

[^1]: See A/79/12.
"""
NEW = """\
# 81/3. The lamps at sea

The General Assembly,

[PP1] _Recalling_ its resolution 80/1 of 3 December 2025 on lamps,[^1]

1. _Requests_ the keeper to report on the lamps at its next session;

2. _Invites_ all ports to share their charts;

3. _Calls upon_ all keepers to clean their lamps each week;

4. _Decides_ to remain seized of the matter.

[^1]: See A/80/12.
"""


def file(name: str, words: str) -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": words.encode()}


@pytest.fixture
def page(browser: Any, served: Serving) -> Any:
    context = browser.new_context(accept_downloads=True)
    found = context.new_page()
    wrong: list[str] = []
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.goto(f"{served.base}/compare")
    yield found
    context.close()
    assert not wrong


def choose(page: Page, old: str = OLD, new: str = NEW) -> None:
    page.set_input_files("#old-file", file("old.txt", old))
    page.set_input_files("#new-file", file("new.txt", new))


def compare(page: Page) -> None:
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#summary")).to_be_focused()


def view(page: Page, name: str) -> None:
    page.locator("#views label", has_text=re.compile(f"^{name}$")).click()
    expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()


def test_two_files_are_compared_on_the_page(page: Page) -> None:
    choose(page)
    compare(page)
    expect(page.locator("#summary")).to_have_text(
        "2 paragraphs changed, 1 split off, 1 deleted; 7 words in, 20 out."
    )
    expect(page.locator("#masthead")).to_contain_text("80/181/3")
    sheet = page.locator("#redline")
    expect(sheet.locator(".changed").first.locator("ins").first).to_have_text(
        "80/1 of 3 December 2025"
    )
    expect(sheet.locator(".paragraph.split .fate")).to_have_text(", split from OP1")
    expect(sheet.locator(".paragraph.same")).to_have_count(3)

    view(page, "Only changes")
    expect(sheet.locator(".paragraph.same").first).to_be_hidden()

    view(page, "Earlier text")
    expect(sheet.locator("ins, del")).to_have_count(0)
    expect(sheet.locator(".paragraph")).to_have_count(6)
    expect(sheet.locator(".operative .words").first).to_have_text(
        "1. Requests the keeper to report on the lamps at its next session, "
        "and invites all ports to share their charts;"
    )
    view(page, "Later text")
    expect(sheet.locator(".operative .words").nth(1)).to_have_text(
        "2. Invites all ports to share their charts;"
    )
    expect(sheet.locator(".paragraph")).to_have_count(6)

    view(page, "Side by side")
    expect(sheet.locator(".pair.differs")).to_have_count(4)
    expect(sheet.locator(".pair:not(.heads) > :first-child ins")).to_have_count(0)
    expect(sheet.locator(".pair:not(.heads) > :last-child del")).to_have_count(0)


def test_one_goes_from_change_to_change_by_key(page: Page) -> None:
    choose(page)
    compare(page)
    for number in range(1, 5):
        page.keyboard.press("Alt+ArrowDown")
        expect(page.locator("#at")).to_have_text(f"{number} of 4")
        expect(page.locator("#redline .paragraph:focus")).to_be_in_viewport()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#at")).to_have_text("1 of 4")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#at")).to_have_text("4 of 4")
    page.locator("#jump summary").click()
    page.locator("#jump a", has_text="PP2").click()
    expect(page.locator("#redline .paragraph.deleted")).to_be_focused()


def test_the_two_are_swapped(page: Page) -> None:
    choose(page)
    compare(page)
    page.get_by_role("button", name="Swap the two").click()
    expect(page.locator("#summary")).to_have_text(
        "2 paragraphs changed, 1 merged, 1 inserted; 20 words in, 7 out."
    )
    expect(page.locator("#old-chosen")).to_contain_text("new.txt")


def test_words_are_pasted(page: Page) -> None:
    for side, words in (("old", OLD), ("new", NEW)):
        page.locator(f"[data-side={side}] summary").click()
        page.locator(f"#{side}-text").fill(words)
    compare(page)
    expect(page.locator("#redline .paragraph.split")).to_have_count(1)
    page.get_by_role("button", name="Remove the later text").click()
    expect(page.locator("#new-text")).to_have_value("")


@pytest.mark.parametrize(
    ("button", "name", "start"),
    [("Word, changes tracked", "docx", b"PK"), ("PDF", "pdf", b"%PDF"), ("HTML", "html", b"<!do")],
)
def test_the_comparison_is_handed_out(page: Page, button: str, name: str, start: bytes) -> None:
    choose(page)
    compare(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    assert waiting.value.suggested_filename == f"new changes since old.{name}"
    assert waiting.value.path().read_bytes().startswith(start)


def test_what_is_wrong_stands_beside_its_file_and_the_other_is_kept(page: Page) -> None:
    choose(page, new="%PDF-1.7")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#new-error")).to_contain_text("nothing was stored")
    expect(page.locator("#old-error")).to_be_hidden()
    expect(page.locator("#old-chosen")).to_contain_text("old.txt")
    expect(page.locator("#result")).to_be_hidden()
    page.set_input_files("#new-file", file("new.txt", NEW))
    expect(page.locator("#new-error")).to_be_hidden()
    compare(page)


def test_without_a_file_the_page_says_which_is_missing(page: Page) -> None:
    page.set_input_files("#old-file", file("old.txt", OLD))
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#new-error")).to_have_text(
        "Please choose a file for the later text, or paste it."
    )
    expect(page.locator("#new-file")).to_be_focused()


def test_long_work_is_shown_and_can_be_cancelled(page: Page) -> None:
    draw = random.Random(1)
    words = [f"word{n}" for n in range(3_000)]

    def slow() -> str:
        rows = (f"{n}. {' '.join(draw.choices(words, k=500))};" for n in range(1, 201))
        return "The General Assembly,\n\n" + "\n\n".join(rows)

    choose(page, slow(), slow())
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#stage")).to_have_text(re.compile(r"Reading and comparing … \d+ s"))
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#working")).to_be_hidden()
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator("#result")).to_be_hidden()
    choose(page)
    compare(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, served: Serving, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{served.base}/compare")
    found = axe(page)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#new-error")).to_be_visible()
    found += axe(page)
    choose(page)
    compare(page)
    page.locator("#jump summary").click()
    for name in ("All", "Side by side", "Earlier text"):
        view(page, name)
        found += axe(page)
    context.close()
    assert not found


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_stands_out_of_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    choose(page)
    compare(page)
    for name in ("All", "Side by side"):
        view(page, name)
        expect(page.locator("#redline .paragraph").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == width
