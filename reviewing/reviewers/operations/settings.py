"""What reviewers know, how much they review in a week, and when they are away."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, User
from accounts.operations import lock_people
from audit.operations import record
from editing.forms import Edit
from reviewing.models import Absence, ReviewerSettings

EXPERTISE = ("categories", "badges")


class TooManyAbsences(Exception):
    """MOST_ABSENCES are to come already."""


MOST_ABSENCES = 20


def stored_settings(user: User) -> dict[str, Any]:
    settings = ReviewerSettings.objects.filter(user=user).first() or ReviewerSettings(user=user)
    chosen = {name: [] for name in EXPERTISE} if settings.pk is None else _chosen(settings)
    return {
        "weekly_maximum": settings.weekly_maximum,
        "languages": settings.languages,
        **chosen,
    }


@transaction.atomic
def save_settings(
    user: User, *, edit: Edit, by: User, agency: Agency | None = None, now: datetime | None = None
) -> None:
    """Written by the reviewer, or for an `agency` by its coordinator. Raises EditConflict."""
    ReviewerSettings.objects.get_or_create(user=user)
    settings = ReviewerSettings.objects.select_for_update(no_key=True).get(user=user)
    edit.check(stored_settings(user))
    for name, value in edit.only(["weekly_maximum", "languages"]).items():
        setattr(settings, name, value)
    settings.save(update_fields=["weekly_maximum", "languages"])
    for name, keys in edit.only(EXPERTISE).items():
        getattr(settings, name).set(keys)
    _record(user, by=by, agency=agency, now=now)


@transaction.atomic
def add_absence(
    user: User,
    *,
    first_day: date,
    last_day: date,
    by: User,
    agency: Agency | None = None,
    now: datetime | None = None,
) -> Absence:
    """Nothing is given to the reviewer on these days. Raises TooManyAbsences."""
    # Locked, so that what is added at the same moment is counted, too.
    lock_people([user])
    absences = Absence.objects.filter(user=user)
    days = {"first_day": first_day, "last_day": last_day}
    if same := absences.filter(**days).first():
        return same
    if absences.not_over(timezone.localdate(now)).count() >= MOST_ABSENCES:
        raise TooManyAbsences
    _record(user, by=by, agency=agency, now=now)
    return Absence.objects.create(user=user, **days)


@transaction.atomic
def remove_absence(
    absence: Absence, *, by: User, agency: Agency | None = None, now: datetime | None = None
) -> None:
    absence.delete()
    _record(absence.user, by=by, agency=agency, now=now)


def _chosen(settings: ReviewerSettings) -> dict[str, list[int]]:
    return {
        name: sorted(getattr(settings, name).order_by().values_list("pk", flat=True))
        for name in EXPERTISE
    }


def _record(user: User, *, by: User, agency: Agency | None, now: datetime | None) -> None:
    """What coordinators change is in their activity log."""
    if agency:
        act = "settings of a reviewer changed"
        record(act, user, by=by, agency=agency, at=now, concerns=[user.pk])
