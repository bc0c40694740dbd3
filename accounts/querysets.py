from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Agency, User

# Agencies are a tree. A recursive statement walks it in a single query, however deep it is.
_DOWN_FROM_MEMBERSHIPS = """
    WITH RECURSIVE below AS (
        SELECT agency_id AS id FROM accounts_membership WHERE user_id = %s AND role = ANY(%s)
        UNION
        SELECT agency.id FROM accounts_agency agency JOIN below ON agency.parent_id = below.id
    )
    SELECT id FROM below
"""
_DOWN_FROM_AGENCY = """
    WITH RECURSIVE below AS (
        SELECT %s::bigint AS id
        UNION
        SELECT agency.id FROM accounts_agency agency JOIN below ON agency.parent_id = below.id
    )
    SELECT id FROM below
"""
_UP_FROM_AGENCY = """
    WITH RECURSIVE above AS (
        SELECT id, parent_id FROM accounts_agency WHERE id = %s
        UNION
        SELECT agency.id, agency.parent_id
        FROM accounts_agency agency JOIN above ON agency.id = above.parent_id
    )
    SELECT id FROM above
"""


class AgencyQuerySet(models.QuerySet["Agency"]):
    def where_user_is(self, user: User | AnonymousUser, *roles: str) -> AgencyQuerySet:
        """Agencies in which the user holds one of the roles, directly or in an agency above."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=RawSQL(_DOWN_FROM_MEMBERSHIPS, (user.pk, list(roles))))  # noqa: S611

    def within(self, agency: Agency) -> AgencyQuerySet:
        """The agency itself and everything below it."""
        return self.filter(pk__in=RawSQL(_DOWN_FROM_AGENCY, (agency.pk,)))  # noqa: S611

    def above(self, agency: Agency) -> AgencyQuerySet:
        """The agency itself and everything it belongs to."""
        return self.filter(pk__in=RawSQL(_UP_FROM_AGENCY, (agency.pk,)))  # noqa: S611

    def workplaces(self) -> AgencyQuerySet:
        """Agencies in which people can work, which excludes consortia."""
        return self.exclude(kind=self.model.Kind.CONSORTIUM).select_related("parent")

    def named_like(self, words: str) -> AgencyQuerySet:
        """Agencies that have each of these words in their own name or in their parent's."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(parent__name__icontains=word))
        return found
