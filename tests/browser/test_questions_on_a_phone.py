"""Questions of a badge, answered on a phone: choices and words save themselves."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from submissions.models import EvidenceItem
from tests.browser.conftest import PHONE
from tests.submissions.questions.asking import draft_with_questions

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.long,
]


@pytest.fixture
def draft():
    return draft_with_questions()


def opened(visit, draft, **options):
    phone = visit(PHONE, **options)
    phone.signs_in(draft.earner)
    phone.opens(reverse("submissions:edit", args=[draft.public_id]))
    return phone


def kept():
    return {each.asked: each.words for each in EvidenceItem.objects.get().answered_questions}


def saved(phone):
    """Wait until what was chosen or typed last is saved."""
    phone.page.locator("[data-saved]").get_by_text(re.compile(r"^Saved \d")).wait_for()


def test_what_is_chosen_and_typed_saves_itself(visit, draft):
    phone = opened(visit, draft)
    phone.page.get_by_label("Grade 1").check()
    phone.page.get_by_label("Tablets").check()
    phone.page.get_by_label("Paper").check()
    phone.writes("How many students?", "24")
    saved(phone)

    phone.page.get_by_label("Tablets").uncheck()
    phone.page.get_by_label("When?").fill("2026-10-05")
    phone.page.get_by_text("1 of 1 done").wait_for()
    phone.looks()

    answers = kept()
    assert answers["Which grade did you teach?"] == ["Grade 1"]
    assert answers["What did you use?"] == ["Paper"]
    assert answers["How many students?"] == ["24"]
    phone.page.get_by_label("Paper").uncheck()
    phone.page.get_by_label("No answer").check()
    phone.page.get_by_text("0 of 1 done").wait_for()
    assert kept()["What did you use?"] == []
    phone.page.reload()
    assert not phone.page.get_by_label("Paper").is_checked()
    assert phone.page.get_by_label("How many students?").input_value() == "24"


def test_a_refused_number_stays_on_the_page_and_is_said(visit, draft):
    phone = opened(visit, draft)
    phone.writes("How many students?", "about twenty")
    phone.page.locator("[data-saved]").get_by_text("Some text is not saved yet").wait_for()

    phone.presses("Save draft")

    phone.reads("Write a number in digits, such as 12 or 3.5.")
    assert phone.page.get_by_label("How many students?").input_value() == "about twenty"


def test_two_phones_that_choose_differently_see_both(visit, draft):
    one, other = opened(visit, draft), opened(visit, draft)
    one.page.get_by_label("Tablets").check()
    saved(one)

    other.page.get_by_label("Paper").check()
    other.page.get_by_text("Saved in the other window").wait_for()
    other.looks()
    other.page.get_by_role("button", name="Use the other version").click()

    assert other.page.get_by_label("Tablets").is_checked()
    assert not other.page.get_by_label("Paper").is_checked()
    assert kept()["What did you use?"] == ["Tablets"]


def test_without_scripts_the_button_saves_them(visit, draft):
    phone = opened(visit, draft, javascript=False)
    phone.page.get_by_label("Tablets").check()
    phone.presses("Save draft")

    assert kept()["What did you use?"] == ["Tablets"]
    assert phone.page.get_by_label("Tablets").is_checked()
