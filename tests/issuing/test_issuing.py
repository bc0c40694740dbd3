"""Due awards are issued once, also by concurrent workers."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from issuing.awards.operations import changes
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion, StatusList
from issuing.signals import assertions_issued
from issuing.states import TRANSITIONS, AwardStatus
from mail.models import OutgoingEmail
from tests.factories import coordinator_for
from tests.issuing.awards import due_awards, issued_award, waiting_award


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_issue_each_award_once():
    due_awards(20)
    together, issued = threading.Barrier(2), []

    def work():
        try:
            together.wait(5)
            issued.append(issue_batch(now=timezone.now()))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(number for number, _ in issued) == 20
    assert Assertion.objects.filter(status=AwardStatus.ISSUED).count() == 20
    assert OutgoingEmail.objects.count() == 20
    assert AuditEntry.objects.filter(act="award issued").count() == 20


@pytest.mark.django_db
def test_an_award_that_cannot_be_issued_does_not_block_the_others():
    broken, *others = due_awards(4)

    def refuse(sender, assertions, **kwargs):
        if broken in assertions:
            raise ValueError("a receiver that breaks")

    assertions_issued.connect(refuse)
    try:
        answer = issue_batch(now=timezone.now())
    finally:
        assertions_issued.disconnect(refuse)

    assert answer == (3, [broken.pk])
    assert set(Assertion.objects.issued()) == set(others)
    assert issue_batch(now=timezone.now()) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_awards_are_revoked_and_granted_while_a_batch_of_their_issuer_is_issued():
    issued = issued_award()
    waiting = waiting_award(badge_class=issued.badge_class, hours=48)
    by, done = coordinator_for(issued.badge_class), []

    def meanwhile(sender, **kwargs):
        with ThreadPoolExecutor(1) as another:
            another.submit(act).result()

    def act():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            changes.revoke(issued, by=by, reason="A mistake.")
            done.append(waiting_award(badge_class=issued.badge_class).status)
        finally:
            connection.close()

    assertions_issued.connect(meanwhile)
    try:
        answer = issue_batch(now=waiting.due_at)
    finally:
        assertions_issued.disconnect(meanwhile)

    assert (answer, done) == ((1, []), [AwardStatus.PENDING])


@pytest.mark.django_db
def test_a_status_list_is_signed_with_its_first_issued_badge():
    award = waiting_award()

    before = StatusList.objects.get().signed
    issue_batch(now=award.due_at)

    assert (before, bool(StatusList.objects.get().signed)) == ("", True)


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["hold", "release", "cancel"])
def test_an_issued_badge_can_only_be_revoked(act):
    award = issued_award()
    reason = {} if act == "release" else {"reason": "Too late."}

    with pytest.raises(TransitionNotAllowed):
        getattr(changes, act)(award, by=award.recipient, **reason)


def test_every_status_has_its_allowed_moves():
    assert set(TRANSITIONS) == set(AwardStatus)
    assert AwardStatus.PENDING not in TRANSITIONS[AwardStatus.REVOKED]
