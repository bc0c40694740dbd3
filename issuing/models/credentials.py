from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from issuing.models.assertions import Assertion
from issuing.models.keys import IssuerKey


class CredentialText(models.Model):
    """The JSON that many signed credentials share, with numbered placeholders for what differs.

    The awards of one badge differ in some four hundred bytes of five thousand.
    """

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the text, in hex.")
    text = models.TextField()

    class Meta:
        verbose_name = _("text of a credential")
        verbose_name_plural = _("texts of credentials")
        triggers = [
            pgtrigger.Protect(name="credential_text_stays", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class SignedCredential(models.Model):
    """An award as an Open Badges 3.0 credential, signed both ways.

    It is signed again when the award shows something else, and deleted when the award is revoked.
    """

    assertion = models.OneToOneField(
        Assertion, models.CASCADE, primary_key=True, related_name="signed"
    )
    text = models.ForeignKey(CredentialText, models.PROTECT, related_name="+")
    gaps = models.JSONField(help_text="What stands in the gaps of the text, in order.")
    signed_at = models.DateTimeField()
    integrity_key = models.ForeignKey(IssuerKey, models.PROTECT, related_name="+")
    proof = models.TextField(help_text="The Data Integrity proof, as JSON.")
    jwt_key = models.ForeignKey(IssuerKey, models.PROTECT, related_name="+")
    jwt_signature = models.CharField(max_length=700)

    class Meta:
        verbose_name = _("signed credential")
        verbose_name_plural = _("signed credentials")

    def __str__(self) -> str:
        return f"{self.assertion}, signed"
