"""Entries: who has how many chances, and who is excluded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.operations import record
from catalog.models import BadgeClass
from issuing.models import Assertion
from issuing.states import AwardStatus
from postgres.row_locks import lock_all, lock_one
from rewards.chances.standing import (
    admits,
    exclusion_reason,
    is_staff_of,
    members_under,
)
from rewards.models import Drawing, DrawingRules, Entry, EntryList, Win
from rewards.querysets import EntryQuerySet
from rewards.states import DrawingStatus

log = logging.getLogger(__name__)

BATCH = 2000
# Counts of at least this many chances are slow, so they are cached for a minute.
CACHED_FROM = 10_000
# Advisory lock: shared while entries are added, exclusive while a drawing is announced or closed.
ENTRIES_LOCK = 7_284_118


class CannotEnter(Exception):
    """This person cannot take a free entry now."""


def eligible_awards(rules: DrawingRules) -> QuerySet[Assertion]:
    """The issued awards that are chances under these rules. Minors take part in no drawing."""
    awards = _awards_in_period(rules).exclude(recipient__in=User.objects.minors())
    if rules.agencies.exists():
        memberships = members_under(rules).filter(
            user__person_key=OuterRef("recipient__person_key")
        )
        awards = awards.filter(Exists(memberships))
    return awards


def badges_that_count(rules: DrawingRules) -> QuerySet[BadgeClass]:
    """Published badges that give a chance under these rules."""
    categories = rules.categories.through.objects.filter(drawingrules=rules)
    badge_classes = rules.badge_classes.through.objects.filter(drawingrules=rules)
    badges = BadgeClass.objects.published().filter(
        ~Exists(categories) | Q(category__in=categories.values("category")),
        ~Exists(badge_classes) | Q(pk__in=badge_classes.values("badgeclass")),
    )
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
    people = User.objects.filter(pk__in=[user.pk for user in users]).values("person_key")
    awards = Assertion.objects.issued().filter(recipient__person_key__in=people).order_by("pk")
    if held := list(awards):
        add_entries(held, now=now)


def match_entries_of(users: Sequence[User], *, now: datetime) -> None:
    """Accounts were linked or unlinked, or minors came of age: what may enter may have changed.

    Where a drawing is for the people of some agencies, a workplace of any account counts. Lists
    that are frozen stay as they are.
    """
    _advisory_lock("pg_advisory_xact_lock_shared")
    for drawing in Drawing.objects.collecting().select_related("rules"):
        eligible = eligible_awards(drawing.announced_rules).filter(recipient__in=users)
        of_users = drawing.entries.filter(user__in=users)
        because = "accounts were unlinked"
        _void_ineligible(of_users, drawing, eligible, now=now, because=because)
        _restore_and_add(drawing, eligible, now=now)


def leave_drawings(users: Sequence[User], *, now: datetime) -> None:
    """These people are minors from now on: their chances end, also free ones.

    Lists that are frozen stay as they are; a name on a result page does not. Entries that are being
    added meanwhile, for example because a workplace is confirmed, are waited for and end, too.
    """
    wait_for_entries_in_progress()
    # All of them: a free entry that is being taken is not seen yet.
    collecting = lock_all(Drawing.objects.collecting())
    Entry.objects.valid().filter(user__in=users, drawing__in=collecting).update(
        voided_at=now, voided_because="not eligible"
    )
    Win.objects.filter(line__entry__user__in=users, shows_name=True).update(shows_name=False)


def is_marked(user: User) -> bool:
    """Asked anew, because the user of the request was read before."""
    return User.objects.minors().filter(pk=user.pk).exists()


def void_entries(revoked: Sequence[Assertion], *, now: datetime | None = None) -> None:
    """Void the entries of revoked awards in every drawing whose list is not frozen yet."""
    _advisory_lock("pg_advisory_xact_lock_shared")
    Entry.objects.valid().filter(
        assertion__in=revoked, drawing__status=DrawingStatus.ANNOUNCED
    ).update(voided_at=now or timezone.now(), voided_because="badge revoked")
    # Two awards of one badge give one chance, so the other award now gets it.
    pairs = {(award.recipient_id, award.badge_class_id) for award in revoked}
    others = Assertion.objects.issued().filter(
        recipient__in={recipient for recipient, _badge in pairs},
        badge_class__in={badge for _recipient, badge in pairs},
    )
    remaining = [
        award
        for award in others.exclude(pk__in=[award.pk for award in revoked])
        if (award.recipient_id, award.badge_class_id) in pairs
    ]
    if remaining:
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
    # Asked under the drawing's lock, which marking somebody as a minor takes, too.
    if not admits(drawing.announced_rules, user) or is_marked(user):
        raise CannotEnter
    # Two accounts of one person have one free entry, too. The drawing's lock makes it one.
    others = drawing.entries.of(user).filter(assertion=None)
    if earlier := others.exclude(user=user).first():
        return earlier
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
    entries = drawing.entries.all()
    _void_ineligible(entries, drawing, eligible, now=now, because="the rules changed")
    free = drawing.entries.filter(assertion=None).exclude(user__in=User.objects.minors())
    if drawing.announced_rules.agencies.exists():
        members = members_under(drawing.announced_rules).values("user__person_key")
        admitted = User.objects.filter(person_key__in=members).values("pk")
        free.valid().exclude(user__in=admitted).update(
            voided_at=now, voided_because="the rules changed"
        )
        free = free.filter(user__in=admitted)
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
        drawing.entries.all(),
        drawing,
        _awards_in_period(drawing.announced_rules),
        now=now,
        because="the list was corrected",
    )
    _restore_and_add(drawing, eligible_awards(drawing.announced_rules), now=now)


def staff_of(drawing: Drawing) -> QuerySet[User]:
    return User.objects.filter(is_staff_of(drawing))


def odds(drawing: Drawing, frozen: EntryList | None) -> tuple[int, int]:
    """(chances, people): of the list in force, or before the close, up to a minute old."""
    if frozen:
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
            chances=Count("pk", filter=~valid.is_a_copy()),
            people=Count("user__person_key", distinct=True),
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
    entries: EntryQuerySet,
    drawing: Drawing,
    eligible: QuerySet[Assertion],
    *,
    now: datetime,
    because: str,
) -> None:
    """Void those of these entries of a drawing whose awards do not count."""
    valid = entries.valid().exclude(assertion=None)
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
