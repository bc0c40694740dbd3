from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef

from accounts.models import Agency, Membership
from submissions.models import Submission
from submissions.states import Status

if TYPE_CHECKING:
    from accounts.models import User


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> AssignmentQuerySet:
        """What a reviewer has taken, before and after deciding; not what they gave back."""
        return self.filter(reviewer_id=user.pk, released_at=None)

    def active(self) -> AssignmentQuerySet:
        return self.filter(released_at=None, decided_at=None)

    def with_submission(self) -> AssignmentQuerySet:
        return self.select_related(
            "submission__version", "submission__badge_class__issuer__agency", "submission__earner"
        )


class ReviewQuerySet(models.QuerySet):
    def sent(self) -> ReviewQuerySet:
        return self.exclude(sent_at=None)


def awaiting_review(user: User) -> models.QuerySet[Submission]:
    """Submissions that this reviewer may take, the most urgent first.

    Left out: their own, and those of people who work at the same school as they do, because
    colleagues find it hard to judge each other.
    """
    agencies = Agency.objects.where(user, Membership.Role.REVIEWER)
    own_schools = Membership.objects.filter(
        user_id=user.pk, agency__kind=Agency.Kind.SCHOOL
    ).values("agency")
    colleagues = Membership.objects.filter(
        user=OuterRef("earner"), agency__in=own_schools, agency__kind=Agency.Kind.SCHOOL
    )
    return (
        Submission.objects.with_badge()
        .filter(status=Status.SUBMITTED, badge_class__issuer__agency__in=agencies)
        .exclude(earner_id=user.pk)
        .exclude(Exists(colleagues))
        .order_by("due_on", "submitted_at", "pk")
    )
