import pytest
from django.urls import reverse

from accounts import operations
from accounts.models import Agency, Membership
from audit.models import AuditEntry
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
PROFILE, SCHOOL = reverse("accounts:profile"), reverse("accounts:school")
Role = Membership.Role


@pytest.fixture
def user(client):
    user = UserFactory(name="Rosa Alvarez")
    client.force_login(user)
    return user


def works_at(user):
    return [m.agency for m in user.memberships.current().filter(role=Role.EARNER)]


def logged_acts():
    return list(AuditEntry.objects.order_by("pk").values_list("act", "agency__name"))


def test_changing_the_name_is_saved_and_logged(client, user):
    client.post(PROFILE, {"name": " Rosa  Núñez ", "language": "en"})

    user.refresh_from_db()
    assert user.name == "Rosa Núñez"
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.note) == (
        "name changed",
        user,
        "Rosa Alvarez -> Rosa Núñez",
    )


def test_the_coordinators_of_their_workplace_see_the_earlier_and_the_new_name(client, user):
    work = MembershipFactory(user=user, agency=SchoolFactory())
    coordinator = MembershipFactory(agency=work.agency.parent, role=Role.COORDINATOR).user
    client.post(PROFILE, {"name": "Rosa Núñez", "language": "en"})

    client.force_login(coordinator)
    shown = client.get(reverse("reporting:manage_activity"))

    assert "Rosa Alvarez -&gt; Rosa Núñez" in shown.text


def test_a_new_language_applies_from_the_next_page_on(client, user):
    response = client.post(PROFILE, {"name": "Rosa Alvarez", "language": "es"}, follow=True)

    user.refresh_from_db()
    assert user.language == "es"
    assert '<html lang="es">' in response.text


def test_an_empty_name_is_refused_and_what_was_typed_stays(client, user):
    response = client.post(PROFILE, {"name": "   ", "language": "es"})

    user.refresh_from_db()
    assert response.status_code == 422
    assert (user.name, user.language) == ("Rosa Alvarez", "en")
    assert response.context["form"]["language"].value() == "es"
    assert "<title>Error:" in response.text


def test_the_profile_shows_only_the_users_own_roles(client, user):
    MembershipFactory(user=user, agency__name="Juniper", role=Role.REVIEWER)
    MembershipFactory(agency__name="Elsewhere", role=Role.REVIEWER)

    page = client.get(PROFILE)

    assert [str(m.agency) for m in page.context["roles"]] == ["Juniper"]


def test_choosing_a_school_is_saved_and_logged(client, user):
    school = SchoolFactory(name="Creekside")

    response = client.post(SCHOOL, {"agency": school.pk})

    assert response.url == PROFILE
    assert works_at(user) == [school]
    assert logged_acts() == [("school chosen", "Creekside")]


def test_choosing_another_school_leaves_the_first_and_keeps_other_roles(client, user):
    old, new = SchoolFactory(name="Old"), SchoolFactory(name="New")
    operations.choose_school(user, old)
    MembershipFactory(user=user, agency=old, role=Role.REVIEWER)

    client.post(SCHOOL, {"agency": new.pk})

    assert works_at(user) == [new]
    assert user.memberships.filter(agency=old, role=Role.REVIEWER).exists()
    assert logged_acts() == [
        ("school chosen", "Old"),
        ("school left", "Old"),
        ("school chosen", "New"),
    ]


def test_choosing_the_same_school_twice_is_logged_once(user):
    school = SchoolFactory(name="Creekside")

    operations.choose_school(user, school)
    operations.choose_school(user, school)

    assert works_at(user) == [school]
    assert logged_acts() == [("school chosen", "Creekside")]


def test_a_person_can_leave_their_school(client, user):
    operations.choose_school(user, SchoolFactory(name="Creekside"))

    client.post(reverse("accounts:leave_school"))

    assert works_at(user) == []


def test_choosing_a_school_never_gives_another_role_than_earner(client, user):
    school = SchoolFactory()

    client.post(SCHOOL, {"agency": school.pk, "role": "coordinator"})

    assert list(user.memberships.values_list("role", flat=True)) == ["earner"]


def test_a_school_is_found_by_parts_of_its_name_and_its_districts_name(client, user):
    district = AgencyFactory(name="Quill Creek District", kind=Agency.Kind.DISTRICT)
    fern = SchoolFactory(name="Fern Street School", parent=district)
    SchoolFactory(name="Harbor School", parent=AgencyFactory(name="Marisol"))

    page = client.get(SCHOOL, {"q": "fern quill"})

    assert page.context["form"].fields["agency"].choices == [
        (fern.pk, "Fern Street School, Quill Creek District")
    ]


def test_nobody_works_at_a_consortium(client, user):
    consortium = AgencyFactory(kind=Agency.Kind.CONSORTIUM)

    response = client.post(SCHOOL, {"agency": consortium.pk})

    assert response.status_code == 422
    assert works_at(user) == []


def test_a_long_list_is_cut_and_says_so(client, user):
    county = AgencyFactory(name="Aaa County")
    for _ in range(45):
        SchoolFactory(parent=county)

    page = client.get(SCHOOL)

    assert len(page.context["form"].fields["agency"].choices) == 40
    assert "There are more" in page.text


@pytest.mark.parametrize("page", [PROFILE, SCHOOL])
def test_more_roles_and_schools_cost_no_more_queries(client, user, page):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
        return len(captured)

    MembershipFactory(user=user, agency=SchoolFactory(), role=Role.REVIEWER)
    queries()  # fill the caches
    before = queries()
    for _ in range(2):
        MembershipFactory(user=user, agency=SchoolFactory(), role=Role.REVIEWER)

    assert queries() == before
