"""What another program asks for with a token: awards, one or many, and what became of them.

An order is understood or not (`Misunderstood` says why, and in which field). What is understood
goes through the one door, so the same key again is the same award, whichever of the agency's
tokens comes with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeGuard

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency
from accounts.operations import find_or_invite
from audit.operations import record_all
from awarding.models import ApiToken
from catalog.models import BadgeClass
from catalog.querysets import BadgeClassQuerySet
from issuing.awards.operations.granting import (
    AT_ONCE,
    LONGEST_NARRATIVE,
    Grant,
    Outcome,
    Refusal,
    grant_all,
)
from issuing.models import Assertion
from issuing.querysets import AssertionQuerySet
from issuing.states import GrantSource
from openbadges import text

MOST_AT_ONCE = AT_ONCE
LONGEST_EMAIL, LONGEST_NAME, LONGEST_ORDER_KEY = 254, 150, 100
FIELDS = {"badge", "email", "name", "narrative", "awarded_on", "key", "language"}
GRANTED = "award granted"


class Misunderstood(Exception):
    """What was sent cannot be done; the sentence says why, and `field` where."""

    def __init__(self, sentence: str, field: str = "", status: int = 422) -> None:
        super().__init__(sentence)
        self.sentence, self.field, self.status = sentence, field, status


@dataclass(frozen=True)
class Order:
    badge_class: BadgeClass
    email: str
    name: str
    key: str
    narrative: str = ""
    awarded_on: datetime | None = None
    language: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of one order: an award, new or there already, or why there is none."""

    key: str
    award: Assertion | None = None
    is_new: bool = False
    problem: Misunderstood | None = None


@transaction.atomic
def award_all(
    token: ApiToken, items: Sequence[object], *, now: datetime | None = None
) -> list[Answer]:
    """Carry out each order that is understood; one that is not keeps no other back."""
    now = now or timezone.now()
    badges = badges_within_reach(token).select_related("current_version", "issuer__agency")
    wanted = {item["badge"] for item in items if _names_a_badge(item)}
    by_slug = {badge.slug: badge for badge in badges.filter(slug__in=wanted)}
    read = [_read(item, by_slug) for item in items]
    orders = [each for each in read if isinstance(each, Order)]
    outcomes = iter(_carry_out(token, orders, now=now))
    return [
        _answer(each, next(outcomes))
        if isinstance(each, Order)
        else Answer(_key(item), problem=each)
        for each, item in zip(read, items, strict=True)
    ]


def badges_within_reach(token: ApiToken) -> BadgeClassQuerySet:
    agencies = Agency.objects.within(token.agency)
    return BadgeClass.objects.filter(issuer__agency__in=agencies)


def awards_within_reach(token: ApiToken) -> AssertionQuerySet:
    agencies = Agency.objects.within(token.agency)
    return Assertion.objects.filter(badge_class__issuer__agency__in=agencies)


def key_of(award: Assertion) -> str:
    """The key under which a program ordered this award; empty if none did."""
    return award.source_key.partition(":")[2] if award.source == GrantSource.API else ""


def _carry_out(token: ApiToken, orders: Sequence[Order], *, now: datetime) -> list[Outcome]:
    people = find_or_invite(
        [
            (
                order.email,
                order.name,
                order.language or order.badge_class.published_version.language,
            )
            for order in orders
        ],
        now=now,
    )
    grants = [
        Grant(
            people[order.email],
            order.badge_class.published_version,
            GrantSource.API,
            # Keys are the agency's: another agency may count its orders from 1, too.
            key=f"{token.agency_id}:{order.key}",
            narrative=order.narrative,
            awarded_on=order.awarded_on,
        )
        for order in orders
    ]
    outcomes = grant_all(grants, by=None, now=now)
    acts = [
        (GRANTED, award, order.badge_class.issuer.agency)
        for order, outcome in zip(orders, outcomes, strict=True)
        if (award := outcome.new_award)
    ]
    if acts:
        record_all(acts, by=None, at=now, note=f"API: {token}")
    return outcomes


