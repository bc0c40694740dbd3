"""What a visitor of the demo finds: a small program, seeded once for all tests of this file."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count, F
from django.urls import reverse

from accounts.models import ClosedDay, Group, User
from awarding.models import AwardList, ClaimCode, ScoreImport
from catalog.models import BadgeClass, Pathway
from demo import reviewers, seeding
from demo.class_cards import printed_card
from issuing.models import Assertion, SharedEvidence
from mail.models import OutgoingEmail
from mail.no_mailbox import DOMAIN
from mailings.announcements import operations as announcements
from mailings.models import Announcement
from mailings.states import AnnouncementStatus
from reviewing.models import (
    Absence,
    Anchor,
    AnchorReading,
    Appeal,
    Assignment,
    Decision,
    IntegrityHold,
    Place,
    Qualification,
    ReadingPlan,
    Review,
)
from reviewing.querysets import reviewable_by
from rewards.models import Dispute, Drawing, Sponsor
from submissions.models import EvidenceItem, StatusChange, Submission
from submissions.states import Status
from tests.demo.small_program import NOW

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db,
    pytest.mark.usefixtures("program"),
    pytest.mark.xdist_group("demo program"),
]


def test_every_status_occurs():
    # What somebody took back is soon sent again or withdrawn.
    kept = set(Status) - {Status.TAKEN_BACK}
    assert set(Submission.objects.values_list("status", flat=True)) == kept
    assert set(Assertion.objects.values_list("status", flat=True)) == {
        "pending",
        "held",
        "issued",
        "revoked",
    }


def test_one_decline_waits_for_a_second_person():
    decline = Decision.objects.open().get(needs_approver=False)

    assert decline.waits_for_second_person
    assert decline.submission.status == Submission.Status.IN_REVIEW


def test_all_schemes_of_reading_are_at_work():
    schemes = ReadingPlan.objects.values_list("scheme", flat=True).distinct()
    assert set(schemes) == {"one_reader", "two_readers", "approver"}
    # One waits for a third reader, one for the second of two, and one for an approver.
    assert Place.objects.open().filter(reason="differ").exists()
    assert Decision.objects.open().get(needs_approver=True).waits_for_second_person
    decided = Decision.objects.filter(status="in_effect").annotate(readers=Count("rests_on"))
    assert {1, 2} <= set(decided.values_list("readers", flat=True))
    assert decided.filter(needs_approver=True, confirmed_by__isnull=False).exists()


def test_questions_are_answered_and_a_video_is_in_the_queue(client):
    form = EvidenceItem.objects.filter(kind="form").first()
    video = EvidenceItem.objects.recordings().get()

    assert [each.asked for each in form.answered_questions][:2] == [
        "Which grade or group made the zine?",
        "How many students took part?",
    ]
    assert (video.content_type, video.seconds, bool(video.subtitles)) == ("video/mp4", 6, True)
    assert video.attempt.submission.status == Status.SUBMITTED


def test_nothing_happens_after_today():
    assert not StatusChange.objects.filter(changed_at__gt=NOW).exists()
    assert not Assertion.objects.filter(issued_on__gt=NOW).exists()
    assert not EvidenceItem.objects.filter(added_at__gt=NOW).exists()
    assert not OutgoingEmail.objects.filter(due_at__gt=NOW).exists()


def test_reviewers_only_took_what_they_may():
    for assignment in Assignment.objects.select_related("reviewer"):
        may = reviewable_by(assignment.reviewer)
        assert may.filter(pk=assignment.submission_id).exists()
    assert not Assignment.objects.filter(reviewer=F("submission__earner")).exists()
    assert not StatusChange.objects.filter(changed_at__lt=F("submission__started_at")).exists()


def test_every_award_answers_an_approved_submission():
    earned = Assertion.objects.filter(source="submission")
    assert set(earned.values_list("submission__status", flat=True)) == {Status.APPROVED}
    assert earned.count() == Submission.objects.filter(status=Status.APPROVED).count()
    assert set(
        Review.objects.filter(attempt__submission__status=Status.APPROVED)
        .order_by("attempt__submission", "-attempt__number")
        .distinct("attempt__submission")
        .values_list("decision", flat=True)
    ) == {"approve"}


def test_two_people_hold_every_step_of_the_pathway_and_the_badge_at_its_end():
    pathway = Pathway.objects.active().get()
    steps = [step.badge_class for step in pathway.steps.all()]

    walkers = [
        set(Assertion.objects.issued().filter(badge_class=step).values_list("recipient", flat=True))
        for step in steps
    ]

    assert len(steps) == 4
    led = Assertion.objects.issued().filter(badge_class=pathway.badge_class, source="pathway")
    assert len(set.intersection(*walkers)) == 2
    assert set(led.values_list("recipient", flat=True)) == set.intersection(*walkers)


def test_results_of_a_test_wait_to_be_awarded():
    results = ScoreImport.objects.get()
    rows = AwardList.objects.get(source="scores").rows

    assert list(results.results.values_list("earns", "problem")) == [
        (1, ""),
        (1, ""),
        (0, ""),
        (0, "score_unreadable"),
    ]
    assert rows.to_award()[0].narrative == "Habilidades digitales A1: un puntaje de 83."


def test_a_training_was_awarded_by_a_list_and_an_event_has_a_code():
    award_list = AwardList.objects.get(source="list")
    assert (award_list.status, award_list.rows.granted().count()) == ("done", 6)
    assert set(award_list.rows.with_problem().values_list("problem", flat=True)) == {
        "twice",
        "bad_email",
    }
    assert set(award_list.rows.granted().values_list("assertion__status", flat=True)) == {"pending"}
    code = ClaimCode.objects.get(group=None)
    assert code.opens_at < NOW < code.closes_at


def test_shared_evidence_belongs_to_the_award():
    assert SharedEvidence.objects.exists()
    assert not SharedEvidence.objects.exclude(
        item__attempt__submission=F("assertion__submission")
    ).exists()


def test_people_earned_the_version_of_their_day():
    badge = BadgeClass.objects.get(slug="formative-assessment-every-day")
    first, second = badge.versions.order_by("number")

    assert badge.current_version == second
    assert first.criteria.count() + 1 == second.criteria.count()
    assert Assertion.objects.filter(version=first).exists()
    assert not Submission.objects.filter(version=first, started_at__gt=second.published_at).exists()


def test_drafts_and_retired_badges_are_what_they_say():
    assert BadgeClass.objects.get(slug="bridge-to-career").status == "draft"
    assert BadgeClass.objects.get(slug="prompt-craft").status == "retired"
    assert not Submission.objects.filter(badge_class__slug="bridge-to-career").exists()


def test_the_printed_earner_has_a_bit_of_everything():
    earner = User.objects.get(email="earner@demo.example")

    found = {
        submission.badge_class.slug: (submission.status, getattr(award, "status", None))
        for submission in earner.submissions.select_related("badge_class")
        for award in [Assertion.objects.filter(submission=submission).first()]
    }

    assert found == {
        "digital-citizenship-foundations": ("approved", "issued"),
        "formative-assessment-every-day": ("approved", "issued"),
        "zines": ("approved", "issued"),
        "check-before-you-share": ("returned", None),
        "ai-resilient-assignments": ("draft", None),
        "student-data-privacy-steward": ("approved", "pending"),
    }
    waiting = Assertion.objects.get(recipient=earner, status="pending")
    assert timedelta(0) < waiting.due_at - NOW < timedelta(hours=48)


def test_the_printed_reviewer_holds_two_and_has_a_queue():
    reviewer = User.objects.get(email="reviewer@demo.example")

    held = Assignment.objects.active().filter(reviewer=reviewer)
    assert held.filter(why__isnull=True).count() == 2
    assert reviewable_by(reviewer).filter(status=Status.SUBMITTED).count() >= 2


def test_some_were_assigned_automatically_and_nobody_who_is_away_got_one():
    held = Assignment.objects.active().exclude(why__isnull=True)

    assert 1 <= held.count() <= reviewers.ASSIGNED
    assert not held.filter(reviewer__in=Absence.objects.values("user")).exists()


def test_only_the_newest_letters_are_still_to_be_sent():
    due = OutgoingEmail.objects.filter(status="due")
    sent = OutgoingEmail.objects.filter(status="sent")

    assert due.count() == seeding.EMAILS_LEFT_TO_SEND
    assert sent.latest("due_at").due_at <= due.earliest("due_at").due_at


def test_evidence_files_are_there_and_are_what_they_say():
    for item in EvidenceItem.objects.filter(kind="file"):
        with item.file.open() as file:
            start = file.read(5)
        assert start.startswith(
            {"image/png": b"\x89PNG", "application/pdf": b"%PDF-"}.get(item.content_type, b"")
        )
        assert item.file.size == item.size


def test_logos_and_holidays_are_set():
    assert [sponsor.logo.read(4) for sponsor in Sponsor.objects.all()] == [b"\x89PNG"] * 6
    assert ClosedDay.objects.filter(name="Thanksgiving").count() == 2


def test_anyone_printed_can_sign_in(client):
    for _, email in seeding.printed_accounts():
        assert client.login(username=email, password=seeding.DEMO_PASSWORD), email
    assert not User.objects.get(email="wulandari@stillwaterbend.example").has_usable_password()


def test_a_learner_without_email_signs_in_with_the_printed_card(client):
    card = printed_card()

    answer = client.post(
        reverse("accounts:class_sign_in", args=[card.code]),
        {"user_name": card.user_name, "secret": card.secret},
    )

    assert answer.status_code == 302
    learners = User.objects.filter(email__endswith=f"@{DOMAIN}")
    assert (learners.count(), User.objects.minors().count()) == (6, 6)
    assert client.get(reverse("accounts:messages")).status_code == 200


def test_the_instructor_finds_groups_with_progress_scores_codes_and_cards(client):
    instructor = User.objects.get(email="instructor@demo.example")
    client.force_login(instructor)

    newsroom, cohort, evening = Group.objects.taught_by(instructor).order_by("-name")
    class_page = client.get(reverse("accounts:class", args=[newsroom.public_id]))
    assert len(class_page.context["lines"]) == 6

    page = client.get(reverse("awarding:group", args=[cohort.public_id]))
    assert any(line.earned for line in page.context["lines"])
    assert ClaimCode.objects.filter(group=cohort, made_by=instructor).count() == 1
    scores = client.get(reverse("awarding:group_scores", args=[evening.public_id]))
    assert len(scores.context["results"]) == 4


def test_drawings_are_settled_ready_to_be_drawn_disputed_and_open():
    assert dict(Drawing.objects.values_list("title", "status")) == {
        "Lantern drawing": "settled",
        "Evening of Thanks drawing": "closed",
        "Harvest Table drawing": "closed",
        "Twelve Ukuleles drawing": "announced",
    }
    assert Dispute.objects.filter(answered_at=None).count() == 1


def test_a_mailing_list_has_subscribers_and_an_announcement_that_they_got():
    announcement = Announcement.objects.get()

    assert announcement.status == AnnouncementStatus.FINISHED
    assert announcement.mailing_list.subscriptions.confirmed().count() == 4
    assert announcement.mailing_list.subscriptions.pending().count() == 1
    progress = {name: n for name, n in announcements.progress(announcement).items() if n}
    assert progress == {"all": 4, "sent": 4}


def test_reviewers_qualify_and_practice_with_anchors():
    of_use = Counter(Anchor.objects.in_use().values_list("use", flat=True))
    assert of_use == {"practice": 2, "qualification": 3}
    qualified = Qualification.objects.get()
    assert (qualified.is_reached, qualified.judged, qualified.as_agreed) == (True, 12, 11)
    practiced = AnchorReading.objects.get(use="practice")
    assert practiced.reviewer.email == "reviewer@demo.example"
    assert qualified.reviewer != practiced.reviewer


def test_an_appeal_waits_one_was_decided_and_a_hold_was_answered():
    waiting, decided = Appeal.objects.order_by("-made_at")

    assert (waiting.status, waiting.reader) == ("open", None)
    assert (decided.status, decided.outcome) == ("upheld", "uphold")
    assert decided.reader
    assert decided.reasons
    held = IntegrityHold.objects.get()
    assert (held.status, bool(held.answer)) == ("open", True)
    assert {waiting.submission.status, decided.submission.status} == {Status.RETURNED}
