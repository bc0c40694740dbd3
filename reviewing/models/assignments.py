from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reviewing.models.plans import Place
from reviewing.querysets import AssignmentQuerySet
from reviewing.triggers import NoConflict, NotTheEarner, OnePlaceEach
from submissions.models import Attempt, Submission

if TYPE_CHECKING:
    from reviewing.models.reviews import Review


class Assignment(models.Model):
    """A place of a reader taken by a reviewer, until it is decided or they release it."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="assignments")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    begin_by = models.DateField(
        null=True, help_text="It returns to the queue if its reviewer has written nothing by then."
    )
    why = models.JSONField(
        null=True, help_text="Why it was assigned automatically: `reviewing/automatic/words.py`."
    )

    waiting_status: str | None  # annotated by `with_waiting_decision`
    is_finished: bool  # as well
    has_company: bool  # as well
    schools_told: bool  # annotated by `with_schools_told`

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(released_at__isnull=True),
                name="one_assignment_per_place",
            ),
            models.CheckConstraint(
                name="assignment_is_released_or_decided_not_both",
                condition=Q(released_at__isnull=True) | Q(decided_at__isnull=True),
            ),
        ]
        triggers = [
            NotTheEarner(
                name="nobody_takes_their_own_submission",
                submission="NEW.submission_id",
            ),
            OnePlaceEach(name="only_one_place_of_an_attempt_each"),
            NoConflict(
                name="nobody_takes_the_submission_of_a_colleague",
                submission="NEW.submission_id",
                operation=pgtrigger.Insert,
            ),
            pgtrigger.Protect(
                name="ended_assignment_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__decided_at__isnull=False)
                | pgtrigger.Q(old__released_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} with {self.reviewer}"

    def get_absolute_url(self) -> str:
        return reverse("reviewing:review", args=[self.pk])

    @property
    def attempt(self) -> Attempt:
        """The attempt whose place this is. It belongs to the submission that is loaded here."""
        attempt = self.place.attempt
        attempt.submission = self.submission
        return attempt

    @property
    def review(self) -> Review | None:
        """What the reviewer wrote about this attempt, finished or not."""
        return self.attempt.reviews.by_readers().filter(reviewer=self.reviewer_id).first()
