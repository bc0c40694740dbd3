"""A recording arrives piece by piece. Any piece may come twice, and any answer may be lost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.operations import storing_file
from background.enqueue import enqueue_on_commit
from catalog.models import Criterion
from submissions.media.containers import HEAD, container_of, what_it_is_instead
from submissions.models import (
    EvidenceItem,
    RecordingPiece,
    RecordingUpload,
    Submission,
    evidence_files,
    evidence_path,
)
from submissions.operations import check_limits, editable_attempt
from submissions.querysets import accounts_of

Status = RecordingUpload.Status
MEGABYTE = 1024 * 1024
PIECE = 8 * MEGABYTE
# An upload with which nobody goes on is deleted after so long.
KEPT = timedelta(days=7)
MOST_AT_ONCE = 5
LOCK_OF_AGENCIES = 85_001  # the first half of an advisory lock; the second is the agency
FILE = RecordingPiece._meta.get_field("file")


class RecordingRefused(Exception):
    """It is not accepted, before anything of it is stored. `offering.refusal` says why."""

    def __init__(self, reason: str, *, largest: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.largest = largest


class DamagedOnTheWay(Exception):
    """The bytes are not those that were sent: the same piece has to be sent again."""


class PieceMissing(Exception):
    """A piece before this one has not arrived. `received` says from where to go on."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


@dataclass(frozen=True)
class Announced:
    """What the browser says of a file before it sends it."""

    file_name: str
    size: int
    mark: str
    thread: UUID


@transaction.atomic
def begin(
    submission: Submission, criterion: Criterion, file: Announced, *, now: datetime | None = None
) -> RecordingUpload:
    """A new upload, or the one that has begun with the same file. Raises RecordingRefused."""
    now = now or timezone.now()
    attempt = editable_attempt(submission, criterion)
    uploads = RecordingUpload.objects.filter(submission=submission)
    if known := uploads.filter(thread=file.thread).first():
        return known
    same = uploads.unfinished().filter(criterion=criterion, mark=file.mark, size=file.size)
    if file.mark and (known := same.first()):
        return known
    if not settings.TAKES_RECORDINGS or not criterion.accepts_files:
        raise RecordingRefused("not offered")
    if file.size <= 0:
        raise RecordingRefused("empty")
    largest = submission.badge_class.recording_megabytes * MEGABYTE
    if file.size > largest:
        raise RecordingRefused("too large" if largest else "not offered", largest=largest)
    if uploads.unfinished().count() >= MOST_AT_ONCE:
        raise RecordingRefused("too many")
    check_limits(attempt, criterion)
    _check_quotas(submission, file.size)
    return uploads.create(
        submission=submission,
        criterion=criterion,
        thread=file.thread,
        mark=file.mark,
        file_name=file.file_name[-200:],
        size=file.size,
        begun_at=now,
        due_at=now + KEPT,
    )


def _check_quotas(submission: Submission, size: int) -> None:
    # Their lock is after the submission's, so that two uploads of one person are counted together.
    earner = User.objects.select_for_update(no_key=True).get(pk=submission.earner_id)
    of_person = Q(attempt__submission__earner__in=accounts_of(earner))
    stored = EvidenceItem.objects.filter(of_person).recordings().stored_bytes()
    expected = RecordingUpload.objects.of(earner).expected_bytes()
    if stored + expected + size > settings.RECORDING_MEGABYTES_PER_PERSON * MEGABYTE:
        raise RecordingRefused("quota of person")
    agency = submission.badge_class.issuer.agency_id
    # The last lock: uploads to one agency are counted one after the other.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_OF_AGENCIES, agency])
    of_agency = EvidenceItem.objects.filter(
        attempt__submission__badge_class__issuer__agency=agency
    ).recordings()
    coming = RecordingUpload.objects.filter(submission__badge_class__issuer__agency=agency)
    total = of_agency.stored_bytes() + coming.expected_bytes() + size
    if total > settings.RECORDING_MEGABYTES_PER_AGENCY * MEGABYTE:
        raise RecordingRefused("quota of agency")


