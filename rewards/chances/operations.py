"""Who has how many chances, and why somebody has none."""

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
from rewards.chances import frozen_lists
from rewards.models import Drawing, DrawingRules, Entry, SamePerson
from rewards.permissions import staff_reach
from rewards.querysets import EntryQuerySet
from rewards.states import DrawingStatus

log = logging.getLogger(__name__)

BATCH = 2000
# From here on counting is slow enough to be remembered for a minute.
MANY = 10_000
# Held together by all who enter badges, and alone by whoever announces or closes.
ENTERING = 7_284_118
# Stands in the published sequence beside a code, so it names nobody.
STAFF = "staff of the program"


class CannotEnter(Exception):
    """The free way in is not open to this person now."""


def eligible_awards(rules: DrawingRules) -> QuerySet[Assertion]:
    """The issued awards that are chances under these rules, whoever holds them."""
    awards = _awards_of_the_period(rules)
    if rules.agencies.exists():
        belongs = Membership.objects.filter(user=OuterRef("recipient"), agency__in=_reach(rules))
        awards = awards.filter(Exists(belongs))
    return awards


def badges_that_count(rules: DrawingRules) -> QuerySet[BadgeClass]:
    """What can be earned today and is a chance."""
    badges = BadgeClass.objects.published()
    if categories := list(rules.categories.all()):
        badges = badges.filter(category__in=categories)
    if badge_classes := list(rules.badge_classes.all()):
        badges = badges.filter(pk__in=[badge_class.pk for badge_class in badge_classes])
    return badges.exclude(pk__in=rules.excluded_badge_classes.values("pk"))


def enter_all(assertions: Sequence[Assertion], *, now: datetime | None = None) -> None:
    """Badges were issued: their chances in every drawing that collects, in the same transaction.

    As many statements for a thousand badges as for one. Any number of batches enter at once; an
    announcement and a close wait for those on their way, so that none is missed by both.
    """
    _lock("pg_advisory_xact_lock_shared")
    issued = [assertion.pk for assertion in assertions]
    for drawing in Drawing.objects.collecting().select_related("rules"):
        eligible = eligible_awards(drawing.announced_rules).filter(pk__in=issued)
        awards = list(eligible.values_list("pk", "recipient_id", "badge_class_id"))
        _add(drawing, awards, now=now or timezone.now())


def enter(assertion: Assertion, *, now: datetime | None = None) -> None:
    enter_all([assertion], now=now)


def leave(assertion: Assertion, *, now: datetime | None = None) -> None:
    """A badge was revoked: its chances end in every drawing whose list is not frozen yet."""
    _lock("pg_advisory_xact_lock_shared")
    Entry.objects.standing().filter(
        assertion=assertion, drawing__status=DrawingStatus.ANNOUNCED
    ).update(voided_at=now or timezone.now(), voided_because="badge revoked")
    # A badge held twice was one chance: what is left of it is one still.
    others = Assertion.objects.issued().filter(
        recipient=assertion.recipient_id, badge_class=assertion.badge_class_id
    )
    if left := list(others.exclude(pk=assertion.pk)):
        enter_all(left, now=now)


@transaction.atomic
def enter_free(drawing: Drawing, *, user: User, now: datetime | None = None) -> Entry:
    """The free way in: one chance, no badge and no purchase needed. Twice is once."""
    locked = Drawing.objects.select_for_update(of=["self"], no_key=True)
    drawing = locked.select_related("rules").get(pk=drawing.pk)
    now = now or timezone.now()
    if drawing.status != DrawingStatus.ANNOUNCED or not drawing.announced_rules.offers_free_entry:
        raise CannotEnter
    if now >= drawing.announced_rules.closes_at or why_excluded(user, drawing):
        raise CannotEnter
    if not admits(drawing.announced_rules, user):
        raise CannotEnter
    entry, new = Entry.objects.get_or_create(
        drawing=drawing, user=user, assertion=None, defaults={"created_at": now}
    )
    if new:
        record("free chance taken", drawing, by=user, agency=drawing.agency, at=now)
    return entry


def wait_for_those_on_their_way() -> None:
    """Before a drawing is announced or closed: badges being issued arrive first, or come after.

    Foreign keys are looked at when a transaction ends, so they make nobody wait.
    """
    _lock("pg_advisory_xact_lock")


