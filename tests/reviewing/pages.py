"""Addresses, forms and states of the reviewers' pages."""

from __future__ import annotations

from reviewing import operations
from reviewing.judging import Judgment
from submissions import operations as submissions

QUEUE = "/reviews/"


def review_url(assignment, what=""):
    return f"/reviews/{assignment.pk}/{what}"


def review_form_data(assignment, verdict="met", comment="", **changes):
    data = {"summary": ""}
    for criterion in operations.criteria_to_judge(assignment.attempt):
        data[f"verdict_{criterion.pk}"] = verdict
        data[f"comment_{criterion.pk}"] = comment
    return {**data, **changes}


def body(response):
    return response.content.decode()


def queued_in(client, address=QUEUE):
    return [row.submission for row in client.get(address).context["waiting"]]


def second_attempt(assignment):
    """Return the submission, change it, send it in again, and claim it again."""
    submission, reviewer = assignment.submission, assignment.reviewer
    plan, teach, share = submission.version.criteria.all()
    operations.send_review(
        assignment,
        by=reviewer,
        judgments={
            plan: Judgment("met", "A clear aim."),
            teach: Judgment("not_yet", "Add the second piece."),
            share: Judgment("not_yet", "A line is enough."),
        },
    )
    submissions.write_text(submission, teach, "What I did for Teach it, twice.")
    submissions.add_link(submission, share, url="https://folder.example/x", title="Her letter")
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    return operations.claim(submission, by=reviewer)
