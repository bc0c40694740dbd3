"""With a hundred thousand submissions the list is as quick as with ten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from submissions.models import Submission
from tests.factories import BadgeFactory, UserFactory, coordinator_for

pytestmark = [pytest.mark.long, pytest.mark.django_db]
MANY = 100_000


def test_the_newest_of_many_are_found_by_an_index(client, django_assert_max_num_queries):
    badge, now = BadgeFactory(), timezone.now()
    version, earner = badge.current_version, UserFactory()
    Submission.objects.bulk_create(
        (
            Submission(
                earner=earner,
                badge_class=badge,
                version=version,
                status="approved",
                started_at=now,
                submitted_at=now - timedelta(minutes=number),
            )
            for number in range(MANY)
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE submissions_submission")
    coordinator = coordinator_for(badge)
    client.force_login(coordinator)
    url = reverse("office:manage_submissions")
    client.get(url)

    with django_assert_max_num_queries(12):
        first = client.get(url)
    with django_assert_max_num_queries(12):
        second = client.get(url, {"after": first.context["page"].after})
    newest = Submission.objects.read_as_coordinator(coordinator).order_by("-submitted_at", "-pk")

    assert "submission_newest" in newest[:26].explain()
    assert not first.context["page"].is_counted
    assert {row.pk for row in first.context["page"].rows}.isdisjoint(
        row.pk for row in second.context["page"].rows
    )
