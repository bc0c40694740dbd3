"""Files that schools uploaded keep no line of an erased person."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from accounts.models import Membership
from awarding.lists.operations import uploads
from awarding.lists.reading import read
from awarding.models import ListUpload
from privacy.operations import erase
from spreadsheets.file_formats import Choice
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    MembershipFactory,
    UserFactory,
    coordinator_for,
)

pytestmark = pytest.mark.django_db
ADDRESS = "zenobia.quill@school.example"
ROWS = [["E-mail", "Name"], ["Zenobia.Quill@School.example", "Z"], ["ada@school.example", "Ada"]]
OTHERS = [["E-mail", "Name"], ["ada@school.example", "Ada"]]


def as_workbook(rows):
    workbook, file = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(file)
    return file.getvalue()


def as_text(rows, encoding="utf-8"):
    return "\n".join(",".join(row) for row in rows).encode(encoding)


FILES = {
    "csv": (as_text(ROWS), as_text(OTHERS)),
    "utf-16": (as_text(ROWS, "utf-16"), as_text(OTHERS, "utf-16")),
    "workbook": (as_workbook(ROWS), as_workbook(OTHERS)),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_names_an_erased_person_is_deleted_and_others_stay(kind):
    badge = BadgeFactory()
    by = coordinator_for(badge)
    kept = [
        uploads.save(
            badge, name=name, by=by,
            read=read(content, is_pasted=False, choice=Choice()),
        )
        for name, content in zip(("with", "without"), FILES[kind], strict=True)
    ]  # fmt: skip
    assert len(kept) == 2
    root = MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR).user

    erase(UserFactory(email=ADDRESS), by=root)

    assert [upload.name for upload in ListUpload.objects.all()] == ["without"]
