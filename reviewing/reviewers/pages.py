"""What the pages about a reviewer's settings show, for the reviewer and for coordinators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Agency, Membership, User
from catalog.models import BadgeClass, Category
from reviewing.models import Absence, NamedConflict, PastSchool
from reviewing.reviewers.forms import SettingsForm
from reviewing.reviewers.operations.settings import stored_settings


def settings_form(reviewer: User, data=None) -> SettingsForm:
    stored = stored_settings(reviewer)
    kept = Q(pk__in=Category.objects.offered()) | Q(pk__in=stored["categories"])
    categories = Category.objects.filter(kept)
    agencies = Agency.objects.where_user_is(reviewer, Membership.Role.REVIEWER)
    offered = Q(pk__in=BadgeClass.objects.published().filter(issuer__agency__in=agencies))
    badges = BadgeClass.objects.filter(offered | Q(pk__in=stored["badges"]))
    return SettingsForm(
        data,
        initial=stored,
        categories=[(one.pk, str(one)) for one in categories],
        badges=_by_category(badges),
    )


def away(reviewer: User) -> QuerySet[Absence]:
    return Absence.objects.filter(user=reviewer).not_over(timezone.localdate())


def schools_and_people(reviewer: User) -> dict[str, Any]:
    """Where the person was, and whom they named, by any of their accounts.

    The address that they named is not shown: it would tell whether it has an account here.
    """
    accounts = User.objects.same_person(reviewer)
    at = Agency.objects.filter(kind__in=Agency.SCHOOLS, memberships__user__in=accounts)
    named = NamedConflict.objects.in_force().filter(person__in=accounts, named_by__in=accounts)
    return {
        "schools": at.distinct().order_by("name"),
        "past_schools": PastSchool.objects.filter(user__in=accounts).select_related("agency"),
        "named": named.select_related("submission__version").order_by("pk"),
    }


def _by_category(badges: QuerySet[BadgeClass]) -> dict[str, list[tuple[int, str]]]:
    named = badges.select_related("current_version", "category").exclude(current_version=None)
    found: dict[str, list[tuple[int, str]]] = {}
    for badge in _in_order(named):
        name = str(badge.category) if badge.category else ""
        found.setdefault(name, []).append((badge.pk, badge.current_version.name))
    return found


def _in_order(badges: QuerySet[BadgeClass]) -> Iterable[BadgeClass]:
    return badges.order_by("category__position", "category__name", "current_version__name", "pk")
