"""The worker checks a whole recording and makes evidence of it.

That takes longer than a transaction should: the worker takes a lease, and another one begins again
once it has ended.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from audit.file_storage import NotStored
from audit.operations import storing_file
from sandbox.refusals import Busy, Stopped, gettext_noop
from submissions.media import names
from submissions.media.cleaning import TOO_MUCH_WORK, Recording, cleaned
from submissions.media.operations.arriving import KEPT
from submissions.media.reading import NotAccepted
from submissions.models import (
    EvidenceItem,
    RecordingUpload,
    Submission,
    evidence_files,
    evidence_path,
)
from submissions.operations import check_limits, editable_attempt
from submissions.querysets import RecordingUploadQuerySet
from submissions.refusals import EvidenceLimitReached, NotEditable

log = logging.getLogger(__name__)

Status = RecordingUpload.Status
LEASE = timedelta(minutes=10)
# After trouble that is not the file's: a full disk, a storage that does not answer.
PAUSES = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)]
# A file with which workers die again and again is refused.
MOST_TRIES = 40
FILE = EvidenceItem._meta.get_field("file")

TOO_MANY_ITEMS = gettext_noop(
    "You have reached the limit of items for this criterion or this badge. Remove something, "
    "then add the recording again."
)


def check_next(*, now: datetime | None = None) -> bool:
    """Check the next recording. False if none is due, or another one is being checked here."""
    now = now or timezone.now()
    upload = _take(now=now)
    if upload is None:
        return False
    if upload.tries > MOST_TRIES:
        _refuse(upload, TOO_MUCH_WORK, {}, now=now)
        return True
    try:
        with cleaned(upload) as recording:
            _keep(upload, recording, now=now)
    except Busy:
        _give_back(upload, due_at=now)
        return False
    except NotAccepted as refusal:
        _refuse(upload, refusal.message, refusal.details, now=now)
    except Stopped:
        _refuse(upload, TOO_MUCH_WORK, {}, now=now)
    except EvidenceLimitReached:
        _refuse(upload, TOO_MANY_ITEMS, {}, now=now)
    except (NotEditable, Submission.DoesNotExist):  # it was withdrawn or deleted meanwhile
        RecordingUpload.objects.filter(pk=upload.pk).delete()
    except (OSError, NotStored):
        log.exception("The recording %s could not be checked or stored", upload.public_id)
        pause = PAUSES[min(upload.tries, len(PAUSES)) - 1]
        _postpone(upload, due_at=now + pause)
    return True


@transaction.atomic
def _take(*, now: datetime) -> RecordingUpload | None:
    free = RecordingUpload.objects.to_check(now=now)
    upload = free.select_for_update(no_key=True, skip_locked=True).first()
    if upload is None:
        return None
    upload.tries += 1
    upload.due_at = now + LEASE
    upload.save(update_fields=["tries", "due_at"])
    return upload


def _keep(upload: RecordingUpload, recording: Recording, *, now: datetime) -> None:
    """Store the file, then make evidence of it, unless another worker has done so meanwhile."""
    with storing_file(FILE, evidence_path()) as unwanted:
        stored = evidence_files().save(unwanted.name, File(recording.file))
        attempt = editable_attempt(upload.submission, upload.criterion)
        mine = _mine(upload).select_for_update(no_key=True).first()
        if mine is None:
            return
        check_limits(attempt, upload.criterion)
        recording.file.seek(0, 2)
        attempt.evidence_items.create(
            criterion=upload.criterion,
            thread=upload.thread,
            kind=EvidenceItem.Kind.FILE,
            file=stored,
            file_name=names.safe_name(upload.file_name, recording.content_type),
            content_type=recording.content_type,
            size=recording.file.tell(),
            seconds=recording.seconds,
            poster=recording.poster or None,
            added_at=now,
        )
        unwanted.delete()
        mine.delete()


def _mine(upload: RecordingUpload) -> RecordingUploadQuerySet:
    return RecordingUpload.objects.filter(
        pk=upload.pk, status=Status.WAITING, tries=upload.tries
    )  # fmt: skip


def _refuse(
    upload: RecordingUpload, message: str, details: dict[str, str | int], *, now: datetime
) -> None:
    """Its pieces are deleted at once; why it was refused stays for a while."""
    with transaction.atomic():
        mine = _mine(upload).select_for_update(no_key=True).first()
        if mine is None:
            return
        mine.pieces.all().delete()
        mine.status, mine.refusal = Status.REFUSED, {"message": message, "details": details}
        mine.due_at = now + KEPT
        mine.save(update_fields=["status", "refusal", "due_at"])


def _postpone(upload: RecordingUpload, *, due_at: datetime) -> None:
    _mine(upload).update(due_at=due_at)


def _give_back(upload: RecordingUpload, *, due_at: datetime) -> None:
    _mine(upload).update(due_at=due_at, tries=upload.tries - 1)
