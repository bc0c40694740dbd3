from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency


class Issuer(models.Model):
    """The organization that issues badges: the Issuer Profile of Open Badges 2.0 and 3.0."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="issuers")
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("web address"))
    email = models.EmailField(
        _("public email address"),
        help_text=_("An office address, not a person’s: Open Badges makes it public."),
    )
    description = models.TextField(_("description"), blank=True)
    waiting_hours = models.PositiveIntegerField(
        _("waiting period in hours"),
        default=0,
        help_text=_("Between approval and issue, unless a badge says otherwise."),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
