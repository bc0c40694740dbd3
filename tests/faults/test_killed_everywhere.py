"""Whatever a process was doing when it was killed, at whatever statement: nothing is lost or twice.

Each act is killed before every statement, and before and after every commit. From outside, one
transaction has only two states, before and after; the table says how many states an act passes
through. In the end each table has as many rows as after an act that nobody disturbed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RosterImport
from accounts.rosters.operations import checking, imports
from audit import tasks as forgetting
from audit.models import UnwantedFile
from awarding import tasks as awarding
from awarding.lists.operations import batches, lists
from awarding.models import AwardList
from issuing import tasks as issuing
from mail import operations as mail
from mail import tasks as mailing
from mail.models import OutgoingEmail
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission
from tests.awarding.lists import addresses, checked_list
from tests.factories import BadgeFactory, DraftFactory, UserFactory
from tests.faults import acts, group_acts, reading_acts
from tests.faults.killing import (
    kill_everywhere,
    rehearse,
    rows_by_table,
    run_unharmed,
    would_change,
)

STATES = acts.STATES | group_acts.STATES | reading_acts.STATES
pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def no_worker_and_a_mail_server(settings, mail_server, monkeypatch):
    """Tasks are run by the test, so nothing is queued for a worker."""
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_LEASE_SECONDS = 0


def work_off():
    """What the schedule does, until nothing is due."""
    issuing.issue_due()
    awarding.carry_on_award_lists()
    awarding.award_pathways()
    issuing.issue_due()
    mailing.send_due_emails()


# It takes longest: begun last, it would have one process wait for the other.
def test_a_list_of_two_thousand_comes_through_many_kills(mail_server):
    award_list = checked_list(BadgeFactory(waiting_hours=48), addresses(2000))
    lists.start(award_list, by=award_list.made_by)
    in_the_end = rehearse(awarding.carry_on_award_lists)

    outcome = kill_everywhere(awarding.carry_on_award_lists, stride=6)

    assert [state["issuing_assertion"] for state in outcome.states] == [500, 1000, 1500, 2000, 2000]
    assert outcome.states[-1] == in_the_end
    assert AwardList.objects.get().rows.granted().count() == 2000
    assert OutgoingEmail.objects.filter(kind="award_waiting").count() == 2000


@pytest.mark.parametrize("arrange", STATES, ids=lambda arrange: arrange.__name__)
def test_killed_before_each_statement_it_is_done_once(arrange, mail_server, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 3)
    act = arrange()

    def act_and_work_off():
        act()
        work_off()

    at_once = rehearse(act)
    in_the_end = rehearse(act_and_work_off)
    mail_server.accepted.clear()

    outcome = kill_everywhere(act)

    assert outcome.kills > 3
    assert len(outcome.states) == STATES[arrange]
    assert outcome.states[-1] == at_once
    assert not would_change(act)
    run_unharmed(work_off)
    assert rows_by_table() == in_the_end
    assert all_emails_left_once(mail_server)
    assert not would_change(work_off)


def test_a_check_of_a_roster_that_is_killed_begins_again(monkeypatch):
    monkeypatch.setattr(checking, "LEASE", timedelta(0))
    monkeypatch.setattr(checking, "MOST_CHECKS", 500)
    monkeypatch.setattr(checking, "BATCH", 2)
    roster = group_acts.brought_roster()

    def act():
        imports.run_next_batch(roster)

    in_the_end = rehearse(act)

    outcome = kill_everywhere(
        act, progress=lambda: RosterImport.objects.values_list("status").get()
    )

    assert outcome.kills > 10
    assert outcome.states == [in_the_end]
    assert not would_change(act)
    assert roster.rows.count() == roster.records == len(group_acts.RECORDS)


def test_taking_a_roster_back_comes_through_many_kills(mail_server):
    """Every ninth statement: it has more than five hundred."""
    act = group_acts.take_a_roster_back()
    in_the_end = rehearse(act)

    outcome = kill_everywhere(act, stride=9)

    assert outcome.kills > 3
    assert outcome.states[-1] == in_the_end
    assert not would_change(act)
    run_unharmed(work_off)
    assert not mail_server.accepted
    assert not OutgoingEmail.objects.exclude(status=OutgoingEmail.Status.UNWANTED).exists()


def all_emails_left_once(mail_server) -> bool:
    sent = Counter(OutgoingEmail.objects.values_list("to", flat=True))
    assert not OutgoingEmail.objects.exclude(status=OutgoingEmail.Status.SENT).exists()
    return Counter(letter.to for letter in mail_server.accepted) == sent


def test_a_killed_mailer_sends_every_email_and_never_a_different_copy(mail_server):
    """At least once: only a kill between the server’s "accepted" and our commit sends it again."""
    for number in range(4):
        mail.queue_written_email(
            to=f"person{number}@school.example",
            language="en",
            subject="Hello",
            text="Your link: https://x.example",
            html="",
        )

    def sent() -> int:
        return OutgoingEmail.objects.filter(status=OutgoingEmail.Status.SENT).count()

    outcome = kill_everywhere(mailing.send_due_emails, progress=sent)

    copies = defaultdict(list)
    for letter in mail_server.accepted:
        copies[letter.to].append(letter.message_id)
    assert set(copies) == {f"person{number}@school.example" for number in range(4)}
    assert all(len(set(ids)) == 1 for ids in copies.values())
    # Of each email, the kills before the savepoint's end and before the commit came too late.
    assert len(mail_server.accepted) == 4 * (1 + 2)
    assert not OutgoingEmail.objects.exclude(status=OutgoingEmail.Status.SENT).exists()
    assert outcome.kills > 20
    assert not would_change(mailing.send_due_emails)


def test_a_killed_upload_leaves_no_file_for_good(kept_files):
    draft = DraftFactory()
    criterion = draft.version.criteria.first()

    def upload():
        if not EvidenceItem.objects.exists():
            submissions.add_file(
                Submission.objects.get(pk=draft.pk),
                criterion,
                file=ContentFile(b"My plan."),
                file_name="plan.txt",
                content_type="text/plain",
            )

    kill_everywhere(upload, progress=EvidenceItem.objects.count)
    item = EvidenceItem.objects.get()
    UnwantedFile.objects.update(due_at=timezone.now())
    kill_everywhere(forgetting.forget_files)

    stored = [path for path in (kept_files / "evidence").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in stored] == [b"My plan."]
    assert str(stored[0]).endswith(item.file.name)
    assert not UnwantedFile.objects.exists()


def test_a_file_that_nobody_wants_is_deleted_also_by_a_killed_worker(kept_files):
    draft = DraftFactory()
    item = submissions.add_file(
        draft,
        draft.version.criteria.first(),
        file=ContentFile(b"My plan."),
        file_name="plan.txt",
        content_type="text/plain",
    )

    def remove():
        for item in EvidenceItem.objects.select_related("attempt__submission", "criterion"):
            submissions.remove_item(item)

    kill_everywhere(remove)
    kill_everywhere(forgetting.forget_files)

    assert not (kept_files / "evidence" / item.file.name).exists()
    assert not UnwantedFile.objects.exists()


def test_a_person_who_sends_the_page_again_after_a_kill_has_sent_once(mail_server):
    """Through the page, session and all: the browser posts the form until it gets an answer."""
    draft = DraftFactory()
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    client = Client()
    client.force_login(draft.earner)
    address = reverse("submissions:send", args=[draft.public_id])

    outcome = kill_everywhere(lambda: client.post(address, {"statement": "on"}))

    assert len(outcome.states) == 1
    again = client.post(address, {"statement": "on"}, follow=True)
    assert again.status_code == 200
    assert Submission.objects.get().attempts.count() == 1
    assert OutgoingEmail.objects.filter(kind="submission_received").count() == 1
    run_unharmed(work_off)
    assert all_emails_left_once(mail_server)


def test_the_kill_is_real_and_comes_before_each_statement():
    """An act of two commits, of which the second one needs the first."""
    person = UserFactory(name="")

    def name_and_greet():
        type(person).objects.filter(pk=person.pk).update(name="Rosa")
        OutgoingEmail.objects.filter(to=person.email).exists() or mail.queue_written_email(
            to=person.email, language="en", subject="Hello", text="Hello", html=""
        )

    outcome = kill_everywhere(name_and_greet)

    assert [state["mail_outgoingemail"] for state in outcome.states] == [0, 1]
    assert OutgoingEmail.objects.count() == 1
