from accounts.models import Agency, Membership, User
from accounts.permissions import holds_role
from rewards.models import Drawing, Win


def can_manage(user: User, drawing: Drawing) -> bool:
    """Coordinators of the drawing's agency, or of one it belongs to, run it."""
    return holds_role(user, drawing.agency, Membership.Role.COORDINATOR)


def can_create(user: User) -> bool:
    return Agency.objects.where(user, Membership.Role.COORDINATOR).exists()


def is_winner(user: User, win: Win) -> bool:
    return user.is_authenticated and win.line.entry.user_id == user.pk


def staff_reach(agency: Agency) -> list[int]:
    """The agency, what it belongs to and what belongs to it: whose coordinators are staff."""
    around = Agency.objects.above(agency) | Agency.objects.within(agency)
    return list(around.values_list("pk", flat=True))
