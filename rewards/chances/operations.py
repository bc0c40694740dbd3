"""Entries: who has how many chances, and who is excluded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Agency, Membership, User
from audit.operations import record
from catalog.models import BadgeClass
from issuing.models import Assertion
from issuing.states import AwardStatus
from postgres.row_locks import lock_one
from rewards.chances import frozen_lists
from rewards.models import Drawing, DrawingRules, Entry, SamePerson
from rewards.permissions import staff_agencies, staff_since
from rewards.querysets import EntryQuerySet
from rewards.states import DrawingStatus

log = logging.getLogger(__name__)

BATCH = 2000
# Counts of at least this many chances are slow, so they are cached for a minute.
CACHED_FROM = 10_000
# Advisory lock: shared while entries are added, exclusive while a drawing is announced or closed.
ENTRIES_LOCK = 7_284_118
# Published as the reason for a skip, so it must name nobody.
STAFF_REASON = "staff of the program"


class CannotEnter(Exception):
    """This person cannot take a free entry now."""


def eligible_awards(rules: DrawingRules) -> QuerySet[Assertion]:
    """The issued awards that are chances under these rules."""
    awards = _awards_in_period(rules)
    if rules.agencies.exists():
        memberships = members_under(rules).filter(user=OuterRef("recipient"))
        awards = awards.filter(Exists(memberships))
    return awards


def members_under(rules: DrawingRules) -> QuerySet[Membership]:
    """Confirmed memberships of the agencies whose people may take part, at the close at the latest.

    Anyone may say that they work somewhere, so an unconfirmed membership gives no chance.
    """
    confirmed = Membership.objects.confirmed_by(rules.closes_at)
    return confirmed.filter(agency__in=_agencies_of(rules))


def badges_that_count(rules: DrawingRules) -> QuerySet[BadgeClass]:
    """Published badges that give a chance under these rules."""
    badges = BadgeClass.objects.published()
    if categories := list(rules.categories.all()):
        badges = badges.filter(category__in=categories)
    if badge_classes := list(rules.badge_classes.all()):
        badges = badges.filter(pk__in=[badge_class.pk for badge_class in badge_classes])
    return badges.exclude(pk__in=rules.excluded_badge_classes.values("pk"))


def add_entries(assertions: Sequence[Assertion], *, now: datetime | None = None) -> None:
    """Add the entries of newly issued awards to every open drawing, in the same transaction.

    The number of queries does not grow with the awards. Batches run concurrently; announcing and
    closing wait for running batches, so that no award is missed (`wait_for_entries_in_progress`).
    """
    _advisory_lock("pg_advisory_xact_lock_shared")
    issued = [assertion.pk for assertion in assertions]
    for drawing in Drawing.objects.collecting().select_related("rules"):
        eligible = eligible_awards(drawing.announced_rules).filter(pk__in=issued)
        awards = list(eligible.values_list("pk", "recipient_id", "badge_class_id"))
        _insert_entries(drawing, awards, now=now or timezone.now())


def add_entries_of(users: Sequence[User], *, now: datetime | None = None) -> None:
    """Add the entries of awards that these people had before their workplace was confirmed."""
    awards = Assertion.objects.issued().filter(recipient__in=users).order_by("pk")
    if held := list(awards):
        add_entries(held, now=now)


def void_entries(assertion: Assertion, *, now: datetime | None = None) -> None:
    """Void the entries of a revoked award in every drawing whose list is not frozen yet."""
    _advisory_lock("pg_advisory_xact_lock_shared")
    Entry.objects.valid().filter(
        assertion=assertion, drawing__status=DrawingStatus.ANNOUNCED
    ).update(voided_at=now or timezone.now(), voided_because="badge revoked")
    # Two awards of one badge give one chance, so the other award now gets it.
    others = Assertion.objects.issued().filter(
        recipient=assertion.recipient_id, badge_class=assertion.badge_class_id
    )
    if remaining := list(others.exclude(pk=assertion.pk)):
        add_entries(remaining, now=now)


@transaction.atomic
def take_free_entry(drawing: Drawing, *, user: User, now: datetime | None = None) -> Entry:
    """Give this person the one free entry, without a badge or a purchase. Calling twice is once."""
    drawing = lock_one(Drawing.objects.select_related("rules"), drawing.pk)
    now = now or timezone.now()
    if drawing.status != DrawingStatus.ANNOUNCED or not drawing.announced_rules.offers_free_entry:
        raise CannotEnter
    if now >= drawing.announced_rules.closes_at or exclusion_reason(user, drawing):
        raise CannotEnter
    if not admits(drawing.announced_rules, user):
        raise CannotEnter
    entry, new = Entry.objects.get_or_create(
        drawing=drawing, user=user, assertion=None, defaults={"created_at": now}
    )
    if new:
        record("free chance taken", drawing, by=user, agency=drawing.agency, at=now)
    return entry


def wait_for_entries_in_progress() -> None:
    """Wait for transactions that are adding entries, and hold off new ones until the commit.

    Needed because foreign keys are checked only at the commit: an entry that is being added does
    not lock its drawing.
    """
    _advisory_lock("pg_advisory_xact_lock")


def sync_entries(drawing: Drawing, *, now: datetime) -> None:
    """Make the entries match the rules in force: after the announcement and any change of rules."""
    eligible = eligible_awards(drawing.announced_rules)
    _void_ineligible(drawing, eligible, now=now, because="the rules changed")
    free = drawing.entries.filter(assertion=None)
    if drawing.announced_rules.agencies.exists():
        members = members_under(drawing.announced_rules).values("user")
        free.valid().exclude(user__in=members).update(
            voided_at=now, voided_because="the rules changed"
        )
        free = free.filter(user__in=members)
    free.update(voided_at=None, voided_because="")
    _restore_and_add(drawing, eligible, now=now)


def correct_entries(drawing: Drawing, *, now: datetime) -> None:
    """Make the entries of a closed drawing what they should have been at the close.

    People who left the agencies after the close keep their chances.
    """
    valid = drawing.entries.valid()
    revoked = Assertion.objects.filter(status=AwardStatus.REVOKED)
    valid.filter(assertion__in=revoked).update(voided_at=now, voided_because="badge revoked")
    _void_ineligible(
        drawing,
        _awards_in_period(drawing.announced_rules),
        now=now,
        because="the list was corrected",
    )
    _restore_and_add(drawing, eligible_awards(drawing.announced_rules), now=now)


def admits(rules: DrawingRules, user: User) -> bool:
    """Whether the rules let this person take part, with badges or a free entry."""
    if not rules.agencies.exists():
        return True
    return members_under(rules).filter(user=user).exists()


def exclusion_reason(user: User, drawing: Drawing) -> str:
    """Why this person, with any of their accounts, cannot win; empty if they can."""
    accounts = _accounts_of_person(user)
    if found := drawing.excluded_people.filter(user__in=accounts).first():
        return found.reason
    if drawing.rules and drawing.rules.excludes_staff:
        staff = User.objects.filter(pk__in=accounts).filter(_is_staff(drawing))
        if staff.exists():
            return STAFF_REASON
    return ""


def staff_of(drawing: Drawing) -> QuerySet[User]:
    """Operators, and coordinators of the agency, its ancestors and its descendants.

    Also those who stopped being one since the period of the drawing began.
    """
    return User.objects.filter(_is_staff(drawing))


def count_chances(user: User, drawing: Drawing) -> int:
    """How many of the person's entries are or will be on the list, at most the cap."""
    if exclusion_reason(user, drawing):
        return 0
    count = entries_of(user, drawing).count()
    most = drawing.rules.most_chances if drawing.rules else None
    return count if most is None else min(count, most)


