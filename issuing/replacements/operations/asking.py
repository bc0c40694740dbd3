"""Asking for new credentials, and allowing, refusing or withdrawing that: ADR 63."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import are_one_person
from audit.moves import check_move, require_reason
from audit.operations import record, record_all
from background.enqueue import enqueue_on_commit
from issuing.models import Assertion, ReplacementRequest
from issuing.states import REPLACEMENT_MOVES, ReplacementStatus
from mail.operations import queue_email
from postgres.row_locks import lock_one

Status = ReplacementStatus


@transaction.atomic
def ask(
    awards: Iterable[Assertion], *, by: User, reason: str = "", now: datetime | None = None
) -> int:
    """Ask for new credentials with the name and address that the person has now.

    Returns their number. Awards that carry both already, that are not issued, or for which somebody
    has asked are left alone. The earner needs no reason. A coordinator who asks for somebody else
    does, and has looked already: their request does not wait to be checked.
    """
    now = now or timezone.now()
    keys = sorted(award.pk for award in awards)
    # Before new ones are added: a worker that closes one of them holds it.
    open_requests = ReplacementRequest.objects.open().filter(assertion__in=keys)
    list(open_requests.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    found = Assertion.objects.with_badge().with_earlier_names().filter(pk__in=keys)
    new = []
    for award in found.exclude(replacement_requests__in=open_requests).order_by("pk"):
        issuer = award.badge_class.issuer
        is_own = are_one_person(by, award.recipient_id)
        if not is_own:
            reason = require_reason(reason)
        waiting = timedelta(hours=award.badge_class.hours_before_issue)
        request = ReplacementRequest(
            assertion=award,
            status=Status.ASKED if is_own and issuer.checks_names else Status.DUE,
            asked_by=by,
            asked_at=now,
            due_at=now + waiting,
        )
        new.append(request)
    ReplacementRequest.objects.bulk_create(new, ignore_conflicts=True)
    asked = [request.assertion for request in new]
    acts = [("new credential asked", award, award.badge_class.issuer.agency) for award in asked]
    record_all(acts, by=by, at=now, note=reason)
    enqueue_on_commit("issuing.tasks.replace_due")
    return len(new)


@transaction.atomic
def allow(request: ReplacementRequest, *, by: User, now: datetime | None = None) -> None:
    """A coordinator has checked the name."""
    now = now or timezone.now()
    request = _lock(request, Status.DUE)
    request.status, request.decided_by = Status.DUE, by
    request.save(update_fields=["status", "decided_by"])
    _record("new credential allowed", request, by=by, at=now)
    enqueue_on_commit("issuing.tasks.replace_due")


@transaction.atomic
def refuse(
    request: ReplacementRequest, *, by: User, reason: str, now: datetime | None = None
) -> None:
    """The credential stays as it is. The earner gets an email, and reads the reason."""
    reason = require_reason(reason)
    now = now or timezone.now()
    request = _lock(request, Status.REFUSED)
    request.status, request.decided_by, request.ended_at = Status.REFUSED, by, now
    request.refusal = reason
    request.save(update_fields=["status", "decided_by", "ended_at", "refusal"])
    _record("new credential refused", request, by=by, note=reason, at=now)
    person = request.assertion.recipient.main_account
    queue_email(
        "replacement_refused",
        str(request.pk),
        to=person.email,
        language=person.language,
        context={"request": request.pk, "assertion": request.assertion_id},
        due_at=now,
    )


@transaction.atomic
def withdraw(request: ReplacementRequest, *, by: User, now: datetime | None = None) -> None:
    """The earner does not want it any more."""
    now = now or timezone.now()
    request = _lock(request, Status.DROPPED)
    request.status, request.decided_by, request.ended_at = Status.DROPPED, by, now
    request.save(update_fields=["status", "decided_by", "ended_at"])
    _record("new credential withdrawn", request, by=by, at=now)


def _lock(request: ReplacementRequest, to: ReplacementStatus) -> ReplacementRequest:
    rows = ReplacementRequest.objects.select_related(
        "assertion__badge_class__issuer__agency", "assertion__recipient__linked_to"
    )
    locked = lock_one(rows, request.pk)
    check_move(REPLACEMENT_MOVES, ReplacementStatus(locked.status), to)
    return locked


def _record(
    act: str, request: ReplacementRequest, *, by: User, at: datetime, note: str = ""
) -> None:
    award = request.assertion
    record(act, award, by=by, agency=award.badge_class.issuer.agency, note=note, at=at)
