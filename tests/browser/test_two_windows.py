"""The same draft on a phone and on a laptop, with the scripts that save while somebody types."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE, saves
from tests.factories import AssignmentFactory, DraftFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.long,
]


def text_of(draft) -> str:
    items = draft.attempts.get().evidence_items.filter(kind="text")
    return items.values_list("text", flat=True).first() or ""


def two_windows(visit, user, address):
    """The same page of one person, opened on a phone and on a laptop."""
    windows = visit(PHONE), visit(DESKTOP)
    for window in windows:
        window.signs_in(user)
        window.opens(address)
    return windows


def test_an_earner_keeps_both_versions_and_chooses(visit):
    draft = DraftFactory()
    address = reverse("submissions:edit", args=[draft.public_id])
    phone, laptop = two_windows(visit, draft.earner, address)
    box = [window.page.get_by_label("In your own words").first for window in (phone, laptop)]

    box[1].fill("Typed on the laptop.")
    saves(laptop)
    box[0].fill("Typed on the phone.")
    saves(phone, "choose below which version to keep")

    phone.looks()
    phone.reads("Saved in the other window", "Typed on the laptop.", "Typed on the phone.")
    assert text_of(draft) == "Typed on the laptop."

    phone.page.get_by_role("button", name="Keep what I wrote here").click()
    saves(phone)
    assert text_of(draft) == "Typed on the phone."
    assert phone.page.locator("[data-stored-elsewhere]").count() == 0

    box[1].fill("Typed on the laptop again.")
    saves(laptop, "choose below which version to keep")
    laptop.page.get_by_role("button", name="Use the other version").click()
    saves(laptop)
    assert box[1].input_value() == "Typed on the phone."
    assert text_of(draft) == "Typed on the phone."


def test_words_kept_on_the_phone_do_not_replace_newer_ones_unseen(visit):
    draft = DraftFactory()
    address = reverse("submissions:edit", args=[draft.public_id])
    phone, laptop = two_windows(visit, draft.earner, address)

    phone.context.set_offline(True)
    phone.page.get_by_label("In your own words").first.fill("Typed on the train.")
    saves(phone, "No connection")
    laptop.page.get_by_label("In your own words").first.fill("Typed on the laptop.")
    saves(laptop)
    phone.context.set_offline(False)
    phone.problems.clear()  # the browser reports that it was offline
    phone.page.reload()
    saves(phone, "choose below which version to keep")
    phone.reads("Typed on the laptop.", "Typed on the train.")
    assert text_of(draft) == "Typed on the laptop."


def test_a_page_that_back_shows_as_it_was_left_saves_again(visit):
    draft, assignment = DraftFactory(), AssignmentFactory()
    criterion = assignment.attempt.submission.version.criteria.first()
    pages = [
        (draft.earner, reverse("submissions:edit", args=[draft.public_id]), ".evidence-form"),
        (
            assignment.reviewer,
            reverse("reviewing:review", args=[assignment.pk]),
            "form[data-review-draft]",
        ),
    ]
    for person, address, form in pages:
        window = visit(DESKTOP)
        window.signs_in(person)
        window.opens(address)
        # The browser keeps such pages only outside tests; this is what the page sees of it.
        window.page.eval_on_selector(form, "form => form.onsubmit = () => false")
        window.page.locator(form).get_by_role(
            "button", name=re.compile("^Save (the )?draft$")
        ).last.click()
        with window.page.expect_navigation():
            window.page.evaluate(
                "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
            )

        window.page.locator(f"{form} textarea").first.fill("Typed after Back.")
        saves(window)

    assert text_of(draft) == "Typed after Back."
    stored = {each.criterion_id: each.comment for each in judgments(assignment)}
    assert stored[criterion.pk] == "Typed after Back."


def test_a_reviewer_keeps_both_comments_and_the_rest_is_saved(visit):
    assignment = AssignmentFactory()
    first, second = list(assignment.attempt.submission.version.criteria.all())[:2]
    address = reverse("reviewing:review", args=[assignment.pk])
    phone, laptop = two_windows(visit, assignment.reviewer, address)

    def comment(window, criterion):
        return window.page.locator(f"[name=comment_{criterion.pk}]")

    comment(laptop, first).fill("A clear plan.")
    saves(laptop)
    comment(phone, first).fill("A good plan.")
    comment(phone, second).fill("Add a date.")
    phone.page.get_by_role("button", name="Keep what I wrote here").wait_for()

    stored = {each.criterion_id: each.comment for each in judgments(assignment)}
    assert (stored[first.pk], stored[second.pk]) == ("A clear plan.", "Add a date.")
    phone.looks()
    phone.page.get_by_role("button", name="Keep what I wrote here").click()
    saves(phone)
    stored = {each.criterion_id: each.comment for each in judgments(assignment)}
    assert stored[first.pk] == "A good plan."

    comment(laptop, first).fill("A clear plan!")
    laptop.page.get_by_role("button", name="Use the other version").click()
    saves(laptop)
    assert comment(laptop, first).input_value() == "A good plan."
    assert comment(laptop, second).input_value() == "Add a date."


def judgments(assignment):
    return assignment.attempt.reviews.get().judgments.all()
