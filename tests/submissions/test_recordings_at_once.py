"""Two people announce recordings at one moment: together they stay under the agency's quota."""

from __future__ import annotations

import uuid

import pytest

from submissions.media.operations import arriving
from submissions.models import RecordingUpload
from tests.factories import BadgeFactory, DraftFactory
from tests.races import at_once, meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 700 * 1024


@pytest.fixture(autouse=True)
def room_for_one(settings):
    settings.RECORDING_MEGABYTES_PER_AGENCY = 1


def announce(draft):
    file = arriving.Announced("lesson.mp4", SIZE, uuid.uuid4().hex, uuid.uuid4())
    return arriving.begin(draft, draft.version.criteria.first(), file)


def test_of_two_recordings_at_one_moment_only_one_finds_room():
    badge = BadgeFactory()
    one, other = DraftFactory(badge_class=badge), DraftFactory(badge_class=badge)

    outcomes = at_once(lambda: announce(one), lambda: announce(other))

    refused = [each for each in outcomes if isinstance(each, arriving.RecordingRefused)]
    assert [each.reason for each in refused] == ["quota of agency"]
    assert RecordingUpload.objects.count() == 1


def test_the_second_waits_for_the_first_and_is_refused():
    badge = BadgeFactory()
    one, other = DraftFactory(badge_class=badge), DraftFactory(badge_class=badge)
    second = []

    def try_meanwhile():
        try:
            announce(other)
        except arriving.RecordingRefused as refused:
            second.append(refused.reason)

    with meanwhile(try_meanwhile):
        announce(one)

    assert second == ["quota of agency"]
    assert RecordingUpload.objects.get().submission == one


def test_other_agencies_do_not_wait():
    one, other = DraftFactory(), DraftFactory()

    outcomes = at_once(lambda: announce(one), lambda: announce(other))

    assert [type(each) for each in outcomes] == [RecordingUpload, RecordingUpload]
