"""An erased person is nowhere in the database, and everything that others rely on stays."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import InternalError, NotSupportedError, connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.links.operations import link
from accounts.models import AccountLink, Membership, User
from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from audit.operations import delete_unwanted_files, record
from catalog.models import Issuer
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsements
from issuing.models import Assertion, SignedCredential
from postgres.erasure import erasing
from privacy.models import PrivacyRequest
from privacy.operations import NotErased, erase, is_erased
from reviewing import operations as reviewing
from reviewing.due_process.operations import appeals
from reviewing.models import Appeal, Assignment, CriterionJudgment, Decision, Review
from reviewing.states import AppealOutcome
from submissions import operations as submissions
from submissions.models import Attempt, EvidenceItem, StatusChange, Submission, evidence_files
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    approved_submission,
    coordinator_for,
    judge_all,
    png,
    reviewer_for,
)
from tests.issuing.awards import issued_award
from tests.races import at_once, meanwhile
from tests.reviewing.due_process.cases import declined, other_reviewer

NAME, ADDRESS = "Zenobia Quillfeather", "zenobia.quill@school.example"
WORDS = "my pupils built a windmill"


@pytest.fixture
def zenobia():
    return UserFactory(name=NAME, email=ADDRESS)


@pytest.fixture
def root():
    return MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR).user


def _add_file(submission):
    return submissions.add_file(
        submission,
        submission.version.criteria.first(),
        file=ContentFile(png(40)),
        file_name="zenobia.png",
        content_type="image/png",
    )


def _where(words):
    """Every column of every table in which these words are."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                with connection.cursor() as cursor:
                    cursor.execute(
                        f'SELECT count(*) FROM "{model._meta.db_table}" '  # noqa: S608
                        f'WHERE "{field.column}"::text ILIKE %s',
                        [f"%{words}%"],
                    )
                    if cursor.fetchone()[0]:
                        found.append(str(field))
    return found


def _a_whole_life(person):
    """A badge with evidence, a review with words, a draft, and entries of the activity log."""
    submission = approved_submission(earner=person)
    issue_batch(now=timezone.now() + timezone.timedelta(days=30))
    award = Assertion.objects.get(submission=submission)
    award.shows_name = True
    award.save(update_fields=["shows_name"])
    draft = DraftFactory(earner=person)
    submissions.write_text(draft, draft.version.criteria.first(), WORDS)
    record("name corrected", person, by=person, note=f"{NAME} → {NAME}")
    return award


@pytest.mark.django_db
def test_nothing_in_the_database_names_an_erased_person(zenobia, root):
    _a_whole_life(zenobia)
    assert [bool(_where(words)) for words in (NAME, ADDRESS, WORDS)] == [True] * 3

    erase(zenobia, by=root)

    assert (_where(NAME), _where(ADDRESS), _where(WORDS)) == ([], [], [])


@pytest.mark.django_db
def test_their_badge_is_taken_back_and_keeps_its_place(zenobia, root):
    award = _a_whole_life(zenobia)
    place = (award.status_list_id, award.status_index)

    erase(zenobia, by=root)

    award.refresh_from_db()
    assert award.status == Assertion.Status.REVOKED
    assert award.revocation_reason == "Taken back because the person was erased."
    assert (award.status_list_id, award.status_index) == place
    assert not SignedCredential.objects.filter(assertion=award).exists()
    assert Submission.objects.get(pk=award.submission_id).status == Submission.Status.APPROVED


@pytest.mark.django_db
def test_the_files_of_an_erased_person_are_gone_from_the_disk(zenobia, root):
    submission = DraftFactory(earner=zenobia)
    name = _add_file(submission).file.name
    assert evidence_files().exists(name)

    erase(zenobia, by=root)
    delete_unwanted_files(now=timezone.now())

    assert not evidence_files().exists(name)


@pytest.mark.django_db
def test_the_address_signs_up_again_as_somebody_new(zenobia, root):
    erase(zenobia, by=root)

    again = UserFactory(email=ADDRESS)

    assert again.pk != zenobia.pk
    assert not Assertion.objects.of(again).exists()


@pytest.mark.django_db
def test_linked_accounts_are_erased_together(zenobia, root):
    other = UserFactory(email="z.q@home.example", joined_at=None, invited_at=timezone.now())
    link(other, zenobia, by=zenobia, source=AccountLink.Source.ADDRESS)

    erase(other, by=root)

    assert [is_erased(one) for one in User.objects.filter(pk__in=[zenobia.pk, other.pk])] == [
        True,
        True,
    ]


