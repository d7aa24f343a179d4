"""The pages around the table, as people of each kind see them in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.servers import Serving
from tests.tools import JS, chromium

PRESIDENCY = "Presidency (penholder)"
HEAD = "Head of delegation, Mexico"
DELEGATE = "Delegate, Chile"
OBSERVER = "Observer, ICRC"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "the sea is calm tonight"
AWAY = re.compile(r"^(?!.*/(enter|invitations)/)")
"""Any page but the one that a link opens: its form was sent and answered."""

PAGES = {
    PRESIDENCY: [
        "/drafts",
        "/import",
        "/drafts/D/versions/0",
        "/drafts/D/compare",
        "/drafts/D/compilation",
        "/drafts/D/print",
        "/drafts/D/print?version=0",
        "/drafts/D/people",
        "/drafts/D/record",
        "/drafts/D/reading-list",
        "/drafts/D/vote-sheet",
        "/account",
        "/account/again",
        "/nothing-here",
    ],
    HEAD: [
        "/drafts",
        "/drafts/D/people",
        "/drafts/D/mine",
        "/drafts/D/versions/0",
        "/drafts/D/compilation?show=mine",
    ],
    DELEGATE: [
        "/drafts",
        "/drafts/D/compare",
        "/drafts/D/compilation?show=open",
        "/drafts/D/people",
    ],
    OBSERVER: ["/drafts", "/drafts/D/mine", "/drafts/D/versions/0", "/drafts/D/print", "/import"],
    None: ["/sign-in", "/privacy", "/enter", "/invitation", "/invitations/spent"],
}
"""What each kind of participant may open; some of it is refused, and the refusal is a page too."""


class Guests:
    """A browser, and a signed-in context for each kind of participant."""

    def __init__(self, browser: Browser, served: Serving) -> None:
        self._browser = browser
        self._states = {}
        self._contexts: list[BrowserContext] = []
        self.base = served.base
        self.links = served.links
        for kind in (PRESIDENCY, HEAD, DELEGATE, OBSERVER):
            context = browser.new_context()
            page = context.new_page()
            page.goto(served.links[kind])
            page.get_by_role("button", name=re.compile("^Sign in as ")).click()
            page.wait_for_url(AWAY)
            self._states[kind] = context.storage_state()
            context.close()
        page = self.page(PRESIDENCY)
        page.goto(f"{self.base}/drafts")
        self.draft = (
            page.get_by_role("main")
            .get_by_role("link", name="Drifting")
            .get_attribute("href")
            .split("/")[-1]
        )
        self._change(page)
        self.invitation = self.invite(page, "Shirin Karimi")
        self.end()

    def _change(self, page: Page) -> None:
        """Lets the presidency delete, insert and move, so that there is something to compare."""
        page.evaluate(
            """async (d) => {
              const state = await (await fetch(`/api/drafts/${d}`)).json();
              const id = (label) => state.paragraphs.find((p) => p.label === label).id;
              const say = (deed) => fetch(`/api/drafts/${d}/deeds`, {method: "POST",
                headers: {"Content-Type": "application/json"},
                body: JSON.stringify({id: crypto.randomUUID(), ...deed})});
              await say({kind: "delete", paragraph: id("PP14")});
              await say({kind: "insert", after: id("PP10"), paragraph_kind: "preambular", level: 0,
                ops: [{insert: "Welcoming", attributes: {italic: true}}, {insert: " two accessions,"}]});
              await say({kind: "move", paragraph: id("OP9"), after: id("OP2")});
            }""",
            self.draft,
        )

    def invite(self, page: Page, name: str) -> str:
        """Makes an invitation by the form and gives its link."""
        page.goto(f"{self.base}/drafts/{self.draft}/people")
        page.get_by_label("Role").select_option("delegate")
        page.get_by_label("Delegation").select_option(label="Iran (Islamic Republic of)")
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Make an invitation link").click()
        link = page.get_by_label("Invitation link")
        expect(link).to_be_visible()
        return link.input_value()

    def page(self, kind: str | None, **options: object) -> Page:
        """Opens a page as one kind of participant; None is somebody not signed in."""
        context = self._browser.new_context(storage_state=self._states.get(kind), **options)
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        return context.new_page()

    def url(self, path: str) -> str:
        """Gives a full address."""
        if path == "/enter":
            return self.links[OBSERVER]
        if path == "/invitation":
            return self.invitation
        return self.base + path.replace("/D/", f"/{self.draft}/")

    def open(self, page: Page, path: str) -> None:
        """Opens an address and waits until its modules have done their work."""
        page.goto(self.url(path))
        page.wait_for_load_state("networkidle")

    def end(self) -> None:
        """Closes what was opened."""
        while self._contexts:
            self._contexts.pop().close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guests]:
    """One server and one browser for all tests of this file: what they change does not meet."""
    served = Serving(tmp_path_factory.mktemp("pages"))
    served.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
            )
            yield Guests(browser, served)
            browser.close()
    finally:
        served.stop()


@pytest.fixture
def guests(house: Guests) -> Iterator[Guests]:
    """The guests, whose pages are closed behind each test."""
    yield house
    house.end()


def faults(page: Page) -> list[str]:
    """Gives what axe objects to on a page."""
    axe = (Path(JS) / "node_modules" / "axe-core" / "axe.min.js").read_text()
    page.evaluate(axe)
    found = page.evaluate(
        "async (rules) => (await axe.run({runOnly: rules})).violations.map("
        "(v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120) + ' ' + n.any.map((a) => a.message)).join(' | ')}`)",
        RULES,
    )
    return [f"{page.url} {fault}" for fault in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing_on_any_page(guests, kind, scheme):
    page = guests.page(kind, color_scheme=scheme)
    refused: list[str] = []
    page.on(
        "console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None
    )
    page.on("pageerror", lambda error: refused.append(str(error)))
    found = []
    for path in PAGES[kind]:
        guests.open(page, path)
        found += faults(page)
    assert found == []
    assert refused == []


def test_axe_finds_nothing_in_what_pages_answer(guests, tmp_path):
    page = guests.page(None)
    guests.open(page, "/sign-in")
    page.get_by_label("E-mail address").fill("nobody@example.org")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(
        "This address and password do not belong together."
    )
    expect(page.get_by_label("Password")).to_have_accessible_description(
        re.compile("do not belong together")
    )
    found = faults(page)

    page = guests.page(PRESIDENCY)
    guests.open(page, "/invitation")
    expect(page.get_by_role("button", name="Take this place as Eleanor Whitfield")).to_be_visible()
    found += faults(page)
    guests.open(page, "/import")
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"\x00 this is no Word file")
    page.get_by_label("File").set_input_files(broken)
    page.get_by_role("button", name="Read the file and begin").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page)
    guests.open(page, "/account")
    page.get_by_label("New password").fill("shortbutlongerthan15")
    page.get_by_label("New password").evaluate(
        "(e) => { e.value = 'short'; e.form.noValidate = true; }"
    )
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page)
    guests.open(page, "/drafts/D/people")
    page.get_by_role("button", name="End the place of James Whitlam").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += faults(page)
    assert found == []


@pytest.mark.parametrize("kind", PAGES)
def test_no_page_scrolls_sideways_at_320_px(guests, kind):
    page = guests.page(kind, viewport={"width": 320, "height": 640})
    wide = []
    for path in PAGES[kind]:
        guests.open(page, path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide.append((path, width))
    assert wide == []


CONTROLS = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0)
  .map((e, i) => { e.dataset.walk = String(i); return String(i); })"""


