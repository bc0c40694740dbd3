from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from audit.moves import TransitionNotAllowed
from catalog.models import BadgeClass, Category
from rewards.models.sponsors import Sponsor
from rewards.querysets import DrawingQuerySet
from rewards.states import DrawingStatus
from serving.triggers import ChangesPages


def picture_path(prize: Prize, filename: str) -> str:
    return f"prizes/{uuid.uuid4()}.png"


def donor_logo_path(prize: Prize, filename: str) -> str:
    return f"prizes/{uuid.uuid4()}.png"


@dataclass(frozen=True)
class Donor:
    """Who gave a prize: as announced, and in a draft as the sponsor is now."""

    prize: Prize
    sponsor: Sponsor

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.prize.donor_name or self.sponsor.name

    @property
    def url(self) -> str:
        return self.prize.donor_url or self.sponsor.url

    @property
    def logo_url(self) -> str:
        """Empty if there is no logo."""
        if not self.prize.donor_name:
            return self.sponsor.get_logo_url()
        if not self.prize.donor_logo:
            return ""
        place = [self.prize.drawing.slug, self.prize.position]
        return reverse("rewards:donor_logo", args=place)

    @property
    def is_presenting(self) -> bool:
        return (self.prize.donor_tier or self.sponsor.tier) == Sponsor.Tier.PRESENTING

    def get_absolute_url(self) -> str:
        return self.sponsor.get_absolute_url()


def new_secret() -> str:
    return secrets.token_hex(32)


