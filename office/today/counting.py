"""The numbers of the first page: one query for all kinds, and the keys that can't be opened."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min, QuerySet, Value

from accounts.models import Agency, Membership, User
from issuing.keys.sealing import can_be_opened
from issuing.models import IssuerKey
from office.today.kinds import KINDS, Kind
from office.today.kinds import Count as Counted


def counts(user: User, *, now: datetime) -> list[Counted]:
    """Each kind with its number of rows and the day of the oldest, in the order of KINDS."""
    first, *others = [_numbers(kind, user, now) for kind in KINDS]
    found = {name: (number, oldest) for name, number, oldest in first.union(*others, all=True)}
    return [Counted(kind, *found.get(kind.name, (0, None))) for kind in KINDS]


def _numbers(kind: Kind, user: User, now: datetime) -> QuerySet:
    rows = kind.rows(user, now).order_by()
    named = rows.annotate(kind_name=Value(kind.name)).values("kind_name")
    return named.annotate(number=Count("pk"), oldest=Min(kind.since)).values_list(
        "kind_name", "number", "oldest"
    )


def sealed_keys(user: User) -> list[IssuerKey]:
    """Keys of the coordinator's issuers that the settings can't open: nothing is signed."""
    agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
    signing = IssuerKey.objects.filter(
        issuer__agency__in=agencies, retired_at=None, revoked_at=None
    )
    return [key for key in signing.select_related("issuer") if not can_be_opened(key)]
