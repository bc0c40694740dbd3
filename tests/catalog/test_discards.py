"""Deleting drafts and unpublished versions, and never anything else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from catalog import operations
from catalog.discards import operations as discards
from catalog.models import Alignment, BadgeClass, BadgeVersion, Criterion
from catalog.pathways import operations as pathways
from tests.editing.windows import Window
from tests.factories import BadgeFactory, DraftBadgeFactory, coordinator_for
from tests.issuing.pages import signed_in

pytestmark = pytest.mark.django_db


def discard_page(badge: BadgeClass) -> str:
    return reverse("catalog:manage_discard", args=[badge.slug])


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def test_a_draft_is_deleted_after_a_question():
    badge = DraftBadgeFactory()
    window = Window(signed_in(coordinator_for(badge)), discard_page(badge), has="shown")
    assert "Delete this draft?" in window.text
    assert BadgeClass.objects.exists()

    response = window.press()

    assert response["Location"] == reverse("catalog:manage_list")
    assert not BadgeClass.objects.exists()
    assert not BadgeVersion.objects.exists()
    assert not Criterion.objects.exists()
    assert not Alignment.objects.exists()
    assert acts()[-1] == "badge discarded"
    assert AuditEntry.objects.latest("pk").subject == badge.slug


def test_an_unpublished_version_is_deleted_and_the_published_one_stays():
    badge = BadgeFactory()
    published, coordinator = badge.current_version, coordinator_for(badge)
    draft = operations.draft_version(badge, by=coordinator)
    operations.edit_version(draft, name="Another name")
    client = signed_in(coordinator)
    assert discard_page(badge) in client.get(reverse("catalog:manage_edit", args=[badge.slug])).text

    Window(client, discard_page(badge), has="shown").press()

    badge.refresh_from_db()
    assert list(badge.versions.all()) == [published]
    assert badge.current_version == published
    assert badge.status == BadgeClass.Status.PUBLISHED
    assert published.criteria.count() == 3
    assert acts()[-1] == "version 2 discarded"


def test_what_another_window_changed_is_not_deleted_unseen():
    badge = DraftBadgeFactory()
    window = Window(signed_in(coordinator_for(badge)), discard_page(badge), has="shown")
    operations.edit_version(badge.versions.get(), description="Hours of work.")

    response = window.press()

    assert response.status_code == 422
    assert "It was changed in another window" in response.text
    assert badge.versions.get().description == "Hours of work."
    assert "badge discarded" not in acts()


def test_nothing_published_is_ever_deleted():
    badge = DraftBadgeFactory()
    coordinator = coordinator_for(badge)
    client = signed_in(coordinator)
    window = Window(client, discard_page(badge), has="shown")
    operations.publish(badge, by=coordinator)

    response = client.get(window.press()["Location"])

    assert "Nothing is deleted: every version is published." in response.text
    assert badge.versions.count() == 1
    assert client.get(discard_page(badge)).status_code == 302
    with pytest.raises(discards.NothingToDiscard):
        discards.discard(badge, by=coordinator)


def test_a_draft_that_a_pathway_leads_to_stays_until_the_pathway_is_removed():
    badge = DraftBadgeFactory()
    pathway = pathways.create(badge, steps=[BadgeFactory()], by=None)
    client = signed_in(coordinator_for(badge))

    response = client.post(discard_page(badge))

    assert response.status_code == 422
    assert "First remove what names this badge: pathways." in " ".join(response.text.split())
    assert badge.versions.exists()
    assert "badge discarded" not in acts()
    pathways.remove(pathway, by=None)
    assert client.post(discard_page(badge)).status_code == 302
    assert not BadgeClass.objects.filter(pk=badge.pk).exists()


def test_a_second_window_hears_that_the_draft_is_gone():
    badge = DraftBadgeFactory()
    client = signed_in(coordinator_for(badge))
    discards.discard(badge, by=coordinator_for(badge))

    assert client.post(discard_page(badge)).status_code == 404


def test_retiring_a_step_warns_with_the_names_of_its_pathways():
    step, other = BadgeFactory(), BadgeFactory()
    pathways.create(BadgeFactory(name="Media Lead"), steps=[step], by=None)
    pathways.create(BadgeFactory(), steps=[step, other], name="The long way", by=None)
    client = signed_in(coordinator_for(step))

    page = client.get(reverse("catalog:manage_retire", args=[step.slug])).text

    assert "It is a step of 2 pathways" in page
    assert "Media Lead" in page
    assert "The long way" in page
    lone = BadgeFactory()
    retire = reverse("catalog:manage_retire", args=[lone.slug])
    assert "It is a step" not in signed_in(coordinator_for(lone)).get(retire).text


def test_a_badge_that_its_pathway_awards_needs_no_criterion():
    badge = DraftBadgeFactory()
    operations.set_criteria(badge.versions.get(), [])
    with pytest.raises(operations.NotReadyToPublish):
        operations.publish(badge, by=None)
    pathway = pathways.create(badge, steps=[BadgeFactory()], by=None)

    operations.publish(BadgeClass.objects.get(pk=badge.pk), by=None)

    client = signed_in(coordinator_for(badge))
    shown = client.get(badge.get_absolute_url()).text
    assert "No criteria yet." not in shown
    assert "What you show" not in shown
    # Without it, nobody could earn the badge.
    remove = reverse("catalog:manage_pathway_remove", args=[badge.slug])
    assert "The pathway is not removed" in client.post(remove, follow=True).text
    with pytest.raises(pathways.NothingToShow):
        pathways.remove(pathway, by=None)
