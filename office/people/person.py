"""What a coordinator reads of one person: only records of the coordinator's part."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import Membership, User
from awarding.models import PersonId
from issuing.models import Assertion
from mail.models import OutgoingEmail
from reporting.activity import activity_lines
from reporting.periods import Period
from reviewing.models import Assignment
from rewards.models import Drawing, Entry
from submissions.models import Submission

MOST_ROWS = 50
MOST_LINES = 20


def person_page(reader: User, person: User, agencies: Collection[int]) -> dict[str, Any]:
    memberships = list(_memberships(person, agencies))
    submissions = list(_submissions(reader, person))
    awards = list(_awards(person, agencies))
    addresses = confirmed_addresses(person)
    emails = _emails(addresses, memberships, submissions, awards, person, agencies)
    return {
        "addresses": addresses,
        "ids": PersonId.objects.filter(
            person__in=User.objects.same_person(person), agency__in=agencies
        ).select_related("agency"),
        "memberships": memberships,
        "submissions": submissions,
        "awards": awards,
        "emails": emails[:MOST_ROWS],
        "chances": _chances(reader, person),
        "lines": activity_lines(
            reader,
            agencies,
            limit=MOST_LINES,
            person=person.email,
            period=Period(None, None),
            coordinated=agencies,
        ),
    }


def confirmed_addresses(person: User) -> list[str]:
    """The address of the account, then the others that were confirmed."""
    more = EmailAddress.objects.filter(user=person, verified=True).annotate(lower=Lower("email"))
    others = more.exclude(lower=person.email).order_by("lower").values_list("lower", flat=True)
    return [person.email, *others]


def held_assignments(person: User, agencies: Collection[int]) -> QuerySet[Assignment]:
    """What the person reviews now, for the issuers of these agencies."""
    held = Assignment.objects.active().filter(reviewer=person)
    return held.filter(submission__badge_class__issuer__agency__in=agencies).with_submission()


def _memberships(person: User, agencies: Collection[int]) -> QuerySet[Membership]:
    """Of any account of the person, as their submissions and awards are."""
    accounts = User.objects.same_person(person)
    own = Membership.objects.filter(user__in=accounts, agency__in=agencies).select_related("agency")
    return own.order_by("-ended_at", "role", "-begun_at", "-pk")[:MOST_ROWS]


def _submissions(reader: User, person: User) -> QuerySet[Submission]:
    sent = Submission.objects.read_as_coordinator(reader).of(person)
    return sent.select_related("version", "badge_class").order_by("-pk")[:MOST_ROWS]


def _awards(person: User, agencies: Collection[int]) -> QuerySet[Assertion]:
    awards = Assertion.objects.of(person).filter(badge_class__issuer__agency__in=agencies)
    return awards.with_badge().newest_first()[:MOST_ROWS]


def emails_of(reader: User, person: User, agencies: Collection[int]) -> QuerySet[OutgoingEmail]:
    """Emails about records that the coordinator sees. What other agencies wrote is not theirs."""
    memberships = list(_memberships(person, agencies))
    submissions, awards = list(_submissions(reader, person)), list(_awards(person, agencies))
    addresses = confirmed_addresses(person)
    return _emails(addresses, memberships, submissions, awards, person, agencies)


def _emails(
    addresses: Sequence[str],
    memberships: Sequence[Membership],
    submissions: Sequence[Submission],
    awards: Sequence[Assertion],
    person: User,
    agencies: Collection[int],
) -> QuerySet[OutgoingEmail]:
    """Emails about records that the coordinator sees. What other agencies wrote is not theirs."""
    about = (
        Q(context__membership__in=[row.pk for row in memberships])
        | Q(context__submission__in=[row.pk for row in submissions])
        | Q(context__assertion__in=[row.pk for row in awards])
        | Q(context__person=person.pk, context__agency__in=list(agencies))
    )
    sent = OutgoingEmail.objects.filter(about, to__in=addresses)
    return sent.order_by("-queued_at", "-pk")


def _chances(reader: User, person: User) -> QuerySet[Entry]:
    """The drawings of the coordinator in which the person has chances, with their number."""
    drawings = Drawing.objects.coordinated_by(reader)
    entries = Entry.objects.valid().counted_once().of(person).filter(drawing__in=drawings)
    named = entries.order_by().values("drawing__title", "drawing__slug", "drawing__status")
    return named.annotate(count=Count("pk")).order_by("-drawing__pk")
