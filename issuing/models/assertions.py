from __future__ import annotations

import secrets
import uuid
from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import BadgeClass, BadgeVersion
from issuing import dates, short_codes
from issuing.models.status_lists import StatusList
from issuing.querysets import AssertionQuerySet
from issuing.states import ACTIVE, PUBLISHED, AwardStatus, GrantSource
from issuing.triggers import MovesWithItsReplacement
from submissions.models import EvidenceItem, Submission

# What an erasure empties.
PERSONAL = ["recipient_name", "recipient_email", "narrative", "shows_name", "is_listed"]
# What moves together when a credential is replaced (ADR 63), and never otherwise.
CREDENTIAL_FIELDS = (
    *("public_id", "short_code", "recipient_name", "recipient_email", "salt"),
    *("status_list", "status_index"),
)


def new_salt() -> str:
    """A salt for one award's hashed recipient (Open Badges 2.0, section 4.2)."""
    return secrets.token_hex(16)


class Assertion(models.Model):
    """A badge given to someone. An issued award is never deleted, only revoked."""

    Status = AwardStatus

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    short_code = models.CharField(
        max_length=short_codes.LENGTH,
        default=short_codes.new_short_code,
        editable=False,
        help_text="Typed from a paper, it leads to the verify page.",
    )
    recipient = models.ForeignKey(User, models.PROTECT, related_name="assertions")
    # Covered by the index on badge and status.
    badge_class = models.ForeignKey(
        BadgeClass, models.PROTECT, related_name="assertions", db_index=False
    )
    version = models.ForeignKey(BadgeVersion, models.PROTECT, related_name="assertions")
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="assertions",
        help_text="What it was awarded for. Again only if the award was ended and it was reopened.",
    )  # fmt: skip
    source = models.CharField(max_length=12, choices=GrantSource, default=GrantSource.SUBMISSION)
    source_key = models.CharField(
        max_length=120, blank=True,
        help_text="What its source calls this award; the same source and key is the same award.",
    )  # fmt: skip
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+",
        help_text="Who gave it; empty when it followed from a decision or a rule.",
    )  # fmt: skip
    earned_on = models.DateTimeField(
        null=True, help_text="The day it was earned, if its source names one: see `dates`."
    )
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="renewals",
        help_text="The earlier award of the same badge that this one carries on.",
    )  # fmt: skip
    renewed_at = models.DateTimeField(null=True, help_text="When an award that renews it came.")
    # As they were when the badge was earned.
    recipient_name = models.CharField(
        max_length=150,
        blank=True,
        help_text="Empty for somebody invited without one, until they say it themselves.",
    )
    recipient_email = models.EmailField(help_text="Never public; documents carry its salted hash.")
    salt = models.CharField(max_length=64, default=new_salt, editable=False)
    status = models.CharField(max_length=10, choices=AwardStatus, default=AwardStatus.PENDING)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    issued_on = models.DateTimeField(null=True)
    expires = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="Who revoked or canceled it."
    )
    waits_for_decision = models.BooleanField(
        default=False,
        help_text="On hold while its submission is read again, or under a hold; released with it.",
    )
    narrative = models.TextField(blank=True)
    # Covered by the unique constraint on list and index.
    status_list = models.ForeignKey(
        StatusList, models.PROTECT, related_name="assertions", db_index=False
    )
    status_index = models.PositiveIntegerField(help_text="Its place in the list.")
    shows_name = models.BooleanField(
        default=False, help_text="The earner agreed to their name on the public page."
    )
    is_listed = models.BooleanField(
        default=False, help_text="The earner agreed that search engines may list the public page."
    )
    is_private = models.BooleanField(
        default=False,
        help_text="No public page: its earner was a minor and has not opened it since (ADR 72).",
    )

    objects = AssertionQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["short_code"], name="one_award_per_short_code"),
            models.UniqueConstraint(
                fields=["recipient", "badge_class"],
                condition=Q(status__in=sorted(ACTIVE), renewed_at__isnull=True),
                name="one_standing_award_per_person_and_badge",
            ),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(status__in=sorted(ACTIVE)),
                name="one_award_per_submission",
            ),
            models.CheckConstraint(
                name="only_awards_on_hold_wait_for_a_decision",
                condition=Q(waits_for_decision=False) | Q(status=AwardStatus.HELD),
            ),
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source_key=""),
                name="one_award_per_source_and_key",
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=Q(status__in=sorted(ACTIVE)),
                name="one_standing_renewal_per_award",
            ),
            models.CheckConstraint(
                name="private_assertion_names_nobody",
                condition=Q(is_private=False) | Q(shows_name=False, is_listed=False),
            ),
            models.CheckConstraint(
                name="assertion_does_not_renew_itself", condition=~Q(renews=models.F("id"))
            ),
            models.CheckConstraint(
                name="assertion_has_issued_on_exactly_when_published",
                condition=Q(status__in=sorted(PUBLISHED), issued_on__isnull=False)
                | (~Q(status__in=sorted(PUBLISHED)) & Q(issued_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="assertion_is_revoked_with_a_reason",
                condition=(
                    Q(status=AwardStatus.REVOKED, revoked_at__isnull=False)
                    & ~Q(revocation_reason="")
                )
                | (~Q(status=AwardStatus.REVOKED) & Q(revoked_at__isnull=True)),
            ),
            # A revoked award keeps its index; it is never assigned again.
            models.UniqueConstraint(
                fields=["status_list", "status_index"], name="one_award_per_place_in_a_status_list"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="assertion_due", condition=Q(status="pending")),
            models.Index(fields=["badge_class", "status"], name="assertion_badge_status"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_assertion_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__issued_on__isnull=False),
            ),
            pgtrigger.Protect(
                name="assertion_keeps_what_was_earned",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "recipient",
                    "badge_class",
                    "version",
                    "submission",
                    "source",
                    "source_key",
                    "earned_on",
                    "renews",
                ),
            ),
            MovesWithItsReplacement(
                personal=PERSONAL, name="assertion_keeps_its_credential_unless_replaced"
            ),
            pgtrigger.Protect(
                name="assertion_keeps_its_date",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__issued_on__isnull=False, old__issued_on__df=pgtrigger.F("new__issued_on")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.recipient_name or self.recipient_email}"

    def get_absolute_url(self) -> str:
        return reverse("issuing:award", args=[self.public_id])

    @property
    def concerned_ids(self) -> tuple[int, ...]:
        return (self.recipient_id,)

    @property
    def code_in_groups(self) -> str:
        return short_codes.in_groups(self.short_code)

    @property
    def awarded_on(self) -> datetime | None:
        """The day it was earned, which people read first: see `dates`."""
        return dates.awarded_on(earned_on=self.earned_on, issued_on=self.issued_on)

    @property
    def is_issued_later(self) -> bool:
        """Was it issued on another day than it was earned?"""
        return dates.are_two_days(self.awarded_on, self.issued_on)

    @property
    def is_revoked(self) -> bool:
        return self.status == AwardStatus.REVOKED

    @property
    def chip(self) -> str:
        """The name of the status chip component for this status."""
        chips = {AwardStatus.HELD: "returned", AwardStatus.CANCELLED: "withdrawn"}
        return chips.get(self.status, self.status)

    @property
    def is_expired(self) -> bool:
        return self.expires is not None and self.expires <= timezone.now()


