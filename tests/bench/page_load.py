"""How fast the table is with 150 paragraphs: opening it, typing, and what others see.

Run as `python -m tests.bench.page_load`. On loopback; prints figures and never fails a test run.
Measured first without proposals, then with three to every paragraph.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.servers import Serving
from tests.tools import chromium

PARAGRAPHS = 150
PROPOSED = 3
"""Proposals to every paragraph, in the second half."""

LOADS = 7
KEYS = 100
WORDS = (
    "Reaffirming the importance of the full implementation of all its provisions by all States, "
    * 4
)


def main() -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        served = Serving(Path(folder)).start()
        try:
            browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
            pen = _enter(browser, served, "Presidency (penholder)")
            adviser = _enter(browser, served, "Presidency (adviser)")
            _fill(pen)
            _measure(pen, adviser, "no proposals")
            mexico = _enter(browser, served, "Delegate, Mexico")
            _propose(mexico)
            _measure(pen, adviser, f"{PROPOSED} proposals to each")
            browser.close()
        finally:
            served.stop()


def _measure(pen: Page, adviser: Page, what: str) -> None:
    _loads(pen, what)
    adviser.reload()
    _ready(adviser)
    _keys(pen, adviser, what)


def _enter(browser: Browser, served: Serving, who: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(served.links[who])
    page.get_by_role("button", name=re.compile("^Sign in as ")).click()
    _ready(page)
    return page


def _ready(page: Page) -> None:
    page.wait_for_selector("#draft[data-ready=true]")
    page.wait_for_selector("#status[data-mood=saved]")


def _fill(page: Page) -> None:
    there = page.locator("#paragraphs .paragraph").count()
    page.evaluate(
        """async ({ids, words}) => {
          const draft = document.querySelector("#draft").dataset.draft;
          const state = await (await fetch(`/api/drafts/${draft}`)).json();
          const after = state.paragraphs.find((p) => p.label === "PP1").id;
          for (const id of ids) {
            await fetch(`/api/drafts/${draft}/deeds`, {method: "POST", headers: {"Content-Type": "application/json"},
              body: JSON.stringify({id, kind: "insert", after, paragraph_kind: "preambular", level: 0, ops: [{insert: words}]})});
          }
        }""",
        {"ids": [str(uuid.uuid4()) for _ in range(PARAGRAPHS - there)], "words": WORDS},
    )


def _propose(page: Page) -> None:
    page.evaluate(
        """async ({count}) => {
          const draft = document.querySelector("#draft").dataset.draft;
          const state = await (await fetch(`/api/drafts/${draft}`)).json();
          const post = async (path, body) => {
            const answer = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"},
              body: JSON.stringify({id: crypto.randomUUID(), ...body})});
            if (!answer.ok) throw new Error(await answer.text());
            return answer.json();
          };
          for (const p of state.paragraphs) {
            if (p.kind === "formula") continue;
            for (let n = 0; n < count; n += 1) {
              const ops = [...p.ops, {insert: ` and proposal ${n}`}];
              const {proposal} = await post(`/api/drafts/${draft}/proposals`, {kind: "amend", paragraph: p.id, ops});
              await post(`/api/proposals/${proposal.id}/circulation`, {audience: "everyone"});
            }
          }
        }""",
        {"count": PROPOSED},
    )


def _loads(page: Page, having: str) -> None:
    seen: dict[str, list[float]] = {"first paint": [], "usable": [], "saved": []}
    page.add_init_script(
        """
        new MutationObserver(() => {
          const draft = document.querySelector("#draft");
          if (draft?.dataset.ready && !window.usableAt) window.usableAt = performance.now();
          if (document.querySelector("#status[data-mood=saved]") && !window.savedAt) window.savedAt = performance.now();
        }).observe(document, {subtree: true, childList: true, attributes: true});
        """
    )
    for _ in range(LOADS):
        page.reload()
        _ready(page)
        page.wait_for_function("() => window.usableAt && window.savedAt")
        at: dict[str, Any] = page.evaluate(
            """() => ({paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
              usable: window.usableAt, saved: window.savedAt})"""
        )
        seen["first paint"].append(at["paint"])
        seen["usable"].append(at["usable"])
        seen["saved"].append(at["saved"])
    for what, times in seen.items():
        _print(f"opening {PARAGRAPHS} paragraphs, {having}, {what}", times)


def _keys(pen: Page, adviser: Page, having: str) -> None:
    row = pen.locator("#paragraphs .paragraph").nth(75)
    paragraph = row.get_attribute("id")
    row.scroll_into_view_if_needed()
    row.locator(".words").focus()
    pen.wait_for_selector(f"#{paragraph} .ProseMirror-focused")
    adviser.locator(f"#{paragraph}").scroll_into_view_if_needed()
    pen.evaluate(
        """() => {
          window.own = [];
          addEventListener("keydown", (event) => {
            const at = event.timeStamp;
            // After the frame in which the letter is painted.
            requestAnimationFrame(() => setTimeout(() => window.own.push(performance.now() - at)));
          }, true);
        }"""
    )
    adviser.evaluate(
        """(id) => {
          window.seen = [];
          new MutationObserver(() => {
            requestAnimationFrame(() => setTimeout(() => window.seen.push(performance.timeOrigin + performance.now())));
          }).observe(document.querySelector(`#${id} .words`), {subtree: true, childList: true, characterData: true});
        }""",
        paragraph,
    )
    others = []
    for n in range(KEYS):
        before = adviser.evaluate("window.seen.length")
        sent = pen.evaluate("performance.timeOrigin + performance.now()")
        pen.keyboard.press("abcdefghij"[n % 10])
        adviser.wait_for_function("(n) => window.seen.length > n", arg=before)
        others.append(adviser.evaluate(f"window.seen[{before}]") - sent)
    pen.wait_for_function("(n) => window.own.length >= n", arg=KEYS)
    _print(f"key to paint, {having}", pen.evaluate("window.own"))
    _print(f"key to another's screen (with the driver's own time), {having}", others)


def _print(what: str, times: list[float]) -> None:
    times = sorted(times)
    p95 = times[min(len(times) - 1, round(0.95 * len(times)))]
    print(
        f"{what}: median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, max {times[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
