"""The rounds of drand that a drawing announced: waited for, fetched, checked and kept."""

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

# While one process asks, no other does; should it be killed, the row is due again after this.
ASKING = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)


class TooEarly(Exception):
    """The moment of this round lies ahead; nobody can know it."""


class NotWaiting(Exception):
    """The drawing is not between its close and its draw."""


def source(at: datetime, *, name: str = "") -> dict:
    """An announced source: the first round at this moment or after it."""
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


def come_before_the_draw(rules: DrawingRules) -> bool:
    """Whether a round could be known while the list can still be corrected."""
    return any(beacon.moment_of(number) < rules.draws_at for number in _numbers(rules))


def await_rounds(drawing: Drawing) -> None:
    """The list is frozen: from the moment of each announced round on, it is asked for."""
    DrandRound.objects.bulk_create(
        [
            DrandRound(drawing=drawing, number=number, due_at=beacon.moment_of(number))
            for number in sorted(set(_numbers(drawing.announced_rules)))
        ],
        ignore_conflicts=True,
    )


def look_up_due(*, now: datetime, fetcher: Fetcher | None = None) -> None:
    """Ask for every round that is due; what does not come is asked for again later."""
    for wanted in DrandRound.objects.due(now=now):
        if not _claimed(wanted, now=now):
            continue
        try:
            look_up(wanted, now=now, fetcher=fetcher)
        except NotWaiting:
            log.info("The drawing of round %s was called off meanwhile.", wanted.number)
        except beacon.NotFound:
            pause = min(timedelta(minutes=2 ** min(wanted.tries, 10)), LONGEST_PAUSE)
            DrandRound.objects.filter(pk=wanted.pk, signature="").update(due_at=now + pause)
            log.warning("Round %s of drand could not be fetched; again later.", wanted.number)


def look_up(
    wanted: DrandRound,
    *,
    by: User | None = None,
    now: datetime | None = None,
    fetcher: Fetcher | None = None,
) -> None:
    """Fetch, check and keep this round. Raises drand.NotFound when no mirror gives it.

    Not in a transaction: a mirror may take its time, and nothing waits for it meanwhile.
    """
    now = now or timezone.now()
    if now < beacon.moment_of(wanted.number):
        raise TooEarly
    fetcher = fetcher or Fetcher()

    def fetch(address: str) -> tuple[int, bytes]:
        try:
            fetched = fetcher.fetch(address)
        except NotFetched as error:
            raise OSError(error.reason) from error
        return fetched.status, fetched.body

    keep(wanted, signature=beacon.find(wanted.number, fetch), by=by, now=now)


@transaction.atomic
def keep(wanted: DrandRound, *, signature: str, by: User | None, now: datetime) -> None:
    """Keep a signature, from wherever it came, once it is proved. Twice is once.

    Raises drand.NotSigned when it is not the signature of this round.
    """
    beacon.check(wanted.number, signature)
    drawing = Drawing.objects.select_for_update(no_key=True).get(pk=wanted.drawing_id)
    wanted.refresh_from_db(from_queryset=DrandRound.objects.select_for_update(no_key=True))
    if wanted.signature:
        return
    if drawing.status not in {DrawingStatus.CLOSED, DrawingStatus.DRAWN}:
        raise NotWaiting
    wanted.signature, wanted.found_at, wanted.found_by = signature, now, by
    wanted.save(update_fields=["signature", "found_at", "found_by"])
    note = f"{wanted.number}: {signature}"
    record("drand round kept", drawing, by=by, agency=drawing.agency, note=note, at=now)


def signatures_of(drawing: Drawing) -> dict[int, str]:
    """What has been found so far, by the number of the round."""
    found = drawing.rounds.exclude(signature="")
    return dict(found.values_list("number", "signature"))


def _claimed(wanted: DrandRound, *, now: datetime) -> bool:
    """Whether this process is the one to ask. Its row says so before anything can go wrong."""
    still_due = DrandRound.objects.due(now=now).filter(pk=wanted.pk)
    return bool(still_due.update(due_at=now + ASKING, tries=F("tries") + 1))


def _numbers(rules: DrawingRules) -> list[int]:
    return [source["round"] for source in rules.sources if source["kind"] == "drand"]
