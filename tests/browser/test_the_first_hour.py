"""From an empty database to the first badge that verifies, without the operator's pages."""

from __future__ import annotations

import pytest

from accounts.models import Agency, User
from accounts.set_up import gate
from accounts.set_up import operations as set_up
from awarding.tasks import carry_on_award_lists
from issuing.models import Assertion
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.factories import png

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

PASSPHRASE = "a long and good passphrase"


@pytest.fixture
def code(monkeypatch):
    monkeypatch.setattr(gate, "_is_done", False)
    return set_up.make_code()


def test_a_coordinator_sets_up_a_program_and_its_first_badge_verifies(visit, work_off, code):
    coordinator = visit(DESKTOP)
    asked: list[str] = []
    coordinator.page.on("request", lambda request: asked.append(request.url))

    sets_up(coordinator, code)
    makes_a_badge(coordinator)
    does_what_is_missing(coordinator, work_off)
    awards_it(coordinator)
    carry_on_award_lists()
    work_off()
    assertion = Assertion.objects.get(status=Assertion.Status.ISSUED)
    anyone = visit(DESKTOP)
    anyone.opens(f"/verify/?address={anyone.site}/assertions/{assertion.public_id}")

    anyone.reads("This badge is valid", "Media Balance", "Alder County Office")
    assert [url for url in asked if "/operator/" in url] == []
    assert not User.objects.filter(is_staff=True).exists()


def test_the_set_up_needs_no_scripts_and_fits_a_phone(visit, code):
    coordinator = visit(PHONE, javascript=False)

    sets_up(coordinator, code)

    coordinator.reads("Ready for teachers")
    assert Agency.objects.get().name == "Alder County Office"


def sets_up(visitor: Visitor, code: str) -> None:
    visitor.page.set_default_timeout(90_000)  # the first page of all compiles everything
    visitor.opens("/")
    visitor.writes("One-time code", code.lower().replace("-", " "))
    visitor.presses("Continue")
    visitor.writes("Your name", "Carmen Ortiz")
    visitor.writes("Your email address", "carmen@alder.example")
    visitor.writes("Password", PASSPHRASE)
    visitor.presses("Save and continue")
    visitor.writes("Name of the program", "Alder Badges")
    visitor.presses("Save and continue")  # the purpose is missing: nothing is lost
    assert visitor.page.get_by_label("Name of the program").input_value() == "Alder Badges"
    visitor.writes("What the program is for", "Educators show what they have learned.")
    visitor.page.get_by_label("Purple").check()
    visitor.page.get_by_label("Logo").set_input_files(picture())
    visitor.presses("Save and continue")
    visitor.follows("Back")
    visitor.reads("What people see first.")
    visitor.follows("The office")
    visitor.writes("Name of the office", "Alder County Office")
    visitor.writes("Public email address", "office@alder.example")
    visitor.presses("Save and continue")
    visitor.writes("Web address", "https://alder.example")
    visitor.page.get_by_label("Logo").first.set_input_files(picture())
    visitor.writes("Describe the logo", "An alder.")
    visitor.presses("Save and continue")
    visitor.page.get_by_label("Digital citizenship").check()
    visitor.presses("Save and continue")
    visitor.writes("Email addresses", "ana@alder.example")
    visitor.presses("Finish the set-up")
    visitor.reads("The program is set up", "Ready for teachers")


def picture() -> dict:
    return {"name": "logo.png", "mimeType": "image/png", "buffer": png(300)}


def makes_a_badge(visitor: Visitor) -> None:
    visitor.opens("/manage/badges/")
    visitor.follows("Create a badge")
    visitor.page.get_by_label("Name", exact=True).first.fill("Media Balance")
    visitor.page.get_by_label("Category").select_option(label="Digital citizenship")
    visitor.writes("Short description", "Teach students to notice how they use media.")
    visitor.presses("Save the draft")
    main = visitor.page.locator("main")
    main.get_by_role("link", name="Criteria", exact=True).first.click()
    visitor.looks()
    if not visitor.page.get_by_label("Name of the criterion").count():
        visitor.presses("Add a criterion")
    visitor.writes("Name of the criterion", "Plan a lesson")
    row = visitor.page.locator("fieldset.editor-row").first
    row.locator("textarea").nth(0).fill("The plan names an aim.")
    row.locator("textarea").nth(1).fill("The lesson plan.")
    visitor.page.locator(".editor-save button").click()
    visitor.looks()
    main.get_by_role("link", name="Artwork").first.click()
    visitor.looks()
    visitor.writes("Describe", "A medal with a scale.")
    visitor.presses("Use this artwork")
    main.get_by_role("link", name="Publish", exact=True).first.click()
    visitor.looks()
    visitor.presses("Publish version 1")
    visitor.opens("/badges/media-balance/")


def does_what_is_missing(visitor: Visitor, work_off) -> None:
    visitor.opens("/manage/today/")
    visitor.follows("Open the list")
    visitor.presses("Send a test email to yourself")
    work_off()
    visitor.presses("I have read it")
    visitor.follows("List closed days")
    visitor.writes("What", "Winter break")
    visitor.page.get_by_label("First day").fill("2027-12-20")
    visitor.page.get_by_label("Last day").fill("2027-12-31")
    visitor.presses("Add")
    visitor.reads("Dec. 31, 2027")
    visitor.opens("/manage/ready/")
    visitor.follows("Assign a role")
    visitor.writes("Email address", "rita@alder.example")
    visitor.page.get_by_label("Reviewer: judges").check()
    visitor.page.locator("main form", has_text="Reviewer: judges").locator("button").last.click()
    visitor.looks()
    visitor.opens("/manage/ready/")
    visitor.reads("Nothing is missing.")
    visitor.presses("Hide this list")


def awards_it(visitor: Visitor) -> None:
    visitor.opens("/manage/awards/lists/")
    visitor.presses("Upload a list", role="link")
    visitor.page.get_by_label("Badge", exact=True).select_option(label="Media Balance")
    visitor.writes("Or paste the rows", "amparo@creekside.example")
    visitor.presses("Check the list")
    visitor.presses("Award 1 badge")
