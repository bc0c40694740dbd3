"""Evidence from a phone: files sent when chosen, captions, one criterion at a time."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from reviewing import operations as reviewing
from submissions import operations
from tests.browser.conftest import PHONE
from tests.factories import AssignmentFactory, DraftFactory, judge_all
from tests.submissions import samples

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.long,
]

PHOTO = {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": samples.photo()}
SHORTCUT = {"name": "Plan.gdoc", "mimeType": "application/json", "buffer": b'{"url": "a"}'}


@pytest.fixture
def draft():
    return DraftFactory()


@pytest.fixture
def phone(visit, draft):
    return opened(visit, draft)


def opened(visit, submission, **options):
    phone = visit(PHONE, **options)
    phone.signs_in(submission.earner)
    phone.opens(reverse("submissions:edit", args=[submission.public_id]))
    return phone


def items_of(submission):
    items = submission.attempts.get(sent_at=None).evidence_items.exclude(kind="text")
    return list(items.values_list("file_name", "title"))


def section_of(phone, position):
    return phone.page.locator("[data-criterion]").nth(position - 1)


def choose(phone, position, *chosen):
    section = section_of(phone, position)
    add = section.locator("[data-upload]")
    if add.get_attribute("open") is None:
        add.locator("summary").click()
    section.locator("input[type=file]").set_input_files(list(chosen))
    return section


def is_in_sight(phone, locator) -> bool:
    """On the screen and not behind anything."""
    return locator.evaluate(
        """element => {
          const box = element.getBoundingClientRect();
          const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
          return box.top >= 0 && box.bottom <= innerHeight && element.contains(top);
        }"""
    )


def test_a_file_is_sent_when_it_is_chosen_and_gets_a_caption(phone, draft):
    operations.write_text(draft, draft.version.criteria.first(), "The first is answered.")
    phone.opens(reverse("submissions:edit", args=[draft.public_id]))
    section = choose(phone, 2, PHOTO)
    said = section.locator("[data-said]")
    assert not section.get_by_text("Done", exact=True).is_visible()
    assert not section.get_by_text("Reviewers read the caption.").is_visible()
    said.get_by_text("Added: IMG_2041.jpg").wait_for()

    section.get_by_text("Done", exact=True).wait_for()
    assert section.get_by_text("Reviewers read the caption.").is_visible()
    assert items_of(draft) == [("IMG_2041.jpg", "")]
    assert is_in_sight(phone, said)
    assert phone.page.locator(".upload").count() == 0
    phone.reads("2 of 2 done")
    section.get_by_label("Caption").fill("Week two on the wall")
    phone.page.locator("[data-saved]").get_by_text(re.compile(r"^Saved \d")).wait_for()
    assert items_of(draft) == [("IMG_2041.jpg", "Week two on the wall")]
    phone.looks()


def test_a_refused_file_is_explained_where_it_was_chosen(phone, draft):
    section = choose(phone, 1, SHORTCUT, PHOTO)
    refusal = section.locator(".upload--refused")
    refusal.get_by_text("only a shortcut to a Google document").wait_for()
    section.locator("[data-said]").get_by_text("Added: IMG_2041.jpg").wait_for()

    assert items_of(draft) == [("IMG_2041.jpg", "")]
    assert is_in_sight(phone, refusal)
    assert refusal.get_attribute("role") == "alert"
    assert phone.page.evaluate("document.activeElement.className").startswith("upload")
    phone.looks()
    refusal.get_by_role("button", name="Do not add it").click()
    assert phone.page.locator(".upload").count() == 0


def test_a_line_that_breaks_loses_no_file_and_adds_none_twice(phone, draft):
    lost = []

    def lose_the_answer(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the file arrives, the answer does not
        route.abort()

    phone.page.route("**/evidence/file/", lose_the_answer)
    section = choose(phone, 1, PHOTO)
    broken = section.locator(".upload--refused")
    broken.get_by_text("Nothing is lost").wait_for()
    phone.problems.clear()  # the browser reports that the line broke

    # The page is not left with a file that is still to be sent.
    phone.page.get_by_role("button", name="Check and send").click()
    assert phone.page.url.endswith("/evidence/")
    assert is_in_sight(phone, broken)
    broken.get_by_role("button", name="Try again").click()
    section.locator("[data-said]").get_by_text("Added: IMG_2041.jpg").wait_for()

    assert lost == [200]
    assert items_of(draft) == [("IMG_2041.jpg", "")]


def test_an_upload_shows_how_far_it_is_and_can_be_canceled(phone, draft):
    devtools = phone.context.new_cdp_session(phone.page)
    devtools.send("Network.enable")
    slow = {"offline": False, "latency": 50, "downloadThroughput": -1, "uploadThroughput": 20_000}
    devtools.send("Network.emulateNetworkConditions", slow)
    big = {**PHOTO, "buffer": PHOTO["buffer"] + b"\0" * 400_000}
    section = choose(phone, 1, big)
    sending = section.locator(".upload")

    sending.get_by_text(re.compile(r"Sending … [1-9]\d? %")).wait_for()
    assert 0 < sending.locator("progress").evaluate("bar => bar.value") < 1
    assert sending.locator("canvas").is_visible()
    sending.get_by_role("button", name="Cancel").click()

    section.locator("[data-said]").get_by_text("Canceled. The file was not added.").wait_for()
    assert items_of(draft) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(visit, draft, settings):
    settings.EVIDENCE_LARGEST_FILE = 1_000_000
    phone = opened(visit, draft)
    sent = []
    phone.page.on("request", lambda request: sent.append(request.method))
    section = choose(phone, 1, {**PHOTO, "buffer": PHOTO["buffer"] + b"\0" * 1_000_000}, PHOTO)
    refusal = section.locator(".upload--refused")
    refusal.get_by_text("The file is larger than").wait_for()
    section.locator("[data-said]").get_by_text("Added: IMG_2041.jpg").wait_for()

    assert sent.count("POST") == 1
    assert len(items_of(draft)) == 1
    assert is_in_sight(phone, refusal)


def test_a_button_pressed_while_a_file_is_sent_says_why_nothing_happens(phone, draft):
    phone.page.route("**/evidence/file/", lambda route: None)  # an answer that does not come
    section = choose(phone, 1, PHOTO)
    section.locator(".upload").wait_for()
    section.get_by_text("Add a link", exact=True).click()
    section.get_by_label("Web address").fill("https://example.org/plan")
    section.get_by_role("button", name="Add link").click()

    why = section.get_by_role("alert")
    assert "This file is not added yet." in why.inner_text()
    assert is_in_sight(phone, why)
    assert section.get_by_label("Web address").input_value() == "https://example.org/plan"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_statement_that_is_not_accepted_is_said_in_sight(visit, javascript):
    submission = DraftFactory()
    for criterion in submission.version.criteria.all():
        operations.write_text(submission, criterion, "Answered. " * 300)
    phone = visit(PHONE, javascript=javascript)
    phone.signs_in(submission.earner)
    phone.opens(reverse("submissions:send", args=[submission.public_id]))

    phone.presses("Send to a reviewer")

    summary = phone.page.locator(".form-errors")
    assert is_in_sight(phone, summary.get_by_role("link").first)


def test_without_scripts_a_refused_file_keeps_the_page_at_its_criterion(visit, draft):
    phone = opened(visit, draft, javascript=False)
    second = section_of(phone, 2)
    second.locator(":scope > summary").click()
    choose(phone, 2, SHORTCUT)
    second.get_by_role("button", name="Add file to").click()
    phone.page.wait_for_load_state()

    errors = second.locator(".field__errors")
    assert "only a shortcut" in errors.inner_text()
    assert phone.page.locator(".form-errors").count() == 0
    assert is_in_sight(phone, errors)

    second.locator("input[type=file]").set_input_files([PHOTO])
    second.get_by_role("button", name="Add file to").click()
    phone.page.wait_for_load_state()
    assert "Added. Your draft is saved." in second.locator("[data-said]").inner_text()
    assert is_in_sight(phone, second.locator("[data-said]"))


def test_a_refused_link_keeps_the_page_and_the_focus_at_its_field(phone, draft):
    second = section_of(phone, 2)
    second.locator(":scope > summary").click()
    second.get_by_text("Add a link", exact=True).click()
    second.get_by_label("Web address").fill("http://localhost:8000/plan")
    second.get_by_role("button", name="Add link").click()
    phone.page.wait_for_load_state()

    errors = second.locator(".field__errors")
    errors.get_by_text("Only your own device or network").wait_for()
    assert is_in_sight(phone, errors)
    # The script moves the focus once the page has loaded.
    second.locator("input[name$='-url']:focus").wait_for()
    phone.looks()


def test_one_criterion_is_unfolded_at_a_time(phone, draft):
    def unfolded():
        return [
            each.evaluate("section => section.open")
            for each in phone.page.locator("[data-criterion]").all()
        ]

    assert unfolded() == [True, False, False]
    section_of(phone, 2).locator(":scope > summary").click()
    assert unfolded() == [False, True, False]

    section_of(phone, 2).get_by_label("In your own words").fill("The second is answered.")
    phone.page.locator("[data-saved]").get_by_text(re.compile(r"^Saved \d")).wait_for()
    phone.reads("1 of 2 done")
    assert section_of(phone, 2).get_by_text("Done", exact=True).is_visible()
    phone.page.reload()
    assert unfolded() == [True, False, False]
    phone.looks()


@pytest.mark.parametrize("width", [320, 390, 834])
def test_when_all_is_done_sending_is_offered_once_and_in_sight(phone, draft, width):
    phone.page.set_viewport_size({"width": width, "height": 844})
    send = phone.page.get_by_role("button", name="Check and send")
    operations.write_text(draft, draft.version.criteria.first(), "The first is answered.")
    phone.page.reload()
    assert send.count() == 1
    section_of(phone, 2).get_by_label("In your own words").fill("The second is answered.")
    phone.reads("1 of 2 done")

    phone.page.get_by_text("2 of 2 done").wait_for()

    assert send.count() == 1
    assert is_in_sight(phone, send)
    phone.looks()


def test_met_criteria_are_folded_and_comments_come_first(visit):
    assignment = AssignmentFactory()
    submission = assignment.attempt.submission
    second = submission.version.criteria.all()[1]
    judged = judge_all(assignment, "met", "Well done.")
    judged[second] = reviewing.Judgment("not_yet", "Add a date to the plan.")
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judged, summary="Nearly there."
    )
    phone = opened(visit, submission)

    opens = [each.evaluate("e => e.open") for each in phone.page.locator("[data-criterion]").all()]
    assert opens[:2] == [False, True]
    words = phone.words()
    assert words.index("Nearly there.") < words.index("1 of 2 done")
    assert "Add a date to the plan." in section_of(phone, 2).inner_text()
    second = section_of(phone, 2)
    assert second.get_by_text("As you sent it before.").is_visible()
    second.get_by_label("In your own words").fill("With a date.")
    second.get_by_text("Changed since you sent it").wait_for()
    assert not second.get_by_text("As you sent it before.").is_visible()


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_the_bar_covers_no_field_that_has_the_focus(phone, size):
    phone.page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
    phone.page.locator("[data-criterion] textarea").first.focus()
    covered = []
    for _press in range(12):
        phone.page.keyboard.press("Tab")
        covered += phone.page.evaluate(
            """() => {
              const element = document.activeElement;
              const bar = document.querySelector(".evidence-form__bar");
              if (bar.contains(element) || !element.closest(".evidence-form")) return [];
              const box = element.getBoundingClientRect(), edge = bar.getBoundingClientRect();
              const hidden = box.bottom > edge.top + 1 && box.top < edge.bottom;
              return hidden ? [element.outerHTML.slice(0, 120)] : [];
            }"""
        )

    assert covered == []
    phone.page.set_viewport_size({"width": 390, "height": 400})  # with an on-screen keyboard
    bar = phone.page.locator(".evidence-form__bar")
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "static"
