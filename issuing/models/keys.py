from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Issuer


class PublicOrigin(models.Model):
    """The origin of all document ids, recorded with the first award. At most one row."""

    origin = models.CharField(max_length=255)
    kept_since = models.DateTimeField()

    class Meta:
        verbose_name = _("public address")
        verbose_name_plural = _("public addresses")
        constraints = [
            models.CheckConstraint(name="one_public_origin", condition=Q(pk=1)),
        ]
        triggers = [
            pgtrigger.Protect(
                name="public_origin_stays", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.origin


class IssuerKey(models.Model):
    """A key pair of an issuer. The private key is encrypted; the row is never deleted.

    A retired key no longer signs, but its signatures stay valid. A key that somebody else may have
    is revoked, which invalidates all its signatures.
    """

    class Kind(models.TextChoices):
        ED25519 = "ed25519", "Ed25519"
        RSA = "rsa", "RSA"

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="keys")
    kind = models.CharField(max_length=10, choices=Kind)
    # The fragment in the issuer's DID: the key itself (Multikey), or its RFC 7638 thumbprint.
    fragment = models.CharField(max_length=100, unique=True)
    public_pem = models.TextField()
    sealed = models.BinaryField(help_text="The private key, encrypted under KEY_ENCRYPTION_KEYS.")
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revocation_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("key of an issuer")
        verbose_name_plural = _("keys of issuers")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "kind"],
                condition=Q(retired_at__isnull=True, revoked_at__isnull=True),
                name="one_signing_key_per_issuer_and_kind",
            ),
            models.CheckConstraint(
                name="key_is_revoked_with_a_reason",
                condition=Q(revoked_at__isnull=True, revocation_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revocation_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="key_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="key_stays_what_it_is",
                operation=pgtrigger.Update,
                # `sealed` may change, when the private key is encrypted under a new key.
                condition=pgtrigger.AnyChange("issuer", "kind", "fragment", "public_pem"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer}: {self.get_kind_display()}"

    @property
    def signs(self) -> bool:
        return self.retired_at is None and self.revoked_at is None
