"""Pairs of verdicts about one criterion, by two people who did not know each other's.

Only the two independent readers of an attempt count: not an approver or a third reader, who have
read what the others wrote, and not the person who confirms a decline. A second reading that was
asked for because the first reader wanted to decline says how good declines are, not how often two
readers agree: it is left out, or the numbers would depend on what was judged.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import connection

_PAIRS = """
    SELECT attempt.submission_id, earner.person_key, submission.badge_class_id,
           criterion.thread::text,
           one.reviewer_id, other.reviewer_id,
           its.verdict = 'met', others.verdict = 'met',
           (SELECT settled.verdict = 'met'
            FROM reviewing_review third
            JOIN reviewing_criterionjudgment settled ON settled.review_id = third.id
            WHERE third.attempt_id = attempt.id AND third.role = 'third'
              AND third.finished_at IS NOT NULL
              AND settled.criterion_id = criterion.id AND settled.verdict <> ''
            LIMIT 1),
           greatest(one.finished_at, other.finished_at) AS finished_at
    FROM reviewing_review one
    JOIN reviewing_review other ON other.attempt_id = one.attempt_id
     AND other.reviewer_id > one.reviewer_id
    JOIN reviewing_criterionjudgment its ON its.review_id = one.id AND its.verdict <> ''
    JOIN reviewing_criterionjudgment others ON others.review_id = other.id
     AND others.criterion_id = its.criterion_id AND others.verdict <> ''
    JOIN catalog_criterion criterion ON criterion.id = its.criterion_id
    JOIN submissions_attempt attempt ON attempt.id = one.attempt_id
    JOIN submissions_submission submission ON submission.id = attempt.submission_id
    JOIN accounts_user earner ON earner.id = submission.earner_id
    JOIN catalog_badgeclass badge ON badge.id = submission.badge_class_id
    JOIN catalog_issuer issuer ON issuer.id = badge.issuer_id
    WHERE one.role = 'reader' AND one.finished_at IS NOT NULL
      AND other.role = 'reader' AND other.finished_at IS NOT NULL
      AND (%(agencies)s::bigint[] IS NULL OR issuer.agency_id = ANY(%(agencies)s))
      AND (%(readers)s::bigint[] IS NULL
           OR one.reviewer_id = ANY(%(readers)s) OR other.reviewer_id = ANY(%(readers)s))
      AND (%(badge)s::bigint IS NULL OR badge.id = %(badge)s)
      AND greatest(one.finished_at, other.finished_at)
          >= coalesce(%(first)s::timestamptz, '-infinity')
      AND greatest(one.finished_at, other.finished_at)
          < coalesce(%(last)s::timestamptz, 'infinity')
      AND NOT EXISTS (
          SELECT 1 FROM reviewing_place place
          WHERE place.attempt_id = attempt.id AND place.reason = 'decline'
      )
    ORDER BY finished_at, attempt.id, criterion.id
"""


class Pair(NamedTuple):
    submission: int
    person: object  # the earner, who may have several accounts
    badge: int
    criterion: str  # its thread: the same criterion in all versions of the badge
    one: int  # readers, the one with the smaller key first
    other: int
    one_met: bool
    other_met: bool
    third_met: bool | None  # what a third reader said, if there was one
    finished_at: datetime

    @property
    def consensus(self) -> bool | None:
        """What both said, or else what the third reader said; None if nobody settled it."""
        return self.one_met if self.one_met == self.other_met else self.third_met


def independent_pairs(
    agencies: Collection[int],
    *,
    since: datetime,
    until: datetime,
    badge: int | None = None,
) -> list[Pair]:
    """Of submissions for badges of these agencies, by the time when the second one was finished."""
    return _read(agencies=list(agencies), badge=badge, first=since, last=until)


def pairs_of_readers(readers: Collection[int]) -> list[Pair]:
    """All pairs of which one verdict is by one of these accounts."""
    return _read(readers=list(readers))


def _read(**wanted: object) -> list[Pair]:
    values = {"agencies": None, "readers": None, "badge": None, "first": None, "last": None}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {**values, **wanted})
        return [Pair(*row) for row in cursor.fetchall()]
