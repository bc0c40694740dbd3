from django.dispatch import receiver

from issuing.signals import assertion_revoked, assertions_issued
from rewards.chances import operations as chances


@receiver(assertions_issued)
def add_their_chances(sender, assertions, **kwargs):
    chances.enter_all(assertions)


@receiver(assertion_revoked)
def end_its_chances(sender, assertion, **kwargs):
    chances.leave(assertion)
