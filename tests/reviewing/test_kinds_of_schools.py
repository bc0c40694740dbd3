"""Which agencies are schools, whose people do not review each other."""

import pytest

from accounts.models import Agency
from reviewing.querysets import shared_schools
from tests.factories import AgencyFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "are_colleagues"),
    [("school", True), ("adult_school", True), ("district", False), ("county_office", False)],
)
def test_people_of_one_school_are_colleagues_and_those_of_one_district_are_not(
    kind, are_colleagues
):
    agency = AgencyFactory(kind=Agency.Kind(kind))
    one, other = (MembershipFactory(agency=agency).user for _ in range(2))

    assert shared_schools(one, other).exists() is are_colleagues