@pytest.mark.django_db
def test_a_submission_under_review_is_withdrawn_and_leaves_the_reviewer(zenobia, root):
    assignment = AssignmentFactory(earner=zenobia)
    Issuer.objects.update(decision_wait_minutes=10)
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment), summary=WORDS
    )

    erase(zenobia, by=root)

    assignment.refresh_from_db()
    assert assignment.submission.status == Submission.Status.WITHDRAWN
    assert not Assignment.objects.active().exists()
    assert not Decision.objects.open().exists()


@pytest.mark.django_db
def test_an_appeal_of_an_erased_person_ends_undecided(zenobia, root):
    submission = declined(earner=zenobia)
    made = appeals.appeal(submission, words=WORDS, by=zenobia)
    appeals.take(made, by=other_reviewer(submission))

    erase(zenobia, by=root)

    made.refresh_from_db()
    assert made.status == Appeal.Status.DROPPED
    with pytest.raises(TransitionNotAllowed):
        appeals.decide(made, AppealOutcome.APPROVE, reasons="There.", by=made.reader)


@pytest.mark.django_db
def test_what_an_erased_reviewer_held_returns_to_the_queue(root):
    assignment = AssignmentFactory()
    reviewer = assignment.reviewer
    Membership.objects.filter(user=reviewer).update(agency=root.memberships.get().agency)

    erase(reviewer, by=root)

    assignment.submission.refresh_from_db()
    assert assignment.submission.status == Submission.Status.SUBMITTED
    assert not Membership.objects.current().filter(user=reviewer).exists()


@pytest.mark.django_db
def test_nobody_erases_themselves_an_operator_or_somebody_of_another_program(zenobia, root):
    operator = UserFactory(is_staff=True)
    MembershipFactory(user=zenobia, agency=AgencyFactory(), role=Membership.Role.EARNER)
    district = AgencyFactory(parent=root.memberships.get().agency)
    below = MembershipFactory(agency=district, role=Membership.Role.COORDINATOR).user

    for person, by in [(root, root), (operator, root), (zenobia, root), (UserFactory(), below)]:
        with pytest.raises(NotErased):
            erase(person, by=by)

    assert not PrivacyRequest.objects.exists()


@pytest.mark.django_db
def test_an_erased_person_is_not_erased_twice(zenobia, root):
    erase(zenobia, by=root)

    with pytest.raises(NotErased):
        erase(User.objects.get(pk=zenobia.pk), by=root)

    assert AuditEntry.objects.filter(act="person erased").count() == 1


def _sent_review(assignment):
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, comment=WORDS)
    )
    issue_batch(now=timezone.now() + timezone.timedelta(days=30))


