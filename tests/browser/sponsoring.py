"""What the tests of sponsors, capitals and the record share: calls by a page's own session, versions sealed."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import Sitting, fresh

NUMBERS = itertools.count(1)
CALL = """async ({method, path, body}) => {
  const answer = await fetch(path, {method, headers: body ? {"Content-Type": "application/json"} : {},
    body: body ? JSON.stringify(body) : null});
  return {status: answer.status, said: await answer.json()};
}"""


def call(page: Page, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Calls the API in a page's session and gives the answer, which must not be a refusal."""
    sent = None if body is None else {"id": str(uuid.uuid4()), **body}
    got = page.evaluate(CALL, {"method": method, "path": path, "body": sent})
    assert got["status"] < 400, got["said"]
    return got["said"]


def of(table: Sitting, part: str) -> str:
    """Gives an address of the API on the draft."""
    return f"/api/drafts/{table.draft}/{part}"


def own(table: Sitting, page: Page) -> dict[str, Any]:
    """Gives the sponsorship of a page's own delegation."""
    return dict(call(page, "GET", of(table, "sponsors"))["own"])


def step(table: Sitting, page: Page, name: str, **more: Any) -> dict[str, Any]:
    """Takes a step for a page's own delegation."""
    return dict(
        call(page, "POST", of(table, "sponsorship"), {"step": name, **more})["sponsorships"][0]
    )


def sponsor(table: Sitting, pen: Page, page: Page, name: str = "said") -> None:
    """Seals the text as it is, and lets a page's own delegation stand by it, whatever it said before."""
    seal(table, pen, f"as it was {next(NUMBERS)}")
    now = own(table, page)
    if now["state"] not in (name, "confirmed"):
        step(table, page, name)
    elif not now["settled"]:
        step(table, page, "kept")


def leave(table: Sitting, page: Page) -> None:
    """Lets a page's own delegation sponsor nothing."""
    if own(table, page)["state"] in ("said", "confirmed"):
        step(table, page, "withdrawn")


def seal(table: Sitting, pen: Page, name: str) -> int:
    """Seals the working text and gives the version's number."""
    return call(pen, "POST", of(table, "versions"), {"name": name})["version"]["number"]


def change(table: Sitting, pen: Page, words: str, nature: str | None = None) -> str:
    """Puts in a paragraph and seals; `nature` is the presidency's word on it. Gives the paragraph."""
    paragraph = fresh(pen, words)
    number = seal(table, pen, words.rstrip(","))
    if nature is not None:
        verdict = {"from": number - 1, "to": number, "paragraph": paragraph, "verdict": nature}
        call(pen, "POST", of(table, "verdicts"), verdict)
    return paragraph


def mine(table: Sitting, page: Page) -> Page:
    """Opens the delegation's own page in the place of the table."""
    page.goto(f"{table.served.base}/drafts/{table.draft}/mine")
    page.wait_for_selector("#mine[data-ready=true]")
    return page
