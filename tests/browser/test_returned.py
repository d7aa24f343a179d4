"""A Word file that came back, on the page: read, looked at side by side, brought in."""

from __future__ import annotations

import itertools
import re
from typing import Any, Literal

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import CHILE, ICRC, MEXICO, PENHOLDER, Sitting, axe, fresh
from tests.returning import Comment, WordFile, end, line, on, put_in, taken_out

WORDS = "Noting that the lamps of the eastern coast burn every night of the year,"


def payload(data: bytes, name: str = "back.docx") -> FilePayload:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {"name": name, "mimeType": kind, "buffer": data}


def returned(page: Page, key: str, author: str = "Ana María") -> bytes:
    """Our working text as it comes back: a paragraph's words changed, one put in, a comment."""
    draft = page.locator("#draft").get_attribute("data-draft")
    state: dict[str, Any] = page.evaluate(
        "(d) => fetch(`/api/drafts/${d}`).then((a) => a.json())", draft
    )
    rows = []
    for paragraph in state["paragraphs"]:
        if paragraph["deleted"]:
            continue
        said = "".join(op["insert"] for op in paragraph["ops"] if isinstance(op["insert"], str))
        if paragraph["id"] != key:
            rows.append(line(said, key=paragraph["id"]))
            continue
        rows.append(
            line(
                "Noting that the ", on(0, "lamps"), " of the ", taken_out(author, "eastern"),
                put_in(author, "western"), " coast burn every night of the year,", key=key,
            )
        )  # fmt: skip
        rows.append(
            line(put_in(author, "Noting also the oil that it takes,"), mark=end("ins", author))
        )
    return WordFile(
        rows,
        comments=[Comment("Ana María", "Which lamps?"), Comment("Ben", "All.", answers=0)],
        properties={"DraftId": str(draft), "DraftVersion": f"working:{state['seq']}"},
    ).bytes()


def read(page: Page, data: bytes) -> None:
    page.get_by_role("link", name="Bring back").click()
    page.get_by_label("The file that came back").set_input_files(payload(data))
    page.get_by_role("button", name="Read the file").click()
    expect(page.locator("#summary")).to_be_focused()


def wishes(page: Page, key: str) -> Locator:
    """Gives what is told beside a paragraph of the proposals on it."""
    return page.locator(f"#p-{key}").get_by_role("button", name=re.compile("amend|new paragraph"))


def test_a_delegation_brings_its_file_in_from_the_keyboard(table: Sitting) -> None:
    key = fresh(table.sit(PENHOLDER), WORDS)
    page = table.sit(MEXICO)
    read(page, returned(page, key))
    expect(page.locator("#summary")).to_have_text(re.compile("1 comment$"))
    amend = page.locator("#items .item", has_text="western").first
    expect(amend.get_by_role("checkbox")).to_be_checked()
    before, after = amend.locator(".half").all()
    expect(before).to_contain_text("the lamps of the eastern coast")
    expect(before).not_to_contain_text("western")
    expect(after.locator("del")).to_have_text("eastern")
    expect(after.locator("ins")).to_have_text("western")
    for box in page.locator("#items input:checked").all():
        expect(box).to_have_attribute("data-author", "Ana María")
    page.get_by_label("Who may see the proposals").select_option("everyone")
    page.get_by_label("Who may see the comments").select_option(label="Everyone on this draft")
    bring = page.get_by_role("button", name="Bring in 2 proposals and 1 comment")
    bring.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#done-title")).to_be_focused()
    page.get_by_role("link", name="Go to the working text").click()
    chile = table.sit(CHILE)
    for one in (page, chile):
        expect(wishes(one, key)).to_have_count(2)
    thread = chile.locator(f".thread:has(.thread-where[href='#p-{key}'])", has_text="Which lamps?")
    expect(thread).to_contain_text("[Ben in the file, 3 November 2026] All.")
    assert table.problems == []


def test_a_person_says_whose_changes_they_are(table: Sitting) -> None:
    key = fresh(table.sit(PENHOLDER), WORDS)
    page = table.sit(MEXICO)
    read(page, returned(page, key, author="Chile"))
    # Another delegation’s changes are left out, until somebody says that they are one’s own.
    expect(page.get_by_role("button", name="Bring in 1 comment")).to_be_visible()
    page.get_by_role("combobox", name="Chile").select_option("own")
    expect(page.get_by_role("button", name="Bring in 2 proposals and 1 comment")).to_be_visible()
    page.get_by_role("button", name="Choose none").first.click()
    expect(page.get_by_role("button", name="Bring in 1 comment")).to_be_visible()


def test_the_presidency_enters_on_a_delegations_word(table: Sitting) -> None:
    page = table.sit(PENHOLDER)
    key = fresh(page, WORDS)
    read(page, returned(page, key, author="Chile"))
    expect(page.get_by_role("combobox", name="Chile")).to_have_value(re.compile("[0-9a-f-]{36}"))
    page.get_by_label("Who may see the proposals").select_option("presidency")
    page.get_by_role("button", name=re.compile("^Bring in 2 proposals")).click()
    expect(page.locator("#done-title")).to_be_focused()
    chile = table.sit(CHILE)
    expect(wishes(chile, key)).to_have_count(2)
    expect(wishes(chile, key).first).to_contain_text("Chile")
    mexico = table.sit(MEXICO)
    expect(mexico.locator(f"#p-{key}")).to_contain_text("eastern")
    expect(wishes(mexico, key)).to_have_count(0)


def test_an_observer_brings_comments_only(table: Sitting) -> None:
    key = fresh(table.sit(PENHOLDER), WORDS)
    page = table.sit(ICRC)
    read(page, returned(page, key))
    expect(page.locator("#items input").first).to_be_disabled()
    page.get_by_role("button", name="Bring in 1 comment").click()
    expect(page.locator("#done-title")).to_be_focused()


UNREADABLE = {
    "empty": b"",
    "a PDF file": b"%PDF-1.7 ...",
    "password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "damaged": b"PK\x03\x04 torn off",
}


def test_what_cannot_be_read_is_said_and_nothing_else_happens(table: Sitting) -> None:
    page = table.sit(MEXICO)
    page.get_by_role("link", name="Bring back").click()
    for words, data in UNREADABLE.items():
        page.get_by_label("The file that came back").set_input_files(payload(data))
        page.get_by_role("button", name="Read the file").click()
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
        expect(page.locator("#plan")).to_be_hidden()


def test_the_page_is_in_order(table: Sitting) -> None:
    key = fresh(table.sit(PENHOLDER), WORDS)
    page = table.sit(MEXICO)
    read(page, returned(page, key))
    schemes: list[Literal["light", "dark"]] = ["light", "dark"]
    for width, scheme in itertools.product((1280, 390), schemes):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert axe(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
