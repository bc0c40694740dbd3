"""Agencies are added, renamed, moved, merged and closed by coordinators within their part."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.agencies import operations as agencies
from accounts.models import Agency, Membership
from audit.models import AuditEntry
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.races import at_once

Role = Membership.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return AgencyFactory(name="Alder County", kind=Agency.Kind.COUNTY_OFFICE, parent=None)


@pytest.fixture
def district(county):
    return AgencyFactory(name="Alder Unified", kind=Agency.Kind.DISTRICT, parent=county)


@pytest.fixture
def school(district):
    return AgencyFactory(name="River School", kind=Agency.Kind.SCHOOL, parent=district)


@pytest.fixture
def by(county, client):
    person = MembershipFactory(agency=county, role=Role.COORDINATOR).user
    client.force_login(person)
    return person


def page_of(agency, name="manage_agency"):
    return reverse(f"accounts:{name}", args=[agency.slug])


def names(queryset) -> list[str]:
    return sorted(agency.name for agency in queryset)


def parent_of(agency):
    return Agency.objects.get(pk=agency.pk).parent


def place(client, agency, act, to=None, **more):
    data = {"act": act, "shown": agencies.place_mark(Agency.objects.get(pk=agency.pk))} | more
    if to:
        data[f"{act}-to"] = to.pk
    return client.post(page_of(agency, "manage_agency_place"), data)


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_agencies_are_listed_below_what_they_belong_to(client, by, county, district, school):
    AgencyFactory(name="Birch Unified", parent=county)
    AgencyFactory(name="Elder County", parent=None)

    page = client.get(reverse("accounts:manage_agencies"))

    listed = [(agency.depth, agency.name) for agency in page.context["page"]]
    assert listed == [
        (0, "Alder County"), (1, "Alder Unified"), (2, "River School"), (1, "Birch Unified"),
    ]  # fmt: skip


def test_agencies_of_one_name_keep_their_own_schools_below_them(client, by, county):
    for name in ("One", "Two"):
        district = AgencyFactory(name="Unified", parent=AgencyFactory(name=name, parent=county))
        AgencyFactory(name=f"School of {name}", parent=district)

    page = client.get(reverse("accounts:manage_agencies"))

    assert [agency.name for agency in page.context["page"]] == [
        "Alder County", "One", "Unified", "School of One", "Two", "Unified", "School of Two",
    ]  # fmt: skip


def test_an_agency_is_added_below_another_and_can_be_chosen_at_once(client, by, district):
    data = {"parent": district.pk, "name": "  Hill   School ", "kind": "school"}

    client.post(reverse("accounts:manage_agency_new"), data)

    added = Agency.objects.get(slug="hill-school")
    assert (added.name, added.parent) == ("Hill School", district)
    assert added in Agency.objects.workplaces()
    assert AuditEntry.objects.get(act="agency added").actor == by


@pytest.mark.parametrize("name", ["new", "River School", "学校"])
def test_every_agency_gets_an_address_of_its_own(by, county, district, school, name):
    added = agencies.add(county, name=name, kind="school", by=by)

    assert added.slug not in {"new", school.slug}
    assert reverse("accounts:manage_agency", args=[added.slug])


def test_a_name_that_is_taken_in_the_same_place_is_refused(client, by, district, school):
    data = {"parent": district.pk, "name": "river school", "kind": "school"}

    page = client.post(reverse("accounts:manage_agency_new"), data)

    assert page.status_code == 422
    assert "Choose another name." in text_of(page)
    assert 'value="river school"' in page.content.decode()


def test_a_renamed_agency_keeps_its_address(client, by, school):
    client.post(page_of(school), {"name": "River Academy", "kind": "school"})

    assert Agency.objects.get(slug=school.slug).name == "River Academy"
    assert AuditEntry.objects.get(act="agency renamed").note == "River School → River Academy"


def test_those_above_the_new_place_gain_a_moved_agency_and_the_others_lose_it(
    client, by, county, district, school
):
    birch = AgencyFactory(name="Birch Unified", parent=county)
    of_alder = MembershipFactory(agency=district, role=Role.COORDINATOR).user
    of_birch = MembershipFactory(agency=birch, role=Role.COORDINATOR).user

    place(client, school, "move", birch)

    coordinated = Agency.objects.where_user_is
    assert names(coordinated(of_alder, Role.COORDINATOR)) == ["Alder Unified"]
    assert names(coordinated(of_birch, Role.COORDINATOR)) == ["Birch Unified", "River School"]
    entries = AuditEntry.objects.filter(act="agency moved")
    assert {entry.agency for entry in entries} == {district, birch}


def test_an_agency_is_never_moved_below_itself(by, county, district, school):
    with pytest.raises(agencies.InACircle):
        agencies.move(district, school, by=by)
    with pytest.raises(agencies.InACircle):
        agencies.move(district, district, by=by)

    assert parent_of(district) == county


@pytest.mark.django_db(transaction=True)
def test_two_agencies_that_are_moved_below_each_other_at_once_make_no_circle():
    county = AgencyFactory(parent=None)
    one, other = AgencyFactory(name="One", parent=county), AgencyFactory(name="Two", parent=county)
    by = UserFactory()

    def move(agency, to):
        try:
            agencies.move(agency, to, by=by)
        except agencies.InACircle:
            return "refused"
        return "moved"

    answers = at_once(lambda: move(one, other), lambda: move(other, one))

    assert sorted(answers) == ["moved", "refused"]
    assert names(Agency.objects.within(county)) == sorted([county.name, "One", "Two"])


@settings(max_examples=30, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_after_any_moves_every_agency_is_below_the_root(moves):
    root = AgencyFactory(parent=None)
    tree = [root]
    for number in range(1, 7):
        tree.append(AgencyFactory(name=f"Agency {number}", parent=tree[number // 2]))
    by = UserFactory()

    for which, to in moves:
        if which:
            try:
                agencies.move(tree[which], tree[to], by=by)
            except agencies.InACircle:
                continue

    assert Agency.objects.within(root).count() == 7


def test_a_closed_agency_ends_its_roles_and_keeps_what_was_made_under_it(
    client, by, county, district, school
):
    teacher = MembershipFactory(agency=school, role=Role.EARNER)
    reviewer = MembershipFactory(agency=school, role=Role.REVIEWER)

    place(client, school, "close")

    assert not Membership.objects.current().filter(agency=school).exists()
    assert school not in Agency.objects.workplaces()
    assert school in Agency.objects.where_user_is(by, Role.COORDINATOR)
    ended = AuditEntry.objects.filter(act="role ended").values_list("subject", flat=True)
    assert set(ended) == {str(teacher.user), str(reviewer.user)}


def test_an_agency_with_open_ones_below_it_is_not_closed(client, by, district, school):
    page = place(client, district, "close")

    assert page.status_code == 422
    assert "River School" in text_of(page)
    assert Agency.objects.get(pk=district.pk).closed_at is None


def test_an_agency_that_was_closed_by_mistake_is_opened_again(client, by, school):
    place(client, school, "close")

    place(client, school, "reopen")

    assert school in Agency.objects.workplaces()


def test_people_of_a_merged_agency_work_at_the_other(client, by, county, district, school):
    hill = AgencyFactory(name="Hill School", kind=Agency.Kind.SCHOOL, parent=district)
    confirmed = MembershipFactory(agency=school, role=Role.EARNER).user
    waiting = MembershipFactory(agency=school, role=Role.EARNER, confirmed_at=None).user
    both = MembershipFactory(agency=school, role=Role.REVIEWER).user
    MembershipFactory(agency=hill, role=Role.REVIEWER, user=both)

    page = place(client, school, "merge", hill)

    assert page.status_code == 302
    current = Membership.objects.current().filter(agency=hill)
    assert {(row.user, row.role, row.confirmed_at is not None) for row in current} == {
        (confirmed, "earner", True), (waiting, "earner", False), (both, "reviewer", True),
    }  # fmt: skip
    merged = Agency.objects.get(pk=school.pk)
    assert (merged.parent, merged.merged_into) == (hill, hill)
    assert merged in Agency.objects.within(hill)


def test_schools_of_a_merged_district_become_schools_of_the_other(by, county, district, school):
    birch = AgencyFactory(name="Birch Unified", parent=county)

    agencies.merge(district, birch, by=by)

    assert parent_of(school) == birch


def test_a_merger_that_would_leave_two_of_one_name_changes_nothing(by, county, district, school):
    birch = AgencyFactory(name="Birch Unified", parent=county)
    AgencyFactory(name="River School", parent=birch)

    with pytest.raises(agencies.NameTaken):
        agencies.merge(district, birch, by=by)

    assert parent_of(school) == district
    assert Agency.objects.get(pk=district.pk).closed_at is None


def test_a_page_from_before_a_move_moves_nothing(client, by, county, district, school):
    birch = AgencyFactory(name="Birch Unified", parent=county)
    mark = agencies.place_mark(school)
    agencies.move(school, birch, by=by)

    page = place(client, school, "close", shown=mark)

    assert page.status_code == 422
    assert "changed in the meantime" in text_of(page)
    assert Agency.objects.get(pk=school.pk).closed_at is None


def test_the_top_of_a_part_is_moved_only_from_above(client, county, district, school):
    client.force_login(MembershipFactory(agency=district, role=Role.COORDINATOR).user)

    place(client, district, "close")
    place(client, school, "close")
    place(client, district, "close")

    assert Agency.objects.get(pk=district.pk).closed_at is None
    assert Agency.objects.get(pk=school.pk).closed_at is not None


@pytest.mark.parametrize("act", ["move", "merge"])
def test_nothing_is_put_into_the_part_of_somebody_else(client, by, school, act):
    elsewhere = AgencyFactory(name="Elder County", parent=None)

    page = place(client, school, act, elsewhere)

    assert page.status_code == 422
    assert parent_of(school) != elsewhere


def test_the_list_asks_as_often_for_many_agencies_as_for_few(client, by, county):
    url = reverse("accounts:manage_agencies")
    client.get(url)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    few = asked()
    for number in range(60):
        AgencyFactory(name=f"School {number}", parent=county)

    assert asked() == few
