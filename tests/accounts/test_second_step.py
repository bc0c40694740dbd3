"""The second step: who needs one, how it is set up and used, and what happens when it is lost."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.permissions import can_reset_second_step, needs_second_step
from accounts.sign_in import operations
from audit.models import AuditEntry
from mail.composing import compose
from mail.models import OutgoingEmail
from tests.accounts.signing_in import (
    SECOND_STEP,
    SECRET,
    TYPE_CODE,
    code_now,
    mailed_code,
    sign_in,
    with_app,
)
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def require(agency, *roles):
    agency.second_step_roles = [*roles]
    agency.save()


def test_somebody_adds_an_app_and_is_asked_for_its_code_from_then_on(
    client, letter_to, after_commit
):
    user = UserFactory()
    sign_in(client, user)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    with after_commit:
        response = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert response.url == reverse("mfa_view_recovery_codes")
    assert len(client.get(response.url).context["unused_codes"]) == 10
    assert letter_to(user.email)["subject"] == "An app with codes was added to your account"
    again = Client()
    assert sign_in(again, user).url == SECOND_STEP
    assert not is_signed_in(again)
    assert again.post(SECOND_STEP, {"code": "000000"}).status_code in (200, 422)
    assert not is_signed_in(again)


def test_the_code_of_the_app_signs_in(client):
    user = with_app(UserFactory())
    sign_in(client, user)

    response = client.post(SECOND_STEP, {"code": code_now()})

    assert response.url == reverse("office:home")
    assert is_signed_in(client)


def test_a_recovery_code_signs_in_once():
    user = with_app(UserFactory())
    code = user.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]

    def can_use(code) -> bool:
        client = Client()
        sign_in(client, user)
        client.post(SECOND_STEP, {"code": code})
        return is_signed_in(client)

    assert [can_use(code), can_use(code)] == [True, False]


def test_the_secret_of_the_app_is_encrypted_in_the_database():
    user = with_app(UserFactory())

    stored = str(list(user.authenticator_set.values_list("data", flat=True)))

    assert SECRET not in stored
    assert user.authenticator_set.get(type="totp").wrap().validate_code(code_now())


def test_wrong_codes_are_counted_also_over_several_sign_ins():
    user = with_app(UserFactory())
    for _ in range(3):
        client = Client()
        sign_in(client, user)
        for _ in range(4):
            answer = client.post(SECOND_STEP, {"code": "000000"})

    assert "Too many wrong codes" in answer.content.decode()
    client.post(SECOND_STEP, {"code": code_now()})
    assert not is_signed_in(client)


def test_a_role_that_needs_a_second_step_leads_to_its_set_up_before_pages_of_the_role(client):
    county = AgencyFactory()
    reviewer = MembershipFactory(agency=SchoolFactory(parent=county), role=Role.REVIEWER).user
    require(county, Role.REVIEWER)
    client.force_login(reviewer)

    assert client.get(reverse("reviewing:queue")).url == reverse("mfa_index")
    assert "needs a second step" in client.get(reverse("mfa_index")).content.decode()
    # What visitors may see stays open, and so does everything of the account that leads on.
    assert client.get(reverse("catalog:home")).status_code == 200
    assert client.get(reverse("accounts:browsers")).status_code == 200

    with_app(reviewer)

    assert client.get(reverse("reviewing:queue")).status_code == 200


def test_what_was_typed_is_shown_when_the_second_step_became_required_meanwhile(client):
    county = AgencyFactory()
    coordinator = MembershipFactory(agency=county, role=Role.COORDINATOR).user
    client.force_login(coordinator)
    require(county, Role.COORDINATOR)

    response = client.post(
        reverse("accounts:manage_agency", args=[county.slug]), {"name": "A long new name"}
    )

    assert response.status_code == 403
    assert "A long new name" in response.content.decode()


@pytest.mark.parametrize(
    ("where", "role", "needs"),
    [
        ("district", Role.REVIEWER, True),
        ("school", Role.REVIEWER, True),
        ("county", Role.REVIEWER, False),
        ("other", Role.REVIEWER, False),
        ("school", Role.EARNER, False),
    ],
)
def test_a_second_step_is_needed_in_the_agency_that_requires_it_and_below(where, role, needs):
    county = AgencyFactory()
    district, other = AgencyFactory(parent=county), AgencyFactory(parent=county)
    places = {
        "county": county,
        "district": district,
        "other": other,
        "school": SchoolFactory(parent=district),
    }
    require(district, Role.REVIEWER)
    user = MembershipFactory(agency=places[where], role=role).user

    assert needs_second_step(user) is needs


def test_a_role_that_has_ended_or_is_not_confirmed_needs_nothing():
    agency = AgencyFactory()
    require(agency, Role.EARNER)
    unconfirmed = MembershipFactory(agency=agency, confirmed_at=None).user

    assert not needs_second_step(unconfirmed)


def test_a_coordinator_chooses_the_roles_of_their_own_agencies_only(client):
    own, foreign = AgencyFactory(), AgencyFactory()
    coordinator = MembershipFactory(agency=own, role=Role.COORDINATOR).user
    client.force_login(coordinator)

    def choose(agency):
        url = reverse("accounts:manage_sign_in_agency", args=[agency.slug])
        return client.post(url, {"roles": ["reviewer"]}).status_code

    assert [choose(own), choose(foreign)] == [302, 404]
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.second_step_roles, foreign.second_step_roles) == (["reviewer"], [])
    entry = AuditEntry.objects.get(act="second step required")
    assert (entry.actor, entry.note) == (coordinator, "reviewer")


def test_the_page_of_an_agency_says_who_has_a_second_step(client):
    agency = AgencyFactory()
    coordinator = MembershipFactory(agency=agency, role=Role.COORDINATOR).user
    with_app(MembershipFactory(agency=agency, role=Role.REVIEWER).user)
    client.force_login(coordinator)

    page = client.get(reverse("accounts:manage_sign_in_agency", args=[agency.slug]))

    assert {row.role: row.has_one for row in page.context["page"]} == {
        "coordinator": False,
        "reviewer": True,
    }


# --- Lost -----------------------------------------------------------------------------------------


def test_a_coordinator_resets_the_second_step_with_a_reason_and_the_person_is_told(client):
    agency = AgencyFactory()
    coordinator = MembershipFactory(agency=agency, role=Role.COORDINATOR).user
    person = with_app(MembershipFactory(agency=agency, role=Role.REVIEWER).user)
    elsewhere = Client()
    sign_in(elsewhere, person)
    elsewhere.post(SECOND_STEP, {"code": code_now()})
    client.force_login(coordinator)
    url = reverse("accounts:manage_second_step_reset", args=[person.pk])

    refused = client.post(url, {"reason": " "})
    client.post(url, {"reason": "Lost the phone; called her."})

    assert refused.status_code == 422
    assert not Authenticator.objects.filter(user=person).exists()
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302
    entry = AuditEntry.objects.get(act="second step reset")
    assert (entry.actor, entry.note) == (coordinator, "Lost the phone; called her.")
    email = compose(OutgoingEmail.objects.get(kind="second_step_reset"))
    assert email.to == [person.email]
    assert "Lost the phone" not in email.body
    # Pressed twice, nothing more happens.
    client.post(url, {"reason": "Again."})
    assert OutgoingEmail.objects.filter(kind="second_step_reset").count() == 1
    assert sign_in(Client(), person).url == reverse("office:home")


def test_only_people_above_somebody_reset_their_second_step():
    county = AgencyFactory()
    district = AgencyFactory(parent=county)

    def person(agency, role, **flags):
        return MembershipFactory(agency=agency, role=role, user=UserFactory(**flags)).user

    county_coordinator = person(county, Role.COORDINATOR)
    one, other = person(district, Role.COORDINATOR), person(district, Role.COORDINATOR)
    reviewer = person(district, Role.REVIEWER)
    reviewer_of_two = person(district, Role.REVIEWER)
    MembershipFactory(agency=county, role=Role.REVIEWER, user=reviewer_of_two)
    operator = UserFactory(is_staff=True, is_superuser=True)
    reviewing_operator = person(district, Role.REVIEWER, is_staff=True, is_superuser=True)

    may = {
        "coordinator, reviewer": can_reset_second_step(one, reviewer),
        "coordinator, a coordinator of the same agency": can_reset_second_step(one, other),
        "coordinator of the county, coordinator": can_reset_second_step(county_coordinator, one),
        "coordinator, themselves": can_reset_second_step(one, one),
        "coordinator, reviewer of the county": can_reset_second_step(one, reviewer_of_two),
        "coordinator, operator": can_reset_second_step(one, reviewing_operator),
        "coordinator, coordinator of the county": can_reset_second_step(one, county_coordinator),
        "operator, coordinator of the county": can_reset_second_step(operator, county_coordinator),
        "coordinator, somebody without a role": can_reset_second_step(one, UserFactory()),
    }

    assert {name for name, answer in may.items() if answer} == {
        "coordinator, reviewer",
        "coordinator of the county, coordinator",
        "operator, coordinator of the county",
    }


# --- Codes by email -------------------------------------------------------------------------------

ASK, TYPE = reverse("account_request_login_code"), TYPE_CODE


def test_a_code_by_email_signs_in(client):
    user = UserFactory()

    client.post(ASK, {"email": user.email})
    response = client.post(TYPE, {"code": mailed_code()})

    assert response.url == reverse("office:home")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_code_by_email_does_not_replace_the_second_step(client):
    user = with_app(UserFactory())

    client.post(ASK, {"email": user.email})
    response = client.post(TYPE, {"code": mailed_code()})

    assert response.url == SECOND_STEP
    assert not is_signed_in(client)


def test_asking_for_a_code_says_nothing_about_who_has_an_account(letter_to):
    user = UserFactory()

    answers = [Client().post(ASK, {"email": email}) for email in (user.email, "no@one.example")]

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, TYPE)}
    assert letter_to("no@one.example")["subject"] == "No account with this address yet"


def test_an_invited_person_accepts_by_a_code_and_a_typed_password_does_not_count(client):
    from accounts.joining.operations import sign_up_as_invited
    from accounts.operations import find_or_invite

    [invited] = find_or_invite([("new@school.example", "New", "en")]).values()
    sign_up_as_invited(invited, name="Mallory", password="known to mallory", language="en")

    client.post(ASK, {"email": invited.email})
    client.post(TYPE, {"code": mailed_code()})

    invited.refresh_from_db()
    assert is_signed_in(client)
    assert (invited.is_invited, invited.name, invited.has_usable_password()) == (
        False,
        "New",
        False,
    )


def test_a_password_typed_before_the_mailbox_was_confirmed_does_not_count(client):
    """Somebody may have signed up with a stranger's address and waits for them to confirm it."""
    hijacked = UserFactory()
    hijacked.emailaddress_set.update(verified=False)

    client.post(ASK, {"email": hijacked.email})
    client.post(TYPE, {"code": mailed_code()})

    hijacked.refresh_from_db()
    assert is_signed_in(client)
    assert not hijacked.has_usable_password()


