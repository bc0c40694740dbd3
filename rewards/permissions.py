from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agency, Membership, User
from accounts.permissions import holds_role
from rewards.models import Drawing, Win


def can_manage(user: User, drawing: Drawing) -> bool:
    """Coordinators of the drawing's agency, or of one it belongs to, run it."""
    return holds_role(user, drawing.agency, Membership.Role.COORDINATOR)


def is_winner(user: User | AnonymousUser, win: Win) -> bool:
    return user.is_authenticated and win.line.entry.user_id == user.pk


def staff_reach(agency: Agency) -> list[int]:
    """The agency, what it belongs to and what belongs to it: whose coordinators are staff."""
    around = Agency.objects.above(agency) | Agency.objects.within(agency)
    return list(around.values_list("pk", flat=True))


def accounts_known_to(user: User) -> QuerySet[User]:
    """Whose accounts this person may look up: those of their agencies; an operator, all."""
    if user.is_staff:
        return User.objects.all()
    reach = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
    return User.objects.filter(
        Exists(Membership.objects.filter(user=OuterRef("pk"), agency__in=reach))
    )


def can_merge(user: User, *accounts: User) -> bool:
    """It counts in every drawing, so both accounts are of people this person coordinates."""
    wanted = {account.pk for account in accounts}
    return accounts_known_to(user).filter(pk__in=wanted).count() == len(wanted)
