"""Emails wait as rows and reach the mailbox once, whatever the mail server and workers do."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.models import AuditEntry
from mail import operations as mail
from mail import tasks
from mail.models import OutgoingEmail
from tests.factories import UserFactory
from tests.faults.refusing_database import refusing
from tests.mail.post_office import PostOffice

Status = OutgoingEmail.Status


@pytest.fixture
def post_office(settings):
    office = PostOffice()
    office.open()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 2
    yield office
    office.close()


def letter_to(address, **kwargs):
    mail.queue_email(
        "already_written",
        address,
        to=address,
        context={"subject": "Hello", "text": "Your link: https://x.example", "html": ""},
        **kwargs,
    )
    return OutgoingEmail.objects.get(key=address)


def make_everything_due():
    OutgoingEmail.objects.exclude(status__in=[Status.SENT, Status.REFUSED]).update(
        due_at=timezone.now() - timedelta(seconds=1)
    )


@pytest.mark.django_db
def test_an_email_is_sent_once_however_often_the_task_runs(post_office):
    letter_to("rosa@school.example")

    for _ in range(3):
        tasks.send_due_emails()

    assert post_office.taken_from == ["rosa@school.example"]


@pytest.mark.django_db
def test_the_text_of_a_sent_email_is_deleted_because_it_may_contain_a_key(post_office):
    letter = letter_to("rosa@school.example")

    tasks.send_due_emails()

    letter.refresh_from_db()
    assert letter.context == {"subject": "Hello"}


@pytest.mark.django_db
def test_while_the_mail_server_is_down_emails_wait_and_each_task_tries_once(post_office):
    for number in range(5):
        letter_to(f"person{number}@school.example")
    post_office.close()

    for _ in range(3):
        tasks.send_due_emails()

    assert sorted(OutgoingEmail.objects.values_list("attempts", flat=True)) == [0, 0, 1, 1, 1]
    assert set(OutgoingEmail.objects.values_list("status", flat=True)) == {Status.DUE}
    post_office.open()
    make_everything_due()
    tasks.send_due_emails()
    assert sorted(post_office.taken_from) == [f"person{n}@school.example" for n in range(5)]


@pytest.mark.django_db
def test_no_email_is_lost_when_the_mail_server_is_down_for_a_day(post_office):
    letter = letter_to("rosa@school.example")
    post_office.close()

    for _ in range(50):  # a day of half-hours
        make_everything_due()
        tasks.send_due_emails()

    letter.refresh_from_db()
    assert (letter.status, letter.attempts, letter.refusals) == (Status.DUE, 50, 0)
    assert letter.due_at <= timezone.now() + mail.LONGEST_PAUSE
    post_office.open()
    make_everything_due()
    tasks.send_due_emails()
    assert post_office.taken_from == ["rosa@school.example"]


@pytest.mark.django_db
def test_one_bad_address_does_not_delay_other_emails(post_office):
    post_office.answers["gone@school.example"] = "550 No such mailbox"
    gone = letter_to("gone@school.example")
    letter_to("rosa@school.example")

    tasks.send_due_emails()

    gone.refresh_from_db()
    assert post_office.taken_from == ["rosa@school.example"]
    assert (gone.status, gone.refusals) == (Status.DUE, 1)


@pytest.mark.django_db
def test_the_log_names_the_refused_email_but_not_its_address(post_office, caplog):
    post_office.answers["gone@school.example"] = "550 No such mailbox"
    letter = letter_to("gone@school.example")

    tasks.send_due_emails()

    letter.refresh_from_db()
    assert "gone@school.example" in letter.last_error
    lines = [record.getMessage() for record in caplog.records if record.name == "mail.operations"]
    assert lines == [f"Could not send letter {letter.pk} (already_written): SMTPRecipientsRefused"]


@pytest.mark.django_db
def test_an_email_refused_again_and_again_is_given_up_and_kept(post_office):
    post_office.answers["gone@school.example"] = "550 No such mailbox"
    gone = letter_to("gone@school.example")

    for _ in range(10):
        make_everything_due()
        tasks.send_due_emails()

    gone.refresh_from_db()
    assert (gone.status, gone.attempts) == (Status.REFUSED, mail.REFUSALS_TOLERATED)
    assert "No such mailbox" in gone.last_error


@pytest.mark.django_db
def test_temporary_refusals_are_retried(post_office):
    post_office.answers["new@school.example"] = "450 Greylisted, come back later"
    letter = letter_to("new@school.example")

    for _ in range(20):
        make_everything_due()
        tasks.send_due_emails()
    post_office.answers.clear()
    make_everything_due()
    tasks.send_due_emails()

    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == (Status.SENT, 21)
    assert post_office.taken_from == ["new@school.example"]


@pytest.mark.django_db
def test_a_refused_email_can_be_retried_and_is_logged(post_office):
    letter = letter_to("gone@school.example")
    OutgoingEmail.objects.update(status=Status.REFUSED, refusals=5)
    operator = UserFactory()

    mail.retry_email(letter, by=operator)
    mail.retry_email(letter, by=operator)  # already on the way
    tasks.send_due_emails()

    assert post_office.taken_from == ["gone@school.example"]
    assert [entry.actor for entry in AuditEntry.objects.all()] == [operator]


@pytest.mark.django_db
def test_an_email_that_cannot_be_composed_does_not_delay_others(post_office):
    mail.queue_email("no_such_kind", "1", to="rosa@school.example")
    letter_to("rosa@school.example")

    tasks.send_due_emails()

    assert post_office.taken_from == ["rosa@school.example"]
    assert OutgoingEmail.objects.get(kind="no_such_kind").status == Status.DUE


@pytest.mark.django_db
def test_after_a_lost_connection_the_same_email_is_sent_again(post_office):
    letter = letter_to("rosa@school.example")
    post_office.hang_up_after_data = True

    tasks.send_due_emails()
    post_office.hang_up_after_data = False
    make_everything_due()
    tasks.send_due_emails()

    letter.refresh_from_db()
    assert letter.status == Status.SENT
    # Nobody knows whether the first copy arrived. Both have the same id, so a mailbox shows one.
    assert len({message_id for _, message_id in post_office.letters}) == 1


@pytest.mark.django_db
def test_an_email_whose_worker_was_killed_is_sent_by_another_worker(post_office):
    letter = letter_to("rosa@school.example")
    mail.lease_email(now=timezone.now())  # ... and dies

    tasks.send_due_emails()
    assert post_office.taken_from == []
    tomorrow = timezone.now() + timedelta(days=1)
    mail.send_email(mail.lease_email(now=tomorrow))

    letter.refresh_from_db()
    assert letter.status == Status.SENT
    assert post_office.taken_from == ["rosa@school.example"]


@pytest.mark.django_db
def test_a_worker_whose_lease_has_expired_sends_nothing(post_office):
    letter_to("rosa@school.example")
    slow = mail.lease_email(now=timezone.now())
    quick = mail.lease_email(now=timezone.now() + timedelta(hours=1))

    mail.send_email(slow)
    mail.send_email(quick)
    mail.send_email(slow)

    assert post_office.taken_from == ["rosa@school.example"]


@pytest.mark.django_db(transaction=True)
def test_concurrent_workers_never_send_the_same_email(post_office):
    addresses = [f"person{number}@school.example" for number in range(12)]
    for address in addresses:
        letter_to(address)
    start = threading.Barrier(3)

    def work():
        start.wait()
        try:
            tasks.send_due_emails()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(post_office.taken_from) == sorted(addresses)


@pytest.mark.django_db(transaction=True)
def test_an_email_is_sent_although_another_worker_looks_at_it_for_a_moment(post_office):
    """PostgreSQL locks a row that was due a moment ago before it sees that it no longer is."""
    letter_to("rosa@school.example")
    leased = mail.lease_email(now=timezone.now())

    def send():
        try:
            mail.send_email(leased)
        finally:
            connection.close()

    sending = threading.Thread(target=send)
    with transaction.atomic():
        OutgoingEmail.objects.select_for_update(no_key=True).get(pk=leased.pk)
        sending.start()
        sending.join(timeout=0.3)
    sending.join()

    assert post_office.taken_from == ["rosa@school.example"]


@pytest.mark.django_db(transaction=True)
def test_a_slow_mail_server_does_not_make_a_second_worker_send_the_email(post_office):
    letter_to("rosa@school.example")
    received, may_answer = threading.Event(), threading.Event()

    def answer_slowly():
        received.set()
        may_answer.wait(5)

    post_office.on_letter = answer_slowly

    def work():
        try:
            tasks.send_due_emails()
        finally:
            connection.close()

    slow = threading.Thread(target=work)
    slow.start()
    received.wait(5)
    after_the_lease = timezone.now() + timedelta(seconds=2 * settings.EMAIL_LEASE_SECONDS)
    second = mail.lease_email(now=after_the_lease)
    may_answer.set()
    slow.join()

    assert second is None
    assert post_office.taken_from == ["rosa@school.example"]
    assert OutgoingEmail.objects.get().status == Status.SENT


@pytest.mark.django_db(transaction=True)
def test_an_email_that_could_not_be_saved_as_sent_does_not_leave(post_office):
    letter = letter_to("rosa@school.example")

    for _ in range(2):
        with refusing(OutgoingEmail, when="NEW.status = 'sent'"):
            tasks.send_due_emails()
        make_everything_due()

    assert post_office.taken_from == []
    letter.refresh_from_db()
    assert (letter.status, letter.context["text"]) == (Status.DUE, "Your link: https://x.example")
    tasks.send_due_emails()
    assert post_office.taken_from == ["rosa@school.example"]
