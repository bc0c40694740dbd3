"""Grants awards from every source: submissions, lists, claim codes, scores, pathways, the API.

    outcomes = grant_all([Grant(recipient, version, GrantSource.API, key="order-17")], by=user)

There is one outcome for each grant, in the given order. An award is *granted* (a pending row, due
after the badge's waiting time), it is *already there*, or it is *refused* with a reason for people.

- Grants are idempotent, also when they run concurrently: source and key are unique, and a person
  has a badge once. A canceled or revoked award is not granted again under its old key.
- If the badge's rule allows renewals, it is granted again once it is due; the new award `renews`
  the old one.
- The number of statements does not depend on the number of grants. More than MAX_GRANTS need
  several calls, each in its own transaction.
- What follows (the email about the waiting time, issuing) is stored as due rows in the same
  transaction.
- Each award gets its index in the issuer's status list here, under a lock. Signing takes ten times
  as long, so it happens later, without that lock.
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
from background.enqueue import enqueue_on_commit
from catalog.models import BadgeVersion
from catalog.states import BadgeStatus
from issuing.dates import are_two_days
from issuing.expiry import is_due_for_renewal, months_after
from issuing.models import Assertion, EvidenceLink, SharedEvidence
from issuing.states import ACTIVE, GrantSource
from issuing.status_lists import operations as status_lists
from mail.operations import Letter, queue_emails
from openbadges import text
from postgres.bulk_insert import create_all
from submissions.models import Submission

MAX_GRANTS = 1000
LONGEST_NARRATIVE = 5000
LONGEST_KEY = 120


class NotAwarded(Exception):
    """The award for an approved submission was refused, which must not pass silently."""


class Refusal(models.TextChoices):
    NOT_PUBLISHED = "not_published", _("The badge is not open at the moment.")
    IN_THE_FUTURE = "in_the_future", _("The day it was earned is in the future.")
    TOO_LONG_AGO = (
        "too_long_ago",
        _("Earned on that day, it would have expired already. Check the day."),
    )
    NARRATIVE = "narrative", _("The text is too long or contains characters that can’t be shown.")
    EXPIRES_TOO_EARLY = (
        "expires_too_early",
        _("The day it expires is over, or is before the day it was earned."),
    )
    KEY_IN_USE = "key_in_use", _("The same key was used for another person or badge.")


@dataclass(frozen=True)
class GivenLink:
    """A link to evidence. Unless it `is_shown`, it is private until the earner shows it."""

    url: str
    is_shown: bool = False


@dataclass(frozen=True)
class Grant:
    """A request to award a version of a badge to a person.

    `key` identifies the award within its source: the row of the list, the claim, the order. A
    submission is its own key.
    `awarded_on` is the day it was earned, if not today. `expires` replaces the badge's own rule.
    `waits_at_least` is for one of many: see `awarding/many_at_once.py`.
    """

    recipient: User
    version: BadgeVersion
    source: GrantSource
    key: str = ""
    submission: Submission | None = None
    narrative: str = ""
    evidence: Sequence[GivenLink] = ()
    awarded_on: datetime | None = None
    expires: datetime | None = None
    # Issued no sooner than this from now; the badge's own waiting time applies if it is longer.
    waits_at_least: timedelta = timedelta()


@dataclass(frozen=True)
class Outcome:
    """The result of one grant: exactly one of granted, already there and refused.

    If it is already there, `assertion` is the person's active award of the badge, or the award that
    the same grant made earlier, whatever its status is now.
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
        """Why it was refused, for people to read; "" if it was not."""
        return str(self.refusal.label) if self.refusal else ""


@transaction.atomic
def grant_all(
    grants: Sequence[Grant], *, by: User | None, now: datetime | None = None
) -> list[Outcome]:
    """Grant awards in one transaction. `by` is the person who decided it, None for a rule."""
    now = now or timezone.now()
    outcomes = _plan(grants, by=by, now=now, locking=True)
    new = [award for outcome in outcomes if (award := outcome.new_award)]
    if not new:
        return outcomes
    status_lists.assign_places(new, now=now)
    inserted = _insert(new, now=now)
    _add_evidence((outcome for outcome in outcomes if outcome.is_new), inserted, now=now)
    _queue_waiting_emails((award for award in new if award.public_id in inserted), now=now)
    enqueue_on_commit("issuing.tasks.issue_due")
    # Two grants of this call may share an award, so the outcomes are checked, not the new awards.
    raced = [
        n for n, outcome in enumerate(outcomes) if outcome.assertion and not outcome.assertion.pk
    ]
    if raced:
        # A concurrent transaction inserted these first and has committed. Now its awards are seen.
        retried = grant_all([grants[n] for n in raced], by=by, now=now)
        for n, outcome in zip(raced, retried, strict=True):
            outcomes[n] = outcome
    return outcomes


