"""Sign-in with the provider of an agency. `accounts.models` includes it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# As in `Membership.Role`, which is defined later.
ROLES = [
    ("earner", _("earner")),
    ("reviewer", _("reviewer")),
    ("coordinator", _("coordinator")),
    ("reporter", _("reporter")),
]


class AgencyDomain(models.Model):
    """The part after @ in addresses that belong to one agency. Its provider vouches for them."""

    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="domains")
    domain = models.CharField(max_length=253, unique=True)
    declared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ["domain"]
        constraints = [
            models.CheckConstraint(name="domain_is_lower_case", condition=Q(domain=Lower("domain")))
        ]

    def __str__(self) -> str:
        return self.domain


class IdentityProvider(models.Model):
    """Where people of an agency have an account already: Google, Microsoft, or another.

    The issuer never changes: what one issuer calls a person says nothing about another's people.
    """

    class Kind(models.TextChoices):
        GOOGLE = "google", "Google"
        ENTRA = "entra", "Microsoft Entra"
        OIDC = "oidc", "OpenID Connect"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="providers")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=60)
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=300)
    sealed_secret = models.TextField()
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sign-in provider")
        verbose_name_plural = _("sign-in providers")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def return_to(self) -> str:
        return settings.PUBLIC_ORIGIN + reverse("accounts:provider_return", args=[self.public_id])


class ProviderAccount(models.Model):
    """What a provider calls a person here."""

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="known_people")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="provider_accounts")
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("account at a provider")
        verbose_name_plural = _("accounts at providers")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject"], name="one_person_for_a_subject_of_a_provider"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.provider}"


class SignInRule(models.Model):
    """If a claim of the provider has this value, the person gets this role in this agency."""

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="rules")
    claim = models.CharField(max_length=100)
    value = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=ROLES)
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("rule for roles")
        verbose_name_plural = _("rules for roles")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "claim", "value", "role", "agency"],
                name="one_sign_in_rule_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.claim}={self.value}: {self.role}"
