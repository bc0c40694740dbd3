"""What coordinators do to people: within their part, never upward, and never to an operator."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations as accounts
from accounts.models import Membership, User
from audit.models import AuditEntry
from mail.composing import compose
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.models import Assignment
from tests.accounts.links import link
from tests.factories import (
    PASSWORD,
    AgencyFactory,
    BadgeFactory,
    IssuerFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
)
from tests.office.people import issued_by

Role = Membership.Role
pytestmark = pytest.mark.django_db
ACT = "office:manage_people_act"


@pytest.fixture
def county():
    return AgencyFactory(name="Alder County")


@pytest.fixture
def district(county):
    return AgencyFactory(name="Alder Unified", parent=county)


@pytest.fixture
def coordinator(district, client):
    person = MembershipFactory(agency=district, role=Role.COORDINATOR, user__name="Cora").user
    client.force_login(person)
    return person


def act(client, what, *people, confirmed=True, **more):
    data = {"act": what, "people": [person.public_id for person in people], **more}
    return client.post(reverse(ACT), data | ({"confirmed": "1"} if confirmed else {}))


def is_active(person) -> bool:
    return User.objects.get(pk=person.pk).is_active


def test_deactivating_asks_first_then_ends_sessions_at_once(client, district, coordinator):
    person = MembershipFactory(agency=district).user
    theirs = Client()
    theirs.force_login(person)
    page = reverse("accounts:profile")
    before = theirs.get(page).status_code

    asked = act(client, "deactivate", person, confirmed=False)
    still = is_active(person)
    act(client, "deactivate", person)

    assert (before, asked.status_code, still, is_active(person)) == (200, 200, True, False)
    assert "signed out at once" in asked.text
    assert theirs.get(page).status_code == 302
    entry = AuditEntry.objects.get(act="account deactivated")
    assert (entry.actor, entry.agency) == (coordinator, district)
    email = OutgoingEmail.objects.get(kind="account_deactivated")
    assert compose(email).subject == "Your account was deactivated"


def test_a_session_from_before_does_not_come_back_with_the_account(client, district, coordinator):
    person = MembershipFactory(agency=district).user
    theirs = Client()
    theirs.force_login(person)

    act(client, "deactivate", person)
    act(client, "reactivate", person)

    assert is_active(person)
    assert theirs.get(reverse("accounts:profile")).status_code == 302
    assert theirs.login(email=person.email, password=PASSWORD)


def test_nobody_is_deactivated_twice(client, district, coordinator):
    person = MembershipFactory(agency=district).user

    for _ in range(2):
        act(client, "deactivate", person)

    assert AuditEntry.objects.filter(act="account deactivated").count() == 1
    assert OutgoingEmail.objects.filter(kind="account_deactivated").count() == 1


def test_nobody_reaches_upward_sideways_themselves_or_an_operator(
    client, county, district, coordinator
):
    above = MembershipFactory(agency=county, role=Role.COORDINATOR).user
    MembershipFactory(agency=district, user=above)
    beside = MembershipFactory(agency=AgencyFactory(parent=county), role=Role.REVIEWER).user
    MembershipFactory(agency=district, user=beside)
    operator = MembershipFactory(agency=district, user__is_staff=True).user
    elsewhere = issued_by(district).recipient
    MembershipFactory(agency=AgencyFactory(), user=elsewhere)
    people = [above, beside, operator, elsewhere, coordinator]

    act(client, "deactivate", *people)
    answers = [
        client.post(
            reverse("office:manage_person_name", args=[person.public_id]), {"name": "Mallory"}
        ).status_code
        for person in people
    ]

    assert [is_active(person) for person in people] == [True] * 5
    assert answers == [403] * 5
    assert not User.objects.filter(name="Mallory").exists()


def test_giving_somebody_a_role_does_not_make_their_account_changeable(
    client, district, coordinator
):
    came_alone = UserFactory()
    of_another_list = UserFactory(joined_at=None, invited_at=timezone.now())
    issued_by(AgencyFactory(), earner=of_another_list)
    of_own_list = UserFactory(joined_at=None, invited_at=timezone.now())
    people = [came_alone, of_another_list, of_own_list]
    for person in people:
        accounts.give_role(person, district, Role.REPORTER, by=coordinator)
        accounts.give_role(person, district, Role.EARNER, by=coordinator)

    act(client, "deactivate", *people)

    assert [is_active(person) for person in people] == [True, True, False]


def test_somebody_who_chose_a_workplace_is_changed_where_it_was_confirmed(
    client, district, coordinator
):
    person = UserFactory()
    accounts.choose_school(person, district)
    act(client, "deactivate", person)
    before = is_active(person)
    accounts.confirm_workplaces(person.memberships.all(), by=coordinator)

    act(client, "deactivate", person)

    assert (before, is_active(person)) == (True, False)


def test_a_coordinator_above_reaches_a_coordinator_below(client, county, district):
    above = MembershipFactory(agency=county, role=Role.COORDINATOR).user
    below = MembershipFactory(agency=district, role=Role.COORDINATOR).user
    MembershipFactory(agency=district, user=below)
    client.force_login(above)

    act(client, "deactivate", below)

    assert not is_active(below)


def test_an_invitation_is_sent_again_once_a_day(client, district, coordinator):
    person = accounts.invite_to_role(
        district, email="new@school.example", name="", role="reviewer", language="en",
        by=coordinator,
    ).user  # fmt: skip
    member = MembershipFactory(agency=district).user

    for _ in range(2):
        act(client, "invite", person, member)

    email = OutgoingEmail.objects.get(kind="invitation")
    assert email.to == "new@school.example"
    message = compose(email)
    assert message.subject == "Your invitation from Alder Unified"
    assert "/account/signup/" in message.body


def test_a_leaving_reviewer_returns_what_is_begun_to_the_queue(client, district, coordinator):
    submission = SentSubmissionFactory(
        badge_class=BadgeFactory(issuer=IssuerFactory(agency=district))
    )
    elsewhere = SentSubmissionFactory()
    reviewer = MembershipFactory(agency=district, role=Role.REVIEWER).user
    other_agency = elsewhere.badge_class.issuer.agency
    MembershipFactory(agency=other_agency, user=reviewer, role=Role.REVIEWER)
    for sent in (submission, elsewhere):
        reviewing.claim(sent, by=reviewer)

    page = client.get(reverse("office:manage_person", args=[reviewer.public_id]))
    for _ in range(2):
        act(client, "release", reviewer)

    assert "Return their reviews to the queue" in page.text
    held = Assignment.objects.active().filter(reviewer=reviewer)
    assert [assignment.submission for assignment in held] == [elsewhere]
    submission.refresh_from_db()
    assert submission.status == "submitted"


def test_ending_workplaces_touches_only_own_agencies(client, district, coordinator):
    own = MembershipFactory(agency=district)
    other = MembershipFactory(agency=AgencyFactory(), user=own.user)

    act(client, "left", own.user)

    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.is_removed, other.ended_at) == (True, None)


def test_an_act_on_somebody_elsewhere_or_on_nobody_says_what_to_do(client, coordinator):
    stranger = MembershipFactory(agency=AgencyFactory()).user
    tries = [
        act(client, "deactivate", stranger),
        act(client, "deactivate"),
        act(client, "promote", coordinator),
        client.post(reverse(ACT), {"act": "deactivate", "people": ["x", "1"]}),
    ]

    assert [answer.status_code for answer in tries] == [302] * 4
    page = client.get(tries[0].url)
    assert "Tick at least one person" in page.text
    assert is_active(stranger)


def test_going_back_never_leads_to_another_site(client, district, coordinator):
    person = MembershipFactory(agency=district).user

    answer = act(client, "deactivate", person, back="//evil.example/manage/people/")

    assert answer.url == reverse("office:manage_people")


def test_a_name_is_corrected_and_its_person_is_told(client, district, coordinator):
    person = MembershipFactory(agency=district, user__name="Roza").user
    url = reverse("office:manage_person_name", args=[person.public_id])

    answers = [client.post(url, {"name": name}).status_code for name in ("", "Rosa", "Rosa")]

    person.refresh_from_db()
    assert (answers, person.name) == ([422, 302, 302], "Rosa")
    assert AuditEntry.objects.get(act="name corrected").note == "Roza → Rosa"
    email = OutgoingEmail.objects.get(kind="name_corrected")
    assert "It is now: Rosa." in " ".join(compose(email).body.split())


def test_a_role_is_given_from_the_page_only_in_the_own_part(client, county, district, coordinator):
    school = AgencyFactory(parent=district)
    person = MembershipFactory(agency=school).user
    url = reverse("office:manage_person_role", args=[person.public_id])

    answers = [
        client.post(url, {"role": "reviewer", "agency": agency.slug}).status_code
        for agency in (county, AgencyFactory(parent=county), AgencyFactory(), school)
    ]

    assert answers == [422, 422, 422, 302]
    roles = Membership.objects.given_roles().filter(user=person)
    assert [role.agency for role in roles] == [school]


def test_a_role_is_ended_from_the_page_but_not_ones_own_and_not_elsewhere(
    client, county, district, coordinator
):
    role = MembershipFactory(agency=district, role=Role.REVIEWER)
    above = MembershipFactory(agency=county, role=Role.REVIEWER, user=role.user)
    own = coordinator.memberships.get()

    answers = []
    for membership in (role, role, above, own):
        args = [membership.user.public_id, membership.pk]
        answers.append(client.post(reverse("office:manage_person_role_end", args=args)).status_code)

    assert answers == [302, 404, 404, 302]
    current = Membership.objects.confirmed()
    assert set(current.filter(pk__in=[role.pk, above.pk, own.pk])) == {above, own}


def test_an_email_is_sent_again_to_the_present_address_once_a_day(client, district, coordinator):
    person = issued_by(district).recipient
    email = OutgoingEmail.objects.get(kind="badge_issued")
    url = reverse("office:manage_person_email", args=[person.public_id, email.pk])
    due = client.post(url)
    OutgoingEmail.objects.filter(pk=email.pk).update(status="sent", sent_at=email.queued_at)

    for _ in range(2):
        client.post(url)

    assert due.status_code == 302
    assert OutgoingEmail.objects.filter(kind="badge_issued", to=person.email).count() == 2
    assert AuditEntry.objects.filter(act="letter sent again").count() == 1


def test_an_email_about_another_agency_is_not_sent_again(client, district, coordinator):
    person = MembershipFactory(agency=district).user
    issued_by(AgencyFactory(), earner=person)
    email = OutgoingEmail.objects.get(kind="badge_issued")
    OutgoingEmail.objects.update(status="sent", sent_at=email.queued_at)

    url = reverse("office:manage_person_email", args=[person.public_id, email.pk])

    assert client.post(url).status_code == 404


# --- Somebody with several accounts ---------------------------------------------------------------


@pytest.mark.parametrize("elsewhere", ["a role", "an award", "an operator"])
def test_what_a_linked_account_has_elsewhere_keeps_both_from_being_changed(
    client, district, coordinator, elsewhere
):
    person = UserFactory(invited_at=timezone.now())
    MembershipFactory(user=person, agency=district, is_chosen=elsewhere == "a role")
    other = UserFactory(is_staff=elsewhere == "an operator")
    if elsewhere == "a role":
        MembershipFactory(user=other, role=Role.REVIEWER)
    elif elsewhere == "an award":
        issued_by(AgencyFactory(), earner=other)
    assert act(client, "deactivate", person).status_code == 302
    act(client, "reactivate", person)

    link(other, person)
    act(client, "deactivate", person)

    assert (is_active(person), is_active(other)) == (True, True)


def test_a_persons_page_shows_what_their_other_account_is_and_has(client, district, coordinator):
    person, other = UserFactory(), UserFactory()
    MembershipFactory(user=person, agency=district)
    role = MembershipFactory(user=other, agency=district, role=Role.REPORTER)
    MembershipFactory(user=other, agency=AgencyFactory(name="Elsewhere County"))
    link(other, person)

    page = client.get(reverse("office:manage_person", args=[person.public_id]))
    ended = client.post(reverse("office:manage_person_role_end", args=[person.public_id, role.pk]))

    assert "Reporter" in page.text
    assert "Elsewhere County" not in page.text
    assert ended.status_code == 302
    role.refresh_from_db()
    assert role.ended_at
