"""Issued badges as rows of a CSV file, streamed, so that its length does not matter."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from issuing import addresses
from issuing.models import Assertion
from reporting.periods import Period


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
    return (
        Assertion.objects.published()
        .filter(period.within("issued_on"), badge_class__issuer__agency__in=agencies)
        .select_related("version", "badge_class__category", "badge_class__issuer__agency")
        .annotate(schools=Subquery(schools))
        .order_by("issued_on", "pk")
    )


def csv_rows(
    awards: QuerySet[Assertion], *, with_addresses: Collection[int]
) -> Iterator[list[str]]:
    """Email addresses are included only for awards of the agencies in `with_addresses`."""
    yield [
        _("Badge"), _("Version"), _("Category"), _("Issuer"), _("Agency"),
        _("Name"), _("Email address"), _("Works at"), _("Hours"),
        _("Earned"), _("Issued"), _("Status"), _("Expires"), _("Revoked"), _("Reason"),
        _("Address of the badge"),
    ]  # fmt: skip
    for award in awards.iterator(chunk_size=1000):
        agency = award.badge_class.issuer.agency
        yield [
            award.version.name,
            str(award.version.number),
            award.badge_class.category.name,
            award.badge_class.issuer.name,
            agency.name,
            award.recipient_name,
            award.recipient_email if agency.pk in with_addresses else "",
            award.schools or "",
            str(award.version.hours),
            _day(award.awarded_on),
            _datetime(award.issued_on),
            award.get_status_display(),
            _datetime(award.expires),
            _datetime(award.revoked_at),
            award.revocation_reason,
            addresses.absolute(award.get_absolute_url()),
        ]


def _day(at) -> str:
    return timezone.localdate(at).isoformat() if at else ""


def _datetime(at) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""
