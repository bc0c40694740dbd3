"""Roles with a last day: they end at midnight after it, and people are told two weeks before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Agency, Membership, User
from accounts.querysets import MembershipQuerySet
from audit.operations import record, record_all
from background.operations import work_on
from mail.operations import Letter, queue_emails

BATCH = 500
TOLD_BEFORE = timedelta(days=14)


def role_and_day(role: str, ends_on: date | None) -> str:
    """The note of an entry of the activity log: the role, and its last day if it has one."""
    return f"{role}, {ends_on.isoformat()}" if ends_on else role


def change_last_day(
    membership: Membership, ends_on: date | None, *, by: User | None, now: datetime
) -> None:
    """In the caller's transaction, under the lock of the membership."""
    membership.ends_on = ends_on
    membership.save(update_fields=["ends_on"])
    note = role_and_day(membership.role, ends_on)
    user, agency = membership.user, membership.agency
    record("last day of a role changed", user, by=by, agency=agency, note=note, at=now)


def end_if_over(user: User, agency: Agency, role: str, *, now: datetime) -> None:
    """End the role if its last day is over, so that it can be given again.

    In the caller's transaction.
    """
    same = Membership.objects.filter(user=user, agency=agency, role=role)
    _end(_over(same, now=now), now=now)


@transaction.atomic
def end_roles(*, now: datetime, failed: set[int] | None = None) -> int:
    """Give their end to memberships whose last day is over. Returns how many were due.

    Those that raise an error are added to `failed`; those that failed are left out until the next
    run.
    """
    failed = set() if failed is None else failed
    over = _over(Membership.objects.exclude(pk__in=failed), now=now, skip_locked=True)
    late = work_on(over, lambda some: _end(some, now=now), what="end a role after its last day")
    failed.update(row.pk for row in late)
    return len(over)


def _over(
    memberships: MembershipQuerySet, *, now: datetime, skip_locked: bool = False
) -> list[Membership]:
    over = memberships.current().filter(ends_on__lt=timezone.localdate(now)).order_by("pk")
    rows = over.select_for_update(no_key=True, of=["self"], skip_locked=skip_locked)
    return list(rows.select_related("user", "agency")[:BATCH])


def _end(ended: list[Membership], *, now: datetime) -> None:
    for row in ended:
        assert row.ends_on  # noqa: S101  filtered above
        row.ended_at = _midnight_after(row.ends_on)
    Membership.objects.bulk_update(ended, ["ended_at"])
    for role in {row.role for row in ended}:
        acts = [
            ("role ended on its last day", row.user, row.agency)
            for row in ended
            if row.role == role
        ]
        record_all(acts, by=None, at=now, note=role)


@transaction.atomic
def tell_of_last_days(*, now: datetime, failed: set[int] | None = None) -> int:
    """Tell people, and the coordinators of their agency, of last days in the next two weeks.

    A role that was given for less than that is not announced: its person knows already. Returns
    how many were due. Roles that raise an error are added to `failed`, as in `end_roles`.
    """
    failed = set() if failed is None else failed
    today = timezone.localdate(now)
    soon = Membership.objects.confirmed().filter(ends_on__lte=today + TOLD_BEFORE)
    untold = soon.exclude(pk__in=failed).exclude(
        told_of_last_day=F("ends_on"), told_of_last_day__isnull=False
    )
    locked = untold.select_for_update(no_key=True, of=["self"], skip_locked=True).order_by("pk")
    rows = list(locked.select_related("user", "agency")[:BATCH])
    late = work_on(rows, lambda some: _tell(some, now=now), what="tell of the last day of a role")
    failed.update(row.pk for row in late)
    return len(rows)


def _tell(rows: list[Membership], *, now: datetime) -> None:
    letters = []
    for row in rows:
        row.told_of_last_day = row.ends_on
        context = {"membership": row.pk}
        for person in [row.user, *_coordinators_near(row)]:
            kind = "role_ends_soon" if person == row.user else "role_of_other_ends_soon"
            key = f"{row.pk} {row.ends_on} {person.pk}"
            letters.append(Letter(kind, key, person.email, person.language, context, now))
    Membership.objects.bulk_update(rows, ["told_of_last_day"])
    if letters:
        queue_emails(letters, now=now)


def told_already(ends_on: date | None, *, now: datetime) -> date | None:
    """The last day of which the email about a new role tells, if it is so near."""
    return ends_on if ends_on and ends_on <= timezone.localdate(now) + TOLD_BEFORE else None


def _coordinators_near(membership: Membership) -> list[User]:
    """Other coordinators of the agency; if there are none, those of the next agency above it."""
    agency: Agency | None = membership.agency
    while agency:
        roles = Membership.objects.confirmed().filter(
            agency=agency, role=Membership.Role.COORDINATOR
        )
        people = User.objects.filter(pk__in=roles.values("user"), is_active=True)
        if others := list(people.exclude(pk=membership.user_id).order_by("pk")):
            return others
        agency = agency.parent
    return []


def _midnight_after(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
