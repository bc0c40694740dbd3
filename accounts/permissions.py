from django.contrib.auth.models import AnonymousUser

from accounts.models import Agency, Membership, User

Role = Membership.Role


def holds_role(user: User | AnonymousUser, agency: Agency, *roles: str) -> bool:
    """True if the user holds one of the roles in this agency or in one it belongs to."""
    return Agency.objects.where_user_is(user, *roles).filter(pk=agency.pk).exists()


def ever_held_role(user: User | AnonymousUser, agency: Agency, *roles: str) -> bool:
    """As `holds_role`, also if the role has ended. For conflicts of interest, not for rights."""
    return Agency.objects.where_user_ever_was(user, *roles).filter(pk=agency.pk).exists()


def roles_of(user: User | AnonymousUser) -> set[str]:
    """The roles that the user holds in any agency. The menu depends on them."""
    if not user.is_authenticated:
        return set()
    return set(user.memberships.confirmed().values_list("role", flat=True))


def is_coordinator(user: User | AnonymousUser) -> bool:
    return Role.COORDINATOR in roles_of(user)


def is_reviewer(user: User | AnonymousUser) -> bool:
    return Role.REVIEWER in roles_of(user)
