"""Groups of an agency: coordinators add, rename and close them, and say who is in them."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.agencies import operations as agencies
from accounts.groups import operations as groups
from accounts.models import Group, Membership, User
from mail.models import OutgoingEmail
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory
from tests.races import at_once

Role = Membership.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return SchoolFactory(name="River School")


@pytest.fixture
def by(school, client):
    person = MembershipFactory(agency=school, role=Role.COORDINATOR).user
    client.force_login(person)
    return person


@pytest.fixture
def group(school, by):
    return groups.add(school, name="Algebra", school_year="2026", by=by)


def page_of(group, name, *more):
    return reverse(f"accounts:manage_group_{name}", args=[group.public_id, *more])


def people_in(group, part="member"):
    return {place.user for place in group.people.current().filter(part=part)}


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_a_coordinator_adds_a_group_and_sees_it_in_the_list(client, by, school):
    data = {"agency": school.pk, "name": "Algebra", "school_year": "2026"}

    client.post(reverse("accounts:manage_group_new"), data)

    page = client.get(reverse("accounts:manage_groups"))
    assert [group.name for group in page.context["page"]] == ["Algebra"]


def test_two_open_groups_of_a_year_have_different_names(client, by, school, group):
    data = {"agency": school.pk, "name": "algebra", "school_year": "2026"}

    refused = client.post(reverse("accounts:manage_group_new"), data)

    assert refused.status_code == 422
    assert "algebra" in text_of(refused)
    groups.close(group, by=by)
    assert client.post(reverse("accounts:manage_group_new"), data).status_code == 302


def test_a_group_cannot_be_added_to_an_agency_of_somebody_else(client, by):
    other = AgencyFactory()

    refused = client.post(
        reverse("accounts:manage_group_new"), {"agency": other.pk, "name": "Theirs"}
    )

    assert refused.status_code == 422
    assert not Group.objects.exists()


def test_people_are_added_by_address_and_nothing_is_sent_to_them(client, by, group):
    known = UserFactory(email="known@school.example")

    client.post(page_of(group, "members"), {"emails": "Known@school.example\nnew@school.example; "})

    assert people_in(group) == {known, User.objects.get(email="new@school.example")}
    assert not OutgoingEmail.objects.exists()


def test_what_is_no_address_is_named_and_nothing_is_lost(client, by, group):
    page = client.post(page_of(group, "members"), {"emails": "a@school.example\nnot one"})

    assert page.status_code == 422
    assert "not, one" in text_of(page)
    assert "a@school.example" in text_of(page)
    assert people_in(group) == set()


def test_people_are_found_and_ticked_only_within_the_part_of_the_coordinator(
    client, by, school, group
):
    ours = MembershipFactory(agency=school, user__name="Flor Ours").user
    theirs = MembershipFactory(user__name="Flor Theirs").user

    page = client.get(group.get_absolute_url(), {"q": "flor"})
    client.post(page_of(group, "members"), {"people": [ours.pk, theirs.pk]})

    assert list(page.context["found"]) == [ours]
    assert people_in(group) == {ours}


def test_an_instructor_gets_the_role_and_an_email_once(client, by, group, school):
    for _ in range(2):
        client.post(page_of(group, "instructors"), {"instructor-email": "ines@school.example"})

    ines = User.objects.get(email="ines@school.example")
    assert people_in(group, "instructor") == {ines}
    assert ines.memberships.get().role == Role.INSTRUCTOR
    assert OutgoingEmail.objects.get().kind == "role_given"
    assert list(Group.objects.taught_by(ines)) == [group]


def test_an_instructor_sees_nothing_of_a_group_after_the_role_has_ended(by, group):
    place = groups.add_instructor(group, email="i@a.example", name="", language="en", by=by)
    assert Group.objects.taught_by(place.user).exists()

    place.user.memberships.update(ended_at=group.created_at)

    assert not Group.objects.taught_by(place.user).exists()


def test_who_leaves_stays_in_the_history_and_can_come_back(client, by, group):
    groups.add_accounts(group, [UserFactory()], by=by)
    [place] = group.people.current()

    client.post(page_of(group, "place_end", place.pk))
    groups.add_accounts(group, [place.user], by=by)

    assert group.people.count() == 2
    assert group.people.current().count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        group.people.filter(pk=place.pk).update(ended_at=None)


def test_a_closed_group_takes_nobody_and_opens_again_with_its_people(client, by, group):
    person, left = UserFactory(), UserFactory()
    groups.add_accounts(group, [person, left], by=by)
    groups.end_place(group.people.get(user=left), by=by)

    client.post(page_of(group, "close"), {"act": "close"})
    refused = client.post(page_of(group, "members"), {"emails": "late@school.example"}, follow=True)
    assert "This group has closed" in text_of(refused)
    assert people_in(group) == set()

    client.post(page_of(group, "close"), {"act": "reopen"})
    assert people_in(group) == {person}


def test_groups_close_with_their_agency_and_move_with_a_merger(school, by, group):
    other = SchoolFactory(parent=school.parent)
    second = groups.add(other, name="Art", by=by)

    agencies.merge(school, other, by=by)
    group.refresh_from_db()
    assert (group.agency, group.closed_at) == (other, None)

    agencies.close(other, by=by)
    assert not Group.objects.open().filter(pk__in=[group.pk, second.pk]).exists()


@pytest.mark.django_db(transaction=True)
def test_adding_somebody_twice_at_the_same_moment_makes_one_member(school, by, group):
    person = UserFactory()

    at_once(*[lambda: groups.add_accounts(group, [person], by=by)] * 2)

    assert group.people.get().user == person
