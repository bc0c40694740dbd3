from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import RowNumber

from accounts.models import Agency, Membership
from editing.fingerprints import fingerprint
from submissions.states import OPEN, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from catalog.models import BadgeClass
    from submissions.models import EvidenceItem, FilePreview, RecordingUpload, Submission


# Later apps append the one-to-one relations of which they show something on a submission's page.
shown_with_submission: list[str] = []


def accounts_of(user: User | AnonymousUser) -> models.QuerySet[User]:
    """All accounts of this person."""
    return Membership.user.field.related_model.objects.same_person(user)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, user: User) -> SubmissionQuerySet:
        """Submissions of this person, from any of their accounts."""
        return self.filter(earner__in=accounts_of(user))

    def open(self) -> SubmissionQuerySet:
        return self.filter(status__in=OPEN)

    def earned(self) -> SubmissionQuerySet:
        """Approved submissions whose award was not revoked."""
        return self.filter(status=Status.APPROVED, opened_again_at=None)

    def coordinated_by(self, user: User) -> SubmissionQuerySet:
        """Submissions to agencies that the user coordinates, without drafts."""
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.exclude(status=Status.DRAFT).filter(badge_class__issuer__agency__in=agencies)

    def read_as_coordinator(self, user: User) -> SubmissionQuerySet:
        """Coordinated submissions of others: earners must not learn who reviews them."""
        return self.coordinated_by(user).exclude(earner__in=accounts_of(user))

    def latest_of(self, user: User, badge_class: BadgeClass) -> SubmissionQuerySet:
        return self.of(user).filter(badge_class=badge_class).order_by("-pk")

    def with_badge(self) -> SubmissionQuerySet:
        return self.select_related(
            "badge_class__issuer__agency", "badge_class__category", "version"
        )

    def for_page(self) -> SubmissionQuerySet:
        """With what the page of one submission shows of it."""
        found = self.with_badge().select_related("earner", *shown_with_submission)
        return found.prefetch_related("status_changes")

    def for_cards(self) -> SubmissionQuerySet:
        """With badge, category and numbers of criteria; newest first."""
        return (
            self.with_badge()
            .annotate(
                total=Count("version__criteria", distinct=True),
                met=Count("met_criteria", distinct=True),
            )
            .order_by("-pk")
        )


class EvidenceItemQuerySet(models.QuerySet["EvidenceItem"]):
    def files(self) -> EvidenceItemQuerySet:
        return self.exclude(file="")

    def of_draft(self, submission: Submission) -> EvidenceItemQuerySet:
        """Items of the unsent attempt, which can still be changed."""
        return self.filter(attempt__submission=submission, attempt__sent_at=None)

    def numbered(self) -> EvidenceItemQuerySet:
        """With `number`: 2 for the second file of an attempt, in the order of the page."""
        place = models.Window(
            RowNumber(),
            partition_by=[F("attempt"), F("kind")],
            order_by=["criterion__position", "added_at", "pk"],
        )
        return self.annotate(number=place)

    def mark(self) -> str:
        """Changes with every change to the items."""
        values = self.order_by("pk").values_list(
            "criterion", "kind", "title", "text", "url", "file", "subtitles", "answers"
        )
        return fingerprint([list(item) for item in values])

    def readable_by(self, user: User | AnonymousUser) -> EvidenceItemQuerySet:
        """Evidence that the user can read as its earner or, once sent, as a coordinator.

        The reviewing app checks the access of reviewers.
        """
        coordinated = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(
            Q(attempt__submission__earner__in=accounts_of(user))
            | Q(
                attempt__sent_at__isnull=False,
                attempt__submission__badge_class__issuer__agency__in=coordinated,
            )
        )

    def recordings(self) -> EvidenceItemQuerySet:
        return self.filter(seconds__isnull=False)

    def stored_bytes(self) -> int:
        """A file that several attempts contain is stored once."""
        each = self.order_by().values("file").annotate(bytes=Max("size"))
        return each.aggregate(total=Sum("bytes"))["total"] or 0


class EvidenceItemManager(models.Manager.from_queryset(EvidenceItemQuerySet)):  # type: ignore[misc]
    """Without the pictures of videos, which only the view that shows one reads."""

    def get_queryset(self) -> EvidenceItemQuerySet:
        return super().get_queryset().defer("poster")


class RecordingUploadQuerySet(models.QuerySet["RecordingUpload"]):
    def of(self, user: User) -> RecordingUploadQuerySet:
        """Of this person, from any of their accounts."""
        return self.filter(submission__earner__in=accounts_of(user))

    def unfinished(self) -> RecordingUploadQuerySet:
        """Still arriving, or being checked."""
        return self.exclude(status="refused")

    def to_check(self, *, now: datetime) -> RecordingUploadQuerySet:
        return self.filter(status="waiting", due_at__lte=now).order_by("due_at", "pk")

    def abandoned(self, *, now: datetime) -> RecordingUploadQuerySet:
        return self.exclude(status="waiting").filter(due_at__lte=now).order_by("due_at", "pk")

    def expected_bytes(self) -> int:
        return self.unfinished().aggregate(total=Sum("size"))["total"] or 0


class FilePreviewQuerySet(models.QuerySet["FilePreview"]):
    def due(self, *, now: datetime) -> FilePreviewQuerySet:
        """To be made now."""
        return self.filter(status="waiting", due_at__lte=now).order_by("due_at", "pk")

    def old(self, *, now: datetime) -> FilePreviewQuerySet:
        """Nobody has needed them for long."""
        return self.exclude(status="waiting").filter(due_at__lte=now).order_by("due_at", "pk")

    def for_readers(self, submission: Submission) -> FilePreviewQuerySet:
        """Without their words, which are a page of their own, but with whether there are any."""
        found = self.filter(submission=submission).defer("parts")
        return found.annotate(has_words=~Q(parts=[])).prefetch_related("pages")
