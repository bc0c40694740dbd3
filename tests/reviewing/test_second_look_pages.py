"""The page of a second person is the same for declines and for reviews to be approved."""

import pytest

from reviewing import operations as reviewing
from submissions import operations as submissions
from submissions.declarations.operations import AiUse
from tests.factories import BadgeFactory, DraftFactory, judge_all, reviewer_for
from tests.reviewing.pages import body
from tests.reviewing.readers import badge_to_approve, reads

pytestmark = pytest.mark.django_db

ALLOWED = {"ai_use": "some", "ai_sentence": "AI may correct your language."}
HOW = "A chatbot corrected my commas."


def sent_with_ai(badge_class):
    draft = DraftFactory(badge_class=badge_class)
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    ai = AiUse(used=True, how=HOW)
    submissions.send(draft, by=draft.earner, statement_accepted=True, ai=ai)
    return draft


@pytest.mark.parametrize(
    ("badge", "decline", "words"),
    [
        (badge_to_approve, False, "Do you approve it?"),
        (badge_to_approve, True, "Do you approve it?"),
        (BadgeFactory, True, "Do you agree?"),
    ],
)
def test_a_second_person_reads_what_was_said_about_ai(client, badge, decline, words):
    assignment = reads(sent_with_ai(badge(version=ALLOWED)))
    decision = reviewing.send_review(
        assignment,
        by=assignment.reviewer,
        judgments=judge_all(assignment),
        summary="Not own work." if decline else "",
        decline=decline,
    )
    client.force_login(reviewer_for(assignment.submission.badge_class))

    page = body(client.get(decision.get_absolute_url()))

    assert HOW in page
    assert ALLOWED["ai_sentence"] in page
    assert words in page
