"""A new school year: groups close and go on as copies, and nothing that was is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.groups import operations as groups
from accounts.models import Group, Membership, SchoolYearMove
from accounts.school_years import operations as years
from tests.factories import MembershipFactory, SchoolFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:manage_school_year")


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def by(school, client):
    person = MembershipFactory(agency=school.parent, role=Role.COORDINATOR).user
    client.force_login(person)
    return person


@pytest.fixture
def group(school, by):
    group = groups.add(school, name="Algebra", school_year="2026", by=by)
    groups.add_accounts(group, [UserFactory()], by=by)
    groups.add_instructor(group, email="ines@a.example", name="", language="en", by=by)
    return group


def move(client, agency, **more):
    data = {"agency": agency.pk, "from_year": "2026", "to_year": "2027", "copies": "on"} | more
    page = client.post(PAGE, data)
    assert page.status_code == 200
    data |= {"act": "move", "shown": page.context["preview"]["mark"]}
    return client.post(PAGE, data)


def open_groups():
    return {(group.name, group.school_year) for group in Group.objects.open()}


def test_the_preview_changes_nothing(client, by, group, school):
    data = {"agency": school.parent_id, "from_year": "2026", "to_year": "2027"}

    page = client.post(PAGE, data)

    assert (page.context["preview"]["count"], page.context["preview"]["members"]) == (1, 1)
    assert open_groups() == {("Algebra", "2026")}


def test_groups_close_and_their_copies_keep_the_instructors(client, by, group, school):
    other = groups.add(school, name="Art", school_year="2025", by=by)
    day = timezone.localdate() + timedelta(days=300)

    assert move(client, school.parent, ends_on=day).status_code == 302

    assert open_groups() == {("Algebra", "2027"), (other.name, "2025")}
    copy = Group.objects.get(school_year="2027")
    assert [place.part for place in copy.people.all()] == ["instructor"]
    assert group.people.filter(ended_at__isnull=False).count() == 2
    assert Membership.objects.get(role=Role.INSTRUCTOR).ends_on == day


def test_taking_it_back_opens_the_groups_with_their_people(client, by, group, school):
    move(client, school.parent, ends_on=timezone.localdate() + timedelta(days=300))
    made = SchoolYearMove.objects.get()

    for _ in range(2):
        client.post(reverse("accounts:manage_school_year_undo", args=[made.public_id]))

    assert open_groups() == {("Algebra", "2026")}
    assert group.people.current().count() == 2
    assert Membership.objects.get(role=Role.INSTRUCTOR).ends_on is None


def test_a_copy_with_members_stays_when_it_is_taken_back(client, by, group, school):
    move(client, school.parent)
    groups.add_accounts(Group.objects.get(school_year="2027"), [UserFactory()], by=by)

    assert years.undo(SchoolYearMove.objects.get(), by=by) == 1

    assert open_groups() == {("Algebra", "2026"), ("Algebra", "2027")}


def test_a_group_added_after_the_preview_is_not_closed_unseen(client, by, group, school):
    data = {"agency": school.pk, "from_year": "2026", "to_year": "2027"}
    mark = client.post(PAGE, data).context["preview"]["mark"]
    groups.add(school, name="Late", school_year="2026", by=by)

    page = client.post(PAGE, data | {"act": "move", "shown": mark})

    assert page.status_code == 422
    assert not SchoolYearMove.objects.exists()


def test_a_year_without_groups_is_refused_and_kept_as_typed(client, by, group, school):
    page = client.post(PAGE, {"agency": school.pk, "from_year": "1999", "to_year": "2027"})

    assert page.status_code == 422
    assert "1999" in page.content.decode()


def test_groups_of_other_agencies_are_not_touched(client, by, group):
    elsewhere = SchoolFactory()
    groups.add(elsewhere, name="Theirs", school_year="2026", by=by)

    move(client, group.agency.parent)

    assert ("Theirs", "2026") in open_groups()
    data = {"agency": elsewhere.pk, "from_year": "2026", "to_year": "2027"}
    assert client.post(PAGE, data).status_code == 422
