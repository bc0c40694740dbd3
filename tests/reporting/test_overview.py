from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.models import ClosedDay, Membership
from accounts.workdays import add_working_days
from issuing.awards.operations.issue_batches import issue_batch
from reporting import metrics
from reporting.periods import Period, Span, period_of
from reviewing import operations as reviewing
from submissions.models import Submission
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    IssuerFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    UserFactory,
    approved_submission,
    judge_all,
    reviewer_for,
)

pytestmark = pytest.mark.django_db
OVERVIEW = reverse("reporting:manage_overview")


@pytest.fixture
def badge():
    return BadgeFactory()


@pytest.fixture
def agency(badge):
    return badge.issuer.agency


def test_the_overview_counts_what_the_agency_has(client, sign_in, badge, agency):
    now = timezone.now()
    DraftFactory(badge_class=badge)
    SentSubmissionFactory(badge_class=badge, now=now - timedelta(days=60))
    SentSubmissionFactory(badge_class=badge)
    assignment = AssignmentFactory(badge_class=badge)
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, "not_yet", "A word.")
    )
    approved_submission(badge_class=badge)
    approved_submission(badge_class=badge)
    issue_batch(now=now + timedelta(seconds=5))
    approved_submission(badge_class=badge)  # due, not yet issued
    SentSubmissionFactory()  # of another agency
    sign_in(agency)

    context = client.get(OVERVIEW, {"span": "all"}).context

    assert context["waiting"] == metrics.Backlog(
        for_reviewers=2,
        past_the_promise=1,
        oldest_since=Submission.objects.order_by("submitted_at")[0].submitted_at,
        for_earners=1,
    )
    assert context["funnel"] == metrics.Funnel(started=7, sent=6, approved=3, issued=2)
    awards = context["awards"]
    assert (awards["total"], awards["for_issue"], awards["on_hold"]) == (2, 1, 0)
    assert [
        (row["badge"], row["started"], row["sent"], row["issued"]) for row in context["rows"]
    ] == [(badge, 7, 6, 2)]


def test_the_overview_includes_descendants_of_the_agency_and_no_others(client, sign_in):
    county = AgencyFactory()
    own = BadgeFactory(issuer=IssuerFactory(agency=SchoolFactory(parent=county)))
    other = BadgeFactory()
    SentSubmissionFactory(badge_class=own)
    SentSubmissionFactory(badge_class=other)
    sign_in(county)

    context = client.get(OVERVIEW).context

    assert [row["badge"] for row in context["rows"]] == [own]
    assert context["waiting"].for_reviewers == 1


def test_the_overview_can_be_limited_to_one_agency(client, sign_in):
    county = AgencyFactory()
    one, other = (
        BadgeFactory(issuer=IssuerFactory(agency=SchoolFactory(parent=county))) for _ in range(2)
    )
    sign_in(county)

    context = client.get(OVERVIEW, {"agency": one.issuer.agency.pk}).context

    assert [row["badge"] for row in context["rows"]] == [one]
    assert other.issuer.agency in context["form"].fields["agency"].queryset


def test_an_agency_of_others_cannot_be_chosen(client, sign_in, agency):
    other = BadgeFactory()
    sign_in(agency)

    response = client.get(OVERVIEW, {"agency": other.issuer.agency.pk})

    assert other not in [row["badge"] for row in response.context["rows"]]


def test_a_submission_started_before_the_period_is_not_in_its_funnel(
    client, sign_in, badge, agency
):
    SentSubmissionFactory(badge_class=badge, now=timezone.now() - timedelta(days=800))
    SentSubmissionFactory(badge_class=badge)
    sign_in(agency)

    context = client.get(OVERVIEW, {"span": Span.MONTH}).context

    assert context["funnel"] == metrics.Funnel(started=1, sent=1, approved=0, issued=0)


def test_days_are_the_period_until_another_one_is_chosen(client, sign_in, agency):
    days = {"first": "2026-09-01", "last": "2026-09-30"}
    sign_in(agency)

    typed = client.get(OVERVIEW, {"span": Span.SCHOOL_YEAR, "shown": Span.SCHOOL_YEAR} | days)
    chosen = client.get(OVERVIEW, {"span": Span.ALL, "shown": Span.DAYS} | days)

    assert typed.context["period"] == Period(date(2026, 9, 1), date(2026, 9, 30))
    assert typed.context["form"]["span"].value() == Span.DAYS
    assertContains(
        typed, '<input type="hidden" name="shown" value="days" id="id_shown">', html=True
    )
    assertContains(typed, "Period: Sept. 1, 2026 through Sept. 30, 2026")
    assert chosen.context["period"] == Period(None, None)
    assert [chosen.context["form"][name].value() for name in days] == ["", ""]


