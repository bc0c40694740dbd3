from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mailings.models.lists import MailingList
from mailings.querysets import SubscriberImportQuerySet
from mailings.states import ImportStatus, RowOutcome


class SubscriberImport(models.Model):
    """Addresses of a file for one list, with the statement of how their people agreed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mailing_list = models.ForeignKey(MailingList, models.PROTECT, related_name="imports")
    name = models.CharField(_("file"), max_length=200)
    consent_how = models.CharField(
        _("how these people agreed"), max_length=300,
        help_text=_("For example: they signed the sheet at the workshop in Elm Creek."),
    )  # fmt: skip
    consent_on = models.DateField(_("when they agreed"))
    consent_by = models.CharField(
        _("who asked them"), max_length=150, help_text=_("A person or an office.")
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.CHECKED)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)

    objects = SubscriberImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of subscribers")
        verbose_name_plural = _("imports of subscribers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="subscriber_import_started_unless_checked",
                condition=Q(status="checked", started_at=None)
                | (~Q(status="checked") & Q(started_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="subscriber_import_has_a_statement",
                condition=~Q(consent_how="") & ~Q(consent_by=""),
            ),
        ]

    def __str__(self) -> str:
        day = date_format(self.consent_on, "SHORT_DATE_FORMAT")
        return f"{self.consent_how} ({self.consent_by}, {day})"

    def get_absolute_url(self) -> str:
        return reverse("mailings:manage_import", args=[self.public_id])


class ImportRow(models.Model):
    """An address of the file. Its outcome is what would happen, and then what happened."""

    from_import = models.ForeignKey(SubscriberImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    email = models.CharField(max_length=320, blank=True)
    outcome = models.CharField(max_length=10, choices=RowOutcome)
    is_done = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("row of an import of subscribers")
        verbose_name_plural = _("rows of imports of subscribers")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["from_import", "outcome", "id"], name="import_row_by_outcome"),
            models.Index(
                fields=["from_import", "id"], name="import_row_to_do",
                condition=Q(outcome="new", is_done=False),
            ),
            models.Index(fields=["email"], name="import_row_email"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.line}: {self.email}"
