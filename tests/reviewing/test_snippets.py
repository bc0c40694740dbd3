"""Words that reviewers use again: their own, and those of an agency."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Membership
from audit.models import AuditEntry
from editing.forms import Edit
from reviewing.models import Snippet
from reviewing.snippets import operations
from tests.factories import AgencyFactory, MembershipFactory, coordinator_for, reviewer_for
from tests.reviewing.pages import body

pytestmark = pytest.mark.django_db
OWN = reverse("reviewing:snippets")
SHARED = reverse("reviewing:manage_snippets")


def texts_for(client, user) -> list[str]:
    """What the page on which somebody judges is given."""
    client.force_login(user)
    found = client.get(OWN, headers={"Accept": "application/json"}).json()["snippets"]
    return [one["text"] for one in found]


def test_reviewers_keep_change_and_remove_their_own(client, reviewer):
    client.force_login(reviewer)

    client.post(OWN, {"name": " A  date ", "text": "Add a date.\r\nAny will do."})
    made = Snippet.objects.get()
    page = body(client.get(OWN))
    client.post(made.get_absolute_url(), {"name": "A date", "text": "Add the date."})
    changed = Snippet.objects.get()
    client.post(reverse("reviewing:remove_snippet", args=[made.pk]))

    assert (made.owner, made.name, made.text) == (reviewer, "A date", "Add a date.\nAny will do.")
    assert "Add a date.\nAny will do." in page
    assert changed.text == "Add the date."
    assert not Snippet.objects.exists()


def test_nobody_else_reads_changes_or_removes_them(client, badge_class, reviewer):
    snippet = operations.add(name="A date", text="Add a date.", by=reviewer)
    colleague = reviewer_for(badge_class)

    assert texts_for(client, reviewer) == ["Add a date."]
    assert texts_for(client, colleague) == []
    assert client.get(snippet.get_absolute_url()).status_code == 404
    assert client.post(reverse("reviewing:remove_snippet", args=[snippet.pk])).status_code == 404
    client.force_login(coordinator_for(badge_class))
    assert client.get(snippet.get_manage_url()).status_code == 404


def test_those_of_an_agency_reach_its_reviewers_and_those_below(client, badge_class):
    agency = badge_class.issuer.agency
    school = AgencyFactory(parent=agency)
    client.force_login(coordinator_for(badge_class))
    client.post(SHARED, {"agency": agency.pk, "name": "A date", "text": "Add a date."})
    [snippet] = Snippet.objects.all()

    def reviewer_at(place):
        return MembershipFactory(agency=place, role=Membership.Role.REVIEWER).user

    assert (snippet.agency, snippet.owner) == (agency, None)
    assert texts_for(client, reviewer_at(agency)) == ["Add a date."]
    assert texts_for(client, reviewer_at(school)) == ["Add a date."]
    assert "Add a date." in body(client.get(OWN))
    assert client.get(snippet.get_absolute_url()).status_code == 404
    assert texts_for(client, reviewer_at(AgencyFactory())) == []


def test_coordinators_give_snippets_to_their_own_agencies_only(client, badge_class):
    elsewhere = AgencyFactory()
    client.force_login(coordinator_for(badge_class))

    answer = client.post(SHARED, {"agency": elsewhere.pk, "name": "A date", "text": "Add a date."})

    assert answer.status_code == 422
    assert not Snippet.objects.exists()


def test_the_same_snippet_is_kept_once_and_their_number_has_a_limit(client, reviewer, monkeypatch):
    monkeypatch.setattr(operations, "MOST", 1)
    client.force_login(reviewer)
    for _press in range(2):
        client.post(OWN, {"name": "A date", "text": "Add a date."})

    refused = client.post(OWN, {"name": "A title", "text": "Add a title."})

    assert Snippet.objects.count() == 1
    assert refused.status_code == 422
    assert "Add a title." in body(refused)
    assert "Remove one first." in body(refused)


def test_a_snippet_belongs_to_somebody():
    with pytest.raises(IntegrityError), transaction.atomic():
        Snippet.objects.create(name="A date", text="Add a date.")


def test_the_judging_page_leads_to_them_without_scripts(reviewing_client, assignment):
    page = body(reviewing_client.get(assignment.get_absolute_url()))

    assert page.count(f'href="{OWN}"') >= 3
    assert "Snippets to copy" in page


def test_what_coordinators_change_is_in_the_activity_log(client, badge_class):
    coordinator, agency = coordinator_for(badge_class), badge_class.issuer.agency
    client.force_login(coordinator)
    words = {"name": "A date", "text": "Add a date."}

    client.post(SHARED, {"agency": agency.pk, **words})
    page = Snippet.objects.get().get_manage_url()
    client.post(page, {"name": "A day", "text": "Add a date."})
    client.post(page, {"name": "A day", "text": "Add a date."})
    client.post(reverse("reviewing:manage_remove_snippet", args=[Snippet.objects.get().pk]))

    entries = AuditEntry.objects.filter(act__startswith="snippet").order_by("pk")
    assert [(one.act, one.subject, one.actor, one.agency_id) for one in entries] == [
        ("snippet added", "A date", coordinator, agency.pk),
        ("snippet changed", "A day", coordinator, agency.pk),
        ("snippet removed", "A day", coordinator, agency.pk),
    ]


def test_what_reviewers_keep_for_themselves_is_not(reviewer):
    snippet = operations.add(name="A date", text="Add a date.", by=reviewer)
    operations.change(snippet, by=reviewer, edit=Edit({"name": "A day"}))
    operations.remove(snippet, by=reviewer)

    assert not AuditEntry.objects.filter(act__startswith="snippet").exists()
