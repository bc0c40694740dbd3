import pytest
from django.urls import reverse

from accounts.models import Membership
from reviewing.models import Assignment
from reviewing.why_taken import why_taken
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    ask_to_decline,
    coordinator_for,
    reviewer_for,
)
from tests.reviewing.readers import badge_read_by_two, reads, sent_for

pytestmark = pytest.mark.django_db


def post(client, button, rows, reviewer=None, **more):
    data = {"rows": [row.pk for row in rows], button: ""}
    if reviewer:
        data["reviewer"] = reviewer.pk
    url = reverse("office:manage_submissions_assign") + "?status=submitted"
    return client.post(url, data | more, follow=True)


def test_many_are_given_to_one_reviewer_and_the_filter_stays(client):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    reviewer = reviewer_for(badge)
    sent = [SentSubmissionFactory(badge_class=badge) for _ in range(3)]

    response = post(client, "assign", sent[:2], reviewer)

    assert Assignment.objects.active().filter(reviewer=reviewer).count() == 2
    assert response.redirect_chain[-1][0].endswith("?status=submitted")
    assert "has 2 more submissions to review" in response.content.decode()


def test_each_one_that_stays_is_explained(client):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    reviewer, school = reviewer_for(badge), SchoolFactory()
    free, theirs = (
        SentSubmissionFactory(badge_class=badge),
        AssignmentFactory(badge_class=badge, reviewer=reviewer).submission,
    )
    of_colleague = SentSubmissionFactory(badge_class=badge)
    MembershipFactory(user=of_colleague.earner, agency=school)
    MembershipFactory(user=reviewer, agency=school)
    decided = AssignmentFactory(badge_class=badge)
    ask_to_decline(decided)

    response = post(client, "assign", [free, theirs, of_colleague, decided.submission], reviewer)

    page = response.content.decode()
    assert "has 1 more submission to review" in page
    assert "where you wanted them already (1)" in page
    assert "this reviewer may not read them, or does not read their language (1)" in page
    assert "decided, and the decision takes effect soon (1)" in page


def test_a_coordinator_who_reads_does_not_learn_who_else_does(client):
    badge = badge_read_by_two()
    coordinator = coordinator_for(badge)
    MembershipFactory(user=coordinator, agency=badge.issuer.agency, role=Membership.Role.REVIEWER)
    submission, other = sent_for(badge), reviewer_for(badge)
    reads(submission, coordinator)
    reads(submission, other)
    client.force_login(coordinator)

    for to in (other, reviewer_for(badge)):
        page = post(client, "assign", [submission], to).content.decode()
        assert "you read them yourself and can only give them back to the queue (1)" in page

    readers = Assignment.objects.active().filter(submission=submission)
    assert {one.reviewer for one in readers} == {coordinator, other}


def test_many_return_to_the_queue(client):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    taken = [AssignmentFactory(badge_class=badge).submission for _ in range(2)]

    response = post(client, "queue", taken, reason="Both are away.")

    assert "2 submissions are back in the queue." in response.content.decode()
    assert not Assignment.objects.active().exists()


def test_what_somebody_reads_is_only_taken_with_a_reason_and_the_choice_is_kept(client):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    had = AssignmentFactory(badge_class=badge)
    to = reviewer_for(badge)

    for button, reviewer in (("queue", None), ("assign", to)):
        response = post(client, button, [had.submission], reviewer)
        assert response.status_code == 422
        assert "Somebody is reading one of them." in response.content.decode()
        assert response.context["chosen"] == [str(had.submission_id)]
    assert Assignment.objects.active().get() == had

    post(client, "assign", [had.submission], to, reason="She left.")

    assert Assignment.objects.active().get().reviewer == to
    had.refresh_from_db()
    assert why_taken(had) == "She left."


def test_giving_the_open_place_of_a_second_reader_takes_from_nobody(client):
    badge = badge_read_by_two()
    client.force_login(coordinator_for(badge))
    submission = sent_for(badge)
    first, to = reads(submission), reviewer_for(badge)

    post(client, "assign", [submission], to)

    assert {one.reviewer for one in Assignment.objects.active()} == {first.reviewer, to}


def test_reviews_in_hand_are_counted_without_those_that_the_coordinator_may_not_see(client):
    badge, elsewhere = badge_read_by_two(), BadgeFactory()
    coordinator, reviewer = coordinator_for(badge), reviewer_for(badge)
    for person, agency in ((coordinator, badge), (reviewer, elsewhere)):
        MembershipFactory(user=person, agency=agency.issuer.agency, role=Membership.Role.REVIEWER)
    submission = sent_for(badge)
    reads(submission, coordinator)
    reads(submission, reviewer)
    reads(sent_for(elsewhere), reviewer)
    reads(sent_for(badge), reviewer)
    client.force_login(coordinator)

    page = client.get(reverse("office:manage_submissions")).content.decode()

    assert f"{reviewer}, 1 open" in page


def test_without_a_reviewer_or_rows_the_choice_is_kept(client):
    submission = SentSubmissionFactory()
    client.force_login(coordinator_for(submission.badge_class))

    without_reviewer = post(client, "assign", [submission])
    without_rows = post(client, "assign", [], reviewer_for(submission.badge_class))

    assert (without_reviewer.status_code, without_rows.status_code) == (422, 422)
    assert "Choose who should review." in without_reviewer.content.decode()
    assert f'value="{submission.pk}" id="row-{submission.pk}"\n              checked' in (
        without_reviewer.content.decode()
    )
    assert "Choose at least one submission." in without_rows.content.decode()


def test_submissions_and_reviewers_of_another_agency_are_refused(client):
    foreign = SentSubmissionFactory()
    badge = BadgeFactory()
    own = SentSubmissionFactory(badge_class=badge)
    client.force_login(coordinator_for(badge))

    other_submission = post(client, "assign", [foreign], reviewer_for(badge))
    other_reviewer = post(client, "assign", [own], reviewer_for(foreign.badge_class))

    assert (other_submission.status_code, other_reviewer.status_code) == (422, 422)
    assert not Assignment.objects.exists()


def test_a_reviewer_of_the_county_can_be_chosen_by_a_district(client):
    submission = SentSubmissionFactory()
    agency = submission.badge_class.issuer.agency
    reviewer = MembershipFactory(role=Membership.Role.REVIEWER)
    agency.parent = reviewer.agency
    agency.save()
    client.force_login(coordinator_for(submission.badge_class))

    post(client, "assign", [submission], reviewer.user)

    assert Assignment.objects.get().reviewer == reviewer.user
