"""An earner says who must not read their work, and nobody else learns of it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from mail.models import OutgoingEmail
from mail.tasks import send_due_emails
from reviewing import operations
from reviewing.models import NamedConflict
from reviewing.reviewers.operations import conflicts
from submissions.models import StatusChange
from tests.factories import SentSubmissionFactory, UserFactory, coordinator_for, reviewer_for
from tests.reviewing.pages import body

pytestmark = pytest.mark.django_db
PAGE = reverse("reviewing:named")


@pytest.fixture
def earner(client):
    person = UserFactory()
    client.force_login(person)
    return person


def names(client, address, **kwargs):
    return client.post(PAGE, {"address": address}, **kwargs)


def test_whom_an_earner_names_does_not_read_their_work(client, earner, badge_class):
    reviewer, other = (reviewer_for(badge_class) for _ in range(2))

    names(client, reviewer.email.upper())

    submission = SentSubmissionFactory(badge_class=badge_class, earner=earner)
    with pytest.raises(operations.ReviewerNotAllowed):
        operations.claim(submission, by=reviewer)
    assert operations.claim(submission, by=other)


def test_it_can_be_taken_back_by_the_earner_alone(client, earner, badge_class):
    reviewer = reviewer_for(badge_class)
    names(client, reviewer.email)
    end = reverse("reviewing:named_end", args=[NamedConflict.objects.get().pk])

    client.force_login(reviewer)
    assert client.post(end).status_code == 404
    client.force_login(earner)
    first, again = (body(client.post(end, follow=True)) for _ in range(2))

    assert "Removed." in first
    assert "This had ended already." in again
    submission = SentSubmissionFactory(badge_class=badge_class, earner=earner)
    assert operations.claim(submission, by=reviewer)


def test_the_page_says_the_same_of_every_address(client, earner):
    pages = []
    for address in (UserFactory().email, "nobody@other.example"):
        page = body(names(client, address, follow=True))
        assert address not in page
        pages.append(page.replace(earner.email, "").count("Somebody whom you named on"))

    assert pages == [1, 2]


def test_their_own_address_and_too_many_are_refused_in_the_form(client, earner, monkeypatch):
    monkeypatch.setattr(conflicts, "MOST_NAMED", 1)

    own = names(client, earner.email)
    names(client, "one@other.example")
    more = names(client, "two@other.example")

    assert (own.status_code, more.status_code) == (422, 422)
    assert "This is your own address." in body(own)
    assert "You have named 1 people. Remove one first." in body(more)
    assert 'value="two@other.example"' in body(more)
    assert NamedConflict.objects.count() == 1


def test_naming_one_after_the_other_does_not_tell_who_reads(client, earner, monkeypatch):
    monkeypatch.setattr(conflicts, "MOST_NAMED", 1)
    names(client, "one@other.example")
    client.post(reverse("reviewing:named_end", args=[NamedConflict.objects.get().pk]))

    soon = names(client, "two@other.example")
    in_a_month = timezone.now() + conflicts.NAMED_WITHIN

    assert soon.status_code == 422
    assert "You can name 1 people in 30 days." in body(soon)
    assert conflicts.name_person(earner, address="two@other.example", by=earner, now=in_a_month)


def test_nobody_learns_who_wanted_what_returns_to_the_queue(client, assignment):
    submission, reviewer = assignment.submission, assignment.reviewer
    client.force_login(submission.earner)

    names(client, reviewer.email)

    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.actor) == ("review given back", None)
    assert StatusChange.objects.latest("pk").actor == reviewer
    OutgoingEmail.objects.exclude(kind="review_taken").delete()
    send_due_emails()
    [email] = mail.outbox
    assert email.to == [reviewer.email]
    assert "is no longer with you" in email.body
    assert "oordinator" not in email.body


def test_the_named_person_and_coordinators_see_nothing_of_it(client, earner, badge_class):
    reviewer, coordinator = reviewer_for(badge_class), coordinator_for(badge_class)
    names(client, reviewer.email)
    submission = SentSubmissionFactory(badge_class=badge_class, earner=earner)

    client.force_login(reviewer)
    assert "Somebody whom you named" not in body(client.get(PAGE))
    assert submission.pseudonym not in body(client.get(reverse("reviewing:queue")))
    client.force_login(coordinator)
    page = body(client.get(reverse("submissions:manage_submission", args=[submission.public_id])))
    assert submission.earner.name in page
    assert reviewer.email not in page


def test_account_and_submission_lead_to_it(client, earner, badge_class):
    submission = SentSubmissionFactory(badge_class=badge_class, earner=earner)

    for page in (reverse("accounts:profile"), submission.get_absolute_url()):
        assert f'href="{PAGE}"' in body(client.get(page))


def test_reviewers_find_the_same_people_among_their_settings(client, badge_class):
    reviewer = reviewer_for(badge_class)
    client.force_login(reviewer)

    names(client, "one@other.example")

    assert "Somebody whom you named on" in body(client.get(reverse("reviewing:people")))
