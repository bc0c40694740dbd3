"""The pages on which coordinators make anchors, and reviewers practice and qualify."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviewing.calibration.operations import anchors, readings
from reviewing.models import Anchor, AnchorReading, Qualification
from tests.factories import BadgeFactory, coordinator_for, png, reviewer_for
from tests.reviewing.calibration.anchors import (
    WHY,
    answers_all,
    as_agreed,
    asks,
    drafted_anchor,
    published_anchor,
    qualified,
    required,
)

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_coordinator_makes_an_anchor_by_hand_and_publishes_it(kept_files):
    badge = BadgeFactory()
    client = signed_in(coordinator_for(badge))
    plan, teach = required(badge)

    made = client.post(
        reverse("reviewing:manage_anchor_new", args=[badge.slug]),
        {"name": "Clear work", "use": "practice"},
    )
    page = made.headers["Location"]
    answer = client.post(page, {
        "name": "Clear work",
        f"text_{plan.thread.hex}": "A plan.",
        f"links_{plan.thread.hex}": "plan.example/week\nhttps://plan.example/day",
        f"verdict_{plan.thread.hex}": "met",
        f"why_{plan.thread.hex}": "It names an aim.",
        f"files_{teach.thread.hex}": SimpleUploadedFile("Rosa.png", png()),
        f"verdict_{teach.thread.hex}": "not_yet",
        f"why_{teach.thread.hex}": "No student work.",
        f"must_{teach.thread.hex}": "on",
        "action": "publish",
    })  # fmt: skip

    assert answer.status_code == 302
    version = Anchor.objects.get().published_version
    assert [(one.kind, one.text, one.url) for one in version.evidence.all()] == [
        ("text", "A plan.", ""),
        ("link", "", "https://plan.example/week"),
        ("link", "", "https://plan.example/day"),
        ("file", "", ""),
    ]
    assert [(one.verdict, one.is_must) for one in version.verdicts.exclude(verdict="")] == [
        ("met", False), ("not_yet", True),
    ]  # fmt: skip
    assert "Rosa" not in client.get(page).content.decode()


def test_what_was_typed_stays_if_a_link_or_a_file_is_refused():
    badge = BadgeFactory()
    anchor = drafted_anchor(badge)
    client = signed_in(coordinator_for(badge))
    thread = required(badge)[0].thread.hex

    link = client.post(anchor.get_absolute_url(), {
        "name": "New name", f"links_{thread}": "not an address", f"why_{thread}": "Because.",
    })  # fmt: skip
    file = client.post(anchor.get_absolute_url(), {
        "name": anchor.name,
        f"files_{thread}": SimpleUploadedFile("tool.exe", b"MZ\x90"),
    })  # fmt: skip

    assert (link.status_code, file.status_code) == (422, 422)
    shown = link.content.decode()
    assert "“not an address” is not a web address." in shown
    assert "Because." in shown
    assert "New name" in shown
    assert "tool.exe" in file.content.decode()


def test_a_reviewer_practices_and_then_reads_what_was_agreed_and_why():
    badge = BadgeFactory()
    anchor = published_anchor(badge, not_yet=[1])
    client = signed_in(reviewer_for(badge))
    page = reverse("reviewing:practice", args=[anchor.public_id])
    plan, teach = required(badge)

    before = client.get(page).content.decode()
    refused = client.post(page, {f"verdict_{plan.pk}": "met"})
    client.post(page, {f"verdict_{plan.pk}": "met", f"verdict_{teach.pk}": "met"})
    after = client.get(page).content.decode()

    assert anchor.name not in before + after
    assert (WHY in before, WHY in after) == (False, True)
    assert refused.status_code == 422
    assert "Choose “met” or “not yet”." in refused.content.decode()
    assert "1 of 2 verdicts are as agreed." in after


def test_a_reviewer_qualifies_piece_by_piece():
    badge = BadgeFactory()
    for _ in range(2):
        published_anchor(badge, use="qualification")
    reviewer = reviewer_for(badge)
    client = signed_in(reviewer)

    page = client.post(reverse("reviewing:begin_qualification", args=[badge.slug]))
    page = page.headers["Location"]
    for reading in AnchorReading.objects.all():
        shown = client.get(page).content.decode()
        assert f"Work {reading.position} of 2." in shown
        assert WHY not in shown
        verdicts = {f"verdict_{one.pk}": said for one, said in as_agreed(reading).items()}
        client.post(page, {"reading": reading.pk, **verdicts})

    shown = client.get(page).content.decode()
    assert f"Qualified for {badge.published_version.name}" in shown
    assert shown.count(WHY) == 4


def test_what_was_agreed_stays_hidden_from_whoever_may_read_it_again():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    found = answers_all(readings.begin(badge, by=reviewer_for(badge)), wrong=2)

    shown = signed_in(found.reviewer).get(found.get_absolute_url()).content.decode()

    assert "Not yet qualified" in shown
    assert "0 of 2 verdicts are as agreed (0 of 100); the badge asks for 80 of 100." in shown
    assert WHY not in shown


def test_a_form_of_another_window_answers_nothing_else():
    badge = BadgeFactory()
    for _ in range(2):
        published_anchor(badge, use="qualification")
    begun = readings.begin(badge, by=reviewer_for(badge))
    first, second = begun.readings.all()
    readings.answer(first, by=begun.reviewer, verdicts=as_agreed(first))

    verdicts = {f"verdict_{one.pk}": "not_yet" for one in required(badge)}
    answer = signed_in(begun.reviewer).post(
        begun.get_absolute_url(), {"reading": first.pk, **verdicts}, follow=True
    )

    assert "Your first answer counts." in answer.content.decode()
    second.refresh_from_db()
    assert second.answered_at is None


def test_files_to_qualify_with_are_read_by_those_who_were_given_them():
    badge = BadgeFactory()
    anchor = published_anchor(badge, use="qualification", with_file=True)
    file = anchor.published_version.evidence.exclude(file="").get()
    reviewer, other = reviewer_for(badge), reviewer_for(badge)
    readings.begin(badge, by=reviewer)
    address = file.get_file_url()

    answers = [signed_in(user).get(address).status_code for user in (reviewer, other)]

    assert answers == [200, 404]


def test_coordinators_see_who_has_qualified_and_until_when():
    badge = BadgeFactory()
    asks(badge, recheck_months=0)
    published_anchor(badge, use="qualification")
    reviewer = reviewer_for(badge)
    qualified(reviewer, badge)

    page = reverse("reviewing:manage_calibration", args=[badge.slug])
    shown = signed_in(coordinator_for(badge)).get(page).content.decode()

    assert reviewer.name in shown
    assert "no end" in shown
    assert Qualification.objects.get().recheck_on is None


def test_the_pages_of_a_reviewer_say_where_they_are():
    badge = BadgeFactory()
    asks(badge, is_required=True, needs_badge=True)
    published_anchor(badge, use="qualification")
    anchors.create(badge, name="Draft", use="practice", by=coordinator_for(badge))
    client = signed_in(reviewer_for(badge))

    listed = client.get(reverse("reviewing:calibration")).content.decode()
    page = reverse("reviewing:calibration_badge", args=[badge.slug])
    shown = client.get(page).content.decode()

    assert "You review this badge once you have qualified." in listed
    assert "First, earn this badge yourself." in shown
    assert "Begin to qualify" not in shown
    client.post(reverse("reviewing:begin_qualification", args=[badge.slug]))
    assert not Qualification.objects.exists()
