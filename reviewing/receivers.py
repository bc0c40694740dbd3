from django.dispatch import receiver
from django.utils import timezone

from reviewing import operations
from reviewing.due_process.operations import appeals, holds
from reviewing.reviewers.operations import conflicts
from reviewing.schemes import operations as schemes
from submissions.signals import submission_sent, submission_withdrawn


@receiver(submission_withdrawn)
def release_reviewer(sender, submission, **kwargs):
    operations.end_assignment(submission)
    now = timezone.now()
    appeals.drop(submission, now=now)
    holds.drop(submission, now=now)


@receiver(submission_sent)
def plan_its_readings(sender, submission, attempt, **kwargs):
    appeals.drop(submission, now=attempt.sent_at)
    schemes.plan_readings(attempt, now=attempt.sent_at)
    conflicts.find_accounts(conflicts.waiting_for(submission.earner), now=attempt.sent_at)
