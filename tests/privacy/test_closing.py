"""People close their account themselves, and have fourteen days to come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from audit.models import AuditEntry
from issuing.models import Assertion, SignedCredential
from mail.composing import compose
from mail.models import OutgoingEmail
from privacy.closing import operations as closing
from privacy.models import AccountClosing, PrivacyRequest
from privacy.operations import is_erased
from reviewing.models import Assignment
from submissions.models import Submission
from tests.factories import AgencyFactory, AssignmentFactory, MembershipFactory, UserFactory
from tests.privacy.retaining import decided, evidence, with_badge
from tests.races import at_once

pytestmark = pytest.mark.django_db
PAGE, KEEP = "/account/closing/", "/account/closing/keep/"
NOW = timezone.now()
AT_THE_END = NOW + timedelta(days=14, minutes=1)


def close(person, *, keeps_badges=True):
    return closing.ask(person, keeps_badges=keeps_badges, now=NOW)


def work(now=AT_THE_END):
    while closing.end_next(now=now):
        pass


def account(person):
    return User.objects.get(pk=person.pk)


def test_a_person_closes_the_account_and_comes_back(client):
    person = UserFactory()
    client.force_login(person)

    unsure = client.post(PAGE, {"badges": "keep"})
    asked = client.post(PAGE, {"badges": "keep", "sure": "on"})
    again = client.post(PAGE, {"badges": "erase", "sure": "on"})
    elsewhere = [client.get(url) for url in ("/", "/my-badges/", "/account/privacy/")]
    meanwhile = client.get(PAGE).content.decode()
    came_back = client.post(KEEP)
    work()

    assert [one.status_code for one in (unsure, asked, again, came_back)] == [422, 302, 200, 302]
    assert [one["Location"] for one in elsewhere] == [PAGE] * 3
    for words in ("Keep my account", "Ask for a copy", "Sign out"):
        assert words in meanwhile
    assert AccountClosing.objects.get().kept_at
    assert not is_erased(account(person))
    assert client.get("/my-badges/").status_code == 200


def test_the_email_says_how_to_come_back():
    person = UserFactory()

    close(person)

    message = compose(OutgoingEmail.objects.get(kind="closing_asked"))
    assert message.to == [person.email]
    assert "Keep my account" in message.body
    assert PAGE in message.body


def test_badges_that_are_kept_still_verify_and_the_rest_is_gone(client):
    submission = decided()
    award = with_badge(submission)
    person = submission.earner
    Assertion.objects.filter(pk=award.pk).update(shows_name=True)
    page = reverse("issuing:award", args=[award.public_id])
    before = client.get(f"/credentials/{award.public_id}").content

    close(person)
    meanwhile = client.get(page).status_code
    work()

    assert meanwhile == 200
    award.refresh_from_db()
    assert (award.status, award.recipient_name) == ("issued", person.name)
    assert SignedCredential.objects.filter(assertion=award).exists()
    assert client.get(f"/credentials/{award.public_id}").content == before
    assert client.get(page).status_code == 200
    assert evidence(submission) == []
    closed = account(person)
    assert is_erased(closed)
    assert (closed.is_active, closed.closes_at) == (False, None)
    # Nothing that would take the badges back when erasures are done again.
    assert not PrivacyRequest.objects.exists()


def test_badges_that_are_not_kept_are_taken_back():
    submission = decided()
    award = with_badge(submission)

    close(submission.earner, keeps_badges=False)
    work()

    award.refresh_from_db()
    assert (award.status, award.recipient_name) == ("revoked", "")
    assert is_erased(account(submission.earner))


def test_reviews_go_back_to_the_queue_at_once():
    assignment = AssignmentFactory()

    close(assignment.reviewer)

    assert not Assignment.objects.active().exists()
    assert Submission.objects.get().status == Submission.Status.SUBMITTED


def test_the_only_coordinator_is_told_to_find_another(client):
    place = MembershipFactory(agency=AgencyFactory(name="Elk Office"), role="coordinator")
    client.force_login(place.user)

    page = client.get(PAGE).content.decode()
    client.post(PAGE, {"badges": "keep", "sure": "on"})
    refused = AccountClosing.objects.count()
    MembershipFactory(agency=place.agency, role=Membership.Role.COORDINATOR)
    client.post(PAGE, {"badges": "keep", "sure": "on"})

    assert "only coordinator of Elk Office" in page
    assert (refused, AccountClosing.objects.count()) == (0, 1)


def test_who_became_the_only_coordinator_meanwhile_is_not_closed():
    place = MembershipFactory(agency=AgencyFactory(), role="coordinator")
    other = MembershipFactory(agency=place.agency, role="coordinator")
    close(place.user)
    other.delete()

    work()

    assert not is_erased(account(place.user))
    assert AccountClosing.objects.waiting().count() == 1


def test_an_operator_cannot_close_the_account():
    with pytest.raises(closing.CannotClose):
        close(UserFactory(is_staff=True))


def test_the_last_email_leaves_no_address_behind():
    person = UserFactory()
    close(person)
    work()
    farewell = OutgoingEmail.objects.get(kind="account_closed")
    assert (farewell.to, compose(farewell).subject) == (person.email, "Your account is closed")

    closing.forget_farewells(now=NOW)
    waits = OutgoingEmail.objects.filter(to=person.email).exists()
    farewell.status = OutgoingEmail.Status.SENT
    farewell.sent_at = AT_THE_END
    farewell.save()
    closing.forget_farewells(now=NOW)

    assert waits
    assert not OutgoingEmail.objects.filter(to=person.email).exists()


def test_nothing_happens_before_the_day_and_nothing_twice():
    person = UserFactory()
    close(person)

    work(NOW + timedelta(days=13))
    before = is_erased(account(person))
    work()
    work()

    assert (before, is_erased(account(person))) == (False, True)
    assert AuditEntry.objects.filter(act="account closed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_coming_back_at_the_last_moment_keeps_everything_or_comes_too_late():
    person = UserFactory()
    close(person)

    at_once(
        lambda: closing.end_next(now=AT_THE_END),
        lambda: closing.end_next(now=AT_THE_END),
        lambda: closing.keep(account(person), now=AT_THE_END),
    )

    asked = AccountClosing.objects.get()
    assert (asked.kept_at is None) == (asked.ended_at is not None)
    assert is_erased(account(person)) == (asked.ended_at is not None)
    assert account(person).closes_at is None
