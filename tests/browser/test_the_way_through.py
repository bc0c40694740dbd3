"""From the catalog to a badge that verifies, as people walk it."""

from __future__ import annotations

import json
import re

import pytest
from openbadges_bakery import unbake

from accounts.models import Membership
from catalog.models import BadgeClass
from issuing.models import Assertion
from submissions.models import Submission
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.factories import (
    BadgeFactory,
    CategoryFactory,
    MembershipFactory,
    UserFactory,
    coordinator_for,
    png,
    reviewer_for,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "amparo@creekside.example"


@pytest.fixture
def badge_class():
    return BadgeFactory(
        name="Media Balance", slug="media-balance", category=CategoryFactory(name="Digital life")
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("viewport", "javascript"),
    [
        pytest.param(PHONE, True, id="phone"),
        pytest.param(DESKTOP, True, id="desktop"),
        pytest.param(PHONE, False, id="phone without JavaScript"),
    ],
)
def test_from_the_catalog_to_a_badge_that_verifies(
    visit, work_off, mailoutbox, tmp_path, badge_class, viewport, javascript
):
    earner = visit(viewport, javascript=javascript)
    reviewer = visit(viewport, javascript=javascript)

    reads_about_the_badge(earner)
    signs_up(earner, work_off, mailoutbox)
    gathers_evidence(earner, badge_class)
    sends_it_in(earner)
    reviewer.signs_in(reviewer_for(badge_class, user=UserFactory(name="Rita Okonkwo")))
    returns_it(reviewer)
    answers_what_was_not_yet_met(earner)
    approves_it(reviewer)
    work_off()
    receives_the_badge(earner, mailoutbox, tmp_path)
    assertion = Assertion.objects.get()
    verifies(visit(viewport, javascript=javascript), assertion, tmp_path / "badge.png")
    coordinator = visit(viewport, javascript=javascript)
    coordinator.signs_in(coordinator_for(badge_class))
    revokes(coordinator, assertion)
    finds_it_revoked(visit(viewport, javascript=javascript), assertion, tmp_path / "badge.png")


def reads_about_the_badge(visitor: Visitor) -> None:
    visitor.opens("/")
    visitor.reads("You learned it. Wear it.", "It’s free.", "Digital life")
    visitor.page.locator("main").get_by_role("link", name="Digital life").first.click()
    visitor.looks()
    visitor.page.locator("main").get_by_role("link", name="Media Balance").first.click()
    visitor.looks()
    visitor.reads(
        "Plan a lesson",
        "The plan names an aim",
        "The lesson plan, as a file or a link.",
        "Two pieces of student work without names.",
        "10 working days",
    )


def signs_up(visitor: Visitor, work_off, mailoutbox) -> None:
    visitor.opens("/account/signup/")
    visitor.writes("Your name", "Amparo Núñez de la Vega")
    visitor.writes("Email", EMAIL)
    visitor.writes("Password", "a long and good passphrase")
    visitor.presses("Create account")
    work_off()
    [letter] = mailoutbox
    assert letter.to == [EMAIL]
    visitor.opens(re.search(r"http://\S+confirm-email\S+", letter.body)[0])
    visitor.presses("Yes, confirm it")
    if "/login/" in visitor.page.url:
        visitor.writes("Email", EMAIL)
        visitor.writes("Password", "a long and good passphrase")
        visitor.page.locator("main form button[type=submit]").first.click()
        visitor.page.wait_for_load_state()


def gathers_evidence(visitor: Visitor, badge_class: BadgeClass) -> None:
    visitor.opens(badge_class.get_absolute_url())
    visitor.presses("Start this badge")
    plan, teach, _share = badge_class.current_version.criteria.all()
    answer = visitor.page.locator(f"#criterion-{plan.pk}")
    answer.get_by_label("In your own words").fill("We planned it in three steps.")
    opens_fold(answer, "Add a file")
    answer.locator("input[type=file]").set_input_files(
        {"name": "plan.png", "mimeType": "image/png", "buffer": png(60)}
    )
    # With scripts a file is sent when it is chosen; without them a button sends it.
    button = answer.locator("button", has_text="Add file")
    if button.is_visible():
        button.click()
    visitor.page.get_by_text("plan.png").first.wait_for()
    visitor.looks()
    visitor.reads("plan.png")
    answer = visitor.page.locator(f"#criterion-{teach.pk}")
    opens_fold(answer, "Add a link")
    answer.get_by_label("Web address").fill("javascript:alert(1)")
    answer.get_by_label("In your own words").fill("They argued, kindly, about their own screens.")
    answer.locator("button", has_text="Add link").click()
    visitor.looks()
    visitor.reads("begins with https://", "They argued, kindly, about their own screens.")
    answer = visitor.page.locator(f"#criterion-{teach.pk}")
    unfolds(answer)
    answer.get_by_label("Web address").fill("https://creekside.example/student-work")
    answer.locator("button", has_text="Add link").click()
    visitor.page.wait_for_load_state()
    # With scripts the page saves by itself; on a phone sending takes the place of saving.
    if visitor.page.get_by_role("button", name="Save draft").count():
        visitor.presses("Save draft")


def unfolds(answer) -> None:
    if answer.get_attribute("open") is None:
        answer.locator("> summary").click()


def opens_fold(answer, name: str) -> None:
    unfolds(answer)
    fold = answer.locator("details", has_text=name).first
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()


def sends_it_in(visitor: Visitor) -> None:
    visitor.opens("/submissions/")
    visitor.page.locator("main").get_by_role("link", name="Media Balance").first.click()
    visitor.looks()
    submission = Submission.objects.get()
    visitor.opens(f"/submissions/{submission.public_id}/evidence/")
    # On a phone one criterion at a time is open.
    plan, teach, _share = visitor.page.locator("[data-criterion]").all()
    unfolds(plan)
    visitor.reads("plan.png")
    unfolds(teach)
    visitor.reads("They argued, kindly", "creekside.example/student-work")
    visitor.presses("Check and send")
    visitor.page.get_by_role("checkbox").first.check()
    visitor.presses("Send to a reviewer")
    visitor.reads("Where is my badge", "reviewer")


def returns_it(reviewer: Visitor) -> None:
    reviewer.opens("/reviews/")
    reviewer.reads("Media Balance")
    reviewer.presses("Take the next one")
    reviewer.reads("We planned it in three steps.")
    assert "Amparo" not in reviewer.page.content()
    assert "plan.png" not in reviewer.page.content()
    judges(reviewer, "Plan a lesson", "Met", "A plan that a colleague could teach tomorrow.")
    judges(reviewer, "Teach it", "Not yet", "")
    judges(reviewer, "Share it", "Not yet", "Nothing here yet; it is optional.")
    sends(reviewer)
    reviewer.reads("what is missing and what to do next", "A plan that a colleague could teach")
    judges(reviewer, "Teach it", "Not yet", "Add a second piece of student work.")
    sends(reviewer)


def judges(reviewer: Visitor, criterion: str, verdict: str, comment: str) -> None:
    section = reviewer.page.locator("section.criterion", has_text=criterion).first
    section.get_by_label(verdict, exact=True).check()
    section.locator("textarea").fill(comment)


def sends(reviewer: Visitor) -> None:
    """With scripts, the words of the button follow what is chosen."""
    reviewer.page.locator("[data-send]").click()
    reviewer.looks()


def answers_what_was_not_yet_met(visitor: Visitor) -> None:
    submission = Submission.objects.get()
    visitor.opens(submission.get_absolute_url())
    visitor.reads("Add a second piece of student work.")
    assert "Rita" not in visitor.page.content()
    visitor.opens(f"/submissions/{submission.public_id}/evidence/")
    plan, teach, _share = submission.version.criteria.all()
    assert visitor.page.locator(f"#criterion-{plan.pk} textarea").count() == 0
    answer = visitor.page.locator(f"#criterion-{teach.pk}")
    answer.get_by_label("In your own words").fill("They argued, and drew what they found.")
    visitor.presses("Check and send")
    visitor.page.get_by_role("checkbox").first.check()
    visitor.presses("Send to a reviewer")


def approves_it(reviewer: Visitor) -> None:
    reviewer.opens("/reviews/")
    reviewer.presses("Take the next one")
    reviewer.reads("and drew what they found", "attempt 2")
    judges(reviewer, "Teach it", "Met", "Now it is all there.")
    judges(reviewer, "Share it", "Met", "")
    sends(reviewer)


def receives_the_badge(visitor: Visitor, mailoutbox, tmp_path) -> None:
    assertion = Assertion.objects.get()
    letter = next(each for each in mailoutbox if each.attachments)
    assert letter.to == [EMAIL]
    [(_name, content, kind)] = [tuple(attachment) for attachment in letter.attachments]
    assert kind == "image/png"
    (tmp_path / "badge.png").write_bytes(content)
    with (tmp_path / "badge.png").open("rb") as baked:
        document = json.loads(unbake(baked))
    assert document["id"].endswith(f"/assertions/{assertion.public_id}")
    visitor.opens("/my-badges/")
    visitor.page.locator("main").get_by_role("link", name="Media Balance").first.click()
    visitor.looks()
    visitor.reads("An educator")
    visitor.follows("Choose what the page shows")
    visitor.page.get_by_label("Show my name").check()
    visitor.page.locator("main form button[type=submit]").first.click()
    visitor.page.wait_for_load_state()


def verifies(anyone: Visitor, assertion: Assertion, baked) -> None:
    anyone.opens(assertion.get_absolute_url())
    anyone.reads("Media Balance", "Amparo Núñez de la Vega")
    assert EMAIL not in anyone.page.content()
    documents = follows_the_documents(anyone, assertion)
    assert EMAIL not in json.dumps(documents)
    anyone.opens("/verify/")
    anyone.page.locator("main input[type=file]").set_input_files(baked)
    anyone.presses("Verify")
    anyone.reads("This badge is valid")
    anyone.opens(f"/verify/?address={anyone.site}/assertions/{assertion.public_id}")
    anyone.reads("Media Balance")


def follows_the_documents(anyone: Visitor, assertion: Assertion) -> list[dict]:
    """Assertion, badge class and issuer, each at the address that the one before names."""
    address = f"{anyone.site}/assertions/{assertion.public_id}"
    documents = []
    for then in ("badge", "issuer", None):
        answer = anyone.context.request.get(address, headers={"Accept": "application/ld+json"})
        assert answer.status == 200
        document = answer.json()
        assert document["id"] == address
        documents.append(document)
        address = document.get(then)
    assert [document["type"] for document in documents] == ["Assertion", "BadgeClass", "Issuer"]
    return documents


def revokes(coordinator: Visitor, assertion: Assertion) -> None:
    coordinator.opens("/manage/awards/")
    coordinator.page.locator("main").get_by_role("link", name="Revoke").first.click()
    coordinator.looks()
    coordinator.writes("Reason", "It was awarded by mistake.")
    coordinator.page.locator("main form button[type=submit]").first.click()
    coordinator.looks()
    assertion.refresh_from_db()
    assert assertion.is_revoked


def finds_it_revoked(anyone: Visitor, assertion: Assertion, baked) -> None:
    answer = anyone.context.request.get(
        f"{anyone.site}/assertions/{assertion.public_id}", headers={"Accept": "*/*"}
    )
    assert answer.status == 410
    assert answer.json()["revoked"] is True
    assert answer.json()["revocationReason"] == "It was awarded by mistake."
    anyone.page.on("console", lambda message: None)
    anyone.problems.clear()
    anyone.page.goto(anyone.site + assertion.get_absolute_url())
    anyone.problems.clear()  # the page itself answers 410, which the browser notes
    anyone.looks()
    anyone.reads("revoked", "It was awarded by mistake.")
    assert "Amparo" not in anyone.page.content()
    anyone.opens("/verify/")
    anyone.page.locator("main input[type=file]").set_input_files(baked)
    anyone.presses("Verify")
    anyone.reads("revoked", "It was awarded by mistake.")


@pytest.mark.long
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_coordinator_makes_and_publishes_a_badge(visit, javascript, badge_class):
    coordinator = visit(PHONE, javascript=javascript)
    agency = badge_class.issuer.agency
    user = MembershipFactory(agency=agency, role=Membership.Role.COORDINATOR).user
    coordinator.signs_in(user)

    coordinator.opens("/manage/badges/new/")
    coordinator.writes("Name", "Quiet Corners")
    coordinator.writes("Short description", "Make a place to be calm in, with your students.")
    coordinator.page.get_by_label("Category").select_option(label="Digital life")
    coordinator.presses("Save the draft")
    made = BadgeClass.objects.get(slug="quiet-corners")
    coordinator.opens(f"/manage/badges/{made.slug}/publish/")
    coordinator.reads("Before it can be published", "Add at least one criterion")
    coordinator.opens(f"/manage/badges/{made.slug}/criteria/")
    if coordinator.page.locator("#criterion-0").count() == 0:
        coordinator.presses("Add a criterion")
    row = coordinator.page.locator("fieldset.editor-row").first
    row.get_by_label("Name").first.fill("Make the place")
    row.get_by_label("What must be shown").fill("A place in your room where a child can be calm.")
    row.get_by_label("The evidence it asks for").fill("A photo without children.")
    coordinator.presses("Save", exact=True)
    coordinator.opens(f"/manage/badges/{made.slug}/art/")
    coordinator.page.get_by_label("Shape").select_option(index=2)
    coordinator.page.get_by_label("Describe the artwork").first.fill("A leaf in a ring.")
    coordinator.presses("Use this artwork")
    coordinator.opens(f"/manage/badges/{made.slug}/publish/")
    coordinator.page.locator("main form button[type=submit]").last.click()
    coordinator.page.wait_for_load_state()

    visit(PHONE, javascript=javascript).opens(made.get_absolute_url())
    made.refresh_from_db()
    assert made.status == BadgeClass.Status.PUBLISHED
