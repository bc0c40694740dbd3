from __future__ import annotations

import uuid

from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.querysets import PersonalCopyQuerySet, PrivacyRequestQuerySet
from privacy.states import ENDED, WAITING, RequestKind, RequestStatus


def copy_storage():
    """With the evidence: not public."""
    return storages["evidence"]


def copy_path(copy: PersonalCopy | None = None, filename: str = "") -> str:
    return f"copies/{uuid.uuid4().hex}"


class PersonalCopy(models.Model):
    """A copy of everything about a person. The worker makes it; it is deleted after some days."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(
        db_index=True, help_text="When a worker makes it, or tries again."
    )
    made_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True, db_index=True, help_text="When it is deleted.")
    file = models.FileField(storage=copy_storage, upload_to=copy_path, blank=True)

    objects = PersonalCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of personal data")
        verbose_name_plural = _("copies of personal data")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="copy_has_a_file_exactly_when_made",
                condition=Q(made_at=None, gone_at=None, file="")
                | (Q(made_at__isnull=False, gone_at__isnull=False) & ~Q(file="")),
            )
        ]

    def __str__(self) -> str:
        return f"copy of {self.person}"


class PrivacyRequest(models.Model):
    """Somebody asked for a copy of what is kept of them, to close their account or to be erased.

    After an erasure the row is the entry in the log that shows when it was done, and the list from
    which erasures are done again after a backup was restored.
    """

    Kind = RequestKind
    Status = RequestStatus

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=RequestKind)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"),
        help_text="A coordinator, if the request came by letter or phone.",
    )  # fmt: skip
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_on = models.DateField(_("due"))
    status = models.CharField(
        _("status"), max_length=10, choices=RequestStatus, default=RequestStatus.OPEN
    )
    handled_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("handled by")
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    objects = PrivacyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(status__in=sorted(WAITING)),
                name="one_waiting_request_per_person_and_kind",
            ),
            models.CheckConstraint(
                name="request_has_ended_with_its_time",
                condition=Q(status__in=sorted(ENDED), ended_at__isnull=False)
                | (~Q(status__in=sorted(ENDED)) & Q(ended_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="privacy_requests_waiting",
                condition=Q(status__in=sorted(WAITING)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("privacy:manage_request", args=[self.public_id])

    @property
    def is_waiting(self) -> bool:
        return self.status in WAITING

    @property
    def is_late(self) -> bool:
        return self.is_waiting and self.due_on < timezone.localdate()

    @property
    def concerned_ids(self) -> tuple[int, ...]:
        return (self.person_id,)
