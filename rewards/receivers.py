from django.dispatch import receiver

from issuing.signals import assertion_revoked, assertions_issued
from rewards import entries


@receiver(assertions_issued)
def add_their_chances(sender, assertions, **kwargs):
    entries.enter_all(assertions)


@receiver(assertion_revoked)
def end_its_chances(sender, assertion, **kwargs):
    entries.leave(assertion)
