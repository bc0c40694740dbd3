from django.dispatch import receiver

from issuing import operations, permissions
from submissions.permissions import evidence_readers
from submissions.signals import submission_approved


@receiver(submission_approved)
def make_the_award_due(sender, submission, now, **kwargs):
    operations.schedule_award(submission, now=now)


evidence_readers.append(permissions.is_shared)
