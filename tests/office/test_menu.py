import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from office import menu
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
Role = Membership.Role


def groups_of(user, path="/"):
    return {
        str(group.heading): [str(link.label) for link in group.links]
        for group in menu.own_groups(user, path)
    }


def test_visitors_have_no_groups():
    assert groups_of(AnonymousUser()) == {}


def test_an_earner_has_only_what_is_theirs():
    assert groups_of(UserFactory()) == {"Mine": ["My page", "My submissions", "My badges"]}


@pytest.mark.parametrize(
    ("role", "first", "absent"),
    [
        (Role.REVIEWER, "Review queue", "Today"),
        (Role.COORDINATOR, "Today", "Review queue"),
        (Role.REPORTER, "Reports", "Manage badges"),
        (Role.INSTRUCTOR, "My groups", "Review queue"),
    ],
)
def test_a_role_adds_the_program_s_entries(role, first, absent):
    user = MembershipFactory(role=role).user

    program = groups_of(user)["The program’s"]

    assert program[0] == first
    assert absent not in program


def test_a_role_that_ended_adds_nothing():
    member = MembershipFactory(role=Role.COORDINATOR, ended_at=timezone.now())

    assert list(groups_of(member.user)) == ["Mine"]


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("issuing:manage_keys", "Awards"),
        ("awarding:manage_lists", "Awards"),
        ("catalog:manage_create", "Manage badges"),
        ("reporting:manage_activity", "Reports"),
        ("reporting:manage_overview", "Reports"),
        ("office:manage_today", "Today"),
    ],
)
def test_exactly_one_entry_is_current(address, label):
    user = MembershipFactory(role=Role.COORDINATOR).user

    groups = menu.own_groups(user, reverse(address))

    current = [link.label for group in groups for link in group.links if link.current]
    assert current == [label]


def test_an_entry_below_another_one_is_current_alone():
    user = MembershipFactory(role=Role.REVIEWER).user

    groups = menu.own_groups(user, reverse("reviewing:own_reviews"))

    assert [link.label for group in groups for link in group.links if link.current] == [
        "My reviews"
    ]


def test_the_header_marks_the_page_and_names_both_groups(client):
    client.force_login(MembershipFactory(role=Role.COORDINATOR).user)
    url = reverse("office:manage_today")

    page = client.get(url).content.decode()

    assert f'<a href="{url}" aria-current="page">Today</a>' in page
    assert "The program’s" in page
