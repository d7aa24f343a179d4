"""What the tests of the table share: a real server, a real browser, people at the table."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.servers import Serving
from tests.tools import JS, chromium

PENHOLDER = "Presidency (penholder)"
ADVISER = "Presidency (adviser)"
MEXICO = "Delegate, Mexico"
CHILE = "Delegate, Chile"
ICRC = "Observer, ICRC"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]

# A page that was cut off may come back as late as this, and a busy machine is slow.
expect.set_options(timeout=20_000)


class Sitting:
    """A server, and people who sit at the sample's table, each in a browser context of their own."""

    def __init__(self, browser: Browser, served: Serving) -> None:
        self.browser = browser
        self.served = served
        self._states: dict[str, Any] = {}
        self._contexts: list[BrowserContext] = []
        self.draft = ""
        self.problems: list[str] = []

    def sit(self, who: str, *, script: str = "", **options: Any) -> Page:
        """Opens the table as one of the guests, after a script of the test's own."""
        if who not in self._states:
            context = self.browser.new_context()
            page = context.new_page()
            page.goto(self.served.links[who])
            page.get_by_role("button", name=re.compile("^Sign in as ")).click()
            page.wait_for_url(re.compile(r"/drafts/"))
            self.draft = page.url.rsplit("/", 1)[1]
            self._states[who] = context.storage_state()
            context.close()
        context = self.browser.new_context(storage_state=self._states[who], **options)
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{who}: {error}"))
        page.on("console", lambda said: self._hear(who, said.type, said.text))
        page.goto(f"{self.served.base}/drafts/{self.draft}")
        ready(page)
        return page

    def _hear(self, who: str, kind: str, text: str) -> None:
        # That a server is away is said by the browser itself, and is what some tests are about.
        if kind == "error" and "Failed to load resource" not in text and "WebSocket" not in text:
            self.problems.append(f"{who}: {text}")

    def end(self) -> None:
        """Closes what was opened."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def ready(page: Page) -> None:
    """Waits until a page sits at the table."""
    page.wait_for_selector("#draft[data-ready=true]")
    expect(page.locator("#status")).to_have_text(re.compile("^(Saved|Up to date)$"))


def fresh(page: Page, *ops: Any, kind: str = "preambular", after: str | None = None) -> str:
    """Inserts a paragraph with these words behind PP1 and gives its id."""
    said = [{"insert": op} if isinstance(op, str) else op for op in ops if op]
    found = page.evaluate(
        """async ({deed, after}) => {
          const draft = document.querySelector("#draft").dataset.draft;
          const state = await (await fetch(`/api/drafts/${draft}`)).json();
          const known = new Set(state.paragraphs.map((p) => p.id));
          deed.after = after ?? state.paragraphs.find((p) => p.label === "PP1").id;
          const answer = await fetch(`/api/drafts/${draft}/deeds`, {method: "POST",
            headers: {"Content-Type": "application/json"}, body: JSON.stringify(deed)});
          const done = await answer.json();
          return done.paragraphs.find((p) => !known.has(p.id)).id;
        }""",
        {
            "deed": {
                "id": str(uuid.uuid4()),
                "kind": "insert",
                "paragraph_kind": kind,
                "level": 0,
                "ops": said,
            },
            "after": after,
        },
    )
    page.wait_for_selector(f"#p-{found}")
    return str(found)


def words(page: Page, paragraph: str) -> Locator:
    """Gives the words of a paragraph."""
    return page.locator(f"#p-{paragraph} .words")


def threads(page: Page, paragraph: str, said: str | None = None) -> Locator:
    """Gives the threads beside a paragraph, or those of them in which something is said."""
    return page.locator(f".thread:has(.thread-where[href='#p-{paragraph}'])", has_text=said)


def type_in(page: Page, paragraph: str, text: str, at: str = "end") -> None:
    """Puts the caret into a paragraph, at its beginning ("start") or end ("end"), and types."""
    put(page, paragraph, at)
    page.keyboard.type(text)


def put(page: Page, paragraph: str, at: str = "end") -> None:
    """Puts the caret at the beginning or end of a paragraph."""
    words(page, paragraph).focus()
    expect(words(page, paragraph)).to_have_class(re.compile("ProseMirror-focused"))
    size = len(plain(page, paragraph))
    offset = 0 if at == "start" else size
    select(page, paragraph, offset, offset)


def select(page: Page, paragraph: str, start: int, end: int) -> None:
    """Selects words of a paragraph, as the mouse would.

    Right after typing ProseMirror takes a selection that it did not make for the browser's own and
    puts the caret back: so it is set until it stays.
    """
    page.wait_for_function(
        """([id, start, end]) => {
          const words = document.querySelector(`#p-${id} .words`);
          const place = (wanted) => {
            let at = 0;
            const walk = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
            let last = [words, 0];
            for (let node = walk.nextNode(); node; node = walk.nextNode()) {
              if (node.parentElement.closest("sup.note, [data-caret]")) continue;
              if (wanted <= at + node.length) return [node, wanted - at];
              at += node.length;
              last = [node, node.length];
            }
            return last;
          };
          const [anchor, from] = place(start);
          const [head, to] = place(end);
          const now = getSelection();
          if (now.anchorNode === anchor && now.anchorOffset === from && now.focusNode === head && now.focusOffset === to) {
            window.selectedFrames = (window.selectedFrames ?? 0) + 1;
            if (window.selectedFrames >= 3) {
              window.selectedFrames = 0;
              return true;
            }
            return false;
          }
          window.selectedFrames = 0;
          now.setBaseAndExtent(anchor, from, head, to);
          return false;
        }""",
        arg=[paragraph, start, end],
    )


def plain(page: Page, paragraph: str) -> str:
    """Gives a paragraph's words without footnote marks and the carets of others."""
    return str(
        words(page, paragraph).evaluate(
            """(element) => {
              const copy = element.cloneNode(true);
              for (const one of copy.querySelectorAll("sup.note, [data-caret], .ProseMirror-separator, br")) one.remove();
              return copy.textContent;
            }"""
        )
    )


