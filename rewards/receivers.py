from django.dispatch import receiver

from issuing.signals import assertion_issued, assertion_revoked
from rewards import entries


@receiver(assertion_issued)
def add_its_chances(sender, assertion, **kwargs):
    entries.enter(assertion)


@receiver(assertion_revoked)
def end_its_chances(sender, assertion, **kwargs):
    entries.leave(assertion)