class EvidenceLink(models.Model):
    """A link to evidence that came with the award, for example in a column of a list.

    Private to the earner until it is shown: see `SharedEvidence`. The coordinators who gave it
    have it in the rows of their list.
    """

    assertion = models.ForeignKey(Assertion, models.CASCADE, related_name="evidence_links")
    url = models.URLField(max_length=1000)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("evidence link")
        verbose_name_plural = _("evidence links")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assertion", "url"], name="one_evidence_link_per_award_and_address"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="evidence_link_does_not_change", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return self.url


class SharedEvidence(models.Model):
    """A piece of evidence that is shown with the badge: of the submission, or a link."""

    assertion = models.ForeignKey(Assertion, models.CASCADE, related_name="shared_evidence")
    item = models.ForeignKey(EvidenceItem, models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(EvidenceLink, models.CASCADE, null=True, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("shared evidence")
        verbose_name_plural = _("shared evidence")
        ordering = ["item__criterion__position", "item", "link__position"]
        constraints = [
            models.UniqueConstraint(fields=["assertion", "item"], name="evidence_is_shared_once"),
            models.UniqueConstraint(fields=["assertion", "link"], name="link_is_shared_once"),
            models.CheckConstraint(
                name="shared_evidence_is_an_item_or_a_link",
                condition=Q(item__isnull=False, link__isnull=True)
                | Q(item__isnull=True, link__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item or self.link} with {self.assertion}"
