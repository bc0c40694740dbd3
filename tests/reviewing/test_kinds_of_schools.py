"""Which agencies are schools, whose people do not review each other."""

import pytest
from django.db import transaction
from django.db.utils import InternalError
from django.utils import timezone

from accounts.models import Agency
from reviewing.conflicts import are_in_conflict
from reviewing.models import Assignment
from reviewing.second_looks.operations import people_asked
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    SentSubmissionFactory,
    ask_to_decline,
    reviewer_for,
)

pytestmark = pytest.mark.django_db
SCHOOLS = ["school", "adult_school"]
KINDS = [*((kind, True) for kind in SCHOOLS), ("district", False), ("county_office", False)]


@pytest.mark.parametrize(("kind", "are_colleagues"), KINDS)
def test_people_of_one_school_are_colleagues_and_those_of_one_district_are_not(
    kind, are_colleagues
):
    agency = AgencyFactory(kind=Agency.Kind(kind))
    one, other = (MembershipFactory(agency=agency).user for _ in range(2))

    assert are_in_conflict(one, other) is are_colleagues


@pytest.mark.parametrize("kind", SCHOOLS)
def test_the_database_refuses_colleagues_at_every_kind_of_school(kind, badge_class, reviewer):
    submission = SentSubmissionFactory(badge_class=badge_class)
    agency = AgencyFactory(kind=Agency.Kind(kind))
    for person in (submission.earner, reviewer):
        MembershipFactory(user=person, agency=agency)

    with (
        pytest.raises(InternalError, match="nobody reviews the submission of a colleague"),
        transaction.atomic(),
    ):
        Assignment.objects.create(
            submission=submission, reviewer=reviewer, assigned_at=timezone.now()
        )


@pytest.mark.parametrize(("kind", "are_colleagues"), KINDS)
def test_a_colleague_is_not_asked_to_confirm_a_decline(kind, are_colleagues, assignment):
    agency = AgencyFactory(kind=Agency.Kind(kind))
    other = reviewer_for(assignment.submission.badge_class)
    for person in (assignment.submission.earner, other):
        MembershipFactory(user=person, agency=agency)

    decline = ask_to_decline(assignment)

    assert (other not in people_asked(decline)) is are_colleagues