def entries_of(user: User, drawing: Drawing) -> EntryQuerySet:
    """The entries of this account that count; once closed, only those on the list."""
    valid = drawing.entries.valid().of(user)
    frozen = drawing.lists.order_by("-number").first()
    if frozen is None:
        return valid
    listed = frozen_lists.lines_by_token(frozen, valid.values_list("token", flat=True))
    revoked = Q(assertion__status=AwardStatus.REVOKED)
    return valid.filter(token__in=[line.token for line in listed]).exclude(revoked)


def is_listed(entry: Entry) -> bool:
    """Whether this entry is on the list, or will be."""
    frozen = entry.drawing.lists.order_by("-number").first()
    return frozen is None or bool(frozen_lists.lines_by_token(frozen, [entry.token]))


def odds(drawing: Drawing) -> tuple[int, int]:
    """(chances, people): of the list, or before the close, up to a minute old."""
    if frozen := drawing.lists.order_by("-number").first():
        return frozen.count, frozen.people
    return odds_before_close([drawing])[drawing.pk]


def odds_before_close(collecting: Sequence[Drawing]) -> dict[int, tuple[int, int]]:
    """(chances, people) of drawings whose list is not frozen, by primary key.

    Large counts are cached: counting a million chances is slow, and many people open the page.
    """
    keys = {drawing.pk: f"odds:{drawing.pk}" for drawing in collecting}
    try:
        known = cache.get_many(keys.values())
    except Exception:
        log.warning("The cache is down; counting the chances.")
        known = {}
    found = {pk: tuple(known[key]) for pk, key in keys.items() if key in known}
    if unknown := [pk for pk in keys if pk not in found]:
        valid = Entry.objects.valid().filter(drawing__in=unknown).order_by()
        counted = valid.values("drawing").annotate(
            chances=Count("pk"), people=Count("user", distinct=True)
        )
        fresh = {row["drawing"]: (row["chances"], row["people"]) for row in counted}
        # Small counts are not cached, so that people see their own first chance at once.
        large = {keys[pk]: odds for pk, odds in fresh.items() if odds[0] >= CACHED_FROM}
        try:
            cache.set_many(large, timeout=60)
        except Exception:
            log.warning("The cache is down; counting the chances.")
        found |= dict.fromkeys(unknown, (0, 0)) | fresh
    return found


