"""What people declare when they send in evidence: versions that never change."""

from __future__ import annotations

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.utils import translation

from audit.models import AuditEntry
from editing.forms import Edit
from editing.shown import NotAsShown
from program import operations, statements
from program.models import Statement
from tests.races import at_once

pytestmark = pytest.mark.django_db


def write(**texts):
    operations.write_statement(by=None, agency=None, edit=Edit(texts))


def test_the_software_comes_with_a_statement_in_each_language():
    in_force = statements.in_force()

    assert in_force.is_default
    assert "my own work" in in_force.text
    assert "mi propio trabajo" in in_force.text_es
    assert not Statement.objects.exists()  # nobody has accepted it yet


def test_it_is_kept_when_somebody_accepts_it_and_only_once():
    first, second = statements.kept_in_force(), statements.kept_in_force()

    assert first == second == Statement.objects.get(number=1)


def test_each_change_is_a_new_version_and_the_earlier_ones_stay():
    write(text="All mine.")
    write(text="All of it is mine.", text_es="Todo es mío.")

    assert list(Statement.objects.values_list("number", "text", "is_default")) == [
        (1, statements.default_texts()["text"], True),
        (2, "All mine.", False),
        (3, "All of it is mine.", False),
    ]
    acts = AuditEntry.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == [
        "statement changed", "statement changed", "statement changed in Spanish",
    ]  # fmt: skip


def test_saving_what_is_there_begins_no_version():
    write(text=statements.default_texts()["text"])

    assert not Statement.objects.exists()
    assert not AuditEntry.objects.exists()


def test_back_to_the_default_text_is_a_version_and_twice_is_the_same_as_once():
    write(text="All mine.")

    for _time in range(2):
        operations.use_default_statement(by=None, agency=None)

    assert [one.is_default for one in Statement.objects.all()] == [True, False, True]
    assert AuditEntry.objects.filter(act="statement back to the default").count() == 1


def test_the_way_back_is_refused_if_the_statement_changed_meanwhile():
    write(text="All mine.")
    shown = statements.mark(statements.in_force())
    write(text="All of it is mine.")

    with pytest.raises(NotAsShown):
        operations.use_default_statement(by=None, agency=None, shown=shown)


def test_new_words_of_the_software_are_a_new_version_of_the_default(monkeypatch):
    statements.kept_in_force()
    words = {"text": "Newer words.", "text_es": "Palabras nuevas."}
    monkeypatch.setattr(statements, "default_texts", lambda: words)

    assert statements.kept_in_force().number == 2
    assert statements.in_force().text == "Newer words."


def test_new_words_of_the_software_leave_own_words_alone(monkeypatch):
    write(text="All mine.")
    words = {"text": "Newer words.", "text_es": "Palabras nuevas."}
    monkeypatch.setattr(statements, "default_texts", lambda: words)

    assert statements.in_force().text == "All mine."


def test_without_a_text_in_one_language_the_other_is_shown():
    write(text="All mine.", text_es="")

    with translation.override("es"):
        shown = statements.in_force().shown
        assert (shown.text, shown.other_language) == ("All mine.", "en")


@pytest.mark.parametrize("change", [{"text": "Other."}, {"number": 9}, {"is_default": False}])
def test_the_database_refuses_to_change_or_delete_a_version(change):
    kept = statements.kept_in_force()

    with pytest.raises(InternalError), transaction.atomic():
        Statement.objects.filter(pk=kept.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        kept.delete()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_accept_it_first_at_the_same_moment_keep_one_version():
    def accept():
        with transaction.atomic():
            return statements.kept_in_force()

    one, other = at_once(accept, accept)

    assert one == other == Statement.objects.get()


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_the_same_moment_make_two_versions_after_the_default():
    at_once(lambda: write(text="Mine."), lambda: write(text_es="Mío."))

    assert [one.number for one in Statement.objects.all()] == [1, 2, 3]
    newest = Statement.objects.last()
    assert (newest.text, newest.text_es) == ("Mine.", "Mío.")


def test_no_page_shows_it_to_visitors():
    write(text="A mark of our own.")

    assert "A mark of our own." not in Client().get("/").content.decode()
