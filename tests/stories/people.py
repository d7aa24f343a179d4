"""The people of the stories, each at a browser of their own."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.servers import Cable, Serving

PATIENCE_MS = 30_000
PASSWORD = "a lighthouse keeper reads at night"
DESK: ViewportSize = {"width": 1440, "height": 960}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Person:
    """Somebody at a browser of their own, behind a network cable of their own."""

    def __init__(
        self, browser: Browser, server: Serving, name: str, out: Path, *, phone: bool = False
    ) -> None:
        self.name = name
        self.out = out
        """Where screenshots go."""
        self.cable = Cable(server.port)
        self.context = browser.new_context(
            viewport=PHONE if phone else DESK,
            is_mobile=phone,
            has_touch=phone,
            accept_downloads=True,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.trouble: list[str] = []
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.base = server.base

    def close(self) -> None:
        self.context.close()
        self.cable.close()

    def open(self, link: str) -> None:
        self.page.goto(link.replace(self.base, self.cable.base))

    def join(self, link: str, draft: str) -> None:
        """Takes a place by an invitation, with an account of one's own."""
        self.open(link)
        self.page.get_by_label("Your name").fill(self.name.title())
        self.page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill(
            f"{self.name.replace(' ', '.')}@example.org"
        )
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("main form button").last.click()
        self.page.wait_for_url(re.compile(f"/drafts/{draft}$"))

    def here(self, label: str):
        """The words of the paragraph that is called so now."""
        row = self.page.locator(".paragraph").filter(
            has=self.page.locator(".label", has_text=re.compile(rf"^\s*{re.escape(label)}\s*$"))
        )
        return row.locator(".words")

    def put_caret(self, label: str, where: str) -> None:
        """Begins typing in a paragraph, after these keys."""
        words = self.here(label)
        words.scroll_into_view_if_needed()
        words.focus()
        expect(self.page.locator(".ProseMirror")).to_be_focused(timeout=PATIENCE_MS)
        for key in where.split():
            self.page.keyboard.press(key)

    def words(self) -> list[str]:
        """Every paragraph as this screen shows it, carets and note numbers apart."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('#paragraphs .paragraph')].map((row) => {
                 const copy = row.querySelector('.words').cloneNode(true);
                 copy.querySelectorAll('.caret, .remote, .ProseMirror-widget, .ProseMirror-separator, .ProseMirror-trailingBreak').forEach((n) => n.remove());
                 copy.querySelectorAll('sup').forEach((n) => n.replaceWith('\\ufffc'));
                 return copy.textContent;
               })"""
        )

    def says(self, status: str) -> None:
        expect(self.page.locator("#status")).to_have_text(re.compile(status), timeout=PATIENCE_MS)

    def shot(self, name: str) -> None:
        self.page.screenshot(path=self.out / f"{name}.png")

    def replace(self, label: str, old: str, new: str) -> None:
        """Selects words of a paragraph and types others in their place.

        The editor may put the caret back once: so they are selected until they stay so.
        """
        self.put_caret(label, "Home")
        self.page.wait_for_function(
            """([id, old]) => {
                 const place = document.getElementById(id).querySelector('.words');
                 const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
                 let [at, node] = [-1, null];
                 while (at < 0 && (node = walker.nextNode())) at = node.data.replaceAll('\\u00a0', ' ').indexOf(old);
                 const now = getSelection();
                 const stays = now.anchorNode === node && now.anchorOffset === at && now.toString().length === old.length;
                 window.selectedFor = stays ? (window.selectedFor ?? 0) + 1 : 0;
                 if (!stays) now.setBaseAndExtent(node, at, node, at + old.length);
                 return window.selectedFor > 3;
               }""",
            arg=[self.row_id(label), old],
        )
        self.page.keyboard.type(new)
        expect(self.here(label)).to_contain_text(new, timeout=PATIENCE_MS)
        self.says("^Saved$")

    def comment(self, label: str, words: str, audience: str, body: str) -> None:
        """Selects words and posts a comment on them, seen by an audience in words."""
        self.page.evaluate(
            """([id, words]) => {
                 const place = document.getElementById(id).querySelector('.words');
                 place.scrollIntoView({block: 'center'});
                 const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
                 for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                   const at = node.data.indexOf(words);
                   if (at >= 0) { getSelection().setBaseAndExtent(node, at, node, at + words.length); return; }
                 }
                 throw new Error('no such words');
               }""",
            [self.row_id(label), words],
        )
        self.page.locator(".bubble").click()
        form = self.page.get_by_role("form", name=f"New comment on {label}")
        expect(form).to_be_visible(timeout=PATIENCE_MS)
        form.get_by_label("Your comment").fill(body)
        form.get_by_label(audience, exact=True).check()
        form.get_by_role("button", name=f"Post, seen by: {audience}").click()
        expect(form).to_have_count(0, timeout=PATIENCE_MS)

    def row_id(self, label: str) -> str:
        row = self.here(label).locator("xpath=..")
        return str(row.get_attribute("id"))

    def menu(self, label: str, item: str | re.Pattern[str]) -> None:
        """Chooses from the menu of a paragraph."""
        row = self.page.locator(f"#{self.row_id(label)}")
        row.scroll_into_view_if_needed()
        row.hover()
        row.locator(".label button, button.label, .row-menu, [aria-haspopup=menu]").first.click()
        self.page.get_by_role("menuitem", name=item).click()


class Room:
    """Those of a story at the sample's table, each at a browser of their own.

    `seats` says for each name which of the server's links is theirs; one of them is the penholder.
    """

    def __init__(
        self, browser: Browser, server: Serving, out: Path, seats: Mapping[str, str]
    ) -> None:
        self.people = {name: Person(browser, server, name, out) for name in seats}
        for name, person in self.people.items():
            person.open(server.links[seats[name]])
            person.page.get_by_role("button", name=re.compile("Sign in as")).click()
            person.page.wait_for_url("**/drafts/*")
            person.says("^(Saved|Up to date)$")
        self.draft = self.people["penholder"].page.url.rsplit("/", 1)[1]

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    def call(self, who: str, path: str, **body: Any) -> dict[str, Any]:
        """Makes a call of the API as somebody."""
        person = self.people[who]
        answer = person.context.request.post(
            f"{person.cable.base}/api{path}",
            data=json.dumps({"id": str(uuid.uuid4()), **body}),
            headers={"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
        )
        assert answer.ok, (path, answer.status, answer.text())
        return dict(answer.json())

    def state(self, who: str = "penholder") -> dict[str, Any]:
        """Gives the draft as somebody sees it."""
        person = self.people[who]
        return dict(
            person.context.request.get(f"{person.cable.base}/api/drafts/{self.draft}").json()
        )

    def paragraph(self, label: str) -> dict[str, Any]:
        """Gives a paragraph by what it is called now."""
        return next(p for p in self.state()["paragraphs"] if p["label"] == label)


def invite(pen: Person, draft: str, role: str, delegation: str | None = None) -> str:
    """Makes an invitation on the page of the people and gives its link."""
    pen.page.goto(f"{pen.cable.base}/drafts/{draft}/people")
    pen.page.locator("#role").select_option(role)
    if delegation:
        pen.page.locator("#delegation").select_option(label=delegation)
    pen.page.get_by_role("button", name="Make an invitation link").click()
    link = pen.page.locator("#link")
    expect(link).to_have_value(re.compile("/invitations/"), timeout=PATIENCE_MS)
    return re.sub(r"^http://[^/]+", pen.base, link.input_value())
