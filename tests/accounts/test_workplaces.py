"""Anyone may say where they work. It counts after a coordinator confirms it, and stays known."""

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from accounts import operations
from accounts.models import Agency, Membership
from accounts.permissions import ever_held_role, holds_role, roles_of
from audit.models import AuditEntry
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
PEOPLE, DECIDE = reverse("accounts:manage_people"), reverse("accounts:manage_people_decide")
Role = Membership.Role


@pytest.fixture
def district():
    return AgencyFactory(name="Quill Creek District", kind=Agency.Kind.DISTRICT)


@pytest.fixture
def school(district):
    return SchoolFactory(name="Fern Street School", parent=district)


@pytest.fixture
def coordinator(client, district):
    user = MembershipFactory(agency=district, role=Role.COORDINATOR).user
    client.force_login(user)
    return user


@pytest.fixture
def rosa(school):
    user = UserFactory(name="Rosa Alvarez", email="rosa@fern.example")
    operations.choose_school(user, school)
    return user


def workplace(user) -> Membership:
    return user.memberships.workplaces().latest("pk")


def acts():
    return list(AuditEntry.objects.order_by("pk").values_list("act", "actor__name", "agency__name"))


def test_a_workplace_is_not_confirmed_until_a_coordinator_says_so(client, coordinator, rosa):
    assert workplace(rosa).confirmed_at is None
    assert roles_of(rosa) == set()

    answer = client.post(
        DECIDE, {"memberships": workplace(rosa).pk, "decision": "confirm"}, follow=True
    )

    assert "1 person is confirmed." in answer.text
    assert workplace(rosa).confirmed_at
    assert acts() == [
        ("school chosen", "Rosa Alvarez", "Fern Street School"),
        ("school confirmed", coordinator.name, "Fern Street School"),
    ]


def test_people_to_confirm_are_listed_for_their_coordinator_alone(client, coordinator, rosa):
    operations.choose_school(UserFactory(name="Elsewhere Ana"), SchoolFactory())

    page = client.get(PEOPLE).text

    assert "Rosa Alvarez" in page
    assert "rosa@fern.example" in page
    assert "Elsewhere Ana" not in page


def test_another_agencys_people_cannot_be_confirmed(client, coordinator):
    elsewhere = UserFactory()
    operations.choose_school(elsewhere, SchoolFactory())

    for decision in ("confirm", "refuse", "left"):
        client.post(DECIDE, {"memberships": workplace(elsewhere).pk, "decision": decision})

    assert (workplace(elsewhere).confirmed_at, workplace(elsewhere).ended_at) == (None, None)


def test_nobody_confirms_with_a_role_that_has_ended(client, coordinator, rosa):
    operations.take_role(coordinator.memberships.get(), by=UserFactory())

    answer = client.post(DECIDE, {"memberships": workplace(rosa).pk, "decision": "confirm"})

    assert answer.status_code == 403
    assert workplace(rosa).confirmed_at is None


def test_a_refused_workplace_ends_and_the_profile_says_what_to_do(client, coordinator, rosa):
    client.post(DECIDE, {"memberships": workplace(rosa).pk, "decision": "refuse"})
    client.force_login(rosa)

    page = client.get(reverse("accounts:profile")).text

    assert workplace(rosa).is_refused
    assert "could not confirm that you work at Fern Street School" in page
    assert acts()[-1] == ("school refused", coordinator.name, "Fern Street School")


def test_a_coordinator_records_that_somebody_left(client, coordinator, rosa):
    operations.confirm_workplaces(Membership.objects.filter(user=rosa), by=coordinator)

    client.post(DECIDE, {"memberships": workplace(rosa).pk, "decision": "left"})

    assert workplace(rosa).ended_at
    assert acts()[-1] == ("school left", coordinator.name, "Fern Street School")


def test_a_second_decision_changes_nothing(coordinator, rosa):
    mine = Membership.objects.filter(user=rosa)
    operations.confirm_workplaces(mine, by=coordinator)
    confirmed_at = workplace(rosa).confirmed_at

    assert operations.refuse_workplaces(mine, by=coordinator) == 0
    assert operations.confirm_workplaces(mine, by=coordinator) == 0
    assert (workplace(rosa).confirmed_at, workplace(rosa).is_refused) == (confirmed_at, False)


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"decision": "confirm"}, "Tick at least one person"),
        ({"memberships": "0", "decision": "confirm"}, "Somebody else changed this list"),
        ({"memberships": "x", "decision": "confirm"}, "is not a valid value"),
    ],
)
def test_a_decision_about_nobody_says_what_to_do(client, coordinator, posted, sentence):
    assert sentence in client.post(DECIDE, posted, follow=True).text


def test_the_list_keeps_its_query_count(client, coordinator, school, django_assert_num_queries):
    operations.choose_school(UserFactory(), school)
    client.get(PEOPLE)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as with_one:
        client.get(PEOPLE)
    for _ in range(3):
        operations.choose_school(UserFactory(), school)

    with django_assert_num_queries(len(with_one)):
        client.get(PEOPLE)


def test_coming_back_to_a_school_waits_for_a_new_confirmation(coordinator, rosa, school):
    operations.confirm_workplaces(Membership.objects.filter(user=rosa), by=coordinator)
    operations.choose_school(rosa, None)

    operations.choose_school(rosa, school)

    assert [(bool(m.confirmed_at), bool(m.ended_at)) for m in rosa.memberships.order_by("pk")] == [
        (True, True),
        (False, False),
    ]


def test_a_role_that_ended_gives_no_rights_and_stays_known(district):
    membership = MembershipFactory(agency=district, role=Role.REVIEWER)

    operations.take_role(membership, by=UserFactory())

    assert not holds_role(membership.user, district, Role.REVIEWER)
    assert ever_held_role(membership.user, district, Role.REVIEWER)
    assert roles_of(membership.user) == set()


def test_a_role_given_again_is_a_new_row(district):
    user, operator = UserFactory(), UserFactory()
    operations.take_role(
        operations.give_role(user, district, Role.REVIEWER, by=operator), by=operator
    )

    operations.give_role(user, district, Role.REVIEWER, by=operator)

    assert user.memberships.count() == 2
    assert holds_role(user, district, Role.REVIEWER)


def test_an_operator_who_gives_the_role_confirms_the_workplace(rosa, school):
    operations.give_role(rosa, school, Role.EARNER, by=UserFactory())

    assert workplace(rosa).confirmed_at
    assert rosa.memberships.count() == 1


def test_the_database_keeps_an_ended_membership_as_it_is(rosa):
    operations.choose_school(rosa, None)

    with pytest.raises(InternalError, match="ended_membership_is_frozen"), transaction.atomic():
        Membership.objects.filter(user=rosa).update(ended_at=None)
