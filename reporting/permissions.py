from accounts.models import Agency, Membership, User
from accounts.querysets import AgencyQuerySet

Role = Membership.Role


def can_report(user: User) -> bool:
    """Coordinators and reporters read the numbers of their agencies and of those below."""
    return agencies_reported_to(user).exists()


def agencies_reported_to(user: User) -> AgencyQuerySet:
    return Agency.objects.where_user_is(user, Role.COORDINATOR, Role.REPORTER)


def agencies_with_addresses(user: User) -> AgencyQuerySet:
    """Coordinators write to earners; a report needs nobody's e-mail address."""
    return Agency.objects.where_user_is(user, Role.COORDINATOR)
