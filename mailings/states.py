"""The statuses of subscriptions and announcements, and every move they may make."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SubscriptionStatus(models.TextChoices):
    PENDING = "pending", _("not confirmed yet")
    CONFIRMED = "confirmed", _("confirmed")
    ENDED = "ended", _("ended")


SUBSCRIPTION_TRANSITIONS: dict[SubscriptionStatus, set[SubscriptionStatus]] = {
    SubscriptionStatus.PENDING: {SubscriptionStatus.CONFIRMED, SubscriptionStatus.ENDED},
    SubscriptionStatus.CONFIRMED: {SubscriptionStatus.ENDED},
    # Only the person can come back, by signing up and confirming again.
    SubscriptionStatus.ENDED: {SubscriptionStatus.PENDING},
}


class AnnouncementStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("announcement", "draft")
    SENDING = "sending", pgettext_lazy("announcement", "being sent")
    STOPPED = "stopped", pgettext_lazy("announcement", "stopped")
    FINISHED = "finished", pgettext_lazy("announcement", "sent")


ANNOUNCEMENT_TRANSITIONS: dict[AnnouncementStatus, set[AnnouncementStatus]] = {
    AnnouncementStatus.DRAFT: {AnnouncementStatus.SENDING},
    AnnouncementStatus.SENDING: {AnnouncementStatus.STOPPED, AnnouncementStatus.FINISHED},
    AnnouncementStatus.STOPPED: {AnnouncementStatus.SENDING},
    AnnouncementStatus.FINISHED: set(),
}


class LetterStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    QUEUED = "queued", _("queued")
    LEFT_OUT = "left out", _("left the list meanwhile")
