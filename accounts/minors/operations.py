"""Agencies mark learners as minors, and record what guardians agreed to: ADR 72.

What follows elsewhere (pages close, chances end) is done by receivers of `minors_marked`, in the
same transaction. All accounts of the people are locked first, as when badges are granted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.links.operations import lock_accounts
from accounts.models import Agency, GuardianConsent, Membership, MinorMark, User
from accounts.permissions import markable_by
from accounts.signals import minors_ended, minors_marked
from audit.moves import TransitionNotAllowed
from audit.operations import record, record_all
from background.operations import work_on
from editing.forms import Edit
from mail.operations import Letter, queue_emails

AT_ONCE = 500


@transaction.atomic
def mark(
    places: Collection[Membership],
    *,
    by: User,
    of_age_on: date | None = None,
    now: datetime | None = None,
) -> int:
    """Mark the people of these places as minors of that agency. Returns how many changed.

    People who may not be marked any longer are left as they are. Marking again changes at most the
    day on which they come of age.
    """
    now = now or timezone.now()
    keys = [place.pk for place in places]
    accounts = lock_accounts(*(place.user for place in places), may_close=True)
    still = markable_by(by).filter(pk__in=keys).select_related("user", "agency").order_by("pk")
    return _mark(list(still), accounts.values(), by=by, of_age_on=of_age_on, now=now)


@transaction.atomic
def mark_new_learner(place: Membership, *, now: datetime) -> None:
    """Mark people who name this place as their first one, if its learners are minors.

    The caller has locked the accounts of the person.
    """
    if not _are_minors_at(place.agency):
        return
    person = User.objects.same_person(place.user)
    if Membership.objects.filter(user__in=person).exclude(pk=place.pk).exists():
        return
    _mark([place], person, by=None, of_age_on=None, now=now)


@transaction.atomic
def mark_new_learners(
    users: Iterable[User], *, now: datetime, agency: Agency | None = None
) -> None:
    """Mark those of these people whose first place is where learners are minors.

    That is the agency whose group they are new in, if it is given, or else their only workplace.
    People who had any place before stay as they are, and so do those whom the agency marked before.
    """
    if not Agency.objects.filter(learners_are_minors=True).exists():
        return
    accounts = lock_accounts(*users)
    held = Membership.objects.filter(user__in=accounts).select_related("user", "agency")
    by_person: dict[int, list[Membership]] = {}
    for place in held.order_by("pk"):
        by_person.setdefault(accounts[place.user_id].person_key, []).append(place)
    if agency:
        new = [
            Membership(user=user, agency=agency)
            for user in accounts.values()
            if user.person_key == user.pk and user.pk not in by_person
        ]
    else:
        new = [places[0] for places in by_person.values() if _is_of_a_learner(places)]
    where = {place.agency_id: place.agency for place in new}
    minors = {key for key, one in where.items() if _are_minors_at(one)}
    marked = set(MinorMark.objects.filter(user__in=accounts).values_list("user_id", "agency_id"))
    places = [
        place for place in new
        if place.agency_id in minors and (place.user_id, place.agency_id) not in marked
    ]  # fmt: skip
    if places:
        _mark(places, accounts.values(), by=None, of_age_on=None, now=now)


def _is_of_a_learner(places: list[Membership]) -> bool:
    """Their only place is one in which they learn."""
    return len(places) == 1 and places[0].role == Membership.Role.EARNER and not places[0].ended_at


def _are_minors_at(agency: Agency) -> bool:
    return Agency.objects.above(agency).filter(learners_are_minors=True).exists()


def _mark(
    places: list[Membership],
    accounts: Iterable[User],
    *,
    by: User | None,
    of_age_on: date | None,
    now: datetime,
) -> int:
    minors_before = set(_minors_among(accounts))
    current = MinorMark.objects.filter(ended_at=None, user__in=[place.user_id for place in places])
    known = {(mark.user_id, mark.agency_id): mark for mark in current}
    new, changed = [], []
    for place in places:
        earlier = known.get((place.user_id, place.agency_id))
        if earlier is None:
            new.append(place)
        elif earlier.of_age_on != of_age_on:
            earlier.of_age_on = of_age_on
            changed.append((earlier, place))
    MinorMark.objects.bulk_create(
        MinorMark(
            user=place.user, agency=place.agency, of_age_on=of_age_on, marked_by=by, begun_at=now
        )
        for place in new
    )
    MinorMark.objects.bulk_update([mark for mark, _place in changed], ["of_age_on"])
    day = str(of_age_on or "")
    record_all(
        [("marked as a minor", place.user, place.agency) for place in new],
        by=by, at=now, note=day,
    )  # fmt: skip
    record_all(
        [("day of coming of age changed", place.user, place.agency) for _mark, place in changed],
        by=by, at=now, note=day,
    )  # fmt: skip
    _announce(accounts, minors_before, by=by, now=now)
    return len(new) + len(changed)


@transaction.atomic
def end(marks: QuerySet[MinorMark], *, by: User, now: datetime | None = None) -> int:
    """These people are minors no longer, unless another agency says so.

    What was closed stays closed: they are told that they may open it now.
    """
    now = now or timezone.now()
    people = list(User.objects.filter(pk__in=marks.values("user")))
    accounts = lock_accounts(*people).values()
    return _end(marks.filter(ended_at=None), accounts, by=by, now=now)


@transaction.atomic
def end_of_age(*, now: datetime, failed: set[int] | None = None) -> int:
    """End a batch of the marks of people who have come of age, and tell them.

    Returns how many were due. Marks that raise an error are added to `failed`; those that failed
    are left out until the next run.
    """
    failed = set() if failed is None else failed
    over = MinorMark.objects.filter(ended_at=None, of_age_on__lte=timezone.localdate(now))
    due = over.exclude(pk__in=failed).order_by("pk").values_list("pk", "user_id")[:AT_ONCE]
    marks = dict(due)
    if not marks:
        return 0
    accounts = lock_accounts(*User.objects.filter(pk__in=marks.values()))

    def end_some(keys: list[int]) -> None:
        people = {accounts[marks[key]].person_key for key in keys}
        own = [account for account in accounts.values() if account.person_key in people]
        _end(over.filter(pk__in=keys), own, by=None, now=now, is_over=True)

    failed.update(work_on(list(marks), end_some, what="end the mark of a minor who came of age"))
    return len(marks)


def _end(
    marks: QuerySet[MinorMark],
    accounts: Iterable[User],
    *,
    by: User | None,
    now: datetime,
    is_over: bool = False,
) -> int:
    accounts = list(accounts)
    # A mark that is over has no effect already: its person was a minor until now all the same.
    minors_before = {account.pk for account in accounts} if is_over else _minors_among(accounts)
    ended = list(marks.select_related("user", "agency").order_by("pk"))
    for mark in ended:
        mark.ended_at, mark.ended_by = now, by
    MinorMark.objects.bulk_update(ended, ["ended_at", "ended_by"])
    act = "mark of a minor ended" if by else "came of age"
    record_all([(act, mark.user, mark.agency) for mark in ended], by=by, at=now)
    _announce(accounts, minors_before, by=by, now=now)
    return len(ended)


def _minors_among(accounts: Iterable[User]) -> set[int]:
    keys = [account.pk for account in accounts]
    return set(User.objects.minors().filter(pk__in=keys).values_list("pk", flat=True))


def _announce(
    accounts: Iterable[User], minors_before: Collection[int], *, by: User | None, now: datetime
) -> None:
    accounts = list(accounts)
    minors = _minors_among(accounts)
    marked = [one for one in accounts if one.pk in minors and one.pk not in minors_before]
    ended = [one for one in accounts if one.pk in minors_before and one.pk not in minors]
    if marked:
        minors_marked.send(sender=User, users=marked, by=by, now=now)
        # Nobody is written to because a file or a group named them.
        _tell("marked_as_minor", [one for one in marked if by or not one.is_invited], now=now)
    if ended:
        minors_ended.send(sender=User, users=ended, now=now)
        _tell("minor_no_longer", ended, now=now)


def _tell(kind: str, people: Iterable[User], *, now: datetime) -> None:
    queue_emails(
        (
            Letter(
                kind,
                f"{person.pk} {now.isoformat()}",
                person.email,
                person.language,
                {"person": person.pk},
                now,
            )
            for person in people
        ),
        now=now,
    )


# --- What guardians agreed to ---------------------------------------------------------------------


@transaction.atomic
def record_consent(
    place: Membership,
    *,
    by: User,
    guardian: str,
    purposes: Collection[str],
    how: str,
    given_on: date,
    now: datetime | None = None,
) -> GuardianConsent:
    """Keep who agreed, when and to what. Earlier consents stay as they are."""
    now = now or timezone.now()
    lock_accounts(place.user)
    consent = GuardianConsent.objects.create(
        user=place.user, agency=place.agency, guardian=guardian, purposes=sorted(purposes),
        how=how, given_on=given_on, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    note = " ".join(consent.purposes)
    record("consent of a guardian recorded", place.user, by=by, agency=place.agency, note=note,
           at=now)  # fmt: skip
    return consent


@transaction.atomic
def withdraw_consent(consent: GuardianConsent, *, by: User, now: datetime | None = None) -> None:
    """From now on it allows nothing. Raises TransitionNotAllowed if it was withdrawn already."""
    now = now or timezone.now()
    lock_accounts(consent.user)
    still = GuardianConsent.objects.in_force().filter(pk=consent.pk)
    if not still.update(withdrawn_at=now, withdrawn_by=by):
        raise TransitionNotAllowed("The consent was withdrawn already.")
    record("consent of a guardian withdrawn", consent.user, by=by, agency=consent.agency,
           note=" ".join(consent.purposes), at=now)  # fmt: skip


def stored_rules(agency: Agency) -> dict[str, object]:
    """The rules as their form has them."""
    return {
        "learners_are_minors": agency.learners_are_minors,
        "consent_needed_for": list(agency.consent_needed_for),
    }


@transaction.atomic
def set_rules(agency: Agency, *, by: User, edit: Edit, now: datetime | None = None) -> None:
    """Set what holds for minors here and in the agencies below. Raises EditConflict."""
    agency = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    edit.check(stored_rules(agency))
    if not edit.changes:
        return
    for field, value in edit.changes.items():
        setattr(agency, field, value)
    agency.save(update_fields=[*edit.changes])
    note = " ".join(
        [*agency.consent_needed_for, *(["minors"] if agency.learners_are_minors else [])]
    )
    record("rules for minors changed", agency, by=by, agency=agency, note=note, at=now)