def preview_all(grants: Sequence[Grant], *, now: datetime | None = None) -> list[Outcome]:
    """The outcomes that grant_all would return now, without writing anything."""
    return _plan(grants, by=None, now=now or timezone.now(), locking=False)


def _plan(
    grants: Sequence[Grant], *, by: User | None, now: datetime, locking: bool
) -> list[Outcome]:
    if len(grants) > MAX_GRANTS:
        raise ValueError(f"At most {MAX_GRANTS} grants per call.")
    versions = BadgeVersion.objects.select_related("badge_class__issuer").in_bulk(
        {grant.version.pk for grant in grants}
    )
    # Lock first, then read the keys: concurrent transactions have committed by then.
    if locking:
        lock_people(grant.recipient for grant in grants)
    person_of = _main_accounts(grants)
    minors = set(User.objects.minors().filter(pk__in=person_of).values_list("pk", flat=True))
    active = _active_awards(person_of, versions, locking=locking)
    earlier_awards = _earlier_awards(grants)
    outcomes = []
    for grant in grants:
        version = versions[grant.version.pk]
        person_and_badge = (person_of[grant.recipient.pk], version.badge_class_id)
        if earlier := earlier_awards.get(_dedup_key(grant)):
            person = person_of.get(earlier.recipient_id)
            same = (person, earlier.badge_class_id) == person_and_badge
            outcomes.append(
                Outcome(grant, assertion=earlier)
                if same
                else Outcome(grant, refusal=Refusal.KEY_IN_USE)
            )
            continue
        if refusal := _refusal(grant, version, now=now):
            outcomes.append(Outcome(grant, refusal=refusal))
            continue
        older = active.get(person_and_badge)
        if older and not _renews(grant, older, now=now):
            outcomes.append(Outcome(grant, assertion=older))
            continue
        assertion = _award(grant, version, renews=older, by=by, now=now)
        assertion.is_private = grant.recipient.pk in minors
        active[person_and_badge] = earlier_awards[_dedup_key(grant)] = assertion
        outcomes.append(Outcome(grant, assertion=assertion, is_new=True))
    return outcomes


def _refusal(grant: Grant, version: BadgeVersion, *, now: datetime) -> Refusal | None:
    badge_class, earned = version.badge_class, grant.awarded_on
    # A submission is awarded even if the badge was retired after the evidence was sent.
    is_open = badge_class.status == BadgeStatus.PUBLISHED or grant.submission
    if not version.published_at or not is_open:
        return Refusal.NOT_PUBLISHED
    if earned and earned > now:
        return Refusal.IN_THE_FUTURE
    months = badge_class.valid_months
    if grant.expires:
        if grant.expires <= max(now, earned or now):
            return Refusal.EXPIRES_TOO_EARLY
    elif earned and months and months_after(earned, months) <= now:
        return Refusal.TOO_LONG_AGO
    if len(grant.narrative) > LONGEST_NARRATIVE or text.has_unwritable_characters(grant.narrative):
        return Refusal.NARRATIVE
    return None


def _renews(grant: Grant, older: Assertion, *, now: datetime) -> bool:
    """Is the older award due for renewal, and was the badge earned on a later day?"""
    earned, before = grant.awarded_on or now, older.awarded_on
    return is_due_for_renewal(older, now=now) and timezone.localdate(earned) > timezone.localdate(
        before
    )


def _main_accounts(grants: Sequence[Grant]) -> dict[int, int]:
    """The key of the person, by the key of each of their accounts."""
    keys = {grant.recipient.pk for grant in grants}
    people = User.objects.filter(pk__in=keys).values("person_key")
    accounts = User.objects.filter(person_key__in=people).values_list("pk", "person_key")
    # A preview is also about people who would be invited only then.
    return dict(zip(keys, keys, strict=True)) | dict(accounts)


def _active_awards(
    person_of: dict[int, int], versions: dict[int, BadgeVersion], *, locking: bool
) -> dict[tuple[int, int], Assertion]:
    """By person and badge. If two accounts of a person hold it, the award that lasts longer."""
    awards = Assertion.objects.active().filter(
        recipient__in=person_of,
        badge_class__in={version.badge_class_id for version in versions.values()},
    )
    if locking:
        # A fixed order prevents deadlocks between batches with the same people.
        awards = awards.select_for_update(no_key=True, of=["self"]).order_by("pk")
    awards = awards.select_related("badge_class")
    in_order = sorted(awards, key=lambda award: (award.expires is None, award.expires))
    return {(person_of[award.recipient_id], award.badge_class_id): award for award in in_order}


