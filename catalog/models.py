from __future__ import annotations

import uuid
from decimal import Decimal

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from catalog.querysets import BadgeClassQuerySet
from catalog.states import BadgeStatus


def art_path(version: BadgeVersion, filename: str) -> str:
    return f"art/{uuid.uuid4()}.png"


class FrozenOncePublished(pgtrigger.Trigger):
    """Refuses every write to a part of a badge version that has been published.

    People hold badges earned under it, so the database itself keeps its text as it was.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, name: str, version: str) -> None:
        """`version` is an SQL expression over `the_row` that yields the version's primary key."""
        refuse = f"""
            IF EXISTS (
                SELECT 1 FROM catalog_badgeversion
                WHERE id = ({version}) AND published_at IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'a published badge version does not change';
            END IF;
        """  # noqa: S608
        super().__init__(
            name=name,
            declare=[("the_row", "RECORD")],
            # Both where a part comes from and where it goes: it must not be moved out either.
            func=f"""
                IF TG_OP <> 'INSERT' THEN
                    the_row := OLD;
                    {refuse}
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    the_row := NEW;
                    {refuse}
                END IF;
                RETURN the_row;
            """,
        )


class Issuer(models.Model):
    """Who vouches for a badge: the Issuer Profile of Open Badges 2.0 and 3.0."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="issuers")
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("web address"))
    email = models.EmailField(
        _("public e-mail address"),
        help_text=_("An office address, not a person's: Open Badges makes it public."),
    )
    description = models.TextField(_("description"), blank=True)
    waiting_hours = models.PositiveIntegerField(
        _("waiting time in hours"),
        default=0,
        help_text=_("Between approval and issue, unless a badge says otherwise."),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name in addresses"), unique=True)
    description = models.TextField(_("description"), blank=True)
    palette = models.CharField(_("palette of its art"), max_length=30, blank=True)
    icon = models.CharField(_("icon"), max_length=60, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:category", args=[self.slug])


class BadgeClass(models.Model):
    """What can be earned. Its text and art live in numbered versions; its rules live here."""

    Status = BadgeStatus

    slug = models.SlugField(_("short name in addresses"), max_length=120, unique=True)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="badge_classes")
    category = models.ForeignKey(Category, models.PROTECT, related_name="badge_classes")
    status = models.CharField(
        _("status"), max_length=10, choices=BadgeStatus, default=BadgeStatus.DRAFT
    )
    current_version = models.OneToOneField(
        "BadgeVersion", models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("The version under which people start today."),
    )  # fmt: skip
    turnaround_days = models.PositiveIntegerField(
        _("turn-around in working days"),
        default=10,
        validators=[MinValueValidator(1)],
        help_text=_("By when a reviewer answers. It is promised on the badge's page."),
    )
    waiting_hours = models.PositiveIntegerField(
        _("waiting time in hours"),
        null=True,
        blank=True,
        help_text=_("Between approval and issue. Leave empty for the issuer's own."),
    )
    shows_earner_to_reviewers = models.BooleanField(
        _("reviewers see the earner's name"), default=False
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
            )
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("catalog:badge", args=[self.slug])

    @property
    def agency(self) -> Agency:
        return self.issuer.agency

    @property
    def hours_before_issue(self) -> int:
        return self.issuer.waiting_hours if self.waiting_hours is None else self.waiting_hours

    def version_to_edit(self) -> BadgeVersion:
        """The unpublished version, or the current one, of which the first change makes a copy."""
        return self.versions.filter(published_at=None).first() or self.current_version

    def number_to_edit(self) -> int:
        """The number under which the next change is kept."""
        shown = self.version_to_edit()
        return shown.number + 1 if shown.published_at else shown.number


class BadgeVersion(models.Model):
    """The badge as it reads from one publishing to the next. Never changed once published."""

    class Level(models.TextChoices):
        FOUNDATION = "foundation", _("foundation")
        PRACTITIONER = "practitioner", _("practitioner")
        LEADER = "leader", _("leader")

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
    language = models.CharField(
        _("language"), max_length=10, choices=[("en", "English"), ("es", "Español")], default="en"
    )
    tags = models.JSONField(_("tags"), default=list, blank=True)
    art_spec = models.JSONField(
        null=True, blank=True, help_text=_("How the art was composed; empty when it was uploaded.")
    )
    image = models.ImageField(_("art"), upload_to=art_path, blank=True)
    image_alt = models.CharField(
        _("description of the art"),
        max_length=250,
        blank=True,
        help_text=_("For people who do not see it. A badge cannot be published without it."),
    )
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
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
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_version_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_art_url(self) -> str:
        return reverse("catalog:art", args=[self.public_id])


class Criterion(models.Model):
    """One thing that must be shown, and the evidence it asks for."""

    version = models.ForeignKey(BadgeVersion, models.CASCADE, related_name="criteria")
    position = models.PositiveIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(_("what must be shown"))
    evidence_prompt = models.TextField(_("the evidence it asks for"))
    accepts_files = models.BooleanField(_("files"), default=True)
    accepts_links = models.BooleanField(_("links"), default=True)
    accepts_text = models.BooleanField(_("text"), default=True)
    required = models.BooleanField(_("required"), default=True)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "criteria"
        constraints = [
            # Deferred, so that two criteria can change places within one transaction.
            models.UniqueConstraint(
                fields=["version", "position"],
                name="one_criterion_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="criterion_accepts_some_evidence",
                condition=Q(accepts_files=True) | Q(accepts_links=True) | Q(accepts_text=True),
            ),
        ]
        triggers = [
            FrozenOncePublished(name="published_criterion_is_frozen", version="the_row.version_id")
        ]

    def __str__(self) -> str:
        return self.name


class RubricLevel(models.Model):
    """One step of a criterion's rubric, from the lowest up. Earners and reviewers read the same."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    position = models.PositiveIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("what it looks like"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "position"], name="one_level_per_position")
        ]
        triggers = [
            FrozenOncePublished(
                name="published_level_is_frozen",
                version="SELECT version_id FROM catalog_criterion WHERE id = the_row.criterion_id",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Alignment(models.Model):
    """A link to a standard in a framework (AlignmentObject in Open Badges 2.0, section 4.5)."""

    version = models.ForeignKey(BadgeVersion, models.CASCADE, related_name="alignments")
    target_name = models.CharField(_("standard"), max_length=250)
    target_url = models.URLField(_("web address"))
    target_code = models.CharField(_("code"), max_length=60, blank=True)
    target_framework = models.CharField(_("framework"), max_length=150, blank=True)
    target_description = models.TextField(_("description"), blank=True)

    class Meta:
        ordering = ["target_framework", "target_code", "pk"]
        triggers = [
            FrozenOncePublished(name="published_alignment_is_frozen", version="the_row.version_id")
        ]

    def __str__(self) -> str:
        return f"{self.target_code} {self.target_name}".strip()


class LearningResource(models.Model):
    """Where to learn what the badge asks for. Kept with the badge, not the version: links rot."""

    badge_class = models.ForeignKey(BadgeClass, models.CASCADE, related_name="resources")
    position = models.PositiveIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("web address"))
    kind = models.CharField(_("kind"), max_length=40, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
