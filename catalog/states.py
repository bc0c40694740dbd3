from django.db import models
from django.utils.translation import gettext_lazy as _


class BadgeStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


# A published badge is never unpublished, because people have earned it. It can be retired.
TRANSITIONS: dict[BadgeStatus, set[BadgeStatus]] = {
    BadgeStatus.DRAFT: {BadgeStatus.PUBLISHED},
    BadgeStatus.PUBLISHED: {BadgeStatus.RETIRED},
    BadgeStatus.RETIRED: {BadgeStatus.PUBLISHED},
}


class PathwayStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")


class ReviewScheme(models.TextChoices):
    """How many people read what is sent in for a badge, and how they come to a decision."""

    ONE_READER = "one_reader", _("one reader")
    READER_AND_APPROVER = "approver", _("a reader and an approver")
    TWO_READERS = "two_readers", _("two independent readers")
