"""Second readings by rules. Their reasons are kept, and hidden from the readers."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError, InternalError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from catalog.states import ReviewScheme
from reviewing.models import Place, ReadingPlan
from reviewing.schemes.plans import make_plan
from reviewing.states import DecisionStatus, PlaceReason
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.factories import BadgeFactory, DraftFactory, coordinator_for, reviewer_for
from tests.reviewing.pages import body
from tests.reviewing.readers import badge_read_by_two, reads, sends, sent_for, with_wait

pytestmark = pytest.mark.django_db


def badge(**rules):
    return BadgeFactory(issuer=with_wait(0), **rules)


def second_places():
    return list(Place.objects.filter(number=2).values_list("reason", flat=True))


def test_without_a_rule_one_reader_decides():
    assert sends(reads(sent_for(badge()))) is not None

    assert second_places() == []


def test_every_submission_or_none_is_read_twice_at_a_share_of_100_or_0():
    sent_for(badge(second_reading_share=100))
    sent_for(badge(second_reading_share=0))

    assert second_places() == [PlaceReason.SHARE]


@given(seed=st.text("0123456789abcdef", min_size=32, max_size=32))
def test_a_seed_draws_the_same_number_for_everybody(seed):
    drawn = ReadingPlan(seed=seed).drawn

    assert 0 <= drawn < 100
    assert drawn == ReadingPlan(seed=seed).drawn


def test_seeds_are_drawn_under_a_share_about_as_often_as_it_says():
    drawn = [ReadingPlan(seed=f"{number:032x}").drawn < 20 for number in range(5000)]

    assert 900 < sum(drawn) < 1100


def test_the_seed_decides_and_is_kept():
    badge_class = badge(second_reading_share=30)
    seeds = [f"{number:032x}" for number in range(12)]

    for seed in seeds:
        draft = DraftFactory(badge_class=badge_class)
        make_plan(draft.attempts.get(), seed=seed, now=draft.started_at)

    twice = Place.objects.filter(number=2).values_list("attempt__reading_plan__seed", flat=True)
    assert set(twice) == {seed for seed in seeds if ReadingPlan(seed=seed).drawn < 30}


def test_the_first_submissions_of_a_badge_are_read_twice_in_every_attempt():
    badge_class = badge(second_reading_first=2)
    first, _second, _third = (sent_for(badge_class) for _ in range(3))
    assert second_places() == [PlaceReason.FIRST_OF_BADGE] * 2

    for assignment in (reads(first), reads(first)):
        sends(assignment, (0,))
    first.refresh_from_db()
    submissions.send(first, by=first.earner, statement_accepted=True)

    assert second_places() == [PlaceReason.FIRST_OF_BADGE] * 3


def test_the_first_reviews_of_a_reviewer_are_read_twice():
    badge_class = badge(second_reading_of_new_reviewers=2)
    reviewer = reviewer_for(badge_class)

    for _ in range(3):
        sends(reads(sent_for(badge_class), reviewer))

    assert second_places() == [PlaceReason.NEW_REVIEWER] * 2


def test_a_decline_is_read_by_somebody_who_does_not_know_of_it():
    badge_class = badge(second_reading_of_declines=True)
    submission = sent_for(badge_class)

    assert sends(reads(submission), decline=True) is None
    assert second_places() == [PlaceReason.DECLINE]
    second = reads(submission)
    client = Client()
    client.force_login(second.reviewer)
    assert "declin" not in body(client.get("/reviews/")).replace("Decline instead", "")
    sends(second, decline=True)

    assert Submission.objects.get().status == Status.DECLINED


def test_a_decline_elsewhere_waits_for_a_second_person_as_ever():
    decision = sends(reads(sent_for(badge())), decline=True)

    assert decision.status == DecisionStatus.UNCONFIRMED
    assert second_places() == []


@pytest.mark.parametrize(
    "rules",
    [{"second_reading_share": 100}, {"second_reading_first": 5}],
    ids=["by chance", "first ones"],
)
def test_no_reader_is_told_why_and_coordinators_are(rules):
    badge_class = badge(**rules)
    submission = sent_for(badge_class)
    first, second = reads(submission), reads(submission)
    reason = str(Place.objects.get(number=2).get_reason_display())

    def page(user, address):
        client = Client()
        client.force_login(user)
        return body(client.get(address))

    assert reason not in page(first.reviewer, first.get_absolute_url())
    assert reason not in page(second.reviewer, second.get_absolute_url())
    address = f"/manage/submissions/{submission.public_id}/"
    assert reason in page(coordinator_for(badge_class), address)
    sends(first)
    sends(second)
    assert reason not in page(first.reviewer, first.get_absolute_url())


def test_a_changed_scheme_applies_to_new_submissions_only():
    badge_class = badge()
    earlier = sent_for(badge_class)
    badge_class.review_scheme = ReviewScheme.TWO_READERS
    badge_class.save()

    assert sends(reads(earlier), (0,)) is not None
    earlier.refresh_from_db()
    submissions.send(earlier, by=earlier.earner, statement_accepted=True)
    sent_for(badge_class)

    plans = ReadingPlan.objects.order_by("pk")
    assert [plan.scheme for plan in plans] == ["one_reader", "one_reader", "two_readers"]
    assert second_places() == [PlaceReason.SCHEME]


def test_a_plan_is_frozen():
    sent_for(badge_read_by_two())

    for change in (
        lambda: ReadingPlan.objects.update(scheme=ReviewScheme.ONE_READER),
        lambda: ReadingPlan.objects.update(seed=""),
        lambda: ReadingPlan.objects.all()._raw_delete("default"),
        lambda: Place.objects.update(number=3),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()