def _answer(order: Order, outcome: Outcome) -> Answer:
    if outcome.refusal:
        field, status = {
            Refusal.NOT_PUBLISHED: ("badge", 422),
            Refusal.IN_THE_FUTURE: ("awarded_on", 422),
            Refusal.TOO_LONG_AGO: ("awarded_on", 422),
            Refusal.NARRATIVE: ("narrative", 422),
            Refusal.KEY_IN_USE: ("key", 409),
        }[outcome.refusal]
        return Answer(order.key, problem=Misunderstood(outcome.reason, field, status))
    return Answer(order.key, award=outcome.assertion, is_new=outcome.is_granted)


def _names_a_badge(item: object) -> TypeGuard[Mapping[str, str]]:
    if not isinstance(item, Mapping) or not isinstance(item.get("badge"), str):
        return False
    return not text.has_unwritable_characters(item["badge"])


def _key(item: object) -> str:
    key = item.get("key") if isinstance(item, Mapping) else None
    return key if isinstance(key, str) else ""


def _read(item: object, badges: Mapping[str, BadgeClass]) -> Order | Misunderstood:
    try:
        return _order(item, badges)
    except Misunderstood as problem:
        return problem


def _order(item: object, badges: Mapping[str, BadgeClass]) -> Order:
    if not isinstance(item, Mapping):
        raise Misunderstood(_("An award is a JSON object with badge, email, name and key."))
    if unknown := sorted(set(map(str, item)) - FIELDS):
        raise Misunderstood(
            _("There is no such field. Is its name spelled right?"), unknown[0][:80]
        )
    slug = _words(item, "badge", longest=200)
    email = _words(item, "email", longest=LONGEST_EMAIL).lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Misunderstood(_("This is not an e-mail address."), "email") from None
    name = " ".join(_words(item, "name", longest=LONGEST_NAME).split())
    key = _words(item, "key", longest=LONGEST_ORDER_KEY)
    language = _words(item, "language", longest=10, required=False)
    if language not in {"", "en", "es"}:
        raise Misunderstood(_("The language is “en” or “es”."), "language")
    badge_class = badges.get(slug)
    if badge_class is None:
        raise Misunderstood(_("This token reaches no badge with this short name."), "badge")
    if badge_class.current_version is None:
        raise Misunderstood(str(Refusal.NOT_PUBLISHED.label), "badge")
    return Order(
        badge_class,
        email,
        name,
        key,
        narrative=_words(item, "narrative", longest=LONGEST_NARRATIVE, required=False),
        awarded_on=_moment(_words(item, "awarded_on", longest=10, required=False)),
        language=language,
    )


def _words(item: Mapping, field: str, *, longest: int, required: bool = True) -> str:
    value = item.get(field)
    if value is None and not required:
        return ""
    if value is None:
        raise Misunderstood(_("This field is missing."), field)
    if not isinstance(value, str):
        raise Misunderstood(_("This is a text in quotation marks."), field)
    value = value.strip()
    if text.has_unwritable_characters(value):
        raise Misunderstood(_("It holds invisible control characters."), field)
    if not value and required:
        raise Misunderstood(_("This field is empty."), field)
    if len(value) > longest:
        words = _("It is longer than %(longest)s characters.") % {"longest": longest}
        raise Misunderstood(words, field)
    return value


def _moment(day: str) -> datetime | None:
    """Noon, so that it is the same day wherever it is read; today needs none of its own."""
    if not day:
        return None
    try:
        read = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        raise Misunderstood(_("Write the day as 2026-03-15."), "awarded_on") from None
    if read.year < 1900:
        raise Misunderstood(_("Write the day as 2026-03-15."), "awarded_on")
    return timezone.make_aware(datetime.combine(read, time(0 if _is_today(read) else 12)))


def _is_today(day: date) -> bool:
    return day == timezone.localdate()
