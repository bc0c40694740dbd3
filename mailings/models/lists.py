from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from mailings.querysets import MailingListQuerySet, SubscriptionQuerySet
from mailings.states import SubscriptionStatus
from program.two_languages import Text, in_language, text_in_language
from serving.triggers import ChangesPages


class MailingList(models.Model):
    """A list that people sign up for by email, with or without an account."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("agency"),
        help_text=_("Its coordinators run the list and write to it."),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=80)
    name_es = models.CharField(_("name in Spanish"), max_length=80, blank=True)
    description = models.CharField(
        _("description"), max_length=300, blank=True,
        help_text=_("What people get, and how often."),
    )  # fmt: skip
    description_es = models.CharField(_("description in Spanish"), max_length=300, blank=True)
    is_open = models.BooleanField(
        _("anyone can sign up"), default=True,
        help_text=_("Without this, nobody can sign up. Those who already did still get emails."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The smallest number is shown first.")
    )

    objects = MailingListQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing list")
        verbose_name_plural = _("mailing lists")
        ordering = ["position", "name", "pk"]
        constraints = [
            models.CheckConstraint(name="mailing_list_has_a_name", condition=~Q(name="")),
        ]
        triggers = [ChangesPages("mailing_list_changes_pages")]

    def __str__(self) -> str:
        return in_language(self.name, self.name_es)

    def get_absolute_url(self) -> str:
        return reverse("mailings:manage_list", args=[self.public_id])

    @property
    def description_text(self) -> Text:
        return text_in_language(self.description, self.description_es)


class Subscriber(models.Model):
    """An address that signed up for a list. Linked to no account: addresses of both may differ."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("email address"), unique=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        constraints = [
            models.CheckConstraint(
                name="subscriber_email_is_lower_case", condition=Q(email=Lower("email"))
            )
        ]

    def __str__(self) -> str:
        return self.email


class Subscription(models.Model):
    """One address on one list. Letters leave only while it is confirmed."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    mailing_list = models.ForeignKey(MailingList, models.PROTECT, related_name="subscriptions")
    status = models.CharField(
        max_length=10, choices=SubscriptionStatus, default=SubscriptionStatus.PENDING
    )
    asked_at = models.DateTimeField(_("signed up"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    # How the person agreed, if not by the button on our page.
    imported_in = models.ForeignKey(
        "mailings.SubscriberImport", models.PROTECT, null=True, related_name="subscriptions"
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailing_list", "subscriber"], name="one_subscription_per_list_and_address"
            ),
            models.CheckConstraint(
                name="subscription_confirmed_with_its_time",
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="subscription_ended_with_its_time",
                condition=Q(status="ended", ended_at__isnull=False)
                | (~Q(status="ended") & Q(ended_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["mailing_list", "status"], name="subscription_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber}: {self.mailing_list}"
