"""Emails about appeals and holds: who is told. `reviewing/due_process/emails.py` says what."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Agency, Membership, User
from mail.operations import queue_email
from submissions.models import Submission
from submissions.querysets import accounts_of


def tell(person: User, kind: str, key: str, **context: int) -> None:
    queue_email(kind, key, to=person.email, language=person.language, context=context)


def tell_all(people: Iterable[User], kind: str, key: str, **context: int) -> None:
    for person in people:
        tell(person, kind, f"{key}:{person.pk}", **context)


def coordinators_of(submission: Submission) -> list[User]:
    """All who may act on it, but not if it is their own."""
    agencies = Agency.objects.above(submission.badge_class.issuer.agency)
    members = Membership.objects.confirmed().filter(
        role=Membership.Role.COORDINATOR, agency__in=agencies
    )
    people = User.objects.filter(pk__in=members.values("user"), is_active=True)
    return list(people.exclude(pk__in=accounts_of(submission.earner)).order_by("pk"))