def test_codes_cannot_be_guessed_by_asking_for_more_and_more_of_them(client):
    user = UserFactory()
    for _ in range(4):
        client.post(ASK, {"email": user.email})
        for _ in range(4):
            client.post(TYPE, {"code": "AAAA-AAAA"})
    client.post(ASK, {"email": user.email})

    answer = client.post(TYPE, {"code": mailed_code()})

    assert "Too many wrong codes" in answer.content.decode()
    assert not is_signed_in(client)


# --- Browsers -------------------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"


def test_somebody_sees_where_they_are_signed_in_and_signs_out_there():
    user = UserFactory()
    here, there = Client(), Client(HTTP_USER_AGENT=FIREFOX)
    sign_in(here, user)
    sign_in(there, user)
    stranger = Client()
    sign_in(stranger, UserFactory())

    listed = here.get(reverse("accounts:browsers")).context["rows"]
    assert {(words, is_here) for _, words, is_here in listed} == {
        ("Firefox on Windows", False),
        ("an unknown browser", True),
    }
    [other] = [row for row, _, is_here in listed if not is_here]
    # Nobody signs anybody else out.
    stranger.post(reverse("accounts:end_browsers"), {"browser": other.pk})
    assert there.get(reverse("accounts:profile")).status_code == 200

    here.post(reverse("accounts:end_browsers"), {"browser": other.pk})

    assert there.get(reverse("accounts:profile")).status_code == 302
    assert here.get(reverse("accounts:profile")).status_code == 200
    assert len(here.get(reverse("accounts:browsers")).context["rows"]) == 1


def test_everywhere_else_is_signed_out_at_once():
    user = UserFactory()
    clients = [Client() for _ in range(3)]
    for client in clients:
        sign_in(client, user)

    clients[0].post(reverse("accounts:end_browsers"), {"browser": "all"})

    profile = reverse("accounts:profile")
    assert [client.get(profile).status_code for client in clients] == [200, 302, 302]
    assert operations.current_browsers(user, now=user.signed_in_browsers.get().seen_at).count() == 1
