from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agency, Membership, User
from accounts.permissions import holds_role
from rewards.models import Drawing, Win


def can_manage(user: User, drawing: Drawing) -> bool:
    """Coordinators of the drawing's agency or its ancestors."""
    return holds_role(user, drawing.agency, Membership.Role.COORDINATOR)


def is_winner(user: User | AnonymousUser, win: Win) -> bool:
    return user.is_authenticated and win.line.entry.user_id == user.pk


def staff_agencies(agency: Agency) -> list[int]:
    """The agency, its ancestors and descendants: their coordinators are staff of its drawings."""
    related = Agency.objects.above(agency) | Agency.objects.within(agency)
    return list(related.values_list("pk", flat=True))


def accounts_known_to(user: User) -> QuerySet[User]:
    """Accounts that this person may look up: members of their agencies; for operators, all."""
    if user.is_staff:
        return User.objects.all()
    reach = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
    return User.objects.filter(
        Exists(Membership.objects.filter(user=OuterRef("pk"), agency__in=reach))
    )


def can_merge_accounts(user: User, *accounts: User) -> bool:
    """Coordinators of both accounts: a merge counts in every drawing."""
    wanted = {account.pk for account in accounts}
    return accounts_known_to(user).filter(pk__in=wanted).count() == len(wanted)
