"""The rows of the list of people: what a coordinator reads of each, in few statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from accounts.models import Membership, User
from issuing.models import Assertion

Role = Membership.Role


@dataclass
class PersonRow:
    """Somebody, with what they are in the coordinator's part of the tree."""

    user: User
    workplaces: list[Membership] = field(default_factory=list)
    roles: list[Membership] = field(default_factory=list)
    awards: int = 0

    @property
    def role_names(self) -> list[str]:
        """Each role once, however many agencies it is for."""
        return list(dict.fromkeys(str(role.get_role_display()) for role in self.roles))


def rows_of(people: Sequence[User], agencies: Collection[int]) -> list[PersonRow]:
    rows = {user.pk: PersonRow(user) for user in people}
    memberships = Membership.objects.confirmed().filter(user__in=rows, agency__in=agencies)
    for membership in memberships.select_related("agency").order_by("agency__name", "pk"):
        row = rows[membership.user_id]
        (row.workplaces if membership.role == Role.EARNER else row.roles).append(membership)
    awards = Assertion.objects.issued().filter(badge_class__issuer__agency__in=agencies)
    counted = awards.filter(recipient__in=rows).order_by().values_list("recipient")
    for recipient, count in counted.annotate(Count("pk")):
        rows[recipient].awards = count
    return list(rows.values())
