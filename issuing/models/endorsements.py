from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import BadgeVersion, Issuer
from issuing.models.assertions import Assertion
from issuing.querysets import EndorsementQuerySet
from issuing.states import EndorsementStatus
from postgres.erasure import ProtectUnlessErased
from serving.triggers import ChangesPages

_TARGETS = ("issuer", "version", "assertion")


def _exactly_one(names: tuple[str, ...]) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{other}__isnull": other != name for other in names})
    return found


class Endorsement(models.Model):
    """An endorsement of an issuer, a version of a badge, or an award by an outside party."""

    Status = EndorsementStatus

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issuer = models.ForeignKey(Issuer, models.PROTECT, null=True, related_name="endorsements")
    version = models.ForeignKey(
        BadgeVersion, models.PROTECT, null=True, related_name="endorsements"
    )
    assertion = models.ForeignKey(Assertion, models.PROTECT, null=True, related_name="endorsements")
    endorser = models.ForeignKey(User, models.PROTECT, related_name="+")
    # As the endorser entered it. It becomes public when the offer is accepted.
    endorser_name = models.CharField(_("name"), max_length=200)
    endorser_url = models.URLField(_("web address"))
    endorser_about = models.CharField(_("who you are"), max_length=400)
    comment = models.TextField(_("endorsement"), max_length=2000)
    status = models.CharField(
        max_length=10, choices=EndorsementStatus, default=EndorsementStatus.OFFERED
    )
    offered_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    credential = models.TextField(
        blank=True, help_text="The EndorsementCredential as it was signed when it was accepted."
    )
    key = models.CharField(
        max_length=100, blank=True,
        help_text="The public half of the key that signed it, as Multikey. It signed only this.",
    )  # fmt: skip

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        ordering = ["-offered_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="endorsement_is_of_one_thing", condition=_exactly_one(_TARGETS)
            ),
            models.CheckConstraint(
                name="endorsement_is_signed_exactly_while_accepted",
                condition=(Q(status=EndorsementStatus.ACCEPTED) & ~Q(credential="") & ~Q(key=""))
                | (~Q(status=EndorsementStatus.ACCEPTED) & Q(credential="")),
            ),
            *(
                models.UniqueConstraint(
                    fields=["endorser", target],
                    condition=Q(status__in=[EndorsementStatus.ACCEPTED, EndorsementStatus.OFFERED]),
                    name=f"one_endorsement_per_person_and_{target}",
                )
                for target in _TARGETS
            ),
        ]
        triggers = [
            ChangesPages("endorsement_changes_pages"),
            ProtectUnlessErased(
                personal=["endorser_name", "endorser_url", "endorser_about", "comment"],
                name="endorsement_says_what_was_offered",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "public_id",
                    "issuer",
                    "version",
                    "assertion",
                    "endorser",
                    "endorser_name",
                    "endorser_url",
                    "endorser_about",
                    "comment",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.endorser_name}"

    def get_absolute_url(self) -> str:
        return reverse("issuing:endorsement", args=[self.public_id])

    @property
    def concerned_ids(self) -> tuple[int, ...]:
        earner = (self.assertion.recipient_id,) if self.assertion else ()
        return (self.endorser_id, *earner)

    @property
    def target(self) -> Issuer | BadgeVersion | Assertion:
        return self.issuer or self.version or self.assertion

    @property
    def of_issuer(self) -> Issuer:
        """The endorsed issuer, or the issuer of the endorsed badge or award."""
        if self.issuer:
            return self.issuer
        return (self.version or self.assertion).badge_class.issuer

    @property
    def target_url(self) -> str:
        """The page that shows the endorsement."""
        if self.issuer:
            return reverse("issuing:issuer", args=[self.issuer.public_id])
        return (self.assertion or self.version.badge_class).get_absolute_url()
