"""A role with a last day gives no rights from the next midnight on, before any task has run."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from accounts.last_days.operations import end_roles, tell_of_last_days
from accounts.models import Agency, Membership, User
from accounts.permissions import ever_held_role, holds_role, roles_of
from audit.models import AuditEntry
from mail.composing import compose
from mail.models import OutgoingEmail
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


def day(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def role_until(last: date | None, role=Role.COORDINATOR, **kwargs) -> Membership:
    membership = MembershipFactory(role=role, **kwargs)
    Membership.objects.filter(pk=membership.pk).update(ends_on=last)
    membership.refresh_from_db()
    return membership


@pytest.mark.parametrize(("last", "is_in_force"), [(-1, False), (0, True), (1, True)])
def test_every_question_about_rights_knows_the_last_day(last, is_in_force):
    given = role_until(day(last))
    school = AgencyFactory(parent=given.agency)
    of_request = User.objects.with_memberships().get(pk=given.user.pk)

    answers = [
        holds_role(given.user, school, Role.COORDINATOR),
        holds_role(of_request, school, Role.COORDINATOR),
        roles_of(of_request) == {"coordinator"},
        Agency.objects.where_user_is(given.user, Role.COORDINATOR).filter(pk=school.pk).exists(),
        Membership.objects.confirmed().filter(pk=given.pk).exists(),
        Membership.objects.confirmed_by(timezone.now()).filter(pk=given.pk).exists(),
        Membership.objects.confirmed_by(timezone.now() + timedelta(days=90)).exists(),
    ]

    assert answers == [is_in_force] * 7
    assert ever_held_role(of_request, school, Role.COORDINATOR)


def test_pages_close_at_midnight_for_somebody_who_is_signed_in(client):
    given = role_until(day(0))
    client.force_login(given.user)
    pages = [reverse("accounts:manage_people"), reverse("accounts:manage_agencies")]
    before = [client.get(page).status_code for page in pages]

    Membership.objects.update(ends_on=day(-1))

    assert before == [200, 200]
    assert [client.get(page).status_code for page in pages] == [403, 403]


def test_the_task_ends_the_row_at_midnight_once_and_says_so():
    given = role_until(day(-3), Role.REVIEWER)
    role_until(day(0))
    role_until(None)

    counts = [end_roles(now=timezone.now()) for _ in range(2)]

    given.refresh_from_db()
    assert counts == [1, 0]
    assert timezone.localtime(given.ended_at).isoformat()[:16] == f"{day(-2)}T00:00"
    entry = AuditEntry.objects.get(act="role ended on its last day")
    assert (entry.actor, entry.note, entry.people) == (None, "reviewer", [given.user.pk])


def test_a_role_that_is_over_can_be_given_again_before_the_task_has_run():
    given = role_until(day(-1), Role.REVIEWER)

    again = operations.give_role(given.user, given.agency, Role.REVIEWER, by=UserFactory())

    assert again.pk != given.pk
    assert list(Membership.objects.confirmed().filter(user=given.user)) == [again]


def test_giving_a_role_again_changes_its_last_day():
    given = role_until(day(5), Role.REVIEWER)
    by = UserFactory()

    for last in (day(40), day(40), None):
        operations.give_role(given.user, given.agency, Role.REVIEWER, by=by, ends_on=last)

    given.refresh_from_db()
    assert given.ends_on is None
    notes = AuditEntry.objects.filter(act="last day of a role changed").order_by("pk")
    assert [entry.note for entry in notes] == [f"reviewer, {day(40)}", "reviewer"]


def test_the_person_and_the_nearest_coordinators_are_told_two_weeks_before_once():
    district = AgencyFactory(name="Alder Unified")
    near = MembershipFactory(agency=district, role=Role.COORDINATOR).user
    MembershipFactory(agency=AgencyFactory(), role=Role.COORDINATOR)
    school = AgencyFactory(name="Alder High", parent=district)
    given = role_until(day(14), Role.REVIEWER, agency=school)
    role_until(day(15), Role.REVIEWER, agency=school)

    for _ in range(2):
        tell_of_last_days(now=timezone.now())

    emails = OutgoingEmail.objects.order_by("kind")
    assert [(email.kind, email.to) for email in emails] == [
        ("role_ends_soon", given.user.email),
        ("role_of_other_ends_soon", near.email),
    ]
    theirs, other = [compose(email) for email in emails]
    assert theirs.subject == "Your role at Alder High ends soon: reviewer"
    assert "After that day you can no longer use it." in " ".join(theirs.body.split())
    assert str(given.user) in other.body
    assert str(given.user) not in other.subject


def test_a_later_last_day_is_announced_again():
    given = role_until(day(3), Role.REVIEWER)
    tell_of_last_days(now=timezone.now())

    operations.give_role(given.user, given.agency, Role.REVIEWER, by=UserFactory(), ends_on=day(9))
    tell_of_last_days(now=timezone.now())

    assert OutgoingEmail.objects.filter(kind="role_ends_soon").count() == 2


def test_a_short_role_is_announced_by_the_email_that_gives_it(client):
    coordinator = MembershipFactory(role=Role.COORDINATOR)
    client.force_login(coordinator.user)
    url = reverse("accounts:manage_agency_role", args=[coordinator.agency.slug])
    data = {"email": "noa@school.example", "role": "reviewer", "ends_on": str(day(7))}

    client.post(url, data)
    tell_of_last_days(now=timezone.now())

    email = OutgoingEmail.objects.get(to="noa@school.example")
    assert email.kind == "role_given"
    assert "The last day of this role is" in compose(email).body


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (str(day(-1)), "This day is over."),
        ("9999-12-31", "Choose a day within the next 30 years"),
        ("soon", "Enter a valid date."),
    ],
)
def test_a_wrong_last_day_is_refused_and_what_was_typed_stays(client: Client, typed, said):
    coordinator = MembershipFactory(role=Role.COORDINATOR)
    client.force_login(coordinator.user)
    url = reverse("accounts:manage_agency_role", args=[coordinator.agency.slug])

    answer = client.post(url, {"email": "noa@school.example", "role": "reviewer", "ends_on": typed})

    assert answer.status_code == 422
    assert said in answer.text
    assert "noa@school.example" in answer.text
    assert not User.objects.filter(email="noa@school.example").exists()


def test_nobody_shortens_their_own_coordinator_role(client):
    coordinator = MembershipFactory(role=Role.COORDINATOR)
    client.force_login(coordinator.user)
    url = reverse("accounts:manage_agency_role", args=[coordinator.agency.slug])
    data = {"email": coordinator.user.email, "role": "coordinator", "ends_on": str(day(0))}

    answer = client.post(url, data)

    assert answer.status_code == 422
    assert "You can’t change your own role." in answer.text
    assert Membership.objects.get(pk=coordinator.pk).ends_on is None
