from django.dispatch import receiver

from accounts.signals import accounts_linked
from privacy.closing import operations as closing
from privacy.retention import operations as retention
from submissions.querysets import shown_with_submission
from submissions.signals import submission_closed, submission_reopened

shown_with_submission.append("evidence_deadline")


@receiver(submission_closed)
def set_a_deadline_for_evidence(sender, submission, now, **kwargs):
    retention.begin(submission, now=now)


@receiver(submission_reopened)
def keep_evidence_while_it_is_needed(sender, submission, **kwargs):
    retention.end(submission)


@receiver(accounts_linked)
def close_linked_accounts_together(sender, users, **kwargs):
    closing.follow_links(users)
