"""Unsubscribing with one press, for people who never asked for an account."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import operations
from accounts.joining import operations as joining
from accounts.models import User
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import GrantSource
from mail import operations as mail_queue
from mail import unsubscribe
from mail.composing import compose
from mail.models import MailRefusal, OutgoingEmail
from tests.factories import BadgeFactory, UserFactory

pytestmark = pytest.mark.django_db

ROSA = "rosa@school.example"
Status = OutgoingEmail.Status


def invite(email=ROSA, name="", language="en") -> User:
    return operations.find_or_invite([(email, name, language)])[email]


def issued_letter(person) -> OutgoingEmail:
    badge = BadgeFactory(name="Media Balance")
    grant = Grant(person, badge.current_version, GrantSource.API, key=str(badge.pk))
    [outcome] = grant_all([grant], by=None)
    issue_batch(now=timezone.now())
    return OutgoingEmail.objects.get(kind="badge_issued", context__assertion=outcome.assertion.pk)


def path_in(letter: OutgoingEmail) -> str:
    return urlsplit(unsubscribe.link_for(letter)).path


def main_part(page) -> str:
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


def send_all() -> None:
    while email := mail_queue.lease_email(now=timezone.now()):
        mail_queue.send_email(email)


def test_the_first_email_to_an_invited_person_says_who_why_and_how_to_unsubscribe():
    letter = issued_letter(invite(name=""))

    message = compose(letter)

    html = message.alternatives[0].content
    link = unsubscribe.link_for(letter)
    for words in (message.body, html):
        assert "Juniper County Office of Education has awarded you the badge" in words
        assert "gave us this address." in words
        assert "create an account with this email address" in words
        assert "http://localhost:8000/account/signup/" in words
        assert link in words
        assert "because you have an account" not in words
        assert "Congratulations, !" not in words
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ROSA not in link


def test_people_who_sign_up_while_they_unsubscribe_get_their_emails(monkeypatch):
    """The one page has looked who they are, then the other commits."""
    person = invite()
    real = mail_queue.recipient_at

    def look_up_and_join(address):
        found = real(address)
        joining.accept_invitation(person)
        return found

    monkeypatch.setattr(mail_queue, "recipient_at", look_up_and_join)
    mail_queue.stop_emails_to(ROSA)
    monkeypatch.setattr(mail_queue, "recipient_at", real)
    letter = issued_letter(person)
    send_all()

    letter.refresh_from_db()
    assert (letter.status, len(mail.outbox)) == (Status.SENT, 1)


def test_a_letter_that_a_worker_has_taken_is_not_sent_after_unsubscribing():
    letter = issued_letter(invite())
    taken = mail_queue.lease_email(now=timezone.now())
    assert taken == letter

    mail_queue.stop_emails_to(ROSA)
    mail_queue.send_email(taken)

    letter.refresh_from_db()
    assert (letter.status, mail.outbox) == (Status.UNWANTED, [])


def test_emails_to_members_have_no_unsubscribe_link():
    message = compose(issued_letter(UserFactory(name="Rosa")))

    assert "List-Unsubscribe" not in message.extra_headers
    assert "no-more" not in message.body
    assert "Congratulations, Rosa!" in message.body
    assert "#print" in message.body


def test_opening_the_link_changes_nothing_and_pressing_the_button_unsubscribes():
    path = path_in(issued_letter(invite()))
    client = Client(enforce_csrf_checks=True)

    opened = client.get(path)
    refused_by_opening = MailRefusal.objects.exists()
    pressed = client.post(path)

    assert (opened.status_code, refused_by_opening) == (200, False)
    assert pressed.status_code == 200
    assert "You will get no more emails" in pressed.content.decode()
    assert [refusal.email for refusal in MailRefusal.objects.all()] == [ROSA]


def test_one_click_unsubscribing_twice_is_recorded_once():
    path = path_in(issued_letter(invite()))
    client = Client(enforce_csrf_checks=True)

    answers = [client.post(path, {"List-Unsubscribe": "One-Click"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert MailRefusal.objects.count() == 1


def test_unsubscribed_people_get_no_emails_and_keep_their_awards():
    person = invite()
    Client().post(path_in(issued_letter(person)))

    second = issued_letter(person)
    send_all()

    statuses = set(OutgoingEmail.objects.values_list("status", flat=True))
    second.refresh_from_db()
    assert statuses == {Status.UNWANTED}
    assert mail.outbox == []
    assert set(Assertion.objects.values_list("status", flat=True)) == {Assertion.Status.ISSUED}


def test_emails_that_unsubscribed_people_asked_for_are_still_sent():
    Client().post(path_in(issued_letter(invite())))

    Client().post("/account/password/reset/", {"email": ROSA})
    send_all()

    assert [message.to for message in mail.outbox] == [[ROSA]]


def test_signing_up_ends_the_unsubscription():
    person = invite()
    Client().post(path_in(issued_letter(person)))

    joining.accept_invitation(person)
    issued_letter(person)
    send_all()

    assert not MailRefusal.objects.exists()
    assert len(mail.outbox) == 2


def test_unsubscribing_looks_the_same_with_and_without_an_account():
    person = invite()
    path = path_in(issued_letter(person))
    stranger = Client().post(path)

    joining.accept_invitation(person)
    member = Client().post(path)

    assert not MailRefusal.objects.exists()
    assert main_part(member) == main_part(stranger)


@pytest.mark.parametrize("token", ["x", "a" * 32 + ".forged", "a.b.c", "ü"])
def test_forged_unsubscribe_links_are_not_found(token):
    issued_letter(invite())

    assert Client().post(f"/account/no-more/{token}/").status_code == 404
    assert not MailRefusal.objects.exists()
