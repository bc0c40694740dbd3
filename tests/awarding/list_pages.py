"""What coordinators do on the pages of award lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from awarding.ids import operations as ids
from awarding.ids.reading import IdRow
from awarding.lists.operations import lists
from awarding.models import AwardList
from awarding.tasks import carry_on_award_lists
from tests.factories import UserFactory

CASES = Path(__file__).parents[3] / "shared" / "cases" / "lists"
NEW = reverse("awarding:manage_list_new")


def paste(client, badge, words, **kwargs):
    return client.post(NEW, {"badge_class": badge.pk, "pasted": words}, **kwargs)


def upload_case(client, badge, name, **kwargs):
    if not (CASES / name).exists():
        pytest.skip("the shared cases are not here")
    file = SimpleUploadedFile(name, (CASES / name).read_bytes())
    return client.post(NEW, {"badge_class": badge.pk, "file": file}, **kwargs)


def as_suggested(upload) -> dict[str, str]:
    """The form of the columns as it is shown first."""
    data = {f"column_{n}": column["field"] for n, column in enumerate(upload.columns)}
    return data | {"revision": upload.revision}


def answer(client, upload, **answers):
    """Send the form of the columns as it is shown, but with these answers."""
    return client.post(upload.get_absolute_url(), as_suggested(upload) | answers)


def award_all():
    for award_list in AwardList.objects.filter(status="checked").order_by("pk"):
        lists.start(award_list, by=award_list.made_by)
    carry_on_award_lists()


def keep_ids(agency, *known):
    """Each is an ID, an address and a name."""
    rows = [IdRow(2, email=email, name=name, identifier=words) for words, email, name in known]
    ids.import_ids(agency, rows, by=UserFactory())