@pytest.mark.parametrize("kind", PAGES)
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(guests, kind):
    page = guests.page(kind)
    for path in PAGES[kind]:
        guests.open(page, path)
        awaited = page.evaluate(CONTROLS)
        reached, unseen = [], []
        for _ in range(4 * len(awaited) + 5):
            page.keyboard.press("Tab")
            at, ringed = page.evaluate(
                """() => { const e = document.activeElement; const s = getComputedStyle(e);
                  const card = e.closest(".draft"); const c = card && getComputedStyle(card);
                  return [e.dataset.walk ?? null, parseFloat(s.outlineWidth) >= 3 && s.outlineStyle !== "none"
                    || Boolean(c) && parseFloat(c.outlineWidth) >= 3]; }"""
            )
            if reached and at == reached[-1]:
                continue  # a date is entered in three parts
            if at is None or at in reached:
                break
            reached.append(at)
            if not ringed:
                unseen.append(at)
        assert reached == awaited, path
        assert unseen == [], path


def test_buttons_and_fields_are_large_enough_for_a_finger(guests):
    page = guests.page(PRESIDENCY, viewport={"width": 320, "height": 640})
    for path in PAGES[PRESIDENCY]:
        guests.open(page, path)
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, .button, .bar a, select, input:not([type=hidden], [type=checkbox])")]
              .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
              .map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert small == [], path