def bring_in_step(drawing: Drawing, *, now: datetime) -> None:
    """Entries as the rules in force say: for badges earned before, and after a change of rules."""
    rules = drawing.announced_rules
    eligible = eligible_awards(rules)
    _void_all_but(drawing, eligible, now=now, because="the rules changed")
    free = drawing.entries.filter(assertion=None)
    if rules.agencies.exists():
        members = Membership.objects.filter(agency__in=_reach(rules)).values("user")
        free.standing().exclude(user__in=members).update(
            voided_at=now, voided_because="the rules changed"
        )
        free = free.filter(user__in=members)
    free.update(voided_at=None, voided_because="")
    _bring_in(drawing, eligible, now=now)


def mend(drawing: Drawing, *, now: datetime) -> None:
    """What the closed list should have held: no more, no less, and nothing later than the close.

    Whoever left the agencies after the close keeps their chances.
    """
    rules = drawing.announced_rules
    standing = drawing.entries.standing()
    revoked = Assertion.objects.filter(status=AwardStatus.REVOKED)
    standing.filter(assertion__in=revoked).update(voided_at=now, voided_because="badge revoked")
    _void_all_but(drawing, _awards_of_the_period(rules), now=now, because="the list was corrected")
    _bring_in(drawing, eligible_awards(rules), now=now)


def admits(rules: DrawingRules, user: User) -> bool:
    """Whether the rules let this person take part, with badges or by the free way in."""
    if not rules.agencies.exists():
        return True
    return Membership.objects.filter(user=user, agency__in=_reach(rules)).exists()


def why_excluded(user: User, drawing: Drawing) -> str:
    """Why this person cannot win here, whichever of their accounts they use; empty if they can."""
    accounts = _accounts_of_person(user)
    if found := drawing.excluded_people.filter(user__in=accounts).first():
        return found.reason
    if drawing.rules and drawing.rules.excludes_staff:
        staff = User.objects.filter(pk__in=accounts).filter(_is_staff(drawing))
        if staff.exists():
            return STAFF
    return ""


def staff_of(drawing: Drawing) -> QuerySet[User]:
    """Operators, and coordinators of the agency, of those above it and of those below it."""
    return User.objects.filter(_is_staff(drawing))


def chances_of(user: User, drawing: Drawing) -> int:
    """How many of the person's entries are or will be on the list, the cap counted in."""
    if why_excluded(user, drawing):
        return 0
    count = entries_of(user, drawing).count()
    most = drawing.rules.most_chances if drawing.rules else None
    return count if most is None else min(count, most)


def entries_of(user: User, drawing: Drawing) -> EntryQuerySet:
    """The entries of this account that count: from the close on, those on the list."""
    standing = drawing.entries.standing().of(user)
    frozen = drawing.lists.order_by("-number").first()
    if frozen is None:
        return standing
    listed = frozen_lists.lines_with(frozen, standing.values_list("token", flat=True))
    revoked = Q(assertion__status=AwardStatus.REVOKED)
    return standing.filter(token__in=[line.token for line in listed]).exclude(revoked)


def counts(entry: Entry) -> bool:
    """Is this chance on the list, or will it be?"""
    frozen = entry.drawing.lists.order_by("-number").first()
    return frozen is None or bool(frozen_lists.lines_with(frozen, [entry.token]))


def odds(drawing: Drawing) -> tuple[int, int]:
    """How many chances of how many people there are: on the list, or as of a minute ago."""
    if frozen := drawing.lists.order_by("-number").first():
        return frozen.count, frozen.people
    return odds_today([drawing])[drawing.pk]


def odds_today(collecting: Sequence[Drawing]) -> dict[int, tuple[int, int]]:
    """The chances and people of drawings whose list is not frozen, by the drawing's key.

    Counting a million chances takes a while, and the page of an open drawing is read by many.
    """
    keys = {drawing.pk: f"odds:{drawing.pk}" for drawing in collecting}
    try:
        known = cache.get_many(keys.values())
    except Exception:
        log.warning("The cache does not answer; the chances are counted.")
        known = {}
    found = {pk: tuple(known[key]) for pk, key in keys.items() if key in known}
    if unknown := [pk for pk in keys if pk not in found]:
        standing = Entry.objects.standing().filter(drawing__in=unknown).order_by()
        counted = standing.values("drawing").annotate(
            chances=Count("pk"), people=Count("user", distinct=True)
        )
        fresh = {row["drawing"]: (row["chances"], row["people"]) for row in counted}
        # Small numbers are counted each time, so that everyone sees their own first chance.
        many = {keys[pk]: both for pk, both in fresh.items() if both[0] >= MANY}
        try:
            cache.set_many(many, timeout=60)
        except Exception:
            log.warning("The cache does not answer; the chances are counted.")
        found |= dict.fromkeys(unknown, (0, 0)) | fresh
    return found


