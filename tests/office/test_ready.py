"""“Ready for teachers”: what a new program still needs, true item by item."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ClosedDay, SetUp
from audit.models import AuditEntry
from issuing.keys import operations as keys
from mail import operations as mail
from mail.models import OutgoingEmail
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    IssuerFactory,
    MembershipFactory,
)

READY, ACT = reverse("office:manage_ready"), reverse("office:manage_ready_act")
DAYS = reverse("office:manage_closed_days")


@pytest.fixture
def office(db):
    return AgencyFactory(name="Alder County Office")


@pytest.fixture
def coordinator(office):
    return MembershipFactory(agency=office, role="coordinator").user


@pytest.fixture
def browser(client, office, coordinator):
    SetUp.objects.create(pk=1, coordinator=coordinator, agency=office, finished_at=timezone.now())
    client.force_login(coordinator)
    return client


def done(browser):
    return [item.name for item in browser.get(READY).context["items"] if item.is_done]


def test_nothing_is_done_at_first(browser):
    assert done(browser) == []
    assert "Still missing" in browser.get(READY).content.decode()


def test_an_item_is_done_when_it_is_true(browser, office):
    issuer = IssuerFactory(agency=office)
    keys.make_keys(issuer, now=timezone.now())
    assert done(browser) == ["key"]

    BadgeFactory(issuer=issuer)
    MembershipFactory(agency=AgencyFactory(parent=office), role="reviewer")

    assert done(browser) == ["key", "badge", "reviewer"]


def test_email_works_when_a_test_has_left(browser, coordinator, mailoutbox):
    browser.post(ACT, {"act": "mail"})
    browser.post(ACT, {"act": "mail"})  # a double click
    assert done(browser) == []

    while email := mail.lease_email(now=timezone.now()):
        assert mail.send_email(email), email.last_error

    assert OutgoingEmail.objects.filter(kind="test_letter").count() == 1
    [letter] = mailoutbox
    assert letter.to == [coordinator.email]
    assert READY in letter.body
    assert done(browser) == ["mail"]


def test_closed_days_are_listed_for_the_whole_program(browser, office):
    first = timezone.localdate() + timedelta(30)
    typed = {"name": "Winter break", "first": str(first), "last": str(first + timedelta(2))}

    browser.post(DAYS, typed)
    browser.post(DAYS, typed)

    assert ClosedDay.objects.filter(agency=office, name="Winter break").count() == 3
    assert done(browser) == ["days"]
    assert AuditEntry.objects.get(act="closed days added").note.startswith("Winter break: ")
    day = ClosedDay.objects.first()
    browser.post(reverse("office:manage_closed_day_remove", args=[day.pk]))
    assert ClosedDay.objects.count() == 2


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("2027-01-05", "2027-01-02", "last"), ("2207-01-05", "", "first"), ("soon", "", "first")],
)
def test_impossible_days_are_refused(browser, first, last, field):
    page = browser.post(DAYS, {"name": "Break", "first": first, "last": last})

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert 'value="Break"' in page.content.decode()


def test_who_read_the_home_page_is_in_the_activity_log(browser, coordinator):
    browser.post(ACT, {"act": "texts"})
    browser.post(ACT, {"act": "texts"})

    assert done(browser) == ["texts"]
    assert AuditEntry.objects.get(act="texts of the program read").actor == coordinator


def test_the_list_is_hidden_only_when_nothing_is_missing(browser, office):
    today = reverse("office:manage_today")
    browser.post(ACT, {"act": "hide"})
    assert READY in browser.get(today).content.decode()

    issuer = IssuerFactory(agency=office)
    keys.make_keys(issuer, now=timezone.now())
    BadgeFactory(issuer=issuer)
    MembershipFactory(agency=office, role="reviewer")
    ClosedDay.objects.create(agency=office, date=timezone.localdate(), name="Today")
    OutgoingEmail.objects.create(
        kind="test_letter", key="1", to="a@a.example", status="sent", sent_at=timezone.now(),
        due_at=timezone.now(),
    )  # fmt: skip
    browser.post(ACT, {"act": "texts"})
    assert browser.get(READY).context["is_ready"]
    browser.post(ACT, {"act": "hide"})

    assert browser.get(READY).status_code == 404
    assert READY not in browser.get(today).content.decode()


def test_coordinators_of_a_district_have_no_such_list(client, browser, office):
    district = AgencyFactory(parent=office)
    client.force_login(MembershipFactory(agency=district, role="coordinator").user)

    assert client.get(READY).status_code == 403
    assert client.get(DAYS).status_code == 403
    assert READY not in client.get(reverse("office:manage_today")).content.decode()
