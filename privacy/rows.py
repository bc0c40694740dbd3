"""The rows that the table of treatments finds of one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db.models import Count, Q, QuerySet, Value

from accounts.models import User
from privacy.about_the_rest import TREATMENTS
from privacy.treatment import Treatment


@dataclass(frozen=True)
class Person:
    """The keys of all accounts of a person, and every address that is theirs."""

    keys: list[int]
    addresses: list[str]


def person_of(people: Iterable[User]) -> Person:
    """Linked accounts are one person."""
    keys = [account.pk for account in people]
    own = [account.email for account in people]
    # An address that is not confirmed may be somebody else's.
    confirmed = EmailAddress.objects.filter(user__in=keys, verified=True)
    return Person(keys, sorted({*own, *confirmed.values_list("email", flat=True)}))


def rows_of(label: str, treatment: Treatment, person: Person) -> QuerySet:
    found = Q(pk__in=[])
    if treatment.person:
        comparison = "overlap" if treatment.person == "people" else "in"
        found |= Q(**{f"{treatment.person}__{comparison}": person.keys})
    if treatment.address:
        found |= Q(**{f"{treatment.address}__in": person.addresses})
    return apps.get_model(label)._base_manager.filter(found)


def counts(person: Person) -> list[tuple[Treatment, int]]:
    """How many rows of each kind there are, without kinds of which there are none."""
    kinds = list(TREATMENTS.items())
    first, *others = (
        rows_of(label, treatment, person)
        .order_by()
        .values(of_treatment=Value(number))
        .annotate(number_of_rows=Count("pk"))
        for number, (label, treatment) in enumerate(kinds)
    )
    # One statement instead of one for each kind.
    found = first.union(*others, all=True).values_list("of_treatment", "number_of_rows")
    return [(kinds[number][1], rows) for number, rows in sorted(found)]