def _earlier_awards(grants: Sequence[Grant]) -> dict[tuple[str, str] | int, Assertion]:
    """Awards that these grants made in earlier calls, by `_dedup_key`."""
    matches = Q(pk__in=[])
    keys: dict[str, set[str]] = {}
    for grant in grants:
        if not isinstance(_dedup_key(grant), int):
            keys.setdefault(grant.source, set()).add(grant.key)
    if submissions := {grant.submission.pk for grant in grants if grant.submission}:
        # A submission that was reopened and approved again is awarded again.
        is_awarded = Q(status__in=ACTIVE) | Q(submission__opened_again_at__isnull=False)
        matches |= Q(submission__in=submissions) & is_awarded
    for source, source_keys in keys.items():
        matches |= Q(source=source, source_key__in=source_keys)
    found = Assertion.objects.filter(matches).select_related("badge_class")
    return {award.submission_id or (award.source, award.source_key): award for award in found}


def _dedup_key(grant: Grant) -> tuple[str, str] | int:
    """What identifies the grant when it is sent again: its submission, or (source, key)."""
    if grant.submission:
        return grant.submission.pk
    if not grant.key or len(grant.key) > LONGEST_KEY:
        raise ValueError(f"A grant needs a key of up to {LONGEST_KEY} characters.")
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
    own_waiting = timedelta(hours=version.badge_class.hours_before_issue)
    waiting = max(own_waiting, grant.waits_at_least)
    if not waiting and not are_two_days(earned, now):
        earned = None  # it is issued at once, on the day it was earned
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
        expires=grant.expires and grant.expires.replace(microsecond=0),
        renews=renews,
        recipient_name=person.name,
        recipient_email=person.email,
        created_at=now,
        due_at=now + waiting,
    )


def _insert(new: Sequence[Assertion], *, now: datetime) -> set[UUID]:
    """Insert the awards that no concurrent transaction has inserted. Returns their public ids."""
    renewed = [award.renews_id for award in new if award.renews_id]
    if renewed:
        Assertion.objects.filter(pk__in=renewed).update(renewed_at=now)
    # A fixed order prevents deadlocks, as with the locks.
    in_order = sorted(new, key=lambda award: (award.badge_class_id, award.recipient_id))
    create_all(in_order, ignore_conflicts=True)
    rows = Assertion.objects.filter(public_id__in=[award.public_id for award in new])
    inserted = dict(rows.values_list("public_id", "pk"))
    for award in new:
        award.pk = inserted.get(award.public_id)
        award._state.adding = award.pk is None
    if len(inserted) < len(new):
        restore_renewed(award.renews_id for award in new if award.renews_id and not award.pk)
    return set(inserted)


def _add_evidence(outcomes: Iterable[Outcome], inserted: set[UUID], *, now: datetime) -> None:
    given = [
        (EvidenceLink(assertion=award, url=link.url, position=position), link.is_shown)
        for outcome in outcomes
        if (award := outcome.new_award) and award.public_id in inserted
        for position, link in enumerate(outcome.grant.evidence)
    ]
    EvidenceLink.objects.bulk_create([link for link, _is_shown in given])
    SharedEvidence.objects.bulk_create(
        SharedEvidence(assertion=link.assertion, link=link, shared_at=now)
        for link, is_shown in given
        if is_shown and not link.assertion.is_private
    )


def restore_renewed(awards: Iterable[int]) -> None:
    """Make these awards active again, because their renewals were canceled or revoked."""
    another = Assertion.objects.active().filter(
        recipient=OuterRef("recipient"), badge_class=OuterRef("badge_class")
    )
    renewed = Assertion.objects.filter(pk__in=list(awards), renewed_at__isnull=False)
    renewed.exclude(Exists(another)).update(renewed_at=None)


def _queue_waiting_emails(awards: Iterable[Assertion], *, now: datetime) -> None:
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
        # An award that waits only because it is one of many is announced when it is issued: until
        # then somebody may undo all of them, and nobody should have heard of it.
        if award.badge_class.hours_before_issue
    )
    queue_emails(letters, now=now)


@transaction.atomic
def schedule_award(submission: Submission, *, now: datetime | None = None) -> Assertion:
    """Grant the award for an approved submission. Idempotent.

    If the person has received the badge from another source meanwhile, that award is returned.
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
