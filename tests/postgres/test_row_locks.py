"""What a locked row points to is as new as the row itself."""

from __future__ import annotations

import pytest
from django.db import transaction

from catalog import operations as catalog
from catalog.models import BadgeClass
from postgres.row_locks import lock_all, lock_one
from tests.factories import BadgeFactory, DraftBadgeFactory, UserFactory
from tests.races import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)

BADGES = BadgeClass.objects.select_related("current_version", "issuer")


@pytest.mark.parametrize("lock", [lock_one, lambda rows, pk: lock_all(rows.filter(pk=pk))[0]])
@pytest.mark.parametrize("make", [DraftBadgeFactory, BadgeFactory])
def test_what_a_row_points_to_is_read_after_the_wait(lock, make):
    badge, other = make(), BadgeFactory()
    if badge.current_version:
        catalog.draft_version(badge, by=UserFactory())
    found = []

    def read():
        locked = lock(BADGES, badge.pk)
        found.append((locked.current_version, locked.issuer))

    with meanwhile(lambda: transaction.atomic(read)()):
        catalog.publish(badge, by=None)
        BadgeClass.objects.filter(pk=badge.pk).update(issuer=other.issuer)

    assert found == [(badge.versions.order_by("number").last(), other.issuer)]


def test_a_row_that_is_gone_does_not_exist():
    with transaction.atomic(), pytest.raises(BadgeClass.DoesNotExist):
        lock_one(BADGES, 0)
