"""Two coordinators change the program at the same moment, also for the first time."""

from __future__ import annotations

import pytest

from audit.models import AuditEntry
from editing.forms import Edit
from program import operations
from program.models import Page, Program
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def change(**fields):
    return lambda: operations.change(by=None, agency=None, edit=Edit(fields))


def write(**texts):
    return lambda: operations.write_page("faq", by=None, agency=None, edit=Edit(texts))


def test_both_of_the_first_two_changes_are_kept_and_logged():
    outcomes = at_once(change(name="Juniper Badges"), change(purpose="For teachers."))

    assert outcomes == [None, None]
    program = Program.objects.get()
    assert (program.name, program.purpose) == ("Juniper Badges", "For teachers.")
    assert AuditEntry.objects.count() == 2


def test_both_of_the_first_two_texts_of_a_page_are_kept():
    outcomes = at_once(write(title="Answers"), write(body_es="Pregunte en la oficina."))

    assert outcomes == [None, None]
    page = Page.objects.get()
    assert (page.title, page.body_es) == ("Answers", "Pregunte en la oficina.")
