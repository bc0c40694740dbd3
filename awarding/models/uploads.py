from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from catalog.models import BadgeClass


class ColumnField(models.TextChoices):
    """What a column of an uploaded list is about."""

    IGNORED = "ignored", _("not used")
    EMAIL = "email", _("email address")
    NAME = "name", _("full name")
    FIRST_NAME = "first_name", _("first name")
    MIDDLE_NAME = "middle_name", _("middle name")
    LAST_NAME = "last_name", _("last name")
    FURTHER_LAST_NAME = "further_last_name", _("second last name")
    SUFFIX = "suffix", _("suffix of the name, such as Jr.")
    ID = "id", _("student or staff ID")
    DAY = "day", _("date earned")
    DECIDES = "decides", _("says who gets the badge")
    BADGE = "badge", _("which badge")
    NARRATIVE = "narrative", _("text shown with the badge (public)")
    EXPIRES = "expires", _("day it expires")
    EVIDENCE = "evidence", _("evidence link (private until the person shows it)")
    PUBLIC_LINK = "public_link", _("evidence link shown with the badge (public)")


class ListUploadQuerySet(models.QuerySet["ListUpload"]):
    def coordinated_by(self, user: User) -> ListUploadQuerySet:
        return self.filter(
            agency__in=Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        )

    def open(self) -> ListUploadQuerySet:
        """Uploads with a question that nobody has answered yet."""
        return self.filter(has_questions=True)

    def unanswered_since(self, now: datetime) -> ListUploadQuerySet:
        """Uploads whose questions nobody answered in time."""
        return self.filter(has_questions=True, kept_until__lte=now)


class ListUpload(models.Model):
    """A file or pasted text with people to be awarded, and what its columns mean.

    It has award lists, one for each badge that it names, as soon as no question is open. The
    content is deleted when the first of them is started.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    badge_class = models.ForeignKey(
        BadgeClass, models.PROTECT, related_name="+",
        help_text="The badge of rows that name none.",
    )  # fmt: skip
    name = models.CharField(max_length=200, help_text="The file's name, or when it was pasted.")
    content = models.BinaryField(null=True, help_text="As uploaded, compressed with zlib.")
    is_pasted = models.BooleanField(default=False)
    choice = models.JSONField(
        default=dict, help_text="Which sheet, encoding and rows of the file to read."
    )
    reading = models.JSONField(
        default=dict, help_text="What else could be read: sheets, hidden rows, encodings."
    )
    columns = models.JSONField(
        default=list, help_text="The columns in their order, what each means, and its values."
    )
    badges = models.JSONField(
        default=dict, help_text="The badge of each value of the badge column; 0 for none."
    )
    has_questions = models.BooleanField(default=True)
    kept_until = models.DateTimeField(
        null=True, help_text="It is deleted then, unless somebody answers its questions."
    )
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each change.")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ListUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("uploaded list")
        verbose_name_plural = _("uploaded lists")
        constraints = [
            models.CheckConstraint(
                name="list_upload_is_kept_for_good_once_answered",
                condition=Q(has_questions=True, kept_until__isnull=False)
                | Q(has_questions=False, kept_until__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["kept_until"],
                name="list_upload_unanswered",
                condition=Q(has_questions=True),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("awarding:manage_list_columns", args=[self.public_id])

    @property
    def content_is_kept(self) -> bool:
        """Whether the columns can still be changed, without loading the content."""
        return ListUpload.objects.filter(pk=self.pk, content__isnull=False).exists()

    def column_of(self, field: str) -> dict[str, Any] | None:
        return next((column for column in self.columns if column["field"] == field), None)


class RememberedColumn(models.Model):
    """What a column with this heading was in an agency's lists, as a person said last."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    heading = models.CharField(max_length=120, help_text="In lower case, without punctuation.")
    field = models.CharField(max_length=20, choices=ColumnField)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remembered column")
        verbose_name_plural = _("remembered columns")
        constraints = [
            models.UniqueConstraint(fields=["agency", "heading"], name="one_meaning_per_heading")
        ]

    def __str__(self) -> str:
        return f"{self.heading}: {self.get_field_display()}"