def test_other_days_have_to_be_entered(client, sign_in, agency):
    sign_in(agency)

    response = client.get(OVERVIEW, {"span": Span.DAYS})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "first": ["Enter the first day, the last day, or both."]
    }


@pytest.mark.parametrize("role", [Membership.Role.EARNER, Membership.Role.REVIEWER])
@pytest.mark.parametrize("page", ["manage_overview", "manage_activity", "manage_issued_csv"])
def test_earners_and_reviewers_cannot_see_reports(client, sign_in, agency, role, page):
    sign_in(agency, role)

    assert client.get(reverse(f"reporting:{page}")).status_code == 403


@pytest.mark.parametrize("page", ["manage_overview", "manage_activity", "manage_issued_csv"])
def test_visitors_must_sign_in(client, page):
    response = client.get(reverse(f"reporting:{page}"))

    assert response.url.startswith(reverse("account_login"))


def test_days_to_decide_agree_with_the_working_day_calendar(badge, agency):
    sent = datetime(2026, 3, 5, 20, tzinfo=UTC)  # a Thursday
    school = SchoolFactory(parent=AgencyFactory())
    ClosedDay.objects.create(agency=agency, date=date(2026, 3, 9), name="Staff day")
    ClosedDay.objects.create(agency=agency, date=date(2026, 3, 14), name="A Saturday")
    ClosedDay.objects.create(agency=school, date=date(2026, 3, 10), name="Elsewhere")
    reviewer = reviewer_for(badge)
    for days_later in (0, 1, 2, 3, 4, 12, 30):
        assignment = AssignmentFactory(badge_class=badge, reviewer=reviewer, now=sent)
        reviewing.send_review(
            assignment,
            by=reviewer,
            judgments=judge_all(assignment),
            now=sent + timedelta(days=days_later),
        )

    result = metrics.turn_around([agency.pk], period=Period(None, None))

    # Friday is 1; Saturday, Sunday and the staff day add none; then weekdays only.
    assert result == {
        badge.pk: metrics.TurnAround(7, 1.0),
        None: metrics.TurnAround(7, 1.0),
    }
    assert add_working_days(date(2026, 3, 5), 2, {date(2026, 3, 9)}) == date(2026, 3, 10)
    last = Period(date(2026, 4, 4), date(2026, 4, 4))
    days = metrics.turn_around([agency.pk], period=last)[badge.pk].median_days
    reached = add_working_days(date(2026, 3, 5), int(days), {date(2026, 3, 9)})
    assert reached == date(2026, 4, 3)  # 4 April is a Saturday


def test_each_decision_is_counted_from_its_own_submission(badge, agency):
    monday = datetime(2026, 3, 2, 20, tzinfo=UTC)
    reviewer = reviewer_for(badge)
    first = AssignmentFactory(badge_class=badge, reviewer=reviewer, now=monday)
    reviewing.send_review(
        first,
        by=reviewer,
        judgments=judge_all(first, "not_yet", "A word."),
        now=monday + timedelta(days=1),
    )
    submission = first.submission
    from submissions import operations as submissions

    second_sending = monday + timedelta(days=14)
    submissions.send(submission, by=submission.earner, statement_accepted=True, now=second_sending)
    second = reviewing.claim(submission, by=reviewer, now=second_sending)
    reviewing.send_review(
        second,
        by=reviewer,
        judgments=judge_all(second),
        now=second_sending + timedelta(days=3),
    )

    result = metrics.turn_around([agency.pk], period=Period(None, None))

    assert result[badge.pk] == metrics.TurnAround(2, 2.0)  # half-way between 1 and 3


def test_the_number_of_queries_does_not_grow_with_the_badges(
    client, sign_in, agency, badge, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sign_in(agency)
    approved_submission(badge_class=badge)
    client.get(OVERVIEW)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(OVERVIEW)
    for _ in range(2):
        approved_submission(badge_class=BadgeFactory(issuer=badge.issuer))
        MembershipFactory(user=UserFactory(), agency=agency)

    with CaptureQueriesContext(connection) as three:
        client.get(OVERVIEW)

    assert len(three) == len(one)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span.MONTH, (date(2026, 11, 1), date(2026, 11, 21))),
        (Span.LAST_MONTH, (date(2026, 10, 1), date(2026, 10, 31))),
        (Span.SCHOOL_YEAR, (date(2026, 7, 1), date(2026, 11, 21))),
        (Span.LAST_SCHOOL_YEAR, (date(2025, 7, 1), date(2026, 6, 30))),
        (Span.ALL, (None, None)),
    ],
)
def test_each_span_has_its_period(span, expected):
    assert period_of(span, today=date(2026, 11, 21)) == Period(*expected)


def test_in_spring_the_school_year_began_last_july():
    today = date(2026, 2, 3)

    assert period_of(Span.SCHOOL_YEAR, today=today) == Period(date(2025, 7, 1), today)
