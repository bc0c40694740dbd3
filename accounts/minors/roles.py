"""Roles are for adults. Why somebody gets none is said only to those who may read it anyway."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agency, Membership, MinorMark, User
from accounts.permissions import accounts_known_to


class RoleRefused(Exception):
    """Why this person gets no role, for people to read."""


def minors_locked(people: Iterable[User]) -> set[int]:
    """Those of these people who are minors. They are locked, so nobody marks them meanwhile."""
    keys = {person.pk for person in people}
    rows = User.objects.select_for_update(no_key=True).order_by("pk")
    list(rows.filter(pk__in=keys).values_list("pk"))
    return set(User.objects.minors().filter(pk__in=keys).values_list("pk", flat=True))


def check_may_have_role(person: User, role: str, *, by: User) -> None:
    """Raise RoleRefused for minors and deactivated accounts, which may both learn.

    The two are told apart only to coordinators who see the mark or the account. To anyone else the
    refusal is the same, so that trying an address does not tell whose it is.
    """
    if role == Membership.Role.EARNER:
        return
    minors = minors_locked([person])
    if not minors and User.objects.filter(pk=person.pk, is_active=True).exists():
        return
    words = _(
        "The person at %(address)s can’t be given a role. Ask them, or the school or agency that "
        "they belong to."
    )
    if minors:
        own = Agency.objects.where_user_is(by, Membership.Role.COORDINATOR)
        if by.is_staff or known_minors(minors, own):
            words = _(
                "The person at %(address)s is marked as a minor, and roles are for adults. Ask "
                "their school: it can end the mark."
            )
    elif accounts_known_to(by).filter(pk=person.pk).exists():
        words = _("The account of %(address)s is deactivated. Reactivate it first.")
    raise RoleRefused(words % {"address": person.email})


def known_minors(minors: Collection[int], agencies: QuerySet[Agency]) -> set[int]:
    """Those of these minors who learn at these agencies, or are marked by them."""
    places = Membership.objects.current().workplaces().filter(agency__in=agencies)
    marks = MinorMark.objects.in_force().filter(agency__in=agencies)
    keys = places.values("user__person_key").union(marks.values("user__person_key"))
    people = User.objects.filter(pk__in=minors)
    return set(people.filter(Q(person_key__in=keys)).values_list("pk", flat=True))
