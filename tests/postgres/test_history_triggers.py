"""Parts of sent and published records cannot be changed, moved out or added."""

import pytest
from django.db import DatabaseError, transaction

from catalog import operations as catalog
from reviewing import operations as reviewing
from submissions.models import EvidenceItem
from tests.factories import AssignmentFactory, BadgeFactory, SentSubmissionFactory, judge_all

pytestmark = pytest.mark.django_db


def is_refused(act):
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        act()
    return True


def test_sent_evidence_cannot_leave_or_enter_an_attempt():
    assignment = AssignmentFactory()
    sent = assignment.attempt
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, "not_yet", "More.")
    )
    draft = assignment.submission.latest_attempt
    of_sent, of_draft = EvidenceItem.objects.filter(attempt=sent), draft.evidence_items.all()

    assert is_refused(lambda: of_sent.update(attempt=draft))
    assert is_refused(lambda: of_draft.update(attempt=sent))
    assert is_refused(lambda: of_sent.delete())
    assert of_draft.update(title="Mine") == of_draft.count() > 0


def test_a_sent_judgment_cannot_leave_or_enter_a_review():
    sent, open_one = AssignmentFactory(), AssignmentFactory()
    done = reviewing.send_review(sent, by=sent.reviewer, judgments=judge_all(sent)).review
    draft = reviewing.save_draft(open_one, by=open_one.reviewer, judgments=judge_all(open_one))

    assert is_refused(lambda: done.judgments.update(review=draft))
    assert is_refused(lambda: draft.judgments.update(review=done))
    assert draft.judgments.update(comment="Clear.") == 3


def test_a_published_criterion_cannot_leave_or_enter_a_version():
    submission = SentSubmissionFactory(badge_class=BadgeFactory())
    badge_class = submission.badge_class
    draft = catalog.draft_version(badge_class, by=submission.earner)
    published = badge_class.current_version

    assert is_refused(lambda: published.criteria.update(version=draft))
    assert is_refused(lambda: draft.criteria.update(version=published))
    assert draft.criteria.update(name="Plan two lessons") == 3
