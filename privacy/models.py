from __future__ import annotations

import uuid

from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.querysets import (
    AccountClosingQuerySet,
    EvidenceDeadlineQuerySet,
    EvidenceHoldQuerySet,
    PersonalCopyQuerySet,
    PrivacyRequestQuerySet,
)
from privacy.states import ENDED, WAITING, WITH_A_REASON, RequestKind, RequestStatus
from submissions.models import Submission

LONGEST_REASON = 2000


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
    reason = models.TextField(
        _("reason"), max_length=LONGEST_REASON, blank=True,
        help_text="Why it is on hold or refused. Its person reads it.",
    )  # fmt: skip

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
            models.CheckConstraint(
                name="request_on_hold_or_refused_has_a_reason",
                condition=~Q(status__in=sorted(WITH_A_REASON), reason=""),
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
        return self.status == RequestStatus.OPEN and self.due_on < timezone.localdate()

    @property
    def concerned_ids(self) -> tuple[int, ...]:
        return (self.person_id,)


class AccountClosing(models.Model):
    """Somebody closes their account. The worker does it when the days to come back are over."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    keeps_badges = models.BooleanField(help_text="The badges still verify afterwards.")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, help_text="When the person came back.")
    ended_at = models.DateTimeField(null=True)

    objects = AccountClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing of an account")
        verbose_name_plural = _("closings of accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kept_at=None, ended_at=None),
                name="one_waiting_closing_per_person",
            ),
            models.CheckConstraint(
                name="closing_is_kept_or_ended", condition=Q(kept_at=None) | Q(ended_at=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="account_closings_due",
                condition=Q(kept_at=None, ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"closing of {self.person}"


class EvidenceDeadline(models.Model):
    """When the evidence of a submission that has ended is deleted. The worker fills in the day.

    `days` is the setting of the program from which `due_at` was computed. A row with other days
    than the program has now is computed again before anything else happens to it.
    """

    submission = models.OneToOneField(Submission, models.CASCADE, related_name="evidence_deadline")
    ended_at = models.DateTimeField(help_text="When it was decided or withdrawn.")
    days = models.PositiveSmallIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="When the earner was told of this day.")
    deleted_at = models.DateTimeField(null=True)
    is_over = models.BooleanField(default=False, help_text="Nothing is left to delete.")

    objects = EvidenceDeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline of evidence")
        verbose_name_plural = _("deadlines of evidence")
        constraints = [
            models.CheckConstraint(
                name="evidence_is_deleted_after_its_earner_was_told",
                condition=Q(is_over=False) | Q(told_at__isnull=False, due_at=None),
            ),
            models.CheckConstraint(
                name="evidence_is_due_by_a_number_of_days",
                condition=Q(due_at=None) | Q(days__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="evidence_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["days"], name="evidence_not_deleted", condition=Q(is_over=False)),
        ]

    def __str__(self) -> str:
        return f"evidence of {self.submission}"


class EvidenceHold(models.Model):
    """Evidence that is kept beyond its time, for example while it is disputed."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="evidence_holds")
    reason = models.TextField(max_length=LONGEST_REASON)
    held_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    ends_on = models.DateField(null=True, help_text="The last day; empty until it is lifted.")
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = EvidenceHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold of evidence")
        verbose_name_plural = _("holds of evidence")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(lifted_at=None),
                name="one_hold_at_a_time_per_submission",
            ),
            models.CheckConstraint(name="hold_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"hold of {self.submission}"
