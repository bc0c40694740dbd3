"""The drand rounds that a drawing announced: scheduled, fetched, verified and saved."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.operations import record
from fetching.safe_fetch import Fetcher, NotFetched
from rewards.drand import beacon
from rewards.models import DrandRound, Drawing, DrawingRules
from rewards.states import DrawingStatus

log = logging.getLogger(__name__)

# No other process fetches a claimed round until this time is over, even if the first one is killed.
CLAIM_DURATION = timedelta(minutes=2)
LONGEST_RETRY_DELAY = timedelta(hours=1)


class TooEarly(Exception):
    """The round is not signed yet."""


class NotWaiting(Exception):
    """The drawing is neither closed nor drawn."""


def drand_source(at: datetime, *, name: str = "") -> dict:
    """A source for DrawingRules.sources: the first round at or after this moment."""
    number = beacon.round_at(at)
    signed_at = beacon.moment_of(number)
    return {
        "name": name or _("drand, round %(number)s") % {"number": number},
        "kind": "drand",
        "where": beacon.address_of(number),
        "when": timezone.localdate(signed_at).isoformat(),
        "at": signed_at.isoformat(),
        "round": number,
        "chain": beacon.CHAIN,
        "public_key": beacon.PUBLIC_KEY,
    }


def schedule_rounds(drawing: Drawing) -> None:
    """Make each announced round due when it is signed. Call it once the list is frozen."""
    DrandRound.objects.bulk_create(
        [
            DrandRound(drawing=drawing, number=number, due_at=beacon.moment_of(number))
            for number in sorted(set(_round_numbers(drawing.announced_rules)))
        ],
        ignore_conflicts=True,
    )


def fetch_due_rounds(*, now: datetime, fetcher: Fetcher | None = None) -> None:
    """Fetch every round that is due. Those that fail become due again later."""
    for drand_round in DrandRound.objects.due(now=now):
        if not _claim(drand_round, now=now):
            continue
        try:
            fetch_round(drand_round, now=now, fetcher=fetcher)
        except NotWaiting:
            log.info("The drawing of round %s was cancelled meanwhile.", drand_round.number)
        except beacon.RoundUnavailable:
            delay = min(timedelta(minutes=2 ** min(drand_round.tries, 10)), LONGEST_RETRY_DELAY)
            DrandRound.objects.filter(pk=drand_round.pk, signature="").update(due_at=now + delay)
            log.warning("Could not fetch drand round %s; retrying later.", drand_round.number)
        except Exception:
            log.exception("Could not save drand round %s", drand_round.number)


def fetch_round(
    drand_round: DrandRound,
    *,
    by: User | None = None,
    now: datetime | None = None,
    fetcher: Fetcher | None = None,
) -> None:
    """Fetch, verify and save this round.

    Raises TooEarly, NotWaiting, or beacon.RoundUnavailable. Not in a transaction, because a mirror
    may be slow.
    """
    now = now or timezone.now()
    if now < beacon.moment_of(drand_round.number):
        raise TooEarly
    fetcher = fetcher or Fetcher()

    def fetch(address: str) -> tuple[int, bytes]:
        try:
            fetched = fetcher.fetch(address)
        except NotFetched as error:
            raise OSError(error.reason) from error
        return fetched.status, fetched.body

    signature = beacon.fetch_signature(drand_round.number, fetch)
    save_signature(drand_round, signature=signature, by=by, now=now)


@transaction.atomic
def save_signature(
    drand_round: DrandRound, *, signature: str, by: User | None, now: datetime
) -> None:
    """Verify and save a signature, fetched or pasted. Saving it again changes nothing.

    Raises beacon.InvalidSignature or NotWaiting.
    """
    beacon.verify(drand_round.number, signature)
    drawing = Drawing.objects.select_for_update(no_key=True).get(pk=drand_round.drawing_id)
    drand_round.refresh_from_db(from_queryset=DrandRound.objects.select_for_update(no_key=True))
    if drand_round.signature:
        return
    if drawing.status not in {DrawingStatus.CLOSED, DrawingStatus.DRAWN}:
        raise NotWaiting
    drand_round.signature, drand_round.found_at, drand_round.found_by = signature, now, by
    drand_round.save(update_fields=["signature", "found_at", "found_by"])
    note = f"{drand_round.number}: {signature}"
    record("drand round kept", drawing, by=by, agency=drawing.agency, note=note, at=now)


def signatures_of(drawing: Drawing) -> dict[int, str]:
    """The signatures saved so far, by round number."""
    found = drawing.rounds.exclude(signature="")
    return dict(found.values_list("number", "signature"))


def _claim(drand_round: DrandRound, *, now: datetime) -> bool:
    """Postpone the round for the other processes; False if another one has claimed it."""
    still_due = DrandRound.objects.due(now=now).filter(pk=drand_round.pk)
    return bool(still_due.update(due_at=now + CLAIM_DURATION, tries=F("tries") + 1))


def _round_numbers(rules: DrawingRules) -> list[int]:
    return [source["round"] for source in rules.sources if source["kind"] == "drand"]
