"""Evidence is deleted a set time after the decision, and its earner knows it beforehand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import InternalError, NotSupportedError, transaction
from django.urls import reverse

from accounts.models import Membership
from audit.models import AuditEntry
from audit.operations import delete_unwanted_files
from issuing.awards.operations import changes
from issuing.models import SharedEvidence
from mail.composing import compose
from mail.models import OutgoingEmail
from postgres.erasure import deleting_evidence
from privacy.models import EvidenceDeadline, EvidenceHold
from privacy.operations import erase
from privacy.retention import operations as retention
from program.models import Program
from reviewing.models import CriterionJudgment
from submissions import operations as submissions
from submissions.models import Attempt, EvidenceItem, StatusChange, evidence_files
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
)
from tests.privacy.retaining import NOW, decided, delete_after, evidence, with_badge, work
from tests.races import at_once

pytestmark = pytest.mark.django_db
IN_29_DAYS, IN_A_MONTH = NOW + timedelta(days=29), NOW + timedelta(days=30, minutes=1)
LATER = NOW + timedelta(days=200)


def told(submission):
    return OutgoingEmail.objects.filter(kind="evidence_due", to=submission.earner.email)


def test_evidence_is_deleted_after_a_year_and_a_month_after_its_earner_was_told():
    submission = decided()
    file = evidence(submission)[-1].file.name
    delete_after(365)

    work(NOW)
    work(IN_29_DAYS)
    before = len(evidence(submission)), told(submission).count()
    work(IN_A_MONTH)
    work(IN_A_MONTH)
    delete_unwanted_files(now=IN_A_MONTH)

    assert before == (4, 1)
    assert (evidence(submission), told(submission).count()) == ([], 1)
    assert not evidence_files().exists(file)
    assert CriterionJudgment.objects.filter(comment="Good.").count() == 3
    assert AuditEntry.objects.filter(act="evidence deleted").count() == 1
    assert submission.evidence_deadline.is_over


def test_without_the_setting_everything_is_kept():
    submission = decided()

    work(NOW)
    work(LATER)

    assert (len(evidence(submission)), told(submission).count()) == (4, 0)


@pytest.mark.parametrize("days", [None, 3000])
def test_a_longer_time_counts_also_for_those_who_were_told(days):
    submission = decided()
    delete_after(365)
    work(NOW)

    delete_after(days)
    work(IN_A_MONTH)

    assert len(evidence(submission)) == 4
    delete_after(365)
    work(IN_A_MONTH)
    assert (len(evidence(submission)), told(submission).count()) == (4, 2)


def test_what_is_undecided_or_returned_has_no_deadline():
    SentSubmissionFactory()
    AssignmentFactory()
    decided(verdict="not_yet")

    assert not EvidenceDeadline.objects.exists()


def test_a_withdrawn_submission_has_one():
    sent = SentSubmissionFactory()

    submissions.withdraw(sent, by=sent.earner, now=NOW)

    assert EvidenceDeadline.objects.get(submission=sent).ended_at == NOW


def test_what_is_shown_with_the_badge_stays_until_it_is_shown_no_more():
    submission = decided()
    award = with_badge(submission)
    shown = evidence(submission)[-1]
    changes.share(award, shows_name=False, items=[shown])
    delete_after(365)
    work(NOW)
    work(IN_A_MONTH)
    assert evidence(submission) == [shown]

    changes.share(award, shows_name=False, items=[])
    work(IN_A_MONTH + timedelta(days=2))

    assert evidence(submission) == []


def test_evidence_of_a_revoked_badge_is_not_shown_any_more():
    submission = decided()
    award = with_badge(submission)
    changes.share(award, shows_name=False, items=evidence(submission))
    changes.revoke(award, by=UserFactory(), reason="A mistake.")
    delete_after(365)

    work(NOW)
    work(IN_A_MONTH)

    assert (evidence(submission), SharedEvidence.objects.count()) == ([], 0)


def test_a_hold_keeps_it_and_afterwards_its_earner_is_told_again():
    submission = decided()
    by = coordinator_for(submission.badge_class)
    delete_after(365)
    work(NOW)
    held = retention.hold(submission, reason="It is disputed.", by=by, now=NOW)
    work(IN_A_MONTH)
    work(LATER)
    assert (len(evidence(submission)), told(submission).count()) == (4, 1)

    retention.lift(held, by=by, now=LATER)
    work(LATER)
    kept = len(evidence(submission)), told(submission).count()
    work(LATER + timedelta(days=31))

    assert kept == (4, 2)
    assert evidence(submission) == []
    acts = AuditEntry.objects.filter(agency=submission.badge_class.issuer.agency)
    assert list(acts.filter(act__contains="h").order_by("pk").values_list("act", "note"))[-2:] == [
        ("evidence held", "It is disputed."),
        ("hold of evidence lifted", ""),
    ]


def test_a_hold_ends_on_its_last_day():
    submission = decided()
    by = coordinator_for(submission.badge_class)
    delete_after(365)
    work(NOW)
    last_day = (NOW + timedelta(days=60)).date()
    retention.hold(submission, reason="It is disputed.", by=by, ends_on=last_day, now=NOW)

    for days in (31, 59, 62, 93):
        work(NOW + timedelta(days=days))
        if days < 90:
            assert len(evidence(submission)) == 4

    assert evidence(submission) == []


def test_the_email_says_how_to_keep_a_copy_and_how_to_show_it():
    submission = decided()
    award = with_badge(submission)
    delete_after(365)
    work(NOW)

    message = compose(told(submission).get())

    assert message.subject == f"Your evidence for “{submission.version.name}” will be deleted"
    assert reverse("privacy:own") in message.body
    assert reverse("issuing:share", args=[award.public_id]) in message.body


NOT_ADMITTED = {
    "the words of evidence": lambda: EvidenceItem.objects.update(text="other words"),
    "a sent attempt": lambda: Attempt.objects.all()._raw_delete("default"),
    "a judgment": lambda: CriterionJudgment.objects.all().delete(),
    "the words of a judgment": lambda: CriterionJudgment.objects.update(comment=""),
    "a step of the history": lambda: StatusChange.objects.all().delete(),
    "an entry of the log": lambda: AuditEntry.objects.all().delete(),
}


@pytest.mark.parametrize("what", NOT_ADMITTED)
def test_the_database_admits_the_deletion_of_evidence_and_of_nothing_else(what):
    decided()
    AuditEntry.objects.create(act="x", subject="x", subject_key="x", at=NOW)

    with pytest.raises((InternalError, NotSupportedError)), transaction.atomic():
        EvidenceItem.objects.all().delete()
    with (
        pytest.raises((InternalError, NotSupportedError)),
        transaction.atomic(),
        deleting_evidence(),
    ):
        NOT_ADMITTED[what]()


def test_an_erased_person_leaves_no_deadline(client):
    submission = decided()
    root = MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR).user
    delete_after(365)
    work(NOW)

    erase(submission.earner, by=root)
    work(LATER)

    assert not EvidenceDeadline.objects.exists()


# --- Pages ----------------------------------------------------------------------------------------


def hold_page(submission):
    return reverse("privacy:manage_hold", args=[submission.public_id])


def test_a_coordinator_sets_and_lifts_a_hold(client):
    submission = decided()
    client.force_login(coordinator_for(submission.badge_class))
    page = reverse("submissions:manage_submission", args=[submission.public_id])

    refused = client.post(hold_page(submission), {"reason": "", "ends_on": "2020-01-01"})
    client.post(hold_page(submission), {"reason": "It is disputed."})
    client.post(hold_page(submission), {"reason": "Pressed twice."})
    shown = client.get(page).content.decode()
    held = EvidenceHold.objects.get()
    lifted = [client.post(hold_page(submission), {"lift": held.pk}) for _ in range(2)]

    assert refused.status_code == 422
    assert [
        "This day is over" in refused.content.decode(),
        "2020-01-01" in str(refused.content),
    ] == [True] * 2
    assert "It is disputed." in shown
    assert [one.status_code for one in lifted] == [302, 302]
    held.refresh_from_db()
    assert held.lifted_at
    assert "It is disputed." not in client.get(page).content.decode()


def test_coordinators_of_other_agencies_cannot_hold_it(client):
    submission = decided()
    client.force_login(coordinator_for(decided().badge_class))

    answers = [
        client.get(hold_page(submission)).status_code,
        client.post(hold_page(submission), {"reason": "Mine."}).status_code,
    ]

    assert (answers, EvidenceHold.objects.count()) == ([404, 404], 0)


def test_after_the_deletion_nothing_can_be_held_and_the_pages_say_so(client):
    submission = decided()
    delete_after(365)
    work(NOW)
    work(IN_A_MONTH)
    client.force_login(coordinator_for(submission.badge_class))

    refused = client.post(hold_page(submission), {"reason": "Too late."})
    page = client.get(reverse("submissions:manage_submission", args=[submission.public_id]))
    client.force_login(submission.earner)
    own = client.get(submission.get_absolute_url())

    assert (refused.status_code, EvidenceHold.objects.count()) == (422, 0)
    assert "Too late." in refused.content.decode()
    for answer in (page, own):
        assert "as the program promises" in answer.content.decode()


def test_the_public_page_says_how_long_evidence_is_kept(client):
    page = reverse("privacy:what_we_keep")
    kept = client.get(page).content.decode()
    delete_after(400)

    deleted = client.get(page).content.decode()

    assert "are kept until you are erased" in kept
    assert "deleted 400 days after the decision" in deleted


def test_the_setting_is_changed_by_the_root_and_recorded(client):
    root = MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR).user
    client.force_login(root)
    page = reverse("office:manage_privacy")
    shown = {"evidence_days": "", "request_days": "30"}
    opened = {f"opened-{name}": value for name, value in shown.items()}

    refused = client.post(page, {**shown, **opened, "evidence_days": "7"})
    answer = client.post(page, {**shown, **opened, "evidence_days": "365"})

    assert (refused.status_code, answer.status_code) == (422, 302)
    assert Program.objects.get().evidence_days == 365
    entry = AuditEntry.objects.get(act="time for evidence changed")
    assert (entry.note, entry.actor) == ("– → 365", root)


@pytest.mark.django_db(transaction=True)
def test_several_workers_delete_once_and_a_share_at_the_same_moment_wins_or_is_refused():
    submission = decided()
    award = with_badge(submission)
    delete_after(365)
    work(NOW)
    items = evidence(submission)

    outcomes = at_once(
        lambda: retention.delete_next(now=IN_A_MONTH),
        lambda: retention.delete_next(now=IN_A_MONTH),
        lambda: changes.share(award, shows_name=False, items=items),
    )

    left = len(evidence(submission))
    assert left == SharedEvidence.objects.count()
    assert left in {0, 4}
    assert {type(one).__name__ for one in outcomes} <= {"bool", "NoneType", "NotTheirEvidence"}
    assert AuditEntry.objects.filter(act="evidence deleted").count() == (left == 0)