def _awards_of_the_period(rules: DrawingRules) -> QuerySet[Assertion]:
    """The awards that count, also of people who have left the agencies since."""
    day = "issued_on" if rules.counts_by == rules.CountsBy.ISSUED else "created_at"
    awards = Assertion.objects.issued().filter(
        # The worker that closes may be late; the stated time is not.
        issued_on__lte=rules.closes_at,
        **{f"{day}__date__gte": rules.opens_on, f"{day}__date__lte": rules.ends_on},
    )
    if categories := list(rules.categories.all()):
        awards = awards.filter(badge_class__category__in=categories)
    if badge_classes := list(rules.badge_classes.all()):
        awards = awards.filter(badge_class__in=badge_classes)
    return awards.exclude(badge_class__in=rules.excluded_badge_classes.all())


def _void_all_but(
    drawing: Drawing, eligible: QuerySet[Assertion], *, now: datetime, because: str
) -> None:
    standing = drawing.entries.standing().exclude(assertion=None)
    too_many = Q(chance__gt=drawing.announced_rules.chances_per_badge)
    standing.filter(~Q(assertion__in=eligible) | too_many).update(
        voided_at=now, voided_because=because
    )


def _bring_in(drawing: Drawing, eligible: QuerySet[Assertion], *, now: datetime) -> None:
    """Entries that were voided stand again, with their receipts; what has none is entered."""
    chances = drawing.announced_rules.chances_per_badge
    standing = drawing.entries.standing().exclude(assertion=None)
    same_badge = standing.filter(
        user=OuterRef("user"),
        assertion__badge_class=OuterRef("assertion__badge_class"),
        chance=OuterRef("chance"),
    )
    again = drawing.entries.filter(
        ~Exists(same_badge),
        voided_at__isnull=False,
        assertion__in=eligible,
        chance__lte=chances,
    )
    # Of two awards of one badge only one comes back.
    one_of_each = ("user", "assertion__badge_class", "chance")
    firsts = again.order_by(*one_of_each, "pk").distinct(*one_of_each)
    Entry.objects.filter(pk__in=list(firsts.values_list("pk", flat=True))).update(
        voided_at=None, voided_because=""
    )
    entered = standing.filter(assertion=OuterRef("pk"), chance=chances)
    awards = eligible.filter(~Exists(entered)).values_list("pk", "recipient_id", "badge_class_id")
    batch = []
    for award in awards.iterator(chunk_size=BATCH):
        batch.append(award)
        if len(batch) == BATCH:
            _add(drawing, batch, now=now)
            batch = []
    _add(drawing, batch, now=now)


def _lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [ENTERING])


def _accounts_of_person(user: User) -> list[int]:
    """All accounts that are known to be this person's."""
    main = SamePerson.objects.filter(user=user).values_list("main", flat=True).first() or user.pk
    return [main, *SamePerson.objects.filter(main=main).values_list("user", flat=True)]


def _is_staff(drawing: Drawing) -> Q:
    coordinates = Membership.objects.filter(
        user=OuterRef("pk"),
        role=Membership.Role.COORDINATOR,
        agency__in=staff_reach(drawing.agency),
    )
    return Q(is_staff=True) | Q(Exists(coordinates))


def _reach(rules: DrawingRules) -> QuerySet[Agency]:
    reached = Q()
    for agency in rules.agencies.all():
        reached |= Q(pk__in=Agency.objects.within(agency))
    return Agency.objects.filter(reached)


def _add(drawing: Drawing, awards: list[tuple[int, int, int]], *, now: datetime) -> None:
    """Each award is its key, its person's and its badge's. A badge held twice counts once."""
    standing = drawing.entries.standing().exclude(assertion=None)
    held = {
        (user_id, badge_id): assertion_id
        for user_id, badge_id, assertion_id in standing.filter(
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
