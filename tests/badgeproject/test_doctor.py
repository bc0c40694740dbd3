import os
import time
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from badgeproject import doctor, health
from badgeproject.doctor import Verdict
from mail.models import OutgoingEmail
from mail.operations import queue_email
from tests.factories import BadgeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_worker_reports():
    health.heartbeat()


def verdicts(**options):
    return {finding.part: finding.verdict for finding in doctor.examine(**options)}


def words_about(part):
    return next(finding.words for finding in doctor.examine() if finding.part == part)


def test_a_healthy_site_has_nothing_but_remarks():
    BadgeFactory()

    found = verdicts()

    assert Verdict.TROUBLE not in found.values()
    assert list(found) == [
        "database", "clock", "broker", "worker", "mail", "keys", "origin", "files", "backups",
    ]  # fmt: skip


def test_each_finding_is_one_line_and_trouble_ends_with_1(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    printed = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=printed)

    lines = printed.getvalue().splitlines()
    assert ended.value.code == 1
    assert len(lines) == len(doctor.CHECKS)
    assert [line for line in lines if line.startswith("TROUBLE broker")]


def test_without_trouble_it_ends_quietly():
    call_command("doctor", stdout=StringIO())


def test_keys_that_cannot_be_opened_are_named_with_what_to_do(settings):
    badge = BadgeFactory()
    settings.KEY_ENCRYPTION_KEYS = ["mI8Nbyqk3GyvUa9mIdJd9ZkKvOyTRm5F4e1sSyWJ1ZQ="]

    words = words_about("keys")

    assert badge.issuer.name in words
    assert "KEY_ENCRYPTION_KEYS" in words


def test_a_mail_server_that_does_not_answer_is_trouble(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert verdicts()["mail"] is Verdict.TROUBLE


def test_late_and_refused_emails_are_noticed():
    queue_email("badge_issued", "1", to="ana@school.example")
    OutgoingEmail.objects.update(status="refused")
    refused = verdicts()["mail"]

    OutgoingEmail.objects.update(
        status="due", due_at=timezone.now() - 2 * doctor.EMAIL_LATE_AFTER,
        queued_at=timezone.now() - 2 * doctor.EMAIL_LATE_AFTER,
    )  # fmt: skip

    assert (refused, verdicts()["mail"]) == (Verdict.WARNING, Verdict.TROUBLE)


def test_an_email_is_sent_only_when_it_is_asked_for():
    verdicts()
    before = len(mail.outbox)

    verdicts(send_to="operator@county.example")

    assert (before, [message.to for message in mail.outbox]) == (0, [["operator@county.example"]])


def test_the_age_of_the_backup_is_read_from_its_marker(settings, tmp_path):
    marker = tmp_path / "done"
    settings.BACKUP_MARKER = str(marker)
    missing = verdicts()["backups"]

    marker.touch()
    fresh = verdicts()["backups"]
    os.utime(marker, (time.time() - 30 * 3600,) * 2)

    assert (missing, fresh) == (Verdict.TROUBLE, Verdict.OK)
    assert words_about("backups") == ("the last one was 30 hours ago. Read the log of the backup.")


def test_a_clock_that_is_wrong_is_noticed(monkeypatch):
    true_time = time.time
    monkeypatch.setattr("badgeproject.doctor.time.time", lambda: true_time() + 60)

    assert "differ by 60 seconds" in words_about("clock")


def test_files_that_cannot_be_written_are_trouble(monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("read-only file system")

    monkeypatch.setattr("audit.file_storage.LocalFiles.save", refuse)

    assert words_about("files") == "OSError: read-only file system"


def test_the_check_leaves_no_file(settings, kept_files):
    verdicts()

    assert [path for path in kept_files.rglob("*") if path.is_file()] == []
