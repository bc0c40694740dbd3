"""What belongs to something sent or published is neither changed, nor moved in or out."""

import pytest
from django.db import DatabaseError, transaction

from catalog import operations as catalog
from reviewing import operations as reviewing
from submissions.models import EvidenceItem
from tests.factories import AssignmentFactory, BadgeFactory, SentSubmissionFactory, judge_all

pytestmark = pytest.mark.django_db


def refused(act):
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        act()
    return True


def test_evidence_stays_in_the_attempt_with_which_it_was_sent():
    assignment = AssignmentFactory()
    sent = assignment.attempt
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, "not_yet", "More.")
    )
    draft = assignment.submission.latest_attempt
    then, now = EvidenceItem.objects.filter(attempt=sent), draft.evidence_items.all()

    assert refused(lambda: then.update(attempt=draft))
    assert refused(lambda: now.update(attempt=sent))
    assert refused(lambda: then.delete())
    assert now.update(title="Mine") == now.count() > 0


def test_a_judgment_stays_in_the_review_with_which_it_was_sent():
    sent, open_one = AssignmentFactory(), AssignmentFactory()
    done = reviewing.send_review(sent, by=sent.reviewer, judgments=judge_all(sent))
    draft = reviewing.save_draft(open_one, by=open_one.reviewer, judgments=judge_all(open_one))

    assert refused(lambda: done.judgments.update(review=draft))
    assert refused(lambda: draft.judgments.update(review=done))
    assert draft.judgments.update(comment="Clear.") == 3


def test_a_criterion_stays_in_the_version_with_which_it_was_published():
    submission = SentSubmissionFactory(badge_class=BadgeFactory())
    badge_class = submission.badge_class
    draft = catalog.draft_version(badge_class, by=submission.earner)
    published = badge_class.current_version

    assert refused(lambda: published.criteria.update(version=draft))
    assert refused(lambda: draft.criteria.update(version=published))
    assert draft.criteria.update(name="Plan two lessons") == 3
