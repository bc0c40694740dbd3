"""The one door through which awards come, from wherever they come.

    outcomes = grant_all([Grant(recipient, version, GrantSource.API, key="order-17")], by=user)

One outcome for each grant, in the order given. An award is *granted* (a row that is pending, due
after the badge's waiting time), it was there *already*, or it is *refused* for a reason that can be
read out.

- Sent twice, also at the same moment by two hands, a grant is one award: its source and key are
  unique, and a person holds a badge once. An award that was cancelled or revoked is not made again
  under its old key.
- A badge that its own rule lets people renew is granted again once it is due for that; the new
  award `renews` the old one.
- However many grants there are, the number of statements stays the same. A caller with more than
  a thousand gives them in several calls, each with its own rows in a transaction of its own.
- What follows (the waiting letter, the issue) are rows that are due in the same transaction.
- An award gets its place in its issuer's status list here. The list is locked while that is done;
  to sign a thousand awards takes ten times as long, and nobody need wait for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.operations import lock_people
from background.due_rows import enqueue_on_commit
from catalog.models import BadgeVersion
from catalog.states import BadgeStatus
from issuing.expiry import is_due_for_renewal, months_after
from issuing.models import Assertion
from issuing.states import GrantSource
from issuing.status_lists import operations as status_lists
from mail.operations import Letter, queue_emails
from openbadges import text
from postgres.bulk_insert import create_all
from submissions.models import Submission

AT_ONCE = 1000
LONGEST_NARRATIVE = 5000
LONGEST_KEY = 120


class NotAwarded(Exception):
    """An approved submission is refused its award, which must not go by unseen."""


class Refusal(models.TextChoices):
    NOT_PUBLISHED = "not_published", _("The badge is not open at the moment.")
    IN_THE_FUTURE = "in_the_future", _("The day it was earned is in the future.")
    TOO_LONG_AGO = "too_long_ago", _("It was earned so long ago that it would have expired.")
    NARRATIVE = "narrative", _("The text is too long or contains characters that can’t be shown.")
    KEY_IN_USE = "key_in_use", _("The same key was used for another person or badge.")


@dataclass(frozen=True)
class Grant:
    """Somebody is to have a badge, in the version that is given.

    `key` is what the source itself calls this award: the row of the list, the claim, the order. A
    submission is its own key.
    `awarded_on` is the day it was earned, where that was not today.
    """

    recipient: User
    version: BadgeVersion
    source: GrantSource
    key: str = ""
    submission: Submission | None = None
    narrative: str = ""
    awarded_on: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one grant: granted, already there, or refused, and always just one of them.

    For what is there already, `assertion` is the award that stands in the way, or the one that
    this very grant made earlier, whatever became of it since.
    """

    grant: Grant
    assertion: Assertion | None = None
    is_new: bool = False
    refusal: Refusal | None = None

    @property
    def is_granted(self) -> bool:
        return self.is_new

    @property
    def new_award(self) -> Assertion | None:
        """The award that this grant made, if it made one."""
        return self.assertion if self.is_new else None

    @property
    def is_already_there(self) -> bool:
        return self.assertion is not None and not self.is_new

    @property
    def is_refused(self) -> bool:
        return self.refusal is not None

    @property
    def reason(self) -> str:
        """Why it was refused, in words."""
        return str(self.refusal.label) if self.refusal else ""


@transaction.atomic
def grant_all(
    grants: Sequence[Grant], *, by: User | None, now: datetime | None = None
) -> list[Outcome]:
    """Give these badges to these people. `by` is who decided it, if a person did just now."""
    now = now or timezone.now()
    outcomes = _foresee(grants, by=by, now=now, locking=True)
    new = [award for outcome in outcomes if (award := outcome.new_award)]
    if not new:
        return outcomes
    status_lists.give_places(new, now=now)
    made = _insert(new, now=now)
    _write_to_those_who_wait((award for award in new if award.public_id in made), now=now)
    enqueue_on_commit("issuing.tasks.issue_due")
    # Also who comes twice in this call: the second outcome names the award of the first.
    lost = [n for n, one in enumerate(outcomes) if one.assertion and not one.assertion.pk]
    if lost:
        # Somebody else was faster by an instant, and has committed: now their award is seen.
        again = grant_all([grants[n] for n in lost], by=by, now=now)
        for n, outcome in zip(lost, again, strict=True):
            outcomes[n] = outcome
    return outcomes


