"""Who is in conflict with whom is asked in one way, wherever somebody could judge somebody."""

from __future__ import annotations

import random

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from accounts.links import operations as links
from accounts.models import AccountLink, User
from catalog.states import ReviewScheme
from reviewing import operations
from reviewing.assigning import operations as assigning
from reviewing.conflicts import are_in_conflict, in_conflict, key_of
from reviewing.models import Assignment, Decision, PastSchool, Place
from reviewing.querysets import awaiting_review
from reviewing.reviewers.operations import conflicts
from reviewing.second_looks.operations import people_asked
from reviewing.without_reviewer import nobody_can_take
from submissions.models import Submission
from tests.factories import (
    AssignmentFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    UserFactory,
    ask_to_decline,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.reviewing.readers import badge_read_by_two, reads, sends

pytestmark = pytest.mark.django_db


def one_person(reader, earner):
    links.link(earner, reader, by=earner, source=AccountLink.Source.ADDRESS)


def colleagues(reader, earner):
    school = SchoolFactory()
    MembershipFactory(user=reader, agency=school)
    MembershipFactory(user=earner, agency=school)


def colleagues_of_long_ago(reader, earner):
    school = SchoolFactory()
    for person in (reader, earner):
        MembershipFactory(user=person, agency=school, ended_at=timezone.now())


def colleagues_by_what_the_reader_says(reader, earner):
    school = SchoolFactory()
    MembershipFactory(user=earner, agency=school)
    conflicts.name_schools(reader, [school])


def colleagues_by_what_both_say(reader, earner):
    school = SchoolFactory()
    conflicts.name_schools(reader, [school])
    conflicts.name_schools(earner, [school])


def colleagues_by_another_account(reader, earner):
    other = UserFactory()
    links.link(other, earner, by=earner, source=AccountLink.Source.ADDRESS)
    colleagues(reader, other)


def named_by_the_reader(reader, earner):
    conflicts.name_person(reader, address=earner.email, by=reader)


def named_by_the_educator(reader, earner):
    conflicts.name_person(earner, address=reader.email, by=earner)


def named_by_another_account(reader, earner):
    other = UserFactory()
    links.link(other, reader, by=reader, source=AccountLink.Source.ADDRESS)
    conflicts.name_person(earner, address=other.email, by=earner)


WAYS = [
    one_person,
    colleagues,
    colleagues_of_long_ago,
    colleagues_by_what_the_reader_says,
    colleagues_by_what_both_say,
    colleagues_by_another_account,
    named_by_the_reader,
    named_by_the_educator,
    named_by_another_account,
]


@pytest.fixture(params=WAYS, ids=[way.__name__ for way in WAYS])
def way(request):
    return request.param


def test_a_reader_in_conflict_gets_the_submission_in_no_way(way, badge_class, reviewer):
    submission = SentSubmissionFactory(badge_class=badge_class)
    way(reviewer, submission.earner)
    coordinator = coordinator_for(badge_class)

    assert list(awaiting_review(reviewer)) == []
    assert operations.claim_next(by=reviewer) is None
    with pytest.raises(operations.ReviewerNotAllowed):
        operations.claim(submission, by=reviewer)
    with pytest.raises(operations.ReviewerNotAllowed):
        assigning.assign(submission, to=reviewer, by=coordinator)
    assert list(nobody_can_take(Submission.objects.all())) == [submission]
    with pytest.raises(InternalError, match="nobody reviews"), transaction.atomic():
        Assignment.objects.create(
            place=Place.objects.get(),
            submission=submission,
            reviewer=reviewer,
            assigned_at=timezone.now(),
        )


def test_a_person_in_conflict_confirms_no_decline(way, assignment):
    second = reviewer_for(assignment.submission.badge_class)
    way(second, assignment.submission.earner)

    decline = ask_to_decline(assignment)

    assert list(people_asked(decline)) == []
    assert not Decision.objects.second_looks_of(second).exists()


def test_a_person_in_conflict_approves_nothing(way):
    assignment = AssignmentFactory(badge_class__review_scheme=ReviewScheme.READER_AND_APPROVER)
    approver = reviewer_for(assignment.submission.badge_class)
    way(approver, assignment.submission.earner)

    operations.send_review(assignment, by=assignment.reviewer, judgments=judge_all(assignment))

    assert not Decision.objects.second_looks_of(approver).exists()


def test_a_person_in_conflict_is_no_third_reader(way):
    badge = badge_read_by_two()
    submission = SentSubmissionFactory(badge_class=badge)
    sends(reads(submission))
    sends(reads(submission), [0])
    third, free = reviewer_for(badge), reviewer_for(badge)
    way(third, submission.earner)

    assert not awaiting_review(third).exists()
    assert awaiting_review(free).exists()


def test_a_conflict_after_the_claim_stops_the_decision(way, assignment):
    judgments = judge_all(assignment)
    way(assignment.reviewer, assignment.submission.earner)

    with pytest.raises((operations.ConflictOfInterest, operations.AlreadyDecided)):
        operations.send_review(assignment, by=assignment.reviewer, judgments=judgments)


def test_conflicts_are_the_same_in_both_directions_and_in_the_database(badge_class):
    """Random ties between random people, compared with a plain search in Python."""
    chance = random.Random(13)
    people = [reviewer_for(badge_class) for _ in range(8)]
    schools = [SchoolFactory() for _ in range(4)]
    at: dict[int, set[int]] = {person.pk: set() for person in people}
    ties = set()
    for _ in range(7):
        person, school = chance.choice(people), chance.choice(schools)
        if chance.random() < 0.5:
            MembershipFactory(user=person, agency=school, ended_at=timezone.now())
        else:
            conflicts.name_schools(person, [school])
        at[person.pk].add(school.pk)
    for _ in range(4):
        one, other = chance.sample(people, 2)
        conflicts.name_person(one, address=other.email, by=one)
        ties.add(frozenset({one.pk, other.pk}))
    sent = {one.pk: SentSubmissionFactory(badge_class=badge_class, earner=one) for one in people}

    for one in people:
        expected = {
            other.pk
            for other in people
            if other == one or at[one.pk] & at[other.pk] or {one.pk, other.pk} in ties
        }
        found = User.objects.filter(pk__in=at).filter(in_conflict("person_key", key_of(one)))
        assert {other.pk for other in found} == expected
        assert {other.pk for other in people if are_in_conflict(other, one)} == expected
        assert {other.pk for other in people if _refused(sent[other.pk], one)} == expected


def _refused(submission, reader) -> bool:
    try:
        with transaction.atomic():
            Assignment.objects.create(
                place=Place.objects.get(attempt__submission=submission),
                submission=submission,
                reviewer=reader,
                assigned_at=timezone.now(),
            )
            transaction.set_rollback(True)
    except InternalError:
        return True
    return False


def test_people_of_one_district_who_named_nobody_are_free(badge_class, reviewer):
    submission = SentSubmissionFactory(badge_class=badge_class)
    district = SchoolFactory().parent
    for person in (reviewer, submission.earner):
        MembershipFactory(user=person, agency=district)
    conflicts.name_person(reviewer, address=UserFactory().email, by=reviewer)

    assert operations.claim(submission, by=reviewer)


def test_a_past_school_is_a_school():
    district = SchoolFactory().parent

    with pytest.raises(InternalError, match="only a school"), transaction.atomic():
        PastSchool.objects.create(user=UserFactory(), agency=district, named_at=timezone.now())
