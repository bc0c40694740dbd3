"""Erasing a person: one transaction, by the table of treatments (ADR 68)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.links.operations import lock_accounts
from accounts.models import Membership, User
from accounts.operations import take_role
from audit.moves import TransitionNotAllowed, check_move, require_reason
from audit.operations import delete_files_later, record
from awarding.lists.operations import uploads
from awarding.score_files import operations as score_files
from issuing.awards import kept_cards
from issuing.awards.operations.changes import take_back_all
from issuing.documents import kept_bakes
from issuing.documents import operations as credentials
from issuing.endorsements import operations as endorsements
from issuing.models import Assertion, Endorsement, ReplacedCredential, SharedEvidence
from issuing.states import AwardStatus, EndorsementStatus
from mail.operations import queue_email
from postgres.erasure import erasing
from privacy.about_the_rest import TREATMENTS
from privacy.models import PersonalCopy, PrivacyRequest
from privacy.permissions import why_not_erased
from privacy.rows import Person, person_of, rows_of
from privacy.states import ENDED, TRANSITIONS, RequestKind, RequestStatus
from privacy.treatment import OnErasure
from program.models import Program
from reviewing import operations as reviewing
from reviewing.decisions import operations as decisions
from reviewing.due_process.operations import appeals
from reviewing.models import AnchorEvidence, Appeal, Assignment
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission
from submissions.states import OPEN, Status

ERASED_DOMAIN = "@erased.invalid"
NAME = "(erased)"


@transaction.atomic
def ask(person: User, *, by: User, now: datetime | None = None) -> PrivacyRequest:
    """Ask for an erasure, once. A coordinator asks for somebody who wrote a letter."""
    now = now or timezone.now()
    lock_accounts(person)
    if waiting := PrivacyRequest.objects.of(person).waiting().first():
        return waiting
    asked = PrivacyRequest.objects.create(
        kind=RequestKind.ERASURE,
        person=person,
        recorded_by=None if by == person else by,
        asked_at=now,
        due_on=timezone.localdate(now + timedelta(days=Program.objects.current().request_days)),
    )
    record("erasure asked for", person, by=by, at=now)
    return asked


@transaction.atomic
def withdraw(asked: PrivacyRequest, *, by: User, now: datetime | None = None) -> None:
    """The person stays. Raises TransitionNotAllowed if it was decided already."""
    now = now or timezone.now()
    lock_accounts(asked.person)
    _move(asked, RequestStatus.WITHDRAWN, by=by, now=now)
    record("erasure no longer asked for", asked.person, by=by, at=now)


@transaction.atomic
def refuse(asked: PrivacyRequest, *, reason: str, by: User, now: datetime | None = None) -> None:
    """Nothing is erased; the person reads why. Raises TransitionNotAllowed, or ReasonMissing."""
    _answer(asked, RequestStatus.REFUSED, "erasure refused", reason=reason, by=by, now=now)


@transaction.atomic
def put_on_hold(
    asked: PrivacyRequest, *, reason: str, by: User, now: datetime | None = None
) -> None:
    """It waits for something; the person reads for what.

    Raises TransitionNotAllowed, or ReasonMissing.
    """
    _answer(asked, RequestStatus.HELD, "erasure put on hold", reason=reason, by=by, now=now)


@transaction.atomic
def go_on(asked: PrivacyRequest, *, by: User, now: datetime | None = None) -> None:
    """Off hold. The day on which it is due stays. Raises TransitionNotAllowed."""
    now = now or timezone.now()
    lock_accounts(asked.person)
    _move(asked, RequestStatus.OPEN, by=by, now=now)
    record("erasure off hold", asked.person, by=by, at=now)


def _answer(
    asked: PrivacyRequest, to: RequestStatus, act: str, *,
    reason: str, by: User, now: datetime | None,
) -> None:  # fmt: skip
    now, reason = now or timezone.now(), require_reason(reason)
    lock_accounts(asked.person)
    _move(asked, to, by=by, now=now, reason=reason)
    record(act, asked.person, by=by, note=reason, at=now)
    person = User.objects.get(pk=asked.person_id)
    if person.has_email:
        queue_email(
            "privacy_answer",
            f"{asked.pk}:{to}:{now:%Y-%m-%d %H:%M:%S.%f}",
            to=person.email,
            language=person.language,
            context={"request": asked.pk, "status": to},
        )


def _move(
    asked: PrivacyRequest, to: RequestStatus, *, by: User | None, now: datetime, reason: str = ""
) -> None:
    locked = PrivacyRequest.objects.select_for_update(no_key=True)
    asked.refresh_from_db(from_queryset=locked)
    check_move(TRANSITIONS, RequestStatus(asked.status), to)
    asked.status, asked.handled_by, asked.reason = to, by, reason
    asked.ended_at = now if to in ENDED else None
    asked.save(update_fields=["status", "handled_by", "ended_at", "reason"])


class NotErased(Exception):
    """The reason, for people to read."""


def erase(
    account: User, *, by: User | None, now: datetime | None = None, keeps_badges: bool = False
) -> PrivacyRequest | None:
    """Erase the person behind this account, with all accounts that are linked to it.

    `by` is None when the person closes the account, or an erasure is done again after a backup was
    restored. If the account closes with its badges kept, they still verify, and no request is
    written that would take them back after a restore. Raises NotErased.
    """
    while True:
        try:
            return _erase(account, by=by, now=now or timezone.now(), keeps_badges=keeps_badges)
        except BegunMeanwhile:
            continue


class BegunMeanwhile(Exception):
    """A submission was begun after those of the person were locked, and before the person was."""


@transaction.atomic
def _erase(
    account: User, *, by: User | None, now: datetime, keeps_badges: bool
) -> PrivacyRequest | None:
    accounts = User.objects.same_person(account)
    addresses = person_of(accounts).addresses
    uploads.discard_those_that_name(addresses, now=now)
    score_files.discard_those_that_name(addresses, now=now)
    known = _lock_submissions(accounts.values("pk"))
    given = Endorsement.objects.filter(endorser__in=accounts.values("pk"))
    list(given.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    people = list(lock_accounts(account, may_close=True).values())
    places = Membership.objects.filter(user__in=people)
    list(places.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    if by and (refusal := why_not_erased(by, User.objects.filter(pk__in=[p.pk for p in people]))):
        raise NotErased(refusal)
    if all(is_erased(one) for one in people):
        raise NotErased(_("This person is erased already."))
    if (
        _submissions_of(accounts.values("pk"))
        .filter(status__in=OPEN)
        .exclude(pk__in=known)
        .exists()
    ):
        raise BegunMeanwhile
    # Not before: what is written about it refers to the person, who is then locked already.
    _end_submissions(accounts.values("pk"), by=account, now=now)
    texts = _lock_awards(people)
    _take_back(people, by=account, now=now, keeps_badges=keeps_badges)
    _apply_the_table(person_of(people), now=now, keeps_badges=keeps_badges)
    for one in people:
        _empty(one, now=now)
    if texts:
        credentials.delete_texts(texts)
    if not keeps_badges:
        _forget_pictures(people)
    account.refresh_from_db()
    if keeps_badges:
        record("account closed", account, by=None, at=now)
        return None
    done = ask(account, by=by or account, now=now)
    _move(done, RequestStatus.DONE, by=by, now=now)
    record("person erased", account, by=by, at=now)
    return done


@transaction.atomic
def carry_out(asked: PrivacyRequest, *, by: User) -> None:
    """Erase the person who asked. Raises NotErased, or TransitionNotAllowed if it was decided."""
    erase(asked.person, by=by)
    asked.refresh_from_db()
    if asked.status != RequestStatus.DONE:
        raise TransitionNotAllowed(asked.status)


def is_erased(account: User) -> bool:
    return account.email.endswith(ERASED_DOMAIN)


def _submissions_of(accounts: QuerySet) -> QuerySet[Submission]:
    """Their own, and those that they review."""
    active = Assignment.objects.active().filter(reviewer__in=accounts)
    return Submission.objects.filter(Q(earner__in=accounts) | Q(pk__in=active.values("submission")))


def _lock_submissions(accounts: QuerySet) -> list[int]:
    """Also those that ended: their evidence may be due to be deleted."""
    locked = Submission.objects.select_for_update(no_key=True).order_by("pk")
    found = locked.filter(pk__in=_submissions_of(accounts).values("pk"))
    return list(found.values_list("pk", flat=True))


def _end_submissions(accounts: QuerySet, *, by: User, now: datetime) -> None:
    """Withdraw what is under way, end their appeals, and return what they review."""
    active = Assignment.objects.active().filter(reviewer__in=accounts)
    under_way = _submissions_of(accounts).filter(status__in=OPEN).order_by("pk")
    for submission in under_way.select_related("badge_class__issuer"):
        held = active.filter(submission=submission).first()
        if held:
            _return(held, now=now)
        elif submission.status == Status.DRAFT:
            submissions.discard(submission)
        else:
            submissions.withdraw(submission, by=by, now=now)
    appealed = Appeal.objects.open().filter(submission__earner__in=accounts)
    for appeal in appealed.select_related("submission").order_by("submission"):
        appeals.drop(appeal.submission, now=now)


@transaction.atomic
def return_reviews(accounts: QuerySet, *, now: datetime) -> None:
    """What these accounts have claimed returns to the queue."""
    active = Assignment.objects.active().filter(reviewer__in=accounts)
    locked = Submission.objects.select_for_update(no_key=True, of=["self"]).order_by("pk")
    for submission in locked.filter(pk__in=active.values("submission")):
        if held := active.filter(submission=submission).first():
            _return(held, now=now)


def _return(held: Assignment, *, now: datetime) -> None:
    """A decision that waits is dropped: another reviewer decides.

    What two readers have finished stays. Its decision takes effect, or a third reader makes it.
    """
    review = held.review
    if review and review.finished_at:
        if decisions.has_company(review):
            return
        decisions.drop(held.submission, by=None, now=now)
        decisions.reopen(review)
    reviewing.release(held, by=held.reviewer, now=now)


def _lock_awards(people: list[User]) -> list[int]:
    """Lock their awards, and those of others whose signed documents have words of theirs.

    Returns the texts of these documents.
    """
    given = Endorsement.objects.filter(endorser__in=people)
    texts = credentials.texts_that_embed([*given.values_list("public_id", flat=True)])
    awards = Q(recipient__in=people) | Q(signed__text__in=texts)
    locked = Assertion.objects.select_for_update(no_key=True, of=["self"]).filter(awards)
    list(locked.order_by("pk").values_list("pk"))
    return texts


def _forget_pictures(people: list[User]) -> None:
    """Baked badges and preview images that are kept, also of credentials that were replaced."""
    awards = Assertion.objects.filter(recipient__in=people)
    replaced = ReplacedCredential.objects.filter(assertion__recipient__in=people)
    found = [*awards.values_list("public_id", flat=True)]
    found += replaced.values_list("public_id", flat=True)
    transaction.on_commit(partial(kept_bakes.forget, found))
    transaction.on_commit(partial(kept_cards.forget, found))


def _take_back(people: list[User], *, by: User, now: datetime, keeps_badges: bool) -> None:
    badges = Assertion.objects.filter(recipient__in=people)
    if keeps_badges:  # what is not issued yet would have nobody to tell
        badges = badges.exclude(status=AwardStatus.ISSUED)
    take_back_all(badges, by=by, reason=_("Taken back because the person was erased."), now=now)
    offered = Endorsement.objects.filter(
        endorser__in=people, status__in=[EndorsementStatus.OFFERED, EndorsementStatus.ACCEPTED]
    )
    for endorsement in offered.order_by("pk"):
        endorsements.withdraw(endorsement, by=by, now=now)
    for membership in Membership.objects.current().filter(user__in=people).order_by("pk"):
        take_role(membership, by=by, now=now)


def _apply_the_table(person: Person, *, now: datetime, keeps_badges: bool) -> None:
    evidence = EvidenceItem.objects.filter(attempt__submission__earner__in=person.keys)
    if keeps_badges:
        shown = SharedEvidence.objects.filter(assertion__recipient__in=person.keys)
        evidence = evidence.exclude(pk__in=shown.exclude(item=None).values("item"))
    files = list(evidence.files().values_list("file", flat=True))
    made = PersonalCopy.objects.filter(person__in=person.keys).exclude(file="")
    copies = list(made.values_list("file", flat=True))
    practiced = AnchorEvidence.objects.filter(
        anchor_version__anchor__consent__submission__earner__in=person.keys
    )
    copied = list(practiced.exclude(file="").values_list("file", flat=True))
    # Before rows are deleted by which others are found.
    found = {
        label: list(rows_of(label, treatment, person).values_list("pk", flat=True))
        for label, treatment in TREATMENTS.items()
        if treatment.on_erasure != OnErasure.STAYS
        and label != "accounts.User"
        and not (keeps_badges and treatment.verifies_badges)
    }
    found["submissions.EvidenceItem"] = list(evidence.values_list("pk", flat=True))
    with erasing():
        for label, keys in found.items():
            rows = rows_of(label, TREATMENTS[label], person).model._base_manager.filter(pk__in=keys)
            if TREATMENTS[label].on_erasure == OnErasure.DELETED:
                rows.delete()
            else:
                rows.update(**TREATMENTS[label].becomes)
    delete_files_later(EvidenceItem._meta.get_field("file"), files, due_at=now)
    delete_files_later(AnchorEvidence._meta.get_field("file"), copied, due_at=now)
    delete_files_later(PersonalCopy._meta.get_field("file"), copies, due_at=now)


def _empty(account: User, *, now: datetime) -> None:
    """What is left of an account: its key. The address may sign up again as somebody new."""
    account.email = f"{account.public_id.hex}{ERASED_DOMAIN}"
    account.name, account.password = NAME, make_password(None)
    account.is_active, account.last_login, account.signed_out_at = False, None, now
    account.save(
        update_fields=["email", "name", "password", "is_active", "last_login", "signed_out_at"]
    )
    account.groups.clear()
    account.user_permissions.clear()
