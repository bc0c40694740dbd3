from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from rewards.querysets import SponsorQuerySet
from serving.triggers import ChangesPages


def logo_path(sponsor: Sponsor, filename: str) -> str:
    return f"sponsors/{uuid.uuid4()}.png"


class Sponsor(models.Model):
    """A donor of prizes. Its agency keeps it; agencies above and below may use it in drawings."""

    class Tier(models.TextChoices):
        PRESENTING = "presenting", _("presenting sponsor")
        SUPPORTING = "supporting", _("supporting sponsor")
        FRIEND = "friend", _("friend")

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="sponsors", verbose_name=_("agency"),
        help_text=_("Its coordinators keep the entry up to date."),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("short name in addresses"), max_length=100, unique=True)
    url = models.URLField(_("web address"), blank=True)
    thanks = models.CharField(_("thank-you text"), max_length=300, blank=True)
    tier = models.CharField(_("tier"), max_length=20, choices=Tier, default=Tier.SUPPORTING)
    email = models.EmailField(
        _("email address for thanks"), blank=True, help_text=_("Never shown.")
    )
    language = models.CharField(
        _("language of emails"),
        max_length=10,
        choices=[("en", "English"), ("es", "Español")],
        default="en",
    )
    logo = models.ImageField(_("logo"), upload_to=logo_path, blank=True)
    since = models.PositiveIntegerField(_("sponsor since (year)"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_current = models.BooleanField(_("shown on the home page"), default=True)

    objects = SponsorQuerySet.as_manager()

    class Meta:
        verbose_name = _("sponsor")
        verbose_name_plural = _("sponsors")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="one_sponsor_of_a_name_per_agency",
                violation_error_message=_("This agency already has a sponsor with this name."),
            )
        ]
        triggers = [ChangesPages("sponsor_changes_pages")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("rewards:sponsor", args=[self.slug])

    def get_logo_url(self) -> str:
        """Empty if there is no logo."""
        return reverse("rewards:sponsor_logo", args=[self.slug]) if self.logo else ""
