"""Instructors see their own groups and make codes for the badges that a coordinator allowed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.groups import operations as groups
from accounts.models import Membership
from awarding.claim_codes import operations as claims
from awarding.groups import operations
from awarding.groups.progress import badges_of, progress_of
from awarding.models import ClaimCode, GroupBadge
from tests.factories import (
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    UserFactory,
    coordinator_for,
)
from tests.issuing.awards import issued_award

Role = Membership.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def badge():
    return BadgeFactory()


@pytest.fixture
def by(badge):
    return coordinator_for(badge)


@pytest.fixture
def group(badge, by):
    return groups.add(badge.issuer.agency, name="Algebra", by=by)


@pytest.fixture
def instructor(group, by, client):
    person = UserFactory()
    groups.add_instructor(group, email=person.email, name="", language="en", by=by)
    client.force_login(person)
    return person


def page_of(group, name="group", *more):
    return reverse(f"awarding:{name}", args=[group.public_id, *more])


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_an_instructor_sees_own_groups_and_no_other(client, group, instructor, by):
    other = groups.add(group.agency, name="Geometry", by=by)

    assert list(client.get(reverse("awarding:groups")).context["page"]) == [group]
    assert client.get(page_of(group)).status_code == 200
    assert client.get(page_of(other)).status_code == 404
    assert client.get(group.get_absolute_url()).status_code == 403


def test_a_group_that_closed_is_no_longer_seen(client, group, instructor, by):
    groups.close(group, by=by)

    assert client.get(page_of(group)).status_code == 404


def test_progress_is_only_on_the_badges_of_the_group(group, badge, instructor, by):
    award = issued_award(badge_class=badge)
    begun, nothing = DraftFactory(badge_class=badge).earner, UserFactory()
    groups.add_accounts(group, [award.recipient, begun, nothing], by=by)
    operations.allow(group, badge, by=by)
    issued_award(earner=nothing)

    places = list(group.people.members().select_related("user").order_by("pk"))
    lines = progress_of(places, badges_of(group))

    assert [[cell.state for cell in line.cells] for line in lines] == [["held"], ["begun"], [""]]


def test_a_code_needs_a_badge_that_a_coordinator_allowed(client, group, badge, instructor, by):
    data = {"badge_class": badge.pk, "days": 1}
    assert client.post(page_of(group, "group_code"), data).status_code == 422
    with pytest.raises(operations.NotAllowed):
        operations.make_code(group, badge, days=1, by=instructor)

    operations.allow(group, badge, by=by)
    client.post(page_of(group, "group_code"), data)

    code = ClaimCode.objects.get()
    assert code.group == group
    assert code.in_groups in text_of(client.get(page_of(group)))


def test_only_members_of_the_group_can_use_its_code(group, badge, instructor, by):
    member, stranger = UserFactory(), UserFactory()
    groups.add_accounts(group, [member], by=by)
    operations.allow(group, badge, by=by)
    code = operations.make_code(group, badge, days=1, by=instructor)

    claims.claim(code, by=member)

    for other in (stranger, instructor):
        with pytest.raises(claims.Refused, match="members of a group"):
            claims.claim(code, by=other)


def test_withdrawing_the_badge_ends_its_codes(client, group, badge, instructor, by):
    operations.allow(group, badge, by=by)
    code = operations.make_code(group, badge, days=1, by=instructor)

    client.force_login(by)
    client.post(page_of(group, "manage_group_badge_end", GroupBadge.objects.get().pk))

    code.refresh_from_db()
    assert code.closed_since(timezone.now() + timedelta(seconds=1))


def test_a_coordinator_allows_only_badges_of_the_own_agencies(client, group, by):
    other = BadgeFactory()
    client.force_login(by)

    page = client.post(page_of(group, "manage_group_badges"), {"badge_class": other.pk})

    assert page.status_code == 422
    assert not GroupBadge.objects.exists()


def test_after_the_last_day_of_the_role_nothing_is_left(client, group, badge, instructor, by):
    operations.allow(group, badge, by=by)
    instructor.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert client.get(page_of(group)).status_code == 403
    with pytest.raises(operations.NotAllowed):
        operations.make_code(group, badge, days=1, by=instructor)


def test_an_instructor_opens_no_page_of_coordinators_or_reviewers(client, instructor):
    for name in ("office:manage_people", "reviewing:queue", "reporting:manage_overview"):
        assert client.get(reverse(name)).status_code == 403


def test_the_first_page_leads_to_the_groups(client, group, instructor):
    assert page_of(group) in client.get(reverse("office:home")).content.decode()
    assert MembershipFactory(role=Role.INSTRUCTOR).role == "instructor"
