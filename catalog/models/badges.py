from __future__ import annotations

import uuid
from decimal import Decimal

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from catalog import art_labels
from catalog.art import CHOICES
from catalog.models.issuers import Issuer
from catalog.querysets import BadgeClassQuerySet, CategoryQuerySet
from catalog.states import BadgeStatus, ReviewScheme
from catalog.vocabulary import AchievementType
from program.two_languages import in_language
from serving.triggers import ChangesPages

# A recording is checked in one piece of work; more would take a worker too long.
MOST_RECORDING_MEGABYTES = 4000
USUAL_RECORDING_MEGABYTES = 500


def art_path(version: BadgeVersion, filename: str) -> str:
    return f"art/{uuid.uuid4()}.png"


def vector_path(version: BadgeVersion, filename: str) -> str:
    return f"art/{uuid.uuid4()}.svg"


class Category(models.Model):
    name = models.CharField(_("name"), max_length=100)
    name_es = models.CharField(
        _("name in Spanish"), max_length=100, blank=True,
        help_text=_("Leave blank to use the other name there, too."),
    )  # fmt: skip
    slug = models.SlugField(_("short name in addresses"), unique=True)
    description = models.TextField(_("description"), blank=True)
    description_es = models.TextField(_("description in Spanish"), blank=True)
    palette = models.CharField(
        _("palette of its artwork"), max_length=30, blank=True, choices=art_labels.palettes
    )
    icon = models.CharField(_("icon"), max_length=60, blank=True, choices=art_labels.icons)
    position = models.PositiveIntegerField(_("position"), default=0)
    # Badges keep a retired category; new ones are not offered it.
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("merged into"),
    )  # fmt: skip

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.CheckConstraint(
                name="category_has_a_known_palette",
                condition=Q(palette__in=["", *CHOICES["palette"]]),
            ),
            models.CheckConstraint(
                name="category_has_a_known_icon", condition=Q(icon__in=["", *CHOICES["icon"]])
            ),
            models.CheckConstraint(
                name="merged_category_is_retired",
                condition=Q(merged_into=None) | Q(retired_at__isnull=False),
            ),
        ]
        triggers = [ChangesPages("category_changes_pages")]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("catalog:category", args=[self.slug])

    @property
    def display_name(self) -> str:
        """The name in the language of the page or email."""
        return in_language(self.name, self.name_es)

    @property
    def display_description(self) -> str:
        return in_language(self.description, self.description_es)


class NeverPublished(Exception):
    """A draft has no version under which it could be awarded."""


