from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reviewing.querysets import SubmissionNoteQuerySet
from submissions.models import Submission


class SubmissionNote(models.Model):
    """What coordinators and the reviewers of a submission tell each other. Never its earner."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="internal_notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    objects = SubmissionNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission}, note of {self.author}"
