"""Renews an expiring badge for two people."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from catalog.models import BadgeClass
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import GrantSource

BADGE = "ai-basics-for-educators"
NUMBER_RENEWED = 2


def create_renewals(badge_class: BadgeClass, *, by: User, now: datetime) -> None:
    """Award the badge again to the first people whose award expired; the others let it expire."""
    refresher = now - timedelta(days=12)
    ended = Assertion.objects.issued().filter(badge_class=badge_class, expires__lt=refresher)
    holders = [award.recipient for award in ended.order_by("expires")[:NUMBER_RENEWED]]
    grant_all(
        [
            Grant(
                holder,
                badge_class.current_version,
                GrantSource.LIST,
                key=f"refresher:{holder.email}",
                narrative="Took the refresher and showed three prompts from this term.",
            )
            for holder in holders
        ],
        by=by,
        now=refresher,
    )
    issue_batch(now=refresher + timedelta(hours=badge_class.hours_before_issue, minutes=1))
