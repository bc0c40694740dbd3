"""Where two people are needed, two accounts of one person don't do."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from reviewing import operations as reviewing
from reviewing.due_process.operations import appeals, holds
from reviewing.models import Appeal, Decision, IntegrityHold
from reviewing.second_looks import operations as second_looks
from reviewing.second_looks.operations import NotASecondPerson
from tests.factories import AssignmentFactory, MembershipFactory, UserFactory, judge_all
from tests.reviewing.due_process.cases import coordinator_of, latest_decision, returned

pytestmark = pytest.mark.django_db


def linked_account(user, submission, role=Membership.Role.REVIEWER):
    agency = submission.badge_class.issuer.agency
    return MembershipFactory(user=UserFactory(linked_to=user), agency=agency, role=role).user


def test_nobody_confirms_their_own_decline_with_another_account():
    assignment = AssignmentFactory()
    decision = reviewing.send_review(
        assignment,
        by=assignment.reviewer,
        judgments=judge_all(assignment),
        summary="Not own work.",
        decline=True,
    )
    other = linked_account(assignment.reviewer, assignment.submission)

    assert other not in second_looks.people_asked(decision)
    with pytest.raises(NotASecondPerson):
        second_looks.confirm(decision, by=other)
    with pytest.raises(DatabaseError, match="two people"), transaction.atomic():
        Decision.objects.update(confirmed_by=other, confirmed_at=timezone.now())


def test_nobody_confirms_their_own_hold_with_another_account(client):
    submission = returned()
    hold = holds.place(submission, reason="Whose pictures?", by=coordinator_of(submission))
    holds.answer(hold, words="Mine.", by=submission.earner)
    other = linked_account(hold.placed_by, submission, Membership.Role.COORDINATOR)

    with pytest.raises(holds.NeedsAnotherPerson):
        holds.confirm(hold, because="Sure.", by=other)
    with pytest.raises(DatabaseError, match="two people"), transaction.atomic():
        IntegrityHold.objects.update(status="confirmed", ended_by=other, ended_at=timezone.now())
    client.force_login(other)
    page = client.get(reverse("reviewing:manage_hold", args=[hold.pk])).content.decode()
    assert "Lift the hold" in page
    assert "Confirm the doubt" not in page


@pytest.mark.parametrize("role", [Membership.Role.REVIEWER, Membership.Role.COORDINATOR])
def test_another_account_of_the_earner_or_of_who_decided_does_not_read_the_appeal(role):
    submission = returned()
    made = appeals.appeal(submission, words="Page four.", by=submission.earner)

    for person in (submission.earner, latest_decision(submission).decided_by):
        other = linked_account(person, submission, role)
        assert not Appeal.objects.readable_by(other).exists()
        with pytest.raises(appeals.NotUninvolved):
            appeals.give(made, to=other, by=coordinator_of(submission))
