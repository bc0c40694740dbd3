from __future__ import annotations

import secrets
import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Issuer

# The minimum length, for privacy (Bitstring Status List 1.0, section 2.2).
PLACES = 131_072


def new_secret() -> bytes:
    return secrets.token_bytes(16)


class StatusList(models.Model):
    """One Bitstring Status List of an issuer, and its latest signed form.

    The bits are not stored: they are computed from the revoked awards.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="status_lists")
    number = models.PositiveIntegerField()
    given_out = models.PositiveIntegerField(default=0, help_text="So many places are taken.")
    secret = models.BinaryField(
        default=new_secret, editable=False, help_text="What scatters the places."
    )
    signed = models.TextField(blank=True, help_text="The signed credential, as it is served.")
    signed_at = models.DateTimeField(null=True)
    sign_again_at = models.DateTimeField(help_text="Due long before the signed list runs out.")

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")
        ordering = ["issuer", "number"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "number"], name="one_status_list_per_number"),
            models.CheckConstraint(
                name="status_list_is_not_overfull", condition=Q(given_out__lte=PLACES)
            ),
        ]
        indexes = [models.Index(fields=["sign_again_at"], name="status_list_due")]
        triggers = [
            pgtrigger.Protect(name="status_list_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="status_list_keeps_its_places",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("public_id", "issuer", "number", "secret"),
            ),
            pgtrigger.Protect(
                name="status_list_gives_no_place_twice",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__given_out__gt=pgtrigger.F("new__given_out")),
            ),
        ]

    def __str__(self) -> str:
        return f"Status list {self.number} of {self.issuer}"
