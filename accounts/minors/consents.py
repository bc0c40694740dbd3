"""Whether a guardian's consent is missing."""

from __future__ import annotations

from accounts.models import Agency, GuardianConsent, MinorMark, User
from accounts.permissions import is_minor


def missing_consent(user: User, purpose: str) -> Agency | None:
    """The agency whose rule asks for a consent to this that the minor does not have.

    A rule holds for the minors of the agency and of those below it; a consent that any of these
    recorded satisfies it.
    """
    if not user.is_authenticated or not is_minor(user):
        return None
    marks = MinorMark.objects.in_force().of_person(user.person_key)
    for mark in marks.select_related("agency").order_by("pk"):
        rules = Agency.objects.above(mark.agency).filter(consent_needed_for__contains=[purpose])
        given = GuardianConsent.objects.in_force().filter(
            user__person_key=user.person_key, purposes__contains=[purpose]
        )
        for agency in rules:
            if not given.filter(agency__in=Agency.objects.within(agency)).exists():
                return mark.agency
    return None
