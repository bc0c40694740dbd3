from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from issuing.awards.operations import changes
from mail.models import OutgoingEmail
from mail.operations import queue_email
from office.today.counting import counts, sealed_keys
from office.today.kinds import KINDS
from reviewing.querysets import reviewable_by
from reviewing.without_reviewer import nobody_can_take, reviewer_is_gone
from submissions.models import Submission
from tests.accounts.links import link
from tests.awarding.lists import checked_list
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    BadgeFactory,
    IssuerFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    UserFactory,
    approved_submission,
    ask_to_decline,
    coordinator_for,
    reviewer_for,
)
from tests.issuing.awards import issued_award, waiting_award
from tests.rewards import drawing_factories as drawings

pytestmark = pytest.mark.django_db
Role = Membership.Role


def numbers(coordinator, now=None):
    counted = counts(coordinator, now=now or timezone.now())
    return {one.kind.name: one.number for one in counted if one.number}


def test_late_submissions_are_counted_from_the_day_they_were_due():
    submission = AssignmentFactory().submission
    coordinator = coordinator_for(submission.badge_class)
    on_time = numbers(coordinator)

    after = timezone.now() + timedelta(days=60)
    [late] = [one for one in counts(coordinator, now=after) if one.number]

    assert on_time == {}
    assert (late.kind.name, late.number, late.oldest) == ("late-submissions", 1, submission.due_on)


def test_a_submission_that_only_a_colleague_could_review_is_one_that_nobody_can_review():
    school = SchoolFactory()
    waiting = SentSubmissionFactory()
    MembershipFactory(user=waiting.earner, agency=school)
    reviewer = reviewer_for(waiting.badge_class)
    coordinator = coordinator_for(waiting.badge_class)
    before = numbers(coordinator)

    MembershipFactory(user=reviewer, agency=school)

    assert (before, numbers(coordinator)) == ({}, {"nobody-can-review": 1})


@pytest.mark.parametrize("who", ["the educator", "a colleague"])
def test_another_account_of_the_educator_or_of_a_colleague_is_no_reviewer(who):
    submission = SentSubmissionFactory()
    reviewer = reviewer_for(submission.badge_class)
    assert not nobody_can_take(Submission.objects.all()).exists()

    if who == "the educator":
        link(UserFactory(), submission.earner)
        link(reviewer, submission.earner)
    else:
        school, other = SchoolFactory(), UserFactory()
        MembershipFactory(user=submission.earner, agency=school)
        MembershipFactory(user=other, agency=school)
        link(other, reviewer)

    assert [*nobody_can_take(Submission.objects.all())] == [submission]
    assert not reviewable_by(reviewer).filter(pk=submission.pk).exists()


def test_nobody_can_take_agrees_with_what_each_reviewer_may_take():
    agency = AgencyFactory()
    badge = BadgeFactory(issuer=IssuerFactory(agency=AgencyFactory(parent=agency)))
    school, other = SchoolFactory(), SchoolFactory()
    above = MembershipFactory(agency=agency, role=Role.REVIEWER).user
    inactive = reviewer_for(badge, user=UserFactory(is_active=False))
    ended = reviewer_for(badge, ended_at=timezone.now())
    MembershipFactory(user=above, agency=school, ended_at=timezone.now())
    sent = [SentSubmissionFactory(badge_class=badge) for _ in range(3)]
    MembershipFactory(user=sent[0].earner, agency=school)
    MembershipFactory(user=sent[1].earner, agency=other)
    own = SentSubmissionFactory(badge_class=badge, earner=above)

    found = set(nobody_can_take(Submission.objects.all()))

    assert found == {sent[0], own}
    assert set(reviewable_by(above)) == {sent[1], sent[2]}
    assert not reviewable_by(ended).exists()
    assert not inactive.is_active


def test_a_submission_whose_reviewer_left_waits_for_another_one():
    assignment = AssignmentFactory()
    coordinator = coordinator_for(assignment.submission.badge_class)
    before = numbers(coordinator)

    assignment.reviewer.memberships.update(ended_at=timezone.now())

    assert (before, numbers(coordinator)) == ({}, {"reviewer-is-gone": 1})
    assert reviewer_is_gone(Submission.objects.all()).get() == assignment.submission


