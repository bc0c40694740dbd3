"""Award lists for tests, carried as far as a test wants them."""

from __future__ import annotations

from awarding.lists.operations import batches, lists
from awarding.lists.reading import Reading
from awarding.models import AwardList
from awarding.tasks import carry_on_award_lists
from spreadsheets import reading
from tests.factories import coordinator_for


def kept(badge, words, by=None) -> AwardList:
    return lists.keep_list(
        badge,
        reading=Reading(reading.read_text(words)),
        name="people.csv",
        by=by or coordinator_for(badge),
    )


def checked(badge, words, **kwargs) -> AwardList:
    award_list = kept(badge, words, **kwargs)
    while batches.carry_on(award_list):
        pass
    award_list.refresh_from_db()
    return award_list


def awarded(badge, words, **kwargs) -> AwardList:
    award_list = checked(badge, words, **kwargs)
    lists.start(award_list, by=award_list.made_by)
    carry_on_award_lists()
    award_list.refresh_from_db()
    return award_list


def addresses(number) -> str:
    return "\n".join(f"person{n}@school.example" for n in range(number))