def keep_piece(
    upload: RecordingUpload,
    *,
    offset: int,
    data: bytes,
    digest: str = "",
    now: datetime | None = None,
) -> RecordingUpload:
    """Store the next piece. After the last one, the worker checks the recording.

    A piece that is there already is not stored again. Raises DamagedOnTheWay if the bytes do not
    have this SHA-256, PieceMissing if an earlier piece has not arrived, and NotEditable if the
    evidence was sent in meanwhile.
    """
    now = now or timezone.now()
    found = hashlib.sha256(data).hexdigest()
    if digest and digest != found:
        raise DamagedOnTheWay
    with storing_file(FILE, evidence_path()) as unwanted:
        editable_attempt(upload.submission, upload.criterion)
        upload = _locked(upload)
        if _is_there(upload, offset, len(data), found):
            unwanted.delete()
            return upload
        if upload.status != Status.ARRIVING or offset != upload.received:
            raise PieceMissing(upload.received)
        if not data or len(data) > PIECE or offset + len(data) > upload.size:
            raise PieceMissing(upload.received)
        if len(data) < PIECE and offset + len(data) < upload.size:
            raise DamagedOnTheWay  # it was cut on its way
        if offset == 0 and not container_of(data[:HEAD]):
            unwanted.delete()
            return _refuse(upload, what_it_is_instead(data[:HEAD]), now=now)
        upload.pieces.create(
            offset=offset,
            size=len(data),
            digest=found,
            file=evidence_files().save(unwanted.name, ContentFile(data)),
        )
        unwanted.delete()
        upload.received += len(data)
        upload.due_at = now + KEPT
        if upload.received == upload.size:
            upload.status, upload.due_at = Status.WAITING, now
            enqueue_on_commit("submissions.tasks.check_recordings")
        upload.save(update_fields=["received", "due_at", "status"])
    return upload


def _is_there(upload: RecordingUpload, offset: int, size: int, digest: str) -> bool:
    return upload.pieces.filter(offset=offset, size=size, digest=digest).exists()


def _locked(upload: RecordingUpload) -> RecordingUpload:
    locked = RecordingUpload.objects.select_for_update(no_key=True)
    return locked.select_related(None).get(pk=upload.pk)


def _refuse(upload: RecordingUpload, message: str, *, now: datetime) -> RecordingUpload:
    upload.status, upload.refusal = Status.REFUSED, {"message": message, "details": {}}
    upload.due_at = now + KEPT
    upload.save(update_fields=["status", "refusal", "due_at"])
    return upload


def add_whole(
    submission: Submission,
    criterion: Criterion,
    *,
    data: bytes,
    file_name: str,
    thread: UUID | None = None,
    now: datetime | None = None,
) -> RecordingUpload:
    """Take a recording that an ordinary form has sent in one part."""
    upload = begin(
        submission,
        criterion,
        Announced(file_name, len(data), hashlib.sha256(data).hexdigest(), thread or uuid4()),
        now=now,
    )
    while upload.status == Status.ARRIVING:
        piece = data[upload.received : upload.received + PIECE]
        upload = keep_piece(upload, offset=upload.received, data=piece, now=now)
    return upload


@transaction.atomic
def forget(upload: RecordingUpload) -> None:
    """Delete an upload that its earner does not want, with its pieces."""
    editable_attempt(upload.submission, upload.criterion)
    RecordingUpload.objects.filter(pk=upload.pk).delete()


@transaction.atomic
def forget_abandoned(*, now: datetime) -> int:
    """Delete uploads with which nobody went on; the trigger of their pieces sees to the files."""
    free = RecordingUpload.objects.abandoned(now=now)
    keys = list(free.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True))
    RecordingUpload.objects.filter(pk__in=keys).delete()
    return len(keys)
