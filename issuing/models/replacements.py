"""Credentials that newer ones have replaced, after a change of name or address: ADR 63."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from issuing import short_codes
from issuing.models.assertions import Assertion
from issuing.models.status_lists import StatusList
from issuing.querysets import ReplacementRequestQuerySet
from issuing.states import OPEN_REPLACEMENTS, ReplacementStatus
from postgres.erasure import ProtectUnlessErased


class ReplacementRequest(models.Model):
    """Somebody asked for a new credential of an award. A worker makes it when it is due."""

    Status = ReplacementStatus

    assertion = models.ForeignKey(Assertion, models.PROTECT, related_name="replacement_requests")
    status = models.CharField(max_length=10, choices=ReplacementStatus)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+",
        help_text="Who allowed, refused or withdrew it.",
    )  # fmt: skip
    refusal = models.TextField(blank=True, help_text="Why a coordinator refused it.")
    ended_at = models.DateTimeField(null=True)

    objects = ReplacementRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a new credential")
        verbose_name_plural = _("requests for new credentials")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assertion"],
                condition=Q(status__in=sorted(OPEN_REPLACEMENTS)),
                name="one_open_replacement_request_per_award",
            ),
            models.CheckConstraint(
                name="replacement_request_ends_exactly_when_closed",
                condition=Q(status__in=sorted(OPEN_REPLACEMENTS), ended_at__isnull=True)
                | (~Q(status__in=sorted(OPEN_REPLACEMENTS)) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="replacement_request_is_refused_with_a_reason",
                condition=(Q(status=ReplacementStatus.REFUSED) & ~Q(refusal=""))
                | (~Q(status=ReplacementStatus.REFUSED) & Q(refusal="")),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="replacement_due", condition=Q(status="due")),
        ]

    def __str__(self) -> str:
        return str(self.assertion)


class ReplacedCredential(models.Model):
    """The number, code, name and address that an award had before its credential was replaced.

    It is revoked: its documents and its place in the status list say so, and its addresses and its
    code lead to the award as it is now.
    """

    assertion = models.ForeignKey(Assertion, models.PROTECT, related_name="replaced_credentials")
    public_id = models.UUIDField(unique=True, editable=False)
    short_code = models.CharField(max_length=short_codes.LENGTH, editable=False)
    recipient_name = models.CharField(max_length=150, blank=True)
    recipient_email = models.EmailField()
    salt = models.CharField(max_length=64, editable=False)
    # Covered by the unique constraint on list and index.
    status_list = models.ForeignKey(
        StatusList, models.PROTECT, related_name="replaced_credentials", db_index=False
    )
    status_index = models.PositiveIntegerField(help_text="Its place in the list.")
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("replaced credential")
        verbose_name_plural = _("replaced credentials")
        ordering = ["replaced_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["short_code"], name="one_replaced_credential_per_short_code"
            ),
            models.UniqueConstraint(
                fields=["status_list", "status_index"],
                name="one_replaced_credential_per_place_in_a_status_list",
            ),
        ]
        triggers = [
            ProtectUnlessErased(
                personal=["recipient_name", "recipient_email"],
                name="replaced_credential_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return str(self.assertion)
