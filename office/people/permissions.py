"""What a coordinator may do to the account of somebody whom they see.

An account reaches beyond one agency. So a coordinator changes it only if its person is theirs: no
confirmed workplace or role is elsewhere, and either the person chose a workplace in the
coordinator's part, or nothing ties them to any other. A role that a coordinator gives makes nobody
theirs: it could be given to anyone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from accounts.models import Membership, User
from issuing.models import Assertion
from submissions.models import Submission


def can_change_account(by: User, person: User, agencies: Collection[int]) -> bool:
    """Correct the name or the address, deactivate, reactivate. Never an operator's account.

    `agencies` are the keys of the part of `by`.
    """
    return person.pk in changeable(by, [person], agencies)


def changeable(by: User, people: Collection[User], agencies: Collection[int]) -> set[int]:
    """The keys of those whose account this coordinator may change, in four statements."""
    candidates = {
        user.pk for user in people if user.pk != by.pk and not (user.is_staff or user.is_superuser)
    }
    in_force = Membership.objects.confirmed().filter(user__in=candidates).order_by()
    candidates -= set(_people(in_force.exclude(agency__in=agencies), "user"))
    chosen = set(_people(in_force.filter(is_chosen=True, agency__in=agencies), "user"))
    others = candidates - chosen
    # Somebody who came by themselves is nobody's until they say where they work.
    others -= {user.pk for user in people if user.invited_at is None}
    ties = (
        (Membership.objects.exclude(agency__in=agencies), "user"),
        (Assertion.objects.exclude(badge_class__issuer__agency__in=agencies), "recipient"),
        (Submission.objects.exclude(badge_class__issuer__agency__in=agencies), "earner"),
    )
    for elsewhere, field in ties:
        if others:
            others -= set(_people(elsewhere.filter(**{f"{field}__in": others}), field))
    return candidates & (chosen | others)


def _people(rows: QuerySet, field: str) -> Iterable[int]:
    return rows.order_by().values_list(field, flat=True)
