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
        SAML = "saml", "SAML 2.0"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="providers")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=60)
    issuer = models.CharField(max_length=300)  # of SAML, its entity ID
    client_id = models.CharField(max_length=300, blank=True)  # SAML has neither of these two
    sealed_secret = models.TextField(blank=True)
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
        page = "saml_answer" if self.kind == self.Kind.SAML else "provider_return"
        return settings.PUBLIC_ORIGIN + reverse(f"accounts:{page}", args=[self.public_id])

    @property
    def our_entity_id(self) -> str:
        """What a SAML provider knows us by: the address of our metadata for this very provider."""
        return settings.PUBLIC_ORIGIN + reverse("accounts:saml_metadata", args=[self.public_id])


class SamlDetails(models.Model):
    """What only a SAML provider has: from its metadata, and the names of its attributes."""

    provider = models.OneToOneField(IdentityProvider, models.CASCADE, related_name="saml")
    metadata_address = models.CharField(max_length=500, blank=True)
    sign_in_address = models.CharField(max_length=500)
    certificates = models.JSONField(default=list)  # [{"text": base64, "until": ISO 8601}]
    # Empty: the NameID.
    identifier_attribute = models.CharField(max_length=200, blank=True)
    email_attribute = models.CharField(max_length=200, blank=True, default="email")
    name_attribute = models.CharField(max_length=200, blank=True, default="name")
    roles_attribute = models.CharField(max_length=200, blank=True, default="roles")
    schools_attribute = models.CharField(max_length=200, blank=True, default="schools")
    allows_unsolicited = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("SAML details")
        verbose_name_plural = _("SAML details")

    def __str__(self) -> str:
        return f"{self.provider}: SAML"


class SamlAnswer(models.Model):
    """A valid answer of a provider. It is kept until it would be too old, so it counts once.

    Browsers bring it without their session, because another site sends them. The next request has
    the session, and takes the answer with its key.
    """

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="saml_answers")
    assertion_id = models.CharField(max_length=255)
    key = models.CharField(max_length=64, unique=True)
    sealed_content = models.TextField(blank=True)  # empty once it is taken
    received_at = models.DateTimeField(default=timezone.now)
    forget_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("SAML answer")
        verbose_name_plural = _("SAML answers")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "assertion_id"], name="one_saml_answer_for_an_assertion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.assertion_id}"


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
