"""Work whose verdicts are agreed: with it, reviewers practice, qualify and are compared."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from catalog.models import BadgeClass, BadgeVersion, Criterion
from postgres.history_triggers import FrozenWithParent
from reviewing.models.reviews import CriterionJudgment
from reviewing.states import AnchorUse
from submissions.files import neutral_name
from submissions.models import Submission
from submissions.recording_models import evidence_path, evidence_storage


class CalibrationRules(models.Model):
    """What a badge asks of its reviewers. Without a row, it asks for nothing."""

    badge_class = models.OneToOneField(BadgeClass, models.PROTECT, related_name="calibration_rules")
    mark = models.PositiveSmallIntegerField(
        default=80, help_text="Percent of the verdicts that have to be the agreed ones."
    )
    is_required = models.BooleanField(
        default=False, help_text="Only reviewers who have qualified review it."
    )
    needs_badge = models.BooleanField(
        default=False, help_text="Only people who hold the badge can qualify."
    )
    recheck_months = models.PositiveSmallIntegerField(
        default=12, help_text="After so many months a reviewer qualifies again; 0 for never."
    )
    reviewer_badge = models.ForeignKey(
        BadgeClass, models.PROTECT, null=True, related_name="+",
        help_text="What reviewers are awarded when they qualify, and again when they do so again.",
    )  # fmt: skip

    class Meta:
        verbose_name = _("what a badge asks of its reviewers")
        verbose_name_plural = _("what badges ask of their reviewers")
        constraints = [
            models.CheckConstraint(
                name="mark_of_a_qualification_is_in_percent",
                condition=Q(mark__gte=1, mark__lte=100),
            ),
            models.CheckConstraint(
                name="reviewers_are_awarded_another_badge_than_they_review",
                condition=Q(reviewer_badge=None) | ~Q(reviewer_badge=F("badge_class")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.badge_class}: {self.mark} %"


class AnchorConsent(models.Model):
    """Whether an earner lets reviewers practice with their work. Nothing is copied before."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="anchor_consent")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    is_given = models.BooleanField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("consent to an anchor")
        verbose_name_plural = _("consents to anchors")
        constraints = [
            models.CheckConstraint(
                name="consent_to_an_anchor_is_given_or_refused_when_answered",
                condition=Q(answered_at=None, is_given=None)
                | Q(answered_at__isnull=False, is_given__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_given_consent_to_an_anchor_is_withdrawn",
                condition=Q(withdrawn_at=None) | Q(is_given=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}"

    def get_absolute_url(self) -> str:
        return reverse("reviewing:anchor_consent", args=[self.submission.public_id])

    @property
    def is_in_force(self) -> bool:
        return bool(self.is_given) and self.withdrawn_at is None


class AnchorQuerySet(models.QuerySet["Anchor"]):
    def coordinated_by(self, user: User) -> AnchorQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)

    def in_use(self) -> AnchorQuerySet:
        """Published at least once, and not retired."""
        return self.filter(retired_at=None, versions__published_at__isnull=False).distinct()

    def with_verdicts(self) -> AnchorQuerySet:
        """With their versions, and what was agreed about each criterion."""
        evidence = AnchorEvidence.objects.filter(anchor_version=OuterRef("pk"))
        versions = AnchorVersion.objects.annotate(has_evidence=Exists(evidence))
        verdicts = AnchorVerdict.objects.select_related("criterion")
        return self.prefetch_related(
            Prefetch("versions", versions), Prefetch("versions__verdicts", verdicts)
        )

    def with_contents(self) -> AnchorQuerySet:
        """With their versions, evidence, and what was agreed about each criterion."""
        evidence = AnchorEvidence.objects.select_related("criterion")
        return self.with_verdicts().prefetch_related(Prefetch("versions__evidence", evidence))


class Anchor(models.Model):
    """A piece of work for a badge with the verdicts that were agreed. Its texts have versions."""

    Use = AnchorUse

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    badge_class = models.ForeignKey(BadgeClass, models.PROTECT, related_name="anchors")
    name = models.CharField(max_length=120, help_text="For coordinators; reviewers see a number.")
    use = models.CharField(max_length=13, choices=AnchorUse, default=AnchorUse.PRACTICE)
    consent = models.ForeignKey(
        AnchorConsent, models.SET_NULL, null=True, related_name="anchors",
        help_text="Of the earner whose work it is; empty if it was written by hand.",
    )  # fmt: skip
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects = AnchorQuerySet.as_manager()

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        ordering = ["badge_class", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["badge_class", "name"], name="one_anchor_per_name_and_badge"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reviewing:manage_anchor", args=[self.public_id])

    @property
    def published_version(self) -> AnchorVersion | None:
        """What reviewers read. With prefetched versions it needs no query."""
        published = [one for one in self.versions.all() if one.published_at]
        return max(published, key=lambda one: one.number, default=None)

    @property
    def draft_version(self) -> AnchorVersion | None:
        return next((one for one in self.versions.all() if not one.published_at), None)


class AnchorVersion(models.Model):
    """The evidence and the agreed verdicts of an anchor. It never changes once published."""

    has_evidence: bool  # annotated by `with_verdicts`

    anchor = models.ForeignKey(Anchor, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(
        BadgeVersion, models.PROTECT, related_name="+", help_text="Whose criteria were judged."
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("version of an anchor")
        verbose_name_plural = _("versions of anchors")
        ordering = ["anchor", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["anchor", "number"], name="one_anchor_version_per_number"
            ),
            models.UniqueConstraint(
                fields=["anchor"],
                condition=Q(published_at=None),
                name="one_unpublished_version_per_anchor",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_anchor_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.anchor}, {self.number}"


def _frozen_once_published(name: str, *, may_be_deleted: bool = False) -> FrozenWithParent:
    return FrozenWithParent(
        name=name,
        table="reviewing_anchorversion",
        parent_id="the_row.anchor_version_id",
        since="published_at",
        refusal="a published anchor does not change",
        may_be_erased=may_be_deleted,
        may_expire=may_be_deleted,
    )


class AnchorEvidence(models.Model):
    """What an anchor shows for a criterion: a text, a link or a file without anybody's name."""

    class Kind(models.TextChoices):
        FILE = "file", _("file")
        LINK = "link", _("link")
        TEXT = "text", _("text")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    anchor_version = models.ForeignKey(AnchorVersion, models.CASCADE, related_name="evidence")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=1000, blank=True)
    file = models.FileField(storage=evidence_storage, upload_to=evidence_path, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")

    class Meta:
        verbose_name = _("evidence of an anchor")
        verbose_name_plural = _("evidence of anchors")
        ordering = ["criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["anchor_version", "criterion"],
                condition=Q(kind="text"),
                name="one_text_per_criterion_and_anchor",
            ),
            models.CheckConstraint(
                name="evidence_of_an_anchor_is_of_its_kind",
                condition=Q(kind="file", url="", text="") & ~Q(file="")
                | Q(kind="link", file="", text="") & ~Q(url="")
                | Q(kind="text", file="", url="") & ~Q(text=""),
            ),
        ]
        triggers = [
            _frozen_once_published("published_anchor_evidence_is_frozen", may_be_deleted=True)
        ]

    def __str__(self) -> str:
        return self.url or self.neutral_name

    def get_file_url(self) -> str:
        return reverse("reviewing:anchor_file", args=[self.public_id])

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

    @property
    def is_plain_text(self) -> bool:
        return self.content_type.startswith("text/")

    @property
    def neutral_name(self) -> str:
        return neutral_name(self.content_type, self.pk)


class AnchorVerdict(models.Model):
    """What was agreed about one criterion of an anchor, and why."""

    anchor_version = models.ForeignKey(AnchorVersion, models.CASCADE, related_name="verdicts")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=CriterionJudgment.Verdict, blank=True)
    why = models.TextField(blank=True)
    is_must = models.BooleanField(
        default=False, help_text="Nobody qualifies who judges this one differently."
    )

    class Meta:
        verbose_name = _("agreed verdict")
        verbose_name_plural = _("agreed verdicts")
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["anchor_version", "criterion"], name="one_agreed_verdict_per_criterion"
            ),
        ]
        triggers = [_frozen_once_published("published_agreed_verdict_is_frozen")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_verdict_display()}"
