"""Looks at links and files become due when the earner is about to send; the worker takes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from background.enqueue import enqueue_on_commit
from fetching.safe_fetch import Fetcher
from sandbox.refusals import Busy
from submissions.models import Attempt, EvidenceItem, ItemCheck
from submissions.precheck.looking import Outcome, Seen, look_at
from submissions.precheck.names import names_not_wanted
from submissions.precheck.offered import is_file_of
from submissions.querysets import accounts_of

# Longer than a look takes. Another worker looks again after this one was killed.
LEASE = timedelta(minutes=2)
MOST_TRIES = 4
Kind = EvidenceItem.Kind


@transaction.atomic
def ask_for_looks(items: Iterable[EvidenceItem], *, now: datetime | None = None) -> None:
    """A look becomes due at each of these links and files. Asking again changes nothing."""
    due_at = now or timezone.now()
    looks = [ItemCheck(item=item, due_at=due_at) for item in items if is_looked_at(item)]
    if looks:
        ItemCheck.objects.bulk_create(looks, ignore_conflicts=True)
        enqueue_on_commit("submissions.tasks.look_at_evidence")


def is_looked_at(item: EvidenceItem) -> bool:
    """Texts are read when the page is made."""
    return item.kind in {Kind.LINK, Kind.FILE}


def look_at_next(*, now: datetime, fetcher: Fetcher | None = None) -> bool:
    """Take one look that is due. Not in a transaction, because a site may be slow."""
    taken = _take(now=now)
    if taken is None:
        return False
    item = taken.item
    names, version = names_not_wanted(item.attempt.submission), item.attempt.submission.version
    fetcher = fetcher or Fetcher()
    try:
        seen = look_at(item, names=names, fetcher=fetcher)
        if _is_elsewhere(item, seen) and is_file_of(version, seen.digest, fetcher=fetcher):
            seen = replace(seen, digest="")  # nobody's own work, so it is compared with nothing
    except (Busy, OSError):
        if taken.tries < MOST_TRIES:
            return True  # due again when the lease ends
        seen = Seen(Outcome.UNSURE)
    _keep(taken, seen)
    return True


def _is_elsewhere(item: EvidenceItem, seen: Seen) -> bool:
    """Another person has the same file. Only then somebody asks where it comes from."""
    if item.kind != Kind.FILE or not seen.digest:
        return False
    others = ItemCheck.objects.filter(digest=seen.digest).exclude(
        item__attempt__submission__earner__in=accounts_of(item.attempt.submission.earner)
    )
    return others.exists()


@transaction.atomic
def _take(*, now: datetime) -> ItemCheck | None:
    due = ItemCheck.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    taken = due.select_for_update(skip_locked=True, no_key=True).first()
    if taken is None:
        return None
    taken.due_at, taken.tries = now + LEASE, F("tries") + 1
    taken.save(update_fields=["due_at", "tries"])
    loaded = ItemCheck.objects.select_related(
        "item__attempt__submission__earner", "item__attempt__submission__version"
    )
    return loaded.get(pk=taken.pk)


@transaction.atomic
def _keep(taken: ItemCheck, seen: Seen) -> None:
    """Names are for the earner before they send, so a sent attempt keeps none."""
    is_sent = Q(item__attempt__sent_at__isnull=False)
    row = ItemCheck.objects.select_for_update(no_key=True, of=["self"]).filter(pk=taken.pk)
    if row.filter(due_at=taken.due_at).exists():
        names = [] if row.filter(is_sent).exists() else seen.names
        ItemCheck.objects.filter(pk=taken.pk).update(
            due_at=None, outcome=seen.outcome, digest=seen.digest, words=seen.words, names=names
        )


def forget_names(attempt: Attempt) -> None:
    """In the transaction that sends the attempt: what was found has been read."""
    ItemCheck.objects.filter(item__attempt=attempt).exclude(names=[]).update(names=[])
