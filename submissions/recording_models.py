"""Videos and recordings of sound on their way: a row for each upload, and one for each piece."""

from __future__ import annotations

import uuid

import pgtrigger
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Criterion
from submissions.querysets import RecordingUploadQuerySet


def evidence_storage() -> Storage:
    return storages["evidence"]


def evidence_path(item: models.Model | None = None, filename: str = "") -> str:
    """An unguessable name. The original file name is only in the database."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


class RecordingUpload(models.Model):
    """A recording that arrives in pieces, until the worker has made evidence of it.

    `due_at` is when the next thing happens to it: the worker checks it while it is WAITING, and
    deletes it in any other status, because nobody went on with it.
    """

    class Status(models.TextChoices):
        ARRIVING = "arriving", _("arriving")
        WAITING = "waiting", _("being checked")
        REFUSED = "refused", _("not accepted")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(
        "submissions.Submission", models.CASCADE, related_name="recording_uploads"
    )
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    # The thread of the evidence that it becomes.
    thread = models.UUIDField(default=uuid.uuid4, editable=False)
    mark = models.CharField(
        max_length=64, help_text="By which the browser knows the file again, to go on with it."
    )
    file_name = models.CharField(max_length=200, help_text="As the earner called it.")
    size = models.PositiveBigIntegerField(help_text="Bytes of the whole file.")
    received = models.PositiveBigIntegerField(default=0, help_text="Bytes that have arrived.")
    status = models.CharField(max_length=8, choices=Status, default=Status.ARRIVING)
    refusal = models.JSONField(
        default=dict, blank=True, help_text="Why it was not accepted: a message and its details."
    )
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)

    objects = RecordingUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("recording on its way")
        verbose_name_plural = _("recordings on their way")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "thread"], name="one_recording_upload_per_thread"
            ),
            models.CheckConstraint(
                name="recording_is_checked_once_it_is_whole",
                condition=Q(status="arriving", received__lt=F("size"))
                | Q(status="waiting", received=F("size"))
                | Q(status="refused", received__lte=F("size")),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def share_received(self) -> float:
        return self.received / self.size


class RecordingPiece(models.Model):
    """Some bytes of a recording on its way. Whatever deletes the row, its file is deleted, too."""

    upload = models.ForeignKey(RecordingUpload, models.CASCADE, related_name="pieces")
    offset = models.PositiveBigIntegerField(help_text="Of the first byte in the whole file.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256.")
    file = models.FileField(storage=evidence_storage, upload_to=evidence_path)

    class Meta:
        verbose_name = _("piece of a recording")
        verbose_name_plural = _("pieces of recordings")
        ordering = ["offset"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "offset"], name="one_piece_per_offset")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="file_of_a_piece_goes_with_it",
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                func="""
                    INSERT INTO audit_unwantedfile (field, name, due_at)
                    VALUES ('submissions.RecordingPiece.file', OLD.file, now());
                    RETURN OLD;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.upload}: {self.offset}"
