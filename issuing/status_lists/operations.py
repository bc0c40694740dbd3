"""Bitstring Status Lists: a place for every award, and the signed list that says who is revoked."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from catalog.models import Issuer
from issuing.addresses import status_list_id
from issuing.keys import identity
from issuing.keys.operations import keep_origin, signing_keys
from issuing.keys.sealing import ed25519_key
from issuing.models import Assertion, IssuerKey, StatusList
from issuing.models.status_lists import PLACES
from issuing.states import AwardStatus
from openbadges import bitstrings, data_integrity, v3
from openbadges.index_permutation import IndexPermutation
from openbadges.v2 import dumps

log = logging.getLogger(__name__)

# A worker may be away for two weeks before any list runs out.
HOLDS = timedelta(days=15)
SIGNED_EVERY = timedelta(days=1)
TRIED_AGAIN = timedelta(hours=1)


def give_places(awards: Iterable[Assertion], *, now: datetime) -> None:
    """Set the place of every new award; the caller saves the awards.

    The list stays locked until the caller's transaction ends, so no place is given twice. Issuers
    come in one order, so that two batches never wait for each other.
    """
    by_issuer: dict[int, list[Assertion]] = {}
    for award in awards:
        by_issuer.setdefault(award.badge_class.issuer_id, []).append(award)
    for issuer_id in sorted(by_issuer):
        waiting = by_issuer[issuer_id]
        while waiting:
            waiting = _fill(_open_list(waiting[0].badge_class.issuer, now=now), waiting)


def sign_new(lists: Collection[StatusList], *, now: datetime) -> None:
    """Sign those of the lists that never were, so that no badge names one that is not there yet."""
    new = {status_list.pk for status_list in lists if status_list.signed_at is None}
    if not new:
        return
    locked = StatusList.objects.select_for_update(no_key=True, of=["self"])
    for each in locked.select_related("issuer").filter(pk__in=new, signed_at=None).order_by("pk"):
        _sign(each, now=now)
        # Once more after the commit: who revokes the key at this moment does not see the list yet.
        each.sign_again_at = now
        each.save(update_fields=["sign_again_at"])


def sign(lists: Collection[StatusList], *, now: datetime) -> None:
    """Sign the lists as things stand, under their locks: of two revocations none is left out.

    One that cannot be signed now, for want of its key or its origin, is due: nobody keeps a badge
    because of that.
    """
    locked = StatusList.objects.select_for_update(no_key=True, of=["self"])
    those = [status_list.pk for status_list in lists]
    for each in locked.select_related("issuer").filter(pk__in=those).order_by("pk"):
        try:
            with transaction.atomic():
                _sign(each, now=now)
        except ImproperlyConfigured:
            log.exception("Could not sign status list %s", each.public_id)
            StatusList.objects.filter(pk=each.pk).update(sign_again_at=now)


@transaction.atomic
def sign_due(*, now: datetime, most: int = 20) -> int:
    """Sign again what would run out some day. Returns how many lists that were.

    One that cannot be signed, because its issuer's key cannot be opened, is tried again later.
    """
    due = StatusList.objects.filter(sign_again_at__lte=now).order_by("sign_again_at")
    due = due.select_related("issuer").select_for_update(skip_locked=True, no_key=True, of=["self"])
    lists = list(due[:most])
    for each in lists:
        try:
            with transaction.atomic():
                _sign(each, now=now)
        except Exception:
            log.exception("Could not sign status list %s", each.public_id)
            StatusList.objects.filter(pk=each.pk).update(sign_again_at=now + TRIED_AGAIN)
    return len(lists)


def _open_list(issuer: Issuer, *, now: datetime) -> StatusList:
    """The list with room, locked."""
    newest = _lock_newest(issuer)
    if newest is None:
        # Nothing to lock yet: the first list is waited for at its issuer.
        Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
        newest = _lock_newest(issuer)
    elif newest.given_out == PLACES:
        # Whoever filled it, while it was waited for, may have opened the next one.
        newest = _lock_newest(issuer)
    if newest is None or newest.given_out == PLACES:
        number = newest.number + 1 if newest else 1
        newest = StatusList.objects.create(issuer=issuer, number=number, sign_again_at=now)
    return newest


def _lock_newest(issuer: Issuer) -> StatusList | None:
    lists = StatusList.objects.select_for_update(no_key=True, of=["self"])
    return lists.filter(issuer=issuer).order_by("-number").first()


def _fill(status_list: StatusList, waiting: list[Assertion]) -> list[Assertion]:
    """Give out what places the list has; return those who did not get one."""
    first = status_list.given_out
    served = waiting[: PLACES - first]
    permutation = IndexPermutation(bytes(status_list.secret), PLACES)
    for number, award in enumerate(served, start=first):
        award.status_list, award.status_index = status_list, permutation.index_of(number)
    status_list.given_out = first + len(served)
    status_list.save(update_fields=["given_out"])
    return waiting[len(served) :]


def _sign(status_list: StatusList, *, now: datetime) -> None:
    keep_origin(now=now)
    now = now.replace(microsecond=0)
    revoked = Assertion.objects.filter(status_list=status_list, status=AwardStatus.REVOKED)
    key = signing_keys(status_list.issuer, now=now)[IssuerKey.Kind.ED25519]
    document = v3.status_list(
        id=status_list_id(status_list.public_id),
        issuer=identity.did_of(status_list.issuer),
        encoded=bitstrings.encode(
            revoked.order_by().values_list("status_index", flat=True), length=PLACES
        ),
        valid_from=now,
        valid_until=now + HOLDS,
    )
    signed = data_integrity.sign(
        document,
        key=ed25519_key(key),
        method=identity.method_id(key),
        created=now,
    )
    status_list.signed, status_list.signed_at = dumps(signed), now
    status_list.sign_again_at = now + SIGNED_EVERY
    status_list.save(update_fields=["signed", "signed_at", "sign_again_at"])
