"""Bitstring Status Lists: assigns an index to every award, and signs the lists."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q

from catalog.models import Issuer
from issuing.addresses import status_list_id
from issuing.keys import identity
from issuing.keys.operations import pin_origin, signing_keys
from issuing.keys.sealing import ed25519_key
from issuing.models import Assertion, IssuerKey, ReplacedCredential, StatusList
from issuing.models.status_lists import PLACES
from issuing.states import AwardStatus
from openbadges import bitstrings, data_integrity, v3
from openbadges.index_permutation import IndexPermutation
from openbadges.v2 import dumps

log = logging.getLogger(__name__)

# Workers may be down for two weeks before any list expires.
VALIDITY = timedelta(days=15)
SIGN_EVERY = timedelta(days=1)
RETRY_AFTER = timedelta(hours=1)


def assign_places(awards: Iterable[Assertion], *, now: datetime) -> None:
    """Set the status list and index of every new award. The caller saves the awards.

    The list stays locked until the caller's transaction ends, so no index is assigned twice. The
    order of issuers is fixed, to prevent deadlocks between batches.
    """
    by_issuer: dict[int, list[Assertion]] = {}
    for award in awards:
        by_issuer.setdefault(award.badge_class.issuer_id, []).append(award)
    for issuer_id in sorted(by_issuer):
        waiting = by_issuer[issuer_id]
        while waiting:
            waiting = _assign_from(_list_with_room(waiting[0].badge_class.issuer, now=now), waiting)


def sign_new(lists: Collection[StatusList], *, now: datetime) -> None:
    """Sign lists that were never signed, so that no badge names a list that does not exist."""
    new = {status_list.pk for status_list in lists if status_list.signed_at is None}
    if not new:
        return
    locked = StatusList.objects.select_for_update(no_key=True, of=["self"])
    for status_list in (
        locked.select_related("issuer").filter(pk__in=new, signed_at=None).order_by("pk")
    ):
        _sign(status_list, now=now)
        # Due again after the commit: a concurrent revocation of the key does not see this list.
        status_list.sign_again_at = now
        status_list.save(update_fields=["sign_again_at"])


def sign(lists: Collection[StatusList], *, now: datetime) -> None:
    """Sign the lists now, under their locks, so that no concurrent revocation is left out.

    A list that cannot be signed now (no access to the key, or another origin) becomes due, so that
    the revocation itself does not fail.
    """
    locked = StatusList.objects.select_for_update(no_key=True, of=["self"])
    ids = [status_list.pk for status_list in lists]
    for status_list in locked.select_related("issuer").filter(pk__in=ids).order_by("pk"):
        try:
            with transaction.atomic():
                _sign(status_list, now=now)
        except ImproperlyConfigured:
            log.exception("Could not sign status list %s", status_list.public_id)
            StatusList.objects.filter(pk=status_list.pk).update(sign_again_at=now)


@transaction.atomic
def sign_due(*, now: datetime, most: int = 20) -> int:
    """Sign due lists again, long before they expire. Returns their number.

    A list that cannot be signed, because the key cannot be decrypted, is retried later. One that
    was signed while a clock was ahead is signed again, because it is not valid yet.
    """
    was_ahead = Q(signed_at__gt=now, sign_again_at__gt=now + SIGN_EVERY)
    due = StatusList.objects.filter(Q(sign_again_at__lte=now) | was_ahead)
    due = due.order_by("sign_again_at")
    due = due.select_related("issuer").select_for_update(skip_locked=True, no_key=True, of=["self"])
    lists = list(due[:most])
    for status_list in lists:
        try:
            with transaction.atomic():
                _sign(status_list, now=now)
        except Exception:
            log.exception("Could not sign status list %s", status_list.public_id)
            StatusList.objects.filter(pk=status_list.pk).update(sign_again_at=now + RETRY_AFTER)
    return len(lists)


def _list_with_room(issuer: Issuer, *, now: datetime) -> StatusList:
    """The issuer's newest list with a free index, locked. A new list is created if needed."""
    newest = _lock_newest(issuer)
    if newest is None:
        # No list to lock yet, so lock the issuer.
        Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
        newest = _lock_newest(issuer)
    elif newest.given_out == PLACES:
        # The transaction that filled it, while this one waited, may have created the next list.
        newest = _lock_newest(issuer)
    if newest is None or newest.given_out == PLACES:
        number = newest.number + 1 if newest else 1
        newest = StatusList.objects.create(issuer=issuer, number=number, sign_again_at=now)
    return newest


def _lock_newest(issuer: Issuer) -> StatusList | None:
    lists = StatusList.objects.select_for_update(no_key=True, of=["self"])
    return lists.filter(issuer=issuer).order_by("-number").first()


def _assign_from(status_list: StatusList, waiting: list[Assertion]) -> list[Assertion]:
    """Assign the free indexes of the list. Returns the awards that did not get one."""
    first = status_list.given_out
    served = waiting[: PLACES - first]
    permutation = IndexPermutation(bytes(status_list.secret), PLACES)
    for number, award in enumerate(served, start=first):
        award.status_list, award.status_index = status_list, permutation.index_of(number)
    status_list.given_out = first + len(served)
    status_list.save(update_fields=["given_out"])
    return waiting[len(served) :]


def _sign(status_list: StatusList, *, now: datetime) -> None:
    pin_origin(now=now)
    now = now.replace(microsecond=0)
    revoked = Assertion.objects.filter(status_list=status_list, status=AwardStatus.REVOKED)
    replaced = ReplacedCredential.objects.filter(status_list=status_list)
    indexes = revoked.order_by().values_list("status_index", flat=True)
    indexes = indexes.union(replaced.order_by().values_list("status_index", flat=True))
    key = signing_keys(status_list.issuer, now=now)[IssuerKey.Kind.ED25519]
    document = v3.status_list(
        id=status_list_id(status_list.public_id),
        issuer=identity.did_of(status_list.issuer),
        encoded=bitstrings.encode(indexes, length=PLACES),
        valid_from=now,
        valid_until=now + VALIDITY,
    )
    signed = data_integrity.sign(
        document,
        key=ed25519_key(key),
        method=identity.method_id(key),
        created=now,
    )
    status_list.signed, status_list.signed_at = dumps(signed), now
    status_list.sign_again_at = now + SIGN_EVERY
    status_list.save(update_fields=["signed", "signed_at", "sign_again_at"])
