"""What readers see of a file without opening it. All of it can be made anew from the file."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from submissions.querysets import FilePreviewQuerySet
from submissions.recording_models import evidence_path, evidence_storage


class FilePreview(models.Model):
    """The pages or the words of one stored file, whichever attempts contain it.

    `due_at` is when the next thing happens to it: the worker makes it while it is WAITING, and
    forgets it afterwards. It is asked for again when somebody opens a page that shows it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("being made")
        READY = "ready", _("ready")
        NONE = "none", _("it can’t be shown")

    submission = models.ForeignKey(
        "submissions.Submission", models.CASCADE, related_name="file_previews"
    )
    source = models.CharField(max_length=100, help_text="The name of the stored file.")
    content_type = models.CharField(max_length=100)
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    page_count = models.PositiveIntegerField(default=0, help_text="Of a PDF, pictures or not.")
    parts = models.JSONField(default=list, help_text="Words, tables and clean HTML.")

    objects = FilePreviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview of a file")
        verbose_name_plural = _("previews of files")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "source"], name="one_preview_per_file")
        ]
        indexes = [models.Index(fields=["due_at"], name="previews_due")]
        triggers = [
            # Triggers delete previews, too, and they know nothing of Django's cascades.
            pgtrigger.Trigger(
                name="pages_go_with_their_preview",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="""
                    DELETE FROM submissions_previewpage WHERE preview_id = OLD.id;
                    RETURN OLD;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.source}"

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING


class PreviewPage(models.Model):
    """The picture of one page. Whatever deletes the row, its file is deleted, too."""

    preview = models.ForeignKey(FilePreview, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    width = models.PositiveSmallIntegerField(help_text="Pixels.")
    height = models.PositiveIntegerField(help_text="Pixels.")
    file = models.FileField(storage=evidence_storage, upload_to=evidence_path)

    class Meta:
        verbose_name = _("picture of a page")
        verbose_name_plural = _("pictures of pages")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["preview", "number"], name="one_picture_per_page")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="file_of_a_page_goes_with_it",
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                func="""
                    INSERT INTO audit_unwantedfile (field, name, due_at)
                    VALUES ('submissions.PreviewPage.file', OLD.file, now());
                    RETURN OLD;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.preview}, page {self.number}"


class PreviewGoesWithFile(pgtrigger.Trigger):
    """Deletes the preview with the last piece of evidence that has the file."""

    when = pgtrigger.After
    operation = pgtrigger.Delete
    condition = pgtrigger.Condition("OLD.file <> ''")
    func = """
        DELETE FROM submissions_filepreview preview
        USING submissions_attempt deleted_from
        WHERE deleted_from.id = OLD.attempt_id
            AND preview.submission_id = deleted_from.submission_id AND preview.source = OLD.file
            AND NOT EXISTS (
                SELECT 1 FROM submissions_evidenceitem item
                JOIN submissions_attempt attempt ON attempt.id = item.attempt_id
                WHERE attempt.submission_id = preview.submission_id AND item.file = OLD.file
            );
        RETURN OLD;
    """
