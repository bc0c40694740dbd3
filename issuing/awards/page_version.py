"""What the public page of an award shows, besides what all pages show, as something to compare."""

from __future__ import annotations

from uuid import UUID

from django.db.models.expressions import RawSQL
from django.utils import timezone

from issuing.models import Assertion
from postgres.prebuilt_query import PrebuiltQuery

# `xmin` is the transaction that wrote the row as it is now (PostgreSQL, "System Columns").
_OWN = '"issuing_assertion".xmin::text'
_SHARED = (
    "(SELECT string_agg(s.xmin::text, ',' ORDER BY s.id) FROM issuing_sharedevidence s"
    ' WHERE s.assertion_id = "issuing_assertion".id)'
)
_RENEWALS = (
    "(SELECT string_agg(r.xmin::text, ',' ORDER BY r.id) FROM issuing_assertion r"
    ' WHERE r.renews_id = "issuing_assertion".id)'
)
_VERSION = PrebuiltQuery(
    lambda id: (
        Assertion.objects.published()
        .order_by()
        .filter(public_id=id)
        .values_list(*(RawSQL(part, []) for part in (_OWN, _SHARED, _RENEWALS)), "expires")  # noqa: S611
    )
)


def page_version(public_id: UUID) -> tuple | None:
    """Another one after each change of the award, its shown evidence or the awards that renew it.

    And another one when it expires. None if it has no public page.
    """
    row = _VERSION.row(public_id)
    if row is None:
        return None
    *changes, expires = row
    return (*changes, expires is not None and expires <= timezone.now())
