"""Acts of several readers, to be killed, each with the states that it passes through."""

from __future__ import annotations

from reviewing import operations
from reviewing.models import Assignment, Decision
from reviewing.schemes import operations as schemes
from reviewing.second_looks import operations as second_looks
from submissions.models import Submission
from tests.factories import reviewer_for
from tests.reviewing.readers import (
    badge_read_by_two,
    badge_to_approve,
    judging,
    opens_the_others,
    reads,
    sends,
    sent_for,
    with_wait,
)


def two_who_read(**kwargs):
    submission = sent_for(badge_read_by_two(issuer=with_wait(0)), **kwargs)
    return reads(submission), reads(submission)


def finish_first_of_two():
    first, _second = two_who_read()
    return lambda: sends(first)


def finish_second_and_agree():
    first, second = two_who_read()
    sends(first)
    return lambda: sends(second)


def finish_second_and_differ():
    first, second = two_who_read()
    sends(first)
    return lambda: sends(second, (0,))


def _third():
    first, second = two_who_read()
    sends(first)
    sends(second, (0,))
    return reads(first.submission)


def open_the_two_reviews():
    third = _third()
    operations.save_draft(third, by=third.reviewer, judgments=judging(third))
    return lambda: schemes.show_others(Assignment.objects.get(pk=third.pk), by=third.reviewer)


def settle_as_third_reader():
    third = _third()
    opens_the_others(third)
    return lambda: sends(third)


def approve_a_review():
    assignment = reads(sent_for(badge_to_approve(issuer=with_wait(0))))
    sends(assignment)
    approver = reviewer_for(assignment.submission.badge_class)
    return lambda: second_looks.confirm(Decision.objects.get(), by=approver)


def take_a_second_place():
    submission = sent_for(badge_read_by_two())
    reads(submission)
    by = reviewer_for(submission.badge_class)
    return lambda: reads(Submission.objects.get(), by)


STATES = {
    finish_first_of_two: 1,
    finish_second_and_agree: 1,
    finish_second_and_differ: 1,
    open_the_two_reviews: 1,
    settle_as_third_reader: 1,
    approve_a_review: 1,
    take_a_second_place: 1,
}
