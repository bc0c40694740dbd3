"""Award requests of other programs, sent with an API token (docs/api.md).

Invalid requests are refused with a reason and the name of the field. Valid ones are granted like
awards from any source: the same key returns the same award, with any token of the agency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeGuard

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency
from accounts.operations import find_or_invite
from audit.operations import record_all
from awarding import many_at_once
from awarding.models import ApiToken
from awarding.programs.operations import tokens
from catalog.models import BadgeClass
from catalog.querysets import BadgeClassQuerySet
from issuing import dates
from issuing.awards.operations.granting import (
    LONGEST_NARRATIVE,
    MAX_GRANTS,
    Grant,
    Outcome,
    Refusal,
    grant_all,
    preview_all,
)
from issuing.models import Assertion
from issuing.querysets import AssertionQuerySet
from issuing.states import GrantSource
from mail.no_mailbox import validate_mailbox
from openbadges import text

MAX_BATCH = MAX_GRANTS
LONGEST_EMAIL, LONGEST_NAME, LONGEST_REQUEST_KEY = 254, 150, 100
FIELDS = {"badge", "email", "name", "narrative", "awarded_on", "key", "language"}
GRANTED = "award granted"


class RequestRefused(Exception):
    """The request is invalid or its award is refused; `status` is the HTTP status."""

    def __init__(self, message: str, field: str = "", status: int = 422) -> None:
        super().__init__(message)
        self.message, self.field, self.status = message, field, status


@dataclass(frozen=True)
class AwardRequest:
    badge_class: BadgeClass
    email: str
    name: str
    key: str
    narrative: str = ""
    awarded_on: datetime | None = None
    language: str = ""


@dataclass(frozen=True)
class AwardResult:
    """The result of one request: an award, new or earlier, or the error."""

    key: str
    award: Assertion | None = None
    is_new: bool = False
    error: RequestRefused | None = None


@transaction.atomic
def award_all(
    token: ApiToken, items: Sequence[object], *, now: datetime | None = None
) -> list[AwardResult]:
    """Grant each valid request. Invalid ones do not affect the others.

    `items` are decoded JSON values of any kind. The results come in the same order. Raises
    tokens.Revoked: once a coordinator has read that a token is revoked, it awards nothing.
    """
    locked = tokens.lock_in_force(token)
    now = now or timezone.now()
    badges = badges_within_reach(token).select_related("current_version", "issuer__agency")
    slugs = {item["badge"] for item in items if _has_badge_slug(item)}
    by_slug = {badge.slug: badge for badge in badges.filter(slug__in=slugs)}
    parsed = [_parse(item, by_slug) for item in items]
    valid = [request for request in parsed if isinstance(request, AwardRequest)]
    outcomes = iter(_grant(locked, valid, now=now))
    return [
        _result(request, next(outcomes))
        if isinstance(request, AwardRequest)
        else AwardResult(_key(item), error=request)
        for request, item in zip(parsed, items, strict=True)
    ]


def badges_within_reach(token: ApiToken) -> BadgeClassQuerySet:
    agencies = Agency.objects.within(token.agency)
    return BadgeClass.objects.filter(issuer__agency__in=agencies)


def awards_within_reach(token: ApiToken) -> AssertionQuerySet:
    agencies = Agency.objects.within(token.agency)
    return Assertion.objects.filter(badge_class__issuer__agency__in=agencies)


def key_of(award: Assertion) -> str:
    """The key by which a program requested this award; empty for other sources."""
    return award.source_key.partition(":")[2] if award.source == GrantSource.API else ""


def _grant(token: ApiToken, requests: Sequence[AwardRequest], *, now: datetime) -> list[Outcome]:
    people = find_or_invite(
        [
            (
                request.email,
                request.name,
                request.language or request.badge_class.published_version.language,
            )
            for request in requests
        ],
        now=now,
    )
    grants = [
        Grant(
            people[request.email],
            request.badge_class.published_version,
            GrantSource.API,
            # Keys are unique within an agency: two agencies may both number from 1.
            key=f"{token.agency_id}:{request.key}",
            narrative=request.narrative,
            awarded_on=request.awarded_on,
        )
        for request in requests
    ]
    earlier = tokens.awards_of_this_hour(token, now=now)
    if earlier + len(grants) > many_at_once.NOT_MANY:
        # What exists already is not counted: a program may send its whole roster every night.
        previews = preview_all(grants, now=now)
        many = earlier + sum(outcome.is_granted for outcome in previews)
        grants = [
            replace(grant, waits_at_least=many_at_once.wait_for(many, request.badge_class.issuer))
            for grant, request in zip(grants, requests, strict=True)
        ]
    outcomes = grant_all(grants, by=None, now=now)
    acts = [
        (GRANTED, award, request.badge_class.issuer.agency)
        for request, outcome in zip(requests, outcomes, strict=True)
        if (award := outcome.new_award)
    ]
    if acts:
        tokens.count_awards(token, len(acts), now=now)
        record_all(acts, by=None, at=now, note=f"API: {token}")
    return outcomes


def _result(request: AwardRequest, outcome: Outcome) -> AwardResult:
    if outcome.refusal:
        field, status = {
            Refusal.NOT_PUBLISHED: ("badge", 422),
            Refusal.IN_THE_FUTURE: ("awarded_on", 422),
            Refusal.TOO_LONG_AGO: ("awarded_on", 422),
            Refusal.NARRATIVE: ("narrative", 422),
            Refusal.KEY_IN_USE: ("key", 409),
        }[outcome.refusal]
        return AwardResult(request.key, error=RequestRefused(outcome.reason, field, status))
    return AwardResult(request.key, award=outcome.assertion, is_new=outcome.is_granted)


def _has_badge_slug(item: object) -> TypeGuard[Mapping[str, str]]:
    if not isinstance(item, Mapping) or not isinstance(item.get("badge"), str):
        return False
    return not text.has_unwritable_characters(item["badge"])


def _key(item: object) -> str:
    key = item.get("key") if isinstance(item, Mapping) else None
    return key if isinstance(key, str) else ""


def _parse(item: object, badges: Mapping[str, BadgeClass]) -> AwardRequest | RequestRefused:
    """The request, or the error as a value, so that it does not stop the other requests."""
    try:
        return _validated(item, badges)
    except RequestRefused as error:
        return error


def _validated(item: object, badges: Mapping[str, BadgeClass]) -> AwardRequest:
    if not isinstance(item, Mapping):
        raise RequestRefused(_("An award is a JSON object with badge, email, name, and key."))
    if unknown := sorted(set(map(str, item)) - FIELDS):
        raise RequestRefused(_("There is no such field. Please check its name."), unknown[0][:80])
    slug = _text_field(item, "badge", longest=200)
    email = _text_field(item, "email", longest=LONGEST_EMAIL).lower()
    try:
        validate_mailbox(email)
    except ValidationError:
        raise RequestRefused(_("This is not an email address."), "email") from None
    name = " ".join(_text_field(item, "name", longest=LONGEST_NAME).split())
    key = _text_field(item, "key", longest=LONGEST_REQUEST_KEY)
    language = _text_field(item, "language", longest=10, required=False)
    if language not in {"", "en", "es"}:
        raise RequestRefused(_("The language is “en” or “es”."), "language")
    badge_class = badges.get(slug)
    if badge_class is None:
        raise RequestRefused(
            _("This token does not give access to any badge with this short name."), "badge"
        )
    if badge_class.current_version is None:
        raise RequestRefused(str(Refusal.NOT_PUBLISHED.label), "badge")
    return AwardRequest(
        badge_class,
        email,
        name,
        key,
        narrative=_text_field(item, "narrative", longest=LONGEST_NARRATIVE, required=False),
        awarded_on=_moment(_text_field(item, "awarded_on", longest=10, required=False)),
        language=language,
    )


def _text_field(item: Mapping, field: str, *, longest: int, required: bool = True) -> str:
    value = item.get(field)
    if value is None and not required:
        return ""
    if value is None:
        raise RequestRefused(_("This field is missing."), field)
    if not isinstance(value, str):
        raise RequestRefused(_("This must be text in quotation marks."), field)
    value = value.strip()
    if text.has_unwritable_characters(value):
        raise RequestRefused(_("It contains invisible control characters."), field)
    if not value and required:
        raise RequestRefused(_("This field is empty."), field)
    if len(value) > longest:
        message = _("It is longer than %(longest)s characters.") % {"longest": longest}
        raise RequestRefused(message, field)
    return value


def _moment(day: str) -> datetime | None:
    if not day:
        return None
    try:
        read = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        raise RequestRefused(_("Write the day as 2026-03-15."), "awarded_on") from None
    if read.year < 1900:
        raise RequestRefused(_("Write the day as 2026-03-15."), "awarded_on")
    return dates.moment_of(read)
