from datetime import timedelta

import pytest
from django.utils import timezone

from demo import renewals
from issuing.models import Assertion
from tests.factories import BadgeFactory, coordinator_for
from tests.issuing.awards import issued_award


@pytest.mark.django_db
def test_two_come_back_for_a_badge_that_ended_and_the_others_let_it_rest():
    now = timezone.now()
    badge = BadgeFactory(valid_months=6, renewable=True, renewal_days_before=30)
    ended = [
        issued_award(badge_class=badge, now=now - timedelta(days=days)) for days in (270, 265, 260)
    ]

    renewals.create_renewals(badge, by=coordinator_for(badge), now=now)

    renewed = Assertion.objects.issued().filter(renews__isnull=False)
    assert {award.renews for award in renewed} == set(ended[:2])
    assert all(award.expires > now for award in renewed)
    assert all(award.signed for award in renewed)
