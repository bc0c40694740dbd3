"""A list that somebody pressed "award" on is awarded, once, whatever happens to the worker."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts.models import User
from awarding.lists.operations import batches, lists
from awarding.models import AwardList
from awarding.states import ListStatus
from issuing.models import Assertion
from mail.models import OutgoingEmail
from tests.awarding.lists import saved_list
from tests.factories import BadgeFactory, coordinator_for
from tests.faults.locks import somebody_waits_for_us
from tests.faults.worker import wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.worker,
    pytest.mark.xdist_group("worker"),
    pytest.mark.django_db(transaction=True),
]


def test_a_list_comes_through_a_killed_worker_and_a_lost_broker(worker, broker):
    badge = BadgeFactory(waiting_hours=48)
    coordinator = coordinator_for(badge)
    addresses = "\n".join(f"person{n:04}@school.example" for n in range(1200))
    award_list = saved_list(badge, addresses, by=coordinator)
    while batches.run_next_batch(award_list):
        pass
    lists.start(award_list, by=coordinator)
    broker.flushdb()

    worker.start()
    with transaction.atomic():
        # The worker, in its second batch, waits to see whether we invite the same person.
        User.objects.create_user("person0700@school.example", name="")
        wait_until(somebody_waits_for_us, what="the worker to come to this person")
        worker.kill()
        transaction.set_rollback(True)
    assert Assertion.objects.count() == award_list.rows.granted().count() == 500

    worker.start()
    wait_until(
        lambda: AwardList.objects.filter(status=ListStatus.DONE).exists(), what="the whole list"
    )

    assert award_list.rows.granted().count() == Assertion.objects.count() == 1200
    assert OutgoingEmail.objects.filter(kind="award_waiting").count() == 1200
    assert User.objects.filter(joined_at=None).count() == 1200