def foresee_all(grants: Sequence[Grant], *, now: datetime | None = None) -> list[Outcome]:
    """What grant_all would answer now, with nothing done: for a dry run."""
    return _foresee(grants, by=None, now=now or timezone.now(), locking=False)


def _foresee(
    grants: Sequence[Grant], *, by: User | None, now: datetime, locking: bool
) -> list[Outcome]:
    if len(grants) > AT_ONCE:
        raise ValueError(f"More than {AT_ONCE} grants are given in several calls.")
    versions = BadgeVersion.objects.select_related("badge_class__issuer").in_bulk(
        {grant.version.pk for grant in grants}
    )
    # First the locks, then the look at keys: whoever held a lock before us has committed by then.
    if locking:
        lock_people(grant.recipient for grant in grants)
    standing = _standing(grants, versions, locking=locking)
    made_earlier = _made_earlier(grants)
    outcomes = []
    for grant in grants:
        version = versions[grant.version.pk]
        person_and_badge = (grant.recipient.pk, version.badge_class_id)
        if earlier := made_earlier.get(_identity(grant)):
            same = (earlier.recipient_id, earlier.badge_class_id) == person_and_badge
            outcomes.append(
                Outcome(grant, assertion=earlier)
                if same
                else Outcome(grant, refusal=Refusal.KEY_IN_USE)
            )
            continue
        if refusal := _refusal(grant, version, now=now):
            outcomes.append(Outcome(grant, refusal=refusal))
            continue
        older = standing.get(person_and_badge)
        if older and not _renews(grant, older, now=now):
            outcomes.append(Outcome(grant, assertion=older))
            continue
        assertion = _award(grant, version, renews=older, by=by, now=now)
        standing[person_and_badge] = made_earlier[_identity(grant)] = assertion
        outcomes.append(Outcome(grant, assertion=assertion, is_new=True))
    return outcomes


def _refusal(grant: Grant, version: BadgeVersion, *, now: datetime) -> Refusal | None:
    badge_class, earned = version.badge_class, grant.awarded_on
    # Who has sent evidence for a badge finishes, although it was retired meanwhile.
    is_open = badge_class.status == BadgeStatus.PUBLISHED or grant.submission
    if not version.published_at or not is_open:
        return Refusal.NOT_PUBLISHED
    if earned and earned > now:
        return Refusal.IN_THE_FUTURE
    months = badge_class.valid_months
    if earned and months and months_after(earned, months) <= now:
        return Refusal.TOO_LONG_AGO
    if len(grant.narrative) > LONGEST_NARRATIVE or text.has_unwritable_characters(grant.narrative):
        return Refusal.NARRATIVE
    return None


def _renews(grant: Grant, older: Assertion, *, now: datetime) -> bool:
    """The badge's rule allows it, and it was earned anew: not the same day's work sent again."""
    earned, before = grant.awarded_on or now, older.earned_on or older.issued_on
    return (
        is_due_for_renewal(older, now=now)
        and timezone.localtime(earned).date() > timezone.localtime(before).date()
    )


def _standing(
    grants: Sequence[Grant], versions: dict[int, BadgeVersion], *, locking: bool
) -> dict[tuple[int, int], Assertion]:
    awards = Assertion.objects.standing().filter(
        recipient__in={grant.recipient.pk for grant in grants},
        badge_class__in={version.badge_class_id for version in versions.values()},
    )
    if locking:
        # In one order, so that two batches with the same people do not wait for each other.
        awards = awards.select_for_update(no_key=True, of=["self"]).order_by("pk")
    awards = awards.select_related("badge_class")
    return {(award.recipient_id, award.badge_class_id): award for award in awards}


