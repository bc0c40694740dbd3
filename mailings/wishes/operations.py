"""The wish to get no announcements from the program: of a person, with all their accounts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.links.operations import lock_accounts
from accounts.models import User
from mailings.announcements.operations import leave_out_letters
from mailings.lists import operations as lists
from mailings.models import Letter, NoAnnouncements
from postgres.row_locks import lock_all


@transaction.atomic
def want_none(user: User, *, now: datetime | None = None) -> None:
    """Send this person no announcements, take back what no worker has tried, and end their lists.

    Saying so twice changes nothing. Emails about their own submissions and badges go on.
    """
    now = now or timezone.now()
    accounts = list(lock_accounts(user, may_close=True).values())
    if NoAnnouncements.objects.filter(user__in=accounts).exists():
        return
    NoAnnouncements.objects.create(user=user, since=now)
    leave_out_letters(Letter.objects.filter(user__in=accounts))
    lists.end_all_of(accounts, now=now)


@transaction.atomic
def want_them(user: User) -> None:
    """Send announcements again from now on. Lists that were ended stay ended."""
    accounts = lock_all(User.objects.same_person(user))
    NoAnnouncements.objects.filter(user__in=accounts).delete()


def wants_none(user: User) -> bool:
    accounts = User.objects.same_person(user)
    return NoAnnouncements.objects.filter(user__in=accounts).exists()