class Drawing(models.Model):
    """A prize drawing and its status. Its rules have numbered versions, see DrawingRules."""

    Status = DrawingStatus

    slug = models.SlugField(_("short name in addresses"), max_length=120, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="drawings")
    title = models.CharField(_("title"), max_length=150)
    status = models.CharField(
        _("status"), max_length=10, choices=DrawingStatus, default=DrawingStatus.DRAFT
    )
    rules = models.OneToOneField(
        "DrawingRules", models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("The announced version that applies now."),
    )  # fmt: skip
    # Its digest is published with the announcement, the secret itself with the draw. So neither the
    # organizer, who fixes it before the numbers are known, nor a public source can choose a winner.
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    cancelled_because = models.TextField(_("why it was canceled"), blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = DrawingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("drawings")
        ordering = ["-created_at"]
        verbose_name = _("drawing")
        constraints = [
            models.CheckConstraint(
                name="drawing_has_rules_unless_draft",
                condition=Q(status=DrawingStatus.DRAFT, rules__isnull=True)
                | (~Q(status=DrawingStatus.DRAFT) & Q(rules__isnull=False)),
            ),
            models.CheckConstraint(
                name="drawing_is_cancelled_with_a_reason",
                condition=~Q(status=DrawingStatus.CANCELLED) | ~Q(cancelled_because=""),
            ),
        ]
        triggers = [
            ChangesPages("drawing_changes_pages"),
            pgtrigger.Protect(
                name="drawing_keeps_its_secret",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("secret", "agency"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rewards:drawing", args=[self.slug])

    @property
    def run_by(self) -> str:
        """The name of the agency, as it was announced."""
        announced = self.rules.announced_names.get("run_by", {}) if self.rules else {}
        return announced.get(str(self.agency_id), self.agency.name)

    @property
    def announced_rules(self) -> DrawingRules:
        """The rules in force. Only a draft has none, and nothing that needs them can be done."""
        if self.rules is None:
            raise TransitionNotAllowed("The drawing has not been announced yet.")
        return self.rules


class DrawingRules(models.Model):
    """A version of the rules, frozen when announced. A change is a new version."""

    class CountsBy(models.TextChoices):
        ISSUED = "issued", _("the day the badge was issued")
        APPROVED = "approved", _("the day the submission was approved")

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="rules_versions")
    number = models.PositiveIntegerField(_("version"), default=1)
    text = models.TextField(_("rules in plain language"), help_text=_("Markdown."))
    opens_on = models.DateField(_("first day that counts"))
    ends_on = models.DateField(_("last day that counts"))
    counts_by = models.CharField(
        _("which day counts"), max_length=10, choices=CountsBy, default=CountsBy.ISSUED
    )
    closes_at = models.DateTimeField(
        _("the list closes"),
        help_text=_("A badge of the period issued later than this does not count."),
    )
    disputes_until = models.DateTimeField(_("disputes are accepted until"))
    draws_at = models.DateTimeField(_("the draw"))
    confirm_days = models.PositiveIntegerField(
        _("days to confirm a prize"), default=14, validators=[MinValueValidator(1)]
    )
    chances_per_badge = models.PositiveIntegerField(
        _("entries per badge"), default=1, validators=[MinValueValidator(1)]
    )
    most_chances = models.PositiveIntegerField(
        _("maximum entries per person"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    prizes_per_person = models.PositiveIntegerField(
        _("prizes per person"), default=1, validators=[MinValueValidator(1)]
    )
    excludes_staff = models.BooleanField(
        _("coordinators and operators can’t take part"), default=True
    )
    offers_free_entry = models.BooleanField(_("a form gives one free entry"), default=True)
    # Each is {"name": ..., "kind": "numbers" | "text", "where": ..., "when": ...}, or a drand round
    # as rewards.drand.operations.drand_source() returns it.
    sources = models.JSONField(_("public sources of randomness, in order"), default=list)
    agencies = models.ManyToManyField(
        Agency, blank=True, related_name="+", verbose_name=_("agencies whose people take part"),
        help_text=_("Blank: everyone."),
    )  # fmt: skip
    categories = models.ManyToManyField(
        Category, blank=True, related_name="+", verbose_name=_("categories that count"),
        help_text=_("Blank: all."),
    )  # fmt: skip
    badge_classes = models.ManyToManyField(
        BadgeClass, blank=True, related_name="+", verbose_name=_("badges that count"),
        help_text=_("Blank: all categories."),
    )  # fmt: skip
    excluded_badge_classes = models.ManyToManyField(
        BadgeClass, blank=True, related_name="+", verbose_name=_("badges that do not count"),
        help_text=_("For example those that cost money."),
    )  # fmt: skip
    announced_at = models.DateTimeField(null=True, editable=False)
    # By field and key, as they were announced: badges, categories and agencies can be renamed.
    announced_names = models.JSONField(default=dict, editable=False)
    change_note = models.TextField(_("what changed, and why"), blank=True)

    class Meta:
        verbose_name = _("rules of a drawing")
        verbose_name_plural = _("rules of drawings")
        ordering = ["drawing", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["drawing", "number"], name="one_rules_per_number"),
            models.UniqueConstraint(
                fields=["drawing"],
                condition=Q(announced_at__isnull=True),
                name="one_unannounced_rules_per_drawing",
            ),
            models.CheckConstraint(
                name="rules_follow_the_calendar",
                condition=Q(ends_on__gte=F("opens_on"))
                & Q(disputes_until__gte=F("closes_at"))
                & Q(draws_at__gte=F("disputes_until")),
            ),
        ]
        triggers = [
            ChangesPages("drawing_rules_changes_pages"),
            pgtrigger.Protect(
                name="announced_rules_are_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__announced_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drawing}, rules {self.number}"


class Prize(models.Model):
    """A prize. Prizes are drawn in the order of their positions."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="prizes")
    sponsor = models.ForeignKey(
        Sponsor, models.PROTECT, null=True, blank=True, related_name="prizes"
    )
    position = models.PositiveIntegerField(_("position"))
    name = models.CharField(_("prize"), max_length=150)
    description = models.TextField(_("description"), blank=True)
    worth = models.DecimalField(
        _("value in dollars"), max_digits=9, decimal_places=2, validators=[MinValueValidator(0)]
    )
    quantity = models.PositiveIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1)]
    )
    adults_only = models.BooleanField(_("for adults only"), default=False)
    how_to_collect = models.TextField(_("how to collect it"), blank=True)
    picture = models.ImageField(_("image"), upload_to=picture_path, blank=True)
    picture_alt = models.CharField(_("description of the image"), max_length=250, blank=True)
    # The sponsor as it was announced: the entry of the sponsor can change later.
    donor_name = models.CharField(max_length=150, blank=True, editable=False)
    donor_url = models.URLField(blank=True, editable=False)
    donor_logo = models.ImageField(upload_to=donor_logo_path, blank=True, editable=False)
    donor_tier = models.CharField(max_length=20, choices=Sponsor.Tier, blank=True, editable=False)

    class Meta:
        verbose_name = _("prize")
        verbose_name_plural = _("prizes")
        ordering = ["drawing", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["drawing", "position"],
                name="one_prize_per_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        triggers = [
            ChangesPages("prize_changes_pages"),
            pgtrigger.Trigger(
                name="announced_prizes_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("drawing_status", "text")],
                func="""
                    SELECT status INTO drawing_status FROM rewards_drawing
                    WHERE id = (CASE WHEN TG_OP = 'DELETE' THEN OLD.drawing_id
                                ELSE NEW.drawing_id END);
                    IF drawing_status <> 'draft' AND NOT (TG_OP = 'UPDATE'
                        AND (OLD.drawing_id, OLD.position, OLD.name, OLD.description, OLD.worth,
                             OLD.quantity, OLD.adults_only, OLD.picture, OLD.picture_alt,
                             OLD.sponsor_id, OLD.donor_name, OLD.donor_url, OLD.donor_logo,
                             OLD.donor_tier)
                            IS NOT DISTINCT FROM
                            (NEW.drawing_id, NEW.position, NEW.name, NEW.description, NEW.worth,
                             NEW.quantity, NEW.adults_only, NEW.picture, NEW.picture_alt,
                             NEW.sponsor_id, NEW.donor_name, NEW.donor_url, NEW.donor_logo,
                             NEW.donor_tier)) THEN
                        RAISE EXCEPTION 'pgtrigger: prizes are frozen once they are announced';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_picture_url(self) -> str:
        return reverse("rewards:prize_picture", args=[self.drawing.slug, self.position])

    @property
    def donor(self) -> Donor | None:
        return Donor(self, self.sponsor) if self.sponsor else None


class ExcludedPerson(models.Model):
    """A person who cannot win, for example from a sponsor's family."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="excluded_people")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    excluded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    excluded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("excluded person")
        verbose_name_plural = _("excluded people")
        constraints = [
            models.UniqueConstraint(fields=["drawing", "user"], name="a_person_is_excluded_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.reason}"


class Follower(models.Model):
    """A person who gets letters about the list, the draw and changes of the rules."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="followers")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [
            models.UniqueConstraint(fields=["drawing", "user"], name="a_drawing_is_followed_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} follows {self.drawing}"
