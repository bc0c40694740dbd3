"""Awards of minors have no public page; somebody who came of age may open it: ADR 72."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from accounts.operations import lock_people
from issuing.awards.operations.changes import NotPublic
from issuing.documents import operations as credentials
from issuing.models import Assertion, Endorsement, SharedEvidence
from issuing.states import AwardStatus
from postgres.row_locks import lock_all


@transaction.atomic
def open_page(assertion: Assertion, *, by: User, now: datetime | None = None) -> None:
    """The earner, who is no longer a minor, lets everybody with the link see the page.

    It shows no more than the page of any badge: no name and no evidence. Raises NotPublic.
    """
    lock_people([assertion.recipient])
    locked = Assertion.objects.with_badge().select_for_update(no_key=True, of=["self"])
    assertion.refresh_from_db(from_queryset=locked)
    if User.objects.minors().filter(pk=assertion.recipient_id).exists():
        raise NotPublic
    if not assertion.is_private:
        return
    assertion.is_private = False
    assertion.save(update_fields=["is_private"])
    if assertion.status == AwardStatus.ISSUED:
        # With the endorsements that its earner accepted.
        credentials.re_sign([assertion], now=now or timezone.now())


def close_pages(
    users: Collection[User], *, no_longer_endorsed: Collection[int], now: datetime
) -> None:
    """Close the pages of all awards of these people, who are minors now, in their transaction.

    What was signed with a name, evidence or endorsements is signed again without them, and so are
    awards of others with an endorsement by one of these people. All are locked in one order.
    """
    open_awards = Q(recipient__in=users, is_private=False)
    others = Q(pk__in=no_longer_endorsed)
    locked = lock_all(Assertion.objects.filter(open_awards | others).with_badge())
    owners = {user.pk for user in users}
    awards = [award for award in locked if award.recipient_id in owners and not award.is_private]
    keys = [award.pk for award in awards]
    shared = SharedEvidence.objects.filter(assertion__in=keys)
    endorsed = Endorsement.objects.accepted().filter(assertion__in=keys)
    with_more = {
        key for rows in (shared, endorsed) for key in rows.values_list("assertion", flat=True)
    }
    with_more |= {award.pk for award in awards if award.shows_name} | {*no_longer_endorsed}
    shown = [
        award for award in locked if award.status == AwardStatus.ISSUED and award.pk in with_more
    ]
    shared.delete()
    for award in awards:
        award.is_private, award.shows_name, award.is_listed = True, False, False
    Assertion.objects.bulk_update(awards, ["is_private", "shows_name", "is_listed"], batch_size=500)
    if shown:
        credentials.re_sign(shown, now=now)


def pages_that_close(people: QuerySet[User]) -> list[str]:
    """What marking these people would close, in words. Nothing is written."""
    awards = Assertion.objects.published().filter(recipient__in=people, is_private=False)
    count = awards.count()
    named = awards.filter(shows_name=True).count()
    lines = [
        ngettext(
            "%(count)s public page of a badge closes.",
            "%(count)s public pages of badges close.",
            count,
        )
        % {"count": count},
        ngettext("%(count)s of them shows a name now.", "%(count)s of them show a name now.", named)
        % {"count": named},
    ]
    return lines if count else []
