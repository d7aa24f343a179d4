"""One's account in a real browser: an app, recovery codes, a passkey, and the way in by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from drafting.services import links, people
from drafting.store.work import Store
from tests.browser.conftest import axe
from tests.servers import Serving
from tests.tools import chromium

PASSWORD = "the sea is calm tonight"


class Desk:
    """A server by its name (passkeys know no bare addresses), a browser, and people made for one test."""

    def __init__(self, served: Serving, browser: Browser) -> None:
        self.base = served.base.replace("127.0.0.1", "localhost")
        self.store = Store(served.database_url)
        self.browser = browser
        self.told: list[str] = []

    def page(self, **options: Any) -> Page:
        page = self.browser.new_context(**options).new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.told.append(str(error)))
        page.on(
            "console",
            lambda said: self.told.append(said.text) if "Content Security" in said.text else None,
        )
        return page

    def newcomer(self, name: str, **options: Any) -> Page:
        """Opens the account page of somebody new, who came by a link and set a password."""
        with self.store.work() as w:
            email = f"{name.lower()}@example.org"
            person = people.new_person(w, name=name, email=email, password_hash=None)
            token = links.sign_in_link(w, person.id, valid_s=600)
        page = self.page(**options)
        page.goto(f"{self.base}/enter/{token}")
        page.get_by_role("button", name=f"Sign in as {name}").click()
        page.wait_for_url(re.compile("/drafts"))
        page.goto(f"{self.base}/account")
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Set the password").click()
        expect(page.get_by_role("status").first).to_contain_text("Your password is changed")
        return page

    def sign_in(self, page: Page, name: str) -> None:
        page.goto(f"{self.base}/sign-in")
        page.get_by_label("E-mail address").fill(f"{name.lower()}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    served = Serving(tmp_path_factory.mktemp("account"), demo=False).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
            )
            made = Desk(served, browser)
            yield made
            browser.close()
            made.store.close()
    finally:
        served.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_app_and_codes_are_set_up_and_asked_for(desk: Desk, scheme: Any) -> None:
    name = f"Ana{scheme}"
    page = desk.newcomer(name, color_scheme=scheme)
    found = axe(page)
    page.get_by_role("button", name="Set up", exact=True).click()
    expect(page.get_by_role("img", name="QR code for the authenticator app")).to_be_visible()
    found += axe(page)
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    app = pyotp.TOTP(secret)
    page.get_by_label("Code", exact=True).fill(app.at(datetime.now(UTC)))
    page.get_by_role("button", name="Use this app from now on").click()
    expect(page.get_by_role("status").first).to_contain_text("Your authenticator app is set up")
    page.get_by_role("button", name="Make new ones").click()
    codes = page.locator(".codes code")
    expect(codes).to_have_count(10)
    found += axe(page)
    other = desk.page(color_scheme=scheme)
    desk.sign_in(other, name)
    expect(other.get_by_role("heading", level=1)).to_have_text(f"Welcome back, {name}")
    found += axe(other)
    other.get_by_label("Code", exact=True).fill(codes.first.inner_text())
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url(re.compile("/drafts"))
    page.reload()
    assert found == []
    assert desk.told == []


def test_a_passkey_is_made_used_and_is_a_way_in(desk: Desk) -> None:
    page = desk.newcomer("Beatriz")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.get_by_label("What you call it").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey is added")
    expect(page.get_by_text("My laptop")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Sign out").click()
    desk.sign_in(page, "Beatriz")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("/drafts"))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/sign-in"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile("/drafts"))
    page.goto(f"{desk.base}/account")
    expect(page.locator("#sessions")).to_contain_text("by a passkey and second factor")
    assert desk.told == []
