"""A badge that several accounts of one person hold is shown once, with the others as its copies."""

from __future__ import annotations

from collections.abc import Iterable

from issuing.models import Assertion


def once_for_each_badge(awards: Iterable[Assertion]) -> list[Assertion]:
    """These issued awards of one person, in their order, without those of a second account.

    Of two accounts with the same badge, the one whose award lasts longer is kept, else the one that
    was awarded first. `copies` are the newest awards of the others.
    """
    awards = list(awards)
    by_badge: dict[int, list[Assertion]] = {}
    for award in awards:
        by_badge.setdefault(award.badge_class_id, []).append(award)
    kept = []
    for award in awards:
        of_badge = by_badge[award.badge_class_id]
        best = min(of_badge, key=_lasting_longest)
        if award.recipient_id != best.recipient_id:
            continue
        if award is best:
            award.copies = _newest_of_each_account(of_badge, other_than=best.recipient_id)
        kept.append(award)
    return kept


def _lasting_longest(award: Assertion) -> tuple[float, int]:
    return (-award.expires.timestamp() if award.expires else float("-inf"), award.pk)


def _newest_of_each_account(awards: Iterable[Assertion], *, other_than: int) -> list[Assertion]:
    in_order = sorted(awards, key=lambda award: award.pk)
    newest = {award.recipient_id: award for award in in_order}
    newest.pop(other_than)
    return list(newest.values())
