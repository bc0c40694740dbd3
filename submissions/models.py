from __future__ import annotations

import uuid

import pgtrigger
from django.core.files.storage import Storage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import BadgeClass, BadgeVersion, Criterion
from postgres.history_triggers import FrozenWithParent
from program.models import Statement
from submissions import files
from submissions.change_models import ChangeNote
from submissions.preparing_models import ItemCheck, SelfMark
from submissions.preview_models import FilePreview, PreviewGoesWithFile, PreviewPage
from submissions.querysets import EvidenceItemManager, SubmissionQuerySet
from submissions.questions.answered import (
    AnsweredQuestion,
    answered_questions,
    is_complete,
    with_questions,
)
from submissions.recording_models import (
    RecordingPiece,
    RecordingUpload,
    evidence_path,
    evidence_storage,
)
from submissions.states import OPEN, Status

__all__ = [
    "Attempt",
    "ChangeNote",
    "EvidenceItem",
    "FilePreview",
    "ItemCheck",
    "PreviewPage",
    "RecordingPiece",
    "RecordingUpload",
    "SelfMark",
    "StatusChange",
    "Submission",
    "evidence_files",
    "evidence_path",
    "evidence_storage",
]


class Submission(models.Model):
    """A person's request for a badge, from the first draft to the decision."""

    Status = Status

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    earner = models.ForeignKey(User, models.PROTECT, related_name="submissions")
    badge_class = models.ForeignKey(BadgeClass, models.PROTECT, related_name="submissions")
    version = models.ForeignKey(BadgeVersion, models.PROTECT, related_name="submissions")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, help_text="When it was last sent in.")
    due_on = models.DateField(
        null=True, help_text="By when the program promised to answer; empty when the earner's turn."
    )
    met_criteria = models.ManyToManyField(
        Criterion, blank=True, related_name="+",
        help_text="What a reviewer has found met. It carries over to the next attempt.",
    )  # fmt: skip
    opened_again_at = models.DateTimeField(
        null=True, help_text="When what it earned was taken back, so that it may be earned anew."
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(
                fields=["earner", "badge_class"],
                condition=Q(status__in=sorted(OPEN)),
                name="one_open_submission_per_earner_and_badge",
            ),
            models.CheckConstraint(
                name="submission_has_submitted_at_unless_draft",
                condition=Q(status=Status.DRAFT, submitted_at__isnull=True)
                | (~Q(status=Status.DRAFT) & Q(submitted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="submission_is_due_exactly_while_with_reviewers",
                condition=Q(status__in=[Status.SUBMITTED, Status.IN_REVIEW], due_on__isnull=False)
                | (~Q(status__in=[Status.SUBMITTED, Status.IN_REVIEW]) & Q(due_on__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_on"], name="submission_queue"),
            models.Index(fields=["submitted_at", "id"], name="submission_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.pseudonym})"

    def get_absolute_url(self) -> str:
        return reverse("submissions:detail", args=[self.public_id])

    @property
    def concerned_ids(self) -> tuple[int, ...]:
        return (self.earner_id,)

    @property
    def pseudonym(self) -> str:
        """How reviewers see the earner, unless the badge shows names to reviewers."""
        return _("Educator %(code)s") % {"code": str(self.public_id)[:4].upper()}

    @property
    def is_earned(self) -> bool:
        """Approved, and the award was not revoked."""
        return self.status == self.Status.APPROVED and self.opened_again_at is None

    @property
    def latest_attempt(self) -> Attempt:
        return self.attempts.order_by("-number")[0]

    def unanswered_criteria(self, attempt: Attempt) -> list[Criterion]:
        """Criteria that are not met and lack evidence or an answer in this attempt.

        Those without evidence if they are required; also others where questions that need an
        answer were left open.
        """
        kept: dict[int, list] = {}
        for item in attempt.evidence_items.only("criterion_id", "answers"):
            kept.setdefault(item.criterion_id, []).extend(item.answers)
        open_criteria = self.version.criteria.exclude(pk__in=self.met_criteria.values("pk"))
        return [
            each
            for each in with_questions(open_criteria)
            if (each.required and each.pk not in kept)
            or (each.pk in kept and not is_complete(each, kept[each.pk]))
        ]


class StatusChange(models.Model):
    """One status change of a submission. The timeline is built from them."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="status_changes")
    from_status = models.CharField(max_length=12, choices=Status)
    to_status = models.CharField(max_length=12, choices=Status)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(
                name="status_history_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.from_status} -> {self.to_status}"


class Attempt(models.Model):
    """One round of evidence. Unsent, it is the draft; once sent, it never changes."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    statement_accepted_at = models.DateTimeField(
        null=True, help_text="When the earner declared own work and students' privacy."
    )
    statement = models.ForeignKey(
        Statement, models.PROTECT, null=True, related_name="+",
        help_text="The version that the earner accepted.",
    )  # fmt: skip

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="one_attempt_per_number"),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(sent_at__isnull=True),
                name="one_unsent_attempt_per_submission",
            ),
            models.CheckConstraint(
                name="attempt_is_sent_with_the_statement",
                condition=Q(sent_at__isnull=True)
                | Q(statement_accepted_at__isnull=False, statement__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sent_attempt_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__sent_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission}, attempt {self.number}"


class AiDisclosure(models.Model):
    """Whether the earner used AI for an attempt, and how. Only badges that speak of AI ask."""

    attempt = models.OneToOneField(Attempt, models.CASCADE, related_name="ai_disclosure")
    used = models.BooleanField()
    how = models.TextField(blank=True)

    class Meta:
        verbose_name = _("statement on the use of AI")
        verbose_name_plural = _("statements on the use of AI")
        constraints = [
            models.CheckConstraint(
                name="use_of_ai_is_told",
                condition=Q(used=False, how="") | Q(used=True) & ~Q(how=""),
            ),
        ]
        triggers = [
            FrozenWithParent(
                name="sent_disclosure_is_frozen",
                table="submissions_attempt",
                parent_id="the_row.attempt_id",
                since="sent_at",
                refusal="what was said about the use of AI does not change",
                may_be_erased=True,
                may_expire=True,
            )
        ]

    def __str__(self) -> str:
        return self.how or _("No AI was used.")


class EvidenceItem(models.Model):
    """A file, link, text or form that answers a criterion (Evidence, Open Badges 2.0, 4.3)."""

    class Kind(models.TextChoices):
        FILE = "file", _("file")
        LINK = "link", _("link")
        TEXT = "text", _("text")
        FORM = "form", _("answers to questions")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="evidence_items")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind)
    # The same in all attempts that contain this item, so that reviewers see what changed.
    thread = models.UUIDField(default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    # Of a form: each question as it was asked, with its answer. `text` says the same in words.
    answers = models.JSONField(default=list, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    file = models.FileField(storage=evidence_storage, upload_to=evidence_path, blank=True)
    file_name = models.CharField(max_length=200, blank=True, help_text="As the earner called it.")
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    added_at = models.DateTimeField()
    # Of a video or a recording of sound.
    seconds = models.PositiveIntegerField(null=True, help_text="How long it plays.")
    poster = models.BinaryField(null=True, help_text="A still picture of a video, as JPEG.")
    subtitles = models.TextField(blank=True, help_text="What is said in it, as WebVTT.")

    objects = EvidenceItemManager()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("pieces of evidence")
        ordering = ["criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "thread"], name="one_item_per_thread_and_attempt"
            ),
            models.UniqueConstraint(
                fields=["attempt", "criterion"],
                condition=Q(kind="text"),
                name="one_text_per_criterion_and_attempt",
            ),
            models.UniqueConstraint(
                fields=["attempt", "criterion"],
                condition=Q(kind="form"),
                name="one_form_per_criterion_and_attempt",
            ),
            models.CheckConstraint(
                name="evidence_holds_what_its_kind_says",
                condition=Q(kind="file", url="", text="", answers=[]) & ~Q(file="")
                | Q(kind="link", file="", text="", answers=[]) & ~Q(url="")
                | Q(kind="text", file="", url="", answers=[]) & ~Q(text="")
                | Q(kind="form", file="", url="") & ~Q(text="") & ~Q(answers=[]),
            ),
            models.CheckConstraint(
                name="only_recordings_have_a_poster_and_subtitles",
                condition=Q(seconds__isnull=False) | Q(poster__isnull=True, subtitles=""),
            ),
        ]
        triggers = [
            FrozenWithParent(
                name="sent_evidence_is_frozen",
                table="submissions_attempt",
                parent_id="the_row.attempt_id",
                since="sent_at",
                refusal="evidence that was sent in does not change",
                may_be_erased=True,
                may_expire=True,
            ),
            PreviewGoesWithFile(name="preview_goes_with_its_file"),
        ]

    def __str__(self) -> str:
        if self.kind == self.Kind.FORM:
            return capfirst(self.get_kind_display())
        return self.title or self.file_name or self.url or Truncator(self.text).chars(60)

    def copy_for(self, attempt: Attempt) -> EvidenceItem:
        """The same item, unsaved, in the next attempt."""
        values = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.name not in {"id", "public_id", "attempt", "file", "poster"}
        }
        poster = self.poster if self.is_recording else None
        return EvidenceItem(attempt=attempt, file=self.file.name, poster=poster, **values)

    def get_file_url(self) -> str:
        return reverse("submissions:evidence_file", args=[self.public_id])

    def get_subtitles_url(self) -> str:
        return reverse("submissions:subtitles", args=[self.public_id])

    def get_poster_url(self) -> str:
        return reverse("submissions:poster", args=[self.public_id])

    @cached_property
    def number(self) -> int:
        """2 for the second file of its attempt."""
        rows = EvidenceItem.objects.filter(attempt=self.attempt_id).numbered()
        return dict(rows.values_list("pk", "number"))[self.pk]

    @property
    def answered_questions(self) -> list[AnsweredQuestion]:
        return answered_questions(self.answers)

    @property
    def neutral_name(self) -> str:
        """A name for readers who must not know the earner, as file names often contain names."""
        return files.neutral_name(self.content_type, self.number)

    @property
    def public_name(self) -> str:
        """A file's name on public pages: the earner's title, never the original file name."""
        return self.title or self.neutral_name

    @property
    def is_recording(self) -> bool:
        """A video or sound that the page plays."""
        return self.seconds is not None

    @property
    def is_video(self) -> bool:
        return self.is_recording and self.content_type.startswith("video/")

    @property
    def is_plain_text(self) -> bool:
        return self.content_type.startswith("text/")


def evidence_files() -> Storage:
    """The storage of evidence files."""
    return EvidenceItem._meta.get_field("file").storage
