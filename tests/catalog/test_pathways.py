"""Pathways: a set of badges leads to another one, never in a circle, and no award is revoked."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from audit.moves import ReasonMissing
from catalog import operations
from catalog.models import Pathway, PathwayStep
from catalog.pathways import operations as pathways
from catalog.signals import pathway_changed, pathway_resumed
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from submissions import operations as submissions
from tests.factories import (
    BadgeFactory,
    DraftBadgeFactory,
    IssuerFactory,
    UserFactory,
    approved_submission,
    coordinator_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return IssuerFactory()


@pytest.fixture
def top(issuer):
    return BadgeFactory(slug="digital-leader", name="Digital Leader", issuer=issuer)


@pytest.fixture
def steps(issuer):
    return [BadgeFactory(slug=slug, name=slug.title(), issuer=issuer) for slug in ("aa", "bb")]


@pytest.fixture
def pathway(top, steps):
    return pathways.create(top, steps=steps, by=None)


@pytest.fixture
def coordinator(client, top):
    user = coordinator_for(top)
    client.force_login(user)
    return user


@pytest.fixture
def sent_signals():
    """The names of the signals that were sent, in order."""
    sent = []

    def note(signal, pathway, **kwargs):
        sent.append("resumed" if signal is pathway_resumed else "changed")

    pathway_changed.connect(note)
    pathway_resumed.connect(note)
    yield sent
    pathway_changed.disconnect(note)
    pathway_resumed.disconnect(note)


def slugs(pathway):
    return [step.badge_class.slug for step in pathway.steps.all()]


def address(name, slug="digital-leader"):
    return reverse(f"catalog:{name}", args=[slug])


def award(badge_class, earner):
    approved_submission(badge_class=badge_class, earner=earner)
    issue_batch(now=timezone.now())
    return Assertion.objects.get(badge_class=badge_class, recipient=earner)


# --- Operations -----------------------------------------------------------------------------------


def test_a_pathway_is_found_by_each_of_its_steps(pathway, steps, top):
    assert [list(Pathway.objects.active().with_step(step)) for step in [*steps, top]] == [
        [pathway], [pathway], [],
    ]  # fmt: skip
    assert [entry.act for entry in AuditEntry.objects.filter(act__contains="pathway")] == [
        "pathway created"
    ]


def test_the_steps_of_a_pathway_are_replaced_and_reordered(pathway, steps, issuer, sent_signals):
    third = BadgeFactory(slug="cc", issuer=issuer)

    pathways.set_steps(pathway, [third, steps[0]], by=None)
    pathways.set_steps(pathway, [third, steps[0]], by=None)

    assert slugs(pathway) == ["cc", "aa"]
    assert sent_signals == ["changed"]


def test_a_pathway_cannot_lead_to_itself(pathway, top, steps, issuer):
    first, second = steps
    between = BadgeFactory(slug="between", issuer=issuer)
    pathways.create(between, steps=[top], by=None)

    for step in (top, between):
        with pytest.raises(pathways.CircularPathway) as refused:
            pathways.set_steps(pathway, [first, step], by=None)
        assert refused.value.badge_class == step
    with pytest.raises(pathways.CircularPathway):
        pathways.create(second, steps=[between], by=None)

    assert slugs(pathway) == ["aa", "bb"]
    assert not Pathway.objects.filter(badge_class=second).exists()


def test_a_badge_has_at_most_one_pathway_and_a_pathway_at_least_one_step(pathway, top, steps):
    with pytest.raises(pathways.PathwayExists):
        pathways.create(top, steps=steps, by=None)
    with pytest.raises(pathways.NoSteps):
        pathways.set_steps(pathway, [], by=None)


def test_a_suspended_pathway_awards_nobody_until_it_is_resumed(pathway, steps, sent_signals):
    with pytest.raises(ReasonMissing):
        pathways.suspend(pathway, by=None, reason=" ")
    pathways.suspend(pathway, by=None, reason="The framework is being revised.")

    assert not Pathway.objects.active().with_step(steps[0]).exists()

    pathways.resume(pathway, by=None)
    pathways.resume(pathway, by=None)

    assert Pathway.objects.active().with_step(steps[0]).get().suspended_reason == ""
    assert sent_signals == ["resumed"]


def test_a_pathway_is_active_only_while_its_badge_is_published(steps, issuer, sent_signals):
    draft = DraftBadgeFactory(slug="later", issuer=issuer)
    pathways.create(draft, steps=steps, by=None)

    assert not Pathway.objects.active().exists()

    operations.publish(draft, by=None)
    operations.retire(draft, by=None)
    assert not Pathway.objects.active().exists()
    operations.bring_back(draft, by=None)

    assert Pathway.objects.active().get().badge_class == draft
    assert sent_signals == ["changed", "resumed", "resumed"]


def test_the_badge_of_a_pathway_takes_no_evidence(pathway, top, client):
    earner = UserFactory()
    client.force_login(earner)

    with pytest.raises(submissions.CannotStart, match="completes its pathway"):
        submissions.start(top, by=earner)

    page = client.get(top.get_absolute_url()).text
    assert "Start this badge" not in page
    assert f'href="{pathway.get_absolute_url()}"' in page


@pytest.mark.django_db(transaction=True)
def test_two_pathways_created_at_the_same_moment_cannot_form_a_circle():
    first, second = BadgeFactory(), BadgeFactory()
    ready, refused = threading.Barrier(2), []

    def write(end, step):
        ready.wait()
        try:
            pathways.create(end, steps=[step], by=None)
        except pathways.CircularPathway:
            refused.append(end)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=write, args=pair) for pair in ((first, second), (second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (PathwayStep.objects.count(), len(refused)) == (1, 1)


# --- The coordinator's page -----------------------------------------------------------------------


def test_a_coordinator_chooses_the_steps(client, coordinator, top, steps):
    page = address("manage_pathway")

    added = client.post(page, {"add": "aa", "append": "1", "name": "Lead"})
    added = client.post(page, {"step": "aa", "add": "bb", "append": "1", "name": "Lead"})
    moved = client.post(page, {"step": ["aa", "bb"], "up": "bb", "name": "Lead"})

    assert [step.slug for step in added.context["form"].steps] == ["aa", "bb"]
    assert [step.slug for step in moved.context["form"].steps] == ["bb", "aa"]
    assert moved.context["form"]["name"].value() == "Lead"
    assert not Pathway.objects.exists()

    response = client.post(page, {"step": ["bb", "aa"], "name": "Lead"})

    assert response.status_code == 302
    pathway = Pathway.objects.get()
    assert (str(pathway), slugs(pathway), pathway.badge_class) == ("Lead", ["bb", "aa"], top)


def test_a_step_can_be_removed(client, coordinator, pathway):
    removed = client.post(address("manage_pathway"), {"step": ["aa", "bb"], "remove": "aa"})
    client.post(address("manage_pathway"), {"step": "bb"})

    assert [step.slug for step in removed.context["form"].steps] == ["bb"]
    assert slugs(pathway) == ["bb"]


def test_a_circular_and_an_empty_pathway_are_refused_with_a_reason(
    client, coordinator, pathway, issuer
):
    between = BadgeFactory(slug="between", name="Between", issuer=issuer)
    pathways.create(between, steps=[pathway.badge_class], by=None)

    circle = client.post(address("manage_pathway"), {"step": ["aa", "between"]})
    nothing = client.post(address("manage_pathway"), {})

    assert (circle.status_code, nothing.status_code) == (422, 422)
    assert "“Between” can’t be a step" in circle.text
    assert [step.slug for step in circle.context["form"].steps] == ["aa", "between"]
    assert "Choose at least one badge" in nothing.text
    assert slugs(pathway) == ["aa", "bb"]


def test_a_coordinator_suspends_with_a_reason_and_resumes(client, coordinator, pathway):
    assert client.post(address("manage_pathway_suspend"), {"reason": ""}).status_code == 422

    client.post(address("manage_pathway_suspend"), {"reason": "We revise it <soon>."})

    assert "We revise it &lt;soon&gt;." in client.get(pathway.get_absolute_url()).text

    client.post(address("manage_pathway_resume"))

    pathway.refresh_from_db()
    assert pathway.status == Pathway.Status.ACTIVE


def test_a_badge_whose_pathway_is_removed_is_earned_by_evidence(
    client, coordinator, pathway, top, steps
):
    client.post(address("manage_pathway_remove"))

    assert not Pathway.objects.exists()
    assert "pathway removed" in AuditEntry.objects.values_list("act", flat=True)
    assert submissions.start(top, by=UserFactory()).badge_class == top


@pytest.mark.parametrize(
    "name",
    ["manage_pathway", "manage_pathway_suspend", "manage_pathway_resume", "manage_pathway_remove"],
)
def test_the_pathway_of_another_agency_is_not_found(client, pathway, name):
    client.force_login(coordinator_for(BadgeFactory()))

    assert client.post(address(name), {"step": "aa", "reason": "Mine now."}).status_code == 404
    assert (pathway.status, slugs(pathway)) == ("active", ["aa", "bb"])


# --- Public pages ---------------------------------------------------------------------------------


def test_a_visitor_sees_pathways_and_their_steps(client, pathway, top, steps):
    page = client.get(pathway.get_absolute_url())
    listed = client.get(reverse("catalog:pathway_list"))
    step_page = client.get(steps[0].get_absolute_url())

    assert page.context["steps"] == steps
    assert "Digital Leader" in listed.text
    assert "One of 2 badges that lead to “Digital Leader”." in step_page.text


def test_an_earner_sees_their_progress_on_a_pathway(client, pathway, steps):
    earner = UserFactory()
    award(steps[1], earner)
    client.force_login(earner)

    page = client.get(pathway.get_absolute_url()).text

    assert "You have 1 of 2." in page
    assert page.count("You have it") == 1
    assert "You have 1 of 2." in client.get(steps[0].get_absolute_url()).text


def test_the_pathway_of_a_draft_is_not_public(client, steps, issuer):
    draft = DraftBadgeFactory(slug="later", issuer=issuer)
    pathways.create(draft, steps=steps, by=None)

    assert client.get(address("pathway", "later")).status_code == 404
    assert "later" not in client.get(steps[0].get_absolute_url()).text


def test_more_steps_and_pathways_need_no_more_queries(client, pathway, steps, issuer):
    client.force_login(UserFactory())

    def queries(url):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(url)
        return len(seen)

    urls = [pathway.get_absolute_url(), reverse("catalog:pathway_list")]
    few = [queries(url) for url in urls]
    more = [BadgeFactory(issuer=issuer) for _ in range(3)]
    pathways.set_steps(pathway, [*steps, *more], by=None)
    for _ in range(2):
        pathways.create(BadgeFactory(issuer=issuer), steps=more, by=None)

    assert [queries(url) for url in urls] == few
