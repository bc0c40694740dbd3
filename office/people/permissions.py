"""What a coordinator may do to the account of somebody whom they see.

An account reaches beyond one agency. So a coordinator changes it only if its person is theirs: no
confirmed workplace or role of any of their accounts is elsewhere, and either the person chose a
workplace in the coordinator's part, or nothing ties them to any other. A role that a coordinator
gives makes nobody theirs: it could be given to anyone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from accounts.models import Membership, User
from issuing.models import Assertion
from submissions.models import Submission


def can_change_account(by: User, person: User, agencies: Collection[int]) -> bool:
    """Correct the name or the address, deactivate, reactivate. Never an operator's account.

    `agencies` are the keys of the part of `by`.
    """
    return person.pk in changeable(by, [person], agencies)


def changeable(by: User, people: Collection[User], agencies: Collection[int]) -> set[int]:
    """The keys of those whose account this coordinator may change, in five statements at most.

    Who it is follows from all of their accounts: what is linked elsewhere ties them there.
    """
    keys = {user.person_key for user in people}
    accounts = User.objects.filter(person_key__in=keys).order_by()
    fixed = accounts.filter(Q(is_staff=True) | Q(is_superuser=True) | Q(pk=by.pk))
    candidates = keys - set(_people(fixed, "person_key"))
    in_force = Membership.objects.confirmed().filter(user__person_key__in=candidates)
    chosen = set()
    for person, agency, is_chosen in in_force.order_by().values_list(
        "user__person_key", "agency", "is_chosen"
    ):
        if agency not in agencies:
            candidates.discard(person)
        elif is_chosen:
            chosen.add(person)
    others = candidates - chosen
    # Somebody who came by themselves is nobody's until they say where they work.
    others -= {user.person_key for user in people if user.invited_at is None}
    ties = (
        (Membership.objects.exclude(agency__in=agencies), "user"),
        (Assertion.objects.exclude(badge_class__issuer__agency__in=agencies), "recipient"),
        (Submission.objects.exclude(badge_class__issuer__agency__in=agencies), "earner"),
    )
    for elsewhere, field in ties:
        if others:
            person = f"{field}__person_key"
            others -= set(_people(elsewhere.filter(**{f"{person}__in": others}), person))
    theirs = candidates & (chosen | others)
    return {user.pk for user in people if user.person_key in theirs}


def _people(rows: QuerySet, field: str) -> Iterable[int]:
    return rows.order_by().values_list(field, flat=True)