NOT_ADMITTED = {
    "another recipient": lambda: Assertion.objects.update(recipient=UserFactory()),
    "another badge code": lambda: Assertion.objects.update(short_code="AAAAAAAAAA"),
    "the award’s place": lambda: Assertion.objects.update(status_index=7),
    "the day of issue": lambda: Assertion.objects.update(issued_on=timezone.now()),
    "the award itself": lambda: Assertion.objects.all()._raw_delete("default"),
    "a verdict": lambda: CriterionJudgment.objects.update(verdict="not_yet"),
    "a judgment": lambda: CriterionJudgment.objects.all().delete(),
    "a sent review": lambda: Review.objects.all()._raw_delete("default"),
    "the reviewer": lambda: Review.objects.update(reviewer=UserFactory()),
    "what was decided": lambda: Decision.objects.update(outcome="decline"),
    "the words of evidence": lambda: EvidenceItem.objects.update(text="other words"),
    "a sent attempt": lambda: Attempt.objects.update(number=9),
    "a step of the history": lambda: StatusChange.objects.update(to_status="declined"),
    "an act of the log": lambda: AuditEntry.objects.update(act="other", note=""),
    "an entry of the log": lambda: AuditEntry.objects.all().delete(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", NOT_ADMITTED)
def test_an_erasure_admits_personal_columns_only(what):
    _sent_review(AssignmentFactory())
    assert Assertion.objects.get().status == Assertion.Status.ISSUED

    with (
        pytest.raises((InternalError, NotSupportedError)),
        transaction.atomic(),
        erasing(),
    ):
        NOT_ADMITTED[what]()


@pytest.mark.django_db
def test_words_of_a_sent_review_are_frozen_unless_somebody_is_erased():
    _sent_review(AssignmentFactory())

    with pytest.raises((InternalError, NotSupportedError)), transaction.atomic():
        CriterionJudgment.objects.update(comment="")
    with transaction.atomic(), erasing():
        CriterionJudgment.objects.update(comment="")

    assert set(CriterionJudgment.objects.values_list("comment", flat=True)) == {""}


@pytest.mark.django_db
def test_nothing_names_an_endorser_who_is_erased_also_in_badges_of_others(zenobia, root):
    badge = BadgeFactory()
    by = coordinator_for(badge)
    said = {"name": NAME, "url": "https://museum.example", "about": "A museum", "comment": WORDS}
    endorsement = endorsements.offer(badge.current_version, by=zenobia, **said)
    endorsements.accept(endorsement, by=by)
    issued_award(badge_class=badge)
    User.objects.filter(pk=zenobia.pk).update(name="Zenobia Married")
    assert _where(NAME)

    erase(User.objects.get(pk=zenobia.pk), by=root)

    assert (_where(NAME), _where(WORDS)) == ([], [])


@pytest.mark.django_db
def test_kept_pictures_of_an_erased_person_are_gone_at_once(
    zenobia, root, client, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.BAKES_FOLDER = str(tmp_path / "bakes")
    award, other = _a_whole_life(zenobia), issued_award()
    for one in (award, other):
        assert client.get(f"/assertions/{one.public_id}/badge.png").status_code == 200
        assert client.get(reverse("issuing:card", args=[one.public_id])).status_code == 200
    assert len(list(tmp_path.glob("bakes/*"))) == 2

    with django_capture_on_commit_callbacks(execute=True):
        erase(zenobia, by=root)

    [kept] = tmp_path.glob("bakes/*")
    assert kept.name.startswith(other.public_id.hex)
    assert cache.get(f"card:{award.public_id}") is None
    assert cache.get(f"card:{other.public_id}") is not None


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_erase_one_person_once(zenobia, root):
    _a_whole_life(zenobia)

    outcomes = at_once(
        lambda: erase(User.objects.get(pk=zenobia.pk), by=root),
        lambda: erase(User.objects.get(pk=zenobia.pk), by=root),
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["NotErased", "PrivacyRequest"]


@pytest.mark.django_db(transaction=True)
def test_an_erasure_and_a_claim_at_the_same_moment_leave_no_open_review(zenobia, root):
    submission = SentSubmissionFactory(earner=zenobia)
    reviewer = reviewer_for(submission.badge_class)

    at_once(
        lambda: erase(User.objects.get(pk=zenobia.pk), by=root),
        lambda: reviewing.claim(Submission.objects.get(pk=submission.pk), by=reviewer),
    )

    assert is_erased(User.objects.get(pk=zenobia.pk))
    assert not Assignment.objects.active().exists()
    assert _where(ADDRESS) == []


@pytest.mark.django_db(transaction=True)
def test_a_submission_begun_at_the_moment_of_an_erasure_does_not_remain(zenobia, root):
    badge = BadgeFactory()

    def begin():
        return submissions.start(badge, by=zenobia)

    # Begun after the erasure has locked what there was, committed before it locks the person.
    with meanwhile(lambda: erase(User.objects.get(pk=zenobia.pk), by=root)):
        User.objects.select_for_update(no_key=True).get(pk=zenobia.pk)
        begin()

    assert not Submission.objects.filter(earner=zenobia).exists()
    with pytest.raises(submissions.CannotStart):
        begin()


@pytest.mark.django_db(transaction=True)
def test_an_erasure_and_a_start_at_once(zenobia, root):
    badge = BadgeFactory()

    at_once(
        lambda: erase(User.objects.get(pk=zenobia.pk), by=root),
        lambda: submissions.start(badge, by=zenobia),
    )

    assert not Submission.objects.filter(earner=zenobia).exists()


@pytest.mark.django_db
def test_after_a_restore_erasures_are_done_again(zenobia, root, tmp_path):
    key = zenobia.public_id
    kept = tmp_path / "erasures"
    # The list was exported later than the backup was made.
    kept.write_text(json.dumps({"person": str(key), "erased_at": "2026-11-29"}) + "\n")

    for expected in ("1 on the list, 1 erased again.", "1 on the list, 0 erased again."):
        said = StringIO()
        call_command("erasures", "replay", str(kept), stdout=said)
        assert said.getvalue().strip() == expected

    said = StringIO()
    call_command("erasures", "export", stdout=said)
    assert json.loads(said.getvalue())["person"] == str(key)
    assert _where(ADDRESS) == []


@pytest.mark.django_db
def test_a_file_that_is_no_list_erases_nobody(zenobia, tmp_path):
    kept = tmp_path / "erasures"
    kept.write_text("zenobia\n")

    with pytest.raises(CommandError):
        call_command("erasures", "replay", str(kept))

    assert _where(ADDRESS)


@pytest.mark.django_db
def test_the_preview_counts_and_changes_nothing(zenobia):
    DraftFactory(earner=zenobia)
    said = StringIO()

    call_command("erasures", "preview", ADDRESS, stdout=said)

    assert "1  stays       Your submissions: which badge, and when" in said.getvalue()
    assert _where(ADDRESS)
