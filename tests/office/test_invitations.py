"""Coordinators invite many people at once, after a look at what would happen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from mail.models import OutgoingEmail
from office.people.invitation_rows import Outcome
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db
PAGE = "office:manage_invitations"


@pytest.fixture
def district():
    return AgencyFactory(name="Alder Unified")


@pytest.fixture
def coordinator(district, client):
    person = MembershipFactory(agency=district, role=Role.COORDINATOR).user
    client.force_login(person)
    return person


def invite(client, people, agency, role="reviewer", **more):
    data = {"people": people, "agency": agency.slug, "role": role, **more}
    return client.post(reverse(PAGE), data)


def test_a_list_is_looked_at_first_then_everybody_is_invited_once(client, district, coordinator):
    known = UserFactory(name="Known")
    last = str(timezone.localdate() + timedelta(days=90))
    text = (
        "Name\tEmail\nNoa Núñez\tNOA@x.example\n"
        f"{known.email}\nnot an address\nnoa@x.example\nb@@x\n"
    )

    look = invite(client, text, district, ends_on=last)
    nothing_yet = User.objects.filter(email="noa@x.example").exists()
    form = look.context["form"]
    for _ in range(2):
        invite(client, form.as_text, district, ends_on=last, confirmed="1")

    assert [row.outcome for row in form.rows] == [
        Outcome.INVITED, Outcome.GIVEN, Outcome.NO_ADDRESS, Outcome.TWICE, Outcome.BAD_ADDRESS,
    ]  # fmt: skip
    assert (look.status_code, nothing_yet) == (200, False)
    noa = User.objects.get(email="noa@x.example")
    assert (noa.name, noa.is_invited) == ("Noa Núñez", True)
    roles = Membership.objects.given_roles().filter(role=Role.REVIEWER, agency=district)
    assert {row.user for row in roles} == {noa, known}
    assert {str(row.ends_on) for row in roles} == {last}
    assert OutgoingEmail.objects.filter(kind="role_given").count() == 2


def test_a_file_is_read_too(client, district, coordinator):
    file = SimpleUploadedFile("people.csv", b"email;name\nann@x.example;Ann\n")

    look = invite(client, "", district, role="earner", file=file)

    [row] = look.context["form"].rows
    assert (row.email, row.name, row.outcome) == ("ann@x.example", "Ann", Outcome.INVITED)


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("", "Enter at least one email address"),
        ("\n".join(f"p{n}@x.example" for n in range(201)), "more than 200 people"),
    ],
)
def test_an_empty_or_long_list_is_refused(client, district, coordinator, people, said):
    answer = invite(client, people, district)

    assert (answer.status_code, said in answer.text) == (422, True)


def test_nobody_invites_outside_their_part_or_shortens_their_own_role(
    client, district, coordinator
):
    county = AgencyFactory()
    district.parent = county
    district.save()
    answers = [
        invite(client, "noa@x.example", agency, confirmed="1").status_code
        for agency in (county, AgencyFactory(parent=county), AgencyFactory())
    ]
    own = invite(client, coordinator.email, district, role="coordinator", confirmed="1")

    assert (answers, own.status_code) == ([422] * 3, 422)
    assert "You can’t change your own role." in own.text
    assert not User.objects.filter(email="noa@x.example").exists()


def test_open_invitations_are_listed_and_withdrawn(client, district, coordinator):
    invite(client, "noa@x.example", district, confirmed="1")
    elsewhere = AgencyFactory()
    noa = User.objects.get(email="noa@x.example")
    other = MembershipFactory(agency=elsewhere, user=noa, role=Role.REPORTER)
    listed = [row.user for row in client.get(reverse(PAGE)).context["page"].object_list]

    act = {"act": "withdraw", "people": [noa.public_id], "confirmed": "1"}
    client.post(reverse("office:manage_people_act"), act)

    assert listed == [noa]
    assert list(Membership.objects.confirmed().filter(user=noa)) == [other]
    assert list(client.get(reverse(PAGE)).context["page"].object_list) == []


def test_who_may_do_what_lists_the_roles_of_the_own_part(client, district, coordinator):
    school = AgencyFactory(parent=district)
    reviewer = MembershipFactory(agency=school, role=Role.REVIEWER)
    MembershipFactory(agency=AgencyFactory(), role=Role.REVIEWER)
    MembershipFactory(agency=school)

    page = client.get(reverse("office:manage_who_may"))

    assert set(page.context["page"].object_list) == {reviewer, coordinator.memberships.get()}
