"""Emails in the program's own words."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from audit.models import AuditEntry
from mail import operations as mail
from mail.composing import compose, composed_kinds
from mail.models import OutgoingEmail
from office.people.email_words import KINDS, WITHOUT_OWN_WORDS
from program import operations as program
from program.email_words import fill, stored_words, unknown_variables
from program.models import EmailWords
from tests.factories import AgencyFactory, MembershipFactory
from tests.issuing.awards import issued_award
from tests.mailings.subscribers import signed_up

URL = reverse("office:manage_email", args=["badge_issued", "en"])
BACK = reverse("office:manage_email_default", args=["badge_issued", "en"])
LIST = reverse("office:manage_emails")
OWN = {"subject": "Well done: {subject}", "opening": "A note from {program} <b>today</b>."}


@pytest.fixture
def office(db):
    return AgencyFactory(name="Alder County Office")


@pytest.fixture
def manager(office):
    return MembershipFactory(agency=office, role="coordinator").user


@pytest.fixture
def browser(client, manager):
    client.force_login(manager)
    return client


def badge_email():
    issued_award()
    return OutgoingEmail.objects.get(kind="badge_issued")


def test_an_email_says_it_in_the_own_words_of_its_language(browser):
    email = badge_email()
    before = compose(email)

    browser.post(URL, OWN)

    after = compose(email)
    html = after.alternatives[0][0]
    assert after.subject == f"Well done: {before.subject}"
    assert after.body.startswith("A note from ")
    assert "<b>today</b>." in after.body  # plain text
    assert "&lt;b&gt;today&lt;/b&gt;" in html
    assert "Well done" in html
    email.language = "es"
    assert "Well done" not in compose(email).subject


def test_other_kinds_keep_their_words(browser):
    browser.post(reverse("office:manage_email", args=["badge_revoked", "en"]), OWN)

    assert "Well done" not in compose(badge_email()).subject


@pytest.mark.parametrize("field", ["subject", "opening"])
@pytest.mark.parametrize("text", ["Hi {name}", "{}", "{ subject.__class__ }", "{0}"])
def test_an_unknown_variable_is_refused_and_what_was_typed_stays(browser, field, text):
    page = browser.post(URL, {**OWN, field: text})

    assert page.status_code == 422
    assert "There is no variable" in page.content.decode()
    assert text.replace("<", "&lt;") in page.content.decode()
    assert not EmailWords.objects.exists()


def test_nothing_in_a_text_is_run():
    text = "{% load x %} {{ subject }} %(subject)s $subject {subject!r}"

    filled = fill(text, {"subject": "A"})

    assert filled == "{% load x %} {A} %(subject)s $subject {subject!r}"
    assert unknown_variables(text) == ["subject!r"]
    assert fill("{subject}", {"subject": "{program}", "program": "B"}) == "{program}"


def test_a_subject_is_one_line_of_bounded_length(browser):
    browser.post(URL, {"subject": "Hello\r\nBcc: all@school.example", "opening": ""})
    long = browser.post(URL, {"subject": "x" * 121, "opening": ""})

    assert long.status_code == 422
    message = compose(badge_email())
    assert "\n" not in message.subject
    assert "Bcc" not in message.message()


def test_a_preview_shows_the_newest_email_without_its_links_and_saves_nothing(browser):
    badge_email()

    page = browser.post(URL, {**OWN, "preview": "1"}).context["preview"]

    assert page.is_real
    assert page.subject.startswith("Well done: ")
    assert "http" not in page.text
    assert not EmailWords.objects.exists()


def test_a_preview_without_any_email_shows_the_beginning(browser):
    page = browser.post(URL, {**OWN, "preview": "1"}).context["preview"]

    assert not page.is_real
    assert page.text.startswith("A note from ")


def test_a_test_goes_to_oneself_alone(browser, manager, mailoutbox):
    badge_email()
    OutgoingEmail.objects.update(status="sent", sent_at=timezone.now())

    browser.post(URL, {**OWN, "test": "1"})
    while email := mail.lease_email(now=timezone.now()):
        assert mail.send_email(email), email.last_error

    [letter] = mailoutbox
    assert letter.to == [manager.email]
    assert letter.subject.startswith("Well done: ")
    assert not EmailWords.objects.exists()


def test_back_to_the_default_text(browser):
    browser.post(URL, OWN)
    shown = browser.get(URL).context["mark"]

    browser.post(BACK, {"shown": shown})
    browser.post(BACK, {"shown": program.email_mark("badge_issued", "en")})  # a double click

    assert stored_words("badge_issued", "en") == {"subject": "", "opening": ""}
    acts = list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["email subject changed", "email opening changed", "email back to the default"]


def test_words_that_another_window_changed_are_not_given_up(browser):
    browser.post(URL, OWN)
    shown = browser.get(URL).context["mark"]
    browser.post(URL, {**OWN, "subject": "Newer"})

    browser.post(BACK, {"shown": shown})

    assert stored_words("badge_issued", "en")["subject"] == "Newer"


def test_clearing_both_texts_leaves_no_row(browser):
    browser.post(URL, OWN)
    browser.post(URL, {"subject": "", "opening": ""})

    assert not EmailWords.objects.exists()
    assert browser.get(LIST).status_code == 200


def test_unknown_kinds_and_languages_are_not_found(browser):
    for kind, language in [("nothing", "en"), ("badge_issued", "fr"), ("already_written", "en")]:
        assert browser.get(reverse("office:manage_email", args=[kind, language])).status_code == 404


def test_every_kind_has_a_page_in_both_languages(browser):
    with translation.override("en"):
        page = browser.get(LIST).content.decode()
    assert all(reverse("office:manage_email", args=[kind, "es"]) in page for kind in KINDS)


def test_coordinators_of_a_district_have_no_such_pages(client, office):
    district = AgencyFactory(parent=office)
    client.force_login(MembershipFactory(agency=district, role="coordinator").user)

    assert client.get(LIST).status_code == client.post(URL, OWN).status_code == 403
    assert client.post(BACK).status_code == 403


def test_every_kind_that_is_composed_has_own_words_or_a_reason_not_to():
    assert set(composed_kinds()) == KINDS.keys() | WITHOUT_OWN_WORDS.keys()
    assert KINDS.keys().isdisjoint(WITHOUT_OWN_WORDS)


@pytest.mark.parametrize("kind", ["review_reminder", "prize_won", "list_sign_up", "copy_ready"])
def test_other_kinds_take_own_words_and_give_them_back(browser, kind):
    page = reverse("office:manage_email", args=[kind, "en"])

    browser.post(page, OWN)

    assert stored_words(kind, "en") == OWN
    browser.post(reverse("office:manage_email_default", args=[kind, "en"]))
    assert not any(stored_words(kind, "en").values())


def test_an_email_of_a_list_says_it_in_own_words_also_in_its_preview(browser):
    signed_up("rosa@school.example")
    page = reverse("office:manage_email", args=["list_sign_up", "en"])

    seen = browser.post(page, {**OWN, "preview": "1"}).content.decode()
    browser.post(page, OWN)

    assert "Well done: Please confirm" in seen
    assert "/lists/confirm/" not in seen
    email = OutgoingEmail.objects.get(kind="list_sign_up")
    assert compose(email).subject.startswith("Well done: Please confirm")
