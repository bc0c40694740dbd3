"""A person who decides a moment too late reads so on the page, and keeps what was typed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog import operations as catalog
from catalog.models import BadgeClass
from catalog.states import BadgeStatus
from issuing.awards.operations import changes
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, Endorsement
from issuing.states import AwardStatus, EndorsementStatus
from reviewing import operations as reviewing
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Win
from rewards.prizes import operations as prizes
from rewards.states import WinStatus
from submissions import operations as submissions
from submissions.models import Submission
from submissions.questions import operations as questions
from submissions.states import Status
from tests.factories import AssignmentFactory, BadgeFactory, DraftFactory, coordinator_for
from tests.faults.moves import BECAUSE, endorsement_in, fresh, review, submission_in, win_in
from tests.issuing.awards import waiting_award
from tests.races import at_once
from tests.rewards import drawing_factories
from tests.rewards.drawing_factories import CLOSE, DRAW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


def post(user, address, data=None):
    client = Client()
    client.force_login(user)
    client.raise_request_exception = False
    return client.post(address, data or {}, follow=True)


class Meanwhile:
    """Lets something else happen after the view has looked, just before its operation."""

    def __init__(self, monkeypatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, module, name: str, other: Callable[[], object]) -> None:
        operation = getattr(module, name)

        def late(*args, **kwargs):
            self._monkeypatch.setattr(module, name, operation)
            [outcome] = at_once(other)
            assert not isinstance(outcome, Exception), outcome
            return operation(*args, **kwargs)

        self._monkeypatch.setattr(module, name, late)


@pytest.fixture
def meanwhile(monkeypatch):
    return Meanwhile(monkeypatch)


def words_of(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return html.unescape(re.sub(r"\s+", " ", text))


def test_withdrawing_what_was_just_approved(meanwhile):
    assignment = AssignmentFactory()
    submission = assignment.submission
    meanwhile(submissions, "withdraw", review(assignment, "met", ""))

    response = post(submission.earner, reverse("submissions:withdraw", args=[submission.public_id]))

    assert "This has been decided in the meantime. Here is its status." in words_of(response)


@pytest.mark.parametrize("verdict", ["met", "not_yet"])
def test_reviewing_what_was_just_withdrawn_keeps_the_words(meanwhile, verdict):
    assignment = AssignmentFactory()
    meanwhile(
        reviewing,
        "send_review",
        lambda: submissions.withdraw(fresh(assignment.submission), by=assignment.submission.earner),
    )
    criteria = reviewing.criteria_to_judge(assignment.attempt)
    data = {f"verdict_{each.pk}": verdict for each in criteria}
    data |= {f"comment_{each.pk}": "Seen, with care." for each in criteria}

    response = post(assignment.reviewer, f"{assignment.get_absolute_url()}send/", data)

    assert response.status_code == 409
    assert "Seen, with care." in words_of(response)
    assert fresh(assignment.submission).status == Status.WITHDRAWN
    assert not Assertion.objects.exists()


def test_sending_what_was_just_discarded(meanwhile):
    draft = DraftFactory()
    for criterion in draft.version.criteria.all():
        submissions.write_text(draft, criterion, "What I did.")
    meanwhile(submissions, "send", lambda: submissions.discard(fresh(draft)))

    response = post(
        draft.earner, reverse("submissions:send", args=[draft.public_id]), {"statement": "on"}
    )

    assert response.status_code == 409
    assert "This has changed in the meantime" in words_of(response)


def test_writing_into_what_was_just_discarded(meanwhile):
    draft = DraftFactory()
    meanwhile(questions, "write_words", lambda: submissions.discard(fresh(draft)))
    words = {f"criterion-{draft.version.criteria.first().pk}-text": "Three lessons on balance."}

    response = post(draft.earner, reverse("submissions:edit", args=[draft.public_id]), words)

    assert response.status_code == 409
    assert "Three lessons on balance." in words_of(response)


def test_sending_what_was_just_withdrawn_in_another_tab(meanwhile):
    _status, moves = submission_in(Status.RETURNED)
    submission = Submission.objects.get()
    meanwhile(submissions, "send", moves[Status.WITHDRAWN])

    response = post(
        submission.earner,
        reverse("submissions:send", args=[submission.public_id]),
        {"statement": "on"},
    )

    assert response.status_code == 200
    assert "Nothing changed: this was already done, or decided." in words_of(response)


@pytest.mark.parametrize("act", ["hold", "cancel"])
def test_holding_or_canceling_what_was_just_issued(meanwhile, act):
    award = waiting_award(hours=0)
    meanwhile(changes, act, lambda: issue_batch(now=timezone.now()))

    response = post(
        coordinator_for(award.badge_class),
        reverse(f"issuing:manage_award_{act}", args=[award.public_id]),
        {"reason": BECAUSE},
    )

    assert response.status_code == 200
    assert "The award changed in the meantime. Please check it again." in words_of(response)
    assert fresh(award).status == AwardStatus.ISSUED


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_answering_an_endorsement_that_was_just_withdrawn(meanwhile, act):
    _status, moves = endorsement_in(EndorsementStatus.OFFERED)
    endorsement = Endorsement.objects.get()
    meanwhile(endorsing, act, moves[EndorsementStatus.WITHDRAWN])

    response = post(
        endorsement.assertion.recipient,
        reverse("issuing:endorsement_decide", args=[endorsement.public_id, act]),
    )

    assert "Someone else acted first. Please check the endorsement again." in words_of(response)


def test_confirming_a_prize_that_just_passed_on(meanwhile):
    _status, moves = win_in(WinStatus.TOLD)
    win = Win.objects.earliest("pk")
    Win.objects.filter(pk=win.pk).update(confirm_by=timezone.now() + (CLOSE - DRAW) * -9)
    meanwhile(prizes, "confirm", moves[WinStatus.DECLINED])

    response = post(
        win.line.entry.user,
        reverse("rewards:confirm_prize", args=[win.pk]),
        {"shows_name": "no", "of_age": "on"},
    )

    assert "Nothing changed: this prize is no longer waiting for your answer." in words_of(response)
    assert fresh(win).status == WinStatus.DECLINED


def test_retiring_what_was_just_retired(meanwhile):
    badge = BadgeFactory()
    by = coordinator_for(badge)
    meanwhile(catalog, "retire", lambda: catalog.retire(BadgeClass.objects.get(), by=by))

    response = post(by, reverse("catalog:manage_retire", args=[badge.slug]))

    assert "Nothing changed: the badge is retired." in words_of(response)
    assert BadgeClass.objects.get().status == BadgeStatus.RETIRED


def test_a_badge_issued_while_the_drawing_closes_is_listed_or_not_an_entry():
    drawing = drawing_factories.announced()
    drawing_factories.award_to_many(2)
    awards = waiting_award(hours=0, now=drawing_factories.IN_THE_PERIOD)

    at_once(
        lambda: issue_batch(now=drawing_factories.IN_THE_PERIOD),
        lambda: drawings.close(fresh(drawing), now=CLOSE),
    )

    assert fresh(awards).status == AwardStatus.ISSUED
    listed = drawing_factories.listed_entries(fresh(drawing))
    assert {entry.pk for entry in listed} == set(
        drawing.entries.filter(voided_at=None).values_list("pk", flat=True)
    )
    assert Drawing.objects.get().lists.get().count == len(listed)
