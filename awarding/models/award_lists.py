from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from awarding.models.scores import ScoreImport
from awarding.models.uploads import ListUpload
from awarding.querysets import AwardListQuerySet, AwardListRowQuerySet
from awarding.states import IN_WORK, ListStatus, RowOutcome, RowProblem
from catalog.models import BadgeClass
from issuing.models.assertions import Assertion
from issuing.states import GrantSource


class AwardList(models.Model):
    """People to be awarded a badge, uploaded or pasted; checked first, then awarded."""

    Status = ListStatus

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    badge_class = models.ForeignKey(BadgeClass, models.PROTECT, related_name="award_lists")
    source = models.CharField(max_length=12, choices=GrantSource, default=GrantSource.LIST)
    score_import = models.ForeignKey(
        ScoreImport, models.CASCADE, null=True, related_name="award_lists",
        help_text="The results by whose scores these people earn the badge.",
    )  # fmt: skip
    upload = models.ForeignKey(
        ListUpload, models.PROTECT, null=True, related_name="award_lists",
        help_text="Where its rows come from, if not from scores.",
    )  # fmt: skip
    name = models.CharField(max_length=200, help_text="The file's name, or when it was pasted.")
    columns = models.JSONField(
        default=dict, help_text="Which heading was read as what, and which were not used."
    )
    status = models.CharField(max_length=10, choices=ListStatus, default=ListStatus.DRAFT)
    reads_day_first = models.BooleanField(
        default=False, help_text="Some date in it can only be read with the day first."
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    awarded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    wait_minutes = models.PositiveIntegerField(
        default=0, help_text="How long its awards wait at least, decided when it was started."
    )
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_because = models.TextField(blank=True)
    undone_from = models.DateTimeField(null=True, help_text="When somebody decided to undo it.")
    # The key of the last row that was checked.
    looked_through = models.BigIntegerField(default=0)

    objects = AwardListQuerySet.as_manager()

    class Meta:
        verbose_name = _("award list")
        verbose_name_plural = _("award lists")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="award_list_is_awarded_by_somebody",
                condition=Q(status__in=[ListStatus.DRAFT, ListStatus.CHECKED])
                | Q(awarded_by__isnull=False, started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="award_list_is_undone_by_somebody_with_a_reason",
                condition=~Q(status__in=[ListStatus.UNDOING, ListStatus.HALTED, ListStatus.UNDONE])
                | (Q(undone_by__isnull=False, undone_from__isnull=False) & ~Q(undone_because="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="award_list_in_work", condition=Q(status__in=sorted(IN_WORK))
            )
        ]

    def __str__(self) -> str:
        badge = self.badge_class.current_version or self.badge_class
        return f"{badge}: {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("awarding:manage_list", args=[self.public_id])

    @property
    def is_in_work(self) -> bool:
        return self.status in IN_WORK

    @property
    def chip(self) -> str:
        """The variant of the status chip component for this status."""
        chips = {
            ListStatus.CHECKED: "draft",
            ListStatus.STOPPED: "returned",
            ListStatus.HALTED: "returned",
            ListStatus.DONE: "issued",
            ListStatus.UNDONE: "withdrawn",
        }
        return chips.get(self.status, "pending")


class AwardListRow(models.Model):
    """One row of the list, as uploaded, and what came of it."""

    award_list = models.ForeignKey(AwardList, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(help_text="Where it stands in the file.")
    email = models.CharField(max_length=320, blank=True)
    name = models.TextField(blank=True)
    ids_given = models.TextField(blank=True, help_text="The IDs of the person, as written.")
    narrative = models.TextField(blank=True)
    evidence_given = models.TextField(blank=True, help_text="The links as they were written.")
    evidence = models.JSONField(
        default=list, help_text="Links, each with whether the list makes it public."
    )
    day_given = models.TextField(blank=True, help_text="The date as it was written.")
    earned_on = models.DateField(null=True)
    expires_given = models.TextField(blank=True, help_text="The day it expires as it was written.")
    expires_on = models.DateField(null=True)
    problem = models.CharField(max_length=20, choices=RowProblem, blank=True)
    given_key = models.CharField(
        max_length=120, blank=True, help_text="What it is known by beyond this list."
    )
    same_as_line = models.PositiveIntegerField(null=True)
    is_new_person = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=RowOutcome, blank=True)
    assertion = models.ForeignKey(Assertion, models.PROTECT, null=True, related_name="+")

    objects = AwardListRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an award list")
        verbose_name_plural = _("rows of award lists")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="row_that_awarded_names_its_award",
                condition=~Q(outcome=RowOutcome.GRANTED) | Q(assertion__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["award_list", "id"],
                name="award_list_row_waits",
                condition=Q(problem="", outcome=""),
            ),
            models.Index(
                fields=["given_key"], name="award_list_row_given_key", condition=~Q(given_key="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.email}"

    @property
    def key(self) -> str:
        """Identifies the row as a grant, so that granting it again makes no second award."""
        return self.given_key or f"{self.award_list_id}:{self.pk}"
