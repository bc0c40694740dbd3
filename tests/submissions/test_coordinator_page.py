"""Coordinators read a submission on a page of their own, in words for them."""

import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Membership
from accounts.operations import take_role
from issuing.models import Assertion
from reviewing import operations as reviewing
from submissions import operations as submissions
from tests.factories import (
    AssignmentFactory,
    DraftFactory,
    MembershipFactory,
    SentSubmissionFactory,
    coordinator_for,
    declined_by,
    judge_all,
    reviewer_for,
)
from tests.issuing.awards import issued_award, revoked_award
from tests.submissions import samples

pytestmark = pytest.mark.django_db
FOR_EARNERS = re.compile(r"\b(you|your|yours|you’ll|my|we are sorry)\b", re.IGNORECASE)


def page_of(submission) -> str:
    return reverse("submissions:manage_submission", args=[submission.public_id])


def main_text(answer) -> str:
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    # Without the statement, which is quoted in the earner's words.
    return strip_tags(re.sub(r"<blockquote.*?</blockquote>", "", main, flags=re.DOTALL))


def in_review():
    return AssignmentFactory().submission


def returned():
    assignment = AssignmentFactory()
    judgments = judge_all(assignment, "not_yet", "Name the source.")
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)
    return assignment.submission


def sent_again():
    submission = returned()
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    return submission


def declined():
    assignment = AssignmentFactory()
    declined_by(assignment)
    return assignment.submission


def withdrawn():
    submission = SentSubmissionFactory()
    submissions.withdraw(submission, by=submission.earner)
    return submission


def approved():
    assignment = AssignmentFactory()
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judge_all(assignment))
    return assignment.submission


def issued():
    return issued_award().submission


def revoked():
    return revoked_award().submission


def canceled():
    submission = approved()
    Assertion.objects.filter(submission=submission).update(status="cancelled")
    return submission


def held():
    submission = approved()
    Assertion.objects.filter(submission=submission).update(status="held")
    return submission


STAGES = [
    SentSubmissionFactory, in_review, returned, sent_again, declined, withdrawn, approved, issued,
    revoked, canceled, held,
]  # fmt: skip


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_no_stage_speaks_to_the_coordinator_as_to_the_earner(client, stage):
    submission = stage()
    client.force_login(coordinator_for(submission.badge_class))

    answer = client.get(page_of(submission))

    assert answer.status_code == 200
    assert submission.earner.name in main_text(answer)
    assert FOR_EARNERS.findall(main_text(answer)) == []


def test_the_page_names_the_reviewer_and_has_every_attempt_and_review(client):
    submission = sent_again()
    reviewer = reviewer_for(submission.badge_class, user__name="Noor Haddad")
    reviewing.claim(submission, by=reviewer)
    first = submission.assignments.exclude(reviewer=reviewer).get().reviewer
    client.force_login(coordinator_for(submission.badge_class))

    text = main_text(client.get(page_of(submission)))

    assert first.name in text
    assert "Noor Haddad" in text
    assert "Name the source." in text
    assert "Attempt 1" in text
    assert "Attempt 2" in text
    assert "The reviewer who claimed it acts next. The answer is due by" in text


def test_the_evidence_opens_for_the_coordinator(client):
    draft = DraftFactory()
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    photo = submissions.add_file(
        draft,
        draft.version.criteria.first(),
        file=ContentFile(samples.photo()),
        file_name="Rosa Alvarez 4B.jpg",
        content_type="image/jpeg",
    )
    submissions.send(draft, by=draft.earner, statement_accepted=True)
    client.force_login(coordinator_for(draft.badge_class))

    assert photo.get_file_url() in client.get(page_of(draft)).text
    assert client.get(photo.get_file_url()).status_code == 200


def test_earners_never_learn_their_reviewers_names_even_as_coordinators(client):
    submission = approved()
    reviewer = submission.assignments.get().reviewer
    MembershipFactory(
        user=submission.earner,
        agency=submission.badge_class.issuer.agency,
        role=Membership.Role.COORDINATOR,
    )
    client.force_login(submission.earner)

    own = client.get(submission.get_absolute_url())

    assert client.get(page_of(submission)).status_code == 404
    assert own.status_code == 200
    assert reviewer.name not in own.text


def test_the_earners_address_leads_a_coordinator_to_their_page(client):
    submission = SentSubmissionFactory()
    client.force_login(coordinator_for(submission.badge_class))

    answer = client.get(submission.get_absolute_url())

    assert (answer.status_code, answer.url) == (302, page_of(submission))


@pytest.mark.parametrize("role", ["reporter", "reviewer", "earner", "past coordinator"])
def test_nobody_else_opens_the_page(client, role):
    submission = approved()
    agency = submission.badge_class.issuer.agency
    if role == "past coordinator":
        membership = MembershipFactory(agency=agency, role="coordinator")
        take_role(membership, by=membership.user)
    else:
        membership = MembershipFactory(agency=agency, role=role)
    client.force_login(membership.user)

    assert client.get(page_of(submission)).status_code == 403
    assert client.get(submission.get_absolute_url()).status_code == 404


def test_a_coordinator_elsewhere_finds_nothing(client):
    submission = approved()
    client.force_login(MembershipFactory(role=Membership.Role.COORDINATOR).user)

    assert client.get(page_of(submission)).status_code == 404
    assert client.get(submission.get_absolute_url()).status_code == 404


def test_the_activity_log_leads_coordinators_to_the_page_and_reporters_nowhere(client):
    submission = approved()
    agency = submission.badge_class.issuer.agency
    links = {}
    for role in ("coordinator", "reporter"):
        client.force_login(MembershipFactory(agency=agency, role=role).user)
        links[role] = page_of(submission) in client.get(reverse("reporting:manage_activity")).text

    assert links == {"coordinator": True, "reporter": False}
