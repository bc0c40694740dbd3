"""The dates of an award: one rule for documents, pages, papers, emails and reports.

- The day it was earned is the one its source names, or else the day of issue. It comes first
  wherever people read a date, and the award expires from it. It is `issuedOn` of Open Badges 2.0
  (Assertion: "when the achievement was awarded") and `awardedDate` of 3.0 (B.1.2
  AchievementCredential: "when the credential was awarded").
- The day of issue is when the award was signed and published here. People read it next to the day
  it was earned, if the two differ. It is `validFrom` of 3.0; a credential that is signed again has
  a later `validFrom` and the same `awardedDate`.

Days are those of the program's time zone. See docs/adr/0042.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from issuing.models import Assertion


def awarded_on(*, earned_on: datetime | None, issued_on: datetime | None) -> datetime | None:
    """When it was earned. None for an award that is not issued and whose source names no day."""
    return earned_on or issued_on


def are_two_days(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return False
    return timezone.localdate(one) != timezone.localdate(other)


def day(moment: datetime | None, *, short: bool = False) -> str:
    if moment is None:
        return ""
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT" if short else "DATE_FORMAT")


def facts(award: Assertion) -> list[tuple[str, datetime]]:
    """The dates with their labels, for lists of facts."""
    labels = [(_("Earned on"), award.awarded_on)]
    if award.is_issued_later:
        labels.append((_("Issued on"), award.issued_on))
    return [(label, moment) for label, moment in labels if moment]


def lines(award: Assertion) -> list[str]:
    """The dates with their labels, each for a line of its own."""
    return [f"{label} {day(moment)}" for label, moment in facts(award)]


def in_words(award: Assertion, *, short: bool = False) -> str:
    """“Earned on March 3, 2026, issued on May 5, 2026”, or one day if both are the same."""
    return days_in_words(award.awarded_on, award.issued_on, short=short)


def days_in_words(
    earned_on: datetime | None, issued_on: datetime | None, *, short: bool = False
) -> str:
    """As `in_words`, for the days of any badge."""
    dates = {"earned": day(earned_on, short=short), "issued": day(issued_on, short=short)}
    if are_two_days(earned_on, issued_on):
        return _("Earned on %(earned)s, issued on %(issued)s") % dates
    return _("Earned on %(earned)s") % dates if dates["earned"] else ""


def moment_of(day: date) -> datetime:
    """A day that somebody wrote, as a moment that is on that day in every time zone: noon.

    Today begins at midnight, because an award can't be earned in the future.
    """
    hour = 0 if day == timezone.localdate() else 12
    return timezone.make_aware(datetime.combine(day, time(hour)))


def end_of(day: date) -> datetime:
    """The last second of a day that somebody wrote, as the end of what holds until that day."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
