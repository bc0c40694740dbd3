"""Awards to many people at once wait, so that a mistake can be undone before anyone hears of it.

The wait is a setting of the issuer. It applies to lists, score imports and the API. Claim codes
and pathways are not meant: there each person gets the badge for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from awarding.models import AwardList, AwardListRow
from catalog.models import Issuer

# As many people still get their badges at once.
NOT_MANY = 20


def wait_for(people: int, issuer: Issuer) -> timedelta:
    """How long awards to this number of people wait at least."""
    return timedelta(minutes=issuer.many_wait_minutes if people > NOT_MANY else 0)


def people_of(award_list: AwardList) -> int:
    """How many people the list awards, together with the other lists of its file or import."""
    rows = AwardListRow.objects.without_problem()
    if award_list.score_import_id:
        rows = rows.filter(award_list__score_import=award_list.score_import_id)
    elif award_list.upload_id:
        rows = rows.filter(award_list__upload=award_list.upload_id)
    else:
        rows = rows.filter(award_list=award_list)
    return rows.order_by().values("email").distinct().count()


def wait_shown(award_lists: Sequence[AwardList]) -> int:
    """In minutes, if starting these lists now makes their awards wait because they are many.

    They are one list, or all those of an import. 0 if the badges' own waiting times are as long.
    """
    if not award_lists:
        return 0
    people = people_of(award_lists[0])
    waits = [0]
    for award_list in award_lists:
        badge_class = award_list.badge_class
        wait = wait_for(people, badge_class.issuer)
        if wait > timedelta(hours=badge_class.hours_before_issue):
            waits.append(wait // timedelta(minutes=1))
    return max(waits)
