"""The demo program in the database: a small one, with the badges that its printed people need."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import ClosedDay, Membership, User
from audit.models import AuditEntry
from awarding.models import AwardList, ClaimCode, ScoreImport
from catalog.models import BadgeClass, BadgeVersion, Pathway
from demo import content, seeding
from issuing.models import Assertion, SharedEvidence
from mail.models import OutgoingEmail
from reviewing.models import Assignment, CriterionJudgment, Review
from reviewing.querysets import reviewable_by
from rewards.models import Dispute, Drawing, Sponsor, Win
from submissions.models import Attempt, EvidenceItem, StatusChange, Submission
from submissions.states import Status

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 14, 17, 30, tzinfo=UTC)
SMALL = {
    "digital-citizenship-foundations",
    "digital-citizenship-lead",
    "formative-assessment-every-day",
    "zines",
    "check-before-you-share",
    "ai-resilient-assignments",
    "student-data-privacy-steward",
    "primeros-pasos-digitales",
    "udl-in-practice",
    "prompt-craft",
    "bridge-to-career",
}
# What differs from one first day to the next: keys, unguessable names and salts.
CHANCE = {
    "id", "public_id", "short_code", "salt", "thread", "file", "image", "vector",
    "message_id", "password", "key", "status_index", "source_key",
}  # fmt: skip
MODELS = (
    User,
    Membership,
    BadgeVersion,
    Submission,
    Attempt,
    EvidenceItem,
    StatusChange,
    Assignment,
    Review,
    CriterionJudgment,
    Assertion,
    SharedEvidence,
    AuditEntry,
    OutgoingEmail,
)


@pytest.fixture
def small(monkeypatch):
    """Art takes longer than all the rest, and its look is tested elsewhere."""
    one = seeding.strike([content.read().badges[0]["art"]])
    monkeypatch.setattr(seeding, "strike", lambda art: one * len(art))
    return content.read().only(SMALL)


@pytest.fixture
def program(small):
    seeding.seed(now=NOW, content=small, submissions=50)


def rows_of(model):
    """Every row as text in which a relation reads as what it points to."""
    return sorted(str(_plain(row)) for row in model.objects.all())


def _plain(row):
    values = {}
    for field in row._meta.concrete_fields:
        if field.name in CHANCE or (field.name == "context" and row._meta.model is OutgoingEmail):
            continue
        value = getattr(row, field.attname)
        if field.is_relation and value is not None:
            value = _name(getattr(row, field.name))
        values[field.name] = value
    if isinstance(row, AuditEntry):
        # A submission is called by its public id there, an award by badge and person.
        values["subject"] = values["subject"].split(" (Educator")[0]
        values["subject_key"] = values["subject_key"].split(":")[0]
    if isinstance(row, BadgeVersion):
        values.pop("published_by")
    return values


def _name(thing):
    match thing:
        case Submission():
            return f"{thing.earner.email} {thing.badge_class.slug} {thing.started_at}"
        case Attempt():
            return f"{_name(thing.submission)} {thing.number}"
        case Review():
            return f"{_name(thing.attempt)} {thing.reviewer.email}"
        case Assertion():
            return _name(thing.submission)
        case EvidenceItem():
            return f"{_name(thing.attempt)} {thing.criterion} {thing}"
        case BadgeVersion():
            return f"{thing.badge_class.slug} {thing.number}"
        case _:
            return str(thing)


def everything():
    rows = {model.__name__: rows_of(model) for model in MODELS}
    rows["met"] = sorted(
        f"{_name(met.submission)} {met.criterion}"
        for met in Submission.met_criteria.through.objects.all()
    )
    rows["letters about"] = sorted(_about(letter) for letter in OutgoingEmail.objects.all())
    return rows


def _about(letter):
    for what, model in {"submission": Submission, "assertion": Assertion}.items():
        if what in letter.context:
            return f"{letter.kind} {_name(model.objects.get(pk=letter.context[what]))}"
    return f"{letter.kind} {letter.to}"


def test_both_hands_write_the_same_rows(small):
    with transaction.atomic():
        seeding.seed(now=NOW, content=small, submissions=40, by_operations=True)
        told_by_operations = everything()
        transaction.set_rollback(True)

    seeding.seed(now=NOW, content=small, submissions=40)

    written_in_bulk = everything()
    assert written_in_bulk.keys() == told_by_operations.keys()
    for name, rows in written_in_bulk.items():
        assert rows == told_by_operations[name], name


def test_every_status_occurs(program):
    assert set(Submission.objects.values_list("status", flat=True)) == set(Status)
    assert set(Assertion.objects.values_list("status", flat=True)) == {
        "pending",
        "held",
        "issued",
        "revoked",
    }


def test_nothing_happens_after_today(program):
    assert not StatusChange.objects.filter(changed_at__gt=NOW).exists()
    assert not Assertion.objects.filter(issued_on__gt=NOW).exists()
    assert not EvidenceItem.objects.filter(added_at__gt=NOW).exists()
    assert not OutgoingEmail.objects.filter(due_at__gt=NOW).exists()


def test_reviewers_only_took_what_they_may(program):
    for assignment in Assignment.objects.select_related("reviewer"):
        may = reviewable_by(assignment.reviewer)
        assert may.filter(pk=assignment.submission_id).exists()
    assert not Assignment.objects.filter(reviewer=F("submission__earner")).exists()
    assert not StatusChange.objects.filter(changed_at__lt=F("submission__started_at")).exists()


def test_every_award_answers_an_approved_submission(program):
    earned = Assertion.objects.filter(source="submission")
    assert set(earned.values_list("submission__status", flat=True)) == {Status.APPROVED}
    assert earned.count() == Submission.objects.filter(status=Status.APPROVED).count()
    assert set(
        Review.objects.filter(attempt__submission__status=Status.APPROVED)
        .order_by("attempt__submission", "-attempt__number")
        .distinct("attempt__submission")
        .values_list("decision", flat=True)
    ) == {"approve"}


def test_two_people_hold_every_step_of_the_pathway_and_the_badge_at_its_end(program):
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


def test_results_of_a_test_wait_to_be_awarded(program):
    results = ScoreImport.objects.get()
    rows = AwardList.objects.get(source="scores").rows

    assert list(results.results.values_list("earns", "problem")) == [
        (1, ""),
        (1, ""),
        (0, ""),
        (0, "score_unreadable"),
    ]
    assert rows.waiting()[0].narrative == "Habilidades digitales A1: un puntaje de 83."


def test_a_training_was_awarded_by_a_list_and_an_event_has_a_code(program):
    award_list = AwardList.objects.get(source="list")
    assert (award_list.status, award_list.rows.granted().count()) == ("done", 6)
    assert set(award_list.rows.with_problem().values_list("problem", flat=True)) == {
        "twice",
        "bad_email",
    }
    assert set(award_list.rows.granted().values_list("assertion__status", flat=True)) == {"pending"}
    code = ClaimCode.objects.get()
    assert code.opens_at < NOW < code.closes_at


def test_shared_evidence_belongs_to_the_award(program):
    assert SharedEvidence.objects.exists()
    assert not SharedEvidence.objects.exclude(
        item__attempt__submission=F("assertion__submission")
    ).exists()


def test_people_earned_the_version_of_their_day(program):
    badge = BadgeClass.objects.get(slug="formative-assessment-every-day")
    first, second = badge.versions.order_by("number")

    assert badge.current_version == second
    assert first.criteria.count() + 1 == second.criteria.count()
    assert Assertion.objects.filter(version=first).exists()
    assert not Submission.objects.filter(version=first, started_at__gt=second.published_at).exists()


def test_drafts_and_retired_badges_are_what_they_say(program):
    assert BadgeClass.objects.get(slug="bridge-to-career").status == "draft"
    assert BadgeClass.objects.get(slug="prompt-craft").status == "retired"
    assert not Submission.objects.filter(badge_class__slug="bridge-to-career").exists()


def test_the_printed_earner_has_a_bit_of_everything(program):
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


def test_the_printed_reviewer_holds_two_and_has_a_queue(program):
    reviewer = User.objects.get(email="reviewer@demo.example")

    assert Assignment.objects.active().filter(reviewer=reviewer).count() == 2
    assert reviewable_by(reviewer).filter(status=Status.SUBMITTED).count() >= 2


def test_only_the_newest_letters_are_still_to_be_sent(program):
    due = OutgoingEmail.objects.filter(status="due")
    sent = OutgoingEmail.objects.filter(status="sent")

    assert due.count() == seeding.LETTERS_LEFT_TO_SEND
    assert sent.latest("due_at").due_at <= due.earliest("due_at").due_at


def test_evidence_files_are_there_and_are_what_they_say(program):
    for item in EvidenceItem.objects.filter(kind="file"):
        with item.file.open() as file:
            start = file.read(5)
        assert start.startswith(
            {"image/png": b"\x89PNG", "application/pdf": b"%PDF-"}.get(item.content_type, b"")
        )
        assert item.file.size == item.size


def test_logos_and_holidays_are_set(program):
    assert [sponsor.logo.read(4) for sponsor in Sponsor.objects.all()] == [b"\x89PNG"] * 6
    assert ClosedDay.objects.filter(name="Thanksgiving").count() == 2


def test_anyone_printed_can_sign_in(program, client):
    for _, email in seeding.printed_accounts():
        assert client.login(username=email, password=seeding.DEMO_PASSWORD), email
    assert not User.objects.get(email="wulandari@stillwaterbend.example").has_usable_password()


@pytest.mark.django_db(transaction=True)
def test_the_command_resets_everything(small, monkeypatch):
    monkeypatch.setattr(content, "read", lambda: small)
    real = seeding.seed
    monkeypatch.setattr(seeding, "seed", lambda now: real(now=now, submissions=40))
    call_command("demo")
    User.objects.create_user("visitor@example.org", name="A visitor")
    stray = storages["evidence"].save("ab/stray", seeding.ContentFile(b"left behind"))

    call_command("demo", "--if-empty")
    visitors_stay = User.objects.filter(email="visitor@example.org").exists()
    call_command("demo")

    assert visitors_stay
    assert not User.objects.filter(email="visitor@example.org").exists()
    assert not storages["evidence"].exists(stray)
    assert User.objects.exclude(joined_at=None).count() == 60


def test_the_command_refuses_outside_demo_mode(settings):
    settings.DEMO = False
    before = timezone.now()
    User.objects.create_user("somebody@example.org", name="Somebody real")

    with pytest.raises(CommandError):
        call_command("demo")

    assert User.objects.filter(joined_at__gte=before).exists()


def test_accounts_are_printed_one_a_line(capsys):
    call_command("demo_accounts")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split(maxsplit=2) for line in lines] == [
        [role, email, seeding.DEMO_PASSWORD] for role, email in seeding.printed_accounts()
    ]


def test_one_drawing_is_settled_one_can_be_disputed_one_is_open(program):
    assert dict(Drawing.objects.values_list("title", "status")) == {
        "Lantern drawing": "settled",
        "Harvest Table drawing": "closed",
        "Twelve Ukuleles drawing": "announced",
    }
    assert Dispute.objects.filter(answered_at=None).count() == 1


def test_the_demo_has_the_same_winners_each_time(small):
    winners = []
    for _ in range(2):
        with transaction.atomic():
            seeding.seed(now=NOW, content=small, submissions=50)
            wins = Win.objects.order_by("position")
            winners.append(list(wins.values_list("prize__name", "line__entry__user__email")))
            transaction.set_rollback(True)

    assert winners[0] == winners[1] != []
