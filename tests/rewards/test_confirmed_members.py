"""A drawing for some agencies is for their confirmed members; its staff are those of its time."""

from datetime import timedelta

import pytest

from accounts import operations as accounts
from accounts.models import Membership
from rewards.chances import operations as chances
from rewards.chances import standing
from rewards.drawings.operations import life_cycle as drawings
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory
from tests.rewards.drawing_factories import (
    CLOSE,
    DISPUTES,
    IN_THE_PERIOD,
    announced,
    award,
    drafted,
    listed_entries,
)

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def drawing(school):
    """Announced, for the people of one district."""
    drawing = drafted(agency=school.parent)
    drawing.rules_versions.get().agencies.add(school.parent)
    drawings.announce(drawing, by=UserFactory(), now=IN_THE_PERIOD)
    drawing.refresh_from_db()
    return drawing


def confirm(user, *, now=IN_THE_PERIOD):
    accounts.confirm_workplaces(user.memberships.all(), by=UserFactory(), now=now)


def test_joining_a_school_gives_no_chance_and_no_free_entry(drawing, school):
    stranger = UserFactory()
    accounts.choose_school(stranger, school, now=IN_THE_PERIOD)

    award(stranger)

    assert drawing.entries.count() == 0
    assert not standing.admits(drawing.announced_rules, stranger)
    with pytest.raises(chances.CannotEnter):
        chances.take_free_entry(drawing, user=stranger, now=IN_THE_PERIOD)


def test_confirming_gives_the_chances_of_badges_earned_before(drawing, school):
    user = UserFactory()
    accounts.choose_school(user, school, now=IN_THE_PERIOD)
    badge = award(user)

    confirm(user)

    assert [entry.assertion for entry in drawing.entries.valid()] == [badge]
    assert chances.take_free_entry(drawing, user=user, now=IN_THE_PERIOD)


def test_confirming_gives_a_chance_once(drawing, school):
    user = UserFactory()
    accounts.choose_school(user, school, now=IN_THE_PERIOD)
    award(user)

    confirm(user)
    chances.add_entries_of([user], now=IN_THE_PERIOD)

    assert drawing.entries.count() == 1


def test_an_operator_who_gives_a_workplace_gives_its_chances(drawing, school):
    user = UserFactory()
    badge = award(user)

    accounts.give_role(user, school, Role.EARNER, by=UserFactory(), now=IN_THE_PERIOD)

    assert [entry.assertion for entry in drawing.entries.valid()] == [badge]


def test_who_is_confirmed_after_the_close_is_not_added_by_a_correction(drawing, school):
    late, member = UserFactory(), MembershipFactory(agency=school).user
    accounts.choose_school(late, school, now=IN_THE_PERIOD)
    award(late)
    award(member)
    drawings.close(drawing, now=CLOSE)

    confirm(late, now=CLOSE + timedelta(hours=1))
    drawings.correct_list(drawing, by=UserFactory(), reason="Look again.", now=DISPUTES)

    assert [entry.user for entry in listed_entries(drawing)] == [member]


def test_a_past_member_is_not_admitted(drawing, school):
    membership = MembershipFactory(agency=school)
    accounts.choose_school(membership.user, None, now=IN_THE_PERIOD)

    award(membership.user)

    assert drawing.entries.count() == 0
    assert not standing.admits(drawing.announced_rules, membership.user)


@pytest.mark.parametrize("when", ["during", "before"])
def test_a_coordinator_who_gives_up_the_role_in_the_period_cannot_win(when):
    drawing = announced(agency=AgencyFactory())
    role = MembershipFactory(agency=drawing.agency, role=Role.COORDINATOR)
    moment = IN_THE_PERIOD if when == "during" else IN_THE_PERIOD - timedelta(days=300)
    award(role.user)

    accounts.take_role(role, by=UserFactory(), now=moment)
    drawings.close(drawing, now=CLOSE)
    drawing.refresh_from_db()

    is_staff = when == "during"
    assert (standing.exclusion_reason(role.user, drawing) != "") == is_staff
    assert (role.user in chances.staff_of(drawing)) == is_staff
    assert [entry.user for entry in listed_entries(drawing)] == ([] if is_staff else [role.user])
