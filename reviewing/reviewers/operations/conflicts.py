"""People who do not judge each other's work, because one of them or a coordinator says so."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Agency, User
from accounts.operations import lock_people
from accounts.permissions import are_one_person
from audit.moves import TransitionNotAllowed
from audit.operations import record
from reviewing.assigning import operations as assigning
from reviewing.decisions.operations import AlreadyDecided
from reviewing.models import Assignment, NamedConflict, PastSchool, ReviewerSettings
from reviewing.querysets import NamedConflictQuerySet

# Whoever names everybody chooses their reviewer.
MOST_NAMED = 20
# Counted with those that have ended: trying one after the other could tell who reads.
NAMED_WITHIN = timedelta(days=30)


class NamesThemselves(Exception):
    """The address is one of the person's own."""


class TooManyNamed(Exception):
    """A person names at most MOST_NAMED others."""


class NamedTooOften(Exception):
    """A person names at most MOST_NAMED others in NAMED_WITHIN."""


@transaction.atomic
def name_person(
    person: User,
    *,
    address: str,
    by: User,
    agency: Agency | None = None,
    now: datetime | None = None,
) -> NamedConflict:
    """From now on the two do not judge each other's work. What one of them reads is taken back.

    Nothing tells whether the address has an account here, and the other one is not told. `agency`
    is given by a coordinator, in whose activity log it is. Raises NamesThemselves, TooManyNamed or
    NamedTooOften.
    """
    now, address = now or timezone.now(), address.strip().lower()
    other = account_with(address)
    if (other and are_one_person(person, other.pk)) or address == person.email:
        raise NamesThemselves
    known: dict[str, object] = {"other": other} if other else {"address": address}
    if other:
        _take_back(person, other, by=by if agency else None, now=now)
    named = _lock_named_by(person)
    in_force = named.in_force()
    if earlier := in_force.filter(**known).first():
        return earlier
    if in_force.count() >= MOST_NAMED:
        raise TooManyNamed
    if named.filter(named_at__gt=now - NAMED_WITHIN).count() >= MOST_NAMED:
        raise NamedTooOften
    conflict = NamedConflict.objects.create(person=person, named_by=by, named_at=now, **known)
    if agency:
        record("conflict named", person, by=by, agency=agency, at=now, concerns=[person.pk])
    return conflict


@transaction.atomic
def recognize(assignment: Assignment, *, now: datetime | None = None) -> NamedConflict:
    """The reviewer knows whose submission it is, without being told the name."""
    now = now or timezone.now()
    submission, reviewer = assignment.submission, assignment.reviewer
    _take_back(reviewer, submission.earner, by=None, now=now)
    if earlier := _lock_named_by(reviewer).in_force().filter(other=submission.earner).first():
        return earlier
    return NamedConflict.objects.create(
        person=reviewer, other=submission.earner, submission=submission,
        named_by=reviewer, named_at=now,
    )  # fmt: skip


@transaction.atomic
def end_conflict(
    conflict: NamedConflict, *, by: User, agency: Agency | None = None, now: datetime | None = None
) -> None:
    """They may judge each other's work again. Raises TransitionNotAllowed if it has ended."""
    locked = NamedConflict.objects.select_for_update(no_key=True, of=["self"])
    conflict.refresh_from_db(from_queryset=locked)
    if conflict.ended_at:
        raise TransitionNotAllowed("It has ended already.")
    now = now or timezone.now()
    conflict.ended_at, conflict.ended_by = now, by
    conflict.save(update_fields=["ended_at", "ended_by"])
    if agency:
        person = conflict.person
        record("conflict ended", person, by=by, agency=agency, at=now, concerns=[person.pk])


@transaction.atomic
def find_accounts(conflicts: QuerySet[NamedConflict], *, now: datetime | None = None) -> int:
    """Addresses that have an account by now are replaced by it. Returns how many."""
    waiting = conflicts.filter(ended_at=None).exclude(address="").order_by("pk")
    found = 0
    for conflict in waiting.select_for_update(no_key=True, skip_locked=True, of=["self"]):
        other = account_with(conflict.address)
        if other is None:
            continue
        found += 1
        twice = NamedConflict.objects.in_force().filter(person=conflict.person_id, other=other)
        if are_one_person(conflict.person, other.pk) or twice.exists():
            conflict.delete()
            continue
        conflict.other, conflict.address = other, ""
        conflict.save(update_fields=["other", "address"])
        _take_back(conflict.person, other, by=None, now=now or timezone.now())
    return found


def waiting_for(user: User) -> QuerySet[NamedConflict]:
    """Those whose address is one of this person's, and those that this person named."""
    accounts = User.objects.same_person(user)
    addresses = EmailAddress.objects.filter(user__in=accounts, verified=True).values("email")
    return NamedConflict.objects.filter(
        Q(address__in=accounts.values("email")) | Q(address__in=addresses) | Q(person__in=accounts)
    )


def with_an_account() -> QuerySet[NamedConflict]:
    """Those whose address somebody has."""
    accounts = User.objects.filter(email=OuterRef("address"))
    confirmed = EmailAddress.objects.filter(email=OuterRef("address"), verified=True)
    return NamedConflict.objects.filter(Exists(accounts) | Exists(confirmed))


def account_with(address: str) -> User | None:
    """Also of somebody who was invited and has not answered."""
    found = User.objects.members_with_address(address).order_by("pk").first()
    return found or User.objects.filter(email=address).first()


@transaction.atomic
def name_schools(user: User, schools: Iterable[Agency], *, now: datetime | None = None) -> None:
    """The reviewer was at these schools: no colleague of then is judged by them."""
    now = now or timezone.now()
    PastSchool.objects.bulk_create(
        [PastSchool(user=user, agency=school, named_at=now) for school in schools],
        ignore_conflicts=True,
    )


@transaction.atomic
def say_never_at_a_school(user: User, *, now: datetime | None = None) -> None:
    settings, _is_new = ReviewerSettings.objects.get_or_create(user=user)
    if settings.never_at_a_school_at is None:
        settings.never_at_a_school_at = now or timezone.now()
        settings.save(update_fields=["never_at_a_school_at"])


@transaction.atomic
def forget_school(past: PastSchool, *, by: User, agency: Agency) -> None:
    """A coordinator takes back a school that was named by mistake."""
    user = past.user
    past.delete()
    record("school of a reviewer removed", user, by=by, agency=agency, concerns=[user.pk])


def _lock_named_by(person: User) -> NamedConflictQuerySet:
    """Whom the person has ever named. Locked, so that what is named at one moment is counted, too.

    Submissions are locked before people, so what is read is taken back before this.
    """
    lock_people([person])
    return NamedConflict.objects.filter(person__in=User.objects.same_person(person))


def _take_back(person: User, other: User, *, by: User | None, now: datetime) -> None:
    """What one of the two reads of the other returns to the queue, with the draft kept.

    Without a coordinator, it says of nobody but the person's own reviews who returned them: the
    other one would learn by whom they were named.
    """
    ours, theirs = User.objects.same_person(person), User.objects.same_person(other)
    held = Assignment.objects.unfinished().filter(
        Q(reviewer__in=ours, submission__earner__in=theirs)
        | Q(reviewer__in=theirs, submission__earner__in=ours)
    )
    for assignment in held.order_by("submission", "pk"):
        own = assignment.reviewer if are_one_person(person, assignment.reviewer_id) else None
        with suppress(AlreadyDecided):  # it is sent, or somebody else took it back
            assigning.take_from(assignment, by=by or own, now=now)
