"""What an earner says about a new attempt."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from postgres.history_triggers import FrozenWithParent


class ChangeNote(models.Model):
    """What the earner changed since the attempt before, in their own words."""

    attempt = models.OneToOneField(
        "submissions.Attempt", models.CASCADE, related_name="change_note"
    )
    text = models.TextField()

    class Meta:
        verbose_name = _("note on what was changed")
        verbose_name_plural = _("notes on what was changed")
        triggers = [
            FrozenWithParent(
                name="sent_change_note_is_frozen",
                table="submissions_attempt",
                parent_id="the_row.attempt_id",
                since="sent_at",
                refusal="what the earner said they changed does not change",
                may_be_erased=True,
                may_expire=True,
            )
        ]

    def __str__(self) -> str:
        return self.text