def _awards_in_period(rules: DrawingRules) -> QuerySet[Assertion]:
    """The awards that count, whether or not their earners belong to the agencies now."""
    day = "issued_on" if rules.counts_by == rules.CountsBy.ISSUED else "created_at"
    awards = Assertion.objects.issued().filter(
        # The stated time counts, even if the worker closes the drawing later.
        issued_on__lte=rules.closes_at,
        **{f"{day}__date__gte": rules.opens_on, f"{day}__date__lte": rules.ends_on},
    )
    if categories := list(rules.categories.all()):
        awards = awards.filter(badge_class__category__in=categories)
    if badge_classes := list(rules.badge_classes.all()):
        awards = awards.filter(badge_class__in=badge_classes)
    return awards.exclude(badge_class__in=rules.excluded_badge_classes.all())


def _void_ineligible(
    drawing: Drawing, eligible: QuerySet[Assertion], *, now: datetime, because: str
) -> None:
    valid = drawing.entries.valid().exclude(assertion=None)
    too_many = Q(chance__gt=drawing.announced_rules.chances_per_badge)
    valid.filter(~Q(assertion__in=eligible) | too_many).update(
        voided_at=now, voided_because=because
    )


def _restore_and_add(drawing: Drawing, eligible: QuerySet[Assertion], *, now: datetime) -> None:
    """Restore voided entries, which keep their tokens, and add the entries that are missing."""
    chances = drawing.announced_rules.chances_per_badge
    valid = drawing.entries.valid().exclude(assertion=None)
    same_badge = valid.filter(
        user=OuterRef("user"),
        assertion__badge_class=OuterRef("assertion__badge_class"),
        chance=OuterRef("chance"),
    )
    restorable = drawing.entries.filter(
        ~Exists(same_badge),
        voided_at__isnull=False,
        assertion__in=eligible,
        chance__lte=chances,
    )
    # Restore only one of two awards of the same badge.
    one_of_each = ("user", "assertion__badge_class", "chance")
    firsts = restorable.order_by(*one_of_each, "pk").distinct(*one_of_each)
    Entry.objects.filter(pk__in=list(firsts.values_list("pk", flat=True))).update(
        voided_at=None, voided_because=""
    )
    entered = valid.filter(assertion=OuterRef("pk"), chance=chances)
    awards = eligible.filter(~Exists(entered)).values_list("pk", "recipient_id", "badge_class_id")
    batch = []
    for award in awards.iterator(chunk_size=BATCH):
        batch.append(award)
        if len(batch) == BATCH:
            _insert_entries(drawing, batch, now=now)
            batch = []
    _insert_entries(drawing, batch, now=now)


def _advisory_lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [ENTRIES_LOCK])


def _accounts_of_person(user: User) -> list[int]:
    """This account and all others that were merged with it."""
    main = SamePerson.objects.filter(user=user).values_list("main", flat=True).first() or user.pk
    return [main, *SamePerson.objects.filter(main=main).values_list("user", flat=True)]


def _is_staff(drawing: Drawing) -> Q:
    coordinates = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=staff_since(drawing)),
        user=OuterRef("pk"),
        role=Membership.Role.COORDINATOR,
        agency__in=staff_agencies(drawing.agency),
    )
    return Q(is_staff=True) | Q(Exists(coordinates))


def _agencies_of(rules: DrawingRules) -> QuerySet[Agency]:
    """The agencies whose people may take part, with their descendants."""
    within = Q()
    for agency in rules.agencies.all():
        within |= Q(pk__in=Agency.objects.within(agency))
    return Agency.objects.filter(within)


def _insert_entries(drawing: Drawing, awards: list[tuple[int, int, int]], *, now: datetime) -> None:
    """`awards` are (award, user, badge) keys. Two awards of one badge give one chance."""
    valid = drawing.entries.valid().exclude(assertion=None)
    held = {
        (user_id, badge_id): assertion_id
        for user_id, badge_id, assertion_id in valid.filter(
            user__in={user_id for _pk, user_id, _badge in awards}
        ).values_list("user", "assertion__badge_class", "assertion")
    }
    Entry.objects.bulk_create(
        [
            Entry(
                drawing=drawing,
                user_id=user_id,
                assertion_id=assertion_id,
                chance=chance,
                created_at=now,
            )
            for assertion_id, user_id, badge_id in awards
            if held.setdefault((user_id, badge_id), assertion_id) == assertion_id
            for chance in range(1, drawing.announced_rules.chances_per_badge + 1)
        ],
        ignore_conflicts=True,
    )
