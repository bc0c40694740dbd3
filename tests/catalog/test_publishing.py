"""Publishing, previewing and retiring badges."""

from __future__ import annotations

import threading

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.urls import reverse

from audit.models import AuditEntry
from catalog import operations
from catalog.models import BadgeClass
from editing.forms import Edit
from tests.catalog.manage_pages import details, page
from tests.factories import DraftBadgeFactory, coordinator_for

pytestmark = pytest.mark.django_db


def test_a_complete_badge_is_published(client, coordinator, draft):
    response = client.post(page("publish"))

    draft.refresh_from_db()
    assert response["Location"] == draft.get_absolute_url()
    assert draft.status == BadgeClass.Status.PUBLISHED
    assert draft.current_version.published_by == coordinator


def test_missing_parts_are_listed_with_links_to_their_pages(client, coordinator, issuer):
    client.post(reverse("catalog:manage_create"), details(issuer, slug="media-balance"))

    for response in (client.get(page("publish")), client.post(page("publish"))):
        assert response.context["missing"] == [
            {"sentence": "Add at least one criterion.", "url": page("criteria") + "#criteria"},
            {"sentence": "Compose or upload the artwork.", "url": page("art") + "#compose"},
            {
                "sentence": "Describe the artwork for people who can’t see it.",
                "url": page("art") + "#id_compose-image_alt",
            },
        ]
    assert response.status_code == 422
    assert BadgeClass.objects.get().status == BadgeClass.Status.DRAFT


def test_a_badge_is_retired_and_published_again(client, coordinator, published):
    statuses = []
    for name in ("retire", "retire", "bring_back", "bring_back"):
        response = client.post(page(name), follow=True)
        published.refresh_from_db()
        statuses.append(
            (published.status, [m.level_tag for m in get_messages(response.wsgi_request)])
        )

    assert [status for status, _ in statuses] == ["retired", "retired", "published", "published"]
    assert AuditEntry.objects.filter(act__in=["badge retired", "badge published"]).count() == 2


def test_a_badge_that_was_never_published_is_not_brought_back(client, coordinator, issuer):
    client.post(reverse("catalog:manage_create"), details(issuer, slug="media-balance"))

    for name in ("bring_back", "retire"):
        response = client.post(page(name), follow=True)
        assert response.status_code == 200
        assert "Nothing changed: the badge is draft." in response.text
    assert BadgeClass.objects.get().status == BadgeClass.Status.DRAFT
    assert not AuditEntry.objects.filter(act__in=["badge retired", "badge published"]).exists()


def test_the_preview_shows_the_draft_as_visitors_will_see_it(client, coordinator, published):
    operations.save_details(
        published, number=2, by=coordinator, edit=Edit({"name": "Screens and Leaves"})
    )

    assert "Screens and Leaves" in client.get(page("preview")).text
    assert "Screens and Leaves" not in client.get(published.get_absolute_url()).text


@pytest.mark.django_db(transaction=True)
def test_publishing_twice_at_the_same_moment_publishes_once():
    draft = DraftBadgeFactory()
    both = [coordinator_for(draft), coordinator_for(draft)]
    ready = threading.Barrier(2)
    refusals = []

    def publish(user):
        try:
            ready.wait(timeout=10)
            operations.publish(draft, by=user)
        except operations.NotReadyToPublish as refusal:
            refusals.append([part.field for part in refusal.missing])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish, args=[user]) for user in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert refusals == [["version"]]
    assert draft.versions.count() == 1
    assert AuditEntry.objects.filter(act="version 1 published").count() == 1
