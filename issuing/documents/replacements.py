"""Where the number of a credential that was replaced leads: ADR 63."""

from __future__ import annotations

from uuid import UUID

from issuing.models import ReplacedCredential
from postgres.prebuilt_query import PrebuiltQuery

# Public, and the same in every language, as all reasons in documents are.
REASON = "Replaced by a newer credential for the same award."

_CURRENT = PrebuiltQuery(
    lambda id: (
        ReplacedCredential.objects.order_by()
        .filter(public_id=id)
        .values_list("assertion__public_id")
    )
)


def current_id(public_id: UUID) -> UUID | None:
    """The number that the award has now, if this is one that it had before; else None."""
    row = _CURRENT.row(public_id)
    return row and row[0]