def test_the_theme_is_chosen_kept_and_follows_the_system_again(guests):
    page = guests.page(None, color_scheme="light")
    guests.open(page, "/sign-in")
    page.get_by_role("button", name="Dark colours").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Light colours").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile("."))


def test_somebody_invited_makes_an_account_and_has_a_place(guests):
    link = guests.invite(guests.page(PRESIDENCY), "Reza Ahmadi")
    newcomer = guests.page(None)
    newcomer.goto(link)
    expect(newcomer.get_by_role("main")).to_contain_text("Delegate, Iran (Islamic Republic of)")
    expect(newcomer.get_by_label("Your name")).to_have_value("Reza Ahmadi")
    newcomer.get_by_label("E-mail address").fill("reza@example.org")
    newcomer.get_by_label("A password").fill(PASSWORD)
    newcomer.get_by_role("button", name="Take this place").click()
    newcomer.wait_for_url(AWAY)
    newcomer.goto(f"{guests.base}/drafts")
    expect(newcomer.get_by_role("main")).to_contain_text("Delegate, Iran (Islamic Republic of)")
    again = guests.page(None)
    again.goto(link)
    expect(again.get_by_role("heading", level=1)).to_have_text("This link no longer works")


def test_a_link_is_shown_once_with_its_term_and_can_be_withdrawn(guests):
    page = guests.page(PRESIDENCY)
    link = guests.invite(page, "Nobody Yet")
    expect(page.get_by_label("Invitation link")).to_have_accessible_description(
        re.compile("72 hours.*once")
    )
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#copied")).not_to_be_empty()
    page.reload()
    expect(page.get_by_label("Invitation link")).to_be_hidden()
    page.get_by_role("button", name=re.compile("^Withdraw the invitation for Nobody Yet")).click()
    expect(page.get_by_text("Nobody Yet")).to_have_count(0)
    expect(page.get_by_role("heading", name="Open invitations")).to_be_focused()
    newcomer = guests.page(None)
    newcomer.goto(link)
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("This link no longer works")


def test_a_place_ends_after_a_question_that_names_the_person(guests):
    page = guests.page(PRESIDENCY)
    guests.open(page, "/drafts/D/people")
    page.get_by_role("button", name="End the place of Urs Ammann").click()
    asked = page.get_by_role("dialog", name="End the place of Urs Ammann?")
    asked.get_by_role("button", name="Keep the place").click()
    expect(page.get_by_text("Urs Ammann", exact=True)).to_be_visible()
    page.get_by_role("button", name="End the place of Urs Ammann").click()
    asked.get_by_role("button", name="End the place of Urs Ammann").click()
    expect(page.get_by_text("Urs Ammann", exact=True)).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Urs Ammann")).to_have_count(0)


def test_delegations_fit_the_role(guests):
    page = guests.page(PRESIDENCY)
    guests.open(page, "/drafts/D/people")
    offered = page.locator("#delegation option")
    expect(offered.filter(has_text="ICRC")).to_have_count(0)
    page.get_by_label("Role").select_option("observer")
    expect(offered.nth(1)).to_have_attribute("data-kind", "organization")
    page.get_by_label("Role").select_option("secretariat")
    expect(page.locator("#delegation")).to_be_hidden()
    head = guests.page(HEAD)
    guests.open(head, "/drafts/D/people")
    expect(head.locator("#delegation option")).to_have_text(["Mexico"])
    expect(head.locator("#role option")).to_have_text(["Delegate", "Capital"])


def test_a_redline_tells_what_was_inserted_deleted_and_moved_and_by_whom(guests):
    page = guests.page(DELEGATE)
    guests.open(page, "/drafts/D/compare")
    sheet = page.get_by_role("article", name="What differs")
    expect(sheet.locator(".paragraph.deleted")).to_contain_text("PP14")
    expect(sheet.locator(".paragraph.deleted del").first).to_be_visible()
    expect(sheet.locator(".paragraph.inserted ins")).to_have_text(["Welcoming", " two accessions,"])
    expect(sheet.locator(".paragraph.moved .label")).to_contain_text("moved")
    expect(sheet.locator(".paragraph.inserted .by")).to_contain_text("Presidency")
    expect(page.locator("#summary")).to_have_text(
        "Paragraphs: 1 inserted, 1 deleted and 1 moved; 29 unchanged."
    )
    page.get_by_label("Only what differs").check()
    expect(sheet.locator(".paragraph:visible")).to_have_count(3)
    word = page.get_by_role("link", name="Word, changes tracked").get_attribute("href")
    answer = page.request.get(guests.base + word)
    assert answer.status == 200
    assert answer.body()[:2] == b"PK"


