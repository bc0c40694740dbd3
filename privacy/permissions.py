"""Who may erase whom."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agency, Membership, User
from accounts.permissions import manages_program


def why_not_erased(by: User, people: QuerySet[User]) -> str:
    """Why this coordinator may not erase the person with these accounts; empty if they may."""
    if people.filter(person_key=by.person_key).exists():
        return _("This would erase you. Ask another coordinator to do it.")
    if people.filter(is_staff=True).exists() or people.filter(is_superuser=True).exists():
        return _("An operator can’t be erased. Take the operator’s rights away first.")
    if by.is_superuser:
        return ""
    if not manages_program(by):
        return _("Only a coordinator of the agency at the root erases people.")
    reach = Agency.objects.where_user_is(by, Membership.Role.COORDINATOR)
    if Membership.objects.current().filter(user__in=people).exclude(agency__in=reach).exists():
        return _(
            "This person also belongs to an agency that you do not coordinate. Ask them to leave "
            "it first."
        )
    return ""
