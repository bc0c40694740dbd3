"""People who were awarded a badge before they had an account, and how they claim the account."""

from __future__ import annotations

import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse

from accounts import operations
from accounts.joining import operations as joining
from accounts.models import SignUp, User
from editing.forms import Edit
from issuing.awards.operations.granting import Grant, grant_all
from issuing.models import Assertion
from issuing.states import GrantSource
from mail.composing import compose
from mail.models import OutgoingEmail
from tests.factories import BadgeFactory, UserFactory

pytestmark = pytest.mark.django_db

SIGNUP, LOGIN = reverse("account_signup"), reverse("account_login")
ROSA = "rosa@school.example"
NEW = {"name": "Rosa Álvarez", "email": "Rosa@School.example", "password1": "a long quiet river"}


def invite(name="R. Alvarez", email=ROSA, language="en") -> User:
    return operations.find_or_invite([(email, name, language)])[email]


def badge_for(person, **kwargs) -> Assertion:
    badge = BadgeFactory(**kwargs)
    grant = Grant(person, badge.current_version, GrantSource.API, key=f"{badge.pk}")
    [outcome] = grant_all([grant], by=None)
    return outcome.assertion


def test_unknown_people_are_invited_and_known_ones_found_by_any_confirmed_address():
    known = UserFactory(email="lee@school.example")
    known.emailaddress_set.create(email="lee@home.example", verified=True)
    UserFactory(email="ana@school.example").emailaddress_set.create(email=ROSA, verified=False)

    people = operations.find_or_invite(
        [("Lee@Home.example", "Lee", "en"), (ROSA, "Rosa Alvarez", "es")]
    )

    rosa = people[ROSA]
    assert people == {"lee@home.example": known, ROSA: rosa}
    assert (rosa.name, rosa.language, rosa.is_invited) == ("Rosa Alvarez", "es", True)
    assert (rosa.joined_at, rosa.has_usable_password()) == (None, False)
    assert not rosa.emailaddress_set.exists()
    assert (known.is_invited, known.invited_at) == (False, None)


def test_the_same_address_invited_twice_is_one_person_with_the_first_name():
    first = operations.find_or_invite([(ROSA, "Rosa", "en"), ("ROSA@school.example", "Ro", "en")])
    second = operations.find_or_invite([(ROSA, "Somebody else", "en")])

    assert first == second
    assert User.objects.get().name == "Rosa"


