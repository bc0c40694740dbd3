"""An earner who was promised a badge by email hears that it does not come; nobody else does."""

from __future__ import annotations

import pytest
from django.core import mail as outbox
from django.utils import timezone

from issuing.awards.operations import changes
from issuing.models import Assertion
from mail import operations as mail
from mail.composing import compose
from mail.models import OutgoingEmail
from tests.factories import BadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import issued_award, waiting_award

pytestmark = pytest.mark.django_db

BECAUSE = "The evidence is of another person."


def cancel(award: Assertion) -> None:
    changes.cancel(award, by=coordinator_for(award.badge_class), reason=BECAUSE)


def send_all() -> list[str]:
    """The subjects of what is sent."""
    outbox.outbox.clear()
    while email := mail.lease_email(now=timezone.now()):
        mail.send_email(email)
    return [message.subject for message in outbox.outbox]


def kinds() -> set[str]:
    return set(OutgoingEmail.objects.values_list("kind", flat=True))


def award_of(name: str, language: str = "en") -> Assertion:
    earner = UserFactory(name="Rosa Álvarez", language=language)
    badge = BadgeFactory(name=name, waiting_hours=48)
    return waiting_award(earner=earner, badge_class=badge)


def test_after_the_promise_was_sent_a_cancellation_is_an_email_without_the_reason():
    award = award_of("Media Balance")
    send_all()

    cancel(award)

    assert send_all() == ["“Media Balance” was canceled"]
    [message] = outbox.outbox
    issuer = award.badge_class.issuer
    assert message.to == [award.recipient_email]
    assert f"To ask why, contact {issuer.email}." in message.body
    assert "It will not arrive by email." in message.alternatives[0].content
    assert BECAUSE not in message.body + message.alternatives[0].content


def test_a_promise_that_was_never_tried_is_withdrawn_and_nothing_is_said():
    award = award_of("Media Balance")
    OutgoingEmail.objects.exclude(kind="award_waiting").delete()

    cancel(award)

    assert send_all() == []
    assert kinds() == set()


def test_a_promise_that_did_not_leave_says_when_it_leaves_that_the_award_is_canceled():
    award = award_of("Media Balance")
    OutgoingEmail.objects.exclude(kind="award_waiting").delete()
    OutgoingEmail.objects.update(attempts=1)

    cancel(award)

    assert kinds() == {"award_waiting"}
    assert send_all() == ["“Media Balance” was canceled"]


def test_a_promise_that_a_worker_is_sending_is_followed_by_the_cancellation():
    award = award_of("Media Balance")
    OutgoingEmail.objects.exclude(kind="award_waiting").delete()
    leased = mail.lease_email(now=timezone.now())

    cancel(award)
    mail.send_email(leased)

    assert kinds() == {"award_waiting", "award_canceled"}


def test_canceling_many_writes_to_those_who_were_promised_a_badge():
    told = award_of("Media Balance")
    send_all()
    untold = award_of("Digital Reading")
    OutgoingEmail.objects.filter(status="due").exclude(kind="award_waiting").delete()

    changes.take_back_all(
        Assertion.objects.filter(pk__in=[told.pk, untold.pk]),
        by=coordinator_for(told.badge_class),
        reason=BECAUSE,
        now=timezone.now(),
    )

    assert send_all() == ["“Media Balance” was canceled"]
    assert outbox.outbox[0].to == [told.recipient_email]


def test_the_email_of_a_badge_revoked_before_it_left_promises_no_badge():
    award = issued_award()
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="Issued twice.")

    message = compose(OutgoingEmail.objects.get(kind="badge_issued"))

    assert message.subject == f"“{award.version.name}” was issued and then revoked"
    assert "The badge is attached" not in message.alternatives[0].content
    assert "It is no longer valid." in message.alternatives[0].content


def test_the_plain_text_of_a_revocation_says_what_its_address_is():
    award = issued_award()
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="Issued twice.")

    body = compose(OutgoingEmail.objects.get(kind="badge_revoked")).body

    address = f"http://localhost:8000{award.get_absolute_url()}"
    assert f"\n\nSee the badge’s page:\n{address}\n" in body
