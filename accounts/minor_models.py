"""Learners under age, and what their guardians agreed to. `accounts.models` includes them."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import GuardianConsentQuerySet, MinorMarkQuerySet


class MinorMark(models.Model):
    """An agency says that a person is a minor, from `begun_at` until it ends: ADR 72.

    The person is a minor while any mark on any of their accounts is in force.
    """

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="minor_marks")
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="minor_marks")
    of_age_on = models.DateField(
        _("comes of age on"), null=True, help_text="From this day on the mark has no effect."
    )
    marked_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+",
        help_text="Empty if it followed from the setting of the agency.",
    )  # fmt: skip
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+",
        help_text="Empty if it ended because the person came of age.",
    )  # fmt: skip

    objects = MinorMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of a minor")
        verbose_name_plural = _("marks of minors")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency"],
                condition=Q(ended_at__isnull=True),
                name="an_agency_marks_a_minor_once",
            ),
            models.CheckConstraint(
                name="only_an_ended_mark_was_ended_by_somebody",
                condition=Q(ended_by=None) | Q(ended_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="mark_of_a_minor_keeps_who_and_when",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("user", "agency", "marked_by", "begun_at"),
            ),
            pgtrigger.Protect(
                name="ended_mark_of_a_minor_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="mark_of_a_minor_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.agency}"


class ConsentPurpose(models.TextChoices):
    ACCOUNT = "account", _("to have an account")
    EVIDENCE = "evidence", _("to send in evidence")


class GuardianConsent(models.Model):
    """A guardian agreed that a minor may do something, until they withdraw it."""

    class How(models.TextChoices):
        PAPER = "paper", _("signed on paper")
        IN_PERSON = "in_person", _("in person")
        PHONE = "phone", _("by phone")
        SYSTEM = "system", _("in the school’s own system")

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="guardian_consents")
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="+")
    guardian = models.CharField(_("name of the guardian"), max_length=150)
    purposes = ArrayField(models.CharField(max_length=20, choices=ConsentPurpose))
    how = models.CharField(_("how it was given"), max_length=12, choices=How)
    given_on = models.DateField(_("day it was given"))
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+",
        help_text="Who recorded that the guardian withdrew it.",
    )  # fmt: skip

    objects = GuardianConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent of a guardian")
        verbose_name_plural = _("consents of guardians")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="guardian_consent_is_withdrawn_by_somebody",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__gte=F("recorded_at"), withdrawn_by__isnull=False),
            ),
            models.CheckConstraint(
                name="guardian_consent_has_a_purpose", condition=~Q(purposes=[])
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="withdrawn_guardian_consent_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian}: {self.user}"

    @property
    def purposes_in_words(self) -> list[str]:
        return [str(ConsentPurpose(purpose).label) for purpose in self.purposes]
