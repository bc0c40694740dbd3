from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from issuing.awards.operations.issue_batches import issue_batch
from mail import operations as mail
from tests.factories import PASSWORD

# Playwright keeps an event loop in this thread; the ORM need not mind, nothing here is async.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser(chromium_path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, chromium_sandbox=os.geteuid() != 0, args=QUIET
        )
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, settings) -> str:
    """The address of the site; links in letters and documents begin with it."""
    settings.PUBLIC_ORIGIN = live_server.url
    return live_server.url


class Visitor:
    """Somebody at a screen: says what they do, and checks every page with axe on the way."""

    def __init__(self, context: BrowserContext, site: str, *, javascript: bool) -> None:
        self.context, self.site, self.javascript = context, site, javascript
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message) -> None:
        # A refused form answers 422 on purpose; the browser reports that as an error too.
        if message.type == "error" and "422" not in message.text:
            self.problems.append(f"console at {self.page.url}: {message.text}")

    def opens(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.site + path)
        self.looks()

    def presses(self, name: str, role: str = "button", **which) -> None:
        found = self.page.get_by_role(role, name=name, **which)
        assert found.count(), f"no {role} {name!r} on {self.page.url}:\n{self.words()}"
        found.first.click()
        self.looks()

    def follows(self, name: str, **which) -> None:
        self.presses(name, role="link", **which)

    def writes(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def reads(self, *texts: str) -> None:
        words = self.words()
        for text in texts:
            assert text.lower() in words.lower(), f"{text!r} is not on {self.page.url}:\n{words}"

    def words(self) -> str:
        """What can be read on the page, and what stands in its text boxes."""
        shown = [self.page.locator("body").inner_text()]
        shown += [box.input_value() for box in self.page.locator("textarea").all()]
        return " ".join(" ".join(shown).split())

    def looks(self) -> None:
        """No accessibility violation, nothing wider than the screen, no word from the console.

        A click returns when the next page has begun, perhaps before it has its first element: wait
        for it here.
        """
        self.page.wait_for_load_state()
        assert self.problems == []
        if "text/html" not in (self.page.evaluate("document.contentType") or ""):
            return
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"
        if not self.javascript:
            return  # axe is a script; the same pages are looked at with scripts on
        found = Axe().run(self.page, options={"preload": False}).response["violations"]
        found = [
            f"{v['id']}: {v['help']}: {[node['html'][:160] for node in v['nodes'][:3]]}"
            for v in found
        ]
        assert found == [], f"{self.page.url}:\n" + "\n".join(found)

    def signs_in(self, user: User) -> None:
        self.opens("/account/login/")
        self.writes("Email", user.email)
        self.writes("Password", PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()


def saves(visitor: Visitor, words: str = r"^Saved \d") -> None:
    """Wait until the script of the page has saved, or says why not."""
    visitor.page.locator("[data-saved], [data-draft-status]").get_by_text(
        re.compile(words)
    ).wait_for()


@pytest.fixture
def visit(browser, site):
    """Open a browser of its own for somebody: `visit(PHONE, javascript=False)`."""
    contexts = []

    def new(viewport: dict = DESKTOP, *, javascript: bool = True, **options) -> Visitor:
        context = browser.new_context(
            viewport=viewport, java_script_enabled=javascript, accept_downloads=True, **options
        )
        contexts.append(context)
        return Visitor(context, site, javascript=javascript)

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def work_off():
    """What the worker does: issue what is due and send the letters."""

    def work() -> None:
        now = timezone.now()
        issue_batch(now=now)
        while email := mail.lease_email(now=timezone.now()):
            assert mail.send_email(email), email.last_error

    return work
