"""A reviewer's own page: what is in hand, what was done, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from reviewing import operations as reviewing
from reviewing.agreement.figures import FEWEST_PAIRS
from reviewing.decisions.operations import put_due_into_effect
from reviewing.due_process.asked import AT_A_TIME
from reviewing.models import Absence, Decision, FeedbackAnswer, ReviewerSettings
from submissions.models import Submission
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    IssuerFactory,
    MembershipFactory,
    UserFactory,
    reviewer_for,
)
from tests.reviewing.pages import body, second_attempt
from tests.reviewing.readers import badge_read_by_two, opens_the_others, reads, sends, sent_for
from tests.reviewing.workload.times import noon

pytestmark = pytest.mark.django_db

PAGE = "/reviews/mine/"


def other_account_of(user, badge_class):
    account = UserFactory(linked_to=user)
    MembershipFactory(user=account, agency=badge_class.issuer.agency, role=Membership.Role.REVIEWER)
    return account


def shown(client, user, query=""):
    client.force_login(user)
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return response


def reviewed(badge_class, reviewer, *, given, finished, not_yet=()):
    assignment = reads(sent_for(badge_class, now=given), reviewer, now=given)
    sends(assignment, not_yet, now=finished)
    put_due_into_effect(now=finished + timedelta(hours=1))
    return assignment


def test_what_is_in_hand_is_listed_with_what_is_late(client, badge_class, reviewer):
    late, later = (reads(sent_for(badge_class), reviewer) for _ in range(2))
    yesterday = timezone.localdate() - timedelta(days=1)
    Submission.objects.filter(pk=late.submission_id).update(due_on=yesterday)
    sends(reads(sent_for(badge_class), reviewer))
    reads(sent_for(badge_class))

    context = shown(client, reviewer).context

    assert [row for row, _waiting in context["in_hand"]] == [late, later]
    assert [waiting.is_late for _row, waiting in context["in_hand"]] == [True, False]
    assert context["late"] == 1


def test_the_load_is_compared_with_the_maximum_of_a_week(client, badge_class, reviewer):
    ReviewerSettings.objects.filter(user=reviewer).update(weekly_maximum=4)
    today = timezone.localdate()
    Absence.objects.create(user=reviewer, first_day=today, last_day=today)
    reads(sent_for(badge_class), reviewer)
    reads(sent_for(badge_class), reviewer, now=timezone.now() - timedelta(days=8))
    given_back = reads(sent_for(badge_class), reviewer)
    reviewing.release(given_back, by=reviewer)

    page = body(shown(client, reviewer))

    assert "1 new submission this week, of at most 4." in page
    assert "You are away until" in page


def test_accounts_of_one_person_count_together(client, badge_class, reviewer):
    other = other_account_of(reviewer, badge_class)
    reviewed(badge_class, other, given=noon(2026, 3, 2), finished=noon(2026, 3, 3))
    own, linked = reads(sent_for(badge_class), reviewer), reads(sent_for(badge_class), other)

    response = shown(client, reviewer)

    assert [row for row, _waiting in response.context["in_hand"]] == [own, linked]
    assert f'href="/reviews/{own.pk}/"' in body(response)
    assert f'href="/reviews/{linked.pk}/"' not in body(response)
    assert response.context["load"].this_week == 2
    assert [len(month.reviews) for month in response.context["months"]] == [1]


def test_months_count_decisions_days_and_working_days(client, badge_class, reviewer):
    friday, monday, tuesday = noon(2026, 3, 6), noon(2026, 3, 9), noon(2026, 3, 10)
    reviewed(badge_class, reviewer, given=friday, finished=friday)
    reviewed(badge_class, reviewer, given=friday, finished=monday, not_yet=[0])
    reviewed(badge_class, reviewer, given=friday, finished=tuesday)
    reviewed(badge_class, reviewer, given=tuesday, finished=tuesday)
    reviewed(badge_class, reviewer, given=friday, finished=noon(2026, 4, 1))

    april, march = shown(client, reviewer).context["months"]

    assert (march.first.month, april.first.month) == (3, 4)
    assert (march.approved, march.returned, march.declined) == (3, 1, 0)
    assert march.days == 3
    assert march.median_days == 0.5
    assert april.median_days == 18


def test_a_decision_that_waits_is_not_counted_yet(client):
    badge = BadgeFactory(issuer=IssuerFactory(decision_wait_minutes=10))
    reviewer = reviewer_for(badge)
    sends(reads(sent_for(badge), reviewer))

    assert list(shown(client, reviewer).context["months"]) == []

    put_due_into_effect(now=timezone.now() + timedelta(hours=1))

    assert [month.approved for month in shown(client, reviewer).context["months"]] == [1]


def test_a_year_of_months_is_on_a_page(client, badge_class, reviewer):
    for number in range(14):
        year, month = divmod(number, 12)
        day = noon(2024 + year, month + 1, 10)
        reviewed(badge_class, reviewer, given=day, finished=day)

    assert len(shown(client, reviewer).context["months"].object_list) == 12
    assert len(shown(client, reviewer, "?page=2").context["months"].object_list) == 2


def test_what_was_returned_and_approved_later_is_said_of_five_together(
    client, badge_class, reviewer
):
    first = AssignmentFactory(badge_class=badge_class, reviewer=reviewer)
    sends(second_attempt(first))
    for _ in range(AT_A_TIME - 2):
        sends(reads(sent_for(badge_class), reviewer), [0])

    page = body(shown(client, reviewer))
    assert "1 submission that you read has been approved." in page
    assert "returned with your review" not in page

    sends(reads(sent_for(badge_class), reviewer), [0])

    assert "Of 5 that were returned with your review, 1 was approved later." in body(
        shown(client, reviewer)
    )


def test_answers_of_educators_are_shown_from_five_on(client, badge_class, reviewer):
    for _ in range(AT_A_TIME):
        sends(reads(sent_for(badge_class), reviewer), [0])
    decisions = Decision.objects.order_by("pk")
    for decision in decisions[1:]:
        FeedbackAnswer.objects.create(decision=decision, helpful="yes", answered_at=timezone.now())
    assert "Too few answers so far" in body(shown(client, reviewer))

    FeedbackAnswer.objects.create(decision=decisions[0], helpful="no", answered_at=timezone.now())

    assert "Of 5 answers, 4 say yes, 0 partly and 1 no." in body(shown(client, reviewer))


def read_by_two(badge, reviewer, other, *, not_yet=()):
    submission = sent_for(badge)
    one, two = reads(submission, reviewer), reads(submission, other)
    sends(one, not_yet)
    sends(two)
    return submission


def test_own_agreement_is_said_in_words_from_thirty_verdicts_on(client):
    badge = badge_read_by_two()
    me, other = reviewer_for(badge), reviewer_for(badge)
    mine = other_account_of(me, badge)
    criteria = badge.current_version.criteria.count()
    for number in range(FEWEST_PAIRS // criteria - 1):
        read_by_two(badge, me if number % 2 else mine, other)

    said = shown(client, me).context["agreement"]
    few = f"Too few to say, n = {FEWEST_PAIRS - criteria}."
    assert [one.sentence for one in said] == [few, few]

    split = read_by_two(badge, me, other, not_yet=[0])
    both, consensus = shown(client, me).context["agreement"]
    often = "You and the other reader gave the same verdict more than 9 times in 10"
    assert both.sentence == f"{often}, n = {FEWEST_PAIRS}."
    assert consensus.sentence == f"Too few to say, n = {FEWEST_PAIRS - 1}."

    third = reads(split)
    opens_the_others(third)
    sends(third)
    assert shown(client, me).context["agreement"].with_consensus.sentence == (
        f"Your verdict matched the consensus more than 9 times in 10, n = {FEWEST_PAIRS}."
    )
    assert shown(client, other).context["agreement"].with_consensus.sentence == (
        f"Your verdict matched the consensus every time, n = {FEWEST_PAIRS}."
    )


def test_a_reader_alone_learns_nothing_of_a_second_one(client):
    badge = badge_read_by_two()
    me, other = reviewer_for(badge), reviewer_for(badge)
    submission = sent_for(badge)
    mine, theirs = reads(submission, me), reads(submission, other)
    sends(theirs)

    response = shown(client, me)
    before = body(response)
    assert response.context["agreement"] is None
    assert [row for row, _waiting in response.context["in_hand"]] == [mine]
    assert other.name not in before

    sends(mine)
    assert shown(client, me).context["agreement"].with_other.sentence == "Too few to say, n = 3."


def test_who_sent_it_is_never_named(client, badge_class, reviewer):
    submission = sent_for(badge_class)
    reads(submission, reviewer)
    done = reviewed(badge_class, reviewer, given=noon(2026, 3, 2), finished=noon(2026, 3, 3))

    page = body(shown(client, reviewer))

    for earner in (submission.earner, done.submission.earner):
        assert earner.name not in page
        assert earner.email not in page


def test_the_page_needs_few_statements_with_many_rows(
    client, badge_class, reviewer, django_assert_max_num_queries
):
    with_two = badge_read_by_two(issuer=badge_class.issuer)
    other = reviewer_for(with_two)
    for month in (1, 2, 3):
        reads(sent_for(badge_class), reviewer)
        day = noon(2026, month, 2)
        reviewed(badge_class, reviewer, given=day, finished=day)
        read_by_two(with_two, reviewer, other)
    client.force_login(reviewer)
    client.get(PAGE)

    with django_assert_max_num_queries(10):
        client.get(PAGE)
