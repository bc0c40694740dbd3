from accounts.models import Agency, Membership, User
from accounts.permissions import roles_of
from accounts.querysets import AgencyQuerySet

Role = Membership.Role


def can_report(user: User) -> bool:
    """Coordinators and reporters see reports of their agencies and of descendants."""
    return not roles_of(user).isdisjoint({Role.COORDINATOR, Role.REPORTER})


def agencies_reported_to(user: User) -> AgencyQuerySet:
    return Agency.objects.where_user_is(user, Role.COORDINATOR, Role.REPORTER)


def agencies_with_addresses(user: User) -> AgencyQuerySet:
    """Only coordinators see email addresses and private notes: they write to earners."""
    return Agency.objects.where_user_is(user, Role.COORDINATOR)
