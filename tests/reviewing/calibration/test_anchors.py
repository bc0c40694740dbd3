"""Coordinators make anchors, which never change once they are published."""

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from audit.operations import delete_unwanted_files
from catalog import operations as catalog
from catalog.criteria_content import CriterionContent
from catalog.editor_values import content_of
from editing.forms import Edit
from reviewing.calibration.operations import anchors
from reviewing.calibration.readiness import is_behind, missing_parts, usable
from reviewing.models import Anchor, AnchorEvidence, AnchorVerdict
from tests.factories import BadgeFactory, coordinator_for
from tests.reviewing.calibration.anchors import drafted_anchor, published_anchor, required

pytestmark = pytest.mark.django_db


def test_an_anchor_says_what_is_missing_before_it_is_published():
    badge = BadgeFactory()
    plan, _teach = required(badge)
    coordinator = coordinator_for(badge)
    anchor = anchors.create(badge, name="Clear", use="practice", by=coordinator)
    thread = plan.thread.hex
    anchors.write(anchor, by=coordinator, edit=Edit({f"verdict_{thread}": "met"}))

    assert missing_parts(anchors.latest_version(anchor)) == [
        "“Plan a lesson” does not say why.",
        "“Plan a lesson” is met, but has no evidence.",
        "“Teach it” has no agreed verdict.",
        "There is no evidence to read.",
    ]
    with pytest.raises(anchors.NotReady):
        anchors.publish(anchor, by=coordinator)
    assert usable(badge, "practice") == []


def test_a_change_of_a_published_anchor_is_a_new_version():
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    anchor = published_anchor(badge, by=coordinator)
    first = anchor.published_version
    field = f"why_{required(badge)[0].thread.hex}"

    anchors.write(anchor, by=coordinator, edit=Edit({field: "Another reason."}))
    before = Anchor.objects.get(pk=anchor.pk).published_version
    anchors.publish(anchor, by=coordinator)

    second = Anchor.objects.get(pk=anchor.pk).published_version
    assert (before, second.number) == (first, 2)
    assert first.verdicts.filter(why="Another reason.").count() == 0
    assert second.verdicts.filter(why="Another reason.").count() == 1
    assert list(second.evidence.values_list("text")) == list(first.evidence.values_list("text"))


@pytest.mark.parametrize("model", [AnchorEvidence, AnchorVerdict])
def test_the_database_refuses_to_change_what_is_published(model):
    version = published_anchor(BadgeFactory()).published_version

    refused = pytest.raises(InternalError, match="a published anchor does not change")
    with refused, transaction.atomic():
        model.objects.filter(anchor_version=version).delete()


def test_two_versions_share_a_file_until_both_are_without_it():
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    anchor = published_anchor(badge, by=coordinator, with_file=True)
    stored = anchor.published_version.evidence.exclude(file="").get()

    anchors.remove_file(anchor, stored, by=coordinator)
    delete_unwanted_files(now=timezone.now())

    assert anchors.latest_version(anchor).evidence.exclude(file="").count() == 0
    assert stored.file.storage.exists(stored.file.name)


def test_an_anchor_without_the_newest_criteria_is_given_to_nobody():
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    anchor = published_anchor(badge, by=coordinator)
    assert [one.anchor for one in usable(badge, "practice")] == [anchor]

    draft = catalog.draft_version(badge, by=coordinator)
    kept = [content_of(criterion) for criterion in draft.criteria.all()]
    new = CriterionContent(name="Reflect", description="Say what.", evidence_prompt="A text.")
    catalog.set_criteria(draft, [*kept, new])
    catalog.publish(badge, by=coordinator)
    badge.refresh_from_db()

    assert usable(badge, "practice") == []
    anchor = Anchor.objects.get(pk=anchor.pk)
    assert is_behind(anchor)
    reflect = badge.published_version.criteria.get(name="Reflect").thread.hex
    changes = {f"text_{reflect}": "I did.", f"verdict_{reflect}": "met", f"why_{reflect}": "Yes."}
    anchors.write(anchor, by=coordinator, edit=Edit(changes))
    anchors.publish(anchor, by=coordinator)
    [version] = usable(badge, "practice")
    assert version.version == badge.published_version
    assert version.verdicts.exclude(verdict="").count() == 3


def test_a_name_is_taken_once_in_a_badge():
    badge = BadgeFactory()
    drafted_anchor(badge, name="Clear")

    with pytest.raises(anchors.NameTaken):
        drafted_anchor(badge, name="Clear")
    assert drafted_anchor(BadgeFactory(), name="Clear").name == "Clear"