def _made_earlier(grants: Sequence[Grant]) -> dict[tuple[str, str] | int, Assertion]:
    """Awards that one of these grants has made before."""
    same = Q(pk__in=[])
    keys: dict[str, set[str]] = {}
    for grant in grants:
        if not isinstance(_identity(grant), int):
            keys.setdefault(grant.source, set()).add(grant.key)
    if submissions := {grant.submission.pk for grant in grants if grant.submission}:
        same |= Q(submission__in=submissions)
    for source, those in keys.items():
        same |= Q(source=source, source_key__in=those)
    found = Assertion.objects.filter(same).select_related("badge_class")
    return {award.submission_id or (award.source, award.source_key): award for award in found}


def _identity(grant: Grant) -> tuple[str, str] | int:
    """By what a grant is known when it comes again."""
    if grant.submission:
        return grant.submission.pk
    if not grant.key or len(grant.key) > LONGEST_KEY:
        raise ValueError(f"A grant is known by a key of its source, of up to {LONGEST_KEY}.")
    return grant.source, grant.key


def _award(
    grant: Grant,
    version: BadgeVersion,
    *,
    renews: Assertion | None,
    by: User | None,
    now: datetime,
) -> Assertion:
    person, earned = grant.recipient, grant.awarded_on
    if earned and timezone.localtime(earned).date() == timezone.localtime(now).date():
        earned = None
    waiting = timedelta(hours=version.badge_class.hours_before_issue)
    return Assertion(
        recipient=person,
        badge_class=version.badge_class,
        version=version,
        submission=grant.submission,
        source=grant.source,
        source_key="" if grant.submission else grant.key,
        granted_by=by,
        narrative=grant.narrative,
        earned_on=earned and earned.replace(microsecond=0),
        renews=renews,
        recipient_name=person.name,
        recipient_email=person.email,
        created_at=now,
        due_at=now + waiting,
    )


def _insert(new: Sequence[Assertion], *, now: datetime) -> set[UUID]:
    """Write the awards that nobody else has made meanwhile, and say which those are."""
    renewed = [award.renews_id for award in new if award.renews_id]
    if renewed:
        Assertion.objects.filter(pk__in=renewed).update(renewed_at=now)
    # In one order, as with the locks.
    in_order = sorted(new, key=lambda award: (award.badge_class_id, award.recipient_id))
    create_all(in_order, ignore_conflicts=True)
    ours = Assertion.objects.filter(public_id__in=[award.public_id for award in new])
    made = dict(ours.values_list("public_id", "pk"))
    for award in new:
        award.pk = made.get(award.public_id)
        award._state.adding = award.pk is None
    if len(made) < len(new):
        stand_again(award.renews_id for award in new if award.renews_id and not award.pk)
    return set(made)


def stand_again(awards: Iterable[int]) -> None:
    """What renewed these awards is not there after all: they hold their place again."""
    another = Assertion.objects.standing().filter(
        recipient=OuterRef("recipient"), badge_class=OuterRef("badge_class")
    )
    renewed = Assertion.objects.filter(pk__in=list(awards), renewed_at__isnull=False)
    renewed.exclude(Exists(another)).update(renewed_at=None)


def _write_to_those_who_wait(awards: Iterable[Assertion], *, now: datetime) -> None:
    letters = (
        Letter(
            kind="award_waiting",
            key=str(award.public_id),
            to=award.recipient_email,
            language=award.recipient.language,
            context={"assertion": award.pk},
            due_at=now,
        )
        for award in awards
        if award.due_at > now
    )
    queue_emails(letters, now=now)


@transaction.atomic
def schedule_award(submission: Submission, *, now: datetime | None = None) -> Assertion:
    """Make the award due after the badge's waiting time. The same submission twice is one award.

    Somebody who was given the badge meanwhile keeps that award, and it is what is returned.
    """
    grant = Grant(
        recipient=submission.earner,
        version=submission.version,
        source=GrantSource.SUBMISSION,
        submission=submission,
    )
    [outcome] = grant_all([grant], by=None, now=now)
    if outcome.assertion is None:
        raise NotAwarded(outcome.reason)
    return outcome.assertion
