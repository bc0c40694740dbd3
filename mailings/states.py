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
    LEFT_OUT = "left out", _("not sent: left the list, or has no active account any more")


class Purpose(models.TextChoices):
    """The law tells them apart: news need that somebody asked for them."""

    NEWS = "news", _("News and invitations, to people who signed up for a list")
    SERVICE = "service", _("About how the program works, to people with an account")


class SignedIn(models.TextChoices):
    """Days, and whether somebody signed in within them."""

    WITHIN_30 = "in 30", _("in the last 30 days")
    WITHIN_90 = "in 90", _("in the last 90 days")
    WITHIN_365 = "in 365", _("in the last year")
    NOT_WITHIN_30 = "not in 30", _("not in the last 30 days")
    NOT_WITHIN_90 = "not in 90", _("not in the last 90 days")
    NOT_WITHIN_365 = "not in 365", _("not in the last year")

    @property
    def days(self) -> int:
        return int(self.value.rpartition(" ")[2])

    @property
    def is_recent(self) -> bool:
        return self.value.startswith("in ")


class ImportStatus(models.TextChoices):
    CHECKED = "checked", pgettext_lazy("import", "checked, not started")
    RUNNING = "running", pgettext_lazy("import", "being added")
    FINISHED = "finished", pgettext_lazy("import", "added")
    UNDONE = "undone", pgettext_lazy("import", "undone")


IMPORT_TRANSITIONS: dict[ImportStatus, set[ImportStatus]] = {
    ImportStatus.CHECKED: {ImportStatus.RUNNING},
    ImportStatus.RUNNING: {ImportStatus.FINISHED, ImportStatus.UNDONE},
    ImportStatus.FINISHED: {ImportStatus.UNDONE},
    ImportStatus.UNDONE: set(),
}


class RowOutcome(models.TextChoices):
    """What an import does with an address. All but the first leave everything as it is."""

    NEW = "new", _("new")
    ALREADY = "already", _("already on the list")
    PENDING = "pending", _("has signed up, not confirmed yet")
    ENDED = "ended", _("unsubscribed before, or wants no announcements")
    BAD = "bad", _("not an email address")
    TWICE = "twice", _("more than once in the file")
    REFUSED = "refused", _("emails to it came back, or it refused them")
    CLOSED = "closed", _("can’t be put on a list")
