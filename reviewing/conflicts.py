"""Who may not judge whose work: one condition, for every page, operation and worker.

Two people do not judge each other's work if they are one person, if both are or were at the same
school, or if one of them has named the other. It holds in both directions, and whatever any
account of either says counts. `reviewing/triggers.py` has the same rule for every writer, and
`tests/reviewing/conflicts/` compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable

from accounts.models import Agency, Membership, User

if TYPE_CHECKING:
    from reviewing.models import NamedConflict, PastSchool

Key = int | Combinable


def key_of(user: User) -> Subquery:
    """The key of the person, read now: their accounts may have been linked since they came."""
    return Subquery(User.objects.filter(pk=user.pk).values("person_key"))


def in_conflict(person: str, other: Key) -> Q:
    """Rows whose `person`, the path to a `person_key`, is in conflict with the `other` key.

    `other` is a key, `key_of` somebody, or an OuterRef of the filtered rows. For exclude():

        submissions.exclude(in_conflict("earner__person_key", key_of(reviewer)))
        people.exclude(in_conflict("person_key", key_of(earner)))
    """
    inner, innermost = _deeper(other), _deeper(_deeper(other))
    theirs = Q(agency__in=_at_schools().filter(user__person_key=innermost).values("agency"))
    theirs |= Q(agency__in=_past_schools().filter(user__person_key=innermost).values("agency"))
    named = _named().in_force()
    return (
        Q(**{person: other})
        | Q(**{f"{person}__in": _at_schools().filter(theirs).values("user__person_key")})
        | Q(**{f"{person}__in": _past_schools().filter(theirs).values("user__person_key")})
        | Q(**{f"{person}__in": named.who_named(inner).values("person__person_key")})
        | Q(**{f"{person}__in": named.named_by(inner).values("other__person_key")})
    )


def are_in_conflict(one: User, other: User) -> bool:
    return User.objects.filter(in_conflict("person_key", key_of(one)), pk=other.pk).exists()


def told_schools(person: str = "person_key") -> Q:
    """Rows whose person has said at which schools they were, or that they never were at one.

    Who has not is asked before their first review.
    """
    settings = apps.get_model("reviewing", "ReviewerSettings").objects
    never = settings.filter(user__person_key=OuterRef(person)).exclude(never_at_a_school_at=None)
    return (
        Q(Exists(_at_schools().filter(user__person_key=OuterRef(person))))
        | Q(Exists(_past_schools().filter(user__person_key=OuterRef(person))))
        | Q(Exists(never))
    )


def has_told_schools(user: User) -> bool:
    return User.objects.filter(told_schools(), pk=user.pk).exists()


def _deeper(key: Key) -> Key:
    """The same key for a query that is one level further inside."""
    return OuterRef(key) if isinstance(key, OuterRef) else key


def _at_schools() -> QuerySet[Membership]:
    """Past, unconfirmed and refused ones, too: leaving a school changes nothing."""
    return Membership.objects.filter(agency__kind__in=Agency.SCHOOLS)


def _past_schools() -> QuerySet[PastSchool]:
    return apps.get_model("reviewing", "PastSchool").objects.all()


def _named() -> QuerySet[NamedConflict]:
    return apps.get_model("reviewing", "NamedConflict").objects.all()
