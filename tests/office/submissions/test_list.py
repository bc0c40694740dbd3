from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership
from office.submissions.pages import ORDERS, page_of
from submissions.models import Submission
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    UserFactory,
    approved_submission,
    coordinator_for,
    reviewer_for,
)

pytestmark = pytest.mark.django_db
URL = "office:manage_submissions"


def listed(client, **query):
    """Names of the educators, in the order of the page."""
    response = client.get(reverse(URL), query)
    return [row.earner.name for row in response.context["page"].rows]


def test_the_list_has_everything_but_drafts_own_and_foreign_ones(client):
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    mine = SentSubmissionFactory(badge_class=badge)
    DraftFactory(badge_class=badge)
    SentSubmissionFactory(badge_class=badge, earner=coordinator)
    SentSubmissionFactory()
    client.force_login(coordinator)

    assert listed(client) == [mine.earner.name]


def test_each_filter_finds_its_rows(client):
    badge = BadgeFactory(name="Media Balance")
    client.force_login(coordinator_for(badge))
    reviewer = reviewer_for(badge, user__name="Wanda Reyes")
    waiting = SentSubmissionFactory(badge_class=badge, earner=UserFactory(name="Ana"))
    read = AssignmentFactory(badge_class=badge, earner=UserFactory(name="Ben"), reviewer=reviewer)
    other = BadgeFactory(name="Kind Words", issuer=badge.issuer)
    done = approved_submission(badge_class=other, earner=UserFactory(name="Cleo"))
    school = SchoolFactory(name="Creekside")
    MembershipFactory(user=waiting.earner, agency=school)
    today = timezone.localdate()

    found = {
        words: listed(client, **dict([words.split("=")]))
        for words in (
            "q=ana", "badge=kind", "reviewer=wanda rey", "school=creek", "status=approved",
            "status=in_review", f"first={today + timedelta(days=1)}", f"last={today}", "needs=late",
        )
    }  # fmt: skip

    assert found == {
        "q=ana": ["Ana"],
        "badge=kind": ["Cleo"],
        "reviewer=wanda rey": ["Ben"],
        "school=creek": ["Ana"],
        "status=approved": ["Cleo"],
        "status=in_review": ["Ben"],
        f"first={today + timedelta(days=1)}": [],
        f"last={today}": ["Cleo", "Ben", "Ana"],
        "needs=late": [],
    }
    assert read.submission != done


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"first": "soon"}, 422), ({"status": "draft"}, 422), ({"needs": "x"}, 422),
        ({"after": "never~1"}, 200), ({"after": "2026-01-01~99999999999999999999"}, 200),
        ({"after": "\0~1", "sort": "earner"}, 200), ({"last": "9999-12-31"}, 200),
        ({"first": "0001-01-01"}, 200), ({"q": "%_\\"}, 200),
    ],
)  # fmt: skip
def test_an_address_that_somebody_changed_is_answered(client, query, status):
    submission = SentSubmissionFactory()
    client.force_login(coordinator_for(submission.badge_class))

    assert client.get(reverse(URL), query).status_code == status


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sort=st.sampled_from(sorted(ORDERS)), size=st.integers(1, 4))
def test_pages_follow_each_other_without_gaps_in_every_order(
    ten_submissions, monkeypatch, sort, size
):
    monkeypatch.setattr("office.submissions.pages.PAGE_SIZE", size)
    found, after, user = [], "", UserFactory()

    while True:
        page = page_of(Submission.objects.all(), sort=sort, after=after, user=user)
        found += page.rows
        if not (after := page.after):
            break

    assert len(found) == 10
    assert set(found) == set(Submission.objects.all())


@pytest.fixture
def ten_submissions():
    badge = BadgeFactory()
    earners = [UserFactory(name=name) for name in ("Ana", "Ana", "Zoë")]
    sent = [SentSubmissionFactory(badge_class=badge) for _ in range(7)]
    sent += [SentSubmissionFactory(badge_class=badge, earner=earner) for earner in earners]
    now = timezone.now()
    for submission in sent[:4]:  # sent at the same moment
        Submission.objects.filter(pk=submission.pk).update(submitted_at=now)
    Submission.objects.filter(pk=sent[0].pk).update(status="approved", due_on=None)
    return sent


def test_the_list_asks_the_same_few_queries_with_many_rows(client, django_assert_max_num_queries):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    for _ in range(4):
        assignment = AssignmentFactory(badge_class=badge)
        MembershipFactory(user=assignment.submission.earner, agency=SchoolFactory())
    client.get(reverse(URL))

    with django_assert_max_num_queries(8):
        client.get(reverse(URL))


def test_a_coordinator_above_sees_the_submissions_below(client):
    submission = SentSubmissionFactory()
    agency = submission.badge_class.issuer.agency
    county = MembershipFactory(role=Membership.Role.COORDINATOR)
    agency.parent = county.agency
    agency.save()
    client.force_login(county.user)

    assert listed(client) == [submission.earner.name]
