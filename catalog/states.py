from django.db import models
from django.utils.translation import gettext_lazy as _


class BadgeStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


# A badge that people hold is never unpublished: it is retired, and may come back.
TRANSITIONS: dict[BadgeStatus, set[BadgeStatus]] = {
    BadgeStatus.DRAFT: {BadgeStatus.PUBLISHED},
    BadgeStatus.PUBLISHED: {BadgeStatus.RETIRED},
    BadgeStatus.RETIRED: {BadgeStatus.PUBLISHED},
}


class PathwayStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
