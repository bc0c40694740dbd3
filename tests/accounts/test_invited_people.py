"""People who were given a badge before they had an account, and how they come to own it."""

from __future__ import annotations

import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse

from accounts import operations
from accounts.models import SignUp, User
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
    return operations.invite_all([(email, name, language)])[email]


def badge_for(person, **kwargs) -> Assertion:
    badge = BadgeFactory(**kwargs)
    grant = Grant(person, badge.current_version, GrantSource.API, key=f"{badge.pk}")
    [outcome] = grant_all([grant], by=None)
    return outcome.assertion


def test_who_is_unknown_is_invited_and_who_is_known_is_found_by_any_confirmed_address():
    known = UserFactory(email="lee@school.example")
    known.emailaddress_set.create(email="lee@home.example", verified=True)
    UserFactory(email="ana@school.example").emailaddress_set.create(email=ROSA, verified=False)

    people = operations.invite_all(
        [("Lee@Home.example", "Lee", "en"), (ROSA, "Rosa Alvarez", "es")]
    )

    rosa = people[ROSA]
    assert people == {"lee@home.example": known, ROSA: rosa}
    assert (rosa.name, rosa.language, rosa.is_invited) == ("Rosa Alvarez", "es", True)
    assert (rosa.joined_at, rosa.has_usable_password()) == (None, False)
    assert not rosa.emailaddress_set.exists()
    assert (known.is_invited, known.invited_at) == (False, None)


def test_the_same_address_invited_twice_is_one_person_with_the_first_name():
    first = operations.invite_all([(ROSA, "Rosa", "en"), ("ROSA@school.example", "Ro", "en")])
    second = operations.invite_all([(ROSA, "Somebody else", "en")])

    assert first == second
    assert User.objects.get().name == "Rosa"


@pytest.mark.django_db(transaction=True)
def test_two_hands_inviting_the_same_people_at_once_invite_each_once():
    people = [(f"person{n}@school.example", f"Person {n}", "en") for n in range(60)]
    together, answers = threading.Barrier(2), []

    def work(those):
        try:
            together.wait(5)
            answers.append(operations.invite_all(those))
        finally:
            connection.close()

    hands = [threading.Thread(target=work, args=[those]) for those in (people, people[::-1])]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert User.objects.count() == 60
    assert answers[0] == answers[1]
    assert len(answers[0]) == 60


def test_signing_up_takes_over_the_invited_account_with_what_waits_in_it(client, letter_to):
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


def test_the_letter_before_the_badge_leads_a_stranger_to_an_account():
    award = badge_for(invite(), waiting_hours=48)

    message = compose(OutgoingEmail.objects.get(kind="award_waiting"))

    address = f"http://localhost:8000{SIGNUP}?next={award.get_absolute_url()}"
    assert address in message.body
    assert address in message.alternatives[0][0]


def test_the_welcome_of_an_invited_person_shows_the_badge_that_waits(client, letter_to):
    award = badge_for(invite())
    client.post(SIGNUP, NEW)

    page = client.post(letter_to(ROSA)["link"], follow=True)

    assert page.redirect_chain[-1][0] == reverse("accounts:welcome")
    assert "A badge is waiting for you" in page.text
    assert award.get_absolute_url() in page.text


def test_until_the_mailbox_answers_nothing_of_an_invited_person_changes(client):
    invite()

    client.post(SIGNUP, {**NEW, "name": "A stranger"})

    rosa = User.objects.get()
    assert (rosa.name, rosa.is_invited, rosa.has_usable_password()) == ("R. Alvarez", True, False)
    assert not rosa.emailaddress_set.get().verified
    client.post(LOGIN, {"login": ROSA, "password": NEW["password1"]})
    assert "_auth_user_id" not in client.session


def test_who_signs_up_last_before_the_mailbox_answers_is_the_one_who_counts(client, letter_to):
    invite()
    client.post(SIGNUP, {**NEW, "name": "A stranger", "password1": "a stranger's password"})
    client.logout()

    client.post(SIGNUP, NEW)
    client.post(letter_to(ROSA)["link"])

    rosa = User.objects.get()
    assert rosa.name == "Rosa Álvarez"
    assert rosa.check_password(NEW["password1"])


def test_signing_up_looks_the_same_for_the_invited_the_known_and_the_new(client):
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


def test_a_stranger_who_signs_up_in_the_very_moment_of_the_answer_is_not_let_in(
    client, monkeypatch
):
    invited = invite()
    real = operations.sign_up_as_invited

    def and_the_mailbox_answers(user, **typed):
        kept = real(user, **typed)
        EmailAddress.objects.filter(user=user).update(verified=True)
        return kept

    monkeypatch.setattr(operations, "sign_up_as_invited", and_the_mailbox_answers)

    response = client.post(SIGNUP, NEW)

    assert response.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session
    assert invited.pk


def test_asking_for_a_new_password_invites_once_more_and_confirms_the_address(client, letter_to):
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


def test_a_stranger_who_signed_up_is_shut_out_by_the_owners_own_password(client, letter_to):
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


def test_awards_to_an_address_without_a_name_carry_it_once_its_owner_has_told_it(client, letter_to):
    award = badge_for(invite(name=""))
    assert award.recipient_name == ""

    client.post(SIGNUP, NEW)
    client.post(letter_to(ROSA)["link"])

    award.refresh_from_db()
    assert award.recipient_name == "Rosa Álvarez"
    operations.save_profile(award.recipient, name="Rosa Márquez", language="en")
    award.refresh_from_db()
    assert award.recipient_name == "Rosa Álvarez"


def test_a_name_that_comes_with_a_later_invitation_is_the_name_of_earlier_awards_too():
    award = badge_for(invite(name=""))

    again = invite(name="Rosa Álvarez")

    award.refresh_from_db()
    assert (again.name, award.recipient_name) == ("Rosa Álvarez", "Rosa Álvarez")


def test_inviting_writes_to_nobody_by_itself():
    invite()

    assert not OutgoingEmail.objects.exists()
