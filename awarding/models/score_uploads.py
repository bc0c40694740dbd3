from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from awarding.models.scores import ScoreImport


class ScoreField(models.TextChoices):
    """What a column of test results is about. The values are those of `ScoreReader.fields`."""

    IGNORED = "ignored", _("not used")
    EMAIL = "email", _("email address")
    ID = "identifier", _("student or staff ID")
    NAME = "name", _("full name")
    FIRST_NAME = "first_name", _("first name")
    MIDDLE_NAME = "middle_name", _("middle name")
    LAST_NAME = "last_name", _("last name")
    FURTHER_LAST_NAME = "further_last_name", _("second last name")
    SUFFIX = "suffix", _("suffix of the name, such as Jr.")
    TEST = "test", _("name of the test")
    FORM = "form", _("form of the test")
    MOMENT = "moment", _("says whether pre-test or post-test")
    DAY = "day", _("date of the test")
    PRE = "pre", _("score before (pre-test)")
    POST = "post", _("score (post-test)")
    PERCENT = "percent", _("score in percent")
    MOST = "most", _("highest possible score")
    LEVEL = "level", _("level reached")


class ScoreUploadQuerySet(models.QuerySet["ScoreUpload"]):
    def coordinated_by(self, user: User) -> ScoreUploadQuerySet:
        return self.filter(
            agency__in=Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        )

    def over(self, now: datetime) -> ScoreUploadQuerySet:
        """Uploads whose time to be changed is over."""
        return self.filter(kept_until__lte=now)


class ScoreUpload(models.Model):
    """A file with test results, kept while a person can still say what its columns mean.

    It has no import while a question is open. It is deleted when a badge of its results is awarded.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, help_text="The file's name, or when it was pasted.")
    content = models.BinaryField(help_text="As uploaded, compressed with zlib.")
    is_pasted = models.BooleanField(default=False)
    choice = models.JSONField(
        default=dict, help_text="Which sheet, encoding and rows of the file to read."
    )
    fields = models.JSONField(
        default=list, help_text="What each column means, in their order, as a person said."
    )
    day_order = models.CharField(max_length=5, blank=True)
    score_import = models.OneToOneField(
        ScoreImport, models.CASCADE, null=True, related_name="upload"
    )
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each change.")
    kept_until = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScoreUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("uploaded file of test results")
        verbose_name_plural = _("uploaded files of test results")
        indexes = [models.Index(fields=["kept_until"], name="score_upload_to_forget")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("awarding:manage_score_columns", args=[self.public_id])


class RememberedScoreColumn(models.Model):
    """What a column with this heading was in an agency's test results, as a person said last."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    heading = models.CharField(max_length=120, help_text="In lower case, without punctuation.")
    field = models.CharField(max_length=20, choices=ScoreField)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remembered column of test results")
        verbose_name_plural = _("remembered columns of test results")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "heading"], name="one_meaning_per_score_heading"
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading}: {self.get_field_display()}"
