"""Issued badges as rows of a table, read in pieces, so that their number does not matter."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from issuing import addresses
from issuing.models import Assertion
from mail.no_mailbox import shown_address
from reporting.periods import Period
from reviewing.models import Review
from submissions.models import Attempt


def issued_awards(agencies: Collection[int], *, period: Period) -> QuerySet[Assertion]:
    schools = (
        Membership.objects.confirmed()
        .workplaces()
        .filter(user=OuterRef("recipient"))
        .order_by()
        .values("user")
        .annotate(names=StringAgg("agency__name", "; ", order_by="agency__name"))
        .values("names")
    )
    sent = Attempt.objects.filter(submission=OuterRef("submission")).exclude(sent_at=None)
    decided = Review.objects.filter(attempt__submission=OuterRef("submission"))
    decided = decided.exclude(sent_at=None).order_by()
    return (
        Assertion.objects.published()
        .filter(period.within("issued_on"), badge_class__issuer__agency__in=agencies)
        .select_related("version", "badge_class__category", "badge_class__issuer__agency")
        .annotate(
            schools=Subquery(schools),
            first_sent=Subquery(sent.order_by("sent_at").values("sent_at")[:1]),
            attempts=Subquery(
                sent.order_by().values("submission").annotate(number=Count("pk")).values("number")
            ),
            decided_at=Subquery(decided.order_by("-sent_at").values("sent_at")[:1]),
            reviewers=Subquery(
                decided.values("attempt__submission")
                .annotate(names=StringAgg("reviewer__name", "; ", distinct=True))
                .values("names")
            ),
        )
        .order_by("issued_on", "pk")
    )


def rows(awards: QuerySet[Assertion], *, with_addresses: Collection[int]) -> Iterator[list]:
    """Headings first. Days, moments and numbers are values of their own, in local time.

    Email addresses, reviewers, and the names and pages of minors are only given for awards of the
    agencies in `with_addresses`.
    """
    yield [
        _("Badge"), _("Version"), _("Category"), _("Issuer"), _("Agency"),
        _("Name"), _("Email address"), _("Works at"), _("Hours"), _("Units"),
        _("First submitted"), _("Attempts"), _("Decided"), _("Decided by"),
        _("Earned"), _("Issued"), _("Status"), _("Expires"), _("Revoked"), _("Reason"),
        _("Address of the badge"),
    ]  # fmt: skip
    for award in awards.iterator(chunk_size=1000):
        agency = award.badge_class.issuer.agency
        is_restricted = agency.pk not in with_addresses
        yield [
            award.version.name,
            award.version.number,
            award.badge_class.category.name,
            award.badge_class.issuer.name,
            agency.name,
            "" if is_restricted and award.is_private else award.recipient_name,
            "" if is_restricted else shown_address(award.recipient_email),
            award.schools,
            award.version.hours,
            award.version.units,
            _moment(award.first_sent),
            award.attempts,
            _moment(award.decided_at),
            "" if is_restricted else award.reviewers,
            timezone.localdate(award.awarded_on) if award.awarded_on else None,
            _moment(award.issued_on),
            award.get_status_display(),
            _moment(award.expires),
            _moment(award.revoked_at),
            award.revocation_reason,
            "" if award.is_private else addresses.absolute(award.get_absolute_url()),
        ]


def _moment(at: datetime | None) -> datetime | None:
    """Local, to the second and without a zone: spreadsheets know none."""
    return timezone.localtime(at).replace(tzinfo=None, microsecond=0) if at else None
