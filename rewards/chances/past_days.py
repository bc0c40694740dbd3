"""What award lists with days in the past add to drawings that are announced.

A drawing counts badges by the day of issue or approval, not by the day that a list says they were
earned. So a list of last term's course, awarded today, adds entries to a drawing of this term.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from awarding import many_at_once
from awarding.models import AwardList, AwardListRow
from rewards.chances.operations import badges_that_count
from rewards.chances.standing import members_under
from rewards.models import Drawing, Entry


@dataclass(frozen=True)
class Addition:
    """About how many entries lists would add to a drawing, if they were awarded now."""

    drawing: Drawing
    entries: int


@dataclass(frozen=True)
class ListWithPastDays:
    """A list that was awarded after the drawing was announced, and its entries for past days."""

    # None for somebody who does not coordinate its agency.
    award_list: AwardList | None
    badge: str
    agency: str
    started_at: datetime
    first_day: date
    last_day: date
    entries: int


def additions(
    award_lists: Sequence[AwardList],
    *,
    many_minutes: int | None = None,
    now: datetime | None = None,
) -> list[Addition]:
    """By drawing that is still collecting; drawings to which nothing is added are left out.

    `many_minutes` is what `many_at_once.wait_shown` says of the lists, if the page knows it.
    """
    now = now or timezone.now()
    past = AwardListRow.objects.to_award().filter(
        award_list__in=award_lists, earned_on__lt=timezone.localdate(now)
    )
    drawings = Drawing.objects.collecting().filter(Exists(past)).select_related("rules")
    drawings = list(drawings.prefetch_related("rules__agencies"))
    if drawings and many_minutes is None:
        many_minutes = many_at_once.wait_shown(award_lists)
    issued_at = now + timedelta(minutes=many_minutes or 0)
    issued_at = max([issued_at, *(now + _own_wait(award_list) for award_list in award_lists)])
    found = []
    for drawing in drawings:
        if entries := _entries(drawing, past, now=now, issued_at=issued_at):
            found.append(Addition(drawing, entries))
    return found


def lists_with_past_days(drawing: Drawing, *, reader: User) -> list[ListWithPastDays]:
    """Lists that were awarded after the announcement, and the valid entries for their past days."""
    announced = drawing.rules_versions.aggregate(first=Min("announced_at"))["first"]
    if announced is None:
        return []
    entered = Entry.objects.valid().filter(drawing=drawing, assertion__isnull=False)
    rows = AwardListRow.objects.granted().filter(
        assertion__in=entered.values("assertion"),
        award_list__started_at__gt=announced,
        earned_on__lt=TruncDate(F("award_list__started_at")),
    )
    by_list = (
        rows.order_by()
        .values("award_list")
        .annotate(
            entries=Count(
                "assertion__entries",
                filter=Q(assertion__entries__drawing=drawing, assertion__entries__voided_at=None),
            ),
            first_day=Min("earned_on"),
            last_day=Max("earned_on"),
        )
    )
    groups = {group["award_list"]: group for group in by_list}
    if not groups:
        return []
    lists = AwardList.objects.filter(pk__in=groups).with_badge().order_by("-started_at", "-pk")
    coordinated = set(
        AwardList.objects.coordinated_by(reader).filter(pk__in=groups).values_list("pk", flat=True)
    )
    return [
        ListWithPastDays(
            award_list=award_list if award_list.pk in coordinated else None,
            badge=award_list.badge_class.published_version.name,
            agency=str(award_list.badge_class.issuer.agency),
            started_at=award_list.started_at,
            first_day=groups[award_list.pk]["first_day"],
            last_day=groups[award_list.pk]["last_day"],
            entries=groups[award_list.pk]["entries"],
        )
        for award_list in lists
    ]


def _own_wait(award_list: AwardList) -> timedelta:
    return timedelta(hours=award_list.badge_class.hours_before_issue)


def _entries(drawing: Drawing, past, *, now: datetime, issued_at: datetime) -> int:
    rules = drawing.announced_rules
    counts_on = issued_at if rules.counts_by == rules.CountsBy.ISSUED else now
    in_period = rules.opens_on <= timezone.localdate(counts_on) <= rules.ends_on
    if not in_period or issued_at > rules.closes_at:
        return 0
    entered = Entry.objects.valid().filter(
        drawing=drawing,
        user__email=OuterRef("email"),
        assertion__badge_class=OuterRef("award_list__badge_class"),
    )
    rows = past.filter(~Exists(entered), award_list__badge_class__in=badges_that_count(rules))
    if agencies := [agency.pk for agency in rules.agencies.all()]:
        rows = rows.filter(email__in=members_under(rules, agencies).values("user__email"))
    people = rows.order_by().values("email", "award_list__badge_class").distinct().count()
    return people * rules.chances_per_badge
