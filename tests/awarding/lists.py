"""Award lists for tests: saved, checked or awarded."""

from __future__ import annotations

from awarding.lists import reading
from awarding.lists.operations import batches, lists, uploads
from awarding.lists.reading import ReadUpload
from awarding.models import AwardList
from awarding.tasks import carry_on_award_lists
from spreadsheets.file_formats import Choice
from tests.factories import coordinator_for


def saved_list(badge, words, by=None) -> AwardList:
    by = by or coordinator_for(badge)
    return uploads.save(badge, read=pasted(words), name="people.csv", by=by).award_lists.get()


def checked_list(badge, words, **kwargs) -> AwardList:
    award_list = saved_list(badge, words, **kwargs)
    while batches.run_next_batch(award_list):
        pass
    award_list.refresh_from_db()
    return award_list


def awarded_list(badge, words, **kwargs) -> AwardList:
    award_list = checked_list(badge, words, **kwargs)
    lists.start(award_list, by=award_list.made_by)
    carry_on_award_lists()
    award_list.refresh_from_db()
    return award_list


def addresses(number) -> str:
    return "\n".join(f"person{n}@school.example" for n in range(number))


def pasted(words) -> ReadUpload:
    """What is read from text that somebody pasted."""
    return reading.read(words.encode(), is_pasted=True, choice=Choice())