class BadgeClass(models.Model):
    """What can be earned. Texts and art are in numbered versions, rules are on the badge itself."""

    Status = BadgeStatus

    slug = models.SlugField(_("short name in addresses"), max_length=120, unique=True)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="badge_classes")
    category = models.ForeignKey(Category, models.PROTECT, related_name="badge_classes")
    status = models.CharField(
        _("status"), max_length=10, choices=BadgeStatus, default=BadgeStatus.DRAFT
    )
    current_version = models.OneToOneField(
        "BadgeVersion", models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("The version people start with today."),
    )  # fmt: skip
    turnaround_days = models.PositiveIntegerField(
        _("turnaround in working days"),
        default=10,
        validators=[MinValueValidator(1)],
        help_text=_("The deadline for an answer. It is promised on the badge’s page."),
    )
    recording_megabytes = models.PositiveIntegerField(
        _("largest video or sound recording, in MB"),
        default=USUAL_RECORDING_MEGABYTES,
        validators=[MaxValueValidator(MOST_RECORDING_MEGABYTES)],
        help_text=_("0: no video and no sound as evidence."),
    )
    waiting_hours = models.PositiveIntegerField(
        _("waiting period in hours"),
        null=True,
        blank=True,
        help_text=_("Between approval and issue. Leave blank to use the issuer’s."),
    )
    valid_months = models.PositiveIntegerField(
        _("valid for months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("From the day it is awarded. Leave blank for a badge that does not expire."),
    )
    renewable = models.BooleanField(_("can be earned again"), default=False)
    renewal_days_before = models.PositiveIntegerField(
        _("days before it expires from which it can be earned again"), default=0
    )
    # A submission keeps the rules of the day on which it was first sent in.
    review_scheme = models.CharField(
        _("who reads it"), max_length=12, choices=ReviewScheme, default=ReviewScheme.ONE_READER
    )
    second_reading_share = models.PositiveSmallIntegerField(
        _("share that is read twice, in percent"),
        default=0,
        validators=[MaxValueValidator(100)],
    )
    second_reading_first = models.PositiveSmallIntegerField(
        _("first submissions that are read twice"), default=0
    )
    second_reading_of_new_reviewers = models.PositiveSmallIntegerField(
        _("first reviews of a reviewer that are read twice"), default=0
    )
    second_reading_of_declines = models.BooleanField(
        _("every decline is read twice"), default=False
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BadgeClassQuerySet.as_manager()

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        constraints = [
            models.CheckConstraint(
                name="badge_has_a_current_version_unless_draft",
                condition=Q(status=BadgeStatus.DRAFT, current_version__isnull=True)
                | (~Q(status=BadgeStatus.DRAFT) & Q(current_version__isnull=False)),
            ),
            models.CheckConstraint(
                name="badge_is_valid_for_some_time",
                condition=Q(valid_months__isnull=True) | Q(valid_months__gte=1),
            ),
            # A badge that never expires can't be renewed; a second award is refused.
            models.CheckConstraint(
                name="renewable_badge_expires",
                condition=Q(renewable=False, renewal_days_before=0)
                | Q(renewable=True, valid_months__isnull=False),
            ),
            models.CheckConstraint(
                name="second_readings_are_a_share_in_percent",
                condition=Q(second_reading_share__lte=100),
            ),
            models.CheckConstraint(
                name="second_readings_are_of_one_reader",
                condition=Q(review_scheme=ReviewScheme.ONE_READER)
                | Q(
                    second_reading_share=0,
                    second_reading_first=0,
                    second_reading_of_new_reviewers=0,
                    second_reading_of_declines=False,
                ),
            ),
        ]
        triggers = [ChangesPages("badge_class_changes_pages")]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("catalog:badge", args=[self.slug])

    @property
    def agency(self) -> Agency:
        return self.issuer.agency

    @property
    def published_version(self) -> BadgeVersion:
        """The current version of a badge that has one: every badge but a draft."""
        if self.current_version is None:
            raise NeverPublished(self.slug)
        return self.current_version

    @property
    def hours_before_issue(self) -> int:
        return self.issuer.waiting_hours if self.waiting_hours is None else self.waiting_hours

    @property
    def has_pathway(self) -> bool:
        """True if the badge is awarded for completing its pathway, not for evidence."""
        return hasattr(self, "pathway")

    def version_to_edit(self) -> BadgeVersion:
        """The unpublished version, or else the current one, which is copied on the first change."""
        version = self.versions.filter(published_at=None).first() or self.published_version
        version.badge_class = self
        return version


class BadgeVersion(models.Model):
    """The texts and art of a badge. It never changes once it is published."""

    # Every other field is content, and the next version starts with it.
    IDENTITY = frozenset(
        {"id", "public_id", "badge_class", "number", "published_at", "published_by"}
    )

    class Level(models.TextChoices):
        FOUNDATION = "foundation", _("foundation")
        PRACTITIONER = "practitioner", _("practitioner")
        LEADER = "leader", _("leader")

    class AiUse(models.TextChoices):
        """What a badge says about tools that write or draw."""

        NONE = "none", _("not allowed")
        SOME = "some", _("allowed for some things")
        ANY = "any", _("allowed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    badge_class = models.ForeignKey(BadgeClass, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(
        _("short description"), max_length=400, help_text=_("One or two sentences for the card.")
    )
    about = models.TextField(_("what it is about"), blank=True, help_text=_("Markdown."))
    level = models.CharField(_("level"), max_length=20, choices=Level, default=Level.FOUNDATION)
    hours = models.DecimalField(
        _("hours of learning"), max_digits=5, decimal_places=1, default=Decimal(0)
    )
    units = models.DecimalField(
        _("university units"), max_digits=4, decimal_places=2, default=Decimal(0)
    )
    achievement_type = models.CharField(
        _("kind of achievement"),
        max_length=40,
        choices=AchievementType,
        default=AchievementType.MICRO_CREDENTIAL,
    )
    language = models.CharField(
        _("language"), max_length=10, choices=[("en", "English"), ("es", "Español")], default="en"
    )
    ai_use = models.CharField(
        _("use of AI"), max_length=4, choices=AiUse, blank=True,
        help_text=_("Blank: the badge does not say, and nobody is asked."),
    )  # fmt: skip
    ai_sentence = models.CharField(_("use of AI, in a sentence"), max_length=300, blank=True)
    shows_earner_to_reviewers = models.BooleanField(
        _("reviewers see the educator’s name"),
        default=False,
        help_text="Of the version: nobody who sent evidence without a name is named afterwards.",
    )
    tags = models.JSONField(_("tags"), default=list, blank=True)
    art_spec = models.JSONField(
        null=True,
        blank=True,
        help_text=_("How the artwork was composed; blank when it was uploaded."),
    )
    image = models.ImageField(_("artwork"), upload_to=art_path, blank=True)
    vector = models.FileField(
        upload_to=vector_path,
        blank=True,
        editable=False,
        help_text=_("The same artwork as SVG, if it was composed or uploaded as SVG."),
    )
    art_losses = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text=_("What the artwork does not show of the uploaded file: pairs of kind and part."),
    )
    image_alt = models.CharField(
        _("description of the artwork"),
        max_length=250,
        blank=True,
        help_text=_("For people who can’t see it. A badge can’t be published without it."),
    )
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("version of a badge")
        verbose_name_plural = _("versions of badges")
        ordering = ["badge_class", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["badge_class", "number"], name="one_version_per_number"
            ),
            models.UniqueConstraint(
                fields=["badge_class"],
                condition=Q(published_at__isnull=True),
                name="one_unpublished_version_per_badge",
            ),
            models.CheckConstraint(
                name="sentence_about_ai_explains_a_choice",
                condition=Q(ai_sentence="") | Q(ai_use__in=["none", "some", "any"]),
            ),
            models.CheckConstraint(
                name="some_use_of_ai_is_explained",
                condition=~Q(ai_use="some") | ~Q(ai_sentence=""),
            ),
        ]
        triggers = [
            ChangesPages("badge_version_changes_pages"),
            pgtrigger.Protect(
                name="published_version_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def number_to_edit(self) -> int:
        """The version number that the next change is saved under."""
        return self.number + 1 if self.published_at else self.number

    @property
    def content(self) -> dict[str, object]:
        """The texts and art by field name; files by their stored names."""
        fields = [field for field in self._meta.concrete_fields if field.name not in self.IDENTITY]
        values = {field.name: field.value_from_object(self) for field in fields}
        return {
            name: value.name if isinstance(value, FieldFile) else value
            for name, value in values.items()
        }

    def get_art_url(self) -> str:
        return reverse("catalog:art", args=[self.public_id])

    def get_vector_url(self) -> str:
        return reverse("catalog:vector", args=[self.public_id])


class LearningResource(models.Model):
    """Where to learn for the badge. Not part of a version, so that dead links can be replaced."""

    badge_class = models.ForeignKey(BadgeClass, models.CASCADE, related_name="resources")
    position = models.PositiveIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("web address"))
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    thread = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("learning resource")
        verbose_name_plural = _("learning resources")
        ordering = ["position", "pk"]
        triggers = [ChangesPages("learning_resource_changes_pages")]

    def __str__(self) -> str:
        return self.title
