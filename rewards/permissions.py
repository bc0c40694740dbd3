from datetime import datetime, time

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agency, Membership, User
from accounts.permissions import are_one_person, holds_role
from rewards.models import Drawing, Win


def can_manage(user: User, drawing: Drawing) -> bool:
    """Coordinators of the drawing's agency or its ancestors."""
    return holds_role(user, drawing.agency, Membership.Role.COORDINATOR)


def coordinators_of(drawing: Drawing) -> QuerySet[User]:
    """Everyone who `can_manage` it."""
    agencies = Agency.objects.above(drawing.agency)
    roles = Membership.objects.given_roles().filter(
        role=Membership.Role.COORDINATOR, agency__in=agencies
    )
    return User.objects.filter(pk__in=roles.values("user"), is_active=True)


def is_winner(user: User | AnonymousUser, win: Win) -> bool:
    return are_one_person(user, win.line.entry.user_id)


def related_agencies(agency: Agency) -> QuerySet[Agency]:
    """The agency, its ancestors and descendants: their coordinators are staff of its drawings."""
    return Agency.objects.above(agency) | Agency.objects.within(agency)


def staff_agencies(agency: Agency) -> list[int]:
    """Their keys."""
    return list(related_agencies(agency).values_list("pk", flat=True))


def staff_since(drawing: Drawing) -> datetime:
    """From when on coordinators are staff of the drawing, even if their role has ended since.

    Otherwise a coordinator could give up the role in time to win.
    """
    if drawing.rules is None:
        return drawing.created_at
    opening = timezone.make_aware(datetime.combine(drawing.rules.opens_on, time.min))
    return min(drawing.created_at, opening)
