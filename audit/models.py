from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.files.storage import Storage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from postgres.erasure import ProtectUnlessErased


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
    people = ArrayField(
        models.BigIntegerField(), default=list, verbose_name=_("people concerned"),
        help_text=_("The keys of the people to whom it was done."),
    )  # fmt: skip
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("entry of the activity log")
        verbose_name_plural = _("activity log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_key"], name="audit_about"),
            GinIndex(fields=["people"], name="audit_people"),
        ]
        triggers = [
            ProtectUnlessErased(
                personal=["subject", "note"],
                name="audit_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor or 'program'}: {self.act} {self.subject}"


class UnwantedFileQuerySet(models.QuerySet["UnwantedFile"]):
    def due(self, *, now: datetime) -> UnwantedFileQuerySet:
        return self.filter(due_at__lte=now).order_by("due_at", "pk")


class UnwantedFile(models.Model):
    """A stored file to delete at `due_at`, unless a record refers to it by then.

    Created before a file is stored and deleted together with the creation of its record, or
    created when the record is deleted. So even if a process is killed in between, no file that may
    show students is left behind.
    """

    field = models.CharField(
        max_length=100, help_text="Whose storage it is in, such as submissions.EvidenceItem.file."
    )
    name = models.CharField(max_length=200)
    due_at = models.DateTimeField(db_index=True)

    objects = UnwantedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file to be deleted")
        verbose_name_plural = _("files to be deleted")
        ordering = ["due_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def storage(self) -> Storage:
        model, _dot, name = self.field.rpartition(".")
        return apps.get_model(model)._meta.get_field(name).storage

    @property
    def is_in_use(self) -> bool:
        """Whether any record of any app refers to it: two records can share a file."""
        return any(
            model._base_manager.filter(**{field.name: self.name}).exists()
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, models.FileField)
        )
