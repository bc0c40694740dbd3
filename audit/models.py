from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what, when. Written in the transaction of the action, and never changed.

    The two foreign keys name the tables of people and agencies; otherwise this app does not
    depend on accounts.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("who"),
        help_text=_("Blank when the program itself acted, for example when a waiting period "
                    "ended."),
    )  # fmt: skip
    act = models.CharField(_("what"), max_length=60)
    subject = models.CharField(_("about"), max_length=200)
    subject_key = models.CharField(max_length=80)
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("entry of the activity log")
        verbose_name_plural = _("activity log")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_key"], name="audit_about")]
        triggers = [
            pgtrigger.Protect(
                name="audit_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor or 'program'}: {self.act} {self.subject}"