def test_a_decline_waits_for_a_second_person():
    assignment = AssignmentFactory()
    coordinator = coordinator_for(assignment.submission.badge_class)

    ask_to_decline(assignment)

    assert numbers(coordinator) == {"declines": 1}
    assert numbers(assignment.reviewer) == {}


def test_held_and_overdue_awards_are_counted():
    held = waiting_award()
    coordinator = coordinator_for(held.badge_class)
    changes.hold(held, by=coordinator, reason="A question.")
    approved_submission(badge_class=BadgeFactory(issuer=held.badge_class.issuer))

    at_once = numbers(coordinator)
    after = numbers(coordinator, now=timezone.now() + timedelta(hours=1))

    assert at_once == {"held-awards": 1}
    assert after == {"held-awards": 1, "overdue-awards": 1}


def test_a_list_that_is_ready_waits_for_its_coordinator():
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)

    checked_list(badge, "one@school.example", by=coordinator)

    assert numbers(coordinator) == {"lists-to-award": 1}


def test_a_drawing_that_is_due_waits_for_its_coordinator():
    drawing = drawings.closed()
    coordinator = MembershipFactory(agency=drawing.agency, role=Role.COORDINATOR).user

    found = numbers(coordinator, now=drawing.rules.draws_at)

    assert found == {"drawings-to-draw": 1}


def test_winners_who_do_not_answer_are_counted_after_three_days():
    drawing = drawings.drawn()
    coordinator = MembershipFactory(agency=drawing.agency, role=Role.COORDINATOR).user
    told_at = drawing.draws.get().drawn_at

    early = numbers(coordinator, now=told_at + timedelta(days=2))
    late = numbers(coordinator, now=told_at + timedelta(days=4))

    assert (early, late) == ({}, {"silent-winners": 2})


def test_refused_emails_are_counted_without_those_of_the_sign_in():
    award = issued_award()
    coordinator = coordinator_for(award.badge_class)
    OutgoingEmail.objects.all().delete()
    for kind in ("badge_issued", "already_written"):
        queue_email(kind, "1", to=award.recipient.email)
    queue_email("badge_issued", "2", to="stranger@elsewhere.example")

    OutgoingEmail.objects.update(status="refused")

    assert numbers(coordinator) == {"failed-emails": 1}


def test_a_workplace_waits_to_be_confirmed():
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)

    MembershipFactory(agency=badge.issuer.agency, confirmed_at=None)

    assert numbers(coordinator) == {"workplaces": 1}


def test_keys_that_the_settings_cannot_open_are_named(settings):
    award = issued_award()
    coordinator = coordinator_for(award.badge_class)
    elsewhere = BadgeFactory()
    readable = sealed_keys(coordinator)

    settings.KEY_ENCRYPTION_KEYS = ["mI8Nbyqk3GyvUa9mIdJd9ZkKvOyTRm5F4e1sSyWJ1ZQ="]

    assert readable == []
    assert set(sealed_keys(coordinator)) == set(award.badge_class.issuer.keys.all())
    assert {key.issuer for key in sealed_keys(coordinator_for(elsewhere))} == {elsewhere.issuer}


def test_another_agency_and_ones_own_submissions_are_not_counted():
    assignment = AssignmentFactory()
    badge = assignment.submission.badge_class
    ask_to_decline(assignment)
    coordinator_elsewhere = coordinator_for(BadgeFactory())
    earner = coordinator_for(badge, user=assignment.submission.earner)

    after = timezone.now() + timedelta(days=60)

    assert numbers(coordinator_elsewhere, now=after) == {}
    assert numbers(earner, now=after) == {}


def test_the_page_asks_one_query_for_all_numbers(client, django_assert_max_num_queries):
    submission = SentSubmissionFactory()
    client.force_login(coordinator_for(submission.badge_class))
    client.get(reverse("office:manage_today"))

    with django_assert_max_num_queries(5):
        page = client.get(reverse("office:manage_today")).content.decode()

    assert "Submissions that nobody can review" in page


def test_each_kind_has_a_page_for_its_rows(client):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))

    answers = {kind.name: client.get(kind.get_absolute_url()).status_code for kind in KINDS}

    assert set(answers.values()) == {200}


def test_the_rows_of_a_number_are_shown_and_lead_further(client):
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    award_list = checked_list(badge, "one@school.example", by=coordinator)
    client.force_login(coordinator)

    page = client.get(reverse("office:manage_today_rows", args=["lists-to-award"]))

    assert award_list.get_absolute_url() in page.content.decode()
