from django.dispatch import receiver

from privacy.retention import operations as retention
from submissions.signals import submission_closed


@receiver(submission_closed)
def set_a_deadline_for_evidence(sender, submission, now, **kwargs):
    retention.begin(submission, now=now)
