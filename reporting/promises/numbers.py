"""The numbers of a quarter as they are published: docs/promises.md describes the JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median

from reporting.periods import Period
from reporting.promises.cases import Answer, having
from reporting.promises.protection import FEWEST_READERS, Publication, Share
from reviewing.agreement.figures import FEWEST_PAIRS, figures
from reviewing.agreement.pairs import Pair

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
    appealed = having(answers, lambda answer: answer.appealed)
    return {
        **_days(period),
        "count": count,
        "median_days": float(median(answer.days for answer in answers)),
        "on_time": _share(
            publication.share(having(answers, lambda answer: answer.on_time), everything)
        ),
        "returned": _share(publication.share(returned, everything)),
        "approved_later": _share(publication.share(approved_later, returned)),
        "read_twice": _share(
            publication.share(having(answers, lambda answer: answer.read_twice), everything)
        ),
        "appealed": _share(publication.share(appealed, everything)),
        "changed_on_appeal": _share(
            publication.share(having(answers, lambda answer: answer.changed), appealed)
        ),
    }


def agreement(pairs: Sequence[Pair], period: Period) -> Numbers | None:
    """How often two readers gave the same verdict, and the rest where enough people are behind it.

    AC1 and the agreement on each verdict follow from how many pairs said what, so they are
    published only if those three numbers may be.
    """
    readers = {reader for pair in pairs for reader in (pair.one, pair.other)}
    if len(pairs) < FEWEST_PAIRS or len(readers) < FEWEST_READERS:
        return None
    publication = Publication({place: pair.person for place, pair in enumerate(pairs)})
    everything = range(len(pairs))
    same = {place for place, pair in enumerate(pairs) if pair.one_met == pair.other_met}
    count = publication.number(everything)
    share = publication.share(same, everything)
    if count is None or share is None:
        return None
    found = figures(pairs)
    interval = found.interval if share.count is not None else None
    result = {**_days(period), "same": _share(share), "interval": _rounded(interval)}
    details = share.count is not None and None not in (
        publication.number({place for place in same if pairs[place].one_met}),
        publication.number({place for place in same if not pairs[place].one_met}),
    )
    return result | {
        "on_met": _rounded(found.on_met) if details else None,
        "on_not_yet": _rounded(found.on_not_yet) if details else None,
        "ac1": _rounded(found.ac1) if details else None,
        "ac1_interval": _rounded(found.ac1_interval) if details else None,
    }


def _days(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _rounded(value: float | Sequence[float] | None) -> object:
    if value is None:
        return None
    return round(value, 4) if isinstance(value, float) else [round(end, 4) for end in value]


def _share(share: Share | None) -> dict[str, object] | None:
    if share is None:
        return None
    exact = None if share.share is None else round(share.share, 4)
    return {**asdict(share), "share": exact}
