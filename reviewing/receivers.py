from django.dispatch import receiver

from reviewing import operations
from submissions.signals import submission_withdrawn


@receiver(submission_withdrawn)
def release_reviewer(sender, submission, **kwargs):
    operations.end_assignment(submission)