def test_a_compilation_is_shown_in_three_selections_and_handed_out_as_shown(guests):
    page = guests.page(DELEGATE)
    guests.open(page, "/drafts/D/compilation")
    sheet = page.get_by_role("article", name="The compilation text")
    choices = page.get_by_role("navigation", name="What is shown")
    expect(choices.get_by_role("link", name="All proposals")).to_have_attribute(
        "aria-current", "page"
    )
    expect(sheet).to_contain_text(re.compile(r"\[Spain: .*\]"))
    everything = sheet.locator("p[data-key]").count()
    choices.get_by_role("link", name="Open paragraphs only").click()
    expect(sheet).to_contain_text("Open paragraphs only")
    assert 0 < sheet.locator("p[data-key]").count() < everything
    choices.get_by_role("link", name="Own proposals only").click()
    expect(sheet).to_contain_text("Own proposals only")
    expect(sheet).not_to_contain_text("[Spain:")
    for name, begins in (
        ("Word", b"PK"),
        ("PDF", b"%PDF"),
        ("HTML", b"<!doctype"),
        ("Plain text", b"First Committee"),
    ):
        link = page.get_by_role("link", name=name, exact=True).get_attribute("href")
        assert link.endswith("?show=mine")
        answer = page.request.get(guests.base + link)
        assert answer.status == 200
        assert answer.body().startswith(begins)


def test_words_of_several_authors_each_carry_their_name(guests):
    page = guests.page(DELEGATE)

    def piece(op, text, by=None, **more):
        return {"op": op, "text": text, "italic": False, "by": by, "at": None, **more}

    note = {"op": "keep", "italic": False, "by": None, "at": None}
    note["note"] = [
        piece("keep", "United Nations, "),
        piece("delete", "vol. 1", "Chile"),
        piece("insert", "vol. 2", "Chile"),
    ]
    pieces = [
        piece("keep", "Recalling ", italic=True),
        piece("delete", "its resolution", "Mexico"),
        piece("insert", "all its resolutions", "Mexico"),
        piece("insert", " and <b>decisions</b>", "Chile"),
        note,
    ]
    paragraph = {
        "id": "x",
        "label": "PP2",
        "old_label": "PP1",
        "kind": "preambular",
        "level": 0,
        "state": "changed",
        "by": None,
        "at": None,
        "pieces": pieces,
    }
    page.route(
        re.compile(r"/redline\?"),
        lambda route: route.fulfill(json={"from": 0, "to": None, "paragraphs": [paragraph]}),
    )
    guests.open(page, "/drafts/D/compare")
    shown = page.locator("#p-x")
    expect(shown.locator(".by")).to_have_text(
        ["(changed by Mexico)", "(changed by Chile)", "(changed by Chile)"]
    )
    expect(shown.locator(".words ins").nth(1)).to_have_text(" and <b>decisions</b>")
    expect(shown.locator(".paragraph-notes del")).to_have_text("vol. 1")
    expect(shown.locator(".label")).to_contain_text("was PP1")
    expect(page.locator("#legend li")).to_have_text(["Mexico 1 change", "Chile 1 change"])
    assert faults(page) == []


def test_a_session_on_another_device_is_ended(guests):
    # Of a person whom no other test needs: the sessions of the others go on.
    other, page = guests.page(None), guests.page(None)
    for device in (other, page):
        device.goto(guests.links["Secretariat"])
        device.get_by_role("button", name=re.compile("^Sign in as ")).click()
        device.wait_for_url(AWAY)
    page.goto(f"{guests.base}/account")
    expect(page.locator("[data-session]")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^End the session on ")).click()
    expect(page.locator("[data-session]")).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="The session has ended.")).to_be_visible()
    other.goto(f"{guests.base}/drafts")
    expect(other).to_have_url(re.compile("/sign-in"))


def test_paper_carries_the_text_and_no_controls(guests):
    page = guests.page(PRESIDENCY)
    page.emulate_media(media="print")
    for path in (
        "/drafts/D/versions/0",
        "/drafts/D/compare",
        "/drafts/D/compilation",
        "/drafts/D/print",
    ):
        guests.open(page, path)
        shown = page.evaluate(
            """() => [...document.querySelectorAll("button, .button, select, input, nav, header.bar")]
              .filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert shown == [], path
        expect(page.locator(".sheet")).to_contain_text("Recalling")
