"""The numbers of a quarter as they are published: docs/promises.md describes the JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median

from reporting.periods import Period
from reporting.promises.cases import Answer, having
from reporting.promises.protection import Publication, Share

Numbers = dict[str, object]


def badges_issued(awards: Mapping[int, object], period: Period) -> Numbers | None:
    """`awards` have their people."""
    count = Publication(awards).number(awards)
    return None if count is None else {**_days(period), "count": count}


def first_answers(answers: Sequence[Answer], period: Period) -> Numbers | None:
    """Each share is about the same submissions; that of those approved later, about returned ones.

    What is published first has the first say: a later number that differs from it by a few people
    is left out.
    """
    publication = Publication({answer.submission: answer.person for answer in answers})
    everything = having(answers, lambda answer: True)
    count = publication.number(everything)
    if count is None:
        return None
    returned = having(answers, lambda answer: answer.returned)
    approved_later = having(answers, lambda answer: answer.returned and answer.approved)
    return {
        **_days(period),
        "count": count,
        "median_days": float(median(answer.days for answer in answers)),
        "on_time": _share(
            publication.share(having(answers, lambda answer: answer.on_time), everything)
        ),
        "returned": _share(publication.share(returned, everything)),
        "approved_later": _share(publication.share(approved_later, returned)),
    }


def _days(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _share(share: Share | None) -> dict[str, object] | None:
    if share is None:
        return None
    exact = None if share.share is None else round(share.share, 4)
    return {**asdict(share), "share": exact}
