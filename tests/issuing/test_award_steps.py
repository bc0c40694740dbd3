"""The timeline of a submission goes on until the badge is issued."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import GrantSource
from tests.factories import UserFactory, coordinator_for
from tests.issuing.awards import issued_award, revoked_award, waiting_award
from tests.issuing.pages import signed_in

pytestmark = pytest.mark.django_db


def held_award():
    award = waiting_award()
    changes.hold(award, by=coordinator_for(award.badge_class), reason="A look.")
    return award


def canceled_award():
    award = waiting_award()
    changes.cancel(award, by=coordinator_for(award.badge_class), reason="A mistake.")
    return award


def titles(page: str) -> list[str]:
    found = re.findall(r'<p class="timeline__title">\s*([^<]+)', page)
    return [title.strip() for title in found]


@pytest.mark.parametrize(
    ("make", "last"),
    [
        (issued_award, ["Approved", "Badge issued"]),
        (waiting_award, ["Approved", "Waiting to be issued"]),
        (held_award, ["Approved", "Award put on hold"]),
        (canceled_award, ["Approved", "Award canceled"]),
        (revoked_award, ["Approved", "Badge issued", "Badge revoked"]),
    ],
)
def test_the_timeline_says_what_became_of_the_award(make, last):
    submission = make().submission

    mine = signed_in(submission.earner).get(submission.get_absolute_url())
    theirs = signed_in(coordinator_for(submission.badge_class)).get(
        reverse("submissions:manage_submission", args=[submission.public_id])
    )

    assert titles(mine.text)[-len(last) :] == last
    assert titles(theirs.text)[-len(last) :] == last


def test_the_page_of_a_submission_asks_once_for_its_award():
    submission = issued_award().submission
    client = signed_in(submission.earner)
    with CaptureQueriesContext(connection) as queries:
        client.get(submission.get_absolute_url())

    asked = [one for one in queries if 'FROM "issuing_assertion"' in one["sql"]]
    assert len(asked) == 1


def test_only_an_award_for_evidence_says_what_was_shown():
    shown = issued_award()
    grant = Grant(UserFactory(), shown.version, GrantSource.LIST, "1")
    grant_all([grant], by=None)
    issue_batch(now=timezone.now())
    granted = Assertion.objects.get(recipient=grant.recipient)

    assert (
        "What was shown to earn it" in signed_in(UserFactory()).get(shown.get_absolute_url()).text
    )
    page = signed_in(UserFactory()).get(granted.get_absolute_url()).text
    assert "What was shown to earn it" not in page
    assert "What it stands for" in page