def says(page: Page, paragraph: str, wanted: str) -> None:
    """Waits until a paragraph says just this."""
    try:
        page.wait_for_function(
            """([id, wanted]) => {
              const element = document.querySelector(`#p-${id} .words`);
              if (!element) return false;
              const copy = element.cloneNode(true);
              for (const one of copy.querySelectorAll("sup.note, [data-caret], .ProseMirror-separator, br")) one.remove();
              return copy.textContent === wanted;
            }""",
            arg=[paragraph, wanted],
            timeout=20_000,
        )
    except Exception:
        assert plain(page, paragraph) == wanted
        raise


def stored(page: Page, paragraph: str) -> list[dict[str, Any]]:
    """Gives what the server holds of a paragraph."""
    ops = page.evaluate(
        """async (id) => {
          const draft = document.querySelector("#draft").dataset.draft;
          const state = await (await fetch(`/api/drafts/${draft}`)).json();
          return state.paragraphs.find((p) => p.id === id).ops;
        }""",
        paragraph,
    )
    return list(ops)


def saved(page: Page) -> None:
    """Waits until all that was typed is stored."""
    expect(page.locator("#status")).to_have_text("Saved")


def paste(page: Page, html: str | None, text: str = "") -> None:
    """Pastes into what has the focus."""
    page.evaluate(
        """([html, text]) => {
          const data = new DataTransfer();
          if (html !== null) data.setData("text/html", html);
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [html, text],
    )


def axe(page: Page) -> list[str]:
    """Gives what axe-core finds wrong with a page, seen from its top.

    A button that is scrolled half beneath the bar counts as too small a target wherever it stands.
    """
    page.evaluate("document.scrollingElement.scrollTo({top: 0, behavior: 'instant'})")
    page.evaluate((JS / "node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate(f"axe.run({{runOnly: {json.dumps(RULES)}}})")
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser."""
    path = chromium()
    if path is None:
        pytest.skip("there is no browser: run `make tools`")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One server for a file of tests: each works in a paragraph of its own."""
    folder: Path = tmp_path_factory.mktemp("served")
    server = Serving(folder)
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def _table(browser: Browser, served: Serving) -> Sitting:
    return Sitting(browser, served)


@pytest.fixture
def table(_table: Sitting) -> Iterator[Sitting]:
    """The table; nothing may go wrong on any page while a test runs."""
    _table.problems.clear()
    yield _table
    _table.end()
    assert not _table.problems


@pytest.fixture
def own_table(browser: Browser, serving: Serving) -> Iterator[Sitting]:
    """A table with a server of its own, which the test may kill."""
    sitting = Sitting(browser, serving)
    yield sitting
    sitting.end()
    assert not sitting.problems
