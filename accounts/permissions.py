from accounts.models import Agency, Membership, User

Role = Membership.Role


def holds_role(user: User, agency: Agency, *roles: str) -> bool:
    """True if the user holds one of the roles in this agency or in one it belongs to."""
    return Agency.objects.where(user, *roles).filter(pk=agency.pk).exists()


def is_coordinator(user: User) -> bool:
    """True if the user coordinates any agency at all; decides what the menu offers."""
    return user.is_authenticated and user.memberships.filter(role=Role.COORDINATOR).exists()


def is_reviewer(user: User) -> bool:
    return user.is_authenticated and user.memberships.filter(role=Role.REVIEWER).exists()
