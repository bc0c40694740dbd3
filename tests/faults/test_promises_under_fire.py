"""What a person saw confirmed happens, once: whatever is killed, flushed or refused meanwhile."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import transaction

from audit.models import AuditEntry
from issuing.models import Assertion
from mail.models import OutgoingEmail
from tests.faults.locks import somebody_waits_for_us
from tests.faults.worker import wait_until
from tests.issuing.awards import due_awards

pytestmark = [
    pytest.mark.long,
    pytest.mark.worker,
    pytest.mark.xdist_group("worker"),
    pytest.mark.django_db(transaction=True),
]

ISSUED, SENT = Assertion.Status.ISSUED, OutgoingEmail.Status.SENT


@contextmanager
def caught_while_issuing(award: Assertion):
    """The worker, with half a batch done, waits for us: we have a letter of that name in hand."""
    with transaction.atomic():
        OutgoingEmail.objects.create(
            kind="badge_issued", key=str(award.public_id), to=award.recipient_email
        )
        wait_until(somebody_waits_for_us, what="the worker to come to this award")
        yield
        transaction.set_rollback(True)


def test_fifty_awards_come_through_kills_a_lost_broker_and_a_refusing_mail_server(
    worker, broker, mail_server
):
    awards = due_awards(50)
    mail_server.refuses = True

    for middle in (awards[24], awards[39]):
        worker.start()
        with caught_while_issuing(middle):
            broker.flushdb()
            worker.kill()
        assert Assertion.objects.filter(status=ISSUED).count() == 0

    worker.start()
    wait_until(lambda: Assertion.objects.filter(status=ISSUED).count() == 50, what="50 awards")
    wait_until(lambda: mail_server.refused > 3, what="the mail server to refuse")
    mail_server.holds_after = 20
    mail_server.refuses = False
    # Both of the worker's hands hold a letter that was not accepted; all before it are written off.
    wait_until(lambda: mail_server.waiting == 2, what="the door to be closed")
    broker.flushdb()
    worker.kill()
    mail_server.holds_after = None
    worker.start()
    wait_until(lambda: OutgoingEmail.objects.filter(status=SENT).count() == 50, what="50 letters")

    everyone_once = {award.recipient_email: 1 for award in awards}
    assert Counter(letter.to for letter in mail_server.accepted) == everyone_once
    assert {letter.attachments for letter in mail_server.accepted} == {1}
    assert OutgoingEmail.objects.count() == 50
    assert Assertion.objects.filter(status=ISSUED).count() == 50
    booked = AuditEntry.objects.filter(act="award issued").values_list("subject_key", flat=True)
    assert Counter(booked) == {f"issuing.assertion:{award.pk}": 1 for award in awards}


def test_a_worker_killed_after_the_server_accepted_sends_the_same_letter_not_another(
    worker, mail_server
):
    (award,) = due_awards(1)
    mail_server.at_acceptance = worker.freeze
    worker.start()
    wait_until(lambda: mail_server.accepted, what="the first copy")
    mail_server.at_acceptance = None

    worker.kill()
    assert OutgoingEmail.objects.get().status != SENT
    worker.start()
    wait_until(lambda: OutgoingEmail.objects.filter(status=SENT).exists(), what="the second copy")

    first, second = mail_server.accepted
    assert first == second
    assert first.to == award.recipient_email
    assert OutgoingEmail.objects.count() == 1
