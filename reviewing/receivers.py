from django.dispatch import receiver

from reviewing import operations
from reviewing.reviewers.operations import conflicts
from reviewing.schemes import operations as schemes
from submissions.signals import submission_sent, submission_withdrawn


@receiver(submission_withdrawn)
def release_reviewer(sender, submission, **kwargs):
    operations.end_assignment(submission)


@receiver(submission_sent)
def plan_its_readings(sender, submission, attempt, **kwargs):
    schemes.plan_readings(attempt, now=attempt.sent_at)
    conflicts.find_accounts(conflicts.waiting_for(submission.earner), now=attempt.sent_at)
