"""A badge of the demo program that ends, and two people who came back to earn it anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from catalog.models import BadgeClass
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import GrantSource

ENDS = "ai-basics-for-educators"
CAME_BACK = 2


def put_on_stage(badge_class: BadgeClass, *, by: User, now: datetime) -> None:
    """The first whose badge has ended took the refresher; the next let it rest."""
    refresher = now - timedelta(days=12)
    ended = Assertion.objects.issued().filter(badge_class=badge_class, expires__lt=refresher)
    holders = [award.recipient for award in ended.order_by("expires")[:CAME_BACK]]
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
