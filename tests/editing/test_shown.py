"""A button that makes something final confirms what its page showed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog import operations as catalog
from catalog.states import BadgeStatus
from editing.forms import Edit
from rewards.drawings.operations import drafts
from rewards.states import DrawingStatus
from submissions import operations as submissions
from submissions.states import Status
from tests.editing.windows import Window
from tests.factories import LONG_AGO, DraftBadgeFactory, DraftFactory, UserFactory, coordinator_for
from tests.rewards.drawing_factories import LOTTERY, drafted

pytestmark = pytest.mark.django_db


def test_a_draft_that_another_window_changed_is_shown_again_before_it_is_sent(client):
    draft = DraftFactory()
    client.force_login(draft.earner)
    for criterion in draft.version.criteria.all():
        submissions.write_text(draft, criterion, "Done.")
    window = Window(client, reverse("submissions:send", args=[draft.public_id]), has="statement")
    submissions.write_text(draft, draft.version.criteria.first(), "Half a sent")

    refused = window.type(statement="on").press()

    draft.refresh_from_db()
    assert (refused.status_code, draft.status) == (422, Status.DRAFT)
    assert "It was changed in another window" in refused.content.decode()
    assert "Half a sent" in refused.content.decode()
    assert window.type(statement="on").press().status_code == 302
    draft.refresh_from_db()
    assert draft.status == Status.SUBMITTED


@pytest.mark.parametrize("what", ["text", "criteria", "resources", "art"])
def test_a_badge_that_another_window_changed_is_not_published_unseen(client, what):
    badge = DraftBadgeFactory()
    by = coordinator_for(badge)
    client.force_login(by)
    window = Window(client, reverse("catalog:manage_publish", args=[badge.slug]), has="shown")
    version = badge.version_to_edit()
    if what == "text":
        catalog.save_details(badge, number=1, by=by, edit=Edit({"about": "Half a sent"}))
    elif what == "criteria":
        version.criteria.filter(position=1).update(description="Half a sent")
    elif what == "resources":
        catalog.set_resources(badge, [("A course", "https://course.example", "course")])
    else:
        catalog.edit_version(version, image_alt="A leaf.")

    refused = window.press()

    badge.refresh_from_db()
    assert (refused.status_code, badge.status) == (422, BadgeStatus.DRAFT)
    assert "Nothing is published yet." in refused.content.decode()
    assert window.press().status_code == 302
    badge.refresh_from_db()
    assert badge.status == BadgeStatus.PUBLISHED


@pytest.mark.parametrize("what", ["prizes", "rules"])
def test_a_drawing_that_another_window_changed_is_not_announced_unseen(client, what):
    days = [timezone.now() + timedelta(days=days) for days in (1, 20, 23, 26, 30)]
    opens, ends, closes, disputes, draws = days
    lottery = {**LOTTERY, "when": timezone.localdate(draws - timedelta(days=1)).isoformat()}
    drawing = drafted(
        opens_on=opens.date(), ends_on=ends.date(), closes_at=closes, disputes_until=disputes,
        draws_at=draws, sources=[lottery],
    )  # fmt: skip
    user = UserFactory()
    user.memberships.create(agency=drawing.agency, role="coordinator", confirmed_at=LONG_AGO)
    client.force_login(user)
    url = reverse("rewards:manage_announce", args=[drawing.slug])
    window = Window(client, url, has="shown")
    if what == "prizes":
        drawing.prizes.update(name="A kite")
    else:
        rules = drafts.rules_to_edit(drawing)
        rules.confirm_days += 1
        drafts.save_rules(drawing, rules, m2m={}, by=user)

    window.press()

    drawing.refresh_from_db()
    assert drawing.status == DrawingStatus.DRAFT
    again = Window(client, url, has="shown")
    assert "It was changed in another window" in again.text
    again.press()
    drawing.refresh_from_db()
    assert drawing.status == DrawingStatus.ANNOUNCED
