"""The same file or link in what another person sent. Only coordinators read it, and decide."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from submissions.models import ItemCheck, Submission
from submissions.precheck.offered import digests_of_links
from submissions.querysets import accounts_of

MOST_SHOWN = 20


@dataclass(frozen=True)
class Same:
    item: str
    submission: Submission


def same_elsewhere(submission: Submission, *, by: User) -> list[Same]:
    """Submissions of other people that `by` may read, without what the badge itself offers."""
    mine = ItemCheck.objects.filter(
        item__attempt__submission=submission, item__attempt__sent_at__isnull=False
    ).exclude(digest="")
    others = (
        ItemCheck.objects.filter(
            digest__in=mine.values("digest"), item__attempt__sent_at__isnull=False
        )
        .filter(item__attempt__submission__in=Submission.objects.read_as_coordinator(by))
        .exclude(item__attempt__submission__earner__in=accounts_of(submission.earner))
        .order_by("digest", "item__attempt__submission", "pk")
        .distinct("digest", "item__attempt__submission")
    )
    if not others.exists():  # nearly always, and then nothing more is asked
        return []
    found = others.exclude(digest__in=digests_of_links(submission.version)).select_related(
        "item__attempt__submission__earner", "item__attempt__submission__version"
    )
    names = {check.digest: str(check.item) for check in mine.select_related("item")}
    return [Same(names[one.digest], one.item.attempt.submission) for one in found[:MOST_SHOWN]]
