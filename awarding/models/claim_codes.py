from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, User
from awarding.querysets import ClaimCodeQuerySet
from catalog.models import BadgeClass
from issuing import short_codes
from issuing.models.assertions import Assertion

CODE_LENGTH = 8


def new_code() -> str:
    """40 random bits: enough where the rate of guesses is limited."""
    return short_codes.new_short_code(CODE_LENGTH)


class ClaimCode(models.Model):
    """A code shown at an event. Each person who enters it is awarded the badge."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    badge_class = models.ForeignKey(BadgeClass, models.PROTECT, related_name="claim_codes")
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, editable=False, related_name="+",
        help_text="Only its members can claim the badge.",
    )  # fmt: skip
    code = models.CharField(max_length=CODE_LENGTH, default=new_code, unique=True, editable=False)
    label = models.CharField(
        _("what it is for"),
        max_length=120,
        help_text=_("The event or course. People read it when they claim the badge."),
    )
    limit = models.PositiveIntegerField(
        _("how many people at most"),
        null=True,
        blank=True,
        help_text=_("Leave blank for no limit."),
    )
    opens_at = models.DateTimeField(_("from"))
    closes_at = models.DateTimeField(_("until"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = ClaimCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim code")
        verbose_name_plural = _("claim codes")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="claim_code_closes_after_it_opens", condition=Q(closes_at__gt=F("opens_at"))
            ),
            models.CheckConstraint(
                name="claim_code_is_for_somebody",
                condition=Q(limit__isnull=True) | Q(limit__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.badge_class.current_version or self.badge_class})"

    def get_absolute_url(self) -> str:
        return reverse("awarding:manage_code", args=[self.public_id])

    def get_claim_url(self) -> str:
        return reverse("awarding:claim", args=[self.in_groups])

    @property
    def in_groups(self) -> str:
        return short_codes.in_groups(self.code)

    def closed_since(self, now: datetime) -> datetime | None:
        """When the code expired or was ended, if that is over at `now`."""
        ends = min(self.closes_at, self.ended_at or self.closes_at)
        return ends if ends <= now else None


class Claim(models.Model):
    """A person entered the code and was awarded its badge."""

    claim_code = models.ForeignKey(ClaimCode, models.PROTECT, related_name="claims")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    assertion = models.OneToOneField(Assertion, models.PROTECT, related_name="claim")
    claimed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["claimed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim_code", "user"], name="one_claim_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.claim_code}"
