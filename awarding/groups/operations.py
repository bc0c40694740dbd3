"""Which badges the instructors of a group may award, and the claim codes that they make for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.groups.operations import lock_group
from accounts.models import Group, User
from audit.operations import record
from awarding.claim_codes import operations as claim_codes
from awarding.lists.operations import lists
from awarding.models import AwardList, AwardListRow, ClaimCode, GroupBadge
from background.enqueue import enqueue_on_commit
from catalog.models import BadgeClass

LONGEST_DAYS = 14


class NobodyChosen(Exception):
    """None of those who were ticked is in the group now."""


class NotAllowed(Exception):
    """No coordinator allows this badge for the group, or the group is no longer theirs."""


@transaction.atomic
def allow(group: Group, badge_class: BadgeClass, *, by: User, now: datetime | None = None) -> None:
    """Allowing it twice changes nothing. Raises accounts.groups.operations.GroupClosed."""
    now = now or timezone.now()
    group = lock_group(group)
    _allowed, new = GroupBadge.objects.get_or_create(
        group=group,
        badge_class=badge_class,
        ended_at=None,
        defaults={"allowed_by": by, "allowed_at": now},
    )
    if new:
        note = str(badge_class)
        record("badge allowed for a group", group, by=by, agency=group.agency, note=note, at=now)


@transaction.atomic
def withdraw(allowed: GroupBadge, *, by: User, now: datetime | None = None) -> None:
    """The badge is no longer for the group, and its open codes for the group end."""
    now = now or timezone.now()
    fresh = GroupBadge.objects.select_for_update(no_key=True).get(pk=allowed.pk)
    if fresh.ended_at:
        return
    fresh.ended_at = now
    fresh.save(update_fields=["ended_at"])
    codes = ClaimCode.objects.filter(group=fresh.group, badge_class=fresh.badge_class)
    for code in codes.filter(ended_at=None, closes_at__gt=now).order_by("pk"):
        claim_codes.end_code(code, by=by, now=now)
    group, note = fresh.group, str(fresh.badge_class)
    record("badge withdrawn from a group", group, by=by, agency=group.agency, note=note, at=now)


@transaction.atomic
def list_members(
    group: Group,
    badge_class: BadgeClass,
    keys: Collection[int],
    *,
    by: User,
    now: datetime | None = None,
) -> AwardList:
    """A list of these members, with or without email, to be checked and awarded as any other.

    Raises NobodyChosen, GroupClosed.
    """
    now = now or timezone.now()
    group = lock_group(group)
    members = group.people.current().members().filter(user__in=keys, user__is_active=True)
    people = [place.user for place in members.select_related("user").order_by("user__name", "pk")]
    if not people:
        raise NobodyChosen
    award_list = AwardList.objects.create(
        badge_class=badge_class, name=group.name, made_by=by, made_at=now
    )
    rows = [
        AwardListRow(line=line, email=person.email, name=person.name)
        for line, person in enumerate(people, start=1)
    ]
    lists.add_rows(award_list, rows)
    lists.mark_problems_across_rows(award_list)
    agency = badge_class.issuer.agency
    record("award list made", award_list, by=by, agency=agency, at=now)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")
    return award_list


@transaction.atomic
def make_code(
    group: Group,
    badge_class: BadgeClass,
    *,
    days: int,
    by: User,
    now: datetime | None = None,
) -> ClaimCode:
    """A code with which members of the group claim the badge. Raises NotAllowed, GroupClosed."""
    now = now or timezone.now()
    group = lock_group(group)
    allowed = GroupBadge.objects.filter(group=group, badge_class=badge_class, ended_at=None)
    is_theirs = Group.objects.taught_by(by).filter(pk=group.pk).exists()
    if not is_theirs or not allowed.exists() or badge_class.status != BadgeClass.Status.PUBLISHED:
        raise NotAllowed
    return claim_codes.make_code(
        badge_class,
        label=group.name[:120],
        limit=None,
        opens_at=now,
        closes_at=now + timedelta(days=min(days, LONGEST_DAYS)),
        by=by,
        group=group,
        now=now,
    )
