"""Forms as a browser sends them, over plain HTTP to a host by name: a committee room's own network."""

from __future__ import annotations

from playwright.sync_api import sync_playwright

from tests.servers import Serving
from tests.tools import chromium


def test_a_form_sent_over_plain_http_is_known_as_our_own(serving: Serving) -> None:
    # Over plain HTTP browsers say where a form comes from by the Origin header alone.
    link = next(iter(serving.links.values())).replace("127.0.0.1", "table.test")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--host-resolver-rules=MAP table.test 127.0.0.1"],
        )
        try:
            page = browser.new_page()
            page.goto(link)
            page.click("main form button")
            page.wait_for_url("**/drafts/**")
        finally:
            browser.close()
