"""What the pages about reviewers, and about people whom somebody named, have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency, Membership, User
from audit.moves import TransitionNotAllowed
from catalog.models import BadgeClass, Category
from reviewing.models import Absence, NamedConflict, PastSchool
from reviewing.querysets import NamedConflictQuerySet
from reviewing.reviewers.forms import NamePersonForm, SettingsForm
from reviewing.reviewers.operations import conflicts
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
    """Where the person was, and whom they named, by any of their accounts."""
    accounts = User.objects.same_person(reviewer)
    at = Agency.objects.filter(kind__in=Agency.SCHOOLS, memberships__user__in=accounts)
    return {
        "schools": at.distinct().order_by("name"),
        "past_schools": PastSchool.objects.filter(user__in=accounts).select_related("agency"),
        "named": named_by(reviewer).select_related("submission__version"),
    }


def named_by(person: User) -> NamedConflictQuerySet:
    """The address that they named is not shown: it would tell whether it has an account here."""
    return _ever_named_by(person).in_force().order_by("pk")


def was_named(request, form: NamePersonForm) -> bool:
    """Name whom a valid form says, or say in the form why not."""
    try:
        conflicts.name_person(request.user, address=form.cleaned_data["address"], by=request.user)
    except conflicts.NamesThemselves:
        form.add_error("address", _("This is your own address."))
    except conflicts.TooManyNamed:
        most = {"most": conflicts.MOST_NAMED}
        form.add_error("address", _("You have named %(most)s people. Remove one first.") % most)
    except conflicts.NamedTooOften:
        most = {"most": conflicts.MOST_NAMED, "days": conflicts.NAMED_WITHIN.days}
        form.add_error(
            "address", _("You can name %(most)s people in %(days)s days. Try again later.") % most
        )
    else:
        messages.success(request, _("Saved. Neither of you reads the other’s work."))
        return True
    return False


def end_and_return(request, pk: int, *, list_url: str):
    named = get_object_or_404(_ever_named_by(request.user), pk=pk)
    try:
        conflicts.end_conflict(named, by=request.user)
    except TransitionNotAllowed:
        messages.info(request, _("This had ended already."))
    else:
        messages.success(request, _("Removed. You may read each other’s work again."))
    return redirect(list_url)


def _ever_named_by(person: User) -> NamedConflictQuerySet:
    accounts = User.objects.same_person(person)
    return NamedConflict.objects.filter(person__in=accounts, named_by__in=accounts)


def _by_category(badges: QuerySet[BadgeClass]) -> dict[str, list[tuple[int, str]]]:
    named = badges.select_related("current_version", "category").exclude(current_version=None)
    found: dict[str, list[tuple[int, str]]] = {}
    for badge in _in_order(named):
        name = str(badge.category) if badge.category else ""
        found.setdefault(name, []).append((badge.pk, badge.current_version.name))
    return found


def _in_order(badges: QuerySet[BadgeClass]) -> Iterable[BadgeClass]:
    return badges.order_by("category__position", "category__name", "current_version__name", "pk")
