"""What belongs to an account: links to another account of the same person, a sign-up,
a change of its address."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import AddressChangeQuerySet, LinkQuerySet
from accounts.triggers import LINK_ONLY_ENDS
from mail.no_mailbox import has_no_mailbox


class AccountLink(models.Model):
    """Two accounts belong to one person, from `linked_at` until it is undone.

    `User.linked_to` says what is so now; these rows say since when, who said so and how they knew.
    """

    class Source(models.TextChoices):
        ADDRESS = "address", _("The person confirmed the address.")
        COORDINATOR = "coordinator", _("A coordinator linked the accounts.")

    account = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    main = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=Source)
    reason = models.CharField(_("how this is known"), max_length=200, blank=True)
    linked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=timezone.now)
    # The main account was linked itself, and took along what was linked to it.
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of two accounts")
        verbose_name_plural = _("links of accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(ended_at__isnull=True),
                name="an_account_is_linked_once",
            ),
            models.CheckConstraint(
                name="nobody_is_their_own_twin", condition=~Q(account=models.F("main"))
            ),
        ]
        triggers = LINK_ONLY_ENDS

    def __str__(self) -> str:
        return f"{self.account.email} = {self.main.email}"

    @property
    def concerned_ids(self) -> tuple[int, ...]:
        return (self.account_id, self.main_id)


class SignUp(models.Model):
    """What was typed when signing up with the address of an invited person.

    It takes effect once the address is confirmed. Until then the person does not change: somebody
    else may have typed it.
    """

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="sign_up")
    name = models.CharField(max_length=150)
    password = models.CharField(max_length=128, help_text="Hashed.")
    language = models.CharField(max_length=10)
    typed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")

    def __str__(self) -> str:
        return f"sign-up of {self.user.email}"


class AddressChange(models.Model):
    """A coordinator's request to give an account another address. Its mailbox has to confirm."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="address_changes")
    was = models.EmailField()
    email = models.EmailField()
    keeps_old = models.BooleanField(default=False)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of an address")
        verbose_name_plural = _("changes of addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at=None, withdrawn_at=None),
                name="one_address_change_waits_for_a_person",
            ),
            models.CheckConstraint(
                name="new_address_is_lower_case", condition=Q(email=Lower("email"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.was} → {self.email}"

    @property
    def words(self) -> str:
        """For the activity log, where an invented address would say nothing: ADR 76."""
        return f"→ {self.email}" if has_no_mailbox(self.was) else str(self)