@pytest.mark.django_db(transaction=True)
def test_inviting_the_same_people_twice_at_the_same_moment_invites_each_once():
    people = [(f"person{n}@school.example", f"Person {n}", "en") for n in range(60)]
    together, answers = threading.Barrier(2), []

    def invite_people(rows):
        try:
            together.wait(5)
            answers.append(operations.find_or_invite(rows))
        finally:
            connection.close()

    threads = [threading.Thread(target=invite_people, args=[p]) for p in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert User.objects.count() == 60
    assert answers[0] == answers[1]
    assert len(answers[0]) == 60


def test_signing_up_takes_over_the_invited_account_with_its_waiting_awards(client, letter_to):
    invited = invite()
    award = badge_for(invited)

    response = client.post(SIGNUP, NEW)
    assert response.url == reverse("account_email_verification_sent")
    client.post(letter_to(ROSA)["link"])

    rosa = User.objects.get()
    assert rosa == invited
    assert (rosa.name, rosa.is_invited) == ("Rosa Álvarez", False)
    assert rosa.check_password(NEW["password1"])
    assert award in client.get(reverse("issuing:my_awards")).context["waiting"]
    assert not SignUp.objects.exists()


def test_the_email_about_a_waiting_award_links_an_invited_person_to_sign_up():
    award = badge_for(invite(), waiting_hours=48)

    message = compose(OutgoingEmail.objects.get(kind="award_waiting"))

    address = f"http://localhost:8000{SIGNUP}?next={award.get_absolute_url()}"
    assert address in message.body
    assert address in message.alternatives[0][0]


def test_the_welcome_page_of_an_invited_person_shows_the_waiting_badge(client, letter_to):
    award = badge_for(invite())
    client.post(SIGNUP, NEW)

    page = client.post(letter_to(ROSA)["link"], follow=True)

    assert page.redirect_chain[-1][0] == reverse("accounts:welcome")
    assert "A badge is waiting for you" in page.text
    assert award.get_absolute_url() in page.text


def test_an_invited_person_does_not_change_until_the_address_is_confirmed(client):
    invite()

    client.post(SIGNUP, {**NEW, "name": "A stranger"})

    rosa = User.objects.get()
    assert (rosa.name, rosa.is_invited, rosa.has_usable_password()) == ("R. Alvarez", True, False)
    assert not rosa.emailaddress_set.get().verified
    client.post(LOGIN, {"login": ROSA, "password": NEW["password1"]})
    assert "_auth_user_id" not in client.session


def test_the_last_sign_up_before_the_address_is_confirmed_takes_effect(client, letter_to):
    invite()
    client.post(SIGNUP, {**NEW, "name": "A stranger", "password1": "a stranger's password"})
    client.logout()

    client.post(SIGNUP, NEW)
    client.post(letter_to(ROSA)["link"])

    rosa = User.objects.get()
    assert rosa.name == "Rosa Álvarez"
    assert rosa.check_password(NEW["password1"])


def test_signing_up_looks_the_same_for_invited_known_and_new_addresses(client):
    invite("Rosa", "invited@school.example")
    UserFactory(email="known@school.example")

    answers = []
    for email in ("invited@school.example", "known@school.example", "new@school.example"):
        client.logout()
        answers.append(client.post(SIGNUP, {**NEW, "email": email}, follow=True))

    assert len({answer.request["PATH_INFO"] for answer in answers}) == 1
    pages = {
        answer.text.replace("invited@", "@").replace("known@", "@").replace("new@", "@")
        for answer in answers
    }
    assert len({len(page) for page in pages}) == 1


def test_a_stranger_who_signs_up_while_the_owner_confirms_is_not_signed_in(client, monkeypatch):
    invited = invite()
    real = joining.sign_up_as_invited

    def sign_up_and_confirm(user, **typed):
        saved = real(user, **typed)
        EmailAddress.objects.filter(user=user).update(verified=True)
        return saved

    monkeypatch.setattr(joining, "sign_up_as_invited", sign_up_and_confirm)

    response = client.post(SIGNUP, NEW)

    assert response.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session
    assert invited.pk


def test_an_invited_person_can_join_by_asking_for_a_new_password(client, letter_to):
    invited = invite()
    award = badge_for(invited)
    client.post(reverse("account_reset_password"), {"email": ROSA})
    letter = letter_to(ROSA)
    assert letter["subject"] == "Choose your password"
    assert "before you had an account" in letter["text"]

    page = client.get(letter["link"], follow=True)
    form = {"password1": "a new and longer river", "password2": "a new and longer river"}
    client.post(page.request["PATH_INFO"], form)
    client.post(LOGIN, {"login": ROSA, "password": "a new and longer river"})

    assert client.session["_auth_user_id"] == str(invited.pk)
    assert award in client.get(reverse("issuing:my_awards")).context["waiting"]
    assert not User.objects.get().is_invited


def test_the_owners_password_replaces_that_of_a_stranger_who_signed_up(client, letter_to):
    invite()
    client.post(SIGNUP, {**NEW, "name": "A stranger"})
    client.logout()

    client.post(reverse("account_reset_password"), {"email": ROSA})
    page = client.get(letter_to(ROSA)["link"], follow=True)
    form = {"password1": "a new and longer river", "password2": "a new and longer river"}
    client.post(page.request["PATH_INFO"], form)

    rosa = User.objects.get()
    assert rosa.name == "R. Alvarez"
    assert rosa.check_password("a new and longer river")


def test_awards_to_an_address_without_a_name_get_the_name_typed_at_sign_up(client, letter_to):
    award = badge_for(invite(name=""))
    assert award.recipient_name == ""

    client.post(SIGNUP, NEW)
    client.post(letter_to(ROSA)["link"])

    award.refresh_from_db()
    assert award.recipient_name == "Rosa Álvarez"
    operations.save_profile(award.recipient, edit=Edit({"name": "Rosa Márquez", "language": "en"}))
    award.refresh_from_db()
    assert award.recipient_name == "Rosa Álvarez"


def test_a_name_in_a_later_invitation_is_added_to_earlier_awards():
    award = badge_for(invite(name=""))

    again = invite(name="Rosa Álvarez")

    award.refresh_from_db()
    assert (again.name, award.recipient_name) == ("Rosa Álvarez", "Rosa Álvarez")


def test_inviting_sends_no_email_by_itself():
    invite()

    assert not OutgoingEmail.objects.exists()
